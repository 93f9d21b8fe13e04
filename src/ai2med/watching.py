"""Show the book while it is written: on each save what has changed is built, and the open page loads itself anew.

The server runs here. Pages are made by a second process (`rendering`, which stays), so that a mistake in a page can do
no harm to it. A page hears of a new build over a line that stays open (server-sent events); the script for it is added
to pages as they go out, and stands in no file.
"""

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from . import paths
from .building import RENDERING, environment, prepare, remember, sources_stamp, unchanged
from .server import BookHandler, listen

__all__ = ["Renderer", "Watch", "WatchHandler", "concerns", "serve_and_watch"]

EVENTS = "/ai2med-builds"
_PACKAGE = Path(__file__).parent
# A breath between signs of life, so that a line whose page has gone is noticed.
_BREATH = 15.0
# The script keeps the reader's place: the browser does it on a reload, and folds that were open are opened again.
_SCRIPT = """<script>
(() => {
  const here = () => decodeURIComponent(location.pathname.slice(1)) || "index.html";
  const folds = () => [...document.querySelectorAll("main details")];
  const kept = JSON.parse(sessionStorage.getItem("ai2med-watch") || "{}");
  sessionStorage.removeItem("ai2med-watch");
  if (kept.page === here()) {
    folds().forEach((fold, k) => { if (kept.open[k]) fold.open = true; });
    scrollTo({ top: kept.top, behavior: "instant" });
  }
  new EventSource("EVENTS").addEventListener("built", ({ data }) => {
    if (!JSON.parse(data).pages.includes(here())) return;
    const open = folds().map((fold) => fold.open);
    sessionStorage.setItem("ai2med-watch", JSON.stringify({ page: here(), top: scrollY, open }));
    location.reload();
  });
})();
</script>
""".replace("EVENTS", EVENTS)


class Watch:
    """Lets open pages know which pages a build has changed."""

    def __init__(self):
        self._lines: list[queue.Queue] = []
        self._lock = threading.Lock()

    def tell(self, pages: Iterable[str]) -> None:
        """Tell every open page which pages are new."""
        with self._lock:
            for line in self._lines:
                line.put(list(pages))

    @contextlib.contextmanager
    def line(self):
        """Give a queue on which one open page hears what is told."""
        made: queue.Queue = queue.Queue()
        with self._lock:
            self._lines.append(made)
        try:
            yield made
        finally:
            with self._lock:
                self._lines.remove(made)


