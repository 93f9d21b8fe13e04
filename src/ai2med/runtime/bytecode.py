"""Compile the modules in packages to bytecode. It runs in Pyodide, whose bytecode is wanted; see `node`.

A browser that starts Python spends a third of the time on compiling the same sources again. A wheel with ``.pyc``
files in place of ``.py`` files spares it that. What only a C compiler or a type checker reads is left out.
Only the standard library is imported: the interpreter that runs this file has nothing else.
"""

import importlib.util
import marshal
import zipfile
from pathlib import Path

# Part of the cache's key: change it when what this module writes changes.
RECIPE = "4"
_SITE = "/lib/python3.12/site-packages/"
_STDLIB = "/lib/python312.zip/"
# For C compilers, builders and type checkers; the pictures of a module that SciPy has given up; what pydicom needs for
# its own tests and for structured reports, which is more than half of it.
_LEFT_OUT = (".pyx", ".pxd", ".pxi", ".pyi", ".h", ".hpp", ".c", ".cpp", ".tp", ".a", ".build", ".orig")
_PICTURES = ("scipy/misc/ascent.dat", "scipy/misc/ecg.dat", "scipy/misc/face.dat")
_UNUSED = ("pydicom/data/test_files/", "pydicom/sr/")
_WASM = b"\0asm"
# One moment for every entry: the same sources must give the same archive.
_EPOCH = (2020, 1, 1, 0, 0, 0)


def compile_source(source: bytes, name: str, folder: str = _SITE) -> "bytes | None":
    """Return the bytes of a ``.pyc`` file that is never compared with its source; None if it cannot be compiled.

    >>> compile_source(b"a = 1", "a.py")[:4] == importlib.util.MAGIC_NUMBER, compile_source(b"a =", "a.py")
    (True, None)
    """
    try:
        code = compile(source, folder + name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    # PEP 552: flags 1 is a pyc with a hash that is not checked.
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)


def compile_archive(source: Path, target: Path) -> int:
    """Write the archive at `source` to `target` with bytecode for sources; return how many were compiled.

    Files that nothing reads at run time are left out.
    """
    folder = _STDLIB if source.name == "python_stdlib.zip" else _SITE
    count = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for member in old.infolist():
            if member.filename.endswith(_LEFT_OUT + _PICTURES) or member.filename.startswith(_UNUSED):
                continue
            content, name = old.read(member), member.filename
            if name.endswith(".so") and not content.startswith(_WASM):
                # A compiled part for another kind of machine; its package does without.
                continue
            if name.endswith(".py"):
                made = compile_source(content, name, folder)
                if made is not None:
                    content, name, count = made, name + "c", count + 1
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = member.external_attr
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return count


def main(source: str, target: str, names: "list[str]") -> None:
    """Compile archives of one folder into another."""
    for name in names:
        compile_archive(Path(source) / name, Path(target) / name)
