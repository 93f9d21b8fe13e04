/** What applies when, and to whom: dates of law by act and role, on a day that the reader moves. */
import { colour, format, h, line, words as letters } from "#kit";
import { writtenDay, yearOf } from "#stats/days";

/** Half the width of a mark, so that a number of two digits stands inside a diamond; and how far apart marks are. */
const [DISC, DIAMOND, APART] = [12, 16, 33];
/** A hospital that uses AI has several roles at once, one in each act. */
const HOSPITAL = ["deployer", "controller", "essential entity", "health institution", "data holder"];
const SHOWS = { all: "all dates", past: "only dates that have passed on that day", later: "only dates that come later" };
const unique = (values) => [...new Set(values)].sort();

/** How far away a day is, in words that stay true for a while: months, then years. */
function distance(from, to) {
  const months = Math.round((yearOf(to) - yearOf(from)) * 12);
  if (months < 1) return "in less than a month";
  if (months < 24) return `in about ${months} month${months === 1 ? "" : "s"}`;
  const years = Math.round(months / 6) / 2;
  return `in about ${format(years, years % 1 ? 1 : 0)} years`;
}

/** Number in a disc (it applies) or in a diamond (it comes): shape and text tell, not only colour. */
function numbered(x, y, number, past) {
  const shape = past
    ? h("circle", { cx: x, cy: y, r: DISC, fill: colour("blue") })
    : h("path", { d: `M${x} ${y - DIAMOND}l16 16l-16 16l-16-16z`, fill: colour("surface"), stroke: colour("orange"), "stroke-width": 2 });
  return [shape, letters(x, y + 5, number, { "text-anchor": "middle", "font-weight": 700, style: past ? `fill:${colour("surface")}` : null })];
}

/** Lanes, one an act; marks that would touch go to the next row of their lane. */
function lanes({ shown, day }, width) {
  if (!shown.length) return { height: 24, children: [letters(0, 16, "No date of the table fits these filters.")] };
  const years = [...shown.map((row) => row.date), day].map(yearOf);
  const first = Math.floor(Math.min(...years));
  const last = Math.max(first + 1, Math.ceil(Math.max(...years)));
  const x = (year) => Math.round(10 * (20 + ((year - first) / (last - first)) * (width - 40))) / 10;
  const [back, marks] = [[], []];
  let top = 30;
  for (const act of new Set(shown.map((row) => row.act))) {
    const ends = [];
    for (const row of shown.filter((each) => each.act === act)) {
      const at = x(yearOf(row.date));
      const free = ends.findIndex((end) => at - end >= APART);
      const place = free < 0 ? ends.length : free;
      ends[place] = at;
      marks.push(numbered(at, top + 22 + place * APART + DIAMOND, row.number, row.date <= day));
    }
    const tall = 26 + ends.length * APART;
    back.push(h("rect", { x: 0, y: top, width, height: tall, rx: 4, fill: colour("raised") }));
    // Years run through the lanes, not through their names.
    marks.push(letters(6, top + 16, act, { "font-weight": 700, "paint-order": "stroke", stroke: colour("raised"), "stroke-width": 5 }));
    top += tall + 4;
  }
  const step = [1, 2, 5, 10].find((each) => ((width - 40) / (last - first)) * each >= 44) ?? 20;
  for (let year = first; year <= last; year += step) {
    back.push(line(x(year), 30, x(year), top, { "stroke-width": 0.75 }), letters(x(year), top + 16, year, { "text-anchor": "middle" }));
  }
  const at = x(yearOf(day));
  const now = letters(Math.min(width - 70, Math.max(70, at)), 15, writtenDay(day), { "text-anchor": "middle", "font-weight": 700 });
  return { height: top + 24, children: [back, line(at, 22, at, top, { stroke: colour("text"), "stroke-width": 2.5 }), marks, now] };
}

const sample = (number, past) => h("svg", { class: "a2-mark", width: 34, height: 34, viewBox: "0 0 34 34", "aria-hidden": "true" }, numbered(17, 17, number, past));

function card(row, day, roles) {
  const past = row.date <= day;
  const state = day && h("span", { class: past ? "a2-applies" : "a2-comes" }, past ? "has passed" : `still to come: ${distance(day, row.date)}`);
  return h("li", { "data-key": row.key, "data-past": String(past) }, day ? sample(row.number, past) : h("strong", {}, row.number), h("div", {},
    h("p", {}, h("strong", {}, writtenDay(row.date)), " ", state),
    h("p", {}, h("strong", {}, `${row.act}: `), row.what),
    h("p", { class: "a2-note" }, `For: ${row.who.map((role) => roles[role]).join(", ")}. Source: ${row.article}.`),
    row.note && h("p", { class: "a2-note" }, row.note)));
}

export default {
  title: "What applies when",
  data: { dates: { kind: "table" }, roles: { kind: "plain" } },
  prepare: ({ dates }) => ({ dates: dates.map((row, i) => ({ ...row, number: i + 1 })) }),
  controls: {
    act: { menu: "Act", options: ({ dates }) => ({ all: "All acts", ...Object.fromEntries(unique(dates.map((row) => row.act)).map((act) => [act, act])) }) },
    who: { menu: "Role", options: ({ roles: { everyone, ...roles } }) => ({ all: "All roles", hospital: "a hospital that uses AI (all its roles)", ...roles }) },
    day: { day: "What applies on this day?" },
    show: { choice: "Show", options: SHOWS },
  },
  presets: {
    "A hospital that uses AI": { act: "all", who: "hospital" },
    "Everything for everybody": { act: "all", who: "all", show: "all" },
  },
  model({ dates, act, who, day, show }) {
    const roles = new Set(who === "hospital" ? ["everyone", ...HOSPITAL] : ["everyone", who]);
    const rows = dates.filter((row) => (act === "all" || row.act === act) && (who === "all" || row.who.some((role) => roles.has(role))));
    const [past, later] = [rows.filter((row) => row.date <= day), rows.filter((row) => !(row.date <= day))];
    const next = later[0] ?? {};
    return {
      shown: { all: rows, past, later }[show], n: rows.length, past: past.length, written: day && writtenDay(day), hasNext: later.length > 0,
      nextDay: next.date && writtenDay(next.date), nextAct: next.act, nextWhat: next.what,
    };
  },
  words: {
    none: "No date of the table fits these filters.",
    paper: "{n} dates of law, earliest first.",
    live: "On {written}, {past} of {n} dates have passed.",
    next: "Next: {nextDay}, {nextAct}: {nextWhat}",
    noNext: "No later date stands in the table.",
  },
  live: (now) => (!now.n ? "none" : !now.day ? "paper" : ["live", now.hasNext ? "next" : "noNext"]),
  views: {
    key: { own: null, when: (now) => Boolean(now.day), draw: () => h("p", { class: "a2-marks" }, h("span", {}, sample("1", true), " date has passed"), " ", h("span", {}, sample("2", false), " date still to come")) },
    lanes: {
      // Paper has no today: there the list says it all, in less.
      drawing: null, wide: true, when: (now) => Boolean(now.day), draw: lanes,
      alt: (now) => (!now.shown.length ? now.words.none : "Timeline of {n} dates of law, one lane an act. On {written}, {past} have passed. The list below names each."),
    },
    list: {
      own: null,
      draw: ({ shown, day, roles }) => h("div", { class: "a2-dates", role: "region", tabindex: 0, "aria-label": "The dates as a list" }, h("ol", {}, shown.map((row) => card(row, day, roles)))),
    },
  },
};
