/** People as icons: grouped and countable, one shape and one colour a group. */
import { h } from "./element.mjs";
import { colour } from "./draw.mjs";

const BLOCK = 5;
const GAP = 4;
const round = (value) => Number(value.toFixed(2));

function circleAt(x, y, r) {
  return `M${round(x - r)} ${round(y)}a${round(r)} ${round(r)} 0 1 0 ${round(2 * r)} 0a${round(r)} ${round(r)} 0 1 0 ${round(-2 * r)} 0`;
}

/** A person in a square of side `z`: head, and shoulders or (flag) a triangle. */
function personAt(x, y, z, isFlag) {
  const u = z / 10;
  const n = (v) => round(v * u);
  const head = circleAt(x + 5 * u, y + 2.5 * u, 2.1 * u);
  const start = `M${round(x + 1.4 * u)} ${round(y + (isFlag ? 5.3 : 9.5) * u)}`;
  if (isFlag) return `${head}${start}h${n(7.2)}l${n(-3.6)} ${n(4.5)}z`;
  return `${head}${start}v${n(-1)}a${n(3.6)} ${n(3.2)} 0 0 1 ${n(7.2)} 0v${n(1)}z`;
}

/** Paths by shape, in a square of side `z`; the hollow ones are drawn as lines. */
const SHAPES = {
  disc: (x, y, z) => circleAt(x + z / 2, y + z / 2, z * 0.4),
  ring: (x, y, z) => circleAt(x + z / 2, y + z / 2, z * 0.33),
  square: (x, y, z) => `M${round(x + z * 0.14)} ${round(y + z * 0.14)}h${round(z * 0.72)}v${round(z * 0.72)}h${round(-z * 0.72)}z`,
  dot: (x, y, z) => circleAt(x + z / 2, y + z / 2, z * 0.18),
  cross: (x, y, z) => `M${round(x + z * 0.2)} ${round(y + z * 0.2)}l${round(z * 0.6)} ${round(z * 0.6)}m0 ${round(-z * 0.6)}l${round(-z * 0.6)} ${round(z * 0.6)}`,
  person: (x, y, z) => personAt(x + z * 0.05, y + z * 0.04, z * 0.9, false),
  hollow: (x, y, z) => personAt(x + z * 0.09, y + z * 0.07, z * 0.82, false),
  flag: (x, y, z) => personAt(x + z * 0.05, y + z * 0.04, z * 0.9, true),
  small: (x, y, z) => personAt(x + z * 0.22, y + z * 0.3, z * 0.56, false),
};
const HOLLOW = new Set(["ring", "cross", "hollow"]);

function painted(group, d, size) {
  const paint = colour(group.colour ?? "blue");
  if (!HOLLOW.has(group.shape)) return h("path", { d, fill: paint });
  return h("path", { d, fill: "none", stroke: paint, "stroke-width": Math.max(1.4, size * 0.15) });
}

/** One icon as it stands in the figure, to put beside its name. */
export function icon(group, size = 18) {
  const box = { width: size, height: size, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" };
  return h("svg", { class: "a2-icon", ...box }, painted(group, SHAPES[group.shape](0, 0, size), size));
}

/** Shape, name and count of each group: the key of the figure, and its reading for everyone. */
function key(groups) {
  return h("ul", { class: "a2-key" }, groups.map((group) => h("li", {}, icon(group), h("span", {}, group.name))));
}

/** Five icons that repeat: a thousand people cost a page no more than five. */
function tile(id, group, size) {
  const d = Array.from({ length: BLOCK }, (_, i) => SHAPES[group.shape](i * size, 0, size)).join("");
  return h("pattern", { id, patternUnits: "userSpaceOnUse", width: BLOCK * size + GAP, height: size }, painted(group, d, size));
}

/** Places filled one group after another, as areas: for each block of five rows the path of each group. */
function areas(groups, columns, size) {
  const along = (place) => round(place * size + GAP * Math.floor(place / BLOCK));
  const blocks = [];
  let place = 0;
  groups.forEach((group, number) => {
    for (let left = group.count; left > 0; ) {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const count = Math.min(columns - column, left);
      const [top, end] = [row % BLOCK, column + count - 1];
      const paths = (blocks[Math.floor(row / BLOCK)] ??= groups.map(() => ""));
      paths[number] += `M${along(column)} ${round(top * size)}H${round(along(end) + size)}v${round(size)}H${along(column)}z`;
      place += count;
      left -= count;
    }
  });
  return blocks;
}

/**
 * Draw people row by row, with a small gap after every five rows and columns.
 * @param {Object} spec `groups` of `{name, count, shape, colour}`, or `sections` of `{title, groups}`, each on new rows;
 *   `columns` where their number must not follow from the number of people
 */
export function people(spec, width, id) {
  const sections = (spec.sections ?? [spec]).map(({ title, groups }) => ({ title, groups: groups.filter((group) => group.count) }));
  const countOf = (groups) => groups.reduce((sum, group) => sum + group.count, 0);
  const total = sections.reduce((sum, { groups }) => sum + countOf(groups), 0);
  const columns = spec.columns ?? (total <= 120 ? 10 : total <= 250 ? 20 : width >= 560 ? 50 : 25);
  const size = Math.min(24, (width - GAP * (columns / BLOCK - 1)) / columns);
  const children = [];
  let top = 0;
  sections.forEach(({ title, groups }, place) => {
    if (!groups.length) return;
    if (title) {
      children.push(h("text", { x: 0, y: top + 16, "font-weight": 600 }, title));
      top += 24;
    }
    const name = (number) => `${id}-${place}-${number}`;
    children.push(groups.map((group, number) => tile(name(number), group, size)));
    areas(groups, columns, size).forEach((paths, block) => {
      const parts = paths.map((d, number) => d && h("path", { d, fill: `url(#${name(number)})` })).filter(Boolean);
      children.push(h("g", { transform: `translate(0 ${round(top + block * (BLOCK * size + GAP))})` }, parts));
    });
    const rows = Math.ceil(countOf(groups) / columns);
    top += rows * size + GAP * Math.floor((rows - 1) / BLOCK) + 8;
  });
  return { height: Math.ceil(top), children };
}

/** The key stands above the drawing. */
people.above = (spec) => key((spec.sections ?? [spec]).flatMap(({ groups }) => groups).filter((group) => group.name));
