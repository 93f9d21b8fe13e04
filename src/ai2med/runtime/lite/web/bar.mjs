/**
 * A bar above the notebook, or the list of them: back to the book, where work stays, a reset. JupyterLite starts below it.
 *
 * A reset happens at the next start, before JupyterLite reads its storage: what runs could save the notebook again.
 */

import { mendEarlyRuns, mendWaiting } from "./mend.mjs";
import { earlierCopies, isRefused, remove } from "./store.mjs";
import { STRINGS } from "./strings_en.mjs";

const RESET = "ai2med:reset";
const ROOT = new URL("../../", import.meta.url).href;

let leaving = false;

/** @returns {HTMLElement} */
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, onclick) {
  return element("button", { type: "button", textContent: text, onclick });
}

/** Keep Jupyter's page below the bar, however many lines the bar takes. */
function makeRoom(bar) {
  const fit = () => {
    document.documentElement.style.setProperty("--ai2med-bar", `${bar.offsetHeight}px`);
    window.dispatchEvent(new Event("resize"));
  };
  new ResizeObserver(fit).observe(bar);
}

function askForReset(path) {
  const dialog = element("dialog", { className: "ai2med-dialog" }, [
    element("h2", { id: "ai2med-reset", textContent: STRINGS.resetTitle }),
    element("p", { textContent: STRINGS.resetText }),
    element("div", { className: "ai2med-choices" }, [
      button(STRINGS.cancel, () => dialog.close()),
      button(STRINGS.resetConfirm, () => reset(path)),
    ]),
  ]);
  dialog.setAttribute("aria-labelledby", "ai2med-reset");
  dialog.onclose = () => dialog.remove();
  // The notebook's own shortcuts would take the keys otherwise.
  dialog.onkeydown = (event) => event.stopPropagation();
  document.body.append(dialog);
  dialog.showModal();
}

function reset(path) {
  sessionStorage.setItem(RESET, path);
  leaving = true;
  location.reload();
}

function download({ content, name }) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/x-ipynb+json" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function tellOf(copies, path, notice) {
  const rows = copies.map((copy) => {
    const row = element("p", {}, [
      STRINGS.earlier,
      button(STRINGS.download, () => download(copy.model)),
      button(STRINGS.forget, async () => {
        await remove(copy.name, path);
        row.replaceChildren(STRINGS.forgotten);
      }),
    ]);
    return row;
  });
  notice.replaceChildren(...rows);
}

function draw(path, known) {
  const back = element("a", {
    href: ROOT + (known?.page ?? "index.html"),
    textContent: known ? STRINGS.back(known.title) : STRINGS.backToBook,
  });
  const notice = element("div", { className: "ai2med-notice" });
  notice.setAttribute("role", "status");
  const bar = element("aside", { className: "ai2med-bar" }, [
    element("div", { className: "ai2med-line" }, [
      back,
      element("span", { textContent: STRINGS.privacy }),
      ...(known ? [button(STRINGS.reset, () => askForReset(path))] : []),
    ]),
    notice,
  ]);
  bar.setAttribute("aria-label", STRINGS.label);
  document.body.prepend(bar);
  makeRoom(bar);
  return notice;
}

/** Without storage there is no notebook in the browser: say so, and what else can be done. */
function tellRefused(path, known) {
  const links = known
    ? [
        [`_static/notebooks/${path.replace(/(_exercise)?\.ipynb$/, ".zip")}`, STRINGS.archive],
        [known.page, STRINGS.onThePage],
      ]
    : [["index.html", STRINGS.backToBook]];
  const main = element("main", { className: "ai2med-refused" }, [
    element("h1", { textContent: STRINGS.refusedTitle }),
    element("p", { textContent: STRINGS.refused }),
    element("ul", {}, links.map(([href, textContent]) => element("li", {}, [element("a", { href: ROOT + href, textContent })]))),
  ]);
  document.body.append(main);
}

/**
 * Draw the bar and put the storage in order; JupyterLite starts when this has ended.
 * @param {string} contents name of the database in which JupyterLite keeps this version's notebooks
 */
export async function prepare(contents) {
  mendWaiting();
  mendEarlyRuns();
  // Jupyter asks before a page with unsaved work is left. Who resets has been asked.
  window.addEventListener("beforeunload", (event) => leaving && event.stopImmediatePropagation(), true);
  const path = new URLSearchParams(location.search).get("path");
  const notebooks = await fetch(new URL("../notebooks.json", import.meta.url)).then(
    (answer) => answer.json(),
    () => ({}),
  );
  if (!document.body) await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
  const notice = draw(path, notebooks[path]);
  if (await isRefused()) {
    tellRefused(path, notebooks[path]);
    // JupyterLite waits for this, and had better not start.
    return new Promise(() => {});
  }
  try {
    if (path && sessionStorage.getItem(RESET) === path) {
      await remove(contents, path);
      sessionStorage.removeItem(RESET);
    }
    if (notebooks[path]) tellOf(await earlierCopies(contents, path, notebooks[path].source), path, notice);
  } catch {
    notice.append(element("p", { textContent: STRINGS.failed }));
  }
}
