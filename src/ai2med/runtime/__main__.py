"""For maintainers, after a change of pins: ``python -m ai2med.runtime pin <pyodide-lock.json>``."""

import argparse
import json
import sys
from pathlib import Path

from .pins import cut_lock


def main(arguments: list[str] | None = None) -> int:
    """Cut ``official_lock.json`` from the lock of a release."""
    parser = argparse.ArgumentParser(prog="python -m ai2med.runtime", description=__doc__)
    parser.add_argument("command", choices=["pin"])
    parser.add_argument("lock", type=Path, help="pyodide-lock.json of the release, with the core files beside it")
    chosen = parser.parse_args(arguments)
    here = Path(__file__).parent
    try:
        named = json.loads((here / "pins.json").read_text(encoding="utf-8"))
        lock = cut_lock(chosen.lock, [*named["packages"], *named["lite"]], named["pyodide"])
        text = json.dumps(lock, indent=1, sort_keys=True) + "\n"
        (here / "official_lock.json").write_text(text, encoding="utf-8", newline="\n")
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"official_lock.json: {len(lock['packages'])} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
