"""The frame of a unit's page: its parts and their order, its sections, its outcomes, its place in the curriculum."""

import re

from .facts import UnitFacts
from .registry import Found, declare, rule

_PARTS = (
    ("opening case", re.compile(r"^:{3,}\{case\}"), "Open with :::{case} A title."),
    ("pre-question", re.compile(r"^:{3,}\{check\} q00\b"), "Place :::{check} q00 after the case."),
    ("first section", re.compile(r"^## 1\. "), "Number the sections: ## 1. Title."),
    ("exercise", re.compile(r"^## Exercise"), "Add ## Exercise with a link to the exercise page."),
    ("case study", re.compile(r"^## Case study"), "Add ## Case study: a real, named, cited case."),
    ("knowledge check", re.compile(r"^:{3,}\{knowledge-check\}"), "Add :::{knowledge-check}."),
    ("key points", re.compile(r"^## Key points"), "Add ## Key points with 3 to 6 lines."),
    ("in your work", re.compile(r"^:{3,}\{in-your-work\}"), "Add :::{in-your-work} with one action."),
    ("further reading", re.compile(r"^## Further reading"), "Add ## Further reading."),
    ("teacher notes", re.compile(r"^:{3,}\{teacher-notes\}"), "Close with :::{teacher-notes}."),
)
# Verbs that say what somebody can be seen doing; the first word of an outcome, and its only one.
_SEEN = """adapt allocate analyse annotate apply appraise argue assign audit build calculate calibrate carry check
choose cite classify clean compare complete compute conduct connect control convert correct count decide
define demonstrate derive describe design detect determine develop diagnose discuss distinguish document
draft draw escalate estimate evaluate examine explain extract fill find fit formulate identify illustrate
implement inspect interpret judge justify label list locate map match measure merge model monitor name
negotiate order organise outline perform place plan predict prepare present prioritise propose prove
quantify rank read recalibrate recommend reconstruct record reformulate repair replace report represent
reproduce respond review revise rewrite run say screen select separate set show simulate sketch solve
sort specify split state summarise support tell test trace transform translate turn use validate verify
visualise weigh write"""
_VERBS = frozenset(_SEEN.split())
# Those that are hardly ever a noun: only they count as a second verb after "and".
_ALSO_NOUNS = """check cite control count design document draft fit label list map match measure model name order
place plan present rank record report respond review run say screen set show sketch sort split state
support test trace turn use"""
_PLAINLY_VERBS = _VERBS - frozenset(_ALSO_NOUNS.split())
_UNSEEN = "understand, know, learn or be aware of cannot be seen"
_OBJECTS = frozenset(
    ["code-cell", "diagram", "explorable", "list-table", "table", "figure", "image", "video", "worked-example"]
)

declare(
    "unit",
    [
        ("unit-front-matter", "The front matter has a block `unit:`.", "Copy it from a finished unit."),
        ("unit-id", "An id that is written agrees with the page's place.", "Take the line out."),
        ("unit-outcomes", "The front matter lists the outcomes by letter.", "Write outcomes: {a: ..., b: ...}."),
        ("unit-summary", "The summary has 20 to 200 characters.", "Write one sentence."),
        ("unit-code", "How code is shown is open, folded, or that of the MOOC.", "Write code: open or code: folded."),
        ("unit-prerequisites", "Prerequisites are a list of ids.", 'Write prerequisites: ["2.2.1"].'),
        ("front-matter", "The front matter is closed YAML.", "Compare it with that of a finished unit."),
    ],
)


@rule("unit", "title", "The title is that of curriculum.yml.", "Copy the title from curriculum.yml.")
def _title(facts: UnitFacts):
    pages = (
        (facts.path, facts.page, facts.unit.title),
        (facts.unit.exercise_path, facts.exercise_page, f"Exercise: {facts.unit.title}"),
    )
    for path, page, wanted in pages:
        if page is not None and page.title[1] != wanted:
            yield Found(path, page.title[0], f"The title is {page.title[1]!r}.", f"Write # {wanted}")


@rule("unit", "frame", "The parts of a unit stand on its page, in the order of the guide.", "Keep the frame's order.")
def _frame(facts: UnitFacts):
    if facts.page is None:
        return
    opening = [line for line in facts.page.lines if line.text.startswith((":", "#"))]
    last = 0
    for name, pattern, mend in _PARTS:
        number = next((line.number for line in opening if pattern.match(line.text)), None)
        if number is None:
            yield Found(facts.path, 1, f"The {name} is missing.", mend)
        elif number < last:
            yield Found(facts.path, number, f"The {name} stands too early.")
        else:
            last = number
    discussions = sum(block.kind == "discussion" for block in facts.page.blocks)
    if discussions < 3:
        message = f"The case study has {discussions} discussion questions."
        yield Found(facts.path, 1, message, "Write three, each with a model answer.")
    if len(facts.page.sections) < 3:
        message = f"The page has {len(facts.page.sections)} numbered sections."
        yield Found(facts.path, 1, message, "Write three or four: ## 1. Title.")


@rule("unit", "exercise", "The unit has an exercise.", "Write it, solution first.", gap=True)
def _exercise(facts: UnitFacts):
    if facts.page is not None and not facts.unit.exercise_path.is_file():
        yield Found(facts.unit.exercise_path, 1, "The unit has no exercise.")


