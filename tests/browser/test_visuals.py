"""Diagrams and presentations in a built page: at every width, by keyboard, by voice, on paper, without scripts."""

import json
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bounded import evaluate_within
from conftest import wait_until
from visuals_book import DIAGRAMS, SAID, build_book, write_book

from ai2med.decks.fit import SCREENS, what_is_cut
from ai2med.offline.site import file_list

SLIDES = 6
QUESTION = 4

# A synthesis that "speaks" a sentence in a moment and writes down what it was given.
VOICES = """
window.spoken = [];
const voices = %s;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  addEventListener() {},
  speak(utterance) {
    window.spoken.push({ text: utterance.text, rate: utterance.rate, voice: utterance.voice.name });
    window.utterance = utterance;
    if (!window.held) this.timer = setTimeout(() => utterance.onend(), 5);
  },
  cancel() { clearTimeout(this.timer); },
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
LOCAL = {"name": "Local", "lang": "en-GB", "localService": True, "default": True}
REMOTE = {"name": "Remote", "lang": "en-GB", "localService": False, "default": True}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("visuals")
    unit = write_book(folder)
    done = build_book(folder)
    assert done.returncode == 0, done.stderr
    return unit, folder / "out"


@pytest.fixture(scope="module")
def site(book, serve):
    unit, out = book
    # Every page registers the worker; it is written at the end of a whole build.
    (out / "sw.js").write_text("", encoding="utf-8")
    return f"{str(serve(out)).rstrip('/')}/{unit.docname}"


@pytest.fixture
def open_deck(new_page, site):
    def open_it(voices=(), **options):
        page = new_page(**options)
        page.add_init_script(VOICES % json.dumps(list(voices)))
        page.goto(f"{site}.deck.html")
        page.wait_for_selector("main[data-ready]")
        return page

    return open_it


def slide_shown(page):
    return page.locator(".deck-number").inner_text()


def state(page):
    return page.locator("main").get_attribute("data-state")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def violations(page, context=None):
    found = Axe().run(page, context=context)
    return [(broken["id"], broken["nodes"][0]["html"][:200]) for broken in found.response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_each_diagram_is_readable_and_clean_at_every_width(new_page, site, width, theme):
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.goto(f"{site}.html")
    assert page.locator("figure.diagram").count() == len(DIAGRAMS)
    assert overflow(page) <= 0
    assert violations(page, "figure.diagram") == []
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("figure.diagram svg")].filter((svg) => svg.checkVisibility())
          .map((svg) => [svg.closest("figure").dataset.diagram,
           parseFloat(getComputedStyle(svg.querySelector("text")).fontSize)
             * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width])"""
    )
    assert all(size >= 11 for _, size in sizes), sizes
    lists = page.locator(".diagram-narrow > ol:visible").count()
    assert len(sizes) + lists == len(DIAGRAMS), "One form of each diagram is seen, no more."
    if width == 1280:
        assert lists == 0


def test_a_term_in_a_diagram_leads_to_the_glossary(page, site):
    page.goto(f"{site}.html")
    links = page.locator('figure[data-diagram="flow"] .diagram-wide a[href*="glossary.html#term-AUROC"]')
    links.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-AUROC")


def test_without_scripts_slides_and_narration_are_a_page(new_page, site):
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page.goto(f"{site}.deck.html")
    assert page.locator("[data-slide]:visible").count() == SLIDES
    assert page.locator("[data-narration]:visible").count() == SLIDES
    assert page.get_by_alt_text("A blue square, drawn by a cell.").is_visible()
    assert page.get_by_text("0.86", exact=False).first.is_visible()


def test_keys_turn_slides_and_captions_follow(open_deck):
    page = open_deck()
    assert slide_shown(page) == f"Slide 1 of {SLIDES}"
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"Slide 2 of {SLIDES}").wait_for()
    assert "It has an AUROC of 0.86." in page.locator(".deck-captions").inner_text()
    page.keyboard.press("End")
    page.get_by_text(f"Slide {SLIDES} of {SLIDES}").wait_for()
    page.locator('[data-action="previous"]').click()
    page.get_by_text(f"Slide 5 of {SLIDES}").wait_for()


