"""The knowledge check in a browser: answered with the keyboard, on small screens, without storage, on paper."""

import copy
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ai2med.items import item_json, load_items
from ai2med.items.question import with_question
from ai2med.items.text import rich
from ai2med.widgets import KnowledgeCheck, front_ends, style_sheets
from ai2med.widgets._bundle import bundle, styles
from ai2med.widgets.knowledge_check.static_items import items_html

FIXTURE = Path(__file__).parent / "fixtures" / "all_types.items.yml"
EVERY_TYPE = Path(__file__).parents[1] / "unit" / "fixtures" / "items" / "every_type.items.yml"
OUTCOMES = {
    "a": "Choose the split that matches the use",
    "b": "Measure discrimination and calibration",
    "c": "Report what was found, and to whom it applies",
}
HOSTILE = '</script><script>window.hacked = 1</script> "it\'s" & <b>bold</b> ‮שלום ' + "verylongword" * 40

SOUND = '{"correct": true, "score": 1}'

PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Knowledge check</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="w/style.css">
<style>body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0; background: var(--a2-surface); color: var(--a2-text); }}
main {{ max-width: 46rem; margin: 0 auto; padding: 0 1rem 2rem; }}</style></head>
<body><main><h1>Validation Methods</h1><ul><li id="outcome-a">Choose the split</li></ul>
<h2>Knowledge check</h2>{body}</main>
<script type="module" src="w/host.mjs"></script></body></html>
"""


@pytest.fixture(scope="session")
def items():
    """One question of every type, by type."""
    return {item["type"]: item for item in map(item_json, load_items(FIXTURE))}


@pytest.fixture(scope="session")
def site(serve, tmp_path_factory):
    """Return a function that writes a page with questions and gives its address."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "w").mkdir()
    for name, text in front_ends().items():
        (folder / "w" / name).write_text(text, encoding="utf-8")
    sheets = [sheet.read_text(encoding="utf-8") for sheet in style_sheets()]
    (folder / "w" / "style.css").write_text("\n".join(sheets), encoding="utf-8")
    address = serve(folder)

    def write(items, mode="closing", theme="light", name="check.html", before="", scripted=True):
        body = before + items_html(items, OUTCOMES, mode) if scripted else ""
        (folder / name).write_text(PAGE.format(theme=theme, body=body), encoding="utf-8")
        return address + name

    return write


def started(page, address):
    """Open the page and wait until every check on it lives."""
    page.goto(address)
    checks = page.locator("[data-widget=knowledge-check]")
    for check in checks.all():
        check.scroll_into_view_if_needed()
        expect(check).to_have_attribute("data-state", "ready")
    page.evaluate("scrollTo(0, 0)")
    return page


def question(page, item):
    return page.locator(f'[data-item-id="{item["id"]}"]')


def feedback(box):
    return box.get_by_role("status")


