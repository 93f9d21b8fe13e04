"""The presentation of a unit and diagrams: that they are there and readable.

What slides have to keep, `ai2med.decks.lint` finds; what diagrams have to keep, `ai2med.diagrams.lint`.
"""

from ..decks.lint import lint_deck
from ..diagrams.lint import lint_diagrams
from ..problems import Problem
from .facts import PageFacts, UnitFacts
from .registry import Found, declare, rule

__all__ = ["deck_problems", "diagram_problems"]

declare(
    "deck",
    [
        ("deck-unit", "A presentation is named like its unit's page.", "Name it <unit>.deck.md."),
        ("deck-title", "It begins with a title.", "Write # and what the talk is about."),
        ("deck-slides", "It has 8 to 12 slides.", "Write each below a heading with ## ."),
        ("deck-pictures", "At least half of the slides show something.", "Use {cell}, {diagram} or a table."),
        ("deck-question", "It asks one question of the unit.", "Use {question} and its name."),
        ("deck-minutes", "The narration takes 6 to 9 minutes.", "Shorten it, or explain more."),
        ("deck-narration", "Each slide has a narration of 60 to 90 words.", "Write :::{narration}."),
        ("deck-signs", "A voice can say every sign of a narration.", "Write it as a word: leads to, about, and."),
        ("deck-place", "A slide points to no place of the page.", "Name what is meant instead of 'the cell above'."),
        ("deck-words", "A slide shows at most 40 words.", "Say the rest."),
        ("deck-cell", "A cell that it shows has that name in the unit's page.", "Name the cell with :name:."),
        ("deck-glue", "A value that it states is glued in the unit's page.", "Correct the key, or glue the value."),
    ],
)
declare("page", [("diagram", "A diagram can be read, and has a title and a description.", "See the guide.")])


@rule("unit", "deck", "A unit has a presentation.", "Write <unit>.deck.md beside the page.", gap=True)
def _deck(facts: UnitFacts):
    if facts.page is not None and not facts.deck_path.is_file():
        yield Found(facts.deck_path, 1, "The unit has no presentation.")


def deck_problems(facts: UnitFacts) -> list[Problem]:
    """Return what the slides of a unit's presentation break."""
    return lint_deck(facts.deck_path, facts.book.root) if facts.deck_path.is_file() else []


def diagram_problems(facts: PageFacts) -> list[Problem]:
    """Return what the diagrams of a page break."""
    return list(lint_diagrams(facts.path)) if "{diagram}" in facts.page.text else []
