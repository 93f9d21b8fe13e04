/** Drawing: axes, lines, bands, marks, and labels that can be read over them. */
import { h } from "./element.mjs";
import { show } from "./words.mjs";

export const colour = (name) => `var(--a2-${name})`;

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

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

/** A line through `[x, y]` points of the drawing. */
export function curve(points, attributes = {}) {
  const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return h("path", { d, fill: "none", "stroke-width": 2.5, "stroke-linejoin": "round", ...attributes });
}

/** The area between two lines of points. */
export function band(upper, lower, attributes = {}) {
  const points = [...upper, ...[...lower].reverse()].map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return h("polygon", { points: points.join(" "), opacity: 0.18, ...attributes });
}

/** The reader's point: a ring with a dot, the same in every figure. */
export function target(x, y) {
  return h("g", {},
    h("circle", { cx: x, cy: y, r: 8, fill: colour("surface"), stroke: colour("accent"), "stroke-width": 3 }),
    h("circle", { cx: x, cy: y, r: 2.5, fill: colour("accent") }));
}

/** A mark of one shape; `hollow` ones are only outlined, so that two kinds differ without colour. */
export function mark(x, y, { shape = "circle", colour: name = "blue", size = 5, hollow = false } = {}) {
  const paint = hollow
    ? { fill: colour("surface"), stroke: colour(name), "stroke-width": 2 }
    : { fill: colour(name), stroke: colour("surface"), "stroke-width": 1 };
  if (shape === "circle") return h("circle", { cx: x, cy: y, r: size, ...paint });
  if (shape === "square") return h("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, ...paint });
  const s = size * 1.3;
  const d = {
    diamond: `M${x - s} ${y}L${x} ${y - s}L${x + s} ${y}L${x} ${y + s}z`,
    triangle: `M${x - s} ${y + size}L${x} ${y - s}L${x + s} ${y + size}z`,
    cross: `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}`,
  }[shape];
  return h("path", { d, ...paint, ...(shape === "cross" ? { stroke: colour(name), "stroke-width": 2.5 } : {}) });
}

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
