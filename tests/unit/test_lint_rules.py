"""A unit that keeps every rule is found clean; each rule speaks when it is broken, and known gaps are a ratchet."""

import shutil
import subprocess
import sys

import pytest

from ai2med import cli, paths
from ai2med.curriculum import load_curriculum
from ai2med.lint import RULES, UnknownTarget, lint_book, lint_report, lint_unit, rules_text
from ai2med.pages import Page, read_page

UNIT = "2.1.1"
VET_UNIT = "5.1.1"
FILLER = "The ward counts its patients each morning and writes the number on the board near the door. " * 35

HEAD = """---
kernelspec: {name: python3, display_name: Python 3}
unit:
  prerequisites: ["2.1.2"]
  outcomes:
    a: Choose a chart for a question
    b: Compute a rate
    c: Judge a chart
  summary: A sample unit that keeps every rule of the guide.
---
"""
SECTION = """## {n}. Section {n}

{filler}

| a | b |
|---|---|
| 1 | 2 |

So: counts need a unit.

:::{{check}} q0{n}
:::

"""
PAGE = """# {title}

:::{{case}} A morning
Ana looks at the board.
:::

:::{{check}} q00
:::

{sections}## Exercise

See {{doc}}`the exercise </{exercise}>`.

```{{code-cell}} ipython3
from ai2med import glue

glue("u_n", 3)
for name in ("x", "y"):
    glue(f"u_{{name}}_share", 1)
```

There are {{glue:text}}`u_n` of {{glue:text}}`u_x_share:.1f`.

## Case study: one

A case {{cite:p}}`{source}`.

:::{{discussion}} One?
Yes.
:::

:::{{discussion}} Two?
Yes.
:::

:::{{discussion}} Three?
Yes.
:::

## Knowledge check

:::{{knowledge-check}}
:::

## Key points

- One.

:::{{in-your-work}} This week
Count.
:::

## Further reading

- A source.

:::{{teacher-notes}}
Ten minutes.
:::
"""
SINGLE = """  - id: {name}
    version: 1
    type: single
    outcome: {outcome}
    level: apply
    place: {place}
    stem: "Case {name}. What now?"
    explanation: Because.
    options:
      - {{id: a, text: "Look again", feedback: "On a, {name}."{a}}}
      - {{id: b, text: "Ask nurses", feedback: "On b, {name}."{b}}}
      - {{id: c, text: "Go on then", feedback: "On c, {name}."{c}}}
"""
FILL = """  - id: {name}
    version: 1
    type: fill
    outcome: {outcome}
    level: judge
    place: {place}
    stem: "Case {name}. Complete the sentence."
    explanation: Because.
    text: "It is {{{{word}}}}."
    blanks: {{word: {{accept: ["five"], feedback: "It is five, {name}."}}}}
    feedback: {{correct: "Five, {name}.", otherwise: "Count, {name}."}}
"""
MATCHING = """  - id: {name}
    version: 1
    type: matching
    outcome: {outcome}
    level: apply
    place: {place}
    stem: "Case {name}. Match each."
    explanation: Because.
    targets: [{{id: t1, text: One}}, {{id: t2, text: Two}}, {{id: t3, text: Spare}}]
    prompts:
      - {{id: p1, text: First, answer: t1, feedback: "It is one, {name}."}}
      - {{id: p2, text: Second, answer: t2, feedback: "It is two, {name}."}}
    feedback: {{correct: "Both, {name}.", otherwise: "Look, {name}."}}
"""
EXERCISE = """---
kernelspec: {{name: python3, display_name: Python 3}}
exercise:
  routes: {{"with code": [t1], "without code": [t2]}}
---
# Exercise: {title}

## Task 1: Count

:::{{task}} t1
Count the rows into `n`.
:::

```{{code-cell}} ipython3
:tags: [task, t1]
### BEGIN SOLUTION
n = 3
### STARTER
# n = ...
### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [check, t1]
check("{unit}-t1")
```

## Task 2: Sort

::::{{task}} t2
:::{{check}} x01 x02 x03 x04
:::
::::
"""
CHECKS = """from ai2med.exercises import RightVariant, Task, WrongAttempt, fail, need


def check_t1(ns):
    if need(ns, "n", int) == 4:
        fail("four", "You counted four.", "Count again.")
    if need(ns, "n", int) != 3:
        fail("count", "You counted otherwise.", "Count again.")


TASKS = [
    Task(
        id="{unit}-t1",
        title="Count",
        outcomes=("a",),
        check=check_t1,
        praise="Well counted.",
        hints=("Look.", "Count."),
        wrong=(WrongAttempt("one more", "n = 4", "four"), WrongAttempt("two more", "n = 5", "count")),
        right=(RightVariant("a float", "n = 3.0"),),
    ),
    Task(id="{unit}-t2", title="Sort", outcomes=("b",), items=("x01", "x02", "x03", "x04"), hints=("Look.", "Sort.")),
]
"""


