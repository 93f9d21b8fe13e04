/** Cluster mirage: k-means returns groups from any table; shuffled copies and resampling say what they are worth. */
import { h, s, format, fill, slider, liveText, choice } from "./ui.mjs";
import { seeded, total } from "./stats.mjs";
import { figure, captioned, axes, line, label, listen, explorable } from "./plot.mjs";
import { WORDS } from "./words_cluster_mirage.mjs";

const TEXT = WORDS;
const COPIES = 20;
const RESTARTS = 6;
const COLOURS = ["blue", "orange", "green", "pink", "sky", "grey", "text", "bad"].map((name) => `var(--a2-${name})`);

function square([x, y], [a, b]) {
  return (x - a) ** 2 + (y - b) ** 2;
}

function nearestCentre(point, centres) {
  let best = 0;
  for (let j = 1; j < centres.length; j += 1) if (square(point, centres[j]) < square(point, centres[best])) best = j;
  return best;
}

/** One k-means run from k-means++ starting points: the next start is drawn in proportion to squared distance. */
function kMeansRun(points, k, random) {
  let centres = [points[Math.floor(random() * points.length)]];
  while (centres.length < k) {
    const gaps = points.map((point) => square(point, centres[nearestCentre(point, centres)]));
    let rest = random() * total(gaps);
    const next = gaps.findIndex((gap) => (rest -= gap) < 0);
    centres.push(points[next < 0 ? points.length - 1 : next]);
  }
  for (let round = 0; round < 50; round += 1) {
    const sums = centres.map(() => [0, 0, 0]);
    for (const point of points) {
      const sum = sums[nearestCentre(point, centres)];
      sum[0] += point[0];
      sum[1] += point[1];
      sum[2] += 1;
    }
    const moved = sums.map(([x, y, n], j) => (n ? [x / n, y / n] : centres[j]));
    const still = moved.every((centre, j) => square(centre, centres[j]) < 1e-18);
    centres = moved;
    if (still) break;
  }
  return { centres, cost: total(points.map((point) => square(point, centres[nearestCentre(point, centres)]))) };
}

function kMeans(points, k, random) {
  const runs = Array.from({ length: RESTARTS }, () => kMeansRun(points, k, random));
  const { centres } = runs.reduce((best, run) => (run.cost < best.cost ? run : best));
  return { centres, labels: points.map((point) => nearestCentre(point, centres)) };
}

function silhouette(points, labels, k) {
  const sizes = new Array(k).fill(0);
  for (const group of labels) sizes[group] += 1;
  const widths = points.map((point, i) => {
    const sums = new Array(k).fill(0);
    points.forEach((other, j) => (sums[labels[j]] += Math.sqrt(square(point, other))));
    const own = labels[i];
    if (sizes[own] < 2) return 0;
    const inside = sums[own] / (sizes[own] - 1);
    const outside = Math.min(...sums.map((sum, g) => (g === own || !sizes[g] ? Infinity : sum / sizes[g])));
    return (outside - inside) / Math.max(inside, outside);
  });
  return total(widths) / widths.length;
}

function adjustedRand(left, right, k) {
  const table = Array.from({ length: k }, () => new Array(k).fill(0));
  left.forEach((group, i) => (table[group][right[i]] += 1));
  const pairs = (numbers) => total(numbers.map((n) => (n * (n - 1)) / 2));
  const together = pairs(table.flat());
  const rows = pairs(table.map(total));
  const columns = pairs(table[0].map((_, j) => total(table.map((row) => row[j]))));
  const expected = (rows * columns) / pairs([left.length]);
  const most = (rows + columns) / 2;
  return most > expected ? (together - expected) / (most - expected) : 1;
}

