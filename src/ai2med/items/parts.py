"""The parts of questions: options, slips, prompts, blanks, lines, nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Option:
    """One option of a single or multiple response item."""

    id: str
    text: str
    feedback: str
    correct: bool = False
    misconception: str | None = None


@dataclass(frozen=True)
class Labelled:
    """A text with an id: an element to order, or a target to match."""

    id: str
    text: str


@dataclass(frozen=True)
class Overall:
    """Feedback on an item as a whole: for the right answer, and for any answer without feedback of its own."""

    correct: str
    otherwise: str


@dataclass(frozen=True)
class NumberSlip:
    """A catalogued wrong number. Without `tolerance` it has the item's."""

    value: float | str
    feedback: str
    tolerance: float | None = None
    misconception: str | None = None


@dataclass(frozen=True)
class OrderSlip:
    """A catalogued wrong order: the reader put `before[0]` before `before[1]`."""

    before: tuple[str, str]
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class TextSlip:
    """A catalogued wrong text."""

    match: str
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class WrongPair:
    """Feedback on one wrong target of a prompt."""

    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class Prompt:
    """A prompt to match with the target `answer`; `feedback` shows for it, and `wrong` for other targets."""

    id: str
    text: str
    answer: str
    feedback: str
    wrong: Mapping[str, WrongPair] = field(default_factory=dict)


@dataclass(frozen=True)
class Blank:
    """A blank to fill: typed, or chosen when there are `choices`; `feedback` shows for what is accepted."""

    accept: tuple[str, ...]
    feedback: str
    choices: tuple[str, ...] = ()
    slips: tuple[TextSlip, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something that a text should say; `find` are patterns of its wordings, `feedback` shows when none is found."""

    id: str
    label: str
    find: tuple[str, ...]
    feedback: str


@dataclass(frozen=True)
class Danger:
    """A false or unsafe statement that patterns can recognise; the reader is asked to look at it again."""

    id: str
    find: tuple[str, ...]
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class Line:
    """A line of code; `indent` counts steps to the right."""

    id: str
    text: str
    indent: int = 0


@dataclass(frozen=True)
class FalseLine:
    """A line of code that does not belong in the solution."""

    id: str
    text: str
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class Choice:
    """What the reader may say or do at a node, and the node it leads to."""

    id: str
    text: str
    next: str
    quality: str
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class Node:
    """A moment of a branching scenario; it has choices, or it is an ending with feedback."""

    says: str
    thinks: str | None = None
    choices: tuple[Choice, ...] = ()
    ending: str | None = None
    feedback: str | None = None


@dataclass(frozen=True)
class Variant:
    """A numeric item with its parameters put in."""

    parameters: Mapping[str, float]
    stem: str
    explanation: str
    answer: float
    feedback: Overall
    slips: tuple[NumberSlip, ...]
