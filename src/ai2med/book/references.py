"""Sources at the foot of each page, and dates of law from one table.

Authors cite with the usual ``{cite:p}`` and ``{cite:t}``. A book-wide bibliography would send readers away from the
sentence they doubt, so each page lists its own sources: the roles are read as foot citations, and the list is added.
"""

import re

from docutils import nodes
from sphinx.util import logging

from ..law import format_date, law_date
from ..problems import ContentError

_logger = logging.getLogger(__name__)

# The title of the list at the foot of a page.
SOURCES = "References"

_CITE = re.compile(r"\{cite:([pt])\}`")


def _cite_at_the_foot(_app, _docname, source):
    text = source[0]
    if not _CITE.search(text):
        return
    text = _CITE.sub(lambda found: "{footcite:%s}`" % found[1], text)  # noqa: UP031 - braces of its own
    source[0] = text.rstrip("\n") + f"\n\n## {SOURCES}\n\n" + "```{footbibliography}\n```\n"


def _law_date(_name, rawtext, text, _lineno, inliner, _options=None, _content=None):
    try:
        day = law_date(text.strip())
    except (ContentError, KeyError) as error:
        message = inliner.reporter.error(str(error))
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    return [nodes.inline(rawtext, format_date(day), classes=["law-date"])], []


def _visit_citation(self, node):
    # Sphinx marks entries with a role that ARIA has since withdrawn.
    self.body.append(self.starttag(node, "div", CLASS="citation"))


def _depart_citation(self, _node):
    self.body.append("</div>\n")


def setup(app):
    """Register the rewriting of citations and the role ``law-date``."""
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.connect("source-read", _cite_at_the_foot)
    app.add_role("law-date", _law_date)
