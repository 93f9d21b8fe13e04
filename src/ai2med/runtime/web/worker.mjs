/**
 * Python, away from the page's own thread: it can be busy, be stopped, or run out of memory without harm to the page.
 *
 * Messages in: start, run, ahead, renew. Messages out: beat, progress, unpack, ready, failed, again, output, ended,
 * fatal.
 */
import { install, mount, mountListing, rootOf } from "./install.mjs";
import { planFor, withDependencies } from "./lock.mjs";
import { headFor, linkAgain, whenCreated, writeFiles } from "./snapshot.mjs";
import { transferred } from "./transfer.mjs";
import { content, entries } from "./wheel.mjs";

let base;
let pyodide;
let kernel;
/** The part of our own code that runs cells. */
let cells;
let needs = {};
/** What the page says that its cells, and the checks of its tasks, need. */
let foreseen = [];
/** Archives of the book that are mounted, by address; each address stands for one content. */
const mounted = new Map();
/** Addresses of the archives that the page's cells read. */
let bookFiles = [];
let lock;
let interrupts;
let running = null;
let homes = new Map();
/** The snapshot with which Python begins, as the lock has it; null without one. */
let snapshot = null;
/** Packages whose libraries and modules came with the snapshot: an archive of theirs is fetched when it is needed. */
const archives = new Map();
/** The archive that could not be had when Python opened a file in it. */
let lost = null;

const SITE = "/lib/python3.12/site-packages";
const meter = { loaded: 0, total: 0, sent: 0 };
/** What the thread beside this one has fetched for the start: bytes over the network, and bytes in all. */
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
  if (!meter.total || now - meter.sent < 100) return;
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

/**
 * Fetch and unpack packages, and a snapshot, in a thread of its own.
 * @returns {{parts: Promise<object>[], packages: Map<string, Promise>}} what each part of the snapshot holds; for each
 *   package what `install` takes, null if it cannot be had
 */
function unpack(wanted, cache, snapshot = null) {
  const parts = (snapshot?.parts ?? []).map(deferred);
  const packages = new Map(wanted.map(({ name }) => [name, deferred()]));
  if (!parts.length && !packages.size) return { parts, packages };
  // In Firefox a worker that a worker makes sometimes never begins: the page makes it.
  const { port1: beside, port2: port } = new MessageChannel();
  const failed = (reason) => {
    parts.forEach(({ reject }) => reject(new Error(reason)));
    packages.forEach(({ resolve }) => resolve(null));
  };
  beside.onmessage = ({ data }) => {
    if (data.type === "bytes") return count(data.count);
    if (data.type === "end") return beside.postMessage("heard");
    if (data.type === "failed") return data.name ? packages.get(data.name).resolve(null) : failed(data.reason);
    Object.assign(fetchedBeside, { network: data.network, whole: data.whole });
    count(0);
    if (data.type === "part") parts[data.k].resolve(data.content);
    else packages.get(data.name).resolve(data);
  };
  self.postMessage({ type: "unpack", job: { base, snapshot, packages: wanted, cache, port } }, [port]);
  return {
    parts: parts.map(({ promise }) => promise),
    packages: new Map([...packages].map(([name, { promise }]) => [name, promise])),
  };
}

/** A package as the lock has it. */
function entryOf(name) {
  return { ...lock.packages[name], name };
}

