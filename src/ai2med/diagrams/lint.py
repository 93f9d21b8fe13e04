"""Check the diagrams of a page without building it."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..problems import ContentError, Problem
from .source import read_diagram

__all__ = ["lint_diagrams"]

_OPEN = re.compile(r"^(?P<fence>`{3,}|:{3,})\{diagram\}\s*(?P<kind>\S*)\s*$")
_OPTION = re.compile(r"^:(title|description):\s*(.*)$")


def lint_diagrams(path: Path) -> Iterator[Problem]:
    """Yield what is wrong with the diagrams of a page, each with its line."""
    lines = iter(enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1))
    for number, text in lines:
        opening = _OPEN.match(text)
        if not opening:
            continue
        options, body, start, closed = {}, [], number + 1, False
        for inner, line in lines:
            if line.strip() == opening["fence"]:
                closed = True
                break
            option = _OPTION.match(line)
            if option and not body:
                options[option[1]], start = option[2], inner + 1
            else:
                body.append(line)
        if not closed:
            yield Problem(path, number, "diagram", "The diagram is never closed.", f"Add a line {opening['fence']} .")
            return
        text = "\n".join(body)
        try:
            read_diagram(opening["kind"], text, options.get("title", ""), options.get("description", ""), path, start)
        except ContentError as error:
            yield from error.problems
