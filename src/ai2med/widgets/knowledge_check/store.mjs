/**
 * What the browser remembers of a learner's answers. Nothing here leaves the browser.
 *
 * One entry an item, under a key with its id and version: a new version of a question starts without an answer.
 * Storage can be missing (some notebook hosts), full, or hold anything; none of it may break the page.
 */

const STORE_PREFIX = "ai2med:item:";

export function storeKey(item) {
  return `${STORE_PREFIX}${item.id}:v${item.version}`;
}

/** A text that is being written, until it is compared; it goes where the item's answer goes. */
function draftKey(item) {
  return `${storeKey(item)}:draft`;
}

/** All stored keys that start with `prefix`; none where there is no storage. */
function storedKeys(prefix) {
  try {
    return Array.from({ length: localStorage.length }, (_, k) => localStorage.key(k)).filter((key) =>
      key?.startsWith(prefix),
    );
  } catch {
    return [];
  }
}

function removeKey(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // No storage, so nothing to remove.
  }
}

/** A result as it is stored, or null for anything else. What its reader judged is never stored as right or wrong. */
function soundResult(value) {
  const own = value?.judge === "reader" && value.correct === null;
  if (!value || !Number.isFinite(value.score) || !(own || typeof value.correct === "boolean")) return null;
  const score = Math.min(1, Math.max(0, value.score));
  return own ? { correct: null, score, judge: "reader" } : { correct: value.correct, score };
}

/**
 * Read what is known of an item; entries of its other versions are dropped, damaged ones too.
 * @returns {{response: any, attempts: number, first: Object, last: Object, certainty: ?string} | null}
 */
export function readState(item) {
  const key = storeKey(item);
  for (const other of storedKeys(`${STORE_PREFIX}${item.id}:v`))
    if (other !== key && other !== draftKey(item)) removeKey(other);
  try {
    const text = localStorage.getItem(key);
    if (text === null) return null;
    const found = JSON.parse(text);
    const first = soundResult(found?.first);
    const last = soundResult(found?.last);
    const attempts = found?.attempts;
    if (!first || !last || !Number.isInteger(attempts) || attempts < 1 || found.response === undefined)
      throw new Error();
    const certainty = ["low", "mid", "high"].includes(found.certainty) ? found.certainty : null;
    return { response: found.response, attempts, first, last, certainty };
  } catch {
    removeKey(key);
    return null;
  }
}

/** Keep the state of an item; false when the browser does not keep it. */
export function writeState(item, state) {
  try {
    localStorage.setItem(storeKey(item), JSON.stringify(state));
    return true;
  } catch {
    return false;
  }
}

/** Forget the answers to all items of a unit, of whatever version, shown here or elsewhere on the page. */
export function forgetUnit(unit) {
  for (const key of storedKeys(`${STORE_PREFIX}${unit}-`)) removeKey(key);
}

/** Forget the answer to one item, and what was being written. */
export function forgetItem(item) {
  removeKey(storeKey(item));
  removeKey(draftKey(item));
}

/** What was written and not compared yet; null when there is nothing. */
export function readDraft(item) {
  try {
    return localStorage.getItem(draftKey(item));
  } catch {
    return null;
  }
}

/** Keep what is being written, or forget it with null. */
export function writeDraft(item, text) {
  try {
    if (text === null) localStorage.removeItem(draftKey(item));
    else localStorage.setItem(draftKey(item), text);
  } catch {
    // The field still holds the text.
  }
}
