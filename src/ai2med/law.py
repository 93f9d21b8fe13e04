"""The one table of dates of law: read it, check it, ask it.

Every date of law in the book comes from ``law/``, where each act has its file, such as ``law/ai_act.yml``. The acts
move, the table moves with them, and no page keeps an old date: pages quote a row with ``{law-date}`key` ``, questions
with ``{date:key}``. A date that sources give differently has no row, and a proposal has none either: it applies to
nobody yet.
"""

import datetime
import re
from functools import lru_cache
from pathlib import Path

import pandas as pd
import yaml

from . import paths
from .discovery import Stamped, stamped
from .headers import load_yaml, slugify
from .problems import ContentError, Problem

__all__ = ["ROLES", "LawError", "format_date", "law_date", "law_dates", "law_row", "law_states"]

ROLES = {
    "provider": "provider",
    "deployer": "deployer",
    "manufacturer": "manufacturer (device or product)",
    "importer": "importer",
    "distributor": "distributor",
    "health institution": "health institution that makes devices for itself (MDR, IVDR)",
    "controller": "controller (GDPR)",
    "data holder": "data holder (EHDS)",
    "data user": "data user (EHDS)",
    "essential entity": "essential or important entity (NIS2)",
    "notified body": "notified body",
    "authority": "authority",
    "member state": "Member State",
    "commission": "Commission",
    "everyone": "everyone",
}
"""Roles of the acts, and "everyone", as readers see them. The same word may have another meaning in another act."""

COLUMNS = ("key", "date", "act", "what", "who", "article", "source", "note")
_LONGEST = {"act": 24, "what": 160, "note": 240}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STATE = re.compile(rf"^# State of law: (\d+) ({'|'.join(_MONTHS)}) (\d{{4}})\.$", re.MULTILINE)


class LawError(ContentError, ValueError):
    """The table of dates is wrong, or a date is asked for that it does not hold.

    Examples
    --------
    >>> print(LawError([Problem("law/mdr.yml", 1, "law-key", "No date is called x", "Add a row")]))
    law/mdr.yml:1: law-key: No date is called x. Mend: Add a row.
    """


def format_date(day: datetime.date) -> str:
    """Return a date as the book writes it.

    Examples
    --------
    >>> format_date(datetime.date(2028, 8, 2))
    '2 August 2028'
    """
    # Not strftime: its month names follow the locale of the machine that builds the book.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _row_faults(row: dict, seen: set[str]) -> list[tuple[str, str, str]]:
    """Return (rule, message, mend) of everything wrong with one row."""
    faults = []
    key = row.get("key")
    name = f"Row {key!r}"
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return [("law-key", f"A row has the key {key!r}", "Use small letters, digits and hyphens: ai-act-devices")]
    if key in seen:
        faults.append(("law-key-twice", f"The key {key!r} stands twice", "Rename one; pages quote keys"))
    if extra := set(row) - set(COLUMNS):
        faults.append(("law-field", f"{name} has the field {min(map(str, extra))!r}", f"Use {', '.join(COLUMNS)}"))
    if type(row.get("date")) is not datetime.date:
        faults.append(
            ("law-day", f"{name} has the date {row.get('date')!r}", "Write year-month-day without quotes: 2028-08-02")
        )
    for field in ("act", "what", "article", "source", "note"):
        text = row.get(field, "" if field == "note" else None)
        if not isinstance(text, str) or (field != "note" and not text.strip()):
            faults.append(("law-text", f"{name} has no text in {field!r}", f"Write {field} as one line of text"))
        elif len(text) > _LONGEST.get(field, 1000):
            faults.append(
                (
                    "law-length",
                    f"{name}: {field} has {len(text)} characters",
                    f"At most {_LONGEST[field]} are shown well",
                )
            )
    who = row.get("who")
    if not isinstance(who, list) or not who:
        faults.append(("law-who", f"{name} names nobody", "Write who: [provider, deployer]"))
    else:
        for role in who:
            if role not in ROLES:
                faults.append(("law-role", f"{name} names the role {role!r}", f"Use one of: {', '.join(ROLES)}"))
    return faults


def check_rows(rows: object, file: str = "law.yml", source: str = "") -> list[Problem]:
    """Return every problem of one file of dates; `source` is its text, to find line numbers.

    Examples
    --------
    >>> [problem.rule for problem in check_rows([{"key": "x", "date": "soon"}])]
    ['law-day', 'law-text', 'law-text', 'law-text', 'law-text', 'law-who']
    """
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return [Problem(file, 1, "law-table", "The table is not a list of rows", "Start each row with “- key: …”")]
    problems, seen = [], set()
    for line, row in zip(_lines(rows, source), rows, strict=True):
        problems += [Problem(file, line, *fault) for fault in _row_faults(row, seen)]
        if isinstance(row.get("key"), str):
            seen.add(row["key"])
    return problems


