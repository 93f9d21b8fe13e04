"""Which units the expensive layers look at: the changed ones always, the others in turn, all of them when asked."""

import itertools
import subprocess
from pathlib import Path

import pytest
import sampling
from sampling import BACK, LAYERS, History, chosen, own_files, read_history

from ai2med import paths
from ai2med.curriculum import Unit

PAGE = """# A page

```{code-cell}
from ai2med import IconArray, load
stays = load("admissions")
plot = IconArray()
```
"""


@pytest.fixture
def book(tmp_path):
    """A book of twenty units."""
    units = [Unit(f"2.{1 + k // 10}.{1 + k % 10}", f"Unit {k}", f"mooc2/m{k // 10}", root=tmp_path) for k in range(20)]
    for unit in units:
        for path in (unit.path, unit.exercise_path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("# A page\n", encoding="utf-8")
    units[4].path.write_text(PAGE, encoding="utf-8")
    return units


def git(root, *arguments):
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *settings, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root, name, text="x\n"):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", name)
    return git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ("moocs/mooc2/m0/unit_3.md", 3),
        ("moocs/mooc2/m0/unit_3.items.yml", 3),
        ("moocs/mooc2/m0/unit_3.deck.md", 3),
        ("moocs/mooc2/m0/unit_3/tree.mjs", 3),
        ("exercises/mooc2/m0/unit_3.py", 3),
        ("exercises/mooc2/m1/unit_13.md", 13),
        ("data/datasheets/admissions.yml", 4),
        ("src/ai2med/widgets/icon_array.mjs", 4),
        ("src/ai2med/widgets/icon_array/model.mjs", 4),
        ("explorables/icon_array/words_en.yml", 4),
    ],
)
def test_a_changed_file_belongs_to_the_unit_that_bears_or_names_it(book, tmp_path, changed, number):
    assert [unit for unit in book if own_files(unit, {changed}, tmp_path)] == [book[number]]


@pytest.mark.parametrize(
    "changed", ["README.md", "data/datasheets/costs.yml", "src/ai2med/widgets/plot.mjs", "moocs/mooc2/m0/index.md"]
)
def test_other_files_belong_to_no_unit(book, tmp_path, changed):
    assert [unit.id for unit in book if own_files(unit, {changed}, tmp_path)] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_a_changed_unit_is_always_looked_at_and_others_take_their_turn(book, tmp_path, layer):
    for turn in range(20):
        picked = chosen(layer, book, History(turn, frozenset({"moocs/mooc2/m0/unit_3.md"})), tmp_path)
        assert picked[book[3].id] == "changed"
        assert list(picked.values()).count("turn") == LAYERS[layer].few


def test_following_commits_take_different_units_until_all_had_their_turn(book, tmp_path):
    few = LAYERS["page"].few
    rounds = [set(chosen("page", book, History(turn), tmp_path)) for turn in range(len(book) // few + 1)]
    for earlier, later in itertools.pairwise(rounds[:-1]):
        assert not earlier & later
    assert set().union(*rounds) == {unit.id for unit in book}


def test_eighty_units_all_have_their_turn_within_the_way_back_to_the_base():
    assert all(BACK * layer.few >= 80 for layer in LAYERS.values())


def test_layers_take_different_units_at_a_time(book, tmp_path):
    assert len({tuple(chosen(layer, book, History(0), tmp_path)) for layer in LAYERS}) == len(LAYERS)


def test_a_change_of_what_all_share_lets_more_units_take_their_turn(book, tmp_path):
    sizes = {
        layer: len(chosen(layer, book, History(5, frozenset({"src/ai2med/runtime/pins.json"})), tmp_path))
        for layer in LAYERS
    }
    assert sizes == {"kernel": 3, "page": 8, "notebook": 8, "keyboard": 3}


def test_what_all_units_share_is_there():
    root = paths.root()
    gone = [
        name
        for layer in LAYERS.values()
        for name in layer.shared
        if not any((root / name).parent.glob(f"{Path(name).name}*"))
    ]
    assert gone == []


def test_a_small_book_is_looked_at_as_a_whole(book, tmp_path):
    assert len(chosen("page", book[:2], History(7), tmp_path)) == 2
    assert chosen("page", [], History(7), tmp_path) == {}


def test_the_history_compares_with_the_base_that_is_named(tmp_path):
    git(tmp_path, "init", "--quiet")
    base = commit(tmp_path, "a.md")
    commit(tmp_path, "b.md")
    (tmp_path / "a.md").write_text("not committed", encoding="utf-8")
    (tmp_path / "new file é.md").write_text("not known", encoding="utf-8")
    found = read_history(tmp_path, base)
    assert found.changed == {"a.md", "b.md", "new file é.md"}
    assert found.turn == 2
    assert base[:10] in found.told
    assert read_history(tmp_path, git(tmp_path, "rev-parse", "HEAD")).changed == {"a.md", "new file é.md"}


def test_without_a_base_the_history_goes_back_thirty_commits_or_to_the_first(tmp_path):
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "0.md")
    commit(tmp_path, "1.md")
    assert read_history(tmp_path).changed == {"1.md"}
    # A base that is not here, as the zeros that stand for the base of a new branch, is told.
    missing = read_history(tmp_path, "0" * 40)
    assert missing.changed == {"1.md"}
    assert "is not here" in missing.told
    for number in range(2, 40):
        git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", f"{number}")
    assert read_history(tmp_path).changed == set()
    assert read_history(tmp_path).turn == 40


def test_a_copy_without_history_counts_as_unchanged_and_has_a_turn_of_its_own(tmp_path):
    turns = set()
    for text in ("one", "two"):
        (tmp_path / "moocs").mkdir(exist_ok=True)
        (tmp_path / "moocs" / "a.md").write_text(text, encoding="utf-8")
        found = read_history(tmp_path)
        assert found.changed == frozenset()
        assert "no history" in found.told
        turns.add(found.turn)
    assert len(turns) == 2


def test_a_copy_inside_another_repository_has_no_history_of_its_own(tmp_path):
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "inside/moocs/a.md")
    assert "no history" in read_history(tmp_path / "inside").told


def test_everything_is_looked_at_when_that_is_asked_for(monkeypatch):
    monkeypatch.setenv("AI2MED_ALL", "1")
    sampling.current.cache_clear()
    try:
        assert set(sampling.current().values()) == {None}
        assert "Every layer runs for all" in sampling.summary()[0]
    finally:
        sampling.current.cache_clear()


def test_the_summary_says_what_was_looked_at_and_how_the_rest_is_run(monkeypatch):
    monkeypatch.delenv("AI2MED_ALL", raising=False)
    sampling.current.cache_clear()
    text = "\n".join(sampling.summary())
    assert all(layer.title in text for layer in LAYERS.values())
    assert "make test-all" in text
    assert Path(sampling.__file__).is_file()
    sampling.current.cache_clear()


def test_entries_have_their_turn_with_following_commits_and_all_of_them_where_everything_runs(monkeypatch):
    monkeypatch.setattr(sampling, "everything", lambda: False)
    seen = []
    for turn in range(3):
        monkeypatch.setattr(sampling, "_history", lambda turn=turn: History(turn))
        seen.append(sampling.in_turn("abcde", 2))
    assert seen == [["a", "b"], ["c", "d"], ["e", "a"]]
    assert sampling.in_turn("a", 2) == ["a"]
    assert sampling.in_turn("", 2) == []
    monkeypatch.setattr(sampling, "everything", lambda: True)
    assert sampling.in_turn("abcde", 2) == list("abcde")
