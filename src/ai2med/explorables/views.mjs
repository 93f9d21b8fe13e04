/** From a view's declaration to what stands on the page: title, drawing with its alternative, table of its numbers. */
import { h } from "./element.mjs";
import { bars, curves, dots, run, timeline } from "./charts.mjs";
import { people } from "./people.mjs";
import { drawing, flow, picture } from "./shapes.mjs";
import { facts, list, matrix, own, table, text } from "./tables.mjs";

const FIGURES = { curves, run, timeline, bars, dots, people, flow, picture, drawing };
const HTML = { facts, table, matrix, list, text, own };

/** The kind of a view: `{ curves: "ROC", … }` are curves with the title "ROC". */
export function viewKind(spec) {
  const kind = Object.keys({ ...FIGURES, ...HTML }).find((name) => name in spec);
  if (!kind) throw new Error(`A view needs one of ${Object.keys({ ...FIGURES, ...HTML }).join(", ")}; found ${Object.keys(spec).join(", ")}.`);
  return kind;
}

export const isFigure = (spec) => viewKind(spec) in FIGURES;

/** Whether a view takes the whole width. */
export function isWide(spec) {
  return spec.wide ?? ["facts", "table", "text", "own"].includes(viewKind(spec));
}

/** The title of a view; tables and matrices carry theirs as a caption. */
export function titleOf(spec) {
  const kind = viewKind(spec);
  const title = kind in FIGURES || kind === "list" || kind === "own" ? spec[kind] : null;
  return title ? h("p", { class: "a2-part-title" }, h("strong", {}, title)) : null;
}

/** What stands between title and drawing: the key of a figure of people. */
export function aboveOf(spec) {
  return FIGURES[viewKind(spec)]?.above?.(spec) ?? null;
}

/**
 * A figure for a width.
 * @returns {{svg: Object, at?: (x: number, y: number) => number[]}} `at` turns a place in the drawing into values
 */
export function figureOf(spec, width, id, numbers) {
  if (!spec.alt) throw new Error(`The view "${titleOf(spec) ? spec[viewKind(spec)] : viewKind(spec)}" has no "alt": say what it shows.`);
  const { height, children, at } = FIGURES[viewKind(spec)](spec, width, id, numbers);
  const size = { viewBox: `0 0 ${width} ${height}`, width, height };
  return { svg: h("svg", { role: "img", "aria-label": spec.alt, ...size }, children), at };
}

/** A view of words and numbers. */
export function htmlOf(spec, numbers, change) {
  return HTML[viewKind(spec)](spec, numbers, change);
}

/** The table of what a figure draws, if the declaration asks for it: `numbers: true`, or a table of its own. */
export function numbersOf(spec) {
  if (!spec.numbers) return null;
  return table({ table: "", ...(spec.numbers === true ? FIGURES[viewKind(spec)].numbers(spec) : spec.numbers) });
}
