// The first page: each lab as a living picture, and every preset as a question. A click leads inside.
import { escape } from "../format.js";
import { readTheme } from "../theme.js";
import { Show } from "./show.js";

/** The page's, not the module's: a component is called again at every run of the script, with the same parent. */
const page = (globalThis.__playgroundHome ??= { homes: new WeakMap() });

const cardHtml = ({ name, title, motto, href }) => `
  <a class="lab" href="${escape(href)}" data-lab="${escape(name)}">
    <div><canvas aria-hidden="true"></canvas></div>
    <footer><h2>${escape(title)}<small></small></h2><p>${escape(motto)}</p></footer>
  </a>`;

const questionHtml = (lab, { name, title, question, sentence, href }) => `
  <a href="${escape(href)}" data-lab="${escape(lab)}" data-preset="${escape(name)}" title="${escape(sentence)}">
    <b>${escape(question)}</b><span>${escape(title)}</span>
  </a>`;

const questionsHtml = ({ name, title, presets }) =>
  `<section aria-label="${escape(title)}"><h3>${escape(title)}</h3>${presets.map(preset => questionHtml(name, preset)).join("")}</section>`;

class Home {
  #root; #element; #shows = []; #observer; #api;

  constructor(root, api) {
    this.#root = root;
    this.#element = root.querySelector(".home");
    readTheme(this.#element);
    const { labs } = api.data;
    root.querySelector(".labs").innerHTML = labs.map(cardHtml).join("");
    root.querySelector(".questions").innerHTML = labs.map(questionsHtml).join("");
    this.#element.addEventListener("click", event => this.#open(event));
    this.#shows = [...root.querySelectorAll(".lab")].map((card, k) => new Show(card, labs[k], () => this.#next(k)));
    this.#observer = new ResizeObserver(() => this.#shows.forEach(show => show.resize()));
    for (const canvas of root.querySelectorAll("canvas")) this.#observer.observe(canvas);
    this.#shows[0]?.open();
  }

  /** One after the other: on a new machine the first picture need not wait until the last one's kernels are compiled. */
  #next(k) {
    this.#shows[k + 1]?.open();
  }

  enter(api) {
    this.#api = api;
    if (readTheme(this.#element)) this.#shows.forEach(show => show.retheme());
  }

  /** Inside without loading the page anew; with a key held, or the middle button, the browser does what it always does. */
  #open(event) {
    const link = event.target.closest("a[data-lab]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#api.setTriggerValue("open", { lab: link.dataset.lab, preset: link.dataset.preset ?? null });
  }

  end() {
    this.#observer.disconnect();
    for (const show of this.#shows) show.end();
  }
}

export default function home(component) {
  const { parentElement } = component, host = parentElement.host ?? parentElement;
  if (!page.homes.has(host)) page.homes.set(host, new Home(parentElement, component));
  const own = page.homes.get(host);
  own.enter(component);
  return () => {
    if (host.isConnected) return;
    own.end();
    page.homes.delete(host);
  };
}
