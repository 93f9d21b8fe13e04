/**
 * What a page with code cells loads at once: a Run button for each. Everything else comes when a reader shows interest.
 *
 * `<live-cell>` wraps a cell as it was built, with its stored output. Its `data-state` is idle, loading, ready,
 * running, done or error; its buttons carry `data-action`.
 */
import { STRINGS } from "./strings_en.mjs";

const ACTIONS = { plain: ["run", "edit"], task: ["run", "edit", "check", "hint", "solution"] };

let page;

/** Load the rest once; every later call gets the same module. */
function whole() {
  page ??= import("./page.mjs");
  return page;
}

/** Cells with a form, or with an edit of the reader's, open when they come near. */
const opening = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      opening.unobserve(target);
      target.open(false);
    }
  },
  { rootMargin: "200px" },
);

class LiveCell extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(".live-bar")) return;
    this.dataset.state ||= "idle";
    const bar = document.createElement("div");
    bar.className = "live-bar";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", STRINGS.cell.replace("{n}", this.dataset.number));
    for (const action of this.dataset.check ? ACTIONS.task : ACTIONS.plain) bar.append(button(action));
    const source = this.querySelector('details[data-layer="code"]') ?? this.querySelector(".cell_input") ?? this.firstElementChild;
    source.after(bar);
    bar.addEventListener("click", async (event) => {
      const pressed = event.target.closest("button[data-action]");
      if (!pressed || pressed.dataset.taken) return;
      const { cellOf } = await whole();
      cellOf(this).act(pressed.dataset.action);
    });
    this.querySelector(".cell_input")?.addEventListener("dblclick", () => this.open(), { once: true });
    if (this.dataset.scratch || this.dataset.form || this.hasEdit()) opening.observe(this);
    this.showPassed();
  }

  disconnectedCallback() {
    opening.unobserve(this);
    nearby.unobserve(this);
  }

  /** Bring the cell to life without running it. */
  async open(focus = true) {
    const { cellOf } = await whole();
    cellOf(this).open(focus);
  }

  hasEdit() {
    return isKept(`ai2med:code:${this.dataset.key}`);
  }

  /** Under which it is kept that the task is passed: another version of the task has another. */
  get mark() {
    return `ai2med:task:${this.dataset.check}:${this.dataset.version}`;
  }

  /** Say whether the task was passed, now or on an earlier day. */
  showPassed(now = false) {
    const shown = this.querySelector(".live-passed");
    const passed = now || (this.dataset.check && isKept(this.mark));
    if (!passed) shown?.remove();
    if (!passed || shown) return;
    const made = document.createElement("span");
    made.className = "live-passed";
    made.textContent = `✓ ${STRINGS.passed}`;
    this.querySelector(".live-bar").append(made);
  }
}

function isKept(key) {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

document.addEventListener("ai2med:checked", ({ target, detail }) => {
  if (!detail.passed || !target.mark) return;
  try {
    localStorage.setItem(target.mark, JSON.stringify({ at: new Date().toISOString().slice(0, 10) }));
    dispatchEvent(new Event("ai2med:kept"));
  } catch {
    // It is seen until the page is left.
  }
  target.showPassed(true);
});
addEventListener("storage", () => document.querySelectorAll("live-cell").forEach((cell) => cell.showPassed?.()));

function button(action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = action === "run" ? "a2-button a2-primary" : "a2-button";
  made.dataset.action = action;
  made.textContent = STRINGS[action.replace("-", "_")];
  return made;
}

customElements.define("live-cell", LiveCell);

const root = document.documentElement;

let prepared;
let scrolled;

/**
 * Make Python ready before a cell is run: where the reader chose that, or the connection is known to cost nothing (the
 * page's head has looked), and only for cells that compute.
 */
async function prepare() {
  const wanted = root.dataset.python === "ready" && document.getElementById("live-page")?.dataset.computes;
  if (prepared || !wanted || document.visibilityState === "hidden") return;
  prepared = true;
  (await whole()).prepare();
}

/** A reader who has scrolled to a cell, or who has stayed for a while, may want to run it. */
const nearby = new IntersectionObserver(
  (entries) => {
    if (!scrolled || !entries.some((entry) => entry.isIntersecting)) return;
    nearby.disconnect();
    prepare();
  },
  { rootMargin: "200px" },
);
addEventListener("scroll", () => (scrolled = true), { passive: true });

/** Begin with the cells of the document as it stands. */
export function start() {
  prepared = scrolled = false;
  nearby.disconnect();
  const cells = document.querySelectorAll("live-cell");
  const first = [...cells].find((cell) => cell.querySelector('[data-action="run"]'));
  if (cells.length > 1 && !document.querySelector('[data-action="run-all"]'))
    first?.querySelector('[data-action="edit"], [data-action="run"]').after(button("run-all"));
  for (const cell of cells) {
    for (const event of ["pointerenter", "focusin"]) cell.addEventListener(event, prepare, { once: true });
    nearby.observe(cell);
  }
  // A reader who comes with a Python that runs has shown the interest already.
  if (page) prepare();
}

start();
const idle = globalThis.requestIdleCallback ?? ((callback) => setTimeout(callback, 500));
const wait = Number(root.dataset.liveIdle ?? 6000);
addEventListener("load", () => setTimeout(() => idle(() => prepare()), wait), { once: true });
