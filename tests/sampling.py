"""Which units the expensive layers run this time: what has changed always, and of the rest a few in turn.

Linting, execution by the build, the check of every exercise against its catalogue and a visit of every page cost little
and are done for each unit in every run. A layer that costs minutes a unit looks at

- each unit whose own files have changed since the base commit, and
- a fixed number of the others, which move on by that number with every commit: at three a commit, eighty units have
  all had their turn after 27 commits, and the base is never farther back than 30.

Where parts have changed that all units share in a layer, more of them are looked at. Of a task's wrong attempts, all of
which are tried without a browser, two are tried in the page as well. ``AI2MED_ALL=1`` runs everything.
"""

import functools
import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ai2med import paths
from ai2med.curriculum import load_curriculum

__all__ = ["LAYERS", "History", "Layer", "chosen", "everything", "in_turn", "own_files", "read_history", "summary"]

BACK = 30


@dataclass(frozen=True)
class Layer:
    """A layer of tests that is too expensive to run for each unit in every run.

    Parameters
    ----------
    title : str
        What the tests do, for the reader of a run's summary.
    shared : tuple of str
        Files and folders (ending in a slash) that matter to every unit in this layer.
    few, many : int
        How many unchanged units take their turn, while the shared parts are unchanged or changed.
    """

    title: str
    shared: tuple[str, ...]
    few: int = 3
    many: int = 8


_CELLS = ("requirements.txt", "src/ai2med/cohort/", "src/ai2med/__init__.py")
_BROWSER = ("requirements.txt", "src/ai2med/runtime/", "src/ai2med/exercises/", "tests/browser/python_pages.py")
LAYERS = {
    "kernel": Layer("a fresh kernel gives what the book shows", (*_CELLS, "tests/content/test_notebooks_nbval.py")),
    "page": Layer(
        "cells and attempts run in the page",
        (*_BROWSER, "src/ai2med/book/live.py", "src/ai2med/book/tasks.py", "tests/browser/test_python_on_pages.py"),
    ),
    "notebook": Layer("JupyterLite gives what the kernel gave", (*_BROWSER, "tests/browser/test_python_on_pages.py")),
    "keyboard": Layer(
        "forms and lines of code are worked by keyboard",
        ("src/ai2med/runtime/web/", "src/ai2med/widgets/knowledge_check"),
    ),
}


@dataclass(frozen=True)
class History:
    """What a run has to know of the book's history.

    Parameters
    ----------
    turn : int
        Grows by one with each commit; decides whose turn it is.
    changed : frozenset of str
        Files that differ from the base commit, relative to the book's folder. Uncommitted changes count.
    told : str
        Where `turn` and `changed` come from.
    """

    turn: int
    changed: frozenset[str] = frozenset()
    told: str = ""


def _git(root, *arguments):
    """Return the lines that git prints; None where git or the history is missing."""
    command = ["git", "-c", "core.quotePath=false", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=30)
    except OSError:
        return None
    return done.stdout.splitlines() if done.returncode == 0 else None


def _hash_of_sources(root):
    """Return a number that differs with the sources; it stands for the commit in a copy without history."""
    digest = hashlib.sha256()
    for name in ("moocs", "exercises", "src", "tests"):
        for path in sorted(path for path in (root / name).rglob("*") if path.is_file()):
            if "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return int(digest.hexdigest()[:8], 16)


def read_history(root: Path, base: str | None = None) -> History:
    """Read what has changed, and whose turn it is.

    Parameters
    ----------
    root : pathlib.Path
        The book's folder.
    base : str, optional
        The commit to compare with; by default the one 30 first-parent commits before this one, or the first.
    """
    inside = _git(root, "rev-parse", "--show-toplevel")
    commits = _git(root, "rev-list", "--first-parent", "HEAD")
    # A copy of the book inside another repository has no history of its own.
    if not commits or not inside or not Path(inside[0]).samefile(root):
        return History(_hash_of_sources(root), told="no history here: all units count as unchanged")
    fallback = commits[min(BACK, len(commits) - 1)]
    known = base and _git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    start = known[0] if known else fallback
    changed = _git(root, "diff", "--name-only", "--no-renames", start) or []
    changed += _git(root, "ls-files", "--others", "--exclude-standard") or []
    told = f"compared with {start[:10]}"
    if base and not known:
        told += f", since {base[:40]} is not here"
    return History(len(commits), frozenset(changed), told)


