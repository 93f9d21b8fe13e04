/**
 * Python's memory with libraries imported, taken when the book is built: a page reads it back, which takes a fraction of
 * the time that importing everything anew takes.
 *
 * The memory alone is not enough. Libraries have to be linked again at the addresses they had, and the functions that
 * the memory points to have to stand at their old places in the table of functions. What Pyodide needs beyond that
 * (which of the page's objects Python holds) it tells and takes itself, as `makeSnapshot` and `_loadSnapshot`.
 */
import { link, share } from "./install.mjs";

/**
 * What has to be known of a Python to bring its memory back.
 * @typedef {object} State
 * @property {{package: string, name: string, path: string, shared: boolean, memory: number, table: number}[]} links
 * @property {Object<string, number>} addresses of symbols
 * @property {[number, number, string][]} functions in the table beyond those that libraries put there themselves:
 *   index, number of the library or -1 for Python's core, symbol
 * @property {number} core length of the table before any library
 * @property {number} table its length
 * @property {number[]} free places in it
 * @property {[number, string][]} handles of opened libraries
 * @property {[string, string | null][]} files that Python has written; null for a folder
 * @property {{path: string, size: number}[]} parts the libraries, then the data files, that come with it
 * @property {Object<string, [string, number][]>} listing names and sizes of all files of each package
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
 * Link the libraries as they were; the memory can be read back after that.
 * @param {object} module Pyodide's, before Python has run
 * @param {State} state
 * @param {AsyncIterable<[string, WebAssembly.Module]>} libraries by path, in the order of `state.links`
 */
export async function linkAgain(module, state, libraries) {
  const { wasmTable: table, GOT: known } = module;
  if (table.length !== state.core) throw new Error("another core");
  for (const [symbol, value] of Object.entries(state.addresses)) {
    if (known[symbol]?.value && known[symbol].value !== value) throw new Error(`another address of ${symbol}`);
    known[symbol] ??= new WebAssembly.Global({ value: "i32", mutable: true });
    known[symbol].value = value;
  }
  table.grow(state.table - table.length);
  const spots = new Map(state.links.map((spot) => [spot.path, spot]));
  for await (const [path, library] of libraries) {
    const spot = spots.get(path);
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
export function headFor({ head: told, size }) {
  return Object.defineProperty(new Uint8Array(told), "length", { value: size });
}
