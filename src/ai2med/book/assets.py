"""Theme and files of the built site: one style sheet, bundled widgets, notebooks to download, tables to load.

The theme is ours because a default page of this stack weighs a megabyte, most of it an icon font that shows a dozen
icons. What Sphinx and extensions would add to every page is left out; what a page needs is named in its template.
"""

import re
import shutil
from functools import cache
from pathlib import Path

from pygments.formatters import HtmlFormatter
from sphinx.util.osutil import relative_uri

from .. import widgets
from ..changes import copy_changed, digest, prune, walk, write_changed
from ..cohort import made_files
from ..curriculum import load_curriculum
from ..offline.site import fingerprint, script
from ..runtime import fetch_runtime, live_version, write_live
from ..runtime.markup import SCRATCH
from . import decks, downloads, links, live, programme, search, tables
from .facts import MODULE
from .parts import Part, page_parts, told

_HERE = Path(__file__).parent
_LIVE = _HERE.parent / "runtime" / "web"
_OFFLINE = _HERE.parent / "offline" / "web"

# Code in a page; what stands in a script, such as data, is none.
_CODE = re.compile(r"(<script\b.*?</script>)|<(pre|code)(?=[\s>])", re.DOTALL)

# Folders of the built site whose pages are not Sphinx's.
_NOT_PAGES = ("_static/", "lite/", "offline/")

EXTRA_PAGES = [
    ("index", "Home"),
    ("programme", "The whole programme"),
    ("hospital/index", "The synthetic hospital"),
    ("glossary", "Glossary"),
    ("bibliography", "Bibliography"),
    ("offline", "Read offline"),
    ("about", "About this book"),
    ("your_data", "Your data"),
]


@cache
def style_sheet() -> str:
    """Return the one style sheet of the site: tokens, frame, widgets, and code colours for both themes."""
    light = HtmlFormatter(style="a11y-high-contrast-light", cssclass="highlight").get_style_defs(".highlight")
    dark = HtmlFormatter(style="a11y-high-contrast-dark", cssclass="highlight").get_style_defs(
        'html[data-theme="dark"] .highlight'
    )
    tokens, *sheets = widgets.style_sheets()
    sheets = [tokens, _HERE / "theme" / "static" / "theme.css", *sheets]
    sheets += [_LIVE / "live.css", _OFFLINE / "offline.css", _HERE.parent / "diagrams" / "diagrams.css"]
    own = [sheet.read_text(encoding="utf-8") for sheet in sheets]
    background = ".highlight, html[data-theme] .highlight { background: var(--a2-raised); }"
    return "\n".join([*own, light, dark, background])


def widget_modules() -> dict[str, str]:
    """Return the front-end modules of the site by file name, each with its helpers inside: one request a widget."""
    return widgets.front_ends()


def _theme_modules() -> list[Path]:
    return sorted((_HERE / "theme" / "static").glob("*.mjs"))


@cache
def addresses() -> dict[str, str]:
    """Return the version in the address of each file of the frame: the beginning of the hash of its content.

    A browser then never mixes two versions of a file, and a file that has not changed keeps its address.
    """
    found = {f"widgets/{name}": _version(text) for name, text in widget_modules().items()}
    found["../offline/offline.mjs"] = _version(script("offline.mjs"))
    found["ai2med.css"] = _version(style_sheet())
    # One address for the front end of presentations, whose modules load each other.
    found["deck"] = fingerprint(b"".join(content for _, content in sorted(decks.static_files().items())))[:10]
    # Those that import others by their addresses come after them.
    importing = ("load_back.mjs", "search.mjs", "your_data.mjs", "parts.mjs", "path.mjs", "page.mjs")
    for path in sorted(_theme_modules(), key=lambda path: (path.name in importing, path.name == "page.mjs")):
        found[path.name] = _version(_addressed(path.read_text(encoding="utf-8"), found))
    return found


def _version(text: str) -> str:
    return fingerprint(text.encode())[:10]


def _addressed(source: str, known: dict[str, str]) -> str:
    """Return a module of the theme with the versions of those that it loads, where it says ``{v:name}``."""
    return re.sub(r"\{v:([\w./]+)\}", lambda found: f"?v={known[found[1]]}", source)


def module_versions(names) -> dict[str, str]:
    """Return the versions of widgets' modules, as the host of a page looks them up."""
    known = addresses()
    return {name: known[f"widgets/{name}"] for name in sorted(names) if f"widgets/{name}" in known}


def frame_stamp(app) -> str:
    """Return a hash of what stands around the text on every page: menu, addresses of files, the theme."""
    curriculum = load_curriculum()
    menu = [
        (thing.id, thing.title, thing.docname, bool(thing.finished))
        for thing in (*curriculum.modules, *curriculum.units)
    ]
    menu += [(mooc.id, mooc.title, bool(mooc.finished)) for mooc in curriculum.moocs]
    extra = [name for name, _ in EXTRA_PAGES if name in app.env.found_docs]
    theme = [path.read_bytes() for path in sorted((_HERE / "theme").rglob("*.html"))]
    used = ("ai2med.css", "page.mjs", "deck")
    told = [
        *(addresses()[name] for name in used),
        live_version(),
        links.repository(app),
        app.config.ai2med_branch,
        app.config.html_title,
    ]
    return digest(repr(menu), repr(extra), *told, *theme)


