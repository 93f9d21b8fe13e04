"""Python in the reader's browser: fetch Pyodide, verify it, compile it, and bundle what a page's cells need.

`fetch_runtime` makes the folder that a site serves as ``_static/pyodide``; `write_live` makes ``_static/live``: the
front end, the engine and the book's checks. Both are quick when nothing has changed.
"""

from ._errors import RuntimeFetchError
from .bundle import live_version, write_live
from .fetch import fetch_runtime
from .pins import Pins, load_pins

__all__ = ["Pins", "RuntimeFetchError", "fetch_runtime", "live_version", "load_pins", "write_live"]
