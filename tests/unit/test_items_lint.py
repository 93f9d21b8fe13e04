"""Each rule of the authoring guide that a machine can see speaks when it is broken, and only then."""

import dataclasses
from pathlib import Path

import pytest

from ai2med.items import load_items, read_items
from ai2med.lint import lint_bank

FIXTURE = Path(__file__).parent / "fixtures" / "items" / "every_type.items.yml"
TEXT = FIXTURE.read_text(encoding="utf-8")
SOURCES = {"example2020"}

LONG = "word " * 61
LAST_OPTION = (
    '\n      - {id: c, text: "100 %", feedback: "It would have to find each ill person.", '
    "misconception: sample-for-hits}"
)
SPECIFICITY = '{id: p2, text: "Specificity", answer: t2, feedback: "Its denominator is the healthy people."}'
LAST_CHOICE = (
    '\n          - {id: b, text: "Nothing.", next: n9, quality: poor, '
    'feedback: "She is left alone with the number.", misconception: no-plan}'
)
SPREAD = '"' + "Discrimination in data of the place where it is used" * 2 + '"'
ENDS_WITH_B = "outcome: b\n    level: judge\n    place: closing\n    source"

# rule, what stands in the fixture, what an author might write instead
BROKEN = [
    ("feedback-length", "That is the share it misses.", LONG),
    ("explanation-length", "Natural frequencies count people.", LONG * 2),
    ("feedback-position", "90 of 100 ill people are found.", "Option B is right because 90 of 100 are found."),
    ("feedback-position", "90 of 100 ill people are found.", "The first option forgets 10 of them."),
    ("feedback-copied", "Length is no measure of fit.", "It says nothing about new patients."),
    ("markup", "Natural frequencies count people.", "Count $x^2$ people."),
    ("markup", "Natural frequencies count people.", "See {term}`calibration` first."),
    ("markup", "Natural frequencies count people.", "An <b>important</b> point."),
    ("markup", "Natural frequencies count people.", '"![a figure](x.png)"'),
    ("link-target", "Natural frequencies count people.", "See [this](javascript:alert(1))."),
    ("hidden-character", "Natural frequencies count people.", '"Count \\u202epeople."'),
    ("stem-question", "What is its **sensitivity**?", "Choose its **sensitivity**."),
    ("negative-stem", "What is its **sensitivity**?", "Which of these is NOT its **sensitivity**?"),
    ("negative-stem", "What is its **sensitivity**?", "Which number is not its **sensitivity**?"),
    ("negative-stem", "What is its **sensitivity**?", "Which of these is least like its **sensitivity**?"),
    ("law-source", "Natural frequencies count people.", "The AI Act asks for it."),
    ("law-source", "    source: [example2020]\n", ""),
    ("law-source", "    explanation: Natural", "    valid_on: 2026-10-01\n    explanation: Natural"),
    ("misconception-missing", ", misconception: training-error", ""),
    ("misconception-missing", ", misconception: complement", ""),
    ("misconception-missing", ", misconception: ppv-for-sensitivity", ""),
    ("misconception-missing", ", misconception: leak", ""),
    ("misconception-missing", ", misconception: no-plan", ""),
    ("misconception-on-key", 'ill people are found."', 'ill people are found.", misconception: counting'),
    ("length-spread", '"Discrimination in local data"', SPREAD),
    ("options-count", LAST_OPTION, ""),
    ("all-of-the-above", '"The number of lines of code"', '"None of the above"'),
    ("all-of-the-above", '"The number of lines of code"', '"Both of these"'),
    ("combined-options", '"The number of lines of code"', '"A and C"'),
    ("combined-options", '"The number of lines of code"', '"Options A and B"'),
    ("absolutes", '"The number of lines of code"', '"A check that always works"'),
    ("absolutes", '"The number of lines of code"', '"The only way is to count lines"'),
    ("vague-words", '"The number of lines of code"', '"The checks that are usually done"'),
    ("slip-is-answer", "{value: 90, tolerance: 0.5", "{value: 8, tolerance: 0.5"),
    ("slip-overlap", "{value: 90, tolerance: 0.5", "{value: 91, tolerance: 0.5"),
    ("gives-away", "That is a per cent base.", "That is a per cent base; it is 1,000."),
    ("gives-away", SPECIFICITY, SPECIFICITY[:-1] + ', wrong: {t1: {feedback: "Healthy ones.", misconception: x}}}'),
    ("choices-count", LAST_CHOICE, ""),
    ("stem-copied", "What does this code print?", "Complete the sentence."),
    ("outcome-unknown", ENDS_WITH_B, ENDS_WITH_B.replace("outcome: b", "outcome: c")),
    ("closing-count", "place: closing\n    stem: Match", "place: inline\n    stem: Match"),
    ("source-unknown", "example2020", "example2021"),
]  # fmt: skip
SECOND_CHANGE = {"closing-count": ("place: closing\n    stem: Complete", "place: inline\n    stem: Complete")}


def _problems(text):
    return lint_bank(read_items(text, "x.items.yml"), "ab", SOURCES)


def test_the_fixture_keeps_every_rule():
    assert _problems(TEXT) == []


