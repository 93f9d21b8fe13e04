"""A dataset is its generator and its datasheet: adding, changing or removing one leaves every other file as it is."""

import shutil

import pytest
import yaml

from ai2med import paths
from ai2med.cohort import _hospital, _making, _sources, datasheets, generators, load, load_files, make_data
from ai2med.cohort._generators import Inputs
from ai2med.cohort._store import content_hash, load_key, manifest

OWN = generators()
TRIAL = """
import pandas as pd

READS = ("outcomes",)


def make(inputs):
    lots = inputs.stream().integers(0, int(inputs.value("lots")), len(inputs.table("outcomes")))
    return pd.DataFrame({"admission_id": inputs.table("outcomes")["admission_id"], "lot": lots})


def check(content, truth, inputs):
    assert content["lot"].max() < inputs.value("lots")
"""
SHEET = {
    "title": "Trial",
    "row": "one lot",
    "key": ["admission_id"],
    "columns": [
        {"name": "admission_id", "type": "text", "unit": "", "meaning": "stay"},
        {"name": "lot", "type": "integer", "unit": "", "meaning": "lot"},
    ],
    "parameters": [{"name": "lots", "value": 9, "unit": "lots", "meaning": "how many", "source": "planning"}],
    "made": "Drawn.",
    "defects": ["none"],
    "uses": ["this test"],
    "limits": ["no use"],
    "licence": "synthetic",
    "sha256": "0",
}


@pytest.fixture(scope="module", autouse=True)
def _made():
    make_data(progress=False)


@pytest.mark.parametrize("generator", OWN, ids=lambda one: one.name)
def test_the_books_dataset_is_the_recorded_one_and_holds_what_its_author_checks(generator):
    inputs = generator.inputs(_hospital.SEED)
    content, truth = generator.make(inputs)
    raw = content if isinstance(content, dict) else _making.to_csv(content)
    assert content_hash(raw) == inputs.sheet.sha256, "changed on purpose? python -m ai2med.cohort checksums"
    file = paths.data() / (f"{generator.name}.zip" if isinstance(content, dict) else f"{generator.name}.csv.gz")
    assert file.stat().st_size <= 1_500_000
    generator.module.check(content, truth, inputs)


@pytest.fixture
def book(tmp_path):
    """A small book that has the tables of the core and no others."""
    (tmp_path / "data" / "generators").mkdir(parents=True)
    shutil.copytree(paths.data() / "datasheets", tmp_path / "data" / "datasheets")
    for one in OWN:
        (tmp_path / "data" / "datasheets" / f"{one.name}.yml").unlink()
    make_data(tmp_path, progress=False, people=40)
    return tmp_path


def add(book, name="trial", source=TRIAL, **changed):
    (book / "data" / "generators" / f"{name}.py").write_text(source)
    (book / "data" / "datasheets" / f"{name}.yml").write_text(yaml.safe_dump({**SHEET, **changed}))


def hashes(book):
    listed = manifest(book)
    return {name: entry["sha256"] for kind in ("tables", "files", "truth") for name, entry in listed[kind].items()}


@pytest.fixture
def no_core(book, monkeypatch):
    def build(*_):
        raise AssertionError("the core was made again")

    monkeypatch.setattr(_hospital, "build", build)


@pytest.mark.usefixtures("no_core")
def test_adding_changing_and_removing_one_leaves_the_others(book):
    first = hashes(book)
    times = {file: file.stat().st_mtime_ns for file in (book / "data").glob("*.csv.gz")}
    add(book)
    make_data(book, progress=False, people=40)
    added = hashes(book)
    assert {name: added[name] for name in first} == first
    assert set(added) - set(first) == {"trial"}
    assert set(load("trial", book)["lot"]) <= set(range(9))

    add(book, parameters=[{**SHEET["parameters"][0], "value": 3}])
    make_data(book, progress=False, people=40)
    assert hashes(book)["trial"] != added["trial"]
    add(book, name="second")
    make_data(book, progress=False, people=40)
    # Another name is another stream, though the source is the same.
    assert hashes(book)["second"] not in (added["trial"], hashes(book)["trial"])

    for name in ("trial", "second"):
        (book / "data" / "generators" / f"{name}.py").unlink()
        (book / "data" / "datasheets" / f"{name}.yml").unlink()
    make_data(book, progress=False, people=40)
    assert hashes(book) == first
    assert not (book / "data" / "trial.csv.gz").exists()
    assert {file: file.stat().st_mtime_ns for file in (book / "data").glob("*.csv.gz")} == times


@pytest.mark.usefixtures("no_core")
def test_prose_of_a_datasheet_makes_nothing_again_and_a_source_does(book, capsys):
    add(book)
    make_data(book, progress=False, people=40)
    add(book, made="Drawn from a stream.")
    make_data(book, people=40)
    assert "up to date" in capsys.readouterr().out
    add(book, source=TRIAL.replace('"lot": lots', '"lot": lots // 2'))
    make_data(book, people=40)
    assert capsys.readouterr().out.split()[0] == "trial"


