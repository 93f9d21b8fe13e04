"""Show the book that lies beside this file: ``python start.py``.

Needs Python 3.8 or newer and no network. It serves the folder to this computer only.
"""

import argparse
import sys
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BOOK = Path(__file__).resolve().parent / "book"
# Some systems have these types wrong or not at all, and a browser then refuses the files.
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


class Handler(SimpleHTTPRequestHandler):
    """Serve files with the right types, and headers that let a running cell be stopped."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012 - as the base class has it
    protocol_version = "HTTP/1.1"

    def end_headers(self):
        """Let the browser keep files but ask each time: another stick may hold a newer book."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *arguments):
        """Stay quiet; the address is what the reader needs to see."""


class Server(ThreadingHTTPServer):
    """One address, one program: Windows would share it silently."""

    allow_reuse_address = sys.platform != "win32"


def listen(port):
    """Return a server on `port`, or on the next one that is free."""
    for number in range(port, min(port + 50, 65536)):
        try:
            return Server(("127.0.0.1", number), partial(Handler, directory=str(BOOK)))
        except OSError:
            continue
    sys.exit(f"No free port from {port} on. Try another: python start.py --port 9000")


def main():
    """Serve the book until Ctrl+C."""
    parser = argparse.ArgumentParser(description="Show the AI2MED book in your browser, without a network.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    chosen = parser.parse_args()
    if not (BOOK / "index.html").is_file():
        sys.exit(f"The folder {BOOK} is missing or incomplete. Unpack the whole archive, then start again.")
    with listen(chosen.port) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        print(f"The book is at {address}  (end with Ctrl+C)", flush=True)
        if not chosen.no_browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nEnded.")


if __name__ == "__main__":
    main()
