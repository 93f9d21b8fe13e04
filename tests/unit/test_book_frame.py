"""A unit that the scaffold writes builds strictly, and the build adds what every unit page carries."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from ai2med import paths
from ai2med.book.programme import navigation_html
from ai2med.curriculum import load_curriculum
from ai2med.scaffold import new_unit

SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_math_renderer = "mathml"
html_permalinks_icon = "#"
bibtex_bibfiles = ["references.bib"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_footnote_transition = False
nb_execution_mode = "off"
suppress_warnings = ["myst.footnote", "myst-nb.lexer"]
html_theme_options = {"launch_buttons": {}, "repository_url": "https://example.org/fork"}
"""

INDEX = """# Home

```{toctree}
moocs/mooc2/data_visualization/introduction_to_visualization_tools_and_techniques
exercises/mooc2/data_visualization/introduction_to_visualization_tools_and_techniques
moocs/mooc2/index
moocs/mooc2/data_visualization/index
glossary
about
programme
```

Since {law-date}`ai-act-devices`; see {cite:p}`wong2021epic`. Odds: $p / (1 - p)$.
"""


def build(folder):
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        str(folder),
        str(folder / "out"),
    ]
    environment = {**os.environ, "AI2MED_ROOT": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    for name in ("curriculum.yml", "references.bib", "law_dates.yml", "glossary.md"):
        shutil.copy(paths.root() / name, folder / name)
    new_unit("2.1.1", folder)
    (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "about.md").write_text("# About\n", encoding="utf-8")
    (folder / "programme.md").write_text("# All\n\n```{programme}\n```\n", encoding="utf-8")
    mooc = folder / "moocs" / "mooc2"
    (mooc / "index.md").write_text("# MOOC 2\n\n```{mooc-overview} 2\n```\n", encoding="utf-8")
    (mooc / "data_visualization" / "index.md").write_text(
        "# Module\n\n```{module-overview} 2.1\n```\n", encoding="utf-8"
    )
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def unit_html(folder):
    return (folder / "out" / f"{load_curriculum(folder).unit('2.1.1').docname}.html").read_text(encoding="utf-8")


def test_header_strip_outcomes_and_unit_id_are_added(unit_html):
    assert '<article data-unit-id="2.1.1">' in unit_html
    assert re.search(r"about \d+ min of reading", unit_html)
    assert 'id="outcome-a"' in unit_html
    assert unit_html.count("You will be able to") == 1


def test_case_discussion_and_teacher_notes_have_their_form(unit_html):
    assert "Case: A person, a place" in unit_html
    assert unit_html.count("<summary>A model answer</summary>") == 3
    assert "<summary>Teacher notes</summary>" in unit_html


def test_every_question_is_placed_once_and_answered_in_the_appendix(unit_html):
    questions = re.findall(r'role="group" aria-label="[^"]*" data-item-id="([^"]+)"', unit_html)
    answers = re.findall(r'<details class="fold" id="answer-([^"]+)">', unit_html)
    assert len(questions) == len(set(questions)) == 10
    assert {name.replace(".", "-") for name in questions} == set(answers)


def test_a_page_loads_one_style_sheet_one_module_and_no_other_script(unit_html):
    assert re.findall(r'<link rel="stylesheet" href="[^"]*?([\w.]+\.css)', unit_html) == ["ai2med.css"]
    assert re.findall(r'<script[^>]*src="[^"]*?([\w.]+\.m?js)', unit_html) == ["page.mjs"]


def test_dates_sources_and_formulas_are_written_at_build_time(folder):
    text = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "2 August 2028" in text
    assert re.search(r"external validation of a widely implemented", text, re.IGNORECASE)
    assert "<math" in text


def test_the_programme_shows_finished_units_as_links_and_the_rest_as_text(folder):
    text = (folder / "out" / "programme.html").read_text(encoding="utf-8").split("<article", 1)[1]
    assert re.search(r'href="moocs/mooc2/data_visualization/introduction[^"]*"', text)
    assert "2.1.5 Visualization in Clinical Practice: Case Studies (added by this book" in text
    assert 'class="plain">1.1.1 ' in text


def test_the_menu_marks_the_current_page_and_opens_its_mooc(folder):
    curriculum = load_curriculum(folder)
    unit = curriculum.unit("2.1.1")
    text = navigation_html(curriculum, unit.docname, lambda name: f"{name}.html", [("index", "Home")])
    assert text.count('aria-current="page"') == 1
    assert text.count("<details open>") == 1


def test_edit_links_lead_to_the_repository_of_the_settings(unit_html):
    assert "https://example.org/fork/edit/main/moocs/mooc2" in unit_html


def test_a_question_that_no_page_shows_fails_the_build(folder, tmp_path):
    copy = tmp_path / "book"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"))
    page = load_curriculum(copy).unit("2.1.1").path
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(":::{check} q02\n:::\n", "").replace("{check} q03", "{check} q99"), encoding="utf-8")
    done = build(copy)
    assert done.returncode != 0
    assert "2.1.1-q02 is on no page" in done.stderr
    assert "has no question q99" in done.stderr
