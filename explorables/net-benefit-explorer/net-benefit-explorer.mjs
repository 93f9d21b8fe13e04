/** Decision curves with bootstrap bands, and what a threshold says about false alarms. */
import { clamp, format, percent, range, short, ticks } from "#kit";
import { byOutcome, netBenefit, shareAtLeast } from "#stats/roc";
import { expit, logit } from "#stats/odds";
import { bootstrapCounts, quantile } from "#stats/resampling";

const SAMPLES = 200;
const LOOKS = [{ colour: "blue", mark: "●" }, { colour: "orange", mark: "■", dash: "long" }];
const thousand = (value) => format(1000 * value, 1);

/**
 * Found cases and false alarms of every bootstrap sample at every cut, as rates within their class.
 * One pass a sample: rows are counted between neighbouring cuts, and sums from the top give "at or above".
 */
function resample({ outcomes, risks, weights, counts }, cuts) {
  const place = Int16Array.from(risks, (p) => {
    let i = 0;
    while (i < cuts.length && p >= cuts[i]) i += 1;
    return i;
  });
  return counts.map((drawn) => {
    const sums = [new Float64Array(cuts.length + 1), new Float64Array(cuts.length + 1)];
    for (let i = 0; i < outcomes.length; i += 1) sums[outcomes[i]][place[i]] += drawn[i] * weights[outcomes[i]];
    for (const sum of sums) for (let i = cuts.length - 1; i >= 0; i -= 1) sum[i] += sum[i + 1];
    // A sample without a single case (or non-case) counts as one with none found.
    const [others, cases] = [sums[0][0] || 1, sums[1][0] || 1];
    return { prevalence: cases / (cases + others), at: (i) => [sums[1][i + 1] / cases, sums[0][i + 1] / others] };
  });
}

/** Carry the spread of a resampled prevalence over to the prevalence that the reader chose. */
function carried(sampled, observed, chosen) {
  const odds = (p) => p / (1 - p);
  const value = (odds(sampled) / odds(observed)) * odds(chosen);
  return value / (1 + value);
}

function curveOf(risks, number, { sides, thresholds, shift, prevalence, observed, ...now }) {
  // Shifting all risks by d on the log-odds scale is the same as cutting the old risks at the threshold shifted by −d.
  const cuts = thresholds.map((t) => (number === 0 && shift ? expit(logit(t) - shift) : t));
  const samples = resample({ ...now, risks }, cuts);
  const spread = thresholds.map((t, i) => samples.map((each) => netBenefit(...each.at(i), carried(each.prevalence, observed, prevalence), t)));
  return {
    value: thresholds.map((t, i) => netBenefit(shareAtLeast(sides[number].cases, cuts[i]), shareAtLeast(sides[number].others, cuts[i]), prevalence, t)),
    spread, low: spread.map((values) => quantile(values, 0.025)), high: spread.map((values) => quantile(values, 0.975)),
    everyone: thresholds.map((t) => samples.map((each) => netBenefit(1, 1, carried(each.prevalence, observed, prevalence), t))),
  };
}

