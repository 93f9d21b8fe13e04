/**
 * Turns the pages of the book inside the window, so that a Python that runs is there on the next page too.
 *
 * Only while Python runs, and only to plain pages of the same build; every other link, and every page that cannot be
 * had, is left to the browser. A module that a page names and that is loaded already begins again by its `start()`.
 */
import { h } from "./dom.mjs";
import { placeNow, returnTo } from "./places.mjs";

const SITE = new URL("../../../", import.meta.url).href;
const LIVE = new URL("./live.mjs", import.meta.url).href;
// After that the browser itself had better lead on: it shows the reader that it is waiting.
const PATIENCE = 5000;

/** The page's Python, and what begins again on another page. Until both are given, links lead on as they always do. */
let python = null;
let start = null;

/** Lead from page to page while this Python runs. */
export function lead(runs, begins) {
  [python, start] = [runs, begins];
}

const root = document.documentElement;
const style = styleOf(document, location.href);
const inline = new Set([...document.scripts].filter((script) => !script.src).map((script) => script.text));
const modules = new Map(modulesOf(document, location.href).map((address) => [address, null]));
const speaker = h("div", { class: "visually-hidden", "aria-live": "polite" });
document.body.append(speaker);
fixLinks();

/** Address of the page in the window; a moment after Back, `location` is ahead of it. */
let shown = location.href;
/** Where on the page a reader was, by entry of the browser's history. */
const places = new Map();
let entry = nameEntry();
let place = placeNow();
let noting = null;
let turning = null;

function nameEntry() {
  return `${performance.timeOrigin}-${places.size}`;
}

function absolute(element, attribute, base) {
  return new URL(element.getAttribute(attribute), base).href;
}

function styleOf(page, base) {
  const sheet = page.querySelector('link[rel="stylesheet"]');
  return sheet && absolute(sheet, "href", base);
}

function modulesOf(page, base) {
  return [...page.querySelectorAll('script[type="module"][src]')].map((script) => absolute(script, "src", base));
}

/** With Back the address changes before the page does, and a browser looks for the icon again: it has to hold. */
function fixLinks() {
  for (const link of document.head.querySelectorAll("link:not([rel='stylesheet'])")) link.href = link.href;
}

function samePage(one, other) {
  return one.split("#")[0] === other.split("#")[0];
}

/** Whether an address is that of a page of the book: not a file to load, not the notebooks' own site. */
function isPage({ href, pathname, search }) {
  const inside = href.startsWith(SITE) && !/^(lite|_static)\//.test(href.slice(SITE.length));
  return inside && !search && /(\/|\.html)$/.test(pathname);
}

/** Whether a page can be shown here: of the same build, and with no script but modules that can begin again. */
async function fits(page, base) {
  if (!page.querySelector("main") || styleOf(page, base) !== style) return false;
  for (const script of page.scripts) {
    const isModule = script.type === "module" && script.hasAttribute("src");
    const isData = script.type && !/module|javascript/.test(script.type);
    const isKnown = !script.hasAttribute("src") && inline.has(script.text);
    if (!isModule && !isData && !isKnown) return false;
  }
  for (const address of modulesOf(page, base)) {
    if (!modules.has(address) && address.endsWith("/live.mjs") && address !== LIVE) return false;
    if (!modules.has(address)) continue;
    modules.set(address, await import(address));
    if (!modules.get(address).start) return false;
  }
  return true;
}

async function read(url, options) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, ...options });
  if (!answer.ok || answer.redirected || !answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return (await fits(page, url.href)) ? page : null;
}

/**
 * Show another page.
 * @param {URL} url
 * @param {{back: boolean}} how with `back`, the browser's history stands at the page already
 */
async function turn(url, { back }) {
  cancel();
  const mine = (turning = new AbortController());
  const timer = setTimeout(() => mine.abort(), PATIENCE);
  root.classList.add("turning");
  try {
    const page = await read(url, { signal: mine.signal, cache: back ? "force-cache" : "default" });
    if (turning !== mine) return;
    if (!page || !python.alive) throw new Error("The browser has to lead on.");
    if (!back) {
      history.replaceState({ entry }, "");
      places.set(entry, placeNow());
      entry = nameEntry();
      history.pushState({ entry }, "", url.href.split("#")[0]);
    }
    show(page, url);
  } catch {
    if (turning !== mine) return;
    if (samePage(location.href, url.href)) location.reload();
    else location.assign(url);
  } finally {
    clearTimeout(timer);
    if (turning === mine) cancel();
  }
}

function cancel() {
  turning?.abort();
  turning = null;
  root.classList.remove("turning");
}

/** Put a page in the place of the one in the window, and begin with it as if it had been loaded. */
function show(page, url) {
  shown = url.href;
  const named = modulesOf(page, url.href);
  // The style sheet stays, so that nothing flashes, and so do the editor's own styles.
  for (const old of document.head.querySelectorAll(":scope > :not(style, [rel='stylesheet'])")) old.remove();
  document.head.append(...page.head.querySelectorAll(":scope > :not([rel='stylesheet'])"));
  for (const old of [...document.body.childNodes]) if (old !== speaker) old.remove();
  speaker.before(...page.body.childNodes);
  for (const [from, to] of [
    [page.documentElement, root],
    [page.body, document.body],
  ])
    for (const { name, value } of from.attributes) to.setAttribute(name, value);
  fixLinks();

  start();
  for (const address of named) {
    if (modules.has(address)) modules.get(address).start();
    else import(address).then((module) => modules.set(address, module));
  }

  document.querySelector("main").focus({ preventScroll: true });
  scrollTo({ left: 0, top: 0, behavior: "instant" });
  if (url.hash) {
    // Only going to a part of the page makes it the target of style rules and of the next Tab.
    location.replace(url.hash);
    history.replaceState({ entry }, "");
  }
  if (places.has(entry)) returnTo(places.get(entry));
  place = placeNow();
  speaker.textContent = "";
  setTimeout(() => (speaker.textContent = document.title), 100);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  if (!python?.alive || link.target || link.hasAttribute("download")) return;
  const url = new URL(absolute(link, "href", shown));
  if (!isPage(url) || samePage(url.href, shown)) return;
  event.preventDefault();
  turn(url, { back: false });
});

// With Back the browser may have moved the page before it says so: the place is noted when scrolling has ended.
addEventListener(
  "scroll",
  () => {
    clearTimeout(noting);
    noting = setTimeout(() => (place = placeNow()), 150);
  },
  { passive: true },
);

// In the place of the page's own handler, which reloads.
window.onpopstate = ({ state }) => {
  if (samePage(location.href, shown)) return cancel();
  clearTimeout(noting);
  places.set(entry, place);
  entry = state?.entry ?? nameEntry();
  if (python?.alive) turn(new URL(location.href), { back: true });
  else location.reload();
};
