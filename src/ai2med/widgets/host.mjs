/**
 * Runs the book's widgets on a page without a kernel.
 *
 * Each `<div data-widget data-module>` holds its state as JSON, or says where that stands. When it comes near the
 * viewport, its module is loaded and rendered with a plain model that has the same methods a Jupyter host offers.
 */

const PAPER = { title: "Hints, solutions and model answers", elsewhere: "Hints, solution or model answer: at the end." };

/** The address of a module: the page names the version of each that it uses, so that a browser never takes an old one. */
function addressOf(module) {
  const known = (document.body.dataset.modules ?? "").split(" ").find((name) => name.split("?")[0] === module);
  return new URL(`./${known ?? module}`, import.meta.url);
}

/** A model without a kernel: same methods as a Jupyter host gives, kept in memory. */
export function plainModel(state) {
  const values = { ...state };
  const listeners = new Map();
  return {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      for (const each of listeners.get(`change:${name}`) ?? []) each();
    },
    on(event, callback) {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event).add(callback);
    },
    off(event, callback) {
      if (callback) listeners.get(event)?.delete(callback);
      else listeners.delete(event);
    },
    save_changes() {},
    send() {},
  };
}

/** Paper has no buttons: a static part marked `data-print` stays for the printer, out of sight on the screen. */
function keepForPrint(fallback) {
  fallback.classList.add("a2-print-only");
  // The living question now bears the id; two elements with one id would mislead whoever looks for it.
  for (const part of fallback.querySelectorAll("[data-item-id]")) part.removeAttribute("data-item-id");
}

/** Widgets that live: how each ends, its room, and the first state that paper shows in its place. */
const living = new Map();

/** What a widget starts from: in the page, or, where it is large, in a file beside it. */
async function stateOf(el) {
  const script = el.querySelector('script[type="application/json"]');
  if (!script.dataset.src) return JSON.parse(script.textContent);
  const answer = await fetch(new URL(script.dataset.src, document.baseURI));
  if (!answer.ok) throw new Error(`${answer.status} for ${answer.url}`);
  return answer.json();
}

/** Bring one widget element to life; a failing module leaves its text alternative in place. */
export async function start(el) {
  if (el.dataset.state) return;
  el.dataset.state = "loading";
  try {
    const [state, module] = await Promise.all([stateOf(el), import(addressOf(el.dataset.module))]);
    const room = document.createElement("div");
    room.className = "ai2med-room";
    const end = await module.default.render({ model: plainModel(state), el: room });
    const fallback = el.querySelector(".ai2med-fallback");
    const kept = fallback?.dataset.print !== undefined;
    if (kept) keepForPrint(fallback);
    else fallback?.remove();
    living.set(el, { end, room, first: kept ? null : fallback });
    el.append(room);
    el.dataset.state = "ready";
  } catch (error) {
    el.dataset.state = "error";
    console.error(`The widget ${el.dataset.widget} could not start:`, error);
  }
}

const nearby = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      nearby.unobserve(entry.target);
      start(entry.target);
    }
  },
  { rootMargin: "400px" },
);

/** The widget whose state the page's address names (`#threshold-explorer:threshold=0.2`) does not wait to come near. */
function startLinked() {
  const [, name, place = 1] = /^#([\w-]+)(?:\.(\d+))?:/.exec(location.hash) ?? [];
  const linked = name && document.querySelectorAll(`[data-widget="${name}"]`)[place - 1];
  if (linked) start(linked);
}

/** Begin with the widgets of the document as it stands; those of a page that was left are ended. */
export function hydrate() {
  nearby.disconnect();
  for (const [el, { end }] of living) {
    if (el.isConnected) continue;
    end?.();
    living.delete(el);
  }
  for (const el of document.querySelectorAll("[data-widget][data-module]:not([data-state])")) nearby.observe(el);
  startLinked();
}
hydrate();
addEventListener("hashchange", startLinked);

/** How what was changed for paper becomes as it was, last change first. */
let undo = [];

/** A hint beside its task, or an answer under its question, would be read before anybody has thought. */
function gatherHelp() {
  const article = document.querySelector("main article");
  const parts = article?.querySelectorAll(".task-help, .model-answer") ?? [];
  if (!parts.length) return;
  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  const appendix = make("section", "paper-appendix", "");
  appendix.append(make("h2", "", PAPER.title));
  let last = "";
  for (const part of parts) {
    const asked = part.classList.contains("model-answer") && part.previousElementSibling;
    const heading = asked || part.closest("section:not(.task)")?.querySelector(":is(h1, h2, h3, h4)");
    const name = [...(heading?.childNodes ?? [])].filter((node) => !node.classList?.contains("headerlink"));
    const title = name.map((node) => node.textContent).join("");
    if (title !== last) appendix.append(make("h3", "", title));
    last = title;
    const place = make("p", "a2-kc-soft", PAPER.elsewhere);
    part.replaceWith(place);
    appendix.append(part);
    undo.push(() => place.replaceWith(part));
  }
  const answers = article.querySelector("#answers");
  if (answers) answers.before(appendix);
  else article.append(appendix);
  // Taken away before the parts go back.
  undo.push(() => appendix.remove());
}

/**
 * Load a figure that has not come near yet, and be back when it is there: no browser waits once it prints, and figures
 * were lost. Only what is at hand as data is drawn at once.
 */
function loadNow(image) {
  if (image.naturalWidth) return;
  const request = new XMLHttpRequest();
  request.open("GET", image.src, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
  } catch {
    return; // Without a network the text alternative is printed.
  }
  if (request.status !== 200) return;
  const bytes = Array.from(request.responseText, (letter) => String.fromCharCode(letter.charCodeAt(0) & 0xff)).join("");
  image.src = `data:${request.getResponseHeader("Content-Type")};base64,${btoa(bytes)}`;
  image.loading = "eager";
}

/** On paper nothing is folded, pressed or still to come. */
addEventListener("beforeprint", () => {
  if (undo.length) return;
  document.querySelectorAll('img[loading="lazy"]').forEach(loadNow);
  for (const [el, { room, first }] of living) {
    if (!first || !el.isConnected) continue;
    room.hidden = true;
    el.append(first);
    undo.push(() => (first.remove(), (room.hidden = false)));
  }
  gatherHelp();
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    undo.push(() => (fold.open = false));
  }
});
addEventListener("afterprint", () => {
  for (const back of undo.reverse()) back();
  undo = [];
});
