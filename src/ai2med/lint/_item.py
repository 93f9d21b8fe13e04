"""The linter's rules for one item."""

import re
from collections.abc import Iterator

from ..items import models, parts
from ..items._schema import Issue
from ..items.answers import SPACES
from ..items.marking import within
from ..items.models import Item
from ..items.text import plain, safe_link

_MOST_WORDS = {"feedback": 60, "explanation": 120}
_OPTIONS = {"single": (3, 4), "multiple": (3, 6)}

_ALL_OF_ABOVE = re.compile(
    r"\b(all|none|both|neither|either|any|each|two) of (the|these|those)( (above|below|options?|answers?|others?))*"
    r"\W*\Z|\b(all|none|both|neither|any) of the (above|below|options|answers|others)\b",
    re.IGNORECASE,
)
_COMBINED = re.compile(
    r"(both |only )?(options? |answers? )?\(?[A-Da-d]\)?(, \(?[A-Da-d]\)?)*,? (and|or|&) \(?[A-Da-d]\)?( only)?\W*\Z"
    r"|.*\b[Bb]oth (options|answers)\b"
    r"|.*\b([Oo]ptions|[Aa]nswers) [A-Da-d1-4],? (and|or|&) [A-Da-d1-4]\b",
    re.DOTALL,
)
_SHOUTED_NEGATIVE = re.compile(r"\b(NOT|EXCEPT|LEAST|NEVER|INCORRECT)\b")
_NEGATIVE = re.compile(
    r"\bexcept\b|\bnot (true|correct|right|appropriate|recommended)\b|(?<!\bat )\bleast\b(?! squares)"
    r"|\b(which|what)\b( \w+){0,3} (is|are|was|were|do|does|did|should|would|could|can|must|may|will)"
    r"(n[’']t| not| never)\b"
    r"|\bis (false|untrue|incorrect)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(always|never|completely|impossible|guarantees?|guaranteed|without exception|no matter what)\b|\A(all|every)\b"
    r"|\b(in|under|at) (all|every|any) (cases?|circumstances?|situations?|times?|settings?)\b"
    r"|\b(the|is|are) only (way|reason|method|measure|cause|thing|correct|valid|possible|acceptable)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(often|usually|sometimes|frequently|rarely|seldom|occasionally|generally|typically|mostly|normally|commonly)\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b([Oo]ption|[Aa]nswer|[Cc]hoice)s? \(?[A-D]\b|\b(option|answer|choice) (above|below)\b"
    r"|\b(first|second|third|fourth|last|next|previous) (option|answer|choice)\b"
)
_LAW = re.compile(
    r"\bAI Act\b|\bGDPR\b|\bMDR\b|\bIVDR\b|\bEHDS\b|\bMDCG\b|\bRegulation \(E[UC]\)|\bDirective (\(E[UC]\) )?\d"
    r"|\bArticles? \d|\bAnnex [IVX]+\b|\bData Protection Act\b"
)
_UNSUPPORTED = (
    (re.compile(r"^\s*#{1,6} ", re.MULTILINE), "a heading"),
    (re.compile(r"^\s*([-*+]|1[.)]) ", re.MULTILINE), "a list"),
    (re.compile(r"^\s*\|.*\|", re.MULTILINE), "a table"),
    (re.compile(r"!\[[^\]]*\]\("), "an image"),
    (re.compile(r"^\s*(```|~~~|:::)", re.MULTILINE), "a block"),
    (re.compile(r"\$[^\s$][^$\n]*[^\s$]\$(?![0-9])"), "a formula"),
    (re.compile(r"</?[A-Za-z]+(\s[^<>]*)?/?>"), "HTML"),
    (re.compile(r"\{[\w:-]+\}\0"), "a role"),
)
_LINK = re.compile(r"\[[^\[\]]+\]\(([^)\s]*)")
_CODE = re.compile(r"`[^`]*`")
# Marks that reorder what is shown: right-to-left text needs none of them here, and they can hide what a text says.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_COMMON_WORDS = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "against",
        "because",
        "before",
        "being",
        "below",
        "between",
        "could",
        "doctor",
        "during",
        "first",
        "following",
        "hospital",
        "model",
        "models",
        "most",
        "other",
        "patient",
        "patients",
        "people",
        "result",
        "results",
        "should",
        "their",
        "there",
        "these",
        "those",
        "through",
        "under",
        "using",
        "value",
        "values",
        "where",
        "which",
        "while",
        "would",
    ]
)


