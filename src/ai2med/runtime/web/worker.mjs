/**
 * Python, away from the page's own thread: it can be busy, be stopped, or run out of memory without harm to the page.
 *
 * Messages in: start, run, warm, renew, more, keep. Messages out: progress, ready, failed, again, output, ended, fatal, kept.
 */
import { install, mount, rootOf } from "./install.mjs";
import * as snapshot from "./snapshot.mjs";
import { transferred } from "./transfer.mjs";

let base;
let pyodide;
let kernel;
/** The part of our own code that runs cells; made for the first of them, so that a Python that is kept holds nothing of it. */
let cells;
let needs = {};
let lock;
let interrupts;
let running = null;
let homes = new Map();
/** Where libraries were put, and how many functions Python's core has: what `snapshot.mjs` needs to know. */
const links = [];
let core;
let made;
let chosen;
let kept = null;

const SITE = "/lib/python3.12/site-packages";
const meter = { loaded: 0, total: 0, sent: 0 };
/** What the thread that unpacks packages has fetched: bytes over the network, and bytes in all. */
const fetchedBeside = { network: 0, whole: 0 };

function post(type, fields = {}) {
  self.postMessage({ type, ...fields });
}

/** Count what arrives of the core. Pyodide fetches it by itself, so its `fetch` is ours. */
function countDownloads(cache) {
  const plain = self.fetch.bind(self);
  self.fetch = async (resource, options = {}) => {
    const url = new URL(resource instanceof Request ? resource.url : resource, self.location.href).href;
    if (!url.startsWith(base)) return plain(resource, options);
    const answer = await plain(resource, { ...options, cache });
    // WebAssembly is compiled as it streams in and kept by the browser; a copy of the stream would lose that.
    if (!answer.ok || !answer.body || url.endsWith(".wasm")) return answer;
    const counted = answer.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          count(chunk.byteLength);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, { status: answer.status, headers: answer.headers });
  };
}

function count(bytes) {
  meter.loaded += bytes;
  const now = performance.now();
  if (now - meter.sent < 100) return;
  meter.sent = now;
  progress("download");
}

function progress(phase, fields = {}) {
  post("progress", { phase, loaded: meter.loaded, total: meter.total, cached: fromCache(), ...fields });
}

/** Whether most of what was loaded so far came from the browser's own memory. */
function fromCache() {
  const here = transferred();
  const network = here.network + fetchedBeside.network;
  const whole = here.whole + fetchedBeside.whole;
  return whole > 1e6 && network < whole / 10;
}

/** Packages and what they depend on, as the lock has it, each after those that it needs. */
function withDependencies(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || !lock.packages[name]) continue;
    withDependencies(lock.packages[name].depends, found);
    found.add(name);
  }
  return found;
}

/**
 * Fetch and unpack packages in a thread of its own.
 * @param {string[]} imported those of which Python knows the modules already
 * @returns {Map<string, Promise>} for each what `install` takes; null if it cannot be had
 */
function unpack(names, cache, imported = []) {
  const settle = new Map();
  const coming = new Map(names.map((name) => [name, new Promise((resolve) => settle.set(name, resolve))]));
  if (!names.length) return coming;
  const beside = new Worker(new URL("./unpack.mjs", import.meta.url), { type: "module", name: "packages" });
  const before = { ...fetchedBeside };
  beside.onmessage = ({ data }) => {
    if (data.type === "bytes") return count(data.count);
    if (data.type === "package") {
      fetchedBeside.network = before.network + data.network;
      fetchedBeside.whole = before.whole + data.whole;
    }
    settle.get(data.name)(data.type === "package" ? data : null);
  };
  beside.onerror = () => settle.forEach((resolve) => resolve(null));
  const packages = names.map((name) => ({ ...lock.packages[name], name, imported: imported.includes(name) }));
  beside.postMessage({ base, packages, cache });
  return coming;
}

/**
 * Install packages as they come, and import those that cells are known to import: meanwhile others are unpacked.
 *
 * A package that is not there would be a puzzling ImportError later, so it is an error here.
 */
