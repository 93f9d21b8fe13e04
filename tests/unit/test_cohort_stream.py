"""A hospital of any size is written in independent parts, each of which anybody can write alone."""

import pandas as pd
import pytest

from ai2med.cohort import _hospital, _stream, write_parquet

CHUNK = 120
TABLES = tuple(_hospital.build(people=5)[1])


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("hospital")
    return out, write_parquet(300, out, seed=5, chunk=CHUNK, progress=False)


def read(out, table, part):
    return pd.read_parquet(out / table / f"part-{part:05d}.parquet")


def test_every_table_is_written_in_every_part(written):
    out, report = written
    assert (report.patients, report.partitions) == (300, 3)
    for name in TABLES:
        parts = sorted(file.name for file in (out / name).iterdir())
        assert len(parts) == (1 if name in _stream.ONCE else 3)
    assert report.rows == sum(len(pd.read_parquet(out / name)) for name in TABLES)
    assert report.patients_per_second > 0
    assert (out / "report.json").is_file()


def test_the_last_part_holds_the_rest(written):
    people = read(written[0], "patients", 2)["patient_id"]
    assert people.str.startswith("P").sum() == 60


def test_ids_never_meet_across_parts(written):
    for name, key in [
        ("patients", "patient_id"),
        ("outcomes", "admission_id"),
        ("landmarks", "landmark_id"),
        ("alerts", "alert_id"),
    ]:
        assert not pd.read_parquet(written[0] / name)[key].duplicated().any()


def test_a_part_written_alone_is_the_same(written, tmp_path):
    _stream.write_partition(1, tmp_path, CHUNK, seed=5, chunk=CHUNK)
    for name in TABLES:
        if name not in _stream.ONCE:
            pd.testing.assert_frame_equal(read(tmp_path, name, 1), read(written[0], name, 1))


def test_parts_differ_from_each_other(written):
    first, second = (read(written[0], "patients", part).drop(columns="patient_id").head(100) for part in (0, 1))
    assert not first.equals(second)


def test_the_first_part_is_the_cohort_of_that_size(written):
    _, tables, _ = _hospital.build(seed=5, people=CHUNK)
    for name in TABLES:
        pd.testing.assert_frame_equal(read(written[0], name, 0), tables[name], check_dtype=False)


def test_progress_goes_to_the_error_stream(tmp_path, capsys):
    write_parquet(30, tmp_path, chunk=20)
    said = capsys.readouterr()
    assert said.out == ""
    assert "30 patients" in said.err
    assert said.err.endswith("\n")


@pytest.mark.parametrize(("patients", "chunk"), [(0, 10), (10, 0), (-1, 10)])
def test_impossible_sizes_are_refused(tmp_path, patients, chunk):
    with pytest.raises(ValueError, match="at least 1"):
        write_parquet(patients, tmp_path, chunk=chunk)


def test_a_missing_pyarrow_names_the_mend(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install -r requirements\.txt"):
        write_parquet(10, tmp_path, progress=False)


def test_a_hospital_of_one_person_can_be_written(tmp_path):
    report = write_parquet(1, tmp_path, progress=False)
    assert report.partitions == 1