def single(name, outcome, place, key):
    marks = {each: ", correct: true" if each == key else ", misconception: guess" for each in "abc"}
    return SINGLE.format(name=name, outcome=outcome, place=place, **marks)


def items():
    rows = [single("q00", "a", "opening", "a")]
    rows += [
        single(f"q0{n}", letter, "inline", key) for n, (letter, key) in enumerate(zip("abc", "bca", strict=True), 1)
    ]
    rows += [FILL.format(name=f"q1{n}", outcome=letter, place="closing") for n, letter in enumerate("abcabc")]
    rows += [MATCHING.format(name=f"x0{n}", outcome="b", place="exercise") for n in range(1, 5)]
    rows += [
        single(f"b0{n}", letter, "bank", key)
        for n, (letter, key) in enumerate(zip("abcabcab", "abcabcab", strict=True))
    ]
    return "items:\n" + "".join(rows)


class Sample:
    """A book with one unit that keeps every rule; `spoil` breaks one."""

    def __init__(self, root, unit_id=UNIT, filler=FILLER):
        self.root = root
        curriculum = load_curriculum(root)
        self.unit = unit = curriculum.unit(unit_id)
        source = "sample2020"
        for folder in ("references", "glossary"):
            (root / folder).mkdir(exist_ok=True)
        (root / "references/general.bib").write_text(f"@article{{{source},\n  title = {{A sample}},\n}}\n")
        (root / "glossary/base_rate.md").write_text("# base rate\n\nA share.\n")
        for part in (curriculum.mooc_of(unit), curriculum.module_of(unit)):
            (root / f"{part.docname}.md").parent.mkdir(parents=True, exist_ok=True)
            (root / f"{part.docname}.md").write_text("# Index\n")
        sections = "".join(SECTION.format(n=n, filler=filler) for n in (1, 2, 3))
        page = PAGE.format(title=unit.title, sections=sections, exercise=unit.exercise_docname, source=source)
        self.page, self.items, self.exercise = unit.path, unit.items_path, unit.exercise_path
        self.checks, self.deck = self.exercise.with_suffix(".py"), unit.path.with_suffix(".deck.md")
        self.exercise.parent.mkdir(parents=True)
        self.page.write_text(HEAD + page)
        self.items.write_text(items())
        self.exercise.write_text(EXERCISE.format(title=unit.title, unit=unit.id))
        self.checks.write_text(CHECKS.format(unit=unit.id))
        self.deck.write_text("# Slides\n")

    def spoil(self, path, old, new):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def problems(self):
        """Return what is wrong, without what the slides' own rules and the missing contents list say."""
        found = lint_unit(self.unit, self.root).problems
        return [problem for problem in found if not problem.file.endswith(".deck.md")]

    def rules(self):
        return {problem.rule for problem in self.problems()}


@pytest.fixture
def sample(tmp_path, monkeypatch):
    shutil.copy(paths.root() / "curriculum.yml", tmp_path / "curriculum.yml")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    return Sample(tmp_path)


def test_a_unit_that_keeps_every_rule_is_clean(sample):
    assert [str(problem) for problem in sample.problems()] == []


