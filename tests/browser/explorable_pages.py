"""Pages with one explorable each, as the build writes them: first state, data, front end, style sheet."""

import json
import shutil
from pathlib import Path

from ai2med.book.assets import style_sheet
from ai2med.book.explorables import with_first_states
from ai2med.explorables._bundle import kit, page_module
from ai2med.widgets import front_ends

_PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}" data-content_root="./"><head><meta charset="utf-8"><title>An explorable</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css"></head>
<body><main style="max-width: 46rem; margin: auto; padding: 0 0.75rem"><h1>An explorable</h1>{body}</main>
<script type="module" src="widgets/host.mjs"></script></body></html>
"""


def element(name: str, data: dict | None = None, state: dict | None = None) -> str:
    """Return an explorable's element before the build draws into it."""
    text = json.dumps({"name": name, "data": data or {}, "state": state or {}}).replace("<", "\\u003c")
    return (
        f'<div class="ai2med-widget" data-widget="{name}" data-module="{name}.mjs" data-explorable>'
        f'<script type="application/json">{text}</script><div class="ai2med-fallback"><p>{name}</p></div></div>'
    )


class Site:
    """A folder with the front end of the book, and pages for explorables."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "widgets").mkdir(parents=True)
        (folder / "style.css").write_text(style_sheet(), encoding="utf-8")
        for name, text in front_ends().items():
            (folder / "widgets" / name).write_text(text, encoding="utf-8")

    def page(self, module: Path, sample: dict | None = None, theme: str = "light", times: int = 1) -> str:
        """Write a page with an explorable, and return its address in the site."""
        name = module.stem
        (self.folder / "widgets" / f"{name}.mjs").write_text(page_module(module, kit()[0]), encoding="utf-8")
        [body] = with_first_states([element(name, **(sample or {})) * times], lambda _name: module)
        page = f"{name}-{theme}-{times}.html"
        (self.folder / page).write_text(_PAGE.format(theme=theme, body=body), encoding="utf-8")
        return page
