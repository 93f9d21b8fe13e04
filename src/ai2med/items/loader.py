"""From ``*.items.yml`` to checked items; every mistake is reported with its line and how to mend it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path

from ai2med.curriculum import unit_of_file
from ai2med.problems import ContentError, Problem

from . import models, parts
from ._schema import Issue
from ._schema import issues as schema_issues
from ._yaml import Document, read_yaml
from .models import InvalidItem, Item

_DATE = re.compile(r"\{date:([a-z0-9-]+)\}")


@dataclass(frozen=True)
class ItemBank:
    """The questions of one unit, in the written order.

    Parameters
    ----------
    unit : str
        Number of the unit, for example ``"2.2.4"``.
    items : tuple of Item
        The questions.
    file : str
        Where they come from, for messages.
    """

    unit: str
    items: tuple[Item, ...]
    file: str = ""
    _document: Document = field(default_factory=Document, repr=False, compare=False)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, name: str) -> Item:
        """Return the item with this name (``"q01"``) or full id (``"2.2.4-q01"``).

        Raises
        ------
        KeyError
            If there is none.
        """
        for item in self.items:
            if name in (item.name, item.id):
                return item
        raise KeyError(
            f"Unit {self.unit} has no question {name}. Known: {', '.join(item.name for item in self.items)}."
        )

    def at(self, place: str) -> tuple[Item, ...]:
        """Return the items of one place: ``"opening"``, ``"inline"``, ``"exercise"``, ``"closing"`` or ``"bank"``."""
        return tuple(item for item in self.items if item.place == place)

    @property
    def shown(self) -> tuple[Item, ...]:
        """The items that stand on a page: all but those of the bank."""
        return tuple(item for item in self.items if item.place != "bank")

    def line(self, name: str | None = None, *path: str | int) -> int:
        """Return the line of an item, or of the part of it at `path`; without a name, of the first item."""
        if name is None:
            return self._document.line(("items",))
        return self._document.line(("items", self.items.index(self[name]), *path))


def load_items(path: str | Path) -> ItemBank:
    """Read a questions file; its place tells the unit.

    Raises
    ------
    ContentError
        If anything in it is wrong; it lists every problem with file, line, rule and mend.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(str(path), line, "encoding", "The file is not UTF-8 text.", "Save it as UTF-8.")
        raise ContentError([problem]) from None
    except OSError as error:
        problem = Problem(str(path), 1, "file", f"The file cannot be read: {error.strerror}.", "Check its name.")
        raise ContentError([problem]) from None
    placed = unit_of_file(path)
    return read_items(text, str(path), placed.id if placed else None)


def read_items(text: str, file: str = "items.yml", unit: str | None = None) -> ItemBank:
    """Read questions from text.

    Parameters
    ----------
    text : str
        YAML.
    file : str
        The name used in messages.
    unit : str, optional
        The unit that the file's place tells. Without it the text itself has to say ``unit:``.

    Raises
    ------
    ContentError
        As `load_items`.
    """
    text, undated = _with_dates(text, file)
    try:
        bank = _read(text, file, unit)
    except ContentError as error:
        raise ContentError([*undated, *error.problems]) from None
    if undated:
        raise ContentError(undated)
    return bank


# One command asks for the same questions many times: pages, minutes, rules, notebooks.
@lru_cache(maxsize=256)
def _read(text: str, file: str, unit: str | None) -> ItemBank:
    document = read_yaml(text, file)
    value = document.value
    found = schema_issues(value)
    problems = [Problem(file, document.line(issue.path), *issue[1:]) for issue in found]
    broken = {issue.path[1] for issue in found if len(issue.path) > 1 and issue.path[0] == "items"}
    raw = value.get("items") if isinstance(value, dict) else None
    declared = value.get("unit") if isinstance(value, dict) else None
    if unit and isinstance(declared, str) and declared != unit:
        message = f"The file says unit {declared}, its place says {unit}."
        problems.append(Problem(file, document.line(("unit",)), "unit-mismatch", message, "Take the line out."))
    elif unit is None and isinstance(value, dict) and declared is None:
        advice = 'Write unit: "2.2.4" at its head, or put it beside its page.'
        problems.append(Problem(file, 1, "missing-field", "Nothing tells the unit of this file.", advice))
    unit = unit or declared
    made: list[Item] = []
    names: dict[str, int] = {}
    for index, fields in enumerate(raw if isinstance(raw, list) else []):
        name = fields.get("id") if isinstance(fields, dict) else None
        if isinstance(name, str):
            line = document.line(("items", index, "id"))
            if name in names:
                problems.append(
                    Problem(
                        file,
                        line,
                        "duplicate-id",
                        f"The id “{name}” stands already in line {names[name]}.",
                        "Give this item an id that was never used in this unit.",
                    )
                )
            names.setdefault(name, line)
        if index in broken:
            continue
        try:
            made.append(make_item(unit if isinstance(unit, str) else "?", fields))
        except InvalidItem as error:
            problems += [
                Problem(
                    file,
                    document.line(("items", index, *issue.path)),
                    issue.rule,
                    f"{name}: {issue.message}",
                    issue.mend,
                )
                for issue in error.issues
            ]
    if problems:
        raise ContentError(problems)
    return ItemBank(unit, tuple(made), file, document)


