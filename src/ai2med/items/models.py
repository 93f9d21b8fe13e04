"""The questions of a unit as frozen values that check themselves when they are made.

The models know nothing of files or pages: the loader makes them from YAML, marking reads them, `export` turns them
into JSON. What only a reviewer would call wrong (a key that is the longest option, say) is the linter's business; what
would make an item impossible to mark is refused here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from ._schema import Issue
from .answers import same_output, same_text
from .expressions import RESERVED, ExpressionError, evaluate, substitute
from .free_text import compiled, found_in
from .parts import (
    Blank,
    Danger,
    Fact,
    FalseLine,
    Labelled,
    Line,
    Node,
    NumberSlip,
    Option,
    OrderSlip,
    Overall,
    Prompt,
    TextSlip,
    Variant,
)
from .text import blank_names, plain

LEVELS = ("recall", "apply", "judge")
# Where a question is asked. `bank` stands on no page: reviews and module assessments draw from it.
PLACES = ("opening", "inline", "exercise", "closing", "bank")
_QUALITIES = ("good", "acceptable", "poor")
_ENDINGS = (None, "good", "partial", "poor")
_MOST_VARIANTS = 100


class InvalidItem(ValueError):  # noqa: N818 - it names the item's state, and the message says what is wrong
    """An item cannot be marked; `issues` lists why."""

    def __init__(self, item_id: str, issues: list[Issue]):
        self.issues = issues
        super().__init__(f"{item_id}: " + " ".join(issue.message for issue in issues))


@dataclass(frozen=True, kw_only=True)
class Item:
    """What every question has.

    Parameters
    ----------
    unit : str
        Number of the unit, for example ``"2.2.4"``.
    name : str
        Name within the unit, for example ``"q03"``; `id` joins the two.
    version : int
        Rises when the meaning changes.
    outcome : str
        Letter of the outcome that the item tests.
    level : str
        One of `LEVELS`.
    place : str
        One of `PLACES`.
    stem, explanation : str
        Little Markdown (see `ai2med.items.text`).
    source : tuple of str
        Keys of the files in ``references/``.
    valid_on : datetime.date, optional
        Day on which a statement of law or practice was checked.
    certainty : bool
        Whether readers are asked how sure they are (never graded).

    Raises
    ------
    InvalidItem
        If the item cannot be marked.
    """

    type: ClassVar[str]

    unit: str
    name: str
    version: int
    outcome: str
    level: str
    place: str
    stem: str
    explanation: str
    source: tuple[str, ...] = ()
    valid_on: date | None = None
    certainty: bool = False

    def __post_init__(self):
        issues = [*self._common_issues(), *self._issues()]
        if issues:
            raise InvalidItem(self.id, issues)

    @property
    def id(self) -> str:
        """The full id, for example ``"2.2.4-q03"``."""
        return f"{self.unit}-{self.name}"

    def _common_issues(self) -> Iterator[Issue]:
        if self.version < 1:
            yield Issue(("version",), "out-of-range", "The version starts at 1.", "Write version: 1.")
        for name, value, known in (("level", self.level, LEVELS), ("place", self.place, PLACES)):
            if value not in known:
                yield Issue((name,), "unknown-value", f"“{value}” is not a {name}.", f"Choose {', '.join(known)}.")
        for name in ("stem", "explanation"):
            if not getattr(self, name).strip():
                yield Issue((name,), "empty", f"The {name} is empty.", "Write it.")

    def _issues(self) -> Iterator[Issue]:
        yield from ()


@dataclass(frozen=True, kw_only=True)
class _OptionItem(Item):
    options: tuple[Option, ...]

    def _issues(self):
        yield from _repeated(self.options, ("options",))
        wanted = [chr(ord("a") + index) for index in range(len(self.options))]
        if [option.id for option in self.options] != wanted:
            yield Issue(
                ("options",),
                "option-ids",
                "The options' ids are not a, b, c ... in the written order.",
                f"Use {', '.join(wanted)}.",
            )
        if not any(option.correct for option in self.options):
            yield Issue(("options",), "no-key", "No option is right.", "Write correct: true on the right one.")


@dataclass(frozen=True, kw_only=True)
class SingleItem(_OptionItem):
    """Single best answer: exactly one of `options` is correct."""

    type = "single"

    @cached_property
    def key(self) -> Option:
        """The right option."""
        return next(option for option in self.options if option.correct)

    def _issues(self):
        yield from super()._issues()
        if sum(option.correct for option in self.options) > 1:
            yield Issue(
                ("options",), "two-keys", "More than one option is right.", "Keep one, or make the item type: multiple."
            )


@dataclass(frozen=True, kw_only=True)
class MultipleItem(_OptionItem):
    """Multiple response: each of `options` is its own decision."""

    type = "multiple"

    def _issues(self):
        yield from super()._issues()
        if all(option.correct for option in self.options):
            yield Issue(("options",), "no-distractor", "Every option is right.", "Add an option that is wrong.")


@dataclass(frozen=True, kw_only=True)
class NumericItem(Item):
    """A number with unit and tolerance; `parameter_sets` are the values behind its variants."""

    type = "numeric"

    unit_of_answer: str
    tolerance: float
    answer: float | str
    feedback: Overall
    parameter_sets: tuple[Mapping[str, float], ...] = ({},)
    slips: tuple[NumberSlip, ...] = ()

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The item once for each parameter set, with every expression computed."""
        return tuple(self._variant(parameters, []) for parameters in self.parameter_sets)

    def _issues(self):
        names = set(self.parameter_sets[0]) if self.parameter_sets else set()
        if not self.parameter_sets or len(self.parameter_sets) > _MOST_VARIANTS:
            yield Issue(
                ("parameters",),
                "too-many",
                f"The parameters make {len(self.parameter_sets)} variants.",
                f"Make 1 to {_MOST_VARIANTS}; write variants: to list the ones you want.",
            )
            return
        for name in sorted(names & RESERVED):
            yield Issue(("parameters",), "bad-name", f"“{name}” cannot be a parameter's name.", "Choose another name.")
        if any(set(parameters) != names for parameters in self.parameter_sets):
            yield Issue(
                ("variants",),
                "bad-name",
                "The variants do not have the same parameters.",
                "Give every parameter a number in every variant.",
            )
            return
        found: list[Issue] = []
        for parameters in self.parameter_sets:
            self._variant(parameters, found)
            if found:
                break
        yield from found

    def _variant(self, parameters: Mapping[str, float], found: list[Issue]) -> Variant:
        def number(expression, path):
            try:
                return evaluate(expression, names)
            except ExpressionError as error:
                found.append(
                    Issue(
                        path,
                        "expression",
                        f"{error}{case}.",
                        "Use numbers, + - * / **, the known functions and the item's parameters.",
                    )
                )
                return 0.0

        def text(source, path):
            try:
                return substitute(source, names)
            except ExpressionError as error:
                found.append(
                    Issue(
                        path,
                        "placeholder",
                        f"{error}{case}.",
                        "Put a parameter's name, or answer, in the braces; write {{ }} for real braces.",
                    )
                )
                return source

        values = ", ".join(f"{name} = {value:g}" for name, value in parameters.items())
        case = f" (with {values})" if values else ""
        names = dict(parameters)
        answer = names["answer"] = number(self.answer, ("answer",))
        slips = tuple(
            NumberSlip(
                number(slip.value, ("slips", index, "value")),
                text(slip.feedback, ("slips", index, "feedback")),
                self.tolerance if slip.tolerance is None else slip.tolerance,
                slip.misconception,
            )
            for index, slip in enumerate(self.slips)
        )
        feedback = Overall(
            *(text(getattr(self.feedback, part), ("feedback", part)) for part in ("correct", "otherwise"))
        )
        stem, explanation = (text(getattr(self, part), (part,)) for part in ("stem", "explanation"))
        return Variant(parameters, stem, explanation, answer, feedback, slips)