export default {
  title: "Net-benefit explorer: is the model worth using?",
  data: {
    outcomes: { kind: "outcomes" }, models: { kind: "models", most: 2, like: "outcomes" }, patients: { kind: "ids", like: "outcomes", optional: true },
    low: { kind: "number", from: 0.005, to: 0.88, value: 0.05 }, high: { kind: "number", from: 0.015, to: 0.9, value: 0.5 },
    label: { kind: "text", value: "deterioration within 48 h" }, unit: { kind: "text", value: "people" },
  },
  thin: "outcomes",
  prepare: ({ outcomes, models, patients, seed, low, high }) => ({
    name: models[0].name, drawn: patients ? "whole patients" : "the rows", grid: range(low, high, 57).map((t) => Number(t.toFixed(4))),
    sides: models.map(({ risks }) => byOutcome(outcomes, risks)), counts: bootstrapCounts(outcomes.length, patients, SAMPLES, seed),
  }),
  controls: {
    threshold: { slider: "Act at a risk of at least", stops: (data) => data.grid, value: 0.1, show: "{value|percent}" },
    shift: { slider: "Shift the risks of {name} (log-odds)", from: -2, to: 2, step: 0.1, value: 0, show: "{value|+1}" },
    prevalence: { slider: "How common the event is (prevalence)", stops: [...range(0.005, 0.1, 20), ...range(0.12, 0.5, 20)], value: (data) => data.observed, show: "{value|percent}" },
  },
  presets: { "Risks of {name} too high": { shift: 1 }, "Risks of {name} too low": { shift: -1 } },
  model(now) {
    const { threshold, prevalence, models } = now;
    const thresholds = [...new Set([...now.grid, threshold])].sort((a, b) => a - b);
    const results = models.map(({ name, risks }, number) => ({ name, ...curveOf(risks, number, { ...now, thresholds }) }));
    const i = thresholds.indexOf(threshold);
    const everyone = (t) => netBenefit(1, 1, prevalence, t);
    const [first, second] = results;
    const simple = Math.max(0, everyone(threshold));
    const gains = first.spread[i].map((value, k) => value - (simple > 0 ? first.everyone[i][k] : 0));
    const differences = second ? first.spread[i].map((value, k) => value - second.spread[i][k]) : [0];
    const between = (values) => [quantile(values, 0.025), quantile(values, 0.975)];
    const [gain, difference] = [between(gains), between(differences)];
    const better = thresholds.filter((t, k) => first.value[k] > Math.max(0, everyone(t)) + 1e-9);
    const interval = ([low, high]) => `${thousand(low)} to ${thousand(high)}`;
    return {
      thresholds, results, everyone, gainSure: gain[0] > 0 ? 1 : gain[1] < 0 ? -1 : 0, differ: difference[0] > 0 || difference[1] < 0, two: Boolean(second), other: second?.name,
      accepted: short((1 - threshold) / threshold), all: thousand(everyone(threshold)), simple: simple > 0 ? "alerting everybody" : "alerting nobody",
      gain: thousand(Math.abs(first.value[i] - simple)), gainInterval: interval(gain), differenceInterval: interval(difference),
      difference: second ? thousand(first.value[i] - second.value[i]) : "", from: percent(better[0]), to: percent(better.at(-1)), isUseful: better.length > 0,
      here: results.map((each) => ({ name: each.name, value: each.value[i], text: thousand(each.value[i]), interval: interval([each.low[i], each.high[i]]) })),
      benefits: results.map((each) => `${each.name} ${thousand(each.value[i])} (95 % interval ${interval([each.low[i], each.high[i]])})`).join(", "),
      top: 1000 * Math.max(prevalence, 0.01) * 1.05, samples: SAMPLES,
    };
  },
  words: {
    accepts: "Acting at {threshold|percent} accepts {accepted} false alarms for each case of {label} found.",
    benefit: "Net benefit per 1,000 {unit}: {benefits}, alerting everybody {all}, alerting nobody 0.",
    better: "Here {name} is better than the best simple rule, {simple}: worth {gain} more cases found per 1,000 with no false alarm ({gainInterval}).",
    worse: "Here {name} does harm: {simple} is better by {gain} per 1,000 ({gainInterval}).",
    open: "Whether {name} is better than {simple} is undecided: the interval of the difference holds 0 ({gainInterval}).",
    differ: "{name} minus {other}: {difference} per 1,000 ({differenceInterval}), more than chance alone would explain.",
    alike: "{name} minus {other}: {difference} per 1,000 ({differenceInterval}); these rows do not separate the two.",
    range: "In these data {name} lies above both simple rules between thresholds of {from} and {to}.",
    never: "In these data {name} lies above both simple rules at no threshold shown.",
    tooHigh: "The risks of {name} were shifted up: it alerts too early. Its AUROC is unchanged.",
    tooLow: "The risks of {name} were shifted down: it alerts too late. Its AUROC is unchanged.",
    bands: "A net benefit of 20 is worth as much as 20 cases found per 1,000 {unit} without one false alarm. Bands: 95 % intervals from {samples} bootstrap samples of {drawn}, drawn in your browser. Fix the range of thresholds before you look.",
  },
  live: (now) => [
    "accepts", "benefit", now.gainSure > 0 ? "better" : now.gainSure < 0 ? "worse" : "open", now.two && (now.differ ? "differ" : "alike"),
    now.isUseful ? "range" : "never", now.shift && (now.shift > 0 ? "tooHigh" : "tooLow"),
  ],
  views: {
    measures: {
      facts: (now) => [
        ["False alarms you accept", now.accepted, "for each case found"],
        ...now.here.map(({ name, text, interval }, n) => [`${LOOKS[n].mark} ${name}`, text, `per 1,000, ${interval}`]),
        ["Alert all", now.all, "per 1,000"], ["Alert nobody", "0", "per 1,000"],
      ],
    },
    curves: {
      curves: "Decision curves", wide: true, height: 0.6, move: "threshold",
      x: ({ low, high }) => ({ label: "Threshold, % risk", from: low, to: high, ticks: ticks(low, high), show: (v) => format(100 * v) }),
      y: ({ top, unit }) => ({ label: `Net benefit per 1,000 ${unit}`, from: -0.35 * top, to: top, show: (v) => format(v) }),
      bands: ({ results, thresholds }) => results.map(({ high, low }, n) => ({ upper: thresholds.map((t, i) => [t, 1000 * high[i]]), lower: thresholds.map((t, i) => [t, 1000 * low[i]]), colour: LOOKS[n].colour })),
      rules: ({ threshold }) => [{ y: 0, colour: "grey", dash: "none", label: "Alert nobody", place: "below" }, { x: threshold, colour: "accent", dash: "none" }],
      lines: ({ results, thresholds, everyone, top }) => [
        { points: thresholds.map((t) => [t, 1000 * everyone(t)]).filter(([, v]) => v >= -0.35 * top), colour: "grey", dash: "dots", name: "Alert all", mark: "┄", place: "below" },
        ...results.map(({ name, value }, n) => ({ points: thresholds.map((t, i) => [t, 1000 * value[i]]), ...LOOKS[n], width: 3, name, place: n === (results[0].value.at(-1) < results.at(-1).value.at(-1) ? 0 : 1) ? "below" : "above" })),
      ],
      points: ({ threshold, here, top }) => here.map(({ value }, n) => ({ x: threshold, y: clamp(1000 * value, -0.35 * top, top), shape: n ? "square" : "circle", colour: LOOKS[n].colour, size: 6 })),
      numbers: ({ results, thresholds }) => ({ head: ["Threshold", ...results.map(({ name }) => name)], rows: thresholds.filter((_, i) => i % 4 === 0).map((t, k) => [percent(t), ...results.map(({ value }) => thousand(value[4 * k]))]) }),
      alt: "Decision curves. Net benefit per 1,000 {unit} at {threshold|percent}: {benefits}, alerting everybody {all}, alerting nobody 0.",
    },
    note: { text: (now) => now.words.bands },
  },
};
