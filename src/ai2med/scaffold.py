"""Write the first version of a unit: page, questions, exercise and checks, with a hint where the author has to think.

Hints are comment lines that start with ``% HINT`` or ``# HINT``; the content check reports each one that is left, so
that a half-written unit cannot pass as finished.
"""

from pathlib import Path

from . import paths
from .curriculum import load_curriculum

__all__ = ["new_unit"]

_PAGE = """---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
unit:
  id: "{id}"
  minutes: {{reading: 40, doing: 40}}
  prerequisites: []
  outcomes:
    a: Verb that can be observed, and its object
    b: Verb that can be observed, and its object
    c: Verb that can be observed, and its object
  summary: One sentence of at most 160 characters that says what a reader can do afterwards.
---
# {title}

:::{{case}} A person, a place
% HINT A short scene with a decision to take. End with the question that the unit answers.
Name, role, town. What is on the desk, and what has to be decided today.
:::

:::{{check}} q00
:::

## 1. First section

% HINT 6 to 8 minutes of reading. Argue, show, compute; carry a figure, a worked example, an explorable or a table.
% HINT Every number from data is glued, every claim about the world is cited: {{cite:p}}`key`.

:::{{check}} q01
:::

## 2. Second section

:::{{check}} q02
:::

## 3. Third section

:::{{check}} q03
:::

## Exercise

% HINT Two to five sentences: what the reader will have made at the end.
Work through {{doc}}`the exercise </{exercise}>`.

## Case study: a named case

% HINT Real, named, cited, with its numbers: what was deployed, who was affected, what happened, the trade-off.

:::{{discussion}} First question?
% HINT A model answer for groups.
Answer.
:::

:::{{discussion}} Second question?
Answer.
:::

:::{{discussion}} Third question?
Answer.
:::

## Knowledge check

:::{{knowledge-check}}
:::

## Key points

- % HINT Three to six lines that a colleague could read instead of the unit.

:::{{in-your-work}} This week
% HINT One action that a reader can take this week.
:::

## Further reading

% HINT Two to four sources, each with half a sentence on what it adds.

:::{{teacher-notes}}
% HINT Timing; two or three misconceptions, each with the paragraph that repairs it; one group activity;
% HINT thresholds for peer instruction (discuss at 35-70 % right).
:::
"""

_ITEMS = """# yaml-language-server: $schema={schema}
# HINT q00 is the ungraded pre-question; q01-q03 are inline; then 6 to 10 closing items.
# HINT Every outcome has at least two items.
unit: "{id}"
items:
{items}"""

_ITEM = """  - id: {name}
    version: 1
    type: single
    outcome: {outcome}
    level: {level}
    place: {place}
    # HINT Vignette first, then the question; answerable before the options are seen.
    stem: |
      What is in front of the reader. What should they do?
    options:
      - {{id: a, text: "First option", correct: true, feedback: "Why it holds, and where to read."}}
      - {{id: b, text: "Second option", feedback: "Why it tempts, why it fails.", misconception: name-it}}
      - {{id: c, text: "Third option", feedback: "Why it tempts, why it fails.", misconception: name-it-too}}
    explanation: |
      The full reason, in at most 120 words.
"""

_EXERCISE = """---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
exercise:
  unit: "{id}"
  minutes: 40
---
# Exercise: {title}

% HINT Predict, run, investigate, modify, make. Complete worked code first, an open task last.

```{{code-cell}} ipython3
from ai2med import check, load

admissions = load("admissions")
```

## Task 1: Predict and run

:::{{task}} t1
% HINT Input, output, one example; a unit for every quantity.
Count the rows of the synthetic table `admissions` into `n_rows`.
:::

```{{code-cell}} ipython3
:tags: [task, t1]
### BEGIN SOLUTION
n_rows = len(admissions)
### STARTER
# n_rows = ...
### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [check, t1]
check("{id}-t1")
```
"""

_CHECKS = '''"""Checks of exercise {id}: what each task wants, how it goes wrong, and what to say then."""

from ai2med.exercises import Task, WrongAttempt, close_to, fail, need


def check_t1(ns):
    n_rows = need(ns, "n_rows", int, "the number of rows")
    # HINT One test for each mistake you expect, the likeliest first; each with its own words.
    if close_to(n_rows, ns["admissions"].shape[1]):
        fail("columns", f"{{n_rows}} is the number of columns.", "Which side of `admissions.shape` counts rows?")
    if not close_to(n_rows, len(ns["admissions"])):
        fail("count", f"You have {{n_rows}} rows; the table has another number.", "Try len(admissions).")


TASKS = [
    Task(
        id="{id}-t1",
        title="Predict and run",
        outcomes=("a",),
        check=check_t1,
        praise="You can say how large a table is before you trust it.",
        hints=("A table's length is its number of rows.", "The function is len()."),
        wrong=(
            WrongAttempt("counts columns", code="n_rows = admissions.shape[1]", expect="columns"),
            WrongAttempt("counts cells", code="n_rows = admissions.size", expect="count"),
        ),
        design_note="HINT Objective; what is out of scope.",
    ),
]
'''


def _items() -> str:
    closing = [
        (f"q{k:02d}", letter, level)
        for k, (letter, level) in enumerate(zip("abcabc", ["apply", "judge"] * 3, strict=True), 4)
    ]
    opening = [("q00", "a", "judge", "opening")]
    inline = [(f"q{k:02d}", letter, "apply", "inline") for k, letter in enumerate("abc", 1)]
    rows = opening + inline + [(*row, "closing") for row in closing]
    return "\n".join(_ITEM.format(name=n, outcome=o, level=lv, place=p) for n, o, lv, p in rows)


def new_unit(unit_id: str, root: Path | None = None) -> list[Path]:
    """Write the four files of a unit and return their paths.

    Parameters
    ----------
    unit_id : str
        For example ``"2.1.1"``.
    root : pathlib.Path, optional
        The book's folder.

    Raises
    ------
    KeyError
        If there is no such unit.
    FileExistsError
        If one of the files exists; nothing is written then.
    """
    root = root or paths.root()
    unit = load_curriculum(root).unit(unit_id)
    schema = Path("../" * (unit.docname.count("/"))) / "src" / "ai2med" / "items" / "schema.json"
    names = {"id": unit.id, "title": unit.title, "exercise": unit.exercise_docname, "schema": schema.as_posix()}
    files = {
        unit.path: _PAGE.format(**names),
        unit.items_path: _ITEMS.format(**names, items=_items()),
        unit.exercise_path: _EXERCISE.format(**names),
        unit.exercise_path.with_suffix(".py"): _CHECKS.format(**names),
    }
    present = [path for path in files if path.exists()]
    if present:
        raise FileExistsError(f"{present[0].relative_to(root)} exists already; nothing was written.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
