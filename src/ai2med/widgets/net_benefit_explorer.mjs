/** Net-benefit explorer: decision curves with bootstrap bands, and what a threshold says about false alarms. */
import { h, s, clamp, format, fill, slider, liveText } from "./ui.mjs";
import { expit, logit, byOutcome, shareAtLeast, netBenefit, bootstrapCounts, quantile } from "./stats.mjs";
import { figure, captioned, axes, line, label, curve, band, percent, range, ticks, facts, unbroken, stopsWith, nearestStop, listen, explorable } from "./plot.mjs";
import { WORDS } from "./words_net_benefit_explorer.mjs";

const TEXT = WORDS;
const SAMPLES = 200;
const LOOKS = [
  { stroke: "var(--a2-blue)", "stroke-width": 3 },
  { stroke: "var(--a2-orange)", "stroke-width": 3, "stroke-dasharray": "9 4" },
];
const MARKS = ["●", "■"];

/** A model's name with its mark, in bold, ending at x. */
function named(x, y, number, name) {
  const text = label(x, y, "", { "text-anchor": "end", "font-weight": 700 });
  text.append(s("tspan", { fill: LOOKS[number].stroke }, MARKS[number]), ` ${name}`);
  return text;
}

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

function render({ model, el }) {
  const get = (name) => model.get(name);
  const outcomes = get("outcomes");
  const observed = get("observed");
  const names = get("names");
  const thresholds = stopsWith(range(get("low"), get("high"), 57).map((t) => Number(t.toFixed(4))), get("threshold"));
  const prevalences = stopsWith([...range(0.005, 0.1, 20), ...range(0.12, 0.5, 20)], observed);
  const columns = get("risks");
  const sides = columns.map((risks) => byOutcome(outcomes, risks));
  const counts = bootstrapCounts(outcomes.length, get("clusters"), SAMPLES, get("seed"));
  let [shift, prevalence] = [0, observed];
  let results = [];
  let shown = "";

  /** Shifting all risks by d on the log-odds scale is the same as cutting the old risks at the threshold shifted by −d. */
  const cutFor = (threshold, number) => (number === 0 && shift ? expit(logit(threshold) - shift) : threshold);

  function compute() {
    results = columns.map((risks, number) => {
      const cuts = thresholds.map((t) => cutFor(t, number));
      const samples = resample({ outcomes, risks, weights: get("weights"), counts }, cuts);
      const spread = thresholds.map((t, i) =>
        samples.map((each) => netBenefit(...each.at(i), carried(each.prevalence, observed, prevalence), t)));
      return {
        name: names[number],
        value: thresholds.map((t, i) =>
          netBenefit(shareAtLeast(sides[number].cases, cuts[i]), shareAtLeast(sides[number].others, cuts[i]), prevalence, t)),
        spread,
        low: spread.map((values) => quantile(values, 0.025)),
        high: spread.map((values) => quantile(values, 0.975)),
        everyone: thresholds.map((t) => samples.map((each) => netBenefit(1, 1, carried(each.prevalence, observed, prevalence), t))),
      };
    });
  }

  const put = (value) => {
    model.set("threshold", value);
    model.save_changes();
  };
  const thresholdSlider = slider({
    label: TEXT.threshold, min: 0, max: thresholds.length - 1, step: 1, value: nearestStop(thresholds, get("threshold")),
    show: (i) => percent(thresholds[i]), onchange: (i) => put(thresholds[i]),
  });
  const shiftSlider = slider({
    label: fill(TEXT.shift, { name: names[0] }), min: -2, max: 2, step: 0.1, value: 0,
    show: (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${format(Math.abs(value), 1)}`,
    onchange(value) {
      shift = value;
      update();
    },
  });
  const prevalenceSlider = slider({
    label: TEXT.prevalence, min: 0, max: prevalences.length - 1, step: 1, value: nearestStop(prevalences, observed),
    show: (i) => percent(prevalences[i]),
    onchange(i) {
      prevalence = prevalences[i];
      update();
    },
  });

  const everyoneAt = (t) => netBenefit(1, 1, prevalence, t);
  const here = () => nearestStop(thresholds, get("threshold"));
  const thousand = (value) => format(1000 * value, 1).replace("-", "−");

  const decision = figure((width) => {
    const height = Math.round(clamp(width * 0.75, 280, 400) + 40);
    const [low, high] = [get("low"), get("high")];
    const top = 1000 * Math.max(prevalence, 0.01) * 1.05;
    const bottom = -0.35 * top;
    const frame = axes({
      width, height,
      x: { min: low, max: high, ticks: ticks(low, high), show: (v) => format(100 * v), name: TEXT.thresholdAxis },
      y: { min: bottom, max: top, ticks: ticks(bottom, top), show: (v) => format(v).replace("-", "−"), name: TEXT.benefitAxis },
    });
    const path = (values) => values.map((v, i) => [frame.x(thresholds[i]), frame.y(clamp(1000 * v, bottom, top))]);
    const everyone = thresholds.map(everyoneAt).filter((v) => 1000 * v >= bottom);
    const i = here();
    const cursor = frame.x(thresholds[i]);
    const lower = results.length === 2 && results[0].value.at(-1) < results[1].value.at(-1) ? 0 : 1;
    // The names stand above the upper band and below the lower one, so that they never lie on a line.
    const nameAt = (result, n) =>
      n === lower ? frame.y(clamp(1000 * result.low.at(-1), bottom, top)) + 18 : frame.y(clamp(1000 * result.high.at(-1), bottom, top)) - 8;
    return {
      height,
      label: `${TEXT.alt} ${shown}`,
      children: [
        ...frame.children,
        line(frame.box.left, frame.y(0), frame.box.right, frame.y(0), { stroke: "var(--a2-grey)", "stroke-width": 2 }),
        ...results.map((result, n) => band(path(result.high), path(result.low), { fill: LOOKS[n].stroke })),
        curve(path(everyone), { stroke: "var(--a2-grey)", "stroke-dasharray": "2 4" }),
        ...results.map((result, n) => curve(path(result.value), LOOKS[n])),
        line(cursor, frame.box.top, cursor, frame.box.bottom, { stroke: "var(--a2-accent)", "stroke-width": 1.5 }),
        ...results.map((result, n) =>
          s(n ? "rect" : "circle", {
            ...(n ? { x: cursor - 5, width: 10, height: 10 } : { cx: cursor, r: 6 }),
            [n ? "y" : "cy"]: frame.y(clamp(1000 * result.value[i], bottom, top)) - (n ? 5 : 0),
            fill: LOOKS[n].stroke, stroke: "var(--a2-surface)", "stroke-width": 1.5,
          })),
        label(frame.x(thresholds[everyone.length - 1]) - 4, frame.y(bottom) - 8, TEXT.all, { "text-anchor": everyone.length > 28 ? "end" : "start" }),
        label(frame.x(low + 0.55 * (high - low)), frame.y(0) + 17, TEXT.none, { "text-anchor": "middle" }),
        ...results.map((result, n) =>
          named(frame.box.right, nameAt(result, n), n, result.name)),
      ],
    };
  });

  /** The thresholds at which the first model beats both simple rules, if they form one stretch. */
  function useful(result) {
    const better = thresholds.filter((t, i) => result.value[i] > Math.max(0, everyoneAt(t)) + 1e-9);
    return better.length ? [better[0], better.at(-1)] : null;
  }

  function sentence() {
    const i = here();
    const t = thresholds[i];
    const first = results[0];
    const interval = (result) => `${thousand(result.low[i])} ${TEXT.to} ${thousand(result.high[i])}`;
    const parts = [fill(TEXT.accepts, { threshold: percent(t), n: format((1 - t) / t, 1).replace(/\.0$/, ""), label: unbroken(get("label")) })];
    parts.push(fill(TEXT.benefit, {
      models: results.map((result) => fill(TEXT.one, { name: result.name, value: thousand(result.value[i]), interval: interval(result) })).join(", "),
      all: thousand(everyoneAt(t)),
    }));
    const simple = Math.max(0, everyoneAt(t));
    const simpleName = simple > 0 ? TEXT.alertAll : TEXT.alertNone;
    const gain = first.spread[i].map((value, k) => value - (simple > 0 ? first.everyone[i][k] : 0));
    const [low, high] = [quantile(gain, 0.025), quantile(gain, 0.975)];
    const values = { name: first.name, simple: simpleName, gain: thousand(Math.abs(first.value[i] - simple)), interval: `${thousand(low)} ${TEXT.to} ${thousand(high)}` };
    parts.push(fill(low > 0 ? TEXT.better : high < 0 ? TEXT.worse : TEXT.open, values));
    if (results.length === 2) {
      const difference = first.spread[i].map((value, k) => value - results[1].spread[i][k]);
      const [from, to] = [quantile(difference, 0.025), quantile(difference, 0.975)];
      parts.push(fill(from > 0 || to < 0 ? TEXT.differ : TEXT.alike, {
        name: first.name, other: results[1].name, value: thousand(first.value[i] - results[1].value[i]), interval: `${thousand(from)} ${TEXT.to} ${thousand(to)}`,
      }));
    }
    const stretch = useful(first);
    parts.push(stretch ? fill(TEXT.range, { name: first.name, from: percent(stretch[0]), to: percent(stretch[1]) }) : fill(TEXT.never, { name: first.name }));
    if (shift) parts.push(fill(shift > 0 ? TEXT.tooHigh : TEXT.tooLow, { name: first.name }));
    return parts.join(" ");
  }

  const said = liveText();
  const measures = h("div", {});
  function show() {
    const i = here();
    const t = thresholds[i];
    thresholdSlider.set(i);
    measures.replaceChildren(facts([
      [TEXT.acceptName, format((1 - t) / t, 1).replace(/\.0$/, ""), TEXT.perCase],
      ...results.map((result, n) => [`${MARKS[n]} ${result.name}`, thousand(result.value[i]), `${TEXT.per1000}, ${thousand(result.low[i])} ${TEXT.to} ${thousand(result.high[i])}`]),
      [TEXT.all, thousand(everyoneAt(t)), TEXT.per1000],
      [TEXT.none, "0", TEXT.per1000],
    ]));
    shown = sentence();
    decision.redraw();
    said.say(shown);
  }
  function update() {
    compute();
    show();
  }

  el.append(explorable(
    TEXT.title,
    h("div", { class: "a2-controls a2-columns" }, thresholdSlider.element, shiftSlider.element, prevalenceSlider.element),
    said.element,
    measures,
    h("div", { class: "a2-figure" }, captioned(TEXT.figureTitle, decision)),
    h("p", { class: "a2-note" }, fill(get("clusters") ? TEXT.bandsPatients : TEXT.bandsRows, { samples: SAMPLES })),
  ));
  const stop = listen(model, ["threshold", "label"], show);
  update();
  return () => {
    stop();
    decision.stop();
  };
}

export default { render };
