"""Places on a page where the reader's browser offers to store a MOOC; without scripts they stay empty."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ..curriculum import load_curriculum
from .facts import depend

__all__ = ["section", "setup"]


def _room(what: str) -> nodes.raw:
    return nodes.raw("", f'<div class="offline-room" data-offline="{what}"></div>', format="html")


def section(mooc, link) -> nodes.section:
    """Return the part of a MOOC's page that offers to store it.

    Parameters
    ----------
    mooc : Mooc
        A MOOC with finished units.
    link : docutils node
        Leads to the page about reading offline.
    """
    part = nodes.section(ids=["read-offline"])
    part += nodes.title("", "Read offline")
    text = "With scripts switched on, your browser can store this MOOC, so that you can read it without a connection. "
    part += nodes.paragraph("", text, link)
    part += _room(mooc.folder)
    return part


class OfflineControls(SphinxDirective):
    """``{offline-controls}``: for each MOOC with finished units a place to store it; ``all`` and ``stored`` as well."""

    optional_arguments = 1

    def run(self):
        if self.arguments:
            return [_room(self.arguments[0])]
        depend(self.env, "programme")
        made = []
        for mooc in load_curriculum().moocs:
            if not mooc.finished:
                continue
            part = nodes.section(ids=[f"store-{mooc.folder}"])
            part += nodes.title("", f"MOOC {mooc.id}: {mooc.title}")
            part += _room(mooc.folder)
            made.append(part)
        return made


def setup(app):
    """Register the directive."""
    app.add_directive("offline-controls", OfflineControls)
