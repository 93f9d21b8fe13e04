/** Views with axes: curves, run chart, timeline, bars, piles of dots. Each returns a drawing for a width. */
import { h } from "./element.mjs";
import { axes, band, colour, curve, label, line, mark, marks, target, widthOf, words, wrapped } from "./draw.mjs";
import { clamp } from "./stats/numbers.mjs";
import { show } from "./words.mjs";

const DASHES = { long: "9 4", short: "4 4", dots: "2 4" };

/** A name of a line or rule, kept inside the drawing, with its mark in the line's colour. */
function named(x, y, text, { colour: name, mark: sign, width }) {
  const long = widthOf(`${sign ?? ""} ${text}`) * (sign ? 1.16 : 1);
  const anchor = x + long > width - 2 ? "end" : "start";
  const at = anchor === "end" ? Math.max(Math.min(x, width - 2), long + 2) : x;
  const parts = sign ? [h("tspan", { fill: colour(name) }, sign), ` ${text}`] : text;
  return label(at, y, parts, { "text-anchor": anchor, "font-weight": sign ? 700 : null });
}

/**
 * Curves with bands, columns, points with intervals, rules, and the reader's own point.
 * @param {Object} spec `x`, `y` (axes); `bands` of `{upper, lower, colour}`; `lines` of `{points, colour, dash, name,
 *   place}`; `columns` of `{from, to, y, colour}`; `points` of `{x, y, low, high, shape, colour, hollow, name}`;
 *   `rules` of `{x or y, label, dash, colour}`; `notes` of `{x, y, text}`; `target` as `[x, y]`; `height` as a share of
 *   the width
 */
export function curves(spec, width) {
  const height = Math.round(clamp(width * (spec.height ?? 0.75), 220, 360) + 60);
  const frame = axes({ width, height, x: spec.x, y: spec.y });
  const { box } = frame;
  const at = ([x, y]) => [frame.x(x), frame.y(clamp(y, spec.y.from, spec.y.to))];
  const children = [...frame.children];
  for (const { from, to, y, colour: name = "blue" } of spec.columns ?? []) {
    const [left, top] = at([from, y]);
    children.push(h("rect", { x: left + 0.5, y: top, width: frame.x(to) - left - 1, height: box.bottom - top, fill: colour(name) }));
  }
  for (const { upper, lower, colour: name = "blue" } of spec.bands ?? []) {
    children.push(band(upper.map(at), lower.map(at), { fill: colour(name) }));
  }
  for (const { x, y, dash = "short", colour: name = "line" } of spec.rules ?? []) {
    const ends = x === undefined ? [box.left, frame.y(y), box.right, frame.y(y)] : [frame.x(x), box.top, frame.x(x), box.bottom];
    children.push(line(...ends, { stroke: colour(name), "stroke-width": 1.5, "stroke-dasharray": DASHES[dash] }));
  }
  for (const { points, colour: name = "blue", dash, width: thick } of spec.lines ?? []) {
    children.push(curve(points.map(at), { stroke: colour(name), "stroke-dasharray": DASHES[dash], "stroke-width": thick ?? 2.5 }));
  }
  for (const { x, low, high, colour: name = "blue" } of spec.points ?? []) {
    if (low !== undefined) children.push(line(...at([x, low]), ...at([x, high]), { stroke: colour(name), "stroke-width": 2 }));
  }
  for (const points of alike(spec.points ?? [])) children.push(marks(points.map(({ x, y }) => at([x, y])), points[0]));
  for (const { x, y, name } of spec.points ?? []) {
    if (name) children.push(named(frame.x(x) + 8, frame.y(y) - 6, name, { width }));
  }
  for (const { x, y, label: text, place } of spec.rules ?? []) {
    if (!text) continue;
    if (x === undefined) children.push(named(box.left + 6, frame.y(y) + (place === "below" ? 17 : -7), text, { width }));
    else children.push(named(frame.x(x) + 5, box.top + 12, text, { width }));
  }
  for (const { points, name, place, colour: paint = "blue", mark: sign = "●" } of spec.lines ?? []) {
    if (!name) continue;
    const x = at(points.at(-1))[0];
    // The name ends at the line's end; over its whole length it keeps clear of the line.
    const heights = points.map(at).filter(([px]) => px >= x - widthOf(`${sign} ${name}`)).map(([, py]) => py);
    const y = place === "below" ? Math.max(...heights) + 18 : Math.min(...heights) - 8;
    children.push(named(Math.max(box.left, x + 2), y, name, { colour: paint, mark: sign, width: box.right }));
  }
  for (const { x, y, text } of spec.notes ?? []) children.push(named(...at([x, y]), text, { width: box.right }));
  if (spec.target && spec.target.every(Number.isFinite)) children.push(target(...at(spec.target)));
  return { height, children, at: (px, py) => [invert(px, box.left, box.right, spec.x), invert(py, box.bottom, box.top, spec.y)] };
}

