/**
 * What the book keeps in this browser, and how it is erased. Nothing here leaves the browser, nothing here has words.
 *
 * Every key begins with `ai2med:`, every cache with `ai2med-`, every database of the notebooks with `AI2MED`. A web
 * address can be shared with other sites: theirs are not touched.
 */

const SITE = new URL("../", import.meta.url).href;
const BOOK = "ai2med:";
const CACHES = "ai2med-";
const DATABASES = "AI2MED";
/** Where JupyterLite keeps the files that a reader has changed. */
const FILES = "files";

export const KINDS = {
  answers: `${BOOK}item:`,
  texts: `${BOOK}meter:`,
  code: `${BOOK}code:`,
  tasks: `${BOOK}task:`,
  places: `${BOOK}place:`,
};

/** The reader's choice when Python is loaded: ahead, or when a cell is run. */
export const PYTHON = { key: `${BOOK}python`, ready: "ready", asked: "asked" };

/** The reader's choice for the code of all pages: "open", "folded", or none. */
export const CODE = `${BOOK}code-layer`;

/** The path of the door through which the reader came. */
export const PATH = `${BOOK}path`;

/** Whether the browser lets this page keep anything: a reader can forbid it. */
export function storageWorks() {
  const probe = `${BOOK}probe`;
  try {
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return true;
  } catch (error) {
    // A storage that is full can still be read and erased.
    return error.name === "QuotaExceededError";
  }
}

function keysIn(storage) {
  return Object.keys(storage).filter((key) => key.startsWith(BOOK));
}

/** The keys of one kind, or all keys of the book; none where storage is blocked. */
export function keys(prefix = BOOK) {
  try {
    return keysIn(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keep a choice, or forget it with `null`; false when the browser does not keep it. */
export function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

/** How many bytes some keys take; browsers keep two a character. */
export function bytesOf(chosen) {
  return chosen.reduce((sum, key) => sum + 2 * (key.length + (read(key)?.length ?? 0)), 0);
}

/** Erase keys. The browser tells other tabs by itself; this page is told here, so that what it shows goes too. */
export function eraseKeys(chosen) {
  for (const key of chosen) {
    write(key, null);
    dispatchEvent(new StorageEvent("storage", { key }));
  }
}

/** The keys of what a reader typed or chose on the page in the window. */
export function keysOfPage() {
  const items = [...document.querySelectorAll("[data-item-id]")].map((el) => `${KINDS.answers}${el.dataset.itemId}:v`);
  const live = [...document.querySelectorAll("live-cell")];
  const cells = new Set([...live.map((cell) => KINDS.code + cell.dataset.key), ...live.map(({ mark }) => mark)]);
  const texts = [...document.querySelectorAll('[data-widget="readability-meter"] > script')].map(
    (state) => `:${JSON.parse(state.textContent).data.key}`,
  );
  return keys().filter(
    (key) =>
      cells.has(key) ||
      items.some((start) => key.startsWith(start)) ||
      (key.startsWith(KINDS.texts) && texts.some((end) => key.endsWith(end))),
  );
}

async function databases() {
  const found = (await globalThis.indexedDB?.databases?.()) ?? [];
  return found.map(({ name }) => name).filter((name) => name?.startsWith(DATABASES));
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The notebooks that a reader has changed, as JupyterLite saved them. */
export async function notebooks() {
  const found = [];
  for (const name of await databases()) {
    const database = await done(indexedDB.open(name));
    try {
      if (!database.objectStoreNames.contains(FILES)) continue;
      const files = await done(database.transaction(FILES).objectStore(FILES).getAll());
      found.push(...files.filter((file) => file?.type === "notebook"));
    } finally {
      database.close();
    }
  }
  return found;
}

/** How many files of the book are kept for reading offline. */
export async function offlineFiles() {
  let files = 0;
  for (const name of await cacheNames()) files += (await (await caches.open(name)).keys()).length;
  return files;
}

async function cacheNames() {
  const names = (await globalThis.caches?.keys()) ?? [];
  return names.filter((name) => name.startsWith(CACHES));
}

/** Bytes that everything from this web address takes, as the browser estimates them; null if it does not tell. */
export async function bytesOfAddress() {
  return (await navigator.storage?.estimate?.())?.usage ?? null;
}

/**
 * Ask the browser not to delete by itself what is kept here, unless it has promised that.
 * @param {boolean} wanted whether the reader asked for it: Firefox puts a question to its reader, others decide alone
 * @returns {Promise<?boolean>} whether it promises; null if it knows no such promise
 */
export async function keepForGood(wanted) {
  const { storage } = navigator;
  if (!storage?.persist) return null;
  if (await storage.persisted()) return true;
  return wanted || !/Firefox\//.test(navigator.userAgent) ? storage.persist() : false;
}

/** Whether the browser has promised that; null if it knows no such promise. */
export async function keptForGood() {
  return (await navigator.storage?.persisted?.()) ?? null;
}

/** Everything a reader typed, in a form that can be read again. */
export async function everythingTyped() {
  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const part = (prefix, value) =>
    Object.fromEntries(keys(prefix).map((key) => [key.slice(prefix.length), value(parsed(read(key)))]));
  return {
    answers: part(KINDS.answers, (found) => found),
    texts: part(KINDS.texts, (found) => found?.text ?? found),
    code: part(KINDS.code, (found) => found),
    tasks: part(KINDS.tasks, (found) => found),
    notebooks: Object.fromEntries((await notebooks().catch(() => [])).map(({ path, content }) => [path, content])),
  };
}

/** Delete a database; "blocked" if another tab has it open and does not close it soon, as one that only counts does. */
function deleteDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve("erased");
    request.onerror = () => reject(request.error);
    request.onblocked = () => setTimeout(() => resolve("blocked"), 2000);
  });
}

/**
 * Erase everything of the book.
 * @returns {Promise<string[]>} what could not be erased: of "storage", "offline", "notebooks", "notebooks_open"
 */
export async function eraseEverything() {
  const left = [];
  const attempt = async (name, action) => {
    try {
      await action();
    } catch {
      left.push(name);
    }
  };
  await attempt("storage", () => {
    eraseKeys(keys());
    for (const key of keysIn(sessionStorage)) sessionStorage.removeItem(key);
  });
  await attempt("offline", async () => {
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    // First the workers, or they would fill the caches again.
    for (const worker of workers) if (worker.scope.startsWith(SITE)) await worker.unregister();
    for (const name of await cacheNames()) await caches.delete(name);
  });
  await attempt("notebooks", async () => {
    for (const name of await databases()) if ((await deleteDatabase(name)) === "blocked") left.push("notebooks_open");
  });
  return [...new Set(left)];
}
