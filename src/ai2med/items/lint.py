"""The rules that good questions keep, as far as a machine can see them (the authoring guide's section on questions)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from math import ceil
from pathlib import Path

import yaml

from ai2med.problems import ContentError, Problem

from ._item_rules import item_issues
from .loader import ItemBank, load_items
from .models import SingleItem
from .text import plain

_FRONT_MATTER = re.compile(r"---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)


def lint_bank(
    bank: ItemBank, unit_outcomes: Collection[str] | None = None, known_sources: Collection[str] | None = None
) -> list[Problem]:
    """Return everything that a unit's questions break, in the order of the file.

    Parameters
    ----------
    bank : ItemBank
        The questions.
    unit_outcomes : collection of str, optional
        Letters of the unit's outcomes. Without it, those that the questions name.
    known_sources : collection of str, optional
        Keys of the files in ``references/``. Without them, sources are not looked up.
    """
    problems = []
    for item in bank:
        for issue in item_issues(item):
            problems.append(
                Problem(
                    bank.file,
                    bank.line(item.name, *issue.path),
                    issue.rule,
                    f"{item.name}: {issue.message}",
                    issue.mend,
                )
            )
        for key in item.source:
            if known_sources is not None and key not in known_sources:
                problems.append(
                    Problem(
                        bank.file,
                        bank.line(item.name, "source"),
                        "source-unknown",
                        f"{item.name}: “{key}” is in no file of references/.",
                        "Add a checked entry, or correct the key.",
                    )
                )
    outcomes = sorted(unit_outcomes if unit_outcomes is not None else {item.outcome for item in bank})
    problems += _copied_stems(bank)
    problems += _outcomes(bank, outcomes, unit_outcomes is not None)
    problems += _levels(bank)
    problems += _closing(bank, outcomes)
    problems += _key_positions(bank)
    return sorted(problems)


def lint_files(paths: Iterable[str | Path]) -> list[Problem]:
    """Return the problems of several questions files, those that cannot be read included.

    The unit page beside a file (the same name with ``.md``) tells the unit's number and outcomes; ``references/`` in
    a folder above tells the known sources. Where they are missing, the rules that need them rest.
    """
    problems: list[Problem] = []
    for path in map(Path, paths):
        try:
            bank = load_items(path)
        except ContentError as error:
            problems += error.problems
            continue
        unit = _unit_of(path)
        outcomes = None
        if unit:
            outcomes = list(unit.get("outcomes") or {}) or None
            if str(unit.get("id")) != bank.unit:
                problems.append(
                    Problem(
                        str(path),
                        1,
                        "unit-mismatch",
                        f"The questions are for unit {bank.unit}, the page beside them is {unit.get('id')}.",
                        "Correct the unit here or in the page.",
                    )
                )
        problems += lint_bank(bank, outcomes, _sources_above(path))
    return problems


def _unit_of(path: Path) -> dict:
    page = path.with_name(path.name.removesuffix(".items.yml") + ".md")
    match = _FRONT_MATTER.match(page.read_text(encoding="utf-8")) if page.is_file() else None
    try:
        front = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError:
        # The page's own check reports it; here it only means that the unit is not known.
        return {}
    unit = front.get("unit") if isinstance(front, dict) else None
    return unit if isinstance(unit, dict) else {}


def _sources_above(path: Path) -> set[str] | None:
    # Here, since a reader's browser marks answers with this package and knows no sources.
    from ai2med.sources import source_keys

    for folder in path.resolve().parents:
        if (folder / "references").is_dir():
            return set(source_keys(folder))
    return None


def _copied_stems(bank: ItemBank) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for item in bank:
        stem = plain(item.stem).lower()
        if stem in first:
            problems.append(
                Problem(
                    bank.file,
                    bank.line(item.name, "stem"),
                    "stem-copied",
                    f"{item.name}: the stem is that of {first[stem]}.",
                    "Ask something else, or remove one.",
                )
            )
        first.setdefault(stem, item.name)
    return problems


def _outcomes(bank: ItemBank, outcomes: list[str], known: bool) -> list[Problem]:
    counts = Counter(item.outcome for item in bank if item.place in ("inline", "closing"))
    problems = [
        Problem(
            bank.file,
            bank.line(item.name, "outcome"),
            "outcome-unknown",
            f"{item.name}: the unit has no outcome {item.outcome}.",
            f"Choose one of {', '.join(outcomes)}.",
        )
        for item in bank
        if known and item.outcome not in outcomes
    ]
    for outcome in outcomes:
        if counts[outcome] < 2:
            problems.append(
                Problem(
                    bank.file,
                    bank.line(),
                    "outcome-coverage",
                    f"Outcome {outcome} has {counts[outcome]} inline or closing items; two are needed.",
                    "Write another item for it.",
                )
            )
    return problems


def _levels(bank: ItemBank) -> list[Problem]:
    higher = sum(item.level != "recall" for item in bank)
    if higher >= 0.6 * len(bank):
        return []
    return [
        Problem(
            bank.file,
            bank.line(),
            "levels",
            f"Only {higher} of {len(bank)} items ask to apply or judge.",
            "Make it at least 60 %.",
        )
    ]


def _closing(bank: ItemBank, outcomes: list[str]) -> list[Problem]:
    closing = bank.at("closing")
    problems = []
    if not 6 <= len(closing) <= 10:
        problems.append(
            Problem(
                bank.file,
                bank.line(),
                "closing-count",
                f"The knowledge check has {len(closing)} items.",
                "Give 6 to 10 items place: closing.",
            )
        )
    if missing := sorted(set(outcomes) - {item.outcome for item in closing}):
        problems.append(
            Problem(
                bank.file,
                bank.line(),
                "closing-coverage",
                f"The knowledge check has no item on outcome {', '.join(missing)}.",
                "Add one.",
            )
        )
    return problems


def _key_positions(bank: ItemBank) -> list[Problem]:
    singles = [item for item in bank if isinstance(item, SingleItem)]
    counts = Counter(item.key.id for item in singles)
    if len(singles) < 4:
        return []
    most = max(counts.values())
    if most <= ceil(len(singles) / 2) and (len(singles) < 6 or len(counts) > 2):
        return []
    shares = ", ".join(f"{key}: {counts[key]}" for key in sorted(counts))
    return [
        Problem(
            bank.file,
            bank.line(),
            "key-positions",
            f"The right options of the {len(singles)} single items are not spread over the positions ({shares}).",
            "Reorder options, so that no letter has more than half and three letters occur.",
        )
    ]
