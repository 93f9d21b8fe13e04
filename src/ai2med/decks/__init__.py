"""Presentations: slides and narration from one source, for self-study, for a lecture hall, for paper.

`source` reads a ``<unit>.deck.md``, `lint` checks it, `narration` makes the file that an audio or video build reads,
`web` holds the front end and reveal.js. The Sphinx side stands in `ai2med.book.decks`.
"""

from .source import Deck, Slide, read_deck

__all__ = ["Deck", "Slide", "read_deck"]
