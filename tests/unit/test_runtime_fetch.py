"""Fetching the runtime: only official files are accepted, and whatever goes wrong, nothing half-written stays."""

import errno
import hashlib
import io
import json
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ai2med.runtime import RuntimeFetchError, bytecode, fetch, fetch_runtime, load_pins, node
from ai2med.runtime.pins import CORE, Pins, closure, cut_lock
from ai2med.runtime.sources import Carrier, NotThere, Official


def archive(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, text in members.items():
            target.writestr(name.replace("__", "."), text)
    return made.getvalue()


FILES = {
    **{name: name.encode() for name in CORE if name != "python_stdlib.zip"},
    "python_stdlib.zip": archive(os__py="a = 1"),
    "numpy.whl": archive(numpy__py="b = 2", numpy__so="\0asm"),
    "six.whl": archive(six__py="c = 3"),
}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def pins():
    packages = {
        name: {"file_name": f"{name}.whl", "sha256": sha256(FILES[f"{name}.whl"]), "depends": needs, "imports": [name]}
        for name, needs in {"numpy": ["six"], "six": []}.items()
    }
    core = {name: sha256(FILES[name]) for name in CORE}
    lock = {"info": {"version": "1.0"}, "packages": packages, "core": core}
    carrier = {"project": "carrier", "version": "1", "folder": "files/"}
    return Pins("1.0", ("numpy",), {"numpy": ["six"]}, (), carrier, lock)


class Shelf:
    """A source that has what it is given."""

    def __init__(self, files=FILES, name="shelf"):
        self.files, self.name, self.asked = files, name, []

    def deliver(self, name, path):
        self.asked.append(name)
        if name not in self.files:
            raise NotThere(f"{self.name} has no {name}")
        path.write_bytes(self.files[name])


@pytest.fixture
def get(tmp_path, pins, monkeypatch):
    """Return a function that fetches into ``out`` from given sources."""
    # The core here is none; any Python can compile what these tests look at.
    monkeypatch.setattr(node, "compile_archives", lambda core, *given: bytecode.main(*given))

    def fetch_from(*sources, out="out"):
        return fetch_runtime(tmp_path / out, tmp_path / "cache", progress=False, pins=pins, fetchers=list(sources))

    return fetch_from


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if path.name.startswith((".part", ".making"))]


def test_everything_is_fetched_and_the_lock_names_what_is_there(get):
    made = get(Shelf())
    assert {path.name for path in made.iterdir()} == {*FILES, "pyodide-lock.json"}
    lock = json.loads((made / "pyodide-lock.json").read_text())
    for entry in lock["packages"].values():
        content = (made / entry["file_name"]).read_bytes()
        assert (entry["sha256"], entry["size"]) == (sha256(content), len(content))


def test_a_dependency_that_is_rarely_needed_is_served_but_not_loaded_along(get, tmp_path):
    get(Shelf())
    lock = json.loads((tmp_path / "out" / "pyodide-lock.json").read_text())
    assert lock["packages"]["numpy"]["depends"] == []
    assert (tmp_path / "out" / "six.whl").is_file()


def test_downloads_are_kept_between_builds(get):
    get(Shelf())
    second = Shelf()
    get(second, out="elsewhere")
    assert second.asked == []


@pytest.mark.parametrize("content", [b"another file", FILES["numpy.whl"][:-7], b""])
def test_a_wrong_or_truncated_file_is_refused_with_both_hashes(get, tmp_path, content):
    with pytest.raises(RuntimeFetchError) as caught:
        get(Shelf({**FILES, "numpy.whl": content}))
    told = str(caught.value)
    assert "numpy.whl" in told
    assert sha256(FILES["numpy.whl"]) in told
    assert sha256(content) in told
    assert not (tmp_path / "out").exists()
    assert not list((tmp_path / "cache").rglob("numpy.whl"))
    assert leftovers(tmp_path) == []


def test_the_next_source_is_asked_when_one_has_another_file_or_none(get):
    first = Shelf({"numpy.whl": b"another file"}, "first")
    second = Shelf(name="second")
    get(first, second)
    assert "numpy.whl" in second.asked


def test_what_was_there_before_stays_when_a_fetch_fails(get, tmp_path):
    get(Shelf())
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (tmp_path / "cache" / "1.0" / "downloads" / "six.whl").unlink()
    for made in (tmp_path / "cache" / "1.0").glob("made-*"):
        (made / "pyodide-lock.json").unlink()
    with pytest.raises(RuntimeFetchError):
        get(Shelf({}))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_damaged_file_in_the_cache_is_fetched_again(get, tmp_path):
    get(Shelf())
    cache = tmp_path / "cache" / "1.0"
    (cache / "downloads" / "six.whl").write_bytes(b"damaged")
    for made in cache.glob("made-*"):
        (made / "pyodide-lock.json").unlink()
    again = Shelf()
    get(again)
    assert again.asked == ["six.whl"]


