/** Put packages that `unpack.mjs` has made ready into a running Pyodide. */
import { content, entries } from "./wheel.mjs";

/**
 * Install a package: its files where Python looks for them, its libraries ready to be imported.
 *
 * Pyodide's own way unpacks everything by Python's zip reader, which is slow in a browser.
 * @param {object} pyodide
 * @param {{name: string, install_dir: string, package_type: string}} entry of the lock
 * @param {{archive: Uint8Array, modules: Map<string, Uint8Array>, libraries: Map<string, WebAssembly.Module>}} ready
 */
export function install(pyodide, entry, { archive, modules, libraries }) {
  const { _api: api, _module: module } = pyodide;
  const root = String(api.package_loader.get_install_dir(entry.install_dir));
  mount(pyodide, root, archive, modules);
  const flags = { loadAsync: false, nodelete: true, allowUndefined: true, global: false };
  for (const [name, library] of libraries) {
    const path = `${root}/${name}`;
    // Linked here and not at its import, where Pyodide would look through all known symbols for each library.
    module.preloadedWasm[path] = module.loadWebAssemblyModule(library, flags, path, {});
    if (entry.package_type !== "shared_library") continue;
    // Others ask for it by its bare name.
    module.loadDynamicLibrary(path, flags, {});
    const known = module.LDSO.loadedLibsByName;
    known[path.slice(root.length + 1)] = known[path];
  }
  if (libraries.size) module.reportUndefinedSymbols();
  pyodide.loadedPackages[entry.name] = "default channel";
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
  for (const file of entries(archive))
    add(pyodide.FS, folders, `${root}/${file.name}`, file, unpacked.get(file.name) ?? null);
}

/** Add a file whose content is unpacked when it is first read, unless that was done before. */
function add(files, folders, path, file, unpacked) {
  const cut = path.lastIndexOf("/");
  const above = path.slice(0, cut);
  if (!folders.has(above)) {
    files.mkdirTree(above);
    folders.set(above, files.lookupPath(above).node);
  }
  const folder = folders.get(above);
  const node = folder.node_ops.mknod(folder, path.slice(cut + 1), 0o100644, 0);
  node.usedBytes = file.size;
  const plain = { writable: true, enumerable: true, configurable: true };
  // Once read or written, it is a file like any other.
  const settle = (bytes) => Object.defineProperty(node, "contents", { ...plain, value: bytes });
  if (unpacked) return settle(unpacked);
  Object.defineProperty(node, "contents", {
    get: () => settle(content(file)).contents,
    set: settle,
    enumerable: true,
    configurable: true,
  });
}
