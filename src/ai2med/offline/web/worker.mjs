/**
 * The book's service worker: pages from the network while there is one, and otherwise as they were kept.
 *
 * Parts of pages come from what is kept, because a list names the content of each; pages come from the network first,
 * so that nobody is left behind on an old version. As soon as a page of another version is seen, the network comes
 * first for everything, until the worker of that version has taken over.
 */
import { FILES, ISOLATION, LISTS, MARK, fingerprint, keep, keptKeys, keyOf, load } from "./store.mjs";

const VERSION = "{version}";
const SCOPE = self.registration.scope;
const LIST = LISTS + VERSION;
const LIST_PATH = "offline/files.json";
/** Present while the last page from the network was of another version. */
const OTHER_VERSION = `${SCOPE}offline/other-version`;

/** After that a page that is kept is shown, though the network may still answer. */
const PATIENCE = 4000;
/** A new version loads by itself what it takes to replace what was kept, up to this; the rest is left to the reader. */
const REFRESH = 12e6;

let listing = null;
let other = null;
/** Whether the book has left this address. */
let gone = false;

/** The list of this version; null if it cannot be had. */
function currentList() {
  listing ??= findList().catch(() => (listing = null));
  return listing;
}

async function findList() {
  const kept = await caches.match(SCOPE + LIST_PATH, { cacheName: LIST });
  return kept ? kept.json() : fetchList();
}

async function fetchList() {
  const answer = await fetch(SCOPE + LIST_PATH, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${LIST_PATH}: ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  if ((await fingerprint(bytes)) !== VERSION) throw new Error(`${LIST_PATH} is of another version.`);
  const cache = await caches.open(LIST);
  await cache.put(SCOPE + LIST_PATH, new Response(bytes, { headers: { ...ISOLATION, "Content-Type": "application/json" } }));
  return JSON.parse(new TextDecoder().decode(bytes));
}

self.addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const list = await fetchList();
  listing = Promise.resolve(list);
  const kept = await keptKeys();
  for (const path of list.shell) {
    const file = list.files[path];
    if (!kept.has(keyOf(SCOPE, path, file))) await load(SCOPE, path, file);
  }
  await refresh(list, kept);
  await self.skipWaiting();
}

/** The same file in another version: what cells need lives in folders and files named after their content. */
function plain(path) {
  return path.replace(/^_static\/live\/[0-9a-f]{10}\//, "_static/live/").replace(/-[0-9a-f]{10}(?=\.[\w.]+$)/, "");
}

/** Load what has changed of what the version before kept, so that a journey that begins now finds it. */
async function refresh(list, kept) {
  if (navigator.connection?.saveData) return;
  const wanted = new Set();
  for (const name of await caches.keys()) {
    if (!name.startsWith(LISTS) || name === LIST) continue;
    const old = await (await caches.match(SCOPE + LIST_PATH, { cacheName: name }))?.json();
    for (const [path, file] of Object.entries(old?.files ?? {}))
      if (kept.has(keyOf(SCOPE, path, file))) wanted.add(plain(path));
  }
  let room = REFRESH;
  for (const [path, file] of Object.entries(list.files)) {
    if (!wanted.has(plain(path)) || kept.has(keyOf(SCOPE, path, file)) || file[1] > room) continue;
    room -= file[1];
    try {
      await load(SCOPE, path, file);
    } catch (error) {
      // A full disk must not hold up a new version; a lost connection must, for the old one is whole.
      if (error.name !== "QuotaExceededError") throw error;
      return;
    }
  }
}

self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  const list = await currentList();
  if (list) {
    for (const name of await caches.keys()) if (name.startsWith(LISTS) && name !== LIST) await caches.delete(name);
    const wanted = new Set(Object.entries(list.files).map(([path, file]) => keyOf(SCOPE, path, file)));
    const cache = await caches.open(FILES);
    for (const key of await keptKeys()) if (!wanted.has(key)) await cache.delete(key);
  }
  await self.clients.claim();
}

