/**
 * Take Python's memory with packages imported: `node snapshot_in_node.mjs <folder> <wanted as JSON> <target>`.
 *
 * The folder holds core, lock and packages as a site serves them. It is done twice. The first Python imports what is
 * wanted and does what cells do most: that tells which modules, libraries and files are needed. The second loads those
 * and nothing else; its memory is written, with all that `web/snapshot.mjs` needs to bring it back.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, rootOf } from "./web/install.mjs";
import { withDependencies } from "./web/lock.mjs";
import { whenCreated } from "./web/snapshot.mjs";
import { content, entries } from "./web/wheel.mjs";

const SELF = fileURLToPath(import.meta.url);
const TYPICAL = new URL("snapshot_typical.py", import.meta.url);
const FONTS = new URL("browser/fontlist.json", import.meta.url);
/** Where Python writes files of its own while libraries are imported. */
const OWN_FOLDERS = ["/home/pyodide", "/tmp"];
/** Bytes of libraries that are sent as one file. */
const PORTION = 16e6;
const ENVIRONMENT = {
  HOME: "/home/pyodide",
  MPLBACKEND: "module://ai2med.runtime.browser.figures",
  PYTHONHASHSEED: "0",
};

/**
 * Stop the clock, and draw the same numbers each time: the same packages have to give the same memory. In the page
 * random generators are seeded anew.
 */
function standStill() {
  const Own = Date;
  const moment = Own.UTC(2020, 0);
  globalThis.Date = class extends Own {
    constructor(...given) {
      super(...(given.length ? given : [moment]));
    }
    static now = () => moment;
  };
  performance.now = () => 0;
  let drawn = 1;
  crypto.getRandomValues = (into) => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (const k of bytes.keys()) bytes[k] = (drawn = (drawn * 48271) % 2147483647) >> 8;
    return into;
  };
}

/** A Python with packages installed, and the places where their libraries were put; with `known` none but those. */
async function begin(folder, wanted, known) {
  standStill();
  let core;
  whenCreated((module) => (core = module.wasmTable.length));
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")));
  const pyodide = await loadPyodide({ indexURL: folder, env: ENVIRONMENT, stdout() {}, stderr() {} });
  const lock = JSON.parse(readFileSync(join(folder, "pyodide-lock.json"), "utf8"));
  const archives = new Map();
  const links = [];
  for (const name of withDependencies(lock, wanted)) {
    const entry = { ...lock.packages[name], name };
    const archive = new Uint8Array(readFileSync(join(folder, entry.file_name)));
    const libraries = new Map();
    archives.set(name, { root: rootOf(pyodide, entry), files: entries(archive) });
    for (const file of entries(archive))
      if (file.name.endsWith(".so") && (known?.has(`${name}/${file.name}`) ?? true))
        libraries.set(file.name, new WebAssembly.Module(content(file)));
    links.push(...install(pyodide, entry, { archive, modules: new Map(), libraries }));
  }
  if (archives.has("matplotlib"))
    pyodide.FS.writeFile(`${archives.get("matplotlib").root}/matplotlib/fontlist.json`, readFileSync(FONTS));
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
  return { pyodide, core, archives, links };
}

/** What the memory has to hold. */
async function explore({ folder, packages, modules }) {
  const { pyodide, archives, links } = await begin(folder, packages);
  pyodide.runPython(readFileSync(TYPICAL, "utf8"));
  const [loaded, paths] = pyodide.globals.get("loaded")(pyodide.toPy(modules)).toJs();
  const needed = links.filter(({ shared, path }) => shared || paths.includes(path));
  const files = [];
  for (const [home, { root, files: inside }] of archives)
    for (const { name } of inside) if (wasRead(pyodide.FS, `${root}/${name}`)) files.push(`${home}/${name}`);
  return { modules: loaded, libraries: needed.map(({ package: home, name }) => `${home}/${name}`), files };
}

/** Whether a data file was opened: `install.mjs` unpacks it then. */
function wasRead(files, path) {
  if (/(\.(pyc|py|so)|\/fontlist\.json)$/.test(path)) return false;
  return "value" in Object.getOwnPropertyDescriptor(files.lookupPath(path).node, "contents");
}

/** Take the memory, and write it into the target's folder with what belongs to it. */
async function take({ folder, packages, modules, libraries, files, target }) {
  const { pyodide, core, archives, links } = await begin(folder, packages, new Set(libraries));
  pyodide.globals.set("wanted", pyodide.toPy(modules));
  pyodide.runPython(`
import contextlib, gc, importlib
for name in wanted:
    # A few that are compiled are listed once more, under a name by which they cannot be imported.
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(name)
del wanted, name, contextlib, importlib
gc.collect()
del gc
`);
  clean(pyodide._module);
  const found = new Map();
  for (const [home, { root, files: inside }] of archives)
    for (const file of inside) found.set(`${home}/${file.name}`, { path: `${root}/${file.name}`, file });
  const parts = [...links.map(({ package: home, name }) => `${home}/${name}`), ...files].map((name) => found.get(name));
  const { head, size, ...state } = describe(pyodide, { links, core });
  state.parts = parts.map(({ path, file }) => ({ path, size: file.size }));
  state.listing = {};
  for (const [name, { files: inside }] of archives) state.listing[name] = inside.map((file) => [file.name, file.size]);
  const memory = pyodide._module.HEAPU8;
  writeFileSync(join(target, "start"), JSON.stringify({ packages: [...archives.keys()], head, size, cuts: cuts(state.parts) }));
  writeFileSync(join(target, "state"), JSON.stringify(state));
  writeFileSync(join(target, "libraries"), Buffer.concat(parts.map(({ file }) => content(file))));
  writeFileSync(join(target, "memory"), memory.subarray(0, memory.findLastIndex((byte) => byte) + 1));
}

