"""The report of the demo city in a real browser: readable for everyone, on a phone, on paper, and without a single request."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LETTER_MM = (215.9, 279.4)
A4_MM = (210.0, 297.0)
MARGIN_MM = 12
PIXELS_PER_MM = 96 / 25.4
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the public report of the demo city per language, as files."""
    from ecosystem.demo import write_city
    from ecosystem.pipeline import run_city
    from ecosystem.report import write_report

    folder = tmp_path_factory.mktemp("demo")
    run = run_city(write_city(folder / "riverbend"), "public")
    files = {}
    for language in ("en", "es"):
        files[language] = folder / f"report.{language}.html"
        files[language].write_text(write_report(run, language), encoding="utf-8")
    return files


def open_page(browser: Any, file: Path, width: int, **options: Any) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [390])
def test_page_asks_for_nothing_and_complains_of_nothing(browser: Any, reports: dict[str, Path], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    words: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: words.append(message.text))
    page.goto(reports["en"].as_uri())
    assert requests == [reports["en"].as_uri()]
    assert words == []
    page.close()


@pytest.mark.parametrize(("language", "width"), [("es", 1280), ("en", 390), ("es", 320)])
def test_nothing_sticks_out_of_the_page(browser: Any, reports: dict[str, Path], language: str, width: int) -> None:
    page = open_page(browser, reports[language], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 390)])
def test_everyone_can_read_it(browser: Any, reports: dict[str, Path], language: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(browser, reports[language], width, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response["violations"]
    assert [(violation["id"], [node["html"] for node in violation["nodes"]][:3]) for violation in found] == []
    page.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", [LETTER_MM, A4_MM], ids=["letter", "A4"])
def test_first_page_fits_on_one_sheet(browser: Any, reports: dict[str, Path], language: str, paper: tuple[float, float]) -> None:
    width, height = ((side - 2 * MARGIN_MM) * PIXELS_PER_MM for side in paper)
    page = open_page(browser, reports[language], round(width))
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.first').getBoundingClientRect().height") <= height
    page.close()


def test_first_page_holds_five_of_each(browser: Any, reports: dict[str, Path]) -> None:
    page = open_page(browser, reports["en"], 1280)
    counts = [page.locator(f".{part} ol > li").count() for part in ("strong", "found", "decide")]
    assert counts == [5, 5, 5]
    assert "We heard from 45 of 58 organizations" in page.locator(".heard").inner_text()
    page.close()


def test_story_of_the_demo_city_is_told_on_the_first_page(browser: Any, reports: dict[str, Path]) -> None:
    page = open_page(browser, reports["en"], 1280)
    found = page.locator(".found").inner_text()
    for words in (
        "48 hours in a row",
        "29 of 30 neighborhoods",
        "Victim of another crime",
        "2 contracts end by 31 December 2026",
        "Westfield",
        "Harbor Hill",
    ):
        assert words in found
    page.close()
