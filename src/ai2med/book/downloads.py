"""Notebooks to download: those of a unit as one archive, with all that they need besides Jupyter and its packages."""

import json
import os
import re
import sys
import zipfile
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from ..changes import digest, prune, write_changed
from ..cohort import made_files
from ..curriculum import Unit, load_curriculum
from ..exercises.ipynb import code_cell, to_text
from ..exercises.workbook import exercise_notebook, unit_notebook
from ..packing import pack
from ..runtime.browser.kernel import imported
from ..runtime.bundle import engine_modules, front_ends, part_files, part_name
from ..uses import Uses
from .links import repository
from .live import uses_of

__all__ = ["ENGINE_FOLDER", "archive_files", "site_address", "start_cell", "write_notebooks"]

ENGINE_FOLDER = "ai2med-book"
_ENGINE = Path(__file__).parents[1]
# What Jupyter itself is not made of, by the name under which cells import it.
_PACKAGES = {"sklearn": "scikit-learn"}
# Behind the book's own functions.
_ALWAYS = {"anywidget", "matplotlib", "numpy", "pandas", "scipy"}
_START = """\
# Finds the book's package, ai2med: installed, or in the folder that came with this notebook. Run this cell first.
import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("ai2med") is None:
    if sys.version_info < (3, 11):
        raise RuntimeError("This notebook needs Python 3.11 or newer.")
    folders = [Path("{folder}"), Path("{top}", "{folder}")]
{fetch}\
    found = next((folder for folder in folders if folder.is_dir()), None)
    if found is None:
        raise ModuleNotFoundError({absent!r})
    sys.path.append(str(found.resolve()))
    missing = [name for name in {modules} if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError("Run this line in a cell of its own, then this cell again: %pip install {packages}")
"""
_FETCH = """\
    if not any(folder.is_dir() for folder in folders):
        from io import BytesIO
        from urllib.request import urlopen
        from zipfile import ZipFile

        print("Getting the book's package and tables ...")
        with urlopen("{address}") as answer:
            ZipFile(BytesIO(answer.read())).extractall()
"""
_ABSENT = (
    "The book's package is not here. Download the notebooks of unit {id} from its page as a zip file, unpack it, and "
    "open the notebook in the folder that you get: it has all that is needed."
)
_README = """\
AI2MED, unit {id}: {title}. Notebooks to read and to practise, with the book's package and its tables.

To start, run this line in this folder:

    python -m notebook

Before the first time, run this one, with Python 3.11 or newer:

    python -m pip install -r requirements.txt

Each notebook's first cell says what is missing. All data are synthetic. What you write stays in this folder.
"""


def write_notebooks(app, folder: Path) -> None:
    """Write the notebooks of finished units and their archives; what has not changed stays as it is."""
    root, wanted = Path(app.srcdir), set()
    around, known = _surroundings(root), {}
    for unit in load_curriculum().finished:
        made = {f"{unit.slug}.ipynb": (unit_notebook, unit.docname)}
        if unit.exercise_path.is_file():
            made[f"{unit.slug}_exercise.ipynb"] = (exercise_notebook, unit.exercise_docname)
        place = folder / unit.folder
        for name, (make, docname) in made.items():
            if docname in app.ai2med_updated or not (place / name).is_file():
                write_changed(place / name, to_text(with_start(make(unit), unit, site_address(app))))
        texts = {name: (place / name).read_text(encoding="utf-8") for name in made}
        _write_archive(place / f"{unit.slug}.zip", unit, texts, around, known, app, root)
        wanted |= {f"{unit.folder}/{name}" for name in (*made, f"{unit.slug}.zip")}
    if folder.is_dir():
        prune(folder, wanted)


def site_address(app) -> str:
    """Return where the book is published; empty if that is not known, as on the machine of somebody who builds it."""
    address = app.config.html_baseurl
    named = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", repository(app))
    if not address and os.environ.get("AI2MED_REPOSITORY") and named:
        owner, name = named[1].lower(), named[2]
        address = f"https://{owner}.github.io/" + ("" if name.lower() == f"{owner}.github.io" else name)
    return address.rstrip("/")


