"""A unit that the scaffold writes builds strictly, and the build adds what every unit page carries."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from small_book import copy_small_book, finish

from ai2med.book import glossary
from ai2med.book.programme import navigation_html
from ai2med.curriculum import load_curriculum
from ai2med.glossary import terms
from ai2med.scaffold import new_unit

SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_math_renderer = "mathml"
html_permalinks_icon = "#"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_footnote_transition = False
nb_execution_mode = "off"
exclude_patterns = ["**/*.deck.md", ".cache"]
suppress_warnings = ["myst.footnote", "myst-nb.lexer"]
html_theme_options = {"launch_buttons": {}, "repository_url": "https://example.org/fork"}
"""

INDEX = """# Home

```{toctree}
moocs/mooc2/data_visualization/introduction_to_visualization_tools_and_techniques
exercises/mooc2/data_visualization/introduction_to_visualization_tools_and_techniques
moocs/mooc2/index
moocs/mooc2/data_visualization/index
moocs/mooc2/machine_learning/index
glossary
about
programme
```

```{doors}
```

```{programme-map}
```

Since {law-date}`ai-act-devices`; see {cite:p}`wong2021epic`. Odds: $p / (1 - p)$.
{article}`Art. 27 <ai-act 27>` asks; {term}`AUROC` is a measure.
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
    copy_small_book(folder)
    page = finish(new_unit("2.1.1", folder)[0])
    page.write_text(page.read_text("utf-8").replace("prerequisites: []", 'prerequisites: ["1.1.1"]'), encoding="utf-8")
    module = load_curriculum(folder).module("2.3")
    module.path.parent.mkdir()
    module.path.write_text(f"# {module.title}\n\n```{{module-overview}} 2.3\n```\n", encoding="utf-8")
    (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "about.md").write_text("# About\n", encoding="utf-8")
    doors = '- {reader: I work, about: A path., route: with code, units: ["2.1.1", "1.1.1"]}\n'
    doors += '- {reader: Nobody, about: Closed., route: with code, units: ["1.1.1"]}\n'
    (folder / "doors.yml").write_text(doors, encoding="utf-8")
    (folder / "programme.md").write_text("# All\n\n```{programme}\n```\n", encoding="utf-8")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def unit_html(folder):
    return (folder / "out" / f"{load_curriculum(folder).unit('2.1.1').docname}.html").read_text(encoding="utf-8")


def test_header_strip_outcomes_and_unit_id_are_added(unit_html):
    assert '<article data-unit-id="2.1.1">' in unit_html
    assert re.search(r"<strong>Reading and questions</strong> \d+ min<", unit_html)
    assert 'id="outcome-a"' in unit_html
    assert unit_html.count("You will be able to") == 1
    # The outcomes would give the answer of the opening question away.
    text = unit_html.partition("<article")[2]
    wanted = ("unit-strip", "unit-actions", "Case: A person", "You will be able to", "First section")
    order = [text.index(words) for words in wanted]
    assert order == sorted(order)


def test_what_comes_before_names_no_unit_that_cannot_be_read(unit_html):
    strip = unit_html.partition('<ul class="unit-strip')[2].partition("</ul>")[0]
    assert "Reading and questions" in strip
    assert "Before this" not in strip
    assert "1.1.1" not in strip


def test_the_links_of_a_unit_are_one_short_row_with_the_notebooks_in_a_menu(unit_html):
    row = unit_html.partition('<ul class="unit-actions')[2].partition("Case: A person")[0]
    menu = row.partition("<summary>Notebook</summary>")[2]
    shown = re.findall(r"<a [^>]*>([^<]*)</a>", row.partition("<details")[0])
    assert shown == ["Presentation, 1 min", "Exercise"] or shown == ["Exercise"]
    assert menu.count("<a ") == 3
    assert "mybinder.org" in menu


def test_each_part_of_a_unit_is_listed_with_its_minutes_before_the_text(unit_html):
    before, _, _ = unit_html.partition("<main")
    listed = before.partition('<nav class="page-toc"')[2]
    parts = re.findall(r'<a href="#([^"]+)" data-now="([^"]+)">([^<]+) <span>(\d+) min</span></a>', listed)
    assert parts[0][1] == f"Part 1 of 3 · {parts[0][3]} min"
    assert [title for _, _, title, _ in parts][3:5] == ["Exercise", "Case study: a named case"]
    assert all(f'id="{anchor}"' in unit_html for anchor, *_ in parts)
    total = int(re.search(r"Reading and questions</strong> (\d+) min", unit_html)[1])
    assert f"3 parts · {total} min in all" in listed
    # Who read to the end is not sent back there.
    ended = re.findall(r'<a href="#[^"]+" data-now="[^"]+" data-end>([^<]+)', listed)
    assert [title.strip() for title in ended][:2] == ["Key points", "Further reading"]
    assert abs(sum(int(minutes) for *_, minutes in parts) - total) <= 8


def test_a_page_of_law_says_of_which_day_and_knows_which_of_its_dates_come_later(folder):
    text = (folder / "out" / "index.html").read_text(encoding="utf-8")
    badge = re.search(r'<li class="law-as-of"[^>]*data-dates="([^"]*)"[^>]*>(.*?)</li>', text)
    assert json.loads(html.unescape(badge[1])) == [["2028-08-02", "2 August 2028 (AI Act)"]]
    assert "Law as of</strong> 1 October 2026" in badge[2]
    about = (folder / "out" / "about.html").read_text(encoding="utf-8")
    assert "law-as-of" not in about


def test_a_page_carries_the_notes_of_its_own_links(folder):
    text = (folder / "out" / "index.html").read_text(encoding="utf-8")
    notes = json.loads(re.search(r'<script type="application/json" id="page-notes"[^>]*>(.*?)</script>', text)[1])
    assert list(notes) == ["term-AUROC", "article ai-act 27", "law ai-act-devices"]
    assert notes["article ai-act 27"] == [
        "AI Act, Art. 27: Fundamental rights impact assessment",
        "Applies from 2 December 2027.",
    ]
    assert notes["term-AUROC"] == ["AUROC", terms(folder)["AUROC"].plain]
    date = re.search(r'<a class="law-date" data-note="law ai-act-devices" href="([^"]+)">2 August 2028</a>', text)
    assert date[1].startswith("https://eur-lex.europa.eu/")
    assert 'href="https://eur-lex.europa.eu/eli/reg/2024/1689/2026-07-27/eng">Art. 27</a>' in text
    about = (folder / "out" / "about.html").read_text(encoding="utf-8")
    assert "page-notes" not in about


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
    assert re.findall(r'<script[^>]*\ssrc="[^"]*?([\w.]+\.m?js)', unit_html) == ["page.mjs"]


def test_dates_sources_and_formulas_are_written_at_build_time(folder):
    text = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "2 August 2028" in text
    assert re.search(r"external validation of a widely implemented", text, re.IGNORECASE)
    assert "<math" in text


def test_the_programme_shows_finished_units_as_links_and_the_rest_as_text(folder):
    text = (folder / "out" / "programme.html").read_text(encoding="utf-8").split("<article", 1)[1]
    assert re.search(r'href="moocs/mooc2/data_visualization/introduction[^"]*"', text)
    assert 'href="moocs/mooc2/data_visualization/index.html"' in text
    assert "2.1.5 Visualization in Clinical Practice: Case Studies (added by this book" in text
    assert 'class="plain">1.1.1 ' in text


def test_a_door_shows_what_can_be_read_and_its_time(folder):
    text = (folder / "out" / "index.html").read_text(encoding="utf-8").split("<article", 1)[1]
    [door] = re.findall(r'<details class="fold door">(.*?)</details>', text, re.DOTALL)
    assert re.search(r"I work.* 1 units?, about \d+ min of reading", door)
    assert re.findall(r'href="([^"#]+)', door) == [f"{load_curriculum(folder).unit('2.1.1').docname}.html"]
    assert "Nobody" not in text


def test_the_map_fills_what_can_be_read_and_names_every_module(folder):
    curriculum = load_curriculum(folder)
    text = (folder / "out" / "index.html").read_text(encoding="utf-8").split("<article", 1)[1]
    unit = curriculum.unit("2.1.1")
    [ready] = re.findall(
        r'<a class="map-ready[^>]*href="([^"]+)"[^>]*>1<span class="visually-hidden">(.*?)</span>', text
    )
    assert ready[0] == f"{unit.docname}.html"
    assert html.unescape(ready[1]).strip() == unit.title
    assert text.count('class="map-planned"') == len(curriculum.units) - 1
    shown = html.unescape(text).replace("’", "'")
    assert all(module.title in shown for module in curriculum.modules)
    assert "1 ready, 4 planned" in text


def test_the_menu_marks_the_current_page_and_opens_its_mooc(folder):
    curriculum = load_curriculum(folder)
    unit = curriculum.unit("2.1.1")
    text = navigation_html(curriculum, unit.docname, lambda name: f"{name}.html", [("index", "Home")])
    assert text.count('aria-current="page"') == 1
    assert text.count("<details open>") == 1


def test_a_module_that_has_only_a_page_says_what_is_planned(folder):
    module = load_curriculum(folder).module("2.3")
    text = (folder / "out" / f"{module.docname}.html").read_text(encoding="utf-8").split("<article", 1)[1]
    assert "None of the 5 units can be read yet." in text
    assert text.count('class="plain">2.3.') == 5
    assert "<h2>Planned units" in text


def test_edit_links_lead_to_the_repository_of_the_settings(unit_html):
    assert "https://example.org/fork/edit/main/moocs/mooc2" in unit_html


def test_every_term_stands_on_the_page_of_the_glossary_in_order(folder):
    text = (folder / "out" / "glossary.html").read_text(encoding="utf-8")
    shown = [html.unescape(name) for name in re.findall(r'<dt id="term-[^"]+">(.*?)<a class="headerlink"', text)]
    assert shown == list(terms(folder))
    assert 'id="term-AI-Act"' in text


def test_a_new_term_makes_its_page_out_of_date_and_nothing_else_does(folder):
    metadata = {"glossary": {"terms": tuple(terms(folder))}, "index": {}}
    env = SimpleNamespace(srcdir=folder, metadata=metadata)
    assert glossary._outdated(None, env, set(), set(), set()) == []
    new = folder / "glossary" / "new_term.md"
    new.write_text("# new term\n\nIts meaning.\n", encoding="utf-8")
    assert glossary._outdated(None, env, set(), set(), set()) == ["glossary"]
    new.unlink()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("glossary/empty.md", "# empty\n", "glossary/empty.md:1: term: 'empty' is not defined"),
        ("references/2.1.bib", "@misc{wong2021epic,\n  year = {2021}\n}\n", "source-twice: The source 'wong2021epic'"),
    ],
)
def test_a_term_or_source_that_cannot_be_used_ends_the_build_at_once(folder, tmp_path, name, text, said):
    copy = tmp_path / "book"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"), symlinks=True)
    (copy / name).write_text(text, encoding="utf-8")
    done = build(copy)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_that_no_page_shows_and_a_link_to_no_page_fail_the_build(folder, tmp_path):
    copy = tmp_path / "book"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"), symlinks=True)
    page = load_curriculum(copy).unit("2.1.1").path
    text = page.read_text(encoding="utf-8")
    text = text.replace(":::{check} q02\n:::\n", "").replace("{check} q03", "{check} q99")
    page.write_text(f"{text}\nSee [a page](gone.md).\n", encoding="utf-8")
    done = build(copy)
    assert done.returncode != 0
    assert "2.1.1-q02 is on no page" in done.stderr
    assert "has no question q99" in done.stderr
    assert "'gone.md'" in done.stderr
