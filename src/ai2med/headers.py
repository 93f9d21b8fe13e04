"""How content files are named, and the block of YAML at the head of a page."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from .problems import ContentError, Problem

__all__ = ["front_matter", "load_yaml", "slugify"]

# libyaml reads ten times as fast, where it was built.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """Return what a YAML text holds.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML; in the words of the parser in Python, which are the clearer ones.
    """
    try:
        return yaml.load(text, _FAST)
    except yaml.YAMLError:
        return yaml.safe_load(text)


def slugify(title: str) -> str:
    """Return the file name that a title gives.

    >>> slugify("Statistical Techniques & Risk Scores")
    'statistical_techniques_and_risk_scores'
    """
    return re.sub(r"[^a-z0-9]+", "_", title.lower().replace("&", " and ")).strip("_")


def front_matter(path: Path) -> dict:
    """Return the YAML block at the head of a page; an empty one where there is none.

    Raises
    ------
    ContentError
        If the block is not closed, is not YAML, or is not a mapping.
    """
    path = Path(path)
    return dict(_front_matter(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=512)
def _front_matter(path: Path, _stamp: int) -> dict:
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}
    head, closed, _ = text[4:].partition("\n---\n")
    if not closed:
        raise ContentError([Problem(path, 1, "front-matter", "The block is never closed.", "Add a line with --- .")])
    try:
        found = load_yaml(head)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = getattr(error, "problem", None) or "it cannot be read"
        problem = Problem(path, line, "front-matter", f"Not YAML: {reason}.", "Quote texts that hold a colon.")
        raise ContentError([problem]) from None
    if not isinstance(found, dict):
        raise ContentError([Problem(path, 1, "front-matter", "Not a mapping.", "Write `key: value` lines.")])
    return found
