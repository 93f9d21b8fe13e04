/**
 * The files that a browser keeps of this book: by their content, not by their address.
 *
 * A new version of the book then finds what has not changed, wherever it stands now, and what has changed cannot be
 * taken for it. Nothing is kept whose content is not what the book's list says.
 */

/** Names in the browser's Cache Storage: the files, and one list of files for each version of the book. */
export const FILES = "ai2med-files";
export const LISTS = "ai2med-list-";

/** Marks requests that the worker leaves alone, because whoever asks keeps the answer itself. */
export const MARK = "X-AI2MED-Keep";

/** With these a page may share memory with its worker, which is how a running cell is told to stop. */
export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Tells whoever measures what was loaded that this came from no network: a browser counts nothing behind a worker. */
const FROM_HERE = { "Server-Timing": "kept" };

/** The book on the server is not the one that the list describes. */
export class ChangedError extends Error {}

/** The short hash of a content, as the list has it: the first half of its SHA-256. */
export async function fingerprint(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The name under which a file is kept; the ending stays, because one content can be of two types. */
export function keyOf(scope, path, [hash]) {
  return `${scope}offline/stored/${hash}${/\.\w+$/.exec(path)?.[0] ?? ""}`;
}

/** The names of all files that are kept. */
export async function keptKeys() {
  // Opening a cache would make it; whoever has erased everything is to find nothing.
  if (!(await caches.has(FILES))) return new Set();
  const cache = await caches.open(FILES);
  return new Set((await cache.keys()).map((request) => request.url));
}

/** Keep a file if it is the one that the list describes: false if it is another. */
export async function keep(scope, path, file, type, bytes) {
  if ((await fingerprint(bytes)) !== file[0]) return false;
  const cache = await caches.open(FILES);
  if (await cache.match(keyOf(scope, path, file))) return true;
  const headers = { ...ISOLATION, ...FROM_HERE, "Content-Type": type, "Content-Length": String(bytes.byteLength) };
  await cache.put(keyOf(scope, path, file), new Response(bytes, { headers }));
  return true;
}

/**
 * Load a file and keep it.
 * @param {{signal?: AbortSignal, onbytes?: (count: number) => void}} how `onbytes` hears what has arrived
 */
export async function load(scope, path, file, { signal, onbytes = () => {} } = {}) {
  // The browser's own memory may hold an earlier version of the file; the second time it is passed by.
  for (const cache of ["default", "reload"]) {
    const answer = await fetch(new URL(path, scope), { cache, signal, headers: { [MARK]: "1" } });
    if (answer.status === 404) throw new ChangedError(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const bytes = await read(answer, onbytes);
    if (await keep(scope, path, file, answer.headers.get("Content-Type") ?? "", bytes)) return;
    onbytes(-bytes.byteLength);
  }
  throw new ChangedError(path);
}

async function read(answer, onbytes) {
  const parts = [];
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    onbytes(value.byteLength);
  }
}
