"""Questions as plain HTML: complete, escaped, folded."""

import copy
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ai2med.items import item_json, load_items
from ai2med.widgets import KnowledgeCheck
from ai2med.widgets.knowledge_check.static_items import items_html, rich_html, state_script

FILE = Path(__file__).parents[1] / "browser" / "fixtures" / "all_types.items.yml"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=\"alert(2)\"> & 'x' ‮"
VOID = {"br", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads the HTML, fails on elements that are not closed in order, and sorts the text by folded or not."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.stack, self.elements, self.folded, self.shown, self.script = [], [], "", "", ""
        self.feed(text)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if "script" in self.stack:
            self.script += data
        elif "details" in self.stack:
            self.folded += data
        else:
            self.shown += data


@pytest.fixture(scope="module")
def items():
    return [item_json(item) for item in load_items(FILE)]


def hostile(value):
    """Put the hostile text into every text of an item, and leave ids and enumerations alone."""
    if isinstance(value, list):
        return [hostile(each) for each in value]
    if isinstance(value, dict):
        return {
            key: HOSTILE if key == "t" or (key == "text" and isinstance(each, str)) else hostile(each)
            for key, each in value.items()
        }
    return value


def test_every_item_shows_its_question_and_folds_its_answer(items):
    page = Page(items_html(items, {"a": "Choose"}, "closing"))
    shown = [attrs["data-item-id"] for _, attrs in page.elements if "data-item-id" in attrs]
    assert shown == [item["id"] for item in items]
    assert sum(tag == "details" for tag, _ in page.elements) == len(items)
    for words in ("A split by date of admission", "print(len(ages) + 1)", "Lines at hand", "Calibration"):
        assert words in page.shown
    for words in (
        "repeats the leap of the use",
        "A random split mixes",
        "8 people",
        "Lines to leave out",
        "Good choice",
    ):
        assert words in page.folded
        assert words not in page.shown


def test_gaps_have_their_number_in_the_text_and_in_the_answers(items):
    item = copy.deepcopy(next(item for item in items if item["type"] == "fill"))
    # However the file lists them, they are counted in the order of the text.
    item["blanks"] = dict(reversed(item["blanks"].items()))
    page = Page(items_html([item], {}, "inline"))
    assert "Of 1gap 1\xa0 women called back, 2gap 2\xa0 have cancer." in page.shown
    assert "Gap 2: 9 / 18 / 90" in page.shown
    assert "Of 1100 women called back, 218 have cancer." in page.folded
    assert "Gap 1: Those called back are the group.Gap 2: 18 of 100" in page.folded


def test_models_and_their_json_give_the_same_page(items):
    assert items_html(load_items(FILE), {}, "inline") == items_html(items, {}, "inline")


def test_the_state_is_what_the_module_needs(items):
    state = json.loads(Page(items_html(items, {"a": "Choose"}, "closing", "Title")).script)
    assert state == {"unit": "2.2.4", "title": "Title", "items": items, "outcomes": {"a": "Choose"}, "mode": "closing"}


def test_hostile_texts_stay_text_in_every_type(items):
    nasty = [hostile(copy.deepcopy(item)) for item in items]
    for item in nasty:
        if item["type"] == "predict":
            item["code"] = item["accept"][0] = HOSTILE
        if item["type"] == "fill":
            item["blanks"]["k"]["choices"] = item["blanks"]["k"]["accept"] = [HOSTILE]
        if item["type"] == "numeric":
            item["answer_unit"] = HOSTILE
    page = Page(items_html(nasty, {"a": HOSTILE}, "closing", HOSTILE))
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert page.shown.count("alert(1)") >= len(items)
    assert json.loads(page.script)["items"] == nasty


def test_only_the_closing_check_has_headings(items):
    tags = {
        mode: [tag for tag, _ in Page(items_html(items[:1], {}, mode)).elements]
        for mode in ("inline", "opening", "exercise", "closing")
    }
    assert [mode for mode, found in tags.items() if "h3" in found] == ["closing"]


def test_the_static_part_is_marked_for_print(items):
    fallback = [
        attrs
        for _, attrs in Page(items_html(items, {}, "inline")).elements
        if "ai2med-fallback" in attrs.get("class", "")
    ]
    assert len(fallback) == 1
    assert "data-print" in fallback[0]


@pytest.mark.parametrize(
    ("given", "mode", "words"), [([], "inline", "at least one item"), (None, "final", "Unknown mode 'final'")]
)
def test_what_cannot_be_shown_is_refused(items, given, mode, words):
    with pytest.raises(ValueError, match=words):
        items_html(items if given is None else given, {}, mode)


def test_rich_text_keeps_marks_and_links():
    run = {"t": "x < y", "b": True, "c": True, "href": "https://example.org/?a=1&b=2"}
    link = '<a href="https://example.org/?a=1&amp;b=2"><strong><code>x &lt; y</code></strong></a>'
    assert rich_html([[run]]) == f'<p dir="auto">{link}</p>'
    assert rich_html([[{"t": "a"}], [{"t": "b"}]], inline=True) == '<span dir="auto">a b</span>'


def test_a_state_never_holds_a_tag():
    text = state_script({"a": "<!-- </script>"})
    assert text.count("<") == 2


def test_the_widget_and_the_directive_write_the_same_element(items):
    widget = KnowledgeCheck(unit="2.2.4", items=items, outcomes={"a": "Choose"}, mode="inline")
    assert widget.page_html() == items_html(items, {"a": "Choose"}, "inline")
    assert widget.describe() == "Knowledge check of unit 2.2.4: 9 questions."
    assert widget.page_state() == json.loads(Page(widget.page_html()).script)
