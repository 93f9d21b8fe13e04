"""Headings of tables in outputs: what pandas writes for the eye, made right for the ear; ``outputs.mjs`` does the same.

The name of an index stands in a row of its own below the heading, whose other cells are empty. It goes into the
heading.
"""

import re

__all__ = ["mended"]

_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_EMPTY = re.compile(r"(?:\s|&nbsp;|\xa0|<p></p>)*")
# A heading that is empty is announced for nothing; the corner of a table is a cell like any other.
_EMPTY_HEADING = re.compile(r"<th(?: class=\"[^\"]*\")?>(?:<p></p>)?</th>")


def mended(body: str) -> str:
    """Return HTML with the names of indexes in the headings of their tables, and without empty headings.

    Parameters
    ----------
    body : str
        HTML of a page or an output.

    Examples
    --------
    >>> mended("<thead><tr><th></th><th>n</th></tr><tr><th>Group</th><th></th></tr></thead>")
    '<thead><tr><th>Group</th><th>n</th></tr></thead>'
    >>> mended("<thead><tr><th></th><th>n</th></tr></thead>")
    '<thead><tr><td></td><th>n</th></tr></thead>'
    """
    return _EMPTY_HEADING.sub("<td></td>", _HEAD.sub(_with_names_above, body))


def _with_names_above(found: re.Match) -> str:
    head = found[0]
    rows = list(_ROW.finditer(head))
    if len(rows) < 2:
        return head
    above, last = rows[-2], rows[-1]
    cells, names = (list(_CELL.finditer(row[0])) for row in (above, last))
    said = [not _EMPTY.fullmatch(cell[1]) for cell in names]
    count = said.index(False) if False in said else 0
    free = all(_EMPTY.fullmatch(cell[1]) and "span=" not in cell[0] for cell in cells[:count])
    if not count or any(said[count:]) or len(cells) <= count or not free:
        return head
    row = above[0]
    for cell, name in reversed(list(zip(cells[:count], names, strict=False))):
        row = row[: cell.start()] + name[0] + row[cell.end() :]
    return head[: above.start()] + row + head[last.end() :]
