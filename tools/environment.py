"""Make the book's environment: `.venv` with the pinned packages. Needs only Python's standard library.

Run by `make`; on Windows by hand: `py tools/environment.py`. A second call takes a fraction of a second.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "ai2med-environment.txt"
OLDEST, NEWEST = (3, 11), (3, 14)
DISK_NEEDED = 2 * 1024**3


def stop(what, cure):
    """Say what is missing and how to get it, then end."""
    sys.exit(f"\n{what}\nWhat to do: {cure}\n")


def executable():
    """Return the Python of the environment."""
    folder = "Scripts" if os.name == "nt" else "bin"
    return VENV / folder / ("python.exe" if os.name == "nt" else "python")


def fingerprint():
    """Return what the environment has to be made of."""
    parts = [sys.version, str(ROOT)]
    parts += [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "pyproject.toml")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check_system():
    """Name what the machine lacks before anything is written."""
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        stop(
            f"This is Python {version[0]}.{version[1]}; the book runs on 3.11 to 3.14.",
            "install one of these and call: make PYTHON=python3.12 serve",
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python has no complete venv module (Debian and Ubuntu keep it in a package of its own).",
            f"sudo apt install python3-venv   (or python{version[0]}.{version[1]}-venv), then the same command again",
        )
    if not VENV.exists() and shutil.disk_usage(ROOT).free < DISK_NEEDED:
        stop("Less than 2 GB of disk are free here.", "free some space, or clone the book to another disk")


def pip(*arguments):
    """Run pip in the environment, with its progress visible."""
    command = [str(executable()), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, check=False)
    if done.returncode:
        stop(
            "Some packages could not be installed; pip's last lines above say which.",
            "check the network (behind a proxy, set HTTPS_PROXY and PIP_INDEX_URL as your hospital's IT tells you) "
            "and the free disk space, then the same command again: it goes on where it stopped",
        )


def main():
    """Make the environment, or leave it as it is when nothing changed."""
    wanted = fingerprint()
    if STAMP.is_file() and executable().exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    check_system()
    if not executable().exists():
        print(f"Making the environment in {VENV.relative_to(ROOT)} (Python {sysconfig.get_python_version()}) ...")
        done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        if done.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            stop(
                "Python could not make the environment; its last lines above say why.",
                "on Debian and Ubuntu: sudo apt install python3-venv; elsewhere check that the folder can be written",
            )
    print("Installing the pinned packages; the first time takes some minutes ...")
    pip("install", "--requirement", str(ROOT / "requirements.txt"))
    pip("install", "--no-deps", "--editable", str(ROOT))
    STAMP.write_text(wanted, encoding="utf-8")
    print("The environment is ready.")


if __name__ == "__main__":
    main()
