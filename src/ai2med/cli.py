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
    if not arguments.no_watch:
        from .watching import serve_and_watch

        return serve_and_watch(arguments.port)
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
    from .lint import UnknownTarget, lint_report, rules_text

    if arguments.rules:
        print(rules_text())
        return 0
    try:
        report = lint_report(paths.root(), arguments.files)
    except UnknownTarget as error:
        print(error, file=sys.stderr)
        return 2
    here = f"{paths.root()}{os.sep}"
    if arguments.gaps or arguments.files:
        for gap in report.notes:
            print(f"known gap: {gap}".replace(here, ""))
    for problem in report.problems:
        print(str(problem).replace(here, ""))
    failed = bool(report.problems)
    if arguments.code:
        failed |= subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=paths.root(), check=False).returncode
        style = [sys.executable, "-m", "ruff", "format", "--check", "."]
        failed |= subprocess.run(style, cwd=paths.root(), check=False).returncode
    if not report.problems:
        known = f"; {len(report.notes)} known gaps (--gaps lists them)" if report.notes else ""
        print(f"Content: no problems{known}.")
    return int(failed)


def _unit(arguments):
    from .unit_check import check_unit

    _prepare_data()
    return check_unit(arguments.unit, paths.root(), browser=not arguments.no_browser)


def _new_unit(arguments):
    from .scaffold import new_unit, next_steps

    for path in new_unit(arguments.unit):
        print(f"written: {path.relative_to(paths.root())}")
    print(f"\nNext:\n{next_steps(arguments.unit)}")
    return 0


def _toc(_arguments):
    from .contents import write_toc

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
    from .chromium import find_or_install, install_firefox

    find_or_install()
    if arguments.all:
        install_firefox()
    code = build()
    if code:
        return code
    command, added = _pytest(arguments)
    return subprocess.run(command, cwd=paths.root(), env={**os.environ, **added}, check=False).returncode


def _bench(arguments):
    if arguments.grow:
        from . import bench_grow

        return bench_grow.run(arguments.units or bench_grow.SIZES, arguments.ci, arguments.folder)
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

    serve = add("serve", _serve, "build the book, show it, and show each saved change at once")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-watch", action="store_true", help="only show it: what is saved later is not built")
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
    lint.add_argument("files", nargs="*", help="only these units (2.1.2), files or folders; by default all")
    lint.add_argument("--gaps", action="store_true", help="list what pages say is still open, too")
    lint.add_argument("--rules", action="store_true", help="list every rule, with what to do about a breach")
    lint.add_argument("--code", action="store_true", help="code style as well")
    add("new-unit", _new_unit, "write the first version of a unit's files").add_argument(
        "unit", help="for example 2.1.1"
    )
    add("toc", _toc, "write _toc.yml after a change of the programme; a new unit needs none")
    unit = add("unit", _unit, "everything about one unit: rules, cells, exercise, pages built and visited")
    unit.add_argument("unit", help="for example 2.1.1")
    unit.add_argument("--no-browser", action="store_true", help="leave out the visit in Chromium")
    test = add("test", _test, "the tests, the browser's included; the expensive ones for some units in turn")
    test.add_argument("--all", action="store_true", help="every test for every unit")
    test.add_argument("--shard", metavar="2/4", help="only the second of four parts, for machines that share the work")
    test.add_argument("--unit", action="append", default=[], metavar="2.2.4", help="only what is about this unit")
    test.add_argument("pytest", nargs=argparse.REMAINDER, help="options of pytest, after --")
    bench = add("bench", _bench, "measure build times, page weights, cohort throughput")
    bench.add_argument("--grow", action="store_true", help="measure copies of the book filled with stand-in units")
    bench.add_argument("--units", type=int, nargs="+", help="with --grow: how many units, by default 8 24 80")
    bench.add_argument("--ci", action="store_true", help="with --grow: run all tests as well")
    bench.add_argument("--folder", type=Path, help="with --grow: where the copies are made, and stay")
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
