"""Who can come at this hour? Every area by how many are on duty for the chosen need at the chosen half hour."""

from __future__ import annotations

from ecosystem.presentation import OPEN_CLASSES
from maps.payload.view import View

VIEW = View("open", OPEN_CLASSES, "views/open_now.js")
