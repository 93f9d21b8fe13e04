"""Datasheets: what one row is, what each column means, how a table was made, what it is good for and what not."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from ai2med import paths
from ai2med.cohort._labs import TEST_NAMES, UNITS
from ai2med.cohort._parameters import PARAMETERS, PLANNING, RESULTS, SIGNS, STROKE_PER_100_YEARS
from ai2med.cohort._store import TABLES


@dataclass(frozen=True)
class Column:
    """One column: its name, type (text, category, integer, number, 0/1, time), unit and meaning."""

    name: str
    type: str
    unit: str
    meaning: str

    def __post_init__(self):
        if self.type not in ("text", "category", "integer", "number", "0/1", "time"):
            raise ValueError(f"column {self.name!r} has the unknown type {self.type!r}")
        if not self.meaning:
            raise ValueError(f"column {self.name!r} has no meaning")


@dataclass(frozen=True)
class Datasheet:
    """The datasheet of one table."""

    table: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    made: str
    defects: tuple[str, ...]
    uses: tuple[str, ...]
    limits: tuple[str, ...]
    licence: str


def datasheet(name: str, root: str | Path | None = None) -> Datasheet:
    """Read the datasheet of a table.

    Raises
    ------
    ValueError
        If the table is unknown or the file lacks a field; the message names the file.

    Examples
    --------
    >>> datasheet("scores").key
    ('admission_id', 'taken_at')
    """
    if name not in TABLES:
        raise ValueError(f"there is no table {name!r}; the tables are: {', '.join(TABLES)}.")
    file = (Path(root) / "data" if root is not None else paths.data()) / "datasheets" / f"{name}.yml"
    fields = yaml.safe_load(file.read_text("utf-8"))
    try:
        columns = tuple(Column(**column) for column in fields.pop("columns"))
        lists = {field: tuple(fields.pop(field)) for field in ("key", "defects", "uses", "limits")}
        return Datasheet(columns=columns, **lists, **fields)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name}: {error}") from error


def datasheet_markdown(name: str, root: str | Path | None = None) -> str:
    """Return a table's datasheet as MyST Markdown, headings from level 2; for "parameters", the generator's numbers.

    Examples
    --------
    >>> print(datasheet_markdown("scores").splitlines()[0])
    **One row is** one NEWS2 total written down by staff. **Key:** `admission_id`, `taken_at`.
    """
    if name == "parameters":
        return parameters_markdown()
    sheet = datasheet(name, root)
    keys = ", ".join(f"`{column}`" for column in sheet.key)
    lines = [f"**One row is** {sheet.row}. **Key:** {keys}.", "", "## Columns", ""]
    lines += _table(
        ("Column", "Type", "Unit", "Meaning"),
        [(f"`{column.name}`", column.type, column.unit, column.meaning) for column in sheet.columns],
    )
    lines += ["", "## How it was made", "", sheet.made, "", "## Planted faults", ""]
    lines += [f"- {defect}" for defect in sheet.defects]
    lines += ["", "Which rows are concerned is left to your analysis.", "", "## Uses and limits", ""]
    lines += [f"- Good for: {use}" for use in sheet.uses]
    lines += [f"- Limit: {limit}" for limit in sheet.limits]
    lines += ["", f"Licence: {sheet.licence}.", ""]
    return "\n".join(lines)


def parameters_markdown() -> str:
    """Return the generator's parameters with their sources as MyST Markdown tables.

    Sources are citations where the value is taken from a publication, and the word *planning* where it is a choice.

    Examples
    --------
    >>> "*planning*" in parameters_markdown()
    True
    """
    rows = [(f"`{p.name}`", f"{p.value:g}", p.unit, p.meaning, _source(p.source)) for p in PARAMETERS]
    rates = ", ".join(f"{rate:g}" for rate in STROKE_PER_100_YEARS)
    meaning = "ischaemic strokes by CHA₂DS₂-VASc score 0 to 9, untreated"
    rows.append(("`stroke.rates`", rates, "per 100 person-years", meaning, _source("friberg2012stroke")))
    lines = _table(("Parameter", "Value", "Unit", "Meaning", "Source"), rows)
    lines += ["", "How each measurement shows the hidden severity (*planning*, inside the usual adult ranges):", ""]
    units = {"resp_rate": "/min", "heart_rate": "/min", "sbp": "mmHg", "temperature": "°C", "sao2": "%"}
    units |= dict(zip(TEST_NAMES, UNITS, strict=True))
    lines += _table(
        ("Measurement", "Unit", "Without strain", "Per unit of strain", "Spread"),
        [
            (
                f"`{name}`",
                units[name],
                f"{m.base:g}" + (" (median)" if m.logged else ""),
                f"{m.strain:+g}" + (" (log)" if m.logged else ""),
                f"{(m.person**2 + m.noise**2) ** 0.5:.2g}" + (" (log)" if m.logged else ""),
            )
            for name, m in {**SIGNS, **RESULTS}.items()
        ],
    )
    return "\n".join([*lines, ""])


def _source(source):
    # A foot citation, because the book rewrites citations in pages only, before directives such as this one run.
    return "*planning*" if source == PLANNING else f"{{footcite:p}}`{source}`"


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
