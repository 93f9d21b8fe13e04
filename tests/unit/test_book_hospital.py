"""The book makes a page of every dataset from its datasheet, a list of all, and links to what can be edited."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from small_book import share_fetched

from ai2med import paths
from ai2med.cohort import make_data
from ai2med.cohort._store import manifest

SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_math_renderer = "mathml"
nb_execution_mode = "off"
exclude_patterns = [".cache"]
suppress_warnings = ["myst-nb.lexer"]
html_theme_options = {"launch_buttons": {}, "repository_url": "https://example.org/fork"}
"""
PAGES = ("access_log", "admissions", "chest_films", "fhir_patients")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    make_data(progress=False)
    folder = tmp_path_factory.mktemp("book")
    (folder / "data" / "datasheets").mkdir(parents=True)
    for name in PAGES:
        shutil.copy(paths.data() / "datasheets" / f"{name}.yml", folder / "data" / "datasheets")
    shutil.copy(paths.data() / "manifest.json", folder / "data")
    for name in manifest()["truth"]:
        (folder / "data" / "truth").mkdir(exist_ok=True)
        shutil.copy(paths.data() / "truth" / f"{name}.csv.gz", folder / "data" / "truth")
    for kind in ("*.csv.gz", "*.zip"):
        for path in paths.data().glob(kind):
            shutil.copy(path, folder / "data")
    shutil.copy(paths.root() / "curriculum.yml", folder)
    share_fetched(folder)
    (folder / "conf.py").write_text(SETTINGS)
    (folder / "index.md").write_text("# Home\n\n```{toctree}\nhospital/index\n```\n")
    (folder / "hospital").mkdir()
    index = "# Hospital\n\n```{datasets}\n```\n\n```{toctree}\n:glob:\n*\n```\n"
    (folder / "hospital" / "index.md").write_text(index)
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def build(folder):
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(folder)]
    environment = {**os.environ, "AI2MED_ROOT": str(folder)}
    return subprocess.run(
        [*command, str(folder / "out")], capture_output=True, text=True, env=environment, check=False, timeout=300
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_dataset_has_a_page_at_its_address(built, name):
    page = (built / "hospital" / f"{name}.html").read_text("utf-8")
    assert "synthetic data, no real patient" in page
    assert "<h2>Planted faults" in page
    assert f"https://example.org/fork/edit/main/data/datasheets/{name}.yml" in page


def test_the_list_names_every_dataset_with_its_size(built):
    page = (built / "hospital" / "index.html").read_text("utf-8")
    listed = manifest()
    for name in PAGES:
        entry = listed["tables"].get(name) or listed["files"][name]
        row = re.search(rf'<tr[^>]*>(?:(?!</tr>).)*href="{name}\.html"(?:(?!</tr>).)*</tr>', page, re.S)[0]
        assert f"{entry.get('rows', entry.get('files')):,}" in row


def test_the_site_offers_what_was_made_and_nothing_else(built):
    made = paths.data()
    offered = {path.relative_to(built / "_static" / "data") for path in (built / "_static" / "data").rglob("*.*")}
    listed = manifest()
    assert len(offered) == 1 + sum(len(listed[kind]) for kind in ("tables", "files", "truth"))
    for path in offered:
        assert (built / "_static" / "data" / path).read_bytes() == (made / path).read_bytes()


def test_an_unknown_dataset_is_told_with_file_and_line(built):
    page = built.parent / "hospital" / "index.md"
    before = page.read_text()
    try:
        page.write_text(before + "\n```{datasheet} lab\n```\n")
        done = build(built.parent)
    finally:
        page.write_text(before)
    assert done.returncode
    assert "there is no dataset 'lab'" in done.stderr
    assert "index.md:11" in done.stderr
    assert "Traceback" not in done.stderr
