/** What every page does: colours, the programme menu, boxes that scroll; the widgets' host does the rest. */

const root = document.documentElement;
const find = (action) => document.querySelector(`[data-action="${action}"]`);

function showTheme() {
  find("theme").setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
}

function changeTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("ai2med:theme", root.dataset.theme);
  } catch {
    // A browser that keeps nothing still changes its colours for this page.
  }
  showTheme();
}

const CODE = "ai2med:code-layer";

/** Open or fold the code of the page as the reader chose for the whole book; without a choice it stays as it was built. */
export function showCode(choice = root.dataset.code) {
  if (!choice) return delete root.dataset.code;
  root.dataset.code = choice;
  for (const fold of document.querySelectorAll('details[data-layer="code"]')) fold.open = choice === "open";
}

function changeCode(here) {
  const choice = (root.dataset.code ?? here) === "open" ? "folded" : "open";
  try {
    localStorage.setItem(CODE, choice);
  } catch {
    // It holds for this page.
  }
  showCode(choice);
}
addEventListener("storage", ({ key, newValue }) => (key === null || key === CODE) && showCode(newValue));

function openMenu(open) {
  root.classList.toggle("menu-open", open);
  find("menu")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#programme-nav :is(a, summary)")?.focus();
}

/** Print one box of the page and nothing else. */
function printCard(card) {
  card.dataset.printed = "alone";
  addEventListener("afterprint", () => delete card.dataset.printed, { once: true });
  print();
}

document.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-action]");
  const action = pressed?.dataset.action;
  if (action === "theme") changeTheme();
  if (action === "code") changeCode(pressed.dataset.here);
  if (action === "print-card") printCard(pressed.closest(".pocket-card"));
  if (action === "menu") openMenu(!root.classList.contains("menu-open"));
});
/** A menu closes when the reader turns to something else. */
function closeMenus(target, focus) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(target)) continue;
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  }
}
document.addEventListener("click", ({ target }) => closeMenus(target, false));
document.addEventListener("keydown", ({ key }) => key === "Escape" && closeMenus(null, true));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !root.classList.contains("menu-open")) return;
  openMenu(false);
  find("menu").focus();
});

/** What scrolls inside itself where it is wider or higher than its room; an editor's text is reached in any case. */
const BOXES = "main :is(pre, div.math, .table-box, .output, .text_html, .chart-picture, .a2-scroll, .cm-scroller)";
/** Boxes that the keyboard reaches because they scroll, with the attributes that they were given for it. */
const reachable = new WeakMap();
/** What a screen reader calls a box when the keyboard comes to it; a table has its caption. */
const WHAT = { pre: "Code or text", ".math": "Formula", ":has(table)": "Table" };
let marking = false;

/** The sides on which a box has more than it shows. */
function hiddenSides(box) {
  const sides = [];
  if (box.scrollWidth > box.clientWidth + 1) {
    if (box.scrollLeft > 1) sides.push("left");
    if (box.scrollLeft + box.clientWidth < box.scrollWidth - 1) sides.push("right");
  }
  if (box.scrollHeight > box.clientHeight + 1) {
    if (box.scrollTop > 1) sides.push("up");
    if (box.scrollTop + box.clientHeight < box.scrollHeight - 1) sides.push("down");
  }
  const scrolls = sides.length && getComputedStyle(box).overflowX !== "visible";
  return scrolls ? sides.join(" ") : null;
}

function nameOf(box) {
  const kind = Object.keys(WHAT).find((selector) => box.matches(selector));
  const caption = box.querySelector("caption")?.textContent.trim();
  return `${kind ? WHAT[kind] : "Output"}${caption ? ` “${caption}”` : ""}, scrolls`;
}

