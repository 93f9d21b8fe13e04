/** k-means returns groups from any table; shuffled copies and resampling say what they are worth. */
import { format } from "#kit";
import { seeded } from "#stats/resampling";
import { total } from "#stats/numbers";
import { adjustedRand, groupsOf, kMeans, nearestCentre, shuffled, silhouette } from "./k_means.mjs";

const COPIES = 20;
const LETTERS = "ABCDEFGH";
/** Eight looks, so that colour is never the only difference. */
const MARKS = [
  { shape: "circle", colour: "blue" }, { shape: "square", colour: "orange" }, { shape: "triangle", colour: "green" }, { shape: "diamond", colour: "pink" },
  { shape: "circle", colour: "sky", hollow: true }, { shape: "cross", colour: "grey" }, { shape: "triangle", colour: "text", hollow: true }, { shape: "square", colour: "bad", hollow: true },
];

export default {
  title: "Cluster mirage: are the groups there?",
  data: { names: { kind: "plain" }, tables: { kind: "plain" }, truths: { kind: "plain" }, seed: { kind: "number" } },
  controls: {
    table: { choice: "Table", options: ({ names }) => names },
    k: { slider: "Number of groups you ask for (k)", from: 2, to: 8, value: 3, show: "{value}" },
    reveal: { switch: "Show how the table was made", when: (now) => now.truths.length },
  },
  model({ names, tables, truths, table, k, seed }) {
    const points = tables[names.indexOf(table)];
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
    const width = silhouette(points, labels, k);
    const [low, high, stability] = [Math.min(...copies), Math.max(...copies), total(agreement) / COPIES];
    const reach = Math.max(...points.flat().map(Math.abs)) * 1.08;
    return {
      points, centres, labels, copies, agreement, silhouette: width, low, high, stability, reach, n: points.length, sizes: groupsOf(labels, k),
      truth: truths[names.indexOf(table)], verdict: width > high ? (stability >= 0.75 ? "both" : "onlyAbove") : stability >= 0.75 ? "onlyStable" : "neither",
    };
  },
  words: {
    summary: "You asked for {k} groups and k-means returned {k}. Silhouette {silhouette|2}; 20 copies with shuffled columns, which have no groups, give {low|2} to {high|2}. Re-clustering 20 resamples agrees with the map at {stability|2} (adjusted Rand index: 1 the same groups, 0 chance).",
    both: "Better than every shuffled copy, and stable: worth testing at another site.",
    onlyAbove: "Better than the shuffled copies, but other patients would give other groups: do not name them yet.",
    onlyStable: "Stable, but no better than shuffled copies: the cut follows the shape of the cloud, not groups in it.",
    neither: "No better than shuffled copies, and not stable: a mirage.",
    none: "How it was made: one round cloud, no groups at all.",
    weak: "How it was made: three groups that overlap a good deal.",
    clear: "How it was made: three groups with gaps between them.",
    synthetic: "Synthetic data.",
    note: "The same seed draws the same samples for every reader. A long thin cloud can pass both comparisons without holding groups: replication at another site and a use for the groups are still needed.",
  },
  live: (now) => ["summary", now.verdict, now.reveal && now.truth],
  views: {
    map: {
      curves: "The groups that k-means returns", height: 0.85,
      x: ({ reach }) => ({ label: "First column, standard deviations", from: -reach, to: reach, ticks: [-2, 0, 2], show: "{value}" }),
      y: ({ reach }) => ({ label: "Second column", from: -reach, to: reach, ticks: [-2, 0, 2], show: "{value}" }),
      points: ({ points, labels }) => points.map(([x, y], i) => ({ x, y, size: 4, ...MARKS[labels[i]] })),
      notes: ({ centres }) => centres.map(([x, y], i) => ({ x, y, text: LETTERS[i] })),
      numbers: ({ sizes, centres }) => ({ head: ["Group", "Patients", "Centre"], rows: sizes.map((n, i) => [LETTERS[i], n, centres[i].map((v) => format(v, 2)).join("; ")]) }),
      alt: "{n} patients in {k} groups, each with its own colour and shape.",
    },
    evidence: {
      timeline: "What they are worth", x: { label: "0 = none, 1 = perfect", from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: "{value|2}" },
      lanes: ({ silhouette: width, copies, stability, agreement }) => [
        [`Silhouette ${format(width, 2)}; rings: shuffled copies`, width, copies], [`Stability ${format(stability, 2)}; rings: resamples`, stability, agreement],
      ].map(([name, value, rings]) => ({
        name, marks: [...rings.map((at) => ({ at: Math.max(0, at), hollow: true, colour: "grey" })), { at: Math.max(0, value), shape: "diamond", colour: "accent", size: 8 }],
      })),
      alt: "Silhouette {silhouette|2} beside shuffled copies from {low|2} to {high|2}; stability {stability|2}.",
    },
    note: { text: (now) => [now.truths.length ? `${now.words.synthetic} ${now.words.note}` : now.words.note] },
  },
};