def test_keys_on_a_question_do_not_turn_slides(open_deck):
    page = open_deck()
    for _ in range(QUESTION - 1):
        page.locator('[data-action="next"]').click()
    page.get_by_text(f"Slide {QUESTION} of {SLIDES}").wait_for()
    page.locator("[data-item-id] input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert slide_shown(page) == f"Slide {QUESTION} of {SLIDES}"


def test_the_overview_opens_and_closes(open_deck):
    page = open_deck()
    page.locator('[data-action="overview"]').click()
    page.wait_for_selector(".reveal.overview")
    page.locator(".deck-title h1").click()
    page.keyboard.press("Escape")
    page.wait_for_selector(".reveal:not(.overview)")


def test_captions_can_be_put_away(open_deck):
    page = open_deck()
    button = page.locator('[data-action="captions"]')
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert not page.locator(".deck-captions").is_visible()
    button.click()
    assert page.locator(".deck-captions").is_visible()


@pytest.mark.parametrize("voices", [[], [REMOTE], [{**LOCAL, "lang": "de-DE"}]])
def test_without_a_voice_of_the_device_nothing_offers_to_listen(open_deck, voices):
    page = open_deck(voices)
    assert not page.locator('[data-action="listen"]').is_visible()
    assert not page.get_by_label("Next slide by itself").is_visible()


def test_the_voice_reads_to_the_question_waits_for_the_answer_and_goes_on_to_the_end(open_deck):
    page = open_deck([REMOTE, LOCAL])
    page.locator('[data-action="listen"]').click()
    page.wait_for_selector('main[data-state="waiting"]')
    assert slide_shown(page) == f"Slide {QUESTION} of {SLIDES}"
    assert "Answer the question" in page.locator(".deck-status[role=status]").inner_text()
    spoken = page.evaluate("window.spoken")
    assert {one["voice"] for one in spoken} == {"Local"}
    assert [one["text"].strip() for one in spoken[:3]] == [
        "Here is one sentence.",
        "It has an A U rock of 0.86.",
        "And a third sentence follows.",
    ]
    assert len(spoken) == 3 * QUESTION
    page.locator("[data-item-id] input").first.check()
    page.get_by_role("button", name="Check answer").click()
    page.wait_for_selector('main[data-state="ended"]')
    page.locator('[data-action="listen"]').click()
    page.wait_for_selector('main[data-state="done"]')
    assert len(page.evaluate("window.spoken")) == 3 * SLIDES


def test_a_pause_keeps_the_place_and_the_spoken_sentence_is_marked(open_deck):
    page = open_deck([LOCAL])
    page.evaluate("window.held = true")
    page.locator('[data-action="listen"]').click()
    assert page.locator(".deck-captions .is-spoken").inner_text().strip() == "Here is one sentence."
    assert page.locator('[data-action="listen"]').inner_text() == "Pause"
    page.locator('[data-action="listen"]').click()
    assert state(page) == "paused"
    assert page.locator(".is-spoken").count() == 0
    page.locator('[data-action="faster"]').click()
    page.locator('[data-action="listen"]').click()
    last = page.evaluate("window.spoken.at(-1)")
    assert (last["text"].strip(), last["rate"]) == ("Here is one sentence.", 1.15)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mark_follows_the_voice_from_sentence_to_sentence(open_deck, width):
    page = open_deck([LOCAL], viewport={"width": width, "height": 900})
    page.evaluate("window.held = true")
    page.locator('[data-action="listen"]').click()
    for words in ("Here is one", "It has an AUROC", "And a third"):
        marked = page.locator(".is-spoken:visible")
        assert marked.count() == 1
        assert marked.inner_text().startswith(words)
        page.evaluate("window.utterance.onend()")
    assert slide_shown(page) == f"Slide 2 of {SLIDES}"
    assert page.locator(".is-spoken:visible").inner_text().startswith("Here is one")


def test_the_next_slide_comes_by_itself_only_if_chosen(open_deck):
    page = open_deck([LOCAL])
    page.get_by_label("Next slide by itself").uncheck()
    page.locator('[data-action="listen"]').click()
    page.wait_for_selector('main[data-state="ended"]')
    assert slide_shown(page) == f"Slide 1 of {SLIDES}"


def test_turning_a_slide_while_the_voice_speaks_takes_it_along(open_deck):
    page = open_deck([LOCAL])
    page.evaluate("window.held = true")
    page.locator('[data-action="listen"]').click()
    page.locator('[data-action="next"]').click()
    assert state(page) == "speaking"
    assert slide_shown(page) == f"Slide 2 of {SLIDES}"
    page.locator(".deck-title h1").click()
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"Slide 3 of {SLIDES}", exact=True).wait_for()
    assert state(page) == "speaking"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 700), (390, 844), (1280, 900)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_deck, width, height, theme):
    page = open_deck([LOCAL], viewport={"width": width, "height": height}, color_scheme=theme)
    assert page.locator("main").get_attribute("data-view") == ("show" if width > 1000 else "page")
    assert overflow(page) <= 0
    assert violations(page) == []
    if width < 1000:
        assert page.locator("[data-narration]:visible").count() == SLIDES
        small = "[...document.querySelectorAll('[data-slide] p, [data-slide] td, [data-slide] li')].filter((text) => "
        small += "text.checkVisibility() && parseFloat(getComputedStyle(text).fontSize) < 13).length"
        assert page.evaluate(small) == 0


