/**
 * Python, away from the page's own thread: it can be busy, be stopped, or run out of memory without harm to the page.
 *
 * Messages in: start, run, warm, renew, more, and none else. Messages out: progress, ready, failed, output, ended, fatal.
 */

let pyodide;
let kernel;
let needs = {};
let lock;
let interrupts;
let running = null;
let homes = new Map();

const SITE = "/lib/python3.12/site-packages";
const meter = { loaded: 0, total: 0, sent: 0 };

function post(type, fields = {}) {
  self.postMessage({ type, ...fields });
}

/** Count what arrives. Pyodide fetches by itself, so its `fetch` is ours. */
function countDownloads(base, reload) {
  const plain = self.fetch.bind(self);
  self.fetch = async (resource, options = {}) => {
    const url = new URL(resource instanceof Request ? resource.url : resource, self.location.href).href;
    if (!url.startsWith(base)) return plain(resource, options);
    const answer = await plain(resource, reload ? { ...options, cache: "reload" } : options);
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
  let network = 0;
  let whole = 0;
  for (const entry of performance.getEntriesByType("resource")) {
    network += entry.transferSize;
    whole += entry.encodedBodySize;
  }
  return whole > 1e6 && network < whole / 10;
}

/** A package and what it depends on, as the lock has it. */
function withDependencies(names) {
  const found = new Set();
  const waiting = [...names];
  while (waiting.length) {
    const name = waiting.pop();
    if (found.has(name) || !lock.packages[name]) continue;
    found.add(name);
    waiting.push(...lock.packages[name].depends);
  }
  return found;
}

async function start({ base, live, data, packages, interrupt, reload }) {
  performance.setResourceTimingBufferSize?.(1000);
  countDownloads(base, reload);
  const archive = (name) => fetch(live + name).then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`${name}: ${answer.status}`))));
  const waiting = [archive("lib.zip"), archive("book.zip"), fetch(`${live}needs.json`).then((answer) => answer.json())];
  const locked = fetch(`${base}pyodide-lock.json`).then((answer) => answer.json());
  // The modules come in parallel with the lock; a failure of any is told once.
  const code = import(`${base}pyodide.mjs`);
  [...waiting, locked, code].forEach((one) => one.catch(() => {}));
  lock = await locked;
  const chosen = withDependencies(packages);
  meter.total = Object.values(lock.core_sizes).reduce((a, b) => a + b, 0);
  for (const name of chosen) meter.total += lock.packages[name].size;
  // What only JupyterLite loads has a stand-in here.
  for (const [name, entry] of Object.entries(lock.packages))
    if (!entry.lite_only) for (const module of entry.imports) homes.set(module, name);
  progress("download");
  const { loadPyodide } = await code;
  pyodide = await loadPyodide({
    indexURL: base,
    packages: [...chosen],
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
  });
  mustBeLoaded([...chosen]);
  meter.loaded = meter.total;
  progress("start");
  const [library, book, table] = await Promise.all(waiting);
  needs = table;
  pyodide.unpackArchive(library, "zip", { extractDir: SITE });
  pyodide.unpackArchive(book, "zip", { extractDir: "/book" });
  knowFonts();
  const module = pyodide.pyimport("ai2med.runtime.browser.kernel");
  kernel = { object: module.Kernel((text) => post("output", { id: running, output: JSON.parse(text) })), module };
  if (interrupt) {
    interrupts = new Uint8Array(interrupt);
    pyodide.setInterruptBuffer(interrupts);
  }
  post("ready", { cached: fromCache(), network: networkBytes() });
}

/** Matplotlib would look through its fonts at its first import; a list made beforehand spares half a second. */
function knowFonts() {
  if (!("matplotlib" in pyodide.loadedPackages)) return;
  const list = pyodide.FS.readFile(`${SITE}/ai2med/runtime/browser/fontlist.json`);
  pyodide.FS.writeFile(`${SITE}/matplotlib/fontlist.json`, list);
}

function networkBytes() {
  return performance.getEntriesByType("resource").reduce((sum, entry) => sum + entry.transferSize, 0);
}

/** Packages that a text of code needs and that are not loaded. */
function missing(code) {
  const wanted = new Set();
  for (const name of JSON.parse(kernel.module.imported_json(code))) {
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
  const chosen = [...withDependencies(names)];
  await pyodide.loadPackage(chosen, { messageCallback() {}, errorCallback() {} });
  mustBeLoaded(chosen);
  knowFonts();
}

/** Pyodide goes on when a package could not be fetched; the reader would meet a puzzling ImportError. */
function mustBeLoaded(names) {
  const lacking = names.filter((name) => !(name in pyodide.loadedPackages));
  if (lacking.length) throw new Error(lacking.join(", "));
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
  let ended = JSON.parse(await kernel.object.run(code, name, quiet));
  // An import inside a library, which no look at the cell could have found.
  const home = ended.module && homes.get(ended.module);
  if (home && !(home in pyodide.loadedPackages)) {
    await load([home]);
    post("output", { id, output: { kind: "clear" } });
    ended = { ...JSON.parse(await kernel.object.run(code, name, quiet)), again: home };
  }
  running = null;
  post("ended", { id, ...ended });
}

/** Another page begins: nothing of the last one is left but the modules that are loaded. */
function renew() {
  if (interrupts) interrupts[0] = 0;
  kernel.object.renew();
}

/** What a page needs beyond the last one, while nobody waits. A run that needs it too is told of a failure. */
async function more({ packages }) {
  await load(packages.filter((name) => !(name in pyodide.loadedPackages))).catch(() => {});
}

async function warm({ codes }) {
  for (const code of codes) {
    kernel.module.warm(code);
    // Between two cells' imports a run that was asked for meanwhile gets its turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  post("warm");
}

const handlers = { start, run, warm, renew, more };
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