/** The keyboard comes to a box, which is called a group: as regions, dozens of them would fill the list of landmarks. */
function letReach(box) {
  const given = { tabindex: "0" };
  if (box.matches("pre, div") && !box.matches("[aria-label], [aria-labelledby]")) {
    given["aria-label"] = nameOf(box);
    if (!box.hasAttribute("role")) given.role = "group";
  }
  for (const [name, value] of Object.entries(given)) box.setAttribute(name, value);
  reachable.set(box, Object.keys(given));
}

/** A box that scrolls says so: `data-scrolls` draws a sign at the edge where more is, and the keyboard reaches it. */
function markScrolling(boxes = document.querySelectorAll(BOXES)) {
  // First all is measured, then written: else each box would be laid out anew.
  for (const [box, sides] of [...boxes].map((each) => [each, hiddenSides(each)])) {
    if (sides === null) box.removeAttribute("data-scrolls");
    else box.dataset.scrolls = sides;
    if (sides !== null && !box.matches("[tabindex], .cm-scroller")) {
      letReach(box);
    } else if (sides === null) {
      for (const name of reachable.get(box) ?? []) box.removeAttribute(name);
      reachable.delete(box);
    }
  }
}

/** What is drawn, opened or given another width is looked at with the next frame. */
function markSoon() {
  if (marking) return;
  marking = true;
  requestAnimationFrame(() => {
    marking = false;
    markScrolling();
  });
}
addEventListener("resize", markSoon);
document.addEventListener("toggle", markSoon, true);
document.addEventListener("scroll", ({ target }) => target.dataset?.scrolls !== undefined && markScrolling([target]), {
  capture: true,
  passive: true,
});
new MutationObserver(markSoon).observe(document.body, { childList: true, subtree: true });

// Addresses carry the version of the file, which the build writes: a browser never takes an old one for a new one.
/** Widgets, and folds that open on paper. */
export const host = import("./widgets/host.mjs{v:widgets/host.mjs}");

// "Your data" and erasing: their module comes when it is asked for.
const yourData = () => import("./your_data.mjs{v:your_data.mjs}");
// The parts of a page, on the pages that have some.
const parts = () => import("./parts.mjs{v:parts.mjs}");
// The path of a door, on the home page and for readers who have chosen one.
const path = () => import("./path.mjs{v:path.mjs}");
function onPath() {
  try {
    return document.querySelector(".doors") || localStorage.getItem("ai2med:path");
  } catch {
    return null;
  }
}
// What stands behind links, and dates of law that have passed, likewise.
const notes = () => (notes.loaded ??= import("./notes.mjs{v:notes.mjs}").then((made) => (notes.ready = made)));
/** They come when the reader first moves; what moved first is handed on, and a first tap waits for them. */
function bringNotes(event) {
  if (notes.ready || !document.getElementById("page-notes")) return;
  const link = event.target.closest?.('main :is(a[href*="glossary.html#term-"], a.footnote-reference, a[data-note])');
  const waits = link && event.type === "click" && event.pointerType === "touch";
  if (waits) event.preventDefault();
  notes().then(({ begin }) => link && begin(event, link));
}
for (const comes of ["pointerover", "click", "focusin"]) document.addEventListener(comes, bringNotes, true);
addEventListener("scroll", bringNotes, { passive: true });
/** Whether any of a page's dates may have passed: a day more than the reader's, whatever the clock says here. */
function hasPassed(dates) {
  const tomorrow = new Date(Date.now() + 864e5).toISOString().slice(0, 10);
  return dates && JSON.parse(dates).some(([day]) => day <= tomorrow);
}
const since = () => import("./since.mjs{v:since.mjs}");
// With the first answer or edit there is something of worth: the browser is asked to keep it.
const keepForGood = () => import("./kept.mjs{v:kept.mjs}").then((kept) => kept.keepForGood(false)).catch(() => {});
for (const kind of ["ai2med:answered", "ai2med:kept"]) addEventListener(kind, keepForGood, { once: true });
// The controls for reading offline, on the pages that have some.
const offline = () => import("../offline/offline.mjs{v:../offline/offline.mjs}");

