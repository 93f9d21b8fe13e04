"""Every unit and every solved exercise gives in a fresh kernel what it gave when the book was built.

The reference is the outputs of the last build of the book. Where there is none, or where the page has changed since,
the notebook is executed on the spot, and nbval then compares two fresh kernels. Units take their turn here: see
sampling.py.
"""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from jupyter_cache import get_cache

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.exercises.ipynb import code_cell, new_notebook, to_text
from ai2med.exercises.notebook import find_exercises, read_cells, read_exercise
from ai2med.exercises.solved import solved_notebook
from ai2med.exercises.workbook import unit_notebook

MINUTES = 10
GLUE = "application/papermill.record/"
# What differs from kernel to kernel although the result is the same.
SANITIZE = r"""
[address]
regex: 0x[0-9a-fA-F]{6,}
replace: ADDRESS

[identifier]
regex: \b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b
replace: IDENTIFIER

[styler]
regex: T_[0-9a-f]{5}
replace: T_STYLER

[estimator]
regex: sk-(container|estimator)-id-\d+
replace: SK

[chart]
regex: altair-viz-[0-9a-f]+
replace: CHART

[duration]
regex: \b\d+(\.\d+)? ?(ns|µs|ms|s)\b
replace: DURATION
"""


def units():
    return {f"unit {unit.id}": unit for unit in load_curriculum().finished}


def exercises():
    return {f"exercise {read_exercise(path).unit}": path for path in find_exercises()}


def notebook_of(name):
    """Return the notebook, the page it comes from, and the page's name in the book."""
    if name in units():
        unit = units()[name]
        return unit_notebook(unit), unit.path, unit.docname
    path = exercises()[name]
    docname = path.relative_to(paths.root()).with_suffix("").as_posix()
    return solved_notebook(read_exercise(path)), path, docname


def built_outputs(page, docname):
    """Return the outputs of the page's code cells at the last build; None if it shows another state of the page."""
    folder = paths.root() / "_build" / "jupyter_execute"
    built = folder / f"{docname}.ipynb"
    if not built.is_file():
        return None
    notebook = nbformat.read(built, as_version=4)
    # Where the build took a page's outputs from its cache, MyST-NB writes the notebook without them.
    if (cache := paths.root() / "_build" / ".jupyter_cache").is_dir():
        notebook = get_cache(cache).merge_match_into_notebook(notebook)[1]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.source for cell in cells] != [cell.source for cell in read_cells(page)[1] if cell.kind == "code"]:
        return None
    outputs = [list(cell.outputs) for cell in cells]
    if cache.is_dir():
        return outputs
    # The book takes glued values out of the cells' outputs and stores them apart: they are put back where they were.
    stored = folder / f"{docname}.glue.json"
    for key, output in json.loads(stored.read_text(encoding="utf-8")).items() if stored.is_file() else ():
        at = [index for index, cell in enumerate(cells) if f'"{key}"' in cell.source or f"'{key}'" in cell.source]
        if len(at) != 1:
            return None
        data = {GLUE + kind: value for kind, value in output["data"].items()}
        outputs[at[0]].append(nbformat.v4.new_output("display_data", data))
    return outputs


def give_reference(notebook, outputs, path):
    """Write the notebook with its reference outputs to `path`.

    Without outputs it is executed there; the finished process is returned if that failed.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    own = [cell for cell in cells if "knowledge-check" not in cell.metadata.get("tags", ())]
    if outputs is not None:
        for number, (cell, stored) in enumerate(zip(own, outputs, strict=True), 1):
            cell.outputs = stored
            # A cell that the book took from its cache has no number, which nbval reads as never run.
            cell.execution_count = number
    path.write_text(to_text(notebook), encoding="utf-8")
    if outputs is None:
        finished = run(
            [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(path)], path
        )
        return finished if finished.returncode else None
    return None


def validate(path):
    """Run nbval on a notebook, in a fresh kernel; return its report and whether it passed."""
    settings = path.with_suffix(".cfg")
    settings.write_text(SANITIZE, encoding="utf-8")
    # The empty configuration keeps this suite's own options out of nbval's run.
    empty = path.with_suffix(".ini")
    empty.write_text("[pytest]\n", encoding="utf-8")
    command = [
        *[sys.executable, "-m", "pytest", "-c", str(empty), "-p", "no:cacheprovider", "-q", "--color=no"],
        *["--nbval", "--nbval-current-env", "--nbval-cell-timeout", str(60 * MINUTES)],
        *["--nbval-sanitize-with", str(settings), str(path)],
    ]
    return run(command, path)


def run(command, path):
    # One thread a kernel, as in the build: the cores are busy with other tests.
    environment = {**os.environ, "AI2MED_ROOT": str(paths.root()), "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("MPLBACKEND", None)  # a notebook's own backend, not the tests'
    return subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False, timeout=60 * MINUTES
    )


@pytest.mark.sampled("kernel")
@pytest.mark.timeout(2 * 60 * MINUTES)
@pytest.mark.parametrize("name", [*units(), *exercises()])
def test_a_fresh_kernel_gives_what_the_book_shows(name, tmp_path):
    notebook, page, docname = notebook_of(name)
    path = tmp_path / f"{name.replace(' ', '-')}.ipynb"
    finished = give_reference(notebook, built_outputs(page, docname), path) or validate(path)
    assert finished.returncode == 0, finished.stdout + finished.stderr


PAGE = """\
# A page

```{code-cell} ipython3
glue("u1_share", 3.5)
"shown"
```
"""


def test_the_reference_is_the_last_build_with_its_glued_values(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    page, folder = tmp_path / "page.md", tmp_path / "_build/jupyter_execute"
    page.write_text(PAGE)
    assert built_outputs(page, "page") is None
    folder.mkdir(parents=True)
    cell = code_cell('glue("u1_share", 3.5)\n"shown"')
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "'shown'"})]
    (folder / "page.ipynb").write_text(to_text(new_notebook("page", [cell])))
    (folder / "page.glue.json").write_text('{"u1_share": {"data": {"text/plain": "3.5"}}}')
    shown, glued = built_outputs(page, "page")[0]
    assert shown.data == {"text/plain": "'shown'"}
    assert glued.data == {"application/papermill.record/text/plain": "3.5"}
    (folder / "page.glue.json").write_text('{"u1_other": {"data": {"text/plain": "3.5"}}}')
    assert built_outputs(page, "page") is None
    page.write_text(PAGE.replace("shown", "changed"))
    (folder / "page.glue.json").unlink()
    assert built_outputs(page, "page") is None


def test_a_notebook_that_cannot_be_executed_is_reported(tmp_path):
    failed = give_reference(new_notebook("trial", [code_cell("1 / 0")]), None, tmp_path / "trial.ipynb")
    assert failed.returncode
    assert "ZeroDivisionError" in failed.stderr


def test_a_difference_is_noticed_and_what_only_names_memory_is_not(tmp_path):
    code = "print('stays:', 3)\nprint(object())\nf'took {0.25} s'"
    notebook = new_notebook("trial", [code_cell(code)])
    path = tmp_path / "trial.ipynb"
    assert give_reference(notebook, None, path) is None
    assert validate(path).returncode == 0
    path.write_text(path.read_text().replace("took 0.25 s", "took 0.5 s"))
    assert validate(path).returncode == 0
    path.write_text(path.read_text().replace("stays: 3", "stays: 4"))
    finished = validate(path)
    assert finished.returncode == 1
    assert "stays: 4" in finished.stdout