/** A promise and what settles it. A failure that nobody waits for is none. */
function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {});
  return made;
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
    install(pyodide, entryOf(name), unpacked);
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

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.split("/").at(-1)}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function start({ base: address, live, data, packages, files, truth, interrupt, reload, plain }) {
  performance.setResourceTimingBufferSize?.(1000);
  const begun = performance.now();
  base = address;
  const cache = reload ? "reload" : "default";
  countDownloads(cache);
  foreseen = packages;
  bookFiles = files;
  const parts = Promise.all(files.map(fetched));
  const waiting = [fetched(`${live}lib.zip`), parts, fetch(`${live}needs.json`).then((answer) => answer.json())];
  const locked = fetch(`${base}pyodide-lock.json`).then((answer) => answer.json());
  // The modules come in parallel with the lock; a failure of any is told once.
  const code = import(`${base}pyodide.mjs`);
  [...waiting, locked, code].forEach((one) => one.catch(() => {}));
  lock = await locked;
  const plan = planFor(lock, packages, plain);
  snapshot = plan.snapshot;
  const coming = unpack(plan.packages.map(entryOf), cache, snapshot);
  meter.total = plan.bytes;
  // What only JupyterLite loads has a stand-in here.
  for (const [name, entry] of Object.entries(lock.packages))
    if (!entry.lite_only) for (const module of entry.imports) homes.set(module, name);
  progress("download");
  const { loadPyodide } = await code;
  const environment = {
    HOME: "/home/pyodide",
    AI2MED_ROOT: "/book",
    AI2MED_DATA_URL: data,
    AI2MED_TRUTH_URL: truth,
    MPLBACKEND: "module://ai2med.runtime.browser.figures",
    PYTHONHASHSEED: "0",
  };
  let brought;
  const moments = [begun];
  // Nothing tells of WebAssembly that is on its way.
  const beat = setInterval(post, 5000, "beat");
  whenCreated(async (module) => {
    clearInterval(beat);
    moments.push(performance.now());
    if (snapshot) brought = await bringBack(module, coming.parts);
    moments.push(performance.now());
  });
  const loading = loadPyodide({
    indexURL: base,
    env: environment,
    stdout: () => {},
    stderr: () => {},
    ...(snapshot && { _loadSnapshot: headFor(snapshot) }),
  });
  pyodide = await Promise.race([loading, uncompiled()]);
  const [library, archives, table] = await Promise.all(waiting);
  needs = table;
  mount(pyodide, SITE, library);
  pyodide.FS.mkdirTree("/book");
  files.forEach((file, k) => mountPart(file, archives[k]));
  if (snapshot) mountAll(brought, environment);
  lookAgain();
  kernel = pyodide.pyimport("ai2med.runtime.browser.kernel");
  if (snapshot) kernel.awake();
  moments.push(performance.now());
  await installAll(coming.packages, packages);
  meter.loaded = meter.total;
  // Also who loads so quickly that nothing was said meanwhile is told from where.
  progress("download");
  meter.total = 0;
  progress("start");
  if (interrupt) {
    interrupts = new Uint8Array(interrupt);
    pyodide.setInterruptBuffer(interrupts);
  }
  moments.push(performance.now());
  const phases = ["core", "snapshot", "interpreter", "packages"];
  const seconds = Object.fromEntries(phases.map((phase, k) => [phase, (moments[k + 1] - moments[k]) / 1000]));
  post("ready", { seconds, snapshot: Boolean(snapshot) });
}

/** Link the libraries of a snapshot as they were, and read its memory. */
async function bringBack(module, parts) {
  const state = await parts[0];
  const files = new Map();
  const of = (kind) => parts.filter((_, k) => snapshot.parts[k].kind === kind);
  async function* libraries() {
    for (const part of of("libraries"))
      for (const [path, content] of await part) {
        if (content instanceof WebAssembly.Module) yield [path, content];
        else files.set(path, content);
      }
  }
  await linkAgain(module, state, libraries());
  let at = 0;
  for (const part of of("memory")) {
    const bytes = await part;
    module.HEAPU8.set(bytes, at);
    at += bytes.length;
  }
  return { state, files };
}

/** The files of packages that are in the memory already. */
function mountAll({ state, files }, environment) {
  for (const name of snapshot.packages) {
    const root = rootOf(pyodide, lock.packages[name]);
    mountListing(pyodide, root, state.listing[name], (file) => opened(name, file), files);
    pyodide.loadedPackages[name] = "default channel";
    archives.set(name, null);
  }
  writeFiles(pyodide.FS, state);
  // Python has noted the environment in which the snapshot was taken.
  const os = pyodide.pyimport("os");
  os.environ.update(pyodide.toPy(environment));
  os.destroy();
}

/** A file of a package; its archive is fetched while Python waits, unless it was foreseen that it would be needed. */
function opened(name, file) {
  if (!archives.get(name)) archives.set(name, archiveNow(name));
  return content(archives.get(name).get(file));
}

function archiveNow(name) {
  const { file_name: file, size } = lock.packages[name];
  const request = new XMLHttpRequest();
  try {
    request.open("GET", base + file, false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200 || request.response.byteLength !== size) throw new Error(file);
    return byName(new Uint8Array(request.response));
  } catch {
    lost = name;
    // The only kind of error that Python understands here: it becomes an OSError.
    throw new pyodide.FS.ErrnoError(29);
  }
}

function byName(archive) {
  return new Map(entries(archive).map((entry) => [entry.name, entry]));
}

/** Start with nothing but the packages where a snapshot cannot be brought back. */
async function startSafely(message) {
  if (!mayCompile()) throw new Error("policy");
  try {
    await start(message);
  } catch (error) {
    if (!snapshot) throw error;
    console.warn("The snapshot cannot be brought back:", error);
    post("again", { reload: message.reload });
  }
}

