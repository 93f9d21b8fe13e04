"""The list of files says what a browser may keep; the archive for a USB stick is the same when it is made again."""

import ast
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from ai2med import server
from ai2med.changes import Remembered
from ai2med.offline import archive, site, write_offline, write_zip

PAGE = (
    '<title>{title} · AI2MED</title><link href="../_static/ai2med.css?v=abc123"><img src="../_images/{image}.png">'
    "<h1>{title}</h1>"
)


@pytest.fixture
def html(tmp_path):
    """A site of two MOOCs, with a figure of each, one of both, Python, a table and what is left out."""
    pages = {
        "index.html": ("Home", "both"),
        "offline.html": ("Read offline", "none"),
        "moocs/mooc2/index.html": ("MOOC 2: Data &amp; care", "two"),
        "moocs/mooc2/module/unit.html": ("A unit", "both"),
        "exercises/mooc3/module/unit.html": ("Exercise", "three"),
    }
    html = tmp_path / "html"
    for name, (title, image) in pages.items():
        write(html / name, PAGE.format(title=title, image=image))
    for name in ("both", "two", "three"):
        write(html / f"_images/{name}.png", name)
    for name in ("_static/pyodide/a.whl", "_static/data/a.csv.gz", "_static/notebooks/mooc2/unit.ipynb", "lite/a.js"):
        write(html / name, name)
    for name in ("_static/search/index.json", "_static/search/pages/exercises/mooc3/module/unit.json"):
        write(html / name, name)
    for name in ("objects.inv", ".buildinfo", "_static/ai2med.css", "_static/notebooks/mooc2/unit.zip"):
        write(html / name, name)
    return html


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def read(html):
    return json.loads((html / "offline" / "files.json").read_text(encoding="utf-8"))


def test_each_file_has_its_hash_size_and_group(html):
    write_offline(html)
    files = read(html)["files"]
    groups = {path: file[2] for path, file in files.items()}
    assert groups["_static/pyodide/a.whl"] == "python"
    assert groups["_static/data/a.csv.gz"] == "data"
    assert groups["moocs/mooc2/module/unit.html"] == "mooc2"
    assert groups["_static/notebooks/mooc2/unit.ipynb"] == "mooc2"
    assert groups["exercises/mooc3/module/unit.html"] == "mooc3"
    assert groups["_static/search/pages/exercises/mooc3/module/unit.json"] == "mooc3"
    assert groups["_static/search/index.json"] == "book"
    assert groups["_images/two.png"] == "mooc2"
    assert groups["_images/three.png"] == "mooc3"
    assert groups["_images/both.png"] == "book"
    assert groups["index.html"] == "book"
    content = (html / "index.html").read_bytes()
    assert files["index.html"] == [site.fingerprint(content), len(content), "book", "Home"]


def test_what_no_reader_opens_and_the_notebooks_site_are_left_out(html):
    write_offline(html)
    files = read(html)["files"]
    assert not {"objects.inv", ".buildinfo", "sw.js", "offline/files.json"} & files.keys()
    assert {"manifest.webmanifest", "offline/offline.mjs", "offline/icon-192.png"} <= files.keys()


def test_the_list_names_moocs_and_shell(html):
    write_offline(html)
    made = read(html)
    assert made["moocs"] == {"mooc2": "MOOC 2: Data & care"}
    assert "offline.html" in made["shell"]
    assert set(made["shell"]) <= made["files"].keys()


def test_list_and_worker_are_the_same_again_and_change_with_a_file(html):
    write_offline(html)
    first = [(html / name).read_bytes() for name in ("sw.js", "offline/files.json")]
    write_offline(html)
    assert [(html / name).read_bytes() for name in ("sw.js", "offline/files.json")] == first
    write(html / "index.html", PAGE.format(title="Another home", image="both"))
    write_offline(html)
    assert (html / "sw.js").read_bytes() != first[0]
    assert site.fingerprint((html / "offline" / "files.json").read_bytes()) in (html / "sw.js").read_text()


def test_a_remembered_list_is_the_same_and_follows_a_change(html, tmp_path):
    memory = Remembered(tmp_path / "memory.json")
    write_offline(html, memory)
    memory.save()
    first = read(html)
    looked = []
    again = Remembered(tmp_path / "memory.json")
    known = again.get
    again.get = lambda path, find: known(path, lambda one: looked.append(one.name) or find(one))
    write(html / "index.html", PAGE.format(title="Another", image="both"))
    write_offline(html, again)
    assert looked == ["index.html"]
    assert read(html)["files"]["index.html"][3] == "Another"
    assert {name for name, file in read(html)["files"].items() if file != first["files"].get(name)} == {"index.html"}


def test_the_worker_is_a_classic_script(html):
    write_offline(html)
    text = (html / "sw.js").read_text()
    assert "\nimport " not in text
    assert "\nexport " not in text


def test_the_zip_is_the_same_again_and_holds_site_server_and_instructions(html, tmp_path):
    first = write_zip(html, tmp_path)
    kept = first.read_bytes()
    copy = tmp_path / "copy"
    shutil.copytree(html, copy)
    (tmp_path / "again").mkdir()
    assert write_zip(copy, tmp_path / "again").read_bytes() == kept
    with zipfile.ZipFile(first) as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        assert {"start.py", "book_server.py", "README.txt", "book/index.html", "book/lite/a.js"} <= names
        assert packed.testzip() is None


def test_an_unbuilt_book_is_not_packed(tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        write_zip(tmp_path, tmp_path)


@pytest.mark.parametrize("path", [Path(server.__file__), Path(archive.__file__).parent / "stick" / "start.py"])
def test_what_runs_from_the_stick_is_plain_python_3_8(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {
        "contextlib",
        "errno",
        "functools",
        "gzip",
        "http",
        "pathlib",
        "sys",
        "threading",
        "webbrowser",
        "book_server",
    }
    # The union of types, new in 3.10, is no matter of grammar.
    annotations = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation]
    assert not [note for note in annotations if isinstance(note, ast.BinOp)]
