"""The search finds what a reader means, names the section, leads there, and costs little; also without a connection."""

import json
import re

import pytest
from bounded import frames_drawn
from playwright.sync_api import expect
from visiting import axe

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
UNIT = next(unit for unit in load_curriculum().finished if unit.id == "2.2.4")
# What one search may cost a reader who has the frame of the book already.
SEARCH_BYTES = 250_000


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


@pytest.fixture
def open_search(new_page, site):
    """Return a function that opens the search page, or another one."""

    def make(name="search.html", **options):
        page = new_page(**options)
        page.add_init_script('localStorage.setItem("ai2med:python", "asked")')
        page.goto(site + name)
        return page

    return make


def ask(page, words):
    """Type words into the form of the search page; return what the search says and the texts of its results."""
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")
    return answer(page, words)


def answer(page, words):
    expect(page.locator("#search-status")).to_contain_text(re.compile(re.escape(words.split()[-1]), re.IGNORECASE))
    return page.locator("#search-status").inner_text(), page.locator("#search-results li").all_inner_texts()


# What is typed, and what the first results have to hold.
SAME = {
    "a word": ("calibration", "calibration slope"),
    "accents": ("Müller", "Müller"),
    "without its accents": ("muller", "Müller"),
    "another accent": ("Tomás", "Validation Methods"),
    "without it": ("tomas", "Validation Methods"),
    "a letter of Norwegian": ("Sørensen", "Sørensen"),
    "without the letter": ("SORENSEN", "Sørensen"),
    "an accent as a character of its own": ("Toma\u0301s", "Validation Methods"),
    "American": ("hemoglobin", "haemoglobin"),
    "American, -or": ("color", "colour"),
    "American, -ize": ("harmonized standard", "harmonised standard"),
    "American, -er": ("center", "centre"),
    "plural": ("false alarms", "false alarm"),
    "plural in Latin": ("analyses", "analysis"),
    "singular": ("false alarm", "false alarms"),
    "an abbreviation": ("auc", "AUROC"),
    "another name": ("c statistic", "AUROC"),
    "initials": ("PPV", "positive predictive value"),
    "the beginning of a word": ("sensitiv", "sensitivity"),
    "the number of a unit": ("2.2.4", "2.2.4 Validation Methods"),
    "a question": ("What is AUROC?", "AUROC"),
}


@pytest.mark.parametrize("kind", SAME)
def test_words_are_found_however_they_are_written(open_search, kind):
    typed, wanted = SAME[kind]
    said, results = ask(open_search(), typed)
    assert re.search(r"\d+ places? on \d+ pages?", said), said
    assert wanted.lower() in "\n".join(results[:3]).lower()


@pytest.mark.parametrize(
    ("typed", "meant"), [("senstivity", "sensitivity"), ("calibraton", "calibration"), ("Mueller", "müller")]
)
def test_a_misspelling_is_told_and_what_was_meant_is_found(open_search, typed, meant):
    said, results = ask(open_search(), typed)
    assert f"No page has “{typed}”. Did you mean “{meant}”?" in said
    assert meant in "\n".join(results).lower()


def test_words_that_the_book_has_not_are_told(open_search):
    page = open_search()
    assert ask(page, "xyzzyq") == (
        "No page has “xyzzyq”. Try another word, or look into the programme and the glossary.",
        [],
    )
    said, results = ask(page, "calibration xyzzyq")
    assert re.fullmatch(r"No page has “xyzzyq”\. For the other words: \d+ places on \d+ pages\.", said)
    assert results
    assert "Nothing found for “the”" in ask(page, "the")[0]


def test_a_second_search_shows_its_own_results_and_back_shows_the_first(open_search, site):
    page = open_search("index.html")
    page.locator("#site-search").fill("calibration")
    page.locator("#site-search").press("Enter")
    first = answer(page, "calibration")
    second = ask(page, "false alarm")
    assert page.url == f"{site}search.html#q=false%20alarm"
    page.locator("#site-search").fill("Müller")
    page.locator("#site-search").press("Enter")
    third = answer(page, "Müller")
    assert page.url == f"{site}search.html#q=M%C3%BCller"
    assert len({first[0], second[0], third[0]}) == 3
    assert first[1] != second[1] != third[1]
    page.go_back()
    assert answer(page, "alarm") == second
    expect(page.locator("#q")).to_have_value("false alarm")
    page.go_back()
    assert answer(page, "calibration") == first