def _lines(rows: list[dict], source: str) -> list[int]:
    """Return the line on which each row begins."""
    lines = [number for number, line in enumerate(source.splitlines(), 1) if re.match(r"- ", line)]
    return lines if len(lines) == len(rows) else [1] * len(rows)


def read_rows(path: Path) -> list[tuple[int, dict]]:
    """Return the checked rows of one file, each with its line.

    Raises
    ------
    LawError
        If the file is not YAML or breaks a rule.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        source = path.read_text(encoding="utf-8")
        rows = load_yaml(source)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day that the calendar does not have
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise LawError([Problem(name, line, "yaml", f"The file cannot be read: {said}", "Correct that line")]) from None
    problems = check_rows(rows, name, source)
    if not problems:
        for line, row in zip(_lines(rows, source), rows, strict=True):
            # So that the rows of an act stand together, and two files never hold the same one.
            if slugify(row["act"]) != path.stem:
                message = f"Row {row['key']!r} is of the act {row['act']!r}"
                problems.append(Problem(name, line, "law-act", message, f"Move it to {slugify(row['act'])}.yml"))
    if problems:
        raise LawError(problems)
    return list(zip(_lines(rows, source), rows, strict=True))


@lru_cache(maxsize=8)
def _table(files: Stamped) -> pd.DataFrame:
    rows, places, problems = [], {}, []
    for path, _ in files:
        try:
            found = read_rows(path)
        except LawError as error:
            problems += error.problems
            continue
        for line, row in found:
            place = f"{path.parent.name}/{path.name}"
            if first := places.get(row["key"]):
                message = f"The key {row['key']!r} stands also in {first}"
                problems.append(Problem(place, line, "law-key-twice", message, "Rename one; pages quote keys"))
            places.setdefault(row["key"], f"{place}, line {line}")
            rows.append({"note": ""} | row)
    if problems:
        raise LawError(problems)
    table = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["date", "key"], ignore_index=True)
    table["date"] = pd.to_datetime(table["date"])
    return table


def law_dates(path: str | Path | None = None) -> pd.DataFrame:
    """Return the table of dates of law, earliest first.

    Parameters
    ----------
    path : path, optional
        Another folder of the same shape. Default: ``law/`` of the book.

    Returns
    -------
    pandas.DataFrame
        Columns key, date, act, what, who (a list of `ROLES`), article, source (a key of the bibliography), note.

    Raises
    ------
    LawError
        If the folder is empty or a file breaks a rule; the message names file, line, rule and mend.

    Examples
    --------
    >>> law_dates().columns.tolist()
    ['key', 'date', 'act', 'what', 'who', 'article', 'source', 'note']
    """
    return _table(_files(path)).copy()


def _files(path: str | Path | None) -> Stamped:
    folder = Path(path) if path else paths.root() / "law"
    files = stamped(folder, "*.yml")
    if not files:
        raise LawError([Problem(folder.name, 1, "law-file", "The dates of law are missing", "Create law/ai_act.yml")])
    return files


# Pages and questions ask for single dates a thousand times; a search in the table costs far more than in a dict.
@lru_cache(maxsize=8)
def _rows(files: Stamped) -> dict[str, dict]:
    rows = _table(files).to_dict("records")
    return {row["key"]: {**row, "date": row["date"].date()} for row in rows}


def law_date(key: str, path: str | Path | None = None) -> datetime.date:
    """Return the date of one row.

    Raises
    ------
    LawError
        If no row has this key; the message offers the nearest keys.

    Examples
    --------
    >>> format_date(law_date("ai-act-in-force"))
    '1 August 2024'
    """
    return law_row(key, path)["date"]


def law_row(key: str, path: str | Path | None = None) -> dict:
    """Return one row of the table, by its columns.

    Raises
    ------
    LawError
        If no row has this key; the message offers the nearest keys.

    Examples
    --------
    >>> law_row("gdpr-applies")["act"]
    'GDPR'
    """
    rows = _rows(_files(path))
    if key not in rows:
        raise unknown_key(key, list(rows))
    return dict(rows[key])


def law_states(path: str | Path | None = None) -> dict[str, datetime.date]:
    """Return for each act the day of which its file shows the law: ``# State of law: 1 October 2026.`` at its head.

    A file that does not say it is left out.
    """
    states = {}
    for file, _ in _files(path):
        if found := _STATE.search(file.read_text(encoding="utf-8")):
            day = datetime.date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
            states |= {row["act"]: day for _, row in read_rows(file)}
    return states


def unknown_key(key: str, known: list[str], file: str = "law", line: int = 1) -> LawError:
    """Return the error for a key that the table does not hold."""
    from difflib import get_close_matches

    near = get_close_matches(str(key), known, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Choose from: {', '.join(known)}"
    return LawError([Problem(file, line, "law-key", f"No date of law is called {key!r}", hint)])
