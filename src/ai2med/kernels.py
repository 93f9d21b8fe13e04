"""Kernels that start in a moment: one process imports what many pages import, and splits itself for each page.

A kernel of its own for every page costs more than a second, most of it spent importing the same libraries. Here a
process imports them once; for each page it makes a copy of itself (``fork``), and the copy becomes the kernel. What a
page does stays in its copy, as before. Where the system cannot split a process, kernels start as they always did.
"""

import ast
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_client import AsyncKernelManager

__all__ = ["common_imports", "kernel_managers"]

# Below this the libraries are imported sooner by each page for itself.
_WORTH_IT = 6
# What stands for a kernel: it asks for one, and lives as long as that lives. The connection is the bond.
_STAND_IN = """import json, os, signal, socket, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
wish = {"file": sys.argv[2], "folder": os.getcwd(), "environment": dict(os.environ)}
line.sendall(json.dumps(wish).encode() + b"\\n")
line.recv(1)
"""


def common_imports(pages: Iterable[Iterable[str]]) -> list[str]:
    """Return the modules of other people that at least two pages import, in the order of their names.

    The book's own modules are not among them: they may look at the book when they are imported.

    Parameters
    ----------
    pages : iterable of iterable of str
        The code cells of each page.
    """
    counted: Counter[str] = Counter()
    for codes in pages:
        found = set()
        for code in codes:
            with suppress(SyntaxError):
                found |= {name for node in ast.walk(ast.parse(code)) for name in _imported(node)}
        counted.update(found)
    own = ("ai2med", "__future__")
    return sorted(name for name, times in counted.items() if times > 1 and name.split(".")[0] not in own)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


@contextmanager
def kernel_managers(pages: list[list[str]]) -> Iterator[type[AsyncKernelManager]]:
    """Give the class that starts kernels for many pages.

    Parameters
    ----------
    pages : list of list of str
        The code cells of each page that will run.
    """
    if not hasattr(os, "fork") or len(pages) < _WORTH_IT:
        yield AsyncKernelManager
        return
    # The address of a socket is short by law of the system: a folder of the book may be too deep.
    folder = Path(tempfile.mkdtemp(prefix="kernels-"))
    address = str(folder / "line")
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(address)
        line.listen(64)
        command = "from ai2med import kernels; kernels.split()"
        arguments = [sys.executable, "-c", command, str(line.fileno()), *common_imports(pages)]
        source = subprocess.Popen(arguments, pass_fds=[line.fileno()], start_new_session=True)

    class Manager(AsyncKernelManager):
        def format_kernel_cmd(self, extra_arguments=None):  # noqa: ARG002 - the signature is Jupyter's
            return [sys.executable, "-I", "-S", "-c", _STAND_IN, address, self.connection_file]

    try:
        yield Manager
    finally:
        source.terminate()
        source.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def split() -> None:
    """Import the modules named on the command line, then become a kernel for each wish, in a copy of this process."""
    import builtins
    import gc
    import importlib
    from types import SimpleNamespace

    line = socket.socket(fileno=int(sys.argv[1]))
    # Libraries look around when they are imported, and have to find what they would find in a kernel: matplotlib where
    # figures go, pandas whether there is a terminal with so many columns.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)
    for name in ("ipykernel.kernelapp", *sys.argv[2:]):
        # What cannot be imported is told by the cell that needs it.
        with suppress(Exception):
            importlib.import_module(name)
    del builtins.get_ipython
    gc.freeze()
    # Copies that have ended leave nothing behind.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        wish, _ = line.accept()
        if os.fork() == 0:
            line.close()
            _become_kernel(wish)
            return
        wish.close()


def _become_kernel(line: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    wish = json.loads(line.makefile("rb").readline())
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    os.chdir(wish["folder"])
    os.environ.clear()
    os.environ.update(wish["environment"])
    if "numpy" in sys.modules:
        # Otherwise all pages would draw the same "random" numbers, and a seed that is missing would not be seen.
        sys.modules["numpy"].random.seed()
    sys.path[:] = [part for part in sys.path if part]
    sys.argv = ["ipykernel_launcher", "-f", wish["file"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def _end_with(line: socket.socket) -> None:
    line.recv(1)
    os._exit(1)
