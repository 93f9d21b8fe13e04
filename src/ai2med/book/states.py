"""Large states of widgets stand beside the page, and are fetched when the widget comes near.

The closing questions or the rows of an explorable are a third of a page's weight, and most readers never come to the
end of it. What is shown without scripts stays in the page.
"""

import hashlib
import re
from pathlib import Path

from ..changes import write_changed

__all__ = ["setup", "taken_out"]

_STATE = re.compile(r'(<div class="ai2med-widget"[^>]*><script type="application/json")>([^<]*)</script>')
# Characters below which a request costs more than the bytes.
_SMALL = 3_000
_NAME = ".state-"


def taken_out(body: str, page: str) -> tuple[str, dict[str, str]]:
    """Return a page's body without the large states, and those by the name of their file beside the page.

    Parameters
    ----------
    body : str
        HTML.
    page : str
        The page's last name, without an ending.

    Examples
    --------
    >>> widget = '<div class="ai2med-widget" data-widget="w"><script type="application/json">%s</script></div>'
    >>> taken_out(widget % "{}", "page") == (widget % "{}", {})
    True
    >>> small, files = taken_out(widget % ('"%s"' % ("a" * 9000)), "page")
    >>> "aaa" in small, 'data-src="page.state-1.json?v=' in small
    (False, True)
    >>> list(files)
    ['page.state-1.json']
    """
    files: dict[str, str] = {}

    def keep(found: re.Match) -> str:
        if len(found[2]) < _SMALL:
            return found[0]
        name = f"{page}{_NAME}{len(files) + 1}.json"
        files[name] = found[2]
        version = hashlib.sha256(found[2].encode()).hexdigest()[:10]
        return f'{found[1]} data-src="{name}?v={version}"></script>'

    return _STATE.sub(keep, body), files


def _keep_beside(app, pagename, _template, context, _doctree):
    if "body" not in context:
        return
    context["body"], files = taken_out(context["body"], pagename.rpartition("/")[2])
    for name, text in files.items():
        write_changed((Path(app.outdir) / pagename).parent / name, text)


def _drop_unused(app, exception):
    """Remove the states that no page asks for any more."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    for folder in {(site / name).parent for name in app.env.found_docs}:
        for path in folder.glob(f"*{_NAME}*.json"):
            page = folder / f"{path.name.partition(_NAME)[0]}.html"
            if not page.is_file() or f'"{path.name}?' not in page.read_text(encoding="utf-8"):
                path.unlink()


def setup(app):
    """Register what takes states out of pages."""
    # After the page's last change, but before presentations, which are pages of their own kind.
    app.connect("html-page-context", _keep_beside, priority=940)
    app.connect("build-finished", _drop_unused, priority=900)