@rule("unit", "sections", "A page has no more than 4 numbered sections.", "Join sections, or cut one.", gap=True)
def _sections(facts: UnitFacts):
    if facts.page is None:
        return
    sections = facts.page.sections
    if len(sections) > 4:
        yield Found(facts.path, sections[-1].line, f"The page has {len(sections)} numbered sections.")
    for place, section in enumerate(sections, 1):
        if section.number != place:
            yield Found(facts.path, section.line, f"Section {place} has the number {section.number}.", "Count from 1.")


@rule(
    "unit",
    "section-end",
    "Each section says its point in a line that begins with “So:”, and then asks one or two inline questions.",
    "Write So: and one sentence, then :::{check} with one or two questions.",
    gap=True,
)
def _section_end(facts: UnitFacts):
    for section in facts.page.sections if facts.page else ():
        so = [line.number for line in section.lines if re.match(r"\**So:", line.text)]
        asked = [
            (block.line, len(block.argument.split()))
            for block in facts.page.blocks
            if block.kind == "check" and section.lines and section.line < block.line <= section.lines[-1].number
        ]
        if not so:
            yield Found(facts.path, section.line, f"Section {section.number} has no sentence that begins with “So:”.")
        count = sum(number for _, number in asked)
        if not 1 <= count <= 2:
            yield Found(facts.path, section.line, f"Section {section.number} asks {count} inline questions.")
        elif so and asked[-1][0] < so[-1]:
            yield Found(facts.path, so[-1], "The “So:” sentence stands after the question.", "Ask after it.")


@rule(
    "unit",
    "section-object",
    "Each section carries a figure, a worked example, an explorable, a diagram or a table that compares.",
    "Add the one that makes the point visible.",
    gap=True,
)
def _section_object(facts: UnitFacts):
    for section in facts.page.sections if facts.page else ():
        end = section.lines[-1].number if section.lines else section.line
        kinds = {block.kind for block in facts.page.blocks if section.line < block.line <= end}
        drawn = any(line.text.startswith(("|", "![")) for line in section.lines)
        if not drawn and not kinds & _OBJECTS:
            yield Found(facts.path, section.line, f"Section {section.number} holds prose only.")


@rule("unit", "outcome-count", "A unit has 3 to 5 outcomes.", "Join or cut outcomes.", gap=True)
def _outcome_count(facts: UnitFacts):
    if facts.info and not 3 <= len(facts.info.outcomes) <= 5:
        yield Found(facts.path, 1, f"The unit has {len(facts.info.outcomes)} outcomes.")


@rule(
    "unit",
    "outcome-verb",
    "An outcome begins with one verb that can be observed, and has no second one.",
    f"Begin with a verb such as compute, compare, judge; {_UNSEEN}; make two outcomes of two verbs.",
    gap=True,
)
def _outcome_verb(facts: UnitFacts):
    for outcome in facts.info.outcomes if facts.info else ():
        line = _line_of(facts, rf"^\s+{outcome.letter}:")
        first, *_ = re.findall(r"[\w-]+", outcome.text.lower()) or [""]
        if first not in _VERBS:
            yield Found(
                facts.path, line, f"Outcome {outcome.letter} begins with “{first}”, no verb that can be observed."
            )
        later = re.findall(r"(?:,|;|\band\b|\bor\b|\bthen\b)\s+(?:then\s+)?([a-z]+)", outcome.text.lower())
        second = next((word for word in later if word in _PLAINLY_VERBS), None)
        if second:
            yield Found(facts.path, line, f"Outcome {outcome.letter} has two verbs: {first}, {second}.")


@rule(
    "unit",
    "prerequisite",
    "A prerequisite is another unit of the curriculum.",
    "Write the id of a unit; curriculum.yml lists them.",
)
def _prerequisite(facts: UnitFacts):
    for wanted in facts.info.prerequisites if facts.info else ():
        line = _line_of(facts, r"^\s+prerequisites:")
        if wanted == facts.unit.id:
            yield Found(facts.path, line, "The unit is its own prerequisite.", "Take it out.")
        elif wanted not in {unit.id for unit in facts.book.curriculum.units}:
            yield Found(facts.path, line, f"There is no unit {wanted!r}.")


@rule(
    "unit",
    "minutes-typed",
    "Minutes are computed from words, questions, explorables and tasks; nobody types them.",
    "Take the line minutes: out of the front matter.",
)
def _minutes_typed(facts: UnitFacts):
    if "minutes" in facts.front:
        yield Found(facts.path, _line_of(facts, r"^\s+minutes:"), "The front matter has minutes.")
    if facts.exercise_page is not None:
        head = facts.exercise_page.text.split("\n---", 1)[0].splitlines()
        for number, text in enumerate(head, 1):
            if re.match(r"\s+minutes:|exercise: \{.*minutes:", text):
                yield Found(facts.unit.exercise_path, number, "The front matter has minutes.")


@rule(
    "unit",
    "index-page",
    "The MOOC and the module of a unit have their index pages.",
    "Call python -m ai2med new-unit for a unit of this module: it writes the page.",
)
def _index_page(facts: UnitFacts):
    curriculum = facts.book.curriculum
    for part in (curriculum.mooc_of(facts.unit), curriculum.module_of(facts.unit)):
        path = facts.book.root / f"{part.docname}.md"
        if not path.is_file():
            yield Found(
                path, 1, f"The index page of {part.id} {part.title} is missing, which unit {facts.unit.id} needs."
            )


def _line_of(facts: UnitFacts, pattern: str) -> int:
    """Return the first line of the page that matches; 1 if none does."""
    found = re.search(pattern, facts.page.text, re.MULTILINE) if facts.page else None
    return facts.page.text.count("\n", 0, found.end()) + 1 if found else 1
