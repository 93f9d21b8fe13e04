"""A small book with one unit, its presentation and one diagram of each kind, built by Sphinx, strictly."""

import os
import re
import subprocess
import sys
from pathlib import Path

from small_book import copy_small_book, finish

from ai2med.curriculum import load_curriculum
from ai2med.scaffold import new_unit

SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_math_renderer = "mathml"
exclude_patterns = [".cache"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_footnote_transition = False
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_mime_priority_overrides = [["html", "text/html", 5]]
suppress_warnings = ["myst.footnote"]
"""

# Cells without a library, so that they run in a moment: a picture of 40 by 30 pixels, a table, a value.
CELLS = """
```{code-cell} ipython3
from base64 import b64decode

from IPython.display import HTML, Image

from ai2med import glue
```

```{code-cell} ipython3
---
name: fig-square
mystnb:
  image: {alt: "A blue square, drawn by a cell."}
  figure: {caption: "Synthetic. A square."}
---
import struct
import zlib

rows = b"".join(b"\\0" + b"\\x00\\x72\\xb2" * 40 for _ in range(30))
parts = [(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
png = b"\\x89PNG\\r\\n\\x1a\\n" + b"".join(
    struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
)
Image(png)
```

```{code-cell} ipython3
:name: tab-numbers
HTML("<table><thead><tr><th>Model</th><th>Value</th></tr></thead><tbody><tr><td>A</td><td>0.86</td></tr></tbody></table>")
```

```{code-cell} ipython3
:tags: [remove-cell]
glue("u211_value", 0.8612)
```
"""

DIAGRAMS = {
    "flow": "a: First step\nloop: Every day {\n  b: {term}`Second step <AUROC>`\n}\na -> b: then\nb -> a: again",
    "decision": "q: Is it raining?\nr: Is it cold?\nx: Take a coat\ny: Take an umbrella\nz: Take nothing\n"
    "q -> y: yes\nq -> r: no\nr -> x: yes\nr -> z: no",
    "lanes": "Nurse | measures\nDoctor | judges the result | high\nNurse | writes it down",
    "sequence": "Nurse -> Doctor: calls and reports what she has seen\nDoctor: thinks\nDoctor -> Nurse: answers",
    "layers": "Screen: list | alert\nModel: {term}`threshold <AUROC>`",
    "timeline": "Monday: asked, in a long sentence that needs a second line\n{law-date}`ai-act-devices`: applies",
}

SAID = "Here is one sentence. It has an {term}`AUROC` of {glue:text}`u211_value:.2f`. And a third sentence follows."


def diagram(kind, title):
    description = f":description: A diagram of the kind {kind}, for a test."
    return f"```{{diagram}} {kind}\n:title: {title}\n{description}\n\n{DIAGRAMS[kind]}\n```\n"


def deck():
    bodies = [
        "Two words, and a source {cite:p}`wong2021epic`.",
        "```{cell} fig-square\n```",
        "```{cell} tab-numbers\n```",
        "```{question} q01\n```",
        diagram("flow", "A flow on a slide"),
        "- One point\n- Value {glue:text}`u211_value:.2f`",
    ]
    parts = [f"## Slide {k}\n\n{body}\n\n:::{{narration}}\n{SAID}\n:::\n" for k, body in enumerate(bodies, 1)]
    return "# A talk\n\n" + "\n".join(parts)


def write_book(folder: Path):
    """Write the sources; return the unit."""
    copy_small_book(folder)
    new_unit("2.1.1", folder)
    curriculum = load_curriculum(folder)
    unit = curriculum.unit("2.1.1")
    finish(unit.path)
    page = re.sub(r"```\{code-cell\}.*?```\n", "", unit.path.read_text(encoding="utf-8"), flags=re.DOTALL)
    # What the scaffold's own cells compute is gone with them.
    page = re.sub(r"\{glue:text\}`[^`]*`", "5", page)
    shown = "\n".join(diagram(kind, f"The {kind}") for kind in DIAGRAMS)
    page = page.replace("## Key points", f"{CELLS}\n{shown}\n## Key points", 1)
    unit.path.write_text(page, encoding="utf-8")
    unit.deck_path.write_text(deck(), encoding="utf-8")
    items = unit.items_path.read_text(encoding="utf-8")
    unit.items_path.write_text(re.sub(r"(?m)^  - id: x\d+\n(?:(?!  - id:).*\n)*", "", items), encoding="utf-8")
    # The exercise is no part of what is tested, and its cells would have to run.
    unit.exercise_path.unlink()
    unit.exercise_path.with_suffix(".py").unlink()
    page = unit.path.read_text(encoding="utf-8")
    unit.path.write_text(re.sub(r"\{doc\}`[^`]*`", "the exercise", page), encoding="utf-8")
    (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
    index = [curriculum.mooc_of(unit).docname, curriculum.module_of(unit).docname]
    names = "\n".join([unit.docname, *index, "glossary", "about", "your_data"])
    toctree = f"```{{toctree}}\n{names}\n```\n"
    (folder / "index.md").write_text(f"# Home\n\n{toctree}", encoding="utf-8")
    (folder / "about.md").write_text("# About\n", encoding="utf-8")
    (folder / "your_data.md").write_text("# Your data\n", encoding="utf-8")
    return unit


def build_book(folder: Path):
    """Build the book into ``out``; return what Sphinx said."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", folder, folder / "out"]
    environment = {**os.environ, "AI2MED_ROOT": str(folder), "PYTHONHASHSEED": "0"}
    environment.pop("MPLBACKEND", None)
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)