@dataclass(frozen=True, kw_only=True)
class OrderingItem(Item):
    """Put `elements` in order; they stand here in the right order."""

    type = "ordering"

    elements: tuple[Labelled, ...]
    feedback: Overall
    slips: tuple[OrderSlip, ...] = ()

    def _issues(self):
        yield from _repeated(self.elements, ("elements",))
        yield from _order_slips(self.slips, [element.id for element in self.elements])


@dataclass(frozen=True, kw_only=True)
class MatchingItem(Item):
    """Match each of `prompts` with one of `targets`; a target may serve several prompts."""

    type = "matching"

    targets: tuple[Labelled, ...]
    prompts: tuple[Prompt, ...]
    feedback: Overall

    def _issues(self):
        yield from _repeated(self.targets, ("targets",))
        yield from _repeated(self.prompts, ("prompts",))
        known = {target.id for target in self.targets}
        for index, prompt in enumerate(self.prompts):
            if prompt.answer not in known:
                yield Issue(
                    ("prompts", index, "answer"),
                    "unknown-id",
                    f"The answer “{prompt.answer}” is not a target.",
                    f"Choose one of {', '.join(sorted(known))}.",
                )
            for target in prompt.wrong:
                if target not in known or target == prompt.answer:
                    what = "the right target" if target == prompt.answer else "not a target"
                    yield Issue(
                        ("prompts", index, "wrong", target),
                        "unknown-id",
                        f"“{target}” under wrong is {what}.",
                        "Name a wrong target.",
                    )