def test_no_source_at_all_tells_every_reason_and_what_to_do(get):
    with pytest.raises(RuntimeFetchError, match="Check the network") as caught:
        get(Shelf({}, "one"), Shelf({}, "two"))
    assert "one has no" in str(caught.value)
    assert "two has no" in str(caught.value)


class FullDisk(Shelf):
    def deliver(self, name, path):
        if name == "numpy.whl":
            from ai2med.runtime.sources import _copy

            _copy(io.BytesIO(self.files[name]), FullPath(path), len(self.files[name]))
        super().deliver(name, path)


class FullPath(type(Path())):
    def open(self, *_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_named_and_leaves_nothing_half_written(get, tmp_path):
    with pytest.raises(RuntimeFetchError, match=r"The disk is full: .*Free some space"):
        get(FullDisk())
    assert leftovers(tmp_path) == []
    assert not (tmp_path / "out").exists()


def test_a_disk_that_fills_up_while_packages_are_made_leaves_nothing(get, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetch, "our_lock", full)
    with pytest.raises(RuntimeFetchError, match="The disk is full"):
        get(Shelf())
    assert leftovers(tmp_path) == []
    assert not list((tmp_path / "cache").rglob("made-*"))


def test_files_of_an_older_release_go_and_unchanged_ones_are_left_alone(get, tmp_path):
    get(Shelf())
    (tmp_path / "out" / "old.whl").write_bytes(b"")
    stamp = (tmp_path / "out" / "numpy.whl").stat().st_mtime_ns
    get(Shelf())
    assert not (tmp_path / "out" / "old.whl").exists()
    assert (tmp_path / "out" / "numpy.whl").stat().st_mtime_ns == stamp


def test_packages_are_compiled_and_the_lock_has_the_new_hashes(get, tmp_path, pins):
    get(Shelf())
    with zipfile.ZipFile(tmp_path / "out" / "numpy.whl") as wheel:
        assert sorted(wheel.namelist()) == ["numpy.pyc", "numpy.so"]
    lock = json.loads((tmp_path / "out" / "pyodide-lock.json").read_text())
    assert lock["packages"]["numpy"]["sha256"] != pins.sha256["numpy.whl"]


def test_what_nothing_reads_at_run_time_is_left_out(tmp_path):
    members = {
        "a.py": "",
        "a.pyi": "",
        "a.pyx": "",
        "pydicom/sr/_concepts_dict.py": "a = 1",
        "pydicom/data/test_files/one.dcm": "",
        "inc/a.h": "",
        "data/a.csv": "1",
        "a.so": "\0asm",
        "b.so": "\x7fELF",
    }
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        for name, text in members.items():
            wheel.writestr(name, text)
    bytecode.compile_archive(tmp_path / "a.whl", tmp_path / "b.whl")
    with zipfile.ZipFile(tmp_path / "b.whl") as made:
        assert sorted(made.namelist()) == ["a.pyc", "a.so", "data/a.csv"]


def test_compiled_modules_run_without_their_sources_and_come_out_the_same_twice(tmp_path):
    source = tmp_path / "a.zip"
    source.write_bytes(archive(ready_made__py="answer = {'b', 'a'}", broken__py="def ("))
    environment = {"PYTHONHASHSEED": "0"}
    for target in ("one", "two"):
        (tmp_path / target).mkdir()
        code = "import sys; from ai2med.runtime import bytecode; bytecode.main(*sys.argv[1:], ['a.zip'])"
        command = [sys.executable, "-c", code, str(tmp_path), str(tmp_path / target)]
        subprocess.run(command, check=True, env=environment)
    assert (tmp_path / "one" / "a.zip").read_bytes() == (tmp_path / "two" / "a.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one" / "a.zip") as made:
        assert sorted(made.namelist()) == ["broken.py", "ready_made.pyc"]
    code = "import sys; sys.path.insert(0, sys.argv[1]); import ready_made; print(ready_made.answer)"
    command = [sys.executable, "-c", code, str(tmp_path / "one" / "a.zip")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "'a'" in done.stdout


def test_a_failing_script_says_why(tmp_path):
    with pytest.raises(RuntimeFetchError, match=r"Node\.js could not compile the packages: .*pyodide\.mjs"):
        node.compile_archives(tmp_path, tmp_path, tmp_path, [])


class Broken(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 10)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_transfer_that_breaks_off_is_noticed(address, tmp_path):
    with pytest.raises(NotThere, match="broke off a after 10 of 1,000 bytes"):
        Official(address).deliver("a", tmp_path / "a")


def test_a_file_that_the_distribution_lacks_is_named(address, tmp_path):
    with pytest.raises(NotThere, match="answers 404 for missing"):
        Official(address).deliver("missing", tmp_path / "a")


def test_an_unreachable_distribution_is_tried_once(tmp_path, monkeypatch):
    calls = []

    def unreachable(*arguments, **_options):
        calls.append(arguments)
        raise OSError("no route to host")

    source = Official("https://books.invalid/files/")
    monkeypatch.setattr("urllib.request.OpenerDirector.open", unreachable)
    for _ in range(2):
        with pytest.raises(NotThere, match=r"books\.invalid cannot be reached"):
            source.deliver("a", tmp_path / "a")
    assert len(calls) == 1


def test_the_carrier_says_what_pip_said(tmp_path, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "noise\nERROR: No matching distribution found\n")
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_o: failed)
    carrier = Carrier("carrier", "1", "files/", tmp_path)
    for _ in range(2):
        with pytest.raises(NotThere, match="No matching distribution found"):
            carrier.deliver("a", tmp_path / "a")


def test_the_carrier_hands_out_members_and_drops_a_damaged_wheel(tmp_path):
    (tmp_path / "carrier").mkdir()
    wheel = tmp_path / "carrier" / "c.whl"
    with zipfile.ZipFile(wheel, "w") as target:
        target.writestr("files/a", "content")
    carrier = Carrier("carrier", "1", "files/", tmp_path)
    carrier.deliver("a", tmp_path / "a")
    assert (tmp_path / "a").read_text() == "content"
    with pytest.raises(NotThere, match="does not carry b"):
        carrier.deliver("b", tmp_path / "b")
    wheel.write_bytes(b"damaged")
    with pytest.raises(NotThere, match="is damaged"):
        carrier.deliver("a", tmp_path / "a")
    assert not wheel.exists()


def test_the_books_pins_are_whole():
    pins = load_pins()
    assert set(pins.lock["core"]) == set(CORE)
    extras = [wanted.partition("==")[0] for wanted in pins.extras.values()]
    in_pages = {name for name, entry in pins.lock["packages"].items() if not entry.get("lite_only")}
    assert set(closure(pins.lock["packages"], pins.packages)) == in_pages - set(extras)
    assert set(closure(pins.lock["packages"], pins.lock["packages"])) == set(pins.lock["packages"])
    assert all(len(expected) == 64 for expected in pins.sha256.values())
    assert all(address.startswith("https://") and pins.pyodide in address for address in pins.urls)


def test_page_and_notebook_use_the_same_versions():
    lock = load_pins().lock["packages"]
    lines = (Path(__file__).parents[2] / "requirements.txt").read_text().splitlines()
    for name in ("numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "altair", "narwhals", "jinja2", "anywidget"):
        assert any(line.startswith(f"{name}=={lock[name]['version']}") for line in lines), name


def test_pins_and_lock_of_different_releases_do_not_go_together(tmp_path):
    (tmp_path / "pins.json").write_text(json.dumps({"pyodide": "2.0"}))
    (tmp_path / "official_lock.json").write_text(json.dumps({"info": {"version": "1.0"}}))
    with pytest.raises(ValueError, match=r"names Pyodide 2\.0, official_lock\.json was cut from 1\.0"):
        load_pins(tmp_path)


def test_cutting_a_lock_keeps_what_is_needed(tmp_path):
    for name in CORE:
        (tmp_path / name).write_bytes(FILES[name])
    packages = {"a": {"depends": ["b"]}, "b": {"depends": []}, "c": {"depends": []}}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"info": {"version": "1.0"}, "packages": packages}))
    cut = cut_lock(tmp_path / "pyodide-lock.json", ["a"], "1.0")
    assert sorted(cut["packages"]) == ["a", "b"]
    assert cut["core"]["pyodide.mjs"] == sha256(FILES["pyodide.mjs"])
    with pytest.raises(ValueError, match=r"pins\.json names 2\.0"):
        cut_lock(tmp_path / "pyodide-lock.json", ["a"], "2.0")
    with pytest.raises(ValueError, match="no package 'd'"):
        closure(packages, ["d"])
