/**
 * What stands behind a link, shown beside it: a term, an article or a date of law, a source. Nobody leaves the page.
 *
 * It comes with the pointer or with the focus, and with the first tap; the second tap, a click and Enter follow the link
 * as ever. The pointer can move onto it, Escape takes it away. A screen reader reads it as the link's description.
 * Texts come with the page (`book/notes.py`), sources from its foot.
 */

const LINKS = 'main :is(a[href*="glossary.html#term-"], a.footnote-reference, a[data-note])';
/** Milliseconds: a pointer that passes shows nothing; one on its way to the note does not lose it. */
const SHOW_AFTER = 250;
const HIDE_AFTER = 300;
const GAP = 4;
const EDGE = 8;

const note = document.createElement("span");
note.id = "page-note";
note.className = "page-note";
note.popover = "manual";

let link = null;
let timer = null;
/** The kind of the last pointer that was pressed. */
let pointer = "";
/** A link that gets the focus back, for which nothing is to be shown. */
let quiet = null;

function part(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

const kindOf = ({ classList, dataset }) =>
  dataset.note ? "law" : classList.contains("footnote-reference") ? "source" : "term";

/** Where a link leads; in a drawing the browser does not tell. */
const addressOf = (one) => new URL(one.getAttribute("href"), document.baseURI);

/** The text of a source, from the list at the foot of the page. */
function sourceText(anchor) {
  const paragraphs = [...(document.getElementById(anchor)?.querySelectorAll("p") ?? [])];
  return paragraphs.map((paragraph) => part("span", "", ...paragraph.cloneNode(true).childNodes));
}

function contentOf(one) {
  const data = document.getElementById("page-notes");
  if (!data) return [];
  const anchor = decodeURIComponent(addressOf(one).hash.slice(1));
  const found = JSON.parse(data.textContent)[one.dataset.note ?? anchor];
  if (found) return [part("strong", "", found[0]), part("span", "", found[1])];
  return kindOf(one) === "source" ? sourceText(anchor) : [];
}

function place(one) {
  // The line of a link that runs over two on which the reader is.
  const rects = [...one.getClientRects()];
  const rect = rects.find((line) => line.bottom > 0) ?? rects[0];
  const { width, height } = note.getBoundingClientRect();
  const isRoom = rect.bottom + GAP + height + EDGE <= innerHeight || rect.top - GAP - height < 64;
  const top = isRoom ? rect.bottom + GAP : rect.top - GAP - height;
  const left = Math.min(Math.max(EDGE, rect.left), document.documentElement.clientWidth - width - EDGE);
  note.style.top = `${top + scrollY}px`;
  note.style.left = `${left + scrollX}px`;
}

/** Show what is behind a link; false if there is nothing to show. */
function show(one) {
  clearTimeout(timer);
  hide();
  const content = contentOf(one);
  if (!content.length) return false;
  const more = part("a", "page-note-more", document.getElementById("page-notes").dataset[kindOf(one)]);
  more.href = addressOf(one).href;
  note.replaceChildren(...content, more);
  // Behind the link, so that Tab leads on into it; a drawing holds no such text.
  (one.closest("svg") ?? one).after(note);
  one.setAttribute("aria-describedby", note.id);
  note.showPopover();
  link = one;
  place(one);
  return true;
}

function hide() {
  clearTimeout(timer);
  link?.removeAttribute("aria-describedby");
  link = null;
  if (note.isConnected) note.remove();
}

const isFocused = () => link && (note.contains(document.activeElement) || link.matches(":focus-visible"));

function listen() {
  document.addEventListener("pointerover", ({ pointerType, target }) => {
    if (pointerType === "touch") return;
    const over = target.closest(`${LINKS}, .page-note`);
    clearTimeout(timer);
    if (over === note || (over && over === link)) return;
    if (over && !note.contains(over)) timer = setTimeout(show, SHOW_AFTER, over);
    else if (link && !over && !isFocused()) timer = setTimeout(hide, HIDE_AFTER);
  });
  document.addEventListener("focusin", ({ target }) => {
    const one = target.closest(LINKS);
    if (note.contains(target)) return;
    if (one && one !== quiet && one.matches(":focus-visible")) show(one);
    else if (one !== link) hide();
    quiet = null;
  });
  document.addEventListener("pointerdown", ({ pointerType }) => (pointer = pointerType), true);
  // Before others: turning the page is one of those that follow a link.
  document.addEventListener(
    "click",
    (event) => {
      const one = event.target.closest(LINKS);
      if (note.contains(event.target)) return;
      const isFirstTap = one && one !== link && pointer === "touch" && event.detail > 0;
      if (isFirstTap && show(one)) event.preventDefault();
      else hide();
    },
    true,
  );
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !link) return;
    quiet = note.contains(document.activeElement) ? link : null;
    const back = quiet;
    hide();
    back?.focus();
  });
}

// A browser without popovers follows its links, as it always did.
if ("showPopover" in note) listen();

/** Begin with the page in the window. */
export function start() {
  hide();
}

/** Begin with the event for which the page loaded this module. */
export function begin({ type, pointerType }, one) {
  if (type === "click" && pointerType === "touch") {
    pointer = pointerType;
    if (!("showPopover" in note) || !show(one)) location.assign(addressOf(one));
  } else if ("showPopover" in note) {
    if (type === "pointerover" && pointerType !== "touch" && one.matches(":hover")) timer = setTimeout(show, SHOW_AFTER, one);
    if (type === "focusin" && one.matches(":focus-visible")) show(one);
  }
}
