"""The rules that a unit's questions keep together: outcomes, levels, places, positions of the key."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

from ..items.loader import ItemBank
from ..items.models import Item, SingleItem
from ..items.text import plain
from ..problems import Problem
from ._item import item_issues
from .facts import UnitFacts
from .registry import Found, declare, problem, rule, rules_for

__all__ = ["BankFacts", "lint_bank", "lint_item"]

declare(
    "file",
    [
        ("encoding", "A file is UTF-8 text.", "Save it as UTF-8."),
        ("file", "A file that is named can be read.", "Check its name."),
        ("yaml", "A questions file is plain YAML: no anchors, no tags.", "Correct the line."),
        ("duplicate-field", "A field stands once.", "Keep one of the two."),
        ("unknown-field", "Only the fields of the schema are used.", "Let your editor complete the field's name."),
        ("missing-field", "No field is missing.", "Add it."),
        ("missing-feedback", "Every answer has feedback.", "Say why it tempts and why it fails or holds."),
        ("missing-explanation", "Every question has an explanation.", "Write the full reason."),
        ("wrong-type", "A field holds what the schema asks for.", "See the schema's advice."),
        ("unknown-value", "A field with fixed values has one of them.", "Choose one of the known values."),
        ("bad-text", "A text has the form that the schema asks for.", "See the schema's advice."),
        ("bad-name", "A name is small letters, digits and hyphens.", "Rename it."),
        ("empty", "No text is empty.", "Write it."),
        ("too-long", "No text is longer than the schema allows.", "Cut it."),
        ("too-few", "A list has enough entries.", "Add entries."),
        ("too-many", "A list has no more entries than fit.", "Take entries out."),
        ("out-of-range", "A number lies in its range.", "Correct it."),
        ("unit-mismatch", "A unit that is written agrees with the file's place.", "Take the line out."),
        ("law-key", "A date of law that is named is in the table.", "Correct the key."),
    ],
)
declare(
    "item",
    [
        ("duplicate-id", "An id stands once in a file.", "Give each its own id; never use an old one again."),
        ("duplicate-text", "No option or line stands twice.", "Change one."),
        ("option-ids", "Options are called a, b, c in the written order.", "Rename them."),
        ("no-key", "An option is right.", "Write correct: true on it."),
        ("two-keys", "One option of a single question is right.", "Keep one, or write type: multiple."),
        ("no-distractor", "An option of a multiple question is wrong.", "Add one."),
        ("expression", "Every expression can be computed.", "Use numbers, functions and the parameters."),
        ("placeholder", "Every name in braces is a parameter.", "Correct the name."),
        ("unknown-id", "Every id that is named exists.", "Correct the id."),
        ("ending", "A node has choices or an ending.", "Give it one of the two."),
        ("no-ending", "Every way through a conversation comes to an end.", "Lead the choice on."),
        ("unreachable", "Every node can be reached.", "Lead a choice to it, or take it out."),
        ("feedback-length", "Feedback has at most 60 words.", "Cut it."),
        ("feedback-position", "Feedback names no option by its place.", "Name what the option says."),
        ("feedback-copied", "No feedback stands twice.", "Say what tempts and fails in this very answer."),
        ("explanation-length", "An explanation has at most 120 words.", "Cut it."),
        ("markup", "Only bold, emphasis, code and links are used.", "Write it in words."),
        ("link-target", "Links lead to http(s) or to a page of the book.", "Correct the address."),
        ("hidden-character", "No mark reorders what is shown.", "Remove the mark."),
        ("stem-question", "The stem of a single question asks.", "End with a question."),
        ("negative-stem", "No question is negative.", "Ask for what is right, best or first."),
        ("law-source", "What speaks of law has source and day.", "Add source: [key] and valid_on: day."),
        ("misconception-missing", "A wrong answer names its misconception.", "Add misconception: short-kebab-tag."),
        ("misconception-on-key", "The right answer names none.", "Remove the tag."),
        ("options-count", "There are three or four options (multiple: up to six).", "Add or cut options."),
        ("length-spread", "Options are about equally long.", "Make them alike."),
        ("key-longest", "The right answer is not the longest.", "Shorten it, or make a distractor as precise."),
        ("all-of-the-above", "No option speaks of the others.", "Write an option of its own."),
        ("combined-options", "No option combines others.", "Write an option of its own, or type: multiple."),
        ("absolutes", "No option says always or never.", "Say when it holds."),
        ("vague-words", "No option says often or usually.", "Give a number or a condition."),
        ("clue-words", "No word joins only question and key.", "Use it in a distractor too."),
        ("slip-is-answer", "A slip's value is not that of the answer.", "Choose other parameters or tolerances."),
        ("slip-overlap", "Two slips have different values.", "Choose other parameters or tolerances."),
        ("unit", "A unit of measurement has single spaces.", "Keep one."),
        ("pattern", "A pattern is read alike by Python and JavaScript.", "Write it more simply."),
        ("model-answer", "A model answer shows each fact and no danger.", "Mend the answer or the pattern."),
        ("choices-count", "A node has two to four choices.", "Write two to four."),
        ("gives-away", "No feedback on a wrong answer names the right one.", "Say why it fails and where to look."),
    ],
)
# A later issue mends the content of the first units; until then a page may list it.
declare("item", [("spare-target", "A matching question has a target more than is needed.", "Add one.")], gap=True)


@dataclass
class BankFacts:
    """A unit's questions, with what is known around them.

    Parameters
    ----------
    bank : ItemBank
        The questions.
    outcomes : list of str
        Letters of the unit's outcomes.
    declared : bool
        Whether the page declares these outcomes; else they are those that the questions name.
    sources : collection of str or None
        Known keys; None if they are not to be looked up.
    """

    bank: ItemBank
    outcomes: list[str]
    declared: bool
    sources: Collection[str] | None

    def found(self, message: str, *path, mend: str = "") -> Found:
        """Return a breach at an item (its name first in `path`), or of the file as a whole."""
        return Found(self.bank.file, self.bank.line(*path), message, mend)


def lint_bank(
    bank: ItemBank, unit_outcomes: Collection[str] | None = None, known_sources: Collection[str] | None = None
) -> list[Problem]:
    """Return everything that a unit's questions break, in the order of the file.

    Parameters
    ----------
    bank : ItemBank
        The questions.
    unit_outcomes : collection of str, optional
        Letters of the unit's outcomes. Without it, those that the questions name.
    known_sources : collection of str, optional
        Keys of the references. Without it, sources are not looked up.
    """
    problems = [found for item in bank for found in lint_item(bank, item)]
    named = {item.outcome for item in bank} if unit_outcomes is None else unit_outcomes
    facts = BankFacts(bank, sorted(named), unit_outcomes is not None, known_sources)
    for entry in rules_for("bank"):
        problems += [problem(entry.name, found) for found in entry.find(facts)]
    return sorted(problems)


def lint_item(bank: ItemBank, item: Item) -> list[Problem]:
    """Return what one question of a bank breaks by itself."""
    return [
        Problem(bank.file, bank.line(item.name, *issue.path), issue.rule, f"{item.name}: {issue.message}", issue.mend)
        for issue in item_issues(item)
    ]


@rule(
    "bank", "source-unknown", "A source that a question names is among the references.", "Add it, or correct the key."
)
def _source_unknown(facts: BankFacts):
    for item in facts.bank if facts.sources is not None else ():
        for key in item.source:
            if key not in facts.sources:
                yield facts.found(f"{item.name}: “{key}” is not among the references.", item.name, "source")


@rule("bank", "stem-copied", "No stem stands twice.", "Ask something else, or remove one.")
def _stem_copied(facts: BankFacts):
    first: dict[str, str] = {}
    for item in facts.bank:
        stem = plain(item.stem).lower()
        if stem in first:
            yield facts.found(f"{item.name}: the stem is that of {first[stem]}.", item.name, "stem")
        first.setdefault(stem, item.name)


@rule("bank", "outcome-unknown", "A question names an outcome of its unit.", "Choose one of the unit's letters.")
def _outcome_unknown(facts: BankFacts):
    for item in facts.bank if facts.declared else ():
        if item.outcome not in facts.outcomes:
            message = f"{item.name}: the unit has no outcome {item.outcome}."
            yield facts.found(message, item.name, "outcome", mend=f"Choose one of {', '.join(facts.outcomes)}.")


@rule("bank", "outcome-coverage", "Each outcome has two inline or closing questions.", "Write another item for it.")
def _outcome_coverage(facts: BankFacts):
    counts = Counter(item.outcome for item in facts.bank if item.place in ("inline", "closing"))
    for outcome in facts.outcomes:
        if counts[outcome] < 2:
            yield facts.found(f"Outcome {outcome} has {counts[outcome]} inline or closing items; two are needed.")


@rule(
    "unit",
    "outcome-forms",
    "At most two inline and closing questions of one outcome have the same form.",
    "Ask one of them in another form, or keep it for the bank.",
    gap=True,
)
def _outcome_forms(facts: UnitFacts):
    asked = [item for item in facts.bank or () if item.place in ("inline", "closing")]
    for (outcome, kind), count in sorted(Counter((item.outcome, item.type) for item in asked).items()):
        if count > 2:
            third = [item for item in asked if (item.outcome, item.type) == (outcome, kind)][2]
            message = f"Outcome {outcome} has {count} questions of the form {kind}."
            yield Found(facts.bank.file, facts.bank.line(third.name), message)


@rule("bank", "levels", "At least 60 % of the questions ask to apply or judge.", "Make it at least 60 %.")
def _levels(facts: BankFacts):
    for what, items in (("items", facts.bank.items), ("closing items", facts.bank.at("closing"))):
        higher = sum(item.level != "recall" for item in items)
        if higher < 0.6 * len(items):
            yield facts.found(f"Only {higher} of {len(items)} {what} ask to apply or judge.")
            return


@rule("bank", "closing-count", "The knowledge check has 6 to 8 questions.", "Give 6 to 8 place: closing.", gap=True)
def _closing_count(facts: BankFacts):
    count = len(facts.bank.at("closing"))
    if not 6 <= count <= 8:
        yield facts.found(f"The knowledge check has {count} items.")


@rule("bank", "closing-coverage", "The knowledge check asks for every outcome.", "Add one.")
def _closing_coverage(facts: BankFacts):
    if missing := sorted(set(facts.outcomes) - {item.outcome for item in facts.bank.at("closing")}):
        yield facts.found(f"The knowledge check has no item on outcome {', '.join(missing)}.")


@rule(
    "bank",
    "key-positions",
    "The right options of the single questions are spread over the positions.",
    "Reorder options, so that no letter has more than half and three letters occur.",
)
def _key_positions(facts: BankFacts):
    singles = [item for item in facts.bank if isinstance(item, SingleItem)]
    counts = Counter(item.key.id for item in singles)
    if len(singles) < 4:
        return
    if max(counts.values()) <= ceil(len(singles) / 2) and (len(singles) < 6 or len(counts) > 2):
        return
    shares = ", ".join(f"{key}: {counts[key]}" for key in sorted(counts))
    yield facts.found(f"The right options of the {len(singles)} single items stand mostly in one place ({shares}).")


@rule(
    "unit",
    "bank",
    "Beyond the page, a unit has 8 to 12 questions for reviews and module assessments.",
    "Write questions with place: bank.",
    gap=True,
)
def _bank(facts: UnitFacts):
    if facts.bank is not None and not 8 <= len(facts.bank.at("bank")) <= 12:
        count = len(facts.bank.at("bank"))
        yield Found(facts.bank.file, facts.bank.line(), f"The bank has {count} questions.")


@rule(
    "unit",
    "question-placed",
    "Every question but those of the bank stands on the page or in the exercise, once; every placed one exists.",
    "Place it with :::{check} name, or give it place: bank.",
)
def _question_placed(facts: UnitFacts):
    if facts.bank is None or facts.page is None:
        return
    places: dict[str, list[tuple]] = {}
    for path, page in ((facts.path, facts.page), (facts.unit.exercise_path, facts.exercise_page)):
        for block in page.blocks if page else ():
            names = block.argument.split() if block.kind == "check" else []
            if block.kind == "knowledge-check":
                names = [item.name for item in facts.bank.at("closing")]
            for name in names:
                places.setdefault(name, []).append((path, block.line))
    known = {item.name: item for item in facts.bank}
    for name, where in places.items():
        if name not in known:
            known_names = ", ".join(known)
            yield Found(
                *where[0], f"There is no question {name}.", f"Write it in the .items.yml, or choose: {known_names}."
            )
        elif known[name].place == "bank":
            yield Found(*where[0], f"{name} belongs to the bank.", "Take it off the page, or change its place.")
        elif len(where) > 1:
            yield Found(*where[1], f"{name} is placed a second time.", "Place it once.")
    for name, item in known.items():
        if item.place != "bank" and name not in places:
            yield Found(facts.bank.file, facts.bank.line(name), f"{name} stands on no page.")
