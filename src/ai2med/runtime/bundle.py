"""Write ``_static/live``: front end, engine and checks for the browser, in a folder named after their content.

The folder's name is the version: a page names it, every module in it imports its neighbours, so a browser never mixes
two versions of the book, and may keep each for good.
"""

import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import yaml

from .. import paths
from ..cohort import generator_hash, truth
from . import bytecode, node
from .browser.truth import FILE, packed
from .fetch import fetch_runtime
from .needs import check_needs, needs_table

__all__ = ["book_files", "engine_modules", "live_version", "site_checks", "write_live"]

_HERE = Path(__file__).parent
_ENGINE = _HERE.parent
_WEB = _HERE / "web"
_EPOCH = (2020, 1, 1, 0, 0, 0)

# What the reader's browser has no use for: the build, the server, the generator of tables.
_LEFT_OUT = (
    "book/",
    "decks/",
    "diagrams/",
    "runtime/",
    "cli",
    "building",
    "server",
    "bench",
    "chromium",
    "offline/",
    "page_weight",
    "scaffold",
    "__main__",
)
# Names in the browser that our modules stand in for.
_STAND_INS = {
    "IPython/__init__.py": "from ai2med.runtime.browser.ipython import *\nfrom . import display\n",
    "IPython/display.py": "from ai2med.runtime.browser.ipython_display import *\n",
    "anywidget.py": "from ai2med.runtime.browser.widget_host import *\n",
    "ai2med/widgets/_bundle.py": "from ai2med.runtime.browser.widget_bundle import *\n",
}


# Lines that follow a module's own in the browser.
_APPENDED = {"ai2med/cohort/truth.py": "\n\nfrom ai2med.runtime.browser.truth import known as _known\n"}


def site_checks(root: Path) -> dict[str, list[str]]:
    """Return, for the id of each unit with a checks module, the packages that its checks need."""
    found = {}
    for path in sorted((root / "exercises").rglob("*.py")):
        unit = re.search(r"""["'](\d+\.\d+\.\d+)-t\d+["']""", path.read_text(encoding="utf-8"))
        if unit:
            found[unit[1]] = sorted(check_needs(path))
    return found


def engine_modules() -> dict[str, bytes]:
    """Return the modules that a reader's browser needs, whether they run in a page or in JupyterLite."""
    files = {}
    for path in sorted(_ENGINE.rglob("*")):
        name = path.relative_to(_ENGINE).as_posix()
        if path.suffix not in (".py", ".json", ".yml") or "__pycache__" in path.parts or name.startswith(_LEFT_OUT):
            continue
        files[f"ai2med/{name}"] = path.read_bytes()
    for path in sorted((_HERE / "browser").glob("*.*")):
        files[f"ai2med/runtime/browser/{path.name}"] = path.read_bytes()
    files["ai2med/runtime/__init__.py"] = b""
    for name, source in _APPENDED.items():
        files[name] += source.encode()
    # Pure Python, same version as the build's; the compiled part is an option that it does without.
    for path in sorted(Path(yaml.__file__).parent.glob("*.py")):
        files[f"yaml/{path.name}"] = path.read_bytes()
    return files


def _library() -> dict[str, bytes]:
    """Return the modules that go on the page's path."""
    return {**engine_modules(), **{name: source.encode() for name, source in _STAND_INS.items()}}


def book_files(root: Path) -> dict[str, bytes]:
    """Return the book's files that the engine reads at run time."""
    names = ["curriculum.yml", "law_dates.yml"]
    chosen = [root / name for name in names if (root / name).is_file()]
    chosen += sorted((root / "exercises").rglob("*.py"))
    chosen += sorted((root / "moocs").rglob("*.yml"))
    # A unit's page holds its outcomes, which `knowledge_check` shows.
    banks = sorted((root / "moocs").rglob("*.items.yml"))
    chosen += [path.with_name(path.name.replace(".items.yml", ".md")) for path in banks]
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in chosen
        if path.is_file() and "__pycache__" not in path.parts
    }


def _front_end() -> dict[str, bytes]:
    return {
        path.relative_to(_WEB).as_posix(): path.read_bytes()
        for path in sorted(_WEB.rglob("*"))
        if path.is_file() and path.suffix == ".mjs"
    }


def has_hospital(root: Path) -> bool:
    """Tell whether the synthetic hospital's tables have been made."""
    return (root / "data" / "manifest.json").is_file()


def _answer_key() -> bytes:
    """Return the hospital's answer key; the saturations, which nobody asks for in a page, are three times the rest."""
    return packed({key: table for key, table in truth._known().items() if key != "spo2"})


def _needs(root: Path) -> bytes:
    return (json.dumps(needs_table(site_checks(root)), sort_keys=True) + "\n").encode()


def _parts(root: Path) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]:
    return {**_front_end(), "needs.json": _needs(root)}, _library(), book_files(root)


@cache
def live_version(root: Path | None = None) -> str:
    """Return the name of the folder in ``_static/live``: a hash of all that stands in it."""
    digest = hashlib.sha256(bytecode.RECIPE.encode())
    if has_hospital(root or paths.root()):
        digest.update(generator_hash().encode())
    for part in _parts(root or paths.root()):
        for name, content in sorted(part.items()):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:10]


def write_live(static: Path, root: Path | None = None) -> Path:
    """Write ``live/<version>`` below a site's static folder, and remove other versions.

    Parameters
    ----------
    static : path
        The ``_static`` folder of the built site.
    root : path, optional
        The book.

    Returns
    -------
    pathlib.Path
        The folder: `live.mjs` and its modules, ``lib.zip`` (the engine), ``book.zip`` (checks and questions), and the
        answer key of the hospital, which checks compare with.
    """
    root = root or paths.root()
    folder = Path(static) / "live" / live_version(root)
    if (folder / "book.zip").is_file():
        return folder
    shutil.rmtree(folder.parent, ignore_errors=True)
    front, library, book = _parts(root)
    for name, content in front.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "lib.zip").write_bytes(compiled("lib.zip", pack(library)))
    if has_hospital(root):
        (folder / FILE).write_bytes(_answer_key())
    (folder / "book.zip").write_bytes(pack(book))
    return folder


def compiled(name: str, archive: bytes) -> bytes:
    """Return an archive with bytecode for its modules."""
    with tempfile.TemporaryDirectory() as temporary:
        source, target = Path(temporary) / "source", Path(temporary) / "target"
        source.mkdir(), target.mkdir()
        (source / name).write_bytes(archive)
        node.compile_archives(fetch_runtime(progress=False).folder, source, target, [name])
        return (target / name).read_bytes()


def pack(files: dict[str, bytes]) -> bytes:
    """Return files as a zip archive, the same for the same files.

    >>> pack({"a": b"1"}) == pack({"a": b"1"})
    True
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return made.getvalue()
