"""Say in Graphviz's language how a diagram is laid out: once for a wide place, once for a phone.

Colours are placeholders that `drawing` replaces by the book's own; text is measured a little larger than it is drawn,
because a reader's font may be wider than the one that Graphviz knows.
"""

import re
import textwrap
from dataclasses import dataclass

from .source import Diagram, Label

__all__ = ["BOLD", "FONT", "INK", "Layout", "graph_layout", "node_line", "quoted"]

FONT = 17
BOLD = "Arial bold"  # `drawing` knows it by this name
INK = {
    "text": "#0000a1",
    "line": "#0000a2",
    "surface": "#0000a3",
    "raised": "#0000a4",
    "accent": "#0000a5",
    "good": "#0000a6",
    "good-surface": "#0000a7",
    "orange": "#0000a8",
    "hairline": "#0000a9",
    "muted": "#0000aa",
}


@dataclass(frozen=True)
class Layout:
    """What Graphviz gets: its engine (``dot`` places by itself, ``neato`` takes our places) and the text."""

    engine: str
    text: str


def quoted(label: Label | str, width: int, align: str = "n", space: str = "") -> str:
    r"""Return a label for Graphviz, broken into lines of at most `width` letters.

    Parameters
    ----------
    label : Label or str
        What is shown.
    width : int
        Letters in a line; a longer word keeps its line.
    align : {"n", "l", "r"}
        Lines in the middle, at the left or at the right.
    space : str
        At both ends of each line.

    Examples
    --------
    >>> quoted("A step & more", 8)
    '"A step &\\nmore"'
    """
    text = label if isinstance(label, str) else label.text
    lines = [re.sub(r'(["\\])', r"\\\1", line) for line in textwrap.wrap(text, width, break_long_words=False)]
    end = f"\\{align}"
    lines = [f"{space}{line}{space}" for line in lines]
    return f'"{end.join(lines)}{"" if align == "n" else end}"'


def node_line(name: str, label: str, term: str = "", **attributes) -> str:
    """Return a node; one with a term carries a link that `drawing` resolves."""
    if term:
        attributes["URL"] = f"term:{term}"
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'"{name}" [label={label}{told}];'


def graph_layout(diagram: Diagram, width: int, tight: bool = False) -> Layout:
    """Return the layout of a flow or a decision tree, from top to bottom."""
    graph = diagram.body
    gap = "nodesep=0.15 ranksep=0.3" if tight else "nodesep=0.35 ranksep=0.42"
    font = f'fontname="Arial" fontsize={FONT} fontcolor="{INK["text"]}"'
    lines = [
        "digraph {",
        f'graph [rankdir=TB {gap} bgcolor="transparent" margin=0 pad=0.04 {font}];',
        f'node [shape=box style="rounded,filled" fillcolor="{INK["raised"]}" color="{INK["line"]}" {font} '
        f'margin="{"0.1,0.06" if tight else "0.16,0.08"}"];',
        f'edge [color="{INK["muted"]}" {font} arrowsize=0.8 penwidth=1.5];',
        *_inside(diagram, "", width),
    ]
    for edge in graph.edges:
        # Graphviz sets a label close to its arrow: spaces keep them apart.
        said = f" [label={quoted(edge.label, width - 8, space='  ')}]" if edge.label else ""
        lines.append(f'"{edge.tail}" -> "{edge.head}"{said};')
    return Layout("dot", "\n".join([*lines, "}"]))


def _inside(diagram: Diagram, box: str, width: int):
    graph = diagram.body
    for node in graph.nodes:
        if node.box != box:
            continue
        style = {}
        if node.label.asks:
            style = {"style": "filled", "color": INK["orange"], "penwidth": "2"}
        elif diagram.kind == "decision":
            style = {"fillcolor": INK["good-surface"], "color": INK["good"], "penwidth": "2"}
        yield node_line(node.id, quoted(node.label, width), node.label.term, **style)
    for inner in graph.boxes:
        if inner.parent != box:
            continue
        yield f'subgraph "cluster_{inner.id}" {{'
        link = f' URL="term:{inner.label.term}"' if inner.label.term else ""
        yield (
            f'label={quoted(inner.label, width - 3)} fontname="{BOLD}" style="rounded" color="{INK["accent"]}" '
            f"penwidth=1.5 margin={8 if width < 20 else 14}{link};"
        )
        yield from _inside(diagram, inner.id, width)
        yield "}"
