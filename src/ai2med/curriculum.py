"""The programme: 5 MOOCs, 22 modules and 80 units, and which of them are finished.

One file, ``curriculum.yml``, holds the titles. Ids (``2.2.4``) count in its order, file names follow from the titles,
and a unit is finished when its page and its questions exist and the page does not call itself a draft. Nothing else
records progress, so nothing can disagree.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

from . import paths
from .headers import front_matter, load_yaml, slugify
from .problems import ContentError, Problem

__all__ = [
    "Curriculum",
    "Module",
    "Mooc",
    "Outcome",
    "Unit",
    "UnitPage",
    "load_curriculum",
    "unit_of_file",
]


@dataclass(frozen=True)
class Outcome:
    """What a reader can do after a unit: one observable verb, one id such as ``2.2.4-a``."""

    id: str
    text: str

    @property
    def letter(self) -> str:
        """The part of the id that a question names."""
        return self.id.rpartition("-")[2]


@dataclass(frozen=True)
class UnitPage:
    """What a finished unit's page says about itself in its front matter."""

    prerequisites: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    summary: str
    code: str = ""
    """``open`` or ``folded`` where a unit treats its code otherwise than its MOOC does."""


@dataclass(frozen=True)
class Unit:
    """One of the 80 units.

    Attributes
    ----------
    id : str
        ``<mooc>.<module>.<unit>``, counted in the order of ``curriculum.yml``.
    title : str
        As the deliverable has it.
    folder : str
        Path below ``moocs/`` and ``exercises/``, for example ``mooc2/predictive_analytics``.
    added : bool
        True for the one unit that is not in the deliverable.
    """

    id: str
    title: str
    folder: str
    added: bool = False
    root: Path = field(default=Path(), compare=False, repr=False)

    @cached_property
    def slug(self) -> str:
        """File name without ending."""
        return slugify(self.title)

    @cached_property
    def docname(self) -> str:
        """The page's name for Sphinx."""
        return f"moocs/{self.folder}/{self.slug}"

    @cached_property
    def path(self) -> Path:
        """The unit's page."""
        return self.root / f"{self.docname}.md"

    @cached_property
    def items_path(self) -> Path:
        """The unit's questions."""
        return self.root / f"{self.docname}.items.yml"

    @property
    def exercise_docname(self) -> str:
        """The exercise page's name for Sphinx."""
        return f"exercises/{self.folder}/{self.slug}"

    @property
    def exercise_path(self) -> Path:
        """The solution-first exercise; its checks module stands beside it."""
        return self.root / f"{self.exercise_docname}.md"

    @property
    def draft(self) -> bool:
        """True when the page says ``status: draft``: it is not built yet, and its gaps fail nobody's checks."""
        return self.path.is_file() and _says_draft(self.path, self.path.stat().st_mtime_ns)

    @property
    def deck_docname(self) -> str:
        """The presentation's name for Sphinx."""
        return f"{self.docname}.deck"

    @property
    def deck_path(self) -> Path:
        """The unit's presentation."""
        return self.root / f"{self.deck_docname}.md"

    @property
    def finished(self) -> bool:
        """True when the page and its questions exist and the page is no draft."""
        return self.path.is_file() and self.items_path.is_file() and not self.draft

    @property
    def page(self) -> UnitPage:
        """The front matter of a finished unit.

        Raises
        ------
        ContentError
            If a field is missing or of the wrong kind; all problems at once.
        """
        return _cached_page(self.path, self.path.stat().st_mtime_ns if self.path.is_file() else 0, self)


# By the time of its last change: who watches the sources sees an edit without a restart.
@lru_cache(maxsize=512)
def _cached_page(_path: Path, _stamp: int, unit: Unit) -> UnitPage:
    return _read_page(unit)


@lru_cache(maxsize=256)
def _says_draft(path: Path, _stamp: int) -> bool:
    try:
        found = front_matter(path).get("unit")
    except ContentError:
        # Reading the page tells what is wrong with it; a page that cannot be read has not said that it is a draft.
        return False
    return isinstance(found, dict) and found.get("status") == "draft"


