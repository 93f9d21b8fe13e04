"""Checks of the exercise "The letter and the call" (unit 3.2.2)."""

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need


def check_t6(ns):
    function = need(ns, "cancers_of_100_called_back", callable, "your function")
    cases = {(1, 90, 9): 9.174, (0.5, 80, 8): 4.785, (10, 80, 5): 64.0, (1, 80, 9.6): 7.764}
    for arguments, truth in cases.items():
        got = function(*arguments)
        prevalence, sensitivity, false_positive_rate = arguments
        call = f"`cancers_of_100_called_back{arguments}`"
        if got is None:
            fail("returns-nothing", f"{call} returns nothing.", "End the function with `return` and your number.")
        if close_to(got, truth, 0.02):
            continue
        if close_to(got, truth / 100, 0.001):
            fail(
                "fraction",
                f"{call} gives {got:.3f}, a share of 1. The task asks for a count of 100 women.",
                "Multiply by 100 at the end.",
            )
        if close_to(got, sensitivity, 0.01):
            fail(
                "sensitivity",
                f"{call} gives {got}, the sensitivity. You began with women who *have* cancer.",
                "Begin with the women called back: how many are there in 1,000?",
            )
        if close_to(got, 10 * prevalence * sensitivity / 100, 0.01) or close_to(
            got, prevalence * sensitivity / 100, 0.01
        ):
            fail(
                "wrong-group",
                f"{call} gives {got:.1f}. Right women, wrong group: you counted them among all who were screened.",
                "Divide the women found by all women called back, the found ones and the false alarms.",
            )
        everybody = 100 * prevalence * sensitivity / (prevalence * sensitivity + 100 * false_positive_rate)
        if close_to(got, everybody, 0.02):
            fail(
                "false-alarms-of-all",
                f"{call} gives {got:.2f} and should give {truth:.2f}. You took the false alarms from all 1,000 women.",
                "False alarms happen among the women *without* cancer: 1,000 minus those with cancer.",
            )
        fail(
            "other-value",
            f"{call} gives {got}; it should be about {truth:.1f}.",
            "Follow the tree: with cancer, without, found, false alarms, then found of all called back.",
        )


TASKS = [
    Task(
        id="3.2.2-t1",
        title="Predict and run: what does the letter mean?",
        outcomes=("a",),
        items=("x01", "x02", "x03"),
        hints=(
            "Start with 1,000 women and ask of each percentage: of whom?",
            "The women called back are of two kinds. Count both, then ask how many of them have cancer.",
            "5 women have cancer, 4 of them are called back. Of the 995 others 8 % are called back, about 80.",
        ),
        design_note="Objective: count from one starting group. Out of scope: formulas, calibration (unit 2.2.2).",
    ),
    Task(
        id="3.2.2-t2",
        title="Investigate: which graphic goes on the leaflet?",
        outcomes=("b",),
        items=("x04", "x05"),
        hints=(
            "What does one mark stand for, and out of how many?",
            "Read the lowest number on each axis, and count the people in each block.",
        ),
        design_note="Objective: see faults that survive correct numbers. Out of scope: charts in general (unit 2.1.3).",
    ),
    Task(
        id="3.2.2-t3",
        title="Modify: write the letter again",
        outcomes=("c", "a"),
        items=("x07",),
        hints=(
            "Write the first line last: what should Ana do, on which number, by which day?",
            "One sentence with both frames: of 100 women called back in Germany, about 18 had cancer and 82 did not.",
            "Four more short sentences: why she is called, who looked, who decides, and what nobody has measured yet.",
        ),
        design_note="Objective: safe numbers, action, doubt and disclosure at a low grade. Out of scope: truth and "
        "tone, which no program sees; the learner judges beside a model answer.",
    ),
    Task(
        id="3.2.2-t4",
        title="Make: take the call",
        outcomes=("d",),
        items=("x06",),
        hints=(
            "Before each choice ask what Ana feels and believes at this moment.",
            "First her fear, then what the ninety counts, then both frames, then who decides, then the day.",
            "End with a question to which yes is no answer.",
        ),
        design_note="Objective: order and form of a disclosure call. Out of scope: consent as law (unit 4.4.4).",
    ),
    Task(
        id="3.2.2-t5",
        title="Make: the relative at the bedside",
        outcomes=("a", "d"),
        items=("x08",),
        hints=(
            "What is the group? Alarms of this kind, at this site.",
            "After how many of 100 such alarms did a patient get worse within 24 hours, and after how many not?",
            "Add one sentence that says who does what now.",
        ),
        design_note="Objective: transfer to a prediction, with the local count. Out of scope: thresholds (unit 2.2.5).",
    ),
    Task(
        id="3.2.2-t6",
        title="Optional: the meaning of a letter in five lines",
        outcomes=("a",),
        check=check_t6,
        praise="Your function counts people. The formula that carries the name of Bayes does nothing else.",
        hints=(
            "Write one line for each box of the tree.",
            "`with_cancer = 1000 * prevalence / 100`, and the rest of the 1,000 have no cancer.",
            "`return 100 * found / (found + false_alarms)`, after the lines for `found` and `false_alarms`.",
        ),
        right=(
            RightVariant(
                "the formula of Bayes",
                code="""
                    p, s, f = (value / 100 for value in (prevalence, sensitivity, false_positive_rate))
                    return 100 * p * s / (p * s + (1 - p) * f)
                """,
            ),
        ),
        wrong=(
            WrongAttempt("returns the sensitivity", code="return sensitivity", expect="sensitivity"),
            WrongAttempt(
                "counts among all women screened", code="return prevalence * sensitivity / 100", expect="wrong-group"
            ),
            WrongAttempt(
                "takes false alarms from everybody",
                code=(
                    "found = 10 * prevalence * sensitivity / 100\n"
                    "return 100 * found / (found + 10 * false_positive_rate)"
                ),
                expect="false-alarms-of-all",
            ),
            WrongAttempt(
                "returns a share of one",
                code=(
                    "found = 10 * prevalence * sensitivity / 100\n"
                    "alarms = (1000 - 10 * prevalence) * false_positive_rate / 100\n"
                    "return found / (found + alarms)"
                ),
                expect="fraction",
            ),
            WrongAttempt(
                "forgets to return",
                code="found = 10 * prevalence * sensitivity / 100",
                expect="returns-nothing",
            ),
            WrongAttempt("subtracts the rates", code="return sensitivity - false_positive_rate", expect="other-value"),
        ),
        design_note="Objective: the tree as five lines of code. Out of scope: Bayes' theorem as a formula.",
    ),
]
