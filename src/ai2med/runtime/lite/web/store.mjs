/**
 * The reader's copies of notebooks, where JupyterLite keeps them: one IndexedDB database a version of the book.
 *
 * Only what JupyterLite itself saved is here. Nothing leaves the browser.
 */

const PREFIX = "AI2MED ";
const FILES = "files";

/** @returns {Promise<*>} the result of an IndexedDB request */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Do something with the files of a database; null if it keeps none. */
async function withFiles(name, mode, use) {
  const opening = indexedDB.open(name);
  // A database that is not there would be made, and JupyterLite's own start would find it half made.
  opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
  const database = await done(opening);
  try {
    if (!database.objectStoreNames.contains(FILES)) return null;
    return await use(database.transaction(FILES, mode).objectStore(FILES));
  } finally {
    database.close();
  }
}

/**
 * Whether the browser refuses to keep anything here: a private frame, blocked cookies, a frame of another site.
 * JupyterLite would show an empty notebook then, or nothing.
 */
export async function isRefused() {
  try {
    // What is refused throws when it is touched, or is not there.
    if (!localStorage || !sessionStorage || !indexedDB) return true;
    (await done(indexedDB.open("AI2MED probe"))).close();
    await done(indexedDB.deleteDatabase("AI2MED probe"));
    return false;
  } catch {
    return true;
  }
}

async function names() {
  const found = (await indexedDB.databases?.()) ?? [];
  return found.map(({ name }) => name).filter((name) => name?.startsWith(PREFIX) && !name.startsWith(`${PREFIX}settings`));
}

/** The reader's copy of a notebook, as JupyterLite saved it. */
async function read(name, path) {
  return (await withFiles(name, "readonly", (files) => done(files.get(path)))) ?? null;
}

/** Delete a copy; a database without any goes too. */
export async function remove(name, path) {
  if (!(await names()).includes(name)) return;
  const left = await withFiles(name, "readwrite", async (files) => {
    await done(files.delete(path));
    return done(files.count());
  });
  if (!left) indexedDB.deleteDatabase(name);
}

/**
 * Look for copies that an earlier version of the book left.
 *
 * A copy of a notebook that has not changed since follows into this version, if nothing is there yet.
 * @param {string} current name of this version's database
 * @param {string} path of the notebook
 * @param {string} source hash of what the book offers now
 * @returns {Promise<{name: string, model: object}[]>} copies of another text, for the reader to decide about
 */
export async function earlierCopies(current, path, source) {
  const all = await names();
  let taken = all.includes(current) && (await read(current, path)) !== null;
  const found = [];
  for (const name of all.filter((one) => one !== current)) {
    const model = await read(name, path);
    if (!model) continue;
    if (!taken && model.content?.metadata?.ai2med?.source === source) {
      await withFiles(current, "readwrite", (files) => done(files.put(model, path)));
      await remove(name, path);
      taken = true;
    } else {
      found.push({ name, model });
    }
  }
  return found;
}