async function installAll(coming, imported = []) {
  for (const [name, ready] of coming) {
    const unpacked = await ready;
    if (!unpacked) throw new Error(name);
    links.push(...install(pyodide, { ...lock.packages[name], name }, unpacked));
    if (name === "matplotlib") knowFonts();
    if (imported.includes(name)) {
      lookAgain();
      // A package's own name comes last in the lock, after those of what it brings along.
      kernel.warm(`import ${lock.packages[name].imports.at(-1)}`);
    }
  }
  lookAgain();
}

/** Let Python see new files. To forget all its finders know would make it read the standard library's archive anew. */
function lookAgain() {
  pyodide._api.sys.path_importer_cache.get(SITE)?.invalidate_caches();
}

async function start({ base: address, live, data, packages, interrupt, reload, fresh }) {
  performance.setResourceTimingBufferSize?.(1000);
  const begun = performance.now();
  base = address;
  const cache = reload ? "reload" : "default";
  countDownloads(cache);
  const archive = async (name) => {
    const answer = await fetch(live + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const waiting = [archive("lib.zip"), archive("book.zip"), fetch(`${live}needs.json`).then((answer) => answer.json())];
  const locked = fetch(`${base}pyodide-lock.json`).then((answer) => answer.json());
  // The modules come in parallel with the lock; a failure of any is told once.
  const code = import(`${base}pyodide.mjs`);
  [...waiting, locked, code].forEach((one) => one.catch(() => {}));
  lock = await locked;
  chosen = [...withDependencies(packages)];
  made = [live, JSON.stringify(lock.core_sizes), ...Object.values(lock.packages).map(({ sha256 }) => sha256)].join(" ");
  const stored = reload || fresh ? null : await snapshot.find(made);
  // A page that needs less is sooner ready without it.
  kept = stored?.state.packages.every((name) => chosen.includes(name)) ? stored : null;
  if (!kept) stored?.close();
  const coming = unpack(chosen, cache, kept?.state.packages);
  meter.total = Object.values(lock.core_sizes).reduce((a, b) => a + b, 0);
  for (const name of chosen) meter.total += lock.packages[name].size;
  // What only JupyterLite loads has a stand-in here.
  for (const [name, entry] of Object.entries(lock.packages))
    if (!entry.lite_only) for (const module of entry.imports) homes.set(module, name);
  progress("download");
  const { loadPyodide } = await code;
  snapshot.whenCreated((module) => (kept ? bringBack(module, coming) : (core = module.wasmTable.length)));
  const loading = loadPyodide({
    indexURL: base,
    env: {
      HOME: "/home/pyodide",
      AI2MED_ROOT: "/book",
      AI2MED_DATA_URL: data,
      AI2MED_LIVE_URL: live,
      MPLBACKEND: "module://ai2med.runtime.browser.figures",
      PYTHONHASHSEED: "0",
    },
    stdout: () => {},
    stderr: () => {},
    ...(kept && { _loadSnapshot: snapshot.headFor(kept.state, kept.size) }),
  });
  pyodide = await Promise.race([loading, uncompiled()]);
  const [library, book, table] = await Promise.all(waiting);
  needs = table;
  mount(pyodide, SITE, library);
  mount(pyodide, "/book", book);
  if (kept) await mountAll(coming);
  lookAgain();
  kernel = pyodide.pyimport("ai2med.runtime.browser.kernel");
  if (kept) kernel.awake();
  const started = performance.now();
  await installAll(coming, packages);
  meter.loaded = meter.total;
  progress("start");
  if (interrupt) {
    interrupts = new Uint8Array(interrupt);
    pyodide.setInterruptBuffer(interrupts);
  }
  const seconds = { interpreter: (started - begun) / 1000, packages: (performance.now() - started) / 1000 };
  // Whether keeping this Python would spare the next visit something.
  const worth = (stored?.state.packages.length ?? 0) < chosen.length;
  post("ready", { cached: fromCache(), network: networkBytes(), seconds, kept: Boolean(kept), worth });
}

/** Link the libraries of a kept Python as they were, and read its memory. */
async function bringBack(module, coming) {
  await snapshot.linkAgain(module, kept.state, async (name) => {
    const unpacked = await coming.get(name);
    if (!unpacked) throw new Error(name);
    return unpacked.libraries;
  });
  kept.read(module.HEAPU8);
  kept.close();
}

/** The files of packages that are in the memory already. */
async function mountAll(coming) {
  for (const name of kept.state.packages) {
    const { archive } = await coming.get(name);
    mount(pyodide, rootOf(pyodide, lock.packages[name]), archive);
    pyodide.loadedPackages[name] = "default channel";
    coming.delete(name);
  }
  snapshot.writeFiles(pyodide.FS, kept.state);
}

/** Start as at a first visit where a kept Python cannot be brought back. */
async function startSafely(message) {
  try {
    await start(message);
  } catch (error) {
    if (!kept) throw error;
    kept.close();
    console.warn("The kept Python cannot be brought back:", error);
    await snapshot.forget().catch(() => {});
    post("again");
  }
}

/** Rejects when WebAssembly cannot be compiled: Pyodide tells that to the console only, and waits for ever. */
function uncompiled() {
  return new Promise((_, reject) => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const own = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        try {
          return await own.apply(WebAssembly, given);
        } catch (error) {
          reject(error);
          throw error;
        }
      };
    }
  });
}

