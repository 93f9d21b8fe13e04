"""Read a presentation: a title, and below each heading of the second level a slide with its narration.

The build reads the same file as MyST; this module only needs to know where a slide begins, what its narration says and
what stands beside it, to count, to check and to tell how long it takes.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

__all__ = ["WORDS_A_MINUTE", "Deck", "Slide", "plain_words", "read_deck"]

# A calm voice, for listeners in their second language.
WORDS_A_MINUTE = 130

_FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})(?:\{(?P<name>[\w:-]+)\}[ \t]*(?P<argument>.*?))?[ \t]*$")
_ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<text>[^`<]*)(?:<[^`>]*>)?[^`]*`")
_WORD = re.compile(r"[^\W_]+(?:['’.,:/-][^\W_]+)*")
# What a reader sees of a block without it being words of the slide: a picture, a number of the page, a question.
_PICTURES = {"cell", "diagram", "explorable", "figure", "image", "list-table", "table", "math"}
_NOT_WORDS = _PICTURES | {"question", "code-block", "code", "narration"}


@dataclass(frozen=True)
class Block:
    """A directive in a slide: its name, its argument, its line, its lines."""

    name: str
    argument: str
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Slide:
    """One idea, as the file has it.

    Attributes
    ----------
    number : int
        From 1.
    title : str
        Its heading.
    line : int
        Of the heading.
    body : str
        What is shown, without blocks.
    narration : str
        What is said.
    narration_line : int
        Where it begins; 0 without narration.
    blocks : tuple of Block
        Everything else that is shown.
    """

    number: int
    title: str
    line: int
    body: str
    narration: str
    narration_line: int
    blocks: tuple[Block, ...]

    @property
    def shown_words(self) -> int:
        """Words that a reader has to read on the slide."""
        return len(_WORD.findall(plain_words(self.body)))

    @property
    def spoken_words(self) -> int:
        """Words of the narration; a glued value counts as one."""
        return len(_WORD.findall(plain_words(self.narration)))

    @property
    def has_picture(self) -> bool:
        """Whether it shows a figure, a diagram, a table or an explorable."""
        return any(block.name in _PICTURES for block in self.blocks) or "\n|" in f"\n{self.body}"

    @property
    def questions(self) -> tuple[Block, ...]:
        """The questions that it asks."""
        return tuple(block for block in self.blocks if block.name == "question")


@dataclass(frozen=True)
class Deck:
    """A presentation."""

    path: Path
    title: str
    slides: tuple[Slide, ...]

    @cached_property
    def words(self) -> int:
        """Words of all narrations."""
        return sum(slide.spoken_words for slide in self.slides)

    @property
    def minutes(self) -> int:
        """How long it takes to listen, in whole minutes, at least 1."""
        return max(1, round(self.words / WORDS_A_MINUTE))


def plain_words(text: str) -> str:
    """Return a text as it is read: roles by what they show, no links, citations or marks.

    >>> plain_words("An {term}`AUROC <AUROC>` of {glue:text}`u1_x:.2f`, **not** a promise {cite:p}`key2020`.")
    'An AUROC of 0, not a promise .'
    """

    def shown(role):
        if role["name"].startswith("cite"):
            return ""
        return "0" if role["name"].startswith("glue") else role["text"].strip()

    return re.sub(r"\*+|\[([^\]]*)\]\([^)]*\)", r"\1", _ROLE.sub(shown, text))


def read_deck(path: Path) -> Deck:
    """Read a ``.deck.md``; what it lacks is for `lint_deck` to say."""
    title, parts, blocks = "", [], []
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        opening = _FENCE.match(line)
        if opening and opening["name"]:
            end = next((k for k in range(at + 1, len(lines)) if lines[k].strip() == opening["fence"]), len(lines))
            blocks.append((Block(opening["name"], opening["argument"], at + 1, tuple(lines[at + 1 : end])), len(parts)))
            at = end + 1
            continue
        if line.startswith("## "):
            parts.append((line[3:].strip(), at + 1, []))
        elif line.startswith("# ") and not title:
            title = line[2:].strip()
        elif parts:
            parts[-1][2].append(line)
        at += 1
    return Deck(Path(path), title, tuple(_slide(k, part, blocks) for k, part in enumerate(parts, 1)))


def _slide(number, part, blocks) -> Slide:
    title, line, body = part
    own = [block for block, place in blocks if place == number]
    said = [block for block in own if block.name == "narration"]
    shown = [*body, *(text for block in own if block.name not in _NOT_WORDS for text in block.lines)]
    return Slide(
        number=number,
        title=title,
        line=line,
        body="\n".join(shown).strip(),
        narration="\n".join(text for block in said for text in block.lines).strip(),
        narration_line=said[0].line if said else 0,
        blocks=tuple(block for block in own if block.name != "narration"),
    )
