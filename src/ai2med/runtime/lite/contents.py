"""The notebooks that JupyterLite offers, and the version under which a browser keeps its reader's changes to them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ... import __version__
from ...curriculum import load_curriculum

__all__ = ["Offered", "contents_version", "offered_notebooks", "write_contents"]

# The listing asks for dates; the book has none, so that the same book is the same bytes.
_DATE = "2020-01-01T00:00:00Z"
_NOTE = (
    "*This copy runs in your browser. Everything you type stays in this browser. "
    "Never paste real patient data. The first run loads Python, about 70 MB.*"
)
_KERNEL = {"display_name": "Python (in this browser)", "language": "python", "name": "python"}


@dataclass(frozen=True)
class Offered:
    """One notebook as JupyterLite shows it.

    Parameters
    ----------
    path : str
        Its place among the notebooks; a link names it.
    page : str
        The page of the book it belongs to, seen from the site's root.
    title : str
        Of the unit.
    text : str
        The notebook's JSON.
    source : str
        Hash of what the book offers: an edited copy of the same source can follow into a new version.
    """

    path: str
    page: str
    title: str
    text: str
    source: str


def offered_notebooks(notebooks: Path, root: Path) -> list[Offered]:
    """Return the notebooks of a built site's ``_static/notebooks`` that belong to finished units."""
    made = []
    for unit in load_curriculum(root).finished:
        for suffix, docname in (("", unit.docname), ("_exercise", unit.exercise_docname)):
            path = f"{unit.folder}/{unit.slug}{suffix}.ipynb"
            if (notebooks / path).is_file():
                plain = json.loads((notebooks / path).read_text(encoding="utf-8"))
                made.append(_offer(path, f"{docname}.html", unit.title, plain))
    return made


def _offer(path: str, page: str, title: str, notebook: dict) -> Offered:
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    first["source"] = "".join(first["source"]).rstrip("\n") + f"\n\n{_NOTE}"
    notebook["metadata"]["kernelspec"] = _KERNEL
    told = json.dumps([notebook["metadata"], notebook["cells"]], sort_keys=True)
    source = hashlib.sha256(told.encode()).hexdigest()[:12]
    notebook["metadata"]["ai2med"]["source"] = source
    return Offered(path, page, title, json.dumps(notebook, ensure_ascii=False, sort_keys=True, indent=1), source)


def contents_version(notebooks: list[Offered]) -> str:
    """Return the book's version and a hash of its notebooks: a browser keeps changes under this name.

    Examples
    --------
    >>> contents_version([])
    '0.1.0-e3b0c442'
    """
    told = "".join(f"{one.path}\0{one.source}\0" for one in notebooks)
    return f"{__version__}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def write_contents(lite: Path, notebooks: list[Offered]) -> None:
    """Write the notebooks, the listings by which JupyterLite finds them, and what our own bar says about each."""
    listings: dict[str, list[dict]] = {"": []}
    for one in notebooks:
        path = lite / "files" / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, encoding="utf-8", newline="\n")
        parts = one.path.split("/")
        for depth in range(1, len(parts)):
            folder, parent = "/".join(parts[:depth]), "/".join(parts[: depth - 1])
            if folder not in listings:
                listings[folder] = []
                listings[parent].append(_model(folder, "directory"))
        size = len(one.text.encode())
        listings["/".join(parts[:-1])].append(_model(one.path, "notebook", "application/x-ipynb+json", size))
    for folder, content in listings.items():
        path = lite / "api" / "contents" / folder / "all.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        own = _model(folder, "directory")
        path.write_text(json.dumps({**own, "content": content, "format": "json"}, indent=1) + "\n", encoding="utf-8")
    told = {one.path: {"page": one.page, "title": one.title, "source": one.source} for one in notebooks}
    (lite / "notebooks.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _model(path: str, kind: str, mime: str | None = None, size: int | None = None) -> dict:
    """Return an entry of a listing, in the form of Jupyter's contents API."""
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "type": kind,
        "mimetype": mime,
        "format": None,
        "content": None,
        "size": size,
        "writable": True,
        "created": _DATE,
        "last_modified": _DATE,
    }
