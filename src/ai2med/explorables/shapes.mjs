/** Views without axes: a flow whose parts light up, a picture of pixels, a drawing of the author's own. */
import { h } from "./element.mjs";
import { colour, line, words, wrapped } from "./draw.mjs";

/**
 * Parts in columns and rows, joined by arrows; on a narrow screen the columns become rows.
 * @param {Object} spec `parts` of `{id, text, at: [column, row], lit, colour}`, `arrows` of `[from, to, text, lit]`
 */
export function flow(spec, width) {
  const across = Math.max(...spec.parts.map(({ at }) => at[0])) + 1;
  const isTurned = !spec.fixed && width / across < 120;
  const place = ({ at }) => (isTurned ? [at[1], at[0]] : at);
  const columns = Math.max(...spec.parts.map((part) => place(part)[0])) + 1;
  const rows = Math.max(...spec.parts.map((part) => place(part)[1])) + 1;
  const gap = { x: columns > 1 ? (spec.fixed ? 6 : 28) : 0, y: 34 };
  const wide = (width - 4 - gap.x * (columns - 1)) / columns;
  const lines = new Map(spec.parts.map((part) => [part.id, part.text.split("\n").flatMap((text) => wrapped(text, wide - 12))]));
  const tall = 14 + 17 * Math.max(...[...lines.values()].map((each) => each.length));
  const boxes = new Map(spec.parts.map((part) => {
    const [column, row] = place(part);
    const span = part.span ?? 1;
    return [part.id, { x: 2 + column * (wide + gap.x), y: 2 + row * (tall + gap.y), wide: wide * span + gap.x * (span - 1), part }];
  }));
  const children = [];
  for (const [from, to, text, lit] of spec.arrows) {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    const isSide = Math.abs(a.y - b.y) < 1;
    const right = b.x > a.x;
    const ends = isSide
      ? [right ? a.x + a.wide : a.x, a.y + tall / 2, right ? b.x - 3 : b.x + b.wide + 3, b.y + tall / 2]
      : [a.x + a.wide / 2, b.y > a.y ? a.y + tall : a.y, b.x + b.wide / 2, b.y > a.y ? b.y - 3 : b.y + tall + 3];
    children.push(arrow(...ends, lit));
    if (text) children.push(words((ends[0] + ends[2]) / 2 + (isSide ? 0 : 6), (ends[1] + ends[3]) / 2 + (isSide ? -6 : 5), text, { "text-anchor": isSide ? "middle" : "start" }));
  }
  for (const { x, y, wide: w, part } of boxes.values()) {
    const paint = part.lit ? { fill: colour("good-surface"), stroke: colour("good"), "stroke-width": 3 } : { fill: colour("surface"), stroke: colour("line"), "stroke-width": 1.5 };
    if (part.lit === "bad") Object.assign(paint, { fill: colour("bad-surface"), stroke: colour("bad") });
    if (part.off) Object.assign(paint, { "stroke-dasharray": "5 4" });
    children.push(h("rect", { x, y, width: w, height: tall, rx: 6, ...paint }));
    const own = lines.get(part.id);
    own.forEach((text, i) => children.push(words(x + w / 2, y + tall / 2 + 5 + 17 * (i - (own.length - 1) / 2), text, { "text-anchor": "middle", "font-weight": part.lit ? 700 : null })));
  }
  return { height: 4 + rows * tall + (rows - 1) * gap.y, children };
}

function arrow(x1, y1, x2, y2, lit) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn) => `L${(x2 - 8 * Math.cos(angle + turn)).toFixed(1)} ${(y2 - 8 * Math.sin(angle + turn)).toFixed(1)}`;
  const paint = colour(lit ? "good" : "line");
  const tip = `M${x2.toFixed(1)} ${y2.toFixed(1)}${wing(0.45)}${wing(-0.45)}z`;
  return h("g", {}, line(x1, y1, x2, y2, { stroke: paint, "stroke-width": lit ? 3 : 1.5 }), h("path", { d: tip, fill: paint }));
}

flow.numbers = (spec) => {
  const names = new Map(spec.parts.map((part) => [part.id, part.text.replace("\n", " ")]));
  return { head: spec.head ?? ["", "→"], rows: spec.arrows.map(([from, to, text]) => [names.get(from), [text, names.get(to)].filter(Boolean).join(": ")]) };
};

/** Grey values as a bitmap that any browser shows, made without a canvas so that the build can make it too. */
function bitmap(pixels, columns, rows) {
  const row = Math.ceil(columns / 4) * 4;
  const bytes = new Uint8Array(54 + 1024 + row * rows);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  [[2, bytes.length], [10, 1078], [14, 40], [18, columns], [22, rows], [34, row * rows], [46, 256]].forEach(([at, value]) => view.setUint32(at, value, true));
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  for (let i = 0; i < 256; i += 1) bytes.fill(i, 54 + 4 * i, 57 + 4 * i);
  // Rows of this format stand from the bottom to the top.
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) bytes[1078 + (rows - 1 - y) * row + x] = Math.max(0, Math.min(255, Math.round(pixels[y * columns + x])));
  }
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `data:image/bmp;base64,${btoa(text)}`;
}

/**
 * A picture of grey values from 0 (black) to 255, with frames around what matters.
 * @param {Object} spec `pixels` (row by row), `columns`, `frames` of `{x, y, width, height, text}` in pixels
 */
export function picture(spec, width) {
  const rows = spec.pixels.length / spec.columns;
  const scale = Math.min(width, spec.widest ?? 420) / spec.columns;
  const frames = (spec.frames ?? []).map((frame) => h("rect", { x: frame.x * scale, y: frame.y * scale, width: frame.width * scale, height: frame.height * scale, fill: "none", stroke: colour("accent"), "stroke-width": 3 }));
  const size = { width: spec.columns * scale, height: rows * scale };
  const image = h("image", { href: bitmap(spec.pixels, spec.columns, rows), ...size, preserveAspectRatio: "none", style: "image-rendering: pixelated" });
  return { height: Math.ceil(rows * scale), children: [image, frames] };
}

/** A drawing of the author's own: `draw(numbers, width)` returns `{height, children}`. */
export function drawing(spec, width, _id, numbers) {
  return spec.draw(numbers, width);
}
