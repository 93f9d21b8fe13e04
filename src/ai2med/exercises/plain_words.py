"""Kinds of values and kinds of errors in plain words: a learner never reads Python's own."""

_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "`True` or `False`",
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dictionary",
    "set": "a set",
    "function": "a function",
    "builtin_function_or_method": "a function (are the brackets missing?)",
    "method": "a function (are the brackets missing?)",
    "DataFrame": "a table (DataFrame)",
    "Series": "a column (Series)",
    "Index": "an index of labels",
    "ndarray": "an array",
    "NoneType": "nothing (`None`)",
}
_SAME = {"int64": "int", "int32": "int", "float64": "float", "float32": "float", "bool_": "bool"}
_ERRORS = {
    "KeyError": "it asks for a column, label or key that is not there",
    "IndexError": "it asks for a place beyond the end of a list or table",
    "AttributeError": "it uses a value as if it were of another kind",
    "TypeError": "it uses a value as if it were of another kind",
    "ValueError": "a value has a shape or content that does not fit",
    "ZeroDivisionError": "it divides by zero",
    "NameError": "it uses a name that does not exist",
    "RecursionError": "it calls itself without end",
    "NotImplementedError": "a part of it is not written yet",
    "SystemExit": "it ends Python instead of returning a value",
}


def kind_in_words(kind) -> str:
    """Say what a type, a tuple of types or `callable` is.

    Examples
    --------
    >>> kind_in_words((int, str)), kind_in_words(callable)
    ('a whole number or a text', 'a function')
    """
    if isinstance(kind, tuple):
        return " or ".join(kind_in_words(one) for one in kind)
    if kind is callable:
        return "a function"
    return _TYPES.get(_SAME.get(kind.__name__, kind.__name__), f"a value of type `{kind.__name__}`")


def value_in_words(value, longest: int = 40) -> str:
    """Say what a value is, with its content where that is short: a learner in a page cannot look it up elsewhere.

    Examples
    --------
    >>> value_in_words("0,5"), value_in_words([1, 2]), value_in_words(3)
    ('the text “0,5”', 'a list of 2 entries', 'the whole number 3')
    """
    if isinstance(value, str):
        return f"the text “{value if len(value) <= longest else value[: longest - 1] + '…'}”"
    words = kind_in_words(value.__class__)
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) == 2:
        return f"{words} of {shape[0]:,} rows and {shape[1]:,} columns"
    if words in ("a whole number", "a number"):
        return f"the {words.removeprefix('a ')} {value:g}" if words == "a number" else f"the whole number {value:,}"
    try:
        size = len(value)
    except TypeError:
        return words
    return f"{words} of {size:,} {'entry' if size == 1 else 'entries'}"


def error_in_words(error: BaseException) -> str:
    """Say what went wrong, with the name that Python could not find where there is one.

    Examples
    --------
    >>> error_in_words(KeyError("ward"))
    'it asks for a column, label or key that is not there (`ward`)'
    >>> error_in_words(OSError("no"))
    'something unexpected happens'
    """
    reason = next((_ERRORS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _ERRORS), None)
    missing = getattr(error, "name", None)
    if missing is None and isinstance(error, KeyError) and error.args and isinstance(error.args[0], (str, int)):
        missing = error.args[0]
    if reason and isinstance(missing, (str, int)) and len(str(missing)) < 40 and "\n" not in str(missing):
        reason += f" (`{missing}`)"
    return reason or "something unexpected happens"
