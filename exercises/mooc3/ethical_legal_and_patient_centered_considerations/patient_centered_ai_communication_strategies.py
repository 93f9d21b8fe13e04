"""Checks of the exercise "The letter and the call" (unit 3.2.2)."""

from ai2med.exercises import Task

TASKS = [
    Task(
        id="3.2.2-t1",
        title="Predict, then count: another group of women",
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
        title="Find the fault: six graphics",
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
        title="Complete: the doubt and the order",
        outcomes=("c",),
        items=("q13", "q15"),
        hints=(
            "Was it measured at all? If so, in people like this patient, and in how many?",
            "For the order, cover the letter and show it line by line. What should Ana know if she stops here?",
        ),
        design_note="Objective: say the doubt that fits, and put the action first. Out of scope: the formula of the "
        "grade (section 3 of the unit).",
    ),
    Task(
        id="3.2.2-t4",
        title="Make: write the letter again",
        outcomes=("c", "a"),
        items=("x07",),
        hints=(
            "Write the first line last: what should Ana do, on which number, by which day?",
            "One sentence with both frames: of 100 women called back in the study, about 18 had cancer and 82 did not.",
            "Four more short sentences: why she is called, who looked, who decides, and what nobody has measured yet.",
        ),
        design_note="Objective: safe numbers, action, doubt and disclosure at a low grade. Out of scope: truth and "
        "tone, which no program sees; the learner judges beside a model answer.",
    ),
    Task(
        id="3.2.2-t5",
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
        id="3.2.2-t6",
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
]
