"""JupyterLite in the site: the same book gives the same bytes, and what its files name is there."""

import hashlib
import json
import re
import zipfile

import pytest

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.exercises.ipynb import code_cell, markdown_cell, new_notebook, to_text
from ai2med.runtime import RuntimeFetchError, bundle, lite
from ai2med.runtime.lite import contents, shell
from ai2med.runtime.lite.engine import PACKAGES

ROOT = paths.root()
UNITS = load_curriculum(ROOT).finished[:2]


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write_notebooks(static):
    for unit in UNITS:
        for suffix in ("", "_exercise"):
            cells = [markdown_cell(f"# {unit.title}"), code_cell("1 + 1")]
            path = static / "notebooks" / unit.folder / f"{unit.slug}{suffix}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(to_text(new_notebook(f"{unit.id}{suffix}", cells, unit=unit.id, kind="reading")))


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """A site as Sphinx leaves it, as far as JupyterLite looks at it, with JupyterLite."""
    made = tmp_path_factory.mktemp("site")
    write_notebooks(made / "_static")
    (made / "_static" / "pyodide").mkdir()
    packages = {"numpy": {"name": "numpy", "file_name": "numpy.whl", "depends": [], "imports": ["numpy"]}}
    (made / "_static" / "pyodide" / "pyodide-lock.json").write_text(json.dumps({"packages": packages}))
    lite.write_lite(made)
    return made


@pytest.fixture(scope="module")
def settings(html):
    return json.loads((html / "lite/jupyter-lite.json").read_text())["jupyter-config-data"]


def test_the_same_book_gives_the_same_bytes(html, tmp_path):
    before = tree(html)
    lite.write_lite(html)
    assert tree(html) == before
    assert tree(shell.make_shell(tmp_path / "one")) == tree(shell.make_shell(tmp_path / "two"))


def test_every_notebook_is_listed_and_its_link_leads_to_it(html):
    for unit in UNITS:
        for name in (f"{unit.slug}.ipynb", f"{unit.slug}_exercise.ipynb"):
            path = f"{unit.folder}/{name}"
            listing = json.loads((html / "lite/api/contents" / unit.folder / "all.json").read_text())
            assert path in [entry["path"] for entry in listing["content"]]
            notebook = json.loads((html / "lite/files" / path).read_text())
            assert "Never paste real patient data" in notebook["cells"][0]["source"]
            assert notebook["metadata"]["kernelspec"]["name"] == "python"
            page, _, query = lite.notebook_address(path).partition("?")
            assert (html / page).is_file()
            assert query == f"path={path}"
    top = json.loads((html / "lite/api/contents/all.json").read_text())
    assert [entry["type"] for entry in top["content"]] == ["directory"] * len(top["content"])


def test_the_bar_knows_the_page_of_each_notebook(html):
    told = json.loads((html / "lite/notebooks.json").read_text())
    unit = UNITS[0]
    assert told[f"{unit.folder}/{unit.slug}_exercise.ipynb"]["page"] == f"{unit.exercise_docname}.html"


def test_all_that_a_browser_keeps_has_the_books_name(settings):
    names = {key: value for key, value in settings.items() if key.endswith("StorageName")}
    assert set(names) == {"contentsStorageName", "settingsStorageName"}
    assert all(name.startswith("AI2MED ") for name in names.values())


def test_another_notebook_is_another_version_and_its_source_tells(html):
    notebooks = contents.offered_notebooks(html / "_static" / "notebooks", ROOT)
    changed = [contents.Offered("a.ipynb", "a.html", "A", "{}", "0" * 12), *notebooks[1:]]
    assert contents.contents_version(changed) != contents.contents_version(notebooks)
    for one in notebooks:
        assert json.loads(one.text)["metadata"]["ai2med"]["source"] == one.source


