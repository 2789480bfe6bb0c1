// The beam from the head's likeliest class to its bar beside the network.
import { cubic, trace } from "../canvas.js";
import { theme } from "../theme.js";
import { highOf, likelihoods, MOST, ranked } from "./bars.js";

const WIDTH = 6, OPACITY = 0.55;

export function createBeam(host, ground, store) {
  let head = null, bars = null, best = -1;

  /** Measures where the bars stand; where they are not beside the network there is no beam. */
  function arrange(layout) {
    const at = host.parentElement.querySelector(".bars").getBoundingClientRect(), from = ground.getBoundingClientRect();
    const beside = !host.classList.contains("panned") && Math.abs(at.left - from.left - layout.width) < 12;
    bars = beside ? { x: layout.width, y: at.top - from.top, height: at.height } : null;
    head = layout.columns.at(-1);
  }

  /** Whether another class is the likeliest now. */
  function moved() {
    const p = likelihoods(store), now = p ? p.indexOf(Math.max(...p)) : -1, other = now !== best;
    best = now;
    return other;
  }

  function draw(context) {
    const p = likelihoods(store), unit = store.scene.columns.at(-1).shown.indexOf(best);
    if (!bars || !p || !(p[best] > 0) || unit < 0) return;
    const rows = ranked(p, MOST), { x, y } = head.tiles[unit], high = highOf(bars.height, rows.length);
    trace(context, cubic(x + head.size / 2 + 4, y, bars.x, bars.y + (rows.indexOf(best) + 0.5) * high));
    context.lineWidth = WIDTH * p[best];
    context.globalAlpha = OPACITY;
    context.strokeStyle = theme.pos;
    context.stroke();
    context.globalAlpha = 1;
  }

  return { arrange, moved, draw };
}
