/** Elements, ids and templates; the same helpers as the widgets have, for modules that are served on their own. */

/** Create an element: `on…` attributes are listeners, null and false leave one out, children that are text stay text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  // Translators leave code alone.
  if (tag === "pre" || tag === "code") element.translate = false;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

let lastId = 0;

/** A fresh element id. */
export function freshId(prefix) {
  lastId += 1;
  return `live-${prefix}-${lastId}`;
}

/** Put values into a catalogue string: `fill("Cell {n}", { n: 3 })`. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Bytes as megabytes, as readers see them. */
export function megabytes(bytes) {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
