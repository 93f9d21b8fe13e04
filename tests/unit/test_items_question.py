"""What of a stem asks: it is shown bold and names the fields, in the page as a script shows it and without scripts."""

import pytest

from ai2med.items.question import with_question
from ai2med.items.text import rich
from ai2med.widgets.knowledge_check.static_items import rich_html


def asked(stem):
    return "".join(run["t"] for runs in with_question(rich(stem)) for run in runs if run.get("q"))


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [
        ("Ten fell. Which rate is it?", "Which rate is it?"),
        ("Is it an AI system? And whose duty is it? Choose one.", "Is it an AI system? And whose duty is it?"),
        ("Is one bed free?\n\nThe ward is full. **Which patient waits?** Nothing is graded.", "Which patient waits?"),
        # Whole sentences in bold are the author's choice; a label, and a word in bold, are not.
        ("Ten cards. **Sort them.** Who is first?", "Sort them."),
        ("**Units.** The column says mg. What do you do?", "What do you do?"),
        ("**Duties 1 to 7: who?** Match each with one.", "Duties 1 to 7: who?"),
        ("**Order the steps.**", "Order the steps."),
        ("Two rates. What is the **sensitivity**?", "What is the sensitivity?"),
        ("For her, **which of these hold?**", "For her, which of these hold?"),
        # Abbreviations and numbers end none.
        ("A scene. Put the steps of Art. 6 in order, e.g. Dr. Kos's 3.5 first.", None),
        ('A vendor asks: "Why now?" His model is new. Match it with "of whom?"', 'Match it with "of whom?"'),
        ("**Recalibrate on the early months.** `lp` is a column. Is it?", "Is it?"),
        ("Early months. **Recalibrate.** `lp` is a column.", "Recalibrate."),
        # Without a question the last instruction asks; what is only told does not.
        ("A team meets. Lead the talk to an end. It lasts an hour.", "Lead the talk to an end."),
        ("Ten cards. Then complete the sentences.", "Then complete the sentences."),
    ],
)
def test_the_question_of_a_stem(stem, wanted):
    assert asked(stem) == (wanted or stem.partition(". ")[2])


@pytest.mark.parametrize(
    "stem",
    [
        "A test has ended. You sit beside Samira.",
        "Ana rings. Four facts should arrive: of 100 women 82 are well; a doctor decides; the date.",
    ],
)
def test_a_stem_that_only_tells_a_scene_asks_nothing(stem):
    assert asked(stem) == ""


def test_marking_changes_no_word_and_no_style():
    stem = rich("A *b* `c`. **D e** f? [G](x.html).")
    made = with_question(stem)
    assert "".join(run["t"] for run in made[0]) == "".join(run["t"] for run in stem[0])
    assert [run for run in made[0] if run.get("b")] == [{"t": "D e", "b": True, "q": True}]


def test_the_question_stands_in_one_element_also_without_scripts():
    html = rich_html(with_question(rich("Ten fell. Which *rate* is it? Guess.")))
    assert html == ('<p dir="auto">Ten fell. <span class="a2-kc-question">Which <em>rate</em> is it?</span> Guess.</p>')
