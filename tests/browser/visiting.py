"""One visit of a page that answers all questions about it: what it loads, shows, hides, prints, and lets one type.

A page is loaded once, as a phone's first visit, then looked at in two widths and two colour schemes, on paper, and with
all its editors open. What is wrong is collected as sentences; each begins with the name of what was looked at.
"""

from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
from bounded import evaluate_within, frames_drawn
from conftest import Complaints
from playwright.sync_api import TimeoutError

from ai2med.decks.fit import what_is_cut
from ai2med.unit_check.visit import COLOUR_RULES, CONTEXT, LAYOUT_RULES, NOT_READY, SCROLL, SMALL_LETTERS

__all__ = ["NOTICE", "Look", "Visit", "axe", "look_around", "scroll_through", "visit"]

PHONE, NARROW, DESK = 390, 320, 1280
HEIGHT = 900
NOTICE = "What you type stays in this browser. Never paste real patient data. See or erase your data"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

_RUN_AXE = """async ([where, rules]) => {
  const options = { resultTypes: ["violations"] };
  if (rules) options.runOnly = { type: "rule", values: rules };
  const include = where === "changed" ? lookedOtherwise() : [document];
  if (!include.length) return [];
  const { violations } = await axe.run(where === "changed" ? { include } : document, options);
  return violations.map(({ id, nodes }) => [id, nodes.slice(0, 4).map(({ html }) => html.slice(0, 150))]);
}"""

# How each element that is seen looks, as far as axe's judgement depends on it; and which elements look otherwise than
# when this was noted, each with all that is in it.
_LOOKS = """(() => {
  const PARTS = ["color", "backgroundColor", "backgroundImage", "opacity",
    "filter", "textShadow", "textDecorationLine"];
  // Large letters need less contrast: from 18 points, or from 14 points if they are bold.
  const isLarge = ({ fontSize, fontWeight }) => parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
  const lookOf = (one) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return "unseen";
    const style = getComputedStyle(one);
    return [isLarge(style), ...PARTS.map((part) => style[part])].join("|");
  };
  globalThis.noteLooks = () => {
    globalThis.noted = new Map([...document.body.querySelectorAll("*")].map((one) => [one, lookOf(one)]));
  };
  globalThis.lookedOtherwise = () => {
    const other = new Set([...document.body.querySelectorAll("*")].filter((one) => {
      const look = lookOf(one);
      return look !== "unseen" && look !== noted.get(one);
    }));
    const isInside = (one) => Boolean(one) && (other.has(one) || isInside(one.parentElement));
    return [...other].filter((one) => !isInside(one.parentElement));
  };
})()"""

# Where one can type, and the notices that are seen beside it.
_FIELDS = """() => {
  const types = "input:not([type]), input[type=text], input[type=number], input[type=search]";
  const regionOf = (element) => element.closest("[data-widget], live-cell");
  return [...document.querySelectorAll(`${types}, textarea, [contenteditable=true]`)]
    .filter((field) => field.checkVisibility() && !field.closest(".site-search, .search-form"))
    .map((field) => {
      // A cell can hold a widget, which then has a notice of its own.
      const notes = [...document.querySelectorAll(".a2-privacy, .live-privacy")];
      const seen = notes.filter((note) => regionOf(note) === regionOf(field) && note.checkVisibility());
      const leads = seen.every((note) => new URL(note.querySelector("a")?.href ?? "x:").pathname === "/your_data.html");
      return [field.outerHTML.slice(0, 120), seen.map((note) => note.innerText), leads];
    });
}"""
# Tables that scroll sideways and lose sight of what their rows are about.
_LOST_COLUMNS = """() => [...document.querySelectorAll("main table")].filter((table) => table.checkVisibility())
  .filter((table) => {
    let box = table.parentElement;
    while (box !== document.body && getComputedStyle(box).overflowX === "visible") box = box.parentElement;
    if (box === document.body || box.scrollWidth < box.clientWidth + 24) return false;
    const cell = [...table.rows].at(-1).cells[0];
    box.scrollLeft = box.scrollWidth;
    const lost = box.getBoundingClientRect().left - cell.getBoundingClientRect().left;
    box.scrollLeft = 0;
    return lost > 2;
  }).map((table) => table.innerText.slice(0, 80))"""
