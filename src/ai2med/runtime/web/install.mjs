/** Put packages that `unpack.mjs` has made ready into a running Pyodide. */
import { content, entries } from "./wheel.mjs";

/**
 * Install a package: its files where Python looks for them, its libraries ready to be imported.
 *
 * Pyodide's own way unpacks everything by Python's zip reader, which is slow in a browser.
 * @param {object} pyodide
 * @param {{name: string, install_dir: string, package_type: string}} entry of the lock
 * @param {{archive: Uint8Array, modules: Map<string, Uint8Array>, libraries: Map<string, WebAssembly.Module>}} ready
 * @returns {{package: string, name: string, path: string, shared: boolean, memory: number, table: number, size: number}[]}
 *   where each library was put
 */
export function install(pyodide, entry, { archive, modules, libraries }) {
  const module = pyodide._module;
  const root = rootOf(pyodide, entry);
  mount(pyodide, root, archive, modules);
  const links = [];
  for (const [name, library] of libraries) {
    const path = `${root}/${name}`;
    // Linked here and not at its import, where Pyodide would look through all known symbols for each library.
    const { exports, spot } = link(module, library, path);
    module.preloadedWasm[path] = exports;
    const shared = entry.package_type === "shared_library";
    if (shared) share(module, path, name);
    links.push({ package: entry.name, name, path, shared, ...spot });
  }
  if (libraries.size) module.reportUndefinedSymbols();
  pyodide.loadedPackages[entry.name] = "default channel";
  return links;
}

/** The folder of a package. */
export function rootOf(pyodide, entry) {
  return String(pyodide._api.package_loader.get_install_dir(entry.install_dir));
}

const FLAGS = { loadAsync: false, nodelete: true, allowUndefined: true, global: false };

/**
 * Link a library, at the addresses where it was before if they are given.
 * @returns {{exports: object, spot: {memory: number, table: number, size: number}}} its addresses, and how many
 *   functions it puts into the table
 */
export function link(module, library, path, spot = null) {
  const stack = module.stackSave();
  // What Pyodide notes of an opened library; here it lives for a moment only.
  const note = module.stackAlloc(48);
  const at = (offset) => (note + offset) >> 2;
  module.HEAPU8.fill(0, note, note + 48);
  if (spot) {
    module.HEAP8[note + 8] = 1;
    module.HEAPU32[at(12)] = spot.memory;
    module.HEAPU32[at(20)] = spot.table;
  }
  const exports = module.loadWebAssemblyModule(library, FLAGS, path, {}, note);
  const [memory, table, size] = [12, 20, 24].map((offset) => module.HEAPU32[at(offset)]);
  module.stackRestore(stack);
  return { exports, spot: { memory, table, size } };
}

/** Let others ask for a linked library by its bare name. */
export function share(module, path, name) {
  module.loadDynamicLibrary(path, FLAGS, {});
  const known = module.LDSO.loadedLibsByName;
  known[name] = known[path];
}

/**
 * Put the files of an archive into Python's file system; a file is unpacked when it is first read.
 * @param {object} pyodide
 * @param {string} root folder
 * @param {Uint8Array} archive
 * @param {Map<string, Uint8Array>} unpacked files that have been unpacked before
 */
export function mount(pyodide, root, archive, unpacked = new Map()) {
  const folders = new Map();
  for (const file of entries(archive)) {
    const ready = unpacked.get(file.name) ?? (() => content(file));
    add(pyodide.FS, folders, `${root}/${file.name}`, file.size, ready);
  }
}

/**
 * Put files into Python's file system of which only the names and sizes are known yet.
 * @param {object} pyodide
 * @param {string} root folder
 * @param {[string, number][]} listing
 * @param {(name: string) => Uint8Array} read gives a file's content when it is first read
 * @param {Map<string, Uint8Array>} unpacked files that are there, by path
 */
export function mountListing(pyodide, root, listing, read, unpacked) {
  const folders = new Map();
  for (const [name, size] of listing)
    add(pyodide.FS, folders, `${root}/${name}`, size, unpacked.get(`${root}/${name}`) ?? (() => read(name)));
}

/** Add a file; a function in place of its content is called when it is first read. */
function add(files, folders, path, size, ready) {
  const cut = path.lastIndexOf("/");
  const above = path.slice(0, cut);
  if (!folders.has(above)) {
    files.mkdirTree(above);
    folders.set(above, files.lookupPath(above).node);
  }
  const folder = folders.get(above);
  const node = folder.node_ops.mknod(folder, path.slice(cut + 1), 0o100644, 0);
  node.usedBytes = size;
  const plain = { writable: true, enumerable: true, configurable: true };
  // Once read or written, it is a file like any other.
  const settle = (bytes) => Object.defineProperty(node, "contents", { ...plain, value: bytes });
  if (typeof ready !== "function") return settle(ready);
  Object.defineProperty(node, "contents", {
    get: () => settle(ready()).contents,
    set: settle,
    enumerable: true,
    configurable: true,
  });
}
