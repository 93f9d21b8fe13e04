/** The same eight ward values by position, length, angle, area and lightness: which does your eye read best? */
import { colour, h, line, words } from "#kit";
import { seeded } from "#stats/resampling";

const CHANNELS = { position: "position on one scale", length: "length", angle: "angle", area: "area", lightness: "lightness" };
const KEYS = Object.keys(CHANNELS);
const [A, B] = [2, 5];

/** A mark for a value from 0 to 100 in a cell of side `z`: only the one channel carries it. */
const MARKS = {
  position: (v, x, y, z) => [line(x + z / 2, y, x + z / 2, y + 100), h("circle", { cx: x + z / 2, cy: y + 100 - v, r: 5, fill: colour("blue") })],
  length: (v, x, y, z, shift) => h("rect", { x: x + z / 2 - 5, y: y + (100 - v) * shift, width: 10, height: v, fill: colour("blue") }),
  angle: (v, x, y, z) => {
    const [r, turn] = [Math.min(z, 60) / 2 - 2, (v / 100) * Math.PI * 1.8];
    const [cx, cy] = [x + z / 2, y + 50];
    const end = `${(cx + r * Math.sin(turn)).toFixed(1)} ${(cy - r * Math.cos(turn)).toFixed(1)}`;
    return h("path", { d: `M${cx} ${cy}V${cy - r}A${r} ${r} 0 ${turn > Math.PI ? 1 : 0} 1 ${end}z`, fill: colour("blue") });
  },
  area: (v, x, y, z) => h("circle", { cx: x + z / 2, cy: y + 50, r: (Math.min(z, 60) / 2 - 2) * Math.sqrt(v / 100), fill: colour("blue") }),
  lightness: (v, x, y, z) => h("rect", { x: x + 3, y: y + 25, width: z - 6, height: 50, fill: colour("blue"), opacity: v / 100, stroke: colour("line") }),
};

function wards({ channel, values }, width) {
  const columns = width < 420 ? 4 : 8;
  const z = width / columns;
  const children = values.map((value, i) => {
    const [x, y] = [(i % columns) * z, Math.floor(i / columns) * 140 + 8];
    const name = { [A]: "A", [B]: "B" }[i] ?? "";
    return [MARKS[channel](value, x, y, z, ((i * 5) % 8) / 8), words(x + z / 2, y + 122, name, { "text-anchor": "middle", "font-weight": 700 })];
  });
  return { height: Math.ceil(8 / columns) * 140, children };
}

const guess = (key) => ({ slider: "B is what per cent of A?", from: 5, to: 100, step: 5, value: 50, show: "{value} %", when: (now) => now.channel === key });

export default {
  title: "Encoding explorer: what does your eye read best?",
  controls: {
    channel: { choice: "The eight wards are drawn by", options: CHANNELS },
    ...Object.fromEntries(KEYS.map((key) => [key, guess(key)])),
    reveal: { switch: "I have guessed all five: show my errors" },
    seed: { number: "Set of wards", from: 1, to: 1e6, value: 1, when: () => false },
  },
  presets: { "Other wards": (now) => ({ seed: now.seed + 1, reveal: false, ...Object.fromEntries(KEYS.map((key) => [key, 50])) }) },
  model(now) {
    // Each channel draws its own eight values: who has seen one picture knows nothing about the next.
    const drawn = Object.fromEntries(KEYS.map((key, place) => {
      const random = seeded(now.seed * 31 + place);
      const values = Array.from({ length: 8 }, () => 20 + Math.round(60 * random()));
      values[A] = 70 + Math.round(25 * random());
      values[B] = Math.round(values[A] * (0.25 + 0.6 * random()));
      return [key, values];
    }));
    const truths = Object.fromEntries(KEYS.map((key) => [key, Math.round((100 * drawn[key][B]) / drawn[key][A])]));
    const errors = KEYS.map((key) => ({ key, name: CHANNELS[key], value: Math.abs(now[key] - truths[key]) }));
    const sorted = [...errors].sort((one, two) => one.value - two.value);
    return { values: drawn[now.channel], truths, errors, shown: CHANNELS[now.channel], given: now[now.channel], best: sorted[0].name, least: sorted[0].value, worst: sorted[4].name, most: sorted[4].value };
  },
  words: {
    ask: "Eight wards drawn by {shown}. Your guess: B is {given} % of A. Choose the next way of drawing, and show your errors when you have guessed all five.",
    told: "Your smallest error is {least} points, with {best}; your largest is {most} points, with {worst}. One round is luck: try three sets of wards before you believe it.",
    note: "Synthetic values. Each way of drawing has eight values of its own. Do not trust a rule that you have read about charts: trust your own errors over several sets.",
  },
  live: (now) => [now.reveal ? "told" : "ask"],
  views: {
    wards: { drawing: "Compare A and B", wide: true, draw: wards, alt: "Eight ward values by {shown}; two wards are marked A and B. Guess how large B is compared with A." },
    errors: {
      bars: "Your error in each way of drawing, points", wide: true, when: (now) => now.reveal, items: (now) => now.errors, to: 60, show: "{value}",
      numbers: (now) => ({ head: ["Drawn by", "Your guess, %", "True, %"], rows: KEYS.map((key) => [CHANNELS[key], now[key], now.truths[key]]) }),
      alt: "Bars of your errors: smallest {least} points with {best}, largest {most} points with {worst}.",
    },
    note: { text: (now) => now.words.note },
  },
};
