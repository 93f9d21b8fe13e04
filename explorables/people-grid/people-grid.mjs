/** Whom a tool finds, misses and flags for nothing, told from both sides; and what a small test can tell. */
import { exactRange, seeded } from "#stats/resampling";

const TESTS = 30;
const KINDS = {
  found: { shape: "person", colour: "blue" },
  missed: { shape: "hollow", colour: "pink" },
  false_flag: { shape: "flag", colour: "orange" },
  quiet: { shape: "small", colour: "grey" },
  not_readable: { shape: "cross", colour: "text" },
};
const TECHNICAL = { found: " (true positive)", missed: " (false negative)", false_flag: " (false positive)", quiet: " (true negative)", not_readable: "" };
const NAMES = { found: "found", missed: "missed", false_flag: "false flag", quiet: "rightly quiet", not_readable: "not readable" };

/** "33", and one digit where whole numbers would say 0 or 100 falsely. */
function of100(part, group) {
  if (!group) return "–";
  const value = (100 * part) / group;
  return value.toFixed((value > 0 && value < 1) || (value > 99 && value < 100) ? 1 : 0);
}

const isWard = (now) => now.mode === "ward";
const isDraw = (now) => now.mode === "draw";

export default {
  title: "Of {total} people, some {condition}: whom does the tool flag, and how sure can you be?",
  data: {
    total: { kind: "number", from: 20, to: 1000, value: 1000 },
    condition: { kind: "text", value: "need the nurse" },
    terms: { kind: "choice", options: ["plain", "technical"], value: "plain" },
    seed: { kind: "number", value: 533 },
  },
  controls: {
    mode: { choice: "Show", options: { ward: "The ward", draw: "Draw again: how sure is a small test?" } },
    need: { slider: "How many {condition}", from: 0, to: ({ need = 80, total }) => Math.max(need, Math.round(total / 2)), value: ({ total }) => Math.min(80, total), show: "{value}", when: isWard },
    tested: { slider: "People tested who {condition}", from: 5, to: 200, value: 20, show: "{value} people", when: isDraw },
    found_rate: { slider: "Found rate: of 100 who {condition}, with a readable photo, how many does the tool flag?", from: 0, to: 100, value: 85, show: "{value|short} of 100" },
    false_flag_rate: { slider: "False flags: of 100 others, with a readable photo, how many does it flag?", from: 0, to: 100, value: 15, show: "{value|short} of 100", when: isWard },
    not_readable: { slider: "Photos that cannot be read", from: 0, to: ({ not_readable = 0, total }) => Math.max(not_readable, Math.round(total / 10)), value: 0, show: "{value}", when: isWard },
    start: { choice: "Where to start", options: { people: "Start from the people", flags: "Start from the flags" }, when: isWard },
    again: { number: "Draws so far", from: 0, to: 1e6, when: () => false },
  },
  presets: {
    "A rare need: 1 of 100": ({ total }) => ({ mode: "ward", need: Math.round(total / 100) }),
    "Draw 30 new tests": (now) => (isDraw(now) ? { again: now.again + 1 } : null),
    "A small test: 5 people": { mode: "draw", tested: 5 },
  },
  model({ total, need, found_rate, false_flag_rate, not_readable, tested, seed, again }) {
    const not_readable_need = Math.round((not_readable * need) / total);
    const needReadable = need - not_readable_need;
    const fineReadable = total - need - (not_readable - not_readable_need);
    const found = Math.round((needReadable * found_rate) / 100);
    const false_flag = Math.round((fineReadable * false_flag_rate) / 100);
    const [missed, quiet, read] = [needReadable - found, fineReadable - false_flag, needReadable + fineReadable];
    const flags = found + false_flag;
    const next = seeded((seed + again) * 1009 + tested);
    const draws = Array.from({ length: TESTS }, () => Array.from({ length: tested }, next).filter((x) => x < found_rate / 100).length);
    const one = Math.round((tested * found_rate) / 100);
    const [from, to] = exactRange(one, tested).map((share) => Math.round(100 * share));
    return {
      not_readable_need, needReadable, fineReadable, readable: read, found, false_flag, missed, quiet, flags, fine: total - need, no_flag: missed + quiet,
      foundOf100: of100(found, need), rightOf100: of100(found, flags), quietOf100: of100(quiet, missed + quiet), needOf100: of100(need, total),
      rightAll: of100(found + quiet, read), nobody: of100(fineReadable, read), sensitivity: of100(found, needReadable), specificity: of100(quiet, fineReadable),
      rates: draws.map((k) => (100 * k) / tested), low: Math.round((100 * Math.min(...draws)) / tested), high: Math.round((100 * Math.max(...draws)) / tested), one, from, to, draws,
    };
  },
  words: {
    people: "Start from the people: of {need} who {condition}, the tool finds {found}. That is {foundOf100} of 100.",
    noNeed: "Start from the people: nobody here is in need, so there is nobody to find.",
    readable: "Of the {needReadable} with a readable photo it finds {found}.",
    flags: "Start from the flags: of {flags} flags, {found} are right. That is {rightOf100} of 100.",
    noFlags: "Start from the flags: there are no flags.",
    draw: "The tool did not change: it truly finds {found_rate} of 100. In 30 tests of {tested} people, the tests say {low} to {high} of 100.",
    before: "Before any flag, {needOf100} of 100 people {condition}.",
    quietLine: "No flag and truly fine: {quiet} of {no_flag} ({quietOf100} of 100).",
    accuracy: "Accuracy: {rightAll} of 100 answers are right. A tool that flags nobody: {nobody} of 100, and it finds 0 of {need}.",
    unread: "Not readable: {not_readable} people, {not_readable_need} of whom {condition}. Nobody has looked at them yet.",
    fits: "So what may you say after one test? {one} found of {tested} fits any true rate from about {from} to {to} of 100 (95 % range).",
    three: "0 missed of {tested} does not mean none: up to about 3 in {tested} may still be missed. This short rule looks from one side, the range from both. So the range allows a little more.",
    few: "Fewer than 20 who {condition}: say “not tested enough”. That does not mean “works”, and it does not mean “fails”.",
  },
  live(now) {
    if (isDraw(now)) return ["draw"];
    const people = [now.need ? "people" : "noNeed", now.not_readable_need > 0 && "readable"];
    const flags = now.flags ? "flags" : "noFlags";
    return now.start === "people" ? [...people, flags] : [flags, ...people];
  },
  views: {
    people: {
      people: "Each figure is one person", when: isWard, side: 2,
      sections(now) {
        const group = (name) => ({ ...KINDS[name], count: now[name], name: now[name] || name !== "not_readable" ? `{${name}} ${NAMES[name]}${now.terms === "technical" ? TECHNICAL[name] : ""}` : "" });
        const [one, two] = now.start === "people"
          ? [["{need} {condition}", "found", "missed"], ["{fine} do not", "false_flag", "quiet"]]
          : [["{flags} flags", "found", "false_flag"], ["{no_flag} without a flag", "missed", "quiet"]];
        return [one, two, ["{not_readable} not readable", "not_readable"]].map(([title, ...names]) => ({ title, groups: names.map(group) }));
      },
      alt: "{total} people. Of {need} who {condition}: {found} found, {missed} missed. Of {fine} who do not: {false_flag} false flags, {quiet} rightly quiet. Not readable: {not_readable}.",
    },
    boxes: {
      matrix: "The four boxes", when: isWard, columns: ["Flag", "No flag", "All"],
      rows: ({ start, ...now }) => [
        { name: "They {condition}", cells: [{ n: now.found, name: NAMES.found, good: true }, { n: now.missed, name: NAMES.missed, good: false }, { n: now.needReadable, lit: start === "people" }] },
        { name: "They do not", cells: [{ n: now.false_flag, name: NAMES.false_flag, good: false }, { n: now.quiet, name: NAMES.quiet, good: true }, { n: now.fineReadable, lit: start === "people" }] },
        { name: "All", cells: [{ n: now.flags, lit: start === "flags" }, { n: now.no_flag, lit: start === "flags" }, { n: now.readable }] },
      ],
    },
    facts: {
      when: (now) => isWard(now) && now.terms === "technical",
      facts: [
        ["Found rate = sensitivity", "{sensitivity} of 100"], ["Quiet rate = specificity", "{specificity} of 100"],
        ["Flags that are right = positive predictive value", "{rightOf100} of 100"], ["No flag and fine = negative predictive value", "{quietOf100} of 100"],
      ],
    },
    more: { when: isWard, wide: false, text: (now) => [now.words.before, now.no_flag ? now.words.quietLine : null, now.words.accuracy, now.not_readable ? now.words.unread : null] },
    draws: {
      dots: "30 tests of the same tool, {tested} people each", when: isDraw, wide: true, numbers: { head: ["Test", "Found", "Of 100"], rows: (now) => now.draws.map((k, i) => [String(i + 1), `${k} of ${now.tested}`, of100(k, now.tested)]) },
      x: { label: "found of 100", from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] },
      values: (now) => now.rates, step: (now) => Math.max(100 / now.tested, 2), rules: [{ x: (now) => now.found_rate, label: "true: {found_rate}" }],
      alt: "Dots: 30 tests of {tested} people. The found rate goes from {low} to {high} of 100; the true rate is {found_rate}.",
    },
    sure: { when: isDraw, text: (now) => [now.words.fits, now.one === now.tested ? now.words.three : null, now.tested < 20 ? now.words.few : null] },
  },
};