/** How long, in milliseconds, the part that an address names is kept in sight. */
const HELD = 8000;
/** That part, until when it is kept, and where our own scrolling ended. */
let held = null;

/**
 * Where an address leads stays in sight while what stands above it comes to life and grows, until the reader moves:
 * not every browser holds the place by itself.
 */
function holdPlace() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  held = target && { target, until: performance.now() + HELD, at: null };
}
new ResizeObserver(() => {
  if (!held?.target.isConnected || performance.now() > held.until) return;
  held.target.scrollIntoView({ behavior: "instant" });
  held.at = scrollY;
}).observe(document.body);
const letGo = () => (held = null);
for (const moves of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(moves, letGo, { capture: true, passive: true });
// A scroll bar tells of nothing else.
addEventListener("scroll", () => held?.at !== null && Math.abs(scrollY - held?.at) > 400 && letGo(), { passive: true });
// A link that was followed leads to a part; Back leads to the place where the reader was.
let followed = false;
document.addEventListener("click", ({ target }) => (followed = Boolean(target.closest?.('a[href*="#"]'))));
addEventListener("popstate", letGo);
addEventListener("hashchange", () => {
  if (followed) holdPlace();
  followed = false;
});

let shown;

/** Begin with the document as it stands: when it was loaded, and when the page was turned while Python runs. */
export function start() {
  shown = location.pathname;
  showTheme();
  openMenu(false);
  showCode();
  markScrolling();
  host.then(({ hydrate }) => hydrate());
  if (document.querySelector(".page-toc")) parts().then(({ start: begin }) => begin());
  if (onPath()) path().then(({ start: begin }) => begin());
  if (notes.loaded) notes().then(({ start: begin }) => begin());
  if (hasPassed(document.querySelector(".law-as-of[data-dates]")?.dataset.dates)) since().then(({ start: begin }) => begin());
  const dataRoom = document.getElementById("kept-here");
  if (dataRoom) yourData().then(({ show }) => show(dataRoom));
  if (document.querySelector("[data-offline]")) offline().then(({ start: begin }) => begin());
}
start();
// On a reload and on the way back the browser goes where the reader was.
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") holdPlace();

// Back from a page that was turned to and then reloaded: the browser has changed the address only.
window.onpopstate = () => {
  if (location.pathname !== shown) location.reload();
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.('[data-action="erase-page"]');
  if (button) yourData().then(({ erasePage }) => erasePage(button));
});

// A page that the browser kept in its memory must not bring back what was erased meanwhile.
let keys = [];
const keysNow = () => {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
};
addEventListener("pagehide", () => (keys = keysNow()));
addEventListener("pageshow", () => {
  const now = keysNow();
  for (const key of keys) if (!now.includes(key)) dispatchEvent(new StorageEvent("storage", { key }));
});

// What stands after "#" is not sent to the web host: the words of a search stay in the browser.
document.addEventListener("submit", (event) => {
  const form = event.target.closest(".site-search, .search-form");
  if (!form) return;
  event.preventDefault();
  // The address of a form without an action is that of the page, with the words of the search before.
  const [page] = form.action.split(/[?#]/);
  location.assign(`${page}#q=${encodeURIComponent(new FormData(form).get("q"))}`);
});

// Last of all the worker that keeps what was read.
const workers = navigator.serviceWorker;
addEventListener("load", () => setTimeout(keepForOffline, 1500));
async function keepForOffline() {
  try {
    await workers.register(new URL("../sw.js", import.meta.url));
    if (workers.controller) return;
    // What was loaded before the worker was there.
    const { active } = await workers.ready;
    const urls = performance.getEntriesByType("resource").map(({ name }) => name);
    active.postMessage({ visited: [location.href, ...urls] });
  } catch {
    // No worker in this browser, in a private window or at this address: the book is read as ever.
  }
}