function shuffled(values, random) {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/** Groups of a table and what the two comparisons say about them. */
function examine(points, k, seed) {
  const random = seeded(seed);
  const { centres, labels } = kMeans(points, k, random);
  const copies = Array.from({ length: COPIES }, () => {
    const second = shuffled(points.map(([, y]) => y), random);
    const copy = points.map(([x], i) => [x, second[i]]);
    return silhouette(copy, kMeans(copy, k, random).labels, k);
  });
  const agreement = Array.from({ length: COPIES }, () => {
    const sample = points.map(() => points[Math.floor(random() * points.length)]);
    const again = kMeans(sample, k, random).centres;
    return adjustedRand(labels, points.map((point) => nearestCentre(point, again)), k);
  });
  return { centres, labels, silhouette: silhouette(points, labels, k), copies, agreement, stability: total(agreement) / COPIES };
}

/** A mark for each group: eight shapes, so that colour is never the only difference. */
function mark(group, x, y) {
  const solid = { fill: COLOURS[group], stroke: "var(--a2-surface)", "stroke-width": 0.8 };
  const open = { fill: "none", stroke: COLOURS[group], "stroke-width": 2 };
  const path = (d, look) => s("path", { d, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, ...look });
  return [
    () => s("circle", { cx: x, cy: y, r: 4.5, ...solid }),
    () => path("M-4-4H4V4H-4Z", solid),
    () => path("M0-5L5 4H-5Z", solid),
    () => path("M0-6L5 0L0 6L-5 0Z", solid),
    () => s("circle", { cx: x, cy: y, r: 4, ...open }),
    () => path("M-4-4L4 4M-4 4L4-4", open),
    () => path("M0-5V5M-5 0H5", open),
    () => path("M-4-4H4V4H-4Z", open),
  ][group]();
}

function render({ model, el }) {
  const names = model.get("names");
  const tables = model.get("tables");
  const truths = model.get("truths");
  let revealed = false;
  let found;
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const kSlider = slider({ label: TEXT.k, min: 2, max: 8, step: 1, value: model.get("k"), show: (k) => format(k), onchange: (k) => put("k", k) });
  const tableChoice = choice({
    label: TEXT.table, options: names.map((name, i) => [i, name]), value: model.get("table"), onchange: (i) => put("table", Number(i)),
  });

  const map = figure((width) => {
    const height = Math.round(Math.min(width, 400) + 20);
    const points = tables[model.get("table")];
    const reach = Math.max(...points.flat().map(Math.abs)) * 1.08;
    const axis = { min: -reach, max: reach, ticks: [-2, 0, 2].filter((t) => Math.abs(t) < reach), show: (v) => format(v).replace("-", "−") };
    const frame = axes({ width, height, left: 28, x: { ...axis, name: TEXT.firstAxis }, y: { ...axis, name: TEXT.secondAxis } });
    return {
      height,
      label: fill(TEXT.mapAlt, { n: points.length, k: model.get("k") }),
      children: [
        ...frame.children,
        ...points.map(([x, y], i) => mark(found.labels[i], frame.x(x), frame.y(y))),
        ...found.centres.map(([x, y], j) => label(frame.x(x), frame.y(y) + 6, TEXT.letters[j], { "text-anchor": "middle", class: "a2-centre" })),
      ],
    };
  });

  const evidence = figure((width) => {
    const height = 248;
    const frame = axes({
      width, height, left: 16, right: 20,
      x: { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: (v) => format(v, 2), name: TEXT.evidenceAxis },
      y: { min: 0, max: 1, ticks: [], name: "" },
    });
    const dots = (values, y) => values.map((v) => s("circle", { cx: frame.x(Math.max(0, v)), cy: y, r: 5, fill: "none", stroke: "var(--a2-grey)", "stroke-width": 1.5 }));
    const pin = (v, y) => line(frame.x(Math.max(0, v)), y - 14, frame.x(Math.max(0, v)), y + 14, { stroke: "var(--a2-accent)", "stroke-width": 5 });
    return {
      height,
      label: sentence(),
      children: [
        ...frame.children,
        label(frame.box.left, 40, `${TEXT.silhouetteName} ${format(found.silhouette, 2)}`, { "font-weight": 700 }),
        label(frame.box.left, 58, TEXT.copiesName),
        ...dots(found.copies, 82), pin(found.silhouette, 82),
        label(frame.box.left, 126, `${TEXT.stabilityName} ${format(found.stability, 2)}`, { "font-weight": 700 }),
        label(frame.box.left, 144, TEXT.samplesName),
        ...dots(found.agreement, 168), pin(found.stability, 168),
      ],
    };
  });

  function sentence() {
    const above = found.silhouette > Math.max(...found.copies);
    const stable = found.stability >= 0.75;
    const verdict = above && stable ? TEXT.both : above ? TEXT.onlyAbove : stable ? TEXT.onlyStable : TEXT.neither;
    const parts = [TEXT.summary, verdict];
    if (revealed) parts.push(TEXT.truths[truths[model.get("table")]]);
    return fill(parts.join(" "), {
      k: model.get("k"), silhouette: format(found.silhouette, 2), low: format(Math.min(...found.copies), 2),
      high: format(Math.max(...found.copies), 2), copies: COPIES, stability: format(found.stability, 2),
    });
  }

  const said = liveText();
  const reveal = h("button", {
    type: "button", class: "a2-button", "aria-pressed": "false",
    onclick() {
      revealed = !revealed;
      reveal.setAttribute("aria-pressed", String(revealed));
      update();
    },
  }, TEXT.reveal);
  function update() {
    found = examine(tables[model.get("table")], model.get("k"), model.get("seed"));
    kSlider.set(model.get("k"));
    map.redraw();
    evidence.redraw();
    said.say(sentence());
  }
  el.append(explorable(
    TEXT.title,
    tableChoice,
    h("div", { class: "a2-controls a2-columns" }, kSlider.element),
    truths.length ? h("div", { class: "a2-buttons" }, reveal) : "",
    said.element,
    h("div", { class: "a2-figure" }, captioned(TEXT.mapTitle, map), captioned(TEXT.evidenceTitle, evidence)),
    h("p", { class: "a2-note" }, truths.length ? `${TEXT.synthetic} ${TEXT.note}` : TEXT.note),
  ));
  const stop = listen(model, ["k", "table", "seed"], update);
  update();
  return () => {
    stop();
    map.stop();
    evidence.stop();
  };
}

export default { render };
