"""Check the content against the frame: pages, questions, exercises, sources, dates, contents list.

The rules for questions live with the questions, those for exercises with the exercises. This module knows the frame
of a unit page and calls the others.
"""

import calendar
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .curriculum import Unit, load_curriculum
from .problems import ContentError, Problem

__all__ = ["lint_book", "lint_page", "prose_words"]

_FENCE = re.compile(r"^(`{3,}|:{3,})")
_PARTS = (
    ("opening case", re.compile(r"^:{3,}\{case\}"), "Open with :::{case} A title."),
    ("pre-question", re.compile(r"^:{3,}\{check\} q00\b"), "Place :::{check} q00 after the case."),
    ("first section", re.compile(r"^## 1\. "), "Number the sections: ## 1. Title."),
    ("exercise", re.compile(r"^## Exercise"), "Add ## Exercise with a link to the exercise page."),
    ("case study", re.compile(r"^## Case study"), "Add ## Case study: a real, named, cited case."),
    ("knowledge check", re.compile(r"^:{3,}\{knowledge-check\}"), "Add :::{knowledge-check}."),
    ("key points", re.compile(r"^## Key points"), "Add ## Key points with 3 to 6 lines."),
    ("in your work", re.compile(r"^:{3,}\{in-your-work\}"), "Add :::{in-your-work} with one action."),
    ("further reading", re.compile(r"^## Further reading"), "Add ## Further reading."),
    ("teacher notes", re.compile(r"^:{3,}\{teacher-notes\}"), "Close with :::{teacher-notes}."),
)
_WORDS = {"HEI": (1500, 3600), "VET": (1000, 2400)}
_MONTHS = tuple(calendar.month_name)[1:]
_DATE = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\b")
_UNFINISHED = re.compile(r"\b(HINT|TODO|FIXME|TBD|lorem ipsum|coming soon|to be written)\b")


def _body(path: Path) -> list[tuple[int, str]]:
    """Return the numbered lines after the front matter."""
    lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    if lines and lines[0][1] == "---":
        end = next((k for k, (_, text) in enumerate(lines[1:], 1) if text == "---"), 0)
        lines = lines[end + 1 :]
    return lines


def _outside_code(lines):
    """Yield the lines that are not inside a backtick fence."""
    fence = None
    for number, text in lines:
        found = _FENCE.match(text)
        if fence is None and found and found[1].startswith("`"):
            fence = found[1]
        elif fence is not None and text.strip() == fence:
            fence = None
        elif fence is None:
            yield number, text


