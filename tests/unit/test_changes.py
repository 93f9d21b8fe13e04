"""Only what has changed is written, copied or looked at again, and a mirrored folder is the same as its source."""

import os

import pytest

from ai2med.changes import Remembered, copy_changed, digest, mirror, prune, walk, write_changed


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def read(folder):
    return {name: (folder / name).read_text() for name in walk(folder)}


def times(folder):
    return {name: (folder / name).stat().st_mtime_ns for name in walk(folder)}


def test_parts_of_a_hash_do_not_run_together():
    assert len({digest("ab"), digest("a", "b"), digest("", "ab"), digest("ab", None)}) == 4


def test_the_same_content_is_not_written_again(tmp_path):
    path = tmp_path / "folder" / "a.txt"
    assert write_changed(path, "one")
    os.utime(path, ns=(1, 1))
    assert not write_changed(path, b"one")
    assert path.stat().st_mtime_ns == 1
    assert write_changed(path, "two")
    assert path.read_text() == "two"
    assert list(walk(tmp_path)) == ["folder/a.txt"]


def test_a_file_that_is_written_anew_leaves_its_hard_link_alone(tmp_path):
    write_changed(tmp_path / "a.txt", "one")
    assert copy_changed(tmp_path / "a.txt", tmp_path / "b.txt", link=True)
    assert (tmp_path / "b.txt").samefile(tmp_path / "a.txt")
    write_changed(tmp_path / "a.txt", "two")
    assert (tmp_path / "b.txt").read_text() == "one"


def test_a_mirror_is_the_same_and_touches_what_has_changed_only(tmp_path):
    source = write(tmp_path / "source", {"index.html": "home", "_static/a.css": "a", "sub/page.html": "page"})
    target = write(tmp_path / "target", {"old/gone.html": "x", "_static/a.css": "a"})
    before = times(target)
    assert set(mirror(source, target)) == {"index.html", "sub/page.html", "old/gone.html"}
    assert read(target) == read(source)
    assert times(target)["_static/a.css"] == before["_static/a.css"]
    assert not (target / "old").exists()
    assert mirror(source, target) == []


def test_parts_come_before_the_pages_that_name_them(tmp_path):
    source = write(tmp_path / "source", {"a.html": "page", "z.css": "style"})
    assert mirror(source, tmp_path / "target") == ["z.css", "a.html"]


def test_what_is_not_wanted_goes_with_its_empty_folders(tmp_path):
    write(tmp_path, {"keep/a": "", "go/deep/b": ""})
    assert prune(tmp_path, ["keep/a"]) == ["go/deep/b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keep"]


def test_what_was_found_out_is_kept_until_the_file_changes(tmp_path):
    path, asked = tmp_path / "a", []
    path.write_text("one")

    def find(one):
        asked.append(one.name)
        return one.read_text()

    for _ in range(2):
        memory = Remembered(tmp_path / "memory.json")
        assert memory.get(path, find) == "one"
        memory.save()
    assert asked == ["a"]
    path.write_text("other")
    assert Remembered(tmp_path / "memory.json").get(path, find) == "other"


@pytest.mark.parametrize("damaged", ["", "{", "no json"])
def test_a_damaged_memory_is_begun_anew(tmp_path, damaged):
    (tmp_path / "memory.json").write_text(damaged)
    (tmp_path / "a").write_text("one")
    assert Remembered(tmp_path / "memory.json").get(tmp_path / "a", lambda path: path.read_text()) == "one"
