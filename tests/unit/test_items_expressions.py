"""Authors' arithmetic gives numbers, and nothing else can be run with it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.items.expressions import ExpressionError, evaluate, show, substitute


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (3, 3),
        (0.5, 0.5),
        ("1 + 2 * 3", 7),
        ("-2 ** 2", -4),
        ("(1 + 2) * 3", 9),
        ("7 / 2", 3.5),
        ("round(2.345, 1)", 2.3),
        ("max(1, 2, 3) - min(4, 5)", -1),
        ("abs(-3)", 3),
        ("sqrt(16)", 4),
        ("1 / (1 + exp(-0))", 0.5),
        ("log(exp(2))", 2),
        ("100 * sens / (sens + fpr)", 90),
        ("  sens ", 81),
    ],
)
def test_value(expression, value):
    assert evaluate(expression, {"sens": 81, "fpr": 9}) == pytest.approx(value)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "x",
        "1 +",
        "1, 2",
        "[1]",
        "'a'",
        "1 if 2 else 3",
        "a.b",
        "(1).real",
        "max",
        "max()",
        "pow(2, 3)",
        "lambda: 1",
        "1 // 2",
        "True",
        "1j",
        "1 < 2",
        "__import__('os')",
        "open('x')",
        "round(1.5, ndigits=1)",
        "max(*[1, 2])",
        "f'{1}'",
        "x := 1",
        "1; 2",
        "1 / 0",
        "10.0 ** 1000",
        "9 ** 9 ** 9 ** 9",
        "(-1) ** 0.5",
        "log(0)",
        "sqrt(-1)",
        "1e999",
        "(" * 300,
        "-" * 5000 + "1",
        "1" * 5000,
        "\x00",
        "#",
    ],
)
def test_everything_else_is_refused(expression):
    with pytest.raises(ExpressionError):
        evaluate(expression)


@given(st.text(alphabet="0123456789+-*/()., maxroundexplog'\"[]_", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_finite_number_or_an_error(text):
    try:
        value = evaluate(text)
    except ExpressionError:
        value = 0.0
    assert math.isfinite(value)


def test_placeholders_take_names_expressions_and_formats():
    names = {"n": 1000, "rate": 0.025}
    assert (
        substitute("{n} people, {n * rate} ill, {100 * rate:.1f} %, {{n}}", names) == "1,000 people, 25 ill, 2.5 %, {n}"
    )


@pytest.mark.parametrize("text", ["{x}", "{}", "{n:d}", "{n!r}", "{n.real}", "{n:.99f}"])
def test_placeholders_take_nothing_else(text):
    with pytest.raises(ExpressionError):
        substitute(text, {"n": 1})


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (-0.0, "0"), (1e6, "1,000,000"), (1 / 3, "0.333333"), (1e15, "1e+15"), (20, "20")]
)
def test_numbers_are_shown_without_needless_digits(value, text):
    assert show(value) == text
