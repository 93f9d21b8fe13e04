/**
 * The controls for reading offline: store a MOOC, see what is stored, remove it.
 *
 * What a MOOC needs is known by the list of the book's files, and what is stored by looking; nothing else is remembered,
 * so a download that was interrupted goes on, and nothing can be claimed that is not there.
 */
import { fill, h, megabytes } from "../../runtime/web/dom.mjs";
import { ChangedError, FILES, keptKeys, keyOf, load } from "./store.mjs";
import { STRINGS } from "./strings_en.mjs";

const SCOPE = new URL("../", import.meta.url).href;
const WORKER = `${SCOPE}sw.js`;
const SHARED = ["python", "data", "book"];
const AT_ONCE = 4;

const supported = "serviceWorker" in navigator && "caches" in globalThis && Boolean(globalThis.crypto?.subtle);

/** The page's rooms, by what stands in them: each has `show(list, kept)`. */
let rooms = [];

/** Fill the empty places of the page; called again, it fills those that are new. */
export async function start() {
  rooms = rooms.filter(({ element }) => element.isConnected);
  for (const element of document.querySelectorAll("[data-offline]:empty")) rooms.push(roomFor(element));
  await refresh();
}

function roomFor(element) {
  const what = element.dataset.offline;
  if (what === "missing") return new Missing(element);
  if (what === "stored") return new Stored(element);
  return what === "all" ? new Everything(element) : new Mooc(element, what);
}

/** The list of the book's files: from the network, or as the worker keeps it; null if there is none. */
let listing;
function bookList() {
  listing ??= fetch(`${SCOPE}offline/files.json`, { cache: "no-cache" })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null)
    .then((list) => (list ? list : (listing = null)));
  return listing;
}

/** Look what is stored, and show it. */
async function refresh() {
  const list = await bookList();
  let kept = null;
  try {
    if (supported) kept = await keptKeys();
  } catch {
    // Some browsers have the storage and forbid it.
  }
  for (const room of rooms) room.show(list, kept);
}

/** Remove whatever the book has stored for reading offline, and end its worker. Answers and code are no part of it. */
export async function removeAll() {
  if (!supported) return;
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (worker?.scriptURL === WORKER) await registration.unregister();
  }
  for (const name of await caches.keys()) if (name.startsWith("ai2med-")) await caches.delete(name);
}

const sum = (entries) => entries.reduce((total, [, file]) => total + file[1], 0);

/** A place that offers to store one MOOC. */
class Mooc {
  constructor(element, group) {
    this.element = element;
    this.group = group;
    this.name = `MOOC ${group.replace("mooc", "")}`;
    this.working = null;
    this.state = h("p");
    this.progress = h("progress", { "aria-label": fill(STRINGS.progress, { mooc: this.name }), max: 1, value: 0, hidden: true });
    this.numbers = h("p", { class: "offline-numbers", hidden: true });
    this.told = h("p", { class: "offline-told", role: "status" });
    const button = (action, text, onclick) =>
      h("button", { type: "button", class: "a2-button", "data-action": action, hidden: true, onclick }, text);
    this.storeButton = button("store", "", () => this.store());
    this.storeButton.classList.add("a2-primary");
    this.cancelButton = button("cancel", STRINGS.cancel, () => this.working?.abort());
    this.removeButton = button("remove", fill(STRINGS.remove, { mooc: this.name }), () => this.remove());
    const buttons = h("div", { class: "a2-buttons" }, this.storeButton, this.cancelButton, this.removeButton);
    element.append(this.state, this.progress, this.numbers, buttons, this.told);
  }

  /** The files of some groups, as pairs of path and [hash, size, group, title]. */
  files(...groups) {
    return Object.entries(this.list.files).filter(([, file]) => groups.includes(file[2]));
  }

