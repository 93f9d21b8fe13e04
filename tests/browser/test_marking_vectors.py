"""The page marks as Python does: the hand-checked vectors, and many random responses besides."""

import json
import random
from itertools import chain
from pathlib import Path

import pytest
import yaml
from bounded import evaluate_within

from ai2med.curriculum import load_curriculum
from ai2med.items import item_json, load_items, mark, rich, shuffled, variant_index
from ai2med.items.answers import read_number
from ai2med.items.free_text import found_in
from ai2med.items.text import plain

TESTS = Path(__file__).parents[1]
WIDGETS = TESTS.parent / "src" / "ai2med" / "widgets"
BANK = load_items(TESTS / "unit" / "fixtures" / "items" / "every_type.items.yml")
CATALOGUE = TESTS / "content" / "free_texts.yml"
VECTORS = json.loads((TESTS / "unit" / "items_vectors.json").read_text(encoding="utf-8"))

MARK_ALL = """async ([items, responses]) => {
  const { mark } = await import("./marking.mjs");
  return responses.map(([name, response]) => mark(items[name], response));
}"""


@pytest.fixture
def module_page(page, serve, tmp_path):
    """A page that can import marking.mjs, and nothing else."""
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,">', encoding="utf-8"
    )
    (tmp_path / "marking.mjs").write_bytes((WIDGETS / "knowledge_check" / "marking.mjs").read_bytes())
    page.goto(serve(tmp_path))
    return page


def in_page(page, responses):
    """Return the marks that the page gives to pairs of item name and response."""
    items = {item.name: item_json(item) for item in BANK}
    return evaluate_within(page, MARK_ALL, [items, responses])


def in_python(name, response):
    """Return Python's mark in the form that the page gives it."""
    made = mark(BANK[name], response)
    notes = [
        {
            "target": note.target,
            "text": rich(note.text),
            "kind": note.kind,
            "misconception": note.misconception,
            **({} if note.words is None else {"words": list(note.words)}),
        }
        for note in made.feedback
    ]
    return {
        "kind": made.kind,
        "correct": made.correct,
        "score": pytest.approx(made.score, abs=1e-12),
        "message": made.message,
        "targets": list(made.targets),
        "feedback": notes,
    }


def test_the_page_agrees_with_every_vector(module_page):
    marks = in_page(module_page, [[vector["item"], vector["response"]] for vector in VECTORS])
    for vector, made in zip(VECTORS, marks, strict=True):
        expected = vector["expected"]
        shown = [[note["target"], note["kind"], note["misconception"], note["text"]] for note in made.pop("feedback")]
        wanted = [[*note[:3], rich(note[3])] for note in expected["feedback"]]
        assert shown == wanted, vector
        assert made == {
            **{key: expected[key] for key in ("kind", "correct", "message", "targets")},
            "score": pytest.approx(expected["score"], abs=1e-6),
        }, vector


IDS = [
    "a",
    "b",
    "c",
    "d",
    "e1",
    "e2",
    "e3",
    "p1",
    "p2",
    "t1",
    "t2",
    "t3",
    "l1",
    "l2",
    "l3",
    "l4",
    "d1",
    "z",
    "constructor",
]
TYPED = [
    *(
        "",
        " ",
        "8.3",
        "8,3",
        "8.3%",
        "1000",
        "1,000",
        "1.000",
        "1 000",
        "\u20098\u202f333,0",
        "-8",
        "\u22128.3",
        "8-9",
        "1/2",
        "11/12 %",
        "\u22123/4",
        "two women",
        "85 of 100",
        "8.300",
        "5 mg",
    ),
    *("90", "91.7", "1,000 %", "100", "9" * 120, "1e3", "1E-1 %", "one in ten", "nine in ten", "PPV", "ppv "),
    *("Positive  predictive\u00a0value", "2\ndone", "2 \r\ndone\n", "1.6\ndone", "<script>", "ערך", "İ", "e\u0301"),
    *("\ufeff1\ufeff", "٣", "８", "1\u00852", "constructor", "__proto__"),
]


PHRASES = [
    "20 of 100 become ill.",
    "You will\u00a0be ill!",
    "A doctor looks at it,",
    "no doctor looks",
    "the computer  decides",
]
PHRASES += [
    "20\u202f%",
    "twenty in a hundred \U0001f642",
    "you\u2019re going to be ill",
    "Doctors\u2014we\u2014decide",
    *TYPED[:8],
]


