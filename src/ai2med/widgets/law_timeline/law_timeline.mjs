/** Law timeline: dates of law by act and role, what applies on a day, drawn and as a list. */
import { h, s, format, fill, choice, liveText, freshId } from "../shared/ui.mjs";
import { figure, listen, explorable } from "../shared/plot.mjs";
import { isIsoDay, todayIso, writtenDay, yearOf } from "./dates.mjs";
import { WORDS } from "./words.mjs";

const TEXT = WORDS;
const MARK = 11;
const ROW = 26;

const roleName = (role) => TEXT.roles[role] ?? role;

function dropdown(label, options, value, onchange) {
  const id = freshId("select");
  const input = h("select", { id, onchange: () => onchange(input.value) }, ...options.map(([key, text]) => h("option", { value: key }, text)));
  input.value = value;
  return h("div", { class: "a2-field" }, h("label", { for: id }, label), input);
}

/** Number in a disc (it applies) or in a diamond (it comes): shape and text tell, not only colour. */
function numbered(x, y, number, past) {
  const shape = past
    ? s("circle", { cx: x, cy: y, r: MARK, fill: "var(--a2-blue)" })
    : s("path", { d: `M${x} ${y - MARK - 2}l${MARK + 2} ${MARK + 2}l${-MARK - 2} ${MARK + 2}l${-MARK - 2} ${-MARK - 2}z`, fill: "var(--a2-surface)", stroke: "var(--a2-orange)", "stroke-width": 2 });
  const style = past ? "fill: var(--a2-surface)" : null;
  return [shape, s("text", { x, y: y + 5, "text-anchor": "middle", "font-weight": 700, style, class: "a2-mark" }, number)];
}

/** Lanes, one an act; marks that would touch go to the next row of their lane. */
function timeline(width, rows, today) {
  const years = rows.map((row) => yearOf(row.date));
  const first = Math.floor(Math.min(...years, yearOf(today)));
  const last = Math.max(first + 1, Math.ceil(Math.max(...years, yearOf(today))));
  const x = (year) => 20 + ((year - first) / (last - first)) * (width - 40);
  const acts = [...new Set(rows.map((row) => row.act))];
  const children = [];
  const marks = [];
  let top = 30;
  for (const act of acts) {
    const ends = [];
    const name = top + 16;
    rows.forEach((row, i) => {
      if (row.act !== act) return;
      const at = x(years[i]);
      let lane = ends.findIndex((end) => at - end >= 2 * MARK + 4);
      if (lane < 0) lane = ends.length;
      ends[lane] = at;
      marks.push(...numbered(Number(at.toFixed(1)), top + 24 + lane * ROW + MARK, row.number, row.date <= today));
    });
    const bottom = top + 24 + ends.length * ROW + 8;
    children.push(s("rect", { x: 0, y: top, width, height: bottom - top - 4, rx: 4, fill: "var(--a2-raised)" }));
    marks.push(s("text", { x: 6, y: name, "font-weight": 700, class: "a2-lane" }, act));
    top = bottom;
  }
  const step = [1, 2, 5, 10].find((each) => ((width - 40) / (last - first)) * each >= 44) ?? 20;
  for (let year = first; year <= last; year += 1) {
    if ((year - first) % step) continue;
    children.push(s("line", { x1: x(year), x2: x(year), y1: 30, y2: top, stroke: "var(--a2-line)", "stroke-width": 0.75 }));
    children.push(s("text", { x: x(year), y: top + 16, "text-anchor": "middle" }, year));
  }
  const at = x(yearOf(today));
  const line = s("line", { x1: at, x2: at, y1: 22, y2: top, stroke: "var(--a2-text)", "stroke-width": 2.5 });
  const label = s("text", { x: Math.min(width - 70, Math.max(70, at)), y: 15, "text-anchor": "middle", "font-weight": 700 }, fill(TEXT.todayLabel, { day: writtenDay(today) }));
  return { height: top + 24, children: [...children, line, ...marks, label] };
}

function sample(number, past) {
  return s("svg", { class: "a2-number", width: 30, height: 30, viewBox: "0 0 30 30", "aria-hidden": "true" }, ...numbered(15, 15, number, past));
}

