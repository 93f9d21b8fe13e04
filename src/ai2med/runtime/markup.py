"""The markup by which a page tells the front end of its cells: what stands around each, and what all of them need."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

__all__ = ["SCRATCH", "cell_attributes", "page_html", "scratch_html"]

# The id of the heading of the reader's own cell.
SCRATCH = "scratch-cell"


def cell_attributes(
    index: int,
    number: int,
    key: str,
    check: str = "",
    raises: bool = False,
    form: bool = False,
    uses: Sequence[str] = (),
    version: str = "",
) -> dict[str, str]:
    """Return the attributes of ``<live-cell>``.

    Parameters
    ----------
    index : int
        Place of the cell in the page's notebook.
    number : int
        Number among the live cells, from 1: readers see it.
    key : str
        Names the cell in the browser's storage.
    check : str
        Id of the task that the cell solves; empty for others.
    raises : bool
        Whether the cell is meant to end with an error, so that later cells run all the same.
    form : bool
        Whether it has settings, which can be changed and run while its code is folded.
    uses : sequence of str
        Ids of the earlier tasks on whose values the cell builds, in their order.
    version : str
        Of the task that the cell solves: that it was passed is kept for this version only.
    """
    found = {"data-index": str(index), "data-number": str(number), "data-key": key, "data-state": "idle"}
    if check:
        found |= {"data-check": check, "data-version": version}
    if raises:
        found["data-raises"] = "true"
    if form:
        found["data-form"] = "true"
    if uses:
        found["data-uses"] = " ".join(uses)
    return found


def scratch_html(docname: str, index: int, number: int) -> str:
    """Return an empty cell of the reader's own, for the end of a page; without scripts it is not shown."""
    attributes = {**cell_attributes(index, number, f"{docname}#scratch"), "data-scratch": "true"}
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return (
        f'<section class="live-scratch" aria-labelledby="{SCRATCH}"><h2 id="{SCRATCH}">Scratch cell</h2>\n'
        "<p>An empty cell of your own, to try something or to look at a value. It knows the variables of the cells "
        "that you have run, and what you write in it is kept like your other code.</p>\n"
        f'<live-cell{told}><div class="cell"><div class="cell_input"><div class="highlight"><pre></pre></div></div>'
        "</div></live-cell></section>\n"
    )


def page_html(
    docname: str,
    packages: list[str],
    hidden: dict[int, str],
    script: str,
    files: Sequence[str] = (),
    truth: str = "",
    computes: bool = True,
) -> str:
    """Return what stands at the end of a page with live cells: what they need, and the module that makes them live.

    Parameters
    ----------
    docname : str
        The page.
    packages : list of str
        What Python loads for its cells.
    hidden : dict
        Sources of cells that the page does not show, by their place.
    script : str
        Address of ``live.mjs``; its folder's name is the version.
    files : sequence of str
        Archives in ``_static/book`` that the cells read.
    truth : str
        The hospital's answer key there; empty for a book without a hospital.
    computes : bool
        Whether running its cells shows a reader more than the page does: only then Python may be loaded ahead.
    """
    version = Path(script).parent.name
    config = {
        "page": docname,
        "version": version,
        "packages": packages,
        "files": list(files),
        "truth": truth,
        "hidden": [{"index": index, "code": code} for index, code in sorted(hidden.items())],
    }
    # "<" would let a string of the code end the script element early, whatever the quotes around it.
    text = json.dumps(config, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<script type="application/json" id="live-page"{" data-computes=true" if computes else ""}>{text}</script>\n'
        f'<script type="module" src="{escape(script)}"></script>\n'
    )
