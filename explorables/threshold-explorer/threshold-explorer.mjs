/** One threshold, seen as people, rates, alerts in a round, ROC and PR position. Moving the prevalence moves PPV, not ROC. */
import { range } from "#kit";
import { auroc, byOutcome, netBenefit, ppv, rocPoints, shareAtLeast } from "#stats/roc";

// Small risks deserve small steps: 1 % to 2 % doubles the exchange rate, 50 % to 51 % hardly changes it.
const THRESHOLDS = [...range(0.01, 0.2, 39), ...range(0.21, 0.4, 20), ...range(0.45, 0.9, 10)];
const PREVALENCES = [0.002, 0.005, ...range(0.01, 0.1, 19), ...range(0.11, 0.3, 20), ...range(0.35, 0.6, 6)];
const SHARE = { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: (v) => String(100 * v) };

function ratesAt(sides, threshold, prevalence) {
  const [sensitivity, falseAlarmRate] = [shareAtLeast(sides.cases, threshold), shareAtLeast(sides.others, threshold)];
  return { sensitivity, falseAlarmRate, flagged: sensitivity * prevalence + falseAlarmRate * (1 - prevalence) };
}

export default {
  title: "Threshold explorer: what acting at a risk means",
  data: {
    outcomes: { kind: "outcomes" },
    risks: { kind: "shares", like: "outcomes" },
    label: { kind: "text", value: "deterioration within 48 h" },
    unit: { kind: "text", value: "people" },
    capacity: { kind: "number", above: 0, optional: true },
    nurses: { kind: "number", above: 0, optional: true },
  },
  thin: "outcomes",
  prepare: ({ outcomes, risks }) => {
    const sides = byOutcome(outcomes, risks);
    return { sides, area: auroc(sides), roc: rocPoints(sides) };
  },
  controls: {
    threshold: { slider: "Act at a risk of at least", stops: THRESHOLDS, value: 0.1, show: "{value|percent}" },
    prevalence: { slider: "How common the event is (prevalence)", stops: PREVALENCES, value: (data) => data.observed, show: "{value|percent}" },
    per_day: { slider: "Patients assessed in each round", from: 1, to: (now) => Math.max(60, Math.ceil(2 * now.per_day)), optional: true },
  },
  presets: {
    "Observed prevalence ({observed|percent})": (now) => ({ prevalence: now.observed }),
    "Prevalence twice as high": (now) => ({ prevalence: 2 * now.observed }),
    "Lowest threshold within {capacity} alerts a round": ({ capacity, per_day, sides, prevalence }) =>
      capacity && per_day ? { threshold: THRESHOLDS.find((t) => per_day * ratesAt(sides, t, prevalence).flagged <= capacity) ?? 0.9 } : null,
  },
  model({ sides, roc, threshold, prevalence, per_day, nurses }) {
    const { sensitivity, falseAlarmRate, flagged } = ratesAt(sides, threshold, prevalence);
    const cases = Math.round(1000 * prevalence);
    const found = Math.min(cases, Math.round(1000 * prevalence * sensitivity));
    const falseAlarms = Math.min(1000 - cases, Math.round(1000 * (1 - prevalence) * falseAlarmRate));
    const alerts = per_day * flagged;
    return {
      sensitivity, falseAlarmRate, specificity: 1 - falseAlarmRate, cases, found, falseAlarms, alerts,
      missed: cases - found, others: 1000 - cases, quiet: 1000 - cases - falseAlarms, all: found + falseAlarms, each: alerts / nurses,
      ppv: ppv(sensitivity, falseAlarmRate, prevalence), npv: ((1 - falseAlarmRate) * (1 - prevalence)) / (1 - flagged), nobody: 1 - prevalence,
      exchange: (1 - threshold) / threshold, benefit: 1000 * netBenefit(sensitivity, falseAlarmRate, prevalence, threshold),
      // The first cases alone give a jagged start that says nothing about the model.
      precision: roc.filter(([, found]) => found >= 0.02).map(([fpr, found]) => [found, ppv(found, fpr, prevalence)]),
    };
  },
  words: {
    summary: "{cases} of 1,000 {unit} have {label}. A threshold of {threshold|percent} finds {found} of them and misses {missed}; {falseAlarms} of the other {others} get a false alarm. So there are {all} alerts, {ppv|percent} of them right. Acting at {threshold|percent} accepts {exchange|short} false alarms for one case found.",
    alerts: "That makes {alerts|1} alerts a round.",
    shared: "That makes {alerts|1} alerts a round, {each|1} for each of {nurses} nurses.",
    over: "That is more than the {capacity} the team can answer.",
    under: "The team can answer {capacity}.",
    npv: "Without an alert {npv|percent} stay free of the event; without any model it is {nobody|percent}.",
    moved: "You moved the prevalence away from the observed {observed|percent}: PPV and alerts changed, sensitivity ({sensitivity|percent}) and the ROC curve did not. The risks themselves were not recalibrated.",
  },
  live: (now) => [
    "summary",
    now.per_day && (now.nurses ? "shared" : "alerts"),
    now.per_day && now.capacity && (now.alerts > now.capacity ? "over" : "under"),
    "npv",
    Math.abs(now.prevalence - now.observed) > 1e-6 && "moved",
  ],
  views: {
    people: {
      matrix: "1,000 {unit}", wide: true, columns: ["Alert", "No alert"],
      rows: [
        { name: "{cases} with {label}", cells: [{ n: (now) => now.found, name: "found", good: true }, { n: (now) => now.missed, name: "missed", good: false }] },
        { name: "{others} without", cells: [{ n: (now) => now.falseAlarms, name: "false alarms", good: false }, { n: (now) => now.quiet, name: "rightly quiet", good: true }] },
      ],
    },
    rates: {
      facts: [
        ["Sensitivity", "{sensitivity|percent}"], ["Specificity", "{specificity|percent}"],
        ["PPV: alerts that are right", "{ppv|percent}"], ["NPV: no alert, no event", "{npv|percent}", "without any model {nobody|percent}"],
        ["Net benefit", "{benefit|1}", "per 1,000"], (now) => (now.per_day ? ["Alerts a round", "{alerts|1}"] : null),
      ],
    },
    roc: {
      curves: "ROC: does not know the prevalence", height: 0.85,
      x: { ...SHARE, label: "False-alarm rate, %" }, y: { ...SHARE, label: "Sensitivity, %" },
      lines: [{ points: [[0, 0], [1, 1]], colour: "line", dash: "short", width: 1.5 }, { points: (now) => now.roc.map((point) => point.slice(0, 2)) }],
      target: (now) => [now.falseAlarmRate, now.sensitivity],
      alt: "ROC curve, AUROC {area|2}. Your point: false-alarm rate {falseAlarmRate|percent}, sensitivity {sensitivity|percent}.",
    },
    precision: {
      curves: "Precision and recall: moves with it", height: 0.85,
      x: { ...SHARE, label: "Sensitivity, %" }, y: { ...SHARE, label: "PPV, %" },
      rules: [{ y: (now) => now.prevalence, label: "flag everyone: {prevalence|percent}" }],
      lines: [{ points: (now) => now.precision, colour: "orange" }],
      target: (now) => [now.sensitivity, now.ppv],
      alt: "Precision-recall curve. Your point: sensitivity {sensitivity|percent}, PPV {ppv|percent}. Flagging everyone has a PPV of {prevalence|percent}.",
    },
  },
};
