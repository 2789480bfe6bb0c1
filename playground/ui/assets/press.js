/** Presses the button that `selector` finds, once for each number: it is called at every run of the script. */
export default function ({ data: { selector, number } }) {
  if (number <= (globalThis.__playgroundPressed ?? 0)) return;
  globalThis.__playgroundPressed = number;
  document.querySelector(selector)?.click();
}
