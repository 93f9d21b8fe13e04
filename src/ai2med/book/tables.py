"""Tables in outputs: what pandas writes for the eye, made right for the ear; ``outputs.mjs`` does the same.

The name of an index stands in a row of its own below the heading, whose other cells are empty. It goes into the
heading. Each heading says what it heads, and a data frame gets a caption that is heard and not seen.
"""

import re
from html import escape, unescape

__all__ = ["mended"]

_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_EMPTY = re.compile(r"(?:\s|&nbsp;|\xa0|<p></p>)*")
# A heading that is empty is announced for nothing; the corner of a table is a cell like any other.
_EMPTY_HEADING = re.compile(r"<th(?: class=\"[^\"]*\")?>(?:<p></p>)?</th>")
_PARTS = {"col": re.compile(r"<thead\b.*?</thead>", re.DOTALL), "row": re.compile(r"<tbody\b.*?</tbody>", re.DOTALL)}
_UNSCOPED = re.compile(r"<th(?=[\s>])(?![^>]*\sscope=)")
_FRAME = re.compile(r"(<table\b[^>]*\bdataframe\b[^>]*>)\s*(?!<caption)(.*?)</table>", re.DOTALL)
_ANY_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")


def mended(body: str) -> str:
    """Return HTML whose tables have their indexes' names as headings, no empty headings, scopes and captions.

    Parameters
    ----------
    body : str
        HTML of a page or an output.

    Examples
    --------
    >>> mended("<thead><tr><th></th><th>n</th></tr><tr><th>Group</th><th></th></tr></thead>")
    '<thead><tr><th scope="col">Group</th><th scope="col">n</th></tr></thead>'
    >>> mended("<thead><tr><th></th><th>n</th></tr></thead>")
    '<thead><tr><td></td><th scope="col">n</th></tr></thead>'
    """
    body = _EMPTY_HEADING.sub("<td></td>", _HEAD.sub(_with_names_above, body))
    for scope, part in _PARTS.items():
        body = part.sub(lambda found, scope=scope: _UNSCOPED.sub(f'<th scope="{scope}"', found[0]), body)
    return _FRAME.sub(_with_caption, body)


def _with_caption(found: re.Match) -> str:
    """Return a data frame with a caption: how many rows it has, and which columns."""
    opening, content = found.groups()
    head, _, rest = content.partition("</thead>")
    count = len(_ROW.findall(rest))
    last = [row[0] for row in _ROW.finditer(head)][-1:]
    heads = [unescape(_MARK.sub("", cell[1])).strip() for row in last for cell in _ANY_CELL.finditer(row)]
    columns = ", ".join(filter(None, heads))
    told = f"Table with {count} row{'s' * (count != 1)} and the columns {columns}"
    return f'{opening}<caption class="visually-hidden">{escape(told, quote=False)}</caption>{content}</table>'


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
