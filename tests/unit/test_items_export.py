"""The JSON holds what a page needs, ready to show, and nothing that must be computed or parsed there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai2med.items import item_json, load_items, rich, shuffled, variant_index

BANK = load_items(Path(__file__).parent / "fixtures" / "items" / "every_type.items.yml")


@pytest.mark.parametrize("item", BANK.items, ids=lambda item: item.type)
def test_every_type_is_plain_json_with_the_common_fields(item):
    made = item_json(item)
    assert json.loads(json.dumps(made)) == made
    assert (made["id"], made["type"], made["version"]) == (item.id, item.type, item.version)
    assert made["stem"][0][0]["t"]
    assert made["explanation"][0][0]["t"]


def test_numeric_variants_come_computed():
    made = item_json(BANK["q03"])
    assert [variant["parameters"] for variant in made["variants"]] == [{"prevalence": 1}, {"prevalence": 20}]
    first, second = made["variants"]
    assert first["answer"] == pytest.approx(100 * 90 / (90 + 990))
    assert second["slips"][1]["value"] == pytest.approx(100 - second["answer"])
    assert second["slips"][1]["tolerance"] == 0.2
    assert made["stem"] == first["stem"]
    assert "20 are ill" in second["stem"][0][0]["t"]
    assert second["feedback"]["correct"] == [[{"t": "Right, 69.2 %."}]]


@pytest.mark.parametrize(
    ("name", "written"),
    [("q04", ["e1", "e2", "e3"]), ("q05", ["t1", "t2", "t3"]), ("q08", ["l1", "l2", "l3", "l4", "d1"])],
)
def test_shuffled_parts_are_all_shown_in_another_order(name, written):
    shown = item_json(BANK[name])["shown"]
    assert sorted(shown) == sorted(written)
    assert shown != written


def test_dates_and_sources_are_text():
    made = item_json(BANK["q09"])
    assert (made["valid_on"], made["source"]) == ("2026-10-01", ["example2020"])
    assert item_json(BANK["q01"])["valid_on"] is None


def test_blanks_are_marked_in_the_text():
    (paragraph,) = item_json(BANK["q06"])["text"]
    assert [run["blank"] for run in paragraph if "blank" in run] == ["n", "share", "name"]


@given(st.lists(st.integers(), min_size=2, max_size=12, unique=True), st.text(max_size=20))
def test_a_shuffle_keeps_all_values_and_never_the_order(values, seed):
    made = shuffled(values, seed)
    assert sorted(made) == sorted(values)
    assert made != values
    assert made == shuffled(values, seed)


def test_seeds_matter_and_positions_are_spread():
    orders = {tuple(shuffled("abcd", f"seed {number}")) for number in range(400)}
    assert len(orders) == 23


@given(st.integers(1, 9), st.text(max_size=9))
def test_attempts_walk_through_the_variants(count, seed):
    assert {variant_index(count, seed, attempt) for attempt in range(count)} == set(range(count))


@pytest.mark.parametrize(
    ("words", "if_right", "if_wrong"),
    [
        ("Right. Bars are read.", "Bars are read.", None),
        ("Yes: one in two.", "One in two.", None),
        ("Not right. **Bars** are read.", None, "**Bars** are read."),
        ("Rightly so.", None, None),
        ("Right.", None, None),
    ],
)
def test_feedback_does_not_repeat_the_verdict_beside_which_it_stands(words, if_right, if_wrong):
    options = tuple(replace(option, feedback=words) for option in BANK["q01"].options)
    for option in item_json(replace(BANK["q01"], options=options))["options"]:
        assert option["feedback"] == rich((if_right if option["correct"] else if_wrong) or words)


def test_the_sign_behind_a_gap_belongs_to_the_gap():
    text = "{{n}} %. Then {{share}} of ten ({{name}}); no more."
    assert item_json(replace(BANK["q06"], text=text))["text"] == [
        [
            {"blank": "n", "tail": " %."},
            {"t": " Then "},
            {"blank": "share"},
            {"t": " of ten ("},
            {"blank": "name", "tail": ");"},
            {"t": " no more."},
        ]
    ]
