"""The archive for a USB stick: the same for the same site, and it starts with Python and nothing else."""

import os
import re
import subprocess
import sys
import zipfile
from http.server import ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ai2med.portable import start, write_zip


@pytest.fixture
def root(tmp_path):
    html = tmp_path / "_build" / "html"
    (html / "_static").mkdir(parents=True)
    (html / "index.html").write_text("<h1>The book</h1>")
    (html / "_static" / "page.mjs").write_text("export {};")
    (html / "_static" / "core.wasm").write_bytes(b"\0asm")
    (tmp_path / "LICENSE").write_text("MIT")
    return tmp_path


@pytest.fixture
def unpacked(root):
    zipfile.ZipFile(write_zip(root)).extractall(root / "stick")
    return root / "stick" / "ai2med-book"


@pytest.fixture
def started(unpacked):
    """Start the unpacked book as a reader does; give the address that it prints."""
    command = [sys.executable, "-I", str(unpacked / "start.py"), "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.sep) as process:
        yield re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        process.terminate()


def test_the_archive_is_the_same_for_the_same_site(root):
    first = write_zip(root).read_bytes()
    os.utime(root / "_build" / "html" / "index.html", (0, 0))
    assert write_zip(root).read_bytes() == first
    names = zipfile.ZipFile(write_zip(root)).namelist()
    assert names == sorted(names)
    assert {"ai2med-book/start.py", "ai2med-book/README.txt", "ai2med-book/LICENSE"} < set(names)


def test_no_archive_without_a_book(tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        write_zip(tmp_path)


def test_an_unpacked_book_starts_and_serves_modules_as_browsers_want_them(started):
    types = {"": "text/html", "_static/page.mjs": "text/javascript", "_static/core.wasm": "application/wasm"}
    for name, kind in types.items():
        with urlopen(started + name) as answer:
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{started}../start.py")


def test_an_incomplete_folder_is_told(unpacked):
    (unpacked / "book" / "index.html").unlink()
    done = subprocess.run([sys.executable, str(unpacked / "start.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Unpack the whole archive" in done.stderr


def test_a_taken_port_is_no_obstacle():
    with ThreadingHTTPServer(("127.0.0.1", 0), start.Handler) as other:
        port = other.server_address[1]
        if sys.platform != "win32":
            other.allow_reuse_address = False
        with start.listen(port) as found:
            assert found.server_address[1] != port
