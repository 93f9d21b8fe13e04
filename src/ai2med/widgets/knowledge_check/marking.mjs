/**
 * Marking in the page: the same verdicts as `ai2med.items.marking`, for the JSON of `ai2med.items.export`.
 *
 * A mark has one of three kinds. `marked`: the response was judged. `incomplete`: something is still open.
 * `unreadable`: the response cannot be understood. The last two are no attempts; `message` is a key of the catalogue.
 *
 * A free text is neither right nor wrong: its mark says what was found in it, and holds the reader's own judgement.
 *
 * @typedef {{target: string, text: Array, kind: "right"|"wrong"|"partial"|"look"|"found"|"said"|"missing",
 *            misconception: string|null, words: ?string[]}} Note
 * @typedef {{kind: "marked"|"incomplete"|"unreadable", correct: boolean|null, score: number, message: string|null,
 *            targets: string[], feedback: Note[]}} Mark
 */

// Character sets are written out, because “white space” and “digit” mean other things in Python.
const SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const TRIM = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");
const TRIM_END = new RegExp(`[${SPACES}]+$`);
const SPACE_RUN = new RegExp(`[${SPACES}]+`, "g");
const NUMBER = new RegExp(
  `^([-+\u2212\u2013]?)[${SPACES}]*([0-9.,${SPACES}]*[0-9.,])(?:[eE]([-+\u2212]?[0-9]{1,3})(?![0-9A-Za-z]))?(.*)$`,
  "s",
);
const GROUPED_BY_SPACE = new RegExp(`^[0-9]{1,3}(?:[${SPACES}][0-9]{3})+(?:[.,][0-9]*)?$`);
const GROUPED = /^(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3}){2,})$/;
const BOTH_MARKS = /^(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*)$/;
const ONE_MARK = /^(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)$/;
const AMBIGUOUS = /^[1-9][0-9]{0,2}[.,][0-9]{3}$/;
// A share is written in many ways; all of them count out of a hundred.
const PERCENT = new Set(["%", "percent", "pct", "per cent", "of 100", "in 100", "out of 100", "per 100"]);
const FRACTION = new RegExp(
  `^([-+\u2212\u2013]?)[${SPACES}]*([0-9]{1,9})[${SPACES}]*[/\u2044][${SPACES}]*([0-9]{1,9})(.*)$`,
  "s",
);
const NUMBER_WORDS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
const WORD = new RegExp(`^([A-Za-z]+)(?:[${SPACES}]+(.*))?$`, "s");
// What is counted ("5 women"), as against what is measured ("5 mg"): words, and no word that changes the number.
const COUNTED = new RegExp(`^[A-Za-z][A-Za-z${SPACES}'\u2019-]*[.]?$`);
const PEOPLE = ["people", "person", "patient", "women", "woman", "men", "man", "children", "child", "adult"];
const SCALES = ["hundred", "thousand", "million", "billion", "k", "m", "bn", "per", "of", "in", "out", "percent", "pct"];
// A range or a sum is not a number with a unit.
const GOES_ON = "-+*/:;<=>^~\u2012\u2013\u2014\u2212\u00b1\u00d7\u00f7";
const SPACE = new RegExp(`[${SPACES}]`, "g");
const WORDS_OF_TEXT = new RegExp(`[^${SPACES}]+`, "g");
const JUDGEMENTS = { met: 1, partly: 0.5, not_yet: 0 };
const LONGEST_NUMBER = 100;
const LONGEST_PATH = 200;
const ROUNDING = 1e-9;

const MARKERS = {
  single: markSingle,
  multiple: markMultiple,
  numeric: markNumeric,
  ordering: markOrdering,
  matching: markMatching,
  fill: markFill,
  predict: markPredict,
  parsons: markParsons,
  branching: markBranching,
  text: markText,
};

/**
 * Mark a response; a malformed one gets a mark of kind `unreadable`, never an exception.
 * @param {Object} item as `item_json` writes it
 * @param {*} response see `ai2med.items.mark` for its form by type
 * @returns {Mark}
 */
