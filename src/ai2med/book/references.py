"""Sources at the foot of each page. They are found, not listed: the BibTeX files in ``references/``.

Authors cite with the usual ``{cite:p}`` and ``{cite:t}``. A book-wide bibliography would send readers away from the
sentence they doubt, so each page lists its own sources: the roles are read as foot citations, and the list is added.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import ConfigError

from ..sources import check_sources, source_files
from .facts import depend

# The title of the list at the foot of a page.
SOURCES = "References"

_CITE = re.compile(r"\{cite:([pt])\}`")
_KEYS = re.compile(r"\{(?:foot)?cite(?::\w+)?\}`([^`]*)`")


def _cite_at_the_foot(app, docname, source):
    text = source[0]
    if "{bibliography}" in text:
        depend(app.env, "source", "*", docname)
    for keys in _KEYS.findall(text):
        for key in keys.split(","):
            depend(app.env, "source", key.strip(), docname)
    if not _CITE.search(text):
        return
    text = _CITE.sub(lambda found: "{footcite:%s}`" % found[1], text)  # noqa: UP031 - braces of its own
    source[0] = text.rstrip("\n") + f"\n\n## {SOURCES}\n\n" + "```{footbibliography}\n```\n"


def _find_sources(app, config):
    """Name the BibTeX files for the extension that reads them, which knows no folders."""
    root = Path(app.srcdir)
    if (root / "curriculum.yml").is_file() and (twice := [p for p in check_sources(root) if p.rule == "source-twice"]):
        # The extension would name neither of the two files.
        raise ConfigError("\n".join(map(str, twice)))
    config.bibtex_bibfiles = [path.relative_to(root).as_posix() for path in source_files(root)]


def _visit_citation(self, node):
    # Sphinx marks entries with a role that ARIA has since withdrawn.
    self.body.append(self.starttag(node, "div", CLASS="citation"))


def _depart_citation(self, _node):
    self.body.append("</div>\n")


def setup(app):
    """Register the finding of sources, and the rewriting of citations."""
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.connect("config-inited", _find_sources)
    app.connect("source-read", _cite_at_the_foot)
