/**
 * What the browser remembers of a reader's code. Nothing here leaves the browser.
 *
 * One entry a cell: the edited text, and a hash of the original it started from. Storage can be missing, full, or hold
 * anything; none of it may break the page.
 */

const PREFIX = "ai2med:code:";

/** A short hash of a text, to see whether a cell is still the one that was edited. */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k += 1) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * The edit of a cell.
 * @returns {{code: string, current: boolean} | null} `current` is false if the cell has changed since
 */
export function readEdit(key, original) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + key));
    if (typeof found?.code !== "string") return null;
    return { code: found.code, current: found.hash === hashOf(original) };
  } catch {
    return null;
  }
}

/** Keep an edit; false when the browser does not keep it. */
export function writeEdit(key, original, code, version) {
  try {
    if (code === original) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ code, hash: hashOf(original), version }));
    return true;
  } catch {
    return false;
  }
}

const AHEAD = "ai2med:python";

/** Whether to offer that Python is loaded ahead: nothing is chosen yet, and a choice would be kept. */
export function mayChooseAhead() {
  try {
    return document.documentElement.dataset.python !== "ready" && localStorage.getItem(AHEAD) === null;
  } catch {
    return false;
  }
}

/** Keep the reader's choice; "Your data" shows it. It holds at once. */
export function chooseAhead(yes) {
  const choice = yes ? "ready" : "asked";
  document.documentElement.dataset.python = choice;
  try {
    localStorage.setItem(AHEAD, choice);
  } catch {
    // It holds for this page.
  }
}

/**
 * Call back when the edit of a cell has been erased, by "Your data" or in another tab.
 * @returns {Function} ends it
 */
export function onErased(cell, callback) {
  const mine = PREFIX + cell;
  const heard = ({ key, newValue }) => newValue === null && (key === null || key === mine) && callback();
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
