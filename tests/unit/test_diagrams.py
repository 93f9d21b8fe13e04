"""The text of a diagram is read, told in words, laid out and drawn; mistakes name line and mend."""

import re
import xml.etree.ElementTree as ET

import pytest

from ai2med.diagrams import drawing, read_diagram
from ai2med.diagrams.dot import INK, Layout
from ai2med.diagrams.drawing import NARROWEST, WIDEST, draw, svg_html, width_of
from ai2med.diagrams.grid import layouts
from ai2med.diagrams.lint import lint_diagrams
from ai2med.diagrams.words import words_html
from ai2med.problems import ContentError

TEXTS = {
    "flow": "a: First step\nloop: Every day {\n  b: {term}`Second <AUROC>` step\n}\na -> b: then\nb -> a: again",
    "decision": "q: Is it raining?\ntake: Take a coat\nleave: Leave it\nq -> take: yes\nq -> leave: no",
    "lanes": "Nurse | measures\nDoctor | judges the result | high\nNurse | writes it down",
    "sequence": "Nurse -> Doctor: calls\nDoctor: thinks\nDoctor -> Nurse: answers: go on",
    "layers": "Screen: list | alert\nModel: {term}`threshold <AUROC>`",
    "timeline": "Monday: asked\n{law-date}`ai-act-devices`: applies",
}
DESCRIPTION = "What it shows, in a sentence."


def read(kind, text=None):
    return read_diagram(kind, TEXTS[kind] if text is None else text, "A title", DESCRIPTION, "page.md", 10)


def complaints(kind, text, title="A title", description=DESCRIPTION):
    with pytest.raises(ContentError) as caught:
        read_diagram(kind, text, title, description, "page.md", 10)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_labels_hold_terms_and_dates_of_law():
    graph = read("flow").body
    assert graph.node("b").label.text == "Second step"
    assert graph.node("b").label.term == "AUROC"
    assert graph.node("b").box == "loop"
    assert read("timeline").body.rows[1][0].text == "2 August 2028"


def test_lanes_and_people_come_in_the_order_of_the_text():
    assert read("lanes").body.actors == ("Nurse", "Doctor")
    assert [row[2].text for row in read("sequence").body.rows] == ["calls", "thinks", "answers: go on"]


@pytest.mark.parametrize(
    ("kind", "text", "line", "message"),
    [
        ("flow", "a: One\na -> b", 11, "No line describes the step 'b'"),
        ("flow", "a: One\na: Two", 11, "described twice"),
        ("flow", "a: One\nb: Two\nc: Three\na -> b", 12, "No arrow leads to or from 'c'"),
        ("flow", "box: Never closed {\na: One", 11, "never closed"),
        ("flow", "a: One\n}", 11, "closes nothing"),
        ("flow", "a = One", 10, "Not understood"),
        ("flow", "", 10, "empty"),
        ("lanes", "Nurse: measures", 10, "Not understood"),
        ("timeline", "{law-date}`no-such-law`: applies", 10, "no-such-law"),
        ("decision", "q: Is it?\na: Yes then\nq -> a: yes", 10, "needs two or more arrows"),
        ("decision", "q: Is it?\na: A\nb: B\nq -> a: yes\nq -> b", 10, "each with its answer"),
        ("decision", "q: It is.\na: A\nq -> a: yes", 10, "no question, yet arrows leave it"),
        ("decision", "q: Is?\nr: Was?\nq -> r: yes\nq -> r: no\nr -> q: yes\nr -> q: no", 10, "circle"),
        ("decision", "q: A?\nr: B?\na: C\nq -> a: x\nq -> a: y\nr -> a: x\nr -> a: y", 10, "one beginning; here: q, r"),
    ],
)
def test_a_mistake_names_its_line(kind, text, line, message):
    assert any(number == line and message in said for number, said in complaints(kind, text))


def test_title_description_and_kind_are_required():
    assert "no title" in complaints("flow", TEXTS["flow"], title=" ")[0][1]
    assert "no description" in complaints("flow", TEXTS["flow"], description="Short.")[0][1]
    assert "no kind of diagram 'cloud'" in complaints("cloud", "a: One")[0][1]


