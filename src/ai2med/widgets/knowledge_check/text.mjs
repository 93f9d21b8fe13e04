/** The texts of questions as elements. They come as lists of runs, never as HTML; whatever they hold is shown as text. */
import { h, s } from "../shared/ui.mjs";

function richRun(run, blank) {
  if (run.blank !== undefined) return h("span", { class: "a2-kc-joined" }, blank(run.blank), run.tail);
  let node = run.t;
  if (run.c) node = h("code", {}, node);
  if (run.i) node = h("em", {}, node);
  if (run.b) node = h("strong", {}, node);
  if (run.href) node = h("a", { href: run.href }, node);
  return node;
}

/** Paragraphs as elements; `blank(name)` makes the field for a gap. What asks, in a stem, stands in one element. */
export function richBlocks(rich, blank) {
  return (rich ?? []).map((runs) => {
    const paragraph = h("p", { dir: "auto" });
    const question = h("span", { class: "a2-kc-question" });
    for (const run of runs) {
      if (run.q) paragraph.append(question);
      (run.q ? question : paragraph).append(richRun(run, blank));
    }
    return paragraph;
  });
}

/** The same as one inline element, for labels, buttons and list rows. */
export function richInline(rich) {
  const parts = (rich ?? []).flatMap((runs, k) => [...(k ? [" "] : []), ...runs.map((run) => richRun(run))]);
  return h("span", { dir: "auto" }, ...parts);
}

/** The same without marks, for names that only hold text. */
export function richPlain(rich) {
  return (rich ?? []).map((runs) => runs.map((run) => run.t ?? "").join("")).join(" ");
}

/** Code as the reader sees it; it scrolls inside itself, so the keyboard must reach it. */
export function codeBlock(text, label) {
  return h("pre", { class: "a2-kc-code", tabindex: 0, role: "group", "aria-label": label }, h("code", {}, text));
}

const ICON_PATHS = {
  right: "M5 10.5l3.5 3.5L15 7",
  wrong: "M6 6l8 8M14 6l-8 8",
  partial: "M5 10h10",
  note: "M10 9v6M10 5.5v.5",
  look: "M10 5v6M10 14.5v.5",
  found: "M4 14h12",
  said: "M4 10c2-4 4-4 6 0s4 4 6 0",
  missing: "M6 10h1M10 10h.5M13.5 10h.5",
  up: "M10 16V5M5 10l5-5 5 5",
  down: "M10 4v11M5 10l5 5 5-5",
  in: "M4 10h11M10 5l5 5-5 5",
  out: "M16 10H5M10 5l-5 5 5 5",
  add: "M10 4v12M4 10h12",
  remove: "M4 10h12",
  grip: "M7 5v.5M13 5v.5M7 10v.5M13 10v.5M7 15v.5M13 15v.5",
};

/** A small drawing beside a word that says the same; hidden from screen readers. */
export function icon(name) {
  return s(
    "svg",
    { class: `a2-kc-icon a2-kc-icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true" },
    s("path", { d: ICON_PATHS[name] }),
  );
}

/** A square button with a drawing; `label` is its name. */
export function iconButton(name, label, onclick) {
  return h("button", { type: "button", class: "a2-kc-square", "aria-label": label, title: label, onclick }, icon(name));
}

/** The number of a gap, as the replies name it. */
export function gapNumber(k) {
  return h("sup", { class: "a2-kc-gapno", "aria-hidden": "true" }, k);
}

/** Name, icon and word of a verdict, for a field, a row or a note. */
export function markOf(kind, words) {
  return h("span", { class: "a2-kc-mark", "data-kind": kind }, icon(kind), words);
}
