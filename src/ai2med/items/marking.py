"""Marking in Python: the same verdicts as ``marking.mjs``, for regrading and for notebooks.

A mark has one of three kinds. ``marked``: the response was judged. ``incomplete``: something is still open.
``unreadable``: the response cannot be understood (a number with two readings, an option that does not exist). The
last two are no attempts; `Mark.message` names what to tell the reader, the words are in the widgets' catalogue.

A free text is neither right nor wrong: its mark says what was found in it, and holds the reader's own judgement.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from itertools import combinations

from . import models, parts
from .answers import SPACES, output, read_number, same_output, same_text, trimmed, unit_factor
from .free_text import found_in
from .models import Item

_ROUNDING = 1e-9
_LONGEST_PATH = 200
_CHOICE_KINDS = {"good": "right", "acceptable": "partial", "poor": "wrong"}
_ENDING_KINDS = {"good": "right", "partial": "partial", "poor": "wrong"}
_CHOICE_SCORES = {"good": 1.0, "acceptable": 0.5, "poor": 0.0}
_JUDGEMENTS = {"met": 1.0, "partly": 0.5, "not_yet": 0.0}
_WORD = re.compile(f"[^{SPACES}]+")


@dataclass(frozen=True)
class Note:
    """Feedback on one part of a response.

    Parameters
    ----------
    target : str
        Id of the option, prompt, blank, line or node; ``"n1/a"`` for a choice at a node; ``""`` for the whole item.
    text : str
        The author's feedback, little Markdown; empty for a wrong part that the author says nothing of.
    kind : str
        ``"right"``, ``"wrong"`` or ``"partial"``; of a free text ``"look"`` (a danger), ``"found"``, ``"said"`` (not
        found, the reader says that it is there) or ``"missing"``.
    misconception : str, optional
        Tag of the misconception that the response shows.
    words : tuple of str, optional
        Of a free text: the reader's words that were found.
    """

    target: str
    text: str
    kind: str
    misconception: str | None = None
    words: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Mark:
    """The verdict on a response.

    Parameters
    ----------
    correct : bool or None
        None unless `kind` is ``"marked"``; also None for a free text, which nobody but its reader judges.
    score : float
        From 0 to 1. Of a free text: the reader's own judgement, 0 until it is complete.
    feedback : tuple of Note
        In the order in which to show them.
    kind : str
        ``"marked"``, ``"incomplete"`` or ``"unreadable"``.
    message : str or None
        Key of a sentence in the widgets' catalogue.
    targets : tuple of str
        Ids of the parts that `message` is about.
    """

    correct: bool | None
    score: float
    feedback: tuple[Note, ...] = ()
    kind: str = "marked"
    message: str | None = None
    targets: tuple[str, ...] = ()


def mark(item: Item, response: object) -> Mark:
    """Mark a response.

    Parameters
    ----------
    item : Item
        The question.
    response : object
        JSON-like; its form depends on the type. single: option id. multiple: list of option ids. numeric:
        ``{"value": "12,5 %", "variant": 0}`` or the typed text. ordering: list of ids. matching: ``{prompt: target}``.
        fill: ``{blank: text}``. predict: text. parsons: list of ``{"id": "l1", "indent": 0}``. branching: list of
        choice ids from the start. text: ``{"text": "...", "said": [fact ids], "judged": {"r1": "met"}}``.

    Returns
    -------
    Mark
        Never raises for a malformed response: its mark is of kind ``"unreadable"``.
    """
    return _mark(item, response)


def _incomplete(message: str, targets: Iterable[str] = ()) -> Mark:
    return Mark(None, 0.0, kind="incomplete", message=message, targets=tuple(targets))


def _unreadable(message: str = "unreadable_response") -> Mark:
    return Mark(None, 0.0, kind="unreadable", message=message)


def _is_ids(response: object, known: Iterable[str]) -> bool:
    """Return whether this is a list of known ids, none twice."""
    if not isinstance(response, list) or not all(isinstance(each, str) for each in response):
        return False
    return len(set(response)) == len(response) and set(response) <= set(known)


@singledispatch
def _mark(item: Item, _response: object) -> Mark:
    raise TypeError(f"Items of type {type(item).__name__} cannot be marked.")


@_mark.register
def _single(item: models.SingleItem, response: object) -> Mark:
    if response is None or response == "":
        return _incomplete("choose_one")
    for option in item.options:
        if option.id == response:
            kind = "right" if option.correct else "wrong"
            note = Note(option.id, option.feedback, kind, option.misconception)
            return Mark(option.correct, float(option.correct), (note,))
    return _unreadable()


@_mark.register
def _multiple(item: models.MultipleItem, response: object) -> Mark:
    if response is None or response == []:
        return _incomplete("choose_some")
    if not _is_ids(response, (option.id for option in item.options)):
        return _unreadable()
    notes = [
        Note(
            option.id,
            option.feedback,
            "right" if option.correct == (option.id in response) else "wrong",
            option.misconception if option.correct != (option.id in response) else None,
        )
        for option in item.options
    ]
    return _shares(notes)


def _shares(notes: list[Note], first: tuple[Note, ...] = ()) -> Mark:
    """Return a mark whose score is the share of right notes; wrong ones are shown before the others."""
    right = sum(note.kind == "right" for note in notes)
    ordered = sorted(notes, key=lambda note: note.kind == "right")
    return Mark(right == len(notes), right / len(notes), (*first, *ordered))


@_mark.register
def _numeric(item: models.NumericItem, response: object) -> Mark:
    if not isinstance(response, Mapping):
        response = {"value": response}
    typed, index = response.get("value"), response.get("variant", 0)
    if typed is None:
        return _incomplete("type_number")
    if not isinstance(typed, str) or isinstance(index, bool) or index not in range(len(item.variants)):
        return _unreadable()
    if not trimmed(typed):
        return _incomplete("type_number")
    values, rest = read_number(typed)
    if not values:
        return _unreadable("number_unreadable")
    factor = unit_factor(rest, item.unit_of_answer)
    if factor is None:
        return _unreadable("number_unit" if item.unit_of_answer else "number_alone")
    # A fraction is a share: 3/4 is 0.75, and 75 %.
    factors = (factor, 100.0) if not rest and "/" in typed and unit_factor("%", item.unit_of_answer) == 1 else (factor,)
    values = [value * each for value in values for each in factors]
    variant = item.variants[int(index)]
    # A mark that can be read in two ways ("22,222") is read in the reader's favour.
    if any(within(value, variant.answer, item.tolerance) for value in values):
        return Mark(True, 1.0, (Note("", variant.feedback.correct, "right"),))
    for slip in variant.slips:
        if any(within(value, slip.value, slip.tolerance) for value in values):
            return Mark(False, 0.0, (Note("", slip.feedback, "wrong", slip.misconception),))
    return Mark(False, 0.0, (Note("", variant.feedback.otherwise, "wrong"),))


def within(value: float, centre: float, tolerance: float) -> bool:
    """Return whether a value lies within the tolerance, not counting the rounding of binary numbers.

    Examples
    --------
    >>> within(0.3, 0.1, 0.2), within(0.31, 0.1, 0.2)
    (True, False)
    """
    return abs(value - centre) <= tolerance + _ROUNDING * max(1.0, abs(centre))


@_mark.register
def _ordering(item: models.OrderingItem, response: object) -> Mark:
    ids = [element.id for element in item.elements]
    if response is None:
        return _incomplete("order_all", ids)
    if not _is_ids(response, ids):
        return _unreadable()
    if len(response) < len(ids):
        return _incomplete("order_all", [each for each in ids if each not in response])
    pairs = list(combinations(ids, 2))
    score = sum(response.index(first) < response.index(second) for first, second in pairs) / len(pairs)
    if response == ids:
        return Mark(True, 1.0, (Note("", item.feedback.correct, "right"),))
    return Mark(False, score, (_wrong_order(item, response),))


def _wrong_order(item: models.OrderingItem | models.ParsonsItem, order: list[str]) -> Note:
    for slip in item.slips:
        first, second = slip.before
        if first in order and second in order and order.index(first) < order.index(second):
            return Note(first, slip.feedback, "wrong", slip.misconception)
    return Note("", item.feedback.otherwise, "wrong")


@_mark.register
def _matching(item: models.MatchingItem, response: object) -> Mark:
    prompts = [prompt.id for prompt in item.prompts]
    if response is None:
        return _incomplete("match_all", prompts)
    if not isinstance(response, Mapping) or not set(response) <= set(prompts):
        return _unreadable()
    still_open = [prompt for prompt in prompts if response.get(prompt) in (None, "")]
    known = {target.id for target in item.targets}
    if any(
        not isinstance(response[each], str) or response[each] not in known for each in prompts if each not in still_open
    ):
        return _unreadable()
    if still_open:
        return _incomplete("match_all", still_open)
    notes = []
    for prompt in item.prompts:
        chosen = response[prompt.id]
        if chosen == prompt.answer:
            notes.append(Note(prompt.id, prompt.feedback, "right"))
            continue
        # What is said of the right partner would give it away: without words of its own a wrong one gets none.
        wrong = prompt.wrong.get(chosen, parts.WrongPair(""))
        notes.append(Note(prompt.id, wrong.feedback, "wrong", wrong.misconception))
    return _shares(notes, (_overall(item, notes),))


def _overall(item: models.MatchingItem | models.FillItem, notes: list[Note]) -> Note:
    if all(note.kind == "right" for note in notes):
        return Note("", item.feedback.correct, "right")
    return Note("", item.feedback.otherwise, "wrong")


@_mark.register
def _fill(item: models.FillItem, response: object) -> Mark:
    if response is None:
        return _incomplete("fill_all", item.blanks)
    if not isinstance(response, Mapping) or not set(response) <= set(item.blanks):
        return _unreadable()
    if not all(text is None or isinstance(text, str) for text in response.values()):
        return _unreadable()
    still_open = [name for name in item.blanks if not trimmed(response.get(name) or "")]
    for name, blank in item.blanks.items():
        if blank.choices and name not in still_open and response[name] not in blank.choices:
            return _unreadable()
    if still_open:
        return _incomplete("fill_all", still_open)
    notes = [_blank_note(name, blank, response[name]) for name, blank in item.blanks.items()]
    return _shares(notes, (_overall(item, notes),))


def _blank_note(name: str, blank: parts.Blank, typed: str) -> Note:
    if any(same_text(typed, accepted) for accepted in blank.accept):
        return Note(name, blank.feedback, "right")
    for slip in blank.slips:
        if same_text(typed, slip.match):
            return Note(name, slip.feedback, "wrong", slip.misconception)
    return Note(name, "", "wrong")


@_mark.register
def _predict(item: models.PredictItem, response: object) -> Mark:
    if response is None:
        return _incomplete("type_output")
    if not isinstance(response, str):
        return _unreadable()
    if not output(response):
        return _incomplete("type_output")
    if any(same_output(response, accepted) for accepted in item.accept):
        return Mark(True, 1.0, (Note("", item.feedback.correct, "right"),))
    for slip in item.slips:
        if same_output(response, slip.match):
            return Mark(False, 0.0, (Note("", slip.feedback, "wrong", slip.misconception),))
    return Mark(False, 0.0, (Note("", item.feedback.otherwise, "wrong"),))


@_mark.register
def _parsons(item: models.ParsonsItem, response: object) -> Mark:
    if response is None or response == []:
        return _incomplete("place_lines")
    if not isinstance(response, list) or not all(isinstance(each, Mapping) for each in response):
        return _unreadable()
    order = [each.get("id") for each in response]
    indents = [each.get("indent", 0) for each in response]
    false_lines = {line.id: line for line in item.distractors}
    right_lines = {line.id: line for line in item.lines}
    if not _is_ids(order, [*right_lines, *false_lines]) or not all(type(indent) in (int, float) for indent in indents):
        return _unreadable()
    used = [false_lines[each] for each in order if each in false_lines]
    if len(order) < len(right_lines) and not used:
        return _incomplete("lines_missing")
    # Lines with the same text may be swapped: the program that is read is the same.
    texts = [right_lines[each].text if each in right_lines else None for each in order]
    wanted = [line.text for line in item.lines]
    places = [
        text == line.text and indent == line.indent
        for text, indent, line in zip(texts, indents, item.lines, strict=False)
    ]
    score = sum(places) / max(len(order), len(wanted))
    if texts == wanted and all(places):
        return Mark(True, 1.0, (Note("", item.feedback.correct, "right"),))
    if used:
        return Mark(False, score, tuple(Note(line.id, line.feedback, "wrong", line.misconception) for line in used))
    if texts == wanted:
        shifted = tuple(each for each, fits in zip(order, places, strict=True) if not fits)
        note = Note("", item.feedback.otherwise, "wrong")
        return Mark(False, score, (note,), message="check_indent", targets=shifted)
    return Mark(False, score, (_wrong_order(item, order),))


@_mark.register
def _branching(item: models.BranchingItem, response: object) -> Mark:
    if response is None:
        response = []
    if not isinstance(response, list) or len(response) > _LONGEST_PATH:
        return _unreadable()
    place, notes, scores = item.start, [], []
    for chosen in response:
        choice = next((each for each in item.nodes[place].choices if each.id == chosen), None)
        if choice is None:
            return _unreadable()
        kind = _CHOICE_KINDS[choice.quality]
        notes.append(Note(f"{place}/{choice.id}", choice.feedback, kind, choice.misconception))
        scores.append(_CHOICE_SCORES[choice.quality])
        place = choice.next
    node = item.nodes[place]
    if not node.ending:
        return _incomplete("continue_conversation", [place])
    notes.append(Note(place, node.feedback or "", _ENDING_KINDS[node.ending]))
    return Mark(node.ending == "good", sum(scores) / len(scores), tuple(notes))


@_mark.register
def _text(item: models.TextItem, response: object) -> Mark:
    if response is None:
        return _incomplete("write_text")
    if not isinstance(response, dict) or not set(response) <= {"text", "said", "judged"}:
        return _unreadable()
    text, said, judged = response.get("text"), response.get("said", []), response.get("judged", {})
    if not isinstance(text, str) or not _is_ids(said, [fact.id for fact in item.facts]):
        return _unreadable()
    if not isinstance(judged, dict) or not set(judged) <= set(item.rubric_ids):
        return _unreadable()
    if not all(isinstance(each, str) and each in _JUDGEMENTS for each in judged.values()):
        return _unreadable()
    found = found_in(item, text)
    # "You have cancer." is short, and has to be shown.
    if len(_WORD.findall(text)) < item.fewest_words and not any(found[danger.id] for danger in item.dangers):
        return _incomplete("write_text")
    words = {name: tuple(text[start:end] for start, end in places) for name, places in found.items()}
    notes = [
        Note(danger.id, danger.feedback, "look", danger.misconception, words[danger.id])
        for danger in item.dangers
        if words[danger.id]
    ]
    for fact in item.facts:
        kind = "found" if words[fact.id] else "said" if fact.id in said else "missing"
        notes.append(Note(fact.id, fact.feedback if kind == "missing" else "", kind, words=words[fact.id]))
    if len(judged) < len(item.rubric):
        return Mark(None, 0.0, tuple(notes), message="judge_text")
    score = sum(_JUDGEMENTS[each] for each in judged.values()) / len(judged)
    return Mark(None, score, tuple(notes), message="self_judged")
