"""The widgets on letters and law, used as a reader does: by keyboard, on a phone, in the dark."""

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ai2med import LawPath, LawTimeline, ReadabilityMeter
from ai2med.book.assets import style_sheet
from ai2med.leaflet import check_leaflet
from ai2med.readability import measure
from ai2med.widgets import front_ends

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/unit/fixtures/readability_vectors.json").read_text(encoding="utf-8"))
LETTER = VECTORS["texts"][-2]["text"]
HOSTILE = "<img src=x onerror=alert(1)> </script> {n} \u202e\"'&"
ODD_TEXTS = [
    HOSTILE,
    "Ça coûte 1.000 €; naïve café",
    "Γιατρός 5 of 10",
    "😀 5 of 10 😀😀 5",
    "a\u2028b.\u00a0C\r\n\r\n- d",
    "W " * 300,
]

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


def law_path():
    data = yaml.safe_load(PATHS)
    return LawPath(data["systems"], data["forks"], dates=DATES)


def everything():
    return [
        ReadabilityMeter(LETTER),
        law_path(),
        LawTimeline(DATES, on="2026-10-01"),
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    """Return a function that puts widgets on a page and gives the page's address."""
    folder = tmp_path_factory.mktemp("people")
    for name, text in front_ends().items():
        (folder / name).write_text(text, encoding="utf-8")
    # The meter's own parts, which a test asks by themselves.
    for part in ("readability.mjs", "leaflet.mjs"):
        shutil.copy(ROOT / "src" / "ai2med" / "widgets" / "readability_meter" / part, folder)
    (folder / "style.css").write_text(style_sheet(), encoding="utf-8")
    address = serve(folder)
    pages = []

    def put(*widgets):
        name = f"page{len(pages)}.html"
        pages.append(name)
        (folder / name).write_text(
            '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Widgets</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="style.css">'
            f"<style>body {{ margin: 0 0.75rem; font: 16px/1.5 sans-serif }}"
            '[data-theme="dark"] body { background: #12181f; color: #e8edf2 }</style></head>'
            f"<body><main><h1>Widgets</h1>{''.join(widget.page_html() for widget in widgets)}</main>"
            '<script type="module" src="host.mjs"></script></body></html>',
            encoding="utf-8",
        )
        return address + name

    return put


def show(page, address):
    """Open a page and wait until each of its widgets runs and its figures are drawn."""
    page.goto(address)
    widgets = page.locator("[data-widget]")
    for index in range(widgets.count()):
        widgets.nth(index).scroll_into_view_if_needed()
        expect(widgets.nth(index)).to_have_attribute("data-state", "ready")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.a2-plot')].every((one) => !one.checkVisibility() || one.firstChild)"
    )
    return widgets


def press(locator, key, times=1):
    locator.focus()
    for _ in range(times):
        locator.press(key)


# Readability meter


def test_meter_and_python_count_alike(page, site):
    page.goto(site(ReadabilityMeter("x")))
    texts = [vector["text"] for vector in VECTORS["texts"] + VECTORS["leaflets"]] + ODD_TEXTS
    texts += [word for listed in VECTORS["syllables"].values() for word in listed.split()]
    meter = ReadabilityMeter("x")
    made = page.evaluate(
        """async ({ texts, checks, rules }) => {
            const { measureText } = await import('./readability.mjs');
            const { checkLeaflet } = await import('./leaflet.mjs');
            return texts.map((text) => [measureText(text), checkLeaflet(text, checks, rules)]);
        }""",
        {"texts": texts, "checks": meter.checks, "rules": meter.rules},
    )
    for text, (counts, findings) in zip(texts, made, strict=True):
        assert counts == pytest.approx(asdict(measure(text)), nan_ok=True), text
        assert findings == [{**asdict(each), "found": list(each.found)} for each in check_leaflet(text)], text


