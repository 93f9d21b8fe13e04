"""Checks of the exercise "The letter and the call" (unit 3.2.2)."""

import re

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need
from ai2med.explorables.leaflet import check_leaflet
from ai2med.readability import measure, words

TARGET_GRADE = 8
FEWEST_WORDS = 25

# "Nobody can say if she will get worse" is honest and must pass.
_WILL_GET_WORSE = re.compile(
    r"(?<!if )(?<!whether )\b(?:she|he|they|(?:your |the )?(?:mother|patient)) (?:will|is going to) "
    r"(?:get worse|become worse|deteriorate|worsen|die)\b",
    re.IGNORECASE,
)
_WITHIN_A_DAY = re.compile(r"\b(?:24|twenty-four) hours\b|\b(?:a|one|1|the next) day\b|\btomorrow\b", re.IGNORECASE)
_WHO_ACTS = re.compile(r"\b(?:nurses?|doctors?|team|physicians?|we|i|dr)\b", re.IGNORECASE)


def _numbers(text):
    return {word.replace(",", "") for word in words(text)}


def check_t3(ns):
    letter = need(ns, "letter", str, "your letter to Ana")
    if len(words(letter)) < FEWEST_WORDS:
        fail(
            "too-short",
            f"Your letter has {len(words(letter))} words. That leaves most of Ana's five questions open.",
            "Start with the sentence in the task, then say what the letter means and how you know.",
        )
    missing = {finding.id: finding for finding in check_leaflet(letter) if not finding.ok}
    if "no-false-comfort" in missing:
        fail(
            "false-comfort",
            f"Your letter says “{missing['no-false-comfort'].found[0]}”. For about 18 of 100 women who get it, this is "
            "false (programme numbers, case study).",
            "Take the promise out. The 82 women of 100 without cancer are the comfort that you can give truthfully.",
        )
    grade = measure(letter).grade
    if grade > TARGET_GRADE:
        fail(
            "too-hard",
            f"The grade is {grade:.0f}; it should be {TARGET_GRADE} or lower. Ana meets long words and long sentences.",
            "Give each thought its own sentence, and bring the people back: who looked, who decides, who calls?",
        )
    for rule, lacks in (("action", "what to do"), ("contact", "whom to call"), ("when", "until which day")):
        if rule in missing:
            fail(
                "cannot-act",
                f"Grade {max(grade, 0):.0f}, and Ana still cannot act: the letter does not say {lacks}.",
                "A low grade is not an action. Say what to do, on which number, and by which day, in the first line.",
            )
    if "of-whom" in missing:
        fail(
            "percent-of-whom",
            f"Your letter says “{missing['of-whom'].found[0]}” without saying of whom. Ana will read it as her chance.",
            "Count people instead: of 100 women called back, so many have cancer and so many do not.",
        )
    if "one-denominator" in missing:
        groups = missing["one-denominator"].found
        if not groups:
            fail(
                "no-count",
                "Your letter holds no count of people. Each reader will fill in her own number, and Ana's was ninety.",
                "Use the count in the task: of 100 women called back, about 18 had cancer and 82 did not.",
            )
        fail(
            "changing-group",
            f"Your numbers count from different groups ({', '.join(groups)}). Nobody can compare them at a glance.",
            "Keep the same 100 women called back through the whole letter.",
        )
    numbers = _numbers(letter)
    if "18" not in numbers:
        fail(
            "other-number",
            "The count in your letter is not the count of women called back. If you wrote 90, you began with women who "
            "have cancer.",
            "Begin with the women who get this letter, in digits: about 18 of 100 have cancer.",
        )
    if "both-frames" in missing or "82" not in numbers:
        fail(
            "one-frame",
            "Your letter tells one side. Ana pictures the 18 women with cancer and nobody else.",
            "Say the other side in the same sentence, from the same 100 women: 82 do not.",
        )
    if "absolute-first" in missing:
        fail(
            "relative-first",
            f"“{missing['absolute-first'].found[0]}” comes before any count. More than what?",
            "Give the counts of 100 or 1,000 first, or leave the comparison out.",
        )
    if "unknowns" in missing:
        fail(
            "no-unknowns",
            "Your letter sounds surer than anyone is: it says nothing about what is not known or can go wrong.",
            "One plain sentence is enough. What has nobody measured yet?",
        )
    if "ai-named" in missing:
        fail(
            "ai-missing",
            "The program has gone from the letter. True, but complete?",
            "Say in one breath that a computer program and a doctor looked, and who decides.",
        )