_OPEN_CELLS = "Promise.all([...document.querySelectorAll('live-cell')].map((cell) => cell.open(false)))"
# What is wider than its room and does not show it: neither a sign at an edge that scrolls, nor a way to scroll at all.
_CUT = """() => [...document.querySelectorAll("main *")].filter((one) => {
  if (!one.checkVisibility() || one.clientWidth < 2 || one.scrollWidth < one.clientWidth + 2) return false;
  const across = getComputedStyle(one).overflowX;
  return across !== "visible" && !(/auto|scroll/.test(across) && one.dataset.scrolls);
}).map((one) => `${one.outerHTML.slice(0, 100)} (${one.scrollWidth} in ${one.clientWidth} px)`)"""
_CUT_ON_PAPER = """() => [...document.querySelectorAll("main :is(pre, .task .task-help, .live-bar, .code-switch)")]
  .filter((one) => one.checkVisibility() && !(one.matches("pre") && one.scrollWidth <= one.clientWidth + 1))
  .map((one) => one.outerHTML.slice(0, 100))"""
_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""


@dataclass(frozen=True)
class Look:
    """One way to look at a page: its width and its colour scheme."""

    width: int
    theme: str

    def __str__(self):
        return f"{self.width} px, {self.theme}"


@dataclass
class Visit:
    """What was seen on a page.

    Parameters
    ----------
    name : str
        The page, relative to the site.
    wrong : list of str
        What is wrong; each sentence begins with the name of what was looked at.
    asked : list of str
        The address of each request.
    transferred, requests : int
        Bytes and requests of the first load, before the reader does anything.
    fields : int
        Places where a reader can type.
    """

    name: str
    wrong: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    transferred: int = 0
    requests: int = 0
    fields: int = 0

    def tell(self, what, found):
        """Note what is wrong, if anything."""
        if found:
            self.wrong.append(f"{what}: {found}")


def scroll_through(page):
    """Bring every part of the page near the viewport once, so that everything lazy has loaded."""
    # A tab in the background draws nothing, so that nothing comes near.
    page.bring_to_front()
    evaluate_within(page, SCROLL, seconds=60)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(f"({NOT_READY})().length === 0")