def test_meter_follows_typing_and_keeps_the_text_in_this_browser(page, site):
    address = site(ReadabilityMeter(LETTER))
    show(page, address)
    box = page.get_by_label("Your leaflet")
    expect(page.locator(".a2-live")).to_contain_text(f"Grade {measure(LETTER).grade:.1f}: above the target of 8.")
    expect(page.locator(".a2-readability-meter")).to_contain_text("Never paste real patient data.")
    box.fill("Please call 01 234 5678 by Friday.")
    expect(page.locator('[data-check="contact"]')).to_have_attribute("data-ok", "true")
    expect(page.locator(".a2-live")).to_contain_text("the target of 8 is reached")
    show(page, address)
    expect(box).to_have_value("Please call 01 234 5678 by Friday.")
    reset = page.locator(".a2-readability-meter button")
    reset.press("Enter")
    expect(box).to_have_value(LETTER)
    expect(reset).to_have_text("Bring my text back")
    reset.press("Enter")
    expect(box).to_have_value("Please call 01 234 5678 by Friday.")
    reset.press("Enter")
    show(page, address)
    expect(box).to_have_value(LETTER)


def test_meter_works_without_storage_and_with_an_empty_text(page, site):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('closed'); } })"
    )
    show(page, site(ReadabilityMeter("Go.", key="other")))
    page.get_by_label("Your leaflet").fill("")
    expect(page.locator(".a2-live")).to_have_text("Write something to measure.")
    page.get_by_label("Your leaflet").fill(HOSTILE)
    expect(page.locator("main img")).to_have_count(0)


# Law


def test_law_path_can_be_walked_by_keyboard_with_a_reason_at_each_fork(page, site):
    show(page, site(law_path()))
    fork = page.locator("[data-fork]").first
    fork.get_by_role("button", name="It infers").press("Enter")
    expect(fork).to_contain_text("It does not infer. Art. 3(1)")
    expect(page.locator("[data-fork]")).to_have_count(1)
    fork.get_by_role("button", name="A fixed rule").press("Space")
    expect(page.locator("[data-fork]")).to_have_count(2)
    expect(page.locator('[data-fork="device"] .a2-question')).to_be_focused()
    expect(page.locator("[role=status]")).to_have_text(re.compile("This answer fits. Right so."))
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
    expect(page.locator("[role=status]")).to_contain_text("New duties: 1. Falling away: 1. Dates moved: 1.")
    expect(fact).to_have_attribute("aria-pressed", "true")
    fact.press("Enter")
    expect(page.locator("[data-change]")).to_have_count(0)
    expect(page.locator("[data-duty]")).to_have_count(2)


def test_the_next_system_starts_a_new_path(page, site):
    show(page, site(law_path()))
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    page.get_by_role("button", name="Next system").press("Enter")
    expect(page.get_by_label("Which system?")).to_have_value("S2")
    expect(page.locator("[data-fork]")).to_have_count(1)
    expect(page.locator(".a2-question")).to_be_focused()
    expect(page.locator(".a2-law-path")).to_contain_text("1 of 2 systems classified")


def test_timeline_separates_what_applies_from_what_comes(page, site):
    show(page, site(LawTimeline(DATES, on="2026-10-01")))
    live = page.locator(".a2-live")
    expect(live).to_have_text("On 1 October 2026, 1 of 3 dates have passed. Next: 2 December 2027, AI Act: Annex III.")
    assert page.locator("[data-key]").evaluate_all("items => items.map(item => item.dataset.past)") == [
        "true",
        "false",
        "false",
    ]
    # A passed date is a disc, one to come a diamond; each is drawn with the number of its list entry.
    strip = page.locator(".a2-plot svg")
    expect(strip.locator("circle")).to_have_count(1)
    expect(strip.locator("path")).to_have_count(2)
    expect(strip).to_have_attribute("aria-label", re.compile("1 have passed and 2 are still to come"))
    page.get_by_label("What applies on this day?").fill("2028-08-02")
    expect(live).to_have_text("On 2 August 2028, 3 of 3 dates have passed. No later date stands in the table.")
    expect(strip.locator("circle")).to_have_count(3)