# file, what stands there, what an author might write instead, the rule that speaks
BROKEN = [
    ("page", "# Introduction to", "# An introduction to", "title"),
    ("exercise", "# Exercise: ", "# ", "title"),
    ("page", "{case}", "{note}", "frame"),
    ("page", "## 3. Section 3", "## Section 3", "frame"),
    ("page", "## 3. Section 3", "## 4. Section 3", "sections"),
    ("page", "{discussion} Three", "{note} Three", "frame"),
    ("page", "So: counts need a unit.", "Counts need a unit.", "section-end"),
    ("page", ":::{check} q02\n:::\n", "", "section-end"),
    ("page", ":::{check} q02\n:::\n", "", "question-placed"),
    ("page", "{check} q02", "{check} q99", "question-placed"),
    ("page", "{check} q02", "{check} q02 b01", "question-placed"),
    ("page", "{check} q02", "{check} q02 q03", "question-placed"),
    ("page", "| a | b |\n|---|---|\n| 1 | 2 |\n", "", "section-object"),
    ("page", "| a | b |\n|---|---|\n", "| a | b | c | d | e |\n|:--|---|:-:|--:|---|\n", "table-columns"),
    ("page", "| a | b |\n|---|---|\n", "a | b | c | d | e\n- | - | - | - | -\n", "table-columns"),
    ("page", FILLER, "Short.", "length"),
    ("page", "    c: Judge a chart\n", "", "unit-outcomes"),
    ("page", "Compute a rate", "Understand a rate", "outcome-verb"),
    ("page", "Compute a rate", "Compute and interpret a rate", "outcome-verb"),
    ("page", '["2.1.2"]', '["2.9.9"]', "prerequisite"),
    ("page", '["2.1.2"]', '["2.1.1"]', "prerequisite"),
    ("page", "unit:\n", "unit:\n  minutes: {reading: 5, doing: 5}\n", "minutes-typed"),
    ("page", "`u_n`", "`u_m`", "glue"),
    ("page", 'glue("u_n", 3)', 'glue("u_n", 3)\nglue("u_n", 4)', "glue"),
    ("page", 'glue("u_n", 3)', 'glue("u_n", 3', "cell-syntax"),
    ("page", "Ana looks", "The base rate counts. Ana looks", "term-first-use"),
    ("page", "Ana looks", "The Base rates count, says {term}`no term`. Ana", "glossary"),
    ("page", "A case {cite:p}", "A case {cite:p}`nothing2020` {cite:p}", "source"),
    ("page", "Ana looks", "The 2023 guideline of the society asks for it. Ana looks", "guideline-cited"),
    ("page", "Ana looks", "TODO. Ana looks", "unfinished"),
    ("page", "Count.\n:::\n", "Count.\n", "block-open"),
    ("page", "Ana looks", ":::{note}\nNo.\n:::\n\nAna looks", "block-inside"),
    ("page", "Ana looks at the board.\n:::\n", "Ana looks at the board.\n:::\n\n::::\n", "block-open"),
    ("items", "level: apply", "level: remember", "unknown-value"),
    ("items", "    level: apply\n    place: bank", "    level: apply\n    place: closing", "bank"),
    ("items", ", {id: t3, text: Spare}", "", "spare-target"),
    ("items", "  - id: b00\n", "  - id: b01\n", "duplicate-id"),
    ("items", "items:\n", 'unit: "2.1.2"\nitems:\n', "unit-mismatch"),
    ("items", "outcome: a", "outcome: d", "outcome-unknown"),
    ("exercise", '"without code": [t2]', '"without code": []', "routes"),
    ("exercise", '"with code": [t1]', '"with code": [t9]', "routes"),
    ("exercise", "[t1], ", "[t1, t2], ", None),
    ("exercise", "x01 x02 x03 x04\n", "x01 x02 x03\n", "routes"),
    ("exercise", "# n = ...", "# n = = 3", "starter-syntax"),
    ("exercise", "Count the rows into `n`.", "Count. " * 61, "task-length"),
    ("checks", '        right=(RightVariant("a float", "n = 3.0"),),\n', "", "right-variant"),
    ("checks", '"four"),', '"fourth"),', "no-message"),
    ("checks", ', WrongAttempt("two more", "n = 5", "count")', ",", "wrong-attempts"),
]


