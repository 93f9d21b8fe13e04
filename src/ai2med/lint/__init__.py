"""Check the content against the guide: pages, questions, exercises, presentations, references, contents list.

Every rule is entered in one register (`registry`), from which ``ai2med lint --rules`` prints the list:

- `frame`: the parts of a unit's page, outcomes, place in the curriculum
- `prose`: length, level, terms, sources, dates, blocks that close
- `cells`: code cells, alternative texts, glued values
- `items` (and `_item` for a single question), `exercise`, `deck`, `sources`
- `book` runs them

No rule executes content, apart from importing a checks module; what only running shows is told by ``ai2med unit``.
"""

from . import cells, deck, exercise, frame, items, prose, sources
from .book import Report, UnknownTarget, lint_book, lint_page, lint_report, lint_unit
from .exercise import lint_exercise
from .items import lint_bank
from .prose import prose_words
from .registry import RULES, Rule, rules_text

__all__ = [
    "RULES",
    "Report",
    "Rule",
    "UnknownTarget",
    "cells",
    "deck",
    "exercise",
    "frame",
    "items",
    "lint_bank",
    "lint_book",
    "lint_exercise",
    "lint_page",
    "lint_report",
    "lint_unit",
    "prose",
    "prose_words",
    "rules_text",
    "sources",
]
