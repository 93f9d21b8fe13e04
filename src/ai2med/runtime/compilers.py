"""Find an interpreter that writes the bytecode Pyodide reads: a CPython 3.12, else Pyodide itself under Node."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ._errors import RuntimeFetchError

__all__ = ["Compiler", "find"]

_SCRIPT = Path(__file__).with_name("bytecode.py")
_NODE_SCRIPT = Path(__file__).with_name("compile_in_node.mjs")
_WANTED = "3.12"
_ASK = "import importlib.util, sys; print('%d.%d' % sys.version_info[:2], importlib.util.MAGIC_NUMBER.hex())"
_MAGIC = "cb0d0d0a"  # CPython 3.12, all releases


@dataclass(frozen=True)
class Compiler:
    """A program that compiles.

    Parameters
    ----------
    name : str
        For the log, and part of the cache's key.
    command : tuple of str
        Program and first arguments; source, target and the list of archives follow.
    """

    name: str
    command: tuple[str, ...]

    def compile(self, source: Path, target: Path, names: list[str]) -> None:
        """Compile the archives `names` of one folder into another."""
        # A fixed seed: the order of sets of strings must not depend on the process.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        command = [*self.command, str(source), str(target), json.dumps(names)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
            raise RuntimeFetchError(f"{self.name} could not compile the packages: {said[0]}")


@cache
def find() -> Compiler | None:
    """Return a compiler, or None where there is none."""
    for program in _pythons():
        if _says(program) == f"{_WANTED} {_MAGIC}":
            return Compiler(f"CPython {_WANTED}", (*program, "-I", str(_SCRIPT)))
    node = shutil.which("node")
    if node:
        return Compiler("Pyodide in Node", (node, str(_NODE_SCRIPT), str(_SCRIPT)))
    return None


def _pythons():
    yield (sys.executable,)
    for name in ("python3.12", "python3", "python"):
        if found := shutil.which(name):
            yield (found,)
    if found := shutil.which("py"):
        yield (found, "-3.12")
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for found in sorted(versions.glob("3.12.*/bin/python")):
        yield (str(found),)


def _says(program) -> str:
    try:
        done = subprocess.run([*program, "-c", _ASK], check=False, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
