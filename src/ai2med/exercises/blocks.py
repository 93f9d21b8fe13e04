"""The marked solution lines of a task cell, and the three versions of the cell that follow from them.

A solution block stands anywhere in the cell, at any indentation::

    ### BEGIN SOLUTION
    events = int(stays["event"].sum())
    ### STARTER
    # events = ...
    ### END SOLUTION

The lines after ``### STARTER`` take the solution's place in the learner's version, without their first ``# ``. A block
without them starts the learner off with ``...``.
"""

import re
import textwrap
from dataclasses import dataclass

_MARKER = re.compile(r"^(?P<indent>[ \t]*)###[ \t]*(?P<kind>BEGIN SOLUTION|STARTER|END SOLUTION)[ \t]*$")
_LIKE_A_MARKER = re.compile(r"^[ \t]*#+[ \t]*(begin[ _-]?solution|starter|end[ _-]?solution)\W*$", re.IGNORECASE)
_DEFAULT_STARTER = "...  # write your code here"


@dataclass(frozen=True)
class Given:
    """Lines that author and learner share."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A solution block.

    Parameters
    ----------
    indent : str
        The indentation of the markers.
    solution : tuple of str
        The author's lines.
    starter : tuple of str
        What the learner finds in their place.
    """

    indent: str
    solution: tuple[str, ...]
    starter: tuple[str, ...]


class BlockError(ValueError):
    """A mistake in the markers.

    Parameters
    ----------
    line : int
        Counted from 1 in the cell.
    message, mend : str
        What is wrong, and how to mend it.
    """

    def __init__(self, line: int, message: str, mend: str):
        super().__init__(message)
        self.line, self.message, self.mend = line, message, mend


def parse_blocks(source: str) -> tuple[Given | Block, ...]:
    r"""Split a cell into given lines and solution blocks.

    Raises
    ------
    BlockError
        If a marker is misspelt, missing or out of place, or a starter line is not commented out.

    Examples
    --------
    >>> parse_blocks("### BEGIN SOLUTION\nn = 3\n### STARTER\n# n = ...\n### END SOLUTION")
    (Block(indent='', solution=('n = 3',), starter=('n = ...',)),)
    """
    parts: list[Given | Block] = []
    given: list[str] = []
    solution: list[str] = []
    starter: list[str] | None = None
    opened = indent = None
    for number, line in enumerate(source.split("\n"), 1):
        marker = _MARKER.match(line)
        kind = marker["kind"] if marker else None
        if kind is None and _LIKE_A_MARKER.match(line):
            raise BlockError(
                number,
                f"The line {line.strip()!r} is nearly a marker.",
                "Write ### BEGIN SOLUTION, ### STARTER or ### END SOLUTION, alone on the line.",
            )
        if opened is None:
            if kind in ("STARTER", "END SOLUTION"):
                raise BlockError(
                    number,
                    f"### {kind} stands outside a solution block.",
                    "Put ### BEGIN SOLUTION above the first solution line.",
                )
            if kind is None:
                given.append(line)
                continue
            if given:
                parts.append(Given(tuple(given)))
            given, solution, starter = [], [], None
            opened, indent = number, marker["indent"]
        elif kind == "BEGIN SOLUTION":
            raise BlockError(
                number, f"A solution block begins inside the one of line {opened}.", "Put ### END SOLUTION before it."
            )
        elif kind == "STARTER":
            if starter is not None:
                raise BlockError(number, "The block has two ### STARTER lines.", "Keep one; join their lines.")
            starter = []
        elif kind == "END SOLUTION":
            if not any(text.strip() for text in solution):
                raise BlockError(opened, "The solution block is empty.", "Write the solution between its markers.")
            lines = (indent + _DEFAULT_STARTER,) if starter is None else tuple(starter)
            parts.append(Block(indent, tuple(solution), lines))
            opened = None
        elif starter is None:
            solution.append(line)
        else:
            starter.append(_uncommented(line, number))
    if opened is not None:
        raise BlockError(opened, "The solution block does not end.", "Write ### END SOLUTION after its last line.")
    if given:
        parts.append(Given(tuple(given)))
    return tuple(parts)


def solution_source(source: str) -> str:
    """Return the cell as its author runs it, without markers and starter."""
    return _join(part.lines if isinstance(part, Given) else part.solution for part in parse_blocks(source))


def starter_source(source: str) -> str:
    r"""Return the cell as a learner finds it.

    >>> starter_source("### BEGIN SOLUTION\nn = 3\n### STARTER\n# n = ...\n### END SOLUTION\nprint(n)")
    'n = ...\nprint(n)'
    """
    return _join(part.lines if isinstance(part, Given) else part.starter for part in parse_blocks(source))


def attempt_source(source: str, code: str) -> str:
    r"""Return the cell with `code` in place of the first solution block; the other blocks are emptied.

    >>> attempt_source("if True:\n    ### BEGIN SOLUTION\n    n = 3\n    ### END SOLUTION", "n = 4")
    'if True:\n    n = 4'
    """
    pieces, first = [], True
    for part in parse_blocks(source):
        if isinstance(part, Given):
            pieces.append(part.lines)
        elif first:
            first = False
            pieces.append(tuple(textwrap.indent(textwrap.dedent(code).strip("\n"), part.indent).split("\n")))
    return _join(pieces)


def solution_lines(source: str) -> list[str]:
    """Return the lines of all solution blocks that are neither blank nor comments."""
    lines = [line for part in parse_blocks(source) if isinstance(part, Block) for line in part.solution]
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def solution_only(source: str) -> str:
    """Return what the solution blocks hold, for the folded solution below a starter."""
    return _join(part.solution for part in parse_blocks(source) if isinstance(part, Block))


def _uncommented(line: str, number: int) -> str:
    if not line.strip():
        return ""
    match = re.match(r"^([ \t]*)#( ?)(.*)$", line)
    if not match:
        raise BlockError(
            number,
            f"The starter line {line.strip()!r} is not commented out: it would run with the solution.",
            "Put '# ' in front of it.",
        )
    return (match[1] + match[3]).rstrip()


def _join(pieces) -> str:
    return "\n".join(line for piece in pieces for line in piece)