def test_a_result_names_page_and_section_and_leads_there(open_search):
    page = open_search()
    ask(page, "external validation calibration")
    result = page.locator("#search-results li", has_text="2.2.4 Validation Methods › ").first
    section = result.get_by_role("link").inner_text().partition(" › ")[2]
    assert result.locator("mark").count()
    assert len(result.locator("p").inner_text()) < 260
    result.get_by_role("link").click()
    expect(page.locator("main h1")).to_contain_text("Validation Methods")
    title = page.locator("section:target").locator("h2, h3").first
    expect(title).to_contain_text(section)
    expect(title).to_be_in_viewport()
    page.go_back()
    assert answer(page, "calibration")[1]


def test_a_search_is_worked_by_keyboard_and_announced_once(open_search):
    page = open_search()
    page.evaluate("""() => {
        globalThis.said = [];
        const status = document.getElementById("search-status");
        const note = () => status.textContent && said.push(status.textContent);
        new MutationObserver(note).observe(status, {childList: true});
    }""")
    page.locator("#q").focus()
    page.keyboard.type("calibration")
    page.keyboard.press("Enter")
    said, results = answer(page, "calibration")
    assert page.evaluate("said") == [said]
    assert page.locator("#search-status").get_attribute("role") == "status"
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#search-results a").first).to_be_focused()
    more = page.get_by_role("button", name="Show more")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#search-results a").nth(len(results))).to_be_focused()
    assert page.evaluate("said") == [said]


def test_results_fit_a_narrow_screen_and_pass_axe_in_the_dark(open_search):
    page = open_search(viewport={"width": 320, "height": 640}, color_scheme="dark")
    ask(page, "calibration")
    frames_drawn(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe(page) == []


def test_an_old_address_searches_and_without_scripts_the_page_says_what_to_do(open_search):
    page = open_search("search.html?q=calibration")
    assert answer(page, "calibration")[1]
    page = open_search("search.html?q=calibration", java_script_enabled=False)
    expect(page.get_by_text("needs JavaScript")).to_be_visible()


def test_a_search_costs_little_and_a_page_that_does_not_search_nothing(open_search):
    page = open_search(f"{UNIT.docname}.html")
    page.wait_for_load_state("networkidle")
    names = "performance.getEntriesByType('resource').map(({name}) => name)"
    assert not [name for name in page.evaluate(names) if "search" in name]
    session = page.context.new_cdp_session(page)
    sizes = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.locator("#site-search").fill("calibration of a model")
    page.locator("#site-search").press("Enter")
    answer(page, "model")
    assert 0 < sum(sizes) < SEARCH_BYTES


def test_a_search_works_without_a_connection(open_search, complaints):
    page = open_search()
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    found = ask(page, "calibration")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()
    assert answer(page, "calibration") == found
    page.context.set_offline(False)
    complaints[:] = [told for told in complaints if "net::ERR_" not in told and "Failed to fetch" not in told]


def test_a_search_that_cannot_be_loaded_says_so(open_search, complaints):
    page = open_search("about.html")
    page.route("**/_static/search/words-*.json", lambda route: route.abort())
    page.locator("#site-search").fill("calibration")
    page.locator("#site-search").press("Enter")
    expect(page.locator("#search-status")).to_have_text(
        "The search could not be loaded. Check the connection, then search again."
    )
    page.unroute("**/_static/search/words-*.json")
    assert ask(page, "calibration slope")[1]
    complaints.expect("words-")
    complaints.expect("ERR_FAILED")


def test_no_answer_of_a_question_is_found():
    told = "\n".join(
        " ".join(section[2:])
        for path in (HTML / "_static/search/pages").rglob("*.json")
        for section in json.loads(path.read_text(encoding="utf-8"))
    )
    answers = {
        option.feedback
        for unit in load_curriculum().finished
        for item in load_items(unit.items_path).items
        for option in getattr(item, "options", ())
    } | {item.explanation for unit in load_curriculum().finished for item in load_items(unit.items_path).items}
    assert len(answers) > 100
    assert "Validation" in told
    assert not [text for text in answers if text and text in told]
