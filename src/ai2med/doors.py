"""The doors of the home page: who comes in, and the units to read in their order. ``doors.yml`` holds them."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from .curriculum import Curriculum, Unit
from .exercises.notebook import read_exercise
from .minutes import unit_minutes
from .problems import ContentError, Problem

__all__ = ["FILE", "Door", "door_problems", "read_doors", "tasks_without_code"]

FILE = "doors.yml"
_UNITS = 5
_NO_CODE = "without code"
_FIELDS = ("reader", "about", "route", "units")


@dataclass(frozen=True)
class Door:
    """A way into the book.

    Parameters
    ----------
    reader : str
        Who comes in, in the first person.
    about : str
        What the path gives, in a sentence.
    route : str
        The route through the exercises whose time counts.
    units : tuple of str
        The ids of its units, in their order.
    """

    reader: str
    about: str
    route: str
    units: tuple[str, ...]

    def path(self, curriculum: Curriculum) -> list[Unit]:
        """Return the units that can be read; in a part of the book, some are missing."""
        finished = {unit.id: unit for unit in curriculum.finished}
        return [finished[name] for name in self.units if name in finished]

    @property
    def passes_over_code(self) -> bool:
        """Whether its readers need no code, and are told where a unit shows some."""
        return self.route == _NO_CODE

    def minutes(self, unit: Unit) -> tuple[int, int]:
        """Return the minutes of reading a unit, and of its exercise on this door's route."""
        minutes = unit_minutes(unit)
        return minutes.reading, minutes.routes.get(self.route, minutes.doing)


def read_doors(path: Path) -> list[Door]:
    """Read a ``doors.yml``; a book without one has no doors.

    Raises
    ------
    ContentError
        If the file is not YAML, or a door lacks a field.
    """
    if not path.is_file():
        return []
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        doors = [Door(*(str(one[name]) for name in _FIELDS[:3]), tuple(map(str, one["units"]))) for one in found]
    except yaml.YAMLError:
        raise ContentError([Problem(path, 1, "doors", "Not YAML.", "Compare with the last version.")]) from None
    except (KeyError, TypeError) as error:
        message = f"A door is not complete: {error}."
        mend = f"Give each door {', '.join(_FIELDS)}."
        raise ContentError([Problem(path, 1, "doors", message, mend)]) from None
    return doors


def tasks_without_code(unit: Unit) -> list[str]:
    """Return the names of the tasks of a unit's exercise that have no cell to write in."""
    try:
        exercise = read_exercise(unit.exercise_path) if unit.exercise_path.is_file() else None
    except ContentError:
        # The build tells it where it stands.
        return []
    return [task.name for task in exercise.tasks if task.cell is None] if exercise else []


def door_problems(path: Path, curriculum: Curriculum) -> list[tuple[int, str]]:
    """Return the line and the message for each door whose path is not five different finished units."""
    finished = {unit.id for unit in curriculum.finished}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    problems = []
    for door in read_doors(path):
        line = next((number for number, text in enumerate(lines, 1) if door.reader in text), 1)
        if len(set(door.units)) != _UNITS or len(door.units) != _UNITS:
            problems.append((line, f"The path of {door.reader!r} has not {_UNITS} different units."))
        for name in door.units:
            if name not in finished:
                problems.append((line, f"The path of {door.reader!r} names {name}, which is no finished unit."))
    return problems
