"""Figures that everyone can use: the build fails without alternative text; wide tables get a box that scrolls."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

_logger = logging.getLogger(__name__)


class table_box(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """A box in which one wide table scrolls."""


class CheckImages(SphinxPostTransform):
    """Warn, which fails the strict build, about an image without alternative text; load images when they come near."""

    default_priority = 300

    def run(self, **kwargs):
        for image in self.document.findall(nodes.image):
            alt = (image.get("alt") or "").strip()
            if len(alt) < 15 or alt == image.get("uri"):
                _logger.warning(
                    "An image has no alternative text that says what it shows. Add it to the cell: mystnb, image, alt.",
                    location=image,
                )
            image["loading"] = "lazy"


class BoxTables(SphinxPostTransform):
    """Put every table of the text into a box that scrolls sideways."""

    default_priority = 310

    def run(self, **kwargs):
        for table in list(self.document.findall(nodes.table)):
            if isinstance(table.parent, table_box):
                continue
            box = table_box()
            table.replace_self(box)
            box += table


def _visit_box(self, node):
    self.body.append(self.starttag(node, "div", CLASS="table-box"))


def _depart_box(self, _node):
    self.body.append("</div>\n")


def _ignore(_self, _node):
    pass


def setup(app):
    """Register the transforms."""
    app.add_node(table_box, html=(_visit_box, _depart_box), latex=(_ignore, _ignore), text=(_ignore, _ignore))
    app.add_post_transform(CheckImages)
    app.add_post_transform(BoxTables)
