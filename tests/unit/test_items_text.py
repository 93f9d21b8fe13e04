"""The little Markdown becomes data; nothing an author writes can become an element."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.items import rich
from ai2med.items.text import blank_names, plain, safe_link


def one(markdown):
    (paragraph,) = rich(markdown)
    return paragraph


@pytest.mark.parametrize(
    ("markdown", "runs"),
    [
        ("plain", [{"t": "plain"}]),
        (
            "**bold** *em* _em_ `code`",
            [
                {"t": "bold", "b": True},
                {"t": " "},
                {"t": "em", "i": True},
                {"t": " "},
                {"t": "em", "i": True},
                {"t": " "},
                {"t": "code", "c": True},
            ],
        ),
        ("**bold *and em***", [{"t": "bold ", "b": True}, {"t": "and em", "b": True, "i": True}]),
        ("`a * b` and `**kwargs`", [{"t": "a * b", "c": True}, {"t": " and "}, {"t": "**kwargs", "c": True}]),
        ("n_estimators and max_depth", [{"t": "n_estimators and max_depth"}]),
        ("2 * 3 * 4", [{"t": "2 * 3 * 4"}]),
        (r"\*not em\*", [{"t": "*not em*"}]),
        ("[page](../x.html)", [{"t": "page", "href": "../x.html"}]),
        ("[**page**](https://example.org/a?b=c#d)", [{"t": "page", "href": "https://example.org/a?b=c#d", "b": True}]),
        ("[page](data:text/html,x)", [{"t": "[page](data:text/html,x)"}]),
        ("{{n}}", [{"t": "{{n}}"}]),
        ("**open", [{"t": "**open"}]),
        ("``a`b``", [{"t": "a`b", "c": True}]),
    ],
)
def test_runs(markdown, runs):
    made = one(markdown)
    assert [dict(sorted(run.items())) for run in made] == [dict(sorted(run.items())) for run in runs]


def test_a_blank_line_starts_a_paragraph_and_a_line_break_is_a_space():
    assert rich("one\ntwo\n\n  \nthree") == [[{"t": "one two"}], [{"t": "three"}]]
    assert rich("  \n ") == []


def test_blanks_are_runs_where_they_are_wanted():
    assert one_blank("Of {{n}} **people**") == [{"t": "Of "}, {"blank": "n"}, {"t": " "}, {"t": "people", "b": True}]
    assert blank_names("{{a}} `{{b}}` {{a_1}} {{Not}}") == ["a", "a_1"]


def one_blank(markdown):
    (paragraph,) = rich(markdown, blanks=True)
    return paragraph


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "\\\\evil",
        "mailto:a@b",
        "http:evil",
        "https:///",
        "java\tscript:x",
        "vbscript:x",
        "https://a b",
        'https://a"b',
        "",
        "x:y",
        "https://a\n",
    ],
)
def test_unsafe_links(href):
    assert safe_link(href) is (href == "https:///")


@pytest.mark.parametrize("href", ["#a", "x.html", "../x/y.html#z", "/moocs/x.html", "https://example.org/ä", "?q=1"])
def test_safe_links(href):
    assert safe_link(href)


MARKS = st.text(alphabet="*_`[](){}\\ab <>&:/\n\u202e\u05d0", max_size=60)


@given(MARKS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_only_runs_of_known_fields(markdown):
    for paragraph in rich(markdown, blanks=True):
        for run in paragraph:
            assert set(run) <= {"t", "b", "i", "c", "href"} or set(run) == {"blank"}
            assert "href" not in run or safe_link(run["href"])
            assert run.get("t") != ""
    assert json.loads(json.dumps(rich(markdown))) == rich(markdown)


@given(st.text(alphabet="abc <>&\"'\u05d0", max_size=60))
def test_text_without_marks_stays_as_it_is(text):
    assert plain(text) == " ".join(text.split())


@pytest.mark.parametrize("text", ["*" * 5000, "[" * 5000, "`" * 5000, "**a" * 1600, "_a " * 1600, "{{" * 2500])
def test_the_longest_text_is_read_quickly(text):
    started = time.perf_counter()
    assert set(plain(text)) <= set(text)
    assert time.perf_counter() - started < 2
