"""Theme and files of the built site: one style sheet, bundled widgets, notebooks to download, tables to load.

The theme is ours because a default page of this stack weighs a megabyte, most of it an icon font that shows a dozen
icons. What Sphinx and extensions would add to every page is left out; what a page needs is named in its template.
"""

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.util.osutil import relative_uri

from ..curriculum import load_curriculum
from ..runtime import fetch_runtime, write_live
from ..widgets import _bundle
from . import decks, links, live, programme

_HERE = Path(__file__).parent
_WIDGETS = Path(_bundle.__file__).parent
_LIVE = _HERE.parent / "runtime" / "web"
_OFFLINE = _HERE.parent / "offline" / "web"

_EMPTY_HEADING = re.compile(r"<th(?: class=\"[^\"]*\")?>(?:<p></p>)?</th>")

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
    sheets = [_WIDGETS / "tokens.css", _HERE / "theme" / "static" / "theme.css", _WIDGETS / "widgets.css"]
    sheets += sorted(set(_WIDGETS.glob("*.css")) - set(sheets))
    sheets += [_LIVE / "live.css", _OFFLINE / "offline.css", _HERE.parent / "diagrams" / "diagrams.css"]
    own = [sheet.read_text(encoding="utf-8") for sheet in sheets]
    background = ".highlight, html[data-theme] .highlight { background: var(--a2-raised); }"
    return "\n".join([*own, light, dark, background])


def widget_modules() -> dict[str, str]:
    """Return the front-end modules of the site by file name, each with its helpers inside: one request a widget."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in _WIDGETS.glob("host.mjs")}
    for path in sorted(_WIDGETS.glob("*.py")):
        module = path.with_suffix(".mjs")
        if not path.name.startswith("_") and module.is_file():
            modules[module.name] = _bundle.bundle(module.name)
    return modules


def _theme_modules() -> list[Path]:
    return sorted((_HERE / "theme" / "static").glob("*.mjs"))


@cache
def version() -> str:
    """Return a short hash of everything static, so that a browser never mixes two versions of the book."""
    parts = [style_sheet(), *(path.read_text(encoding="utf-8") for path in _theme_modules())]
    parts += [text for _, text in sorted(widget_modules().items())]
    parts += [path.read_text(encoding="utf-8") for path in sorted(_OFFLINE.glob("*.mjs"))]
    parts += [content.decode() for content in decks.static_files().values()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def _page_toc(app, pagename):
    entry = app.env.tocs.get(pagename)
    if entry is None:
        return ""
    inner = [child for child in entry.findall(nodes.bullet_list) if child is not entry]
    if not inner:
        return ""
    sections = inner[0].deepcopy()
    for deeper in list(sections.findall(nodes.bullet_list)):
        if deeper is not sections:
            deeper.parent.remove(deeper)
    for toctree in list(sections.findall(lambda node: node.tagname == "toctree")):
        toctree.parent.remove(toctree)
    if not sections.children:
        return ""
    for reference in sections.findall(nodes.reference):
        reference["refuri"] = reference["anchorname"] or "#"
    return app.builder.render_partial(sections)["fragment"]


def _page_context(app, pagename, templatename, context, doctree):
    curriculum = load_curriculum()
    unit = curriculum.by_docname(pagename)
    is_page = unit is not None and pagename == unit.docname

    def uri(docname):
        return relative_uri(app.builder.get_target_uri(pagename), app.builder.get_target_uri(docname)) or "#"

    extra = [(docname, title) for docname, title in EXTRA_PAGES if docname in app.env.all_docs]
    meta = app.env.metadata.get(pagename, {})
    described = unit.page.summary if unit else meta.get("summary")
    title = context.get("title", app.config.html_title)
    if "body" in context:
        # The corner of a table is not a heading; a screen reader would announce it for nothing.
        context["body"] = _EMPTY_HEADING.sub("<td></td>", context["body"])
    context.update(
        script_files=[],
        css_files=[],
        project_title=app.config.html_title,
        repository_url=links.repository(app),
        asset_version=version(),
        unit_id=unit.id if is_page else None,
        types_here=unit is not None,
        programme_nav=programme.navigation_html(curriculum, pagename, uri, extra),
        page_toc=_page_toc(app, pagename),
        page_links=links.page_links(app, pagename),
        page_description=described or f"{title}: a page of AI2MED, the open book on AI in medical care.",
    )


def _write_static(app, exception):
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    (static / "ai2med.css").write_text(style_sheet(), encoding="utf-8", newline="\n")
    widgets = static / "widgets"
    widgets.mkdir(exist_ok=True)
    for name, text in widget_modules().items():
        (widgets / name).write_text(text, encoding="utf-8", newline="\n")
    tables = static / "data"
    tables.mkdir(exist_ok=True)
    # The manifest goes along: whoever loads a table in the browser checks its content as a clone does.
    made = Path(app.srcdir) / "data"
    for table in [*sorted(made.glob("*.csv.gz")), *made.glob("manifest.json")]:
        shutil.copyfile(table, tables / table.name)
    _write_notebooks(static / "notebooks")
    if any(map(live.may_have_cells, app.env.all_docs)):
        fetch_runtime(static / "pyodide", progress=False)
        write_live(static)


def _write_notebooks(folder):
    import nbformat

    from ..exercises.workbook import exercise_notebook, unit_notebook

    for unit in load_curriculum().finished:
        place = folder / unit.folder
        place.mkdir(parents=True, exist_ok=True)
        nbformat.write(unit_notebook(unit), place / f"{unit.slug}.ipynb")
        if unit.exercise_path.is_file():
            nbformat.write(exercise_notebook(unit), place / f"{unit.slug}_exercise.ipynb")


def _drop_unused(app, exception):
    """Remove what extensions copy into the site and no page asks for."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    wanted = {"documentation_options.js", "doctools.js", "language_data.js", "searchtools.js"}
    wanted |= {path.name for path in _theme_modules()}
    wanted |= {"ai2med.css", "icon.svg", "widgets", "data", "notebooks", "pyodide", "live", decks.FOLDER}
    for path in static.iterdir():
        if path.name in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


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
