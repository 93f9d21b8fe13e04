/**
 * The search page. Everything happens in the browser, with files of the book; `book/search.py` writes and explains them.
 *
 * The words of a search stand after "#", so that they are not sent to the web host.
 */
import { stemmer } from "./stemmer.mjs{v:stemmer.mjs}";

const FOLDER = new URL("search/", import.meta.url);
const AT_ONCE = 10;
/** Of one page at most; the rest of it is a click away. */
const OF_A_PAGE = 3;
/** Characters of an excerpt. */
const LENGTH = 220;

const WORD = /\d+(?:[.,]\d+)+|[\p{L}\p{M}\p{N}]+/gu;
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i" };
/** Plurals in Latin, British spellings, and what takes their place. Both sides of a comparison go through it, so it need not be a word. */
const SPELLINGS = [
  [/(?<=aly|gno|the|cri)ses$/, "sis"],
  [/[ao]e/g, "e"],
  [/(?<=..)our/g, "or"],
  [/(?<=[a-z]{3})is(?=(?:e[drs]?|ing|able|ations?|ational)$)/, "iz"],
  [/lys(?=(?:e[drs]?|ing)$)/, "lyz"],
  [/(?<=[bt])re(?=s?$)/, "er"],
  [/ogue(?=s?$)/, "og"],
  [/gramme(?=[drs]?$)/, "gram"],
  [/(?<=[cf])ence(?=[ds]?$)/, "ense"],
  [/ll(?=(?:ed|ing|ers?)$)/, "l"],
  [/sulph/, "sulf"],
  [/^grey/, "gray"],
  [/^ageing$/, "aging"],
  [/^practis/, "practic"],
  [/dgement/, "dgment"],
  [/^(en?rol|ful?fil)(?=s?$)/, "$1l"],
];

/** A word in small letters without accents. */
function plain(word) {
  const letters = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return letters.replace(/[^\x00-\x7f]/g, (letter) => LETTERS[letter] ?? letter);
}

/** A word in American spelling and in the singular; no abbreviation, no number. */
function singular(word) {
  const letters = plain(word);
  if (letters.length < 4 || /\d/.test(letters)) return letters;
  return SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), letters).replace(/(?<!s)s$/, "");
}

const roots = new Map();
/** What words have in common that differ in accents, spelling or ending only. */
function root(word) {
  if (!roots.has(word)) {
    const letters = singular(word);
    roots.set(word, letters.length < 4 || /\d/.test(letters) ? letters : stemmer(letters));
  }
  return roots.get(word);
}

const read = (name) =>
  fetch(new URL(name, FOLDER), { cache: "no-cache" }).then((answer) => {
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.json();
  });

const files = new Map();
/** A file of the search, fetched once; one that could not be had is asked for again the next time. */
function file(name) {
  if (!files.has(name)) {
    const coming = read(name);
    coming.catch(() => files.delete(name));
    files.set(name, coming);
  }
  return files.get(name);
}

let known;
/** The words of the book, by what they have in common. */
async function book() {
  const told = await file("index.json");
  if (known?.told === told) return known;
  const words = told.words.split(" ");
  const byRoot = new Map();
  words.forEach((word, number) => {
    const key = root(word);
    if (byRoot.has(key)) byRoot.get(key).push(number);
    else byRoot.set(key, [number]);
  });
  known = { told, words, plain: words.map(plain), byRoot };
  return known;
}

/** Where words stand: for each of these numbers a text as `places` in `book/search.py` makes it. */
async function placesOf(numbers, { starts }) {
  const parts = new Map();
  for (const number of numbers) parts.set(number, starts.findLastIndex((start) => start <= number));
  const contents = new Map();
  await Promise.all([...new Set(parts.values())].map(async (part) => contents.set(part, await file(`words-${part}.json`))));
  return new Map([...parts].map(([number, part]) => [number, contents.get(part)[number - starts[part]]]));
}

/** Add to a map what a word weighs in each section, by "page section". */
function weigh(text, factor, found) {
  let page = 0;
  let section = 0;
  for (const [, digits, steps, weight] of text.matchAll(/(\d+)|([A-Z]*)([a-i])/g)) {
    if (digits) {
      page = Number(digits);
      section = -1;
      continue;
    }
    section += 1 + [...steps].reduce((number, letter) => 26 * number + letter.charCodeAt(0) - 64, 0);
    const key = `${page} ${section}`;
    found.set(key, Math.max(found.get(key) ?? 0, factor * (weight.charCodeAt(0) - 96)));
  }
  return found;
}