export function mark(item, response) {
  return MARKERS[item.type](item, response ?? null);
}

/**
 * Read a typed number; `values` holds both readings of a mark that can be for thousands or for decimals.
 * @returns {{values: number[], rest: string}} see `ai2med.items.answers.read_number`
 */
export function readNumber(typed) {
  const text = trimmedText(typed);
  if (codePoints(text) > LONGEST_NUMBER) return { values: [], rest: "" };
  const word = WORD.exec(text);
  const counted = word ? NUMBER_WORDS.indexOf(word[1].toLowerCase()) : -1;
  if (counted >= 0) return { values: [counted], rest: trimmedText(word[2] ?? "") };
  const fraction = FRACTION.exec(text);
  if (fraction && !/^[/.,0-9]/.test(trimmedText(fraction[4])) && Number(fraction[3])) {
    return { values: [signed(fraction[2] / fraction[3], fraction[1])], rest: trimmedText(fraction[4]) };
  }
  const found = NUMBER.exec(text);
  if (!found) return { values: [], rest: "" };
  const [, sign, body, exponent, after] = found;
  let digits = body.length > 1 && /[.,]$/.test(body) ? body.slice(0, -1) : body;
  const rest = trimmedText(after);
  if (rest && GOES_ON.includes(rest[0])) return { values: [], rest };
  if (AMBIGUOUS.test(digits)) {
    const both = [Number(digits.replace(/[.,]/g, "")), Number(digits.replace(",", "."))];
    return { values: both.map((value) => signed(value, sign)), rest };
  }
  if (GROUPED_BY_SPACE.test(digits)) digits = digits.replace(SPACE_RUN, "").replace(",", ".");
  else if (GROUPED.test(digits)) digits = digits.replace(/[.,]/g, "");
  else if (BOTH_MARKS.test(digits)) {
    const decimal = digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "," : ".";
    digits = digits.replaceAll(decimal === "," ? "." : ",", "").replace(",", ".");
  } else if (ONE_MARK.test(digits)) digits = digits.replace(",", ".");
  else return { values: [], rest };
  const value = signed(Number(digits + (exponent ? `e${exponent.replace("\u2212", "-")}` : "")), sign);
  return { values: Number.isFinite(value) ? [value] : [], rest };
}

function signed(value, sign) {
  return sign && sign !== "+" ? -value : value;
}

/** The values in an order that depends only on the seed and is never the given one; `ai2med.items.shuffled`. */
export function shuffled(list, seedText) {
  const places = list.map((_, index) => index);
  let state = hashed(seedText);
  for (let last = places.length - 1; last > 0; last -= 1) {
    state = (state + 0x6d2b79f5) >>> 0;
    const other = Math.floor((mulberry32(state) * (last + 1)) / 4294967296);
    [places[last], places[other]] = [places[other], places[last]];
  }
  if (places.every((place, index) => place === index)) places.push(...places.splice(0, 1));
  return places.map((place) => list[place]);
}

/** Which of `count` variants to show: fixed by the seed, the next one at each new attempt. */
export function variantIndex(count, seedText, attempt = 0) {
  return (hashed(seedText) + attempt) % count;
}

function hashed(text) {
  let made = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) made = Math.imul(made ^ byte, 0x01000193) >>> 0;
  return made;
}

