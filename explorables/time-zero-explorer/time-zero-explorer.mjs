/** Stays as lines in time; population, target and columns follow time zero and horizon. */
import { format, percent, ticks } from "#kit";

const NEVER = 9999;
const VERDICTS = { usable: "✓ usable", partly: "◐ in part", reaction: "⚠ a reaction?", future: "✗ from the future", empty: "– no values" };
const STATUS = { event: "event", noEvent: "no event", eventBefore: "out: had it", leftBefore: "out: gone" };
const share = (value) => (value === null ? "–" : percent(value));

/** How many stays fall where; `cells` are `[event hour, last hour, number of stays]`. */
function countStays(cells, zero, horizon) {
  const counts = { stays: 0, event_before: 0, left_before: 0, population: 0, events: 0, later: 0, left_within: 0, events_ever: 0 };
  for (const [event, end, n] of cells) {
    counts.stays += n;
    if (event < NEVER) counts.events_ever += n;
    if (event <= zero) counts.event_before += n;
    else if (end <= zero) counts.left_before += n;
    else {
      counts.population += n;
      if (event <= zero + horizon) counts.events += n;
      else {
        if (event < NEVER) counts.later += n;
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

/** A stay as a lane: its line, its end, when values became known, and the event. */
function laneOf(stay, zero, horizon, view) {
  const status = statusOf(stay, zero, horizon);
  const isOut = status.endsWith("Before");
  const known = stay.known.filter((at) => at !== null && at <= view).map((at) => ({ at, size: 4, colour: at <= zero ? "green" : "orange", hollow: at > zero }));
  const event = stay.event !== null && stay.event <= view ? [{ at: stay.event, shape: "diamond", colour: "pink", size: 6, hollow: status !== "event" }] : [];
  return { name: STATUS[status], spans: [{ from: 0, to: Math.min(view, stay.end), colour: isOut ? "line" : "text", dash: isOut ? "dots" : "none" }], marks: [...known, ...event] };
}

export default {
  title: "Time-zero explorer: when is the model asked?",
  data: {
    cells: { kind: "plain" }, columns: { kind: "plain" }, examples: { kind: "plain" }, performance: { kind: "plain" },
    longest: { kind: "number", value: 72 }, label: { kind: "text", value: "ICU transfer" },
  },
  controls: {
    time_zero: { slider: "Time zero: hours after arrival", from: 0, to: (data) => data.longest, value: 24, show: "{value} h" },
    horizon: { slider: "Horizon: how far ahead", stops: [6, 12, 24, 36, 48, 72, 96, 120, 168], value: 48, show: "{value} h" },
  },
  presets: { "At arrival": { time_zero: 0 }, "After a day": { time_zero: 24 } },
  model({ cells, columns, examples, performance, longest, time_zero, horizon }) {
    const counts = countStays(cells, time_zero, horizon);
    const verdicts = columns.map((column) => ({ ...column, verdict: verdictOf(column, time_zero) }));
    const named = (verdict) => verdicts.filter((column) => column.verdict === verdict).map(({ name }) => name).join(", ");
    const [first, last] = [performance[0], performance.at(-1)];
    const line = (place) => performance.map((row) => [row[0], row[place]]);
    return {
      ...counts, verdicts, view: longest + 48, until: time_zero + horizon, future: named("future"), reaction: named("reaction"),
      lost: percent(counts.events_ever ? counts.event_before / counts.events_ever : 0), rate: percent(counts.population ? counts.events / counts.population : NaN),
      inside: examples.filter((stay) => !statusOf(stay, time_zero, horizon).endsWith("Before")).length, drawn: examples.length, legal: line(1), leaking: line(2),
      legalFrom: first?.[1] ?? 0, legalTo: last?.[1] ?? 0, leakingFrom: first?.[2] ?? 0, leakingTo: last?.[2] ?? 0,
    };
  },
  words: {
    population: "At {time_zero} h, {population} of {stays} stays are in the population; {lost} of all events came before and are lost.",
    target: "{events} ({rate}) have {label} within the next {horizon} h; {left_within} leave without it and count as no event.",
    reaction: "Filled mainly for those with the event: {reaction}; ask why.",
    future: "Not yet filled at time zero: {future}.",
    key: "Line: a stay, dotted if not in the population. Diamond: {label}, filled if it counts. Dots: a value becomes known, green and filled before time zero, orange and hollow after it.",
    note: "Values known: share of the values ever filled, in the population, that stand in the record at time zero. A column filled for nearly all events and few others records the staff’s reaction: ask who fills it, when and why.",
  },
  live: (now) => ["population", "target", now.reaction ? "reaction" : now.future && "future"],
  views: {
    stays: {
      timeline: "{drawn} stays", wide: true, x: ({ view }) => ({ label: "Hours since arrival", from: 0, to: view, ticks: ticks(0, view), show: "{value}" }),
      lanes: ({ examples, time_zero, horizon, view }) => examples.map((stay) => laneOf(stay, time_zero, horizon, view)),
      rules: ({ time_zero, until, view }) => [{ x: time_zero, label: "time zero {time_zero} h" }, { x: Math.min(view, until), dash: "short", label: "horizon until {until} h" }],
      alt: "{drawn} stays as lines in time. Time zero {time_zero} h, horizon until {until} h: {inside} of them are in the population.",
    },
    key: { text: (now) => now.words.key },
    columns: {
      when: (now) => now.columns.length, table: "Columns at time zero", head: ["Column", "Values known", "Verdict", "Filled for events / others"],
      rows: ({ verdicts, time_zero: at }) => verdicts.map(({ name, known, cases, others, verdict }) => [name, share(known[at]), VERDICTS[verdict], `${share(cases[at])} / ${share(others[at])}`]),
    },
    note: { when: (now) => now.columns.length, text: (now) => now.words.note },
    performance: {
      when: (now) => now.performance.length, curves: "What each set of columns promises", wide: true, height: 0.5,
      x: ({ longest }) => ({ label: "Time zero, hours", from: 0, to: longest, show: "{value}" }), y: { label: "AUROC", from: 0.5, to: 1, ticks: [0.5, 0.6, 0.7, 0.8, 0.9, 1], show: "{value|1}" },
      rules: [{ x: (now) => now.time_zero, colour: "accent", dash: "none" }],
      lines: [
        { points: (now) => now.leaking, colour: "orange", dash: "long", name: "all columns", mark: "■", place: "below" },
        { points: (now) => now.legal, colour: "blue", name: "known at time zero", place: "below" },
      ],
      numbers: (now) => ({ head: ["Time zero, h", "Known at time zero", "All columns"], rows: now.performance.map(([zero, legal, leaking]) => [String(zero), format(legal, 2), format(leaking, 2)]) }),
      alt: "AUROC against time zero: columns known at time zero {legalFrom|2} to {legalTo|2}, all columns {leakingFrom|2} to {leakingTo|2}.",
    },
  },
};