def tab_to(page, target, back=False):
    """Press Tab until the element has the focus: it must be within reach of the keyboard."""
    expect(target).to_have_count(1)
    for _ in range(120):
        if target.evaluate("el => el === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"The keyboard never reached {target}")


def press(page, target, key="Enter", back=False):
    tab_to(page, target, back)
    page.keyboard.press(key)


def check(page, box):
    """Press the check button; the focus must stay on it."""
    button = box.get_by_role("button", name="Check answer")
    press(page, button)
    expect(button).to_be_focused()


def choose_in(page, select, key):
    """Open a list of choices by its first letter."""
    tab_to(page, select)
    page.keyboard.type(key)


# One function a type: answer by keyboard, `right` or wrong, starting from whatever is on the page.


def answer_single(page, box, right):
    """Move within the radio buttons with the arrow keys, from the chosen one or the first."""
    options = box.locator(".a2-kc-option input")
    chosen = box.locator(".a2-kc-option input:checked")
    tab_to(page, chosen if chosen.count() else options.first)
    page.keyboard.press("Space")
    wanted = box.get_by_label("by date of admission" if right else "A random split")
    for _ in range(options.count()):
        if wanted.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def answer_multiple(page, box, right):
    for option, ticked in (("too favourable", True), ("fresh set", True), ("worst of the five", not right)):
        tick = box.get_by_role("checkbox", name=re.compile(option))
        if tick.is_checked() != ticked:
            press(page, tick, "Space")


def answer_numeric(page, box, right):
    field = box.get_by_role("textbox")
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type("8" if right else "800")


def answer_ordering(page, box, right):
    """Sort with the arrow keys on the rows, by looking at the list as it stands."""
    wanted = ["Split the data", "Fit the scaler", "Evaluate once"]
    if not right:
        wanted = [wanted[1], wanted[0], wanted[2]]
    rows = box.locator(".a2-kc-row")
    for place, words in enumerate(wanted):
        row = box.locator(".a2-kc-row", has_text=words)
        tab_to(page, row, back=place > 0)
        while words not in rows.nth(place).inner_text():
            page.keyboard.press("ArrowUp")
        expect(row).to_be_focused()


def answer_matching(page, box, right):
    choose_in(page, box.get_by_label("Does 20 %"), "Ca" if right else "Di")
    choose_in(page, box.get_by_label("Do the ill rank"), "Di")


def answer_fill(page, box, right):
    field = box.get_by_label("Gap 1 of 2")
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type("100" if right else "1000")
    choose_in(page, box.get_by_label("Gap 2 of 2"), "1")


def answer_predict(page, box, right):
    tab_to(page, box.get_by_role("textbox"))
    page.keyboard.press("Control+a")
    page.keyboard.type("3" if right else "82")


def answer_parsons(page, box, right):
    wanted = [("for risk in risks:", 0), ("if risk > 0.2:", 1), ("print(risk)", 2)] if right else [("print(risks)", 0)]
    program = box.get_by_role("list", name="Your program")
    while program.locator("li").count():
        tab_to(page, program.locator("li").first, back=True)
        page.keyboard.press("Delete")
    for line, indent in wanted:
        press(page, box.get_by_role("button", name=f"Add: {line}", exact=True), back=True)
        tab_to(page, program.locator("li").last)
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
        for _ in range(indent):
            page.keyboard.press("ArrowRight")
        expect(program.locator("li").last).to_be_focused()


def answer_branching(page, box, right):
    again = box.get_by_role("button", name="Start the conversation again")
    if again.is_visible():
        press(page, again)
        expect(box.locator(".a2-kc-says").first).to_be_focused()
    press(page, box.get_by_role("button", name="Of 100 people" if right else "It is a conditional"))
    expect(box.locator(".a2-kc-says").last).to_be_focused()


# type: words of the feedback to a right and to a wrong answer, words of the explanation
WORDS = {
    "single": ("later than the training stays", "the test knows the future", "repeats the leap"),
    "multiple": (
        "Rightly left out: The chosen model is",
        "Wrongly ticked: The chosen model is",
        "Every choice that looks",
    ),
    "numeric": ("80 % of those who are ill", "80 % of everyone", "are 8 people"),
    "ordering": ("so that nothing leaks", "lets the test part leak", "may only see the training part"),
    "matching": ("Both pairs fit", "Ranking says nothing", "Level is calibration"),
    "fill": ("named the group", "everyone who was screened", "among those with a positive result"),
    "predict": ("Two entries and one", "adds to the last age", "2 + 1 is 3"),
    "parsons": ("Loop, test, print", "prints the whole list", "what belongs to what"),
    "branching": ("in her own words", "false comfort", "Give counts"),
}
ANSWER = {kind: globals()[f"answer_{kind}"] for kind in WORDS}


def answer(page, box, kind, right):
    ANSWER[kind](page, box, right)
    if kind != "branching":
        check(page, box)
    if kind == "multiple" and not right:
        show_which(page, box)


def show_which(page, box):
    """Ask which decisions hold: first only their number is told."""
    expect(feedback(box)).to_contain_text(re.compile(r"\d of \d decisions are right"))
    expect(box.locator(".a2-kc-option .a2-kc-mark")).to_have_count(0)
    press(page, box.get_by_role("button", name="Show which"))


@pytest.mark.parametrize("kind", WORDS)
def test_wrong_then_right_by_keyboard(page, site, items, kind):
    item = items[kind]
    started(page, site([item]))
    page.evaluate("window.heard = []; addEventListener('ai2med:answered', (e) => heard.push(e.detail))")
    box = question(page, item)
    good, bad, why = WORDS[kind]

    answer(page, box, kind, right=False)
    expect(feedback(box)).to_contain_text(bad)
    expect(feedback(box)).not_to_contain_text(good)
    expect(feedback(box).locator("svg").first).to_be_visible()
    expect(box.get_by_text(why)).to_have_count(0)

    explain = box.get_by_role("button", name="Show explanation")
    press(page, explain)
    hide = box.get_by_role("button", name="Hide explanation")
    expect(hide).to_be_focused()
    expect(hide).to_have_attribute("aria-expanded", "true")
    expect(box.get_by_text(why)).to_be_visible()
    press(page, hide)
    expect(box.get_by_text(why)).not_to_be_visible()

    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    answer(page, box, kind, right=True)
    expect(feedback(box)).to_contain_text(good)
    expect(feedback(box)).to_contain_text("Attempt 2.")
    expect(feedback(box)).not_to_contain_text(bad)

    heard = page.evaluate("heard")
    assert [(each["itemId"], each["version"], each["outcome"], each["correct"], each["attempt"]) for each in heard] == [
        (item["id"], 1, item["outcome"], False, 1),
        (item["id"], 1, item["outcome"], True, 2),
    ]
    assert heard[0]["score"] < heard[1]["score"] == 1
    assert heard[0]["response"] != heard[1]["response"]


@pytest.mark.parametrize("kind", WORDS)
def test_answer_and_feedback_come_back_after_a_reload(page, site, items, kind):
    item = items[kind]
    address = site([item])
    started(page, address)
    answer(page, question(page, item), kind, right=False)
    stored = page.evaluate("(key) => JSON.parse(localStorage.getItem(key))", f"ai2med:item:{item['id']}:v1")
    assert set(stored) == {"response", "attempts", "first", "last", "certainty"}
    assert stored["attempts"] == 1
    assert stored["first"]["correct"] is stored["last"]["correct"] is False

    started(page, address)
    box = question(page, item)
    if kind == "multiple":
        show_which(page, box)
    expect(feedback(box)).to_contain_text(WORDS[kind][1])
    expect(page.get_by_text("1 of 1 answered")).to_be_visible()
    if kind != "branching":
        # The answer itself is there too: checking again gives the same feedback, as a second attempt.
        check(page, box)
        if kind == "multiple":
            show_which(page, box)
        expect(feedback(box)).to_contain_text(WORDS[kind][1])
        expect(feedback(box)).to_contain_text("Attempt 2.")


@pytest.mark.parametrize("kind", [kind for kind in WORDS if kind not in ("branching", "ordering")])
def test_checking_nothing_is_not_an_attempt(page, site, items, kind):
    started(page, site([items[kind]]))
    box = question(page, items[kind])
    check(page, box)
    expect(feedback(box)).to_contain_text("first")
    expect(page.get_by_text("0 of 1 answered")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_new_version_drops_the_old_answer(page, site, items):
    item = items["single"]
    started(page, site([item]))
    answer(page, question(page, item), "single", right=False)
    newer = {**item, "version": 2}
    started(page, site([newer], name="newer.html"))
    expect(feedback(question(page, newer))).to_be_empty()
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize(
    "text",
    [
        "{not json",
        "null",
        "[]",
        f'{{"response": "zz", "attempts": 1, "first": {SOUND}, "last": {SOUND}}}',
        f'{{"response": "a", "attempts": -3, "first": {SOUND}, "last": {SOUND}}}',
        f'{{"response": ["n1"], "attempts": 1, "first": {SOUND}, "last": {SOUND}}}',
        f'{{"response": {{"value": "8", "variant": 7}}, "attempts": 1, "first": {SOUND}, "last": {SOUND}}}',
        f'{{"response": "a", "attempts": 1, "first": "yes", "last": {SOUND}}}',
    ],
)
def test_a_damaged_store_is_ignored_and_replaced(page, site, items, text):
    chosen = list(items.values())
    address = site(chosen)
    started(page, address)
    page.evaluate(
        "([ids, text]) => ids.forEach((id) => localStorage.setItem(`ai2med:item:${id}:v1`, text))",
        [[item["id"] for item in chosen], text],
    )
    started(page, address)
    box = question(page, items["multiple"])
    expect(feedback(box)).to_be_empty()
    answer(page, box, "multiple", right=True)
    expect(feedback(box)).to_contain_text("Right.")
    assert json.loads(page.evaluate("localStorage.getItem('ai2med:item:2.2.4-q02:v1')"))["last"]["correct"] is True


@pytest.mark.parametrize(
    "stub",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });",
    ],
    ids=["full", "forbidden"],
)
def test_without_storage_everything_works_and_says_so(page, site, items, stub):
    page.add_init_script(stub)
    started(page, site(list(items.values())))
    box = question(page, items["predict"])
    answer(page, box, "predict", right=False)
    expect(feedback(box)).to_contain_text(WORDS["predict"][1])
    expect(box.get_by_text("This browser does not keep your answers")).to_be_visible()
    press(page, page.get_by_role("button", name="Reset my answers on this page"))
    press(page, page.get_by_role("button", name="Yes, delete"))
    expect(feedback(question(page, items["predict"]))).to_be_empty()


