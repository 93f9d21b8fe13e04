/**
 * Python's memory with its libraries imported, as a file that the browser keeps: the next visit reads it back, which
 * takes a tenth of a second, instead of importing everything anew.
 *
 * The memory alone is not enough. Libraries have to be linked again at the addresses they had, and the functions that
 * the memory points to have to stand at their old places in the table of functions. What Pyodide needs beyond that
 * (which of the page's objects Python holds) it tells and takes itself, as `makeSnapshot` and `_loadSnapshot`.
 */
import { link, share } from "./install.mjs";

const FOLDER = "ai2med";
const FILE = "python";
const MAGIC = 0x61326d31;
const HEAD = 16;
/** Where Python writes files of its own while libraries are imported. */
const OWN_FOLDERS = ["/home/pyodide", "/tmp"];

/**
 * What can be told of a Python whose memory is to be kept.
 * @typedef {object} State
 * @property {string} made version of the book and of its packages
 * @property {string[]} packages
 * @property {{package: string, name: string, path: string, shared: boolean, memory: number, table: number}[]} links
 * @property {Object<string, number>} addresses of symbols
 * @property {[number, number, string][]} functions in the table beyond those that libraries put there themselves:
 *   index, number of the library or -1 for Python's core, symbol
 * @property {number} core length of the table before any library
 * @property {number} table its length
 * @property {number[]} free places in it
 * @property {[number, string][]} handles of opened libraries
 * @property {[string, string | null][]} files that Python has written; null for a folder
 * @property {number[]} head what Pyodide tells
 */

/** Let `look` see Pyodide's module before Python runs. */
export function whenCreated(look) {
  let own;
  const create = async (...given) => {
    const module = await own(...given);
    await look(module);
    return module;
  };
  const get = () => own && create;
  Object.defineProperty(globalThis, "_createPyodideModule", { configurable: true, get, set: (made) => (own = made) });
}

/**
 * Describe a Python that has imported libraries and run nothing else.
 * @param {object} pyodide
 * @param {{made: string, packages: string[], links: object[], core: number}} known
 * @returns {State}
 * @throws {Error} if something in it could not be brought back
 */
