"""Checks of the exercise "Open the seal" (unit 5.3.3)."""

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need
from ai2med.explorables.people_counts import people_counts

# The page shows a name as the label of its field, so each reads as words.
NIGHT_WARD = {"of_1000_need_the_nurse": 40, "of_100_in_need_are_flagged": 80, "of_100_others_are_flagged": 10}
TEST_SET_NEED = 500


def _label(name: str) -> str:
    """Return a name as the page's form shows it."""
    return f'"{name.replace("_", " ")}"'


def _said(number: float) -> str:
    """Return a number as people say it, with one decimal at most: 91.7, and not 91.6667."""
    return f"{round(number, 1):g}"


def _settings(ns):
    """Compare the three settings with the ward of the task; each mistake has its own answer."""
    set_to = {name: need(ns, name, float, "one of the three settings") for name in NIGHT_WARD}
    if set_to["of_1000_need_the_nurse"] == TEST_SET_NEED:
        fail(
            "test-frequency",
            "You kept 500 of 1,000 who need the nurse. That is our test set, where half of the people need her.",
            "How many of 1,000 people need the nurse on the night ward? Set the first number.",
        )
    if close_to(set_to["of_1000_need_the_nurse"], 4):
        fail(
            "of-100",
            "You set 4, which is the count in 100 people. The slider counts 1,000 people.",
            "4 of 100 is the same as how many of 1,000?",
        )
    if close_to(set_to["of_100_in_need_are_flagged"], 10) and close_to(set_to["of_100_others_are_flagged"], 80):
        fail(
            "rates-swapped",
            "The two rates have changed places: your tool flags 80 of 100 people who are fine.",
            'Ask for each rate "of whom?". One counts people in need, one counts the others.',
        )
    for name, wanted in NIGHT_WARD.items():
        if not close_to(set_to[name], wanted):
            fail(
                "other-ward",
                f"{_label(name)} is {_said(set_to[name])}. This is not the night ward of the task.",
                "Read the three numbers under *Given* again, and set one after the other.",
            )


def check_t5(ns):
    _settings(ns)
    n = people_counts(
        need=NIGHT_WARD["of_1000_need_the_nurse"],
        found_rate=NIGHT_WARD["of_100_in_need_are_flagged"],
        false_flag_rate=NIGHT_WARD["of_100_others_are_flagged"],
    )
    flags = need(ns, "flags_in_all", float, "the number of flags in all")
    right = need(ns, "of_100_flags_are_right", float, "how many of 100 flags are right")
    if flags == 0:
        fail(
            "flags-empty",
            'The ward is set. "flags in all" is still 0.',
            "Press Run and read the four boxes. Which two of them have a flag? Add them.",
        )
    if flags == n["found"]:
        fail(
            "only-right-flags",
            f"{n['found']} are the right flags. On the screen the false flags look the same.",
            "Two boxes have a flag. Add both.",
        )
    if flags == n["false_flag"]:
        fail(
            "only-false-flags",
            f"{n['false_flag']} are the false flags. The right flags are flags as well.",
            "Add the box of the people who were found.",
        )
    if flags == n["need"]:
        fail(
            "people-in-need",
            f"{n['need']} people need the nurse. That counts people, not flags.",
            "Leave the people for a moment and look at the screen: found and false flags.",
        )
    if flags != n["flags"]:
        fail(
            "other-flags",
            f"You counted {_said(flags)} flags. The boxes give another number.",
            "Add the two boxes with a flag: found, and false flags.",
        )
    if close_to(right, NIGHT_WARD["of_100_in_need_are_flagged"], 0.5):
        fail(
            "found-rate",
            '80 of 100 answers "of the people in need, how many are flagged?".',
            "Start from the flags: of 128 flags, how many are right? Then turn it into 100 flags.",
        )
    if close_to(right, n["found"], 0.5):
        fail(
            "of-all-flags",
            f"{n['found']} of {n['flags']} flags are right. You gave the count of {n['flags']}, not of 100.",
            f"Divide {n['found']} by {n['flags']} and multiply by 100.",
        )
    if close_to(right, 100 * n["found"] / n["total"], 0.3):
        fail(
            "of-everybody",
            f"{n['found']} of 1,000 people are in need and flagged. Right people, wrong group.",
            "Divide by the flags, not by all people.",
        )
    if close_to(right, 100 * n["need"] / n["total"], 0.3):
        fail(
            "before-flag",
            "4 of 100 need the nurse before any flag. After a flag it is more.",
            "Count among the flags only.",
        )
    if close_to(right, 100 - n["flag_right_of_100"], 0.5):
        fail(
            "other-side",
            f"You gave {_said(right)}, which counts the flags that are false.",
            "The question asks for the flags that are right.",
        )
    if not close_to(right, n["flag_right_of_100"], 0.6):
        fail(
            "other-share",
            f"You gave {_said(right)} of 100. Of {n['flags']} flags, {n['found']} are right; that gives another share.",
            f"Divide {n['found']} by {n['flags']} and multiply by 100.",
        )


def _answer(flags, right, ward=(40, 80, 10)) -> str:
    """Return what a learner sets in the task: the ward, the flags, and how many of 100 are right."""
    values = zip((*NIGHT_WARD, "flags_in_all", "of_100_flags_are_right"), (*ward, flags, right), strict=True)
    return "\n".join(f"{name} = {value}" for name, value in values)