/** Whether the server's content security policy lets this thread compile WebAssembly; Firefox would wait for ever. */
function mayCompile() {
  try {
    // The smallest module there is.
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return false;
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

/** Packages that a text of code needs and that are not loaded. */
function missing(code) {
  const wanted = new Set();
  for (const name of imported(code)) {
    const behind = name.startsWith("ai2med.") ? (needs[name] ?? []) : [homes.get(name.split(".")[0])];
    for (const one of behind) if (one) wanted.add(one);
  }
  // What a check needs the page has said.
  if (/\b(_?check|use_result)\(/.test(code)) for (const one of foreseen) wanted.add(one);
  return [...wanted].filter((name) => !(name in pyodide.loadedPackages));
}

function imported(code) {
  return JSON.parse(kernel.imported_json(code));
}

async function load(names) {
  if (!names.length) return;
  const chosen = [...withDependencies(lock, names)].filter((name) => !(name in pyodide.loadedPackages));
  tellOf(names, chosen);
  await installAll(unpack(chosen.map(entryOf), "default").packages);
}

function tellOf(names, chosen = names) {
  progress("packages", { names, bytes: chosen.reduce((sum, name) => sum + lock.packages[name].size, 0) });
}

/** Archives of packages that came with the snapshot, if a text of code imports something else of theirs. */
async function loadArchives(code) {
  const foreseen = imported(code).filter((name) => !kernel.is_loaded(name)).map((name) => homes.get(name.split(".")[0]));
  const names = [...new Set(foreseen)].filter((name) => archives.get(name) === null);
  if (!names.length) return;
  tellOf(names);
  const { packages } = unpack(names.map((name) => ({ ...entryOf(name), packed: true })), "default");
  for (const [name, ready] of packages) {
    const fetched = await ready;
    if (!fetched) throw new Error(name);
    archives.set(name, byName(fetched.archive));
  }
}

async function run({ id, code, name, quiet }) {
  running = id;
  lost = null;
  try {
    await bringBook();
    await load(missing(code));
    await loadArchives(code);
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
    ended = JSON.parse(await runner().run(code, name, quiet));
  }
  running = null;
  post("ended", lost && !ended.ok ? { id, ok: false, unavailable: lost } : { id, ...ended });
}

function runner() {
  cells ??= kernel.Kernel((text) => post("output", { id: running, output: JSON.parse(text) }));
  return cells;
}

/** Another page begins: nothing of the last one is left but the modules that are loaded. */
function renew({ packages, files, truth }) {
  if (interrupts) interrupts[0] = 0;
  cells?.renew();
  foreseen = packages;
  const os = pyodide.pyimport("os");
  os.environ.update(pyodide.toPy({ AI2MED_TRUTH_URL: truth }));
  os.destroy();
  bookFiles = files;
}

/** Put a part of the book into Python's file system, in the place of another version of it. */
function mountPart(file, archive) {
  const names = entries(archive).map(({ name }) => `/book/${name}`);
  for (const name of names) if (pyodide.FS.analyzePath(name).exists) pyodide.FS.unlink(name);
  for (const [other, theirs] of mounted) if (theirs.some((name) => names.includes(name))) mounted.delete(other);
  mount(pyodide, "/book", archive);
  mounted.set(file, names);
}

/** Fetch what the page's cells read of the book and an earlier page did not. */
async function bringBook() {
  const missingFiles = bookFiles.filter((file) => !mounted.has(file));
  const archives = await Promise.all(missingFiles.map(fetched));
  missingFiles.forEach((file, k) => mountPart(file, archives[k]));
}

/** Import what cells import, while nobody waits. */
async function warm(codes) {
  for (const code of codes) {
    await loadArchives(code).catch(() => {});
    kernel.warm(code);
    // Between two cells' imports a run that was asked for meanwhile gets its turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const handlers = { start: startSafely, run, renew };
let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  // One after the other: a run waits for the start.
  if (data.type === "ahead") {
    // A run that needs the packages too is told of a failure.
    queue = queue.then(() => load(data.packages.filter((name) => !(name in pyodide.loadedPackages)))).catch(() => {});
    queue.then(() => warm(data.codes)).catch(() => {});
    return;
  }
  queue = queue
    .then(() => handlers[data.type](data))
    .catch((error) => {
      const reason = String(error?.message ?? error).trim().split("\n").pop();
      post(data.type === "start" ? "failed" : "fatal", { id: data.id, reason });
    });
};
