"""The layouts of diagrams; in lanes, sequence, layers and timeline the places follow from the order of the text.

For these we give the places, in points, and Graphviz draws boxes, text and arrows; graphs it places by itself.
"""

import textwrap

from .dot import BOLD, FONT, INK, Layout, graph_layout, node_line, quoted
from .source import Diagram, Graph, Rows

__all__ = ["layouts"]

_LINE = 20  # points that a line of text takes
_LETTER = 8.8  # and a letter, at most on average
_PLAIN = {"shape": "plaintext", "style": ""}


def _lines(text: str, width: int) -> int:
    return len(textwrap.wrap(text, width, break_long_words=False)) or 1


def _size(width: float, height: float) -> dict[str, str]:
    return {"width": f"{width / 72:.3f}", "height": f"{height / 72:.3f}", "fixedsize": "true"}


def _at(x: float, y: float) -> dict[str, str]:
    return {"pos": f"{x:.1f},{-y:.1f}"}


def _drawing(lines, order="nodesfirst") -> Layout:
    font = f'fontname="Arial" fontsize={FONT} fontcolor="{INK["text"]}"'
    head = [
        "digraph {",
        f'graph [splines=line bgcolor="transparent" outputorder={order} pad=0.04 {font}];',
        f'node [shape=box style="rounded,filled" fillcolor="{INK["raised"]}" color="{INK["line"]}" {font} margin=0];',
        f'edge [color="{INK["muted"]}" {font} arrowsize=0.8 penwidth=1.5];',
    ]
    return Layout("neato", "\n".join([*head, *lines, "}"]))


def _lanes(body: Rows) -> dict[str, Layout]:
    lanes = body.actors
    column = 700 / len(lanes)
    letters = int((column - 40) / _LETTER)
    steps, y = [], 36.0
    for row in body.rows:
        noted = len(row) > 2
        height = _lines(row[1].text, letters) * _LINE + 18
        y += height / 2 + (42 if noted else 26)
        steps.append((lanes.index(row[0].text), y, height))
        y += height / 2
    bottom = y + 20
    lines = []
    for k, lane in enumerate(lanes):
        x = (k + 0.5) * column
        look = {"style": "filled", "fillcolor": INK["surface"], "color": INK["hairline"]}
        lines.append(node_line(f"lane{k}", '""', **_at(x, bottom / 2), **_size(column - 4, bottom), **look))
        term = next(row[0].term for row in body.rows if row[0].text == lane)
        lines.append(node_line(f"head{k}", quoted(lane, letters), term, **_at(x, 26), **_PLAIN, fontname=BOLD))
    for k, (row, (lane, at, height)) in enumerate(zip(body.rows, steps, strict=True)):
        place = {**_at((lane + 0.5) * column, at), **_size(column - 28, height)}
        lines.append(node_line(f"step{k}", quoted(row[1], letters), row[1].term, **place))
    for k, row in enumerate(body.rows[1:], 1):
        note = f" [label={quoted(row[2], 24)}]" if len(row) > 2 else ""
        lines.append(f'"step{k - 1}" -> "step{k}"{note};')
    return {"wide": _drawing(lines)}


def _note(name, label, letters, x, y) -> str:
    width = max(map(len, textwrap.wrap(label.text, letters))) * _LETTER + 6
    look = {"style": "filled", "fillcolor": INK["surface"], "color": INK["surface"]}
    place = {**_at(x, y), **_size(width, _lines(label.text, letters) * _LINE)}
    return node_line(name, quoted(label, letters), label.term, **place, **look)


def _sequence(body: Rows) -> dict[str, Layout]:
    people = tuple(dict.fromkeys(label.text for row in body.rows for label in row[:2]))
    column = 700 / len(people)
    lines, arrows = [], []
    y = 56.0
    for k, (who, other, said) in enumerate(body.rows):
        one, two = people.index(who.text), people.index(other.text)
        span = max(abs(one - two), 1) * column - 36
        letters = int(span / _LETTER)
        height = _lines(said.text, letters) * _LINE
        x = ((one + two) / 2 + 0.5) * column
        if one == two:
            y += height / 2 + 22
            lines.append(
                node_line(f"act{k}", quoted(said, letters), said.term, **_at(x, y), **_size(span, height + 14))
            )
            y += height / 2 + 8
            continue
        y += height / 2 + 14
        lines.append(_note(f"text{k}", said, letters, x, y))
        y += height / 2 + 8
        for end, person in (("from", one), ("to", two)):
            lines.append(
                node_line(f"{end}{k}", '""', shape="point", **_at((person + 0.5) * column, y), **_size(0.1, 0.1))
            )
        arrows.append(f'"from{k}" -> "to{k}";')
        y += 6
    heads = []
    for k, person in enumerate(people):
        x = (k + 0.5) * column
        wide = int((column - 24) / _LETTER)
        term = next((label.term for row in body.rows for label in row[:2] if label.text == person), "")
        box = {**_at(x, 20), **_size(column - 16, _lines(person, wide) * _LINE + 16)}
        heads.append(node_line(f"person{k}", quoted(person, wide), term, **box, fontname=BOLD))
        heads.append(node_line(f"end{k}", '""', shape="point", **_at(x, y + 16), **_size(0.1, 0.1)))
        heads.append(f'"person{k}" -> "end{k}" [style=dashed dir=none color="{INK["line"]}" penwidth=1];')
    return {"wide": _drawing([*heads, *arrows, *lines], order="edgesfirst")}