def _with_dates(text: str, file: str) -> tuple[str, list[Problem]]:
    """Return the text with each ``{date:key}`` written out from the table of dates of law, and the unknown keys.

    Line numbers stay: a date never spans lines.
    """
    problems: list[Problem] = []
    if "{date:" not in text:
        return text, problems
    from ai2med.law import LawError, format_date, law_date

    def written(found: re.Match) -> str:
        try:
            return format_date(law_date(found[1]))
        except LawError as error:
            line = text.count("\n", 0, found.start()) + 1
            problems.extend(Problem(file, line, known.rule, known.message, known.mend) for known in error.problems)
            return found[1]

    return _DATE.sub(written, text), problems


def make_item(unit: str, fields: Mapping) -> Item:
    """Return the item that schema-conforming `fields` describe.

    Raises
    ------
    InvalidItem
        If it cannot be marked.
    """
    name = fields["id"]
    common = {
        "unit": unit,
        "name": name,
        "version": int(fields["version"]),
        "outcome": fields["outcome"],
        "level": fields["level"],
        "place": fields["place"],
        "stem": fields["stem"].strip(),
        "explanation": fields["explanation"].strip(),
        "source": tuple(fields.get("source", ())),
        "valid_on": _day(f"{unit}-{name}", fields.get("valid_on")),
        "certainty": fields.get("certainty", False),
    }
    return _MAKERS[fields["type"]](common, fields)


