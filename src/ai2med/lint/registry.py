"""The register of rules: every rule by its name, what it checks, how to mend a breach, and the function that finds it.

A module of this package writes a rule as a function of one thing (a unit, a page) that yields `Found`; the decorator
`rule` enters it. Rules that a loader keeps itself are entered with `declare`, so that the list is whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..problems import Problem

__all__ = ["RULES", "Found", "Rule", "declare", "problem", "rule", "rules_for", "rules_text"]

# What a rule looks at, in the order in which the list shows them.
SUBJECTS = {
    "file": "Every file",
    "page": "Every page",
    "unit": "A unit's page",
    "item": "A question",
    "bank": "A unit's questions together",
    "exercise": "An exercise and its checks",
    "run": "An exercise when it is run (`ai2med unit`)",
    "deck": "A presentation",
    "book": "The book",
}


class Found(NamedTuple):
    """A breach of a rule: where and what; `mend` if the rule's own advice can be made more exact."""

    file: Path | str
    line: int
    message: str
    mend: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule of the guide that a machine can check.

    Parameters
    ----------
    name : str
        As messages and the front matter's ``open:`` name it.
    checks : str
        What has to hold, one sentence.
    mend : str
        What an author does about a breach.
    subject : str
        A key of `SUBJECTS`.
    gap : bool
        Whether a page may list it under ``open:`` as a known gap.
    find : callable or None
        Yields `Found`; None if a loader finds it.
    """

    name: str
    checks: str
    mend: str
    subject: str
    gap: bool = False
    find: Callable[[Any], Iterator[Found]] | None = None


RULES: dict[str, Rule] = {}


def _enter(entry: Rule):
    if entry.name in RULES:
        raise ValueError(f"There are two rules called {entry.name!r}.")
    RULES[entry.name] = entry


def rule(subject: str, name: str, checks: str, mend: str, gap: bool = False):
    """Enter the decorated function as a rule.

    Parameters
    ----------
    subject, name, checks, mend, gap
        As in `Rule`.
    """

    def enter(find):
        _enter(Rule(name, checks, mend, subject, gap, find))
        return find

    return enter


def declare(subject: str, table: Iterable[tuple[str, str, str]], gap: bool = False):
    """Enter rules whose breaches are found elsewhere: rows of name, what is checked, mend."""
    for name, checks, mend in table:
        _enter(Rule(name, checks, mend, subject, gap))


def rules_for(subject: str) -> list[Rule]:
    """Return the rules with a function for one subject, in the order of the modules."""
    return [entry for entry in RULES.values() if entry.subject == subject and entry.find]


def problem(name: str, found: Found) -> Problem:
    """Return a breach as the problem that an author reads."""
    return Problem(found.file, found.line, name, found.message, found.mend or RULES[name].mend)


def rules_text() -> str:
    """Return the list of all rules, by what they look at."""
    parts = []
    for subject, heading in SUBJECTS.items():
        entries = sorted((entry for entry in RULES.values() if entry.subject == subject), key=lambda entry: entry.name)
        if entries:
            lines = [f"{heading}\n"]
            lines += [f"  {entry.name}{' *' * entry.gap}\n      {entry.checks} Mend: {entry.mend}" for entry in entries]
            parts.append("\n".join(lines))
    parts.append("* may stand under `open:` in the front matter of a unit that is not there yet.")
    return "\n\n".join(parts)
