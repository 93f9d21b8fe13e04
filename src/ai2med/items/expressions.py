"""Arithmetic that authors write as answers, evaluated without ever running it as Python."""

import ast
import math
import operator
import re
from collections.abc import Mapping

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def _round(number: float, digits: float = 0.0) -> float:
    return round(number, int(digits))


_FUNCTIONS = {"round": _round, "min": min, "max": max, "abs": abs, "sqrt": math.sqrt, "exp": math.exp, "log": math.log}

RESERVED = frozenset(_FUNCTIONS) | {"answer"}
"""Names that a parameter cannot have."""

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_FORMAT = re.compile(r"\.[0-9]f|,\.[0-9]f")


class ExpressionError(ValueError):
    """An expression cannot be computed; the message says why."""


def evaluate(expression: str | float, names: Mapping[str, float] | None = None) -> float:
    """Return the value of an arithmetic expression.

    Parameters
    ----------
    expression : str or float
        A number, or numbers and names with ``+ - * / **``, ``round``, ``min``, ``max``, ``abs``, ``sqrt``, ``exp``
        and ``log``.
    names : mapping, optional
        Value of each name.

    Raises
    ------
    ExpressionError
        If it is anything else, or has no finite real value.

    Examples
    --------
    >>> evaluate("100 * sens / (sens + 9)", {"sens": 81})
    90.0
    >>> evaluate("__import__('os')")
    Traceback (most recent call last):
    ai2med.items.expressions.ExpressionError: “__import__('os')” is not arithmetic
    """
    if not isinstance(expression, str):
        return float(expression)
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        # Every number is a float, so that no power can keep the machine busy: it overflows instead.
        value = _value(tree.body, names or {})
    except ExpressionError:
        raise
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise ExpressionError(f"“{_short(expression)}” is not arithmetic") from None
    except ZeroDivisionError:
        raise ExpressionError(f"“{_short(expression)}” divides by zero") from None
    except OverflowError:
        raise ExpressionError(f"“{_short(expression)}” is too large") from None
    if not isinstance(value, float) or not math.isfinite(value):
        raise ExpressionError(f"“{_short(expression)}” has no finite real value")
    return value


def _value(node: ast.AST, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name):
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise ExpressionError(f"“{_short(name)}” is not a name here (known: {known})")
            return float(names[name])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, names), _value(right, names))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(operand, names))
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as arguments, keywords=[]) if name in _FUNCTIONS:
            return float(_FUNCTIONS[name](*(_value(argument, names) for argument in arguments)))
    raise ExpressionError(f"“{_short(ast.unparse(node))}” is not arithmetic")


def show(value: float) -> str:
    """Return a number as the book writes it: no needless digits, thousands with a comma.

    Examples
    --------
    >>> show(1000.0), show(0.1 + 0.2), show(-2.50)
    ('1,000', '0.3', '-2.5')
    """
    value = round(value, 6) + 0.0
    text = f"{value:,.6f}" if abs(value) < 1e12 else f"{value:g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def substitute(text: str, names: Mapping[str, float]) -> str:
    """Return `text` with each ``{expression}`` or ``{expression:.1f}`` replaced by its value.

    ``{{`` and ``}}`` stand for braces.

    Examples
    --------
    >>> substitute("Of 1,000 women {10 * rate} are ill ({rate:.1f} %).", {"rate": 2})
    'Of 1,000 women 20 are ill (2.0 %).'
    """

    def value(match: re.Match) -> str:
        if match.group(0) in ("{{", "}}"):
            return match.group(0)[0]
        expression, colon, layout = match.group(1).partition(":")
        if colon and not _FORMAT.fullmatch(layout):
            raise ExpressionError(f"“{_short(layout)}” is not a number format such as .1f")
        number = evaluate(expression, names)
        return format(number, layout) if colon else show(number)

    return _PLACEHOLDER.sub(value, text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
