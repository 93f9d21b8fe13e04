/** Predicted against observed risk: shift and stretch the risks, then update them. AUROC stands still while advice changes. */
import { clamp, format, percent, range } from "#kit";
import { auroc, byOutcome } from "#stats/roc";
import { expit, logit } from "#stats/odds";
import { total } from "#stats/numbers";
import { interceptShift, localLinear, logisticFit, riskGroups, wilson } from "#stats/calibration";
import { quantile, shuffled } from "#stats/resampling";

const SPAN = 0.4;
const BARS = 20;
const share = (part) => (v) => format(100 * v, part < 0.2 ? 1 : 0);

/** The rows of a group, of these the first part in a random order. */
function rowsOf({ outcomes, base, members, order, weights, group_names, group, size }) {
  const place = group_names.indexOf(group);
  const inside = order.filter((i) => place < 0 || members[i] === place);
  const part = (list) => list.slice(0, Math.max(2, Math.round((size / 100) * list.length)));
  const kept = [...part(inside.filter((i) => outcomes[i] === 1)), ...part(inside.filter((i) => outcomes[i] === 0))];
  return { y: kept.map((i) => outcomes[i]), x: kept.map((i) => base[i]), w: weights.at(place) };
}

/** Weighted shares of the rows in equal steps of risk. */
function histogram(y, risks, w, end) {
  const bars = new Array(BARS).fill(0);
  risks.forEach((p, i) => (bars[Math.min(BARS - 1, Math.floor((BARS * p) / end))] += w[y[i]]));
  return bars.map((bar) => bar / total(bars));
}

