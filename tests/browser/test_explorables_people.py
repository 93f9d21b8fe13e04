"""The explorables on letters and law, used as a reader does: by keyboard, on a phone, in the dark."""

import re

import pandas as pd
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from explorable_pages import Site
from playwright.sync_api import expect

from ai2med import explorable
from ai2med.explorables._faces import module
from ai2med.readability import measure

pytestmark = pytest.mark.browser

LETTER = (
    "Your examination was evaluated with the assistance of an algorithm, and an abnormality necessitating additional "
    "clarification has been identified."
)
HOSTILE = "<img src=x onerror=alert(1)> </script> \u202e\"'&"

DATES = pd.DataFrame(
    [
        {
            "key": "gdpr",
            "date": pd.Timestamp("2018-05-25"),
            "act": "GDPR",
            "who": ["controller"],
            "what": "It applies.",
        },
        {"key": "soon", "date": pd.Timestamp("2027-12-02"), "act": "AI Act", "who": ["deployer"], "what": "Annex III."},
        {"key": "late", "date": pd.Timestamp("2028-08-02"), "act": "AI Act", "who": ["provider"], "what": "Devices."},
    ]
).assign(article="Art. 1", source="source", note="")

PATHS = """
forks:
  - {id: ai, question: "Is it an AI system?", options: [{id: yes, text: It infers}, {id: no, text: A fixed rule}]}
  - {id: device, question: "Is it a device?", options: [{id: yes, text: A device}, {id: no, text: No device}]}
  - {id: fria, question: "Is a FRIA needed?", options: [{id: yes, text: Needed}, {id: no, text: Not needed}]}
systems:
  - id: S1
    title: A fixed rule
    description: It adds points.
    answers:
      ai: {answer: no, article: Art. 3(1), feedback: {yes: It does not infer., no: Right so.}}
      device: {answer: yes, article: Rule 11, feedback: {yes: It may be., no: Purpose decides.}}
    skipped: {fria: Nothing to assess.}
    result:
      summary: No AI system.
      classes: [Rule 11]
      duties:
        - {id: basis, who: controller, duty: Have a legal basis., article: Art. 6, date_key: gdpr}
        - {id: check, who: manufacturer, duty: Check the class., article: Rule 11, date_key: soon}
      open: [Which class it has.]
    changes:
      - id: learned
        fact: The rule is learned.
        effect: Door 1 opens.
        adds: [{id: high, who: provider, duty: Meet the requirements., article: Art. 9, date_key: late}]
        drops: [basis]
        moves: [{duty: check, date_key: late, why: Only to show it.}]
  - id: S2
    title: Another one
    description: It learns.
    answers:
      ai: {answer: yes, article: Art. 3(1), feedback: {yes: It infers., no: It does.}}
    result: {summary: An AI system., duties: []}
"""


def law_path(**changes):
    return explorable("law-path", **{**yaml.safe_load(PATHS), **changes}, valid_on="2026-10-01", dates=DATES)


def timeline(dates=DATES, **given):
    return explorable("law-timeline", dates=dates, **given)


def meter(text=LETTER, **given):
    return explorable("readability-meter", text=text, **given)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    """Return a function that puts an explorable on a page and gives the page's address."""
    made = Site(tmp_path_factory.mktemp("people"))
    address = serve(made.folder)

    def put(widget, **more):
        return address + made.page(module(widget.name), {"data": widget.data, "state": widget.state}, **more)

    return put


def show(page, address):
    """Open a page and wait until its explorable runs."""
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("[data-widget]")).to_have_attribute("data-state", "ready")


def live(page):
    return page.locator(".a2-live")


# Readability meter


