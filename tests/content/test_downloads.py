"""What is downloaded runs where Jupyter and the usual packages are, and nothing of the book is."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from types import SimpleNamespace

import pytest

from ai2med import paths
from ai2med.book import downloads
from ai2med.curriculum import load_curriculum
from ai2med.exercises.ipynb import code_cell, markdown_cell, new_notebook, to_text
from ai2med.exercises.workbook import exercise_notebook, unit_notebook
from ai2med.packing import pack
from ai2med.server import serving
from ai2med.uses import Uses

ROOT = paths.root()
UNITS = load_curriculum(ROOT).finished
# Parts of the book that were made for another unit's archive.
KNOWN = {}
# Quickly run, with widgets, questions, and a task on which nothing builds.
WHOLE = next(unit for unit in UNITS if unit.id == "5.3.3")
EXECUTE = (
    "import nbclient, nbformat, sys; nbclient.NotebookClient(nbformat.read(sys.argv[1], 4), timeout=100).execute()"
)
# What a reader's first run meets: the start, every import, every table, the check of a task, the questions.
MEET = """
import json, pathlib, re, sys
for name in sys.argv[1:]:
    cells = json.loads(pathlib.Path(name).read_text("utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    exec(codes[0])
    import ai2med
    for code in codes[1:]:
        for line in re.findall(r"^(?:import|from) .*$", code, re.M):
            if not line.endswith("("):
                exec(line)
        for kind, table in re.findall(r'\\b(load|load_files)\\("(\\w+)"\\)', code):
            getattr(ai2med, kind)(table)
        for task in re.findall(r'\\bcheck\\("([\\d.]+-t\\d+)"\\)', code):
            assert ai2med.check(task, {}).key != "no-task", task
        for shown in re.findall(r'knowledge_check\\("[\\d.]+".*\\)', code):
            exec(f"from ai2med import knowledge_check; {shown}")
assert "ai2med-book" in ai2med.__file__, ai2med.__file__
print("met")
"""


@pytest.fixture(scope="module")
def uses():
    return Uses(ROOT)


def environment(folder, *, packages):
    """Make an environment without the book, and return its Python; with `packages` it has those of this one."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, timeout=100)
    if packages:
        places = sorted((folder / "lib").glob("python*/site-packages")) or [folder / "Lib" / "site-packages"]
        # Where this one finds the book itself is told by a file that is not read from there.
        (places[0] / "these.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return environment(tmp_path_factory.mktemp("fresh") / "venv", packages=True)


def run(python, folder, code, *arguments):
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "AI2MED", "MPL"))}
    command = [python, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, env=outside, capture_output=True, text=True, check=False, timeout=200)


def texts_of(unit, site=""):
    made = {f"{unit.slug}.ipynb": unit_notebook(unit), f"{unit.slug}_exercise.ipynb": exercise_notebook(unit)}
    return {name: to_text(downloads.with_start(notebook, unit, site)) for name, notebook in made.items()}


def unpacked(unit, uses, folder):
    """Unpack a unit's archive as a reader does, and return the folder with its notebooks."""
    archive = folder / "download.zip"
    archive.write_bytes(pack(downloads.archive_files(unit, texts_of(unit), uses, ROOT, KNOWN)))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder / f"ai2med-{unit.id}"


def test_an_exercise_runs_from_beginning_to_end_in_a_fresh_environment(python, uses, tmp_path):
    folder = unpacked(WHOLE, uses, tmp_path)
    done = run(python, folder, EXECUTE, f"{WHOLE.slug}_exercise.ipynb")
    assert done.returncode == 0, done.stderr
    assert "python -m pip install -r requirements.txt" in (folder / "README.txt").read_text(encoding="utf-8")
    pins = (folder / "requirements.txt").read_text(encoding="utf-8")
    assert {"anywidget", "notebook", "pandas"} <= {line.partition("=")[0] for line in pins.splitlines()}


