"""Tasks of the exercise "Open the seal" (unit 5.3.3): all of them ask questions, none asks for code."""

from ai2med.exercises import Task

TASKS = [
    Task(
        id="5.3.3-t1",
        title="Predict, then look: another ward",
        outcomes=("b",),
        items=("x01", "x02"),
        hints=(
            'Put your finger on the group after "of". Both questions end with: of 100 flags.',
            "Split 1,000 people first: those who need the nurse, and the others. How many are flagged in each group?",
            "With 300 in need there are 255 right flags and 105 false ones. 255 of 360 is about 71 of 100.",
        ),
        design_note="Objective: start from the flags, for two wards. Out of scope: formulas, choosing a limit (5.3.4).",
    ),
    Task(
        id="5.3.3-t2",
        title="Find the fault: five test plans",
        outcomes=("c",),
        items=("q11",),
        hints=(
            "Ask of each plan: who knows what? Who is examined? Who is counted?",
            "Blind is about the nurse and the flag. Sealed is about the builder and the photos. Section 3 has both.",
        ),
        design_note="Objective: see which rule of a fair test is broken. Out of scope: planning a silent run (5.3.4).",
    ),
    Task(
        id="5.3.3-t3",
        title="Complete: the boxes of the night",
        outcomes=("a",),
        items=("x04",),
        hints=(
            "Bedside first: is this person in need? Then the tool.",
            "A found rate counts only people who need the nurse. How many, with and without a readable photo?",
            "19 found and 9 missed are 28. With the 4 who had no readable photo they are 32.",
        ),
        design_note="Objective: boxes from a sheet, not readable apart. Out of scope: labelling (unit 5.3.1).",
    ),
    Task(
        id="5.3.3-t4",
        title="Judge: a label for each group",
        outcomes=("d",),
        items=("x06",),
        hints=(
            "Count the people first. Fewer than 20? Then the label is fixed.",
            "20 people or more: does the range begin below 80? Does it also end below 80?",
        ),
        design_note="Objective: careful words for groups, small ones too. Out of scope: fairness (unit 5.4.1).",
    ),
    Task(
        id="5.3.3-t5",
        title="Make: the test report",
        outcomes=("a", "b", "c", "d"),
        items=("x09",),
        hints=(
            "Ask of each line: of whom? And is anybody left out?",
            "Line 4 is about the ward, where 8 of 100 need the nurse. Section 2 counts it.",
        ),
        design_note="Objective: a report that another ward can use. Out of scope: silent run and go-live (unit 5.3.4).",
    ),
]
