/** Show what a cell gives back, as Jupyter does: text, tables, pictures, charts, widgets, errors. */
import { fill, h, megabytes } from "./dom.mjs";
import { STRINGS } from "./strings_en.mjs";
import { asShown } from "./terminal.mjs";

const LARGEST = 4e6;
// An error that is longer is folded below its name.
const LONGEST_ERROR = 16;
const CHART = "application/vnd.vegalite.v5+json";
const PICTURES = { "image/png": "png", "image/jpeg": "jpeg" };

/**
 * The output area of one run.
 * @param {HTMLElement} room
 * @param {{figures: {alt: string, caption: ?Node}[], host: () => Promise<Object>, goTo: (line: number) => void}} context
 */
export function makeOutputs(room, context) {
  let last = null;
  let streamed = "";
  let figures = 0;

  function add(...elements) {
    last = null;
    room.append(...elements);
  }

  function picture(source) {
    const known = context.figures[figures];
    figures += 1;
    const alt = known?.alt ?? (figures > 1 ? fill(STRINGS.output.figure_many, { n: figures }) : STRINGS.output.figure);
    const caption = known?.caption?.cloneNode(true);
    const image = h("img", { src: source, alt });
    image.addEventListener("error", () => image.replaceWith(note(STRINGS.output.unseen)));
    add(h("figure", { class: "output" }, image, caption));
  }

  const show = {
    stream({ name, text }) {
      if (last?.dataset.stream !== name) {
        last = h("pre", { class: `output stream ${name}`, "data-stream": name });
        streamed = "";
        room.append(last);
      }
      const before = last.textContent;
      streamed += text;
      const shown = asShown(streamed);
      if (shown.startsWith(before)) last.append(shown.slice(before.length));
      else last.textContent = shown;
    },
    display({ data }) {
      if (data["application/vnd.ai2med.feedback+json"])
        context.checked?.(JSON.parse(data["application/vnd.ai2med.feedback+json"]));
      const html = data["text/html"];
      const image = Object.keys(PICTURES).find((mime) => data[mime]);
      if ((html?.length ?? 0) > LARGEST) add(note(fill(STRINGS.output.too_large, { mb: megabytes(html.length) })));
      else if (data[CHART]) add(chart(data[CHART]));
      else if (html) add(markup(html, context));
      else if (image) picture(`data:${image};base64,${data[image].trim()}`);
      else if (data["image/svg+xml"]) picture(`data:image/svg+xml,${encodeURIComponent(data["image/svg+xml"])}`);
      else if (data["text/plain"]) add(h("pre", { class: "output text_plain" }, asShown(data["text/plain"])));
    },
    error({ text, ename, line }) {
      const hint = STRINGS.hints[ename];
      add(
        ...errorParts(asShown(text)),
        ...(hint ? [h("p", { class: "live-error-hint" }, hint)] : []),
        ...(line
          ? [h("button", { type: "button", class: "a2-button", "data-action": "line", onclick: () => context.goTo(line) }, fill(STRINGS.output.line, { line }))]
          : []),
      );
    },
    clear() {
      room.replaceChildren();
      last = null;
      figures = 0;
    },
    cut: () => add(note(STRINGS.output.cut)),
    stopped: () => add(note(STRINGS.output.stopped)),
    exit: () => add(note(STRINGS.output.exit)),
  };

  return {
    show(output) {
      show[output.kind]?.(output);
    },
    get empty() {
      return !room.childNodes.length;
    },
  };
}

function note(text) {
  return h("p", { class: "live-note" }, text);
}

/** An error; of a long one the name stands first, and how Python came to it is folded. */
function errorParts(text) {
  const lines = text.split("\n");
  if (lines.length <= LONGEST_ERROR) return [h("pre", { class: "output live-error" }, text)];
  const steps = h("details", { class: "live-steps" }, h("summary", {}, fill(STRINGS.output.steps, { n: lines.length })), h("pre", {}, text));
  return [h("div", { class: "output live-error" }, h("pre", {}, lines.at(-1)), steps)];
}

/** A chart; what draws it is large, and loaded with the first one. */
function chart(given) {
  const made = h("figure", { class: "output chart", "aria-busy": "true" }, note(STRINGS.chart.loading));
  import("./charts.mjs")
    .then(
      ({ draw }) => draw(made, typeof given === "string" ? JSON.parse(given) : given),
      () => made.replaceChildren(note(STRINGS.chart.unavailable)),
    )
    .finally(() => made.removeAttribute("aria-busy"));
  return made;
}

/** The name of an index, which pandas writes below the heading, goes into it, as in stored outputs (`book/tables.py`). */
function nameIndexes(head) {
  const [above, last] = [...head.rows].slice(-2);
  if (!last) return;
  const isEmpty = (cell) => !cell.textContent.trim();
  const names = [...last.cells];
  const count = names.findIndex(isEmpty);
  const free = [...above.cells].slice(0, Math.max(count, 0)).every((cell) => isEmpty(cell) && cell.colSpan * cell.rowSpan === 1);
  if (count < 1 || !names.slice(count).every(isEmpty) || above.cells.length <= count || !free) return;
  names.slice(0, count).forEach((name, place) => above.cells[place].replaceWith(name));
  last.remove();
}

/** Tables for the ear, as stored outputs have them (`book/tables.py`). */
function mendTables(content) {
  for (const head of content.querySelectorAll("thead")) nameIndexes(head);
  // An empty heading is announced for nothing; the corner of a table is a cell like any other.
  for (const head of content.querySelectorAll("th"))
    if (!head.textContent.trim() && !head.children.length) head.replaceWith(document.createElement("td"));
  for (const head of content.querySelectorAll("thead th:not([scope])")) head.scope = "col";
  for (const head of content.querySelectorAll("tbody th:not([scope])")) head.scope = "row";
  for (const table of content.querySelectorAll("table.dataframe")) {
    if (table.caption) continue;
    const rows = table.querySelectorAll("tbody tr").length;
    const heads = [...table.querySelectorAll("thead tr:last-child :is(th, td)")].map((cell) => cell.textContent.trim());
    const words = rows === 1 ? STRINGS.output.table_one : STRINGS.output.table;
    const caption = fill(words, { rows, columns: heads.filter(Boolean).join(", ") });
    table.prepend(h("caption", { class: "visually-hidden" }, caption));
  }
}

/** HTML that a value gave for itself. Scripts in it do not run; a widget of the book is brought to life by its host. */
function markup(html, context) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const script of template.content.querySelectorAll("script:not([type='application/json'])")) script.remove();
  mendTables(template.content);
  const made = h("div", { class: "output text_html" }, template.content);
  const widgets = made.querySelectorAll("[data-widget][data-module]");
  if (widgets.length) context.host().then((host) => widgets.forEach((widget) => host.start(widget)));
  return made;
}
