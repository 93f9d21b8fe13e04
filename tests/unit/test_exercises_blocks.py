"""The solution blocks of a task cell, and the versions made from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai2med.exercises.blocks import (
    Block,
    BlockError,
    Given,
    attempt_source,
    parse_blocks,
    solution_lines,
    solution_source,
    starter_source,
)

CELL = """\
# given
### BEGIN SOLUTION
a = 1
b = 2
### STARTER
# a = ...
#
# # b is next
### END SOLUTION
for i in range(a):
    ### BEGIN SOLUTION
    print(i)
    ### END SOLUTION
print(b)"""


def test_the_solution_loses_only_markers_and_starter():
    assert solution_source(CELL) == "# given\na = 1\nb = 2\nfor i in range(a):\n    print(i)\nprint(b)"


def test_the_starter_is_uncommented_by_one_step_and_defaults_to_an_ellipsis():
    assert starter_source(CELL) == (
        "# given\na = ...\n\n# b is next\nfor i in range(a):\n    ...  # write your code here\nprint(b)"
    )


def test_an_attempt_fills_the_first_block_at_its_indentation_and_empties_the_others():
    assert attempt_source(CELL, "\n    a = 3\n    b = 4\n") == "# given\na = 3\nb = 4\nfor i in range(a):\nprint(b)"
    indented = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    assert attempt_source(indented, "if True:\n    return 2") == "def f():\n    if True:\n        return 2"


def test_a_comment_may_begin_like_a_marker():
    assert solution_source("# Starter values\n# end solution here") == "# Starter values\n# end solution here"


def test_solution_lines_count_code_only():
    assert solution_lines("### BEGIN SOLUTION\n# why\n\na = 1\n### END SOLUTION\nb = 2") == ["a = 1"]


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("a\n### BEGIN SOLUTION\nb", 2, "does not end"),
        ("### END SOLUTION", 1, "outside"),
        ("a\n### STARTER", 2, "outside"),
        ("### BEGIN SOLUTION\na\n### BEGIN SOLUTION", 3, "inside the one of line 1"),
        ("### BEGIN SOLUTION\na\n### STARTER\n### STARTER\n### END SOLUTION", 4, "two ### STARTER"),
        ("### BEGIN SOLUTION\n\n### STARTER\n# a\n### END SOLUTION", 1, "empty"),
        ("### BEGIN SOLUTION\na\n### STARTER\na = 1\n### END SOLUTION", 4, "not commented out"),
        ("## BEGIN SOLUTION\na", 1, "nearly a marker"),
        ("### BEGIN SOLUTION\na\n### End solution", 3, "nearly a marker"),
    ],
)
def test_a_misplaced_marker_is_refused_with_its_line(source, line, says):
    with pytest.raises(BlockError) as refused:
        parse_blocks(source)
    assert refused.value.line == line
    assert says in refused.value.message
    assert refused.value.mend


# Lines that cannot be mistaken for a marker; each carries its kind, so that no two kinds are ever equal.
_TEXT = st.text(
    st.characters(codec="ascii", categories=("L", "N", "Zs"), include_characters="=()[]'\"+.:"), max_size=20
)


def _lines(kind, least):
    return st.lists(_TEXT.map(lambda text: f"{kind} {text}".rstrip()), min_size=least, max_size=4).map(tuple)


_INDENTS = st.sampled_from(["", "    ", "\t"])
_GIVEN = st.builds(Given, _lines("shared", 1))
_BLOCK = _INDENTS.flatmap(
    lambda indent: st.builds(
        Block,
        st.just(indent),
        _lines("hidden", 1).map(lambda lines: tuple(indent + line for line in lines)),
        _lines("yours", 0).map(lambda lines: tuple(indent + line for line in lines)),
    )
)


def _written(parts):
    lines = []
    for part in parts:
        if isinstance(part, Given):
            lines += part.lines
            continue
        lines += [part.indent + "### BEGIN SOLUTION", *part.solution, part.indent + "### STARTER"]
        lines += [part.indent + "# " + line.removeprefix(part.indent) for line in part.starter]
        lines.append(part.indent + "### END SOLUTION")
    return "\n".join(lines)


def _merged(parts):
    """Two given parts in a row are one to the parser."""
    merged = []
    for part in parts:
        if merged and isinstance(part, Given) and isinstance(merged[-1], Given):
            merged[-1] = Given(merged[-1].lines + part.lines)
        else:
            merged.append(part)
    return tuple(merged)


@given(st.lists(_GIVEN | _BLOCK, min_size=1, max_size=5))
def test_what_is_written_is_read_back(parts):
    assert parse_blocks(_written(parts)) == _merged(parts)


@given(st.lists(_GIVEN | _BLOCK, min_size=1, max_size=5))
def test_the_starter_never_holds_a_solution_line_and_the_solution_never_a_starter_line(parts):
    source = _written(parts)
    starter, solution = starter_source(source), solution_source(source)
    assert not any(line.lstrip().startswith("hidden") for line in starter.split("\n"))
    assert not any(line.lstrip().startswith("yours") for line in solution.split("\n"))
    wanted = [line for part in parts for line in (part.lines if isinstance(part, Given) else part.solution)]
    assert solution == "\n".join(wanted)
    assert "###" not in starter + solution
