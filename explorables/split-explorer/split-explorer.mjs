/** Which rows a test holds, what each design then estimates, and what is true for the claim. */
import { colour, format, h, words } from "#kit";
import { seeded } from "#stats/resampling";

const DESIGNS = { random: "Random rows", patient: "Split by patient", time: "Split by time", site: "Split by site" };
const CLAIMS = { random: "next mornings of known patients", patient: "new patients here", time: "new patients next year", site: "a new hospital" };
const TRUTHS = { random: "Known patients", patient: "New patients here", time: "Next year", site: "New hospital" };
const KEYS = Object.keys(DESIGNS);
const level = (slider, value) => ({ slider, from: 0, to: 2, value, show: (i) => ["none", "some", "strong"][i] });
const AUROC = { label: "AUROC", from: 0.5, to: 0.95, ticks: [0.5, 0.6, 0.7, 0.8, 0.9], show: "{value|1}" };

/** Which mornings of twelve example patients the first test fold holds; patients have a site and a year. */
function exampleFold(design, mornings) {
  const random = seeded(11);
  return Array.from({ length: 12 }, (_, i) => {
    const [site, year] = ["ABCD"[i % 4], 1 + (Math.floor(i / 4) % 3)];
    const whole = { patient: i % 5 === 2, time: year === 3, site: site === "D" }[design];
    const tested = Array.from({ length: 4 }, () => random() < 0.25).slice(0, mornings);
    return { name: `Site ${site}, year ${year}`, tested: design === "random" ? tested : tested.map(() => whole) };
  }).map((each) => ({ ...each, isSplit: new Set(each.tested).size === 2 }));
}

function strips({ people, mornings_now }, width) {
  const [row, left, right] = [26, 116, width > 420 ? 104 : 46];
  const size = Math.min(64, (width - left - right) / 4);
  const box = (tested, j, y) => [
    h("rect", { x: left + j * size + 1, y: y + 2, width: size - 4, height: row - 6, rx: 3, fill: tested ? colour("accent") : "none", stroke: colour(tested ? "accent" : "line") }),
    tested ? words(left + j * size + size / 2 - 1, y + 17, "test", { "text-anchor": "middle", style: `fill: ${colour("accent-text")}` }) : null,
  ];
  const children = people.map(({ name, tested, isSplit }, i) => {
    const y = 26 + i * row;
    const note = isSplit ? words(left + mornings_now * size + 4, y + 17, width > 420 ? "on both sides" : "both!") : null;
    return [words(0, y + 17, name), tested.map((each, j) => box(each, j, y)), note];
  });
  return { height: 30 + 12 * row, children: [words(0, 16, "Mornings (filled = tested)"), children] };
}

