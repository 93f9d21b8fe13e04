"""Counts and grades match texts counted by hand, and the leaflet checks see what is missing."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai2med.explorables.leaflet import CHECKS, RULES, as_data, check_leaflet, select
from ai2med.readability import (
    flesch_kincaid_grade,
    lix,
    measure,
    normalise,
    reading_ease,
    sentences,
    smog,
    syllables,
    words,
)

VECTORS = json.loads((Path(__file__).parent / "fixtures" / "readability_vectors.json").read_text(encoding="utf-8"))
BY_HAND = [(word, int(count)) for count, listed in VECTORS["syllables"].items() for word in listed.split()]


@pytest.mark.parametrize(("word", "count"), BY_HAND)
def test_syllables_as_spoken(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize("vector", VECTORS["texts"], ids=lambda vector: vector["text"][:20] or "empty")
def test_counts_as_counted_by_hand(vector):
    made = measure(vector["text"])
    assert (made.words, made.sentences, made.syllables) == (vector["words"], vector["sentences"], vector["syllables"])


def test_formulas_give_the_published_values():
    # 30 polysyllables in 30 sentences give SMOG 8.8; one word of one syllable gives the formulas' constants.
    assert smog("We read the medicine. " * 30) == pytest.approx(3.1291 + 1.0430 * 30**0.5)
    assert flesch_kincaid_grade("Go.") == pytest.approx(0.39 + 11.8 - 15.59)
    assert reading_ease("Go.") == pytest.approx(206.835 - 1.015 - 84.6)
    assert lix("Hospitals help us.") == pytest.approx(3 + 100 / 3)


def test_long_sentences_and_long_words_raise_the_grade():
    plain, joined = "We called. You came. We looked.", "We called, you came, we looked."
    assert flesch_kincaid_grade(joined) > flesch_kincaid_grade(plain)
    assert flesch_kincaid_grade("An abnormality necessitated clarification.") > flesch_kincaid_grade("We saw a spot.")


def test_text_without_words_has_no_grade():
    made = measure(" … 。")
    assert (made.words, made.grade, made.ease, made.smog, made.lix) == (0, None, None, None, None)


def test_an_initial_ends_a_sentence_only_at_the_end_of_the_text():
    assert sentences("Ask Dr. K. She decides. Ask K.") == ["Ask Dr. K. She decides.", "Ask K."]


def test_one_form_of_quotes_and_spaces():
    assert words("don\u2019t") == words("don't") == ["don't"]
    assert normalise("a\u00a0b\r\nc") == "a b\nc"


@given(st.text(max_size=200))
def test_any_text_can_be_measured(text):
    made = measure(text)
    assert made.words == len(words(text))
    assert made.sentences <= made.words <= made.syllables
    assert len(check_leaflet(text)) == len(CHECKS)


@pytest.mark.parametrize("vector", VECTORS["leaflets"], ids=lambda vector: vector["text"][:20])
def test_leaflet_checks_find_what_is_missing(vector):
    assert [finding.id for finding in check_leaflet(vector["text"]) if not finding.ok] == vector["missing"]


def test_two_groups_are_named_in_the_finding():
    finding = check_leaflet("7 of 1,000 women, 1 of 8 sisters.", ["one-denominator"])[0]
    assert not finding.ok
    assert set(finding.found) == {"1000", "8"}
    assert "different groups" in finding.message


def test_false_comfort_quotes_the_words():
    finding = check_leaflet("Rest assured.", ["no-false-comfort"])[0]
    assert "“rest assured”" in finding.message


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A program marked this spot.", True),
        ("Program and doctor agree.", True),
        ("A computer programme marked this spot.", True),
        ("The machine marked this spot.", True),
        ("A doctor (and a program) looked.", True),
        ("Our screening programme invites you.", False),
        ("The programme invites all women.", False),
        ("The screening program invites you.", False),
        ("Cancer-screening programs invite you.", False),
        ("Come to the X-ray machine.", False),
    ],
)
def test_organised_care_and_scanners_are_no_computer_program(text, named):
    assert check_leaflet(text, ["ai-named"])[0].ok is named


def test_half_and_half_needs_both_halves():
    assert not check_leaflet("5 of 10 women are ill.", ["both-frames"])[0].ok
    assert check_leaflet("5 of 10 women are ill, the other 5 are not.", ["both-frames"])[0].ok


def test_every_message_is_short_and_every_check_has_patterns_for_its_kind():
    for check in CHECKS:
        assert 5 <= len(check.message.split()) <= 40, check.id
        assert len(check.mixed.split()) <= 40, check.id
        assert bool(check.patterns) == (check.kind in ("need", "avoid")), check.id
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_rules_travel_as_json():
    data = json.loads(json.dumps({"rules": RULES, "checks": as_data(select())}))
    assert [check["id"] for check in data["checks"]] == [check.id for check in CHECKS]


def test_an_unknown_check_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"No leaflet check is called 'tone'\. Choose from: one-denominator"):
        check_leaflet("x", ["tone"])
