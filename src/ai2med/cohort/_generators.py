"""Generators of single datasets: ``data/generators/<name>.py``, one module each, found by their names.

A generator declares what it reads and makes one dataset of it::

    READS = ("admissions",)          # tables; of the core, or of other generators

    def make(inputs):                # a table, or a dictionary of file names and their bytes;
        ...                          # or a pair of that and the truth about it, a table

    def check(content, truth, inputs):   # marginals and planted faults, asserted; a test runs it
        ...

Its numbers stand in its datasheet (``inputs.value("name")``), its random numbers come from streams that bear its name
(``inputs.stream("nights")``): whatever else is added, removed or changed, its dataset stays the same.
"""

import hashlib
import importlib.util
import json
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from ai2med.cohort._datasheets import Datasheet, datasheet, datasheets
from ai2med.cohort._random import stream
from ai2med.cohort._sources import source_hash
from ai2med.cohort._store import data_folder, load


@dataclass(frozen=True)
class Inputs:
    """What a generator is given."""

    sheet: Datasheet
    seed: int
    reads: tuple[str, ...]
    root: Path | None = field(default=None, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table that the generator reads, as learners see it.

        Raises
        ------
        ValueError
            If ``READS`` does not name it: the dataset would not be made again when that table changes.
        """
        if name not in self.reads:
            raise ValueError(f"data/generators/{self.sheet.name}.py: table {name!r} is read and not named in READS.")
        return load(name, self.root)

    def value(self, name: str) -> float:
        """Return a parameter of the dataset's datasheet.

        Raises
        ------
        ValueError
            If the datasheet has no such parameter.
        """
        if name not in self.sheet.values:
            raise ValueError(f"data/datasheets/{self.sheet.name}.yml: there is no parameter {name!r}.")
        return self.sheet.values[name]

    def stream(self, part: str = "") -> np.random.Generator:
        """Return a random generator for one part of the dataset, independent of all others."""
        return stream(self.seed, 0, f"{self.sheet.name}/{part}")


@dataclass(frozen=True)
class Generator:
    """One generator: its dataset's name, its module, and the tables it reads."""

    name: str
    file: Path
    module: ModuleType
    reads: tuple[str, ...]

    def inputs(self, seed: int, root: Path | None = None) -> Inputs:
        """Return what its functions are given."""
        return Inputs(datasheet(self.name, root), seed, self.reads, root)

    def make(self, inputs: Inputs) -> tuple[pd.DataFrame | dict[str, bytes], pd.DataFrame | None]:
        """Return the dataset and what is true behind it.

        Raises
        ------
        ValueError
            If it is not of the kind that the datasheet says.
        """
        made = self.module.make(inputs)
        content, truth = made if isinstance(made, tuple) else (made, None)
        wanted = dict if inputs.sheet.files else pd.DataFrame
        if not isinstance(content, wanted):
            raise ValueError(
                f"data/generators/{self.name}.py: `make` gives a {type(content).__name__}; the datasheet describes "
                + ("files: give a dictionary of names and bytes." if inputs.sheet.files else "columns: give a table.")
            )
        if (truth is None) is bool(inputs.sheet.truth):
            raise ValueError(f"data/datasheets/{self.name}.yml: say in 'truth' what the truth holds, if there is one.")
        return content, truth

    def fingerprint(self, inputs: Inputs, people: int | None, hashes: dict[str, str]) -> str:
        """Return a hash of all that decides what it makes; `hashes` are those of the tables."""
        numbers = {parameter.name: parameter.value for parameter in inputs.sheet.parameters}
        read = {name: hashes[name] for name in self.reads}
        told = json.dumps([source_hash(self.file), inputs.seed, people, numbers, read], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def generators(root: str | Path | None = None) -> list[Generator]:
    """Return a book's generators, each after those whose tables it reads.

    Raises
    ------
    ValueError
        If one lacks a function or a datasheet, reads what nobody makes, or reads its own dataset in a circle.
    """
    files = {file.stem: file for file in sorted((data_folder(root) / "generators").glob("*.py"))}
    sheets = datasheets(root)
    found = {}
    for name, file in files.items():
        if name not in sheets:
            raise ValueError(f"data/generators/{name}.py has no datasheet. Write data/datasheets/{name}.yml.")
        module = _module(name, file)
        for needed in ("make", "check"):
            if not callable(getattr(module, needed, None)):
                raise ValueError(f"data/generators/{name}.py has no function `{needed}`.")
        reads = tuple(getattr(module, "READS", ()))
        for table in reads:
            if table not in sheets or sheets[table].files:
                raise ValueError(f"data/generators/{name}.py: READS names {table!r}, and there is no such table.")
        found[name] = Generator(name, file, module, reads)
    try:
        order = TopologicalSorter({name: [*one.reads] for name, one in found.items()}).static_order()
        return [found[name] for name in order if name in found]
    except CycleError as error:
        raise ValueError(f"data/generators: these read each other in a circle: {', '.join(error.args[1])}.") from error


def _module(name, file):
    spec = importlib.util.spec_from_file_location(f"ai2med_generators.{name}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