def _words(unit, root):
    """Return the source text of a unit: its page and its exercise."""
    files = (unit.path, unit.exercise_path)
    return "\n".join((root / path).read_text(encoding="utf-8") for path in files if (root / path).is_file())


def _names_explorable(text, path):
    """Tell whether a text names the explorable that a file belongs to, by its class or by its own name."""
    folder = path.parent.name
    named = [] if folder in ("widgets", "explorables") else [folder]
    # Many files there are helpers with ordinary words for names: such a word in the text means nothing.
    named += [path.stem] if "_" in path.stem else []
    forms = {form for name in named for form in (name, name.replace("_", "-"))}
    forms |= {"".join(map(str.capitalize, name.split("_"))) for name in (path.stem, *named)}
    return any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text) for form in forms)


def own_files(unit, changed, root: Path) -> list[str]:
    """Return those of the changed files that belong to a unit.

    Its page, questions, deck, exercise and checks bear its name, and so does a folder beside them. A table and an
    explorable belong to each unit that names them.
    """
    stems = {
        Path(os.path.relpath(root / path, root)).with_suffix("").as_posix() for path in (unit.path, unit.exercise_path)
    }
    text = _words(unit, root)
    loaded = set(re.findall(r"""\bload\w*\(\s*["']([\w./-]+)["']""", text))
    found = []
    for name in sorted(changed):
        path = Path(name)
        bears_its_name = any(name.startswith((f"{stem}.", f"{stem}/", f"{stem}_")) for stem in stems)
        is_its_table = path.parts[0] == "data" and path.stem.split(".")[0] in loaded
        is_explorable = not {"widgets", "explorables"}.isdisjoint(path.parts)
        if bears_its_name or is_its_table or (is_explorable and _names_explorable(text, path)):
            found.append(name)
    return found


def chosen(layer: str, units, history: History, root: Path | None = None) -> dict[str, str]:
    """Return the units that a layer looks at, each with the reason.

    Parameters
    ----------
    layer : str
        One of `LAYERS`.
    units : sequence of Unit
        All finished units.
    history : History
        What has changed, and whose turn it is.
    root : pathlib.Path, optional
        The book's folder.

    Returns
    -------
    dict of str to str
        The reason by the unit's id: ``changed`` or ``turn``.
    """
    root = root or paths.root()
    asked = LAYERS[layer]
    picked = {unit.id: "changed" for unit in units if own_files(unit, history.changed, root)}
    number = asked.many if any(name.startswith(asked.shared) for name in history.changed) else asked.few
    # Neighbours in the programme are alike: an order that mixes them shows more of the book in each run.
    order = sorted((unit.id for unit in units), key=lambda name: hashlib.sha256(f"{layer} {name}".encode()).digest())
    start = history.turn * asked.few % max(1, len(order))
    rest = [name for name in order[start:] + order[:start] if name not in picked]
    return picked | dict.fromkeys(rest[:number], "turn")


def everything() -> bool:
    """Tell whether each layer runs for each unit."""
    return os.environ.get("AI2MED_ALL", "0") not in ("", "0")


def in_turn(entries: Sequence, few: int) -> list:
    """Return a few of the entries, others with each commit; all of them where everything runs."""
    if everything():
        return list(entries)
    first = _history().turn * few
    return [entries[(first + k) % len(entries)] for k in range(min(few, len(entries)))]


@functools.cache
def current() -> dict[str, dict[str, str] | None]:
    """Return what each layer looks at in this run; None stands for everything."""
    if everything():
        return dict.fromkeys(LAYERS)
    history, units = _history(), load_curriculum().finished
    return {layer: chosen(layer, units, history) for layer in LAYERS}


@functools.cache
def _history():
    return read_history(paths.root(), os.environ.get("AI2MED_BASE"))


def summary() -> list[str]:
    """Say what was looked at in this run, and how the rest is run."""
    number = len(load_curriculum().finished)
    if None in current().values():
        return [f"Every layer runs for all {number} units."]
    lines = [f"Expensive layers run for some of the {number} units ({_history().told}):"]
    for layer, picked in current().items():
        reasons = [
            f"{reason}: {', '.join(sorted(name for name, why in picked.items() if why == reason))}"
            for reason in ("changed", "turn")
            if reason in picked.values()
        ]
        lines.append(f"  {LAYERS[layer].title}: {len(picked)} ({'; '.join(reasons)})")
    return [*lines, "  Everything: make test-all. One unit in all layers: python -m ai2med test --unit 2.2.4"]
