"""What a book of a few pages needs from the real one, so that a test builds in seconds and no test lists its files."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ai2med import paths

FILES = ("_config.yml", "curriculum.yml", "glossary.md")
ONE_UNIT = Path(__file__).parent / "unit/fixtures/exercises/good"
FOLDERS = ("glossary", "law", "references")


def copy_small_book(folder: Path) -> Path:
    """Copy settings, programme, terms, dates and sources of the book into a folder, and return it."""
    for name in FILES:
        shutil.copy(paths.root() / name, folder / name)
    for name in FOLDERS:
        shutil.copytree(paths.root() / name, folder / name)
    share_fetched(folder)
    return folder


@contextmanager
def book_of_one_unit(folder: Path, monkeypatch, settings: str, pages: Mapping[str, str]) -> Iterator[Path]:
    """Give a book of one unit with its exercise, these pages and settings; meanwhile it is the root."""
    shutil.copytree(ONE_UNIT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(paths.root() / "law", folder / "law")
    (folder / "conf.py").write_text(settings, encoding="utf-8")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("AI2MED_ROOT", str(folder))
    paths.root.cache_clear()
    try:
        yield folder
    finally:
        paths.root.cache_clear()


def share_fetched(folder: Path) -> None:
    """Let a book use what was fetched and compiled for the reader's browser: it is the same, and takes minutes."""
    fetched = paths.root() / ".cache"
    fetched.mkdir(exist_ok=True)
    (folder / ".cache").symlink_to(fetched, target_is_directory=True)


def finish(page: Path) -> Path:
    """Let the page of a new unit call itself finished, and return it."""
    text = page.read_text(encoding="utf-8")
    assert "  status: draft\n" in text
    page.write_text(text.replace("  status: draft\n", ""), encoding="utf-8")
    return page
