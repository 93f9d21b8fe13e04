"""Ten authors each add a unit on a branch of their own, all branches are merged, and no file is in conflict.

The trial makes a repository of the book as it stands and lets git judge. It needs no history, so that it also runs in a
copy that was downloaded without one.
"""

import os
import shutil
import subprocess

import pytest
import yaml
from small_book import finish

from ai2med import paths
from ai2med.contents import toc_text, with_units
from ai2med.curriculum import load_curriculum
from ai2med.glossary import terms
from ai2med.lint import lint_book
from ai2med.scaffold import new_unit
from ai2med.sources import source_keys

ROOT = paths.root()
# Neighbours in one module, modules that nobody has begun, and modules that have finished units.
UNITS = ("1.1.1", "1.1.2", "2.1.1", "2.1.2", "2.3.1", "3.1.1", "3.2.1", "4.3.1", "5.1.1", "5.3.1")
MADE = ("_build", "workbook", ".venv", ".cache", ".git", "__pycache__", "*.csv.gz", "manifest.json", ".*_cache")


class Repository:
    """A copy of the book under git, whose settings are its own."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*MADE))
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("The book")

    def git(self, *words, fails=False):
        settings = {"user.name": "An author", "user.email": "author@example.org", "commit.gpgsign": "false"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *options, *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert fails or done.returncode == 0, f"git {words[0]}: {done.stdout}{done.stderr}"
        return done

    def commit(self, subject):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)

    def branch(self, name, work):
        """Let an author work on a branch that begins where all begin."""
        self.git("checkout", "--quiet", "-b", name, "main")
        work(self.folder)
        self.commit(name)
        self.git("checkout", "--quiet", "main")

    def merge(self, *names):
        """Merge branches one after the other, and return the files in conflict."""
        conflicts = set()
        for name in names:
            if self.git("merge", "--quiet", "--no-edit", name, fails=True).returncode:
                found = self.git("diff", "--name-only", "--diff-filter=U").stdout.split()
                assert found, f"The branch {name} was not merged, and no file is in conflict."
                conflicts |= set(found)
                self.git("merge", "--abort")
        return conflicts


def add_unit(unit_id):
    """Return the work of an author: a unit with a source, a term, a table's datasheet and an explorable."""
    name = f"trial_{unit_id.replace('.', '_')}"

    def write(root, path, text):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    def work(root):
        page = new_unit(unit_id, root)[0]
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("Argue,", f"Argue {{term}}`{name}` {{cite:p}}`{name}`,"), encoding="utf-8")
        entry = f"@article{{{name},\n  author = {{Author, An}},\n  title = {{A trial}},\n  year = {{2026}}\n}}\n"
        write(root, f"references/{unit_id}.bib", entry)
        write(root, f"glossary/{name}.md", f"# {name}\n\nA term of unit {unit_id}.\n")
        datasheet = (root / "data" / "datasheets" / "labs.yml").read_text(encoding="utf-8")
        write(root, f"data/datasheets/{name}.yml", datasheet)
        write(root, f"explorables/{name}/{name}.mjs", f'export default {{ title: "{name}" }};\n')

    return work


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    repository = Repository(tmp_path_factory.mktemp("trial") / "book")
    for unit_id in UNITS:
        repository.branch(f"unit-{unit_id}", add_unit(unit_id))
    assert repository.merge(*(f"unit-{unit_id}" for unit_id in UNITS)) == set()
    return repository


def test_ten_branches_merge_without_a_conflict_and_all_of_each_arrives(merged):
    root = merged.folder
    assert merged.git("status", "--porcelain").stdout == ""
    drafts = [unit.id for unit in load_curriculum(root).units if unit.draft]
    assert drafts == list(UNITS)
    names = {f"trial_{unit_id.replace('.', '_')}" for unit_id in UNITS}
    assert names <= set(source_keys(root))
    assert names <= set(terms(root))
    assert names <= {path.stem for path in (root / "data" / "datasheets").iterdir()}
    assert names <= {path.name for path in (root / "explorables").iterdir()}


def test_the_drafts_of_ten_authors_fail_nobody(merged):
    assert [str(problem) for problem in lint_book(merged.folder)] == []


def test_the_table_of_contents_needs_no_author(merged):
    root = merged.folder
    before = toc_text(root)
    assert (root / "_toc.yml").read_text(encoding="utf-8") == before
    curriculum = load_curriculum(root)
    finish(curriculum.unit("1.1.2").path)
    finish(curriculum.unit("1.1.1").path)
    assert toc_text(root) == before
    units = [curriculum.unit(unit_id).docname for unit_id in ("1.1.1", "1.1.2")]
    text = yaml.safe_dump(with_units(yaml.safe_load(before), curriculum))
    assert 0 < text.index(units[0]) < text.index(units[1])
    merged.git("checkout", "--quiet", "--", ".")


def test_the_trial_names_a_file_that_two_authors_edit(merged):
    def append(what):
        def work(root):
            path = root / "references" / "general.bib"
            path.write_text(path.read_text(encoding="utf-8") + f"\n@misc{{{what},\n  year = {{2026}}\n}}\n", "utf-8")

        return work

    merged.branch("one", append("one2026"))
    merged.branch("two", append("two2026"))
    assert merged.merge("one", "two") == {"references/general.bib"}