def untranslated(body: str) -> str:
    """Return HTML whose code is left alone by translators.

    Examples
    --------
    >>> untranslated('<p>Call <code class="a">load()</code>.</p>')
    '<p>Call <code translate="no" class="a">load()</code>.</p>'
    >>> untranslated('<script type="application/json">"<code>"</script>')
    '<script type="application/json">"<code>"</script>'
    """
    return _CODE.sub(lambda found: found[1] or f'<{found[2]} translate="no"', body)


def _page_context(app, pagename, templatename, context, doctree):
    curriculum = load_curriculum()
    unit = curriculum.by_docname(pagename)
    is_page = unit is not None and pagename == unit.docname

    def uri(docname):
        return relative_uri(app.builder.get_target_uri(pagename), app.builder.get_target_uri(docname)) or "#"

    extra = [(docname, title) for docname, title in EXTRA_PAGES if docname in app.env.all_docs]
    meta = app.env.metadata.get(pagename, {})
    parts = page_parts(app, pagename)
    if f'id="{SCRATCH}"' in context.get("body", ""):
        # It stands after the text, where no heading of the text's own is.
        parts.append(Part(SCRATCH, "Scratch cell", now="Scratch cell", offered=False))
    described = unit.page.summary if unit else meta.get("summary")
    title = context.get("title", app.config.html_title)
    if "body" in context:
        context["body"] = untranslated(tables.mended(context["body"]))
    context.update(
        script_files=[],
        css_files=[],
        project_title=app.config.html_title,
        repository_url=links.repository(app),
        asset_versions=addresses(),
        module_versions=module_versions(set(MODULE.findall(context.get("body", "")))),
        unit_id=unit.id if is_page else None,
        types_here=unit is not None,
        programme_nav=programme.navigation_html(curriculum, pagename, uri, extra),
        page_parts=parts,
        parts_told=told(parts, pagename),
        page_links=links.page_links(app, pagename),
        page_description=described or f"{title}: a page of AI2MED, the open book on AI in medical care.",
    )


def _write_static(app, exception):
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    write_changed(static / "ai2med.css", style_sheet())
    for name, text in widget_modules().items():
        write_changed(static / "widgets" / name, text)
    prune(static / "widgets", widget_modules())
    for path in _theme_modules():
        write_changed(static / path.name, _addressed(path.read_text(encoding="utf-8"), addresses()))
    _write_data(Path(app.srcdir), static / "data")
    downloads.write_notebooks(app, static / "notebooks")
    if any(map(live.may_have_cells, app.env.all_docs)):
        fetch_runtime(static / "pyodide", progress=False)
        write_live(static)


def _write_data(root: Path, folder: Path):
    """Offer what the hospital made; the manifest goes along, so that a browser checks a content as a clone does."""
    made = root / "data"
    if not (made / "manifest.json").is_file():
        return
    names = [path.relative_to(made).as_posix() for path in made_files(root)]
    for name in names:
        copy_changed(made / name, folder / name)
    prune(folder, names)


def _drop_unused(app, exception):
    """Remove what extensions copy into the site and no page asks for."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    wanted = {path.name for path in _theme_modules()}
    wanted |= {"ai2med.css", "icon.svg", "widgets", "data", "notebooks", "pyodide", "live", "book"}
    wanted |= {decks.FOLDER, Path(search.FOLDER).name}
    for path in static.iterdir():
        if path.name in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _drop_left_over(app, exception):
    """Remove pages and images of earlier builds, so that a site that was changed is the same as one built anew."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    wanted = {f"{name}.html" for name in app.env.found_docs} | {"search.html", "genindex.html"}
    for name in list(walk(site)):
        if name.endswith(".html") and not name.startswith(_NOT_PAGES) and name not in wanted:
            (site / name).unlink()
    # The index that Sphinx made before the book had a search of its own.
    (site / "searchindex.js").unlink(missing_ok=True)
    if (site / "_images").is_dir():
        prune(site / "_images", {name for _, name in app.env.images.values()})


def _options_of_other_themes(app, config):
    """Drop the options that Jupyter Book writes for its usual theme, but keep the repository that authors name."""
    options = config.html_theme_options
    config.ai2med_repository = options.get("repository_url") or config.ai2med_repository
    config.html_theme_options = {}


def setup(app):
    """Register the theme and what a build writes."""
    app.add_config_value("ai2med_repository", "https://github.com/ai2med-book/ai2med-book", "html")
    app.add_config_value("ai2med_branch", "main", "html")
    # Jupyter Book always sets this value; the extension that would declare it is not loaded.
    app.add_config_value("comments_config", {}, "html")
    app.add_html_theme("ai2med", str(_HERE / "theme"))
    app.connect("config-inited", _options_of_other_themes)
    app.connect("html-page-context", _page_context, priority=900)
    app.connect("build-finished", _write_static)
    app.connect("build-finished", _drop_unused, priority=900)
    app.connect("build-finished", _drop_left_over, priority=900)
