"""The terms that the book explains: one file a term in ``glossary/``, so that two authors never write into the same.

A file is named after its term, begins with the term as a heading, and goes on with its definition::

    # net benefit

    True alarms minus false alarms, each false alarm weighted by the odds of the threshold, per person.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .discovery import Stamped, stamped
from .headers import slugify
from .problems import ContentError, Problem

__all__ = ["Term", "check_terms", "terms"]

_ROLE = re.compile(r"\{[\w:-]+\}`([^`<]*?)\s*(?:<[^`>]*>)?`")


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Parameters
    ----------
    name : str
        As the glossary shows it; a page may write it in other letters, small or large.
    definition : str
        What it means, in Markdown.
    file : pathlib.Path
        Where it is written.
    line : int
        The line on which the definition begins.
    """

    name: str
    definition: str
    file: Path
    line: int = 3

    @property
    def plain(self) -> str:
        r"""The definition as plain text in one line, without roles, links and emphasis.

        Examples
        --------
        >>> Term("AUROC", "A *rank* measure; see {term}`specificity`\nand [more](x.md).", Path("auroc.md")).plain
        'A rank measure; see specificity and more.'
        """
        from markdown_it import MarkdownIt

        blocks = MarkdownIt().parse(_ROLE.sub(r"\1", self.definition))
        return " ".join(" ".join(map(_text, blocks)).split())


def _text(block) -> str:
    return "".join(part.content or " " * part.type.endswith("break") for part in block.children or ())


def terms(root: Path) -> dict[str, Term]:
    """Return all terms by name, in the order of the alphabet; large and small letters count alike.

    Raises
    ------
    ContentError
        If a file has no term or no definition, or is not named after its term; all problems at once.
    """
    found, problems = _read(_stamp(root))
    if problems:
        raise ContentError(problems)
    return dict(found)


def check_terms(root: Path) -> list[Problem]:
    """Return the files of the glossary that cannot be used."""
    return sorted(_read(_stamp(root))[1])


def _stamp(root: Path) -> Stamped:
    return stamped(Path(root) / "glossary", "*.md")


@lru_cache(maxsize=4)
def _read(files: Stamped) -> tuple[dict[str, Term], tuple[Problem, ...]]:
    found, problems = [], []
    for path, _ in files:
        head, _, rest = path.read_text(encoding="utf-8").partition("\n")
        name, definition = head.removeprefix("# ").strip(), rest.strip()
        if not head.startswith("# ") or not name:
            problems.append(Problem(path, 1, "term", "The file does not begin with a term.", "Begin with # The term."))
        elif not definition:
            problems.append(Problem(path, 1, "term", f"{name!r} is not defined.", "Write what it means below it."))
        elif path.stem != slugify(name):
            # So that the same term, written by two authors, is one file.
            message = f"The file of {name!r} has another name."
            problems.append(Problem(path, 1, "term", message, f"Name it {slugify(name)}.md."))
        else:
            line = 2 + rest[: len(rest) - len(rest.lstrip())].count("\n")
            found.append(Term(name, definition, path, line))
    found.sort(key=lambda term: term.name.casefold())
    return {term.name: term for term in found}, tuple(problems)