def _read_page(unit: Unit) -> UnitPage:
    problems = []

    def complain(rule, message, mend):
        problems.append(Problem(unit.path, 1, rule, message, mend))

    found = front_matter(unit.path).get("unit")
    if not isinstance(found, dict):
        complain("unit-front-matter", "The block `unit:` is missing.", "Copy it from a finished unit.")
        raise ContentError(problems)
    if found.get("id", unit.id) != unit.id:
        message = f"The id is {found['id']!r}, the place says {unit.id!r}."
        complain("unit-id", message, "Take the line with id out: the place of the file decides.")
    if found.get("status", "draft") != "draft":
        message = f"The status is {found['status']!r}."
        complain("unit-status", message, "Write status: draft, or nothing once the unit is finished.")
    outcomes = found.get("outcomes")
    if not (isinstance(outcomes, dict) and 3 <= len(outcomes) <= 6 and all(map(str, outcomes.values()))):
        complain("unit-outcomes", "A unit has 3 to 6 outcomes.", "Write outcomes: {a: One observable verb …, b: …}.")
        outcomes = {}
    summary = found.get("summary") or ""
    if not 20 <= len(summary) <= 200:
        complain("unit-summary", f"The summary has {len(summary)} characters.", "Write one sentence of 20 to 200.")
    prerequisites = found.get("prerequisites") or []
    if not isinstance(prerequisites, list):
        complain("unit-prerequisites", "Not a list.", 'Write prerequisites: ["2.2.1"].')
        prerequisites = []
    code = found.get("code") or ""
    if code not in ("", "open", "folded"):
        complain("unit-code", f"The code is {code!r}.", "Write code: open or code: folded, or nothing.")
    if problems:
        raise ContentError(problems)
    return UnitPage(
        prerequisites=tuple(map(str, prerequisites)),
        outcomes=tuple(Outcome(f"{unit.id}-{letter}", str(text)) for letter, text in outcomes.items()),
        summary=summary,
        code=code,
    )


@dataclass(frozen=True)
class Module:
    """A module of a MOOC: a title and its units."""

    id: str
    title: str
    folder: str
    units: tuple[Unit, ...]
    root: Path = field(default=Path(), compare=False, repr=False)

    @property
    def docname(self) -> str:
        """The module's index page."""
        return f"moocs/{self.folder}/index"

    @property
    def path(self) -> Path:
        """The file of the index page."""
        return self.root / f"{self.docname}.md"

    @property
    def finished(self) -> tuple[Unit, ...]:
        """The units that a reader can open."""
        return tuple(unit for unit in self.units if unit.finished)


