"""The local server sends what a web host sends, and names the cure when it cannot start."""

import gzip
import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from ai2med.server import serve, serving


@pytest.fixture
def ask(tmp_path):
    (tmp_path / "index.html").write_text("<p>hello</p>" * 50, encoding="utf-8")
    (tmp_path / "a.mjs").write_text("export default 1;", encoding="utf-8")
    (tmp_path / "a.wasm").write_bytes(b"\0asm")

    def request(path, **headers):
        connection = HTTPConnection(urlsplit(address).netloc)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    with serving(tmp_path) as address:
        yield request


@pytest.mark.parametrize(("name", "kind"), [("/a.mjs", "text/javascript"), ("/a.wasm", "application/wasm")])
def test_modules_and_webassembly_have_the_type_that_browsers_ask_for(ask, name, kind):
    answer, _ = ask(name)
    assert answer.getheader("Content-Type").startswith(kind)


def test_text_is_compressed_when_the_browser_accepts_it(ask):
    answer, body = ask("/", **{"Accept-Encoding": "gzip"})
    assert answer.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(body).startswith(b"<p>hello")


def test_text_is_plain_otherwise(ask):
    answer, body = ask("/index.html")
    assert answer.getheader("Content-Encoding") is None
    assert body.startswith(b"<p>hello")


def test_a_missing_page_is_a_404(ask):
    answer, _ = ask("/nowhere.html", **{"Accept-Encoding": "gzip"})
    assert answer.status == 404


def test_a_taken_port_is_named_with_its_cure(tmp_path):
    (tmp_path / "index.html").write_text("x", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=rf"Port {port} is taken .* make serve PORT="):
            serve(tmp_path, port)


def test_an_unbuilt_book_is_named_with_its_cure(tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        serve(tmp_path)


def test_pages_are_isolated_so_that_a_cell_can_be_interrupted(ask):
    for path in ("/", "/a.mjs", "/a.wasm"):
        answer, _ = ask(path)
        assert answer.getheader("Cross-Origin-Opener-Policy") == "same-origin"
        assert answer.getheader("Cross-Origin-Embedder-Policy") == "require-corp"


def test_a_taken_port_leads_to_the_next_free_one_when_asked(tmp_path, capsys):
    (tmp_path / "index.html").write_text("x", encoding="utf-8")
    addresses = []

    def ready(address):
        addresses.append(address)
        raise KeyboardInterrupt

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve(tmp_path, port, tries=20, ready=ready) == 0
    assert port < int(addresses[0].rstrip("/").rpartition(":")[2]) < port + 20