def test_a_slide_is_never_cut_off(open_deck):
    assert what_is_cut(open_deck(), evaluate_within) == []


@pytest.mark.parametrize(
    ("slide", "body", "fault", "screens"),
    [
        (1, '<p style="height: 600px">high</p>', "beyond the slide: <p", SCREENS[:2]),
        (
            6,
            '<div class="long" style="overflow: auto; height: 90px"><p>a</p><p>b</p><p>c</p></div>',
            "hidden",
            SCREENS[:2],
        ),
        (2, '<p style="height: 350px">high</p>', "too low to be read: <img", SCREENS[:2]),
        (3, '<p style="width: 1200px">wide</p>', "beyond the slide: <p", SCREENS),
    ],
)
def test_what_is_cut_off_is_named(open_deck, slide, body, fault, screens):
    page = open_deck()
    add = "([slide, body]) => { document.querySelector(`#slide-${slide} .slide-body`).innerHTML += body; }"
    page.evaluate(add, [slide, body])
    found = what_is_cut(page, evaluate_within)
    for width, height in screens:
        assert [told for told in found if told.startswith(f"{width} x {height}, slide {slide}: ") and fault in told], (
            found
        )
    assert all(f"slide {slide}: " in told for told in found)


def test_a_slide_and_its_narration_are_in_one_window(open_deck):
    page = open_deck([LOCAL], viewport={"width": 1280, "height": 720})
    page.evaluate("document.querySelector('.deck-captions').style.flex = '0 0 40rem'")
    assert "the window ends above the narration" in " ".join(what_is_cut(page, evaluate_within))


def test_a_window_that_becomes_narrow_shows_a_page_and_back(open_deck):
    page = open_deck()
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"Slide 2 of {SLIDES}").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector('main[data-view="page"]')
    assert page.locator("[data-slide]:visible").count() == SLIDES
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_selector('main[data-view="show"] .reveal.ready')
    wait_until(page, "async () => document.querySelectorAll('[data-slide].present').length === 1")


def test_paper_shows_every_slide_with_its_narration(open_deck):
    page = open_deck()
    page.emulate_media(media="print")
    assert page.locator("[data-slide]:visible").count() == SLIDES
    assert page.locator("[data-narration]:visible").count() == SLIDES
    tops = page.locator("[data-slide]").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().top)")
    assert tops == sorted(set(tops)), "Slides stand below each other."
    assert page.locator(".deck-bar").is_hidden()
    drawn = "async () => [...document.querySelectorAll('[data-slide] img')].every((image) => image.naturalWidth === 40)"
    wait_until(page, drawn)


def test_the_speaker_view_shows_the_narration(open_deck):
    page = open_deck()
    with page.expect_popup() as opened:
        page.locator('[data-action="speaker"]').click()
    notes = opened.value
    notes.get_by_text("And a third sentence follows.").first.wait_for()
    notes.close()


def test_a_presentation_and_its_unit_ask_no_other_host_and_the_unit_none_of_its_files(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    page.goto(f"{site}.html")
    page.wait_for_load_state("networkidle")
    assert not [url.path for url in asked if "/deck/" in url.path or ".deck." in url.path]
    page.get_by_role("link", name="Presentation, 1 min").click()
    page.wait_for_selector("main[data-ready]")
    assert [url.path for url in asked if url.path.endswith("/deck/reveal.mjs")]
    assert {url.netloc for url in asked} == {urlsplit(site).netloc}


def test_the_narration_file_holds_what_is_shown(book):
    unit, out = book
    found = json.loads((out / f"{unit.docname}.narration.json").read_text(encoding="utf-8"))
    assert (found["unit"], found["title"], len(found["slides"])) == ("2.1.1", "A talk", SLIDES)
    assert found["slides"][0]["sentences"][1] == {
        "text": "It has an AUROC of 0.86.",
        "say": "It has an A U rock of 0.86.",
    }
    assert [slide["questions"] for slide in found["slides"]] == [[], [], [], ["2.1.1-q01"], [], []]
    assert "AUROC" in SAID
    assert found["pronunciations"] == {"AUROC": "A U rock"}


def test_a_presentation_can_be_stored_for_reading_offline(book):
    unit, out = book
    files = file_list(out)["files"]
    assert files[f"{unit.deck_docname}.html"][2] == "mooc2"
    assert {"_static/deck/deck.mjs", "_static/deck/reveal.mjs", "_static/deck/deck.css"} <= set(files)


def test_a_presentation_is_no_result_of_a_search_and_no_page_beside_another(book):
    unit, out = book
    found = {path.name for path in (out / "_static/search/pages").rglob("*.json")}
    assert f"{unit.slug}.json" in found
    assert f"{unit.slug}.deck.json" not in found
    assert 'rel="next"' not in (out / f"{unit.deck_docname}.html").read_text(encoding="utf-8")
