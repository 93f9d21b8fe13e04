/** Threshold explorer: one threshold, seen as people, rates, alerts a night, ROC and PR position. */
import { h, format, fill, slider, liveText } from "./ui.mjs";
import { byOutcome, shareAtLeast, auroc, rocPoints, ppv, netBenefit } from "./stats.mjs";
import { figure, captioned, axes, line, label, curve, target, percent, facts, unbroken, stopsWith, nearestStop, listen, explorable } from "./plot.mjs";
import { STRINGS } from "./strings_en.mjs";

const TEXT = STRINGS.threshold_explorer;

// Small risks deserve small steps: 1 % to 2 % doubles the exchange rate, 50 % to 51 % hardly changes it.
const THRESHOLDS = [
  ...Array.from({ length: 39 }, (_, i) => (i + 2) / 200),
  ...Array.from({ length: 20 }, (_, i) => (i + 21) / 100),
  ...Array.from({ length: 10 }, (_, i) => (i + 9) / 20),
];
const PREVALENCES = [
  0.002, 0.005,
  ...Array.from({ length: 19 }, (_, i) => (i + 2) / 200),
  ...Array.from({ length: 20 }, (_, i) => (i + 11) / 100),
  ...Array.from({ length: 6 }, (_, i) => (i + 7) / 20),
];

/** The four cells as whole people of 1,000, which always add up. */
function peopleOf1000(sensitivity, falseAlarmRate, prevalence) {
  const cases = Math.round(1000 * prevalence);
  const found = Math.min(cases, Math.round(1000 * prevalence * sensitivity));
  const falseAlarms = Math.min(1000 - cases, Math.round(1000 * (1 - prevalence) * falseAlarmRate));
  return { cases, found, missed: cases - found, others: 1000 - cases, falseAlarms, quiet: 1000 - cases - falseAlarms };
}

function numbersAt(sides, threshold, prevalence) {
  const sensitivity = shareAtLeast(sides.cases, threshold);
  const falseAlarmRate = shareAtLeast(sides.others, threshold);
  const flagged = sensitivity * prevalence + falseAlarmRate * (1 - prevalence);
  return {
    sensitivity,
    falseAlarmRate,
    flagged,
    ppv: ppv(sensitivity, falseAlarmRate, prevalence),
    npv: flagged < 1 ? ((1 - falseAlarmRate) * (1 - prevalence)) / (1 - flagged) : NaN,
    exchange: (1 - threshold) / threshold,
    benefit: netBenefit(sensitivity, falseAlarmRate, prevalence, threshold),
    people: peopleOf1000(sensitivity, falseAlarmRate, prevalence),
  };
}

function peopleTable() {
  const cells = {};
  const cell = (name, mark) => {
    const number = h("span", { class: "a2-cell-number" });
    cells[name] = number;
    return h("td", { class: `a2-cell a2-cell-${mark}` }, number, h("span", { class: "a2-cell-name" }, TEXT[name]));
  };
  const heads = {};
  const head = (name) => (heads[name] = h("th", { scope: "row" }));
  const element = h(
    "table",
    { class: "a2-people" },
    h("caption", {}, TEXT.table),
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, TEXT.flagged), h("th", { scope: "col" }, TEXT.unflagged))),
    h("tbody", {}, h("tr", {}, head("cases"), cell("found", "right"), cell("missed", "wrong")),
      h("tr", {}, head("others"), cell("falseAlarms", "wrong"), cell("quiet", "right"))),
  );
  return {
    element,
    show(people, name) {
      for (const key of Object.keys(cells)) cells[key].textContent = format(people[key]);
      heads.cases.textContent = fill(TEXT.with, { n: format(people.cases), label: unbroken(name) });
      heads.others.textContent = fill(TEXT.without, { n: format(people.others) });
    },
  };
}

const SHARE_AXIS = { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: (v) => format(100 * v) };

