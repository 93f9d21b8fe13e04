"""The Sphinx extension: the frame of a unit page, its questions, its exercise, its theme.

Each module adds one thing and has its own ``setup``; this one lists them.
"""

from . import (
    assets,
    boxes,
    charts,
    code_layer,
    contents,
    decks,
    dependencies,
    diagrams,
    explorables,
    figures,
    frame,
    glossary,
    home,
    hospital,
    law_links,
    live,
    mathml,
    notes,
    offline,
    programme,
    questions,
    references,
    samples,
    search,
    speed,
    states,
    tasks,
)

_PARTS = (
    contents,
    boxes,
    speed,
    questions,
    frame,
    programme,
    home,
    references,
    law_links,
    glossary,
    hospital,
    samples,
    figures,
    charts,
    explorables,
    decks,
    diagrams,
    tasks,
    code_layer,
    live,
    mathml,
    offline,
    search,
    assets,
    notes,
    states,
    dependencies,
)


def setup(app):
    """Register every part with Sphinx."""
    for part in _PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
