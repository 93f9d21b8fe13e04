"""Tables are written, found, checked and read the same way everywhere, and every failure names the way out."""

import gzip
import hashlib
import json
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from ai2med.cohort import TABLES, _store, load, make_data

PEOPLE = 300


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book's folder with the tables of a small hospital."""
    root = tmp_path_factory.mktemp("book")
    make_data(root, progress=False, people=PEOPLE)
    return root


@pytest.fixture
def copy(book, tmp_path):
    """A copy that a test may damage."""
    (tmp_path / "data").mkdir()
    for file in (book / "data").iterdir():
        (tmp_path / "data" / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", TABLES)
def test_every_table_comes_back_with_dates_parsed(book, name):
    table = load(name, book)
    listed = json.loads((book / "data" / "manifest.json").read_text())["tables"][name]
    assert len(table) == listed["rows"] > 0
    dated = [column for column in table if column.endswith("_at") or column in ("t0", "live_from")]
    assert all(table[column].dtype.kind == "M" for column in dated)


def test_versions_stay_text(book):
    assert set(load("predictions", book)["model_version"]) == {"1.4", "2.0"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(book, tmp_path):
    make_data(tmp_path / "again", progress=False, people=PEOPLE)
    make_data(tmp_path / "other", progress=False, people=PEOPLE, seed=1)
    for name in TABLES:
        first = (book / "data" / f"{name}.csv.gz").read_bytes()
        assert first == (tmp_path / "again" / "data" / f"{name}.csv.gz").read_bytes()
        if name != "vendor_claims":
            assert first != (tmp_path / "other" / "data" / f"{name}.csv.gz").read_bytes()


def test_compressed_files_carry_no_time(book):
    assert (book / "data" / "labs.csv.gz").read_bytes()[4:8] == b"\0\0\0\0"


def test_a_missing_table_names_the_command(copy):
    (copy / "data" / "labs.csv.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"labs\.csv\.gz is missing.*python -m ai2med data"):
        load("labs", copy)


def test_a_missing_manifest_names_the_command(copy):
    (copy / "data" / "manifest.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"manifest\.json is missing.*python -m ai2med data"):
        load("labs", copy)


def test_an_altered_table_is_refused(copy):
    file = copy / "data" / "labs.csv.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"sodium", b"Sodium", 1)))
    with pytest.raises(ValueError, match=r"not the one that was made.*python -m ai2med data"):
        load("labs", copy)


def test_a_damaged_file_is_refused(copy):
    file = copy / "data" / "labs.csv.gz"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"damaged.*python -m ai2med data"):
        load("labs", copy)


def test_another_compressor_is_no_alteration(copy):
    file = copy / "data" / "labs.csv.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()), 1))
    assert len(load("labs", copy)) > 0


@pytest.mark.parametrize(("asked", "meant"), [("lab", "labs"), ("vital", "vitals"), ("outcome", "outcomes")])
def test_an_unknown_table_suggests_a_close_one(asked, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        load(asked)


@pytest.mark.parametrize("name", ["truth", "../checksums", "risk"])
def test_the_truth_is_no_table(name):
    with pytest.raises(ValueError, match="there is no table"):
        load(name)


def test_current_tables_are_not_made_again(copy, monkeypatch):
    def build(*_):
        raise AssertionError("built again")

    monkeypatch.setattr(_store, "build", build)
    assert make_data(copy, progress=False, people=PEOPLE)["people"] == PEOPLE
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE, force=True)
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE, seed=7)
    (copy / "data" / "costs.csv.gz").unlink()
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE)


def test_progress_names_every_table(tmp_path, capsys):
    make_data(tmp_path, people=50)
    said = capsys.readouterr().out
    assert all(name in said for name in TABLES)
    make_data(tmp_path, people=50)
    assert "up to date" in capsys.readouterr().out


class Request:
    """The part of XMLHttpRequest that ``load`` uses, over a dictionary of files."""

    files: dict[str, bytes]
    asked: list[str]

    def open(self, _method, url, wait):
        assert wait is False
        self.url = url
        self.asked.append(url)

    def overrideMimeType(self, kind):  # noqa: N802 - the browser's name
        assert "x-user-defined" in kind

    def send(self, _body):
        found = self.files.get(self.url)
        self.status = 404 if found is None else 200
        # As browsers decode x-user-defined: bytes from 0x80 on move to the private area from U+F780 on.
        self.responseText = "".join(chr(b if b < 128 else 0xF700 + b) for b in found or b"")


@pytest.fixture
def browser(book, monkeypatch, tmp_path):
    files = {f"https://book/_static/data/{file.name}": file.read_bytes() for file in (book / "data").iterdir()}

    class Fresh(Request):
        @classmethod
        def new(cls):
            return cls()

    Fresh.files, Fresh.asked = files, []
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(XMLHttpRequest=Fresh))
    monkeypatch.setenv("AI2MED_DATA_URL", "https://book/_static/data/")
    monkeypatch.setattr(_store.paths, "data", lambda: tmp_path)
    monkeypatch.setattr(_store, "_fetched_manifest", {})
    return Fresh


def test_the_browser_fetches_the_same_table(browser, book):
    pd.testing.assert_frame_equal(load("admissions"), load("admissions", book))
    assert browser.asked[-1] == "https://book/_static/data/admissions.csv.gz"


def test_the_browser_checks_the_table_too(browser):
    browser.files["https://book/_static/data/costs.csv.gz"] = gzip.compress(b"a\n1\n")
    with pytest.raises(ValueError, match="not the one that was made"):
        load("costs")


def test_the_browser_reads_a_table_that_the_server_has_unpacked(browser, book):
    url = "https://book/_static/data/scores.csv.gz"
    browser.files[url] = gzip.decompress(browser.files[url])
    assert len(load("scores")) == len(load("scores", book))


def test_the_browser_says_when_a_table_cannot_be_fetched(browser):
    del browser.files["https://book/_static/data/labs.csv.gz"]
    with pytest.raises(FileNotFoundError, match=r"could not be fetched"):
        load("labs")


def test_the_books_own_tables_match_the_recorded_hashes_and_are_small():
    """The repository records what the pinned versions make; a learner sees the numbers the authors saw."""
    recorded = json.loads((_store.paths.data() / "checksums.json").read_text())
    _, tables, _ = _store.build()
    assert set(recorded) == set(TABLES)
    for name in TABLES:
        content = _store.to_csv(tables[name])
        assert hashlib.sha256(content).hexdigest() == recorded[name], name
        assert len(gzip.compress(content, 9, mtime=0)) <= 1_500_000, name
