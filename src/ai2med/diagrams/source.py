"""Read the text of a diagram: six kinds, each with the shortest form that says it.

========  =====================================================================================
flow      ``name: A step`` and ``name -> other: label``; ``box: Title {`` ... ``}`` around steps
decision  the same; a step that ends in ``?`` asks, and each arrow from it is an answer
lanes     ``Nurse | takes the pulse | arrow's label``, one step a line, in the order of time
sequence  ``Nurse -> Doctor: what is said``; ``Nurse: what is done`` for an act of one's own
layers    ``Layer: part | part``, from top to bottom
timeline  ``When: what``, in order
========  =====================================================================================

In a label ``{term}`AUROC``` or ``{term}`shown <AUROC>``` leads to the glossary; ``{law-date}`key``` stands for a date.
"""

import re
from dataclasses import dataclass

from ..problems import ContentError, Problem

__all__ = ["KINDS", "Box", "Diagram", "Edge", "Graph", "Label", "Node", "Rows", "read_diagram"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BOX = re.compile(rf"({_NAME.pattern}):\s*(.+?)\s*\{{")
_NODE = re.compile(rf"({_NAME.pattern}):\s*(.+)")
_EDGE = re.compile(rf"({_NAME.pattern})\s*->\s*({_NAME.pattern})(?::\s*(.+))?")
_MESSAGE = re.compile(r"([^:>|]+?)\s*->\s*([^:>|]+?):\s+(.+)")
_PAIR = re.compile(r"((?:[^:`]|`[^`]*`|:(?!\s))+):\s+(.+)")
_ROLE = re.compile(r"\{(term|law-date)\}`([^`]+)`")
_SHOWN = re.compile(r"(.+?)\s*<(.+)>", re.DOTALL)
_SEVERAL = 2


@dataclass(frozen=True)
class Label:
    """Words in a diagram, and the glossary's entry to which they lead, if any."""

    text: str
    term: str = ""

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.endswith("?")


@dataclass(frozen=True)
class Box:
    """A frame around steps; `parent` is the frame around it."""

    id: str
    label: Label
    parent: str = ""


@dataclass(frozen=True)
class Node:
    """A step; `box` is the frame in which it stands."""

    id: str
    label: Label
    box: str = ""
    line: int = 0


@dataclass(frozen=True)
class Edge:
    """An arrow between two steps."""

    tail: str
    head: str
    label: Label | None = None
    line: int = 0


@dataclass(frozen=True)
class Graph:
    """What a flow and a decision tree hold."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    boxes: tuple[Box, ...] = ()

    def node(self, name: str) -> Node:
        """Return a step by its name."""
        return next(node for node in self.nodes if node.id == name)

    def leaving(self, name: str) -> tuple[Edge, ...]:
        """Return the arrows that leave a step."""
        return tuple(edge for edge in self.edges if edge.tail == name)


@dataclass(frozen=True)
class Rows:
    """What the other kinds hold: (lane, step, arrow's label), (from, to, text), (layer, parts ...) or (when, what)."""

    rows: tuple[tuple[Label, ...], ...]

    @property
    def actors(self) -> tuple[str, ...]:
        """Lanes or people, in the order in which they come."""
        return tuple(dict.fromkeys(row[0].text for row in self.rows))


@dataclass(frozen=True)
class Diagram:
    """A diagram that was read without a problem."""

    kind: str
    title: str
    description: str
    body: Graph | Rows


def read_diagram(kind, text, title, description, file="diagram", line=1) -> Diagram:
    r"""Read the text of a diagram.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    text : str
        The lines of the directive, without its options.
    title, description : str
        What a reader sees above it, and what it shows in one or two sentences.
    file, line : str or Path, int
        Where the text begins, for messages.

    Raises
    ------
    ContentError
        With everything that is wrong.

    Examples
    --------
    >>> found = read_diagram("timeline", "Monday: asked\nTuesday: answered", "Two days", "Asked, then answered.")
    >>> [row[1].text for row in found.body.rows]
    ['asked', 'answered']
    """
    problems: list[Problem] = []

    def complain(number, message, mend, rule="diagram"):
        problems.append(Problem(file, number, rule, message, mend))

    if kind not in KINDS:
        complain(line, f"There is no kind of diagram {kind!r}.", f"Write one of {', '.join(KINDS)}.")
        raise ContentError(problems)
    if not title.strip():
        complain(line, "The diagram has no title.", "Write :title: in its first line.", "diagram-title")
    if len(description.strip()) < 15:
        mend = "Write :description: with one or two sentences that say what it shows."
        complain(line, "The diagram has no description for readers who do not see it.", mend, "diagram-description")
    lines = [
        (number, content.strip())
        for number, content in enumerate(text.splitlines(), line)
        if content.strip() and not content.strip().startswith("#")
    ]
    body = KINDS[kind](lines, complain)
    if not problems and not (body.rows if isinstance(body, Rows) else body.nodes):
        complain(line, "The diagram is empty.", "Write its lines between the fences.")
    if problems:
        raise ContentError(problems)
    return Diagram(kind, title.strip(), description.strip(), body)


def _label(text: str) -> Label:
    term = ""

    def shown(role):
        nonlocal term
        if role[1] == "law-date":
            return _law_date(role[2])
        named = _SHOWN.fullmatch(role[2])
        term = named[2] if named else role[2]
        return named[1] if named else role[2]

    return Label(_ROLE.sub(shown, text.strip()), term)


def _law_date(key: str) -> str:
    from ..law import format_date, law_date

    return format_date(law_date(key))


def _safe_label(text, number, complain) -> Label:
    try:
        return _label(text)
    except (ContentError, KeyError) as error:
        message = error.args[0] if error.args else str(error)
        complain(number, str(message), "Write a key of law_dates.yml.")
        return Label(text)


def _graph(lines, complain) -> Graph:
    nodes, edges, boxes = {}, [], {}
    open_boxes: list[str] = []
    for number, text in lines:
        inside = open_boxes[-1] if open_boxes else ""
        if text == "}":
            if open_boxes:
                open_boxes.pop()
            else:
                complain(number, "This } closes nothing.", "Take it out.")
        elif found := _BOX.fullmatch(text):
            boxes[found[1]] = Box(found[1], _safe_label(found[2], number, complain), inside)
            open_boxes.append(found[1])
        elif found := _EDGE.fullmatch(text):
            label = _safe_label(found[3], number, complain) if found[3] else None
            edges.append(Edge(found[1], found[2], label, number))
        elif found := _NODE.fullmatch(text):
            if found[1] in nodes:
                complain(number, f"The step {found[1]!r} is described twice.", "Give one of them another name.")
            nodes[found[1]] = Node(found[1], _safe_label(found[2], number, complain), inside, number)
        else:
            complain(
                number, f"Not understood: {text}", "Write `name: A step`, `name -> other` or `name -> other: label`."
            )
    if open_boxes:
        complain(lines[-1][0], f"The box {open_boxes[-1]!r} is never closed.", "Add a line with } .")
    for edge in edges:
        for name in (edge.tail, edge.head):
            if name not in nodes:
                complain(edge.line, f"No line describes the step {name!r}.", f"Write `{name}: What it is`.")
    joined = {name for edge in edges for name in (edge.tail, edge.head)}
    for node in nodes.values():
        if edges and node.id not in joined:
            complain(node.line, f"No arrow leads to or from {node.id!r}.", "Join it, or take it out.")
    return Graph(tuple(nodes.values()), tuple(edges), tuple(boxes.values()))


def _decision(lines, complain) -> Graph:
    graph = _graph(lines, complain)
    heads = {edge.head for edge in graph.edges}
    roots = [node for node in graph.nodes if node.id not in heads]
    if graph.nodes and len(roots) != 1:
        names = ", ".join(node.id for node in roots) or "none"
        complain(
            graph.nodes[0].line, f"A decision tree has one beginning; here: {names}.", "Let arrows lead to the rest."
        )
    for node in graph.nodes:
        answers = graph.leaving(node.id)
        if node.label.asks and (len(answers) < _SEVERAL or not all(edge.label for edge in answers)):
            mend = f"Write `{node.id} -> other: yes` and `{node.id} -> another: no`."
            complain(node.line, f"The question {node.id!r} needs two or more arrows, each with its answer.", mend)
        if not node.label.asks and answers:
            complain(
                node.line, f"{node.id!r} is no question, yet arrows leave it.", "End its text with a question mark."
            )
    if _circle(graph):
        complain(graph.nodes[0].line, "The arrows go in a circle: nobody would reach an end.", "Take one out.")
    return graph


def _circle(graph: Graph) -> bool:
    left = {node.id: {edge.head for edge in graph.leaving(node.id)} for node in graph.nodes}
    while ends := {name for name, heads in left.items() if not heads & left.keys()}:
        left = {name: heads for name, heads in left.items() if name not in ends}
    return bool(left)


def _rows(pattern, form, split=None):
    """Return a reader of lines that hold the parts of one row each."""

    def read(lines, complain) -> Rows:
        rows = []
        for number, text in lines:
            found = pattern.fullmatch(text)
            if not found:
                complain(number, f"Not understood: {text}", f"Write `{form}`.")
                continue
            parts = [part for part in found.groups() if part is not None]
            if split:
                parts[-1:] = parts[-1].split(split)
            rows.append(tuple(_safe_label(part, number, complain) for part in parts))
        return Rows(tuple(rows))

    return read


def _lanes(lines, complain) -> Rows:
    pattern = re.compile(r"([^|]+)\|([^|]+)(?:\|([^|]+))?")
    return _rows(pattern, "Lane | step | label of the arrow that leads to it")(lines, complain)


def _sequence(lines, complain) -> Rows:
    rows = []
    for number, text in lines:
        if found := _MESSAGE.fullmatch(text):
            rows.append(tuple(_safe_label(part, number, complain) for part in found.groups()))
        elif found := _PAIR.fullmatch(text):
            who = _safe_label(found[1], number, complain)
            rows.append((who, who, _safe_label(found[2], number, complain)))
        else:
            complain(number, f"Not understood: {text}", "Write `One -> Other: words` or `One: act`.")
    return Rows(tuple(rows))


KINDS = {
    "flow": _graph,
    "decision": _decision,
    "lanes": _lanes,
    "sequence": _sequence,
    "layers": _rows(_PAIR, "Layer: part | part", split="|"),
    "timeline": _rows(_PAIR, "When: what"),
}
