// The page's script is told which experiment the stage shows, and nobody leaves the page at the moment at which it runs for that.

/** An experiment that has stood for so long is told. */
const TOLD_MS = 250;
/** How long a run takes to begin at most, how long a click waits for its end at most, and how often that is looked for. */
const BEGUN_MS = 120, HELD_MS = 1500, LOOK_MS = 20;

/**
 * For what it is told Streamlit runs a part of the page's script. Where that meets the next page's script, it clears what that has drawn, or
 * breaks the page. So a page that is being left is told nothing, and a click on a link waits for a run that is under way.
 */
export class Telling {
  #timer = 0; #told = -Infinity; #free = false;

  constructor() {
    document.addEventListener("click", this.#keep, true);
  }

  /** Calls `say` in a while, unless it is called again before, or the page is another one then. */
  soon(say) {
    clearTimeout(this.#timer);
    const { pathname } = location;
    this.#timer = setTimeout(() => {
      if (pathname !== location.pathname) return;
      this.#told = performance.now();
      say();
    }, TOLD_MS);
  }

  /** Whether a part of the script runs, or will in a moment. */
  get #running() {
    return performance.now() - this.#told < BEGUN_MS || document.querySelector("[data-test-script-state=running]") !== null;
  }

  #keep = event => {
    const link = event.target.closest?.("a[href]:not([download], [target=_blank])"), begun = performance.now();
    if (link?.origin !== location.origin || link.pathname === location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
    clearTimeout(this.#timer);                                    // the address is another one only when the next page's script runs
    if (this.#free || !this.#running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const go = () => {
      if (this.#running && performance.now() - begun < HELD_MS) return void setTimeout(go, LOOK_MS);
      this.#free = true;
      link.click();
      this.#free = false;
    };
    go();
  };

  end() {
    clearTimeout(this.#timer);
    document.removeEventListener("click", this.#keep, true);
  }
}