function mulberry32(state) {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

function markedAs(correct, score, feedback, message = null, targets = []) {
  return { kind: "marked", correct, score, message, targets, feedback };
}

function incomplete(message, targets = []) {
  return { kind: "incomplete", correct: null, score: 0, message, targets, feedback: [] };
}

function unreadable(message = "unreadable_response") {
  return { kind: "unreadable", correct: null, score: 0, message, targets: [], feedback: [] };
}

function feedbackNote(target, part, kind, misconception = part.misconception ?? null) {
  return { target, text: part.feedback, kind, misconception };
}

// What is said of the right part would give it away: without words of its own a wrong one gets none.
const NOTHING_SAID = { feedback: [] };

function overallNote(item, right) {
  const text = right ? item.feedback.correct : item.feedback.otherwise;
  return { target: "", text, kind: right ? "right" : "wrong", misconception: null };
}

/** Score = share of right notes; wrong ones are shown before the others. */
function sharesOf(notes, first = []) {
  const right = notes.filter((each) => each.kind === "right");
  const wrong = notes.filter((each) => each.kind !== "right");
  return markedAs(wrong.length === 0, right.length / notes.length, [...first, ...wrong, ...right]);
}

function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own fields only: a response may name anything, "constructor" included. */
function ownField(fields, name) {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function areIds(response, known) {
  return (
    Array.isArray(response) &&
    response.every((each) => typeof each === "string" && known.includes(each)) &&
    new Set(response).size === response.length
  );
}

function idsOf(parts) {
  return parts.map((part) => part.id);
}

function markSingle(item, response) {
  if (response === null || response === "") return incomplete("choose_one");
  const option = item.options.find((each) => each.id === response);
  if (!option) return unreadable();
  const kind = option.correct ? "right" : "wrong";
  return markedAs(option.correct, option.correct ? 1 : 0, [feedbackNote(option.id, option, kind)]);
}

function markMultiple(item, response) {
  if (response === null || (Array.isArray(response) && response.length === 0)) return incomplete("choose_some");
  if (!areIds(response, idsOf(item.options))) return unreadable();
  return sharesOf(
    item.options.map((option) => {
      const right = option.correct === response.includes(option.id);
      return feedbackNote(option.id, option, right ? "right" : "wrong", right ? null : option.misconception);
    }),
  );
}

function markNumeric(item, response) {
  const { value: typed = null, variant: index = 0 } = isFields(response) ? response : { value: response };
  if (typed === null) return incomplete("type_number");
  const variant = Number.isInteger(index) ? item.variants[index] : undefined;
  if (typeof typed !== "string" || !variant) return unreadable();
  if (!trimmedText(typed)) return incomplete("type_number");
  const { values, rest } = readNumber(typed);
  if (!values.length) return unreadable("number_unreadable");
  const factor = unitFactor(rest, item.answer_unit);
  if (factor === null) return unreadable(item.answer_unit ? "number_unit" : "number_alone");
  // A mark that can be read in two ways ("22,222") is read in the reader's favour.
  // A fraction is a share: 3/4 is 0.75, and 75 %.
  const share = rest === "" && typed.includes("/") && unitFactor("%", item.answer_unit) === 1;
  const read = values.flatMap((value) => (share ? [value * factor, value * 100] : [value * factor]));
  const isAny = (centre, tolerance) => read.some((value) => isWithin(value, centre, tolerance));
  if (isAny(variant.answer, variant.tolerance)) {
    return markedAs(true, 1, [overallNote(variant, true)]);
  }
  const slip = variant.slips.find((each) => isAny(each.value, each.tolerance));
  return markedAs(false, 0, [slip ? feedbackNote("", slip, "wrong") : overallNote(variant, false)]);
}

/** Not counting the rounding of binary numbers. */
function isWithin(value, centre, tolerance) {
  return Math.abs(value - centre) <= tolerance + ROUNDING * Math.max(1, Math.abs(centre));
}

function markOrdering(item, response) {
  const wanted = idsOf(item.elements);
  if (response === null) return incomplete("order_all", wanted);
  if (!areIds(response, wanted)) return unreadable();
  const open = wanted.filter((each) => !response.includes(each));
  if (open.length > 0) return incomplete("order_all", open);
  let kept = 0;
  let pairs = 0;
  for (const [index, first] of wanted.entries()) {
    for (const second of wanted.slice(index + 1)) {
      pairs += 1;
      if (response.indexOf(first) < response.indexOf(second)) kept += 1;
    }
  }
  if (kept === pairs) return markedAs(true, 1, [overallNote(item, true)]);
  return markedAs(false, kept / pairs, [wrongOrder(item, response)]);
}

function wrongOrder(item, order) {
  for (const slip of item.slips) {
    const [first, second] = slip.before;
    if (order.includes(first) && order.includes(second) && order.indexOf(first) < order.indexOf(second)) {
      return feedbackNote(first, slip, "wrong");
    }
  }
  return overallNote(item, false);
}

function markMatching(item, response) {
  const prompts = idsOf(item.prompts);
  if (response === null) return incomplete("match_all", prompts);
  if (!isFields(response) || !Object.keys(response).every((name) => prompts.includes(name))) return unreadable();
  const open = prompts.filter((prompt) => ["", null, undefined].includes(ownField(response, prompt)));
  const targets = idsOf(item.targets);
  if (!prompts.every((prompt) => open.includes(prompt) || targets.includes(response[prompt]))) return unreadable();
  if (open.length > 0) return incomplete("match_all", open);
  const notes = item.prompts.map((prompt) => {
    const chosen = response[prompt.id];
    if (chosen === prompt.answer) return feedbackNote(prompt.id, prompt, "right");
    return feedbackNote(prompt.id, ownField(prompt.wrong, chosen) ?? NOTHING_SAID, "wrong");
  });
  return sharesOf(notes, [overallNote(item, notes.every((each) => each.kind === "right"))]);
}

function markFill(item, response) {
  const names = Object.keys(item.blanks);
  if (response === null) return incomplete("fill_all", names);
  if (!isFields(response) || !Object.keys(response).every((name) => names.includes(name))) return unreadable();
  if (!Object.values(response).every((text) => text === null || typeof text === "string")) return unreadable();
  const open = names.filter((name) => !trimmedText(ownField(response, name) ?? ""));
  for (const name of names) {
    const { choices } = item.blanks[name];
    if (choices && !open.includes(name) && !choices.includes(response[name])) return unreadable();
  }
  if (open.length > 0) return incomplete("fill_all", open);
  const notes = names.map((name) => {
    const blank = item.blanks[name];
    const typed = response[name];
    if (blank.accept.some((accepted) => isSameText(typed, accepted))) return feedbackNote(name, blank, "right");
    const slip = blank.slips.find((each) => isSameText(typed, each.match));
    return feedbackNote(name, slip ?? NOTHING_SAID, "wrong");
  });
  return sharesOf(notes, [overallNote(item, notes.every((each) => each.kind === "right"))]);
}

function markPredict(item, response) {
  if (response === null) return incomplete("type_output");
  if (typeof response !== "string") return unreadable();
  const typed = bareOutput(response);
  if (!typed) return incomplete("type_output");
  if (item.accept.some((accepted) => bareOutput(accepted) === typed)) {
    return markedAs(true, 1, [overallNote(item, true)]);
  }
  const slip = item.slips.find((each) => bareOutput(each.match) === typed);
  return markedAs(false, 0, [slip ? feedbackNote("", slip, "wrong") : overallNote(item, false)]);
}

function markParsons(item, response) {
  if (response === null || (Array.isArray(response) && response.length === 0)) return incomplete("place_lines");
  if (!Array.isArray(response) || !response.every(isFields)) return unreadable();
  const order = response.map((each) => ownField(each, "id"));
  const indents = response.map((each) => (Object.hasOwn(each, "indent") ? each.indent : 0));
  if (!areIds(order, [...idsOf(item.lines), ...idsOf(item.distractors)])) return unreadable();
  if (!indents.every((indent) => typeof indent === "number")) return unreadable();
  const used = order.map((id) => item.distractors.find((line) => line.id === id)).filter(Boolean);
  if (order.length < item.lines.length && used.length === 0) return incomplete("lines_missing");
  // Lines with the same text may be swapped: the program that is read is the same.
  const texts = order.map((id) => item.lines.find((line) => line.id === id)?.text ?? null);
  const fits = item.lines.map((line, index) => texts[index] === line.text && indents[index] === line.indent);
  const score = fits.filter(Boolean).length / Math.max(order.length, item.lines.length);
  const ordered = texts.length === item.lines.length && item.lines.every((line, index) => texts[index] === line.text);
  if (ordered && fits.every(Boolean)) return markedAs(true, 1, [overallNote(item, true)]);
  if (used.length > 0) return markedAs(false, score, used.map((line) => feedbackNote(line.id, line, "wrong")));
  if (ordered) {
    const shifted = order.filter((_, index) => !fits[index]);
    return markedAs(false, score, [overallNote(item, false)], "check_indent", shifted);
  }
  return markedAs(false, score, [wrongOrder(item, order)]);
}

const CHOICE_KINDS = { good: "right", acceptable: "partial", poor: "wrong" };
const CHOICE_SCORES = { good: 1, acceptable: 0.5, poor: 0 };
const ENDING_KINDS = { good: "right", partial: "partial", poor: "wrong" };

/** Spaces, quotes and dashes as plain ones, sign for sign, so that places in it are places in the reader's text. */
function plainly(text) {
  return text.replace(SPACE, " ").replace(/[\u2018\u2019\u02bc]/g, "'").replace(/[\u2010-\u2015\u2212]/g, "-");
}

// "A doctor decides nothing" does not say who decides. A count is said all the same: "82 of 100 women have no cancer".
const NEGATION = /\b(?:no|not|nothing|nobody|none|never|neither|nor|cannot|without)\b|n't\b/i;
const COUNT =
  /[0-9%]|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|per ?cent)\b/i;
const CLAUSE_END =
  /[.,](?![0-9])|[:;!?()\n]| - |\b(?:and|or|but|so|then|because|if|whether|who|which|that|while|until|before|after)\b/i;

/** Whether a negation stands in the same clause, before or after the words from start to end. */
function isDenied(text, [start, end]) {
  const words = text.slice(start, end);
  if (NEGATION.test(words) || COUNT.test(words)) return false;
  const around = [text.slice(0, start).split(CLAUSE_END).at(-1), text.slice(end).split(CLAUSE_END)[0]];
  return around.some((part) => NEGATION.test(part));
}

function spansOf(patterns, text) {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(new RegExp(pattern, "gi"))].map((found) => [found.index, found.index + found[0].length]),
  );
}