/** How many letters two words differ by: added, left out, changed, or two that changed places; more than `most` is not told apart. */
function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      line[column] = Math.min(last[column] + 1, line[column - 1] + 1, last[column - 1] + !same);
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
        line[column] = Math.min(line[column], before[column - 2] + 1);
    }
    if (Math.min(...line) > most) return most + 1;
    [before, last] = [last, line];
  }
  return last[other.length];
}

/** The words of the book that a word of a reader may mean: the same, else those that begin with it, else similar ones. */
function meant(word, { words, plain: letters, byRoot }) {
  const wanted = plain(word);
  const same = byRoot.get(root(word));
  // The word itself comes before others of its root: "randomised" before "random".
  if (same) return { numbers: same, factor: (number) => (singular(letters[number]) === singular(word) ? 1 : 0.5) };
  const all = [...words.keys()];
  const begun = wanted.length > 2 ? all.filter((number) => letters[number].startsWith(wanted)) : [];
  if (begun.length) return { numbers: begun, factor: () => 1 };
  let most = wanted.length < 4 || /\d/.test(wanted) ? 0 : wanted.length < 7 ? 1 : 2;
  let similar = [];
  for (const number of most ? all : []) {
    const far = distance(wanted, letters[number], most);
    if (far < most) similar = [];
    if (far <= most) similar.push(number);
    most = Math.min(most, far);
  }
  return { numbers: similar, factor: () => 1, guessed: true };
}

/** The same question with terms in the place of what they are also called: "auc" asks for AUROC too. */
function otherwise(tokens, also) {
  const padded = (words) => ` ${words.map(root).join(" ")} `;
  const asked = padded(tokens);
  const found = [];
  for (const [name, term] of also) {
    const part = padded(name.split(" "));
    if (asked.includes(part)) found.push(asked.replace(part, ` ${term} `).trim().split(" "));
  }
  return found;
}

/** Find the sections that hold most of the words; `unknown` are words that the book has not, with what was taken instead. */
async function findSections(tokens, index) {
  const meanings = tokens.map((token) => meant(token, index));
  const places = await placesOf(new Set(meanings.flatMap(({ numbers }) => numbers)), index.told);
  const unknown = [];
  const marked = new Set();
  const scores = new Map();
  meanings.forEach(({ numbers, factor, guessed }, position) => {
    let chosen = numbers;
    if (guessed) {
      // Of similar words the one that stands in most places.
      const best = [...numbers].sort((one, other) => places.get(other).length - places.get(one).length).slice(0, 1);
      chosen = best.length ? index.byRoot.get(root(index.words[best[0]])).filter((number) => places.has(number)) : [];
      unknown.push([tokens[position], best.length ? index.words[best[0]] : null]);
    }
    const found = new Map();
    for (const number of chosen) {
      weigh(places.get(number), factor(number), found);
      marked.add(root(index.words[number]));
    }
    const rare = Math.log(1 + index.told.sections / (found.size || 1));
    for (const [key, weight] of found) {
      const score = scores.get(key) ?? { words: 0, sum: 0 };
      scores.set(key, { words: score.words + 1, sum: score.sum + rare * weight });
    }
  });
  const most = Math.max(0, ...[...scores.values()].map(({ words }) => words));
  const kept = [...scores].filter(([, { words }]) => words === most);
  return { scores: kept.map(([key, { sum }]) => [key, sum]), unknown, marked };
}

/** Find what a reader asks for. */
async function find(text) {
  const index = await book();
  const tokens = text.match(WORD) ?? [];
  if (!tokens.length) return { results: [], unknown: [], marked: new Set() };
  const asked = await findSections(tokens, index);
  const best = new Map(asked.scores);
  for (const other of otherwise(tokens, index.told.also)) {
    const { scores, marked } = await findSections(other, index);
    if (scores.length) asked.unknown.length = 0;
    for (const [key, score] of scores) best.set(key, Math.max(score, best.get(key) ?? 0));
    for (const word of marked) asked.marked.add(word);
  }
  const ofPage = new Map();
  const results = [];
  const order = (key) => key.split(" ").reduce((number, part) => 10000 * number + Number(part), 0);
  const sorted = [...best].sort(([a, one], [b, other]) => other - one || order(a) - order(b));
  for (const [key] of sorted) {
    const [page, section] = key.split(" ").map(Number);
    ofPage.set(page, (ofPage.get(page) ?? 0) + 1);
    if (ofPage.get(page) <= OF_A_PAGE) results.push({ page: index.told.pages[page], section });
  }
  return { ...asked, results, pages: ofPage.size };
}