def hostile(value):
    """Put the hostile text into every text of an item."""
    if isinstance(value, list):
        return [hostile(each) for each in value]
    if isinstance(value, dict):
        text = {"t", "answer_unit"}
        return {
            key: HOSTILE if key in text or (key == "text" and isinstance(each, str)) else hostile(each)
            for key, each in value.items()
        }
    return value


def test_hostile_texts_are_shown_as_text(new_page, site, items):
    page = new_page(viewport={"width": 320, "height": 700})
    nasty = hostile(copy.deepcopy(list(items.values())))
    for item in nasty:
        if item["type"] == "predict":
            item["code"] = item["accept"][0] = HOSTILE
        if item["type"] == "fill":
            item["blanks"]["k"].update(choices=[HOSTILE, "18"], accept=[HOSTILE])
    started(page, site(nasty))
    box = question(page, items["single"])
    box.locator("input[type=radio]").first.check()
    box.get_by_role("button", name="Check answer").click()
    expect(feedback(box)).to_contain_text(HOSTILE)
    box.get_by_role("button", name="Show explanation").click()
    for item in nasty:
        expect(question(page, item)).to_contain_text("</script><script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".a2-kc b, .a2-kc script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_notebook_says_where_typed_text_and_code_go(page, site, items):
    started(page, site([items["single"], items["predict"], items["numeric"]]))
    notices = page.locator(".a2-privacy")
    expect(notices).to_have_count(1)
    expect(question(page, items["predict"]).locator(".a2-privacy")).to_contain_text(
        "stays on your device; code in cells goes to the computer that runs the notebook. Never paste real patient"
    )
    # A page of the book has a page to lead to; a notebook has not.
    expect(page.get_by_role("link", name="See or erase your data")).to_have_count(0)


def test_typed_hostile_text_comes_back_as_text(page, site, items):
    address = site([items["predict"]])
    started(page, address)
    page.get_by_role("textbox").fill('<img src=x onerror="window.hacked = 1">')
    page.get_by_role("button", name="Check answer").click()
    started(page, address)
    expect(page.get_by_role("textbox")).to_have_value('<img src=x onerror="window.hacked = 1">')
    assert page.evaluate("window.hacked") is None


def test_certainty_changes_words_but_never_the_mark(page, site, items):
    item = items["single"]
    started(page, site([item]))
    box = question(page, item)
    box.get_by_label("Very").check()
    answer(page, box, "single", right=False)
    expect(feedback(box)).to_contain_text("You were very sure, and this did not hold.")
    stored = page.evaluate("JSON.parse(localStorage.getItem('ai2med:item:2.2.4-q01:v1'))")
    assert (stored["certainty"], stored["last"]) == ("high", {"correct": False, "score": 0})
    started(page, site([item]))
    expect(box.get_by_label("Very")).to_be_checked()


def test_changed_answers_lose_their_marks_but_not_the_feedback(page, site, items):
    item = items["single"]
    started(page, site([item]))
    box = question(page, item)
    answer(page, box, "single", right=False)
    expect(box.locator(".a2-kc-option .a2-kc-mark")).to_have_text("Not right")
    box.get_by_label("by ward of admission").check()
    expect(box.locator(".a2-kc-option .a2-kc-mark")).to_have_count(0)
    expect(feedback(box)).to_contain_text("the test knows the future")
    stale = re.compile("a2-kc-stale")
    expect(feedback(box)).to_have_class(stale)
    check(page, box)
    expect(feedback(box)).not_to_have_class(stale)
    expect(feedback(box)).to_contain_text("about another ward")


def test_another_version_asks_with_other_numbers(page, site, items):
    item = items["numeric"]
    started(page, site([item]))
    box = question(page, item)
    expect(box).to_contain_text("10 have the illness")
    answer(page, box, "numeric", right=True)
    press(page, box.get_by_role("button", name="Another version of this question"))
    expect(box).to_contain_text("50 have the illness")
    expect(box.get_by_role("textbox")).to_be_focused()
    expect(box.get_by_role("textbox")).to_have_value("")
    expect(feedback(box)).to_contain_text("the numbers have changed")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(feedback(box)).to_contain_text("Right.")
    started(page, site([item]))
    expect(box).to_contain_text("50 have the illness")
    expect(box.get_by_role("textbox")).to_have_value("40")


def test_rows_move_with_buttons_and_by_dragging(page, site, items):
    item = items["ordering"]
    started(page, site([item]))
    rows = question(page, item).locator(".a2-kc-row")
    first = rows.first.inner_text()
    down = rows.first.get_by_role("button", name=re.compile("^Move down"))
    press(page, down)
    expect(rows.nth(1)).to_contain_text(first)
    expect(rows.nth(1).get_by_role("button", name=re.compile("^Move down"))).to_be_focused()
    expect(page.locator(".a2-kc > .a2-hidden")).to_contain_text("now 2 of 3")

    grip, last = rows.nth(1).locator(".a2-kc-grip").bounding_box(), rows.nth(2).bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, last["y"] + last["height"] - 2, steps=6)
    page.mouse.up()
    expect(rows.nth(2)).to_contain_text(first)


