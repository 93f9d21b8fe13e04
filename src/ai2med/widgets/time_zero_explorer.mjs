/** Time-zero explorer: stays as lines in time; population, target and columns follow the two sliders. */
import { h, s, format, fill, slider, liveText } from "./ui.mjs";
import { figure, captioned, axes, line, words, label, curve, percent, ticks, unbroken, stopsWith, nearestStop, listen, explorable } from "./plot.mjs";
import { WORDS } from "./words_time_zero_explorer.mjs";

const TEXT = WORDS;
const NEVER_HOUR = 9999;
const HORIZONS = [6, 12, 24, 36, 48, 72, 96, 120, 168];

/** How many stays fall where; `cells` are `[event hour, last hour, number of stays]`. */
function countStays(cells, zero, horizon) {
  const counts = { stays: 0, event_before: 0, left_before: 0, population: 0, events: 0, later: 0, left_within: 0, events_ever: 0 };
  for (const [event, end, n] of cells) {
    counts.stays += n;
    if (event < NEVER_HOUR) counts.events_ever += n;
    if (event <= zero) counts.event_before += n;
    else if (end <= zero) counts.left_before += n;
    else {
      counts.population += n;
      if (event <= zero + horizon) counts.events += n;
      else {
        if (event < NEVER_HOUR) counts.later += n;
        if (end <= zero + horizon) counts.left_within += n;
      }
    }
  }
  return counts;
}

/** What a stay is for the present setting: out, an event, or no event. */
function statusOf({ event, end }, zero, horizon) {
  if (event !== null && event <= zero) return "eventBefore";
  if (end <= zero) return "leftBefore";
  return event !== null && event <= zero + horizon ? "event" : "noEvent";
}

