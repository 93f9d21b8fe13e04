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

/** The entry of a cell as it stands in the storage; null without one, or without storage. */
export function rawEdit(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/**
 * What an entry says.
 * @returns {{code: string, other: ?string, current: boolean} | null} `current` is false if the cell has changed since;
 *   `other` is a second text of the same cell, from another tab or a file that was loaded
 */
export function parseEdit(raw, original) {
  try {
    const found = JSON.parse(raw);
    if (typeof found?.code !== "string") return null;
    const other = typeof found.other === "string" ? found.other : null;
    return { code: found.code, other, current: found.hash === hashOf(original) };
  } catch {
    return null;
  }
}

/** Keep an edit and return its entry, null where there is nothing to keep; undefined when the browser does not keep it. */
export function writeEdit(key, original, { code, other }, version) {
  try {
    if (code === original && other === null) {
      localStorage.removeItem(PREFIX + key);
      return null;
    }
    const raw = JSON.stringify({ code, hash: hashOf(original), version, ...(other !== null && { other }) });
    localStorage.setItem(PREFIX + key, raw);
    dispatchEvent(new Event("ai2med:kept"));
    return raw;
  } catch {
    return undefined;
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
 * Call back when the entry of a cell has changed in another tab, or has been erased; then with null.
 * @param {string} cell
 * @param {(raw: ?string) => void} callback
 * @returns {Function} ends it
 */
export function onEntry(cell, callback) {
  const mine = PREFIX + cell;
  const heard = ({ key, newValue }) => (key === mine || key === null) && callback(newValue);
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
