/** Small helpers that every widget uses: elements, drawings, numbers, announcements. */

/**
 * Create an HTML element.
 * @param {string} tag
 * @param {Object} [attributes] `on…` values are listeners; `class`, `data-…` and `aria-…` are attributes; null is left out
 * @param {...(Node|string|null)} children text stays text, whatever it holds
 */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  // Translators leave code alone.
  if (tag === "pre" || tag === "code") made.translate = false;
  return fillElement(made, attributes, children);
}

/** Create an SVG element; same arguments as `h`. */
export function s(tag, attributes = {}, ...children) {
  return fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fillElement(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * A fresh element id, for labels and descriptions. Counted on the window: every widget carries its own copy of this
 * file, and two widgets on a page must not share ids.
 */
export function freshId(prefix) {
  globalThis.a2LastId = (globalThis.a2LastId ?? 0) + 1;
  return `a2-${prefix}-${globalThis.a2LastId}`;
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** Put values into a catalogue string: `fill("{n} people", {n: 3})`. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * A widget as a notebook runs it: plain keys go to the widget, not to the notebook's shortcuts.
 *
 * With the focus on a button, JupyterLab would take an arrow key to choose the next cell and "d", "d" to delete this
 * one. Combinations with Ctrl or Command still reach the notebook, so that saving works from everywhere.
 */
export function forNotebook(widget) {
  return {
    ...widget,
    render(context) {
      context.el.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
      });
      return widget.render(context);
    },
  };
}