def check_t5(ns):
    answer = need(ns, "answer", str, "your answer to the daughter")
    alarms = need(ns, "alarms")
    worse = round(100 * alarms["deteriorated_24h"].mean())
    # The 24 of the time span must not stand in for a count of 24 people.
    numbers = _numbers(_WITHIN_A_DAY.sub("", answer))
    if _WILL_GET_WORSE.search(answer):
        fail(
            "certain",
            f"“{_WILL_GET_WORSE.search(answer)[0]}” turns a chance into a fate. After {100 - worse} of 100 such alarms "
            "here nobody got worse.",
            "Say how many of 100 patients with this alarm get worse, and how many do not.",
        )
    if any(not finding.ok for finding in check_leaflet(answer, ["no-false-comfort"])):
        fail(
            "false-comfort",
            f"Your answer promises that all is well. After about {worse} of 100 such alarms here it was not.",
            "Give the count, and say what you do now. That comforts without a promise.",
        )
    if "100" not in numbers or str(worse) not in numbers:
        fail(
            "no-count",
            "The daughter hears no count of people, or another count than that of this site.",
            f"At this site it is about {worse} of 100 patients with this alarm. Use this number.",
        )
    if str(100 - worse) not in numbers:
        fail(
            "one-frame",
            f"Your answer tells one side, the {worse} of 100 who got worse.",
            f"Say the other side in the same sentence: {100 - worse} did not.",
        )
    if not _WITHIN_A_DAY.search(answer):
        fail(
            "no-time",
            "Your answer names no time span. The daughter cannot tell if you mean tonight or this year.",
            "The model looks 24 hours ahead. Say so.",
        )
    if not _WHO_ACTS.search(answer):
        fail(
            "nobody-acts",
            "Your answer gives a chance and nobody who acts on it.",
            "Say who does what now: a nurse, a doctor, you.",
        )


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


