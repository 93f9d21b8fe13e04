"""Datasheets: what one row is, what each column means, how a dataset was made, what it is good for and what not.

``data/datasheets/<name>.yml`` is all that a dataset needs besides its generator: the names of the hospital's datasets,
their pages, the hash of their content and the numbers that a generator uses are read from here.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from ai2med.cohort._parameters import Parameter
from ai2med.cohort._store import data_folder

_TYPES = ("text", "category", "integer", "number", "0/1", "time")


@dataclass(frozen=True)
class Column:
    """One column: its name, type (text, category, integer, number, 0/1, time), unit and meaning."""

    name: str
    type: str
    unit: str
    meaning: str

    def __post_init__(self):
        if self.type not in _TYPES:
            raise ValueError(f"column {self.name!r} has the unknown type {self.type!r}; types are: {', '.join(_TYPES)}")
        if not self.meaning:
            raise ValueError(f"column {self.name!r} has no meaning")


@dataclass(frozen=True)
class Member:
    """One kind of file in a set: a name or a pattern such as ``film-*.dcm``, and what is in it."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Datasheet:
    """The datasheet of one dataset.

    Parameters
    ----------
    name : str
        That of the file, and of the dataset.
    title, row, made, licence : str
        Title of the page; what one row (or file) is; how it was made; licence.
    defects, uses, limits : tuple of str
        Kinds of planted faults, without the rows; what it is good for, and what not.
    sha256 : str
        Hash of the content that the pinned versions make; a test compares.
    key : tuple of str
        Columns that identify a row; empty for a set of files.
    columns : tuple of Column
        Of a table.
    files : tuple of Member
        Of a set of files; a datasheet has either columns or files.
    parameters : tuple of Parameter
        The numbers that the generator uses.
    example : str
        Python for the page; for a table its first rows by default.
    example_alt : str
        What the figure of the example shows, for readers who do not see it.
    truth : str
        What ``truth.key(name)`` gives, if there is one.
    more : str
        Anything else for the page, in Markdown.
    """

    name: str
    title: str
    row: str
    made: str
    defects: tuple[str, ...]
    uses: tuple[str, ...]
    limits: tuple[str, ...]
    licence: str
    sha256: str
    key: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    files: tuple[Member, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    example: str = ""
    example_alt: str = ""
    truth: str = ""
    more: str = ""
    values: dict[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        if bool(self.columns) == bool(self.files):
            raise ValueError("a datasheet has either 'columns' (of a table) or 'files' (of a set of files)")
        if self.files and not self.example:
            raise ValueError("a set of files needs an 'example' of Python that opens one")
        if "plt." in self.example and not self.example_alt:
            raise ValueError("the example draws a figure: say in 'example_alt' what it shows")
        for needed in ("title", "row", "made", "defects", "uses", "limits", "licence"):
            if not getattr(self, needed):
                raise ValueError(f"{needed!r} is empty")
        object.__setattr__(self, "values", {parameter.name: parameter.value for parameter in self.parameters})
        if len(self.values) != len(self.parameters):
            raise ValueError("two parameters share a name")

    @property
    def kind(self) -> str:
        """The part of the manifest it belongs to: ``tables`` or ``files``."""
        return "files" if self.files else "tables"


def datasheet(name: str, root: str | Path | None = None) -> Datasheet:
    """Read the datasheet of a dataset.

    Raises
    ------
    ValueError
        If there is none of that name or the file lacks a field; the message names the file.

    Examples
    --------
    >>> datasheet("scores").key
    ('admission_id', 'taken_at')
    """
    folder = data_folder(root) / "datasheets"
    file = folder / f"{name}.yml"
    if not file.is_file():
        raise ValueError(f"there is no dataset {name!r}: no {name}.yml in {folder}.")
    return _read(file, file.stat().st_mtime_ns)


def datasheets(root: str | Path | None = None) -> dict[str, Datasheet]:
    """Return all datasheets of a book by name, in the order of the alphabet."""
    return {file.stem: datasheet(file.stem, root) for file in sorted((data_folder(root) / "datasheets").glob("*.yml"))}


@cache
def _read(file: Path, _when: int) -> Datasheet:
    try:
        fields = yaml.load(file.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for name, kind in (("columns", Column), ("files", Member), ("parameters", Parameter)):
            fields[name] = tuple(kind(**entry) for entry in fields.get(name, ()))
        for name in ("key", "defects", "uses", "limits"):
            fields[name] = tuple(fields.get(name, ()))
        return Datasheet(name=file.stem, **fields)
    except (AttributeError, TypeError, ValueError, yaml.YAMLError) as error:
        said = str(error).replace("Datasheet.__init__() ", "").replace("__init__() ", "")
        raise ValueError(f"data/datasheets/{file.name}: {said}") from error