def with_start(notebook: NotebookNode, unit: Unit, site: str = "") -> NotebookNode:
    """Return a notebook that begins with a cell that finds the engine."""
    at = next(index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    cell = code_cell(start_cell(unit, codes_of(notebook), site), ["start"])
    cell["id"] = digest(notebook.cells[at].id)[:12]
    notebook.cells.insert(at, cell)
    return notebook


def start_cell(unit: Unit, codes: list[str], site: str = "") -> str:
    """Return the code that finds the engine, fetches it where the book's address is known, or says what to do."""
    address = f"{site}/_static/notebooks/{unit.folder}/{unit.slug}.zip"
    modules = modules_of(codes)
    return _START.format(
        folder=ENGINE_FOLDER,
        top=_top(unit),
        fetch=_FETCH.format(address=address) if site else "",
        absent=_ABSENT.format(id=unit.id),
        modules=modules,
        packages=" ".join(_PACKAGES.get(name, name) for name in modules),
    ).rstrip("\n")


def modules_of(codes: list[str]) -> list[str]:
    r"""Return what cells import, and the book's functions for them, that does not come with Python or the book.

    Examples
    --------
    >>> modules_of(["import json, sklearn.svm\nfrom ai2med import load"])
    ['anywidget', 'matplotlib', 'numpy', 'pandas', 'scipy', 'sklearn']
    """
    tops = {name.partition(".")[0] for code in codes for name in imported(code)} | _ALWAYS
    return sorted(tops - {"ai2med", "IPython", "yaml"} - sys.stdlib_module_names)


def codes_of(notebook) -> list[str]:
    """Return the sources of a notebook's code cells."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells]


def archive_files(
    unit: Unit, texts: dict[str, str], uses: Uses, root: Path, known: dict[str, dict[str, bytes]]
) -> dict[str, bytes]:
    """Return the files of a unit's archive: its notebooks, the engine, and what of the book their cells use.

    Parameters
    ----------
    unit : Unit
        A finished unit.
    texts : dict
        Its notebooks, by file name.
    uses : Uses
        What cells use in the present state of the book.
    root : path
        The book.
    known : dict
        Files of parts of the book that were made for another unit; those of this one are added.
    """
    codes = [code for text in texts.values() for code in codes_of(json.loads(text))]
    parts = _parts(unit, codes, uses)
    inside = dict(_engine())
    for part in parts:
        if part not in known:
            known[part] = part_files(root, part)
        inside |= known[part]
    inside |= _tables(root, uses.parts(codes))
    packages = {_PACKAGES.get(name, name) for name in modules_of(codes)} | {"notebook"}
    readme = _README.format(id=unit.id, title=unit.title)
    files = {name: text.encode() for name, text in texts.items()}
    files |= {"README.txt": readme.encode(), "requirements.txt": _pinned(root, packages).encode()}
    files |= {f"{ENGINE_FOLDER}/{name}": content for name, content in inside.items()}
    return {f"{_top(unit)}/{name}": content for name, content in files.items()}


def _write_archive(path, unit, texts, surroundings, known, app, root):
    """Write a unit's archive, unless the one that is there was made of the same."""
    notebooks = (one for pair in sorted(texts.items()) for one in pair)
    stamp = digest(surroundings, part_name(root, unit.id), *notebooks)
    if not (path.is_file() and zipfile.ZipFile(path).comment == stamp.encode()):
        write_changed(path, pack(archive_files(unit, texts, uses_of(app), root, known), stamp))


def _surroundings(root) -> str:
    """Return a hash of all that any archive may hold besides its unit: to look at what each uses would take longer."""
    names = ("curriculum.yml", "requirements.txt", "data/manifest.json")
    files = [root / name for name in names if (root / name).is_file()]
    files += [path for folder in ("law", "explorables") for path in sorted((root / folder).rglob("*.*"))]
    # The front ends of explorables are made with the kit.
    files += sorted(_ENGINE.glob("explorables/**/*.mjs"))
    engine = (one for name, content in sorted(_engine().items()) for one in (name, content))
    return digest(_README, *engine, *(path.read_bytes() for path in files if path.is_file()))


def _top(unit) -> str:
    return f"ai2med-{unit.id}"


def _parts(unit, codes, uses) -> list[str]:
    """Return the parts of the book, as `bundle` names them, that cells read: questions, checks, explorables, tables."""
    found = {unit.id, "curriculum.yml", "law"}
    for name in uses.parts(codes):
        kind, _, rest = name.partition(":")
        if kind == "explorable":
            found |= {f"explorables/{rest}", f"notebooks/{rest}"}
        elif kind == "file" and rest.startswith("moocs/"):
            found.add(rest)
    return sorted(found)


def _tables(root, used) -> dict[str, bytes]:
    """Return the datasets that cells load, and the list of all: a table that is left out is then told from no table."""
    files = {path.relative_to(root / "data").as_posix(): path for path in made_files(root)} if _has_data(root) else {}
    wanted = {name.partition(":")[2] for name in used if name.startswith("data:")} | {"manifest"}
    chosen = {name: path for name, path in files.items() if "/" not in name and name.partition(".")[0] in wanted}
    return {f"data/{name}": path.read_bytes() for name, path in chosen.items()}


def _has_data(root) -> bool:
    return (root / "data" / "manifest.json").is_file()


@cache
def _engine() -> dict[str, bytes]:
    files = {name: content for name, content in engine_modules().items() if not name.startswith("ai2med/runtime/")}
    # In a browser the hospital's answer key is a file of the site.
    files["ai2med/cohort/truth.py"] = (_ENGINE / "cohort" / "truth.py").read_bytes()
    return files | front_ends()


def _pinned(root, packages) -> str:
    """Return the lines of the book's own pins for some packages."""
    path = root / "requirements.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else sorted(packages)
    return "".join(f"{line}\n" for line in lines if re.split(r"[=<>! ;]", line)[0] in packages)
