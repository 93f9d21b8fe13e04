"""Pack the built book so that it runs from a USB stick, with Python and nothing else."""

import zipfile
from pathlib import Path

from .. import __version__, server

__all__ = ["write_zip"]

_HERE = Path(__file__).parent
_EPOCH = (2020, 1, 1, 0, 0, 0)
# These are compressed already; trying again costs time and saves nothing.
_PACKED = {".gz", ".png", ".whl", ".zip", ".woff2"}


def write_zip(html: Path, folder: Path) -> Path:
    """Write ``ai2med-book-<version>.zip``: the site, the small server that shows it, and how to start it.

    Parameters
    ----------
    html : path
        The built site.
    folder : path
        Where the file goes.

    Returns
    -------
    pathlib.Path
        The file. The same site gives the same bytes.
    """
    html = Path(html)
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {html}. Build it with: make book")
    top = f"ai2med-book-{__version__}"
    files = {
        "README.txt": _HERE / "stick" / "README.txt",
        "start.py": _HERE / "stick" / "start.py",
        "book_server.py": Path(server.__file__),
    }
    files |= {f"book/{path.relative_to(html).as_posix()}": path for path in html.rglob("*") if path.is_file()}
    target = Path(folder) / f"{top}.zip"
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", _EPOCH)
            packed = files[name].suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            content = files[name].read_bytes()
            if files[name].suffix == ".txt" and "/" not in name:
                content = content.replace(b"\n", b"\r\n")
            archive.writestr(entry, content)
    unfinished.replace(target)
    return target
