/** What a leaflet must say: applies the rules of `leaflet.py`, which come as data, in the same way. */
import { normaliseText } from "./readability.mjs";

function plainLeaflet(text, rules) {
  let plain = normaliseText(text).toLowerCase().replace(/[\u{10000}-\u{10ffff}]/gu, " ").split(/\s+/).filter(Boolean).join(" ");
  for (const [word, digits] of Object.entries(rules.numberWords)) plain = plain.replace(new RegExp(`\\b${word}\\b`, "g"), digits);
  return plain;
}

const bare = (number) => number.replaceAll(",", "");

/** Every count of people as [place, number, group]; the number is "" in "of 98 women". */
function countsIn(text, rules) {
  return rules.frequency
    .flatMap((pattern) => [...text.matchAll(new RegExp(pattern, "g"))].map((m) => [m.index, bare(m[1]), bare(m[2])]))
    .filter(([, , group]) => Number(group) > 1)
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
}

const KINDS_OF_CHECK = {
  denominator(check, text, rules) {
    const groups = [...new Set(countsIn(text, rules).map(([, , group]) => group))];
    return [groups.length === 1, groups.length ? check.mixed : check.message, groups];
  },
  frames(check, text, rules) {
    const counts = countsIn(text, rules);
    const countedFrom = new Map(counts.filter(([, number]) => number).map(([place, , group]) => [place, group]));
    const numbers = [...text.matchAll(/\b[0-9][0-9,]*/g)].map((m) => [m.index, Number(bare(m[0]))]);
    for (const [place, number, group] of counts) {
      // The other side stands nearby and is not itself counted from another group.
      const near = numbers
        .filter(([at]) => at >= place - 120 && at < place + 200 && (countedFrom.get(at) ?? group) === group)
        .map(([, value]) => value);
      for (const one of number ? [Number(number)] : [...new Set(near)].sort((a, b) => a - b)) {
        const other = Number(group) - one;
        const seen = near.filter((each) => each === other).length;
        if (other > 0 && seen > (one === other ? 1 : 0)) return [true, "", [`${one} + ${other} = ${group}`]];
      }
    }
    return [false, counts.length ? check.mixed : check.message, []];
  },
  percent(check, text, rules) {
    const alone = [...text.matchAll(new RegExp(rules.percent, "g"))]
      .filter((m) => !new RegExp(rules.ofWhom).test(text.slice(m.index + m[0].length)))
      .map((m) => m[0]);
    return [!alone.length, check.message, alone];
  },
  relative(check, text, rules) {
    const first = text.match(new RegExp(rules.relative));
    const counts = countsIn(text, rules);
    return [!first || (counts.length > 0 && counts[0][0] < first.index), check.message, first ? [first[0]] : []];
  },
  patterns(check, text) {
    const found = check.patterns.map((pattern) => text.match(new RegExp(pattern))).filter(Boolean).map((m) => m[0]);
    return [found.length > 0 === (check.kind === "need"), check.message.replace("{found}", found[0] ?? ""), found];
  },
};

/** One finding a check, like `check_leaflet` in Python. */
export function checkLeaflet(text, checks, rules) {
  const plain = plainLeaflet(text, rules);
  return checks.map((check) => {
    const [ok, message, found] = (KINDS_OF_CHECK[check.kind] ?? KINDS_OF_CHECK.patterns)(check, plain, rules);
    return { id: check.id, ok, looks_for: check.looks_for, message: ok ? "" : message, found };
  });
}
