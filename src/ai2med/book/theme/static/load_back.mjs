/**
 * Load back what "Your data" has saved. A file may come from anywhere: what is not in a known form is left out, what is
 * here already stays, and nothing of a file is run or shown as HTML.
 */

import * as kept from "./kept.mjs{v:kept.mjs}";

const LARGEST = 30e6;
const LARGEST_ENTRY = 200_000;
const MOST = 5000;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value) => typeof value === "string" && value.length <= LARGEST_ENTRY;

/** For each kind the form of its keys, and what is kept of a value; null for a value of another form. */
const FORMS = {
  answers: [/^[\w.-]{1,80}:v\d{1,6}$/, (value) => (isObject(value) && Number.isInteger(value.attempts) ? value : null)],
  texts: [/^[\w.:-]{1,80}$/, (value) => (text(value) ? { text: value } : null)],
  code: [/^[\w./-]{1,200}(#[\w-]{1,20})?$/, codeOf],
  tasks: [/^[\w.-]{1,40}:[\w-]{0,20}$/, (value) => (isObject(value) && /^\d{4}-\d\d-\d\d$/.test(value.at) ? { at: value.at } : null)],
};

/** Files of an earlier version of the book held the text only. */
function codeOf(value) {
  if (text(value)) return { code: value };
  if (!isObject(value) || !text(value.code)) return null;
  const made = { code: value.code };
  for (const name of ["hash", "version", "other"]) if (text(value[name])) made[name] = value[name];
  return made;
}

/** What a file holds; see `parse`. */
export async function readFile(file) {
  if (file.size > LARGEST) throw new Error("large");
  return parse(await file.text());
}

/**
 * What a saved file holds, in the forms of the storage.
 * @returns {{entries: {kind: string, key: string, value: Object}[], notebooks: Object[], odd: number}}
 * @throws {Error} with the message "unreadable" or "foreign"; from `readFile` also "large"
 */
export function parse(content) {
  let found;
  try {
    found = JSON.parse(content);
  } catch {
    throw new Error("unreadable");
  }
  if (!isObject(found) || found.book !== "AI2MED") throw new Error("foreign");
  const entries = [];
  let odd = 0;
  for (const [kind, [form, read]] of Object.entries(FORMS)) {
    for (const [name, given] of isObject(found[kind]) ? Object.entries(found[kind]) : []) {
      const value = form.test(name) ? read(given) : null;
      const fits = value !== null && entries.length < MOST && size(value) <= LARGEST_ENTRY;
      if (fits) entries.push({ kind, key: kept.KINDS[kind] + name, value });
      else odd += 1;
    }
  }
  const notebooks = [];
  for (const [path, given] of isObject(found.notebooks) ? Object.entries(found.notebooks) : []) {
    const sound = /^[\w ()./-]{1,200}\.ipynb$/.test(path) && !path.includes("..") && isObject(given) && Array.isArray(given.cells);
    if (sound && notebooks.length < MOST) notebooks.push(modelOf(path, given));
    else odd += 1;
  }
  return { entries, notebooks, odd };
}

/** Deep nesting has no size that can be told. */
function size(value) {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Infinity;
  }
}

/** A notebook as JupyterLite keeps it. Outputs are made by running it: those of a file could bring code along. */
function modelOf(path, { cells, metadata, nbformat, nbformat_minor }) {
  const clean = cells.filter(isObject).map(({ cell_type, source, id, metadata: own }) => {
    const { trusted: _, ...rest } = isObject(own) ? own : {};
    return { cell_type, source, id, metadata: rest, ...(cell_type === "code" && { outputs: [], execution_count: null }) };
  });
  const content = { cells: clean, metadata: isObject(metadata) ? metadata : {}, nbformat, nbformat_minor };
  const now = new Date().toISOString();
  const name = path.split("/").at(-1);
  return { name, path, content, type: "notebook", format: "json", mimetype: null, writable: true, created: now, last_modified: now };
}

/**
 * Put entries beside what is here.
 * @returns {{loaded: string[], same: number, stayed: number, both: number, full: number}} keys that were loaded, and
 *   how many were here alike, were here otherwise and stayed, are now kept in both forms, or found no room
 */
export function merge(entries) {
  const done = { loaded: [], same: 0, stayed: 0, both: 0, full: 0 };
  for (const { kind, key, value } of entries) {
    const here = kept.read(key);
    const made = here === null ? value : beside(kind, here, value);
    if (made === "same") done.same += 1;
    else if (made === "stays") done.stayed += 1;
    else if (!kept.write(key, JSON.stringify(made))) done.full += 1;
    else if (here === null) done.loaded.push(key);
    else done.both += 1;
  }
  return done;
}

/** What becomes of an entry that is here already: "same", "stays", or one that holds both texts of a cell. */
function beside(kind, here, value) {
  if (here === JSON.stringify(value)) return "same";
  if (kind !== "code") return "stays";
  try {
    const mine = JSON.parse(here);
    if (mine.code === value.code || mine.other === value.code) return "same";
    return typeof mine.code === "string" && typeof mine.other !== "string" ? { ...mine, other: value.code } : "stays";
  } catch {
    return value;
  }
}

/** Keep notebooks where the notebooks' own bar finds copies and offers them: nothing there is replaced. */
export async function keepNotebooks(models) {
  if (!models.length) return;
  const name = `AI2MED saved ${Date.now()}`;
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => {
      const files = opening.result.createObjectStore("files");
      for (const model of models) files.put(model, model.path);
    };
    opening.onsuccess = () => (opening.result.close(), resolve());
    opening.onerror = () => reject(opening.error);
  });
}