  show(list, kept) {
    this.list = list;
    this.kept = kept;
    const obstacle = kept === null ? "unsupported" : list === null ? "unlisted" : null;
    if (obstacle) {
      this.state.textContent = STRINGS.failure[obstacle];
      return;
    }
    const all = this.files(this.group, ...SHARED);
    const isKept = ([path, file]) => kept.has(keyOf(SCOPE, path, file));
    this.missing = all.filter((entry) => !isKept(entry));
    const own = this.files(this.group).filter(isKept).length;
    const bytes = sum(all) - sum(this.missing);
    const of = (...groups) => megabytes(sum(this.missing.filter(([, file]) => groups.includes(file[2]))));
    const texts = [];
    if (!this.missing.length) texts.push(fill(STRINGS.whole, { n: all.length, size: megabytes(bytes) }));
    else {
      const parts = { pages: of(this.group, "book"), tables: of("data"), python: of("python") };
      texts.push(fill(STRINGS.to_load, { size: megabytes(sum(this.missing)), ...parts }));
      if (bytes) texts.push(fill(STRINGS.kept, { size: megabytes(bytes) }));
    }
    this.state.textContent = texts.join(" ");
    this.element.dataset.state = this.working ? "storing" : this.missing.length ? (own ? "partial" : "none") : "stored";
    this.storeButton.textContent = fill(own ? STRINGS.rest : STRINGS.store, { mooc: this.name });
    this.showOnly([this.storeButton, this.missing.length || this.working], [this.removeButton, own && !this.working]);
  }

  /** Show some of the buttons; whoever is on one that goes finds themselves on another. */
  showOnly(...choices) {
    const active = document.activeElement;
    for (const [button, wanted] of [...choices, [this.cancelButton, this.working]]) button.hidden = !wanted;
    this.storeButton.setAttribute("aria-disabled", String(Boolean(this.working)));
    this.progress.hidden = this.numbers.hidden = !this.working;
    this.state.hidden = Boolean(this.working);
    if (this.element.contains(active) && active.hidden) this.element.querySelector("button:not([hidden])")?.focus();
  }

  tell(text, kind = "news") {
    this.told.dataset.kind = kind;
    this.told.textContent = text;
  }

  /** Store what is missing, one MOOC at a time in all tabs. */
  async store() {
    if (this.working) return;
    if (!navigator.locks) return this.storeNow();
    await navigator.locks.request("ai2med-offline", { ifAvailable: true }, (lock) =>
      lock ? this.storeNow() : this.tell(STRINGS.failure.busy, "failure"),
    );
  }

  async storeNow() {
    this.working = new AbortController();
    // What this page knew may be old: another tab may have stored or removed something.
    await refresh();
    const size = megabytes(sum(this.missing));
    try {
      await workerReady();
      const lasting = await navigator.storage?.persist?.().catch(() => false);
      const free = await freeSpace();
      if (free < sum(this.missing)) {
        this.tell(fill(STRINGS.failure.space, { mooc: this.name, size, free: megabytes(free) }), "failure");
        return;
      }
      this.tell(fill(STRINGS.begun, { mooc: this.name, size }));
      await this.loadMissing();
      this.show(this.list, await keptKeys());
      if (this.missing.length) this.tell(fill(STRINGS.failure.incomplete, { mooc: this.name }), "failure");
      else this.tell(`${fill(STRINGS.done, { mooc: this.name })} ${lasting ? "" : STRINGS.may_go}`.trim());
    } catch (error) {
      this.explain(error);
    } finally {
      this.working = null;
      await refresh();
    }
  }

  async loadMissing() {
    const { signal } = this.working;
    const total = sum(this.missing);
    let done = 0;
    let told = 0;
    const onbytes = (count) => {
      done += count;
      this.progress.value = total ? done / total : 1;
      this.numbers.textContent = fill(STRINGS.loaded, { done: megabytes(done), total: megabytes(total) });
      // Three times are enough for those who listen.
      const quarter = Math.floor((4 * done) / total);
      if (quarter <= told || quarter > 3) return;
      told = quarter;
      this.tell(fill(STRINGS.part, { percent: 25 * quarter }));
    };
    onbytes(0);
    const waiting = [...this.missing];
    const take = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift())
        await load(SCOPE, ...next, { signal, onbytes });
      signal.throwIfAborted();
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, take));
    } catch (error) {
      this.working.abort();
      throw error;
    }
  }

  explain(error) {
    const words = { mooc: this.name, reason: error.message };
    if (error.name === "AbortError") this.tell(STRINGS.cancelled);
    else if (error.name === "QuotaExceededError") this.tell(fill(STRINGS.failure.full, words), "failure");
    else if (error instanceof ChangedError) this.tell(fill(STRINGS.failure.changed, words), "failure");
    // What `fetch` rejects with when there is no connection.
    else if (error instanceof TypeError) this.tell(fill(STRINGS.failure.network, words), "failure");
    else this.tell(fill(STRINGS.failure.other, words), "failure");
  }

  /** Remove the files of this MOOC, and Python with the tables if no other stored MOOC needs them. */
  async remove() {
    const others = Object.keys(this.list.moocs).filter((group) => group !== this.group);
    const kept = await keptKeys();
    const whole = (group) =>
      this.files(group, ...SHARED).every(([path, file]) => kept.has(keyOf(SCOPE, path, file)));
    const needed = others.some(whole);
    const cache = await caches.open(FILES);
    for (const [path, file] of this.files(this.group, ...(needed ? [] : ["python", "data"])))
      await cache.delete(keyOf(SCOPE, path, file));
    this.tell(`${fill(STRINGS.removed, { mooc: this.name })} ${needed ? STRINGS.shared_stays : ""}`.trim());
    await refresh();
  }
}

