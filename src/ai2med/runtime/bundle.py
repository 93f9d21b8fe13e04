"""Write what cells need in a browser, each part at an address that follows from its own content.

``_static/live/<version>`` holds the front end and the engine: a page names it, every module in it imports its
neighbours, so a browser never mixes two versions, and may keep each for good. ``_static/book`` holds what the engine
reads at run time: an archive for each unit (its checks, its questions, its outcomes), others for tables such as the
dates of law, and the hospital's answer key. A page names those that its cells use, so that a corrected word in one unit
makes nobody fetch anything of another.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from .. import paths
from ..changes import digest, prune, write_changed
from ..cohort import generator_hash, truth
from ..curriculum import Unit, load_curriculum
from ..discovery import once_settled
from ..exercises.notebook import read_exercise
from ..exercises.results import solutions, solutions_file
from ..exercises.running import checks_of_unit
from ..explorables import archive_files, names, notebook_files
from ..packing import pack
from ..problems import ContentError
from ..uses import Uses
from . import bytecode, node
from .browser.truth import packed
from .fetch import fetch_runtime
from .needs import CHECK, check_needs, needs_table

__all__ = [
    "answer_key",
    "book_archives",
    "check_packages",
    "engine_modules",
    "front_ends",
    "live_version",
    "part_name",
    "used_parts",
    "write_live",
]

_HERE = Path(__file__).parent
_ENGINE = _HERE.parent
_WEB = _HERE / "web"

# What the reader's browser has no use for: the build, the server, the generator of tables.
_LEFT_OUT = (
    "articles",
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
    "sources",
    "glossary",
    "lint/",
    "unit_check/",
    "__main__",
    "changes",
    "executing",
    "kernels",
    "rendering",
    "standins",
    "uses",
    "watching",
)
# What the engine reads of the book beside units; a file, or a folder of files.
_TABLES = ("curriculum.yml", "law")
# Names in the browser that our modules stand in for.
_STAND_INS = {
    "IPython/__init__.py": "from ai2med.runtime.browser.ipython import *\nfrom . import display\n",
    "IPython/display.py": "from ai2med.runtime.browser.ipython_display import *\n",
    "anywidget.py": "from ai2med.runtime.browser.widget_host import *\n",
    "ai2med/widgets/_bundle.py": "from ai2med.runtime.browser.widget_bundle import *\n",
    "ai2med/explorables/_bundle.py": "from ai2med.runtime.browser.widget_bundle import *\n",
}


# Lines that follow a module's own in the browser.
_APPENDED = {"ai2med/cohort/truth.py": "\n\nfrom ai2med.runtime.browser.truth import known as _known\n"}


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


def front_ends() -> dict[str, bytes]:
    """Return the front ends of widgets, as a notebook joins them."""
    chosen = [*_ENGINE.glob("widgets/**/*.mjs"), *_ENGINE.glob("widgets/*/*.css"), _ENGINE / "explorables/kit.css"]
    return {f"ai2med/{path.relative_to(_ENGINE).as_posix()}": path.read_bytes() for path in sorted(chosen)}


def _library() -> dict[str, bytes]:
    """Return the modules that go on the page's path."""
    return {**engine_modules(), **{name: source.encode() for name, source in _STAND_INS.items()}}


def used_parts(uses: Uses, codes: Iterable[str]) -> list[str]:
    """Return which parts of the book cells use at run time.

    They are ids of units, ``explorables/<name>``, and names of files and folders in the book's folder.

    Examples
    --------
    >>> used_parts(Uses(paths.root()), ["from ai2med import law_date", "law_date('ai-act-devices')"])
    ['law']
    """
    found = set()
    for name in uses.parts(codes):
        kind, _, rest = name.partition(":")
        if kind in ("checks", "questions", "front") or (
            kind == "file" and (rest in _TABLES or rest.startswith("moocs/"))
        ):
            found.add(rest)
        elif kind == "explorable":
            found.add(f"explorables/{rest}")
    return sorted(found)


def check_packages(root: Path, codes: Iterable[str]) -> dict[str, set[str]]:
    """Return the packages that the checks named in cells need, by the id of their unit."""
    found = {}
    for unit_id in {unit_id for code in codes for unit_id in CHECK.findall(code)}:
        path = checks_of_unit(unit_id, root / "exercises")
        if path is not None:
            found[unit_id] = check_needs(path)
    return found


def part_files(root: Path, part: str) -> dict[str, bytes]:
    """Return the files of a part of the book, by their place below the book's folder."""
    if re.fullmatch(r"\d+\.\d+\.\d+", part):
        return _unit_files(load_curriculum(root).unit(part), root)
    room, _, name = part.partition("/")
    if room == "explorables":
        return archive_files(root, name or "*")
    if room == "notebooks":
        return notebook_files(root, name)
    own = root / part
    files = [own] if own.is_file() else sorted(path for path in own.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _unit_files(unit: Unit, root: Path) -> dict[str, bytes]:
    chosen = (unit.exercise_path.with_suffix(".py"), unit.items_path)
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in chosen if path.is_file()}
    if unit.exercise_path.is_file():
        # What `use_result` runs: the page itself, with all its prose, does not go along.
        try:
            solved = solutions(read_exercise(unit.exercise_path))
        except ContentError:
            return found
        told = json.dumps(solved, sort_keys=True, separators=(",", ":"))
        found[solutions_file(chosen[0]).relative_to(root).as_posix()] = told.encode()
    if unit.finished:
        # Of the page no more than what questions show: a corrected sentence is nothing to them.
        try:
            page = unit.page
        except ContentError:
            return found
        told = {
            "id": unit.id,
            "prerequisites": list(page.prerequisites),
            "outcomes": {outcome.letter: outcome.text for outcome in page.outcomes},
            "summary": page.summary,
        }
        front = yaml.safe_dump({"unit": told}, sort_keys=True, allow_unicode=True)
        found[unit.path.relative_to(root).as_posix()] = f"---\n{front}---\n".encode()
    return found


