// The data: thumbnails drawn from the real generators, the brush, the upload, and what is trained on in a sentence.
import { setText } from "./dom.js";
import { escape, icon } from "./format.js";
import { scales, theme } from "./theme.js";

/** Coordinates reach this far from the middle of a thumbnail. */
const REACH = 6.6, DOT = 1.25;

const buttonHtml = (kind, data, title, inside) =>
  `<button class="${kind}" ${data} aria-label="${title}" title="${title}">${inside}</button>`;

export class DataPicker {
  #store; #host; #sentence; #stale = true; #built = ""; #single; #upload;

  /** `upload()` asks the page for its uploader, null where there is none; `single` names the colour of points that all are of one kind. */
  constructor(root, store, send, upload, single = "") {
    [this.#store, this.#upload, this.#single] = [store, upload, single];
    this.#host = root.querySelector(".thumbs");
    this.#sentence = root.querySelector(".data-sentence");
    this.#host.addEventListener("click", event => {
      const button = event.target.closest("button");
      if (button?.dataset.act === "paint") store.emit("paint");
      else if (button?.dataset.act === "upload") upload();
      else if (button) send({ do: "set", path: ["data"], value: store.scene.thumbnails[button.dataset.index].record });
    });
    store.on("painting", active => this.#host.querySelector("[data-act=paint]").setAttribute("aria-pressed", active));
  }

  #build() {
    const { thumbnails } = this.#store.scene, key = thumbnails.map(t => t.kind).join();
    if (key === this.#built) return;
    this.#built = key;
    const buttons = thumbnails.map(({ title }, k) => buttonHtml("thumb", `data-index="${k}"`, escape(title), "<img alt=\"\">"));
    buttons.push(buttonHtml("thumb act", 'data-act="paint" aria-pressed="false"', "Paint points", icon("brush", 22)));
    if (this.#upload) buttons.push(buttonHtml("thumb act", 'data-act="upload"', "Upload a table", icon("upload", 22)));
    this.#host.innerHTML = buttons.join("");
  }

  resize() {
    this.#stale = true;
  }

  retheme() {
    this.#stale = true;
  }

  draw(now, changed) {
    const { scene, arrays } = this.#store;
    if (changed.scene) this.#mark(scene);
    if (!this.#stale || !arrays.has("scene/thumbnails/points")) return;
    this.#stale = false;
    const points = arrays.get("scene/thumbnails/points"), length = 3 * points.shape[1];
    const drawer = new Drawer(this.#host.querySelector("img"), theme[this.#single]);
    this.#host.querySelectorAll("img").forEach((image, k) =>
      (image.src = drawer.draw(scene.thumbnails[k], points.subarray(length * k, length * (k + 1)))));
  }

  #mark(scene) {
    this.#build();
    this.#stale = true;
    for (const button of this.#host.querySelectorAll("[data-index]"))
      button.setAttribute("aria-pressed", scene.thumbnails[button.dataset.index].kind === scene.data.kind);
    setText(this.#sentence, scene.data.sentence);
  }
}

/** Makes still pictures, as large as an image is shown: a canvas of its own for each would be a layer of the page, put together anew 60 times a second. */
class Drawer {
  #canvas = document.createElement("canvas"); #size; #ratio; #single;

  /** As large as `image` is shown; `single` is the colour of all points where they have one. */
  constructor(image, single) {
    this.#single = single;
    this.#size = image.clientWidth;
    this.#ratio = Math.min(devicePixelRatio || 1, 2);
    this.#canvas.width = this.#canvas.height = Math.max(1, Math.round(this.#size * this.#ratio));
  }

  /** One data set of points (x, y, shade in hundredths), as an address. */
  draw({ task }, points) {
    const context = this.#canvas.getContext("2d"), place = v => (v / 100 / REACH + 1) / 2 * this.#size;
    let most = 0;
    for (let k = 2; k < points.length; k += 3) most = Math.max(most, points[k]);
    const colour = this.#single ? () => this.#single : task === "regression" ? v => scales.value.signed(1.2 * v) : v => theme.classOf(v, most / 100 + 1);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#size, this.#size);
    for (let k = 0; k < points.length; k += 3) {
      if (!points[k] && !points[k + 1]) continue;           // what a short data set leaves empty
      context.beginPath();
      context.arc(place(points[k]), place(-points[k + 1]), DOT, 0, 2 * Math.PI);
      context.fillStyle = colour(points[k + 2] / 100);
      context.fill();
    }
    return this.#canvas.toDataURL();
  }
}
