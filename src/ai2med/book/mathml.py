"""Formulas as MathML, written at build time: browsers draw them, screen readers read them, no script is needed."""

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from latex2mathml.exceptions import NumeratorNotFoundError
from sphinx.util import logging

_logger = logging.getLogger(__name__)


def _mathml(node, display):
    try:
        return convert(node.astext(), display=display)
    except (NumeratorNotFoundError, IndexError, KeyError, ValueError, AttributeError) as error:
        _logger.warning("The formula %r cannot be read: %s", node.astext(), error, location=node)
        return ""


def _visit_inline(self, node):
    self.body.append(_mathml(node, "inline"))
    raise SkipNode


def _visit_block(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math", role="group"))
    self.body.append(_mathml(node, "block"))
    self.body.append("</div>\n")
    raise SkipNode


def setup(app):
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_visit_inline, None), block_renderers=(_visit_block, None))