def test_the_lock_names_files_that_are_there_with_their_hashes(html):
    lock = json.loads((html / "lite/pyodide-lock.json").read_text())
    ours = {name: entry for name, entry in lock["packages"].items() if "/lite/" in entry["file_name"]}
    assert sorted(ours) == ["ai2med", "ipykernel", "piplite", "pyodide-kernel"]
    assert "numpy" in lock["packages"]
    for entry in ours.values():
        content = (html / "_static" / "pyodide" / entry["file_name"]).resolve().read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert ours["pyodide-kernel"]["imports"] == ["pyodide_kernel"]


def test_every_package_that_the_kernel_loads_is_pinned():
    from ai2med.runtime import load_pins

    pinned = set(load_pins().lock["packages"]) | {"ai2med", "ipykernel", "piplite", "pyodide-kernel"}
    assert {name.replace("_", "-") for name in PACKAGES} <= pinned


def test_the_engines_wheel_has_front_ends_and_checks_and_real_packages_instead_of_stand_ins(html):
    with zipfile.ZipFile(html / "lite" / "ai2med-0.1.0-py3-none-any.whl") as wheel:
        names = wheel.namelist()
    assert {"ai2med/widgets/knowledge_check/knowledge_check.mjs", "matplotlib/fontlist.json"} <= set(names)
    assert not [name for name in names if name.startswith(("IPython", "anywidget"))]


def test_the_kernel_is_told_where_each_part_of_the_book_lies(html):
    told = json.loads((html / "lite/book.json").read_text())
    assert {unit.id for unit in UNITS} | {"curriculum.yml"} <= told["parts"].keys()
    assert told["parts"][UNITS[0].id] == bundle.part_name(ROOT, UNITS[0].id)


def test_only_what_has_changed_is_written_again(html):
    before = {name: (html / name).stat().st_mtime_ns for name in tree(html)}
    unit = UNITS[0]
    path = html / "_static" / "notebooks" / unit.folder / f"{unit.slug}.ipynb"
    text = path.read_text()
    try:
        path.write_text(text.replace("1 + 1", "1 + 2"))
        lite.write_lite(html)
        changed = {name for name, time in before.items() if (html / name).stat().st_mtime_ns != time}
        # The notebook, what lists it, and the two files that name the version of all notebooks together.
        assert changed - {path.relative_to(html).as_posix()} == {
            f"lite/files/{unit.folder}/{unit.slug}.ipynb",
            "lite/jupyter-lite.json",
            "lite/notebooks.json",
            "lite/notebooks/index.html",
            "lite/tree/index.html",
        }
    finally:
        path.write_text(text)
        lite.write_lite(html)


def test_nothing_of_the_shell_leads_to_another_host(html, settings):
    assert not list((html / "lite").rglob("*.map"))
    assert "http" not in json.dumps(settings)
    for page in (html / "lite").rglob("*.html"):
        assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.read_text())


def test_a_book_without_notebooks_has_no_jupyterlite(tmp_path):
    assert lite.write_lite(tmp_path) is None
    assert not (tmp_path / "lite").exists()


def test_a_project_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "_PROJECTS", ("no-such-project",))
    with pytest.raises(RuntimeFetchError, match="no-such-project is not installed"):
        shell.make_shell(tmp_path)


def test_page_and_worker_answer_with_one_last_store(html):
    scripts = [path.read_text() for path in (html / "lite" / shell.KERNEL / "static").glob("*.js")]
    sharing = [text for text in scripts if "waitAsync" in text]
    assert len(sharing) == 3
    assert all(len(re.findall(r"Atomics\.store\(\w,0,", text)) == 2 for text in sharing)


def test_a_kernel_that_answers_otherwise_is_refused(tmp_path):
    (tmp_path / "kernel.js").write_text("Atomics.waitAsync(cell, 0)")
    with pytest.raises(RuntimeFetchError, match=r"kernel\.js is not as _ANSWERS"):
        shell._mend_answers(tmp_path)