/** Places in the order of the text; of two that overlap the one that begins first. */
function apart(spans) {
  const kept = [];
  for (const span of spans.sort((one, other) => one[0] - other[0] || other[1] - one[1])) {
    if (!kept.length || span[0] >= kept.at(-1)[1]) kept.push(span);
  }
  return kept;
}

/**
 * Where each danger and each fact of an item is found in a text: all places of a danger, at most one of a fact. What
 * stands inside a danger counts for no fact: "no doctor looked" does not say that a doctor looks. Nor does what is
 * denied in its clause.
 * @returns {Map<string, number[][]>} id to places, from start to end
 */
export function foundIn(item, typed) {
  const text = plainly(typed);
  const places = new Map(item.dangers.map(({ id, find }) => [id, apart(spansOf(find, text))]));
  const taken = [...places.values()].flat();
  for (const { id, find } of item.facts) {
    const free = apart(spansOf(find, text).filter((span) => !isDenied(text, span))).find((place) =>
      taken.every(([start, end]) => place[1] <= start || end <= place[0]),
    );
    places.set(id, free ? [free] : []);
  }
  return places;
}

function markText(item, response) {
  if (response === null) return incomplete("write_text");
  const names = ["text", "said", "judged"];
  if (!isFields(response) || !Object.keys(response).every((name) => names.includes(name))) return unreadable();
  const text = ownField(response, "text");
  const said = Object.hasOwn(response, "said") ? response.said : [];
  const judged = Object.hasOwn(response, "judged") ? response.judged : {};
  if (typeof text !== "string" || !areIds(said, idsOf(item.facts)) || !isFields(judged)) return unreadable();
  if (!Object.keys(judged).every((name) => idsOf(item.rubric).includes(name))) return unreadable();
  const judgements = Object.values(judged);
  if (!judgements.every((each) => typeof each === "string" && Object.hasOwn(JUDGEMENTS, each))) return unreadable();
  const places = foundIn(item, text);
  // "You have cancer." is short, and has to be shown.
  const unsafe = item.dangers.some(({ id }) => places.get(id).length);
  if ((text.match(WORDS_OF_TEXT) ?? []).length < item.fewest_words && !unsafe) return incomplete("write_text");
  const wordsOf = (id) => places.get(id).map(([start, end]) => text.slice(start, end));
  const dangers = item.dangers
    .map((danger) => ({ ...feedbackNote(danger.id, danger, "look"), words: wordsOf(danger.id) }))
    .filter(({ words }) => words.length);
  const facts = item.facts.map((fact) => {
    const words = wordsOf(fact.id);
    const kind = words.length ? "found" : said.includes(fact.id) ? "said" : "missing";
    return { target: fact.id, text: kind === "missing" ? fact.feedback : [], kind, misconception: null, words };
  });
  const whole = judgements.length === item.rubric.length;
  const score = whole ? judgements.reduce((sum, each) => sum + JUDGEMENTS[each], 0) / judgements.length : 0;
  return markedAs(null, score, [...dangers, ...facts], whole ? "self_judged" : "judge_text");
}