/** Matplotlib would look through its fonts at its first import; a list made beforehand spares half a second. */
function knowFonts() {
  const list = pyodide.FS.readFile(`${SITE}/ai2med/runtime/browser/fontlist.json`);
  pyodide.FS.writeFile(`${SITE}/matplotlib/fontlist.json`, list);
}

function networkBytes() {
  return transferred().network + fetchedBeside.network;
}

/** Packages that a text of code needs and that are not loaded. */
function missing(code) {
  const wanted = new Set();
  for (const name of JSON.parse(kernel.imported_json(code))) {
    const behind = name.startsWith("ai2med.") ? (needs[name] ?? []) : [homes.get(name.split(".")[0])];
    for (const one of behind) if (one) wanted.add(one);
  }
  for (const [, unit] of code.matchAll(/\bcheck\(\s*["'](\d+\.\d+\.\d+)-t\d+["']/g))
    for (const one of needs[`check:${unit}`] ?? []) wanted.add(one);
  return [...wanted].filter((name) => !(name in pyodide.loadedPackages));
}

async function load(names) {
  if (!names.length) return;
  progress("packages", { names });
  const chosen = [...withDependencies(names)].filter((name) => !(name in pyodide.loadedPackages));
  await installAll(unpack(chosen, "default"));
}

async function run({ id, code, name, quiet }) {
  running = id;
  try {
    await load(missing(code));
  } catch (error) {
    post("ended", { id, ok: false, unavailable: String(error.message) });
    return;
  }
  if (interrupts) interrupts[0] = 0;
  let ended = JSON.parse(await runner().run(code, name, quiet));
  // An import inside a library, which no look at the cell could have found.
  const home = ended.module && homes.get(ended.module);
  if (home && !(home in pyodide.loadedPackages)) {
    await load([home]);
    post("output", { id, output: { kind: "clear" } });
    ended = { ...JSON.parse(await runner().run(code, name, quiet)), again: home };
  }
  running = null;
  post("ended", { id, ...ended });
}

function runner() {
  cells ??= kernel.Kernel((text) => post("output", { id: running, output: JSON.parse(text) }));
  return cells;
}

/** Another page begins: nothing of the last one is left but the modules that are loaded. */
function renew() {
  if (interrupts) interrupts[0] = 0;
  cells?.renew();
}

/** What a page needs beyond the last one, while nobody waits. A run that needs it too is told of a failure. */
async function more({ packages }) {
  await load(packages.filter((name) => !(name in pyodide.loadedPackages))).catch(() => {});
}

async function warm({ codes }) {
  for (const code of codes) {
    kernel.warm(code);
    // Between two cells' imports a run that was asked for meanwhile gets its turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  post("warm");
}

/** Keep this Python, which has run nothing, for the next visit. */
async function keep({ codes }) {
  for (const code of codes) kernel.warm(code);
  kernel.settle();
  await snapshot.keep(snapshot.describe(pyodide, { made, packages: chosen, links, core }), pyodide._module.HEAPU8);
  post("kept");
}

const handlers = { start: startSafely, run, warm, renew, more, keep };
let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  // One after the other: a run waits for the start.
  if (data.type === "warm") {
    queue.then(() => warm(data)).catch(() => {});
    return;
  }
  queue = queue
    .then(() => handlers[data.type](data))
    .catch((error) => {
      const reason = String(error?.message ?? error).trim().split("\n").pop();
      post(data.type === "start" ? "failed" : "fatal", { id: data.id, reason });
    });
};
