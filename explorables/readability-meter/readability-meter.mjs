/** The reader rewrites a leaflet; grade, counts and what is missing follow each key. */
import { format } from "#kit";
import { checkLeaflet } from "./leaflet.mjs";
import { measureText, sentencesOf, syllablesOf, wordsOf } from "./readability.mjs";
import { writing } from "./writing.mjs";

const HARD = 8;
const isCounted = (now) => now.grade !== null;

export default {
  title: "Rewrite the letter",
  data: {
    text: { kind: "text" }, checks: { kind: "plain" }, rules: { kind: "plain" }, key: { kind: "text" },
    label: { kind: "text", value: "Your leaflet" }, target: { kind: "number", value: 8 },
  },
  controls: { written: { own: writing, label: "{label}", value: (now) => now.text, key: (now) => now.key, back: "Bring my text back" } },
  model({ written, checks, rules, target }) {
    const findings = checkLeaflet(written, checks, rules);
    const [longest = ""] = sentencesOf(written).sort((a, b) => wordsOf(b).length - wordsOf(a).length);
    const hard = [...new Set(wordsOf(written).filter((word) => syllablesOf(word) >= 4).map((word) => word.toLowerCase()))];
    const measured = measureText(written);
    return {
      ...measured, counts: measured, findings, met: findings.filter(({ ok }) => ok).length, all: findings.length, isReached: measured.grade <= target,
      next: findings.find(({ ok }) => !ok)?.looks_for.toLowerCase(), longest, length: wordsOf(longest).length, hard,
    };
  },
  words: {
    empty: "Write something to measure.",
    reached: "Grade {grade|1}: the target of {target} is reached.", above: "Grade {grade|1}: above the target of {target}.",
    next: "{met} of {all} checks are met. Next: {next}.",
    done: "All {all} checks are met. Now let five people read it and say it back.",
    caution: "The grade measures length, not meaning, and the checks look for patterns. Both can be fooled; a reader cannot. English formulas do not fit other languages.",
  },
  live: (now) => (isCounted(now) ? [now.isReached ? "reached" : "above", now.next ? "next" : "done"] : ["empty"]),
  views: {
    grade: {
      bars: null, wide: true, when: isCounted, to: 30, scale: [0, 10, 20, 30], show: "{value|1}", limit: { value: (now) => now.target, label: "target {target}" },
      items: (now) => [{ name: `Flesch-Kincaid grade, ${now.isReached ? "✓ target reached" : "✗ above the target"}`, value: now.grade, colour: now.isReached ? "good" : "bad" }],
      alt: "Flesch-Kincaid grade {grade|1}; the target is {target} or lower.",
    },
    counts: {
      when: isCounted,
      facts: ({ counts: n }) => [
        ["Words", format(n.words)], ["Sentences", format(n.sentences)], ["Words in a sentence", format(n.words / n.sentences, 1)],
        ["Syllables", format(n.syllables)], ["Syllables in a word", format(n.syllables / n.words, 2)], ["Reading ease (100 easy, 0 or less hard)", format(n.ease)],
      ],
    },
    places: {
      when: (now) => now.length > 15 || now.hard.length > 0,
      text: ({ length, longest, hard }) => [
        length > 15 ? `Longest sentence (${length} words): “${longest.length > 160 ? `${longest.slice(0, 157)}…` : longest}”` : null,
        hard.length ? `Words of four syllables or more: ${hard.slice(0, HARD).join(", ")}${hard.length > HARD ? ` and ${hard.length - HARD} more` : ""}` : null,
      ],
    },
    checks: {
      list: "What a reader needs: {met} of {all}", wide: true, signs: ["Done:", "To do:"],
      items: (now) => now.findings.map(({ ok, looks_for, message }) => ({ good: ok, text: `${looks_for}. ${message}` })),
    },
    caution: { text: (now) => now.words.caution },
  },
};