export function describe(pyodide, { made, packages, links, core }) {
  const module = pyodide._module;
  const addresses = Object.fromEntries(Object.entries(module.GOT).map(([symbol, { value }]) => [symbol, value]));
  const handles = Object.entries(module.LDSO.loadedLibsByHandle)
    .map(([handle, { name }]) => [Number(handle), name])
    .filter(([handle]) => handle);
  return {
    made,
    packages,
    links: links.map(({ size, ...spot }) => spot),
    addresses,
    functions: functions(module, links, core, addresses),
    core,
    table: module.wasmTable.length,
    free: [...module.freeTableIndexes],
    handles,
    files: OWN_FOLDERS.flatMap((folder) => filesIn(pyodide.FS, folder)),
    head: [...head(pyodide)],
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

/**
 * Link the libraries as they were; the memory can be read back after that.
 * @param {object} module Pyodide's, before Python has run
 * @param {State} state
 * @param {(package: string) => Promise<Map<string, WebAssembly.Module>>} librariesOf
 */
export async function linkAgain(module, state, librariesOf) {
  const { wasmTable: table, GOT: known } = module;
  if (table.length !== state.core) throw new Error("another core");
  for (const [symbol, value] of Object.entries(state.addresses)) {
    if (known[symbol]?.value && known[symbol].value !== value) throw new Error(`another address of ${symbol}`);
    known[symbol] ??= new WebAssembly.Global({ value: "i32", mutable: true });
    known[symbol].value = value;
  }
  table.grow(state.table - table.length);
  for (const spot of state.links) {
    const library = (await librariesOf(spot.package)).get(spot.name);
    module.preloadedWasm[spot.path] = withoutStart(() => link(module, library, spot.path, spot).exports);
    if (spot.shared) share(module, spot.path, spot.name);
  }
  if (table.length !== state.table) throw new Error("another table");
  for (const [at, k, symbol] of state.functions) put(module, at, exported(module, state.links[k], symbol));
  module.updateTableMap(state.core, state.table - state.core);
  module.freeTableIndexes.push(...state.free);
  for (const [handle, name] of state.handles) {
    const flags = { loadAsync: false, nodelete: true, global: false };
    // Opened as an import opens it.
    if (!module.LDSO.loadedLibsByName[name]) module.loadDynamicLibrary(name, flags, {});
    module.LDSO.loadedLibsByHandle[handle] = module.LDSO.loadedLibsByName[name];
  }
}

function exported(module, from, symbol) {
  return from ? module.preloadedWasm[from.path][symbol] : module.resolveGlobalSymbol(symbol, true).sym;
}

function put(module, at, value) {
  try {
    module.setWasmTableEntry(at, value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // A function of the page's own language has to be wrapped.
    module.setWasmTableEntry(at, module.convertJsFunctionToWasm(value, value.sig));
  }
}

/** A library that is linked meanwhile does not set up its memory: that comes back as it was. */
function withoutStart(work) {
  const Own = WebAssembly.Instance;
  WebAssembly.Instance = function (...given) {
    const { __wasm_apply_data_relocs: _relocations, __wasm_call_ctors: _constructors, ...exports } = new Own(...given).exports;
    return { exports };
  };
  try {
    return work();
  } finally {
    WebAssembly.Instance = Own;
  }
}

/** Write back the files that Python had written. */
export function writeFiles(files, state) {
  for (const [path, content] of state.files) {
    if (content === null) files.mkdirTree(path);
    else files.writeFile(path, content);
  }
}

/** For `loadPyodide`: what Pyodide told, with the length of the memory in place of the memory. */
export function headFor(state, size) {
  return Object.defineProperty(new Uint8Array(state.head), "length", { value: size });
}

async function folder(create = false) {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create });
}

/**
 * Open what the browser keeps.
 * @param {string} made what it has to be made of
 * @returns {Promise<{state: State, size: number, read: (memory: Uint8Array) => void, close: () => void} | null>} null if
 *   there is nothing, or another tab reads it just now
 */
export async function find(made) {
  let file;
  try {
    const handle = await (await folder()).getFileHandle(FILE);
    file = await handle.createSyncAccessHandle({ mode: "read-only" });
    const [magic, described, size, pages] = read(file, new Uint32Array(HEAD / 4), 0);
    const state = magic === MAGIC && JSON.parse(new TextDecoder().decode(read(file, new Uint8Array(described), HEAD)));
    if (state?.made === made)
      return {
        state,
        size: pages * 65_536,
        read: (memory) => read(file, memory.subarray(0, size), HEAD + described),
        close: () => file.close(),
      };
  } catch {
    // Without it Python starts as it did at first.
  }
  file?.close();
  return null;
}

function read(file, into, at) {
  if (file.read(into, { at }) !== into.byteLength) throw new Error("a file that ends early");
  return into;
}

/**
 * Keep a memory in place of an earlier one. A file that was not written to its end is none.
 * @param {State} state
 * @param {Uint8Array} memory
 */
export async function keep(state, memory) {
  const handle = await (await folder(true)).getFileHandle(FILE, { create: true });
  const file = await handle.createSyncAccessHandle();
  try {
    file.truncate(0);
    const described = new TextEncoder().encode(JSON.stringify(state));
    const used = memory.subarray(0, memory.findLastIndex((byte) => byte) + 1);
    write(file, described, HEAD);
    write(file, used, HEAD + described.length);
    file.flush();
    write(file, new Uint32Array([MAGIC, described.length, used.length, memory.length / 65_536]), 0);
    file.flush();
  } catch (error) {
    file.truncate(0);
    throw error;
  } finally {
    file.close();
  }
}

function write(file, from, at) {
  if (file.write(from, { at }) !== from.byteLength) throw new Error("the disk is full");
}

/** Forget what is kept. */
export async function forget() {
  await (await folder()).removeEntry(FILE);
}
