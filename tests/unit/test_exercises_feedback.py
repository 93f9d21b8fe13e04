"""Feedback as a learner meets it: HTML, Markdown, text and data."""

import json
from html.parser import HTMLParser

from ai2med.exercises import Feedback

FAILED = Feedback(False, "You counted `n < 3` & <b>more</b>.", "Look at **hours**.", "2.2.4-t1", key="horizon")
PASSED = Feedback(True, "All checks hold.", "", "2.2.4-t1", praise="You kept to the horizon.")


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_html_announces_itself_and_names_task_and_mistake():
    tag, attributes = Elements(FAILED._repr_html_()).seen[0]
    assert tag == "div"
    assert attributes["role"] == "status"
    assert attributes["data-task-id"] == "2.2.4-t1"
    assert attributes["data-passed"] == "false"
    assert attributes["data-key"] == "horizon"
    assert "ai2med-feedback-failed" in attributes["class"].split()


def test_the_verdict_is_a_word_and_a_symbol_not_only_a_colour():
    assert Elements(FAILED._repr_html_()).text.startswith("✗ Not yet.")
    assert Elements(PASSED._repr_html_()).text.startswith("✓ Passed.")


def test_html_sets_no_text_colour_and_no_background_so_both_themes_work():
    style = Elements(PASSED._repr_html_()).seen[0][1]["style"]
    assert "background" not in style
    assert not any(rule.split(":")[0].strip() == "color" for rule in style.split(";"))


def test_what_a_learner_typed_is_escaped_and_inline_markdown_is_shown():
    page = Elements(FAILED._repr_html_())
    assert "b" not in [tag for tag, _ in page.seen]
    assert [tag for tag, _ in page.seen].count("code") == 1
    assert "You counted n < 3 & <b>more</b>." in page.text
    assert "Hint: Look at hours." in page.text


def test_markdown_and_text_say_the_same():
    assert FAILED._repr_markdown_().startswith("**✗ Not yet.** You counted")
    assert FAILED._repr_markdown_().endswith("**Hint:** Look at **hours**.")
    assert str(PASSED) == repr(PASSED) == "✓ Passed. All checks hold.\n  You kept to the horizon."


def test_data_is_json_and_keeps_the_traceback_to_itself():
    odd = Feedback(False, "m", "h", "2.2.4-t1", debug="Traceback")
    assert json.loads(json.dumps(odd.as_dict())) == {
        "passed": False,
        "message": "m",
        "hint": "h",
        "task": "2.2.4-t1",
        "key": "",
        "praise": "",
    }
    assert "Traceback" not in odd._repr_html_() + odd._repr_markdown_() + str(odd)
