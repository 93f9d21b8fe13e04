"""The kit of explorables, on a page with one of every control and view."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from explorable_pages import Site
from playwright.sync_api import expect
from test_explorables_seen import CONTROLS, SHOWN, TEXTS, started, use

pytestmark = pytest.mark.browser

MODULE = Path(__file__).parent / "fixtures" / "explorables" / "every-kind" / "every-kind.mjs"
FIRST = "Level 4, 28 beds, product 112, 0 sorted, at 20 and 30. That is more than 100."
FIGURES = 9


@pytest.fixture(scope="module")
def site(serve, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("kit"))
    address = serve(made.folder)
    return lambda **given: address + made.page(MODULE, **given)


@pytest.fixture
def kit(page, site):
    return started(page, site())


def says(page, text):
    expect(page.locator(".a2-live")).to_have_text(text if isinstance(text, re.Pattern) else re.compile(re.escape(text)))


def test_every_control_is_native_and_changes_what_is_drawn(kit):
    for number in range(kit.locator(CONTROLS).count()):
        control = kit.locator(CONTROLS).nth(number)
        if not control.is_visible() or (control.get_attribute("type") == "radio" and not control.is_checked()):
            continue
        before = kit.evaluate(SHOWN)
        use(kit, control)
        if "a2-presets" not in control.evaluate("(el) => el.parentElement.className"):
            kit.wait_for_function(f"(before) => ({SHOWN})() !== before", arg=before)
    for control in kit.locator("input:visible, select:visible").all():
        assert control.evaluate("(el) => el.labels.length") == 1
    for slider in kit.locator("input[type=range]:visible").all():
        assert slider.get_attribute("aria-valuetext")


def test_the_model_follows_the_controls(kit):
    says(kit, FIRST)
    kit.get_by_role("slider", name="Level").press("ArrowLeft")
    kit.get_by_role("spinbutton", name="Beds").fill("10")
    says(kit, "Level 3, 10 beds, product 30, 0 sorted, at 20 and 30. That is at most 100.")
    expect(kit.locator(".a2-facts")).to_contain_text("30")


def test_a_slider_over_stops_says_the_stop_and_not_its_place(kit):
    slider = kit.get_by_role("slider", name="Stop")
    assert slider.get_attribute("aria-valuetext") == "5"
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "20"


def test_a_number_outside_its_limits_is_refused_in_words(kit):
    beds = kit.get_by_role("spinbutton", name="Beds")
    beds.fill("99")
    expect(kit.locator(".a2-number .a2-note")).to_have_text("Give a number from 1 to 40.")
    assert beds.get_attribute("aria-invalid") == "true"
    says(kit, FIRST)


def test_elements_are_ordered_by_buttons_and_arrow_keys_and_the_focus_stays(kit):
    kit.get_by_role("button", name="Move down: Wash hands").press("Enter")
    texts = kit.locator(".a2-order li > span")
    expect(texts).to_have_text(["Put on gloves", "Wash hands", "Draw blood"])
    expect(kit.get_by_role("button", name="Move down: Wash hands")).to_be_focused()
    kit.keyboard.press("ArrowDown")
    expect(texts).to_have_text(["Put on gloves", "Draw blood", "Wash hands"])


def test_a_view_of_ones_own_changes_the_state_and_the_focus_stays(kit):
    button = kit.get_by_role("button", name="Count", exact=True)
    button.press("Enter")
    button.press("Enter")
    expect(kit.locator(".a2-own")).to_contain_text("Counted 2.")
    expect(button).to_be_focused()
    kit.get_by_role("combobox", name="Ward").select_option("Ward B")
    kit.get_by_label("Today").fill("2028-08-02")
    link = kit.get_by_role("link", name="Link to this state").get_attribute("href")
    kit.get_by_role("button", name="Start again").press("Enter")
    expect(kit.locator(".a2-own")).to_contain_text("Counted 0.")
    kit.evaluate("(link) => (location.hash = link)", link)
    expect(kit.locator(".a2-own")).to_contain_text("Counted 2.")
    expect(kit.locator(".a2-facts")).to_contain_text(re.compile("Ward.*b.*2028-08-02"))


def test_items_are_sorted_into_boxes(kit):
    kit.get_by_label("A trial").select_option("strong")
    expect(kit.locator("[data-box=strong]")).to_contain_text("A trial")
    says(kit, "1 sorted")
    kit.get_by_label("A trial").select_option("")
    says(kit, "0 sorted")


def test_a_point_moves_by_keyboard_and_by_pointer(kit):
    kit.get_by_role("slider", name="Across").press("ArrowRight")
    says(kit, "at 25 and 30")
    box = kit.locator("[data-view=curve] svg").bounding_box()
    kit.locator("[data-view=curve] svg").scroll_into_view_if_needed()
    box = kit.locator("[data-view=curve] svg").bounding_box()
    kit.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    kit.mouse.down()
    kit.mouse.up()
    says(kit, re.compile(r"at (45|50|55|60) and (45|50|55|60)\."))


def test_a_control_and_a_view_appear_when_they_matter(kit):
    hidden = kit.get_by_role("slider", name="Only on the right")
    expect(hidden).to_be_hidden()
    kit.get_by_role("radio", name="on the left").press("ArrowRight")
    expect(hidden).to_be_visible()
    expect(kit.locator("[data-view=text]")).to_have_text("Side: right.")
    expect(kit.get_by_role("button", name="Only on the right")).to_be_visible()


def test_presets_and_a_new_start(kit):
    kit.get_by_role("button", name="All lit").press("Enter")
    says(kit, "Level 10")
    expect(kit.get_by_role("img", name="network lit")).to_be_visible()
    kit.get_by_role("button", name="One level more").press("Enter")
    assert kit.get_by_role("slider", name="Level").input_value() == "10"
    kit.get_by_role("button", name="Start again").press("Enter")
    says(kit, FIRST)
    expect(kit.get_by_role("checkbox", name="Light up")).not_to_be_checked()


def test_many_changes_are_announced_once(kit):
    kit.evaluate("""() => {
      globalThis.announced = [];
      new MutationObserver(() => announced.push(document.querySelector('.a2-live').textContent))
        .observe(document.querySelector('.a2-live'), { childList: true, characterData: true, subtree: true });
    }""")
    kit.get_by_role("slider", name="Level").focus()
    for _ in range(6):
        kit.keyboard.press("ArrowRight")
    says(kit, "Level 10")
    assert len(kit.evaluate("announced")) == 1
    kit.get_by_role("button", name="Move down: Wash hands").press("Enter")
    expect(kit.get_by_text("Wash hands: now 2 of 3.")).to_have_role("status")


def test_the_first_text_is_not_announced(new_page, site):
    page = new_page()
    page.add_init_script("""globalThis.changes = 0;
      const count = (all) => all.forEach((each) => (changes += each.target.closest?.('[role=status]') ? 1 : 0));
      addEventListener('DOMContentLoaded', () => new MutationObserver(count).observe(document.body, {
        childList: true, subtree: true }));""")
    started(page, site())
    says(page, FIRST)
    assert page.evaluate("changes") == 0


def test_a_link_leads_to_the_state(new_page, site):
    page = started(new_page(), site())
    page.get_by_role("slider", name="Level").press("End")
    page.get_by_role("radio", name="on the left").press("ArrowRight")
    page.get_by_label("A trial").select_option("strong")
    page.get_by_role("button", name="Move down: Wash hands").press("Enter")
    says(page, "Level 10, 28 beds, product 280, 1 sorted")
    address = page.get_by_role("link", name="Link to this state").evaluate("(a) => a.href")
    assert "#every-kind:" in address
    other = started(new_page(), address)
    says(other, "Level 10, 28 beds, product 280, 1 sorted")
    expect(other.get_by_role("radio", name="on the right")).to_be_checked()
    expect(other.locator(".a2-order li > span").first).to_have_text("Put on gloves")
    expect(other.locator("[data-box=strong]")).to_contain_text("A trial")


@pytest.mark.parametrize("broken", ["level=99&side=up&steps=%5B1%5D&beds=x", "nonsense", "level=%7B%7D&place=%5B1%5D"])
def test_a_broken_link_leaves_what_it_cannot_read(new_page, site, broken):
    page = started(new_page(), f"{site()}#every-kind:{broken}")
    says(page, re.compile(r"Level (4|10), 28 beds"))
    expect(page.get_by_role("radio", name="on the left")).to_be_checked()


def test_two_of_a_kind_have_their_own_links_and_ids(new_page, site):
    address = site(times=2)
    page = new_page()
    page.goto(f"{address}#every-kind.2:level=9")
    rooms = page.locator(".ai2med-room")
    expect(rooms.nth(1).locator(".a2-live")).to_contain_text("Level 9")
    rooms.nth(1).scroll_into_view_if_needed()
    page.locator("[data-widget]").first.scroll_into_view_if_needed()
    expect(rooms).to_have_count(2)
    expect(rooms.first.locator(".a2-live")).to_contain_text("Level 4")
    ids = page.locator("[id]").evaluate_all("(all) => all.map((el) => el.id)")
    assert len(ids) == len(set(ids))


def test_what_is_unfolded_stays_so_while_numbers_change(kit):
    details = kit.locator("[data-view=bars] details")
    details.locator("summary").press("Enter")
    expect(details).to_have_attribute("open", "")
    before = details.inner_text()
    kit.get_by_role("spinbutton", name="Beds").fill("12")
    expect(details).not_to_have_text(before)
    expect(details).to_have_attribute("open", "")


def test_the_first_state_without_scripts_is_the_living_one(new_page, site):
    plain = new_page(java_script_enabled=False)
    plain.goto(site())
    page = started(new_page(), site())
    assert plain.locator(".a2-live").inner_text() == page.locator(".a2-live").inner_text() == FIRST
    named = "(all) => all.map((el) => el.getAttribute('aria-label'))"
    assert plain.locator("svg[role=img]").evaluate_all(named) == page.locator("svg[role=img]").evaluate_all(named)
    assert plain.locator("svg[role=img]").count() == FIGURES
    assert plain.locator(".a2-settings dt").first.inner_text() == "Level"
    assert plain.locator(".a2-settings dd").first.inner_text() == "4 of 10"
    assert plain.locator(".a2-settings").get_by_text("Only on the right").count() == 0


def test_the_same_width_gives_the_same_drawing_in_page_and_build(new_page, site):
    plain = new_page(java_script_enabled=False)
    plain.goto(site())
    page = started(new_page(), site())
    for view in ("curve", "timeline", "flow"):
        page.locator(f"[data-view={view}]").evaluate("(el) => (el.style.width = '340px')")
        label = page.locator(f"[data-view={view}] svg").get_attribute("aria-label")
        expect(page.locator(f"[data-view={view}] svg")).to_have_attribute("width", "340")
        content = "(svg) => svg.innerHTML"
        drawn = page.locator(f"[data-view={view}] svg").evaluate(content)
        assert drawn == plain.locator(f'svg[aria-label="{label}"]').evaluate(content)


def test_hostile_data_stay_text(kit):
    expect(kit.locator(".a2-title")).to_have_text("Every kind for the <b>ward</b>")
    assert kit.locator(".a2-root b").count() == 0


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_every_width_in_readable_letters(new_page, site, width):
    for scripts in (True, False):
        page = new_page(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        started(page, site()) if scripts else page.goto(site())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        texts = page.evaluate(TEXTS)
        assert texts
        assert [each for each in texts if each["isOut"]] == []
        assert [each for each in texts if each["size"] < (9.5 if width == 320 else 11)] == []


def test_figures_are_drawn_anew_for_a_new_width(kit):
    svg = kit.locator("[data-view=curve] svg")
    wide = int(svg.get_attribute("width"))
    kit.set_viewport_size({"width": 360, "height": 800})
    expect(svg).not_to_have_attribute("width", str(wide))
    assert svg.evaluate("(el) => el.getBoundingClientRect().width") == pytest.approx(
        int(svg.get_attribute("width")), abs=1
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_part(new_page, site, theme):
    page = started(new_page(), site(theme=theme))
    page.get_by_role("radio", name="on the left").press("ArrowRight")
    for details in page.locator("details").all():
        details.locator("summary").press("Enter")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_nothing_moves_for_readers_who_do_not_want_it(new_page, site):
    page = started(new_page(reduced_motion="reduce"), site())
    page.get_by_role("button", name="All lit").press("Enter")
    assert page.evaluate("document.getAnimations().length") == 0


def test_paper_shows_figures_and_no_buttons(kit):
    kit.emulate_media(media="print")
    expect(kit.locator(".a2-foot")).to_be_hidden()
    expect(kit.locator("[data-view=curve] svg")).to_be_visible()