class WatchHandler(BookHandler):
    """Serve the book to its author: pages carry the script that hears of new builds."""

    watch = Watch()

    def do_GET(self):  # noqa: N802 - as the base class has it
        """Answer with the line of builds, with a page and its script, or with a file as ever."""
        if self.path == EVENTS:
            self._hold_line()
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path = path / "index.html"
        inside = path.is_file() and path.suffix == ".html" and "lite" not in path.relative_to(self.directory).parts[:1]
        # What asks with this header compares the page with the list of files and would keep nothing else.
        if not inside or self.headers.get("X-AI2MED-Keep"):
            super().do_GET()
            return
        body = path.read_bytes().replace(b"</body>", _SCRIPT.encode() + b"</body>", 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hold_line(self):
        # Before the page is answered: from then on it counts on being told.
        with self.watch.line() as line:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            while True:
                try:
                    told = f"event: built\ndata: {json.dumps({'pages': line.get(timeout=_BREATH)})}\n\n"
                except queue.Empty:
                    told = ": still here\n\n"
                try:
                    self.wfile.write(told.encode())
                    self.wfile.flush()
                except OSError:
                    return


class Renderer:
    """The process that makes pages; it has imported everything, and is started anew after a change of the engine.

    Parameters
    ----------
    root : path
        The book.
    say : callable
        Gets what the process prints, line by line.
    shown : callable
        Gets the names of pages that are new, while the rest of the site is still made.
    """

    def __init__(self, root: Path, say: Callable[[str], None] = print, shown: Callable[[list[str]], None] = list):
        self._root, self._say, self._shown = root, say, shown
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the process, if none runs; it imports while nobody waits."""
        if self._process is None or self._process.poll() is not None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
            command = [*RENDERING, "--stay"]
            self._process = subprocess.Popen(
                command, cwd=self._root, env=environment(self._root), text=True, bufsize=1, errors="replace", **pipes
            )

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._process.stdout.close()
            self._process = None

    def render(self) -> int:
        """Make the site anew; return the exit code. What is printed meanwhile is passed on."""
        self.start()
        self._process.stdin.write("{}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            told = _answer(line)
            if told is None:
                if line.strip():
                    self._say(line.rstrip("\n"))
            elif "pages" in told:
                self._shown(told["pages"])
            elif "code" in told:
                return told["code"]
        code = self._process.wait()
        self.stop()
        return code or 1


def _answer(line: str) -> dict | None:
    """Return what the process answers; None for a line that something has printed."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.keys() <= {"code", "pages", "ready"} else None


def concerns(root: Path, names: Iterable[str]) -> tuple[bool, bool]:
    """Tell of changed paths whether any of them asks for a build, and whether any is code of the engine.

    Examples
    --------
    >>> concerns(Path("/book"), ["/book/moocs/a.md", "/book/_build/html/a.html"])
    (True, False)
    >>> concerns(Path("/book"), ["/book/_toc.yml", "/book/.git/index"])
    (False, False)
    """
    wanted = engine = False
    for name in names:
        path = Path(name)
        if path.is_relative_to(_PACKAGE):
            engine |= path.suffix in (".py", ".yml", ".json")
            wanted = True
        elif path.is_relative_to(root):
            parts = path.relative_to(root).parts
            ignored = parts[0].startswith(("_", ".")) or parts[0] in ("workbook", "tests", "docs", "tools", "src")
            wanted |= not ignored or parts[0] == "_config.yml"
    return wanted, engine


def rebuild(root: Path, renderer: Renderer, watch: Watch) -> bool:
    """Build what has changed and tell open pages; return whether the book stands."""
    started = time.monotonic()
    stamp = sources_stamp(root)
    if unchanged(root, stamp):
        return True
    code = renderer.render()
    if code:
        print(f"The page in the browser is the last good one. ({time.monotonic() - started:.1f} s)", flush=True)
        return False
    remember(root, stamp)
    told = json.loads((root / "_build" / "marks" / "changed.json").read_text(encoding="utf-8"))
    watch.tell([name for name in told["pages"] if name not in told["shown"]])
    names = ", ".join(told["pages"][:3]) + (" ..." if len(told["pages"]) > 3 else "")
    print(f"Built in {time.monotonic() - started:.1f} s: {names or 'no page has changed'}.", flush=True)
    return True


def serve_and_watch(port: int = 8000, ready: Callable[[str], None] | None = None) -> int:
    """Build the book, show it, and build again after each save, until Ctrl+C.

    Parameters
    ----------
    port : int
        Where to listen; 0 for any free port.
    ready : callable, optional
        Gets the address as soon as the book can be read there.

    Returns
    -------
    int
        Exit code.
    """
    from watchfiles import DefaultFilter
    from watchfiles import watch as changes

    root = paths.root()
    renderer = Renderer(root, shown=WatchHandler.watch.tell)
    renderer.start()
    try:
        failure = prepare(root)
        if failure:
            print(failure, file=sys.stderr)
            return 1
        print("[3/4] Pages: cells run once and are kept; a first build takes some minutes ...", flush=True)
        stands = rebuild(root, renderer, WatchHandler.watch)
        html = root / "_build" / "html"
        if not (html / "index.html").is_file():
            return 1
        print("[4/4] " + ("The book stands." if stands else "The last good book stands."), flush=True)
        with listen(partial(WatchHandler, directory=str(html)), port) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_address[1]}/"
            print(f"\nThe book is at {address}  (saved files are shown at once; end with Ctrl+C)", flush=True)
            if ready:
                ready(address)
            try:
                places = {root, _PACKAGE}
                for found in changes(*places, watch_filter=DefaultFilter(ignore_dirs=_IGNORED), debounce=200, step=40):
                    wanted, engine = concerns(root, (name for _, name in found))
                    if not wanted:
                        continue
                    if engine:
                        renderer.stop()
                        failure = _prepare_anew(root)
                        if failure:
                            print(failure, file=sys.stderr, flush=True)
                            continue
                    else:
                        _refresh_toc(root)
                    rebuild(root, renderer, WatchHandler.watch)
            except KeyboardInterrupt:
                print("\nEnded.")
            finally:
                server.shutdown()
    finally:
        renderer.stop()
    return 0


_IGNORED = (*("_build", ".cache", ".venv", ".git", "__pycache__", "node_modules", "workbook"), ".pytest_cache")


def _prepare_anew(root: Path) -> str:
    """Make tables and Python for the browser with the engine as it is now: this process has imported it as it was."""
    code = "from ai2med import building, paths; import sys; sys.exit(building.prepare(paths.root()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment(root),
        text=True,
        check=False,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    return "\n".join(done.stderr.strip().splitlines()[-4:]) if done.returncode else ""


def _refresh_toc(root: Path) -> None:
    """Let the contents list follow a unit that has been added; a mistake in the programme is told by the build."""
    from .building import write_toc
    from .problems import ContentError

    with contextlib.suppress(ContentError):
        write_toc(root)
