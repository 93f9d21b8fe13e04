/** Shared drawing for the explorables: figures whose text keeps its size, axes, lines, bands. */
import { h, s, format } from "./ui.mjs";

/**
 * A figure that is drawn again for every width, so that labels stay 14 px on a phone instead of shrinking.
 * @param {(width: number) => {height: number, label: string, children: Node[]}} draw
 */
export function figure(draw) {
  const element = h("div", { class: "a2-plot" });
  let width = 0;
  let waiting = 0;
  const redraw = () => {
    if (width < 40) return;
    const { height, label, children } = draw(width);
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    element.replaceChildren(s("svg", { role: "img", "aria-label": label, ...size }, ...children));
  };
  const observer = new ResizeObserver((entries) => {
    const next = Math.floor(entries[0].contentRect.width);
    if (next === width) return;
    width = next;
    // Drawing inside the callback would change the height that is being observed.
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(redraw);
  });
  observer.observe(element);
  return {
    element,
    redraw,
    stop() {
      observer.disconnect();
      cancelAnimationFrame(waiting);
    },
  };
}

/** A figure with its heading above it. */
export function captioned(title, plot) {
  return h("div", { class: "a2-part" }, h("p", { class: "a2-part-title" }, h("strong", {}, title)), plot.element);
}

/**
 * Axes with light grid lines; the name of the y axis stands above it, so nobody has to tilt the head.
 * @param {{width: number, height: number, x: Axis, y: Axis, left?: number, right?: number}} options
 *   an axis is `{min, max, ticks, name, show}`
 * @returns {{x: (v: number) => number, y: (v: number) => number, children: Node[], box: Object}}
 */
export function axes({ width, height, x, y, left = 46, right = 14 }) {
  const box = { left, right: width - right, top: 30, bottom: height - 48 };
  const toX = (v) => box.left + ((v - x.min) / (x.max - x.min)) * (box.right - box.left);
  const toY = (v) => box.bottom - ((v - y.min) / (y.max - y.min)) * (box.bottom - box.top);
  const children = [];
  for (const tick of y.ticks) {
    children.push(line(box.left, toY(tick), box.right, toY(tick), { opacity: 0.35 }));
    children.push(words(box.left - 6, toY(tick) + 5, y.show(tick), { "text-anchor": "end" }));
  }
  for (const tick of x.ticks) {
    children.push(line(toX(tick), box.bottom, toX(tick), box.bottom + 5));
    children.push(words(toX(tick), box.bottom + 20, x.show(tick), { "text-anchor": "middle" }));
  }
  children.push(line(box.left, box.bottom, box.right, box.bottom));
  children.push(words(0, 15, y.name));
  children.push(words((box.left + box.right) / 2, height - 8, x.name, { "text-anchor": "middle" }));
  return { x: toX, y: toY, children, box };
}

export function line(x1, y1, x2, y2, attributes = {}) {
  return s("line", { x1, y1, x2, y2, stroke: "var(--a2-line)", ...attributes });
}

export function words(x, y, text, attributes = {}) {
  return s("text", { x, y, ...attributes }, text);
}

/** Text over lines: a halo in the colour of the page keeps it readable. */
export function label(x, y, text, attributes = {}) {
  const halo = { stroke: "var(--a2-surface)", "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" };
  return words(x, y, text, { ...halo, ...attributes });
}

/** A line through `[x, y]` points in the coordinates of the drawing. */
export function curve(points, attributes = {}) {
  const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return s("path", { d, fill: "none", "stroke-width": 2.5, "stroke-linejoin": "round", ...attributes });
}

/** The area between two lines of `[x, y]` points. */
export function band(upper, lower, attributes = {}) {
  const points = [...upper, ...[...lower].reverse()].map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return s("polygon", { points: points.join(" "), opacity: 0.18, ...attributes });
}

/** The reader's point: a ring with a dot, the same in every figure. */
export function target(x, y) {
  return s(
    "g",
    {},
    s("circle", { cx: x, cy: y, r: 8, fill: "var(--a2-surface)", stroke: "var(--a2-accent)", "stroke-width": 3 }),
    s("circle", { cx: x, cy: y, r: 2.5, fill: "var(--a2-accent)" }),
  );
}

/** Percent with as many digits as the size deserves: 0.4 %, 12 %, 97.3 %. */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const rounded = Math.round(1000 * share);
  const digits = (rounded < 100 || rounded > 900) && rounded % 10 ? 1 : 0;
  return `${format(100 * share, digits)}\u00a0%`;
}

/** A number and its unit stay on one line: "48 h". */
export function unbroken(text) {
  return text.replace(/(\d) (?=\S)/g, "$1\u00a0");
}

/** Evenly spaced numbers from the first to the last, both included. */
export function range(first, last, count) {
  return Array.from({ length: count }, (_, i) => first + ((last - first) * i) / (count - 1));
}

/** About six round tick values between two numbers. */
export function ticks(min, max) {
  const rough = (max - min) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.99);
  const values = [];
  for (let v = Math.ceil(min / step - 1e-9) * step; v <= max + step * 1e-6; v += step) values.push(Number(v.toFixed(10)));
  return values;
}

/** Facts as name, value and perhaps a note; read by screen readers as a list of terms. */
export function facts(rows) {
  const fact = ([name, value, note]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, note ? h("span", { class: "a2-fact-note" }, ` ${note}`) : null));
  return h("dl", { class: "a2-facts" }, ...rows.map(fact));
}

/** The stops of a slider, with one value added at its place: an observed rate is rarely a round number. */
export function stopsWith(stops, value) {
  return [...new Set([...stops, value])].sort((a, b) => a - b);
}

/** Place of the stop nearest to a value. */
export function nearestStop(stops, value) {
  return stops.reduce((best, stop, i) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? i : best), 0);
}

/** Listen to several traits of a model; returns the function that stops it. */
export function listen(model, names, update) {
  for (const name of names) model.on(`change:${name}`, update);
  return () => {
    for (const name of names) model.off(`change:${name}`, update);
  };
}

/** The frame of a widget: title, then its parts. */
export function explorable(title, ...parts) {
  return h("div", { class: "a2-root", role: "group", "aria-label": title }, h("p", { class: "a2-title" }, title), ...parts);
}
