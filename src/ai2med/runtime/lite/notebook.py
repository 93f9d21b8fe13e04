"""Runs in JupyterLite's kernel when `ai2med` is imported: tells the engine where book and data are."""

import io
import json
import os
import re
import zipfile

__all__ = ["prepare"]

_ROOT = "/book"
_EXTENSIONS = "/lite/extensions/"


def prepare(book: str) -> None:
    """Fetch the tables that the engine reads of the book, let units come when they are asked for, point to the data.

    Parameters
    ----------
    book : str
        The list of the book's parts, seen from JupyterLite's folder.
    """
    import js

    # The kernel's worker is a file of JupyterLite's; the site begins above it.
    site = js.location.href.rpartition(_EXTENSIONS)[0]
    told = json.loads(_fetch(f"{site}/lite/{book}") or b"{}")
    parts = told.get("parts", {})
    os.environ |= {
        "AI2MED_ROOT": _ROOT,
        "AI2MED_DATA_URL": f"{site}/_static/data",
        "AI2MED_TRUTH_URL": f"{site}/_static/book/{told.get('truth', '')}",
    }
    os.makedirs(_ROOT, exist_ok=True)  # noqa: PTH103 - of a browser's file system

    def bring(part: str) -> None:
        name = parts.pop(part, None)
        content = name and _fetch(f"{site}/_static/book/{name}")
        if content:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(_ROOT)
        elif name:
            # Asked for again, it may be there.
            parts[part] = name

    # Units, and front ends of explorables, come one by one; what Python knows of explorables comes for all of them.
    for part in [part for part in parts if not re.fullmatch(r"\d+\.\d+\.\d+|(explorables|notebooks)/.*", part)]:
        bring(part)
    from ai2med import paths

    paths.bring = bring


def _fetch(address: str) -> bytes | None:
    """Return what lies at an address, or None; synchronous, because an import waits for it."""
    from js import XMLHttpRequest

    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    # Binary answers to synchronous requests come as text, one character a byte.
    request.overrideMimeType("text/plain; charset=x-user-defined")
    try:
        request.send(None)
    except Exception:
        return None
    return request.responseText.encode("utf-16-le")[::2] if request.status == 200 else None
