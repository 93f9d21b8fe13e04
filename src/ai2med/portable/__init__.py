"""Pack the built book into one archive that runs from a USB stick, with Python and nothing else."""

import zipfile
from pathlib import Path

from .. import __version__

__all__ = ["write_zip"]

_HERE = Path(__file__).parent
_EPOCH = (2020, 1, 1, 0, 0, 0)
_PACKED_ALREADY = {".whl", ".zip", ".gz", ".png", ".woff2"}
_LEGAL = ("LICENSE", "LICENSE-CONTENT", "THIRD_PARTY.md")
_FOLDER = "ai2med-book"


def write_zip(root: Path) -> Path:
    """Write ``_build/ai2med-book-<version>.zip``: the built site, a small server, and how to start it.

    Parameters
    ----------
    root : pathlib.Path
        The book, built.

    Returns
    -------
    pathlib.Path
        The archive; the same, byte for byte, for the same site.

    Raises
    ------
    FileNotFoundError
        If the book has not been built.
    """
    html = root / "_build" / "html"
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {html}. Build it with: make book")
    files = {f"book/{path.relative_to(html).as_posix()}": path for path in html.rglob("*") if path.is_file()}
    files |= {name: _HERE / name for name in ("start.py", "README.txt")}
    files |= {name: root / name for name in _LEGAL if (root / name).is_file()}
    target = root / "_build" / f"{_FOLDER}-{__version__}.zip"
    part = target.with_suffix(".part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            for name, path in sorted(files.items()):
                info = zipfile.ZipInfo(f"{_FOLDER}/{name}", _EPOCH)
                info.external_attr = 0o644 << 16
                stored = path.suffix in _PACKED_ALREADY
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
