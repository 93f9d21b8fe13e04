"""What a page says of the law that it shows: as of which day, and which of its dates come later."""

from datetime import date
from types import SimpleNamespace

import pytest

from ai2med.book.notes import later_dates, law_day, page_notes
from ai2med.law import law_states

STATE = law_states()["AI Act"]
DATE = ("law", "ai-act-devices")


def item(valid_on, source):
    return SimpleNamespace(valid_on=valid_on, source=(source,))


@pytest.mark.parametrize(
    ("keys", "items", "day"),
    [
        (set(), [], None),
        ({DATE}, [], STATE),
        ({("article", "gdpr 22")}, [], law_states()["GDPR"]),
        # The oldest of all that a page says is the day that a reader can rely on.
        ({DATE}, [item(date(2026, 9, 1), "ai_act_2024"), item(STATE, "ai_act_2024")], date(2026, 9, 1)),
        (set(), [item(date(2026, 9, 1), "gdpr_2016")], date(2026, 9, 1)),
        # What is valid on a day need not be law: a score of a medical society is none.
        (set(), [item(date(2026, 9, 1), "news2_2017")], None),
        (set(), [item(None, "gdpr_2016")], None),
    ],
)
def test_the_day_of_which_a_page_shows_the_law(keys, items, day):
    assert law_day(keys, items) == day


def test_only_later_dates_that_stand_on_the_page_are_counted_in_order_and_with_their_acts():
    body = 'By 2 August 2028 or "2026-12-02"; since 2 August 2026, from 1 May 2027.'
    assert later_dates(body, date(2026, 10, 1)) == [
        ("2026-12-02", "2 December 2026 (AI Act)"),
        ("2028-08-02", "2 August 2028 (AI Act)"),
    ]


def test_a_page_carries_the_meanings_of_the_terms_that_it_links_and_of_no_others():
    body = '<a href="../../glossary.html#term-a">A</a> <a href="elsewhere.html#term-b">B</a>'
    definitions = {"term-a": ("a", "First."), "term-b": ("b", "Second.")}
    assert page_notes(body, definitions) == {"term-a": ("a", "First.")}