/** Wait until the worker stands that shows what is stored. */
async function workerReady() {
  const registration = await navigator.serviceWorker.register(WORKER);
  if (registration.active) return;
  const worker = registration.installing ?? registration.waiting;
  await new Promise((resolve, reject) => {
    const look = () => {
      if (registration.active) resolve();
      else if (worker.state === "redundant") reject(new Error("sw.js"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

/** Bytes that the browser offers; without an answer we try. */
async function freeSpace() {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota - usage;
  } catch {
    return Infinity;
  }
}

/** The pages that can be opened without a connection. */
class Stored {
  constructor(element) {
    this.element = element;
  }

  show(list, kept) {
    const pages = Object.entries(list?.files ?? {}).filter(
      ([path, file]) => path.endsWith(".html") && kept?.has(keyOf(SCOPE, path, file)),
    );
    const groups = { book: STRINGS.stored.book, ...list?.moocs };
    const folds = [];
    for (const [group, name] of Object.entries(groups)) {
      const links = pages
        .filter(([, file]) => file[2] === group)
        .map(([path, file]) => h("li", {}, h("a", { href: SCOPE + path }, file[3])));
      if (!links.length) continue;
      const open = this.element.querySelector(`[data-group="${group}"]`)?.open;
      const title = fill(STRINGS.stored.group, { name, n: links.length });
      folds.push(h("details", { class: "fold", "data-group": group, open }, h("summary", {}, title), h("ul", {}, links)));
    }
    this.element.replaceChildren(...(folds.length ? folds : [h("p", {}, STRINGS.stored.none)]));
  }
}

/** Remove everything. */
class Everything {
  constructor(element) {
    this.element = element;
    this.size = h("p");
    this.told = h("p", { class: "offline-told", role: "status" });
    this.button = h("button", { type: "button", class: "a2-button", "data-action": "remove-all", onclick: () => this.remove() }, STRINGS.all.remove);
    element.append(this.size, h("div", { class: "a2-buttons" }, this.button), this.told);
  }

  show(list, kept) {
    const files = Object.entries(list?.files ?? {}).filter(([path, file]) => kept?.has(keyOf(SCOPE, path, file)));
    this.size.textContent = files.length ? fill(STRINGS.all.size, { size: megabytes(sum(files)) }) : STRINGS.all.nothing;
    this.button.hidden = kept === null;
  }

  async remove() {
    for (const room of rooms) room.working?.abort();
    await removeAll();
    this.told.textContent = STRINGS.all.removed;
    await refresh();
  }
}

/** What a reader is told who wanted a page that is not stored. */
class Missing {
  constructor(element) {
    this.element = element;
  }

  show(list) {
    const path = new URLSearchParams(location.search).get("missing");
    if (path === null || this.element.childElementCount) return;
    const address = new URL(path, SCOPE).href;
    if (!address.startsWith(SCOPE)) return;
    const text = fill(STRINGS.missing.text, { title: list?.files[path]?.[3] ?? path });
    const again = h("p", {}, h("a", { href: address }, STRINGS.missing.again));
    const title = h("p", { class: "box-title" }, STRINGS.missing.title);
    this.element.append(h("div", { class: "box", role: "status" }, title, h("p", {}, text), again));
  }
}

start();
// Another tab may have stored or removed something meanwhile.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