/** Where an address lies in the book; null for what is none of ours. */
function pathOf(address) {
  const url = new URL(address);
  const whole = url.origin + url.pathname;
  if (!whole.startsWith(SCOPE)) return null;
  const path = decodeURIComponent(whole.slice(SCOPE.length));
  if (path === "sw.js") return null;
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/** What the list says of an address: path and file; the file is undefined for what it does not know. */
function lookUp(list, address) {
  const path = pathOf(address);
  if (path === null) return { path };
  const known = path in list.files || !(`${path}.html` in list.files) ? path : `${path}.html`;
  // An address may tell which content it means by the beginning of its hash; the notebooks' application counts its own
  // versions.
  const version = path.startsWith("lite/") ? null : new URL(address).searchParams.get("v");
  const file = list.files[known];
  return { path: known, file: version && !file?.[0].startsWith(version) ? undefined : file };
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("Range") || request.headers.has(MARK)) return;
  if (pathOf(request.url) !== null) event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const list = await currentList();
  if (!list) return isolated(request, await fetch(request));
  const { path, file } = lookUp(list, request.url);
  if (path === LIST_PATH) return fetch(request).catch(() => caches.match(SCOPE + LIST_PATH, { cacheName: LIST }));
  return request.mode === "navigate" || path.endsWith(".html") ? page(event, path, file) : part(event, path, file);
}

/** A page or its worker gets the headers that isolate it; a host of static pages cannot send them. */
function isolated(request, response) {
  const kinds = ["document", "iframe", "worker", "sharedworker"];
  if (!(request.mode === "navigate" || kinds.includes(request.destination)) || response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

function find(path, file) {
  return file ? caches.match(keyOf(SCOPE, path, file), { cacheName: FILES }) : undefined;
}

async function part(event, path, file) {
  const { request } = event;
  const kept = await find(path, file);
  if (kept && request.cache !== "reload" && !(await seenOther())) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && file) event.waitUntil(learn(path, file, response.clone()).catch(() => {}));
    return isolated(request, response);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function page(event, path, file) {
  const { request } = event;
  const kept = await find(path, file);
  let shown = "network";
  // Past the browser's own memory: a page that is ten minutes old would name parts that are gone.
  const coming = fetch(request, { cache: "no-cache" });
  const copy = coming.then((response) => (response.ok ? response.clone() : null));
  event.waitUntil(
    copy
      .then(async (response) => {
        if (!response) return;
        const same = Boolean(file) && (await learn(path, file, response));
        if (shown === "network") await setOther(!same);
        if (!same) await lookForUpdate();
      })
      .catch(() => {}),
  );
  const fresh = coming.then((response) => (kept && response.status >= 500 ? kept : isolated(request, response)));
  const choices = [fresh];
  if (kept)
    choices.push(
      new Promise((resolve) =>
        setTimeout(() => {
          shown = "kept";
          resolve(kept);
        }, PATIENCE),
      ),
    );
  try {
    return await Promise.race(choices);
  } catch (error) {
    if (kept) return kept;
    if (request.mode !== "navigate" || path === "offline.html") throw error;
    return Response.redirect(`${SCOPE}offline.html?missing=${encodeURIComponent(path)}`);
  }
}

/** Keep what has come from the network if it belongs to this version. */
async function learn(path, file, response) {
  if (gone) return false;
  const bytes = await response.arrayBuffer();
  const same = await keep(SCOPE, path, file, response.headers.get("Content-Type") ?? "", bytes);
  // The parts of a page arrive while the book is looked for.
  if (gone) await forget();
  // Whoever erased everything since took the list along.
  else if (same && !(await caches.has(LIST))) await fetchList();
  return same;
}

async function seenOther() {
  other ??= Boolean(await caches.match(OTHER_VERSION, { cacheName: LIST }));
  return other;
}

async function setOther(value) {
  if ((await seenOther()) === value) return;
  other = value;
  const cache = await caches.open(LIST);
  if (value) await cache.put(OTHER_VERSION, new Response(""));
  else await cache.delete(OTHER_VERSION);
}

async function lookForUpdate() {
  try {
    await self.registration.update();
  } catch {
    const script = await fetch(`${SCOPE}sw.js`, { cache: "no-store" });
    if (script.status !== 404 && script.status !== 410) return;
    // The book has left this address, and another site may stand here: it must not meet this worker.
    gone = true;
    await forget();
    await self.registration.unregister();
  }
}

/** Remove everything that is kept. */
async function forget() {
  for (const name of await caches.keys()) if (name.startsWith("ai2med-")) await caches.delete(name);
}

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.visited)) event.waitUntil(keepVisited(event.data.visited));
});

/** Keep what a page had loaded before this worker was there. */
async function keepVisited(addresses) {
  const list = await currentList();
  if (!list) return;
  for (const address of addresses) {
    const { path, file } = lookUp(list, address);
    if (file && !(await find(path, file))) await load(SCOPE, path, file).catch(() => {});
  }
}
