"""Honest wordings of a free text show their facts, unsafe ones are shown; the page finds the same (tests/browser)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from ai2med import load
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.items.free_text import found_in
from ai2med.items.models import TextItem
from ai2med.law import format_date, law_date

CATALOGUE = Path(__file__).parent / "free_texts.yml"
HONEST = 12


@cache
def catalogue() -> dict:
    """Return the wordings by item id, dates of law written out."""
    text = CATALOGUE.read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\{date:([a-z0-9-]+)\}", lambda found: format_date(law_date(found[1])), text))


@cache
def items() -> dict[str, TextItem]:
    """Return the free texts of the finished units by id."""
    banks = (load_items(unit.items_path) for unit in load_curriculum().units if unit.items_path.is_file())
    return {item.id: item for bank in banks for item in bank if isinstance(item, TextItem)}


def wordings(entry: dict) -> Iterator[tuple[str, str | None, str]]:
    """Yield kind, what has to be found, and the wording."""
    for kind in ("facts", "dangers"):
        for name, texts in entry[kind].items():
            yield from ((kind, name, text) for text in texts)
    for kind in ("unseen", "safe"):
        yield from ((kind, None, text) for text in entry[kind])


def test_each_free_text_of_the_book_has_its_wordings():
    assert set(catalogue()) == set(items())


@pytest.mark.parametrize("name", list(yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))))
def test_a_free_text_shows_what_its_wordings_say(name):
    item, entry = items()[name], catalogue()[name]
    assert set(entry["facts"]) == {fact.id for fact in item.facts}
    assert set(entry["dangers"]) == {danger.id for danger in item.dangers}
    assert sum(map(len, entry["facts"].values())) >= HONEST
    assert all(entry["dangers"].values())
    dangers = set(entry["dangers"])
    wrong = []
    for kind, wanted, text in wordings(entry):
        found = {name for name, places in found_in(item, text).items() if places}
        if kind == "dangers" and wanted not in found:
            wrong.append(f"not shown as {wanted}: {text}")
        if kind == "facts" and wanted not in found:
            wrong.append(f"{wanted} not found: {text}")
        if kind != "dangers" and found & dangers:
            wrong.append(f"shown as {found & dangers}: {text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("3.2.2-x07", "A doctor decides nothing."),
        ("3.2.2-x08", "We do not need a nurse."),
        ("3.2.2-x08", "A doctor never comes within the hour."),
    ],
)
def test_what_is_denied_counts_for_no_fact(name, text):
    facts = {fact.id for fact in items()[name].facts}
    assert not [key for key, places in found_in(items()[name], text).items() if key in facts and places]


def _alarms(site: str, version: str | None = None):
    """Return the mornings of a site with what followed."""
    known = load("landmarks")[["landmark_id", "deteriorated_24h"]]
    rows = load("predictions").merge(known, on="landmark_id", validate="one_to_one")
    rows = rows[rows["site"] == site]
    return rows if version is None else rows[rows["model_version"] == version]


def _interval(site: str) -> tuple[int, int]:
    """Return the 95 % interval of how many of 100 alarms were right; a stay with several alarms is drawn whole."""
    alarms = _alarms(site).query("alert == 1 and team_called == 0")
    stays = alarms.groupby("admission_id")["deteriorated_24h"].agg(["sum", "size"]).to_numpy()
    drawn = np.random.default_rng(322).integers(0, len(stays), (4000, len(stays)))
    right, rung = stays[drawn].sum(axis=1).T
    return tuple(round(100 * share) for share in np.quantile(right / rung, [0.025, 0.975]))


def test_the_counts_in_the_texts_are_those_of_the_tables():
    def worse_after(site):
        # Where a doctor has been called before, the alarm reacts to the call.
        alarms = _alarms(site).query("alert == 1 and team_called == 0")
        return round(100 * alarms["deteriorated_24h"].mean())

    worse = worse_after("A")
    stem = items()["3.2.2-x08"].stem
    assert f"about {worse} were followed by a patient who got worse within 24 hours, and {100 - worse} were not" in stem
    low, high = _interval("A")
    assert f"anything between {low} and {high} of 100 agrees with them (95 % interval)" in stem
    worse = worse_after("C")
    assert f"at site C it is {worse} of 100" in items()["3.2.2-x08"].explanation
    mornings = _alarms("C", "2.0").query("team_called == 0")
    event, alert = mornings["deteriorated_24h"] == 1, mornings["alert"] == 1
    found, missed, false = (round(1000 * cell.mean()) for cell in (event & alert, event & ~alert, ~event & alert))
    memo = items()["2.2.5-x03"].stem
    assert (
        f"In 1,000 mornings before any call to the team it found the danger in {found}, missed it in {missed}, "
        f"and gave {false} false alerts" in memo
    )
