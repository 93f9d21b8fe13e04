"""What all tests share: which of them run, in which order, and how long each may take."""

import pytest
import sampling
from endings import limit_of, set_timer, told_where
from scheduling import GroupScheduling, cost, group_of, shard_of, unit_of

# They hold no doctests, and doctest would import them a second time, under a name that only one of them can have.
collect_ignore_glob = ["conftest.py", "*/conftest.py"]


def pytest_addoption(parser):
    choice = parser.getgroup("ai2med", "which tests of the book run")
    choice.addoption("--unit", action="append", default=[], metavar="2.2.4", help="only tests about this unit")
    choice.addoption("--shard", metavar="2/4", help="only the second of four parts of the tests")


def pytest_configure(config):
    config.addinivalue_line("markers", "sampled(layer): runs for some units only, see tests/sampling.py")
    config.addinivalue_line("markers", "everything: runs only where everything runs (make test-all)")
    if config.option.shard:
        part, _, number = config.option.shard.partition("/")
        if not (part.isdecimal() and number.isdecimal() and 1 <= int(part) <= int(number)):
            raise pytest.UsageError(f"--shard {config.option.shard}: write, for example, --shard 2/4")


def layer_of(item):
    mark = item.get_closest_marker("sampled")
    return mark.args[0] if mark else None


def runs(item, units):
    """Tell whether a test runs: those about the units that were asked for, or those whose turn it is."""
    unit, layer = unit_of(item.nodeid), layer_of(item)
    if units:
        return unit in units
    if item.get_closest_marker("everything") and not sampling.everything():
        return False
    picked = sampling.current()[layer] if layer else None
    return picked is None or unit is None or unit in picked


def pytest_collection_modifyitems(config, items):
    kept = [item for item in items if runs(item, config.option.unit)]
    if config.option.shard:
        part, number = map(int, config.option.shard.split("/"))
        dealt = shard_of([item.nodeid for item in kept], number)
        kept = [item for item in kept if dealt[item.nodeid] == part]
    left = set(map(id, items)) - set(map(id, kept))
    config.hook.pytest_deselected(items=[item for item in items if id(item) in left])
    # Groups that take long begin first, so that no core waits at the end for a late one; a group stays together.
    first = {}
    for place, item in enumerate(kept):
        first.setdefault(group_of(item.nodeid), (-cost(item.nodeid), place))
    items[:] = sorted(kept, key=lambda item: first[group_of(item.nodeid)])
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(limit_of(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return GroupScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_timeout_set_timer(item, settings):
    return set_timer(item, settings)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.excinfo and "Not ended within" in str(call.excinfo.value):
        report.sections.append(("It waited for", told_where(call.excinfo, item.path.parent)))
    return report


def pytest_terminal_summary(terminalreporter):
    if not terminalreporter.config.option.unit and not hasattr(terminalreporter.config, "workerinput"):
        terminalreporter.section("sampled")
        for line in sampling.summary():
            terminalreporter.line(line)
