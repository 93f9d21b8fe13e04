"""A page is built again when, and only when, something that it shows has changed.

Sphinx compares the times of a page's own file and of files that it includes. What a page shows beyond them it notes as
facts (`facts`); a page whose facts have changed is read again. What is drawn around a page or looked up while it is
written (menu, neighbours, titles of pages that it links) is compared as well, but costs no reading: such a page is only
written again.
"""

import json
import os
import posixpath
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from .. import paths
from ..changes import digest, write_changed
from ..glossary import terms
from .facts import MODULE, depend, engine_stamp, fact, kept_facts

__all__ = ["setup"]

_SHOWN = "ai2med_shown"
_MODULES = "ai2med_modules"


def _outdated(app, env, _added, _changed, _removed):
    """Return the pages whose facts have changed, and those of a build that did not come to its end."""
    found = [
        docname
        for docname in env.found_docs & set(env.all_docs)
        if any(fact(app, name) != kept for name, kept in kept_facts(env, docname).items())
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
            (node.get("refdomain") or "", node.get("reftype", ""), str(node.get("reftarget", "")))
            for node in doctree.findall(addnodes.pending_xref)
        }
    )
    modules = sorted({name for raw in doctree.findall(nodes.raw) for name in MODULE.findall(raw.astext())})
    page = read_page(paths.root(), docname) if may_have_cells(docname) else None
    env.metadata[docname]["ai2med_parts"] = used_parts(uses_of(app), page.codes) if page else []
    env.metadata[docname]["ai2med_links"] = links
    env.metadata[docname][_MODULES] = modules


def _target(env, docname: str, link, meanings: dict[str, str]) -> str:
    """Return what a link takes from elsewhere: a title, a place, the meaning of a term."""
    domain, kind, target = link
    standard = env.domains["std"]
    if kind in ("ref", "numref"):
        return repr((standard.labels.get(target.lower()), standard.anonlabels.get(target.lower())))
    if kind == "term":
        # The page carries what the term means.
        place = standard._terms.get(target.lower()) or standard.objects.get(("term", target))
        return repr((place, meanings.get(target.lower())))
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
    meanings = {name.lower(): term.definition for name, term in terms(env.srcdir).items()}
    changed = []
    for docname in sorted(env.found_docs & set(env.all_docs)):
        meta = env.metadata[docname]
        near = [
            (name, env.titles[name].astext() if name in env.titles else "")
            for name in relations.get(docname, ())
            if name
        ]
        links = [_target(env, docname, link, meanings) for link in meta.get("ai2med_links", ())]
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
