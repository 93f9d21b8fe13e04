"""In which groups and in which order tests run, so that all cores are busy to the end and nothing is set up twice.

A file is a group: what it sets up once is set up once. Where each page, notebook or exercise is a matter of its own,
the file is split by these. Groups that take long begin first.
"""

import hashlib
import re

from xdist.scheduler.loadscope import LoadScopeScheduling

__all__ = ["GroupScheduling", "cost", "group_of", "shard_of", "unit_of"]

# Seconds of a group on two busy cores, roughly: by the file, or by a test that is a group of its own.
COSTS = {
    "test_python_on_pages.py": 60,
    "test_keep_python.py": 90,
    "test_live_cells.py": 60,
    "test_notebooks_nbval.py": 30,
    "test_offline.py": 60,
    "test_python_on_pages_trouble.py": 15,
    "test_lite.py": 30,
    "test_snapshots.py": 40,
    "test_charts.py": 30,
    "test_explorables_seen.py": 40,
    "test_explorables_kit.py": 40,
    "test_visuals.py": 60,
    "test_explorables_people.py": 40,
    "test_knowledge_check.py": 60,
    "test_your_data.py": 40,
    "test_code_layer.py": 25,
    "test_way_around.py": 35,
    "test_same_again.py": 60,
    "test_promises.py": 30,
    "test_search_page.py": 40,
    "test_exercises.py": 12,
    "test_downloads.py": 40,
    "test_kept_in_the_browser.py": 8,
    "test_pages.py": 8,
    "test_book_frame.py": 40,
    "test_cohort_hospital.py": 30,
}
# Files in which the tests of one page, notebook, exercise or trouble share nothing dear with those of another.
SPREAD = {
    "test_exercises.py",
    "test_notebooks_nbval.py",
    "test_pages.py",
    "test_python_on_pages.py",
    "test_python_on_pages_trouble.py",
}
_UNIT = re.compile(r"(?<![\d.])\d\.\d{1,2}\.\d{1,2}(?![\d.])")


def unit_of(nodeid: str) -> str | None:
    """Return the id of the unit that a test is about, which stands in the brackets after its name."""
    found = _UNIT.search(nodeid.partition("[")[2])
    return found[0] if found else None


def _file(nodeid):
    return nodeid.partition("::")[0].rpartition("/")[2]


def group_of(nodeid: str) -> str:
    """Return the name of the tests' group: those of one group run one after the other, in one process."""
    path, _, test = nodeid.partition("::")
    if _file(nodeid) not in SPREAD:
        return path
    about = test.partition("[")[2].rstrip("]")
    if _file(nodeid) == "test_exercises.py" and unit_of(nodeid):
        about = unit_of(nodeid)
    return f"{path} {about or test}"


def cost(nodeid: str) -> int:
    """Return how many seconds the test's group takes, roughly."""
    return COSTS.get(_file(nodeid), 5 if "/browser/" in nodeid else 2)


def shard_of(nodeids, number: int) -> dict[str, int]:
    """Deal all groups out to a number of shards, 1 to `number`, so that these take about as long as each other."""
    groups = sorted(
        {group_of(nodeid): cost(nodeid) for nodeid in nodeids}.items(),
        key=lambda one: (-one[1], hashlib.sha256(one[0].encode()).digest()),
    )
    load, dealt = [0] * number, {}
    for group, seconds in groups:
        least = load.index(min(load))
        load[least] += seconds
        dealt[group] = least + 1
    return {nodeid: dealt[group_of(nodeid)] for nodeid in nodeids}


class GroupScheduling(LoadScopeScheduling):
    """Deal groups out to the processes, in the order in which they were collected."""

    def __init__(self, config, log=None):
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid):
        return group_of(nodeid)
