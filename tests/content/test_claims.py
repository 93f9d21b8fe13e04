"""Claims of pages and questions that can be computed follow from what is computed."""

import re

import pytest
from pybtex.database import parse_file
from pybtex.plugin import find_plugin
from scipy.stats import binom, binomtest

from ai2med import load, paths
from ai2med.cohort._parameters import PARAMETERS
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items

ROOT = paths.root()
UNITS = {unit.id: unit for unit in load_curriculum().finished}


def item(unit, name):
    return next(item for item in load_items(UNITS[unit].items_path) if item.id.rpartition("-")[2] == name)


def range_label(found, people, rule=80, fewest=20):
    """Return the range of a found rate (whole numbers of 100) and the label of unit 5.3.3's house rule."""
    interval = binomtest(found, people).proportion_ci(0.95, method="exact")
    low, high = 100 * interval.low, 100 * interval.high
    if people < fewest:
        return (round(low), round(high)), "Not tested enough"
    label = "Rule met so far" if low >= rule else "Rule not met" if high < rule else "Open, test more"
    return (round(low), round(high)), label


def test_the_labels_of_groups_follow_from_their_ranges():
    question = item("5.3.3", "x06")
    names = {target.id: target.text for target in question.targets}
    for prompt in question.prompts:
        found, people, low, high = map(
            int, re.search(r"(\d+) of (\d+) found \(range (\d+) to (\d+)\)", prompt.text).groups()
        )
        assert range_label(found, people) == ((low, high), names[prompt.answer])


def test_a_week_of_thirty_alerts_stops_by_chance_as_often_as_the_question_says():
    text = item("2.2.5", "q17").explanation
    assert float(re.search(r"= (0\.\d+)\.", text)[1]) == round(binom.cdf(1, 30, 0.06), 2)


def test_the_rate_of_readmission_that_the_parameters_name_is_that_of_the_tables():
    meaning = next(p.meaning for p in PARAMETERS if p.name == "outcome.readmission")
    said = int(re.search(r"\((\d+) % in the tables\)", meaning)[1])
    assert said == round(100 * load("outcomes")["readmitted_30d"].mean())


@pytest.mark.parametrize("path", sorted((ROOT / "references").glob("*.bib")), ids=lambda path: path.stem)
def test_no_entry_prints_a_slip_or_a_working_note(path):
    style = find_plugin("pybtex.style.formatting", "plain")()
    backend = find_plugin("pybtex.backends", "plaintext")()
    for entry in style.format_entries(parse_file(path).entries.values()):
        printed = entry.text.render(backend)
        slip = re.search(r"\\|[{}]|\bIn In\b|\?\?|\b(?:recalled|not seen|to check|verify|TODO|secondary)\b", printed)
        assert slip is None, f"{entry.key}: {printed}"
        assert not printed.startswith(("and ", ",")), f"{entry.key}: {printed}"
