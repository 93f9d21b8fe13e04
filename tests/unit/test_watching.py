"""While the book is served to its author, pages hear of new builds; the files on disk know nothing of it."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from ai2med import watching
from ai2med.server import BookHandler, serving
from ai2med.watching import EVENTS, Renderer, WatchHandler, concerns

PAGE = "<html><body><main>Text</main></body></html>"


@pytest.fixture
def html(tmp_path):
    (tmp_path / "lite").mkdir()
    for name in ("index.html", "page.html", "lite/index.html"):
        (tmp_path / name).write_text(PAGE)
    return tmp_path


@pytest.fixture
def site(html):
    with serving(html, WatchHandler) as address:
        yield address


def get(address, **headers):
    with urlopen(Request(address, headers=headers), timeout=20) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("name", ["", "index.html", "page.html"])
def test_a_page_goes_out_with_the_script_and_stays_as_it_was(site, html, name):
    assert EVENTS in get(site + name)
    assert (html / (name or "index.html")).read_text() == PAGE


def test_other_files_and_what_is_kept_for_offline_go_out_as_they_are(site):
    assert get(site + "lite/index.html") == PAGE
    assert get(site + "page.html", **{"X-AI2MED-Keep": "1"}) == PAGE


def test_without_watching_no_page_has_the_script(html):
    with serving(html, BookHandler) as address:
        assert get(address + "page.html") == PAGE


def test_an_open_page_hears_which_pages_are_new(site):
    with urlopen(site + EVENTS[1:], timeout=20) as line:
        assert line.headers["Content-Type"] == "text/event-stream"
        WatchHandler.watch.tell(["page.html"])
        assert line.readline().decode() == "event: built\n"
        assert json.loads(line.readline().decode().removeprefix("data: ")) == {"pages": ["page.html"]}


def test_a_page_that_has_gone_is_forgotten():
    watch = watching.Watch()
    with watch.line() as line:
        watch.tell(["a.html"])
        assert line.get(timeout=5) == ["a.html"]
    assert watch._lines == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("moocs/mooc2/a/b.md", (True, False)),
        ("law/ai-act.yml", (True, False)),
        ("_config.yml", (True, False)),
        ("_toc.yml", (False, False)),
        ("_build/html/index.html", (False, False)),
        (".git/index", (False, False)),
        ("tests/unit/test_law.py", (False, False)),
        ("workbook/mooc2/a.ipynb", (False, False)),
    ],
)
def test_only_sources_ask_for_a_build(tmp_path, name, expected):
    assert concerns(tmp_path, [str(tmp_path / name)]) == expected


def test_code_of_the_engine_asks_for_a_new_process_and_its_scripts_do_not(tmp_path):
    package = Path(watching.__file__).parent
    assert concerns(tmp_path, [str(package / "law.py")]) == (True, True)
    assert concerns(tmp_path, [str(package / "widgets" / "host.mjs")]) == (True, False)


def test_what_the_process_prints_is_passed_on_and_its_answer_is_not(tmp_path, monkeypatch):
    answer = json.dumps({"code": 3})
    program = f"import sys\nfor line in sys.stdin: print('hello'); print({answer!r}, flush=True)"
    monkeypatch.setattr(watching, "RENDERING", (watching.sys.executable, "-c", program))
    said = []
    renderer = Renderer(tmp_path, said.append)
    try:
        assert [renderer.render(), renderer.render()] == [3, 3]
    finally:
        renderer.stop()
    assert said == ["hello", "hello"]


def test_a_process_that_ends_by_itself_is_a_failed_build_and_the_next_one_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "RENDERING", (watching.sys.executable, "-c", "input(); raise SystemExit(7)"))
    renderer = Renderer(tmp_path, print)
    try:
        assert [renderer.render(), renderer.render()] == [7, 7]
    finally:
        renderer.stop()