def prose_words(path: Path) -> int:
    """Count the words of running prose: no code, tables, questions, teacher notes or references.

    The count keeps a unit within what a reader can finish in the time that its header strip promises.
    """
    count = 0
    skipping = None
    for _, text in _outside_code(_body(path)):
        if re.match(r"^:{3,}\{(teacher-notes|check|knowledge-check)\}", text):
            skipping = text[: len(text) - len(text.lstrip(":"))]
        elif skipping and text.strip() == skipping:
            skipping = None
        elif not skipping and not text.startswith(("|", ":::", "#")):
            plain = re.sub(r"\{[\w:-]+\}`([^`<]*)(<[^`]*>)?`", r"\1", text)
            count += len(re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", plain))
    return count


@cache
def _source_keys(root: Path) -> frozenset[str]:
    text = (root / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^@\w+\{([^,\s]+),", text, re.MULTILINE))


@cache
def _glossary_terms(root: Path) -> frozenset[str]:
    path = root / "glossary.md"
    if not path.is_file():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    named = [line.strip() for line, after in zip(lines, [*lines[1:], ""], strict=True) if after.startswith("  ")]
    return frozenset(name for name in named if name and not name.startswith(("-", ":")))


@cache
def _dates_of_law(root: Path) -> dict[str, str]:
    from .law import format_date, law_dates

    if not (root / "law_dates.yml").is_file():
        return {}
    return {format_date(row.date): row.key for row in law_dates().itertuples()}


def _lint_text(path: Path, root: Path) -> Iterator[Problem]:
    """Rules for every page: sources and terms exist, dates of law come from the table, nothing is unfinished."""
    from .diagrams.lint import lint_diagrams

    yield from _lint_unfinished(path)
    yield from lint_diagrams(path)
    for number, text in _body(path):
        for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", text):
            for key in keys.split(","):
                if key.strip() not in _source_keys(root):
                    message = f"The source {key.strip()!r} is not in references.bib."
                    yield Problem(path, number, "source", message, "Correct the key, or add a checked entry.")
        for term in re.findall(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`", text):
            if _glossary_terms(root) and term.strip() not in _glossary_terms(root):
                message = f"The term {term.strip()!r} is not in glossary.md."
                yield Problem(path, number, "glossary", message, "Add it there, or write {term}`shown <entry>`.")
        for found in _DATE.finditer(text):
            key = _dates_of_law(root).get(f"{int(found[1])} {found[2]} {found[3]}")
            if key:
                message = f"The date {found[0]} is typed; law_dates.yml holds it."
                yield Problem(path, number, "law-date", message, "Write {law-date}`" + key + "`.")


def _lint_unfinished(path: Path) -> Iterator[Problem]:
    """No hint of the scaffold and no promise of something later is left in a file."""
    if not path.is_file():
        return
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if _UNFINISHED.search(text):
            yield Problem(path, number, "unfinished", "The line promises something later.", "Finish it or take it out.")


def _lint_cells(path: Path) -> Iterator[Problem]:
    """Every cell that draws says in words what it shows."""
    cell, start = None, 0
    for number, text in _body(path):
        if cell is None and re.match(r"^`{3,}\{code-cell\}", text):
            cell, start = [], number
        elif cell is not None and text.startswith("```"):
            source = "\n".join(cell)
            if re.search(r"\bplt\.show\(\)|\bfig\s*,?\s*\w*\s*=\s*plt\.", source) and "alt:" not in source:
                message = "The cell draws a figure without alternative text."
                mend = "Add --- mystnb: {image: {alt: What it shows.}} --- at the head of the cell."
                yield Problem(path, start, "alternative-text", message, mend)
            cell = None
        elif cell is not None:
            cell.append(text)


def lint_page(unit: Unit, root: Path) -> list[Problem]:
    """Return what the page of a unit lacks against the frame of a unit page."""
    path = unit.path
    try:
        page = unit.page
    except ContentError as error:
        return list(error.problems)
    problems = []
    lines = list(_outside_code(_body(path)))
    last = 0
    for name, pattern, mend in _PARTS:
        number = next((number for number, text in lines if pattern.match(text)), None)
        if number is None:
            problems.append(Problem(path, 1, "frame", f"The {name} is missing.", mend))
        elif number < last:
            problems.append(Problem(path, number, "frame", f"The {name} stands too early.", "Keep the frame's order."))
        else:
            last = number
    sections = [text for _, text in lines if re.match(r"^## \d+\. ", text)]
    if not 3 <= len(sections) <= 6:
        message = f"The page has {len(sections)} numbered sections."
        problems.append(Problem(path, 1, "frame", message, "Write 3 to 6 sections of at most 8 minutes."))
    discussions = sum(bool(re.match(r"^:{3,}\{discussion\}", text)) for _, text in lines)
    if discussions < 3:
        message = f"The case study has {discussions} discussion questions."
        problems.append(Problem(path, 1, "frame", message, "Write three, each with a model answer."))
    level = load_curriculum(root).mooc_of(unit).level
    low, high = _WORDS[level]
    words = prose_words(path)
    if not low <= words <= high:
        message = f"The page has {words} words of prose; {level} units have {low} to {high}."
        problems.append(Problem(path, 1, "length", message, "Explain more, or cut what a reader would not miss."))
    if not unit.exercise_path.is_file():
        message = "The unit has no exercise."
        problems.append(Problem(unit.exercise_path, 1, "frame", message, "Write it, solution first."))
    if page.reading < words / 130:
        message = f"{page.reading} minutes for {words} words is too short for readers of a second language."
        problems.append(Problem(path, 1, "unit-minutes", message, f"Write at least {round(words / 130) + 1}."))
    problems += _lint_text(path, root)
    problems += _lint_cells(path)
    return problems


def _lint_unit(unit: Unit, root: Path) -> Iterator[Problem]:
    from .exercises.lint import lint_exercise
    from .items import lint_bank, load_items

    yield from lint_page(unit, root)
    try:
        bank = load_items(unit.items_path)
        letters = [outcome.letter for outcome in unit.page.outcomes]
        yield from lint_bank(bank, letters)
        for item in bank.items:
            for key in item.source:
                if key not in _source_keys(root):
                    message = f"{item.id} names the source {key!r}, which is not in references.bib."
                    yield Problem(unit.items_path, 1, "source", message, "Correct the key, or add a checked entry.")
    except ContentError as error:
        yield from error.problems
    yield from _lint_unfinished(unit.items_path)
    if unit.deck_path.is_file():
        from .decks.lint import lint_deck

        yield from lint_deck(unit.deck_path, root)
        yield from _lint_text(unit.deck_path, root)
    if unit.exercise_path.is_file():
        yield from _lint_unfinished(unit.exercise_path.with_suffix(".py"))
        yield from lint_exercise(unit.exercise_path)
        yield from _lint_text(unit.exercise_path, root)
        yield from _lint_cells(unit.exercise_path)


def lint_book(root: Path, only: list[Path] | None = None) -> list[Problem]:
    """Return every problem of the book's content, sorted by file and line.

    Parameters
    ----------
    root : pathlib.Path
        The book's folder.
    only : list of pathlib.Path, optional
        Report only problems of these files.
    """
    from .building import toc_text

    problems = []
    for unit in load_curriculum(root).finished:
        problems += _lint_unit(unit, root)
    for page in [*root.glob("*.md"), *(root / "hospital").glob("*.md"), *(root / "moocs").glob("**/index.md")]:
        if page.stem.isupper() or page.name == "README.md":
            continue
        problems += _lint_text(page, root)
        problems += _lint_cells(page)
    toc = root / "_toc.yml"
    if not toc.is_file() or toc.read_text(encoding="utf-8") != toc_text(root):
        message = "It does not match the units that are finished."
        problems.append(Problem(toc, 1, "contents", message, "Call: python -m ai2med toc"))
    if only:
        wanted = {path.resolve() for path in only}
        problems = [problem for problem in problems if Path(problem.file).resolve() in wanted]
    return sorted(problems, key=lambda problem: (str(problem.file), problem.line, problem.rule))