def item_issues(item: Item) -> Iterator[Issue]:
    """Yield everything that one item breaks; paths are relative to the item."""
    yield from _texts(item)
    yield from _stem(item)
    yield from _law(item)
    yield from _tags(item)
    if isinstance(item, models.SingleItem | models.MultipleItem):
        yield from _options(item)
    if isinstance(item, models.SingleItem):
        yield from _clue_words(item)
    if isinstance(item, models.NumericItem):
        yield from _numbers(item)
    if isinstance(item, models.MatchingItem):
        yield from _spare_target(item)
    if isinstance(item, models.BranchingItem):
        yield from _choices(item)
    yield from _given_away(item)


def feedbacks(item: Item) -> Iterator[tuple[tuple, str]]:
    """Yield path and text of every feedback of an item."""
    for path, part in _parts(item):
        if getattr(part, "feedback", None):
            yield (*path, "feedback"), part.feedback
    overall = getattr(item, "feedback", None)
    if overall is not None:
        yield ("feedback", "correct"), overall.correct
        yield ("feedback", "otherwise"), overall.otherwise


def _parts(item: Item) -> Iterator[tuple[tuple, object]]:
    """Yield path and value of every part that may carry feedback."""
    for name in ("options", "slips", "distractors", "facts", "dangers"):
        for index, part in enumerate(getattr(item, name, ())):
            yield (name, index), part
    for index, prompt in enumerate(getattr(item, "prompts", ())):
        yield ("prompts", index), prompt
        for target, pair in prompt.wrong.items():
            yield ("prompts", index, "wrong", target), pair
    for name, blank in getattr(item, "blanks", {}).items():
        yield ("blanks", name), blank
        for index, slip in enumerate(blank.slips):
            yield ("blanks", name, "slips", index), slip
    for name, node in getattr(item, "nodes", {}).items():
        yield ("nodes", name), node
        for index, choice in enumerate(node.choices):
            yield ("nodes", name, "choices", index), choice


def _markdown(item: Item) -> Iterator[tuple[tuple, str]]:
    yield ("stem",), item.stem
    yield ("explanation",), item.explanation
    yield from feedbacks(item)
    if isinstance(item, models.FillItem):
        yield ("text",), item.text
    if isinstance(item, models.TextItem):
        yield ("model",), item.model
        for index, fact in enumerate(item.facts):
            yield ("facts", index, "label"), fact.label
        for index, line in enumerate(item.rubric):
            yield ("rubric", index), line
    for name in ("elements", "targets"):
        for index, part in enumerate(getattr(item, name, ())):
            yield (name, index, "text"), part.text
    for path, part in _parts(item):
        if isinstance(part, parts.Node):
            yield (*path, "says"), part.says
            if part.thinks:
                yield (*path, "thinks"), part.thinks
        elif hasattr(part, "text") and not isinstance(item, models.ParsonsItem):
            yield (*path, "text"), part.text


def _words(text: str) -> int:
    return len(plain(text).split())


