"""The town, drawn once for all tests that only read its page."""

from __future__ import annotations

import types
from typing import Any

import pytest

import maps
import town as made_town


@pytest.fixture(scope="session")
def town() -> types.ModuleType:
    return made_town


@pytest.fixture(scope="session")
def drawn(town: types.ModuleType) -> tuple[Any, Any, Any]:
    """(ecosystem, coverage, results) of the town's public edition."""
    return town.make_town()


@pytest.fixture(scope="session")
def html(drawn: tuple[Any, Any, Any]) -> str:
    return maps.draw(*drawn)
