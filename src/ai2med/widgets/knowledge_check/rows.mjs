/** Rows that can be moved: with buttons, with the arrow keys on the row, and by dragging. */
import { h } from "../shared/ui.mjs";
import { icon } from "./text.mjs";

/**
 * Move a row by one place. Its neighbour is what moves in the document: the row itself stays, and with it the focus
 * and a drag in progress.
 * @returns {boolean} false at the end of the list
 */
export function stepRow(row, step) {
  const neighbour = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour) return false;
  if (step < 0) row.after(neighbour);
  else row.before(neighbour);
  return true;
}

/**
 * Give a row its keys. `keys` maps a key's name to what it does; a handled key goes no further, because pages and
 * notebooks use arrow keys for turning pages and choosing cells.
 */
export function rowKeys(row, keys) {
  row.tabIndex = 0;
  row.addEventListener("keydown", (event) => {
    if (event.target !== row || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
}

/** The handle for dragging, an extra for pointers; keyboard and screen reader have the buttons. */
export function dragHandle(row, moved) {
  const handle = h("span", { class: "a2-kc-grip", "aria-hidden": "true" }, icon("grip"));
  let dragging = false;
  handle.addEventListener("pointerdown", (event) => {
    dragging = true;
    handle.setPointerCapture(event.pointerId);
    row.classList.add("a2-kc-dragging");
    event.preventDefault();
  });
  handle.addEventListener("pointermove", ({ clientY }) => {
    if (!dragging) return;
    const middle = (other) => {
      const box = other.getBoundingClientRect();
      return box.top + box.height / 2;
    };
    let steps = 0;
    while (row.previousElementSibling && clientY < middle(row.previousElementSibling)) steps += stepRow(row, -1);
    while (row.nextElementSibling && clientY > middle(row.nextElementSibling)) steps += stepRow(row, 1);
    if (steps) moved();
  });
  const end = () => {
    dragging = false;
    row.classList.remove("a2-kc-dragging");
  };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
  return handle;
}
