"""The Sphinx extension: the frame of a unit page, its questions, its exercise, its theme.

Each module adds one thing and has its own ``setup``; this one lists them.
"""

from . import (
    assets,
    boxes,
    charts,
    decks,
    diagrams,
    figures,
    frame,
    live,
    mathml,
    offline,
    programme,
    questions,
    references,
    tasks,
)

_PARTS = (
    boxes,
    questions,
    frame,
    programme,
    references,
    figures,
    charts,
    decks,
    diagrams,
    tasks,
    live,
    mathml,
    offline,
    assets,
)


def setup(app):
    """Register every part with Sphinx."""
    for part in _PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
