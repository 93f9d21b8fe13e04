"""Read a ``.paths.yml`` file: systems that readers classify fork by fork, and duties that a changed fact moves."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from ai2med import law, paths
from ai2med.problems import ContentError, Problem

__all__ = ["prepare"]

_FIELDS = {
    "file": ({"forks", "systems"}, {"valid_on"}),
    "fork": ({"id", "question", "options"}, {"help"}),
    "option": ({"id", "text"}, set()),
    "system": ({"id", "title", "description", "answers", "result"}, {"skipped", "changes"}),
    "answer": ({"answer", "article", "feedback"}, set()),
    "result": ({"summary", "duties"}, {"classes", "open"}),
    "duty": ({"id", "who", "duty", "article"}, {"date_key", "when"}),
    "change": ({"id", "fact", "effect"}, {"article", "adds", "drops", "moves"}),
    "move": ({"duty", "date_key"}, {"why"}),
}
_MOST_WORDS = {"help": 60, "feedback": 60, "effect": 80}


class _Checker:
    """Walks the lists once, normalises them and notes every problem with the line where it stands."""

    def __init__(self, file: str, lines: dict, dates: dict):
        self.file, self.lines, self.dates = file, lines, dates
        self.problems: list[Problem] = []

    def note(self, where: tuple, rule: str, message: str, mend: str) -> None:
        near = where
        while near and near not in self.lines:
            near = near[:-1]
        place = " > ".join(str(step) for step in where)
        self.problems.append(Problem(self.file, self.lines.get(near, 1), rule, f"{place}: {message}", mend))

    def mapping(self, value: object, kind: str, where: tuple) -> dict:
        """Return `value` as a mapping with text keys; note missing and unknown fields."""
        if not isinstance(value, dict):
            self.note(where, "path-shape", f"a mapping is expected, not {value!r:.60}", f"Write the fields of a {kind}")
            return {}
        value = {_word(key): each for key, each in value.items()}
        if kind in _FIELDS:
            needed, more = _FIELDS[kind]
            for field in sorted(needed - set(value)):
                self.note(where, "path-field", f"no {field}", f"Add {field}")
            for field in sorted(set(value) - needed - more):
                self.note(where, "path-field", f"unknown field {field!r}", f"Use {', '.join(sorted(needed | more))}")
        return value

    def items(self, value: object, kind: str, where: tuple) -> Iterator[tuple[dict, tuple]]:
        """Yield each mapping of a list with its place; note what has no id or an id twice."""
        if not isinstance(value, list):
            self.note(where, "path-shape", "a list is expected", "Start each entry with “- ”")
            return
        seen = set()
        for index, each in enumerate(value):
            made = self.mapping(each, kind, (*where, index))
            name = made["id"] = _word(made["id"]) if "id" in made else index
            if name in seen:
                self.note((*where, index), "path-twice", f"the id {name!r} stands twice", "Rename one")
            seen.add(name)
            yield made, (*where, index)

    def text(self, value: object, where: tuple) -> str:
        if isinstance(value, bool):  # an option's bare Yes or No
            value = _word(value).capitalize()
        if not isinstance(value, str) or not value.strip():
            self.note(where, "path-text", f"text is expected, not {value!r:.60}", "Write one or two sentences")
            return ""
        most = _MOST_WORDS.get(where[-1]) or _MOST_WORDS.get(where[-2])
        if most and len(value.split()) > most:
            self.note(where, "path-length", f"{len(value.split())} words", f"Say it in at most {most}")
        return " ".join(value.split())

    def duty(self, duty: dict, where: tuple) -> dict:
        who = duty.get("who", [])
        roles = who if isinstance(who, list) else [who]
        for role in roles:
            if role not in law.ROLES:
                self.note(where, "path-role", f"unknown role {role!r}", f"Use one of: {', '.join(law.ROLES)}")
        made = {"id": duty["id"], "who": ", ".join(law.ROLES.get(role, "") for role in roles)}
        for field in ("duty", "article", "when"):
            if field in duty or field != "when":
                made[field] = self.text(duty.get(field), (*where, field))
        if "date_key" in duty:
            made["date"] = self.date(duty["date_key"], where)
        return made

    def date(self, key: object, where: tuple) -> str:
        if key not in self.dates:
            hint = law.unknown_key(key, list(self.dates)).problems[0].mend
            self.note(where, "path-date", f"no date of law is called {key!r}", hint)
        return self.dates.get(key, "")


def _word(value: object) -> object:
    """Return an id or key as the author meant it: YAML reads a bare yes as a truth value."""
    if value is True or value is False:
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def _forks(check: _Checker, tree: object) -> list[dict]:
    made = []
    for fork, where in check.items(tree, "fork", ("forks",)):
        options = [
            {"id": option["id"], "text": check.text(option.get("text"), (*place, "text"))}
            for option, place in check.items(fork.get("options"), "option", (*where, "options"))
        ]
        if not 2 <= len(options) <= 5:
            check.note((*where, "options"), "path-options", f"{len(options)} options", "Offer two to five")
        question = check.text(fork.get("question"), (*where, "question"))
        made.append({"id": fork["id"], "question": question, "help": "", "options": options})
        if "help" in fork:
            made[-1]["help"] = check.text(fork["help"], (*where, "help"))
    return made


def _answers(check: _Checker, system: dict, forks: list[dict], where: tuple) -> dict:
    known = {fork["id"]: [option["id"] for option in fork["options"]] for fork in forks}
    made = {}
    for fork, value in check.mapping(system.get("answers"), "answers", where).items():
        place = (*where, fork)
        if fork not in known:
            check.note(place, "path-fork", "no fork has this id", f"Use one of: {', '.join(map(str, known))}")
            continue
        value = check.mapping(value, "answer", place)
        answer = value.get("answer")
        right = [_word(each) for each in (answer if isinstance(answer, list) else [answer])]
        for each in right:
            if each not in known[fork]:
                check.note(
                    (*place, "answer"), "path-answer", f"answer {each!r} is no option", f"Use {', '.join(known[fork])}"
                )
        feedback = check.mapping(value.get("feedback"), "feedback", (*place, "feedback"))
        for option in known[fork]:
            if option not in feedback:
                check.note(
                    (*place, "feedback"),
                    "path-feedback",
                    f"no feedback for option {option!r}",
                    "Write one under feedback",
                )
        for option in feedback:
            if option not in known[fork]:
                check.note((*place, "feedback", option), "path-feedback", "this is no option", "Remove or rename it")
        said = {option: check.text(text, (*place, "feedback", option)) for option, text in feedback.items()}
        made[fork] = {"answer": right, "article": str(value.get("article", "")), "feedback": said}
    return made


def _change(check: _Checker, change: dict, duties: set, where: tuple) -> dict:
    made = {
        "id": change["id"],
        "fact": check.text(change.get("fact"), (*where, "fact")),
        "effect": check.text(change.get("effect"), (*where, "effect")),
        "article": str(change.get("article", "")),
        "adds": [check.duty(*each) for each in check.items(change.get("adds", []), "duty", (*where, "adds"))],
        "drops": list(change.get("drops", [])),
        "moves": [],
    }
    for move, place in check.items(change.get("moves", []), "move", (*where, "moves")):
        moved = {"duty": move.get("duty"), "date": check.date(move.get("date_key"), place), "why": move.get("why", "")}
        made["moves"].append(moved)
    for duty in [*made["drops"], *(move["duty"] for move in made["moves"])]:
        if duty not in duties:
            check.note(where, "path-duty", f"no duty of the result is called {duty!r}", f"Use {', '.join(duties)}")
    return made


def _systems(check: _Checker, systems: object, forks: list[dict]) -> list[dict]:
    made = []
    for system, where in check.items(systems, "system", ("systems",)):
        result = check.mapping(system.get("result"), "result", (*where, "result"))
        duties = check.items(result.get("duties"), "duty", (*where, "result", "duties"))
        ready = [check.duty(*each) for each in duties]
        known = {duty["id"] for duty in ready}
        changes = check.items(system.get("changes", []), "change", (*where, "changes"))
        made.append(
            {
                "id": str(system["id"]),
                "title": check.text(system.get("title"), (*where, "title")),
                "description": check.text(system.get("description"), (*where, "description")),
                "answers": _answers(check, system, forks, (*where, "answers")),
                "skipped": check.mapping(system.get("skipped", {}), "skipped", (*where, "skipped")),
                "summary": check.text(result.get("summary"), (*where, "result", "summary")),
                "classes": list(result.get("classes", [])),
                "duties": ready,
                "open": list(result.get("open", [])),
                "changes": [_change(check, change, known, place) for change, place in changes],
            }
        )
    return made


def _lines(node: yaml.Node | None, where: tuple = ()) -> Iterable[tuple[tuple, int]]:
    """Yield (place in the data, line) of every key and list entry, so that a problem can name its line."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*where, key.value), key.start_mark.line + 1
            yield from _lines(value, (*where, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*where, index), value.start_mark.line + 1
            yield from _lines(value, (*where, index))


def prepare(file=None, *, systems=None, forks=None, valid_on=None, dates=None, **state) -> dict:
    """Return data and first state of the path.

    Parameters
    ----------
    file : str or path, optional
        A ``.paths.yml`` file; a relative path starts at ``moocs/``.
    systems, forks : list of dict, optional
        In place of the file's: systems with an answer and feedback a fork, a result and changes; forks in the order
        in which they are asked.
    valid_on : str or datetime.date, optional
        Date of the state of law, shown with every result.
    dates : DataFrame, optional
        Table of dates that `date_key` refers to. Default: `ai2med.law.law_dates`.

    Raises
    ------
    ai2med.problems.ContentError
        If the lists break a rule; each problem names file, line, rule and mend.
    """
    table = law.law_dates() if dates is None else dates
    known = {row.key: row.date.date().isoformat() for row in table.itertuples()}
    data, lines = ({"systems": systems, "forks": forks}, {}) if file is None else _read(file)
    check = _Checker("systems and forks" if file is None else str(file), lines, known)
    if file is not None:
        data = check.mapping(data, "file", ())
        if check.problems:
            raise ContentError(check.problems)
    day = str(valid_on or data.get("valid_on", ""))
    ready = _forks(check, data["forks"])
    made = {"forks": ready, "systems": _systems(check, data["systems"], ready), "valid_on": day}
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        check.note(("valid_on",), "path-day", f"{day!r} is no date", "Write year-month-day: 2026-10-01")
    if check.problems:
        raise ContentError(check.problems)
    return {**made, **state}


def _read(file: str | Path) -> tuple[object, dict]:
    """Return what a file holds, and the line of each of its parts."""
    path = Path(file) if Path(file).is_absolute() else paths.moocs() / file
    try:
        source = path.read_text(encoding="utf-8")
        return yaml.safe_load(source), dict(_lines(yaml.compose(source, Loader=yaml.SafeLoader)))
    except FileNotFoundError:
        raise ContentError([Problem(str(file), 1, "path-file", "The file is missing", "Create it")]) from None
    except yaml.YAMLError as error:
        mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise ContentError([Problem(str(file), line, "yaml", said, "Correct that line")]) from None
