"""Tell a diagram as a list: for whoever does not see it, and for a phone that is too narrow for its form."""

from collections.abc import Callable
from html import escape

from .source import Diagram, Graph, Label

__all__ = ["words_html"]


def words_html(diagram: Diagram, address: Callable[[str], str]) -> str:
    """Return a diagram as an HTML list.

    Parameters
    ----------
    diagram : Diagram
        Any kind.
    address : callable
        Gives the address of a term of the glossary; an empty one for a term that it lacks.
    """

    def said(label: Label) -> str:
        text = escape(label.text, quote=False)
        to = address(label.term) if label.term else ""
        return f'<a href="{escape(to)}">{text}</a>' if to else text

    body = diagram.body
    if diagram.kind == "decision":
        return _questions(body, said)
    if isinstance(body, Graph):
        return "".join(_flow(body, "", said))
    rows = "".join(f"<li>{_ROW[diagram.kind](row, said)}</li>" for row in body.rows)
    return f"<ol>{rows}</ol>"


def _questions(graph: Graph, said) -> str:
    """Return numbered questions; an answer leads to another question by its number, or to an end."""
    asked = [node for node in graph.nodes if node.label.asks]
    numbers = {node.id: number for number, node in enumerate(asked, 1)}

    def answer(edge):
        to = graph.node(edge.head)
        lead = f"go to question {numbers[to.id]}" if to.id in numbers else said(to.label)
        return f"<li><strong>{said(edge.label)}:</strong> {lead}</li>"

    items = (f"<li>{said(node.label)}<ul>{''.join(map(answer, graph.leaving(node.id)))}</ul></li>" for node in asked)
    return f"<ol>{''.join(items)}</ol>"


def _flow(graph: Graph, box: str, said):
    """Yield a list of the steps in a box, each with where its arrows lead; boxes inside are lists inside."""
    yield "<ul>"
    for node in graph.nodes:
        if node.box != box:
            continue
        leads = "; ".join(
            (f"{said(edge.label)}: " if edge.label else "") + escape(graph.node(edge.head).label.text, quote=False)
            for edge in graph.leaving(node.id)
        )
        yield f"<li>{said(node.label)}{f' <span>→ {leads}</span>' if leads else ''}</li>"
    for inner in graph.boxes:
        if inner.parent == box:
            yield f"<li><strong>{said(inner.label)}</strong>"
            yield from _flow(graph, inner.id, said)
            yield "</li>"
    yield "</ul>"


def _lane(row, said) -> str:
    note = f"<em>{said(row[2])}:</em> " if len(row) > 2 else ""
    return f"<strong>{said(row[0])}:</strong> {note}{said(row[1])}"


def _message(row, said) -> str:
    one, other, text = row
    who = said(one) if one == other else f"{said(one)} to {said(other)}"
    return f"<strong>{who}:</strong> {said(text)}"


def _pair(row, said) -> str:
    return f"<strong>{said(row[0])}:</strong> {', '.join(map(said, row[1:]))}"


_ROW = {"lanes": _lane, "sequence": _message, "layers": _pair, "timeline": _pair}