def _timeline(body: Rows) -> dict[str, Layout]:
    when = max(len(row[0].text) for row in body.rows)
    return {"wide": _line(body, min(when, 18), 56), "narrow": _line(body, 0, 27)}


def _line(body: Rows, dates: int, letters: int) -> Layout:
    """Return a line from top to bottom; without room for dates beside it they stand above the text."""
    left, width = dates * _LETTER + 14, letters * _LETTER + 20
    lines, y = [], 0.0
    for k, (day, what) in enumerate(body.rows):
        rows = _lines(what.text, letters)
        above = 0 if dates else _lines(day.text, letters) * _LINE
        height = rows * _LINE + above + 16
        middle = y + height / 2
        dot = {"shape": "point", "color": INK["accent"], "fillcolor": INK["accent"], **_size(13, 13)}
        lines.append(node_line(f"dot{k}", '""', **_at(0, middle), **dot))
        x = 18 + width / 2
        lines.append(node_line(f"box{k}", '""', **_at(x, middle), **_size(width, height)))
        inside = {**_at(x, middle + above / 2), **_size(width - 16, rows * _LINE), **_PLAIN}
        lines.append(node_line(f"what{k}", quoted(what, letters, "l"), what.term, **inside))
        if dates:
            place = {**_at(-14 - left / 2, middle), **_size(left, 2 * _LINE)}
        else:
            place = {**_at(x, y + 8 + above / 2), **_size(width - 16, above)}
        side = "r" if dates else "l"
        words = quoted(day, dates or letters, side)
        lines.append(node_line(f"when{k}", words, day.term, **place, **_PLAIN, fontname=BOLD))
        y += height + 14
    ends = [f'"dot{k}" -> "dot{k + 1}" [dir=none];' for k in range(len(body.rows) - 1)]
    return _drawing([*ends, *lines], order="edgesfirst")


def _layers(body: Rows) -> dict[str, Layout]:
    return {"wide": _stack(body, 690, abreast=True), "narrow": _stack(body, 284, abreast=False)}


def _stack(body: Rows, width: int, abreast: bool) -> Layout:
    """Return one box a layer; its parts stand side by side, or below each other on a phone."""
    lines, y = [], 0.0
    for k, (name, *parts) in enumerate(body.rows):
        room = (width - 12) / (len(parts) if abreast else 1)
        letters, top = int((room - 20) / _LETTER), y + _LINE + 14
        heights = [_lines(part.text, letters) * _LINE + 14 for part in parts]
        if abreast:
            heights = [max(heights)] * len(heights)
        inside = []
        for n, (part, height) in enumerate(zip(parts, heights, strict=True)):
            x = (n if abreast else 0) * room + 6 + room / 2
            place = {**_at(x, top + height / 2), **_size(room - 8, height), "fillcolor": INK["surface"]}
            inside.append(node_line(f"part{k}_{n}", quoted(part, letters), part.term, **place))
            top += 0 if abreast else height + 6
        bottom = top + (heights[-1] + 10 if abreast else 4)
        look = {"color": INK["accent"], **_size(width, bottom - y)}
        lines.append(node_line(f"layer{k}", '""', **_at(width / 2, (y + bottom) / 2), **look))
        title = {**_at(width / 2, y + 18), **_PLAIN, "fontname": BOLD}
        lines += [node_line(f"name{k}", quoted(name, int(width / _LETTER)), name.term, **title), *inside]
        y = bottom + 10
    return _drawing(lines)


_OF_ROWS = {"lanes": _lanes, "sequence": _sequence, "timeline": _timeline, "layers": _layers}


def layouts(diagram: Diagram) -> dict[str, Layout]:
    """Return the layouts of a diagram by name, ``wide`` and perhaps ``narrow``.

    A kind without a narrow layout is shown as a list where there is no room.
    """
    if isinstance(diagram.body, Graph):
        return {"wide": graph_layout(diagram, 28), "narrow": graph_layout(diagram, 17, tight=True)}
    return _OF_ROWS[diagram.kind](diagram.body)
