"""The table of contents that Sphinx reads: the book's, with the units that are finished."""

from pathlib import Path

import yaml

from ..contents import with_units
from ..curriculum import load_curriculum


def _with_units(app, config):
    if "external_toc_path" not in config:
        return
    source = Path(app.srcdir) / config.external_toc_path
    if not source.is_file():
        return
    contents = with_units(yaml.safe_load(source.read_text(encoding="utf-8")), load_curriculum())
    # Beside the doctrees and not in the book's folder: what a build makes is no source.
    made = Path(app.doctreedir) / "toc.yml"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(yaml.safe_dump(contents, sort_keys=False, allow_unicode=True), encoding="utf-8", newline="\n")
    config.external_toc_path = made.as_posix()


def setup(app):
    """Register the completion, which has to come before the extension that reads the file."""
    app.connect("config-inited", _with_units, priority=400)
