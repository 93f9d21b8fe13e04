"""Write the first version of a unit: page, questions, exercise, checks and presentation, and what it stands in.

The texts are in ``templates/``. Where the author has to think stands a hint, a comment line that starts with ``% HINT``
or ``# HINT``; the content check reports each one that is left, so that a half-written unit cannot pass as finished.
"""

from pathlib import Path
from string import Template

from .. import paths
from ..curriculum import Curriculum, Unit, load_curriculum
from ..items.models import PLACES

__all__ = ["new_unit", "next_steps"]

_TEMPLATES = Path(__file__).parent / "templates"
_SCHEMA = "src/ai2med/items/schema.json"


def _filled(template: str, /, **values: str) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _items() -> str:
    """Return one item for each place of the frame, so that its author sees how many there are, and of what."""
    rows = [("q00", "a", "judge", "opening")]
    rows += [(f"q{k:02d}", letter, "apply", "inline") for k, letter in enumerate("abc", 1)]
    rows += [(f"q{k:02d}", letter, ("apply", "judge")[k % 2], "closing") for k, letter in enumerate("abcabc", 4)]
    rows += [(f"q{k:02d}", letter, ("apply", "judge")[k % 2], "bank") for k, letter in enumerate("abcabcab", 10)]
    rows += [(f"x{k:02d}", letter, "apply", "exercise") for k, letter in enumerate("abcabcab", 1)]
    made = [
        _filled("item.yml", name=name, outcome=outcome, level=level, place=place)
        for name, outcome, level, place in rows
        if place in PLACES
    ]
    return "\n".join(made).rstrip("\n")


def _unit_files(unit: Unit) -> dict[Path, str]:
    schema = "../" * unit.docname.count("/") + _SCHEMA
    names = {"id": unit.id, "title": unit.title}
    return {
        unit.path: _filled("unit.md", **names, exercise=unit.exercise_docname),
        unit.items_path: _filled("unit.items.yml", **names, schema=schema, items=_items()),
        unit.exercise_path: _filled("exercise.md", **names),
        unit.exercise_path.with_suffix(".py"): _filled("exercise.py.txt", **names),
        unit.path.with_suffix(".deck.md"): _filled("unit.deck.md", **names),
    }


def _index_pages(curriculum: Curriculum, unit: Unit) -> dict[Path, str]:
    mooc, module = curriculum.mooc_of(unit), curriculum.module_of(unit)
    pages = {
        module.path: _filled("module.md", id=module.id, title=module.title, mooc_id=mooc.id, mooc=mooc.docname),
        mooc.path: _filled("mooc.md", id=mooc.id, title=mooc.title),
    }
    return {path: text for path, text in pages.items() if not path.exists()}


def new_unit(unit_id: str, root: Path | None = None) -> list[Path]:
    """Write the files of a unit, and the index pages that it lacks; return their paths, the unit's page first.

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
        If one of the unit's files exists; nothing is written then.
    """
    root = root or paths.root()
    curriculum = load_curriculum(root)
    unit = curriculum.unit(unit_id)
    files = _unit_files(unit)
    present = [path for path in files if path.exists()]
    if present:
        raise FileExistsError(f"{present[0].relative_to(root)} exists already; nothing was written.")
    files |= _index_pages(curriculum, unit)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def next_steps(unit_id: str) -> str:
    """Return what an author does after `new_unit`, as three numbered lines."""
    return "\n".join(
        (
            f"1. Replace every HINT. New sources go into references/{unit_id}.bib, new terms into glossary/<term>.md.",
            f"2. Call `python -m ai2med unit {unit_id}` until it names nothing any more.",
            "3. Take `status: draft` out of the page's head: from then on the unit is built and checked with the book.",
        )
    )
