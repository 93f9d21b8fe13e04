"""The presentation of a unit: that it is there. What its slides have to keep, `ai2med.decks.lint` says."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from ..problems import Problem
from .facts import UnitFacts
from .registry import Found, rule

__all__ = ["deck_problems"]


@rule("unit", "deck", "A unit has a presentation.", "Write <unit>.deck.md beside the page.", gap=True)
def _deck(facts: UnitFacts):
    if facts.page is not None and not facts.deck_path.is_file():
        yield Found(facts.deck_path, 1, "The unit has no presentation.")


def deck_problems(path: Path) -> list[Problem]:
    """Return what the slides of a presentation break; nothing where the book has no presentations."""
    if not path.is_file() or find_spec("ai2med.decks") is None or find_spec("ai2med.decks.lint") is None:
        return []
    return import_module("ai2med.decks.lint").lint_deck(path)
