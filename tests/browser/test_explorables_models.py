"""The modelling explorables in a browser: keyboard, text alternative, numbers, small screens, dark mode, notebook."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import WIDGETS
from playwright.sync_api import expect

from ai2med.widgets import (
    CalibrationExplorer,
    ClusterMirage,
    NetBenefitExplorer,
    SplitExplorer,
    ThresholdExplorer,
    TimeZeroExplorer,
    _stats,
)
from ai2med.widgets._bundle import bundle, styles
from ai2med.widgets.split_explorer import split_grid

NAMES = ["threshold", "calibration", "net-benefit", "split", "time-zero", "cluster"]
SHEETS = "".join(f'<link rel="stylesheet" href="w/{file.name}">' for file in sorted(WIDGETS.glob("*.css")))
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Explorable</title>
<link rel="icon" href="data:,">{sheets}
<style>body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0; background: var(--a2-surface, {back}); }}
main {{ max-width: 46rem; margin: 0 auto; padding: 0 0.5rem; }} h1 {{ color: {fore}; }}</style></head>
<body style="background: {back}"><main><h1>Validation Methods</h1>{body}</main>
<script type="module" src="w/host.mjs"></script></body></html>
"""


def simulated_stays(count=1000):
    random = np.random.default_rng(3)
    end = random.gamma(2, 45, count) + 4
    event = np.where(random.random(count) < 0.15, random.gamma(1.5, 30, count) + 1, np.nan)
    event = np.where(event < end, event, np.nan)
    stays = pd.DataFrame({"event_hour": event, "end_hour": end, "first_pulse_hour": random.exponential(0.5, count)})
    stays["bed_request_hour"] = stays.event_hour - 1
    return stays


@pytest.fixture(scope="session")
def widgets():
    random = np.random.default_rng(7)
    site = random.choice(["A", "B", "C"], 4000, p=[0.5, 0.3, 0.2])
    sign = random.normal(size=4000)
    outcomes = (random.random(4000) < _stats.expit(-3.2 + 1.3 * sign + 0.8 * (site == "C"))).astype(int)
    vendor = _stats.expit(-2.9 + 1.1 * sign + 0.6 * random.normal(size=4000))
    own = _stats.expit(-3.2 + 1.2 * sign)
    performance = [{"time_zero": t, "legal": 0.7 + t / 1000, "leaking": 0.96} for t in (6, 24, 48, 72)]
    return {
        "threshold": ThresholdExplorer(outcomes, vendor, per_day=28, capacity=5, nurses=2),
        "calibration": CalibrationExplorer(outcomes, vendor, groups=site, group="C"),
        "net-benefit": NetBenefitExplorer(outcomes, {"Vendor": vendor, "Own model": own}),
        "split": SplitExplorer(split_grid(2026, 2)),
        "time-zero": TimeZeroExplorer(simulated_stays(), performance=performance),
        "cluster": ClusterMirage(),
    }


@pytest.fixture(scope="session")
def site(serve, tmp_path_factory, widgets):
    """Return a function that writes a page with one widget and gives its address."""
    folder = tmp_path_factory.mktemp("explorables")
    (folder / "w").mkdir()
    for file in WIDGETS.iterdir():
        if file.suffix in (".mjs", ".css"):
            shutil.copy(file, folder / "w")
    address = serve(folder)

    def write(name, theme="light"):
        fore, back = ("#1d2733", "#ffffff") if theme == "light" else ("#e8edf2", "#12181f")
        body = widgets[name].page_html()
        page = PAGE.format(theme=theme, sheets=SHEETS, body=body, fore=fore, back=back)
        (folder / f"{name}-{theme}.html").write_text(page, encoding="utf-8")
        return f"{address}{name}-{theme}.html"

    return write


def started(page, address):
    page.goto(address)
    expect(page.locator("[data-widget]")).to_have_attribute("data-state", "ready")
    expect(page.locator("svg[role=img]").first).to_be_visible()
    return page


