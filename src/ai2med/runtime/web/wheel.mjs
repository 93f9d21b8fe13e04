/** Read a wheel, which is a zip archive, one file at a time. Python's own reader takes ten times as long in a browser. */
import { inflateSync } from "./vendor/fflate.mjs";

const END = 0x06054b50;

/** @typedef {{name: string, packed: Uint8Array, deflated: boolean, size: number}} Entry a file in an archive */

/**
 * The files of an archive, as its table of contents has them.
 * @param {Uint8Array} archive
 * @returns {Entry[]}
 */
export function entries(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = archive.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error("not a zip archive");
  const text = new TextDecoder();
  const found = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left; left -= 1) {
    const length = view.getUint16(at + 28, true);
    const name = text.decode(archive.subarray(at + 46, at + 46 + length));
    const head = view.getUint32(at + 42, true);
    // What stands before the content is told there, and may differ from the table's.
    const start = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
    const packed = archive.subarray(start, start + view.getUint32(at + 20, true));
    const deflated = view.getUint16(at + 10, true) !== 0;
    if (!name.endsWith("/")) found.push({ name, packed, deflated, size: view.getUint32(at + 24, true) });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

/** @param {Entry} entry @returns {Uint8Array} its content */
export function content({ packed, deflated, size }) {
  return deflated ? inflateSync(packed, { out: new Uint8Array(size) }) : packed;
}