def _texts(item: Item) -> Iterator[Issue]:
    seen: dict[str, tuple] = {}
    for path, text in feedbacks(item):
        if _words(text) > _MOST_WORDS["feedback"]:
            yield Issue(path, "feedback-length", f"This feedback has {_words(text)} words.", "Cut it to 60.")
        if _POSITION.search(text):
            yield Issue(
                path,
                "feedback-position",
                "This feedback names an option by its place.",
                "Name what the option says: exports may shuffle options.",
            )
        if text in seen:
            yield Issue(
                path,
                "feedback-copied",
                "This feedback stands twice in the item.",
                "Say what tempts and what fails in this very answer.",
            )
        seen[text] = path
    if _words(item.explanation) > _MOST_WORDS["explanation"]:
        yield Issue(
            ("explanation",),
            "explanation-length",
            f"The explanation has {_words(item.explanation)} words.",
            "Cut it to 120.",
        )
    for path, text in _markdown(item):
        bare = _CODE.sub("\0", text)
        for what in (what for pattern, what in _UNSUPPORTED if pattern.search(bare)):
            yield Issue(
                path,
                "markup",
                f"This text holds {what}, which is shown as plain characters.",
                "Use paragraphs, **bold**, *emphasis*, `code` and links only.",
            )
        for target in _LINK.findall(bare):
            if not safe_link(target):
                yield Issue(
                    path,
                    "link-target",
                    f"The link to {target[:60]} is not shown as a link.",
                    "Link to http(s) or to a page of this book.",
                )
        if _REORDERING.search(text):
            yield Issue(
                path, "hidden-character", "This text holds a mark that reorders what is shown.", "Remove the mark."
            )


def _question(stem: str) -> str:
    """Return the last sentence of the stem that asks, or the last paragraph."""
    asked = re.findall(r"[^.!?]*\?", plain(stem))
    return asked[-1] if asked else plain(stem.strip().split("\n\n")[-1])


def _stem(item: Item) -> Iterator[Issue]:
    stem = plain(item.stem)
    if isinstance(item, models.SingleItem) and "?" not in stem:
        yield Issue(
            ("stem",),
            "stem-question",
            "The stem asks no question.",
            "End with a question that can be answered before seeing the options.",
        )
    found = _SHOUTED_NEGATIVE.search(stem) or _NEGATIVE.search(_question(item.stem))
    if found:
        yield Issue(
            ("stem",),
            "negative-stem",
            f"The question is negative (“{found.group(0)}”).",
            "Ask for what is right, best or first.",
        )


def _law(item: Item) -> Iterator[Issue]:
    texts = [item.stem, item.explanation, *(text for _, text in _markdown(item))]
    named = next((match for text in texts if (match := _LAW.search(plain(text)))), None)
    if named and not (item.source and item.valid_on):
        yield Issue(
            (),
            "law-source",
            f"The item speaks of law (“{named.group(0)}”) without source and valid_on.",
            "Add source: [a key of references/] and valid_on: the day you checked it.",
        )
    elif item.valid_on and not item.source:
        yield Issue(("valid_on",), "law-source", "The item has a valid_on date but no source.", "Add source: [key].")


def _tags(item: Item) -> Iterator[Issue]:
    for path, part in _parts(item):
        if not hasattr(part, "misconception"):
            continue
        wrong = not getattr(part, "correct", False)
        if isinstance(part, parts.Choice):
            wrong = part.quality != "good"
            needed = part.quality == "poor"
        elif isinstance(part, parts.Option) and isinstance(item, models.MultipleItem):
            # A right option that was left out may show a misconception, too.
            needed, wrong = wrong, True
        else:
            needed = wrong
        if needed and not part.misconception:
            yield Issue(
                path,
                "misconception-missing",
                "This wrong answer has no misconception tag.",
                "Add misconception: short-kebab-tag, or choose a wrong answer that people give.",
            )
        if part.misconception and not wrong:
            yield Issue(
                (*path, "misconception"),
                "misconception-on-key",
                "The right answer has a misconception tag.",
                "Remove the tag.",
            )


