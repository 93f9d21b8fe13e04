"""For maintainers: ``python -m ai2med.runtime fetch <folder>`` and ``... pin <pyodide-lock.json>``."""

import argparse
import json
import sys
from pathlib import Path

from ._errors import RuntimeFetchError
from .fetch import fetch_runtime
from .pins import cut_lock


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(prog="python -m ai2med.runtime", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="make the folder that a site serves as _static/pyodide")
    fetch.add_argument("folder", type=Path)
    pin = commands.add_parser("pin", help="cut official_lock.json from the lock of the release, after a change of pins")
    pin.add_argument("lock", type=Path, help="pyodide-lock.json of the release, with the core files beside it")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "fetch":
            made = fetch_runtime(chosen.folder)
            print(f"{made.folder}: {len(made.files)} files, {made.bytes / 1e6:.1f} MB.")
            return 0
        here = Path(__file__).parent
        named = json.loads((here / "pins.json").read_text(encoding="utf-8"))
        lock = cut_lock(chosen.lock, [*named["packages"], *named["lite"]], named["pyodide"])
        text = json.dumps(lock, indent=1, sort_keys=True) + "\n"
        (here / "official_lock.json").write_text(text, encoding="utf-8", newline="\n")
        print(f"official_lock.json: {len(lock['packages'])} packages.")
    except (RuntimeFetchError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
