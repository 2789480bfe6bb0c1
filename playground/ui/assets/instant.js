/** A button that acts in the browser: no script run, so it answers at once. */

const OPEN = "[data-testid=stExpandSidebarButton]"; // there while the sidebar is closed
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
const SAID = 1600; // milliseconds that a button says what it did

const acts = {
  /** Open the sidebar, or close it, by Streamlit's own button. */
  guide() {
    (document.querySelector(OPEN) ?? document.querySelector(CLOSE))?.click();
  },
  /** Copy the page's address, which holds the experiment. Without https there is no clipboard, but a selection may still be copied. */
  async link() {
    if (!new URLSearchParams(location.search).has("x")) return "Too long: use Save"; // the stage says why
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: location.href });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    return "Copied";
  },
};

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const label = button.querySelector(".label");
  button.querySelector(".icon").textContent = data.icon;
  label.textContent = data.label;
  button.onclick = async () => {
    const said = await acts[data.act]();
    if (!said) return;
    label.textContent = said;
    setTimeout(() => (label.textContent = data.label), SAID);
  };
}
