/** People as icons: grouped and countable, one shape and one colour a group, one path a group in the page. */
import { h, s } from "./ui.mjs";

const BLOCK = 5;

function circleAt(x, y, r) {
  return `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}

/** A person in a square of side `z`: head, and shoulders or (flag) a triangle. */
function personAt(x, y, z, body) {
  const u = z / 10;
  const n = (v) => Number((v * u).toFixed(2));
  const head = circleAt(x + 5 * u, y + 2.5 * u, n(2.1));
  const start = `M${(x + 1.4 * u).toFixed(1)} ${(y + (body === "flag" ? 5.3 : 9.5) * u).toFixed(1)}`;
  if (body === "flag") return `${head}${start}h${n(7.2)}l${n(-3.6)} ${n(4.5)}z`;
  return `${head}${start}v${n(-1)}a${n(3.6)} ${n(3.2)} 0 0 1 ${n(7.2)} 0v${n(1)}z`;
}

const SHAPES = {
  disc: { filled: true, at: (x, y, z) => circleAt(x + z / 2, y + z / 2, Number((z * 0.4).toFixed(2))) },
  ring: { filled: false, at: (x, y, z) => circleAt(x + z / 2, y + z / 2, Number((z * 0.33).toFixed(2))) },
  square: { filled: true, at: (x, y, z) => `M${(x + z * 0.14).toFixed(1)} ${(y + z * 0.14).toFixed(1)}h${(z * 0.72).toFixed(2)}v${(z * 0.72).toFixed(2)}h${(-z * 0.72).toFixed(2)}z` },
  dot: { filled: true, at: (x, y, z) => circleAt(x + z / 2, y + z / 2, Number((z * 0.18).toFixed(2))) },
  cross: { filled: false, at: (x, y, z) => `M${(x + z * 0.2).toFixed(1)} ${(y + z * 0.2).toFixed(1)}l${(z * 0.6).toFixed(2)} ${(z * 0.6).toFixed(2)}m0 ${(-z * 0.6).toFixed(2)}l${(-z * 0.6).toFixed(2)} ${(z * 0.6).toFixed(2)}` },
  person: { filled: true, at: (x, y, z) => personAt(x + z * 0.05, y + z * 0.04, z * 0.9, "shoulders") },
  hollow: { filled: false, at: (x, y, z) => personAt(x + z * 0.09, y + z * 0.07, z * 0.82, "shoulders") },
  flag: { filled: true, at: (x, y, z) => personAt(x + z * 0.05, y + z * 0.04, z * 0.9, "flag") },
  small: { filled: true, at: (x, y, z) => personAt(x + z * 0.22, y + z * 0.3, z * 0.56, "shoulders") },
};

function drawn(kind, d, size) {
  const shape = SHAPES[kind.shape];
  const colour = `var(--a2-${kind.colour})`;
  const paint = shape.filled ? { fill: colour } : { fill: "none", stroke: colour, "stroke-width": Math.max(1.4, size * 0.15).toFixed(1) };
  return s("path", { d, ...paint });
}

/** One icon as it stands in the figure, to put beside its name. */
export function sampleIcon(kind, size = 18) {
  return s("svg", { class: "a2-icon", width: size, height: size, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, drawn(kind, SHAPES[kind.shape].at(0, 0, size), size));
}

/** Shape, name and count of each group: the key of a figure, and its reading for everyone. */
export function iconKey(entries) {
  return h("ul", { class: "a2-key" }, ...entries.map(({ kind, text }) => h("li", {}, sampleIcon(kind), h("span", {}, text))));
}

/**
 * Draw groups of people one after another, row by row, with a small gap after every five rows and columns.
 * @param {{width: number, sections: {title?: string, groups: {kind: object, count: number}[]}[]}} options
 *   a new section starts on a new row, under its title
 */
export function peopleFigure({ width, sections }) {
  const total = sections.reduce((sum, { groups }) => sum + groups.reduce((n, { count }) => n + count, 0), 0);
  const columns = total <= 120 ? 10 : total <= 250 ? 20 : width >= 560 ? 50 : 25;
  const gap = 4;
  const size = Math.min(24, (width - gap * (columns / BLOCK - 1)) / columns);
  const children = [];
  let top = 0;
  for (const { title, groups } of sections) {
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    if (!count) continue;
    if (title) {
      children.push(s("text", { x: 0, y: top + 16, "font-weight": 600 }, title));
      top += 24;
    }
    let place = 0;
    for (const group of groups) {
      let d = "";
      for (let i = 0; i < group.count; i += 1, place += 1) {
        const [row, column] = [Math.floor(place / columns), place % columns];
        const x = column * size + gap * Math.floor(column / BLOCK);
        d += SHAPES[group.kind.shape].at(x, top + row * size + gap * Math.floor(row / BLOCK), size);
      }
      if (d) children.push(drawn(group.kind, d, size));
    }
    const rows = Math.ceil(count / columns);
    top += rows * size + gap * Math.floor((rows - 1) / BLOCK) + 8;
  }
  return { height: Math.ceil(top), children };
}
