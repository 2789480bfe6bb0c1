// The picture itself: a field of the network over the plane, painted, with its contours.
import { Sprite, contour, contourPath, hatch, mask } from "./canvas.js";
import { bands, confidence, double, margin, paintClasses, plain, sides, valuesOf } from "./picture.js";
import { alpha, scales, theme } from "./theme.js";

/** Hairlines lie where p is 0.1 and 0.9; of values at half. */
const RADIUS = 8, RIM = 0.18;
const HAIRLINES = { logit: [-2.2, 2.2], value: [-0.5, 0.5] };

/** Room for one size of grid: planes of values, their doubles, and the sprite. */
class Room {
  constructor(n) {
    this.n = n;
    this.rows = new Float32Array(2 * n * n);
    this.sprite = new Sprite(2 * n);
    this.planes = [];
    this.fine = [];
  }

  /** Makes `count` planes ready. */
  hold(count) {
    while (this.planes.length < count) {
      this.planes.push(new Float32Array(this.n * this.n));
      this.fine.push(new Float32Array(4 * this.n * this.n));
    }
    this.planes.length = this.fine.length = count;
  }
}

export class Plot {
  /** "logit", "classes", "value" (of a regression or a neuron) or "none". */
  kind = "none";
  #rooms = new Map();
  #room = null;
  #lookups = {};
  #broken = 0;
  #work = null;
  #mask = { size: 0 };
  #scale;

  /** On the scale of that name. */
  constructor(scale = "surface") {
    this.#scale = scale;
  }

  /** Values at the grid's points, one field for each output; none when there is nothing to see. */
  get planes() {
    return this.kind === "none" ? [] : this.#room.planes;
  }

  get n() {
    return this.#room?.n ?? 0;
  }

  retheme() {
    const { words } = scales[this.#scale];
    this.#mask = { size: 0 };
    this.#lookups = { logit: [confidence(words), sides(words)], value: [plain(words), bands(words)] };
  }

  clear() {
    this.kind = "none";
  }

  /** Takes 16-bit codes (outputs, n, n). `kind` says what they mean, `scale` turns them into values. */
  takeCodes(kind, codes, scale) {
    const [outputs, n] = codes.shape.length === 3 ? codes.shape : [1, codes.shape[0]];
    this.#ready(kind, n, outputs);
    this.#room.planes.forEach((plane, k) => valuesOf(codes, k * n * n, scale, plane));
    this.#count();
  }

  /** Takes one neuron's tile: bytes, 127 is 0, 255 not a number. */
  takeTile(bytes, offset, n) {
    this.#ready("value", n, 1);
    const [plane] = this.#room.planes;
    for (let k = 0; k < plane.length; k++) plane[k] = bytes[offset + k] === 255 ? NaN : (bytes[offset + k] - 127) / 127;
    this.#count();
  }

  #ready(kind, n, outputs) {
    if (!this.#rooms.has(n)) this.#rooms.set(n, new Room(n));
    this.kind = kind;
    this.#room = this.#rooms.get(n);
    this.#room.hold(outputs);
  }

  #count() {
    this.#broken = 0;
    for (const plane of this.#room.planes) for (let k = 0; k < plane.length; k++) if (plane[k] !== plane[k]) this.#broken++;
  }

  /** Draws into the square of `size` at (0, 0). `flat` shows regions (or bands) instead of shades. */
  draw(context, size, flat) {
    if (this.kind === "none") return this.#blank(context, size);
    if (this.#broken) this.#hatched(context, size);
    this.#paint(flat);
    context.drawImage(this.#room.sprite.canvas, 0, 0, size, size);
    this.#contours(context, size);
    this.#round(context, size);
  }

  #paint(flat) {
    const { n, planes, fine, rows, sprite } = this.#room;
    planes.forEach((plane, k) => double(plane, n, rows, fine[k]));
    if (this.kind === "classes") paintClasses(fine, classWords(planes.length), flat, sprite.words);
    else this.#lookups[this.kind][flat ? 1 : 0].paint(fine[0], sprite.words);
    sprite.push();
  }

  #contours(context, size) {
    const { n, planes } = this.#room, rim = theme.dark ? "#ffffff" : "#1d232b";
    context.lineJoin = "round";
    if (this.kind !== "classes") {
      context.lineWidth = 1;
      context.strokeStyle = alpha(rim, 0.16);
      contour(context, planes[0], n, HAIRLINES[this.kind], 0, 0, size);
    }
    context.lineWidth = 1.6;
    context.strokeStyle = alpha(rim, 0.72);
    if (this.kind !== "classes") return contour(context, planes[0], n, [0], 0, 0, size);
    this.#work = this.#work?.length === n * n ? this.#work : new Float32Array(n * n);
    context.beginPath();
    planes.forEach((_, k) => contourPath(context, margin(planes, k, this.#work), n, 0, 0, 0, size));
    context.stroke();
  }

  #hatched(context, size) {
    hatch(context, 0, 0, size, size, 8);
    context.globalAlpha = 0.78;
    context.fillStyle = theme.raised;
    context.fillRect(1, 1, size - 2, size - 2);
    context.globalAlpha = 1;
  }

  #blank(context, size) {
    context.fillStyle = theme.raised;
    context.fillRect(0, 0, size, size);
    this.#round(context, size);
  }

  #round(context, size) {
    if (this.#mask.size !== size) this.#mask = { size, canvas: mask(size, RADIUS, context.getTransform().a, 0, RIM) };
    context.drawImage(this.#mask.canvas, 0, 0, size, size);
  }

  /** A regression over one input: the prediction as a line; `place(value)` is its height in pixels. */
  drawLine(context, size, place) {
    this.#blank(context, size);
    const { n, planes: [plane] } = this.#room;
    context.save();
    context.beginPath();
    context.roundRect(0, 0, size, size, 8);
    context.clip();
    context.beginPath();
    for (let k = 0; k < n; k++) if (plane[k] === plane[k]) context.lineTo((k + 0.5) / n * size, place(plane[k]));
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.strokeStyle = theme.ink;
    context.stroke();
    context.restore();
  }
}

/** Words of k classes' scales; of two, the second is the blue one. */
function classWords(count) {
  return Array.from({ length: count }, (_, k) => scales.classes[(count === 2 ? 1 - k : k) % scales.classes.length].words);
}
