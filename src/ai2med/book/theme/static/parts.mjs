/**
 * Follows the reader through the parts of a page: marks the one they are in, says it in the bar above the text, and
 * keeps it, so that they can go on there when they come back. Words come with the page (`book/parts.py`).
 */
// The key is one of `kept.mjs`, which is not loaded for it: every page loads this module.
const PLACES = "ai2med:place:";

/** From here on the list stands beside the text, open. */
const BESIDE = matchMedia("(min-width: 80rem)");

/** What is followed: the page's list, its links with their sections, the key of the place that is kept. */
let page = null;
let current = null;
/** The key and the part to keep when the reader leaves; while they read, nothing is written. */
let place = null;

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing offers nothing next time.
  }
}

function keepPlace() {
  if (place) write(...place);
  place = null;
}

/** The section that the reader is in: the last whose heading has passed the bars at the top of the window. */
function sectionNow() {
  const line = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 24;
  return page.parts.findLast(({ section }) => section.getBoundingClientRect().top <= line);
}

function follow() {
  if (!page?.list.isConnected) return;
  const now = sectionNow();
  if (now === current) return;
  current?.link.removeAttribute("aria-current");
  now?.link.setAttribute("aria-current", "location");
  page.list.querySelector(".page-toc-now").textContent = (now?.link ?? page.list).dataset.now;
  current = now;
  // Before the first part there is nothing to come back to; what was kept from an earlier visit stays.
  if (now) place = [page.key, now.section.id];
}

/** Offer, below the head of the page, to go on at the part that was left, unless that ends the page; nothing moves by itself. */
function offer() {
  const kept = read(page.key);
  // An address, or Back, has led to a place already.
  if (kept === null || location.hash || scrollY > 0) return;
  const part = page.parts.find(({ section }) => section.id === kept);
  if (!part) {
    write(page.key, null);
    return;
  }
  if ("end" in part.link.dataset) return;
  const link = document.createElement("a");
  link.href = `#${kept}`;
  link.textContent = part.title;
  const line = document.createElement("p");
  line.className = "page-continue";
  const [before, after] = page.list.dataset.continue.split("{}");
  line.append(before, link, after);
  (document.querySelector("main .unit-actions") ?? document.querySelector("main h1"))?.after(line);
}

function showBesideOrFolded() {
  const fold = page?.list.querySelector("details");
  if (fold) fold.open = BESIDE.matches;
}

/** Begin with the page in the window. */
export function start() {
  // A page that was turned in place was left.
  keepPlace();
  [page, current] = [null, null];
  const list = document.querySelector(".page-toc");
  if (!list) return;
  const links = [...list.querySelectorAll("a")];
  const parts = links.map((link) => ({
    link,
    section: document.getElementById(decodeURIComponent(link.hash.slice(1))),
    title: link.firstChild.textContent.trim(),
  }));
  page = { list, parts: parts.filter(({ section }) => section), key: PLACES + document.body.dataset.page };
  growth.disconnect();
  growth.observe(document.querySelector("article"));
  showBesideOrFolded();
  offer();
  follow();
}

function close(focus) {
  const fold = page?.list.querySelector("details[open]");
  if (!fold || BESIDE.matches) return;
  fold.open = false;
  if (focus) fold.querySelector("summary").focus();
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    follow();
  });
}
addEventListener("scroll", soon, { passive: true });
addEventListener("resize", soon);
/** What comes to life above the reader moves the parts without a scroll. */
const growth = new ResizeObserver(soon);
BESIDE.addEventListener("change", showBesideOrFolded);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") close(page?.list.contains(document.activeElement));
});
document.addEventListener("click", ({ target }) => {
  // A part was chosen, or the reader turned to something else.
  if (!page?.list.contains(target) || target.closest("a")) close(false);
});
addEventListener("pagehide", keepPlace);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepPlace());
// What was erased is offered no longer, and comes back only as the reader reads on.
addEventListener("storage", ({ newValue }) => {
  if (newValue !== null || !page) return;
  place = null;
  if (read(page.key) === null) document.querySelector(".page-continue")?.remove();
});
