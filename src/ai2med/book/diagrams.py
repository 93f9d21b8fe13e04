"""``{diagram} flow``: a diagram from text, drawn while the book is built, readable by everyone on every screen.

All pages are read before Graphviz is called, once, for what no earlier build has drawn.
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..diagrams import Diagram, read_diagram
from ..diagrams.drawing import NARROWEST, WIDEST, draw, svg_html, width_of
from ..diagrams.grid import layouts
from ..diagrams.words import words_html
from ..problems import ContentError

__all__ = ["diagram", "diagram_html", "setup"]

_logger = logging.getLogger(__name__)
_KEPT = "ai2med_diagrams"


class diagram(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """A diagram that was read; `read` is the model, `key` its name in the page."""


class DiagramDirective(SphinxDirective):
    """Read a diagram; what is wrong with it is a warning at its line."""

    has_content = True
    required_arguments = 1
    option_spec = {"title": directives.unchanged, "description": directives.unchanged}  # noqa: RUF012

    def run(self):
        file, line = self.get_source_info()
        try:
            read = read_diagram(
                self.arguments[0],
                "\n".join(self.content),
                self.options.get("title", ""),
                self.options.get("description", ""),
                file,
                self.content_offset + 1,
            )
        except ContentError as error:
            for problem in error.problems:
                _logger.warning("%s Mend: %s", problem.message, problem.mend, location=(self.env.docname, problem.line))
            return []
        kept = self.env.metadata[self.env.docname].setdefault(_KEPT, [])
        made = diagram("", read=read, key=f"diagram-{len(kept) + 1}")
        made.source, made.line = file, line
        kept.append(read)
        return [made]


def _draw_all(app, env):
    """Draw the diagrams of all pages in one call; complain about one that is too wide for a page."""
    found = [(docname, read) for docname, meta in sorted(env.metadata.items()) for read in meta.get(_KEPT, ())]
    drawings = draw(layout for _, read in found for layout in layouts(read).values())
    for docname, read in found:
        if width_of(drawings[layouts(read)["wide"]]) > WIDEST:
            message = (
                "The diagram %r is too wide for a page. Shorten its labels, or let fewer steps stand side by side."
            )
            _logger.warning(message, read.title, location=docname)
    return []


def diagram_html(read: Diagram, key: str, address) -> str:
    """Return a diagram as a page holds it.

    Parameters
    ----------
    read : Diagram
        What to show.
    key : str
        Unique in the page.
    address : callable
        Gives the address of a term of the glossary, or an empty string.

    Returns
    -------
    str
        A figure with the drawing for a wide place, one or a list for a narrow place, and the same in words, folded.
    """
    chosen = layouts(read)
    drawings = draw(chosen.values())
    wide = svg_html(drawings[chosen["wide"]], f"{key}-w", read.title, read.description, address)
    words = words_html(read, address)
    folded = f'<details class="diagram-words"><summary>The diagram in words</summary>{words}</details>'
    narrow = drawings.get(chosen.get("narrow"))
    small = narrow if narrow is not None and width_of(narrow) <= NARROWEST else None
    title = f'<p class="diagram-title" id="{key}">{escape(read.title)}</p>'
    if small is not None:
        drawn = svg_html(small, f"{key}-n", read.title, read.description, address)
        body = f'<div class="diagram-wide">{wide}</div><div class="diagram-narrow">{drawn}</div>{folded}'
    else:
        about = f'<p class="visually-hidden">{escape(read.description)}</p>'
        body = (
            f'<div class="diagram-wide">{wide}{folded}</div>'
            f'<div class="diagram-narrow diagram-words">{about}{words}</div>'
        )
    return f'<figure class="diagram" data-diagram="{read.kind}" aria-labelledby="{key}">{title}{body}</figure>\n'


def _visit_diagram(self, node):
    env, builder = self.builder.env, self.builder
    terms = {name.lower(): place for (kind, name), place in env.domains["std"].objects.items() if kind == "term"}

    def address(term):
        if term.lower() not in terms:
            _logger.warning("The glossary has no term %r.", term, location=node)
            return ""
        docname, anchor = terms[term.lower()]
        return f"{builder.get_relative_uri(builder.current_docname, docname)}#{anchor}"

    self.body.append(diagram_html(node["read"], node["key"], address))
    raise nodes.SkipNode


def _visit_words(self, node):
    self.add_text(f"{node['read'].title}: {node['read'].description}")
    raise nodes.SkipNode


def _skip(_self, _node):
    raise nodes.SkipNode


def setup(app):
    """Register the directive and its node."""
    app.add_node(diagram, html=(_visit_diagram, None), text=(_visit_words, None), latex=(_skip, None))
    app.add_directive("diagram", DiagramDirective)
    app.connect("env-check-consistency", _draw_all)