def test_results_by_outcome_appear_when_all_is_answered(page, site, items):
    chosen = [items["single"], items["predict"], items["branching"]]
    started(page, site(chosen))
    expect(page.get_by_text("0 of 3 answered")).to_be_visible()
    answer(page, question(page, chosen[0]), "single", right=False)
    answer(page, question(page, chosen[0]), "single", right=True)
    answer(page, question(page, chosen[1]), "predict", right=False)
    expect(page.get_by_text("2 of 3 answered")).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    answer(page, question(page, chosen[2]), "branching", right=True)
    rows = [row.inner_text().split("\t") for row in page.get_by_role("table").get_by_role("row").all()]
    assert [row[1:] for row in rows] == [
        ["First attempt", "Now"],
        ["0 of 1", "1 of 1"],
        ["1 of 2", "1 of 2"],
        ["1 of 3", "2 of 3"],
    ]
    assert rows[1][0] == f"a. {OUTCOMES['a']}"
    expect(page.get_by_role("link", name=OUTCOMES["a"])).to_have_attribute("href", "#outcome-a")
    press(page, page.get_by_role("button", name="Question 2"))
    expect(page.get_by_role("heading", name="Question 2 of 3")).to_be_focused()


def test_reset_asks_first_and_reaches_every_check_of_the_unit(page, site, items):
    inline, closing = items["multiple"], items["single"]
    started(page, site([closing], before=items_html([inline], OUTCOMES, "inline")))
    page.evaluate(
        "localStorage.setItem('ai2med:item:2.2.4-old:v1', '1'); localStorage.setItem('ai2med:item:2.2.5-q01:v1', '1')"
    )
    answer(page, question(page, inline), "multiple", right=True)
    answer(page, question(page, closing), "single", right=True)
    reset = page.get_by_role("button", name="Reset my answers on this page")
    press(page, reset)
    expect(page.get_by_role("button", name="No, keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(reset).to_be_focused()
    expect(feedback(question(page, closing))).to_contain_text("Right.")
    press(page, reset)
    press(page, page.get_by_role("button", name="Yes, delete"))
    expect(reset).to_be_focused()
    for item in (inline, closing):
        expect(feedback(question(page, item))).to_be_empty()
        expect(question(page, item).locator("input:checked")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == ["ai2med:item:2.2.5-q01:v1"]


def test_an_inline_check_resets_only_itself(page, site, items):
    inline, other = items["predict"], {**items["single"], "place": "opening"}
    before = items_html([inline], OUTCOMES, "inline")
    started(page, site([other], mode="opening", before=before))
    answer(page, question(page, inline), "predict", right=True)
    answer(page, question(page, other), "single", right=True)
    press(page, page.get_by_role("button", name="Reset this answer").first, back=True)
    press(page, page.get_by_role("button", name="Yes, delete"))
    expect(feedback(question(page, inline))).to_be_empty()
    expect(question(page, inline).get_by_role("textbox")).to_be_focused()
    expect(feedback(question(page, other))).to_contain_text("Your guess fits")


def test_a_first_guess_is_neither_wrong_nor_an_attempt(page, site, items):
    guesses = {kind: {**items[kind], "place": "opening"} for kind in ("single", "numeric")}
    started(page, site(list(guesses.values()), mode="opening"))
    for kind, item in guesses.items():
        box = question(page, item)
        for _ in range(2):
            answer(page, box, kind, right=False)
        expect(feedback(box)).to_contain_text("first guess")
        expect(box).not_to_contain_text("Not right")
        expect(box).not_to_contain_text("Attempt 2")
        expect(box).not_to_have_attribute("data-answered", "wrong")


def test_a_wrong_part_without_words_of_its_own_is_sent_to_its_section(page, site, items):
    section = "<article><h2 id='where'>Where it is taught</h2>"
    wide = long_matching(items, 3)
    wide["prompts"] = [{**prompt, "wrong": {}} for prompt in wide["prompts"]]
    inline, task = {**wide, "place": "inline"}, {**wide, "id": "2.2.4-x01", "place": "exercise"}
    started(page, site([task], "exercise", before=section + items_html([inline], OUTCOMES, "inline")))
    for item in (inline, task):
        box = question(page, item)
        for row, key in (("Row 0", "Di"), ("Row 1", "Di"), ("Row 2", "Ca")):
            choose_in(page, box.get_by_label(row), key)
        check(page, box)
        expect(feedback(box)).to_contain_text("1 of 3 are right.")
        # All of them in one line, and said once.
        expect(feedback(box).locator("li[data-kind=wrong]")).to_have_count(1)
        expect(feedback(box)).to_contain_text("Not right: Row 0; Row 1")
    link = feedback(question(page, inline)).get_by_role("link", name="Where it is taught")
    expect(link).to_have_attribute("href", "#where")
    # The heading before a task leads back to the task.
    expect(feedback(question(page, task)).get_by_role("link")).to_have_count(0)
    expect(feedback(question(page, task))).to_contain_text("Look again at what the text says of it.")


def test_the_mark_of_a_gap_is_no_word_of_the_sentence(page, site, items):
    item = items["fill"]
    started(page, site([item]))
    box = question(page, item)
    answer(page, box, "fill", right=False)
    first, second = (box.get_by_label(f"Gap {k} of 2") for k in (1, 2))
    expect(first).to_have_accessible_description("Not right")
    expect(second).to_have_accessible_description("Right")
    expect(box.locator(".a2-kc-gaps .a2-kc-mark > *:not(svg):not(.a2-hidden)")).to_have_count(0)
    # The replies name the gaps by the numbers beside them.
    expect(box.locator(".a2-kc-gaps .a2-kc-gapno")).to_have_text(["1", "2"])
    expect(feedback(box)).to_contain_text("Not right: Gap 1")


SIGNS_APART = """() => [...document.querySelectorAll(".a2-kc-gaps .a2-kc-joined")].filter((joined) => {
  const sign = document.createRange();
  sign.selectNodeContents(joined.lastChild);
  const [field, behind] = [joined.querySelector(".a2-kc-field"), sign].map((each) => each.getBoundingClientRect());
  return behind.left < field.right || behind.top > field.bottom;
}).length"""


def test_a_full_stop_behind_a_gap_never_begins_a_line(page, site, items):
    gaps = [run for name in ("n", "k") for run in ({"t": " Of those who came "}, {"blank": name, "tail": "."})]
    # A list with a long choice is as wide as its line.
    blanks = copy.deepcopy(items["fill"]["blanks"])
    blanks["k"]["choices"] = ["eighteen of those who were called back to the clinic " * 3]
    started(page, site([{**items["fill"], "text": [gaps], "blanks": blanks}]))
    for width in range(320, 760, 8):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(SIGNS_APART) == 0, width


def test_a_conversation_goes_back_and_its_verdict_leaves_with_the_answer(page, site, items):
    started(page, site([items["branching"]]))
    box = question(page, items["branching"])
    expect(box.get_by_role("button", name="Go back one step")).to_have_count(0)
    answer(page, box, "branching", right=False)
    expect(feedback(box)).to_contain_text(WORDS["branching"][1])
    said = box.locator(".a2-kc-talk li").count()
    press(page, box.get_by_role("button", name="Go back one step"))
    expect(box.locator(".a2-kc-talk li")).to_have_count(said - 2)
    expect(box.locator(".a2-kc-says").last).to_be_focused()
    expect(feedback(box)).to_be_empty()
    answer(page, box, "branching", right=True)
    expect(feedback(box)).to_contain_text(WORDS["branching"][0])
    press(page, box.get_by_role("button", name="Start the conversation again"))
    expect(feedback(box)).to_be_empty()


def test_how_sure_one_is_comes_before_the_verdict_of_a_conversation(page, site, items):
    item = {**items["branching"], "certainty": True}
    started(page, site([item]))
    box = question(page, item)
    answer_branching(page, box, right=True)
    expect(feedback(box)).to_be_empty()
    box.get_by_label("Very").check()
    box.get_by_role("button", name="See how it went").click()
    expect(feedback(box)).to_contain_text("You were very sure, and you were right")


def test_the_question_is_marked_and_names_the_fields_whatever_is_said_after_it(page, site, items):
    stem = "On a ward there are two lists. Is it short? Which *list* helps? Nothing is graded here."
    asked = "Is it short? Which list helps?"
    item = {**items["single"], "stem": with_question(rich(stem))}
    started(page, site([item]))
    expect(question(page, item).get_by_role("radiogroup", name=asked, exact=True)).to_have_count(1)
    bold = "els => els.filter((el) => getComputedStyle(el).fontWeight >= 600).map((el) => el.textContent)"
    assert question(page, item).locator(".a2-kc-stem > p, .a2-kc-stem > p > *").evaluate_all(bold) == [asked]


def long_matching(items, rows):
    prompts = [{**items["matching"]["prompts"][0], "id": f"r{k}", "text": [[{"t": f"Row {k}"}]]} for k in range(rows)]
    return {**items["matching"], "prompts": prompts}


def test_on_a_phone_long_lists_of_pairs_come_in_parts(new_page, site, items):
    item = long_matching(items, 7)
    page = new_page(viewport={"width": 390, "height": 844})
    started(page, site([item]))
    box = question(page, item)
    rows = box.locator("select:visible")
    expect(rows).to_have_count(4)
    expect(box).to_contain_text("Lines 1 to 4 of 7")
    for row in rows.all():
        row.select_option("t1")
    box.get_by_role("button", name="Check answer").click()
    # What is still open is brought forward.
    expect(box.get_by_label("Row 5")).to_be_visible()
    expect(rows).to_have_count(3)
    for row in rows.all():
        row.select_option("t1")
    box.get_by_role("button", name="Check answer").click()
    expect(feedback(box)).to_contain_text("Right.")
    expect(feedback(box).locator(".a2-kc-verdict")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(rows).to_have_count(7)
    expect(box.get_by_role("button", name="Next lines")).to_have_count(0)


def test_a_program_shows_its_indentation_on_a_phone(new_page, site, items):
    """A line that is too long for the screen wraps behind its indentation, and keys move it there."""
    item = copy.deepcopy(items["parsons"])
    item["lines"][0]["text"] += "  # " + "a remark that goes on " * 4
    page = started(new_page(viewport={"width": 390, "height": 844}), site([item], "inline", name="indent.html"))
    for _ in item["lines"]:
        page.locator("button.a2-kc-line").first.click()
    row = page.locator(f'.a2-kc-program [data-key="{item["lines"][0]["id"]}"]')
    if not row.count():
        page.locator("button.a2-kc-line").first.click()
    starts = """row => {
      const range = document.createRange();
      range.selectNodeContents(row.querySelector("code"));
      return [...range.getClientRects()].map(({ left }) => left);
    }"""
    before = row.evaluate(starts)
    row.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    after = row.evaluate(starts)
    assert len(after) >= 2
    assert min(after) - min(before) >= 30
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_text_is_judged_by_its_reader_and_kept_so(new_page, site):
    """What is found is shown, what is unsafe is quoted, and nothing is called right or wrong."""
    item = item_json(load_items(EVERY_TYPE)["q10"])
    page = started(
        new_page(viewport={"width": 320, "height": 800}), site([item], "exercise", theme="dark", name="text.html")
    )
    box = question(page, item)
    button = box.get_by_role("button", name="Compare my text")
    press(page, button)
    expect(feedback(box)).to_contain_text("Write your text first")
    expect(box.get_by_text("Show a model answer")).to_be_hidden()
    tab_to(page, box.get_by_role("textbox"), back=True)
    page.keyboard.type("One in five of you. No doctor looks; the computer decides.")
    expect(box.get_by_text("Never paste real patient data.")).to_be_visible()
    press(page, button)
    # What may be unsafe comes first.
    expect(feedback(box).locator("p").first).to_contain_text(
        "Look at this again: “No doctor looks”, “computer decides”. It may say something false or unsafe"
    )
    expect(feedback(box).locator("p").nth(1)).to_contain_text("0 of 2 points")
    # The model answer waits behind a fold, so that there can be a second draft.
    model = box.get_by_text("A doctor looks at it with you and decides.")
    expect(model).to_be_hidden()
    press(page, box.locator("summary", has_text="Show a model answer"))
    expect(model).to_be_visible()
    expect(box.locator("mark")).to_have_text(["No doctor looks", "computer decides"])
    expect(box.locator("li[data-kind=look]")).to_contain_text(
        "Look at this again: “No doctor looks”, “computer decides”"
    )
    claim = box.locator("[data-kind=missing]", has_text="how many of 100").get_by_role("checkbox")
    press(page, claim, "Space")
    expect(feedback(box)).to_contain_text("1 more")
    # The list has been drawn again, and the focus is where it was.
    expect(box.locator("[data-kind=said]").get_by_role("checkbox")).to_be_focused()
    for k, (line, word) in enumerate((("r1", "Met"), ("r2", "Not yet"), ("r3", "Partly"))):
        beside = box.locator(".a2-kc-judged")
        expect(beside).to_have_text(f"{k} of 3 lines judged." if k else "")
        box.locator(f'[data-line="{line}"]').get_by_label(word).check()
    # It is said where the buttons are, too.
    expect(beside).to_contain_text("You judged: 1 met, 1 partly, 1 not yet.")
    expect(feedback(box)).to_contain_text("You judged: 1 met, 1 partly, 1 not yet. This is kept as your own judgement")
    expect(feedback(box)).not_to_contain_text(re.compile(r"\bright\b|\bwrong\b|passed|well done", re.IGNORECASE))
    stored = json.loads(page.evaluate(f"localStorage.getItem('ai2med:item:{item['id']}:v1')"))
    assert stored["last"] == {"correct": None, "score": 0.5, "judge": "reader"}
    assert stored["attempts"] == 1
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    started(page, page.url)
    expect(feedback(box)).to_contain_text("You judged: 1 met")
    expect(box.locator(".a2-kc-judged")).to_contain_text("You judged: 1 met")
    expect(box.locator("[data-kind=said]").get_by_role("checkbox")).to_be_checked()
    # What is written and not compared yet is there again, and forgotten with the answer.
    box.get_by_role("textbox").fill("Twenty of a hundred, and a doctor decides.")
    started(page, page.url)
    expect(box.get_by_role("textbox")).to_have_value("Twenty of a hundred, and a doctor decides.")
    expect(feedback(box)).to_have_class(re.compile("a2-kc-stale"))
    page.get_by_role("button", name="Reset this answer").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(box.get_by_role("textbox")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_numbers_below_zero_can_be_typed_on_every_phone(page, site, items):
    item = copy.deepcopy(items["numeric"])
    started(page, site([item]))
    expect(question(page, item).get_by_role("textbox")).to_have_attribute("inputmode", "decimal")
    item["variants"][0]["answer"] = -5
    started(page, site([item], name="below.html"))
    expect(question(page, item).get_by_role("textbox")).to_have_attribute("inputmode", "text")


def test_arrow_keys_on_a_row_do_not_reach_the_page(page, site, items):
    started(page, site([items["parsons"]]))
    page.evaluate("window.keys = []; document.addEventListener('keydown', (e) => keys.push(e.key))")
    box = question(page, items["parsons"])
    press(page, box.get_by_role("button", name="Add: print(risks)"))
    tab_to(page, box.get_by_role("list", name="Your program").locator("li"))
    page.evaluate("keys.length = 0")
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("keys") == []


def test_feedback_is_a_polite_live_region_that_waits_empty(page, site, items):
    started(page, site(list(items.values())))
    for item in items.values():
        region = feedback(question(page, item))
        expect(region).to_have_count(1)
        expect(region).to_have_attribute("aria-live", "polite")
        expect(region).to_be_empty()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, site, items, theme, width):
    page = new_page(viewport={"width": width, "height": 900})
    chosen = list(items.values())
    started(page, site(chosen, theme=theme))
    assert violations(page) == []
    for kind, item in items.items():
        answer(page, question(page, item), kind, right=kind in ("numeric", "matching"))
        question(page, item).get_by_role("button", name="Show explanation").click()
    answer(page, question(page, items["single"]), "single", right=False)
    question(page, items["multiple"]).get_by_label("fresh set").uncheck()
    page.get_by_role("button", name="Reset my answers on this page").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def violations(page):
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:150]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def test_main_controls_are_large_enough_to_touch(new_page, site, items):
    page = new_page(viewport={"width": 320, "height": 700}, has_touch=True)
    started(page, site(list(items.values())))
    for control in page.locator(".a2-kc button:visible, .a2-kc select, .a2-kc label:visible, .a2-kc textarea").all():
        box = control.bounding_box()
        if "a2-kc-fieldname" in (control.get_attribute("class") or "") or control.evaluate(
            "el => el.closest('.a2-kc-pair') && el.tagName === 'LABEL'"
        ):
            continue
        assert box["height"] >= 44, control.evaluate("el => el.outerHTML")


def test_without_scripts_the_answers_are_there(new_page, site, items):
    page = new_page(java_script_enabled=False)
    page.goto(site(list(items.values())))
    box = page.locator('[data-item-id="2.2.4-q01"]')
    expect(box).to_contain_text("A split by date of admission")
    expect(box.get_by_text("repeats the leap of the use")).not_to_be_visible()
    box.get_by_text("Answers and explanations").click()
    expect(box.get_by_text("repeats the leap of the use")).to_be_visible()
    page.emulate_media(media="print")
    for item in items.values():
        # On paper every fold is open, without a script.
        expect(page.locator(f'[data-item-id="{item["id"]}"] details > p').last).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_static_version(new_page, site, items, theme):
    page = new_page()
    page.route("**/host.mjs", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(site(list(items.values()), theme=theme))
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert violations(page) == []


def test_paper_shows_questions_with_answers_in_place_of_buttons(page, site, items):
    started(page, site(list(items.values())))
    static = page.locator(".a2-print-only")
    expect(static).not_to_be_visible()
    assert page.locator('[data-item-id="2.2.4-q01"]').count() == 1
    page.emulate_media(media="print")
    expect(static).to_be_visible()
    expect(page.get_by_role("button", name="Check answer").first).not_to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(static.get_by_text("repeats the leap of the use")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_a_broken_module_leaves_the_static_version(page, site, items, complaints):
    page.route(
        "**/knowledge_check.mjs",
        lambda route: route.fulfill(body="throw new Error('broken');", content_type="text/javascript"),
    )
    page.goto(site([items["single"]]))
    expect(page.locator("[data-widget]")).to_have_attribute("data-state", "error")
    expect(page.get_by_text("Answers and explanations")).to_be_visible()
    complaints.expect("could not start")


JUPYTER_LIKE = """async ({ source, css, state }) => {
  const style = document.head.appendChild(document.createElement("style"));
  style.textContent = css;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  const listeners = new Map();
  const model = {
    get: (name) => state[name],
    set(name, value) { state[name] = value; listeners.get("change:" + name)?.(); },
    on: (name, callback) => listeners.set(name, callback),
    off: (name) => listeners.delete(name),
    save_changes() {},
  };
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  const clean = await widget.render({ model, el });
  window.notebook = { model, listeners, clean };
}"""
IDS_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  return ids.filter((id, k) => ids.indexOf(id) !== k);
}"""


def test_two_notebook_widgets_do_not_share_ids(page, site, items):
    page.goto(site([items["single"]], scripted=False))
    for item in (items["single"], {**items["single"], "id": "2.2.4-q20"}):
        widget = KnowledgeCheck(unit="2.2.4", items=[item], outcomes=OUTCOMES, mode="inline")
        given = {"source": bundle(widget.module), "css": styles(widget.module), "state": widget.page_state()}
        page.evaluate(JUPYTER_LIKE, given)
    assert page.evaluate(IDS_TWICE) == []
    page.get_by_label("A random split").first.check()
    page.get_by_label("by date of admission").last.check()
    expect(page.locator("input:checked")).to_have_count(2)


def test_the_bundle_runs_as_one_blob_in_a_notebook(page, site, items):
    page.goto(site([items["single"]], scripted=False))
    widget = KnowledgeCheck(unit="2.2.4", title="Check", items=list(items.values()), outcomes=OUTCOMES)
    page.evaluate(
        JUPYTER_LIKE, {"source": bundle(widget.module), "css": styles(widget.module), "state": widget.page_state()}
    )
    box = question(page, items["predict"])
    # A notebook's shortcuts listen above the widget; its plain keys must not get there, saving must.
    page.evaluate("window.keys = []; document.addEventListener('keydown', (event) => keys.push(event.key))")
    tab_to(page, box.get_by_role("button", name="Check answer"))
    page.evaluate("keys.length = 0")
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+s")
    assert page.evaluate("keys") == ["Control", "s"]
    page.evaluate("document.activeElement.blur()")
    answer(page, box, "predict", right=True)
    expect(feedback(box)).to_contain_text("Two entries and one")
    page.evaluate("(items) => notebook.model.set('items', items)", [items["single"]])
    expect(page.locator("[data-item-id]")).to_have_count(1)
    page.evaluate("notebook.clean()")
    assert page.evaluate("notebook.listeners.size") == 0