def _options(item: models.SingleItem | models.MultipleItem) -> Iterator[Issue]:
    texts = [plain(option.text) for option in item.options]
    lengths = [len(text) for text in texts]
    low, high = _OPTIONS[item.type]
    if not low <= len(texts) <= high:
        yield Issue(("options",), "options-count", f"The item has {len(texts)} options.", f"Write {low} to {high}.")
    if max(lengths) > 2 * min(lengths) + 20:
        yield Issue(
            ("options",),
            "length-spread",
            f"The options have {min(lengths)} to {max(lengths)} characters.",
            "Make them alike: the longest at most twice the shortest and 20 characters.",
        )
    keys = [length for option, length in zip(item.options, lengths, strict=True) if option.correct]
    others = [length for option, length in zip(item.options, lengths, strict=True) if not option.correct]
    if min(keys) > max(others) and not all(_is_figure(text) for text in texts):
        yield Issue(
            ("options",),
            "key-longest",
            f"The right option is the longest ({min(keys)} characters, the others at most {max(others)}).",
            "Shorten it, or make a distractor as precise.",
        )
    for index, text in enumerate(texts):
        path = ("options", index, "text")
        if _ALL_OF_ABOVE.search(text):
            yield Issue(
                path, "all-of-the-above", "The option speaks of the other options.", "Write an option of its own."
            )
        if _COMBINED.match(text):
            yield Issue(
                path,
                "combined-options",
                "The option combines other options.",
                "Write an option of its own, or make the item type: multiple.",
            )
        for pattern, rule, mend in (
            (
                _ABSOLUTE,
                "absolutes",
                "Say when it holds; absolute words tell test-wise readers that an option is wrong.",
            ),
            (_VAGUE, "vague-words", "Give a number or a condition."),
        ):
            if found := pattern.search(text):
                yield Issue(path, rule, f"The option holds “{found.group(0)}”.", mend)


def _is_figure(text: str) -> bool:
    """Return whether an option is just a number with a unit, where length tells nothing."""
    return bool(re.match(r"[-+−≈]?[0-9]", text)) and len(text) <= 15


def _clue_words(item: models.SingleItem) -> Iterator[Issue]:
    asked = _content_words(_question(item.stem))
    offered = set().union(*(_content_words(plain(option.text)) for option in item.options if not option.correct))
    clues = sorted((asked & _content_words(plain(item.key.text))) - offered)
    if clues:
        yield Issue(
            ("options",),
            "clue-words",
            f"“{', '.join(clues)}” stands in the question and only in the right option.",
            "Use the word in a distractor as well, or another word in the right option.",
        )


def _content_words(text: str) -> set[str]:
    words = {word.rstrip("s") if len(word) > 6 else word for word in re.findall(r"[^\W\d_]{6,}", text.lower())}
    return words - _COMMON_WORDS


def _numbers(item: models.NumericItem) -> Iterator[Issue]:
    reported: set[tuple] = set()
    for variant in item.variants:
        values = ", ".join(f"{name} = {value:g}" for name, value in variant.parameters.items())
        case = f" (with {values})" if values else ""
        ranges = [("the answer", variant.answer, item.tolerance)]
        for index, slip in enumerate(variant.slips):
            for name, value, tolerance in ranges:
                rule = "slip-is-answer" if name == "the answer" else "slip-overlap"
                if (index, rule) not in reported and within(slip.value, value, slip.tolerance + tolerance):
                    reported.add((index, rule))
                    yield Issue(
                        ("slips", index, "value"),
                        rule,
                        f"{slip.value:g} ± {slip.tolerance:g} overlaps {name}, {value:g} ± {tolerance:g}{case}.",
                        "Choose other parameters, or smaller tolerances.",
                    )
            ranges.append((f"slip {index + 1}", slip.value, slip.tolerance))
    if re.search(f"[{SPACES}]{{2,}}", item.unit_of_answer):
        yield Issue(("unit",), "unit", "The unit holds several spaces in a row.", "Keep one.")


def _spare_target(item: models.MatchingItem) -> Iterator[Issue]:
    # Where a target serves several prompts, nothing can be found by elimination.
    used = [prompt.answer for prompt in item.prompts]
    if len(used) == len(set(used)) >= len(item.targets):
        yield Issue(
            ("targets",),
            "spare-target",
            "Every target is the answer of a prompt, so the last pair is left over.",
            "Add a target that tempts and fits no prompt.",
        )


