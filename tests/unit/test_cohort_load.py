"""Tables are written, found, checked and read the same way everywhere, and every failure names the way out."""

import gzip
import hashlib
import json
import shutil
import sys
import zipfile
from types import SimpleNamespace

import pandas as pd
import pytest

from ai2med import paths
from ai2med.cohort import _hospital, _making, _store, datasheets, load, load_files, make_data, table_hash
from ai2med.packing import pack

PEOPLE = 300
SHEETS = datasheets()
TABLES = [name for name, sheet in SHEETS.items() if not sheet.files]
FILES = [name for name, sheet in SHEETS.items() if sheet.files]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book's folder with the tables of a small hospital."""
    root = sources(tmp_path_factory.mktemp("book"))
    make_data(root, progress=False, people=PEOPLE)
    return root


def sources(root):
    """Put datasheets and generators of the book into another book's folder."""
    for part in ("datasheets", "generators"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(paths.data() / part, root / "data" / part, ignore=ignored)
    return root


@pytest.fixture
def copy(book, tmp_path):
    """A copy that a test may damage."""
    shutil.copytree(book / "data", tmp_path / "data", ignore=shutil.ignore_patterns("__pycache__"))
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
    make_data(sources(tmp_path / "again"), progress=False, people=PEOPLE)
    make_data(sources(tmp_path / "other"), progress=False, people=PEOPLE, seed=1)
    made = sorted(path.relative_to(book) for kind in ("*.csv.gz", "*.zip") for path in (book / "data").rglob(kind))
    assert len(made) > len(SHEETS)
    for path in made:
        first = (book / path).read_bytes()
        assert first == (tmp_path / "again" / path).read_bytes(), path
        if path.name != "vendor_claims.csv.gz":
            assert first != (tmp_path / "other" / path).read_bytes(), path


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

    monkeypatch.setattr(_hospital, "build", build)
    assert make_data(copy, progress=False, people=PEOPLE)["people"] == PEOPLE
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE, force=True)
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE, seed=7)
    (copy / "data" / "costs.csv.gz").unlink()
    with pytest.raises(AssertionError, match="built again"):
        make_data(copy, progress=False, people=PEOPLE)


def test_progress_names_every_table(tmp_path, capsys):
    sources(tmp_path)
    make_data(tmp_path, people=50)
    said = capsys.readouterr().out
    assert all(name in said for name in SHEETS)
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
    made = _making.made_files(book)
    files = {f"https://book/_static/data/{file.relative_to(book / 'data')}": file.read_bytes() for file in made}

    class Fresh(Request):
        @classmethod
        def new(cls):
            return cls()

    Fresh.files, Fresh.asked = files, []
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(XMLHttpRequest=Fresh))
    monkeypatch.setenv("AI2MED_DATA_URL", "https://book/_static/data/")
    monkeypatch.setattr(_store.paths, "data", lambda: tmp_path)
    monkeypatch.setattr(_store.paths, "root", lambda: tmp_path)
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
    _, tables, _ = _hospital.build()
    for name, table in tables.items():
        content = _making.to_csv(table)
        assert hashlib.sha256(content).hexdigest() == SHEETS[name].sha256, name
        assert len(gzip.compress(content, 9, mtime=0)) <= 1_500_000, name


@pytest.mark.parametrize("name", FILES)
def test_files_come_back_as_a_folder(book, name):
    with zipfile.ZipFile(book / "data" / f"{name}.zip") as archive:
        for member in archive.namelist():
            assert (load_files(name, book) / member).read_bytes() == archive.read(member)


@pytest.mark.parametrize("name", FILES)
def test_files_changed_by_hand_are_set_right(book, name):
    path = min(path for path in load_files(name, book).iterdir() if path.is_file())
    before = path.read_bytes()
    path.write_bytes(b"scribbled")
    assert (load_files(name, book) / path.name).read_bytes() == before


def test_files_that_are_missing_damaged_or_altered_name_the_command(copy):
    archive = copy / "data" / f"{FILES[0]}.zip"
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-40])
    with pytest.raises(ValueError, match=r"damaged.*python -m ai2med data"):
        load_files(FILES[0], copy)
    archive.write_bytes(pack({"other": b"file"}))
    with pytest.raises(ValueError, match=r"not the one that was made.*python -m ai2med data"):
        load_files(FILES[0], copy)
    archive.unlink()
    with pytest.raises(FileNotFoundError, match=r"is missing.*python -m ai2med data"):
        load_files(FILES[0], copy)


def test_tables_and_files_are_not_mixed_up(book):
    with pytest.raises(ValueError, match=rf"no table '{FILES[0]}', but a set of files: load_files\("):
        load(FILES[0], book)
    with pytest.raises(ValueError, match=r"no set of files 'labs', but a table: load\("):
        load_files("labs", book)
    with pytest.raises(ValueError, match=r"no set of files 'lab_photos'.*The sets of files are"):
        load_files("lab_photos", book)


def test_a_dataset_that_is_described_but_not_made_names_the_command(copy):
    (copy / "data" / "datasheets" / "trial.yml").write_text("title: Trial\n")
    with pytest.raises(FileNotFoundError, match=r"does not list table 'trial'.*python -m ai2med data"):
        load("trial", copy)


@pytest.mark.parametrize("name", FILES)
def test_the_browser_fetches_the_files_it_is_asked_for_and_no_others(browser, book, name):
    folder = load_files(name)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in load_files(name, book).iterdir() if path.is_file()
    }
    base = "https://book/_static/data/"
    assert browser.asked == [f"{base}manifest.json", f"{base}{name}.zip"]


def test_the_browser_says_when_nothing_can_be_fetched(browser):
    browser.files.clear()
    with pytest.raises(FileNotFoundError, match=r"manifest\.json could not be fetched"):
        load_files(FILES[0])


def test_the_hash_of_a_dataset_is_that_of_its_content(book):
    listed = json.loads((book / "data" / "manifest.json").read_text())
    assert table_hash("labs", book) == listed["tables"]["labs"]["sha256"]
    assert table_hash(FILES[0], book) == listed["files"][FILES[0]]["sha256"]
    with pytest.raises(ValueError, match="no dataset 'lab'"):
        table_hash("lab", book)


def test_a_dataset_of_the_browser_has_the_same_truth(browser, book):
    name = next(name for name, sheet in SHEETS.items() if sheet.truth)
    pd.testing.assert_frame_equal(_store.load_key(name), _store.load_key(name, book))
    with pytest.raises(ValueError, match="there is no truth about a dataset 'labs'"):
        _store.load_key("labs")
