/** Calibration explorer: predicted against observed risk, miscalibration by hand, recalibration by button. */
import { h, s, clamp, format, fill, slider, liveText, choice } from "./ui.mjs";
import { expit, logit, total, byOutcome, auroc, interceptShift, logisticFit, riskGroups, localLinear, quantile } from "./stats.mjs";
import { figure, captioned, axes, line, words, label, curve, percent, range, facts, unbroken, listen, explorable } from "./plot.mjs";
import { WORDS } from "./words_calibration_explorer.mjs";

const TEXT = WORDS;
const SPAN = 0.4;
const BARS = 20;

/** Everything the figure shows for some rows after `a + b × log-odds`. */
function assess(rows, a, b) {
  const { outcomes, base, weights } = rows;
  const scores = base.map((x) => a + b * x);
  const risks = scores.map(expit);
  const all = total(outcomes.map((y) => weights[y]));
  const mean = (value) => total(outcomes.map((y, i) => weights[y] * value(y, i))) / all;
  const observed = mean((y) => y);
  const expected = mean((_, i) => risks[i]);
  const at = range(quantile(scores, 0.01), quantile(scores, 0.99), 25);
  return {
    risks,
    observed,
    expected,
    intercept: interceptShift(outcomes, scores, weights),
    slope: logisticFit(outcomes, scores, weights).slope,
    brier: mean((y, i) => (risks[i] - y) ** 2),
    auroc: auroc(byOutcome(outcomes, risks)),
    groups: riskGroups(outcomes, risks, weights, outcomes.length < 200 ? 5 : 10),
    smooth: localLinear(outcomes, scores, weights, at, SPAN).map((y, i) => [expit(at[i]), y]),
  };
}

/** Weighted shares of the rows in equal steps of risk, up to `most`. */
function histogram(rows, risks, most) {
  const bars = new Array(BARS).fill(0);
  risks.forEach((p, i) => (bars[Math.min(BARS - 1, Math.floor((BARS * p) / most))] += rows.weights[rows.outcomes[i]]));
  const all = total(bars);
  return bars.map((bar) => bar / all);
}

function axisEnd(found) {
  const largest = Math.max(quantile(found.risks, 0.985), ...found.groups.map((group) => Math.min(group.high, 1.6 * group.observed + 0.05)));
  return [0.1, 0.2, 0.4, 0.6, 0.8, 1].find((end) => end >= largest) ?? 1;
}

