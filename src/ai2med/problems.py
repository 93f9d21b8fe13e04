"""What an author is told when a source file is wrong: file, line, rule, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a source file.

    Parameters
    ----------
    file : str or Path
        The file, as the author would type its path; kept as text.
    line : int
        Line number, from 1. Use 1 when the whole file is meant.
    rule : str
        Short name of the broken rule, for example ``"key-longest"``.
    message : str
        What is wrong, one or two sentences.
    mend : str
        What to do about it.

    Examples
    --------
    >>> print(Problem("a.items.yml", 7, "options-count", "This item has 2 options.", "Write three or four."))
    a.items.yml:7: options-count: This item has 2 options. Mend: Write three or four.
    """

    file: str | PathLike
    line: int
    rule: str
    message: str
    mend: str

    def __post_init__(self):
        # Callers hold paths; problems of all parts are sorted together.
        object.__setattr__(self, "file", str(self.file))

    def __str__(self):
        return f"{self.file}:{self.line}: {self.rule}: {_sentence(self.message)} Mend: {_sentence(self.mend)}"


class ContentError(Exception):
    """A source file cannot be used; `problems` lists everything that is wrong with it.

    Examples
    --------
    >>> error = ContentError([Problem("b.yml", 3, "yaml", "A quote is not closed", "Close it")])
    >>> print(error)
    b.yml:3: yaml: A quote is not closed. Mend: Close it.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!", ":")) else text + "."