@pytest.mark.usefixtures("no_core")
def test_what_a_dataset_is_made_from_decides_whether_it_is_made_again(book, capsys):
    add(book)
    follows = TRIAL.replace('"outcomes"', '"trial"')
    add(book, name="follower", source=follows)
    make_data(book, progress=False, people=40)
    add(book, parameters=[{**SHEET["parameters"][0], "value": 2}])
    make_data(book, people=40)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["trial", "follower"]


def test_files_and_truth_are_written_and_go_together(book):
    source = "READS = ()\n\ndef check(*_): ...\n\n\ndef make(inputs):\n    import pandas as pd\n\n"
    source += '    return {"a.txt": b"one", "b/c.txt": b"two"}, pd.DataFrame({"code": ["007"]})\n'
    sheet = {key: value for key, value in SHEET.items() if key not in ("key", "columns", "parameters")}
    (book / "data" / "generators" / "letters.py").write_text(source)
    sheet |= {"files": [{"name": "*", "meaning": "text"}], "example": 'load_files("letters")', "truth": "the code."}
    (book / "data" / "datasheets" / "letters.yml").write_text(yaml.safe_dump(sheet))
    made = make_data(book, progress=False, people=40)
    assert made["files"]["letters"]["files"] == 2
    assert (load_files("letters", book) / "b" / "c.txt").read_bytes() == b"two"
    assert load_key("letters", book)["code"].tolist() == ["007"]
    (book / "data" / "generators" / "letters.py").unlink()
    (book / "data" / "datasheets" / "letters.yml").unlink()
    make_data(book, progress=False, people=40)
    assert not (book / "data" / "letters.zip").exists()
    assert not (book / "data" / "truth" / "letters.csv.gz").exists()


@pytest.mark.parametrize(
    ("source", "changed", "message"),
    [
        (TRIAL, {"sheet": False}, r"generators/trial\.py has no datasheet"),
        (TRIAL.replace("def check", "def control"), {}, r"trial\.py has no function `check`"),
        (TRIAL.replace('READS = ("outcomes",)', 'READS = ("labour",)'), {}, "READS names 'labour'"),
        (TRIAL.replace('READS = ("outcomes",)', 'READS = ("trial",)'), {}, "in a circle"),
        (TRIAL.replace('READS = ("outcomes",)', "READS = ()"), {}, "'outcomes' is read and not named in READS"),
        (TRIAL.replace('value("lots")', 'value("plots")'), {}, r"trial\.yml: there is no parameter 'plots'"),
        (TRIAL.replace("return pd", "return {'a': b'1'} or pd"), {}, "`make` gives a dict"),
        (TRIAL, {"truth": "something."}, "say in 'truth'"),
    ],
)
def test_an_authors_mistake_is_named_with_its_file(book, source, changed, message):
    add(book, source=source, **{key: value for key, value in changed.items() if key != "sheet"})
    if changed.get("sheet") is False:
        (book / "data" / "datasheets" / "trial.yml").unlink()
    with pytest.raises(ValueError, match=message):
        make_data(book, progress=False, people=40)


def test_a_datasheet_that_nothing_makes_is_named(book):
    add(book)
    (book / "data" / "generators" / "trial.py").unlink()
    with pytest.raises(ValueError, match=r"datasheets/trial\.yml: nothing makes it"):
        make_data(book, progress=False, people=40)


def test_the_core_does_not_depend_on_how_tables_are_read_or_written():
    used = {file.name for file in _sources.used_modules(paths.root() / "src/ai2med/cohort/_hospital.py")}
    assert {"_labs.py", "_defects.py", "_vendor.py", "scores.py"} <= used
    assert not used & {"_store.py", "_making.py", "_pages.py", "_stream.py", "truth.py", "__init__.py"}


def test_streams_of_one_dataset_differ_by_part_and_from_those_of_others():
    one, other = (Inputs(sheet, 1, ()) for sheet in [*datasheets().values()][:2])
    drawn = [one.stream("a").random(), one.stream("b").random(), other.stream("a").random(), one.stream("a").random()]
    assert drawn[0] == drawn[3]
    assert len(set(drawn)) == 3


def test_recorded_hashes_are_written_into_the_datasheets(book):
    add(book)
    make_data(book, progress=False, people=40)
    changed = _making.record_checksums(book)
    assert book / "data" / "datasheets" / "trial.yml" in changed
    assert _making.record_checksums(book) == []
    recorded = yaml.safe_load((book / "data" / "datasheets" / "trial.yml").read_text())
    assert recorded == {**SHEET, "sha256": hashes(book)["trial"]}