def test_timeline_filters_by_act_role_and_side(page, site):
    show(page, site(LawTimeline(DATES, on="2026-10-01")))
    page.get_by_label("Act", exact=True).select_option("AI Act")
    expect(page.locator("[data-key]")).to_have_count(2)
    page.get_by_label("Role", exact=True).select_option("provider")
    expect(page.locator("[data-key]")).to_have_count(1)
    expect(page.locator('[data-key="late"]')).to_contain_text("still to come: in about 22 months")
    press(page.get_by_label("all dates"), "ArrowRight")
    expect(page.locator("[data-key]")).to_have_count(0)
    expect(page.locator(".a2-plot svg")).to_have_attribute("aria-label", "No date of the table fits these filters.")


def test_todays_date_is_the_readers_own(new_page, site):
    page = new_page(timezone_id="Pacific/Auckland")
    page.clock.set_fixed_time("2027-12-01T12:30:00Z")  # in Auckland it is already 2 December
    show(page, site(LawTimeline(DATES)))
    expect(page.locator(".a2-live")).to_contain_text("On 2 December 2027, 2 of 3 dates have passed.")
    expect(page.get_by_label("What applies on this day?")).to_have_value("2027-12-02")


# All


def test_hostile_words_are_shown_and_never_run(page, site):
    data = yaml.safe_load(PATHS)
    data["systems"][0]["title"] = data["forks"][0]["question"] = HOSTILE
    dates = DATES.assign(what=HOSTILE)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    show(
        page,
        site(
            ReadabilityMeter(HOSTILE, label=HOSTILE, key=HOSTILE),
            LawPath(data["systems"], data["forks"], dates=DATES),
            LawTimeline(dates),
        ),
    )
    expect(page.locator("main img")).to_have_count(0)
    expect(page.locator(".a2-question")).to_contain_text("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, site, theme):
    show(page, site(*everything()))
    page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    page.get_by_role("button", name="The rule is learned.").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_phone_needs_no_sideways_scrolling(new_page, site):
    page = new_page(viewport={"width": 320, "height": 640})
    widgets = show(page, site(*everything()))
    for _ in range(2):
        page.get_by_role("button", name="Show me the answer").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    inner = page.evaluate("[...document.querySelectorAll('.a2-root')].map(e => e.scrollWidth - e.clientWidth)")
    assert inner == [0] * widgets.count()


def test_without_scripts_the_text_alternative_stands_there(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(site(*everything()))
    for widget in everything():
        expect(page.get_by_text(widget.describe(), exact=True)).to_be_visible()


def test_removing_a_widget_stops_its_listeners(page, site):
    page.goto(site(LawTimeline(DATES)))
    left = page.evaluate(
        """async (widgets) => {
            const { plainModel } = await import('./host.mjs');
            const left = {};
            for (const { module, state } of widgets) {
                const model = plainModel(state);
                let listening = 0;
                const { on, off } = model;
                model.on = (...args) => { listening += 1; on(...args); };
                model.off = (...args) => { listening -= 1; off(...args); };
                const el = document.createElement('div');
                document.body.append(el);
                const stop = await (await import('./' + module)).default.render({ model, el });
                stop();
                left[module] = listening;
            }
            return left;
        }""",
        [{"module": widget.module, "state": widget.page_state()} for widget in everything()],
    )
    assert set(left.values()) == {0}


def test_the_notebook_bundles_run_as_one_file_each(page, site):
    widgets = everything()
    page.goto(site(LawTimeline(DATES)))
    texts = page.evaluate(
        """async (widgets) => {
            const { plainModel } = await import('./host.mjs');
            const texts = [];
            for (const { source, state } of widgets) {
                const el = document.createElement('div');
                document.body.append(el);
                const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
                await (await import(address)).default.render({ model: plainModel(state), el });
                texts.push(el.querySelector('.a2-title').textContent);
            }
            return texts;
        }""",
        [{"source": widget._esm, "state": widget.page_state()} for widget in widgets],
    )
    assert len(set(texts)) == 3