def test_meter_follows_typing_and_keeps_the_text_in_this_browser(page, site):
    address = site(meter())
    show(page, address)
    box = page.get_by_label("Your leaflet")
    expect(live(page)).to_contain_text(f"Grade {measure(LETTER).grade:.1f}: above the target of 8.")
    expect(page.locator(".a2-writing")).to_contain_text("Never paste real patient data.")
    box.fill("Please call 01 234 5678 by Friday.")
    contact = page.locator(".a2-list li", has_text="How to reach you.")
    expect(contact).to_have_class("a2-kept")
    expect(live(page)).to_contain_text("the target of 8 is reached")
    show(page, address)
    expect(box).to_have_value("Please call 01 234 5678 by Friday.")
    expect(live(page)).to_contain_text("the target of 8 is reached")
    page.get_by_role("button", name="Start again").press("Enter")
    expect(box).to_have_value(LETTER)
    page.get_by_role("button", name="Bring my text back").press("Enter")
    expect(box).to_have_value("Please call 01 234 5678 by Friday.")
    expect(box).to_be_focused()
    page.get_by_role("button", name="Start again").press("Enter")
    show(page, address)
    expect(box).to_have_value(LETTER)


def test_what_is_written_stands_in_no_link(page, site):
    show(page, site(meter()))
    page.get_by_label("Your leaflet").fill("Mrs Secret")
    expect(live(page)).to_contain_text("reached")
    assert page.get_by_role("link", name="Link to this state").get_attribute("href") == "#readability-meter:"


def test_a_link_does_not_change_what_is_written(page, site):
    address = site(meter())
    show(page, address)
    box = page.get_by_label("Your leaflet")
    box.fill("Please call.")
    show(page, address + '#readability-meter:written="Pay here."')
    expect(live(page)).to_contain_text("reached")
    expect(box).to_have_value("Please call.")


def test_meter_works_without_storage_and_with_an_empty_text(page, site):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('closed'); } })"
    )
    show(page, site(meter("Go.", key="other")))
    page.get_by_label("Your leaflet").fill("")
    expect(live(page)).to_have_text("Write something to measure.")
    page.get_by_label("Your leaflet").fill(HOSTILE)
    expect(live(page)).to_contain_text("Grade")
    expect(page.locator("main img")).to_have_count(0)


# Law


def test_law_path_can_be_walked_by_keyboard_with_a_reason_at_each_fork(page, site):
    show(page, site(law_path()))
    fork = page.locator("[data-fork]").first
    fork.get_by_role("button", name="It infers").press("Enter")
    expect(fork).to_contain_text("It does not infer. Art. 3(1)")
    expect(page.locator("[data-fork]")).to_have_count(1)
    expect(fork.get_by_role("button", name="A fixed rule")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-fork]")).to_have_count(2)
    expect(page.locator('[data-fork="device"] .a2-question')).to_be_focused()
    expect(live(page)).to_have_text(re.compile("This answer fits. Right so."))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".a2-result")).to_be_focused()
    expect(page.locator(".a2-result")).to_contain_text("No AI system.")
    expect(page.locator(".a2-skipped")).to_contain_text("Nothing to assess.")
    expect(page.locator(".a2-score")).to_have_text("Right at the first try: 1 of 2 forks.")
    expect(page.locator(".a2-law-path")).to_contain_text("State of law: 1 October 2026.")


def test_a_changed_fact_moves_the_duties_and_back(page, site):
    show(page, site(law_path()))
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").press("Enter")
    expect(page.locator(".a2-score")).to_have_text("Right at the first try: 0 of 2 forks.")
    fact = page.get_by_role("button", name="The rule is learned.")
    fact.press("Enter")
    expect(page.locator('[data-duty="basis"]')).to_contain_text("falls away")
    expect(page.locator('[data-duty="check"]')).to_contain_text("2 August 2028")
    expect(page.locator('[data-duty="check"]')).to_contain_text("Before the change: 2 December 2027. Only to show it.")
    expect(page.locator('[data-duty="high"]')).to_contain_text("new")
    expect(live(page)).to_contain_text("New duties: 1. Falling away: 1. Dates moved: 1.")
    expect(fact).to_have_attribute("aria-pressed", "true")
    expect(fact).to_be_focused()
    fact.press("Enter")
    expect(page.locator("[data-change]")).to_have_count(0)
    expect(page.locator("[data-duty]")).to_have_count(2)
    expect(live(page)).to_contain_text("Back to the facts as they were.")


