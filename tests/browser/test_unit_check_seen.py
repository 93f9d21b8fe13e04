"""The visit of ``ai2med unit`` tells what is amiss on a built page, and is content with one that is sound."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.unit_check import visit

pytestmark = pytest.mark.browser

UNIT = load_curriculum().unit("2.2.4")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><main><h1>A page</h1>{body}</main></body></html>"""


def wide_figure():
    """Return a picture of seven inches, as Matplotlib writes it."""
    made = io.BytesIO()
    Image.new("RGB", (770, 10)).save(made, "PNG", dpi=(110, 110))
    return f"data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}"


def apart(*folders):
    """Visit in a thread of its own: the tests' own browser keeps this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(visit.visit, UNIT, *folders).result(200)


def visited(tmp_path, body, docname=UNIT.exercise_docname):
    path = tmp_path / "html" / f"{docname}.html"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE.format(body=body), encoding="utf-8")
    return apart(tmp_path / "html", tmp_path)


def test_a_sound_page_has_no_problem_and_four_pictures(tmp_path):
    pictures, problems = visited(tmp_path, "<p>Text.</p>")
    assert problems == []
    assert [picture.name for picture in pictures] == [
        "exercise-1280-light.png",
        "exercise-1280-dark.png",
        "exercise-390-light.png",
        "exercise-390-dark.png",
    ]
    assert all(picture.stat().st_size > 1000 for picture in pictures)


def test_each_planted_fault_is_told_of_the_source(tmp_path):
    body = (
        '<img src="nowhere.png"><div style="width: 700px">wide</div><script>console.error("said")</script>'
        '<div data-widget="w" data-module="m" data-state="error">x</div>'
        '<svg width="300" height="20" role="img" aria-label="A"><text y="15" font-size="9">small</text></svg>'
        f'<div class="cell_output"><img alt="A wide figure" style="width: 100%" src="{wide_figure()}"></div>'
    )
    _, problems = visited(tmp_path, body)
    assert {problem.rule for problem in problems} == {
        "browser-axe",
        "browser-console",
        "browser-letters",
        "browser-overflow",
        "browser-request",
        "browser-widget",
    }
    assert {problem.file for problem in problems} == {str(UNIT.exercise_path)}
    small = [problem.message for problem in problems if problem.rule == "browser-letters"]
    assert any("9.0 px: " in message for message in small)
    assert any("A wide figure (12 points at 7.0 inches)" in message for message in small)
    wide = [problem for problem in problems if problem.rule == "browser-overflow"]
    assert all("390 px" in problem.message for problem in wide)


def test_a_slide_that_shows_too_much_is_told_of_the_presentation(tmp_path):
    body = """<div class="deck-screen"><div class="deck-stage">
      <section data-slide="1" style="height: 540px"><h2>One</h2><div class="slide-body"><p>fits</p></div></section>
      <section data-slide="2" style="height: 540px"><h2>Two</h2>
        <div class="slide-body"><p style="height: 600px">high</p></div></section>
      </div><button data-action="previous">Back</button><button data-action="next">On</button></div>
      <style>.ready { height: 30px; overflow: hidden }</style>
      <script>
        const main = document.querySelector("main"), stage = document.querySelector(".deck-stage");
        const arrange = () => {
          main.dataset.view = innerWidth > 1000 ? "show" : "page";
          stage.className = `deck-stage ${innerWidth > 1000 ? "reveal ready" : ""}`;
        };
        Object.assign(main.dataset, { deckFor: "2.2.4", ready: "true" });
        addEventListener("resize", arrange);
        arrange();
      </script>"""
    pictures, problems = visited(tmp_path, body, UNIT.deck_docname)
    assert {picture.name[:5] for picture in pictures} == {"deck-"}
    told = [problem for problem in problems if problem.rule == "browser-slide"]
    assert {problem.file for problem in told} == {str(UNIT.deck_path)}
    assert {problem.message.partition(":")[0] for problem in told} == {"1280 x 720, slide 2", "1280 x 900, slide 2"}
    assert all("px beyond the slide: <" in problem.message for problem in told)


def test_every_closing_question_of_a_built_unit_takes_a_wrong_answer(tmp_path):
    html = paths.root() / "_build" / "html"
    site = tmp_path / "html"
    (site / UNIT.docname).parent.mkdir(parents=True)
    (site / "_static").symlink_to(html / "_static")
    # With the states of its widgets, which stand beside it.
    page = html / f"{UNIT.docname}.html"
    for path in (page, *page.parent.glob(f"{page.stem}.state-*.json")):
        (site / UNIT.docname).with_name(path.name).write_bytes(path.read_bytes())
    _, problems = apart(site, tmp_path)
    assert [problem for problem in problems if problem.rule == "browser-question"] == []
