"""Runs in JupyterLite's kernel when `ai2med` is imported: tells the engine where book and data are."""

import os
import zipfile
from pathlib import Path

__all__ = ["prepare"]

_ROOT = "/book"
_EXTENSIONS = "/lite/extensions/"


def prepare(live: str) -> None:
    """Unpack what checks and questions are read from, and point to the site's tables.

    Parameters
    ----------
    live : str
        Where the answer key lies, seen from the site's root.
    """
    import js

    # The kernel's worker is a file of JupyterLite's; the site begins above it.
    site = js.location.href.rpartition(_EXTENSIONS)[0]
    os.environ |= {
        "AI2MED_ROOT": _ROOT,
        "AI2MED_DATA_URL": f"{site}/_static/data",
        "AI2MED_LIVE_URL": f"{site}/{live}",
    }
    with zipfile.ZipFile(Path(__file__).parents[2] / "book.zip") as book:
        book.extractall(_ROOT)
