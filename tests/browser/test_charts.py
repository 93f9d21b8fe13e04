"""Charts of Altair: SVG with names and data for everyone, live and stored, in both themes, with no other host."""

import html
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bounded import evaluate_within
from python_pages import PRESS

from ai2med import runtime
from ai2med.book import assets, live
from ai2med.book.charts import chart_html
from ai2med.runtime.needs import packages_for

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "tests/unit/fixtures/exercises/good"

SETUP = """import altair as alt
import pandas as pd

stays = pd.DataFrame({
    "age": [34, 51, 68, 77, 80, 45],
    "days": [2.5, 3.0, 7.25, 9.0, None, 4.0],
    "ward": ["Surgery", "Surgery", "Medicine", "Medicine", "Medicine", "Surgery"],
})"""
CELLS = {
    "setup": SETUP,
    "points": """points = alt.Chart(stays, description="Older patients stay longer.").mark_point().encode(
    x="age", y="days", color="ward", tooltip=["age", "days"])
points""",
    "bars": """alt.Chart(stays, title="Mean stay by ward").mark_bar().encode(x="mean(days):Q", y="ward:N")""",
    "days": """beds = pd.DataFrame({"day": pd.date_range("2025-01-01", periods=150), "beds": range(150)})
alt.Chart(beds).mark_line().encode(x="day", y="beds")""",
    "months": """alt.Chart(beds).mark_bar().encode(x="month(day):O", y="mean(beds):Q")""",
    "years": """alt.Chart(beds).mark_bar().encode(x="yearmonth(day):T", y="mean(beds):Q")""",
    "wide": """alt.Chart(stays).mark_bar().encode(
    x=alt.X("age", bin=True), y="count()").properties(width=900).interactive()""",
    "box": """alt.Chart(stays).mark_boxplot().encode(x="ward", y="days")""",
    "boxes": """alt.Chart(stays).mark_boxplot().encode(x="ward", y="days", column="ward")""",
    "refused": """alt.Chart(stays).mark_bar().encode(x="age", y="no_such_column")""",
    "faulty": """alt.Chart(stays).mark_point().encode(x="age:Q").transform_calculate(b="datum.age +")""",
    "empty": """alt.Chart(stays).mark_point().encode(x="agee:Q")""",
    "elsewhere": """alt.Chart("https://books.invalid/stays.csv").mark_point().encode(x="age:Q")""",
    "many": """alt.Chart(pd.DataFrame({"a": range(6000)})).mark_point().encode(x="a")""",
    "styled": """stays.style.format(precision=1).highlight_max(subset=["age"], props="font-weight: bold")""",
}
STORED = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.20.1.json",
    "description": "Two wards: 30 and 41 stays, <b>counted</b> in January.",
    "data": {"name": "d"},
    "datasets": {"d": [{"ward": "A", "stays": 30, "other": 1}, {"ward": "B </script>", "stays": 41, "other": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "ward", "type": "nominal"}, "y": {"field": "stays", "type": "quantitative"}},
}


def page_html(version, cells, stored=""):
    body = ""
    for number, name in enumerate(cells, 1):
        attributes = live.cell_attributes(number, number, f"charts#{number}", raises=name not in ("setup", "points"))
        told = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
        source = f'<div class="cell_input"><div class="highlight"><pre>{html.escape(CELLS[name])}</pre></div></div>'
        body += f'<live-cell id="{name}" {told}><div class="cell">{source}</div></live-cell>'
    place = f"_static/live/{version}/"
    if cells:
        body += live.page_html("charts", packages_for(CELLS[name] for name in cells), {}, f"{place}live.mjs")
    if stored:
        body += f'{stored}<script type="module" src="{place}stored_charts.mjs"></script>'
    return (
        '<!DOCTYPE html><html lang="en" class="scripts" data-theme="light" data-live-idle="3600000"><head>'
        '<meta charset="utf-8"><title>Charts</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # No evaluated text, no other host: what a strict hospital's proxy allows.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' 'wasm-unsafe-eval'; "
        "worker-src 'self' blob:\">"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="_static/ai2med.css"></head>'
        f"<body><main><article><h1>Charts</h1>{body}</article></main></body></html>"
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory, serve):
    folder = tmp_path_factory.mktemp("charts")
    static = folder / "_static"
    static.mkdir()
    runtime.fetch_runtime(static / "pyodide", ROOT / ".cache" / "pyodide", progress=False)
    version = runtime.write_live(static, BOOK).name
    (static / "ai2med.css").write_text(assets.style_sheet())
    (folder / "index.html").write_text(page_html(version, CELLS))
    far = f'<div style="height: 5000px"></div>{chart_html(STORED)}'
    (folder / "stored.html").write_text(page_html(version, [], far))
    (folder / "plain.html").write_text(page_html(version, ["setup"]))
    return serve(folder)


