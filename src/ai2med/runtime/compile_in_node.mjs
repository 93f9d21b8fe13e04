/**
 * Compile packages with Pyodide itself: `node compile_in_node.mjs <core> <source> <target> <names as JSON>`.
 *
 * Core is a folder with Pyodide's own files. The others are mounted, so that the script sees ordinary paths.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname, join, resolve } from "node:path";

process.on("uncaughtException", (error) => {
  console.error(String(error?.message ?? error).trim());
  process.exit(1);
});

const [core, source, target, names] = process.argv.slice(2);
const script = fileURLToPath(new URL("bytecode.py", import.meta.url));
const { info, packages } = JSON.parse(readFileSync(join(dirname(script), "official_lock.json"), "utf8"));
// Pyodide wants a lock, even to load no package.
const lock = join(resolve(target), "compiling-lock.json");
writeFileSync(lock, JSON.stringify({ info, packages }));
const { loadPyodide } = await import(pathToFileURL(join(resolve(core), "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(core) + "/", lockFileURL: lock, env: { PYTHONHASHSEED: "0" } });
for (const [name, path] of [["/source", source], ["/target", target]]) {
  pyodide.FS.mkdirTree(name);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: resolve(path) }, name);
}
pyodide.FS.unlink("/target/compiling-lock.json");
pyodide.FS.writeFile("/bytecode.py", readFileSync(script, "utf8"));
pyodide.globals.set("names", names);
pyodide.runPython(`
import json, sys
sys.path.insert(0, "/")
import bytecode
bytecode.main("/source", "/target", json.loads(names))
`);
