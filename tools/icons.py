"""Draw the app's icons from the book's icon. Run it when icon.svg has changed: python tools/icons.py."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ai2med" / "book" / "theme" / "static" / "icon.svg"
TARGET = ROOT / "src" / "ai2med" / "offline" / "icons"


def main():
    """Write icon-192.png, icon-512.png, and icon-maskable.png, whose edge a system may cut off."""
    svg = SOURCE.read_text(encoding="utf-8")
    # Systems cut a maskable icon to their own shape: colour up to the edge, the drawing within the middle.
    square = re.sub(r' rx="\d+"', "", svg, count=1)
    maskable = re.sub(r"(<path )", r'\1transform="translate(16 16) scale(.72) translate(-16 -16)" ', square, count=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, drawing, size in (("192", svg, 192), ("512", svg, 512), ("maskable", maskable, 512)):
            page = browser.new_page(viewport={"width": size, "height": size})
            style = "margin:0;display:block;width:100vw;height:100vh"
            page.set_content(f'<body style="margin:0">{drawing.replace("<svg", f"<svg style={style!r}", 1)}</body>')
            page.screenshot(path=TARGET / f"icon-{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