@dataclass(frozen=True)
class Mooc:
    """One of the five courses."""

    id: str
    title: str
    level: str
    focus: str
    audience: str
    goal: str
    competences: tuple[str, ...]
    modules: tuple[Module, ...]
    root: Path = field(default=Path(), compare=False, repr=False)

    @property
    def folder(self) -> str:
        """Folder name below ``moocs/``."""
        return f"mooc{self.id}"

    @property
    def docname(self) -> str:
        """The MOOC's index page."""
        return f"moocs/{self.folder}/index"

    @property
    def path(self) -> Path:
        """The file of the index page."""
        return self.root / f"{self.docname}.md"

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units, in order."""
        return tuple(unit for module in self.modules for unit in module.units)

    @property
    def finished(self) -> tuple[Unit, ...]:
        """The units that a reader can open."""
        return tuple(unit for unit in self.units if unit.finished)


@dataclass(frozen=True)
class Curriculum:
    """The whole programme."""

    moocs: tuple[Mooc, ...]
    source: dict = field(default_factory=dict, compare=False, hash=False)

    @property
    def modules(self) -> tuple[Module, ...]:
        """All modules, in order."""
        return tuple(module for mooc in self.moocs for module in mooc.modules)

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units, in order."""
        return tuple(unit for mooc in self.moocs for unit in mooc.units)

    @property
    def finished(self) -> tuple[Unit, ...]:
        """The units that a reader can open."""
        return tuple(unit for unit in self.units if unit.finished)

    def mooc(self, mooc_id: str) -> Mooc:
        """Return a MOOC by its number."""
        return self._find(self.moocs, mooc_id, "MOOC")

    def module(self, module_id: str) -> Module:
        """Return a module by its id, for example ``"2.2"``."""
        return self._find(self.modules, module_id, "module")

    def unit(self, unit_id: str) -> Unit:
        """Return a unit by its id, for example ``"2.2.4"``."""
        return self._find(self.units, unit_id, "unit")

    def mooc_of(self, thing: Module | Unit) -> Mooc:
        """Return the MOOC of a module or unit."""
        return self.mooc(thing.id.partition(".")[0])

    def module_of(self, unit: Unit) -> Module:
        """Return the module of a unit."""
        return self.module(unit.id.rpartition(".")[0])

    def by_docname(self, docname: str) -> Unit | None:
        """Return the unit whose page or exercise has this Sphinx name."""
        return next((unit for unit in self.units if docname in (unit.docname, unit.exercise_docname)), None)

    @staticmethod
    def _find(things, wanted, kind):
        for thing in things:
            if thing.id == wanted:
                return thing
        raise KeyError(f"There is no {kind} {wanted!r}; the ids run from {things[0].id} to {things[-1].id}.")


def _unit(entry, number, module_id, folder, root):
    entry = {"title": entry} if isinstance(entry, str) else entry
    return Unit(f"{module_id}.{number}", entry["title"], folder, bool(entry.get("added")), root)


def _module(entry, number, mooc_id, root):
    folder = f"mooc{mooc_id}/{entry.get('slug') or slugify(entry['title'])}"
    units = (_unit(unit, k, f"{mooc_id}.{number}", folder, root) for k, unit in enumerate(entry["units"], 1))
    return Module(f"{mooc_id}.{number}", entry["title"], folder, tuple(units), root)


def read_curriculum(path: Path) -> Curriculum:
    """Read a ``curriculum.yml``.

    Raises
    ------
    ContentError
        If the file is not YAML or an entry lacks a field; the message names it.
    """
    try:
        found = load_yaml(path.read_text(encoding="utf-8"))
        moocs = []
        for entry in found["moocs"]:
            modules = (_module(module, k, entry["id"], path.parent) for k, module in enumerate(entry["modules"], 1))
            plain = {name: entry[name] for name in ("id", "title", "level", "focus", "audience", "goal")}
            competences = tuple(entry["competences"])
            moocs.append(Mooc(**plain, competences=competences, modules=tuple(modules), root=path.parent))
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if getattr(error, "problem_mark", None) else 1
        raise ContentError([Problem(path, line, "curriculum", "Not YAML.", "Compare with the last version.")]) from None
    except (KeyError, TypeError) as error:
        problem = Problem(path, 1, "curriculum", f"A field is missing: {error}.", "Copy the form of a neighbour.")
        raise ContentError([problem]) from None
    return Curriculum(tuple(moocs), found.get("source", {}))


@lru_cache(maxsize=4)
def _cached(path: Path, _stamp: int) -> Curriculum:
    return read_curriculum(path)


def load_curriculum(root: Path | None = None) -> Curriculum:
    """Return the programme of the book at `root`, by default of the book that `ai2med.paths.root` finds."""
    path = (root or paths.root()) / "curriculum.yml"
    return _cached(path, path.stat().st_mtime_ns)


def unit_of_file(path: str | Path) -> Unit | None:
    """Return the unit to which a page, questions file, exercise, checks module or deck belongs by its place.

    None for a file that lies in no book, or that is no unit's.
    """
    path = Path(path).absolute()
    for folder in path.parents:
        if (folder / "curriculum.yml").is_file():
            docname = path.relative_to(folder).as_posix().partition(".")[0]
            return load_curriculum(folder).by_docname(docname)
    return None
