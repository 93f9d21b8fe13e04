/**
 * Tell screen readers what cells do, from one place and one thing at a time: what has ended is said at once, what goes
 * on every few seconds at most. Readers who see have every step beside its cell.
 */
import { h } from "./dom.mjs";

const PAUSE = 5000;

let region = null;
let waiting = null;
let saidAt = -Infinity;

/** Make the place, before there is something to say: what comes together with its place is not read out. */
export function listen() {
  // A page that was turned to brings a body without it.
  if (!region?.isConnected) document.body.append((region = h("p", { class: "visually-hidden live-said", role: "status" })));
}

function now(text) {
  clearTimeout(waiting);
  saidAt = performance.now();
  listen();
  region.textContent = text;
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