@dataclass(frozen=True, kw_only=True)
class FillItem(Item):
    """Fill the blanks ``{{name}}`` in `text`."""

    type = "fill"

    text: str
    blanks: Mapping[str, Blank]
    feedback: Overall

    def _issues(self):
        used = blank_names(self.text)
        for name in sorted(set(used) - set(self.blanks)):
            yield Issue(
                ("text",), "unknown-id", f"The blank {{{{{name}}}}} is not described.", f"Add {name} under blanks."
            )
        for name in sorted(set(self.blanks) - set(used)):
            yield Issue(
                ("blanks", name), "unknown-id", f"The text has no blank {{{{{name}}}}}.", "Remove it, or use it."
            )
        if len(used) != len(set(used)):
            yield Issue(("text",), "duplicate-id", "A blank stands twice in the text.", "Give each blank its own name.")
        for name, blank in self.blanks.items():
            yield from _text_slips(blank.accept, blank.slips, ("blanks", name), same_text)
            for key, values in (("accept", blank.accept), ("slips", [slip.match for slip in blank.slips])):
                for index, value in enumerate(values):
                    if blank.choices and value not in blank.choices:
                        yield Issue(
                            ("blanks", name, key, index),
                            "unknown-id",
                            f"“{value}” is not among the choices.",
                            "Add it to choices, or spell it as there.",
                        )


@dataclass(frozen=True, kw_only=True)
class PredictItem(Item):
    """Predict what `code` prints."""

    type = "predict"

    code: str
    accept: tuple[str, ...]
    feedback: Overall
    slips: tuple[TextSlip, ...] = ()

    def _issues(self):
        yield from _text_slips(self.accept, self.slips, (), same_output)


@dataclass(frozen=True, kw_only=True)
class ParsonsItem(Item):
    """Put `lines` of code in order; `distractors` do not belong."""

    type = "parsons"

    lines: tuple[Line, ...]
    feedback: Overall
    distractors: tuple[FalseLine, ...] = ()
    slips: tuple[OrderSlip, ...] = ()

    @property
    def indents(self) -> bool:
        """Whether the reader has to indent lines."""
        return any(line.indent for line in self.lines)

    def _issues(self):
        ids = [line.id for line in self.lines]
        for index, line in enumerate(self.distractors):
            if line.id in ids:
                yield Issue(
                    ("distractors", index, "id"),
                    "duplicate-id",
                    f"The id “{line.id}” is used twice.",
                    "Give each line its own id.",
                )
            if line.text in {right.text for right in self.lines}:
                yield Issue(
                    ("distractors", index, "text"),
                    "duplicate-text",
                    "This line is one of the right lines.",
                    "Change it, so that it is wrong.",
                )
        yield from _repeated(self.lines, ("lines",), texts=False)
        yield from _repeated(self.distractors, ("distractors",))
        yield from _order_slips(self.slips, ids)


@dataclass(frozen=True, kw_only=True)
class BranchingItem(Item):
    """Go through a situation from the node `start` to an ending."""

    type = "branching"

    start: str
    nodes: Mapping[str, Node]

    def _issues(self):
        if self.start not in self.nodes or self.nodes[self.start].ending:
            yield Issue(("start",), "unknown-id", f"“{self.start}” is not a node with choices.", "Name the first node.")
            return
        leads = {name: [choice.next for choice in node.choices] for name, node in self.nodes.items()}
        for name, node in self.nodes.items():
            yield from _repeated(node.choices, ("nodes", name, "choices"))
            if bool(node.choices) == bool(node.ending):
                yield Issue(
                    ("nodes", name), "ending", f"Node “{name}” needs either choices or an ending.", "Give it one."
                )
            if node.ending not in _ENDINGS or any(choice.quality not in _QUALITIES for choice in node.choices):
                yield Issue(
                    ("nodes", name),
                    "unknown-value",
                    f"Node “{name}” has an unknown quality or ending.",
                    "Choose good, acceptable or poor for a choice; good, partial or poor for an ending.",
                )
            for index, choice in enumerate(node.choices):
                if choice.next not in self.nodes:
                    yield Issue(
                        ("nodes", name, "choices", index, "next"),
                        "unknown-id",
                        f"“{choice.next}” is not a node.",
                        f"Choose one of {', '.join(self.nodes)}.",
                    )
        for name in sorted(set(self.nodes) - _reached({self.start}, leads)):
            yield Issue(("nodes", name), "unreachable", f"No path leads to node “{name}”.", "Lead to it, or remove it.")
        comes_from = {name: [other for other in leads if name in leads[other]] for name in self.nodes}
        endings = {name for name, node in self.nodes.items() if node.ending}
        for name in sorted(set(self.nodes) - _reached(endings, comes_from)):
            yield Issue(("nodes", name), "no-ending", f"No ending can be reached from node “{name}”.", "Add a way out.")
        if not any(node.ending == "good" for node in self.nodes.values()):
            yield Issue(("nodes",), "no-key", "No ending is good.", "Write ending: good on one.")


