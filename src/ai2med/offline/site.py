"""Write what makes a built site readable offline: the worker, the list of all files, and the description as an app.

The list says for each file what its content must be. Whatever a browser keeps was compared with it, so that a page and
its parts always belong to one version of the book, whatever their addresses are.
"""

import hashlib
import html as markup
import json
import re
from pathlib import Path

from ..changes import Remembered, walk, write_changed

__all__ = ["write_offline"]

_HERE = Path(__file__).parent
_WEB = _HERE / "web"

FOLDER = "offline"
LIST = f"{FOLDER}/files.json"
WORKER = "sw.js"
MANIFEST = "manifest.webmanifest"

# For other tools than a reader's browser.
_LEFT_OUT = re.compile(
    rf"^(?:{re.escape(WORKER)}$|{re.escape(LIST)}$|objects\.inv$|_static/notebooks/.*\.zip$|(?:.*/)?\.)"
)
_MOOC = re.compile(r"^(?:_static/search/pages/)?(?:moocs|exercises|_static/notebooks)/(mooc\w+)/")
_UNIT = re.compile(r"^_static/book/(\d+)\.\d+\.\d+-")
_IMAGE = re.compile(r"_images/[^\"'<>?#\s]+")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)

# What every page needs: it is there as soon as the worker is.
_SHELL = (
    f"{FOLDER}.html",
    f"{FOLDER}/{FOLDER}.mjs",
    f"{FOLDER}/icon-192.png",
    MANIFEST,
    "_static/ai2med.css",
    "_static/icon.svg",
    "_static/page.mjs",
    "_static/widgets/host.mjs",
)

_APP = {
    "name": "AI2MED: the open book on AI in medical care",
    "short_name": "AI2MED",
    "description": "An open, interactive textbook on artificial intelligence in medical care.",
    "lang": "en",
    "start_url": "./index.html",
    "scope": "./",
    "display": "standalone",
    "display_override": ["minimal-ui", "standalone"],
    "background_color": "#ffffff",
    "theme_color": "#005a9c",
    "icons": [
        {"src": f"{FOLDER}/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": f"{FOLDER}/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": f"{FOLDER}/icon-maskable.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ],
}

_IMPORT = re.compile(r'^import \{[^}]*\} from "([\w./]+\.mjs)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def script(name: str, folder: Path = _WEB) -> str:
    """Return one of our front-end modules with those that it imports written in front of it.

    A service worker is a classic script, which can import nothing, and a page asks for one file instead of three.

    Examples
    --------
    >>> "import {" in script("worker.mjs")
    False
    """
    path = folder / name
    source = path.read_text(encoding="utf-8")
    parts = [_EXPORT.sub("", script(other, path.parent)) for other in _IMPORT.findall(source)]
    return "\n".join([*parts, _IMPORT.sub("", source)])


def fingerprint(content: bytes) -> str:
    """Return the short hash by which a file's content is known: the first half of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:32]


def write_offline(html: Path, memory: Remembered | None = None) -> Path:
    """Write ``sw.js``, the list of files and the app's description into a built site. It comes last in a build.

    Parameters
    ----------
    html : path
        The built site. Called again after a file has changed, the list and the worker follow.
    memory : Remembered, optional
        What an earlier call found out about the files; those that have not changed are not read again.

    Returns
    -------
    pathlib.Path
        The list: ``offline/files.json``.
    """
    html = Path(html)
    folder = html / FOLDER
    for icon in sorted((_HERE / "icons").glob("*.png")):
        write_changed(folder / icon.name, icon.read_bytes())
    write_changed(folder / f"{FOLDER}.mjs", script(f"{FOLDER}.mjs"))
    write_changed(html / MANIFEST, json.dumps(_APP, indent=2) + "\n")
    text = json.dumps(file_list(html, memory), separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
    write_changed(html / LIST, text)
    write_changed(html / WORKER, script("worker.mjs").replace("{version}", fingerprint(text.encode())))
    return html / LIST


def file_list(html: Path, memory: Remembered | None = None) -> dict:
    """Return what ``files.json`` holds.

    Parameters
    ----------
    html : path
        The built site.

    Returns
    -------
    dict
        ``files``: for each path its hash, its bytes, its group (``python``, ``data``, ``book`` or a MOOC's folder) and,
        for pages, its title. ``moocs``: the title of each MOOC by its folder. ``shell``: what is stored at once.
    """
    paths = [path for path in walk(html) if not _LEFT_OUT.match(path)]
    find = memory.get if memory else (lambda path, look: look(path))
    told = {path: find(html / path, _look_at) for path in paths}
    pages = {path: told[path] for path in paths if path.endswith(".html") and not path.startswith("lite/")}
    groups = _groups(paths, pages)
    files = {}
    for path in paths:
        files[path] = [told[path]["hash"], told[path]["size"], groups[path]]
        if path in pages:
            files[path].append(pages[path]["title"] or path)
    moocs = {}
    for path in pages:
        mooc = re.fullmatch(r"moocs/(mooc\w+)/index\.html", path)
        if mooc:
            moocs[mooc[1]] = files[path][3]
    return {"files": files, "moocs": moocs, "shell": [path for path in _SHELL if path in files]}


def _look_at(path: Path) -> dict:
    """Return what the list says about a file, and of a page which images it shows."""
    content = path.read_bytes()
    told = {"hash": fingerprint(content), "size": len(content)}
    if path.suffix == ".html":
        text = content.decode("utf-8")
        told |= {"title": _title(text), "images": sorted(set(_IMAGE.findall(text)))}
    return told


def _groups(paths, pages):
    users: dict[str, set[str]] = {}
    for page, told in pages.items():
        mooc = _MOOC.match(page)
        for image in told["images"]:
            users.setdefault(image, set()).add(mooc[1] if mooc else "book")

    def group(path):
        # The notebooks' own application is of no use without Python, and the other way round it is a small part.
        if path.startswith(("_static/pyodide/", "lite/")):
            return "python"
        if path.startswith("_static/data/"):
            return "data"
        if mooc := _MOOC.match(path):
            return mooc[1]
        if unit := _UNIT.match(path):
            return f"mooc{unit[1]}"
        using = users.get(path, set())
        return next(iter(using)) if len(using) == 1 else "book"

    return {path: group(path) for path in paths}


def _title(text):
    """Return the title of a page without the name of the book, which the title element repeats on every page."""
    found = _TITLE.search(text)
    return markup.unescape(found[1]).rpartition(" · ")[0].strip() or markup.unescape(found[1]) if found else ""