/** Whether a column may be used; one that is filled for events and hardly for others records a reaction. */
function verdictOf(column, zero) {
  const [known, cases, others] = [column.known[zero], column.cases[zero], column.others[zero]];
  if (known === null) return "empty";
  if (cases >= 0.5 && cases >= 3 * others) return "reaction";
  if (known >= 0.95) return "usable";
  return known <= 0.05 ? "future" : "partly";
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const horizons = stopsWith(HORIZONS, get("horizon"));
  const view = get("longest") + 48;
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const hours = (value) => `${format(value)}\u00a0h`;
  const zeroSlider = slider({
    label: TEXT.zero, min: 0, max: get("longest"), step: 1, value: get("time_zero"), show: hours,
    onchange: (value) => put("time_zero", value),
  });
  const horizonSlider = slider({
    label: TEXT.horizon, min: 0, max: horizons.length - 1, step: 1, value: nearestStop(horizons, get("horizon")),
    show: (i) => hours(horizons[i]), onchange: (i) => put("horizon", horizons[i]),
  });

  const timelines = figure((width) => {
    const [zero, horizon] = [get("time_zero"), get("horizon")];
    const row = 30;
    const stays = get("stays");
    const height = 60 + stays.length * row + 48;
    const frame = axes({
      width, height, left: 10, right: 104,
      x: { min: 0, max: view, ticks: ticks(0, view).filter((t) => t <= view - 10), show: (v) => format(v), name: TEXT.hoursAxis },
      y: { min: 0, max: 1, ticks: [], name: "" },
    });
    const [from, to] = [frame.x(zero), frame.x(Math.min(view, zero + horizon))];
    const children = [
      ...frame.children,
      s("rect", { x: from, y: 44, width: to - from, height: frame.box.bottom - 44, fill: "var(--a2-sky)", opacity: 0.2 }),
      line(from, 24, from, frame.box.bottom, { stroke: "var(--a2-accent)", "stroke-width": 3 }),
      line(to, 44, to, frame.box.bottom, { stroke: "var(--a2-accent)", "stroke-dasharray": "4 4" }),
      words(Math.max(2, Math.min(from - 4, width - 240)), 16, fill(TEXT.zeroMark, { zero: hours(zero), until: hours(zero + horizon) })),
    ];
    stays.forEach((stay, i) => {
      const y = 60 + i * row;
      const status = statusOf(stay, zero, horizon);
      const out = status === "eventBefore" || status === "leftBefore";
      const end = frame.x(Math.min(view, stay.end));
      const stroke = out ? { stroke: "var(--a2-line)", "stroke-dasharray": "3 4" } : { stroke: "var(--a2-text)" };
      children.push(line(frame.x(0), y, end, y, { "stroke-width": 2, ...stroke }));
      if (stay.end <= view) children.push(line(end, y - 6, end, y + 6, { ...stroke, "stroke-width": 2, "stroke-dasharray": null }));
      for (const at of stay.known) {
        if (at === null || at > view) continue;
        const legal = at <= zero;
        children.push(s("circle", { cx: frame.x(at), cy: y, r: 4, fill: legal ? "var(--a2-green)" : "var(--a2-surface)", stroke: legal ? "var(--a2-green)" : "var(--a2-orange)", "stroke-width": 1.5 }));
      }
      if (stay.event !== null && stay.event <= view) {
        const x = frame.x(stay.event);
        children.push(s("path", { d: `M${x} ${y - 8}L${x + 8} ${y}L${x} ${y + 8}L${x - 8} ${y}Z`, fill: status === "event" ? "var(--a2-pink)" : "var(--a2-surface)", stroke: "var(--a2-pink)", "stroke-width": 2 }));
      }
      children.push(words(width - 98, y + 5, TEXT.status[status], status === "event" ? { "font-weight": 700 } : {}));
    });
    const inside = stays.filter((stay) => ["event", "noEvent"].includes(statusOf(stay, zero, horizon))).length;
    return { height, label: fill(TEXT.timelineAlt, { n: stays.length, inside, zero: hours(zero), until: hours(zero + horizon) }), children };
  });

  const rows = get("performance");
  const performance = rows.length ? figure((width) => {
    const height = 290;
    const frame = axes({
      width, height,
      x: { min: 0, max: get("longest"), ticks: ticks(0, get("longest")), show: (v) => format(v), name: TEXT.zeroAxis },
      y: { min: 0.5, max: 1, ticks: [0.5, 0.6, 0.7, 0.8, 0.9, 1], show: (v) => format(v, 1), name: "AUROC" },
    });
    const path = (column) => rows.map((each) => [frame.x(each[0]), frame.y(each[column])]);
    const last = rows.at(-1);
    const zero = frame.x(get("time_zero"));
    return {
      height,
      label: fill(TEXT.performanceAlt, { from: hours(rows[0][0]), to: hours(last[0]), legal: `${format(rows[0][1], 2)}–${format(last[1], 2)}`, leaking: `${format(rows[0][2], 2)}–${format(last[2], 2)}` }),
      children: [
        ...frame.children,
        line(zero, frame.box.top, zero, frame.box.bottom, { stroke: "var(--a2-accent)", "stroke-width": 2 }),
        curve(path(2), { stroke: "var(--a2-orange)", "stroke-dasharray": "8 4" }),
        curve(path(1), { stroke: "var(--a2-blue)" }),
        label(frame.box.right, frame.y(last[2]) + 22, TEXT.leaking, { "text-anchor": "end" }),
        label(frame.box.right, frame.y(Math.min(...rows.map((each) => each[1]))) + 20, TEXT.legal, { "text-anchor": "end" }),
      ],
    };
  }) : null;

  function sentence(counts) {
    const zero = get("time_zero");
    const named = (verdict) => get("columns").filter((column) => verdictOf(column, zero) === verdict).map((column) => column.name);
    const parts = [TEXT.population, TEXT.target, TEXT.competing];
    const [future, partly, reaction] = [named("future"), named("partly"), named("reaction")];
    if (future.length) parts.push(TEXT.futureSays);
    if (partly.length) parts.push(TEXT.partlySays);
    if (reaction.length) parts.push(TEXT.reactionSays);
    return fill(parts.join(" "), {
      ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, format(n)])),
      label: unbroken(get("label")), zero: hours(zero), horizon: hours(get("horizon")),
      lost: percent(counts.events_ever ? counts.event_before / counts.events_ever : 0),
      rate: percent(counts.population ? counts.events / counts.population : NaN),
      future: future.join(", "), partly: partly.join(", "), reaction: reaction.join(", "),
    });
  }

  const share = (value) => (value === null ? "–" : percent(value));
  const columnRow = (column) => {
    const zero = get("time_zero");
    const verdict = verdictOf(column, zero);
    const cell = (name, text, attributes = {}) => h("td", { "data-name": TEXT[name], ...attributes }, text);
    return h("tr", {}, h("th", { scope: "row" }, column.name), cell("known", share(column.known[zero])),
      cell("verdict", TEXT.verdicts[verdict], { class: `a2-verdict-${verdict}` }),
      cell("filled", `${share(column.cases[zero])} / ${share(column.others[zero])}`));
  };
  const said = liveText();
  const body = h("tbody", {});
  function update() {
    zeroSlider.set(get("time_zero"));
    horizonSlider.set(nearestStop(horizons, get("horizon")));
    body.replaceChildren(...get("columns").map(columnRow));
    timelines.redraw();
    performance?.redraw();
    said.say(sentence(countStays(get("cells"), get("time_zero"), get("horizon"))));
  }
  const heading = (text) => h("th", { scope: "col" }, text);
  const table = h("table", { class: "a2-columns-table" }, h("caption", {}, TEXT.tableTitle),
    h("thead", {}, h("tr", {}, heading(TEXT.column), heading(TEXT.known), heading(TEXT.verdict), heading(TEXT.filled))), body);
  el.append(explorable(
    TEXT.title,
    h("div", { class: "a2-controls a2-columns" }, zeroSlider.element, horizonSlider.element),
    said.element,
    h("div", { class: "a2-figure" }, captioned(fill(TEXT.timelineTitle, { n: get("stays").length }), timelines)),
    h("p", { class: "a2-note" }, fill(TEXT.key, { label: unbroken(get("label")) })),
    get("columns").length ? table : "",
    get("columns").length ? h("p", { class: "a2-note" }, TEXT.tableNote) : "",
    performance ? h("div", { class: "a2-figure" }, captioned(TEXT.performanceTitle, performance)) : "",
  ));
  const stop = listen(model, ["time_zero", "horizon", "label"], update);
  update();
  return () => {
    stop();
    timelines.stop();
    performance?.stop();
  };
}

export default { render };
