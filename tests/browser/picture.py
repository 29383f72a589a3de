"""Take the README's picture: the public map of the demo city at Saturday 01:30.

python tests/browser/picture.py [DIR]      # DIR holds other sizes too; without it only .github/riverbend.png is written
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from ecosystem.demo import write_city
from ecosystem.pipeline import build_city

README_PICTURE = Path(__file__).resolve().parents[2] / ".github" / "riverbend.png"
MOMENT = "#n=N01&t=Sa0130"
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


def main(folder: Path | None) -> None:
    chromium = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        page_file = build_city(write_city(Path(place) / "riverbend"), ["public"])["public"] / "map.html"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(page_file.as_uri() + MOMENT)
            page.wait_for_timeout(1000)
            if name == "desk":
                README_PICTURE.parent.mkdir(exist_ok=True)
                page.screenshot(path=README_PICTURE)
            if folder is not None:
                page.screenshot(path=folder / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
