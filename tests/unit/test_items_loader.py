"""Files that are wrong are refused with file, line, rule and mend; files that are right become checked items."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.items import ContentError, InvalidItem, item_json, load_items, mark, read_items
from ai2med.items.models import SingleItem
from ai2med.items.parts import Option

FIXTURES = Path(__file__).parent / "fixtures" / "items"
EVERY_TYPE = FIXTURES / "every_type.items.yml"
BAD_FILES = sorted((FIXTURES / "bad").glob("*.items.yml"))

ONE_ITEM = """\
unit: "9.1.1"
items:
  - id: q01
    version: 1
    type: single
    outcome: a
    level: apply
    place: inline
    stem: {stem}
    explanation: Because.
    options:
      - {{id: a, text: {text}, correct: true, feedback: {feedback}}}
      - {{id: b, text: "Two", feedback: "No."}}
      - {{id: c, text: "Three", feedback: "No, no."}}
"""


@pytest.fixture(scope="module")
def bank():
    return load_items(EVERY_TYPE)


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.name.removesuffix(".items.yml"))
def test_each_bad_file_is_refused_at_the_expected_lines(path):
    expected = re.findall(r"^# expect: (\d+) (\S+)$", path.read_text(encoding="latin-1"), re.MULTILINE)
    with pytest.raises(ContentError) as caught:
        load_items(path)
    assert sorted((str(problem.line), problem.rule) for problem in caught.value.problems) == sorted(expected)


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.name.removesuffix(".items.yml"))
def test_each_problem_names_file_line_rule_and_mend(path):
    with pytest.raises(ContentError) as caught:
        load_items(path)
    for line in str(caught.value).splitlines():
        assert re.fullmatch(re.escape(str(path)) + r":\d+: [a-z-]+: .+[.?] Mend: .+[.?]", line), line


def test_a_missing_file_is_a_problem_not_a_traceback(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        load_items(tmp_path / "nowhere.items.yml")


def test_every_type_loads_in_the_written_order(bank):
    kinds = ["single", "multiple", "numeric", "ordering", "matching", "fill", "predict", "parsons", "branching", "text"]
    assert [item.type for item in bank] == kinds
    assert [item.id for item in bank][:2] == ["9.1.1-q01", "9.1.1-q02"]


def test_items_are_found_by_name_by_id_and_by_place(bank):
    assert bank["q02"] is bank["9.1.1-q02"]
    assert [item.name for item in bank.at("exercise")] == ["q08"]
    with pytest.raises(KeyError, match="Known: q01"):
        bank["q99"]


def test_lines_point_to_the_parts_of_an_item(bank):
    written = EVERY_TYPE.read_text(encoding="utf-8").splitlines()
    assert "id: q02" in written[bank.line("q02") - 1]
    assert '"100 %"' in written[bank.line("q01", "options", 2, "feedback") - 1]


def test_common_fields_are_read(bank):
    item = bank["q09"]
    assert (item.version, item.outcome, item.level, item.place) == (1, "b", "judge", "closing")
    assert (item.source, item.valid_on) == (("example2020",), date(2026, 10, 1))
    assert bank["q01"].certainty
    assert not item.certainty


def test_words_that_yaml_might_turn_into_something_else_stay_text():
    bank = read_items(ONE_ITEM.format(stem="Why?", text="no", feedback="2026-10-01"))
    assert bank["q01"].key.text == "no"
    assert bank["q01"].key.feedback == "2026-10-01"


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    path = tmp_path / "x.items.yml"
    path.write_bytes(b"\xef\xbb\xbf" + EVERY_TYPE.read_bytes())
    assert len(load_items(path)) == 10


def test_a_model_made_by_hand_checks_itself_too():
    options = (Option("a", "One", "No."), Option("b", "Two", "No."))
    with pytest.raises(InvalidItem, match="No option is right"):
        SingleItem(
            unit="9.1.1", name="q01", version=1, outcome="a", level="apply", place="inline",
            stem="Why?", explanation="So.", options=options,
        )  # fmt: skip


def test_deep_nesting_and_long_files_are_refused():
    for text in ("[" * 100_000, "- " * 5_000 + "x", "a" * 1_000_001, "a: " + "9" * 400 + "e9999"):
        with pytest.raises(ContentError):
            read_items(text)


HOSTILE = [
    "<script>alert(1)</script>",
    "\"quoted\" 'both' `ways`",
    "{{ braces }} {and} $money$",
    "ערך ניבוי חיובי",
    "\u202eright to left\u202c",
    "[click](javascript:alert(1))",
    "]]> <!-- & &amp; \\ \\n",
    "\U0001f9ea" * 20,
    "very long " * 400,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_reaches_page_and_mark_as_text(text):
    bank = read_items(ONE_ITEM.format(stem=_quoted(text), text=_quoted(text), feedback=_quoted(text)))
    wanted = text.strip()
    assert bank["q01"].key.text == wanted
    assert mark(bank["q01"], "a").feedback[0].text == wanted
    made = item_json(bank["q01"])
    for rich in (made["stem"], made["options"][0]["text"], made["options"][0]["feedback"]):
        runs = [run for paragraph in rich for run in paragraph]
        assert "".join(run["t"] for run in runs).split() == wanted.replace("`", "").replace("\\ ", "\\ ").split()
        assert not any("href" in run for run in runs)


def _quoted(text):
    """Write text as YAML's double-quoted scalar, every odd character escaped."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\U{ord(c):08x}" for c in text) + '"'


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_as_a_file_is_refused_politely(text):
    with pytest.raises(ContentError) as caught:
        read_items(text)
    assert all(problem.line >= 1 and problem.mend for problem in caught.value.problems)


_LINES = EVERY_TYPE.read_text(encoding="utf-8").splitlines()


@given(
    st.integers(0, len(_LINES) - 1),
    st.sampled_from(
        ["", "  ", "x: y", "- ", "!!tag z", "&a b", "'", "[", "id: q01", "true", "1e999", "\t", "? a", "---"]
    ),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_loads_or_is_refused_but_never_crashes(index, line, instead):
    text = "\n".join([*_LINES[:index], line, *_LINES[index + instead :]])
    problems, bank = _outcome(text)
    assert all(1 <= problem.line <= len(_LINES) + 2 for problem in problems)
    assert all(item_json(item)["id"] == item.id for item in bank)


def _outcome(text):
    try:
        return (), read_items(text, "x.items.yml")
    except ContentError as error:
        return error.problems, ()


def test_a_date_of_law_is_written_out_from_the_shared_table():
    item = read_items(ONE_ITEM.format(stem="From when? {date:ai-act-devices}.", text="One", feedback="Yes."))["q01"]
    assert item.stem == "From when? 2 August 2028."


def test_an_unknown_date_of_law_is_named_with_its_line():
    with pytest.raises(ContentError) as caught:
        read_items(ONE_ITEM.format(stem="From when?", text='"{date:no-such-act}"', feedback="Yes."), "a.items.yml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("a.items.yml", 12)
    assert "no-such-act" in problem.message