def said(page, number=0):
    """The live text with ordinary spaces."""
    return page.locator("[role=status]").nth(number).inner_text().replace("\u00a0", " ")


def says(page, pattern, number=0):
    expect(page.locator("[role=status]").nth(number)).to_have_text(re.compile(pattern.replace(" ", r"\s")))


def slide(page, label, key, times=1):
    """Move a slider with the keyboard only."""
    page.get_by_role("slider", name=label).focus()
    for _ in range(times):
        page.keyboard.press(key)


def fact(page, name):
    return (
        page.locator("dl div", has=page.locator("dt", has_text=name)).locator("dd").inner_text().replace("\u00a0", " ")
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_slider_moves_by_keyboard_and_changes_text_and_figure(page, site, name):
    started(page, site(name))
    assert page.locator(".ai2med-fallback").count() == 0
    for number in range(page.locator("input[type=range]").count()):
        slider = page.locator("input[type=range]").nth(number)
        before = page.locator(".ai2med-room").inner_html()
        value = slider.input_value()
        slider.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert slider.input_value() != value
        assert slider.get_attribute("aria-valuetext")
        expect(slider).to_be_focused()
        assert page.locator(".ai2med-room").inner_html() != before
    text = said(page)
    slider = page.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[role=status]").first).not_to_have_text(text)


@pytest.mark.parametrize("name", NAMES)
def test_figures_carry_text_alternatives_that_follow(page, site, name):
    started(page, site(name))
    for figure in page.locator("svg[role=img]").all():
        assert len(figure.get_attribute("aria-label")) > 20
    labels = [figure.get_attribute("aria-label") for figure in page.locator("svg[role=img]").all()]
    slider = page.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("Home")
    assert [figure.get_attribute("aria-label") for figure in page.locator("svg[role=img]").all()] != labels
    assert not re.search(r"\{\w+\}|undefined|NaN", page.locator(".ai2med-room").inner_text())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, site, name, width, theme):
    page = new_page(viewport={"width": width, "height": 900})
    started(page, site(name, theme))
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_labels_keep_their_size_and_stay_inside_on_a_phone(new_page, site, name):
    page = started(new_page(viewport={"width": 390, "height": 844}), site(name))
    small = page.evaluate(
        """() => [...document.querySelectorAll(".ai2med-room svg")].flatMap((svg) => {
          const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
          const box = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("text")].filter((text) => {
            const own = text.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(text).fontSize) * scale;
            return size < 13.9 || own.left < box.left - 1 || own.right > box.right + 1;
          }).map((text) => text.textContent);
        })"""
    )
    assert small == []


@pytest.mark.parametrize("name", NAMES)
def test_text_alternative_stands_without_scripts(new_page, site, widgets, name):
    page = new_page(java_script_enabled=False)
    page.goto(site(name))
    expect(page.locator(".ai2med-fallback")).to_have_text(widgets[name].describe())


@pytest.mark.parametrize("name", NAMES)
def test_notebook_bundle_renders_writes_back_and_cleans_up(page, site, widgets, name):
    """The one-file module that Jupyter gets works with a model of its own and lets go of it."""
    page.goto(site("threshold"))
    widget = widgets[name]
    page.add_style_tag(content=styles(widget.module))
    result = page.evaluate(
        """async ({ source, state }) => {
          const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
          const { plainModel } = await import("./w/host.mjs");
          const model = plainModel(state);
          let [saved, open] = [0, 0];
          model.save_changes = () => (saved += 1);
          const [on, off] = [model.on, model.off];
          model.on = (...rest) => ((open += 1), on(...rest));
          model.off = (...rest) => ((open -= 1), off(...rest));
          const el = document.createElement("div");
          document.querySelector("main").replaceChildren(el);
          const clean = await module.default.render({ model, el });
          for (const input of el.querySelectorAll("input[type=range]")) {
            input.value = input.min;
            input.dispatchEvent(new Event("input"));
          }
          const during = open;
          clean();
          return { saved, during, after: open, text: el.innerText.length };
        }""",
        {"source": bundle(widget.module), "state": widget.page_state()},
    )
    assert result["during"] > 0
    assert result["after"] == 0
    assert result["text"] > 200
    assert result["saved"] > 0 or name == "calibration", "what the reader chose goes back to Python"