def test_lint_finds_the_diagrams_of_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# A\n\n```{{diagram}} flow\n:title: T\n:description: {DESCRIPTION}\n\na: One\na -> b\n```\n")
    assert [problem.line for problem in lint_diagrams(page)] == [8]
    page.write_text("text\n```{diagram} flow\n:title: T\n")
    assert "never closed" in next(lint_diagrams(page)).message


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_is_drawn_in_the_books_colours_and_fits(kind):
    found = layouts(read(kind))
    drawings = draw(found.values())
    assert width_of(drawings[found["wide"]]) <= WIDEST
    if "narrow" in found:
        assert width_of(drawings[found["narrow"]]) <= NARROWEST
    for drawn in drawings.values():
        ET.fromstring(re.sub(r"xlink:", "", drawn))
        assert not re.search(r'(?:fill|stroke)="(?:black|white|#)', drawn)
        assert not any(ink in drawn for ink in INK.values())
        assert "var(--a2-" in drawn
        assert "font-family" not in drawn
        assert ' id="' not in drawn


def test_the_same_layout_gives_the_same_bytes_and_comes_from_the_cache(tmp_path, monkeypatch):
    wanted = list(layouts(read("lanes")).values())
    monkeypatch.setattr(drawing.paths, "root", lambda: tmp_path)
    first = draw(wanted)
    kept = sorted((tmp_path / ".cache" / "diagrams").iterdir())
    assert [path.suffix for path in kept] == [".svg"]
    monkeypatch.setattr(drawing, "_graphviz", lambda _layouts: pytest.fail("Drawn again."))
    assert draw(wanted) == first
    monkeypatch.undo()
    assert draw(wanted) == first


def test_all_new_drawings_are_one_call(tmp_path, monkeypatch):
    calls = []
    graphviz = drawing._graphviz
    monkeypatch.setattr(drawing.paths, "root", lambda: tmp_path)
    monkeypatch.setattr(drawing, "_graphviz", lambda new: calls.append(len(new)) or graphviz(new))
    draw([Layout("dot", "digraph { a }"), Layout("dot", "digraph { b }"), Layout("dot", "digraph { a }")])
    assert calls == [2]


def test_graphvizs_own_words_reach_the_author(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing.paths, "root", lambda: tmp_path)
    with pytest.raises(RuntimeError, match="syntax error"):
        draw([Layout("dot", "digraph {")])


def test_a_drawing_has_a_name_a_description_and_links_to_terms():
    found = layouts(read("flow"))["wide"]
    html = svg_html(draw([found])[found], "d1", "Title <1>", DESCRIPTION, lambda term: f"glossary.html#{term}")
    assert '<title id="d1-t">Title &lt;1&gt;</title>' in html
    assert f'<desc id="d1-d">{DESCRIPTION}</desc>' in html
    assert 'role="group"' in html
    assert '<a href="glossary.html#AUROC">' in html
    assert "term:" not in html


def test_words_tell_every_part_once():
    told = {kind: words_html(read(kind), lambda term: f"#{term}") for kind in TEXTS}
    assert told["lanes"].startswith("<ol><li><strong>Nurse:</strong> measures</li>")
    assert "<em>high:</em> judges the result" in told["lanes"]
    assert "<strong>Nurse to Doctor:</strong> calls" in told["sequence"]
    assert "<strong>Doctor:</strong> thinks" in told["sequence"]
    assert '<a href="#AUROC">threshold</a>' in told["layers"]
    assert "<strong>no:</strong> Leave it" in told["decision"]
    assert told["flow"].count("Second step") == 2  # as a step, and where the first leads


def test_a_decision_tree_in_words_leads_from_question_to_question():
    text = "q: A?\nr: B?\nx: X\ny: Y\nq -> r: yes\nq -> y: no\nr -> x: yes\nr -> y: no"
    assert "<strong>yes:</strong> go to question 2" in words_html(read("decision", text), lambda _term: "")


def test_notebooks_tell_a_diagram_in_words(tmp_path):
    from pathlib import Path

    from ai2med.exercises.plain import Book, plain_markdown

    page = f"```{{diagram}} lanes\n:title: Rounds\n:description: {DESCRIPTION}\n\n{TEXTS['lanes']}\n```"
    told = plain_markdown(page, Book(Path(), Path("a.md"), Path()))
    assert told.startswith(f"**Rounds.** {DESCRIPTION}")
    assert "<strong>Nurse:</strong> measures" in told