function card(row, today) {
  const past = row.date <= today;
  return h("li", { "data-key": row.key, "data-past": String(past) }, sample(row.number, past),
    h("div", {},
      h("p", { class: "a2-day" }, h("strong", {}, writtenDay(row.date)), " ", h("span", { class: past ? "a2-applies" : "a2-comes" }, past ? TEXT.applies : fill(TEXT.comes, { when: distance(today, row.date) }))),
      h("p", {}, h("strong", {}, `${row.act}: `), row.what),
      h("p", { class: "a2-note" }, fill(TEXT.detail, { who: row.who.map(roleName).join(", "), article: row.article })),
      row.note ? h("p", { class: "a2-note" }, row.note) : null));
}

/** How far away a day is, in words that stay true for a while: months, then years. */
function distance(from, to) {
  const months = Math.round((yearOf(to) - yearOf(from)) * 12);
  if (months < 1) return TEXT.soon;
  if (months < 24) return fill(months === 1 ? TEXT.month : TEXT.inMonths, { n: months });
  return fill(TEXT.inYears, { n: format(Math.round(months / 6) / 2, months % 12 > 2 && months % 12 < 10 ? 1 : 0) });
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const store = (name) => (value) => {
    model.set(name, value);
    model.save_changes();
  };
  const numberedRows = get("dates").map((row, i) => ({ ...row, number: i + 1 }));
  const today = () => (isIsoDay(get("on")) ? get("on") : todayIso());
  let show = "all";
  const matching = () => numberedRows.filter((row) => (get("act") === "all" || row.act === get("act")) && (get("who") === "all" || row.who.includes(get("who")) || row.who.includes("everyone")));
  const visible = () => matching().filter((row) => show === "all" || (row.date <= today()) === (show === "past"));

  const acts = [...new Set(numberedRows.map((row) => row.act))].sort();
  const roles = [...new Set(numberedRows.flatMap((row) => row.who))].filter((role) => role !== "everyone").sort();
  const dayId = freshId("day");
  const day = h("input", { id: dayId, type: "date", value: today(), onchange: () => isIsoDay(day.value) && store("on")(day.value) });
  const back = h("button", { type: "button", class: "a2-button", onclick: () => {
    store("on")(todayIso());
    day.value = today();
  } }, TEXT.resetDay);

  const strip = figure((width) => {
    const rows = visible();
    if (!rows.length) return { height: 24, label: TEXT.none, children: [s("text", { x: 0, y: 16 }, TEXT.none)] };
    const past = rows.filter((row) => row.date <= today()).length;
    const label = fill(TEXT.alt, { day: writtenDay(today()), n: rows.length, past, later: rows.length - past });
    return { ...timeline(width, rows, today()), label };
  });
  const list = h("ol", { class: "a2-dates" });
  const live = liveText();
  const draw = () => {
    const rows = matching();
    const past = rows.filter((row) => row.date <= today());
    const next = rows.find((row) => row.date > today());
    const values = { day: writtenDay(today()), n: rows.length, past: past.length };
    const ahead = next ? fill(TEXT.next, { day: writtenDay(next.date), act: next.act, what: next.what }) : TEXT.noNext;
    live.say(rows.length ? `${fill(TEXT.live, values)} ${ahead}` : TEXT.none);
    list.replaceChildren(...visible().map((row) => card(row, today())));
    strip.redraw();
  };
  draw();
  const stop = listen(model, ["act", "who", "on"], draw);
  const pick = (key) => {
    show = key;
    draw();
  };
  el.append(h("div", { class: "a2-law-timeline" }, explorable(TEXT.title,
    h("div", { class: "a2-controls a2-columns" },
      dropdown(TEXT.act, [["all", TEXT.allActs], ...acts.map((act) => [act, act])], get("act"), store("act")),
      dropdown(TEXT.who, [["all", TEXT.allRoles], ...roles.map((role) => [role, roleName(role)])], get("who"), store("who")),
      h("div", { class: "a2-field" }, h("label", { for: dayId }, TEXT.day), h("div", { class: "a2-buttons" }, day, back))),
    choice({ label: TEXT.showLabel, options: Object.entries(TEXT.shows), value: show, onchange: pick }),
    live.element,
    h("div", { class: "a2-timeline-key" }, h("span", {}, sample("1", true), TEXT.keyPast), h("span", {}, sample("2", false), TEXT.keyLater)),
    strip.element,
    h("div", { class: "a2-dates-room", role: "region", tabindex: 0, "aria-label": TEXT.list }, list))));
  return () => {
    stop();
    strip.stop();
  };
}

export default { render };