@pytest.mark.parametrize(("file", "old", "new", "rule"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_rule_speaks(sample, file, old, new, rule):
    sample.spoil(getattr(sample, file), old, new)
    found = sample.problems()
    if rule is None:
        assert found == []
        return
    assert rule in {problem.rule for problem in found}, found
    assert all(problem.mend and problem.line >= 1 and problem.rule in RULES for problem in found)


def test_the_line_is_that_of_the_breach(sample):
    sample.spoil(sample.page, "`u_n`", "`u_m`")
    (found,) = sample.problems()
    assert "`u_m`" in sample.page.read_text().splitlines()[found.line - 1]
    sample.spoil(sample.page, "`u_m`", "`u_n`")
    sample.spoil(sample.page, 'glue("u_n", 3)', 'glue("u_n", 3)\nx = = 1')
    found = next(problem for problem in sample.problems() if problem.rule == "cell-syntax")
    assert sample.page.read_text().splitlines()[found.line - 1] == "x = = 1"


@pytest.mark.parametrize(
    "text", ["items:\n  - id: [\n  - x: {\n", "- a\n- b\n", "items: 3\n", "", "items:\n - 1\n - {id: 2}\n"]
)
def test_slips_in_the_questions_file_are_told_and_never_a_traceback(sample, text):
    sample.items.write_text(text)
    assert any(problem.file == str(sample.items) for problem in sample.problems())


def test_missing_parts_are_told(sample):
    sample.deck.unlink()
    sample.exercise.unlink()
    (sample.page.parent / "index.md").unlink()
    assert {"deck", "exercise", "index-page"} <= {
        problem.rule for problem in lint_unit(sample.unit, sample.root).problems
    }


def test_a_bank_of_other_size_and_too_many_of_one_form_are_told(sample):
    text = sample.items.read_text()
    sample.items.write_text(text[: text.index("  - id: b01")])
    assert sample.rules() == {"bank"}
    text = text.replace("type: fill\n    outcome: b", "type: fill\n    outcome: a")
    sample.items.write_text(text)
    assert "outcome-forms" in sample.rules()


def test_a_task_with_four_results_is_too_large(sample):
    sample.spoil(sample.exercise, "n = 3\n", "n = 3\np = q = r = 1\n")
    sample.spoil(
        sample.checks, "def check_t1(ns):\n", "def check_t1(ns):\n    for name in ():\n        pass\n    more(ns)\n"
    )
    helper = 'def more(space):\n    need(space, "p")\n    need(space, "q")\n    need(space, "r")\n\n\ndef check_t1'
    sample.spoil(sample.checks, "def check_t1", helper)
    assert sample.rules() == {"task-deliverables"}


def test_a_text_for_vocational_readers_is_measured(tmp_path, monkeypatch):
    shutil.copy(paths.root() / "curriculum.yml", tmp_path / "curriculum.yml")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    easy = "The nurse looks at the skin of the man. She asks him how he is. " * 24
    vet = Sample(tmp_path, VET_UNIT, easy)
    assert vet.rules() == set()
    hard = "Institutional accountability necessitates comprehensive epidemiological characterisation. " * 60
    vet.page.write_text(vet.page.read_text().replace(easy, hard))
    assert "grade" in vet.rules()


def test_four_columns_are_a_table_and_bars_in_code_are_none(sample):
    listing = "```text\n|-|-|-|-|-|\n```\n"
    sample.spoil(sample.page, "| a | b |\n|---|---|\n", f"{listing}\n| a | b | c | d |\n|---|---|---|---|\n")
    assert "table-columns" not in sample.rules()


def test_a_known_gap_is_a_note_until_it_is_closed(sample):
    sample.spoil(sample.page, FILLER, "Short.")
    sample.spoil(sample.page, "unit:\n", "unit:\n  open: [length, deck]\n")
    sample.deck.unlink()
    report = lint_unit(sample.unit, sample.root)
    assert report.problems == []
    assert {note.rule for note in report.notes} == {"length", "deck"}
    sample.spoil(sample.page, "Short.", FILLER)
    assert sample.rules() == {"open-settled"}
    sample.spoil(sample.page, "[length, deck]", "[deck, frame, nothing]")
    assert [problem.rule for problem in sample.problems()] == ["open-unknown", "open-unknown"]


def test_a_draft_fails_nothing(sample):
    sample.page.write_text("---\nunit: {status: draft}\n---\n# Nothing yet\n")
    report = lint_unit(sample.unit, sample.root)
    assert report.problems == []
    assert {"title", "frame", "unit-outcomes"} <= {note.rule for note in report.notes}


def test_targets_are_units_files_and_folders(sample):
    sample.spoil(sample.page, "# Introduction to", "# An introduction to")
    sample.spoil(sample.items, "level: apply", "level: remember")
    both = {str(sample.page), str(sample.items)}
    assert {problem.file for problem in lint_book(sample.root, [UNIT])} >= both
    assert {problem.file for problem in lint_book(sample.root, [sample.page.parent])} >= both
    assert {problem.file for problem in lint_book(sample.root, [sample.items])} == {str(sample.items)}
    for name in ("nowhere.md", "2.1.9", "2.1.2"):
        with pytest.raises(UnknownTarget, match=name):
            lint_book(sample.root, [name])


def test_the_command_says_what_it_does_not_know(sample, capsys):
    assert cli.main(["lint", "nowhere.md"]) == 2
    assert "nowhere.md" in capsys.readouterr().err
    assert cli.main(["lint", UNIT]) == int(bool(lint_report(sample.root, [UNIT]).problems))


def test_a_run_imports_no_notebook_library_and_collects_cycles_again(sample):
    """Importing them takes a good part of the time in which a whole book is checked."""
    code = "import gc, sys; from pathlib import Path; from ai2med.lint import lint_book; lint_book(Path(sys.argv[1]))\n"
    code += "print({'jupytext', 'nbformat'} & {*sys.modules} or 'none', gc.isenabled())"
    made = subprocess.run(
        [sys.executable, "-c", code, str(sample.root)], capture_output=True, text=True, check=True, timeout=120
    )
    assert made.stdout.split() == ["none", "True"]


def test_references_are_checked(sample):
    (sample.root / "references/general.bib").write_text(
        "@article{sample2020,\n  title = {Chart and others},\n  author = {A and others},\n  note = {TODO check this},\n"
        "  url = {https://doi.org/10.1/x},\n  doi = {https://10.1/x},\n}\n\n@book{sample2020,\n  title = {B},\n}\n"
    )
    found = [problem.rule for problem in lint_book(sample.root) if problem.file.endswith(".bib")]
    assert sorted(found) == sorted(
        ["reference-others", "reference-note", "reference-doi", "reference-doi", "source-twice"]
    )


def test_every_rule_is_listed_with_its_mend():
    text = rules_text()
    assert all(f"  {name}" in text and rule.checks and rule.mend for name, rule in RULES.items())
    assert len(RULES) > 100


def test_lines_know_their_blocks():
    page = Page(
        "---\na: 1\n---\n# T\n::::{task} t1\n:::{check} q1\n:::\ntext\n::::\n"
        "```{code-cell} ipython3\n:tags: [x]\nn = 1\n```\n"
    )
    assert [(block.kind, block.line, block.end) for block in page.blocks] == [
        ("task", 5, 9),
        ("check", 6, 7),
        ("code-cell", 10, 13),
    ]
    assert next(line for line in page.lines if line.text == "text").inside == ("task",)
    assert (page.cells[0].source, page.cells[0].line, page.title) == ("n = 1", 12, (4, "T"))
    assert not page.unclosed
    assert not page.strays


def test_prose_is_counted_without_code_tables_and_questions(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(
        "---\na: 1\n---\n# Not counted\n\nThree words here.\n\n```{code-cell}\nx = 1\n```\n\n| a | b |\n\n"
        ":::{check} q01\n:::\n\nTwo more.\n\n:::{teacher-notes}\nnot these\n:::\n\n:::{deeper} Not\nthis\n:::\n",
        encoding="utf-8",
    )
    assert read_page(path).prose_words == 5


def test_copies_of_the_process_that_share_the_work_find_the_same(sample, monkeypatch):
    sample.spoil(sample.page, "# Introduction to", "# An introduction to")
    alone = lint_report(sample.root)
    monkeypatch.setattr("ai2med.lint.book._WORTH_SHARING", 1)
    assert lint_report(sample.root) == alone
    assert str(sample.page) in {problem.file for problem in alone.problems}