_CALL = "Please call us on 01 000 00 00 by Friday, 9 October. "
_BOTH = "Of 100 women called back in Germany, about 18 had cancer and 82 did not. "
_WHO = "A doctor and a computer program looked at your picture. The doctor decides. "
_DOUBT = "We do not know yet if the program helps women live longer."

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
        check=check_t3,
        praise="Ana can act on your letter, weigh her chance from both sides, and see what is not known.",
        hints=(
            "Write the first line last: what should Ana do, on which number, by which day?",
            "One sentence with both frames: of 100 women called back in Germany, about 18 had cancer and 82 did not.",
            "Four more short sentences: why she is called, who looked, who decides, and what nobody has measured yet.",
        ),
        right=(
            RightVariant(
                "another honest letter, the calming number first",
                code="""
                    letter = (
                        "Dear Ana, please call 01 000 00 00 by Friday, 9 October. We need one more picture of your breast. "
                        "Of 100 women called back in Germany, 82 did not have cancer and about 18 did. A computer program marked a "
                        "spot, and a doctor looked at it too. The doctor decides, not the program. Nobody knows yet if women live "
                        "longer with the program."
                    )
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "chopped into five-word sentences, no telephone number and no day",
                code=(
                    'letter = ("We saw a spot. It is quite small. A computer helped us look. A doctor looked too. "\n'
                    '          "Of 100 women, 18 have cancer. The other 82 do not. We do not know more.")'
                ),
                expect="cannot-act",
            ),
            WrongAttempt(
                "comforts with a promise",
                code=f'letter = "{_CALL}There is nothing to worry about. {_BOTH}{_WHO}{_DOUBT}"',
                expect="false-comfort",
            ),
            WrongAttempt(
                "tells only that 18 of 100 have cancer",
                code=f'letter = "{_CALL}Of 100 women called back in Germany, about 18 had cancer. {_WHO}{_DOUBT}"',
                expect="one-frame",
            ),
            WrongAttempt(
                "takes the AI out to make the letter simpler",
                code=f'letter = "{_CALL}{_BOTH}A doctor looked at your picture. We do not know yet what it is."',
                expect="ai-missing",
            ),
            WrongAttempt(
                "believes that a programme is a program",
                code=(
                    f'letter = "{_CALL}Of 100 women called back in a German programme, about 18 had cancer and 82 did '
                    'not. A doctor looked at your picture. We do not know yet what it is."'
                ),
                expect="ai-missing",
            ),
            WrongAttempt(
                "reads the sensitivity as the chance",
                code=(
                    f'letter = "{_CALL}Of 100 women called back, about 90 have cancer and 10 do not. {_WHO}{_DOUBT}"'
                ),
                expect="other-number",
            ),
            WrongAttempt(
                "keeps the percentage of the program",
                code=f'letter = "{_CALL}The program is right in 90 percent. {_BOTH}{_WHO}{_DOUBT}"',
                expect="percent-of-whom",
            ),
            WrongAttempt(
                "puts two groups side by side",
                code=f'letter = "{_CALL}{_BOTH}It finds 7 of 1000 women. {_WHO}{_DOUBT}"',
                expect="changing-group",
            ),
            WrongAttempt(
                "fears numbers",
                code=f'letter = "{_CALL}Most women who get this letter do not have cancer. {_WHO}{_DOUBT}"',
                expect="no-count",
            ),
            WrongAttempt(
                "says nothing about what is not known",
                code=f'letter = "{_CALL}{_BOTH}{_WHO}"',
                expect="no-unknowns",
            ),
            WrongAttempt(
                "compares before it counts",
                code=f'letter = "{_CALL}The program sees twice as much as a doctor. {_BOTH}{_WHO}{_DOUBT}"',
                expect="relative-first",
            ),
            WrongAttempt("sends one line", code=f'letter = "{_CALL}"', expect="too-short"),
        ),
        design_note="Objective: safe numbers, action, doubt and disclosure at a low grade. Out of scope: truth and "
        "tone, which the check cannot see; the learner compares with the solution.",
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
        check=check_t5,
        praise="You moved the form to another setting: one group, both frames, a time span, and somebody who acts.",
        hints=(
            "What is the group? Patients with this alarm, at this site.",
            "Of 100 patients with this alarm, how many get worse within 24 hours, and how many do not?",
            "Add one sentence that says who does what now.",
        ),
        right=(
            RightVariant(
                "the other side first, another person acts",
                code='answer = "Of 100 patients with this alarm here, {better} do not get worse in the next 24 hours. About {worse} do. A nurse stays with her and a doctor is on the way."',
            ),
        ),
        wrong=(
            WrongAttempt(
                "reports the score",
                code='answer = "The model gives your mother a score of 0.82, so a doctor is informed within 24 hours."',
                expect="no-count",
            ),
            WrongAttempt(
                "turns the chance into a fate",
                code='answer = "The program says that she will get worse within 24 hours, so a doctor comes now."',
                expect="certain",
            ),
            WrongAttempt(
                "comforts with a promise",
                code='answer = "There is nothing to worry about, the program does this every day. A nurse looks in."',
                expect="false-comfort",
            ),
            WrongAttempt(
                "tells one side",
                code=(
                    'answer = "Of 100 patients with this alarm, about {worse} get worse within 24 hours. '
                    'A doctor comes now."'
                ),
                expect="one-frame",
            ),
            WrongAttempt(
                "forgets the time span",
                code=(
                    'answer = "Of 100 patients with this alarm, about {worse} get worse and {better} do not. '
                    'A doctor comes now."'
                ),
                expect="no-time",
            ),
            WrongAttempt(
                "gives a chance and nobody who acts",
                code=(
                    'answer = "Of 100 patients with this alarm, about {worse} get worse within 24 hours and '
                    '{better} do not."'
                ),
                expect="nobody-acts",
            ),
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
