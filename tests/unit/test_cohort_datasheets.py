"""Every table has a datasheet that names exactly its columns, and a page that shows it."""

import re

import pytest
import yaml

from ai2med import paths
from ai2med.cohort import TABLES, _datasheets, _store, datasheet_markdown, parameters_markdown
from ai2med.cohort._parameters import PARAMETERS, PLANNING, Parameter
from ai2med.sources import source_keys


@pytest.fixture(scope="module")
def tables():
    return _store.build(people=400)[1]


@pytest.mark.parametrize("name", TABLES)
def test_the_datasheet_names_exactly_the_columns(tables, name):
    sheet = _datasheets.datasheet(name)
    assert sheet.table == name
    assert [column.name for column in sheet.columns] == list(tables[name].columns)
    assert set(sheet.key) <= set(tables[name].columns)
    assert sheet.defects
    assert sheet.uses
    assert sheet.limits
    assert "synthetic" in sheet.licence


@pytest.mark.parametrize("name", TABLES)
def test_types_hold(tables, name):
    for column in _datasheets.datasheet(name).columns:
        values = tables[name][column.name].dropna()
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


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_page_with_its_datasheet(name):
    page = (paths.root() / "hospital" / f"{name}.md").read_text("utf-8")
    assert f"```{{datasheet}} {name}\n" in page
    assert f'load("{name}").head()' in page
    assert "synthetic data, no real patient" in page
    index = (paths.root() / "hospital" / "index.md").read_text("utf-8")
    assert f"{{doc}}`{name}`" in index


@pytest.mark.parametrize("name", TABLES)
def test_markdown_lists_every_column_once(name):
    lines = datasheet_markdown(name).splitlines()
    for column in _datasheets.datasheet(name).columns:
        assert sum(line.startswith(f"| `{column.name}` |") for line in lines) == 1


def test_parameters_are_listed_with_their_sources():
    text = parameters_markdown()
    assert datasheet_markdown("parameters") == text
    for parameter in PARAMETERS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{parameter.name}` |")]
        assert line.endswith("| *planning* |" if parameter.source == PLANNING else f"`{parameter.source}` |")


def test_cited_sources_are_in_the_bibliography():
    index = (paths.root() / "hospital" / "index.md").read_text("utf-8")
    cited = set(re.findall(r"\{(?:foot)?cite:p\}`([^`]+)`", index + parameters_markdown()))
    assert len(cited) >= 3
    assert cited - set(source_keys(paths.root())) == set()


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match="there is no table 'lab'"):
        datasheet_markdown("lab")


@pytest.mark.parametrize("field", ["columns", "limits", "title"])
def test_an_incomplete_file_is_named(tmp_path, field):
    source = yaml.safe_load((paths.data() / "datasheets" / "labs.yml").read_text("utf-8"))
    del source[field]
    (tmp_path / "data" / "datasheets").mkdir(parents=True)
    (tmp_path / "data" / "datasheets" / "labs.yml").write_text(yaml.safe_dump(source), "utf-8")
    with pytest.raises(ValueError, match=rf"labs\.yml.*{field}"):
        _datasheets.datasheet("labs", tmp_path)


def test_a_column_needs_a_known_type_and_a_meaning():
    with pytest.raises(ValueError, match="unknown type"):
        _datasheets.Column("a", "float", "", "something")
    with pytest.raises(ValueError, match="no meaning"):
        _datasheets.Column("a", "text", "", "")
    with pytest.raises(ValueError, match="needs a name"):
        Parameter("a", 1.0, "", "", PLANNING)
