/**
 * Tell screen readers what cells do, from one place and one thing at a time: what has ended is said at once, what goes
 * on every few seconds at most. Readers who see have every step beside its cell.
 */
import { h } from "./dom.mjs";

const PAUSE = 5000;

let region = null;
let waiting = null;
let saidAt = -Infinity;

function now(text) {
  clearTimeout(waiting);
  waiting = null;
  saidAt = performance.now();
  // A page that was turned to brings a body without it; what comes together with its region is not read out.
  const fresh = !region?.isConnected;
  if (fresh) document.body.append((region = h("p", { class: "visually-hidden live-said", role: "status" })));
  if (fresh) waiting = setTimeout(() => (region.textContent = text), 100);
  else region.textContent = text;
}

/**
 * Say something; of what is said of a step that passes, the last one is heard.
 * @param {string} text
 * @param {{passing?: boolean}} how
 */
export function announce(text, { passing = false } = {}) {
  if (!text) return;
  clearTimeout(waiting);
  const rest = saidAt + PAUSE - performance.now();
  if (passing && rest > 0) waiting = setTimeout(now, rest, text);
  else now(text);
}
