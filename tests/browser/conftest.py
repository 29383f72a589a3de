"""Pages in headless Chromium. Everything here is skipped, with its reason, where there is no Chromium."""

from __future__ import annotations

import shutil
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import maps
import reference as made_reference
import town as made_town

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
DESK, PHONE = (1280, 800), (390, 844)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: none of chromium, chromium-browser, google-chrome is on the PATH"))


@pytest.fixture(scope="session")
def town() -> types.ModuleType:
    return made_town


@pytest.fixture(scope="session")
def reference() -> types.ModuleType:
    return made_reference


@pytest.fixture(scope="session")
def drawn(town: types.ModuleType) -> tuple[Any, Any, Any]:
    return town.make_town()


@pytest.fixture(scope="session")
def town_file(drawn: tuple[Any, Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "map.html"
    file.write_text(maps.draw(*drawn), "utf-8")
    return file


@pytest.fixture(scope="session")
def calls_file(town: types.ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with its 1,000 calls."""
    file = tmp_path_factory.mktemp("calls") / "map.html"
    file.write_text(maps.draw(*town.make_town_with_calls()), "utf-8")
    return file


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a file at an address of the page; what the page logs or throws is an error unless `may_complain`."""
    contexts = []
    complaints: list[str] = []

    def open_file(file: Path, address: str = "", *, size: tuple[int, int] = DESK, may_complain: bool = False, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        page = context.new_page()
        if not may_complain:
            page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri() + (f"#{address}" if address else ""))
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html.is-ready")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []
