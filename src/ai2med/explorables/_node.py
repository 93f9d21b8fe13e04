"""Ask explorables in the Node.js of the environment, and keep the answers by content."""

import hashlib
import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from .. import paths

HERE = Path(__file__).parent

SECONDS = 60
"""A model that has not answered by then never will."""


class ExplorableError(Exception):
    """An explorable's declaration cannot be used. The message names file and fault."""


def fingerprint(folder: Path) -> str:
    """Return a hash of an explorable's own modules and of the kit."""
    digest = hashlib.sha256()
    for path in [*sorted(HERE.rglob("*.mjs")), *sorted(folder.glob("*.mjs"))]:
        if not path.name.endswith(".test.mjs"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def ask(requests: list[dict]) -> list:
    """Return the answers of explorables to requests, each `{ask, file, ...}` as ``in_node.mjs`` describes.

    Raises
    ------
    ExplorableError
        If a declaration fails, or does not answer in time.
    """
    kept = [_kept(request) for request in requests]
    missing = [i for i, path in enumerate(kept) if not path.is_file()]
    for i, value in zip(missing, _run([requests[i] for i in missing]), strict=True):
        kept[i].parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved: several builds may ask the same at once.
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=kept[i].parent, delete=False) as beside:
            json.dump(value, beside)
        Path(beside.name).replace(kept[i])
    return [json.loads(path.read_text(encoding="utf-8")) for path in kept]


def run_cases(files: list[Path]) -> dict[Path, dict]:
    """Return what files of cases give.

    Returns
    -------
    dict
        For each file its ``sample`` (data and first state for checks in a browser) and its ``results``: the name of
        each case and what went wrong with it, None if nothing.
    """
    answers = _run([{"ask": "cases", "file": str(path)} for path in files])
    return dict(zip(files, answers, strict=True))


def _kept(request: dict) -> Path:
    content = fingerprint(Path(request["file"]).parent)
    name = hashlib.sha256(f"{content}\0{json.dumps(request, sort_keys=True)}".encode()).hexdigest()[:32]
    return paths.root() / ".cache" / "explorables" / f"{name}.json"


@cache
def _program() -> str:
    from ..runtime.node import program

    return str(program())


def _run(requests: list[dict]) -> list:
    if not requests:
        return []
    try:
        done = subprocess.run(
            [_program(), HERE / "in_node.mjs"],
            check=False,
            input=json.dumps(requests),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        files = ", ".join(sorted({Path(each["file"]).name for each in requests}))
        raise ExplorableError(f"{files}: no answer within {SECONDS} s. Look for a loop that never ends.") from None
    if done.returncode:
        raise ExplorableError(f"Node.js could not run the explorables: {done.stderr.strip()}")
    answers = json.loads(done.stdout)
    for request, answer in zip(requests, answers, strict=True):
        if "error" in answer:
            place = next((line.strip() for line in answer["stack"].splitlines() if ".mjs:" in line), "")
            raise ExplorableError(f"{Path(request['file']).name}: {answer['error']} {place}".strip())
    return [answer["value"] for answer in answers]
