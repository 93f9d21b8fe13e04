"""A page is built again when, and only when, something that it shows has changed.

Sphinx compares the times of a page's own file and of files that it includes. What a page shows beyond them is noted
here as *facts*, each with a hash of its content: the front matter of another unit in an overview, the entry of a cited
source, a date of law, the outputs of its cells. A page whose facts have changed is read again. What is drawn around a
page or looked up while it is written (menu, neighbours, titles of pages that it links) is compared as well, but costs
no reading: such a page is only written again.
"""

import json
import os
import posixpath
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from .. import paths
from ..changes import digest, write_changed
from ..curriculum import load_curriculum
from ..problems import ContentError

__all__ = ["FACTS", "MODULE", "depend", "engine_stamp", "setup"]

_ENGINE = Path(__file__).parents[1]
# What makes no page: servers, checks, the generator of tables, Python in the browser.
_NO_PAGES = (
    "bench",
    "building",
    "chromium",
    "cli",
    "cohort",
    "executing",
    "lint",
    "offline",
    "page_weight",
    "rendering",
)
_NO_PAGES += ("runtime", "scaffold", "server", "standins", "watching")
MODULE = re.compile(r'data-module="([\w./-]+\.mjs)"')

_KEPT = "ai2med_facts"
_SHOWN = "ai2med_shown"
_MODULES = "ai2med_modules"


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
        page = repr((unit.page, unit.page.reading, unit.page.routes))
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
    from ..law import law_date, law_dates

    try:
        return digest(law_dates().to_csv() if key == "*" else str(law_date(key)))
    except (ContentError, KeyError) as error:
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
    "source": _source,
    "outputs": _outputs,
}


def _fact(app, name: str) -> str:
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
        ``law`` (a key, or ``*`` for the whole table), ``source`` (a key, or ``*``), ``outputs`` (a page).
    argument : str
    docname : str, optional
        By default the page that is being read.
    """
    name = f"{kind}:{argument}"
    env.metadata[docname or env.docname].setdefault(_KEPT, {})[name] = _fact(env.app, name)


def _outdated(app, env, _added, _changed, _removed):
    """Return the pages whose facts have changed, and those of a build that did not come to its end."""
    found = [
        docname
        for docname in env.found_docs & set(env.all_docs)
        if any(_fact(app, name) != kept for name, kept in env.metadata[docname].get(_KEPT, {}).items())
    ]
    return [*found, *(_pending(app) & env.found_docs)]


def _pending_file(app) -> Path:
    return Path(app.doctreedir) / "pending.json"


def _pending(app) -> set[str]:
    try:
        return set(json.loads(_pending_file(app).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return set()


def _note_reading(app, _env, docnames):
    app.ai2med_updated = set(docnames)
    # Warnings are told while a page is read or written. If the build fails, the next one has to tell them again.
    _mark_pending(app, docnames)


def _mark_pending(app, docnames):
    write_changed(_pending_file(app), json.dumps(sorted(_pending(app) | set(docnames))))


def _finish(app, exception):
    if exception is None and not app._warncount:
        _pending_file(app).unlink(missing_ok=True)


def _note_page(app, doctree):
    """Note what a page links and which modules draw in it; it is looked up again when the page is written."""
    from ..executing import read_page
    from ..runtime.bundle import used_parts
    from .live import may_have_cells, uses_of

    env, docname = app.env, app.env.docname
    depend(env, "outputs", docname)
    links = sorted(
        {
            (node.get("refdomain", ""), node.get("reftype", ""), str(node.get("reftarget", "")))
            for node in doctree.findall(addnodes.pending_xref)
        }
    )
    modules = sorted({name for raw in doctree.findall(nodes.raw) for name in MODULE.findall(raw.astext())})
    page = read_page(paths.root(), docname) if may_have_cells(docname) else None
    env.metadata[docname]["ai2med_parts"] = used_parts(uses_of(app), page.codes) if page else []
    env.metadata[docname]["ai2med_links"] = links
    env.metadata[docname][_MODULES] = modules


def _target(env, docname: str, link) -> str:
    """Return what a link takes from elsewhere: a title, a place."""
    domain, kind, target = link
    standard = env.domains["std"]
    if kind in ("ref", "numref"):
        return repr((standard.labels.get(target.lower()), standard.anonlabels.get(target.lower())))
    if kind == "term":
        return repr(standard._terms.get(target.lower()) or standard.objects.get(("term", target)))
    if kind in ("doc", "myst", "any") or domain == "doc":
        name = target.partition("#")[0].removesuffix(".md")
        place = name.removeprefix("/") if name.startswith("/") else _beside(docname, name)
        return env.titles[place].astext() if place in env.titles else repr(standard.labels.get(target.lower()))
    return ""


def _beside(docname: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(docname), name))


def _surroundings(app, env):
    """Return the pages that have to be written, though they need not be read: what is around them has changed."""
    from ..runtime.bundle import answer_key, part_name
    from .assets import frame_stamp, module_versions
    from .live import may_have_cells

    root = paths.root()
    key = (answer_key(root) or ("",))[0]
    frame = frame_stamp(app)
    relations = env.collect_relations()
    changed = []
    for docname in sorted(env.found_docs & set(env.all_docs)):
        meta = env.metadata[docname]
        near = [
            (name, env.titles[name].astext() if name in env.titles else "")
            for name in relations.get(docname, ())
            if name
        ]
        links = [_target(env, docname, link) for link in meta.get("ai2med_links", ())]
        parts = [part_name(root, part) for part in meta.get("ai2med_parts", ())]
        own = (module_versions(meta.get(_MODULES, ())), parts, key if may_have_cells(docname) else "")
        stamp = digest(frame, env.titles[docname].astext(), repr(near), repr(links), repr(own))
        if meta.get(_SHOWN) != stamp:
            meta[_SHOWN] = stamp
            changed.append(docname)
        # Files whose names say their content, and sources, which are facts: their times tell nothing.
        env.dependencies[docname] = {name for name in env.dependencies.get(docname, ()) if not _timeless(str(name))}
    _mark_pending(app, changed)
    app.ai2med_updated = app.ai2med_updated | set(changed)
    return changed


def _timeless(name: str) -> bool:
    return name.endswith(".bib") or "jupyter_execute/" in name.replace("\\", "/")


def _forget(app, env):
    """Keep what holds for this build only out of the stored environment."""
    env.__dict__.pop("_ai2med_known", None)
    return []


def setup(app):
    """Register the comparison; it comes last, when every other part has noted its facts."""
    app.add_config_value("ai2med_engine", engine_stamp(), "env")
    # Every page's links lead there; a fork's published book leads to the fork.
    app.add_config_value("ai2med_published", os.environ.get("AI2MED_REPOSITORY", ""), "env")
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _note_reading)
    app.connect("doctree-read", _note_page, priority=900)
    app.connect("env-updated", _surroundings, priority=900)
    app.connect("env-get-updated", _forget, priority=900)
    app.connect("build-finished", _finish, priority=950)