def random_response(chance, item):
    """Return a response that is near a proper one, or anything at all."""
    if chance.random() < 0.15:
        return chance.choice(
            [None, True, 0, 1.5, "", [], {}, [[]], [None], {"id": []}, chance.choice(TYPED), chance.choice(IDS)]
        )
    match item.type:
        case "single":
            return chance.choice(IDS)
        case "multiple":
            return chance.sample("abcd", chance.randint(0, 4))
        case "ordering":
            return chance.sample(["e1", "e2", "e3"], chance.randint(2, 3))
        case "matching":
            return {prompt: chance.choice(["t1", "t2", "t3", "t1", "", "z"]) for prompt in ("p1", "p2")}
        case "fill":
            likely = {"n": ["1000", "1,000", "100"], "share": ["one in ten", "nine in ten"], "name": ["PPV", "ppv "]}
            return {name: chance.choice(chance.choice([texts, texts, TYPED])) for name, texts in likely.items()}
        case "numeric":
            return {"value": number_text(chance), "variant": chance.choice([0, 0, 1, 1, 2, -1, None, "1", 0.5])}
        case "predict":
            return chance.choice(TYPED)
        case "parsons":
            lines = chance.sample(["l1", "l2", "l3", "l4", "d1"], chance.randint(3, 5))
            if chance.random() < 0.5:
                lines = sorted(lines, key=lambda line: line[::-1])
            return [{"id": line, "indent": int(line == "l3" or chance.random() < 0.1)} for line in lines]
        case "branching":
            return [chance.choice("abc") for _ in range(chance.randint(0, 3))]
        case "text":
            return {
                "text": " ".join(chance.choices(PHRASES, k=chance.randint(1, 4))),
                "said": chance.sample(["count", "decides"], chance.randint(0, 2)),
                "judged": {
                    line: chance.choice(["met", "partly", "not_yet"])
                    for line in ("r1", "r2", "r3")[: chance.randint(0, 3)]
                },
            }
    raise AssertionError(f"No responses for items of type {item.type}")


def number_text(chance):
    """Return digits, marks and spaces as a person or a cat may type them."""
    if chance.random() < 0.4:
        return chance.choice(TYPED)
    parts = chance.choices(
        ["0", "8", "33", "000", ".", ",", " ", "\u2009", "-", "\u2212", "e", "%", " %", "x"], k=chance.randint(1, 6)
    )
    return "".join(parts)


def test_the_page_agrees_with_python_on_random_responses(module_page):
    chance = random.Random(20261001)
    pairs = [[item.name, random_response(chance, item)] for item in BANK for _ in range(250)]
    marks = in_page(module_page, pairs)
    for (name, response), made in zip(pairs, marks, strict=True):
        assert made == in_python(name, response), (name, response)
    verdicts = {(name, made["kind"], made["correct"]) for (name, _), made in zip(pairs, marks, strict=True)}
    # A free text is never right or wrong.
    assert len(verdicts) == 4 * len(BANK) - 1


FIND_ALL = """async ([items, pairs]) => {
  const { foundIn } = await import("./marking.mjs");
  return pairs.map(([name, text]) => Object.fromEntries(foundIn(items[name], text)));
}"""


def test_the_page_finds_in_a_text_what_python_finds(module_page):
    """Every wording of the book's catalogue (tests/content), and each model answer, at the same places."""
    banks = (load_items(unit.items_path) for unit in load_curriculum().units if unit.items_path.is_file())
    items = {item.id: item for bank in banks for item in bank if item.type == "text"}
    written = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    pairs = [[name, plain(item.model)] for name, item in items.items()]
    for name, entry in written.items():
        texts = [*entry["unseen"], *entry["safe"], *chain(*entry["facts"].values(), *entry["dangers"].values())]
        pairs += [[name, text] for text in texts]
    made = evaluate_within(module_page, FIND_ALL, [{name: item_json(item) for name, item in items.items()}, pairs])
    for (name, text), found in zip(pairs, made, strict=True):
        expected = {key: [list(place) for place in places] for key, places in found_in(items[name], text).items()}
        assert found == expected, (name, text)


def test_the_page_reads_numbers_as_python_does(module_page):
    chance = random.Random(7)
    typed = [*TYPED, *(number_text(chance) for _ in range(1500))]
    read = module_page.evaluate(
        'async (typed) => { const { readNumber } = await import("./marking.mjs"); return typed.map(readNumber); }',
        typed,
    )
    for text, made in zip(typed, read, strict=True):
        values, rest = read_number(text)
        assert (made["values"], made["rest"]) == (list(values), rest), ascii(text)


def test_the_page_shuffles_and_chooses_variants_as_python_does(module_page):
    seeds = [*TYPED[:-1], *(f"2.2.4-q{number:02}" for number in range(60))]
    made = module_page.evaluate(
        """async (seeds) => {
          const { shuffled, variantIndex } = await import("./marking.mjs");
          return seeds.map((seed, index) => [
            shuffled(Array.from({ length: index % 9 }, (_, place) => place), seed),
            variantIndex(1 + (index % 7), seed, index),
          ]);
        }""",
        seeds,
    )
    for index, (seed, (order, variant)) in enumerate(zip(seeds, made, strict=True)):
        assert order == shuffled(range(index % 9), seed)
        assert variant == variant_index(1 + index % 7, seed, index)
