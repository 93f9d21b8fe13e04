"""Where the book's folders are, whether the engine runs in a clone, in Binder or in a reader's browser."""

import os
import sys
from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """Return the folder that holds ``curriculum.yml``.

    The environment variable ``AI2MED_ROOT`` decides; else the nearest folder at or above the current one; else the
    clone from which the package was installed.

    Raises
    ------
    FileNotFoundError
        If no such folder is found. The message says what to do.
    """
    named = os.environ.get("AI2MED_ROOT")
    here = Path.cwd()
    candidates = [Path(named)] if named else [here, *here.parents, *Path(__file__).resolve().parents]
    for folder in candidates:
        # A browser holds only those files of the book that the page's cells use.
        if (folder / "curriculum.yml").is_file() or (named and sys.platform == "emscripten"):
            return folder
    raise FileNotFoundError(
        "The book's folder was not found: no curriculum.yml in "
        f"{named or here} or above it. Start from inside the clone, or set AI2MED_ROOT to it."
    )


def bring(part: str) -> None:
    """Have a part of the book at hand before it is read: where all files are there, nothing needs to be done.

    A part is a unit, by its id, or the front end of an explorable, ``notebooks/<name>``.

    In notebooks in the browser another function stands here, which fetches them.
    """


def data() -> Path:
    """Return the folder of the synthetic hospital's tables."""
    return root() / "data"


def moocs() -> Path:
    """Return the folder of the unit pages."""
    return root() / "moocs"


def exercises() -> Path:
    """Return the folder of the solution-first exercises."""
    return root() / "exercises"