function render({ model, el }) {
  const names = model.get("group_names");
  const outcomes = model.get("outcomes");
  const base = model.get("risks").map(logit);
  const members = model.get("members");
  let [shift, stretch, share] = [0, 1, 1];
  let action = "";

  /** The rows of the chosen group, of these the first part: their order is random. */
  function rowsInView() {
    const group = model.get("group");
    const inside = outcomes.map((_, i) => i).filter((i) => group < 0 || members[i] === group);
    const cases = inside.filter((i) => outcomes[i] === 1);
    const others = inside.filter((i) => outcomes[i] === 0);
    const part = (list) => list.slice(0, Math.max(2, Math.round(share * list.length)));
    const kept = [...part(cases), ...part(others)];
    return {
      outcomes: kept.map((i) => outcomes[i]),
      base: kept.map((i) => base[i]),
      weights: model.get("weights").at(group < 0 ? -1 : group),
    };
  }
  let rows = rowsInView();
  let found = assess(rows, shift, stretch);

  const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${format(Math.abs(value), 2)}`;
  const byHand = () => {
    action = "";
    update();
  };
  const shiftSlider = slider({
    label: TEXT.shift, min: -3, max: 3, step: 0.1, value: 0, show: () => signed(shift),
    onchange(value) {
      shift = value;
      byHand();
      shiftSlider.set(value);
    },
  });
  const stretchSlider = slider({
    label: TEXT.stretch, min: 0.2, max: 2.5, step: 0.05, value: 1, show: () => `× ${format(stretch, 2)}`,
    onchange(value) {
      stretch = value;
      byHand();
      stretchSlider.set(value);
    },
  });
  const sizeSlider = slider({
    label: TEXT.size, min: 5, max: 100, step: 5, value: 100, show: (value) => `${format(value)}\u00a0%`,
    onchange(value) {
      share = value / 100;
      byHand();
    },
  });
  const repairs = {
    intercept() {
      shift += found.intercept;
      action = TEXT.didIntercept;
    },
    both() {
      const fit = logisticFit(rows.outcomes, rows.base.map((x) => shift + stretch * x), rows.weights);
      [shift, stretch] = [fit.intercept + fit.slope * shift, fit.slope * stretch];
      action = TEXT.didBoth;
    },
    reset() {
      [shift, stretch] = [0, 1];
      action = "";
    },
  };
  const button = (name) =>
    h("button", { type: "button", class: "a2-button", "data-action": name, onclick: () => (repairs[name](), update()) }, TEXT[name]);

  const reliability = figure((width) => {
    const height = Math.round(Math.min(420, width * 0.9) + 40);
    const end = axisEnd(found);
    const axis = { min: 0, max: end, ticks: range(0, end, end === 0.6 ? 4 : 5), show: (v) => format(100 * v, end < 0.2 ? 1 : 0) };
    const frame = axes({ width, height, x: { ...axis, name: TEXT.predictedAxis }, y: { ...axis, name: TEXT.observedAxis } });
    const inside = ([x, y]) => x <= end && y <= end;
    const at = ([x, y]) => [frame.x(x), frame.y(clamp(y, 0, end))];
    const marks = found.groups.filter((group) => inside([group.risk, group.observed])).flatMap((group) => {
      const [x, y] = at([group.risk, group.observed]);
      return [
        line(x, frame.y(Math.max(0, group.low)), x, frame.y(Math.min(end, group.high)), { stroke: "var(--a2-orange)", "stroke-width": 2 }),
        s("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, fill: "var(--a2-orange)" }),
      ];
    });
    return {
      height,
      label: fill(TEXT.alt, values()),
      children: [
        ...frame.children,
        line(...at([0, 0]), ...at([end, end]), { "stroke-dasharray": "5 5", "stroke-width": 1.5 }),
        ...marks,
        curve(found.smooth.filter(inside).map(at), { stroke: "var(--a2-blue)", "stroke-width": 3 }),
        words(frame.box.right, frame.box.top - 7, TEXT.ideal, { "text-anchor": "end" }),
        label(frame.x(end * 0.03), frame.y(end * 0.97) + 8, TEXT.above),
        label(frame.x(end * 0.98), frame.y(end * 0.05), TEXT.below, { "text-anchor": "end" }),
      ],
    };
  });
  const spread = figure((width) => {
    const height = 150;
    const end = axisEnd(found);
    const bars = histogram(rows, found.risks, end);
    const most = Math.max(...bars);
    const frame = axes({
      width, height,
      x: { min: 0, max: end, ticks: range(0, end, end === 0.6 ? 4 : 5), show: (v) => format(100 * v, end < 0.2 ? 1 : 0), name: TEXT.predictedAxis },
      y: { min: 0, max: most, ticks: [0, most], show: (v) => format(100 * v), name: TEXT.shareAxis },
    });
    return {
      height,
      label: fill(TEXT.histogramAlt, { top: percent(total(bars.slice(0, BARS / 4))), limit: percent(end / 4) }),
      children: [...frame.children, ...bars.map((bar, i) =>
        s("rect", {
          x: frame.x((i * end) / BARS) + 0.5, width: Math.max(1, frame.x(end / BARS) - frame.x(0) - 1),
          y: frame.y(bar), height: frame.box.bottom - frame.y(bar), fill: "var(--a2-sky)",
        }))],
    };
  });

  function values() {
    const [observed, expected] = [found.observed, found.expected].map((each) => Math.round(1000 * each));
    return {
      observed: format(observed),
      expected: format(expected),
      gap: format(Math.abs(observed - expected)),
      ratio: format(found.observed / found.expected, 2),
      slope: format(found.slope, 2),
      intercept: signed(found.intercept),
      auroc: format(found.auroc, 2),
      label: unbroken(model.get("label")),
      cases: format(total(rows.outcomes)),
      group: model.get("group") < 0 ? TEXT.everybody : names[model.get("group")],
    };
  }

  function sentence() {
    const gap = Math.round(1000 * found.observed) - Math.round(1000 * found.expected);
    const parts = [action, TEXT.expects, Math.abs(gap) < 3 ? TEXT.right : gap > 0 ? TEXT.under : TEXT.over];
    parts.push(found.slope < 0.9 ? TEXT.extreme : found.slope > 1.11 ? TEXT.timid : TEXT.slopeRight);
    parts.push(action ? TEXT.same : TEXT.ranking);
    if (total(rows.outcomes) < 100) parts.push(TEXT.few);
    return fill(parts.filter(Boolean).join(" "), values());
  }

  const said = liveText();
  const measures = h("div", {});
  function update() {
    rows = rowsInView();
    found = assess(rows, shift, stretch);
    shiftSlider.set(clamp(shift, -3, 3));
    stretchSlider.set(clamp(stretch, 0.2, 2.5));
    measures.replaceChildren(facts([
      [TEXT.ratioName, format(found.observed / found.expected, 2)],
      [TEXT.interceptName, signed(found.intercept)],
      [TEXT.slopeName, format(found.slope, 2)],
      [TEXT.brierName, format(found.brier, 4), `${TEXT.constant} ${format(found.observed * (1 - found.observed), 4)}`],
      [TEXT.aurocName, format(found.auroc, 3)],
    ]));
    reliability.redraw();
    spread.redraw();
    said.say(sentence());
  }

  const groupChoice = names.length && choice({
    label: TEXT.group,
    options: [[-1, TEXT.everybody], ...names.map((name, i) => [i, name])],
    value: model.get("group"),
    onchange(value) {
      model.set("group", Number(value));
      model.save_changes();
    },
  });
  el.append(explorable(
    TEXT.title,
    groupChoice || "",
    h("div", { class: "a2-controls a2-columns" }, shiftSlider.element, stretchSlider.element, sizeSlider.element),
    h("div", { class: "a2-buttons" }, button("intercept"), button("both"), button("reset")),
    said.element,
    measures,
    h("div", { class: "a2-figure" }, h("div", { class: "a2-part" }, captioned(TEXT.curveTitle, reliability), h("p", { class: "a2-note" }, TEXT.key)),
      h("div", { class: "a2-part" }, captioned(TEXT.histogramTitle, spread), h("p", { class: "a2-note" }, TEXT.sameRows))),
  ));
  const stop = listen(model, ["group", "label"], byHand);
  update();
  return () => {
    stop();
    reliability.stop();
    spread.stop();
  };
}

export default { render };