def _given_away(item: Item) -> Iterator[Issue]:
    """Find what is right in what is said to a wrong answer, which may be checked again."""
    told: list[tuple[tuple, str, str]] = []
    if isinstance(item, models.MatchingItem):
        names = {target.id: plain(target.text) for target in item.targets}
        for index, prompt in enumerate(item.prompts):
            for target, pair in prompt.wrong.items():
                told.append((("prompts", index, "wrong", target), pair.feedback, names[prompt.answer]))
    if isinstance(item, models.FillItem):
        for name, blank in item.blanks.items():
            texts = [(("blanks", name, "slips", index), slip.feedback) for index, slip in enumerate(blank.slips)]
            for path, text in [*texts, (("feedback", "otherwise"), item.feedback.otherwise)]:
                told += [(path, text, accepted) for accepted in blank.accept]
    if isinstance(item, models.NumericItem):
        # What is said in all variants alike belongs to the rule, not to the answer.
        said = [{slip.feedback for slip in one.slips} | {one.feedback.otherwise} for one in item.variants]
        common = set.intersection(*said) if len(said) > 1 else set()
        for variant in item.variants:
            texts = [(("slips", index), slip.feedback) for index, slip in enumerate(variant.slips)]
            texts.append((("feedback", "otherwise"), variant.feedback.otherwise))
            told += [(path, text, f"{variant.answer:.6g}") for path, text in texts if text not in common]
    if isinstance(item, models.MatchingItem):
        yield from _target_named(item)
    seen = set()
    for path, text, key in told:
        # A single digit says nothing by itself.
        if len(key) < 2 or path in seen:
            continue
        if re.search(rf"(?<![\w.,]){re.escape(key.strip('.'))}(?!\w|[.,]\d)", plain(text), re.IGNORECASE):
            seen.add(path)
            yield Issue(
                path,
                "gives-away",
                f"What is said to a wrong answer names the right one: “{key}”.",
                "Say why the answer fails and where to look; the explanation gives the answer.",
            )


def _target_named(item: models.MatchingItem) -> Iterator[Issue]:
    """Find replies with every word that tells the right target from the others: "the hospital is the deployer"."""
    words = {target.id: _long_words(target.text) for target in item.targets}
    for index, prompt in enumerate(item.prompts):
        others = set().union(*(found for target, found in words.items() if target != prompt.answer))
        telling = words[prompt.answer] - others - _long_words(prompt.text) - _long_words(item.stem)
        for target, pair in prompt.wrong.items() if telling else ():
            if telling <= _long_words(pair.feedback):
                yield Issue(
                    ("prompts", index, "wrong", target),
                    "gives-away",
                    f"What is said to a wrong answer names the right one: “{', '.join(sorted(telling))}”.",
                    "Say why the answer fails and where to look; the explanation gives the answer.",
                )


def _long_words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[^\W\d_]{5,}", plain(text).lower())}


def _choices(item: models.BranchingItem) -> Iterator[Issue]:
    talks = {name: node for name, node in item.nodes.items() if node.choices}
    longest = []
    for name, node in talks.items():
        if len(node.choices) < 2:
            yield Issue(("nodes", name), "choices-count", f"Node “{name}” has one choice.", "Write two to four.")
            continue
        lengths = {choice.id: len(plain(choice.text)) for choice in node.choices}
        good = [lengths[choice.id] for choice in node.choices if choice.quality == "good"]
        others = [lengths[choice.id] for choice in node.choices if choice.quality != "good"]
        if good and others and min(good) > max(others):
            longest.append(name)
    if len(longest) > len(talks) / 2:
        yield Issue(
            ("nodes",),
            "key-longest",
            f"The good choice is the longest at {', '.join(longest)}.",
            "Make the other choices as full at half of the nodes or more.",
        )
