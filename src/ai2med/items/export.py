"""Items as JSON for ``knowledge_check.mjs`` and later exporters.

Texts that an author writes in little Markdown become rich text (see `ai2med.items.text`), so that no page ever parses
HTML from data. Code, accepted answers and choices stay plain strings. Numeric items come with every variant computed:
JavaScript does no arithmetic on an author's expressions. Feedback does not repeat the verdict beside which it stands.
"""

from collections.abc import Iterable
from functools import singledispatch

from . import models, parts
from .free_text import source
from .models import Item
from .order import shuffled
from .question import with_question
from .runs import with_tails, without_verdict
from .text import Rich, rich


def item_json(item: Item) -> dict:
    """Return an item as plain JSON-ready values.

    Returns
    -------
    dict
        ``id``, ``unit``, ``version``, ``type``, ``outcome``, ``level``, ``place``, ``certainty``, ``source``,
        ``valid_on``, ``stem`` and ``explanation`` (rich text; what asks in the stem carries ``q``), and the fields of
        the type: the YAML names, rich text instead of Markdown, ``shown`` for the order in which shuffled parts are
        displayed.
    """
    made = {
        "id": item.id,
        "unit": item.unit,
        "version": item.version,
        "type": item.type,
        "outcome": item.outcome,
        "level": item.level,
        "place": item.place,
        "certainty": item.certainty,
        "source": list(item.source),
        "valid_on": item.valid_on.isoformat() if item.valid_on else None,
        "stem": with_question(rich(item.stem)),
        "explanation": rich(item.explanation),
    }
    return {**made, **_fields(item)}


def _overall(feedback: parts.Overall) -> dict[str, Rich]:
    return {
        "correct": without_verdict(rich(feedback.correct), "right"),
        "otherwise": without_verdict(rich(feedback.otherwise), "wrong"),
    }


def _told(part, **fields) -> dict:
    return {**fields, "feedback": rich(part.feedback), "misconception": part.misconception}


def _judged(part, *, right: bool = False, **fields) -> dict:
    """Return what is told beside the word "right" or "not right"."""
    told = _told(part, **fields)
    return {**told, "feedback": without_verdict(told["feedback"], "right" if right else "wrong")}


def _labelled(labelled: Iterable[parts.Labelled]) -> list[dict]:
    return [{"id": part.id, "text": rich(part.text)} for part in labelled]


def _order_slips(slips: Iterable[parts.OrderSlip]) -> list[dict]:
    return [_judged(slip, before=list(slip.before)) for slip in slips]


def _text_slips(slips: Iterable[parts.TextSlip]) -> list[dict]:
    return [_judged(slip, match=slip.match) for slip in slips]


@singledispatch
def _fields(item: Item) -> dict:
    raise TypeError(f"Items of type {type(item).__name__} cannot be exported.")


@_fields.register(models.SingleItem)
@_fields.register(models.MultipleItem)
def _options(item: models.SingleItem | models.MultipleItem) -> dict:
    return {
        "options": [
            _judged(option, right=option.correct, id=option.id, text=rich(option.text), correct=option.correct)
            for option in item.options
        ]
    }


@_fields.register
def _numeric(item: models.NumericItem) -> dict:
    variants = [
        {
            "parameters": dict(variant.parameters),
            "stem": with_question(rich(variant.stem)),
            "explanation": rich(variant.explanation),
            "answer": variant.answer,
            "tolerance": item.tolerance,
            "feedback": _overall(variant.feedback),
            "slips": [_judged(slip, value=slip.value, tolerance=slip.tolerance) for slip in variant.slips],
        }
        for variant in item.variants
    ]
    first = {name: variants[0][name] for name in ("stem", "explanation")}
    return {**first, "answer_unit": item.unit_of_answer, "variants": variants}


@_fields.register
def _ordering(item: models.OrderingItem) -> dict:
    return {
        "elements": _labelled(item.elements),
        "shown": shuffled([element.id for element in item.elements], item.id),
        "slips": _order_slips(item.slips),
        "feedback": _overall(item.feedback),
    }


@_fields.register
def _matching(item: models.MatchingItem) -> dict:
    return {
        "targets": _labelled(item.targets),
        "shown": shuffled([target.id for target in item.targets], item.id),
        "prompts": [
            {
                "id": prompt.id,
                "text": rich(prompt.text),
                "answer": prompt.answer,
                "feedback": without_verdict(rich(prompt.feedback), "right"),
                "wrong": {target: _judged(pair) for target, pair in prompt.wrong.items()},
            }
            for prompt in item.prompts
        ],
        "feedback": _overall(item.feedback),
    }


@_fields.register
def _fill(item: models.FillItem) -> dict:
    blanks = {
        name: {
            "accept": list(blank.accept),
            "choices": list(blank.choices) or None,
            "feedback": without_verdict(rich(blank.feedback), "right"),
            "slips": _text_slips(blank.slips),
        }
        for name, blank in item.blanks.items()
    }
    return {
        "text": [with_tails(runs) for runs in rich(item.text, blanks=True)],
        "blanks": blanks,
        "feedback": _overall(item.feedback),
    }


@_fields.register
def _predict(item: models.PredictItem) -> dict:
    return {
        "code": item.code,
        "accept": list(item.accept),
        "slips": _text_slips(item.slips),
        "feedback": _overall(item.feedback),
    }


@_fields.register
def _parsons(item: models.ParsonsItem) -> dict:
    lines = [{"id": line.id, "text": line.text, "indent": line.indent} for line in item.lines]
    distractors = [_told(line, id=line.id, text=line.text) for line in item.distractors]
    return {
        "lines": lines,
        "distractors": distractors,
        "shown": shuffled([line["id"] for line in (*lines, *distractors)], item.id),
        "indents": item.indents,
        "slips": _order_slips(item.slips),
        "feedback": _overall(item.feedback),
    }


@_fields.register
def _branching(item: models.BranchingItem) -> dict:
    nodes = {
        name: {
            "says": rich(node.says),
            "thinks": rich(node.thinks) if node.thinks else None,
            "choices": [
                _told(choice, id=choice.id, text=rich(choice.text), next=choice.next, quality=choice.quality)
                for choice in node.choices
            ],
            "ending": node.ending,
            "feedback": rich(node.feedback) if node.feedback else None,
        }
        for name, node in item.nodes.items()
    }
    return {"start": item.start, "nodes": nodes}


@_fields.register
def _text(item: models.TextItem) -> dict:
    facts = [
        {
            "id": fact.id,
            "label": rich(fact.label),
            "find": list(map(source, fact.find)),
            "feedback": rich(fact.feedback),
        }
        for fact in item.facts
    ]
    return {
        "facts": facts,
        "dangers": [_told(danger, id=danger.id, find=list(map(source, danger.find))) for danger in item.dangers],
        "rubric": [{"id": name, "text": rich(line)} for name, line in zip(item.rubric_ids, item.rubric, strict=True)],
        "model": rich(item.model),
        "fewest_words": item.fewest_words,
    }
