/**
 * Beside Python: fetch a snapshot and packages and unpack them, while Python itself starts and imports.
 *
 * Message in, from the page: what to fetch, and the port to Python. Messages out: `bytes` as they arrive, a `part` of the
 * snapshot or a `package` when it is ready, `failed` if one cannot be had, `end`. When that is heard, it closes itself.
 */
import { transferred } from "./transfer.mjs";
import { content, entries } from "./wheel.mjs";

/** The hash of the lock, as a browser checks it while it fetches. */
function integrity(hex) {
  const bytes = hex.match(/../g).map((pair) => String.fromCharCode(parseInt(pair, 16)));
  return `sha256-${btoa(bytes.join(""))}`;
}

async function fetched({ base, port, cache }, { file_name: name, sha256, size }) {
  const answer = await fetch(base + name, { integrity: integrity(sha256), cache });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const whole = new Uint8Array(size);
  const reader = answer.body.getReader();
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    whole.set(part.value, at);
    at += part.value.length;
    port.postMessage({ type: "bytes", count: part.value.length });
  }
  return whole;
}

/** Modules as bytes, libraries compiled, unless all is to stay packed; the rest does until Python opens it. */
function unpacked(archive, packed) {
  const modules = new Map();
  const libraries = new Map();
  if (packed) return { modules, libraries };
  for (const entry of entries(archive)) {
    if (entry.name.endsWith(".pyc")) modules.set(entry.name, content(entry));
    if (entry.name.endsWith(".so")) libraries.set(entry.name, new WebAssembly.Module(content(entry)));
  }
  return { modules, libraries };
}

/** The libraries, compiled, and the data files that a part of a snapshot begins with, in the order of the state. */
function cut(bytes, files) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const { path, size } = files.shift();
    const piece = bytes.subarray(at, at + size);
    found.push([path, path.endsWith(".so") ? new WebAssembly.Module(piece) : piece.slice()]);
    at += size;
  }
  return found;
}

/** @returns {Promise<(kind: string, packed: Uint8Array, size: number) => object>} */
async function snapshotReader() {
  const { ZSTDDecoder } = await import("./vendor/zstddec.mjs");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let files;
  return (kind, packed, size) => {
    const bytes = decoder.decode(packed, size);
    if (bytes.length !== size) throw new Error("a snapshot that cannot be unpacked");
    if (kind === "memory") return bytes;
    if (kind === "libraries") return cut(bytes, files);
    const state = JSON.parse(new TextDecoder().decode(bytes));
    files = [...state.parts];
    return state;
  };
}

const isOfPackages = ({ name }) => /\.(whl|zip|bin)$/.test(name);

self.onmessage = async ({ data: job }) => {
  const { snapshot, packages, port } = job;
  const send = (message, buffers) => port.postMessage({ ...message, ...transferred(isOfPackages) }, buffers);
  port.onmessage = () => self.close();
  const parts = snapshot?.parts ?? [];
  // All are fetched at once, and unpacked in the order in which Python takes them.
  const coming = [...parts, ...packages].map((file) => fetched(job, file));
  coming.forEach((one) => one.catch(() => {}));
  try {
    const read = parts.length && (await snapshotReader());
    for (const [k, { kind, whole }] of parts.entries()) {
      const ready = read(kind, await coming[k], whole);
      send({ type: "part", k, content: ready }, kind === "memory" ? [ready.buffer] : []);
    }
  } catch (error) {
    port.postMessage({ type: "failed", reason: String(error?.message ?? error) });
  }
  for (const [k, { name, packed }] of packages.entries()) {
    try {
      const archive = await coming[parts.length + k];
      const { modules, libraries } = unpacked(archive, packed);
      const buffers = [archive.buffer, ...[...modules.values()].map((bytes) => bytes.buffer)];
      send({ type: "package", name, archive, modules, libraries }, [...new Set(buffers)]);
    } catch (error) {
      port.postMessage({ type: "failed", name, reason: String(error?.message ?? error) });
    }
  }
  port.postMessage({ type: "end" });
};
