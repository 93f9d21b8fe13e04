/**
 * Marking in the page: the same verdicts as `ai2med.items.marking`, for the JSON of `ai2med.items.export`.
 *
 * A mark has one of three kinds. `marked`: the response was judged. `incomplete`: something is still open.
 * `unreadable`: the response cannot be understood. The last two are no attempts; `message` is a key of the catalogue.
 *
 * @typedef {{target: string, text: Array, kind: "right"|"wrong"|"partial", misconception: string|null}} Note
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
const AMBIGUOUS = /^[1-9][0-9]{0,2}(?:,[0-9]{3}|\.000)$/;
const PERCENT = new Set(["%", "percent", "pct", "per cent"]);
// A range, a fraction or a sum is not a number with a unit.
const GOES_ON = "-+*/:;<=>^~\u2012\u2013\u2014\u2212\u00b1\u00d7\u00f7";
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
 * Read a typed number: decimal point or comma; thousands grouped by spaces, or by marks where nothing else is meant.
 * @returns {{value: number|null, rest: string, problem: ""|"number_unreadable"|"number_ambiguous"}}
 */
export function readNumber(text) {
  const { value, rest, problem } = numberReading(text);
  return { value, rest, problem };
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
  const { value, rest, problem } = numberReading(typed);
  if (problem) return unreadable(problem);
  if (!unitFits(rest, item.answer_unit)) return unreadable("number_unit");
  if (isWithin(value, variant.answer, variant.tolerance)) {
    return markedAs(true, 1, [overallNote(variant, true)]);
  }
  const slip = variant.slips.find((each) => isWithin(value, each.value, each.tolerance));
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
    return feedbackNote(prompt.id, ownField(prompt.wrong, chosen) ?? prompt, "wrong");
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
    return feedbackNote(name, slip ?? blank, "wrong");
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

function numberReading(typed) {
  const nothing = { value: null, rest: "", problem: "number_unreadable", book: null };
  const text = trimmedText(typed);
  const found = codePoints(text) <= LONGEST_NUMBER ? NUMBER.exec(text) : null;
  if (!found) return nothing;
  const [, sign, body, exponent, after] = found;
  let digits = body.length > 1 && /[.,]$/.test(body) ? body.slice(0, -1) : body;
  const rest = trimmedText(after);
  if (rest && GOES_ON.includes(rest[0])) return { ...nothing, rest };
  const turn = (number) => (sign && sign !== "+" ? -number : number);
  if (AMBIGUOUS.test(digits)) {
    return { value: null, rest, problem: "number_ambiguous", book: turn(Number(digits.replace(/[.,]/g, ""))) };
  }
  if (GROUPED_BY_SPACE.test(digits)) digits = digits.replace(SPACE_RUN, "").replace(",", ".");
  else if (GROUPED.test(digits)) digits = digits.replace(/[.,]/g, "");
  else if (BOTH_MARKS.test(digits)) {
    const decimal = digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "," : ".";
    digits = digits.replaceAll(decimal === "," ? "." : ",", "").replace(",", ".");
  } else if (ONE_MARK.test(digits)) digits = digits.replace(",", ".");
  else return { ...nothing, rest };
  const value = turn(Number(digits + (exponent ? `e${exponent.replace("\u2212", "-")}` : "")));
  return Number.isFinite(value) ? { value, rest, problem: "", book: value } : { ...nothing, rest };
}

function codePoints(text) {
  return text.length > 2 * LONGEST_NUMBER ? text.length : [...text].length;
}

function unitFits(typed, unit) {
  return typed === "" || foldedUnit(typed) === foldedUnit(unit);
}

function foldedUnit(text) {
  const folded = trimmedText(text).replace(SPACE_RUN, " ").toLowerCase();
  if (PERCENT.has(folded)) return "%";
  const bare = folded.replace(/[ ,.]/g, "");
  return codePoints(bare) > 2 && bare.endsWith("s") ? bare.slice(0, -1) : bare;
}

/** A short text is compared as the book writes numbers, so that an accepted "1,000" is met by 1000. */
function isSameText(one, other) {
  const [first, second] = [foldedText(one), foldedText(other)];
  if (first === second) return true;
  const [left, right] = [numberReading(first), numberReading(second)];
  return left.book !== null && left.book === right.book && foldedUnit(left.rest) === foldedUnit(right.rest);
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