def test_threshold_numbers_equal_python(page, site, widgets):
    started(page, site("threshold"))
    numbers = widgets["threshold"].numbers()
    assert f"finds {numbers['found']} of them and misses {numbers['missed']};" in said(page)
    assert f"{numbers['false_alarms']} of the other" in said(page)
    assert f"{numbers['alerts']:.1f} alerts a night" in said(page)
    assert fact(page, "Sensitivity") == _stats.percent(numbers["sensitivity"])
    assert fact(page, "Specificity") == _stats.percent(numbers["specificity"])
    assert fact(page, "PPV") == _stats.percent(numbers["ppv"])
    assert fact(page, "NPV").startswith(_stats.percent(numbers["npv"]))
    assert fact(page, "Net benefit").startswith(f"{1000 * numbers['net_benefit']:.1f}")
    cells = [int(cell.inner_text()) for cell in page.locator(".a2-cell-number").all()]
    assert cells == [numbers["found"], numbers["missed"], numbers["false_alarms"], numbers["quiet"]]
    assert f"AUROC {numbers['auroc']:.2f}" in page.locator("svg[role=img]").first.get_attribute("aria-label")


def test_prevalence_moves_ppv_but_not_the_roc_point(page, site):
    started(page, site("threshold"))
    roc = page.locator("svg[role=img]").first.get_attribute("aria-label")
    sensitivity, ppv = fact(page, "Sensitivity"), fact(page, "PPV")
    slide(page, "prevalence", "Home")
    assert fact(page, "PPV") != ppv
    assert fact(page, "Sensitivity") == sensitivity
    assert page.locator("svg[role=img]").first.get_attribute("aria-label") == roc
    says(page, "You moved the prevalence")
    page.get_by_role("button", name="Observed prevalence").press("Enter")
    expect(page.locator("[role=status]")).not_to_contain_text("You moved")
    assert fact(page, "PPV") == ppv


def test_capacity_button_finds_the_threshold_that_the_team_can_answer(page, site):
    started(page, site("threshold"))
    says(page, "more than the 5 the team can answer")
    page.get_by_role("button", name="within 5 alerts").press("Enter")
    says(page, "The team can answer 5")
    assert float(fact(page, "Alerts a night")) <= 5
    slide(page, "Act at a risk", "ArrowLeft")
    assert float(fact(page, "Alerts a night")) > 5


def test_calibration_numbers_equal_python_for_every_group(page, site, widgets):
    started(page, site("calibration"))
    widget = widgets["calibration"]
    for number, name in [(-1, "all"), *enumerate(widget.group_names)]:
        page.get_by_role("radio", name=name, exact=True).check()
        numbers = widget.numbers(number)
        says(page, f"expect {1000 * numbers['expected']:.0f} of 1,000 people .* {1000 * numbers['observed']:.0f} were")
        assert float(fact(page, "Observed / expected")) == pytest.approx(numbers["ratio"], abs=0.006)
        assert float(fact(page, "Calibration intercept").replace("−", "-")) == pytest.approx(
            numbers["intercept"], abs=0.006
        )
        assert float(fact(page, "Calibration slope")) == pytest.approx(numbers["slope"], abs=0.006)
        assert float(fact(page, "Brier").split()[0]) == pytest.approx(numbers["brier"], abs=6e-5)
        assert float(fact(page, "AUROC")) == pytest.approx(numbers["auroc"], abs=6e-4)


