"""Check a presentation: how many slides, how much on each, how long it is told, and that what it names exists."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..curriculum import Unit, load_curriculum
from ..problems import ContentError, Problem
from .narration import unspeakable
from .source import WORDS_A_MINUTE, Deck, Slide, plain_words, read_deck

__all__ = ["lint_deck"]

SLIDES = (8, 12)
SHOWN = 40
SPOKEN = (60, 90)
MINUTES = (6, 9)

_CELL_NAME = re.compile(r"^(?::name:|name:)[ \t]*([\w-]+)[ \t]*$", re.MULTILINE)
_GLUED = re.compile(r"\{glue:text\}`([\w-]+)(?::[^`]*)?`")

# What leads a reader to another place of the page, on a slide that has no such place.
_ELSEWHERE = re.compile(
    r"\b(?:cells?|tables?|figures?|sections?|text|code|questions?|pages?) (?:above|below)\b"
    r"|\b(?:the|this|next|previous) (?:cell|section|page|notebook)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^\s*caption:[ \t]*(.+)$", re.MULTILINE)


def lint_deck(path: Path, root: Path | None = None) -> list[Problem]:
    """Return everything that is wrong with a ``.deck.md``.

    Parameters
    ----------
    path : pathlib.Path
        The presentation; its unit's page stands beside it.
    root : pathlib.Path, optional
        The book's folder, by default the one that `ai2med.paths.root` finds.
    """
    path = Path(path)
    named = (unit for unit in load_curriculum(root).units if unit.deck_path.name == path.name)
    unit = next((unit for unit in named if unit.deck_path.resolve() == path.resolve()), None)
    if unit is None:
        message = "No unit has this name."
        return [Problem(path, 1, "deck-unit", message, "Name it like the unit's page, with .deck.md at its end.")]
    deck = read_deck(path)
    found = [*_whole(deck), *_names(deck, unit)]
    for slide in deck.slides:
        found += _one(deck, slide)
    return sorted(found)


def _whole(deck: Deck) -> Iterator[Problem]:
    low, high = SLIDES
    if not deck.title:
        yield Problem(deck.path, 1, "deck-title", "It has no title.", "Begin with `# ` and what the talk is about.")
    if not low <= len(deck.slides) <= high:
        message = f"It has {len(deck.slides)} slides."
        yield Problem(deck.path, 1, "deck-slides", message, f"Write {low} to {high}, each below a heading with ## .")
    pictures = sum(slide.has_picture for slide in deck.slides)
    if 2 * pictures < len(deck.slides):
        message = f"{pictures} of {len(deck.slides)} slides show a figure, diagram, table or explorable."
        yield Problem(deck.path, 1, "deck-pictures", message, "Show one on at least half: {cell}, {diagram}.")
    asked = [block for slide in deck.slides for block in slide.questions]
    if len(asked) != 1:
        message = f"It asks {len(asked)} questions."
        yield Problem(deck.path, 1, "deck-question", message, "Ask one, with {question} and its name.")
    minutes = deck.words / WORDS_A_MINUTE
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        message = f"The narration takes {minutes:.1f} minutes ({deck.words} words)."
        mend = f"Let it take {MINUTES[0]} to {MINUTES[1]} minutes at {WORDS_A_MINUTE} words a minute."
        yield Problem(deck.path, 1, "deck-minutes", message, mend)


def _one(deck: Deck, slide: Slide) -> Iterator[Problem]:
    low, high = SPOKEN
    if not slide.narration:
        mend = "Add :::{narration} with what is said."
        yield Problem(deck.path, slide.line, "deck-narration", f"Slide {slide.number} has no narration.", mend)
    elif not low <= slide.spoken_words <= high:
        message = f"The narration of slide {slide.number} has {slide.spoken_words} words."
        yield Problem(deck.path, slide.narration_line, "deck-narration", message, f"Write {low} to {high}.")
    if signs := unspeakable(plain_words(slide.narration)):
        message = f"A voice cannot say {' '.join(signs)} in the narration of slide {slide.number}."
        yield Problem(deck.path, slide.narration_line, "deck-signs", message, "Write it as a word.")
    if found := _ELSEWHERE.search(f"{slide.body}\n{slide.narration}"):
        message = f"Slide {slide.number} says {found[0]!r}, and a slide has no such place."
        yield Problem(deck.path, slide.line, "deck-place", message, "Name what is meant.")
    if slide.shown_words > SHOWN:
        message = f"Slide {slide.number} shows {slide.shown_words} words."
        yield Problem(deck.path, slide.line, "deck-words", message, f"Show at most {SHOWN}; say the rest.")
    for block in slide.blocks:
        text = "\n".join(block.lines)
        if block.name in ("figure", "image") and not re.search(r"^:alt: *\S.{13,}", text, re.MULTILINE):
            message = f"The {block.name} has no alternative text."
            yield Problem(deck.path, block.line, "alternative-text", message, "Add :alt: with what it shows.")


def _names(deck: Deck, unit: Unit) -> Iterator[Problem]:
    page = unit.path.read_text(encoding="utf-8") if unit.path.is_file() else ""
    cells = set(_CELL_NAME.findall(page))
    questions = _questions(unit)
    for slide in deck.slides:
        for block in slide.blocks:
            if block.name == "cell" and block.argument not in cells:
                message = f"{unit.path.name} has no cell with the name {block.argument!r}."
                mend = f"Add `name: {block.argument}` to the head of the cell. Named so far: {_list(cells)}."
                yield Problem(deck.path, block.line, "deck-cell", message, mend)
            elif block.name == "cell" and (found := _ELSEWHERE.search(_caption(page, block.argument))):
                message = f"The caption of {block.argument} says {found[0]!r}, and a slide has no such place."
                mend = f"Name what is meant, in {unit.path.name}."
                yield Problem(deck.path, block.line, "deck-place", message, mend)
            if block.name == "question" and questions is not None and block.argument not in questions:
                message = f"{unit.items_path.name} has no question {block.argument!r}."
                yield Problem(deck.path, block.line, "deck-question", message, f"It has {_list(questions)}.")
    for number, line in enumerate(deck.path.read_text(encoding="utf-8").splitlines(), 1):
        for key in _GLUED.findall(line):
            # A name may be made from parts, as in f"u224_{short}_auroc": its beginning then has to be there.
            begins = [key[: place + 1] for place, sign in enumerate(key) if sign == "_"]
            if key not in page and not any(f"{begin}{{" in page for begin in begins):
                message = f"No cell of {unit.path.name} glues {key!r}."
                yield Problem(deck.path, number, "deck-glue", message, "Correct it, or glue the value in the page.")


def _caption(page: str, name: str) -> str:
    """Return the caption of the cell of a page that has a name; empty without one."""
    cells = (cell.partition("\n---\n")[2] for cell in page.split("{code-cell}"))
    head = next((cell.partition("\n---\n")[0] for cell in cells if cell.startswith(f"name: {name}\n")), "")
    found = _CAPTION.search(head)
    return found[1] if found else ""


def _questions(unit: Unit) -> set[str] | None:
    from ..items import load_items

    try:
        return {item.id.rpartition("-")[2] for item in load_items(unit.items_path).items}
    except (ContentError, FileNotFoundError):
        return None


def _list(names) -> str:
    return ", ".join(sorted(names)) or "none"
