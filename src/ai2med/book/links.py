"""Where the links of a page lead: Binder, notebooks to download, edit, report."""

import os
from pathlib import Path

from sphinx.util.osutil import relative_uri

from ..decks import read_deck
from ..runtime.lite import notebook_address

__all__ = ["notebook_links", "page_links", "repository", "unit_links"]


def repository(app) -> str:
    """Return the address that edit, report and Binder links use."""
    return (os.environ.get("AI2MED_REPOSITORY") or app.config.ai2med_repository).rstrip("/")


def unit_links(app, unit, pagename: str) -> list[tuple[str, str]]:
    """Return text and address of what belongs to a unit beside this page of it."""

    def address(docname):
        return relative_uri(app.builder.get_target_uri(pagename), app.builder.get_target_uri(docname))

    if pagename == unit.exercise_docname:
        return [("Page of the unit", address(unit.docname))]
    links = []
    if unit.deck_path.is_file():
        app.env.note_dependency(str(unit.deck_path))
        links.append((f"Presentation, {read_deck(unit.deck_path).minutes} min", address(unit.deck_docname)))
    if unit.exercise_path.is_file():
        links.append(("Exercise", address(unit.exercise_docname)))
    return links


def notebook_links(app, unit, pagename: str) -> list[tuple[str, str]]:
    """Return text and address of a unit's notebooks, as seen from `pagename`: to open, and to download."""
    owner_and_name = repository(app).removeprefix("https://github.com/")
    mooc = unit.folder.partition("/")[0]
    launched = f"workbook/{mooc}/{unit.slug}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{owner_and_name}/{app.config.ai2med_branch}?urlpath=lab/tree/{launched}"
    base = relative_uri(app.builder.get_target_uri(pagename), "")
    base = "" if base == "#" else base
    notebook = f"{base}_static/notebooks/{unit.folder}/{unit.slug}"
    kind = "_exercise" if pagename == unit.exercise_docname else ""
    here = base + notebook_address(f"{unit.folder}/{unit.slug}{kind}.ipynb")
    links = [("Open as notebook", here), ("Open the exercise in Binder", binder)]
    # With the engine and the tables: a bare notebook would not run on the reader's machine.
    links.append(("Download the notebooks (zip)", f"{notebook}.zip"))
    return links


def page_links(app, pagename: str) -> list[tuple[str, str]]:
    """Return text and address of the links at the foot of a page; none for pages without a source."""
    if not (Path(app.srcdir) / f"{pagename}.md").is_file():
        return []
    url = repository(app)
    # A page of the hospital is made from a datasheet, which is what can be edited.
    source = app.env.metadata.get(pagename, {}).get("made_from", f"{pagename}.md")
    return [
        ("Edit this page", f"{url}/edit/{app.config.ai2med_branch}/{source}"),
        ("Report an error", f"{url}/issues/new?title=Error+on+{pagename}"),
    ]
