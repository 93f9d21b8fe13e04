/**
 * Beside Python: fetch packages and unpack what an import reads, while Python itself starts and imports.
 *
 * Message in: which packages. Messages out: `bytes` as they arrive, a `package` when it is ready, `failed` if it cannot
 * be had. It closes itself after the last.
 */
import { transferred } from "./transfer.mjs";
import { content, entries } from "./wheel.mjs";

/** The hash of the lock, as a browser checks it while it fetches. */
function integrity(hex) {
  const bytes = hex.match(/../g).map((pair) => String.fromCharCode(parseInt(pair, 16)));
  return `sha256-${btoa(bytes.join(""))}`;
}

async function fetched(url, sha256, size, cache) {
  const answer = await fetch(url, { integrity: integrity(sha256), cache });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const whole = new Uint8Array(size);
  const reader = answer.body.getReader();
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    whole.set(part.value, at);
    at += part.value.length;
    self.postMessage({ type: "bytes", count: part.value.length });
  }
  return whole;
}

/** Modules as bytes, unless Python knows them already; libraries compiled. All else stays packed until Python opens it. */
function unpacked(archive, imported) {
  const modules = new Map();
  const libraries = new Map();
  for (const entry of entries(archive)) {
    if (entry.name.endsWith(".pyc") && !imported) modules.set(entry.name, content(entry));
    if (entry.name.endsWith(".so")) libraries.set(entry.name, new WebAssembly.Module(content(entry)));
  }
  return { modules, libraries };
}

const isPackage = ({ name }) => /\.(whl|zip)$/.test(name);

self.onmessage = async ({ data: { base, packages, cache } }) => {
  // All are fetched at once, and unpacked in the order in which Python imports them.
  const coming = packages.map(({ file_name, sha256, size }) => fetched(base + file_name, sha256, size, cache));
  coming.forEach((one) => one.catch(() => {}));
  for (const [k, { name, imported }] of packages.entries()) {
    try {
      const archive = await coming[k];
      const { modules, libraries } = unpacked(archive, imported);
      const buffers = [archive.buffer, ...[...modules.values()].map((bytes) => bytes.buffer)];
      const message = { type: "package", name, archive, modules, libraries, ...transferred(isPackage) };
      self.postMessage(message, [...new Set(buffers)]);
    } catch (error) {
      self.postMessage({ type: "failed", name, reason: String(error?.message ?? error) });
    }
  }
  self.close();
};