@pytest.fixture(scope="module")
def shared(browser, site):
    """One page for the live charts; `asked` on it lists the requests."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda told: page.complaints.append(told.text) if told.type == "error" else None)
    page.add_init_script(PRESS)
    page.goto(site)
    yield page
    context.close()
    assert page.complaints == []
    assert all(url.startswith((site, "data:", "blob:")) for url in page.asked)


def run(page, name):
    """Run a cell and return its output once it stands."""
    cell = page.locator(f"#{name}").element_handle()
    evaluate_within(page, "(cell) => pressed(cell, 'run')", cell, seconds=120)
    output = page.locator(f"#{name} .live-output")
    page.wait_for_function("(room) => !room.querySelector('[aria-busy]')", arg=output.element_handle())
    return output


def columns(output):
    return output.locator(".chart-data").first.evaluate(
        "(data) => [...data.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent))"
    )


def test_a_page_without_charts_loads_nothing_of_them(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}plain.html", wait_until="networkidle")
    assert page.locator("#setup button[data-action=run]").is_visible()
    assert not [url for url in asked if "chart" in url or "vega" in url]


def test_a_chart_is_a_picture_with_a_name_and_its_data(shared):
    output = run(shared, "points")
    picture = output.locator(".chart-picture")
    assert picture.locator("svg").count() == 1
    assert picture.locator("canvas").count() == 0
    assert picture.get_attribute("role") == "graphics-document"
    assert picture.get_attribute("aria-label") == "Older patients stay longer."
    assert picture.locator('[role="graphics-symbol"][aria-label*="age: 34"]').count() == 1
    assert output.locator("summary").inner_text() == "Data of the chart (5 rows)"
    output.locator("summary").click()
    assert columns(output)[:2] == [["age", "days", "ward"], ["34", "2.5", "Surgery"]]
    assert "alt.Chart" not in output.inner_text()


def test_the_page_is_clean_for_axe_in_both_themes_and_colours_follow(shared):
    run(shared, "points")
    colour = "() => getComputedStyle(document.querySelector('#points .role-axis-label text')).fill"
    found = []
    for theme in ("light", "dark"):
        shared.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        found.append(shared.evaluate(colour))
        result = Axe().run(shared, context="#points .live-output")
        assert not result.response["violations"], result.generate_report()
    shared.evaluate("document.documentElement.dataset.theme = 'light'")
    assert found[0] != found[1]
    assert all(value.startswith("rgb") for value in found)


def test_a_computed_chart_shows_the_computed_numbers(shared):
    output = run(shared, "bars")
    assert output.locator(".chart-picture").get_attribute("aria-label") == "Mean stay by ward"
    assert columns(output)[0] == ["ward", "mean of days"]
    assert ["Medicine", "8.125"] in columns(output)


def test_a_long_table_is_cut_and_days_are_written_as_days(shared):
    output = run(shared, "days")
    assert output.locator("summary").inner_text() == "Data of the chart (first 100 of 150 rows)"
    assert columns(output)[:2] == [["day", "beds"], ["1 Jan 2025", "0"]]


def test_months_are_written_as_the_chart_keeps_them(shared):
    assert [row[0] for row in columns(run(shared, "months"))[1:]] == ["Jan", "Feb", "Mar", "Apr", "May"]
    assert columns(run(shared, "years"))[1][0] == "Jan 2025"


def test_a_box_plot_tells_its_boxes(shared):
    assert "upper box of days" in columns(run(shared, "box"))[0]


def test_a_composed_chart_with_empty_parts_has_names_everywhere(shared):
    output = run(shared, "boxes")
    assert "misspelt" not in output.inner_text()
    assert output.locator("summary").all_inner_texts() == ["Data of the chart (6 rows)"]
    assert not Axe().run(shared, context="#boxes .live-output").response["violations"]


def test_a_wide_chart_fits_a_phone_and_the_wheel_scrolls_the_page(shared):
    shared.set_viewport_size({"width": 390, "height": 700})
    output = run(shared, "wide")
    room = output.locator(".chart-picture")
    assert output.locator("svg").bounding_box()["width"] <= room.bounding_box()["width"] + 1
    assert shared.evaluate("document.documentElement.scrollWidth") <= 390
    assert columns(output)[0] == ["age, from", "age, to", "count"]
    room.scroll_into_view_if_needed()
    before = shared.evaluate("scrollY")
    room.hover()
    shared.mouse.wheel(0, -200)
    shared.wait_for_function("(before) => scrollY < before", arg=before)
    shared.set_viewport_size({"width": 1280, "height": 900})


def test_tab_passes_through_a_chart(shared):
    run(shared, "points").locator("summary").focus()
    shared.keyboard.press("Tab")
    assert shared.evaluate("!document.activeElement.closest('#points .chart-picture')")
    shared.keyboard.press("Tab")
    assert shared.evaluate("!document.activeElement.closest('#points')")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("refused", "no_such_column"),
        ("faulty", "This chart cannot be drawn:"),
        ("empty", "found no values in the column agee"),
        ("elsewhere", "https://books.invalid/stays.csv is an address"),
        ("many", "up to 5,000 rows"),
    ],
)
def test_what_is_wrong_with_a_chart_is_told_as_text(shared, name, told):
    output = run(shared, name)
    shared.wait_for_function("([room, told]) => room.textContent.includes(told)", arg=[output.element_handle(), told])


def test_a_styled_table_is_shown_with_its_style(shared):
    output = run(shared, "styled")
    assert not Axe().run(shared, context="#styled .live-output").response["violations"]
    bold = output.locator("td", has_text=re.compile("^80$"))
    assert bold.evaluate("(cell) => getComputedStyle(cell).fontWeight") == "700"


def test_a_stored_chart_is_told_without_scripts(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}stored.html")
    assert page.locator(".chart-picture").inner_text() == STORED["description"]
    page.locator("summary").click()
    assert page.locator(".chart-data td").all_inner_texts() == ["A", "30", "B </script>", "41"]


def test_a_stored_chart_is_drawn_when_a_reader_comes_near(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}stored.html", wait_until="networkidle")
    assert not [url for url in asked if "vega" in url]
    page.locator("figure").scroll_into_view_if_needed()
    page.wait_for_selector(".chart-picture svg .mark-rect")
    assert page.locator(".chart-picture").get_attribute("aria-label") == STORED["description"]
    assert not Axe().run(page).response["violations"]