export default {
  title: "Split explorer: a split is a claim",
  data: { grid: { kind: "plain" } },
  controls: {
    claim: { choice: "You want to know how the model works on", options: CLAIMS, value: "patient" },
    design: { choice: "You test it with", options: DESIGNS },
    patient: level("Patients differ from each other (lasting)", 2),
    drift: level("Drift: signs change meaning each year", 1),
    site: level("Sites differ from each other", 1),
    mornings: { slider: "Mornings per patient", from: 0, to: 2, value: 2, show: (i) => String([1, 2, 4][i]) },
    picked: { choice: "Leakage: the 20 best columns are chosen", options: { before: "before the folds, on all rows", inside: "inside each fold" } },
    searched: { slider: "Columns of pure noise to choose from", stops: [20, 200, 2000], value: 2000, show: "{value}" },
  },
  presets: { "Nothing clusters": { patient: 0, drift: 0, site: 0 }, "Everything clusters": { patient: 2, drift: 2, site: 2 } },
  model({ grid, claim, design, patient, drift, site, mornings, picked, searched }) {
    const cell = grid.cells[((patient * 3 + drift) * 3 + site) * 3 + mornings];
    const [estimates, spread, truths] = [cell.slice(0, 4), cell.slice(4, 8), cell.slice(8, 12)];
    const [value, truth, matched] = [estimates[KEYS.indexOf(design)], truths[KEYS.indexOf(claim)], estimates[KEYS.indexOf(claim)]];
    const gap = Math.round(100 * value) - Math.round(100 * truth);
    const people = exampleFold(design, grid.levels.mornings[mornings]);
    const noise = grid.noise[grid.searched.indexOf(searched)];
    return {
      estimates, spread, truths, value, truth, matched, gap, distance: Math.abs(gap) / 100, people, mornings_now: grid.levels.mornings[mornings], noise,
      split: people.filter(({ isSplit }) => isSplit).length, noiseValue: noise[picked === "before" ? 0 : 1], allAgree: estimates.every((each) => Math.abs(each - truth) < 0.02),
      designName: DESIGNS[design], claimName: CLAIMS[claim], rightName: DESIGNS[claim], studies: grid.repetitions, patients: grid.patients,
    };
  },
  words: {
    says: "{designName}: AUROC {value|2}. The truth on {claimName} is {truth|2}.",
    close: "The two agree within 0.01.", flatters: "The test flatters by {distance|2}.", modest: "The test is too modest by {distance|2}.",
    match: "This design matches your claim; what is left is chance, less training data and few sites or years.",
    mismatch: "The design that matches your claim, “{rightName}”, gives {matched|2}.",
    allAgree: "Here every design comes out close, because little clusters.",
    before: "Choosing 20 of {searched} noise columns on all rows, then cross-validating: AUROC {noiseValue|2}. The columns hold nothing; the choice has seen the outcomes of the test rows.",
    inside: "Choosing 20 of {searched} noise columns inside each fold: AUROC {noiseValue|2}. The test rows had no say, so the estimate is honest: the columns hold nothing.",
    note: "Synthetic: means over {studies} simulated studies of {patients} patients at four sites in three years, tested on thousands of new mornings. Whiskers: one standard deviation between studies. No estimate is interpolated: each slider has three simulated levels.",
    random: "Random rows: {split} of 12 patients have some mornings tested and others used for training.",
    patient: "Split by patient: all mornings of a patient are on the same side.",
    time: "Split by time: the patients of year 3 are tested, those of years 1 and 2 train the model.",
    site: "Split by site: the patients of site D are tested, the other sites train the model.",
  },
  live: (now) => ["says", Math.abs(now.gap) < 2 ? "close" : now.gap > 0 ? "flatters" : "modest", now.design === now.claim ? "match" : "mismatch", now.allAgree && "allAgree"],
  views: {
    estimates: {
      timeline: "What each test says, and the truth", x: AUROC, rules: [{ x: (now) => now.truth, label: "truth {truth|2}", colour: "green" }], head: ["Test", "AUROC"],
      lanes: (now) => KEYS.map((key, i) => ({
        name: `${DESIGNS[key]} ${format(now.estimates[i], 2)}`, spans: [{ from: Math.max(0.5, now.estimates[i] - now.spread[i]), to: Math.min(0.95, now.estimates[i] + now.spread[i]), colour: "blue", dash: "none" }],
        marks: [{ at: Math.max(0.5, now.estimates[i]), hollow: key !== now.design, size: key === now.design ? 8 : 6 }],
      })),
      alt: "{designName}: AUROC {value|2}; truth on {claimName} {truth|2}.", numbers: true,
    },
    strips: { drawing: "Twelve patients: what one fold tests", draw: strips, alt: (now) => now.words[now.design] },
    truths: { facts: (now) => KEYS.map((key, i) => [`Truth: ${TRUTHS[key]}`, format(now.truths[i], 2)]) },
    note: { text: (now) => now.words.note },
    noise: {
      bars: "Leakage: choosing columns before the folds", to: 1, show: "{value|2}", limit: { value: 0.5, label: "truth 0.50" },
      items: (now) => [["before", "before the folds, on all rows"], ["inside", "inside each fold"]].map(([key, name], i) => ({ name, value: now.noise[i], colour: key === now.picked ? "orange" : "grey" })),
      alt: (now) => now.words[now.picked],
    },
    leak: { wide: false, text: (now) => now.words[now.picked] },
  },
};