/** Points of one look together, which the page then draws as one. */
function alike(points) {
  const looks = new Map();
  for (const point of points) {
    const key = [point.shape, point.colour, point.size, point.hollow].join();
    looks.set(key, [...(looks.get(key) ?? []), point]);
  }
  return looks.values();
}

function invert(place, first, last, axis) {
  return clamp(axis.from + ((place - first) / (last - first)) * (axis.to - axis.from), axis.from, axis.to);
}

/** What curves show, as a table: points of lines by their x, then points that have a name. */
curves.numbers = (spec) => {
  const lines = (spec.lines ?? []).filter((each) => each.name);
  if (lines.length) {
    const xs = lines[0].points.map(([x]) => x);
    const value = (each, i) => (each.points[i] ? show(spec.y.show, each.points[i][1]) : "");
    return {
      head: [spec.x.label, ...lines.map((each) => each.name)],
      rows: xs.map((x, i) => [show(spec.x.show, x), ...lines.map((each) => value(each, i))]),
    };
  }
  const points = (spec.points ?? []).map((p) => [p.name ?? show(spec.x.show, p.x), show(spec.y.show, p.y)]);
  return { head: [spec.x.label, spec.y.label], rows: points };
};

/**
 * A run chart: values over time, their centre, control limits if there are any, and signals as squares.
 * @param {Object} spec `values`, `centre`, `low`, `high`, `signals` (places), `x`, `y`; `changes` as rules
 */
export function run(spec, width) {
  return curves(asCurves(spec), width);
}

run.numbers = (spec) => {
  const signals = new Set(spec.signals);
  const rows = spec.values.map((value, i) => [show(spec.x.show, i + 1), show(spec.y.show, value), signals.has(i) ? "■" : ""]);
  return { head: [spec.x.label, spec.y.label, spec.signal ?? ""], rows };
};

function asCurves(spec) {
  const signals = new Set(spec.signals);
  const limits = [["low", "dots"], ["high", "dots"]].filter(([name]) => spec[name] !== undefined);
  const stretch = (value) => (Array.isArray(value) ? value : spec.values.map(() => value)).map((v, i) => [i + 1, v]);
  return {
    ...spec,
    rules: spec.changes,
    lines: [
      { points: spec.values.map((value, i) => [i + 1, value]), width: 1.5, colour: "grey" },
      { points: stretch(spec.centre), colour: "green" },
      ...limits.map(([name, dash]) => ({ points: stretch(spec[name]), colour: "orange", dash, width: 2 })),
    ],
    points: spec.values.map((value, i) => ({
      x: i + 1, y: value, size: signals.has(i) ? 6 : 4, shape: signals.has(i) ? "square" : "circle", colour: signals.has(i) ? "bad" : "blue",
    })),
  };
}

/**
 * Lanes over time: spans, and marks on them.
 * @param {Object} spec `x`; `lanes` of `{name, spans: [{from, to, colour, dash, text}], marks: [{at, shape, colour,
 *   hollow, text}]}`; `rules` of `{x, label}`
 */
export function timeline(spec, width) {
  const names = spec.lanes.map((lane) => (lane.name ? wrapped(lane.name, width / 1.1) : []));
  const tall = 20 + Math.max(...names.map((lines) => 8 * Math.sign(lines.length) + 16 * lines.length));
  const rules = spec.rules ?? [];
  const top = 20 * rules.filter((rule) => rule.label).length + 6;
  const height = top + tall * spec.lanes.length + 62;
  const frame = axes({ width, height, x: spec.x });
  const children = [...frame.children];
  rules.forEach(({ x, label: text, dash, colour: name = "accent" }, i) => {
    children.push(line(frame.x(x), top, frame.x(x), frame.box.bottom, { stroke: colour(name), "stroke-width": 2, "stroke-dasharray": DASHES[dash] }));
    if (text) children.push(named(frame.x(x) + 3, 15 + 20 * i, text, { width }));
  });
  spec.lanes.forEach(({ spans = [], marks = [] }, i) => {
    const y = top + tall * (i + 1) - 12;
    names[i].forEach((text, k) => children.push(label(0, y - 14 - 16 * (names[i].length - 1 - k), text, { "font-weight": 600 })));
    for (const { from, to, colour: paint = "grey", dash, text } of spans) {
      children.push(line(frame.x(from), y, frame.x(to), y, { stroke: colour(paint), "stroke-width": dash ? 2 : 5, "stroke-dasharray": DASHES[dash] }));
      if (text) children.push(named(frame.x(from), y + 16, text, { width }));
    }
    for (const each of marks) {
      children.push(mark(frame.x(each.at), y, each));
      if (each.text) children.push(named(frame.x(each.at) + 9, y + 5, each.text, { width }));
    }
  });
  return { height, children };
}

timeline.numbers = (spec) => ({
  head: spec.head ?? ["", spec.x.label],
  rows: spec.lanes.map(({ name, spans = [], marks = [] }) => [
    name ?? "",
    [...spans.map((each) => `${show(spec.x.show, each.from)} – ${show(spec.x.show, each.to)}${each.text ? `: ${each.text}` : ""}`),
      ...marks.map((each) => `${show(spec.x.show, each.at)}${each.text ? `: ${each.text}` : ""}`)].join("; "),
  ]),
});

