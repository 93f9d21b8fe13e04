"""Read YAML so that every value knows its line, and nothing in it can surprise.

Only the plain part of YAML is read: no anchors or aliases (a short file could grow without end), no tags, no dates,
no ``yes``/``no`` as truth values, no numbers with a base other than ten. What an author sees is what is meant.
"""

import math
import re
from dataclasses import dataclass, field

import yaml

from ai2med.problems import ContentError, Problem

_LONGEST_FILE = 1_000_000
_DEEPEST = 40
_PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


# libyaml scans a file five times as fast. Where it was not built, the slow parser gives the same values.
if yaml.__with_libyaml__:

    class _Parser(yaml.composer.Composer, yaml.cyaml.CParser):
        def __init__(self, text):
            yaml.cyaml.CParser.__init__(self, text)
            yaml.composer.Composer.__init__(self)

else:

    class _Parser(yaml.composer.Composer, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
        def __init__(self, text):
            yaml.reader.Reader.__init__(self, text)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)


class _PlainLoader(_Parser, yaml.resolver.BaseResolver):
    """A loader that resolves only ``true``/``false``, ``null`` and decimal numbers."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own interface

    def __init__(self, text):
        super().__init__(text)
        yaml.resolver.BaseResolver.__init__(self)

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors (&) and aliases (*) are not used here", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("bool", r"(?:true|false|True|False)\Z", "tfTF"),
    ("null", r"(?:~|null|)\Z", ["~", "n", ""]),
    ("int", r"[-+]?[0-9]{1,300}\Z", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", "-+0123456789."),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


@dataclass
class Document:
    """A YAML document as plain values, with the line of each.

    Parameters
    ----------
    value : object
        Dicts, lists, strings, numbers, truth values and None.
    lines : dict
        Maps a path such as ``("items", 0, "stem")`` to its line, from 1.
    """

    value: object = None
    lines: dict[tuple, int] = field(default_factory=dict)

    def line(self, path=()) -> int:
        """Return the line of the value at `path`, or of the nearest value around it."""
        path = tuple(path)
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, file: str) -> Document:
    r"""Return the document in `text`.

    Raises
    ------
    ContentError
        If it is not YAML, or uses more of YAML than this book does.

    Examples
    --------
    >>> document = read_yaml("unit: 2.2.4\nitems:\n  - on", "x.items.yml")
    >>> document.value
    {'unit': '2.2.4', 'items': ['on']}
    >>> document.line(("items", 0))
    3
    """
    if len(text) > _LONGEST_FILE:
        raise _error(file, 1, "yaml", "The file is longer than a million characters", "Split it")
    try:
        loader = _PlainLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        # A quote that is never closed is found at the end of the file; the author looks for its beginning.
        opened = "quoted scalar" in str(error.context)
        mark = (error.context_mark if opened else error.problem_mark) or error.context_mark
        what = " ".join(filter(None, [error.context, error.problem]))
        raise _error(
            file, mark.line + 1 if mark else 1, "yaml", f"This is not readable YAML: {what}", _advice(what)
        ) from None
    except yaml.YAMLError as error:
        raise _error(
            file,
            _line_of(text, error),
            "yaml",
            f"This is not readable YAML: {str(error).splitlines()[0]}",
            "Remove the character that does not belong in a text file",
        ) from None
    except RecursionError:
        raise _error(file, 1, "yaml", "The file is nested too deeply", "Close the brackets that are open") from None
    document = Document()
    problems: list[Problem] = []
    if node is not None:
        document.value = _value(node, (), document, file, problems)
    if problems:
        raise ContentError(problems)
    return document


def _value(node, path, document, file, problems):
    line = node.start_mark.line + 1
    document.lines.setdefault(path, line)
    if len(path) > _DEEPEST:
        raise _error(file, line, "yaml", "The file is nested too deeply", "Close the brackets that are open")
    if not isinstance(node, yaml.ScalarNode) and node.tag not in _PLAIN_TAGS:
        problems.append(_tag_problem(file, line, node.tag))
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), document, file, problems) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        made = {}
        for key_node, child in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(Problem(file, key_line, "yaml", "A field's name must be a word", "Write name: value"))
                continue
            key = key_node.value
            if key in made:
                problems.append(
                    Problem(
                        file, key_line, "duplicate-field", f"“{_short(key)}” stands here twice", "Keep one of the two"
                    )
                )
                continue
            document.lines[(*path, key)] = key_line
            made[key] = _value(child, (*path, key), document, file, problems)
        return made
    return _scalar(node, line, file, problems)


def _scalar(node, line, file, problems):
    kind = node.tag.rpartition(":")[2]
    if node.tag.startswith("tag:yaml.org,2002:"):
        if kind == "str":
            return node.value
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() == "true"
        if kind == "int" and re.fullmatch("[-+]?[0-9]{1,300}", node.value):
            return int(node.value)
        if kind == "float":
            try:
                number = float(node.value)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                return number
            problems.append(
                Problem(
                    file,
                    line,
                    "yaml",
                    f"{_short(node.value)} is too large a number",
                    "Write a smaller number, or put it in quotes",
                )
            )
            return 0
    problems.append(_tag_problem(file, line, node.tag))
    return ""


def _tag_problem(file: str, line: int, tag: str) -> Problem:
    message = f"The tag {_short(tag)} is not used here"
    return Problem(file, line, "yaml", message, "Remove the word that starts with “!”, or put the text in quotes")


def _advice(what: str) -> str:
    if "anchors" in what:
        return "Write the text out; put it in quotes when it starts with & or *"
    if "mapping values" in what or "expected <block end>" in what:
        return "Check the indentation; put a text that holds a colon in quotes"
    if "scanning a quoted scalar" in what:
        return "Close the quotes"
    if "single document" in what:
        return "Remove the line ---"
    return "Check indentation, quotes and brackets at this line and just above it"


def _line_of(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", 0)
    return text.count("\n", 0, position if isinstance(position, int) else 0) + 1


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _error(file: str, line: int, rule: str, message: str, mend: str) -> ContentError:
    return ContentError([Problem(file, line, rule, message, mend)])
