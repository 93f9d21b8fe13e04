/** Drawing: axes, lines, bands, marks, and labels that can be read over them. */
import { h } from "./element.mjs";
import { show } from "./words.mjs";

export const colour = (name) => `var(--a2-${name})`;

/** Evenly spaced numbers from the first to the last, both included. */
export function range(first, last, count) {
  return Array.from({ length: count }, (_, i) => Number((first + ((last - first) * i) / (count - 1)).toFixed(10)));
}

/** About six round tick values between two numbers; fewer where there is no room. */
export function ticks(from, to, about = 6) {
  const rough = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.99);
  const values = [];
  for (let v = Math.ceil(from / step - 1e-9) * step; v <= to + step * 1e-6; v += step) values.push(Number(v.toFixed(10)));
  return values;
}

export function line(x1, y1, x2, y2, attributes = {}) {
  return h("line", { x1, y1, x2, y2, stroke: colour("line"), ...attributes });
}

export function words(x, y, text, attributes = {}) {
  return h("text", { x, y, ...attributes }, text);
}

/** About how wide a text is at the size of figures. */
export const widthOf = (text) => text.length * 7.8;

/** Text over lines: a halo in the colour of the page keeps it readable. */
export function label(x, y, text, attributes = {}) {
  const halo = { stroke: colour("surface"), "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" };
  return words(x, y, text, { ...halo, ...attributes });
}

/** A text cut into lines of at most `width` pixels. */
export function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && widthOf(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** The points that a line needs so that nobody sees a difference: the page carries a third of them. */
function needed(points, tolerance = 0.3) {
  if (points.length < 3) return points;
  const [[x1, y1], [x2, y2]] = [points[0], points.at(-1)];
  const length = Math.hypot(x2 - x1, y2 - y1);
  const away = ([x, y]) => (length ? Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length : Math.hypot(x - x1, y - y1));
  let farthest = 0;
  for (let i = 1; i < points.length - 1; i += 1) if (!farthest || away(points[i]) > away(points[farthest])) farthest = i;
  if (away(points[farthest]) <= tolerance) return [points[0], points.at(-1)];
  return [...needed(points.slice(0, farthest + 1), tolerance), ...needed(points.slice(farthest), tolerance).slice(1)];
}

/** A path through points, in steps from one to the next, which are shorter to write than places. */
function stepsThrough(points) {
  const tenth = (value) => Math.round(10 * value) / 10;
  let [x, y] = [0, 0];
  return needed(points).map(([nextX, nextY], i) => {
    const step = [tenth(nextX - x), tenth(nextY - y)];
    [x, y] = [x + step[0], y + step[1]];
    return `${i ? "l" : "M"}${step.join(" ").replace(/ -/, "-")}`;
  }).join("");
}

/** A line through `[x, y]` points of the drawing. */
export function curve(points, attributes = {}) {
  return h("path", { d: stepsThrough(points), fill: "none", "stroke-width": 2.5, "stroke-linejoin": "round", ...attributes });
}

/** The area between two lines of points. */
export function band(upper, lower, attributes = {}) {
  return h("path", { d: `${stepsThrough([...upper, ...[...lower].reverse()])}z`, opacity: 0.18, ...attributes });
}

/** The reader's point: a ring with a dot, the same in every figure. */
export function target(x, y) {
  return h("g", {},
    h("circle", { cx: x, cy: y, r: 8, fill: colour("surface"), stroke: colour("accent"), "stroke-width": 3 }),
    h("circle", { cx: x, cy: y, r: 2.5, fill: colour("accent") }));
}

/** Outlines of marks around a place. */
const OUTLINES = {
  circle: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (x, y, r) => `M${x - 1.3 * r} ${y}l${1.3 * r}${-1.3 * r}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}z`,
  triangle: (x, y, r) => `M${x - 1.3 * r} ${y + r}l${1.3 * r}${-2.3 * r}l${1.3 * r} ${2.3 * r}z`,
  cross: (x, y, r) => `M${x - r} ${y - r}l${2 * r} ${2 * r}m${-2 * r} 0l${2 * r}${-2 * r}`,
};

/** Marks of one look, in one element; `hollow` ones are only outlined, so that two kinds differ without colour. */
export function marks(places, { shape = "circle", colour: name = "blue", size = 5, hollow = false } = {}) {
  const tenth = (value) => Math.round(10 * value) / 10;
  const outline = (x, y) => OUTLINES[shape](tenth(x), tenth(y), size).replace(/-?\d+\.\d{2,}/g, (value) => tenth(Number(value)));
  const d = places.map(([x, y]) => outline(x, y)).join("");
  if (shape === "cross") return h("path", { d, fill: "none", stroke: colour(name), "stroke-width": 2.5 });
  if (hollow) return h("path", { d, fill: colour("surface"), stroke: colour(name), "stroke-width": 2 });
  return h("path", { d, fill: colour(name), stroke: colour("surface"), "stroke-width": 1 });
}

export const mark = (x, y, look) => marks([[x, y]], look);

/**
 * Axes with light grid lines; the name of the y axis stands above it, so nobody has to tilt the head.
 * @param {{width: number, height: number, x: Axis, y: Axis}} options an axis is
 *   `{label, from, to, ticks?, show?}`; without a y axis the drawing has only the x axis
 * @returns {{x: (v: number) => number, y: (v: number) => number, children: Object[], box: Object}}
 */
export function axes({ width, height, x, y }) {
  const ticksOf = (axis) => (axis.ticks ?? ticks(axis.from, axis.to)).filter((tick) => tick >= axis.from && tick <= axis.to + 1e-9);
  const marks = y ? ticksOf(y).map((tick) => [tick, show(y.show, tick)]) : [];
  const left = Math.max(16, ...marks.map(([, text]) => 12 + widthOf(text)));
  const [above, below] = [y ? wrapped(y.label, width) : [], wrapped(x.label, width)];
  const box = { left, right: width - 16, top: 14 + 16 * above.length, bottom: height - 32 - 16 * below.length };
  const toX = (v) => box.left + ((v - x.from) / (x.to - x.from)) * (box.right - box.left);
  const toY = (v) => box.bottom - ((v - y.from) / (y.to - y.from)) * (box.bottom - box.top);
  const children = [];
  for (const [tick, text] of marks) {
    children.push(line(box.left, toY(tick), box.right, toY(tick), { opacity: 0.35 }));
    children.push(words(box.left - 6, toY(tick) + 5, text, { "text-anchor": "end" }));
  }
  let free = -Infinity;
  for (const tick of ticksOf(x)) {
    const text = show(x.show, tick);
    children.push(line(toX(tick), box.bottom, toX(tick), box.bottom + 5));
    // A label that would touch its neighbour is left out: its tick still stands.
    if (toX(tick) - widthOf(text) / 2 < free + 4) continue;
    free = toX(tick) + widthOf(text) / 2;
    children.push(words(toX(tick), box.bottom + 20, text, { "text-anchor": "middle" }));
  }
  children.push(line(box.left, box.bottom, box.right, box.bottom));
  above.forEach((text, i) => children.push(words(0, 15 + 16 * i, text)));
  below.forEach((text, i) => children.push(words(width / 2, box.bottom + 40 + 16 * i, text, { "text-anchor": "middle" })));
  return { x: toX, y: toY, children, box };
}
