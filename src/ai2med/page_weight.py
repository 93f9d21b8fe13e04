"""What a browser transfers for a page before the reader does anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .server import serving

__all__ = ["PageWeight", "measure"]

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True)
class PageWeight:
    """One page's load: transferred bytes (compressed, bodies and headers) and requests."""

    name: str
    kind: str
    bytes: int
    requests: int
    hosts: frozenset[str]


def _kind(name: str) -> str:
    if name.startswith("exercises/"):
        return "exercise"
    if name.startswith("moocs/") and not name.endswith("index.html"):
        return "unit"
    return "other"


def measure(html: Path, chromium: str, width: int = 1280, names: Iterable[str] | None = None) -> Iterator[PageWeight]:
    """Yield the weight of every page of a built book.

    Parameters
    ----------
    html : pathlib.Path
        The built site.
    chromium : str
        Path of the browser.
    width : int
        Viewport width in CSS pixels; the height is 800.
    names : iterable of str, optional
        Paths of pages, seen from the site; by default all.
    """
    from playwright.sync_api import sync_playwright

    with serving(html) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGUMENTS))
        # JupyterLite is an application that readers open on purpose, not a page.
        every = (path.relative_to(html).as_posix() for path in sorted(html.rglob("*.html")))
        for name in names or (name for name in every if not name.startswith("lite/")):
            # A fresh context has an empty cache: each page is a first visit.
            context = browser.new_context(viewport={"width": width, "height": 800})
            page = context.new_page()
            sizes, hosts = [], set()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
            page.on("request", lambda request, hosts=hosts: hosts.add(request.url.split("/")[2]))
            page.goto(address + name, wait_until="networkidle")
            yield PageWeight(name, _kind(name), int(sum(sizes)), len(sizes), frozenset(hosts))
            context.close()
        browser.close()