@dataclass(frozen=True, kw_only=True)
class TextItem(Item):
    """A free text: `facts` and `dangers` are looked for, the reader judges by `rubric` beside the `model` answer."""

    type = "text"

    facts: tuple[Fact, ...]
    rubric: tuple[str, ...]
    model: str
    dangers: tuple[Danger, ...] = ()
    fewest_words: int = 5

    @property
    def rubric_ids(self) -> tuple[str, ...]:
        """The names of the rubric's lines in a response: ``"r1"``, ``"r2"`` ..."""
        return tuple(f"r{number}" for number in range(1, len(self.rubric) + 1))

    def _issues(self):
        if self.place in ("opening", "closing"):
            yield Issue(
                ("place",),
                "unknown-value",
                "A text is judged by its reader, so it cannot stand where answers are counted.",
                "Write place: exercise, inline or bank.",
            )
        yield from _repeated((*self.facts, *self.dangers), ("facts",), texts=False)
        broken = False
        for name, parts in (("facts", self.facts), ("dangers", self.dangers)):
            for index, part in enumerate(parts):
                for place, pattern in enumerate(part.find):
                    try:
                        compiled(pattern)
                    except ValueError as error:
                        broken = True
                        mend = "Use what Python and JavaScript read alike: ( | ), (?: ), (?! ), \\b, ?, *, +."
                        yield Issue((name, index, "find", place), "pattern", f"“{pattern}”: {error}.", mend)
        if broken:
            return
        # What the author holds up as good has to show what is asked for, and nothing that is warned of.
        found = found_in(self, plain(self.model))
        for fact in self.facts:
            if not found[fact.id]:
                yield Issue(
                    ("model",),
                    "model-answer",
                    f"“{fact.label}” is not found in the model answer.",
                    f"Say it there, or add its wording to facts: {fact.id}.",
                )
        for danger in self.dangers:
            if found[danger.id]:
                start, end = found[danger.id][0]
                yield Issue(
                    ("model",),
                    "model-answer",
                    f"The model answer sets off the danger “{danger.id}”: “{plain(self.model)[start:end]}”.",
                    "Narrow the pattern, or mend the model answer.",
                )


def _reached(places: set[str], leads: Mapping[str, list[str]]) -> set[str]:
    found, open_places = set(places), list(places)
    while open_places:
        for place in leads.get(open_places.pop(), ()):
            if place not in found:
                found.add(place)
                open_places.append(place)
    return found


def _repeated(parts, path: tuple, texts: bool = True) -> Iterator[Issue]:
    ids: set[str] = set()
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.id in ids:
            yield Issue(
                (*path, index, "id"), "duplicate-id", f"The id “{part.id}” is used twice.", "Give each its own id."
            )
        if texts and part.text in seen:
            yield Issue(
                (*path, index, "text"), "duplicate-text", f"The text of “{part.id}” stands twice.", "Change one."
            )
        ids.add(part.id)
        if texts:
            seen.add(part.text)


def _order_slips(slips, ids: list[str]) -> Iterator[Issue]:
    for index, slip in enumerate(slips):
        path = ("slips", index, "before")
        for each in slip.before:
            if each not in ids:
                yield Issue(path, "unknown-id", f"“{each}” is not one of the ids.", f"Choose among {', '.join(ids)}.")
        first, second = slip.before
        if first in ids and second in ids and ids.index(first) <= ids.index(second):
            yield Issue(
                path,
                "slip-is-answer",
                f"In the right order “{first}” stands before “{second}” as well.",
                "Write the one that is put too early first.",
            )


def _text_slips(accept, slips, path: tuple, same) -> Iterator[Issue]:
    known = list(accept)
    for index, slip in enumerate(slips):
        if any(same(slip.match, text) for text in known):
            yield Issue(
                (*path, "slips", index, "match"),
                "slip-is-answer",
                f"“{slip.match}” counts as an accepted answer or as an earlier slip.",
                "Remove it, or change it.",
            )
        known.append(slip.match)
