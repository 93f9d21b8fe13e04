"""Where the pinned extra wheels come from: the Python package index, asked with pip.

``extra_wheels.json`` names them one by one. Each is pure Python, or has a part in pure Python that serves where the
compiled part does not fit (MarkupSafe). jsonschema stays at 4.17.3, the last one that needs no compiled code.
"""

import shutil
from collections import defaultdict
from pathlib import Path

from .pins import Pins
from .sources import NotThere, _copy, pip_download

__all__ = ["Index"]


class Index:
    """The package index of the reader's pip; all extra wheels are asked for at once, when the first is wanted."""

    name = "the Python package index"

    def __init__(self, pins: Pins, cache: Path):
        self._wanted = pins.extras
        self._folder = cache / "index"
        self._asked = False
        self._reasons: dict[str, str] = {}

    def deliver(self, name: str, path: Path) -> None:
        """Write the wheel `name` to `path`.

        Raises
        ------
        NotThere
            If pip could not fetch it, or fetched a file of another name.
        RuntimeFetchError
            If `path` cannot be written.
        """
        if not self._asked:
            self._fetch()
            self._asked = True
        wheel = self._folder / name
        if not wheel.is_file():
            raise NotThere(self._reasons.get(name) or f"{self.name} has no {name}")
        with wheel.open("rb") as stream:
            _copy(stream, path, wheel.stat().st_size)

    def _fetch(self) -> None:
        # What an earlier run left might be a file that was refused; pip would keep it.
        self.forget()
        kinds = defaultdict(list)
        for name in self._wanted:
            kinds[name.removesuffix(".whl").split("-", 2)[2]].append(name)
        for tags, names in kinds.items():
            # Wheels of one kind in one call. The kind is the wheel's, not this machine's: the file is for the browser.
            _, abi, platforms = tags.split("-")
            options = ["--only-binary=:all:", "--python-version=3.12", f"--abi={abi}"]
            options += ["--implementation=cp" if abi.startswith("cp") else "--implementation=py"]
            options += [f"--platform={platform}" for platform in platforms.split(".")]
            try:
                pip_download([self._wanted[name] for name in names], self._folder, options)
            except NotThere as reason:
                self._reasons |= dict.fromkeys(names, str(reason))

    def forget(self) -> None:
        """Remove what pip fetched: everything needed has been copied."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._asked = False
