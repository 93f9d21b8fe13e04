"""MyST becomes Markdown that Jupyter shows as it stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from ai2med.exercises.plain import Book, plain_markdown, split_at_marks
from ai2med.law import format_date, law_date

ROOT = Path(__file__).parent / "fixtures/exercises/good"
BOOK = Book(
    ROOT,
    ROOT / "moocs/mooc9/ward_rounds/counting_stays.md",
    ROOT / "workbook/mooc9",
    {"u911_share": 33.3333, "u911_site": "C"},
)

CASES = {
    "term": ("A {term}`cohort` and {term}`stays <stay>`.", "A cohort and stays."),
    "one source": ("So {cite:p}`three2021`.", "So (Novak et al., 2021)."),
    "two sources": ("{cite:p}`three2021,who2021`", "(Novak et al., 2021; World Health Organization, 2021)"),
    "source in the sentence": ("{cite:t}`who2021` says", "World Health Organization (2021) says"),
    "unknown source": ("So {cite:p}`nobody`.", "So ."),
    "page": ("{doc}`/moocs/mooc9/ward_rounds/counting_stays`", "*Counting Stays*"),
    "page beside": ("{doc}`counting_stays`", "*Counting Stays*"),
    "page with words": ("{doc}`this page </index>`", "this page"),
    "missing page": ("{doc}`/moocs/no_such_page`", "*no such page*"),
    "glued": ("{glue:text}`u911_share:.1f` in {glue:text}`u911_site`", "33.3 in C"),
    "not computed yet": ("{glue:text}`u911_x:.1f`", "`u911_x`"),
    "sub": ("SpO{sub}`2`", "SpO<sub>2</sub>"),
    "math role": ("{math}`x^2`", "$x^2$"),
    "note": (":::{note}\nOne.\n\nTwo.\n:::", "> **Note**\n>\n> One.\n>\n> Two."),
    "titled": ("```{admonition} Mind the gap\n:class: tip\nText.\n```", "> **Mind the gap**\n>\n> Text."),
    "case": (":::{case} A night\nAna.\n:::", "> **Case: A night**\n>\n> Ana."),
    "discussion": (
        ":::{discussion} Why?\nTo plan.\n:::",
        "**Why?**\n\n<details>\n<summary>A model answer</summary>\n\nTo plan.\n\n</details>",
    ),
    "nested": (
        "::::{note}\n:::{dropdown} More\n{term}`Stay`.\n:::\n::::",
        "> **Note**\n>\n> <details>\n> <summary>More</summary>\n>\n> Stay.\n>\n> </details>",
    ),
    "dropped": ("Before.\n\n:::{teacher-notes}\nTiming.\n:::\n\nAfter.", "Before.\n\nAfter."),
    "task": (":::{task} t1\nCount.\n:::", "Count."),
    "questions": (":::{check} q01 q02\n:::", "> **Questions.** The book's page asks them here, and answers."),
    "explorable": ("```{explorable} icon-array\nwhat: a cold\n```", "> **To try out.** The book's page shows it here."),
    "list table": (
        ":::{list-table} Wards\n:header-rows: 1\n\n* - Ward\n  - Stays\n* - North | South\n  - three\n    of them\n:::",
        "*Wards*\n\n| Ward | Stays |\n| --- | --- |\n| North \\| South | three of them |",
    ),
    "table": (":::{table} Wards\n| a |\n|---|\n| 1 |\n:::", "*Wards*\n\n| a |\n|---|\n| 1 |"),
    "code": ("```python\n{term}`kept`\n:::{note}\n```", "```python\n{term}`kept`\n:::{note}\n```"),
    "code block": ("```{code-block} python\nx = 1\n```", "```python\nx = 1\n```"),
    "math": ("```{math}\nx\n```", "$$\nx\n$$"),
    "figure": (
        ":::{figure} flow.svg\n:alt: Three boxes\nThe flow.\n:::",
        "![Three boxes](../../moocs/mooc9/ward_rounds/flow.svg)\n\n*The flow.*",
    ),
    "image": ("![A map](/_static/map.svg)", "![A map](../../_static/map.svg)"),
    "image elsewhere": ("![A map](https://example.org/map.svg)", "![A map](https://example.org/map.svg)"),
    "target": ("(a-label)=\n## Heading", "## Heading"),
    "unclosed": (":::{note}\nText.", "> **Note**\n>\n> Text."),
    "stray": ("Text.\n:::\nMore.", "Text.\nMore."),
    "in a list": ("- One\n\n  :::{tip}\n  Two.\n  :::", "- One\n\n  > **Tip**\n  >\n  > Two."),
}


@pytest.mark.parametrize(("myst", "markdown"), CASES.values(), ids=CASES)
def test_construct(myst, markdown):
    assert plain_markdown(myst, BOOK) == markdown


def test_an_explorable_is_a_cell_of_its_own_and_no_fold_closes_around_it():
    page = ":::{deeper} Look\n```{explorable} icon-array\nwhat: a cold\nprevalence: 2\n```\n:::"
    parts = list(split_at_marks(plain_markdown(page, replace(BOOK, mark=True))))
    assert parts == [("text", "**Look**"), ("explorable", "\"icon-array\", what='a cold', prevalence=2")]


def test_a_date_of_law_is_the_date_in_the_books_one_table():
    shown = plain_markdown("From {law-date}`ai-act-in-force`.", BOOK)
    assert shown == f"From {format_date(law_date('ai-act-in-force'))}."


def test_without_references_a_citation_leaves_nothing_behind():
    book = Book(ROOT / "nowhere", ROOT / "nowhere/a.md", ROOT)
    assert plain_markdown("So {cite:p}`three2021`", book) == "So "
