"""Look at the built pages in Chromium: both widths, light and dark; answer every closing question wrongly once."""

from contextlib import suppress
from pathlib import Path

from .. import chromium
from ..curriculum import Unit
from ..decks.fit import what_is_cut
from ..items import item_json, load_items
from ..lint.cells import FIGURE_POINTS
from ..problems import ContentError, Problem
from ..server import BookHandler, serving

__all__ = ["missing_browser", "visit"]

_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--no-first-run",
]
_WIDTHS = (1280, 390)
_THEMES = ("light", "dark")
_TIMEOUT = 15_000
# Rules of axe whose verdict can change with the colour scheme, or with the room that a page has. All others ask what
# elements are and what they are called; they are asked once a page.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
LAYOUT_RULES = ["scrollable-region-focusable", "css-orientation-lock"]
_ANSWER = (Path(__file__).parent / "answer_wrongly.mjs").read_text(encoding="utf-8")

# What a phone shows of figures: the smallest letters, in pixels.
PHONE_LETTERS = 11
SMALL_LETTERS = f"""async () => {{
{(Path(__file__).parent / "small_letters.mjs").read_text(encoding="utf-8")}
return smallLetters({PHONE_LETTERS}, {FIGURE_POINTS});
}}"""

# As a reader who looks and answers: nothing moves, and no worker loads pages for later.
CONTEXT = {"locale": "en-GB", "reduced_motion": "reduce", "service_workers": "block"}
SCROLL = """async () => {
  // A widget in a folded part begins when the part is opened.
  for (const fold of document.querySelectorAll('main details[data-layer="deeper"]')) fold.open = true;
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let y = 0; y < document.body.scrollHeight; y += 700) {
    scrollTo(0, y);
    await drawn();
    await drawn();
  }
  scrollTo(0, 0);
}"""
# Of a presentation only the slide that is shown has begun: a visit may ask for what is seen.
NOT_READY = """(seen = false) => [...document.querySelectorAll("[data-widget][data-module]")]
  .filter((one) => one.dataset.state !== "ready" && !(seen && !one.offsetParent))
  .map((one) => `${one.dataset.widget} is ${one.dataset.state ?? "not begun"}`)"""
_TOO_WIDE = """(width) => {
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("main *")].filter((el) => el.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map((el) => el.outerHTML.slice(0, 120)).concat(wide.length ? [] : ["the page itself"]);
}"""


def missing_browser() -> str:
    """Return why no visit is possible; empty if it is."""
    try:
        import axe_playwright_python
        import playwright
    except ImportError as error:
        return f"{error.name} is not installed; call: make environment"
    del axe_playwright_python, playwright
    return "" if chromium.find() else "No Chromium was found; `make test` installs one, or set CHROMIUM to its path."


def visit(unit: Unit, html: Path, folder: Path) -> tuple[list[Path], list[Problem]]:
    """Visit the page, the exercise and the presentation of a unit.

    Parameters
    ----------
    unit : Unit
        The unit.
    html : pathlib.Path
        The built site.
    folder : pathlib.Path
        Where the screenshots go.

    Returns
    -------
    list of pathlib.Path
        The screenshots.
    list of Problem
        What is amiss.
    """
    from playwright.sync_api import sync_playwright

    pictures, problems = [], []
    pages = [("page", unit.docname, unit.path), ("exercise", unit.exercise_docname, unit.exercise_path)]
    pages.append(("deck", unit.deck_docname, unit.deck_path))
    with sync_playwright() as playwright, serving(html, BookHandler) as site:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=_ARGUMENTS)
        try:
            for name, docname, source in pages:
                if (html / f"{docname}.html").is_file():
                    look = _Look(browser, f"{site}{docname}.html", source)
                    look.everything(unit, name, folder)
                    pictures += look.pictures
                    problems += look.problems
        finally:
            browser.close()
    return pictures, problems


class _Look:
    """One visit of one page."""

    def __init__(self, browser, address: str, source: Path):
        self.source = source
        self.pictures: list[Path] = []
        self.problems: list[Problem] = []
        context = browser.new_context(viewport={"width": _WIDTHS[0], "height": 900}, **CONTEXT)
        context.set_default_timeout(_TIMEOUT)
        self.page = context.new_page()
        self.page.on("console", lambda said: self._tell("console", said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._tell("console", str(error)))
        self.page.on("crash", lambda _: self._tell("console", "The page's renderer crashed."))
        self.page.on("response", lambda answer: self._tell("request", answer.url) if answer.status >= 400 else None)
        self.page.goto(address, wait_until="networkidle")

    def _tell(self, rule: str, message: str, mend: str = "Open the page with `ai2med serve` and look."):
        self.problems.append(Problem(self.source, 1, f"browser-{rule}", " ".join(message.split())[:400], mend))

    def everything(self, unit: Unit, name: str, folder: Path):
        """Look in all ways, then answer the questions."""
        from axe_playwright_python.base import AXE_FILE_PATH

        self.page.evaluate(SCROLL)
        self._widgets()
        self.page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
        for width in _WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in _THEMES:
                self.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
                self._one_look(width, theme, first=not self.pictures)
                picture = folder / f"{name}-{width}-{theme}.png"
                self.page.screenshot(path=str(picture), full_page=True)
                self.pictures.append(picture)
        self.page.set_viewport_size({"width": _WIDTHS[0], "height": 900})
        if name == "page":
            self._answer(unit)
        if name == "deck":
            for cut in what_is_cut(self.page):
                self._tell("slide", cut, "Shorten what the slide shows, or say it; figures take what is left.")
        self.page.context.close()

    def _widgets(self):
        from playwright.sync_api import TimeoutError as NeverReady

        with suppress(NeverReady):
            self.page.wait_for_function(f"({NOT_READY})(true).every((said) => said.endsWith(' is error'))")
        for state in self.page.evaluate(NOT_READY, True):
            self._tell("widget", f"After at most {_TIMEOUT // 1000} s {state}.")

    def _one_look(self, width: int, theme: str, first: bool):
        # Boxes that scroll are made reachable with the frame after a change of width.
        self.page.evaluate("() => new Promise((ends) => setTimeout(ends, 60))")
        for wide in self.page.evaluate(_TOO_WIDE, width):
            self._tell("overflow", f"At {width} px the page is too wide: {wide}", "Let the part wrap or scroll.")
        if (width, theme) == (_WIDTHS[-1], _THEMES[0]):
            for small in self.page.evaluate(SMALL_LETTERS):
                mend = f"Draw it anew with letters of at least {PHONE_LETTERS} px on a phone; do not shrink it."
                self._tell("letters", f"At {width} px a figure has letters of {small}", mend)
        options = {"resultTypes": ["violations"]}
        if not first:
            options["runOnly"] = {"type": "rule", "values": [*COLOUR_RULES, *LAYOUT_RULES, "target-size"]}
        for broken in self.page.evaluate("(options) => axe.run(document, options)", options)["violations"]:
            where = "; ".join(node["html"][:120] for node in broken["nodes"][:3])
            self._tell("axe", f"{broken['id']} at {width} px, {theme}: {broken['help']}: {where}", broken["helpUrl"])

    def _answer(self, unit: Unit):
        """Answer every closing question wrongly once; its feedback has to appear."""
        try:
            closing = load_items(unit.items_path).at("closing")
        except ContentError:
            return  # told by the rules
        for item in closing:
            said = self.page.evaluate(f"async (item) => {{ {_ANSWER} return answerWrongly(item); }}", item_json(item))
            if said:
                self._tell("question", f"{item.id}: {said}", "Answer it by hand on the built page.")
