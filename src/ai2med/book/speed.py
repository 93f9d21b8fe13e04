"""Let Sphinx and its extensions change a book in place: without work that gives the same again, without left-overs."""

from collections.abc import Callable
from functools import lru_cache

import pybtex.plugin
from sphinxcontrib.bibtex.domain import BibtexDomain

from ..changes import digest

__all__ = ["setup"]

_STAMP = "ai2med_stamp"

# Called once, when all pages are written and no warning was told; what belongs to them is still to be made.
when_written: Callable[[], None] | None = None


class SparingBibtexDomain(BibtexDomain):
    """Formats the entries of a bibliography again only if one of them, or its page, has changed.

    The domain as it stands formats every entry of the book in every build.
    """

    def env_updated(self):
        """Keep what an earlier build has formatted where it still holds."""
        pages = {key.docname for key in self.bibliographies}
        entries = self.bibdata.data.entries
        told = digest(repr(sorted(pages)), repr(self.citation_refs), *(repr(entries[key]) for key in entries))
        read_now = getattr(self.env.app, "ai2med_updated", None)
        if read_now is not None and not pages & read_now and self.data.get(_STAMP) == told:
            return []
        found = super().env_updated()
        self.data[_STAMP] = told
        return found


def _allow_parallel_reading(app):
    """Let pages be read by several processes: this extension only writes numbers once all pages are read."""
    numbering = app.extensions.get("sphinx_multitoc_numbering")
    if numbering is not None:
        numbering.parallel_read_safe = True
        numbering.parallel_write_safe = True


def _tell_written(app, exception):
    if when_written is not None and exception is None and not app._warncount:
        when_written()


def setup(app):
    """Replace the domain, and let a plugin of pybtex be looked up once: each time it would read all packages' lists."""
    if not hasattr(pybtex.plugin._load_entry_point, "cache_info"):
        pybtex.plugin._load_entry_point = lru_cache(pybtex.plugin._load_entry_point)
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(SparingBibtexDomain, override=True)
    app.connect("builder-inited", _allow_parallel_reading)
    app.connect("build-finished", _tell_written, priority=1)
