/** Numbers and sentences as readers expect them. */

/** What the kit itself says; an explorable's own words stand in its declaration. */
export const WORDS = {
  settings: "Settings shown",
  whatIf: "What if?",
  reset: "Start again",
  link: "Link to this state",
  numbers: "The numbers as a table",
  up: "Move up: {text}",
  down: "Move down: {text}",
  moved: "{text}: now {place} of {all}.",
  box: "Box for: {text}",
  nobox: "not sorted yet",
  empty: "nothing here yet",
  limits: "Give a number from {from} to {to}.",
  anyday: "no day chosen",
  on: "yes",
  off: "no",
  signs: ["yes:", "no:"],
};

/** A number in digits: `format(0.1234, 2)` is "0.12", `format(12345)` is "12,345", a gap is "–". */
export function format(value, digits = 0) {
  if (!Number.isFinite(value)) return "–";
  const text = value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

/** A number with as many digits as it needs, at most one: 17, 4.5. */
export function short(value) {
  return format(value, Number.isInteger(Math.round(10 * value) / 10) ? 0 : 1);
}

/** Per cent with as many digits as the size deserves: 0.4 %, 12 %, 97.3 %. */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const rounded = Math.round(1000 * share);
  return `${format(100 * share, (rounded < 100 || rounded > 900) && rounded % 10 ? 1 : 0)}\u00a0%`;
}

/** A number and its unit stay on one line: "48 h". */
export function unbroken(text) {
  return text.replace(/(\d) (?=\S)/g, "$1\u00a0");
}

function shownAs(value, how) {
  if (typeof value === "string") return unbroken(value);
  if (typeof value !== "number") return String(value);
  if (how === "percent") return percent(value);
  if (how === "short") return short(value);
  if (how?.startsWith("+")) return `${value > 0 ? "+" : ""}${format(value, Number(how.slice(1)))}`;
  if (how) return format(value, Number(how));
  return Number.isInteger(value) ? format(value) : short(value);
}

/**
 * Put values into a sentence: `{n}` as it is, `{n|2}` with two digits, `{n|+1}` with its sign, `{n|percent}`,
 * `{n|short}` with at most one digit.
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)(?:\|([+\w]+))?\}/g, (whole, name, how) => {
    const value = values[name];
    return value === undefined || value === null ? whole : shownAs(value, how);
  });
}

/** A value as a control or an axis shows it: by a sentence with `{value}`, or by a function. */
export function show(how, value) {
  if (typeof how === "function") return how(value);
  return fill(how ?? "{value|short}", { value });
}

/** Words that never change with the numbers stay as they are. */
const UNTOUCHED = new Set(["draw", "show", "when", "own"]);

/** A long row of numbers or points has no words in it. */
const isNumbers = (list) => typeof list[0] === "number" || (Array.isArray(list[0]) && typeof list[0][0] === "number");

/**
 * What a declaration says for the numbers of the moment: functions are called with them, sentences are filled,
 * null drops an element out of a list.
 */
export function resolve(spec, numbers) {
  if (typeof spec === "function") return resolve(spec(numbers), numbers);
  if (typeof spec === "string") return fill(spec, numbers);
  if (Array.isArray(spec)) {
    return isNumbers(spec) ? spec : spec.map((each) => resolve(each, numbers)).filter((each) => each !== null);
  }
  if (spec === null || typeof spec !== "object" || ArrayBuffer.isView(spec)) return spec;
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => [key, UNTOUCHED.has(key) ? value : resolve(value, numbers)]),
  );
}

/** A declaration in another language: the strings of `words` take the places of those they name. */
export function translated(declaration, words) {
  if (words === undefined || typeof words !== "object") return words ?? declaration;
  const copy = Array.isArray(declaration) ? [...declaration] : { ...declaration };
  for (const [key, value] of Object.entries(words)) copy[key] = translated(copy[key], value);
  return copy;
}
