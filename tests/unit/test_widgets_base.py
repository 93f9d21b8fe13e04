"""What every widget writes into a built page and a notebook."""

import json
import re
from html.parser import HTMLParser

import pytest
import traitlets

from ai2med.widgets._base import Widget

HOSTILE = "</script><script>alert(1)</script><!-- \"quoted\" & 'single' ‮rtl"


class Sample(Widget):
    module = "knowledge_check.mjs"
    words = traitlets.Unicode(HOSTILE).tag(sync=True)
    secret = traitlets.Unicode("kept in the kernel")

    def describe(self):
        return self.words


class Reader(HTMLParser):
    """Collects elements, and text by the element it stands in."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.stack = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.stack.append(tag)

    def handle_endtag(self, tag):
        self.stack.pop()

    def handle_data(self, data):
        self.texts[self.stack[-1]] = self.texts.get(self.stack[-1], "") + data


def test_hostile_text_stays_text_in_the_page():
    read = Reader(Sample().page_html())
    assert [tag for tag, _ in read.tags] == ["div", "script", "p"]
    assert json.loads(read.texts["script"]) == {"words": HOSTILE}
    assert read.texts["p"] == HOSTILE


def test_only_synced_traits_reach_the_page():
    assert Sample().page_state() == {"words": HOSTILE}


def test_the_element_names_widget_and_module():
    _, attributes = Reader(Sample().page_html()).tags[0]
    assert attributes["data-widget"] == "knowledge-check"
    assert attributes["data-module"] == "knowledge_check.mjs"


def test_a_notebook_gets_the_live_widget_and_the_page_the_element():
    data, _ = Sample()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"] == Sample().page_html()
    assert data["text/plain"] == HOSTILE


def test_the_class_carries_one_self_contained_module():
    assert not re.search(r"^import ", Sample._esm, re.M)
    assert "--a2-text" in Sample._css


def test_a_widget_must_describe_itself():
    class Silent(Widget):
        module = "knowledge_check.mjs"

    with pytest.raises(NotImplementedError):
        Silent().describe()
