"""Look at a presentation in a browser: whether each slide shows all that is on it, on a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["SCREENS", "what_is_cut"]

SCREENS = ((1280, 720), (1280, 900), (390, 844))

_SCRIPT = (Path(__file__).parent / "fit.mjs").read_text(encoding="utf-8")
_ARRANGED = """() => {
  const { view, ready } = document.querySelector("main[data-deck-for]").dataset;
  const show = Boolean(document.querySelector(".deck-stage.reveal.ready"));
  return ready && (view === "show") === show && show === innerWidth > 1000;
}"""


def what_is_cut(page, ask: Callable = lambda page, script: page.evaluate(script)) -> list[str]:
    """Return what is cut off or hidden on the slides of an opened presentation.

    Parameters
    ----------
    page : playwright.sync_api.Page
        With the presentation; its size is another one afterwards.
    ask : callable
        Evaluates a script in a page and waits for its promise.

    Returns
    -------
    list of str
        Each says at which size, on which slide, and what.
    """
    found = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(_ARRANGED)
        cut = ask(page, f"async () => {{ {_SCRIPT} return whatIsCut(); }}")
        found += [f"{width} x {height}, {told}" for told in cut]
    return found
