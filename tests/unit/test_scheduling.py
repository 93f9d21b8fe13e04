"""Groups, order, shards and limits of the tests; options that choose among them, on a small suite of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from endings import LIMITS, limit_of
from scheduling import COSTS, SPREAD, cost, group_of, shard_of, unit_of

TESTS = Path(__file__).parents[1]
IDS = [
    "tests/unit/test_law.py::test_a",
    "tests/unit/test_law.py::test_b[1-2]",
    "tests/browser/test_pages.py::test_page[2.2.4]",
    "tests/browser/test_pages.py::test_page[2.2.4 exercise]",
    "tests/browser/test_pages.py::test_names_of_pages_tell_the_unit",
    "tests/content/test_exercises.py::test_the_solution_passes_and_is_praised[2.2.4-t1]",
    "tests/content/test_exercises.py::test_different_mistakes_are_told_apart[2.2.4-t2]",
    "tests/browser/test_offline.py::test_two_tabs_do_not_store_at_once",
]


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("test_page[2.2.4]", "2.2.4"),
        ("test_page[2.2.4 exercise]", "2.2.4"),
        ("test_a[unit 12.2.10]", None),
        ("test_a[5.10.3-q07]", "5.10.3"),
        ("test_a[exercise 3.2.2-t1]", "3.2.2"),
        ("test_a[1.2.3.4]", None),
        ("test_a[320-light]", None),
        ("test_2.2.4", None),
    ],
)
def test_the_unit_stands_in_the_brackets(test, unit):
    assert unit_of(f"tests/x.py::{test}") == unit


def test_a_file_is_a_group_and_pages_and_exercises_are_groups_of_their_own():
    groups = [group_of(nodeid) for nodeid in IDS]
    assert groups[0] == groups[1] == "tests/unit/test_law.py"
    assert len({groups[2], groups[3], groups[4]}) == 3
    assert groups[5] == groups[6]


def test_every_file_that_is_named_here_exists():
    files = {path.name for path in TESTS.rglob("test_*.py")}
    assert set(COSTS) | SPREAD <= files


def test_shards_share_all_tests_between_them_and_keep_groups_together():
    ids = [f"tests/browser/test_pages.py::test_page[2.1.{k}]" for k in range(40)] + IDS
    dealt = shard_of(ids, 4)
    assert set(dealt) == set(ids)
    assert shard_of(list(reversed(ids)), 4) == dealt
    assert dealt[IDS[0]] == dealt[IDS[1]]
    groups = {group_of(one): one for one in ids}.values()
    loads = [sum(cost(one) for one in groups if dealt[one] == k) for k in range(1, 5)]
    assert max(loads) - min(loads) <= max(map(cost, ids))


def test_limits_are_by_folder():
    assert [limit_of(nodeid) for nodeid in (IDS[0], IDS[2], IDS[5])] == [120, 240, 300]
    assert limit_of("src/ai2med/law.py::ai2med.law") == 120
    assert set(LIMITS) == {"tests/unit", "tests/content", "tests/browser"}


SUITE = """
import pytest

@pytest.mark.sampled("page")
@pytest.mark.parametrize("unit", ["2.2.4", "9.9.9"])
def test_dear(unit): pass

@pytest.mark.parametrize("unit", ["2.2.4", "9.9.9"])
def test_cheap(unit): pass

@pytest.mark.everything
def test_whole(): pass

def test_engine(): pass
"""


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Return a function that runs pytest on a small suite with the settings of the real one."""
    monkeypatch.delenv("AI2MED_ALL", raising=False)
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(TESTS)!r})\n{(TESTS / 'conftest.py').read_text(encoding='utf-8')}",
        encoding="utf-8",
    )
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")

    def run(*options):
        command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider"]
        return subprocess.run(
            [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100
        )

    return run


@pytest.fixture
def collected(suite):
    """Return a function that gives the names of those tests of the small suite that run with some options."""

    def collect(*options):
        done = suite("--collect-only", *options)
        return [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line], done

    return collect


def test_a_unit_whose_turn_it_is_not_is_left_out_of_dear_layers_only(collected):
    names, done = collected()
    assert "test_dear[9.9.9]" not in names
    assert {"test_cheap[2.2.4]", "test_cheap[9.9.9]", "test_engine"} <= set(names)
    assert "test_whole" not in names
    assert "sampled" in done.stdout


def test_a_unit_that_is_asked_for_runs_in_all_layers_and_nothing_else_does(collected):
    assert collected("--unit", "9.9.9")[0] == ["test_dear[9.9.9]", "test_cheap[9.9.9]"]


def test_everything_runs_when_that_is_asked_for_and_can_be_shared(collected, monkeypatch):
    monkeypatch.setenv("AI2MED_ALL", "1")
    whole = collected()[0]
    assert len(whole) == 6
    shards = [collected("--shard", f"{part}/2")[0] for part in (1, 2)]
    assert sorted(shards[0] + shards[1]) == sorted(whole)


def test_a_shard_that_cannot_be_is_refused(collected):
    done = collected("--shard", "3/2")[1]
    assert done.returncode != 0
    assert "--shard 2/4" in done.stderr


WAITING = """
import threading

import pytest

@pytest.mark.timeout(1)
def test_waiting():
    threading.Event().wait()
"""


def test_a_test_that_takes_too_long_tells_the_line_where_it_waited(suite, tmp_path):
    (tmp_path / "test_suite.py").write_text(WAITING, encoding="utf-8")
    told = suite().stdout
    assert "Not ended within 1 s" in told
    assert "It waited for" in told
    assert "test_suite.py:8: threading.Event().wait()" in told


def test_no_two_test_files_have_one_name():
    # pytest cannot collect both in one run, and a run of one folder would not show it.
    names = [path.name for path in TESTS.rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
