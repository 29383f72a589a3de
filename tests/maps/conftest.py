"""The town, drawn once for all tests that only read its page."""

from __future__ import annotations

import importlib.util
import types
from pathlib import Path
from typing import Any

import pytest

import maps


@pytest.fixture(scope="session")
def town() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("town_for_maps", Path(__file__).parent / "town.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def drawn(town: types.ModuleType) -> tuple[Any, Any, Any]:
    """(ecosystem, coverage, results) of the town's public edition."""
    return town.make_town()


@pytest.fixture(scope="session")
def html(drawn: tuple[Any, Any, Any]) -> str:
    return maps.draw(*drawn)
