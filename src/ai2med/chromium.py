"""Find browsers for the browser tests, or install them."""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium, or None.

    The environment variable ``CHROMIUM`` decides; then the system's; then the one that Playwright keeps.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if os.path.exists(own) else None  # noqa: PTH110 - a plain string from Playwright


def _installed(*packages: str) -> bool:
    """Install packages of the distribution; False where that is not for us to do."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, env=quiet)
    return True


def firefox() -> str | None:
    """Return the path of a Firefox, or None. The environment variable ``FIREFOX`` decides, then the system's."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


def install_firefox() -> None:
    """Install Firefox where there is none and the distribution's package can be had; else its tests are skipped."""
    if not firefox():
        print("No Firefox found; installing one for the browser tests ...", flush=True)
        if not _installed("firefox-esr"):
            print("It could not be installed, so the tests in Firefox are skipped (Debian: apt install firefox-esr).")


def find_or_install() -> str:
    """Return the path of a Chromium; install one where there is none.

    As root on a Debian-like system the distribution's package is used, elsewhere Playwright's own build.

    Raises
    ------
    FileNotFoundError
        If neither works; the message says what to do.
    """
    found = find()
    if found:
        return found
    print("No Chromium found; installing one for the browser tests ...", flush=True)
    if not _installed("chromium", "fonts-dejavu"):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    found = find()
    if not found:
        raise FileNotFoundError(
            "The browser tests need Chromium and none could be installed. Install it by hand "
            "(Debian, Ubuntu: sudo apt install chromium; macOS: brew install --cask chromium), "
            "or set CHROMIUM to the program's path, then call: make test"
        )
    return found