function squarish(width) {
  return Math.round(Math.min(340, width * 0.85) + 40);
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const sides = byOutcome(get("outcomes"), get("risks"));
  const area = auroc(sides);
  const roc = rocPoints(sides);
  const thresholds = stopsWith(THRESHOLDS, get("threshold"));
  const prevalences = stopsWith(stopsWith(PREVALENCES, get("observed")), get("prevalence"));
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  let now = numbersAt(sides, get("threshold"), get("prevalence"));

  const stopSlider = (name, stops) =>
    slider({
      label: TEXT[name],
      min: 0,
      max: stops.length - 1,
      step: 1,
      value: nearestStop(stops, get(name)),
      show: (i) => `${format(100 * stops[i], Number.isInteger(Math.round(1e5 * stops[i]) / 1000) ? 0 : 1)}\u00a0%`,
      onchange: (i) => put(name, stops[i]),
    });
  const thresholdSlider = stopSlider("threshold", thresholds);
  const prevalenceSlider = stopSlider("prevalence", prevalences);
  const nights = get("per_day") && slider({
    label: TEXT.perDay,
    min: 1,
    max: Math.max(60, Math.ceil(2 * get("per_day"))),
    step: 1,
    value: get("per_day"),
    show: (n) => format(n),
    onchange: (n) => put("per_day", n),
  });
  const button = (text, onclick) => h("button", { type: "button", class: "a2-button", onclick }, text);
  const withinCapacity = () => {
    const limit = get("capacity") / get("per_day");
    put("threshold", thresholds.find((t) => numbersAt(sides, t, get("prevalence")).flagged <= limit) ?? thresholds.at(-1));
  };

  const said = liveText();
  const table = peopleTable();
  const measures = h("div", {});
  const rocFigure = figure((width) => {
    const height = squarish(width);
    const frame = axes({ width, height, x: { ...SHARE_AXIS, name: TEXT.falseAlarmAxis }, y: { ...SHARE_AXIS, name: TEXT.foundAxis } });
    const at = ([x, y]) => [frame.x(x), frame.y(y)];
    return {
      height,
      label: fill(TEXT.rocAlt, { auroc: format(area, 2), fpr: percent(now.falseAlarmRate), sensitivity: percent(now.sensitivity) }),
      children: [
        ...frame.children,
        line(...at([0, 0]), ...at([1, 1]), { "stroke-dasharray": "4 4", "stroke-width": 1.5 }),
        label(frame.x(0.6), frame.y(0.5), TEXT.chance),
        curve(roc.map(at), { stroke: "var(--a2-blue)" }),
        label(frame.x(0.97), frame.y(0.1), `AUROC ${format(area, 2)}`, { "text-anchor": "end" }),
        target(...at([now.falseAlarmRate, now.sensitivity])),
      ],
    };
  });
  const prFigure = figure((width) => {
    const height = squarish(width);
    const prevalence = get("prevalence");
    const frame = axes({ width, height, x: { ...SHARE_AXIS, name: TEXT.foundAxis }, y: { ...SHARE_AXIS, name: TEXT.ppvAxis } });
    // The first cases alone give a jagged start that says nothing about the model.
    const steady = roc.filter(([, sensitivity]) => sensitivity >= 0.02);
    const points = steady.map(([fpr, sensitivity]) => [frame.x(sensitivity), frame.y(ppv(sensitivity, fpr, prevalence))]);
    const anywhere = frame.y(prevalence);
    return {
      height,
      label: fill(TEXT.prAlt, { sensitivity: percent(now.sensitivity), ppv: percent(now.ppv), prevalence: percent(prevalence) }),
      children: [
        ...frame.children,
        line(frame.box.left, anywhere, frame.box.right, anywhere, { "stroke-dasharray": "4 4", "stroke-width": 1.5 }),
        curve(points, { stroke: "var(--a2-orange)" }),
        label(frame.box.left + 6, anywhere - 7, `${TEXT.everyone} ${percent(prevalence)}`),
        ...(Number.isFinite(now.ppv) ? [target(frame.x(now.sensitivity), frame.y(now.ppv))] : []),
      ],
    };
  });

  function sentence() {
    const alerts = get("per_day") ? get("per_day") * now.flagged : null;
    const values = {
      ...Object.fromEntries(Object.entries(now.people).map(([name, n]) => [name, format(n)])),
      flagged: format(now.people.found + now.people.falseAlarms),
      label: unbroken(get("label")),
      threshold: percent(get("threshold")),
      ppv: percent(now.ppv),
      npv: percent(now.npv),
      nobody: percent(1 - get("prevalence")),
      exchange: format(now.exchange, Number.isInteger(Math.round(10 * now.exchange) / 10) ? 0 : 1),
      alerts: alerts === null ? "" : format(alerts, 1),
      each: alerts === null || !get("nurses") ? "" : format(alerts / get("nurses"), 1),
      nurses: format(get("nurses") ?? 0),
      capacity: format(get("capacity") ?? 0),
    };
    const parts = [TEXT.summary, TEXT.exchangeSays];
    if (alerts !== null) {
      parts.push(get("nurses") ? TEXT.alertsShared : TEXT.alertsSays);
      if (get("capacity")) parts.push(alerts > get("capacity") ? TEXT.over : TEXT.under);
    }
    parts.push(TEXT.npvSays);
    if (Math.abs(get("prevalence") - get("observed")) > 1e-6) parts.push(TEXT.moved);
    return fill(parts.join(" "), { ...values, observed: percent(get("observed")), sensitivity: percent(now.sensitivity) });
  }

  function update() {
    now = numbersAt(sides, get("threshold"), get("prevalence"));
    thresholdSlider.set(nearestStop(thresholds, get("threshold")));
    prevalenceSlider.set(nearestStop(prevalences, get("prevalence")));
    if (nights) nights.set(get("per_day"));
    table.show(now.people, get("label"));
    const pairs = [
      [TEXT.sensitivityName, percent(now.sensitivity)],
      [TEXT.specificityName, percent(1 - now.falseAlarmRate)],
      [TEXT.ppvName, percent(now.ppv)],
      [TEXT.npvName, percent(now.npv), `${TEXT.noModel} ${percent(1 - get("prevalence"))}`],
      [TEXT.benefitName, format(1000 * now.benefit, 1), TEXT.per1000],
    ];
    if (get("per_day")) pairs.push([TEXT.alertsName, format(get("per_day") * now.flagged, 1)]);
    measures.replaceChildren(facts(pairs));
    rocFigure.redraw();
    prFigure.redraw();
    said.say(sentence());
  }

  const root = explorable(
    TEXT.title,
    h("div", { class: "a2-controls a2-columns" }, thresholdSlider.element, prevalenceSlider.element, nights ? nights.element : null),
    h("div", { class: "a2-buttons" },
      button(fill(TEXT.resetPrevalence, { observed: percent(get("observed")) }), () => put("prevalence", get("observed"))),
      get("capacity") && get("per_day") ? button(fill(TEXT.fit, { capacity: format(get("capacity")) }), withinCapacity) : null),
    said.element,
    table.element,
    measures,
    h("div", { class: "a2-figure" }, captioned(TEXT.rocTitle, rocFigure), captioned(TEXT.prTitle, prFigure)),
  );
  el.append(root);
  const stop = listen(model, ["threshold", "prevalence", "per_day", "capacity", "nurses", "label"], update);
  update();
  return () => {
    stop();
    rocFigure.stop();
    prFigure.stop();
  };
}

export default { render };
