"""The hospital's pages in Markdown: one a dataset, made from its datasheet, and tables for the hospital's own page."""

import json
from pathlib import Path

from ai2med.cohort._datasheets import Datasheet, datasheet, datasheets
from ai2med.cohort._labs import TEST_NAMES, UNITS
from ai2med.cohort._parameters import PARAMETERS, PLANNING, RESULTS, SIGNS, STROKE_PER_100_YEARS, Parameter
from ai2med.cohort._store import manifest

_PAGE = """---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
made_from: data/datasheets/{name}.yml
---
# {title}

The {kind} `{name}` of the [synthetic hospital](index.md): synthetic data, no real patient.

```{{code-cell}} ipython3
{head}{example}
```

```{{datasheet}} {name}
```
"""
_EXAMPLE = 'from ai2med import load\n\nload("{name}").head()'
_HEAD = "---\nmystnb:\n  image:\n    alt: {}\n---\n"
# What a page made here begins with, so that no page that a person wrote is ever removed.
MARK = "\nmade_from: data/datasheets/"


def page_markdown(sheet: Datasheet) -> str:
    """Return the page of a dataset: it shows the data, and below them the datasheet."""
    example = sheet.example.strip() or _EXAMPLE.format(name=sheet.name)
    kind = "set of files" if sheet.files else "table"
    head = _HEAD.format(json.dumps(sheet.example_alt, ensure_ascii=False)) if sheet.example_alt else ""
    return _PAGE.format(name=sheet.name, title=sheet.title, kind=kind, head=head, example=example)


def write_pages(root: Path) -> list[Path]:
    """Write the page of every dataset to ``hospital/``, and remove those of datasets that are gone.

    Returns
    -------
    list of pathlib.Path
        All pages, whether they had to be written or not.
    """
    folder = Path(root) / "hospital"
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for name, sheet in datasheets(root).items():
        path, text = folder / f"{name}.md", page_markdown(sheet)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
        pages.append(path)
    for path in set(folder.glob("*.md")) - set(pages):
        if MARK in path.read_text("utf-8")[:400]:
            path.unlink()
    return pages


def datasheet_markdown(name: str, root: str | Path | None = None) -> str:
    """Return a dataset's datasheet as MyST Markdown, headings from level 2; for "parameters", the core's numbers.

    Examples
    --------
    >>> print(datasheet_markdown("scores").splitlines()[0])
    **One row is** one NEWS2 total written down by staff. **Key:** `admission_id`, `taken_at`.
    """
    if name == "parameters":
        return parameters_markdown()
    sheet = datasheet(name, root)
    if sheet.files:
        lines = [f"**One file is** {sheet.row}.", "", "## Files", ""]
        lines += _table(("File", "Content"), [(f"`{member.name}`", member.meaning) for member in sheet.files])
    else:
        keys = ", ".join(f"`{column}`" for column in sheet.key)
        lines = [f"**One row is** {sheet.row}. **Key:** {keys}.", "", "## Columns", ""]
        lines += _table(
            ("Column", "Type", "Unit", "Meaning"),
            [(f"`{column.name}`", column.type, column.unit, column.meaning) for column in sheet.columns],
        )
    lines += ["", "## How it was made", "", sheet.made.strip(), ""]
    if sheet.parameters:
        lines += ["Values marked *planning* are simulation choices; do not quote them as findings.", ""]
        lines += [*_parameter_table(sheet.parameters), ""]
    lines += ["## Planted faults", ""]
    lines += [f"- {defect}" for defect in sheet.defects]
    concerned = "files" if sheet.files else "rows"
    lines += ["", f"Which {concerned} are concerned is left to your analysis."]
    if sheet.truth:
        lines += ["", f'When you are ready to know, `truth.key("{name}")` gives {sheet.truth.strip()}']
    lines += ["", "## Uses and limits", ""]
    lines += [f"- Good for: {use}" for use in sheet.uses]
    lines += [f"- Limit: {limit}" for limit in sheet.limits]
    if sheet.more:
        lines += ["", sheet.more.strip()]
    lines += ["", f"Licence: {sheet.licence}.", ""]
    return "\n".join(lines)


def datasets_markdown(root: str | Path | None = None) -> str:
    """Return tables of all datasets with links to their pages: what one row or file is, and how much there is."""
    listed, sheets = manifest(root), datasheets(root)
    lines = []
    for kind, head in (("tables", ("Table", "One row is", "Rows")), ("files", ("Files", "One file is", "Files"))):
        rows = []
        for name, sheet in sheets.items():
            if sheet.kind == kind and name in listed[kind]:
                entry = listed[kind][name]
                count = entry["rows" if kind == "tables" else "files"]
                rows.append((f"{{doc}}`{name} </hospital/{name}>`", sheet.row, f"{count:,}"))
        lines += [*_table(head, rows), ""]
    return "\n".join(lines)


def parameters_markdown() -> str:
    """Return the core's parameters with their sources as MyST Markdown tables.

    Sources are citations where the value is taken or fitted from a publication, and *planning* where it is a choice.

    Examples
    --------
    >>> "*planning*" in parameters_markdown()
    True
    """
    rates = ", ".join(f"{rate:g}" for rate in STROKE_PER_100_YEARS)
    meaning = "ischaemic strokes by CHA₂DS₂-VASc score 0 to 9, untreated"
    strokes = ("`stroke.rates`", rates, "per 100 person-years", meaning, _source("taken from friberg2012stroke"))
    lines = [*_parameter_table(PARAMETERS), *_table((), [strokes])[2:]]
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


def _parameter_table(parameters: tuple[Parameter, ...]):
    rows = [(f"`{p.name}`", f"{p.value:.10g}", p.unit, p.meaning, _source(p.source)) for p in parameters]
    return _table(("Parameter", "Value", "Unit", "Meaning", "Source"), rows)


def _source(source):
    if source == PLANNING:
        return "*planning*"
    how, _, key = source.rpartition(" ")
    # A foot citation, because the book rewrites citations in pages only, before directives such as this one run.
    return f"{how} {{footcite:p}}`{key}`"


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