@pytest.mark.parametrize(("rule", "old", "new"), BROKEN, ids=lambda text: text[:30])
def test_a_broken_rule_is_named_alone(rule, old, new):
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    if rule in SECOND_CHANGE:
        assert TEXT.count(SECOND_CHANGE[rule][0]) == 1
        text = text.replace(*SECOND_CHANGE[rule])
    assert {problem.rule for problem in _problems(text)} == {rule}


def test_the_problem_points_to_the_line():
    text = TEXT.replace("Length is no measure of fit.", LONG)
    (problem,) = _problems(text)
    assert "size-is-quality" in text.splitlines()[problem.line - 1]
    assert problem.message.startswith("q02: ")


ALLOWED = [
    ("What is its **sensitivity**?", "At least 90 were found. What is its **sensitivity**?"),
    ("What is its **sensitivity**?", "It does not find 10 of them. What is its **sensitivity**?"),
    ('"The number of lines of code"', '"Hospitals A and B together"'),
    ('"The number of lines of code"', '"How many of the lines run"'),
    ('"The number of lines of code"', '"Only the number of lines"'),
    ("Natural frequencies count people.", "Where AUROC < 0.7 and `x > {y}`, 5 * 3 is 15."),
    ("Natural frequencies count people.", "See [the notes](../notes.html) and <https://example.org>."),
]


@pytest.mark.parametrize(("old", "new"), ALLOWED, ids=lambda text: text[:30])
def test_what_only_looks_like_a_mistake_passes(old, new):
    assert TEXT.count(old) == 1
    assert _problems(TEXT.replace(old, new)) == []


SINGLE = """
  - id: q{n:02}
    version: 1
    type: single
    outcome: {outcome}
    level: {level}
    place: closing
    stem: "Case {n}. {question}"
    explanation: Because.
    options:
      - {{id: a, text: "{a}", feedback: "On a {n}."{key_a}}}
      - {{id: b, text: "{b}", feedback: "On b {n}."{key_b}}}
      - {{id: c, text: "{c}", feedback: "On c {n}."{key_c}}}
"""


def _bank(keys, levels=None, outcomes=None, question="What now?", a="Look again", b="Ask a nurse", c="Go on now"):
    texts = {"question": question, "a": a, "b": b, "c": c}
    items = []
    for index, key in enumerate(keys):
        marks = {f"key_{each}": ", correct: true" if each == key else ", misconception: guess" for each in "abc"}
        outcome = outcomes[index] if outcomes else "ab"[index % 2]
        level = levels[index] if levels else "apply"
        items.append(SINGLE.format(n=index + 1, outcome=outcome, level=level, **texts, **marks))
    return read_items('unit: "9.1.1"\nitems:' + "".join(items))


def _rules(bank, outcomes="ab"):
    return [problem.rule for problem in lint_bank(bank, outcomes)]


def test_the_right_option_must_not_be_the_longest():
    assert _rules(_bank("abcabc", b="Ask them both")) == ["key-longest", "key-longest"]


EQUAL = {"a": "Look again", "b": "Ask nurses", "c": "Go on then"}


@pytest.mark.parametrize("keys", ["aaaabc", "ababab", "bbbbbb", "bbba"])
def test_keys_in_few_positions_are_reported(keys):
    assert "key-positions" in _rules(_bank(keys, **EQUAL))


@pytest.mark.parametrize("keys", ["abcabc", "aabbca", "cabbac"])
def test_keys_in_all_positions_are_fine(keys):
    assert _rules(_bank(keys, **EQUAL)) == []


def test_too_much_recall_is_reported():
    levels = ["recall", "recall", "recall", "apply", "judge", "apply"]
    assert _rules(_bank("abcabc", levels, **EQUAL)) == ["levels"]


def test_each_outcome_needs_two_items_and_a_place_in_the_knowledge_check():
    assert _rules(_bank("abcabc", outcomes="aaaaab", **EQUAL)) == ["outcome-coverage"]
    assert _rules(_bank("abcabc", outcomes="aaabbb", **EQUAL), "abc") == ["closing-coverage", "outcome-coverage"]


def test_a_word_of_the_question_only_in_the_key_is_a_clue():
    words = {"a": "Recalibrate it", "b": "Ask for nurses", "c": "Go on with it."}
    rules = _rules(_bank("abcabc", question="What means to recalibrate a model?", **words))
    assert rules == ["clue-words", "clue-words"]
    words["b"] = "Recalibrate us"
    assert _rules(_bank("abcabc", question="What means to recalibrate a model?", **words)) == []


def test_the_length_of_figures_tells_nothing():
    assert _rules(_bank("abcabc", a="9 %", b="18 %", c="18.25 %")) == []


def test_a_good_reply_may_be_the_longest_at_half_of_the_nodes_only():
    text = TEXT.replace("It may well be wrong, so let us look at it together.", "It may be wrong.")
    assert [problem.rule for problem in _problems(text)] == ["key-longest"]


def test_problems_come_in_the_order_of_the_file():
    bank = load_items(FIXTURE)
    problems = lint_bank(dataclasses.replace(bank, file="x"), "abcdefgh", set())
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(problems) > 5
