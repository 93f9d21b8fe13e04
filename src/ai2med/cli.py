"""The book's commands. Each one does its own preparation and says in plain words what it does and what went wrong."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from . import paths
from .problems import ContentError


def _data(arguments):
    from .cohort import make_data

    make_data(paths.root(), progress=True, force=arguments.force)
    return 0


def _cohort(arguments):
    from .cohort import write_parquet

    write_parquet(arguments.patients, arguments.out, seed=arguments.seed, progress=True)
    return 0


def _book(arguments):
    from .building import build

    return build(strict=not arguments.lenient)


def _serve(arguments):
    from .building import build
    from .server import serve

    code = build()
    return code or serve(paths.root() / "_build" / "html", arguments.port)


def _zip(_arguments):
    from .building import build
    from .offline import write_zip

    code = build()
    if code:
        return code
    folder = paths.root() / "_build"
    path = write_zip(folder / "html", folder)
    print(f"written: {path} ({path.stat().st_size / 1e6:.0f} MB)")
    return 0


def _workbook(_arguments):
    from .exercises.workbook import write_workbook

    _prepare_data()
    print(write_workbook())
    return 0


def _lab(arguments):
    _workbook(arguments)
    folder = paths.root() / "workbook"
    print("JupyterLab opens on workbook/. End it with Ctrl+C.")
    return subprocess.run([sys.executable, "-m", "jupyterlab", "--notebook-dir", str(folder)], check=False).returncode


def _prepare_data():
    from .cohort import make_data

    make_data(paths.root(), progress=True)


def _lint(arguments):
    from .lint import lint_book

    problems = lint_book(paths.root(), [Path(name) for name in arguments.files])
    for problem in problems:
        print(problem)
    failed = bool(problems)
    if arguments.code:
        failed |= subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=paths.root(), check=False).returncode
        style = [sys.executable, "-m", "ruff", "format", "--check", "."]
        failed |= subprocess.run(style, cwd=paths.root(), check=False).returncode
    if not problems:
        print("Content: no problems.")
    return int(failed)


def _new_unit(arguments):
    from .scaffold import new_unit

    for path in new_unit(arguments.unit):
        print(f"written: {path}")
    return 0


def _toc(_arguments):
    from .building import write_toc

    print(f"written: {write_toc(paths.root())}")
    return 0


def _pytest(arguments):
    """Return the command that runs the tests, and what it adds to the environment."""
    # Two at a time, or four: a browser needs a core, and memory. In which groups: tests/scheduling.py.
    command = [sys.executable, "-m", "pytest", "-n", str(min(4, os.cpu_count() or 1)), "--durations", "10"]
    command += [part for unit in arguments.unit for part in ("--unit", unit)]
    command += ["--shard", arguments.shard] if arguments.shard else []
    command += arguments.pytest[1:] if arguments.pytest[:1] == ["--"] else arguments.pytest
    return command, {"AI2MED_ALL": "1"} if arguments.all else {}


def _test(arguments):
    from .building import build
    from .chromium import find_or_install

    find_or_install()
    code = build()
    if code:
        return code
    command, added = _pytest(arguments)
    return subprocess.run(command, cwd=paths.root(), env={**os.environ, **added}, check=False).returncode


def _bench(_arguments):
    from .bench import run

    return run()


def _parser():
    parser = argparse.ArgumentParser(
        prog="ai2med", description="The commands of AI2MED, the open book on AI in medical care."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    def add(name, function, text):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(function=function)
        return command

    add("serve", _serve, "build the book and show it").add_argument("--port", type=int, default=8000)
    book = add("book", _book, "build the book into _build/html; a warning is an error")
    book.add_argument("--lenient", action="store_true", help="for authors: show warnings, do not fail")
    add("zip", _zip, "pack the built book for a USB stick; it starts there with: python start.py")
    data = add("data", _data, "make the synthetic hospital's tables")
    data.add_argument("--force", action="store_true", help="make them again even if they are current")
    cohort = add("cohort", _cohort, "write a synthetic hospital of any size as Parquet")
    cohort.add_argument("--patients", type=int, required=True, help="for example 1_000_000")
    cohort.add_argument("--out", type=Path, required=True, help="a new or empty folder")
    cohort.add_argument("--seed", type=int, default=2026)
    add("workbook", _workbook, "write the learner's notebooks into workbook/; edited ones are kept")
    add("lab", _lab, "open JupyterLab on workbook/")
    lint = add("lint", _lint, "check the content against the frame")
    lint.add_argument("files", nargs="*", help="only these; by default all")
    lint.add_argument("--code", action="store_true", help="code style as well")
    add("new-unit", _new_unit, "write the first version of a unit's files").add_argument(
        "unit", help="for example 2.1.1"
    )
    add("toc", _toc, "write _toc.yml from the units that are finished")
    test = add("test", _test, "the tests, the browser's included; the expensive ones for some units in turn")
    test.add_argument("--all", action="store_true", help="every test for every unit")
    test.add_argument("--shard", metavar="2/4", help="only the second of four parts, for machines that share the work")
    test.add_argument("--unit", action="append", default=[], metavar="2.2.4", help="only what is about this unit")
    test.add_argument("pytest", nargs=argparse.REMAINDER, help="options of pytest, after --")
    add("bench", _bench, "measure build times, page weights, cohort throughput")
    return parser


def main(arguments=None):
    """Run one command; return its exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.function(chosen)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    except (FileNotFoundError, FileExistsError, ValueError, KeyError) as error:
        print(error.args[0] if error.args else error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        if error.errno == 28:
            print("The disk is full. Free some space and call the same command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded.")
        return 130
