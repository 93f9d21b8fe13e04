"""The lines of a MyST page with the blocks they stand in: what linting and counting need, read once and fast.

This is no parser of MyST: it knows fences, front matter and headings, and keeps the number of every line.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

__all__ = ["Block", "Cell", "Line", "Page", "Section", "plain_prose", "read_page", "words"]

_FENCE = re.compile(r"^(?P<indent>\s*)(?P<fence>`{3,}|:{3,}|~{3,})(?P<rest>.*)$")
_DIRECTIVE = re.compile(r"^\{(?P<kind>[\w:-]+)\}\s*(?P<argument>.*?)\s*$")
_SECTION = re.compile(r"^## (?P<number>\d+)\. (?P<title>.+?)\s*$")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_ROLE = re.compile(r"\{[\w:-]+\}`([^`<]*)(?:<[^`]*>)?`")
# What stands for one thing to its reader: a value from a cell, a page that is named by its place.
_ONE_THING = re.compile(r"\{glue:\w+\}`[^`]*`|\{\w+\}`/[^`<]*`")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")

# Directives whose content is again Markdown although backticks fence them.
_PARSED = frozenset(
    ["note", "warning", "admonition", "dropdown", "deeper", "tip", "important", "seealso", "list-table"]
)
# What a reader of the core text does not read as prose.
NOT_PROSE = frozenset(
    [
        "check",
        "knowledge-check",
        "teacher-notes",
        "deeper",
        "dropdown",
        "for-coders",
        "list-table",
        "table",
        "csv-table",
    ]
)


@dataclass(frozen=True)
class Block:
    """A fenced block: a directive, a code cell, a listing.

    Parameters
    ----------
    kind : str
        The directive's name; empty for a listing.
    argument : str
        What follows the name on the opening line.
    fence : str
        The opening colons or backticks.
    line : int
        The line that opens it, from 1.
    end : int or None
        The line that closes it; None if nothing does.
    """

    kind: str
    argument: str
    fence: str
    line: int
    end: int | None = None

    @property
    def verbatim(self) -> bool:
        """Whether its content is not Markdown."""
        return self.fence[0] != ":" and self.kind not in _PARSED


@dataclass(frozen=True)
class Line:
    """One line and the kinds of the blocks around it, the outermost first."""

    number: int
    text: str
    inside: tuple[str, ...] = ()
    code: bool = False


@dataclass(frozen=True)
class Cell:
    """A code cell: its source without options, and the line on which the source begins."""

    source: str
    line: int
    head: str = ""

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; a SyntaxError where there is none."""
        return ast.parse(self.source)


@dataclass(frozen=True)
class Section:
    """A numbered section: ``## 2. Title`` and the lines up to the next heading of its level."""

    number: int
    title: str
    line: int
    lines: tuple[Line, ...] = field(repr=False, default=())


