"""A stored chart is on the page in words and numbers, drawn by the site's own files; the build tells what it lacks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ai2med.book.charts import chart_html
from ai2med.runtime.browser.kernel import CHART

BOOK = Path(__file__).parent / "fixtures/exercises/good"
CONF = """
extensions = ["myst_nb", "ai2med.book.charts"]
html_theme = "basic"
nb_execution_mode = "off"
nb_mime_priority_overrides = [["html", "text/html", 5]]
suppress_warnings = ["config.cache", "myst-nb.lexer"]
"""
SPEC = {
    "description": "Two wards: 30 and 41 stays in January.",
    "data": {"name": "d"},
    "datasets": {"d": [{"ward": "A", "stays": 30, "other": 1}, {"ward": "</script>", "stays": 41.23456, "other": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "ward", "type": "nominal"}, "y": {"field": "stays", "type": "quantitative"}},
}


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a page with one output, and gives the page's HTML and the build's complaints."""

    def built(data):
        output = nbformat.v4.new_output("display_data", data=data)
        cell = nbformat.v4.new_code_cell("chart", outputs=[output])
        title = nbformat.v4.new_markdown_cell("# Charts")
        book = nbformat.v4.new_notebook(cells=[title, cell], metadata={"language_info": {"name": "python"}})
        (tmp_path / "conf.py").write_text(CONF)
        nbformat.write(book, tmp_path / "index.ipynb")
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(tmp_path), str(tmp_path / "html")]
        environment = {**os.environ, "AI2MED_ROOT": str(BOOK)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        return (tmp_path / "html" / "index.html").read_text(), done.stderr

    return built


def test_a_chart_is_stored_with_words_data_and_the_sites_own_module(build):
    page, complaints = build({CHART: SPEC, "text/plain": "alt.Chart(...)"})
    assert complaints == ""
    assert f"<p>{SPEC['description']}</p>" in page
    assert re.findall(r"<td>(.*?)</td>", page) == ["30", "A", "41.23", "&lt;/script&gt;"]
    stored = re.search(r'<script type="application/json">(.*?)</script>', page)[1]
    assert json.loads(stored) == SPEC
    assert len(re.findall(r'<script type="module" src="_static/live/\w+/stored_charts\.mjs">', page)) == 1
    assert "alt.Chart(...)" not in page


def test_a_chart_without_a_description_fails_the_build(build):
    _, complaints = build({CHART: {**SPEC, "description": "Chart"}, "text/plain": "alt.Chart(...)"})
    assert "index.ipynb" in complaints
    assert "A chart has no description that says what it shows. Add it: alt.Chart(table, description=" in complaints


def test_a_chart_that_would_ask_other_hosts_fails_the_build(build):
    _, complaints = build({"text/html": '<div id="altair-viz-1"></div><script src="https://cdn.invalid"></script>'})
    assert 'alt.renderers.enable("mimetype")' in complaints


def test_a_long_table_tells_how_much_of_it_is_shown():
    rows = [{"ward": str(n), "stays": n} for n in range(250)]
    page = chart_html({**SPEC, "datasets": {"d": rows}})
    assert "first 100 of 250 rows" in page
    assert page.count("<tr>") == 101
