// Where the blocks' ground has room for what is not a block: the map, the picture again. They are told when it has moved.
import { theme } from "../theme.js";

export function createSpots(root, store) {
  const board = root.querySelector(".board"), own = { layout: null, version: 0 };

  /** On the ground itself: the map's station is ink, as all that is not a layer. */
  function draw(context) {
    const { layout } = own, x = layout.columns.find(column => column.map).station;
    context.fillStyle = theme.ink;
    context.beginPath();
    context.arc(x, layout.rail, 4, 0, 2 * Math.PI);
    context.fill();
  }

  own.piece = () => ({
    arrange(layout) {
      own.layout = layout;
      own.version++;
      board.style.setProperty("--map", `${layout.map.size}px`);
      board.style.setProperty("--panels", `${layout.panels}px`);
    },
    moved: () => false,
    draw,
  });
  own.destroy = () => board.style.removeProperty("--map");
  return own;
}
