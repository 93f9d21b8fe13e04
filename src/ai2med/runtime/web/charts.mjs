/** Draw a chart that Altair describes in Vega-Lite: a picture with names for screen readers, and its data as a table. */
import { fill, h } from "./dom.mjs";
import { STRINGS } from "./strings_en.mjs";
import { View, compile, expressionInterpreter, parse } from "./vendor/vega.mjs";

const ROWS = 100;
const NARROW = 480;
const COMPOSED = ["concat", "hconcat", "vconcat", "facet", "repeat", "row", "column"];
/** The parts of a time that a chart may keep, each with how it is written. */
const TIME_PARTS = {
  year: { year: "numeric" },
  month: { month: "short" },
  date: { day: "numeric" },
  day: { weekday: "short" },
  hours: { hour: "2-digit" },
  minutes: { minute: "2-digit" },
  seconds: { second: "2-digit" },
};
// What composite marks (box plots, error bars) compute without being asked in words.
const COMPUTED = ["lower_whisker", "lower_box", "mid_box", "upper_box", "upper_whisker", "lower", "center", "upper"];

/** Colours are the page's own variables, so that a chart follows the theme without being drawn again. */
function look(room) {
  const [text, muted, line, hairline] = ["text", "muted", "line", "hairline"].map((name) => `var(--a2-${name})`);
  const words = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 13 };
  return {
    background: "transparent",
    font: getComputedStyle(room).fontFamily,
    axis: { ...words, gridColor: hairline, domainColor: line, tickColor: line, labelOverlap: true, labelSeparation: 6 },
    legend: { ...words, ...(room.clientWidth < NARROW ? { orient: "bottom", columns: 2 } : {}) },
    header: words,
    title: { color: text, subtitleColor: muted },
    view: { stroke: hairline },
    mark: { color: "var(--a2-blue)" },
    text: { color: text },
    rule: { color: text },
    range: { category: ["blue", "orange", "green", "pink", "sky", "grey"].map((name) => `var(--a2-${name})`) },
  };
}

/** Nothing is asked of other hosts: data come with the chart, pictures too, and links lead only where a reader clicks. */
const loader = {
  load: (uri) => Promise.reject(new Error(fill(STRINGS.chart.no_address, { uri }))),
  async sanitize(uri, { context }) {
    const allowed = context === "image" ? /^data:image\// : /^(https?:|#)/;
    if (!allowed.test(uri)) throw new Error(fill(STRINGS.chart.no_address, { uri }));
    return { href: uri, target: "_blank", rel: "noopener noreferrer" };
  },
};

/**
 * Draw a chart into a figure; what stood in the figure is replaced. A faulty specification is told as text.
 * @param {HTMLElement} figure
 * @param {Object} spec Vega-Lite
 */
export async function draw(figure, spec) {
  const picture = h("div", { class: "chart-picture" });
  figure.replaceChildren(picture);
  const said = { error: [], warn: [] };
  try {
    // A wheel scrolls the page, also over a chart that can zoom; with Ctrl it zooms.
    picture.addEventListener("wheel", (event) => event.ctrlKey || event.stopPropagation(), { capture: true });
    const single = !COMPOSED.some((name) => name in spec || name in (spec.encoding ?? {}));
    let made = await render(picture, single && spec.width === undefined ? fitted(spec) : spec, said);
    if (single && picture.scrollWidth > picture.clientWidth + 1 && spec.width !== "container") {
      made.view.finalize();
      made = await render(picture, fitted(spec), said);
    }
    if (said.error.length) throw new Error(said.error[0]);
    figure.append(...notes(said.warn, spec), ...tables(made, spec));
  } catch (error) {
    const reason = String(error?.message ?? error);
    figure.replaceChildren(
      h("pre", { class: "live-error" }, `${STRINGS.chart.faulty}\n${reason}`),
      h("p", { class: "live-error-hint" }, STRINGS.chart.faulty_hint),
    );
  }
}

const fitted = (spec) => ({ ...spec, width: "container" });

/** Marks that describe no item of theirs, or have none, would have a role and no name. */
function name(marks) {
  for (const mark of marks ?? []) {
    if (mark.type !== "group") mark.description ??= fill(STRINGS.chart.marks, { type: mark.type });
    name(mark.marks);
  }
}

async function render(picture, spec, said) {
  const log = { level: () => log, info: () => log, debug: () => log };
  for (const kind of ["error", "warn"])
    log[kind] = (...parts) => {
      // Data that could not be had are a warning to Vega, and no chart to a reader.
      if (parts[0] === "Loading failed") said.error.push(String(parts.at(-1)?.message ?? parts.at(-1)));
      else said[kind].push(parts.map((part) => part?.message ?? part).join(" "));
      return log;
    };
  const title = [spec.title?.text ?? spec.title ?? []].flat().join(" ");
  const named = { ...spec, description: spec.description || title || STRINGS.chart.unnamed };
  const compiled = compile(named, { config: look(picture), logger: log }).spec;
  name(compiled.marks);
  picture.dataset.width = spec.width === "container" ? "fitted" : "own";
  // The tree of each expression is interpreted: no text is ever turned into code.
  const runtime = parse(compiled, null, { ast: true });
  const view = new View(runtime, { expr: expressionInterpreter, renderer: "svg", loader, logger: log, hover: true });
  await view.initialize(picture).runAsync();
  return { view, compiled };
}

