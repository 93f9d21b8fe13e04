"""The articles of law that pages link: heading in short, the dates from which it applies, where its text stands.

Each act has its file in ``law/articles/``, named as its file of dates. An article names rows of the table of dates, so
that no date is typed twice.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from . import paths
from .discovery import Stamped, stamped
from .headers import load_yaml, slugify
from .law import LawError, format_date, law_date
from .problems import ContentError, Problem

__all__ = ["Article", "article", "articles"]

_KEY = re.compile(r"(?P<act>[a-z0-9-]+) (?P<number>\d+[a-z]?)")
_FIELDS = {"title", "applies", "note"}


@dataclass(frozen=True)
class Article:
    """An article of an act.

    Parameters
    ----------
    act : str
        Short name of the act, as in the table of dates.
    number : str
        Such as ``4a``.
    title : str
        Its heading in short.
    source : str
        Key of the source that holds its text.
    applies : tuple of (str, str)
        What for, where an article applies to several things at different times, and the key of the date.
    note : str
        What a reader has to know beside the date.
    """

    act: str
    number: str
    title: str
    source: str
    applies: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def told(self) -> str:
        """From when it applies, as a sentence; with the note, if there is one."""
        dates = [(what, format_date(law_date(key))) for what, key in self.applies]
        words = ", ".join(f"from {day}{f' ({what})' if what else ''}" for what, day in dates)
        return " ".join(filter(None, [f"Applies {words}." if words else "", self.note]))


def articles(path: str | Path | None = None) -> dict[str, Article]:
    """Return all articles by key, such as ``ai-act 27``.

    Raises
    ------
    ContentError
        If a file cannot be used, or names a date that the table does not hold.

    Examples
    --------
    >>> article("ai-act 27").told
    'Applies from 2 December 2027.'
    """
    return dict(_read(stamped(Path(path) if path else paths.root() / "law" / "articles", "*.yml")))


def article(key: str, path: str | Path | None = None) -> Article:
    """Return one article.

    Raises
    ------
    ContentError
        If no file holds it; the message names the file to write it into.
    """
    known = articles(path)
    if key not in known:
        found = _KEY.fullmatch(key)
        file = f"law/articles/{found['act'].replace('-', '_')}.yml" if found else "law/articles"
        mend = f'Add "{found["number"]}" to it.' if found else "Write the act and the number: ai-act 27."
        raise ContentError([Problem(file, 1, "article", f"No article is called {key!r}.", mend)])
    return known[key]


@lru_cache(maxsize=4)
def _read(files: Stamped) -> dict[str, Article]:
    found, problems = {}, []
    for path, _ in files:
        name = f"law/articles/{path.name}"
        try:
            table = load_yaml(path.read_text(encoding="utf-8"))
            act, source = str(table["act"]), str(table["source"])
            for number, fields in table["articles"].items():
                made = _article(act, str(number), source, fields)
                found[f"{slugify(act).replace('_', '-')} {number}"] = made
            if slugify(act) != path.stem:
                raise ValueError(f"the act {act!r} belongs into {slugify(act)}.yml")
        except LawError as error:
            problems += [Problem(name, 1, fault.rule, fault.message, fault.mend) for fault in error.problems]
        except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
            message = f"The file cannot be used: {error}."
            problems.append(Problem(name, 1, "article", message, "Compare it with law/articles/gdpr.yml."))
    if problems:
        raise ContentError(problems)
    return found


def _article(act: str, number: str, source: str, fields: dict) -> Article:
    if unknown := set(fields) - _FIELDS:
        raise ValueError(f"Art. {number} has the field {min(unknown)!r}")
    applies = fields.get("applies", {})
    pairs = tuple(applies.items()) if isinstance(applies, dict) else (("", applies),)
    for _, key in pairs:
        law_date(key)
    return Article(act, number, str(fields["title"]), source, pairs, fields.get("note", ""))