def test_recalibration_repairs_and_leaves_the_auroc(page, site):
    started(page, site("calibration"))
    slide(page, "Shift all risks", "ArrowRight", 20)
    slide(page, "Stretch the risks", "ArrowRight", 8)
    auroc, slope = fact(page, "AUROC"), fact(page, "Calibration slope")
    says(page, "overestimate")
    page.get_by_role("button", name="Update intercept", exact=True).press("Enter")
    says(page, "Intercept updated. .* On average they are right")
    assert float(fact(page, "Calibration intercept").lstrip("+−")) == 0
    assert fact(page, "Calibration slope") == slope
    page.get_by_role("button", name="Update intercept and slope").press("Enter")
    says(page, "Intercept and slope updated")
    assert float(fact(page, "Calibration slope")) == 1
    assert fact(page, "AUROC") == auroc
    page.get_by_role("button", name="Risks as delivered").press("Enter")
    assert fact(page, "Calibration slope") != "1.00"


def test_net_benefit_equals_python_and_the_bands_agree(page, site, widgets):
    started(page, site("net-benefit"))
    for name, expected in widgets["net-benefit"].numbers().items():
        if name in ("all", "none"):
            continue
        value, low, high = map(float, re.search(rf"{name} (\S+) \(95 % interval (\S+) to (\S+)\)", said(page)).groups())
        assert value == pytest.approx(1000 * expected["net_benefit"], abs=0.06)
        assert low == pytest.approx(1000 * expected["low"], abs=3)
        assert high == pytest.approx(1000 * expected["high"], abs=3)
    assert "accepts 9 false alarms" in said(page)


def test_miscalibration_can_make_a_model_worse_than_none(page, site):
    started(page, site("net-benefit"))
    assert "is better than the best simple rule" in said(page)
    slide(page, "Shift the risks of Vendor", "End")
    slide(page, "Act at a risk", "ArrowRight", 10)
    says(page, "Here Vendor does harm: alerting nobody is better")
    says(page, "were shifted up")


def test_statistics_module_agrees_with_numpy(page, site, widgets):
    page.goto(site("calibration"))
    widget = widgets["calibration"]
    y, p = np.array(widget.outcomes), np.array(widget.risks)
    weights = widget.weights[-1]
    found = page.evaluate(
        """async ([y, p, w]) => {
          const m = await import("./w/stats.mjs");
          const scores = p.map(m.logit);
          return { groups: m.riskGroups(y, p, w, 10), smooth: m.localLinear(y, scores, w, [-4, -3, -2], 0.4),
            quantile: m.quantile(p, 0.37), wilson: m.wilson(0.1, 50), fit: m.logisticFit(y, scores, w) };
        }""",
        [widget.outcomes, widget.risks, weights],
    )
    weight = np.array(weights)[y]
    order = np.argsort(p, kind="stable")
    place = np.floor(10 * (weight[order].cumsum() - weight[order] / 2) / weight.sum()).clip(0, 9).astype(int)
    for number, group in enumerate(found["groups"]):
        rows = order[place == number]
        assert group["risk"] == pytest.approx(np.average(p[rows], weights=weight[rows]))
        assert group["observed"] == pytest.approx(np.average(y[rows], weights=weight[rows]))
        assert group["low"] < group["observed"] < group["high"]
    scores = _stats.logit(p)
    for at, value in zip([-4, -3, -2], found["smooth"], strict=True):
        reach = np.sort(abs(scores - at))[int(np.ceil(0.4 * len(p))) - 1] * 1.0001
        kernel = weight * (1 - np.minimum(abs(scores - at) / reach, 1) ** 3) ** 3
        line = np.polyfit(scores - at, y, 1, w=np.sqrt(kernel))
        assert value == pytest.approx(line[1], abs=1e-6)
    assert found["quantile"] == pytest.approx(np.quantile(p, 0.37))
    assert found["wilson"] == pytest.approx([0.0435, 0.2136], abs=1e-4)
    assert found["fit"]["slope"] == pytest.approx(widget.numbers(-1)["slope"], abs=1e-6)


