"""Who is there, for which need, where, at which half-hour of the week: known and possible?

`Coverage` is the cube need x class x slot. A *class* is the units of one area that the same deliveries cover, so nothing is computed twice
and unions are exact. *Depth* is the number of deliveries that answer a need alone and are there. `known` counts certain facts; `possible`
adds deliveries whose hours, area, eligibility or needs are unknown or conditional. A class is *covered* where known reaches the minimum,
*not known* where only possible does, and has *nobody* where possible does not. An area has a gap where the share of its residents with
nobody is at least `gap_share`. Slot i is [i * slot_minutes, (i + 1) * slot_minutes) after Monday 00:00 and is open when wholly open.

`resident` says who may come, `presences` which deliveries take part and where and when each is there, `counting` counts them, `cube` is the result.
"""

from __future__ import annotations

from ecosystem.coverage.counting import classes_of, depth, open_between
from ecosystem.coverage.cube import COVERED, NO_RESIDENTS, NOBODY, NOT_KNOWN, STATES, Bound, Coverage
from ecosystem.coverage.presences import Presence, counted_minutes
from ecosystem.coverage.resident import Resident, fits

__all__ = [
    "COVERED",
    "NOBODY",
    "NOT_KNOWN",
    "NO_RESIDENTS",
    "STATES",
    "Bound",
    "Coverage",
    "Presence",
    "Resident",
    "classes_of",
    "counted_minutes",
    "depth",
    "fits",
    "open_between",
]
