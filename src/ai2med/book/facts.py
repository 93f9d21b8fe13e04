"""What pages show beyond their own text, as *facts*: each has a name and a hash of its content.

The front matter of another unit in an overview, the entry of a cited source, a date of law, the outputs of a page's
cells: parts of the extension note them (`depend`), and `dependencies` reads a page again whose facts have changed.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from .. import paths
from ..changes import digest
from ..curriculum import load_curriculum
from ..minutes import unit_minutes
from ..problems import ContentError

__all__ = ["FACTS", "MODULE", "depend", "engine_stamp", "fact", "kept_facts"]

_ENGINE = Path(__file__).parents[1]
# What makes no page: servers, checks, the generator of tables, Python in the browser.
_NO_PAGES = (
    "bench",
    "building",
    "chromium",
    "cli",
    "cohort",
    "executing",
    "kernels",
    "lint",
    "offline",
    "page_weight",
    "rendering",
)
_NO_PAGES += ("runtime", "scaffold", "server", "standins", "unit_check", "watching")
MODULE = re.compile(r'data-module="([\w./-]+\.mjs)"')

_KEPT = "ai2med_facts"


@cache
def engine_stamp() -> str:
    """Return a hash of the code that makes pages: after a change of it all pages are read again."""
    parts = []
    for path in sorted(_ENGINE.rglob("*")):
        name = path.relative_to(_ENGINE).as_posix()
        if path.suffix in (".py", ".yml", ".json") and not name.startswith(_NO_PAGES) and "__pycache__" not in name:
            parts += [name, path.read_bytes()]
    return digest(*parts)


def _file(app, name: str) -> str:
    path = Path(app.srcdir) / name
    return digest(path.read_bytes() if path.is_file() else None)


def _code(_app, folder: str) -> str:
    """Return a hash of a room of the engine that most pages have nothing to do with."""
    files = sorted(path for path in (_ENGINE / folder).rglob("*") if path.suffix in (".py", ".yml", ".json"))
    return digest(*(part for path in files for part in (path.name, path.read_bytes())))


def unit_stamp(unit) -> str:
    """Return a hash of what other pages show of a unit: title, links and front matter, not its text."""
    if not unit.finished:
        return digest(unit.id, unit.title)
    try:
        page = repr((unit.page, unit_minutes(unit)))
    except ContentError as error:
        page = repr(error)
    return digest(unit.id, unit.title, unit.docname, str(unit.exercise_path.is_file()), page)


def _unit(_app, unit_id: str) -> str:
    try:
        return unit_stamp(load_curriculum().unit(unit_id))
    except KeyError:
        return digest(None)


def _title(_app, unit_id: str) -> str:
    """Return a hash of what links to a unit and its header strip say: title, place, whether it can be opened."""
    curriculum = load_curriculum()
    try:
        unit = curriculum.unit(unit_id)
    except KeyError:
        return digest(None)
    mooc, module = curriculum.mooc_of(unit), curriculum.module_of(unit)
    return digest(unit.title, unit.docname, str(unit.finished), mooc.title, mooc.level, module.title)


def _programme(app, part: str) -> str:
    """Return a hash of the programme, of a MOOC (``2``) or of a module (``2.2``), with the units' front matter."""
    curriculum = load_curriculum()
    inside = [unit for unit in curriculum.units if not part or unit.id.startswith(f"{part}.")]
    return digest(_file(app, "curriculum.yml"), *map(unit_stamp, inside))


def _law(_app, key: str) -> str:
    from ..law import law_dates, law_row, law_states

    try:
        if key == "*":
            return digest(law_dates().to_csv(), repr(law_states()))
        row = law_row(key)
        return digest(repr(row), str(law_states().get(row["act"])))
    except (ContentError, KeyError) as error:
        return digest(str(error))


def _article(_app, key: str) -> str:
    from ..articles import article
    from ..law import law_states

    try:
        found = article(key)
        return digest(repr(found), found.told, str(law_states().get(found.act)))
    except ContentError as error:
        return digest(str(error))


def _source(app, key: str) -> str:
    entries = app.env.get_domain("cite").bibdata.data.entries
    if key == "*":
        return digest(*(repr(entry) for entry in entries.values()))
    return digest(repr(entries[key]) if key in entries else None)


def _outputs(_app, docname: str) -> str:
    from ..executing import outputs_stamp

    return outputs_stamp(paths.root(), docname)


# Kinds of facts; each gives the hash of what its argument names.
FACTS: dict[str, Callable[..., str]] = {
    "file": _file,
    "code": _code,
    "unit": _unit,
    "title": _title,
    "programme": _programme,
    "law": _law,
    "article": _article,
    "source": _source,
    "outputs": _outputs,
}


def fact(app, name: str) -> str:
    """Return the present hash of a fact; in one build each is looked at once."""
    known = app.env.__dict__.setdefault("_ai2med_known", {})
    if name not in known:
        kind, _, argument = name.partition(":")
        known[name] = FACTS[kind](app, argument) if kind in FACTS else ""
    return known[name]


def depend(env, kind: str, argument: str = "", docname: str | None = None) -> None:
    """Note that a page shows a fact.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
    kind : str
        One of `FACTS`: ``file`` (a path seen from the book's root), ``code`` (a room of the engine), ``unit`` (an id:
        all that its front matter says), ``title`` (an id: title and place), ``programme`` (all, a MOOC or a module),
        ``law`` (a key, or ``*`` for the whole table), ``article`` (a key), ``source`` (a key, or ``*``),
        ``outputs`` (a page).
    argument : str
    docname : str, optional
        By default the page that is being read.
    """
    name = f"{kind}:{argument}"
    env.metadata[docname or env.docname].setdefault(_KEPT, {})[name] = fact(env.app, name)


def kept_facts(env, docname: str) -> dict[str, str]:
    """Return the facts of a page, as they were when it was read."""
    return env.metadata[docname].get(_KEPT, {})
