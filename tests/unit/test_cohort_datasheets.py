"""Every dataset has a datasheet that names exactly what is in it, and a page that is made from it."""

import fnmatch
import re
import subprocess

import pytest
import yaml

from ai2med import load, load_files, paths
from ai2med.cohort import _datasheets, _pages, datasheet_markdown, datasheets, make_data, parameters_markdown
from ai2med.cohort._parameters import PARAMETERS, PLANNING, Parameter
from ai2med.sources import source_keys

SHEETS = datasheets()
TABLES = [name for name, sheet in SHEETS.items() if not sheet.files]
FILES = [name for name, sheet in SHEETS.items() if sheet.files]


@pytest.fixture(scope="module", autouse=True)
def _made():
    make_data(progress=False)


@pytest.mark.parametrize("name", TABLES)
def test_the_datasheet_names_exactly_the_columns(name):
    sheet, table = SHEETS[name], load(name)
    assert [column.name for column in sheet.columns] == list(table.columns)
    assert set(sheet.key) <= set(table.columns)
    assert "synthetic" in sheet.licence


@pytest.mark.parametrize("name", FILES)
def test_the_datasheet_names_every_file(name):
    found = [path.name for path in load_files(name).iterdir()]
    patterns = [member.name for member in SHEETS[name].files]
    assert [file for file in found if not any(fnmatch.fnmatch(file, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not fnmatch.filter(found, pattern)] == []
    assert "synthetic" in SHEETS[name].licence


@pytest.mark.parametrize("name", TABLES)
def test_types_hold(name):
    table = load(name)
    for column in SHEETS[name].columns:
        values = table[column.name].dropna()
        if column.type == "time":
            assert values.dtype.kind == "M", column
        elif column.type == "0/1":
            assert set(values) <= {0, 1}, column
        elif column.type == "integer":
            assert (values == values.round()).all(), column
        elif column.type == "number":
            assert values.dtype.kind in "if", column
        else:
            assert values.map(type).eq(str).all(), column


@pytest.mark.parametrize("name", SHEETS)
def test_every_dataset_has_a_page_with_its_datasheet(name):
    page = _pages.page_markdown(SHEETS[name])
    assert f"```{{datasheet}} {name}\n" in page
    assert ("load_files(" if SHEETS[name].files else "load(") + f'"{name}")' in page
    assert "synthetic data, no real patient" in page
    assert f"{{doc}}`{name} </hospital/{name}>`" in _pages.datasets_markdown()


def test_pages_are_written_once_and_go_with_their_datasheets(tmp_path):
    folder = tmp_path / "data" / "datasheets"
    folder.mkdir(parents=True)
    for name in ("labs", "vitals"):
        (folder / f"{name}.yml").write_text((paths.data() / "datasheets" / f"{name}.yml").read_text("utf-8"), "utf-8")
    (tmp_path / "hospital").mkdir()
    (tmp_path / "hospital" / "index.md").write_text("# By hand\n")
    labs, vitals = _pages.write_pages(tmp_path)
    before = labs.stat().st_mtime_ns
    (folder / "vitals.yml").unlink()
    assert _pages.write_pages(tmp_path) == [labs]
    assert labs.stat().st_mtime_ns == before
    assert not vitals.exists()
    assert (tmp_path / "hospital" / "index.md").read_text() == "# By hand\n"


def test_no_page_of_a_dataset_is_kept_in_the_repository():
    kept = subprocess.run(["git", "ls-files", "hospital"], cwd=paths.root(), capture_output=True, text=True, check=True)
    assert kept.stdout.split() == ["hospital/index.md"]


@pytest.mark.parametrize("name", TABLES)
def test_markdown_lists_every_column_once(name):
    lines = datasheet_markdown(name).splitlines()
    for column in SHEETS[name].columns:
        assert sum(line.startswith(f"| `{column.name}` |") for line in lines) == 1


@pytest.mark.parametrize("name", SHEETS)
def test_every_number_of_a_generator_is_shown_with_its_source(name):
    lines = datasheet_markdown(name).splitlines()
    for parameter in SHEETS[name].parameters:
        (line,) = [line for line in lines if line.startswith(f"| `{parameter.name}` |")]
        assert line.endswith("| *planning* |") or re.search(r"\| (taken|fitted) from \{footcite:p\}`\w+` \|$", line)


def test_parameters_are_listed_with_their_sources():
    text = parameters_markdown()
    assert datasheet_markdown("parameters") == text
    for parameter in PARAMETERS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{parameter.name}` |")]
        key = parameter.source.rpartition(" ")[2]
        assert line.endswith("| *planning* |" if parameter.source == PLANNING else f"`{key}` |")


def test_cited_sources_are_in_the_bibliography():
    index = (paths.root() / "hospital" / "index.md").read_text("utf-8")
    told = index + parameters_markdown() + "".join(map(datasheet_markdown, SHEETS))
    cited = {key for keys in re.findall(r"\{(?:foot)?cite:p\}`([^`]+)`", told) for key in keys.split(",")}
    assert len(cited) >= 3
    assert cited - set(source_keys(paths.root())) == set()


def test_an_unknown_dataset_is_refused():
    with pytest.raises(ValueError, match="there is no dataset 'lab'"):
        datasheet_markdown("lab")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("columns", None, "either 'columns'"),
        ("limits", None, "'limits' is empty"),
        ("title", None, "title"),
        ("colour", "red", "colour"),
        ("example", "plt.plot([1, 2])", "say in 'example_alt'"),
        ("files", [{"name": "a", "meaning": "b"}], "either 'columns'"),
        (
            "parameters",
            [{"name": "a", "value": 1, "unit": "", "meaning": "b", "source": "my head"}],
            "'taken from <key>'",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path, field, value, message):
    source = yaml.safe_load((paths.data() / "datasheets" / "labs.yml").read_text("utf-8"))
    source.pop(field, None)
    if value:
        source[field] = value
    (tmp_path / "data" / "datasheets").mkdir(parents=True)
    (tmp_path / "data" / "datasheets" / "labs.yml").write_text(yaml.safe_dump(source), "utf-8")
    with pytest.raises(ValueError, match=rf"data/datasheets/labs\.yml.*{message}"):
        _datasheets.datasheet("labs", tmp_path)


def test_a_column_needs_a_known_type_and_a_meaning():
    with pytest.raises(ValueError, match="unknown type"):
        _datasheets.Column("a", "float", "", "something")
    with pytest.raises(ValueError, match="no meaning"):
        _datasheets.Column("a", "text", "", "")
    with pytest.raises(ValueError, match="needs a name"):
        Parameter("a", 1.0, "", "", PLANNING)