/** A column that is not there leaves a chart empty without a word; Vega's log knows. */
function notes(warnings, spec) {
  const rows = [spec.data?.values ?? [], ...Object.values(spec.datasets ?? {})].flat();
  const columns = warnings.map((text) => text.match(/Infinite extent for field "(.+?)"/)?.[1]).filter(Boolean);
  // A part of a chart may be rightly empty, such as the outliers of a box plot.
  const lacking = columns.filter((column) => !rows.some((row) => (row?.[column] ?? null) !== null));
  return [...new Set(lacking)].map((column) => h("p", { class: "live-note" }, fill(STRINGS.chart.no_column, { column })));
}

/** The columns that a specification names, and what it computes of them, such as mean. */
function namesOf(part, found = { fields: new Set(), times: new Set(), computed: new Set(COMPUTED) }) {
  if (part.type === "temporal") found.times.add(part.field);
  for (const [name, value] of Object.entries(part)) {
    if (name === "data" || name === "datasets") continue;
    if (typeof value === "object" && value) namesOf(value, found);
    else if (name === "field") found.fields.add(String(value).replaceAll("\\", ""));
    else if (["aggregate", "timeUnit", "unit", "op"].includes(name)) found.computed.add(value);
  }
  return found;
}

/** Names of the tables that marks are drawn from; not those inside a facet, which hold a part of the rows. */
function drawnFrom(marks, inner = new Set(), found = new Set()) {
  for (const mark of marks ?? []) {
    const name = mark.from?.facet?.data ?? mark.from?.data;
    if (name && !inner.has(name)) found.add(name);
    const own = [mark.from?.facet?.name, ...(mark.data ?? []).map((table) => table.name)];
    drawnFrom(mark.marks, new Set([...inner, ...own]), found);
  }
  return found;
}

/** A column of the drawn table as readers see it; null for one that the specification does not name. */
function heading(key, { fields, computed }) {
  if (key === "__count") return STRINGS.chart.count;
  if (fields.has(key)) return key;
  for (const field of fields) {
    const end = key.endsWith(`_${field}_end`);
    if (!end && !key.endsWith(`_${field}`)) continue;
    const name = key.slice(0, key.lastIndexOf(`_${field}`));
    if (name.startsWith("bin_")) return fill(end ? STRINGS.chart.to : STRINGS.chart.from, { field });
    if (computed.has(name) && !end) return fill(STRINGS.chart.computed, { name: name.replaceAll("_", " "), field });
  }
  return null;
}

function tables({ view, compiled }, spec) {
  const names = namesOf(spec);
  const made = new Map();
  for (const name of drawnFrom(compiled.marks)) {
    const rows = view.data(name);
    const columns = Object.keys(rows[0] ?? {}).flatMap((key) => {
      const title = heading(key, names);
      return title ? [[key, title, timeOf(key, names)]] : [];
    });
    made.set(columns.map(([key]) => key).join(), { rows, columns });
  }
  // What another table holds as well is told once.
  const holds = (one, other) => one !== other && one.columns.every(([key]) => other.columns.some(([name]) => name === key));
  const kept = [...made.values()].filter((one) => one.columns.length && ![...made.values()].some((other) => holds(one, other)));
  return kept.map(({ rows, columns }) => dataTable(rows, columns));
}

/** How the times of a column are written: as the parts that the chart keeps; null for a column that holds none. */
function timeOf(key, { fields, times }) {
  const field = [...times, ...fields].find((name) => key === name || key.endsWith(`_${name}`));
  if (field === undefined) return null;
  const unit = key.slice(0, -field.length - 1).replace(/^utc/, "");
  const kept = unit.match(/year|month|date|day|hours|minutes|seconds/g) ?? [];
  // "month" alone has a year that was made up; a part that is not listed here leaves the time whole.
  if (kept.length && kept.join("") === unit) return { parts: Object.assign({}, ...kept.map((part) => TIME_PARTS[part])) };
  return times.has(field) ? { parts: {} } : null;
}

function dataTable(rows, columns) {
  const { first_rows, rows: all_rows, row: one_row } = STRINGS.chart;
  const words = rows.length > ROWS ? first_rows : rows.length === 1 ? one_row : all_rows;
  const many = fill(words, { n: Math.min(rows.length, ROWS), total: rows.length });
  const head = h("tr", {}, ...columns.map(([, title]) => h("th", { scope: "col" }, title)));
  const body = rows.slice(0, ROWS).map((row) => h("tr", {}, ...columns.map(([key, , time]) => h("td", {}, written(row[key], time)))));
  const table = h("table", {}, h("thead", {}, head), h("tbody", {}, ...body));
  return h("details", { class: "chart-data" }, h("summary", {}, fill(STRINGS.chart.data, { many })), h("div", { class: "text_html" }, table));
}

function written(given, time) {
  if (given === null || given === undefined) return "";
  const value = time && typeof given === "number" ? new Date(given) : given;
  const parts = time?.parts ?? {};
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (!(value instanceof Date)) return String(value);
  if (Object.keys(parts).length) return value.toLocaleString("en-GB", parts);
  const whole = !value.getHours() && !value.getMinutes();
  return value.toLocaleString("en-GB", { dateStyle: "medium", ...(whole ? {} : { timeStyle: "short" }) });
}
