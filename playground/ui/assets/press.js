/** Presses the button that `data` selects, once, when it is mounted. */
export default function ({ data }) {
  document.querySelector(data)?.click();
}
