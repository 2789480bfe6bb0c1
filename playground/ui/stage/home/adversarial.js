// The adversarial lab in small: what is real, what is made, and what it is taken for, over the middle of the plane.
import { axesOf, CODE, drawGenerated, drawNet, drawReal } from "../adversarial/marks.js";
import { loss } from "../format.js";
import { Plot } from "../plot.js";

/** Marks' size beside that on the stage. */
const SCALE = 0.8;

export function createAdversarial() {
  const plot = new Plot("judge");
  plot.retheme();

  return {
    draw(context, width, height, { scene, arrays }) {
      const size = Math.max(width, height), at = axesOf(scene.adversarial.axes, size), net = arrays.get("adversarial/net");
      context.save();
      context.translate((width - size) / 2, (height - size) / 2);
      plot.takeCodes("value", arrays.get("adversarial/surface"), CODE);
      plot.draw(context, size, false);
      if (net) drawNet(context, net, at);
      drawReal(context, arrays.get("scene/points/x"), at, SCALE);
      drawGenerated(context, arrays.get("adversarial/generated"), at, SCALE);
      context.restore();
    },
    says({ frame: { modes, distance } }) {
      if (modes?.covered != null) return `${modes.covered} of ${modes.of} clouds`;
      return distance?.js == null ? "" : `divergence ${loss(distance.js)}`;
    },
  };
}
