"""Every page of the built book is visited once, and everything that is wrong with it is told at once.

Where a page has several faults, all of them stand in one list, each with the name of what was looked at. Presentations
and other pages that have no file of their own in ``moocs/`` are pages like any other.
"""

import re
from functools import cache

import pytest
import sampling
from bounded import frames_drawn
from visiting import DESK, PHONE, Visit, look_around, visit
from written import broken_links, read

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
# In every run all of axe's rules are asked on a phone, and elsewhere those that depend on width and colours.
THOROUGH = sampling.everything()
# What a page may weigh on the way, and in how many requests: a tablet behind a hospital's firewall.
BYTES, REQUESTS = 300_000, 20


@cache
def units():
    return {unit.id: unit for unit in load_curriculum().finished}


def title_of(name):
    """Return a page's name for people: ``2.2.4``, ``2.2.4 exercise``, ``2.2.4 deck``, ``glossary``."""
    stem = name.removesuffix(".html")
    for unit in units().values():
        for docname, kind in ((unit.docname, ""), (unit.exercise_docname, "exercise")):
            if found := re.fullmatch(rf"{re.escape(docname)}(?:[._/-](.+))?", stem):
                return " ".join(part for part in (unit.id, kind, found[1]) if part)
    return stem


# JupyterLite's own pages are not the book's; test_lite.py opens them.
PAGES = {
    title_of(name): name
    for path in sorted(HTML.rglob("*.html"))
    if not (name := path.relative_to(HTML).as_posix()).startswith("lite/")
}


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


def without_scripts(title, name):
    """Say what a reader without scripts misses on a page."""
    found = read(HTML / name)
    if found.headings.count(1) != 1 and not found.deck_for:
        yield f"headings: {found.headings.count(1)} of the first level"
    unit = units().get(title)
    if not unit:
        return
    on_page = [item for item in load_items(unit.items_path) if item.place not in ("exercise", "bank")]
    if found.words < 1500:
        yield f"without scripts: only {found.words} words"
    if found.questions < 4:
        yield f"without scripts: only {found.questions} places of questions"
    if len(found.answers) != len(on_page):
        yield f"without scripts: {len(found.answers)} answers to {len(on_page)} questions"
    if short := [words for words in found.answers if words < 15]:
        yield f"without scripts: {len(short)} answers without an explanation"


def too_heavy(seen):
    """Say what the first load of a page brings too much."""
    if seen.transferred > BYTES:
        yield f"weight: {seen.transferred} bytes, at most {BYTES}"
    if seen.requests > REQUESTS:
        yield f"weight: {seen.requests} requests, at most {REQUESTS}"


@pytest.mark.parametrize("title", PAGES)
def test_page(browser, site, title):
    name = PAGES[title]
    seen = visit(browser, site, name, THOROUGH)
    wrong = [*seen.wrong, *without_scripts(title, name), *too_heavy(seen)]
    wrong += [f"link: {target}" for target in broken_links(HTML, name)]
    if title.removesuffix(" exercise") in units() and not seen.fields:
        wrong.append("notice: there is no place to type")
    assert not wrong, f"{name}\n" + "\n".join(wrong)


def test_every_finished_unit_has_its_pages():
    assert {f"{unit}{kind}" for unit in units() for kind in ("", " exercise")} <= set(PAGES)


# A page with one fault of each kind that a visit has to find: each begins with what the visit calls it.
FAULTS = {
    "another host": '<img src="https://elsewhere.invalid/pixel.png" alt="">',
    "console": "<script>throw new Error('broken')</script>",
    "widgets": '<div data-widget="never" data-module="never.mjs"></div>',
    f"sideways ({PHONE} px, light)": '<p style="width: 500px">wide</p>',
    f"sideways ({DESK} px, light)": '<p style="width: 1400px">wide</p>',
    "sideways (320 px, light)": '<p style="width: 350px">wide</p>',
    f"axe ({PHONE} px, light)": '<button type="button"></button>',
    # A control without a name that is there on a wide screen only.
    f"axe ({DESK} px, light)": '<p class="wide"><button type="button" id="w"></button></p>',
    # Pale in the dark only, and in the dark on a wide screen only.
    f"axe ({PHONE} px, dark)": '<p class="dim">pale in the dark</p>',
    f"axe ({DESK} px, dark)": '<p class="dim-wide">pale in the dark, on a wide screen</p>',
    # A box that scrolls on a wide screen only, out of the keyboard's reach.
    f"axe ({DESK} px, light, room)": '<div class="box"><div style="width: 2000px; height: 10px">long</div></div>',
    "first column": '<div class="scrolls" tabindex="0"><table style="width: 900px"><tr><th>a<td>b</table></div>',
    # A drawing of 600 pixels that a phone shrinks.
    "letters": '<svg viewBox="0 0 600 20" role="img" aria-label="A"><text y="15" font-size="14">small</text></svg>',
    "ids that stand twice": '<p id="one">a</p><p id="one">b</p>',
    "print": "<details><summary>Fold</summary><p>text</p></details>",
    "notice": '<label>Name <input type="text"></label>',
}
STYLE = """
  body { background: #fff; color: #111 } [data-theme="dark"] body { background: #111; color: #eee }
  .wide { display: none } [data-theme="dark"] .dim { color: #222 }
  .box { max-width: 300px; overflow: hidden } svg { max-width: 100% }
  .scrolls { overflow: auto }
  @media (min-width: 1000px) {
    .wide { display: block } [data-theme="dark"] .dim-wide { color: #222 } .box { overflow: auto }
  }
"""


def faulty_page(body):
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Faults</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head><body><main><h1>Faults</h1>{body}</main></body></html>"
    )


@pytest.fixture(scope="module")
def faults(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    for number, body in enumerate(FAULTS.values()):
        (folder / f"{number}.html").write_text(faulty_page(body), encoding="utf-8")
    (folder / "none.html").write_text(faulty_page("<p>Nothing is wrong.</p>"), encoding="utf-8")
    return serve(folder)


def test_a_page_without_a_fault_passes(browser, faults):
    assert visit(browser, faults, "none.html").wrong == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(browser, faults, fault):
    seen = visit(browser, faults, f"{list(FAULTS).index(fault)}.html", patience=3)
    assert [told for told in seen.wrong if told.startswith(f"{fault}: ")], seen.wrong


def test_faults_that_all_rules_find_in_all_looks_are_found_by_the_few(new_page, faults):
    page = new_page(viewport={"width": PHONE, "height": 900}, is_mobile=True)
    body = "".join(text for name, text in FAULTS.items() if name.startswith("axe"))
    found = {}
    for thorough in (True, False):
        page.goto(f"{faults}none.html")
        page.evaluate("body => { document.querySelector('main').innerHTML += body; }", body)
        frames_drawn(page)
        seen = Visit("faults")
        look_around(page, seen, thorough)
        found[thorough] = {html for told in seen.wrong for html in re.findall(r"'(<[^']*)'", told)}
    assert len(found[True]) >= 5
    assert found[False] == found[True]


def test_names_of_pages_tell_the_unit():
    unit = next(iter(units().values()))
    assert title_of(f"{unit.docname}.html") == unit.id
    assert title_of(f"{unit.docname}.deck.html") == f"{unit.id} deck"
    assert title_of(f"{unit.docname}/slides.html") == f"{unit.id} slides"
    assert title_of(f"{unit.exercise_docname}.html") == f"{unit.id} exercise"
    assert title_of(f"{unit.docname}more.html") == f"{unit.docname}more"
    assert title_of("glossary.html") == "glossary"