/**
 * Bars that lie, each under its name, with its value behind it.
 * @param {Object} spec `items` of `{name, value, colour, parts: [{value, colour, name}], low, high}`; `to` (end of the
 *   scale), `show`, `limit` as `{value, label}`; without `show: false` values are written
 */
export function bars(spec, width) {
  const to = spec.to ?? Math.max(...spec.items.map((item) => item.value), spec.limit?.value ?? 0, 1e-9);
  const texts = spec.items.map((item) => (spec.show === false ? "" : item.text ?? show(spec.show, item.value)));
  const room = width - 8 - (spec.scale ? 0 : Math.max(...texts.map((text) => (text ? widthOf(text) + 8 : 0))));
  const long = (value) => (clamp(value, 0, to) / to) * room;
  const [children, names] = [[], []];
  let y = spec.limit?.label ? 20 : 0;
  const top = y;
  spec.items.forEach((item, i) => {
    for (const text of wrapped(item.name, width)) names.push(label(0, (y += 16), text));
    y += 6;
    if (spec.scale) children.push(h("rect", { x: 0.5, y: y + 0.5, width: room - 1, height: 21, fill: "none", stroke: colour("line") }));
    let x = 0;
    for (const part of item.parts ?? [item]) {
      const wide = Math.max(part.value > 0 ? 1.5 : 0, long(part.value));
      children.push(h("rect", { x, y, width: wide, height: 22, fill: colour(part.colour ?? "blue"), stroke: item.parts ? colour("surface") : null }));
      x += wide;
    }
    if (item.low !== undefined) children.push(line(long(item.low), y + 11, long(item.high), y + 11, { stroke: colour("text"), "stroke-width": 2 }));
    if (texts[i]) {
      const inside = x + 8 + widthOf(texts[i]) > width;
      names.push(words(inside ? x - 6 : x + 6, y + 16, texts[i], { "font-weight": 700, "text-anchor": inside ? "end" : "start", style: inside ? `fill: ${colour("surface")}` : null }));
    }
    y += 28;
  });
  if (spec.limit) {
    const x = long(spec.limit.value);
    children.push(line(x, top, x, y, { stroke: colour("text"), "stroke-width": 2, "stroke-dasharray": DASHES.short }));
    if (spec.limit.label) children.push(named(x, 15, spec.limit.label, { width }));
  }
  if (spec.scale) {
    spec.scale.forEach((tick, i) => {
      const anchor = i === 0 ? "start" : i === spec.scale.length - 1 ? "end" : "middle";
      children.push(words(long(tick), y + 14, show(undefined, tick), { "text-anchor": anchor }));
    });
    y += 20;
  }
  return { height: y + 2, children: [...children, ...names] };
}

bars.numbers = (spec) => {
  const parts = spec.items[0]?.parts?.map((part) => part.name) ?? [];
  return {
    head: spec.head ?? ["", ...parts, ""],
    rows: spec.items.map((item) => [item.name, ...(item.parts ?? []).map((part) => show(spec.show, part.value)), item.text ?? show(spec.show, item.value)]),
  };
};

/**
 * Dots in piles over an axis, one a value.
 * @param {Object} spec `x`, `values`, `step` (width of a pile), `colour`, `rules` of `{x, label}`
 */
export function dots(spec, width) {
  const scale = axes({ width, height: 100, x: spec.x }).x;
  const step = spec.step ?? (spec.x.to - spec.x.from) / 50;
  const r = clamp((scale(spec.x.from + step) - scale(spec.x.from)) / 2 - 0.5, 2.5, 6);
  const piles = new Map();
  const placed = [...spec.values].sort((a, b) => a - b).map((value) => {
    const pile = Math.round(value / step);
    piles.set(pile, (piles.get(pile) ?? 0) + 1);
    return [value, piles.get(pile)];
  });
  const tall = Math.max(80, Math.max(0, ...piles.values()) * (2 * r + 0.5));
  const frame = axes({ width, height: 20 + tall + 56, x: spec.x });
  const base = frame.box.bottom;
  return {
    height: 20 + tall + 56,
    children: [
      ...frame.children,
      ...(spec.rules ?? []).flatMap(({ x, label: text }) => [
        line(frame.x(x), 20, frame.x(x), base, { stroke: colour("text"), "stroke-width": 2, "stroke-dasharray": DASHES.short }),
        text ? named(frame.x(x) + 3, 15, text, { width }) : [],
      ]),
      marks(placed.map(([value, place]) => [frame.x(value), base - r - (place - 1) * (2 * r + 0.5) - 1]), { colour: spec.colour, size: r }),
    ],
  };
}

dots.numbers = (spec) => ({ head: spec.head ?? ["", spec.x.label], rows: spec.values.map((value, i) => [String(i + 1), show(spec.x.show, value)]) });
