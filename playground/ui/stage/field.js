// A number that becomes a field where it stands: Enter keeps what is written, Escape drops it, arrows change it by 0.1 at once.

export const STEP = 0.1;

/** Puts the field in `place`. `keep(value)` is called with each number that counts, `done()` when it closes. Returns the function that closes it. */
export function openField(place, value, label, { keep, done }) {
  const field = document.createElement("input");
  field.inputMode = "decimal";
  field.value = value.toFixed(3);
  field.setAttribute("aria-label", label);
  place.replaceChildren(field);
  field.addEventListener("keydown", key);
  field.addEventListener("blur", close, { once: true });
  field.select();

  function key(event) {
    event.stopPropagation();
    const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key], number = written(field.value);
    if (by) {
      event.preventDefault();
      value = (number ?? value) + by;
      field.value = value.toFixed(3);
      keep(value);
    }
    if (event.key === "Enter" && number !== null) keep(number);
    if (event.key === "Enter" || event.key === "Escape") close();
  }

  function close() {
    field.removeEventListener("blur", close);
    done();
  }

  return close;
}

/** What is written as a number, a comma or a true minus allowed; null when it is none. */
export function written(text) {
  const trimmed = text.trim(), value = Number(trimmed.replace(",", ".").replace("−", "-"));
  return trimmed === "" || !Number.isFinite(value) ? null : value;
}