class Page:
    """The text of a page.

    Parameters
    ----------
    text : str
        The whole file.
    """

    def __init__(self, text: str):
        self.text = text
        self.lines: list[Line] = []
        self.blocks: list[Block] = []
        self.strays: list[int] = []
        self.crowded: list[Block] = []
        self._scan()

    def _scan(self):
        stack: list[tuple[int, str, str, bool]] = []  # position in blocks, fence, kind, verbatim
        for number, text in self._body():
            found = _FENCE.match(text)
            code = bool(stack) and stack[-1][3]
            inside = tuple(entry[2] for entry in stack)
            if found and stack and not found["rest"].strip() and self._closes(found["fence"], stack, code):
                while stack and not self._same(found["fence"], stack[-1][1]):
                    stack.pop()  # what was left open inside ends with the block around it
                position, *_ = stack.pop()
                block = self.blocks[position]
                self.blocks[position] = Block(block.kind, block.argument, block.fence, block.line, number)
                self.lines.append(Line(number, text, inside, True))
                continue
            if found and not code:
                directive = _DIRECTIVE.match(found["rest"].strip())
                if found["fence"][0] == ":" and not directive:
                    self.strays.append(number)
                    self.lines.append(Line(number, text, inside, True))
                    continue
                kind, argument = (
                    (directive["kind"], directive["argument"]) if directive else ("", found["rest"].strip())
                )
                block = Block(kind, argument, found["fence"], number)
                around = [entry for entry in stack if entry[1][0] == block.fence[0]]
                if around and len(around[-1][1]) <= len(block.fence):
                    self.crowded.append(block)
                stack.append((len(self.blocks), block.fence, kind or "code", block.verbatim))
                self.blocks.append(block)
                self.lines.append(Line(number, text, inside, True))
                continue
            self.lines.append(Line(number, text, inside, code))

    @staticmethod
    def _same(fence: str, opening: str) -> bool:
        return fence[0] == opening[0] and len(fence) >= len(opening)

    def _closes(self, fence, stack, code) -> bool:
        if code:
            return self._same(fence, stack[-1][1])
        return any(self._same(fence, entry[1]) for entry in stack)

    @property
    def first(self) -> int:
        """The first line after the front matter."""
        lines = self.text.splitlines()
        if lines[:1] != ["---"]:
            return 1
        return lines.index("---", 1) + 2 if "---" in lines[1:] else 2

    def _body(self) -> Iterator[tuple[int, str]]:
        """Yield the numbered lines after the front matter."""
        return enumerate(self.text.splitlines()[self.first - 1 :], self.first)

    @cached_property
    def unclosed(self) -> list[Block]:
        """The blocks that nothing closes."""
        return [block for block in self.blocks if block.end is None]

    @cached_property
    def title(self) -> tuple[int, str]:
        """Line and text of the first heading; (1, "") where there is none."""
        for line in self.lines:
            if not line.code and line.text.startswith("# "):
                return line.number, line.text[2:].strip()
        return 1, ""

    @cached_property
    def markdown(self) -> list[Line]:
        """The lines that are read as Markdown: no code, no fences."""
        return [line for line in self.lines if not line.code]

    @cached_property
    def prose(self) -> list[Line]:
        """The running text of the core: no code, tables, headings, questions, deeper parts or teacher notes."""
        return [
            line
            for line in self.markdown
            if not NOT_PROSE.intersection(line.inside) and not line.text.startswith(("|", "#", "%", "(", ":"))
        ]

    @cached_property
    def prose_words(self) -> int:
        """How many words the running text has."""
        return sum(words(line.text) for line in self.prose)

    @property
    def divisions(self) -> list[tuple[int, Block | None]]:
        """Line and block of each cell of a notebook, and of each line ``+++``, which parts two texts."""
        lines = self.text.splitlines()
        found = [(line.number, None) for line in self.markdown if line.text.startswith("+++")]
        last = 0  # of a listing, in which nothing is a cell
        for block in self.blocks:
            if block.line > last and block.fence[0] != ":":
                last = block.end or len(lines)
                if block.kind in ("code-cell", "raw-cell") and lines[block.line - 1].startswith(block.fence):
                    found.append((block.line, block))
        return sorted(found, key=lambda entry: entry[0])

    @cached_property
    def cells(self) -> list[Cell]:
        """The code cells, in order."""
        return [self._cell(block) for block in self.blocks if block.kind == "code-cell" and block.end]

    def _cell(self, block: Block) -> Cell:
        all_lines = self.text.splitlines()
        body = all_lines[block.line : block.end - 1]
        start = 0
        if body and body[0].strip() == "---":
            start = next((k for k, text in enumerate(body[1:], 1) if text.strip() == "---"), 0) + 1
        else:
            while start < len(body) and re.match(r":[\w-]+:", body[start]):
                start += 1
        return Cell("\n".join(body[start:]), block.line + start + 1, "\n".join(body[:start]))

    @cached_property
    def sections(self) -> list[Section]:
        """The numbered sections."""
        found, lines = [], []
        for line in self.lines:
            if not line.code and line.text.startswith("## "):
                if found and found[-1] is not None:
                    found[-1] = (*found[-1][:3], tuple(lines))
                heading = _SECTION.match(line.text)
                lines = []
                found.append((int(heading["number"]), heading["title"], line.number) if heading else None)
            else:
                lines.append(line)
        if found and found[-1] is not None:
            found[-1] = (*found[-1][:3], tuple(lines))
        return [Section(*entry) for entry in found if entry is not None]

    def paragraphs(self) -> Iterator[tuple[int, str]]:
        """Yield the paragraphs of the Markdown with the line on which each begins."""
        start, collected = 0, []
        for line in self.markdown:
            if line.text.strip() and (not collected or line.number == start + len(collected)):
                start = start if collected else line.number
                collected.append(line.text)
                continue
            if collected:
                yield start, " ".join(collected)
            start, collected = (line.number, [line.text]) if line.text.strip() else (0, [])
        if collected:
            yield start, " ".join(collected)


def plain_prose(text: str) -> str:
    """Return a line of Markdown as it is read: without roles, links, code marks and emphasis.

    >>> plain_prose("A {term}`stay <stays>` in [the ward](x.md) of **n** = {glue:text}`u1_n:.1f`.")
    'A stay in the ward of n = 0.'
    """
    text = re.sub(r"\{cite:[\w]+\}`[^`]*`", "", text)
    text = re.sub(r"\{glue:[\w]+\}`[^`]*`", "0", text)
    text = _ROLE.sub(lambda found: found[1].strip(), text)
    text = _LINK.sub(r"\1", text)
    return re.sub(r"[*`]+", "", text).strip()


def words(text: str) -> int:
    """Count the words of a line of Markdown as a reader meets them.

    >>> words("Of 1,000 {term}`stays <stay>`, 3 % don't count.")
    7
    >>> words("See {doc}`/moocs/mooc2/a_long_name`: {glue:text}`u533_n:.0f` of 100.")
    5
    """
    return len(_WORD.findall(_ROLE.sub(r"\1", _ONE_THING.sub("one", text))))


def read_page(path: Path) -> Page:
    """Return the page at `path`; read again only after it has changed."""
    path = Path(path)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _read(path: Path, _stamp: int) -> Page:
    return Page(path.read_text(encoding="utf-8"))
