"""Snapshots: Python's memory with packages imported, so that a page need not import them.

``pins.json`` names them: which packages, and which modules beyond those that cells use most. A page begins with the one
that spares it most. The same packages give the same snapshot.
"""

import hashlib
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import zstandard

from . import node

__all__ = ["RECIPE", "write_snapshots"]

_HERE = Path(__file__).parent
# Beyond this, a file takes much longer to compress and gets little smaller.
_LEVEL = 18
# Bytes of memory that are sent as one file: unpacking begins with the first.
_PORTION = 32 * 1024 * 1024


def _recipe() -> str:
    """Return what the snapshots depend on besides the packages."""
    digest = hashlib.sha256()
    shared = [_HERE / name for name in ("web/install.mjs", "web/lock.mjs", "browser/fontlist.json")]
    for path in (*sorted(_HERE.glob("snapshot*")), *shared):
        digest.update(path.read_bytes())
    return digest.hexdigest()


RECIPE = _recipe()


def write_snapshots(folder: Path, wanted: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """Take snapshots and write their files beside the packages.

    Parameters
    ----------
    folder : path
        Core, lock and packages, as a site serves them.
    wanted : dict
        For the name of each snapshot its ``packages``, and the ``modules`` that are imported.

    Returns
    -------
    dict
        For each snapshot what the lock tells of it: its ``packages`` with all they depend on, each after those that
        it needs; the ``parts`` in the order in which a page takes them, each with its kind (state, libraries or
        memory), its hash, and its size in bytes, packed and as a ``whole``; what Pyodide has to know at once, as
        ``head`` and ``size``.
    """
    with ThreadPoolExecutor() as pool:
        return {name: _write(folder, name, pool, **told) for name, told in sorted(wanted.items())}


def _write(folder: Path, name: str, pool, packages: list[str], modules: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        task = json.dumps({"packages": packages, "modules": modules})
        node.run(f"take the snapshot {name!r}", "snapshot_in_node.mjs", folder, task, made)
        start = json.loads((made / "start").read_text(encoding="utf-8"))
        memory, libraries = (made / "memory").read_bytes(), (made / "libraries").read_bytes()
        state = (made / "state").read_bytes()
    portions = [("state", state), *_cut("libraries", libraries, start.pop("cuts"))]
    pages = [min(_PORTION, len(memory) - at) for at in range(0, len(memory), _PORTION)]
    portions += _cut("memory", memory, pages)
    packed = pool.map(lambda portion: zstandard.ZstdCompressor(level=_LEVEL).compress(portion[1]), portions)
    parts = []
    for k, ((kind, whole), content) in enumerate(zip(portions, packed, strict=True)):
        path = folder / f"snapshot-{name}-{k}.bin"
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        parts.append(
            {"file_name": path.name, "kind": kind, "sha256": sha256, "size": len(content), "whole": len(whole)}
        )
    return {"parts": parts, **start}


def _cut(kind: str, content: bytes, sizes: list[int]) -> list[tuple[str, bytes]]:
    found, at = [], 0
    for size in sizes:
        found.append((kind, content[at : at + size]))
        at += size
    return found