def test_split_explorer_shows_the_simulated_numbers(page, site, widgets):
    started(page, site("split"))
    widget = widgets["split"]

    def compare(design, claim, estimate, truth):
        says(page, f"{design}: AUROC .* on {claim} is")
        shown = re.search(r"AUROC (\S+)\. The truth on .* is (\d\.\d+)\.", said(page)).groups()
        assert [float(each) for each in shown] == pytest.approx([estimate, truth], abs=0.0051)

    cell = widget.cell(2, 1, 1, 2)
    compare("Random rows", "new patients here", cell["estimates"][0], cell["truths"][1])
    page.get_by_role("radio", name="a new hospital").check()
    page.get_by_role("radio", name="Split by site").check()
    compare("Split by site", "a new hospital", cell["estimates"][3], cell["truths"][3])
    says(page, "matches your claim")
    before = said(page)
    slide(page, "Sites differ", "Home")
    expect(page.locator("[role=status]").first).not_to_have_text(before)
    alike = widget.cell(2, 1, 0, 2)
    compare("Split by site", "a new hospital", alike["estimates"][3], alike["truths"][3])


def test_noise_panel_tells_choice_before_from_choice_inside(page, site, widgets):
    started(page, site("split"))
    before, inside = widgets["split"].grid["noise"][-1]
    says(page, f"of 2,000 noise columns on all rows, then cross-validating: AUROC {before:.2f}", 1)
    page.get_by_role("radio", name="inside each fold").check()
    says(page, f"inside each fold: AUROC {inside:.2f}", 1)
    slide(page, "Columns of pure noise", "Home")
    says(page, "Choosing 20 of 20 noise columns", 1)


def test_time_zero_counts_equal_python_as_the_sliders_move(page, site, widgets):
    started(page, site("time-zero"))
    stays = simulated_stays()
    for zero, horizon in [(24, 48), (0, 48), (60, 6)]:
        slide(page, "Time zero", "Home")
        slide(page, "Time zero", "ArrowRight", zero)
        slide(page, "Horizon", "End" if horizon > 48 else "Home")
        if horizon == 48:
            slide(page, "Horizon", "ArrowRight", 4)
        moved = TimeZeroExplorer(stays, time_zero=zero, horizon=horizon).numbers()
        says(
            page,
            f"At {zero} h, {moved['population']:,} of 1,000 stays .* {moved['event_before']} had ICU transfer before",
        )
        says(page, f"{moved['events']} of {moved['population']:,} .*; {moved['later']} have it after the horizon")
    says(page, "hardly for others: Bed request")


def test_cluster_measures_are_near_those_of_python(page, site, widgets):
    started(page, site("cluster"))
    for number, name in enumerate(widgets["cluster"].names):
        page.get_by_role("radio", name=name).check()
        numbers = widgets["cluster"].numbers(number)
        says(page, f"Silhouette {int(10 * numbers['silhouette']) / 10}")
        found = re.search(r"Silhouette (\S+); .* give (\S+) to (\S+)\. .* map at (\S+) \(", said(page))
        silhouette, low, high, stability = map(float, found.groups())
        assert silhouette == pytest.approx(numbers["silhouette"], abs=0.02)
        assert (low, high) == pytest.approx((numbers["null_low"], numbers["null_high"]), abs=0.05)
        assert stability == pytest.approx(numbers["stability"], abs=0.2)


def test_mirage_is_named_and_revealed(page, site):
    started(page, site("cluster"))
    assert "a mirage" in said(page)
    page.get_by_role("button", name="how the table was made").press("Enter")
    says(page, "no groups at all")
    page.get_by_role("radio", name="Table 3").check()
    says(page, "better than every shuffled copy|Better than every shuffled copy, and stable")
    slide(page, "Number of groups", "End")
    says(page, "k-means returned 8")
