"""Promise 7: built twice from the same sources, the site is the same, byte for byte, outside declared stamps.

In every run a small book is built twice at once, each time from nothing: its cells run again, in another folder, under
another hash seed. It has all that every page shares (settings, theme, tables, notebooks, snapshots, lists for reading
offline) and two units. The whole book is built again where everything is tested.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ai2med import paths
from ai2med.curriculum import load_curriculum

ROOT = paths.root()
HTML = ROOT / "_build" / "html"
# The inventory for other Sphinx projects is the one declared stamp: zlib's version decides its bytes.
STAMPS = {"objects.inv"}
# What is built, and what belongs to the machine.
NEVER = (".venv", ".git", "_build", "workbook", "__pycache__", "tests")


def two_units() -> list[str]:
    """Return two units of different MOOCs whose pages lead to no other unit, so that they make a book of their own."""
    finished = load_curriculum().finished
    alone = {}
    for unit in finished:
        text = "".join(path.read_text(encoding="utf-8") for path in (unit.path, unit.items_path, unit.exercise_path))
        if not any(other.slug in text for other in finished if other is not unit):
            alone[unit.id.partition(".")[0]] = unit.id
    return sorted(alone.values())[-2:]


def copy_book(folder: Path, units=None) -> Path:
    """Copy the book's sources, with all units or some."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NEVER, ".cache"))
    # What was fetched is large and never written to.
    shutil.copytree(ROOT / ".cache", folder / ".cache", copy_function=os.link)
    for unit in load_curriculum().finished:
        if units is not None and unit.id not in units:
            for path in (unit.path, unit.exercise_path):
                for own in (folder / path.relative_to(ROOT)).parent.glob(f"{unit.slug}.*"):
                    own.unlink()
    return folder


def start_build(folder: Path, seed: int) -> subprocess.Popen:
    environment = {**os.environ, "AI2MED_ROOT": str(folder), "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-m", "ai2med", "book"]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(build: subprocess.Popen, seconds: int):
    """Wait for a build that has to succeed; one that does not end is ended."""
    try:
        told, _ = build.communicate(timeout=seconds)
    finally:
        build.kill()
    assert build.returncode == 0, told[-3000:]


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def different(first: Path, second: Path) -> list[str]:
    """Return the names of files that only one folder has, or that differ."""
    one, other = files(first), files(second)
    assert one
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.mark.timeout(900)
def test_a_small_book_is_the_same_when_it_is_built_from_nothing_in_another_place(tmp_path):
    units = two_units()
    assert len(units) == 2
    books = [copy_book(tmp_path / name, units) for name in ("here", "another place")]
    builds = [start_build(folder, seed) for seed, folder in enumerate(books, 1)]
    try:
        for build in builds:
            finish(build, 800)
    finally:
        for build in builds:
            build.kill()
            build.wait(60)
    built = [folder / "_build" / "html" for folder in books]
    for unit in units:
        assert (built[0] / f"{load_curriculum().unit(unit).docname}.html").is_file()
    assert [name for name in different(*built) if name not in STAMPS] == []


@pytest.mark.everything
@pytest.mark.timeout(2400)
def test_the_whole_book_is_the_same_when_it_is_built_again(tmp_path):
    copy = copy_book(tmp_path / "book")
    finish(start_build(copy, 1), 2300)
    assert [name for name in different(HTML, copy / "_build" / "html") if name not in STAMPS] == []


def test_a_file_that_differs_and_one_that_is_missing_are_named(tmp_path):
    for name, text in (("one/a.html", "x"), ("one/b.html", "x"), ("two/a.html", "y"), ("two/c.html", "x")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert different(tmp_path / "one", tmp_path / "two") == ["a.html", "b.html", "c.html"]
