"""Run cells as Jupyter does, without Jupyter: in the browser's worker, one namespace a page, outputs as messages.

It imports the standard library only, for a page waits for it.
"""

import ast
import base64
import builtins
import gc
import importlib
import inspect
import io
import json
import linecache
import pprint
import re
import sys
import time
import traceback
import types
from collections.abc import Callable
from typing import Any

# Beyond these a page would become slow or unreadable; the reader is told where the output was cut.
STREAM_LIMIT = 60_000
DISPLAY_LIMIT = 60
TEXT_LIMIT = 40_000
CHART = "application/vnd.vegalite.v5+json"
_FLUSH_SECONDS = 0.1
_FLUSH_CHARACTERS = 4_000
_FLUSH_AT_ONCE = 100

_INPUT = (
    'input() cannot ask for anything in the page. Write the answer into the code instead, for example: answer = "yes"'
)
_MAGIC = "A line that begins with {mark} is a command of Jupyter, not Python. It does not work in the page; delete it."

_kernel: "Kernel | None" = None


def show(data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
    """Show a bundle of representations in the output of the running cell."""
    if _kernel is not None:
        _kernel.display_data(data, metadata)


def show_object(value: Any) -> None:
    """Show a value as a cell shows its last line."""
    show(*bundle(value))


def clear() -> None:
    """Empty the output of the running cell."""
    if _kernel is not None:
        _kernel.clear_output()


class _Stream(io.TextIOBase):
    """Standard output or error of the running cell."""

    encoding = "utf-8"

    def __init__(self, kernel: "Kernel", name: str):
        self._kernel, self.name = kernel, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._kernel.stream(self.name, str(text))
        return len(text)

    def flush(self) -> None:
        self._kernel.flush()


class Kernel:
    """One page's Python.

    Parameters
    ----------
    send : callable
        Takes one message as JSON: an output of the running cell.
    """

    def __init__(self, send: Callable[[str], None]):
        global _kernel
        _kernel = self
        self._send = send
        self._quiet = False
        self._running = False
        self._begin()
        self.reset()
        builtins.input = _no_input
        # As in Jupyter, and as sys.exit, which ends no more than the cell.
        builtins.display = _display
        builtins.exit = builtins.quit = sys.exit

    def reset(self) -> None:
        """Forget all variables; imported modules stay loaded."""
        main = types.ModuleType("__main__")
        main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = main
        self.namespace = main.__dict__

    def renew(self) -> None:
        """Begin another page: no variables, no open figures, Matplotlib's own defaults, and the memory given back."""
        _drop_figures()
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].rcdefaults()
        self.reset()
        gc.collect()

    async def run(self, code: str, name: str, quiet: bool = False) -> str:
        """Run a cell and return how it ended, as JSON: ``{"ok": true}``, or with the error's name and the cell's line.

        Parameters
        ----------
        code : str
            The source.
        name : str
            Shown in tracebacks, such as ``Cell 3``.
        quiet : bool
            Whether outputs are dropped; an error is shown all the same.
        """
        self._begin(quiet)
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        out, err = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        self._running = True
        try:
            await self._execute(code, name)
            _finish_figures()
        except KeyboardInterrupt:
            self.flush()
            _drop_figures()
            ended = {"ok": False, "ename": "KeyboardInterrupt", "line": None}
            self._emit({"kind": "stopped"}, always=True)
        except SystemExit:
            # No mistake: cells that build on this one run.
            self.flush()
            _drop_figures()
            ended = {"ok": True}
            self._emit({"kind": "exit"}, always=True)
        except BaseException as error:
            self.flush()
            _drop_figures()
            text, line = short_traceback(error, name)
            ended = {"ok": False, "ename": type(error).__name__, "line": line, "module": _missing(error)}
            self._emit({"kind": "error", "text": text, **ended}, always=True)
        else:
            ended = {"ok": True}
        finally:
            self._running = False
            sys.stdout, sys.stderr = out, err
            self.flush()
        return json.dumps(ended)

    async def _execute(self, code: str, name: str) -> None:
        _refuse_magics(code, name)
        tree = ast.parse(code, name)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
            last = ast.Expression(tree.body.pop().value)
        await self._evaluate(tree, name, "exec")
        if last is not None:
            value = await self._evaluate(last, name, "eval")
            if value is not None:
                self.namespace["_"] = value
                if not self._quiet:
                    show(*bundle(value))

    async def _evaluate(self, tree, name: str, mode: str) -> Any:
        compiled = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        value = eval(compiled, self.namespace)
        if compiled.co_flags & inspect.CO_COROUTINE:
            value = await value
        return value

    def stream(self, name: str, text: str) -> None:
        """Take what a cell prints; send it now and then."""
        if self._quiet or not text or self._cut:
            return
        if name != self._stream_name:
            self.flush()
            self._stream_name = name
        room = STREAM_LIMIT - self._streamed
        if len(text) > room:
            text = text[:room]
            self._cut = True
        self._streamed += len(text)
        self._parts.append(text)
        self._held += len(text)
        now = time.monotonic()
        self._writes += 1
        # The first lines appear at once, so that a reader sees a long computation begin; a flood is sent in portions.
        early = self._writes <= _FLUSH_AT_ONCE and text.endswith("\n")
        if early or self._cut or self._held > _FLUSH_CHARACTERS or now - self._flushed > _FLUSH_SECONDS:
            self.flush()
        if self._cut:
            self._emit({"kind": "cut"})

    def flush(self) -> None:
        """Send what was printed and not yet sent."""
        if self._parts:
            text, self._parts, self._held = "".join(self._parts), [], 0
            self._emit({"kind": "stream", "name": self._stream_name, "text": text})
        self._flushed = time.monotonic()

    def display_data(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        """Send a bundle of representations, unless the cell has shown too many."""
        self.flush()
        if self._quiet or not self._running:
            return
        self._displayed += 1
        if self._displayed > DISPLAY_LIMIT:
            if self._displayed == DISPLAY_LIMIT + 1:
                self._emit({"kind": "cut"})
            return
        self._emit({"kind": "display", "data": data, "metadata": metadata or {}})

    def clear_output(self) -> None:
        """Empty the output of the running cell."""
        self._parts, self._held, self._streamed, self._displayed, self._cut = [], 0, 0, 0, False
        self._emit({"kind": "clear"})

    @property
    def quiet(self) -> bool:
        """Whether nobody looks at the running cell, so that figures need not be drawn."""
        return self._quiet

    def _begin(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._parts: list[str] = []
        self._held = self._streamed = self._displayed = self._writes = 0
        self._cut = False
        self._stream_name = "stdout"
        self._flushed = time.monotonic()

    def _emit(self, message: dict, always: bool = False) -> None:
        if always or not self._quiet:
            self._send(json.dumps(message))


def bundle(value: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the representations of a value by type, and their metadata.

    Examples
    --------
    >>> bundle([1, 2])
    ({'text/plain': '[1, 2]'}, {})
    """
    chart = _as_chart(value)
    if chart is not None:
        return {CHART: chart, "text/plain": _plain(value)}, {}
    data: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    figure = _as_figure(value)
    if figure:
        data["image/png"] = figure
    made = _call(value, "_repr_mimebundle_", include=None, exclude=None)
    if isinstance(made, tuple):
        made, metadata = made[0], made[1] or {}
    data.update(made or {})
    for mime, method in _METHODS.items():
        if mime not in data and (found := _call(value, method)) is not None:
            if isinstance(found, tuple):
                found = found[0]
            data[mime] = base64.b64encode(found).decode("ascii") if isinstance(found, bytes) else found
    if hasattr(value, "as_dict") and hasattr(value, "passed"):
        data["application/vnd.ai2med.feedback+json"] = json.dumps(value.as_dict())
    if "text/plain" not in data:
        data["text/plain"] = _plain(value)
    return data, metadata


_METHODS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
}


def _call(value: Any, method: str, **arguments) -> Any:
    # Classes have the methods of their instances, but cannot be shown by them.
    if isinstance(value, type):
        return None
    found = getattr(value, method, None)
    if not callable(found):
        return None
    try:
        return found(**arguments)
    except Exception:
        return None


class _Printer(pprint.PrettyPrinter):
    """Keeps a long text in one piece, as a notebook does."""

    _dispatch = {  # noqa: RUF012 - as the base class has it
        kind: way for kind, way in pprint.PrettyPrinter._dispatch.items() if kind is not str.__repr__
    }


def _plain(value: Any) -> str:
    text = repr(value)
    if len(text) > 79 and isinstance(value, (dict, list, tuple, set)):
        text = _Printer(sort_dicts=False).pformat(value)
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + " ..."


def _as_figure(value: Any) -> str | None:
    """Return a Matplotlib figure as a picture; the figure is closed, so that it is not shown again."""
    module = sys.modules.get("matplotlib.figure")
    if module is None or not isinstance(value, module.Figure):
        return None
    picture = picture_of(value)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(value)
    return picture


def _as_chart(value: Any) -> dict | None:
    """Return what an Altair chart shows, in Vega-Lite. Altair itself would give HTML that asks other hosts for scripts.

    A faulty chart raises here, so that the reader sees why.
    """
    module = sys.modules.get("altair")
    if module is None or not isinstance(value, getattr(module, "TopLevelMixin", ())):
        return None
    return value.to_dict()


def picture_of(figure: Any) -> str:
    """Return a Matplotlib figure as a PNG in base64, cut to its content as in the book's pages."""
    target = io.BytesIO()
    figure.savefig(target, format="png", bbox_inches="tight", dpi=figure.dpi, metadata={"Software": None})
    return base64.b64encode(target.getvalue()).decode("ascii")


def show_figures() -> None:
    """Show all open figures and close them: what ``plt.show()`` does in the page."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if _kernel is None or not _kernel.quiet:
            show({"image/png": picture_of(figure), "text/plain": repr(figure)})
        pyplot.close(figure)


def _finish_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:
        show_figures()


def _drop_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def short_traceback(error: BaseException, cell: str) -> tuple[str, int | None]:
    """Return an error as text that shows the reader's own lines, and the last line of the cell that it passed.

    What happened inside libraries is left out: a learner can change nothing there.

    Parameters
    ----------
    error : BaseException
        As caught.
    cell : str
        Name of the running cell, such as ``Cell 3``.

    Examples
    --------
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as found:
    ...     print(short_traceback(found, "Cell 1"))
    ('ZeroDivisionError: division by zero', None)
    """
    told = traceback.TracebackException.from_exception(error, compact=True)
    line = next((frame.lineno for frame in reversed(told.stack) if frame.filename == cell), None)
    if isinstance(error, SyntaxError) and error.filename == cell:
        line = error.lineno
    return "\n".join(_told(told)), line


# Of an error that came through many calls, the first and the last so many are shown.
_STEPS = 6
_LINKS = {
    "cause": "That led to:",
    "context": "While this was handled, another error came up:",
}


def _told(told: traceback.TracebackException) -> list[str]:
    lines = []
    for link, earlier in (("cause", told.__cause__), ("context", told.__context__)):
        if earlier is not None and not (link == "context" and told.__suppress_context__):
            lines += [*_told(earlier), "", _LINKS[link], ""]
            break
    own = [frame for frame in told.stack if frame.filename.startswith("Cell ")]
    left_out = len(own) - 2 * _STEPS
    for place, frame in enumerate(own):
        if left_out > 1 and _STEPS <= place < _STEPS + left_out:
            lines += [f"... {left_out} more steps ..."] if place == _STEPS else []
            continue
        inside = "" if frame.name in ("<module>", "<lambda>") else f", in {frame.name}"
        lines.append(f"{frame.filename}, line {frame.lineno}{inside}:")
        lines += _pointed(frame.filename, frame.lineno, frame.end_lineno, frame.colno, frame.end_colno)
    # Only a syntax error has a file of its own.
    if (getattr(told, "filename", None) or "").startswith("Cell "):
        lines.append(f"{told.filename}, line {told.lineno}:")
        start = (told.offset or 1) - 1
        lines += _pointed(told.filename, int(told.lineno or 1), None, start, start + 1, characters=True)
        return [*lines, list(told.format_exception_only())[-1].rstrip("\n")]
    return lines + "".join(told.format_exception_only()).rstrip("\n").split("\n")


def _pointed(name, line, end_line, start, end, characters=False) -> list[str]:
    """Return a line of a cell, and below it marks for the part that failed, if that is not the whole line."""
    whole = linecache.getline(name, line).rstrip("\n")
    text = whole.strip()
    if not text:
        return []
    if start is None or end is None or (end_line or line) != line:
        return [f"    {text}"]
    if not characters:
        start, end = (len(whole.encode()[:at].decode(errors="replace")) for at in (start, end))
    indent = len(whole) - len(whole.lstrip())
    start, end = max(start - indent, 0), min(max(end - indent, 1), len(text) + 1)
    marks = [] if (start, end) == (0, len(text)) else [f"    {' ' * start}{'^' * max(end - start, 1)}"]
    return [f"    {text}", *marks]


# pandas says in words what it needs: "matplotlib is required ...", "Missing optional dependency 'Jinja2'".
_OPTIONAL = re.compile(r"(?:dependency '(\w+)'|\b(\w+) is required)")


def _missing(error: BaseException) -> str | None:
    """Return the top-level module that an import did not find."""
    if isinstance(error, ImportError):
        name = getattr(error, "name", None)
        if not name and (said := _OPTIONAL.search(str(error))):
            name = (said[1] or said[2]).lower()
        return name.partition(".")[0] if name else None
    return None


def _refuse_magics(code: str, name: str) -> None:
    try:
        ast.parse(code, name)
    except SyntaxError:
        for number, line in enumerate(code.splitlines(), 1):
            mark = line.lstrip()[:1]
            if mark in ("%", "!"):
                raise SyntaxError(_MAGIC.format(mark=mark), (name, number, 1, line)) from None


def imported(code: str) -> list[str]:
    r"""Return the modules that a cell imports; ``ai2med`` with the name it takes, such as ``ai2med.load``.

    Examples
    --------
    >>> imported("import pandas as pd, numpy.linalg\nfrom ai2med import load\nfrom ai2med.plots import style")
    ['ai2med.load', 'ai2med.plots', 'numpy.linalg', 'pandas']
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "ai2med":
                found |= {f"ai2med.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
    return sorted(found)


def imported_json(code: str) -> str:
    """Return `imported` as JSON."""
    return json.dumps(imported(code))


def warm(code: str) -> None:
    """Import what a cell imports, while nobody waits: the cell itself then finds it loaded."""
    for name in imported(code):
        try:
            if name.startswith("ai2med."):
                getattr(importlib.import_module("ai2med"), name.partition(".")[2])
            else:
                importlib.import_module(name)
        except (ImportError, AttributeError):
            continue


def is_loaded(name: str) -> bool:
    """Tell whether a module has been imported."""
    return name in sys.modules


def awake() -> None:
    """Begin after a snapshot was brought back: what must differ between two starts is made anew."""
    _know_zone()
    # Pyodide adds its folders once more.
    sys.path[:] = dict.fromkeys(sys.path)
    if "random" in sys.modules:
        sys.modules["random"].seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _know_zone() -> None:
    """Set what `time` tells of the reader's zone, which it looks up only once: where the snapshot was taken."""
    year = time.localtime().tm_year
    seen = [time.localtime(time.mktime((year, month, 1, 0, 0, 0, 0, 0, -1))) for month in (1, 7)]
    usual, summer = sorted(seen, key=lambda moment: moment.tm_gmtoff)
    time.timezone, time.altzone = -usual.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(usual.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (usual.tm_zone, summer.tm_zone)


def _display(*values: Any, **options: Any) -> None:
    from .ipython_display import display

    display(*values, **options)


def _no_input(_prompt: str = "") -> str:
    raise RuntimeError(_INPUT)
