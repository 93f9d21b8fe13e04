"""A book of one unit: its page and its exercise, built strictly with the settings, sources and terms of the real one.

Links to other pages lead to pages that hold only their title, so that they are checked and cost nothing.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

from ..building import JUPYTER_BOOK, environment
from ..curriculum import Unit, load_curriculum
from ..pages import read_page
from ..problems import Problem

__all__ = ["SmallBook"]

# What the small book has of its own; all other files and folders are those of the real one.
_OWN = {"moocs", "exercises", "hospital", "index.md", "_toc.yml", "_build", "src", "tests", "docs", "workbook"}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"^(?P<file>.+?):(?:(?P<line>\d+):)? (?:WARNING|ERROR|CRITICAL): (?P<message>.+)$")
_NO_PLACE = re.compile(r"^(?:WARNING|ERROR|CRITICAL): (?P<message>.+)$")
_DOC = re.compile(r"\{doc\}`(?:[^`<]*<)?([^`<>]+)>?`")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+\.(?:md|html))")
_SECONDS = 300


class SmallBook:
    """The folder of the small book below ``_build/unit/<id>``.

    Parameters
    ----------
    unit : Unit
        The unit.
    root : pathlib.Path
        The real book.
    folder : pathlib.Path
        Where it may write.
    """

    def __init__(self, unit: Unit, root: Path, folder: Path):
        self.unit, self.root = unit, root
        self.folder = folder / "book"
        self.cache = self.folder / "_build" / ".jupyter_cache"
        self.html = self.folder / "_build" / "html"
        self._pages: list[str] = []

    @property
    def stands(self) -> bool:
        """Whether the unit's page has been built."""
        return (self.html / f"{self.unit.docname}.html").is_file()

    def build(self) -> list[Problem]:
        """Write the sources and build them; return each warning as a problem of the file to blame."""
        self._write()
        command = [*JUPYTER_BOOK, "build", str(self.folder), "--keep-going", "-W"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(self.folder),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        problems = [found for line in done.stderr.splitlines() if (found := self._problem(_COLOURS.sub("", line)))]
        if done.returncode and not problems:
            said = " ".join(done.stderr.strip().splitlines()[-3:]) or "The build gave no reason."
            problems.append(Problem(self.unit.path, 1, "build", said, "Mend what it names."))
        return problems

    def _problem(self, line: str) -> Problem | None:
        found = _WARNING.match(line)
        if found:
            file = self._original(found["file"])
            return Problem(file, int(found["line"] or 1), "build", found["message"], "Mend the line.")
        found = _NO_PLACE.match(line)
        return Problem(self.unit.path, 1, "build", found["message"], "Mend what it names.") if found else None

    def _original(self, name: str) -> Path:
        """Return the file of the real book that a file of the small one is a copy of."""
        path = Path(name)
        if path.is_absolute() and path.is_relative_to(self.folder):
            return self.root / path.relative_to(self.folder)
        return path

    def _write(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        for entry in self.root.iterdir():
            if entry.name not in _OWN and (not entry.name.startswith(".") or entry.name == ".cache"):
                _share(entry, self.folder / entry.name)
        wanted = set()
        files = [self.unit.path, self.unit.items_path, self.unit.exercise_path]
        files += [self.unit.exercise_path.with_suffix(".py"), self.unit.path.with_suffix(".deck.md")]
        for path in files:
            if path.is_file():
                name = path.relative_to(self.root)
                wanted.add(name)
                _write_changed(self.folder / name, path.read_text(encoding="utf-8"))
        own = [self.unit.docname]
        own += [self.unit.exercise_docname] if self.unit.exercise_path.is_file() else []
        stubs = self._linked(files) - set(own)
        for docname in stubs:
            name = Path(f"{docname}.md")
            wanted.add(name)
            _write_changed(self.folder / name, self._stub(docname))
        self._drop(wanted)
        whole = [name for name in ("glossary", "bibliography") if (self.root / f"{name}.md").is_file()]
        chapters = [{"file": docname} for docname in [*own, *whole, *sorted(stubs - {"index"} - set(whole))]]
        toc = {"format": "jb-book", "root": "index", "chapters": chapters}
        _write_changed(self.folder / "_toc.yml", yaml.safe_dump(toc, sort_keys=False))

    def _linked(self, files: list[Path]) -> set[str]:
        """Return the pages to which the unit links, and those that navigation names."""
        curriculum = load_curriculum(self.root)
        # The small book shows all terms, and what they link to.
        terms = [self.root / "glossary.md", *sorted((self.root / "glossary").glob("*.md"))]
        found = {"index", curriculum.mooc_of(self.unit).docname, curriculum.module_of(self.unit).docname}
        for path in [*files, *terms]:
            if path.suffix != ".md" or not path.is_file():
                continue
            place = path.parent.relative_to(self.root).as_posix()
            for line in read_page(path).markdown:
                for target in [*_DOC.findall(line.text), *_LINK.findall(line.text)]:
                    target = re.sub(r"\.(md|html)$", "", target.strip())
                    docname = target[1:] if target.startswith("/") else os.path.normpath(f"{place}/{target}")
                    if (self.root / f"{docname}.md").is_file():
                        found.add(Path(docname).as_posix())
        # An exercise's strip reads the front matter of its unit.
        units = [curriculum.by_docname(docname) for docname in found]
        found |= {unit.docname for unit in units if unit is not None}
        # Pages at the top are those of the real book; only the first page would pull in everything.
        return {docname for docname in found if "/" in docname or docname == "index"}

    def _stub(self, docname: str) -> str:
        """Return a page that holds the front matter and the title only: the header strip of a unit reads the former."""
        path = self.root / f"{docname}.md"
        if not path.is_file():
            return f"# {docname}\n"
        page = read_page(path)
        head, closed, _ = page.text.partition("\n---\n")
        front = head + closed if page.text.startswith("---\n") and docname != "index" else ""
        return f"{front}# {page.title[1] or docname}\n"

    def _drop(self, wanted: set[Path]):
        """Remove pages of an earlier call that nothing links to any more."""
        for top in ("moocs", "exercises", "hospital"):
            for path in (self.folder / top).rglob("*"):
                if path.is_file() and path.relative_to(self.folder) not in wanted and "__pycache__" not in path.parts:
                    path.unlink()


def _share(entry: Path, target: Path):
    """Let the small book see a file or folder of the real one; where links are not allowed, a copy."""
    if target.is_symlink():
        return
    try:
        target.symlink_to(entry.resolve(), target_is_directory=entry.is_dir())
    except OSError:
        if entry.is_dir():
            shutil.copytree(entry, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(entry, target)


def _write_changed(path: Path, text: str):
    """Write a file only if it differs, so that Sphinx reads again only what has changed."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