def _day(item_id: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        issue = Issue(("valid_on",), "bad-text", f"{text} is not a day.", "Write a day such as 2026-10-01.")
        raise InvalidItem(item_id, [issue]) from None


def _stripped(fields: Mapping, *names: str) -> dict:
    """Return the named fields that are there, texts without white space around them."""
    return {name: _bare(fields[name]) for name in names if name in fields}


def _bare(value):
    return value.strip() if isinstance(value, str) else value


def _overall(fields: Mapping) -> parts.Overall:
    return parts.Overall(**_stripped(fields["feedback"], "correct", "otherwise"))


def _each(kind: type, fields: Mapping, key: str, *names: str) -> tuple:
    return tuple(kind(**_stripped(entry, *names)) for entry in fields.get(key, ()))


def _order_slips(fields: Mapping) -> tuple[parts.OrderSlip, ...]:
    return tuple(
        parts.OrderSlip(tuple(entry["before"]), **_stripped(entry, "feedback", "misconception"))
        for entry in fields.get("slips", ())
    )


def _text_slips(fields: Mapping) -> tuple[parts.TextSlip, ...]:
    return _each(parts.TextSlip, fields, "slips", "match", "feedback", "misconception")


def _options(fields: Mapping) -> tuple[parts.Option, ...]:
    return _each(parts.Option, fields, "options", "id", "text", "feedback", "correct", "misconception")


def _single(common: dict, fields: Mapping) -> Item:
    return models.SingleItem(**common, options=_options(fields))


def _multiple(common: dict, fields: Mapping) -> Item:
    return models.MultipleItem(**common, options=_options(fields))


def _numeric(common: dict, fields: Mapping) -> Item:
    if "parameters" in fields and "variants" in fields:
        issue = Issue(
            ("variants",), "unknown-field", "parameters and variants cannot stand together.", "Keep one of them."
        )
        raise InvalidItem(f"{common['unit']}-{common['name']}", [issue])
    sets = tuple(fields.get("variants", ())) or _combinations(fields.get("parameters", {}))
    return models.NumericItem(
        **common,
        unit_of_answer=fields["unit"].strip(),
        tolerance=float(fields["tolerance"]),
        answer=fields["answer"],
        feedback=_overall(fields),
        parameter_sets=sets,
        slips=_each(parts.NumberSlip, fields, "slips", "value", "feedback", "tolerance", "misconception"),
    )


def _combinations(parameters: Mapping[str, list[float]]) -> tuple[dict, ...]:
    count = 1
    for values in parameters.values():
        count *= len(values)
    # The model refuses more than a hundred variants; there is no need to make a million of them to be told so.
    combinations = (dict(zip(parameters, values, strict=True)) for values in product(*parameters.values()))
    return tuple(combination for _, combination in zip(range(101), combinations, strict=False)) if count else ()


def _ordering(common: dict, fields: Mapping) -> Item:
    elements = _each(parts.Labelled, fields, "elements", "id", "text")
    return models.OrderingItem(**common, elements=elements, feedback=_overall(fields), slips=_order_slips(fields))


def _matching(common: dict, fields: Mapping) -> Item:
    prompts = tuple(
        parts.Prompt(
            **_stripped(entry, "id", "text", "answer", "feedback"),
            wrong={
                target: parts.WrongPair(**_stripped(pair, "feedback", "misconception"))
                for target, pair in entry.get("wrong", {}).items()
            },
        )
        for entry in fields["prompts"]
    )
    targets = _each(parts.Labelled, fields, "targets", "id", "text")
    return models.MatchingItem(**common, targets=targets, prompts=prompts, feedback=_overall(fields))


def _fill(common: dict, fields: Mapping) -> Item:
    blanks = {
        name: parts.Blank(
            accept=tuple(map(_bare, entry["accept"])),
            feedback=entry["feedback"].strip(),
            choices=tuple(map(_bare, entry.get("choices", ()))),
            slips=_text_slips(entry),
        )
        for name, entry in fields["blanks"].items()
    }
    return models.FillItem(**common, text=fields["text"].strip(), blanks=blanks, feedback=_overall(fields))


def _predict(common: dict, fields: Mapping) -> Item:
    return models.PredictItem(
        **common,
        code=fields["code"].strip("\n"),
        accept=tuple(fields["accept"]),
        slips=tuple(
            parts.TextSlip(entry["match"], **_stripped(entry, "feedback", "misconception"))
            for entry in fields.get("slips", ())
        ),
        feedback=_overall(fields),
    )


def _parsons(common: dict, fields: Mapping) -> Item:
    lines = tuple(
        parts.Line(entry["id"], entry["text"].strip(), int(entry.get("indent", 0))) for entry in fields["lines"]
    )
    distractors = _each(parts.FalseLine, fields, "distractors", "id", "text", "feedback", "misconception")
    return models.ParsonsItem(
        **common, lines=lines, distractors=distractors, slips=_order_slips(fields), feedback=_overall(fields)
    )


def _branching(common: dict, fields: Mapping) -> Item:
    nodes = {
        name: parts.Node(
            **_stripped(entry, "says", "thinks", "ending", "feedback"),
            choices=_each(parts.Choice, entry, "choices", "id", "text", "next", "quality", "feedback", "misconception"),
        )
        for name, entry in fields["nodes"].items()
    }
    return models.BranchingItem(**common, start=fields["start"], nodes=nodes)


def _text(common: dict, fields: Mapping) -> Item:
    def looked_for(kind: type, key: str, *names: str) -> tuple:
        entries = fields.get(key, ())
        return tuple(kind(find=tuple(entry["find"]), **_stripped(entry, *names)) for entry in entries)

    return models.TextItem(
        **common,
        facts=looked_for(parts.Fact, "facts", "id", "label", "feedback"),
        dangers=looked_for(parts.Danger, "dangers", "id", "feedback", "misconception"),
        rubric=tuple(map(_bare, fields["rubric"])),
        model=fields["model"].strip(),
        fewest_words=int(fields.get("fewest_words", 5)),
    )


_MAKERS = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
    "fill": _fill,
    "predict": _predict,
    "parsons": _parsons,
    "branching": _branching,
    "text": _text,
}