def test_the_next_system_starts_a_new_path_and_a_link_leads_back_to_it(page, site):
    address = site(law_path())
    show(page, address)
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    page.get_by_role("button", name="Next system").press("Enter")
    expect(page.get_by_label("Which system?")).to_have_value("S2")
    expect(page.locator("[data-fork]")).to_have_count(1)
    expect(page.locator(".a2-question")).to_be_focused()
    expect(live(page)).to_contain_text("1 of 2 systems classified")
    link = page.get_by_role("link", name="Link to this state").get_attribute("href")
    show(page, address + link)
    expect(page.get_by_label("Which system?")).to_have_value("S2")
    expect(live(page)).to_contain_text("1 of 2 systems classified")


def test_timeline_separates_what_applies_from_what_comes(page, site):
    show(page, site(timeline(day="2026-10-01")))
    expect(live(page)).to_have_text(
        "On 1 October 2026, 1 of 3 dates have passed. Next: 2 December 2027, AI Act: Annex III."
    )
    past = page.locator("[data-key]").evaluate_all("items => items.map(item => item.dataset.past)")
    assert past == ["true", "false", "false"]
    # A passed date is a disc, one to come a diamond; each is drawn with the number of its list entry.
    strip = page.locator(".a2-plot svg")
    expect(strip.locator("circle")).to_have_count(1)
    expect(strip.locator("path")).to_have_count(2)
    expect(strip).to_have_attribute("aria-label", re.compile("1 have passed"))
    page.get_by_label("What applies on this day?").fill("2028-08-02")
    expect(live(page)).to_have_text("On 2 August 2028, 3 of 3 dates have passed. No later date stands in the table.")
    expect(strip.locator("circle")).to_have_count(3)


def test_timeline_filters_by_act_role_and_side(page, site):
    show(page, site(timeline(day="2026-10-01")))
    page.get_by_label("Act", exact=True).select_option("AI Act")
    expect(page.locator("[data-key]")).to_have_count(2)
    page.get_by_label("Role", exact=True).select_option("provider")
    expect(page.locator("[data-key]")).to_have_count(1)
    expect(page.locator('[data-key="late"]')).to_contain_text("still to come: in about 22 months")
    page.get_by_label("all dates").press("ArrowRight")
    expect(page.locator("[data-key]")).to_have_count(0)
    expect(page.locator(".a2-plot svg")).to_have_attribute("aria-label", "No date of the table fits these filters.")


def test_todays_date_is_the_readers_own(new_page, site):
    page = new_page(timezone_id="Pacific/Auckland")
    page.clock.set_fixed_time("2027-12-01T12:30:00Z")  # in Auckland it is already 2 December
    show(page, site(timeline()))
    day = page.get_by_label("What applies on this day?")
    expect(live(page)).to_contain_text("On 2 December 2027, 2 of 3 dates have passed.")
    expect(day).to_have_value("2027-12-02")
    day.fill("2026-01-01")
    page.get_by_role("button", name="Start again").press("Enter")
    expect(day).to_have_value("2027-12-02")


# All


def test_hostile_words_are_shown_and_never_run(page, site):
    data = yaml.safe_load(PATHS)
    data["systems"][0]["title"] = data["forks"][0]["question"] = HOSTILE
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for widget in (meter(HOSTILE, label=HOSTILE, key=HOSTILE), timeline(DATES.assign(what=HOSTILE)), law_path(**data)):
        show(page, site(widget))
        expect(page.locator("main img")).to_have_count(0)
    expect(page.locator(".a2-question")).to_contain_text("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_at_the_end_of_a_path(page, site, theme):
    show(page, site(law_path(), theme=theme))
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    page.get_by_role("button", name="The rule is learned.").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_phone_needs_no_sideways_scrolling_at_the_end_of_a_path(new_page, site):
    page = new_page(viewport={"width": 320, "height": 640})
    show(page, site(law_path()))
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.a2-root'))") == 0


def test_without_scripts_paper_holds_the_verdicts_the_dates_and_the_letter(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(site(law_path()))
    expect(page.get_by_text("S1, A fixed rule: No AI system.")).to_be_visible()
    page.goto(site(timeline()))
    expect(page.get_by_text("3 dates of law, earliest first.")).to_be_visible()
    expect(page.locator("[data-key]")).to_have_count(3)
    page.goto(site(meter()))
    expect(page.get_by_text(LETTER).first).to_be_visible()
