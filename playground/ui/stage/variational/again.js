// The picture at the decoder's end, and at the encoder's the noisy one that goes in: what they show and what is said of them.
import { fit, hatch } from "../canvas.js";
import { setAttribute, setHtml, setText } from "../dom.js";
import { icon, number } from "../format.js";
import { theme } from "../theme.js";
import { Film, Sheet } from "../vision/sheet.js";
import { gradientsOf, mapsOf } from "../vision/values.js";

export function createAgain(host, store, send, spots) {
  const ground = host.querySelector(".ground"), again = frameIn(ground, "again"), noisy = frameIn(ground, "noisy");
  [again.canvas.dataset.inspect, noisy.canvas.dataset.inspect] = ["decoder/head", "features"];
  setHtml(noisy.words, `<span>what goes in</span><button aria-label="Other noise" title="Other noise">${icon("dice", 16)}</button>`);
  noisy.words.querySelector("button").addEventListener("click", () => send({ do: "touch", what: "noise", value: store.frame.latent.noise_seed + 1 }));
  let version = -1, shown = null, seen = null;

  function arrange() {
    version = spots.version;
    again.place(spots.layout.again, store.scene.image);
    noisy.place(spots.layout.noisy, store.scene.image);
    shown = seen = null;
  }

  function draw(now, changed) {
    if (!spots.layout) return;
    if (version !== spots.version) arrange();
    const last = store.scene.columns.length - 1, hot = gradientsOf(store, last), gone = values => !values || values.every(Number.isNaN);
    const values = !gone(hot) ? hot : store.slow ? mapsOf(store, last) : store.arrays.get("variational/again");
    if (values !== shown) again.paint((shown = values), { hot: values === hot, planes: Boolean(store.slow) });
    const input = (store.slow && store.arrays.get("slow/maps/0")) || store.arrays.get("vision/maps/0");
    if (input !== seen && spots.layout.noisy) noisy.paint((seen = input), { planes: true });
    if (changed.words || changed.scene) setText(again.words, said(store, gone(hot)));
  }

  return { draw };
}

/** What is said below the picture. */
export function said({ slow, frame, scene }, forward) {
  if (slow) return forward ? "" : "∂L/∂p at each pixel";
  const { own, error } = frame.latent ?? {};
  if (own || error == null) return own ? "from the ring" : "";
  return `error ${number(error, 1)}${scene.variational.reconstruction === "cross_entropy" ? " nats" : ""}`;
}

/** A picture in a frame with words below it. */
function frameIn(ground, name) {
  const host = document.createElement("div");
  host.className = `framed ${name}`;
  host.innerHTML = `<canvas role="img" aria-label="${name === "again" ? "The picture again" : "The noisy picture that goes in"}"></canvas><p></p>`;
  ground.append(host);
  const canvas = host.querySelector("canvas");
  let room = null, film = null, sheet = null, shape = null;

  return {
    canvas,
    words: host.querySelector("p"),
    place(box, image) {
      setAttribute(host, "style", box ? `left:${box.x}px;top:${box.y}px;width:${box.size}px` : "display:none");
      if (!box) return;
      canvas.style.height = `${box.size}px`;
      [room, film, shape] = [fit(canvas, true), new Film(image), image];
      sheet = image[2] === 1 ? new Sheet(1, image.slice(0, 2), 1) : null;
    },
    /** Values (h, w, c), or as `planes` (c, h, w); `hot` ones are gradients. */
    paint(values, { hot = false, planes = false }) {
      const { context, width, height } = room, [h, w] = shape, size = Math.min(width / w, height / h);
      context.fillStyle = theme.raised;
      context.fillRect(0, 0, width, height);
      if (!values || (planes && values.every(Number.isNaN))) return;         // slow motion has not come so far
      if (values.every(Number.isNaN)) return hatch(context, 0, 0, width, height, 0);
      context.imageSmoothingEnabled = false;
      const box = [(width - w * size) / 2, (height - h * size) / 2, w * size, h * size];
      if (hot && sheet) {
        sheet.writeGradients(values);
        return sheet.draw(context, 0, ...box);
      }
      film.write(planes ? interleaved(values, shape) : values);
      film.draw(context, ...box);
    },
  };
}

/** Planes (c, h, w) as pixels (h, w, c). */
export function interleaved(planes, [h, w, c]) {
  return c === 1 ? planes : Float32Array.from({ length: h * w * c }, (_, k) => planes[(k % c) * h * w + Math.floor(k / c)]);
}
