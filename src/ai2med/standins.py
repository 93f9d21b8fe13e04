"""Fill a copy of the book with stand-in units, to see what a build costs when all units are written.

A stand-in is a copy of a finished unit with another id, title, place, labels and names of glued numbers. It lints and
builds strictly like the unit that it was copied from, and its cells are other cells, so that they really run.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

from .contents import write_toc
from .curriculum import Curriculum, Unit, load_curriculum

__all__ = ["copy_book", "fill", "stand_in"]

# What no copy needs: what is built, fetched, or the learner's own.
_NOT_COPIED = ("_build", ".venv", ".git", ".cache", ".pytest_cache", ".ruff_cache", "workbook", "__pycache__")
_LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_NAMED = re.compile(r"^(\s+name: +)([\w-]+)$", re.MULTILINE)
_FIRST_CELL = re.compile(r"^(```\{code-cell\}[^\n]*\n(?::[^\n]*\n|---\n(?:[^\n]*\n)*?---\n)*\n?)", re.MULTILINE)


def copy_book(root: Path, target: Path) -> Path:
    """Copy the sources of a book to a new folder; what has been fetched and compiled is shared.

    Parameters
    ----------
    root, target : path
        The book, and a folder that does not exist yet.
    """
    shutil.copytree(root, target, ignore=shutil.ignore_patterns(*_NOT_COPIED), symlinks=True)
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    (target / ".cache").symlink_to(cache.resolve(), target_is_directory=True)
    return target


def _swap(text: str, source: Unit, unit: Unit) -> str:
    """Return a text of one unit as a text of another."""
    plain = {source.id: unit.id, f"u{_short(source)}_": f"u{_short(unit)}_"}
    plain |= {f"{source.folder}/{source.slug}": f"{unit.folder}/{unit.slug}", source.slug: unit.slug}
    for old, new in plain.items():
        text = re.sub(rf"(?<![\w.]){re.escape(old)}(?![\d.]*\d)", new.replace("\\", r"\\"), text)
    text = text.replace(f"# {source.title}\n", f"# {unit.title}\n", 1)
    return text.replace(f"# Exercise: {source.title}\n", f"# Exercise: {unit.title}\n", 1)


def _short(unit: Unit) -> str:
    return unit.id.replace(".", "")


def _own_labels(text: str, unit: Unit) -> str:
    """Return a page whose labels, and the links to them, are its own."""
    labels = set(_LABEL.findall(text)) | {name for _, name in _NAMED.findall(text)}
    for label in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(label)}(?![\w-])", f"{label}-{_short(unit)}", text)
    return text


def stand_in(source: Unit, unit: Unit) -> list[Path]:
    """Write a unit's files as copies of a finished unit's; return them.

    Parameters
    ----------
    source : Unit
        A finished unit.
    unit : Unit
        One that is not written yet, of the same book or of a copy.
    """
    written = []
    for old in [*sorted(source.path.parent.glob("*")), *sorted(source.exercise_path.parent.glob("*"))]:
        name, _, ending = old.name.partition(".")
        if name != source.slug or not old.is_file():
            continue
        place = unit.path if old.parent == source.path.parent else unit.exercise_path
        new = place.with_name(f"{unit.slug}.{ending}")
        text = _swap(old.read_text(encoding="utf-8"), source, unit)
        if new.suffix == ".md":
            # A unit that the source builds on may be the one whose place is taken.
            text = re.sub(rf'(?m)^(  prerequisites: \[.*?)"{re.escape(unit.id)}"(?:, )?', r"\1", text)
            text = _own_labels(text, unit)
            # Other code, so that no result of the source's cells is taken for its own.
            text = _FIRST_CELL.sub(lambda found: f"{found[1]}# Stand-in {unit.id}.\n", text, count=1)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8", newline="\n")
        written.append(new)
    return written


def fill(root: Path, count: int) -> list[Unit]:
    """Write stand-ins into a book until it has `count` finished units; return the new ones.

    Parameters
    ----------
    root : path
        A copy of the book: never the book itself.
    count : int
        Finished units wanted; at most as many as the curriculum has.
    """
    curriculum = load_curriculum(root)
    finished = list(curriculum.finished)
    sources = {level: cycle(_of_level(curriculum, finished, level)) for level in ("HEI", "VET")}
    wanted = [unit for unit in curriculum.units if not unit.finished][: max(0, count - len(finished))]
    for unit in wanted:
        stand_in(next(sources[curriculum.mooc_of(unit).level]), unit)
        _write_index_pages(root, curriculum, unit)
    write_toc(root)
    return wanted


def _of_level(curriculum: Curriculum, units: Iterable[Unit], level: str) -> list[Unit]:
    return [unit for unit in units if curriculum.mooc_of(unit).level == level]


def _write_index_pages(root: Path, curriculum: Curriculum, unit: Unit) -> None:
    mooc, module = curriculum.mooc_of(unit), curriculum.module_of(unit)
    summary = "A stand-in page, which measures what a build costs when all units are written."
    for thing, directive, title in (
        (mooc, "mooc-overview", f"MOOC {mooc.id}: {mooc.title}"),
        (module, "module-overview", f"{module.id} {module.title}"),
    ):
        path = root / f"{thing.docname}.md"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = f'---\nsummary: "{summary}"\n---\n# {title}\n\n```{{{directive}}} {thing.id}\n```\n'
            path.write_text(text, encoding="utf-8", newline="\n")


def commit(root: Path) -> None:
    """Make a copy of the book a repository of its own, for tools that ask for one."""
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Stand-ins"]):
        told = ["-c", "user.name=stand-ins", "-c", "user.email=stand-ins@localhost"]
        subprocess.run(["git", *told, *command], cwd=root, check=True)
