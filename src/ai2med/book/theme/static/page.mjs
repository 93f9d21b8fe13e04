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

function openMenu(open) {
  root.classList.toggle("menu-open", open);
  find("menu")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#programme-nav :is(a, summary)")?.focus();
}

document.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-action]")?.dataset.action;
  if (action === "theme") changeTheme();
  if (action === "menu") openMenu(!root.classList.contains("menu-open"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !root.classList.contains("menu-open")) return;
  openMenu(false);
  find("menu").focus();
});

/** Wide tables and code scroll inside their box; a box that scrolls has to be reachable by keyboard. */
function markScrolling() {
  const boxes = "div.math, .table-box, .highlight pre, .cell_output pre, .cell_output .output";
  for (const box of document.querySelectorAll(boxes)) {
    if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
}
addEventListener("resize", markScrolling);

// Addresses carry the version of the file, which the build writes: a browser never takes an old one for a new one.
/** Widgets, and folds that open on paper. */
export const host = import("./widgets/host.mjs{v:widgets/host.mjs}");

// "Your data" and erasing: their module comes when it is asked for.
const yourData = () => import("./your_data.mjs{v:your_data.mjs}");
// With the first answer or edit there is something of worth: the browser is asked to keep it.
const keepForGood = () => import("./kept.mjs{v:kept.mjs}").then((kept) => kept.keepForGood(false)).catch(() => {});
for (const kind of ["ai2med:answered", "ai2med:kept"]) addEventListener(kind, keepForGood, { once: true });
// The controls for reading offline, on the pages that have some.
const offline = () => import("../offline/offline.mjs{v:../offline/offline.mjs}");

let shown;

/** Begin with the document as it stands: when it was loaded, and when the page was turned while Python runs. */
export function start() {
  shown = location.pathname;
  showTheme();
  openMenu(false);
  markScrolling();
  host.then(({ hydrate }) => hydrate());
  const dataRoom = document.getElementById("kept-here");
  if (dataRoom) yourData().then(({ show }) => show(dataRoom));
  if (document.querySelector("[data-offline]")) offline().then(({ start: begin }) => begin());
}
start();

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