function markBranching(item, response) {
  const path = response ?? [];
  if (!Array.isArray(path) || path.length > LONGEST_PATH) return unreadable();
  let place = item.start;
  let total = 0;
  const notes = [];
  for (const chosen of path) {
    const choice = item.nodes[place].choices.find((each) => each.id === chosen);
    if (!choice) return unreadable();
    notes.push(feedbackNote(`${place}/${choice.id}`, choice, CHOICE_KINDS[choice.quality]));
    total += CHOICE_SCORES[choice.quality];
    place = choice.next;
  }
  const node = item.nodes[place];
  if (!node.ending) return incomplete("continue_conversation", [place]);
  notes.push(feedbackNote(place, node, ENDING_KINDS[node.ending], null));
  return markedAs(node.ending === "good", total / path.length, notes);
}

function trimmedText(text) {
  return text.replace(TRIM, "");
}

function codePoints(text) {
  return text.length > 2 * LONGEST_NUMBER ? text.length : [...text].length;
}

/** By what a number is multiplied, given what was typed after it; null: another unit. */
function unitFactor(typed, unit) {
  const [wanted, given] = [foldedUnit(unit), foldedUnit(typed)];
  if (given === "" || given === wanted) return 1;
  if (PEOPLE.includes(wanted) && PEOPLE.includes(given)) return 1;
  if (wanted !== "") return null;
  if (given === "%") return 0.01;
  const words = trimmedText(typed).toLowerCase().split(SPACE_RUN);
  return COUNTED.test(typed) && words[0].length > 2 && !words.some((word) => SCALES.includes(word)) ? 1 : null;
}

function foldedUnit(text) {
  const folded = trimmedText(text).replace(SPACE_RUN, " ").toLowerCase();
  if (PERCENT.has(folded)) return "%";
  const bare = folded.replace(/[ ,.]/g, "");
  return codePoints(bare) > 2 && bare.endsWith("s") ? bare.slice(0, -1) : bare;
}

/** A mark that can be read in two ways is read so that an accepted "1,000" is met by 1000, and "0.500" by "0,500". */
function isSameText(one, other) {
  const [first, second] = [foldedText(one), foldedText(other)];
  if (first === second) return true;
  const [left, right] = [readNumber(first), readNumber(second)];
  const met = left.values.some((value) => right.values.includes(value));
  return met && foldedUnit(left.rest) === foldedUnit(right.rest);
}

function foldedText(text) {
  const folded = trimmedText(text.normalize("NFC")).replace(SPACE_RUN, " ").toLowerCase();
  return folded.replace(/\u2019/g, "'").replace(/[\u2013\u2212]/g, "-");
}

function bareOutput(text) {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(TRIM_END, ""));
  while (lines.length > 0 && !lines[0]) lines.shift();
  while (lines.length > 0 && !lines.at(-1)) lines.pop();
  return lines.join("\n");
}