/** Sizes of portions of whole files, each of about the same size. */
function cuts(parts) {
  const found = [0];
  for (const { size } of parts) {
    if (found.at(-1) > PORTION) found.push(0);
    found[found.length - 1] += size;
  }
  return found;
}

/** Fill memory that is free with zeros: what is left in it from before would have to be sent to every reader. */
function clean(module) {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError("No more while it is cleaned.");
  };
  const taken = [];
  for (let size = 2 ** 26; size >= 8; size /= 2)
    for (let at; (at = module._PyMem_RawMalloc(size - 4)); taken.push(at)) module.HEAPU8.fill(0, at, at + size - 4);
  for (const at of taken) module._PyMem_RawFree(at);
  WebAssembly.Memory.prototype.grow = grow;
}

/**
 * Describe a Python that has imported libraries and run nothing else.
 * @param {object} pyodide
 * @param {{links: object[], core: number}} known
 * @returns {State}
 * @throws {Error} if something in it could not be brought back
 */
export function describe(pyodide, { links, core }) {
  const module = pyodide._module;
  const addresses = Object.fromEntries(Object.entries(module.GOT).map(([symbol, { value }]) => [symbol, value]));
  const handles = Object.entries(module.LDSO.loadedLibsByHandle)
    .map(([handle, { name }]) => [Number(handle), name])
    .filter(([handle]) => handle);
  return {
    links: links.map(({ size, ...spot }) => spot),
    addresses,
    functions: functions(module, links, core, addresses),
    core,
    table: module.wasmTable.length,
    free: [...module.freeTableIndexes],
    handles,
    files: OWN_FOLDERS.flatMap((folder) => filesIn(pyodide.FS, folder)),
    head: [...head(pyodide)],
    size: module.HEAPU8.length,
  };
}

/** The functions in the table that linking the libraries again would not put there. */
function functions(module, links, core, addresses) {
  const homes = new Map();
  for (const [k, { path }] of links.entries())
    for (const [symbol, value] of Object.entries(module.preloadedWasm[path]))
      if (typeof value === "function" && !homes.has(value)) homes.set(value, [k, symbol]);
  const symbols = new Map(Object.entries(addresses).map(([symbol, address]) => [address, symbol]));
  const ends = new Map(links.map(({ table, size }) => [table, table + size]));
  const found = [];
  for (let at = core; at < module.wasmTable.length; at += 1) {
    while (ends.get(at) > at) at = ends.get(at);
    const value = at < module.wasmTable.length && module.wasmTable.get(at);
    if (!value) continue;
    const home = homes.get(value) ?? (symbols.has(at) && [-1, symbols.get(at)]);
    if (!home) throw new Error(`an unknown function at ${at}`);
    found.push([at, ...home]);
  }
  return found;
}

/** What Pyodide writes in front of the memory. */
function head(pyodide) {
  const { _api: api, _module: module } = pyodide;
  const memory = module.HEAP8;
  const loaded = { ...pyodide.loadedPackages };
  // Pyodide refuses if packages are noted as loaded, and would copy all of the memory.
  for (const name of Object.keys(loaded)) delete pyodide.loadedPackages[name];
  module.HEAP8 = new Int8Array(0);
  api.config._makeSnapshot = true;
  try {
    return api.makeSnapshot();
  } finally {
    api.config._makeSnapshot = false;
    module.HEAP8 = memory;
    Object.assign(pyodide.loadedPackages, loaded);
  }
}

function filesIn(files, folder) {
  if (!files.analyzePath(folder).exists) return [];
  const found = [[folder, null]];
  for (const name of files.readdir(folder)) {
    if (name === "." || name === "..") continue;
    const path = `${folder}/${name}`;
    if (files.isDir(files.stat(path).mode)) found.push(...filesIn(files, path));
    else found.push([path, files.readFile(path, { encoding: "utf8" })]);
  }
  return found;
}

if (isMainThread) {
  process.on("uncaughtException", (error) => {
    console.error(String(error?.message ?? error).trim());
    process.exit(1);
  });
  const [folder, wanted, target] = process.argv.slice(2);
  const task = { folder: `${resolve(folder)}/`, target: resolve(target), ...JSON.parse(wanted) };
  // A thread for the first: its Python must leave nothing behind for the second.
  const found = await new Promise((done, failed) =>
    new Worker(SELF, { workerData: task }).on("message", done).on("error", failed),
  );
  await take({ ...task, ...found });
} else {
  parentPort.postMessage(await explore(workerData));
}
process.exit(0);