TASKS = [
    Task(
        id="5.3.3-t1",
        title="Predict, then look: one flag, what does it mean?",
        outcomes=("b",),
        items=("x01", "x02"),
        hints=(
            'Put your finger on the group after "of". Samira asks: of 100 flags.',
            "Split 1,000 people first: 80 need the nurse, 920 do not. How many are flagged in each group?",
            "68 right flags and 138 false flags. 68 of 206 is about 33 of 100.",
        ),
        design_note="Objective: start from the flags. Out of scope: formulas, choosing a limit (unit 5.3.4).",
    ),
    Task(
        id="5.3.3-t2",
        title="Investigate: four boxes",
        outcomes=("a", "d"),
        items=("x03", "x04", "x05"),
        hints=(
            "Bedside first: is this person in need? Then the tool.",
            "A found rate counts only people who need the nurse. How many, with and without a readable photo?",
            'For the missed people, set the filter to "needs the nurse" and "no flag". Then choose the light.',
        ),
        design_note="Objective: boxes from a sheet, not readable apart. Out of scope: labelling (unit 5.3.1).",
    ),
    Task(
        id="5.3.3-t3",
        title="Modify: from counts to words",
        outcomes=("d",),
        items=("x06", "x07", "x08"),
        hints=(
            "Count the people first. Fewer than 20? Then the label is fixed.",
            "20 people or more: does the range begin below 80? Does it also end below 80?",
            "For each group ask two questions: what may I write, and who is protected tonight?",
        ),
        design_note="Objective: careful words and protection for small groups. Out of scope: fairness (unit 5.4.1).",
    ),
    Task(
        id="5.3.3-t4",
        title="Make: the test report",
        outcomes=("a", "b", "c", "d"),
        items=("x09", "x10"),
        hints=(
            "Ask of each line: of whom? And is anybody left out?",
            "Line 4 is about the ward, where 8 of 100 need the nurse. Look at task 1.",
            "For the two settings: how many people more, how many looks more? Divide.",
        ),
        design_note="Objective: a report that another ward can use. Out of scope: silent run and go-live (unit 5.3.4).",
    ),
    Task(
        id="5.3.3-t5",
        title="Optional: another ward",
        outcomes=("b",),
        check=check_t5,
        praise="You worked out what a flag means on another ward: 128 flags, 32 right, 25 of 100. Two honest rates and "
        "the ward's own frequency are enough for this.",
        hints=(
            "First set the three numbers under *Given*. 40 of 1,000, 80 of 100, 10 of 100. Press Run.",
            "Flags are in two boxes: found and false flags. Add them.",
            "32 of 128 flags are right. 32 divided by 128, times 100.",
        ),
        right=(
            RightVariant(
                "decimal numbers, worked out in the cell",
                code="""
                    of_1000_need_the_nurse = 40.0
                    of_100_in_need_are_flagged = 80.0
                    of_100_others_are_flagged = 10.0
                    flags_in_all = 32 + 96
                    of_100_flags_are_right = 100 * 32 / 128
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "keeps the frequency of the test set",
                code=_answer(450, 89, ward=(500, 80, 10)),
                expect="test-frequency",
            ),
            WrongAttempt(
                "sets the count of 100",
                code=_answer(103, 3, ward=(4, 80, 10)),
                expect="of-100",
            ),
            WrongAttempt(
                "swaps the two rates",
                code=_answer(772, 1, ward=(40, 10, 80)),
                expect="rates-swapped",
            ),
            WrongAttempt(
                "keeps the found rate of Samira's ward",
                code=_answer(130, 26, ward=(40, 85, 10)),
                expect="other-ward",
            ),
            WrongAttempt("stops after the sliders", code=_answer(0, 0), expect="flags-empty"),
            WrongAttempt("forgets the false flags", code=_answer(32, 100), expect="only-right-flags"),
            WrongAttempt("counts the false flags only", code=_answer(96, 33), expect="only-false-flags"),
            WrongAttempt("counts people in need as flags", code=_answer(40, 80), expect="people-in-need"),
            WrongAttempt(
                "takes false flags from all 1,000 people",
                code=_answer(132, 24),
                expect="other-flags",
            ),
            WrongAttempt("gives the found rate for the flags", code=_answer(128, 80), expect="found-rate"),
            WrongAttempt("gives the count of all flags", code=_answer(128, 32), expect="of-all-flags"),
            WrongAttempt("divides by everybody", code=_answer(128, 3), expect="of-everybody"),
            WrongAttempt("gives the share before the flag", code=_answer(128, 4), expect="before-flag"),
            WrongAttempt("gives the false flags of 100", code=_answer(128, 75), expect="other-side"),
            WrongAttempt("thinks that it is half and half", code=_answer(128, 50), expect="other-share"),
            WrongAttempt("gives another share, not rounded", code=_answer(128, 100 * 11 / 12), expect="other-share"),
        ),
        design_note="Objective: carry two rates to another frequency. Out of scope: programming; whether the rates "
        "hold on the new ward, which only a count there can show.",
    ),
]