export default {
  title: "Calibration explorer: are the risks right?",
  data: {
    outcomes: { kind: "outcomes" }, risks: { kind: "shares", like: "outcomes" }, members: { kind: "plain" }, weights: { kind: "plain" },
    group_names: { kind: "plain" }, label: { kind: "text", value: "deterioration within 48 h" },
    unit: { kind: "text", value: "people" },
  },
  prepare: ({ risks }) => ({ base: risks.map(logit), order: shuffled(risks.length, 2026) }),
  controls: {
    group: { choice: "Patients shown", options: ({ group_names }) => ({ all: "all", ...Object.fromEntries(group_names.map((name) => [name, name])) }), when: (now) => now.group_names.length },
    shift: { slider: "Shift all risks (log-odds)", from: -3, to: 3, step: 0.1, value: 0, show: "{value|+2}" },
    stretch: { slider: "Stretch the risks (log-odds)", from: 0.2, to: 2.5, step: 0.05, value: 1, show: "× {value|2}" },
    size: { slider: "Share of the rows used", from: 5, to: 100, step: 5, value: 100, show: "{value} %" },
  },
  presets: {
    "Update intercept": (now) => ({ shift: now.shift + now.intercept }),
    "Update intercept and slope": ({ rows, shift, stretch }) => {
      const fit = logisticFit(rows.y, rows.x.map((x) => shift + stretch * x), rows.w);
      return { shift: fit.intercept + fit.slope * shift, stretch: fit.slope * stretch };
    },
    "Risks as delivered": { shift: 0, stretch: 1 },
  },
  model({ shift, stretch, ...now }) {
    const rows = rowsOf(now);
    const { y, w } = rows;
    const scores = rows.x.map((x) => shift + stretch * x);
    const risks = scores.map(expit);
    const mean = (value) => total(y.map((each, i) => w[each] * value(each, i))) / total(y.map((each) => w[each]));
    const [observed, expected] = [mean((each) => each), mean((_, i) => risks[i])];
    const groups = riskGroups(y, risks, w, y.length < 200 ? 5 : 10);
    const at = range(quantile(scores, 0.01), quantile(scores, 0.99), 25);
    const largest = Math.max(quantile(risks, 0.985), ...groups.map((group) => Math.min(group.high, 1.6 * group.observed + 0.05)));
    const end = [0.1, 0.2, 0.4, 0.6, 0.8, 1].find((each) => each >= largest) ?? 1;
    const bars = histogram(y, risks, w, end);
    const [observed1000, expected1000] = [Math.round(1000 * observed), Math.round(1000 * expected)];
    // The weights restore the share of the full table, so its interval is that of the full table.
    const [observedLow, observedHigh] = wilson(observed, total(y.map((each) => w[each]))).map((value) => Math.round(1000 * value));
    const fit = logisticFit(y, scores, w);
    const [slopeLow, slopeHigh] = [fit.slope - 1.96 * fit.error, fit.slope + 1.96 * fit.error];
    return {
      rows, groups, end, bars, observed1000, expected1000, gap: Math.abs(observed1000 - expected1000), more: observed1000 - expected1000, ratio: observed / expected,
      intercept: interceptShift(y, scores, w), slope: fit.slope, slopeLow, slopeHigh, observedLow, observedHigh, auroc: auroc(byOutcome(y, risks)), cases: total(y),
      brier: format(mean((each, i) => (risks[i] - each) ** 2), 4), constant: format(observed * (1 - observed), 4),
      smooth: localLinear(y, scores, w, at, SPAN).map((value, i) => [expit(at[i]), value]).filter(([x, value]) => x <= end && value <= end),
      low: percent(total(bars.slice(0, BARS / 4))), limit: percent(end / 4), shown: now.group,
    };
  },
  words: {
    expects: "The risks expect {expected1000} of 1,000 {unit} to have {label}; {observed1000} were observed (95 % interval {observedLow} to {observedHigh}; observed / expected {ratio|2}).",
    chance: "The interval holds the expected number: the difference of {gap} may be chance.",
    right: "Here expected and observed agree; the interval says how far they may differ.",
    under: "They underestimate: {gap} of 1,000 {unit} have the event without being expected to.",
    over: "They overestimate: {gap} of 1,000 {unit} are expected to have the event and do not.",
    extreme: "The slope of {slope|2} ({slopeLow|2} to {slopeHigh|2}) says that high risks are too high and low risks too low: predictions too extreme.",
    timid: "The slope of {slope|2} ({slopeLow|2} to {slopeHigh|2}) says that the risks lie too close together: predictions too timid.",
    slopeRight: "The slope is near 1 ({slope|2}, {slopeLow|2} to {slopeHigh|2}); the interval says how sure that is.",
    slopeOpen: "The slope is {slope|2}; its interval, {slopeLow|2} to {slopeHigh|2}, holds 1, so these rows cannot tell whether the predictions are too extreme or too timid.",
    ranking: "AUROC {auroc|2}: it sees only the order of the patients, so no shift or stretch changes it.",
    same: "AUROC {auroc|2}, the same as before: the order of the patients did not change.",
    few: "Only {cases} cases: the intervals are wide, and a fitted slope would be uncertain.",
    key: "Line: smooth curve. Squares: patients in groups of equal size along the risk, with 95 % intervals. Dashes: ideal.",
    independent: "Rows count as independent; several rows of one patient make the true interval wider.",
    sameRows: "An update is fitted and shown on the same patients, so here it always looks right. Judge it on patients it has not seen.",
  },
  live: (now) => [
    "expects", Math.abs(now.more) < 3 ? "right" : now.expected1000 < now.observedLow ? "under" : now.expected1000 > now.observedHigh ? "over" : "chance",
    now.slopeHigh < 1 ? "extreme" : now.slopeLow > 1 ? "timid" : now.slope < 0.9 || now.slope > 1.11 ? "slopeOpen" : "slopeRight",
    now.shift || now.stretch !== 1 ? "same" : "ranking", now.cases < 100 && "few",
  ],
  views: {
    measures: {
      facts: [["Observed / expected", "{ratio|2}"], ["Calibration intercept (ideal 0)", "{intercept|+2}"], ["Calibration slope (ideal 1)", "{slope|2}"],
        ["Brier score", "{brier}", "constant prediction {constant}"], ["AUROC", "{auroc|3}"]],
    },
    curve: {
      curves: "Observed against predicted risk", height: 0.9,
      x: (now) => ({ label: "Predicted risk, %", from: 0, to: now.end, ticks: range(0, now.end, now.end === 0.6 ? 4 : 5), show: share(now.end) }),
      y: (now) => ({ label: "Observed, %", from: 0, to: now.end, ticks: range(0, now.end, now.end === 0.6 ? 4 : 5), show: share(now.end) }),
      lines: [{ points: (now) => [[0, 0], [now.end, now.end]], colour: "line", dash: "short", width: 1.5 }, { points: (now) => now.smooth, width: 3 }],
      points: (now) => now.groups.filter((group) => group.risk <= now.end && group.observed <= now.end)
        .map(({ risk, observed, low, high }) => ({ x: risk, y: observed, low: Math.max(0, low), high: clamp(high, 0, now.end), shape: "square", colour: "orange", size: 4.5 })),
      notes: ({ end }) => [{ x: 0.03 * end, y: 0.93 * end, text: "risk too low" }, { x: 0.98 * end, y: 0.05 * end, text: "risk too high" }],
      numbers: (now) => ({ head: ["Predicted risk", "Observed", "95 % interval"], rows: now.groups.map((g) => [percent(g.risk), percent(g.observed), `${percent(g.low)} to ${percent(g.high)}`]) }),
      alt: "Reliability curve for {shown}. Expected {expected1000}, observed {observed1000} per 1,000; calibration slope {slope|2}.",
    },
    spread: {
      curves: "Where the predictions lie", height: 0.4,
      x: (now) => ({ label: "Predicted risk, %", from: 0, to: now.end, ticks: range(0, now.end, now.end === 0.6 ? 4 : 5), show: share(now.end) }),
      y: (now) => ({ label: "Share of patients, %", from: 0, to: Math.max(...now.bars), ticks: [0, Math.max(...now.bars)], show: (v) => format(100 * v) }),
      columns: (now) => now.bars.map((y, i) => ({ from: (i * now.end) / BARS, to: ((i + 1) * now.end) / BARS, y, colour: "sky" })),
      alt: "Histogram of predicted risks: {low} of the patients lie below {limit}.",
    },
    notes: { text: (now) => [now.words.key, now.words.independent, now.words.sameRows] },
  },
};
