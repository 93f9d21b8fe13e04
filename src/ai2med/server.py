"""A small local server for the built book: right types for modules, compression, one address, this machine only.

The book for a USB stick carries this file as it stands: standard library only, and nothing newer than Python 3.8.
"""

import errno
import gzip
import sys
import threading
from contextlib import contextmanager
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["BookHandler", "listen", "serve", "serving"]

# Python's own table depends on the machine: Windows registries and minimal systems lack these or have them wrong.
_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ipynb": "application/x-ipynb+json",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
}
# With these a page may share memory with its worker, which is how a running cell is told to stop.
_ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".ipynb", ".txt", ".xml"}


@lru_cache(maxsize=512)
def _packed(path: Path, _stamp: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class BookHandler(SimpleHTTPRequestHandler):
    """Serve a folder; text goes out compressed, as it does from a real web host."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **_TYPES}  # noqa: RUF012 - as the base class has it
    protocol_version = "HTTP/1.1"
    isolation = _ISOLATION

    def handle(self):
        """Let a page go that is left while it loads: it resets its connections."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self):
        """Answer with the compressed file where that helps."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path = path / "index.html"
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepts and path.is_file() and path.suffix in _COMPRESSED):
            super().do_GET()
            return
        body = _packed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(str(path))}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self):
        """Let the browser keep files but ask each time, and isolate the pages: a cell can then be interrupted."""
        self.send_header("Cache-Control", "no-cache")
        for name, value in self.isolation.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *arguments):
        """Stay quiet; the address is what the reader needs to see."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Linux a port in use must be refused; on Windows this flag would share it silently.
    allow_reuse_address = sys.platform != "win32"


@contextmanager
def serving(folder: Path, handler=BookHandler):
    """Serve a folder beside the running program, on any free port; give the address.

    Parameters
    ----------
    folder : pathlib.Path
        What to serve.
    handler : type
        `BookHandler`, or a class made of it.

    Yields
    ------
    str
        The address, ``http://127.0.0.1:<port>/``.
    """
    with _Server(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def serve(folder: Path, port: int = 8000, tries: int = 1, ready=None) -> int:
    """Show a built book on this machine until Ctrl+C.

    Parameters
    ----------
    folder : pathlib.Path
        The built site.
    port : int
        Where to listen; 0 for any free port.
    tries : int
        How many ports to try, one after the other, while they are taken.
    ready : callable, optional
        Gets the address as soon as the book can be read there.

    Raises
    ------
    ValueError
        If the port is taken or not allowed; the message names the cure.
    FileNotFoundError
        If nothing has been built.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {folder}. Build it with: make book")
    with listen(partial(BookHandler, directory=str(folder)), port, tries) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        print(f"\nThe book is at {address}  (end with Ctrl+C)", flush=True)
        try:
            if ready:
                ready(address)
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nEnded.")
    return 0


def listen(handler, port: int, tries: int = 1):
    """Return a server on this machine; try `tries` ports, one after the other, while they are taken.

    Raises
    ------
    ValueError
        If the port is taken or not allowed; the message names the cure.
    """
    try:
        return _Server(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, 10048)
        if taken and tries > 1:
            return listen(handler, port + 1, tries - 1)
        reason = "is taken by another program" if taken else "cannot be used"
        raise ValueError(
            f"Port {port} {reason}. Choose another: make serve PORT={port + 1 if port < 65000 else 8001}"
        ) from None