@pytest.mark.sampled("kernel")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_a_unit_finds_all_that_its_cells_ask_for(python, uses, tmp_path, unit):
    folder = unpacked(unit, uses, tmp_path)
    done = run(python, folder, MEET, f"{unit.slug}.ipynb", f"{unit.slug}_exercise.ipynb")
    assert done.stdout.endswith("met\n"), done.stderr


def first_cell(unit, site=""):
    return downloads.start_cell(unit, ["import pandas"], site)


def test_a_notebook_alone_says_what_to_do(python, tmp_path):
    done = run(python, tmp_path, first_cell(WHOLE))
    assert "Download the notebooks of unit 5.3.3 from its page as a zip file" in done.stderr.splitlines()[-1]


def test_packages_that_are_missing_are_named(tmp_path):
    (tmp_path / downloads.ENGINE_FOLDER).mkdir()
    bare = environment(tmp_path / "venv", packages=False)
    done = run(bare, tmp_path, first_cell(WHOLE))
    assert done.stderr.splitlines()[-1].endswith("%pip install anywidget matplotlib numpy pandas scipy")


def test_where_the_books_address_is_known_a_notebook_alone_gets_what_it_needs(python, tmp_path):
    site, alone = tmp_path / "site", tmp_path / "alone"
    archive = site / "_static/notebooks" / WHOLE.folder / f"{WHOLE.slug}.zip"
    archive.parent.mkdir(parents=True)
    alone.mkdir()
    archive.write_bytes(pack({f"ai2med-{WHOLE.id}/{downloads.ENGINE_FOLDER}/ai2med.py": b"there = True\n"}))
    with serving(site) as address:
        code = first_cell(WHOLE, address.rstrip("/")) + "\nimport ai2med\nprint(ai2med.there)"
        done = run(python, alone, code)
    assert done.stdout.splitlines()[-1] == "True", done.stderr


@pytest.mark.parametrize(
    ("base", "published_by", "address"),
    [
        ("", "", ""),
        ("https://book.example/", "", "https://book.example"),
        ("", "https://github.com/Ward-7/our-book", "https://ward-7.github.io/our-book"),
        ("", "https://github.com/ward/ward.github.io", "https://ward.github.io"),
        ("", "https://codeberg.org/ward/book", ""),
    ],
)
def test_the_address_is_known_where_the_book_is_published(monkeypatch, base, published_by, address):
    monkeypatch.setenv("AI2MED_REPOSITORY", published_by)
    config = SimpleNamespace(html_baseurl=base, ai2med_repository="https://github.com/a/b")
    assert downloads.site_address(SimpleNamespace(config=config)) == address


def test_an_archive_is_made_again_only_when_something_has_changed(uses, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "unit_notebook", lambda unit: small(unit, "reading"))
    monkeypatch.setattr(downloads, "exercise_notebook", lambda unit: small(unit, "exercise"))
    monkeypatch.setattr(downloads, "load_curriculum", lambda: SimpleNamespace(finished=[WHOLE]))
    config = SimpleNamespace(html_baseurl="", ai2med_repository="")
    app = SimpleNamespace(srcdir=str(ROOT), config=config, ai2med_uses=uses, ai2med_updated=set())
    downloads.write_notebooks(app, tmp_path)
    (archive,) = tmp_path.rglob("*.zip")
    first = archive.read_bytes()
    monkeypatch.setattr(downloads, "archive_files", lambda *_: pytest.fail("made again"))
    downloads.write_notebooks(app, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(downloads, "load_curriculum", lambda: SimpleNamespace(finished=[WHOLE]))
    notebook = next(tmp_path.rglob("*_exercise.ipynb"))
    notebook.write_text(notebook.read_text().replace("1 + 1", "1 + 2"))
    downloads.write_notebooks(app, tmp_path)
    assert archive.read_bytes() != first
    with zipfile.ZipFile(archive) as opened:
        name = next(name for name in opened.namelist() if name.endswith("_exercise.ipynb"))
        assert "1 + 2" in json.dumps(json.loads(opened.read(name)))


def small(unit, name):
    return new_notebook(f"{unit.id} {name}", [markdown_cell("# A"), code_cell("1 + 1")], unit=unit.id)
