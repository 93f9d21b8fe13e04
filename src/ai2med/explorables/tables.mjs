/** Views of words and numbers: facts, table, matrix, list, sentences. They are HTML, so they need no alternative. */
import { h } from "./element.mjs";
import { format, WORDS } from "./words.mjs";

/** Facts as `[name, value, note]`; read by screen readers as a list of terms. */
export function facts({ facts: rows }) {
  return h("dl", { class: "a2-facts" }, rows.map(([name, value, note]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, note ? h("span", { class: "a2-fact-note" }, ` ${note}`) : null))));
}

function cell(value, isHead) {
  const { text = value, lit = false, good } = typeof value === "object" && value ? value : {};
  const classes = [lit && "a2-lit", good === true && "a2-cell-right", good === false && "a2-cell-wrong"].filter(Boolean);
  const shown = typeof text === "number" ? format(text) : text;
  const sign = good === undefined ? null : h("span", { class: "a2-sign" }, good ? "✓ " : "✗ ");
  return h(isHead ? "th" : "td", { scope: isHead ? "row" : null, class: classes.join(" ") || null }, sign, shown);
}

/**
 * A table; the first cell of a row is its name.
 * @param {Object} spec `head`, `rows`; a cell is a text, a number, or `{text, lit, good}`
 */
export function table({ table: caption, head, rows }) {
  // A wide table scrolls in its box, which the keyboard has to reach.
  return h("div", { class: "a2-scroll", role: "group", tabindex: 0, "aria-label": caption || WORDS.numbers }, h("table", {},
    caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, head.map((name) => (name ? h("th", { scope: "col" }, name) : h("td", {}))))),
    h("tbody", {}, rows.map(([name, ...values]) => h("tr", {}, cell(name, true), values.map((value) => cell(value, false)))))));
}

/**
 * A matrix of counts, each with its name.
 * @param {Object} spec `columns`, `rows` of `{name, cells: [{n, name, good, lit}]}`
 */
export function matrix({ matrix: caption, columns, rows }) {
  const box = ({ n, name, good, lit }) => {
    const kind = good === undefined ? "" : good ? " a2-cell-right" : " a2-cell-wrong";
    const sign = good === undefined ? null : h("span", { class: "a2-sign" }, good ? "✓ " : "✗ ");
    return h("td", { class: `a2-cell${kind}${lit ? " a2-lit" : ""}` },
      h("strong", { class: "a2-cell-number" }, sign, typeof n === "number" ? format(n) : n), h("span", { class: "a2-cell-name" }, name ?? ""));
  };
  return h("div", { class: "a2-matrix-box" }, h("table", { class: "a2-matrix" }, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, h("td", {}), columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map(({ name, cells }) => h("tr", {}, h("th", { scope: "row" }, name), cells.map(box))))));
}

/**
 * A list of texts; those with `good` carry a tick or a cross, `lit` ones stand out.
 * @param {Object} spec `items` of text or `{text, good, lit}`; `signs`, the two words that begin what is good or bad
 */
export function list({ items, signs }) {
  return h("ul", { class: "a2-list" }, items.map((item) => {
    const { text = item, good, lit } = typeof item === "object" ? item : {};
    const said = good === undefined ? null : (signs ?? WORDS.signs)[good ? 0 : 1];
    const sign = said && [h("span", { class: "a2-sign", "aria-hidden": "true" }, good ? "✓" : "✗"), h("span", { class: signs ? "a2-sign-name" : "a2-hidden" }, said)];
    return h("li", { class: [good !== undefined && (good ? "a2-kept" : "a2-broken"), lit && "a2-lit"].filter(Boolean).join(" ") || null }, sign, h("span", {}, text));
  }));
}

/** HTML of the author's own: `draw(numbers, change)`; a button's `change(state, focus)` may name what gets the focus. */
export function own({ draw }, numbers, change) {
  return draw(numbers, change);
}

/** Sentences that need not be announced. */
export function text({ text: paragraphs }) {
  return [paragraphs].flat().map((each) => h("p", { class: "a2-note" }, each));
}
