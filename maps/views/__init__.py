"""The views of the map, in the order the page offers them. A new view costs a file here, its module in `maps/assets/views/`, and a line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from maps.payload.view import View

VIEWS = ("open_now", "holes", "overlap", "assets")


def views() -> tuple[View, ...]:
    """Return all views, in order."""
    return tuple(cast("View", import_module(f"maps.views.{name}").VIEW) for name in VIEWS)
