"""The markup by which a page tells the front end of its cells: what stands around each, and what all of them need."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

__all__ = ["cell_attributes", "page_html"]


def cell_attributes(
    index: int, number: int, key: str, check: str = "", raises: bool = False, uses: Sequence[str] = ()
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
    uses : sequence of str
        Ids of the earlier tasks on whose values the cell builds, in their order.
    """
    found = {"data-index": str(index), "data-number": str(number), "data-key": key, "data-state": "idle"}
    if check:
        found["data-check"] = check
    if raises:
        found["data-raises"] = "true"
    if uses:
        found["data-uses"] = " ".join(uses)
    return found


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
