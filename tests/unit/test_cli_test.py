"""The test command hands on what it is asked for."""

import pytest

from ai2med.cli import _parser, _pytest


@pytest.mark.parametrize(
    ("given", "end", "added"),
    [
        ([], ["--durations", "10"], {}),
        (["--all", "--shard", "2/6"], ["--shard", "2/6"], {"AI2MED_ALL": "1"}),
        (["--unit", "2.2.4", "--unit", "3.2.2"], ["--unit", "2.2.4", "--unit", "3.2.2"], {}),
        (["--unit", "2.2.4", "--", "-k", "axe"], ["--unit", "2.2.4", "-k", "axe"], {}),
        (["tests/unit"], ["tests/unit"], {}),
    ],
)
def test_options_become_those_of_pytest(given, end, added):
    command, environment = _pytest(_parser().parse_args(["test", *given]))
    assert command[1:4] == ["-m", "pytest", "-n"]
    assert command[-len(end) :] == end
    assert environment == added
