"""Extra wheels come from the package index, each pinned by its hash; whatever else the index gives is refused."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from ai2med.runtime import RuntimeFetchError, fetch_runtime, load_pins, node
from ai2med.runtime.needs import packages_for
from ai2med.runtime.pins import CORE, Pins

PURE = "chart-1.0-py3-none-any.whl"
COMPILED = "quick-2.0-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"


def wheel(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("module.py", text)
    return made.getvalue()


WHEELS = {PURE: wheel("a = 1"), COMPILED: wheel("b = 2")}
OFFICIAL = {name: wheel(name) for name in CORE}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def pins():
    packages, extras = {}, {}
    for file_name, content in WHEELS.items():
        name, version = file_name.split("-")[:2]
        packages[name] = {"file_name": file_name, "sha256": sha256(content), "depends": [], "imports": [name]}
        extras[file_name] = f"{name}=={version}"
    core = {name: sha256(content) for name, content in OFFICIAL.items()}
    lock = {"info": {"version": "1.0"}, "packages": packages, "core": core}
    return Pins("1.0", (), {}, (), {"project": "carrier", "version": "1", "folder": ""}, lock, extras)


class Index:
    """What pip does, without a network: it puts wheels where it is told, or fails."""

    def __init__(self):
        self.wheels, self.commands, self.failure = dict(WHEELS), [], ""

    def __call__(self, command, **_options):
        self.commands.append(command)
        if self.failure:
            return subprocess.CompletedProcess(command, 1, "", f"noise\nERROR: {self.failure}\n")
        folder = Path(command[command.index("--dest") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.wheels.items():
            if "==".join(name.split("-")[:2]) in command:
                (folder / name).write_bytes(content)
        return subprocess.CompletedProcess(command, 0, "", "")


def as_it_is(core, source, target, names):
    for name in names:
        shutil.copyfile(source / name, target / name)


@pytest.fixture
def index(monkeypatch):
    made = Index()
    monkeypatch.setattr(subprocess, "run", made)
    monkeypatch.setattr(node, "compile_archives", as_it_is)
    return made


@pytest.fixture
def get(tmp_path, pins, index):
    """Return a function that fetches; the release's own files are there already."""
    downloads = tmp_path / "cache" / "1.0" / "downloads"
    downloads.mkdir(parents=True)
    for name, content in OFFICIAL.items():
        (downloads / name).write_bytes(content)
    return lambda: fetch_runtime(tmp_path / "out", tmp_path / "cache", progress=False, pins=pins)


def test_wheels_of_a_kind_are_asked_for_together_and_served_by_name(get, index, tmp_path):
    get()
    assert len(index.commands) == 2
    assert all({"--no-deps", "--only-binary=:all:", "--python-version=3.12"} <= set(one) for one in index.commands)
    assert {"--abi=none", "--platform=any"} <= set(index.commands[0])
    assert {"--abi=cp312", "--platform=manylinux2014_x86_64"} <= set(index.commands[1])
    lock = json.loads((tmp_path / "out" / "pyodide-lock.json").read_text())
    assert lock["packages"]["chart"]["file_name"] == PURE
    assert (tmp_path / "out" / PURE).read_bytes() == WHEELS[PURE]
    assert not (tmp_path / "cache" / "1.0" / "index").exists()


def test_wheels_are_kept_between_builds(get, index, tmp_path):
    get()
    for made in (tmp_path / "cache" / "1.0").glob("made-*"):
        (made / "pyodide-lock.json").unlink()
    index.commands.clear()
    get()
    assert index.commands == []


@pytest.mark.parametrize("content", [wheel("another release"), WHEELS[PURE][:-9], b""])
def test_another_or_truncated_wheel_is_refused_with_both_hashes(get, index, tmp_path, content):
    index.wheels[PURE] = content
    with pytest.raises(RuntimeFetchError) as caught:
        get()
    told = str(caught.value)
    assert f"the Python package index has another {PURE}" in told
    assert f"expected SHA-256 {sha256(WHEELS[PURE])}, found {sha256(content)}" in told
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "cache" / "1.0" / "downloads" / PURE).exists()


def test_without_a_network_the_wheel_the_reason_and_the_mend_are_told(get, index, tmp_path):
    index.failure = "No matching distribution found for chart==1.0"
    with pytest.raises(RuntimeFetchError, match="Check the network") as caught:
        get()
    assert f"{PURE} could not be fetched" in str(caught.value)
    assert "No matching distribution found" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_wheel_of_another_name_is_no_answer(get, index):
    del index.wheels[COMPILED]
    index.wheels["quick-2.0-cp312-cp312-win32.whl"] = WHEELS[COMPILED]
    with pytest.raises(RuntimeFetchError, match="the Python package index has no quick-2"):
        get()


def test_the_books_extra_wheels_are_named_as_pyodide_asks_for_them():
    lock = load_pins().lock["packages"]
    for name, entry in lock.items():
        assert name == name.lower().replace("_", "-")
        assert {needed.lower().replace("_", "-") for needed in entry["depends"]} <= set(lock), name


def test_a_page_loads_charts_where_a_cell_imports_them_and_never_what_is_for_jupyterlite():
    assert packages_for(["import altair as alt"]) == ["altair"]
    assert packages_for(["import anywidget, ipywidgets, comm, psygnal"]) == []