@once_settled
def part_name(root: Path, part: str) -> str:
    """Return the name of a part's archive in ``_static/book``, which follows from its content.

    Examples
    --------
    >>> part_name(paths.root(), "law").startswith("law-")
    True
    """
    files = part_files(root, part)
    told = digest(*(one for name, content in sorted(files.items()) for one in (name, content)))
    return f"{part.removesuffix('.yml').replace('/', '-')}-{told[:10]}.zip"


def book_archives(root: Path) -> dict[str, str]:
    """Return the names of the archives of all parts that cells may ask for: finished units, explorables, tables.

    A page names each explorable that its cells use. A notebook, in which a reader may write anything, gets what Python
    has to know of all of them (``explorables``), and the front end of one when it is shown (``notebooks/<name>``).
    """
    units = [unit.id for unit in load_curriculum(root).units if unit.finished]
    tables = [name for name in _TABLES if (root / name).exists()]
    # Files beside units that are not their questions: cells name them.
    beside = [path.relative_to(root).as_posix() for path in sorted((root / "moocs").rglob("*.yml"))]
    beside = [name for name in beside if not name.endswith(".items.yml")]
    shown = names(root)
    rooms = [f"{room}/{name}" for room in ("explorables", "notebooks") for name in shown]
    rooms += ["explorables"] if shown else []
    return {part: part_name(root, part) for part in (*units, *tables, *beside, *rooms)}


def answer_key(root: Path) -> tuple[str, bytes] | None:
    """Return name and content of the hospital's answer key; None for a book without the hospital's tables.

    The saturations, which nobody asks for in a page, are three times the rest and left out.
    """
    if not has_hospital(root):
        return None
    kept = root / ".cache" / f"answers-{generator_hash()[:16]}.json.gz"
    if not kept.is_file():
        for older in kept.parent.glob("answers-*.json.gz"):
            older.unlink()
        write_changed(kept, packed({key: table for key, table in truth._known().items() if key != "spo2"}))
    content = kept.read_bytes()
    return f"truth-{digest(content)[:10]}.json.gz", content


def _front_end() -> dict[str, bytes]:
    return {
        path.relative_to(_WEB).as_posix(): path.read_bytes()
        for path in sorted(_WEB.rglob("*"))
        if path.is_file() and path.suffix == ".mjs"
    }


def has_hospital(root: Path) -> bool:
    """Tell whether the synthetic hospital's tables have been made."""
    return (root / "data" / "manifest.json").is_file()


def _parts() -> tuple[dict[str, bytes], dict[str, bytes]]:
    needs = json.dumps(needs_table(), sort_keys=True) + "\n"
    return {**_front_end(), "needs.json": needs.encode()}, _library()


@cache
def live_version() -> str:
    """Return the name of the folder in ``_static/live``: a hash of all that stands in it."""
    told = [bytecode.RECIPE]
    for part in _parts():
        told += [one for name, content in sorted(part.items()) for one in (name, content)]
    return digest(*told)[:10]


def write_live(static: Path, root: Path | None = None) -> Path:
    """Write ``live/<version>`` and ``book`` below a site's static folder, and remove other versions.

    Parameters
    ----------
    static : path
        The ``_static`` folder of the built site.
    root : path, optional
        The book.

    Returns
    -------
    pathlib.Path
        The folder with `live.mjs`, its modules, and ``lib.zip`` (the engine).
    """
    root = root or paths.root()
    write_book(Path(static) / "book", root)
    folder = Path(static) / "live" / live_version()
    if (folder / "lib.zip").is_file():
        return folder
    shutil.rmtree(folder.parent, ignore_errors=True)
    front, library = _parts()
    for name, content in front.items():
        write_changed(folder / name, content)
    write_changed(folder / "lib.zip", compiled("lib.zip", pack(library)))
    return folder


def write_book(folder: Path, root: Path) -> None:
    """Write the archives of the book's parts and the answer key; what is there under its name is right."""
    wanted = {name: part for part, name in book_archives(root).items()}
    for name, part in wanted.items():
        if not (folder / name).is_file():
            write_changed(folder / name, pack(part_files(root, part)))
    key = answer_key(root)
    if key:
        write_changed(folder / key[0], key[1])
    if folder.is_dir():
        prune(folder, [*wanted, *([key[0]] if key else [])])


def compiled(name: str, archive: bytes) -> bytes:
    """Return an archive with bytecode for its modules."""
    with tempfile.TemporaryDirectory() as temporary:
        source, target = Path(temporary) / "source", Path(temporary) / "target"
        source.mkdir(), target.mkdir()
        (source / name).write_bytes(archive)
        node.compile_archives(fetch_runtime(progress=False), source, target, [name])
        return (target / name).read_bytes()
