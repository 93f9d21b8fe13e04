"""The table of contents: ``_toc.yml`` names the pages that stay, the build adds the units that are finished.

In the file a module's units are one pattern, ``glob: moocs/mooc2/data_visualization/*``. So it stays as it is when a
unit, or a table of the hospital, is added, and no two authors change it. A pattern knows neither the order of the units
nor which are drafts; the build puts the finished units, in the order of the programme, where the pattern stands.
"""

from pathlib import Path
from typing import Any

import yaml

from .curriculum import Curriculum, Module, load_curriculum

__all__ = ["with_units", "write_toc"]

_BACK = ("glossary", "bibliography", "question_types", "offline", "about", "your_data")


def _pattern(module: Module) -> str:
    return f"moocs/{module.folder}/*"


def toc_text(root: Path) -> str:
    """Return what ``_toc.yml`` has to hold; it changes with the programme, never by a unit."""
    curriculum = load_curriculum(root)
    parts = [{"caption": "The programme", "chapters": [{"file": "programme"}]}]
    for mooc in curriculum.moocs:
        if not mooc.path.is_file():
            continue
        modules = [module for module in mooc.modules if module.path.is_file()]
        chapter = {"file": mooc.docname}
        if modules:
            chapter["sections"] = [
                {"file": module.docname, "sections": [{"glob": _pattern(module)}]} for module in modules
            ]
        parts.append({"caption": f"MOOC {mooc.id}: {mooc.title}", "chapters": [chapter]})
    back: list[dict[str, Any]] = []
    if (root / "hospital" / "index.md").is_file():
        back.append({"file": "hospital/index", "sections": [{"glob": "hospital/*"}]})
    back += [{"file": name} for name in _BACK if (root / f"{name}.md").is_file()]
    parts.append({"caption": "Reference", "chapters": back})
    head = "# The build puts the finished units where a pattern stands; adding a unit changes nothing here.\n"
    contents = {"format": "jb-book", "root": "index", "parts": parts}
    return head + yaml.safe_dump(contents, sort_keys=False, allow_unicode=True, width=200)


def write_toc(root: Path) -> Path:
    """Write ``_toc.yml`` where it does not fit the programme any more, and return its path."""
    path = root / "_toc.yml"
    text = toc_text(root)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
    return path


def with_units(contents: Any, curriculum: Curriculum) -> Any:
    """Return a table of contents with the finished units, each with its exercise, in place of the modules' patterns.

    Parameters
    ----------
    contents : mapping
        What a ``_toc.yml`` holds. Patterns that mean no module stay.
    curriculum : Curriculum
        Tells which units are finished, and their order.
    """
    modules = {_pattern(module): module for module in curriculum.modules}

    def entries(listed):
        for entry in listed:
            module = modules.get(entry.get("glob"))
            yield from map(_unit, module.finished) if module else [walked(entry)]

    def walked(entry):
        made = {name: list(entries(part)) if isinstance(part, list) else part for name, part in entry.items()}
        # A list of nothing is refused by the reader of the file.
        return {name: part for name, part in made.items() if part != []}

    return walked(contents)


def _unit(unit) -> dict[str, Any]:
    entry = {"file": unit.docname}
    if unit.exercise_path.is_file():
        entry["sections"] = [{"file": unit.exercise_docname}]
    return entry
