/** How files came to this thread. */

/** Bytes of a file that came over the network. Behind the book's service worker a browser counts none, so that tells. */
function overNetwork({ workerStart, transferSize, encodedBodySize, serverTiming }) {
  if (!workerStart) return transferSize;
  return serverTiming?.some(({ name }) => name === "kept") ? 0 : encodedBodySize;
}

/**
 * @param {(entry: PerformanceResourceTiming) => boolean} chosen which files count
 * @returns {{network: number, whole: number}} bytes over the network, and bytes in all
 */
export function transferred(chosen = () => true) {
  const found = performance.getEntriesByType("resource").filter(chosen);
  const sum = (of) => found.reduce((total, entry) => total + of(entry), 0);
  return { network: sum(overNetwork), whole: sum((entry) => entry.encodedBodySize) };
}
