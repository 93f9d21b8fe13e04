"""Check questions files: ``python -m ai2med.items file.items.yml ...``."""

import sys

from .lint import lint_files
from .loader import load_items


def main(paths: list[str]) -> int:
    """Print every problem, or how many items are fine; return the exit status."""
    if not paths:
        print("Name one or more *.items.yml files.")
        return 2
    problems = lint_files(paths)
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problems")
        return 1
    print(f"{sum(len(load_items(path)) for path in paths)} items, no problems")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
