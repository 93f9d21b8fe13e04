/** How hard an English text looks. The same rules as `ai2med.readability`, which says what counts; one file of
 * test vectors holds both to the same answers. */

// Words that the rules below would miscount, by the number of syllables that a speaker gives them.
const KNOWN = new Map(
  Object.entries({
    1: "aches eye eyes pier prayer tier",
    2: "argue business cafe cruel evening every fuel headaches homepage homework household lifestyle lion people poem safety science someone something sometimes somewhere therefore",
    3: "anyone caregiver caregivers element elements everyone everything medicine recipe somebody theatre",
    4: "diabetes",
  }).flatMap(([count, list]) => list.split(" ").map((word) => [word, Number(count)])),
);

// Letters that are written and not spoken: each place found takes one from the count of vowel groups.
const SILENT = [
  /[^aeiouyl]e$|[aeiouy]le$/g, // nurse, whole; not table
  /[aeiou][gq]ue$/g, // league
  /[^aeiouylsxzcgh]es$|[aeiouy]les$|thes$/g, // tests with e: times, rules, clothes; not nurses, tables
  /[^aeiouytdlr]ed$|[aeiouyrl]led$|[aeiouyr]red$/g, // looked, called, shared; not needed, handled, hundred
  /[aeiouy][^aeiouy]*[^aeiouyl]e(?:ly|ments?|ful|fully|less|ness)$/g, // safely, movement, careful; not settlement
  /[cgstx]i(?:a[ln]|ou|on|en)|[ln]ion|tia$/g, // special, station, patient, opinion: taken back from APART
];

// Vowels written together and spoken apart: each place found adds one.
const APART = [
  /i[aou]/g, // radiation, biopsy, previous, radius
  /ien[ct]|^scien|i(?:er|ers|est)$|iet(?:y|ies)$|^diet|quiet/g, // experience, earlier, society
  /eo(?!u|n$|ns$)/g, // video, theory; not surgeon
  /^crea(?!tu)|^rea(?:ct|ss)|^area|idea|ausea/g, // create, reassure, idea
  /[^qg]u(?:a[lrt]|ou|en)|uit(?:y|ies)$|fluid|ruin|genuin/g, // actual, situation, influenza; not equal
  /[eio]ing|[^aeiou]ying|[aeiou]y[aeiou](?!d$)/g, // being, trying, loyal; not employed
  /^co(?:operat|ordin)|[aeiouy](?:s|th)ms?$|[ds]nt$/g, // cooperate, algorithm, isn't
];

const LETTER = "A-Za-z\u00c0-\u024f";
const WORD = new RegExp(`[${LETTER}][${LETTER}0-9]*(?:['-][${LETTER}0-9]+)*|[0-9]+(?:[.,:][0-9]+)*%?`, "g");
const BREAK = /\n[ \t]*\n|\n(?=[ \t]*(?:[-*\u2022]|[0-9]+[.)])[ \t])/;
const END = /([.!?\u2026]+["')\]]*)(?:\s+|$)/g;
const NO_END = /(?:^|[\s("'])(?:dr|mr|mrs|ms|prof|st|vs|approx|e\.g|i\.e|[A-Z])\.$/i;

/** One form for accents, quotation marks, dashes and spaces. */
export function normaliseText(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u2010\u2011]/g, "-")
    .replace(/[\u00a0\u2007\u2009\u202f]/g, " ")
    .replace(/\r\n?/g, "\n");
}

export function wordsOf(text) {
  return normaliseText(text).match(WORD) ?? [];
}

export function sentencesOf(text) {
  const found = [];
  for (const block of normaliseText(text).split(BREAK)) {
    let start = 0;
    for (const end of block.matchAll(END)) {
      const piece = block.slice(start, end.index + end[1].length);
      const next = end.index + end[0].length;
      if (NO_END.test(piece) && next < block.length) continue;
      found.push(piece);
      start = next;
    }
    found.push(block.slice(start));
  }
  return found.filter((piece) => piece.search(WORD) >= 0).map((piece) => piece.split(/\s+/).filter(Boolean).join(" "));
}

function spokenSyllables(part) {
  const letters = part.toLowerCase().replace(/[^a-z]/g, "");
  if (KNOWN.has(letters)) return KNOWN.get(letters);
  const places = (rules) => rules.reduce((sum, rule) => sum + (letters.match(rule)?.length ?? 0), 0);
  return Math.max(1, places([/[aeiouy]+/g]) + places(APART) - places(SILENT));
}

export function syllablesOf(word) {
  const plain = normaliseText(word);
  if (/^[0-9]/.test(plain)) return 1;
  if (/^[A-Z]{2,3}$/.test(plain)) return plain.length + 2 * (plain.split("W").length - 1);
  return plain.split("-").filter(Boolean).reduce((sum, part) => sum + spokenSyllables(part), 0);
}

/** Counts and grades; a grade is null for a text without words. */
export function measureText(text) {
  const found = wordsOf(text);
  const words = found.length;
  if (!words) return { words: 0, sentences: 0, syllables: 0, polysyllables: 0, long_words: 0, grade: null, ease: null, smog: null, lix: null };
  const sentences = sentencesOf(text).length;
  const spoken = found.map(syllablesOf);
  const syllables = spoken.reduce((sum, each) => sum + each, 0);
  const polysyllables = spoken.filter((each) => each >= 3).length;
  const letters = new RegExp(`[${LETTER}]`, "g");
  const long_words = found.filter((word) => (word.match(letters)?.length ?? 0) > 6).length;
  return {
    words, sentences, syllables, polysyllables, long_words,
    grade: (0.39 * words) / sentences + (11.8 * syllables) / words - 15.59,
    ease: 206.835 - (1.015 * words) / sentences - (84.6 * syllables) / words,
    smog: 3.1291 + 1.043 * Math.sqrt((30 * polysyllables) / sentences),
    lix: words / sentences + (100 * long_words) / words,
  };
}