def axe(page, rules=None, where="page"):
    """Return axe-core's violations with the elements: by all rules or some, on the page or on what looks otherwise."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE)
        page.evaluate(_LOOKS)
    return evaluate_within(page, _RUN_AXE, [where, rules], seconds=120)


def _turn_to(page, look):
    page.set_viewport_size({"width": look.width, "height": HEIGHT})
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", look.theme)
    # The page is laid out anew at once, but hears of its new size with the next frame; boxes that scroll are made
    # reachable then.
    frames_drawn(page)


def _overflow(page, look):
    wide = page.evaluate("document.documentElement.scrollWidth")
    return f"{wide} px wide" if wide > look.width else ""


def look_around(page, seen, thorough=False):
    """Look at a page in two widths and two colour schemes, and note what axe and a ruler find.

    All rules are asked on a phone in light colours. In the dark, those about colours are; on a wide screen, those about
    room, and all rules of what is seen there only or looks otherwise. When it is `thorough`, all are asked each time.
    """
    phone, desk = ([Look(width, theme) for theme in ("light", "dark")] for width in (PHONE, DESK))
    for light_or_dark, other in zip(phone, desk, strict=True):
        dark = light_or_dark.theme == "dark"
        _turn_to(page, light_or_dark)
        seen.tell(f"sideways ({light_or_dark})", _overflow(page, light_or_dark))
        seen.tell(f"cut ({light_or_dark})", page.evaluate(_CUT))
        seen.tell("first column", [] if dark else page.evaluate(_LOST_COLUMNS))
        seen.tell("letters", [] if dark else evaluate_within(page, SMALL_LETTERS))
        seen.tell(f"axe ({light_or_dark})", axe(page, COLOUR_RULES if dark and not thorough else None))
        page.evaluate("noteLooks()")
        _turn_to(page, other)
        seen.tell(f"sideways ({other})", _overflow(page, other))
        if thorough:
            seen.tell(f"axe ({other})", axe(page))
        else:
            seen.tell(f"axe ({other})", axe(page, COLOUR_RULES if dark else None, "changed"))
            seen.tell(f"axe ({other}, room)", [] if dark else axe(page, LAYOUT_RULES))
    narrow = Look(NARROW, "light")
    _turn_to(page, narrow)
    # Chromium's window is never narrower than 500 pixels unless it emulates a phone, as it does here.
    seen.tell(f"sideways ({narrow})", _overflow(page, narrow))
    seen.tell(f"cut ({narrow})", page.evaluate(_CUT))


def _print(page, seen):
    """Look at the page as it is printed, and whether it is afterwards as it was."""
    before = page.evaluate("[...document.querySelectorAll('details')].map((fold) => fold.open)")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.tell("print", page.evaluate("[...document.querySelectorAll('main details:not([open])')].length || ''"))
    if page.locator("#answers").count() and not page.locator("#answers").is_visible():
        seen.tell("print", "the answers are not printed")
    if page.locator(".site-header").count() and page.locator(".site-header").is_visible():
        seen.tell("print", "the header is printed")
    seen.tell("print", page.evaluate(_CUT_ON_PAPER))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    if before != page.evaluate("[...document.querySelectorAll('details')].map((fold) => fold.open)"):
        seen.tell("print", "folds are not as they were after printing")


def _type_everywhere(page, seen):
    """Open all editors and folds; look for the notice beside every place to type."""
    cells = page.locator("live-cell").count()
    evaluate_within(page, _OPEN_CELLS, seconds=60)
    try:
        page.wait_for_function(
            "(cells) => document.querySelectorAll('live-cell .cm-content').length === cells", arg=cells
        )
    except TimeoutError:
        seen.tell("notice", f"of {cells} cells only {page.locator('live-cell .cm-content').count()} can be edited")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    frames_drawn(page)
    seen.tell("cut in editors and folds", page.evaluate(_CUT))
    found = page.evaluate(_FIELDS)
    seen.fields = len(found)
    seen.tell("notice", [element for element, notes, leads in found if notes != [NOTICE] or not leads])


def visit(browser, site, name, thorough=False, patience=30) -> Visit:
    """Visit a page once, and return what was seen.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    site : str
        Address of the site, with a slash at its end.
    name : str
        The page, relative to the site.
    thorough : bool
        Whether to ask all of axe's rules in every look.
    patience : float
        Seconds to wait for what has to come.
    """
    seen, complaints = Visit(name), Complaints()
    context = browser.new_context(viewport={"width": PHONE, "height": HEIGHT}, is_mobile=True, **CONTEXT)
    try:
        context.set_default_timeout(1000 * patience)
        page = context.new_page()
        complaints.watch(page)
        page.on("request", lambda request: seen.asked.append(request.url))
        sizes = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(site + name, wait_until="networkidle")
        seen.transferred, seen.requests = int(sum(sizes)), len(sizes)
        try:
            scroll_through(page)
        except TimeoutError:
            seen.tell("widgets", page.evaluate(NOT_READY))
        look_around(page, seen, thorough)
        if page.locator("main[data-deck-for]").count():
            seen.tell("slides", what_is_cut(page, evaluate_within))
        seen.tell("ids that stand twice", page.evaluate(_TWICE))
        _print(page, seen)
        _type_everywhere(page, seen)
        own = (site, "data:", "blob:")
        seen.tell("another host", sorted({url for url in seen.asked if not url.startswith(own)}))
        seen.tell("console", list(complaints))
    finally:
        context.close()
    return seen