/** The part of a text with most of the words, as pieces of text and `<mark>`. */
function excerpt(text, marked) {
  const hits = [...text.matchAll(WORD)].filter(([word]) => marked.has(root(word)));
  if (!hits.length) return [text.slice(0, LENGTH) + (text.length > LENGTH ? " …" : "")];
  const room = LENGTH / 2;
  const wealth = (hit) => new Set(hits.filter(({ index }) => Math.abs(index - hit.index) < room).map(([word]) => root(word))).size;
  const most = Math.max(...hits.map(wealth));
  const middle = hits.find((hit) => wealth(hit) === most).index;
  // From word to word.
  const from = middle <= room ? 0 : text.indexOf(" ", middle - room) + 1;
  const to = middle + room >= text.length ? text.length : text.lastIndexOf(" ", middle + room);
  const pieces = [from ? "… " : ""];
  let at = from;
  for (const { 0: word, index } of hits) {
    if (index < at || index + word.length > to) continue;
    const mark = document.createElement("mark");
    mark.textContent = word;
    pieces.push(text.slice(at, index), mark);
    at = index + word.length;
  }
  return [...pieces, text.slice(at, Math.max(at, to)), to < text.length ? " …" : ""];
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function resultItem({ page: [name, title], section }, marked) {
  const address = new URL(`../${name}.html`, FOLDER.href.replace(/search\/$/, ""));
  let told = [];
  try {
    told = (await file(`pages/${name}.json`))[section];
  } catch {
    // Without a connection a page that is not stored is named all the same.
  }
  const [anchor = "", heading = "", text = "", code = ""] = told;
  if (section) address.hash = anchor;
  const parts = section && heading ? [element("span", {}, title), " › ", heading] : [title];
  const item = element("li", {}, element("a", { href: address.href }, ...parts));
  const holds = (words) => (words.match(WORD) ?? []).some((word) => marked.has(root(word)));
  const shown = (holds(code) && !holds(heading) && !holds(text)) || !text ? code : text;
  if (shown) item.append(element("p", {}, ...excerpt(shown, marked)));
  return item;
}

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
const listed = (words) => words.map((word) => `“${word}”`).join(", ");

/** What the search has come to, in words that a screen reader says once. */
function summary(text, { results, unknown, pages }) {
  const instead = unknown.filter(([, word]) => word).map(([, word]) => word);
  const missing = unknown.length ? `No page has ${listed(unknown.map(([word]) => word))}. ` : "";
  if (!results.length)
    return `${missing || `Nothing found for “${text.trim()}”. `}Try another word, or look into the programme and the glossary.`;
  const found = `${count(results.length, "place", "places")} on ${count(pages, "page", "pages")}`;
  if (instead.length) return `${missing}Did you mean ${listed(instead)}? ${found}.`;
  return missing ? `${missing}For the other words: ${found}.` : `${found} for “${text.trim()}”.`;
}

let latest = 0;
async function search(text) {
  const [status, list, more] = ["search-status", "search-results", "search-more"].map((id) => document.getElementById(id));
  const mine = ++latest;
  list.replaceChildren();
  more.hidden = true;
  status.textContent = "";
  if (!text.trim()) return;
  let found;
  try {
    found = await find(text);
  } catch {
    status.textContent = "The search could not be loaded. Check the connection, then search again.";
    return;
  }
  const show = async (from) => {
    const coming = found.results.slice(from, from + AT_ONCE);
    const items = await Promise.all(coming.map((result) => resultItem(result, found.marked)));
    if (mine !== latest) return;
    list.append(...items);
    more.hidden = from + AT_ONCE >= found.results.length;
    more.onclick = () => show(from + AT_ONCE);
    // Who pressed the button goes on where the new ones begin.
    if (from) items[0].querySelector("a").focus();
  };
  await show(0);
  if (mine === latest) status.textContent = summary(text, found);
}

/** The words in the address; those after "?" come from a browser that did not run scripts, or from an old link. */
function asked() {
  return new URLSearchParams(location.hash.slice(1)).get("q") ?? new URLSearchParams(location.search).get("q") ?? "";
}

/** Search for what the address says. */
export function start() {
  if (!document.getElementById("search-results")) return;
  const text = asked();
  for (const field of document.querySelectorAll('input[name="q"]')) field.value = text;
  // What every search needs comes while a reader types.
  book().catch(() => {});
  search(text);
}
addEventListener("hashchange", start);
start();
