"""Which calls does Riverbend get, and what did its review group decide about each kind?

One line per call type of the dispatch system: the need behind it, which share of such calls others than police could answer (low, middle,
high), how many come in a week, at which hours and where, and how long a police unit is bound. The numbers of calls are those of a city of
214,000 with about 0.6 calls a resident a year; the decisions are invented, as every city has to take its own.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

When = Literal["flat", "day", "evening", "late", "night", "weekend night", "party"]
Where = Literal["homes", "center", "crisis", "streets", "shots"]


@dataclass(frozen=True, slots=True)
class CallType:
    """One call type. `needs` by shares as the reviewed table writes them; `weekly` calls of residents a week; `minutes` a police unit is bound.

    `later` is what the new dispatch system calls it. `decided` False: nobody has.
    """

    name: str
    needs: str
    tier: str
    low: float
    mid: float
    high: float
    weekly: float
    when: When
    where: Where
    minutes: int
    priority: int
    later: str = ""
    decided: bool = True

    @property
    def shares(self) -> Mapping[str, float]:
        """The needs behind it, each with its share."""
        pairs = (part.partition(":") for part in self.needs.split(";"))
        return {need: float(share or 1) for need, _, share in pairs}


TYPES: tuple[CallType, ...] = (
    # what a crisis team could take: scaled to the city's eligible calls a week
    CallType("Mental Health Crisis", "N01", "A", 0.4, 0.65, 0.85, 160, "evening", "crisis", 70, 2),
    CallType("Suicidal Person", "N02", "C", 0.2, 0.5, 0.75, 68, "late", "crisis", 75, 1),
    CallType("Welfare Check", "N03", "A", 0.3, 0.6, 0.85, 135, "flat", "crisis", 35, 3),
    CallType("Trespass", "N07", "A", 0.2, 0.5, 0.8, 90, "evening", "center", 30, 3),
    # reports, crashes, parking, animals: answered by phone, online, by agents
    CallType("Crash No Injury", "N13", "A", 0.0, 0.08, 0.5, 62, "day", "streets", 50, 3, later="Crash - No Injury"),
    CallType("Traffic Hazard", "N13", "A", 0.1, 0.25, 0.6, 24, "day", "streets", 25, 3),
    CallType("Parking Complaint", "N13", "A", 0.7, 0.9, 1.0, 6, "day", "homes", 15, 5),
    CallType("Theft Report", "N15", "P", 0.0, 0.0, 0.5, 135, "day", "center", 45, 4),
    CallType("Property Damage", "N15", "P", 0.0, 0.05, 0.4, 70, "day", "homes", 40, 4),
    CallType("Fraud Report", "N15", "P", 0.1, 0.3, 0.8, 22, "day", "homes", 45, 5),
    CallType("Lost or Found Property", "N15", "P", 0.5, 0.7, 1.0, 8, "day", "center", 20, 5),
    CallType("Shoplifting", "N15", "P", 0.0, 0.0, 0.5, 50, "day", "center", 40, 4),
    CallType("Stolen Vehicle", "N15", "P", 0.0, 0.0, 0.4, 58, "day", "homes", 50, 3),
    CallType("Burglary Report", "N15", "P", 0.0, 0.0, 0.4, 34, "day", "homes", 60, 3),
    CallType("Burglar Alarm", "N17", "P", 0.0, 0.0, 0.6, 115, "night", "homes", 18, 3),
    CallType("Animal Complaint", "N14", "A", 0.7, 0.8, 1.0, 17, "day", "homes", 30, 5),
    CallType("Animal Bite", "N14", "A", 0.4, 0.6, 0.9, 5, "day", "homes", 40, 3),
    CallType("Nuisance or Dumping", "N16", "P", 0.8, 0.9, 1.0, 9, "day", "homes", 20, 5),
    # what community responders, mediators and outreach could take: most of it when nobody is on duty
    CallType("Noise Complaint", "N08", "A", 0.4, 0.75, 0.9, 132, "party", "homes", 18, 4),
    CallType("Neighbor Dispute", "N08", "A", 0.2, 0.4, 0.75, 32, "evening", "homes", 30, 3),
    CallType("Disturbance", "N10", "C", 0.1, 0.3, 0.6, 150, "weekend night", "streets", 30, 3),
    CallType("Intoxicated Person", "N04", "A", 0.3, 0.5, 0.85, 48, "weekend night", "center", 35, 3),
    CallType("Youth Disturbance", "N09", "A", 0.2, 0.4, 0.8, 38, "evening", "streets", 25, 3),
    CallType("Panhandling", "N11", "A", 0.5, 0.7, 0.9, 8, "day", "center", 15, 5),
    CallType("Lost or Confused Person", "N12", "A", 0.3, 0.5, 0.8, 9, "day", "homes", 40, 2),
    CallType("Person Living Outside", "N06", "A", 0.5, 0.7, 0.9, 13, "day", "center", 30, 4),
    CallType("Person Down", "N03:0.5;N04:0.5", "A", 0.1, 0.3, 0.6, 26, "late", "center", 30, 2),
    CallType("Overdose", "N05", "XM", 0.0, 0.1, 0.3, 18, "late", "center", 50, 1),
    # police and others required
    CallType("Domestic Disturbance", "N18", "XP", 0.0, 0.0, 0.1, 130, "late", "homes", 60, 1),
    CallType("Order Violation", "N18", "XP", 0.0, 0.0, 0.0, 22, "evening", "homes", 45, 2),
    CallType("Sexual Assault Report", "N19", "C", 0.0, 0.0, 0.0, 6, "flat", "homes", 120, 2),
    CallType("Assault", "N26", "XP", 0.0, 0.0, 0.0, 75, "weekend night", "center", 75, 1),
    CallType("Robbery", "N26", "XP", 0.0, 0.0, 0.0, 14, "late", "center", 90, 1),
    CallType("Weapon Seen", "N26", "XP", 0.0, 0.0, 0.0, 42, "late", "streets", 60, 1),
    CallType("Fight", "N27:0.3;N26:0.7", "C", 0.0, 0.0, 0.15, 58, "weekend night", "center", 35, 1),
    CallType("Shots Fired", "N21:0.5;N26:0.5", "XP", 0.0, 0.0, 0.0, 25, "night", "shots", 50, 1),
    CallType("Shooting", "N23:0.5;N26:0.5", "XP", 0.0, 0.0, 0.0, 1.2, "night", "shots", 240, 1),
    CallType("Suspicious Person", "BASE-XP", "XP", 0.0, 0.0, 0.4, 120, "evening", "homes", 20, 3),
    CallType("Suspicious Vehicle", "BASE-XP", "XP", 0.0, 0.0, 0.2, 55, "night", "homes", 18, 3),
    CallType("Crash With Injury", "BASE-XP", "XP", 0.0, 0.0, 0.0, 42, "day", "streets", 80, 1),
    CallType("Reckless Driving", "BASE-XP", "XP", 0.0, 0.0, 0.1, 70, "evening", "streets", 12, 3),
    CallType("Drunk Driver", "BASE-XP", "XP", 0.0, 0.0, 0.0, 18, "weekend night", "streets", 70, 1),
    CallType("Missing Person", "BASE-XP", "XP", 0.0, 0.0, 0.1, 18, "evening", "homes", 80, 2),
    CallType("Drug Dealing", "BASE-XP", "XP", 0.0, 0.0, 0.0, 40, "evening", "center", 25, 3),
    CallType("Harassment", "BASE-XP", "XP", 0.0, 0.0, 0.2, 40, "day", "homes", 35, 4),
    CallType("Death Investigation", "BASE-XP", "XP", 0.0, 0.0, 0.0, 7, "flat", "homes", 150, 2),
    CallType("Medical Help", "BASE-MEDICAL", "XM", 0.0, 0.0, 0.3, 75, "flat", "homes", 30, 1),
    CallType("Fire Alarm", "BASE-FIRE", "XM", 0.0, 0.0, 0.0, 14, "flat", "homes", 25, 1),
    CallType("911 Hang-up", "UNKNOWN", "P", 0.0, 0.0, 0.0, 105, "flat", "homes", 10, 3),
    CallType("Unkown Trouble", "UNKNOWN", "", 0.0, 0.0, 0.0, 16, "late", "homes", 25, 2, later="Unknown Trouble"),
    CallType("Code 77", "UNKNOWN", "", 0.0, 0.0, 0.0, 8, "flat", "streets", 20, 4, decided=False),
)  # fmt: skip
"""Calls of residents, in a fixed order."""

CRISIS_TYPES = ("Mental Health Crisis", "Suicidal Person", "Welfare Check", "Trespass")
"""What a crisis team could take."""

OFFICER_TYPES: tuple[tuple[str, str, float], ...] = (
    ("Traffic Stop", "EXCL-OFFICER", 0.5),
    ("Premise Check", "EXCL-OFFICER", 0.25),
    ("Directed Patrol", "EXCL-OFFICER", 0.15),
    ("Warrant Service", "EXCL-OFFICER", 0.1),
)
"""Work that officers start: name, what the table says, share of it."""
PAPER_TYPE = ("Follow-up", "EXCL-ADMIN")

NEW_SYSTEM = dt.date(2026, 8, 31)
"""From this day on the new dispatch system writes the calls; two types are spelled differently since."""
DECIDED_BY = "Call review group: dispatch and crisis teams and residents"
DECIDED_ON, REVIEW_BY = dt.date(2026, 5, 12), dt.date(2027, 5, 12)
OVERDUE, OVERDUE_SINCE = "Burglar Alarm", dt.date(2026, 8, 1)
"""The one decision whose review is overdue."""

_COLUMNS = (
    "name", "description", "calls", "valid_from", "valid_to", "needs", "tier", "low", "mid", "high", "condition", "agreement",
    "decided_by", "decided_on", "review_by", "rule",
)  # fmt: skip


def review_table(counts: Mapping[str, int]) -> bytes:
    """Return the reviewed table of call types as CSV, with the number of calls that each name has."""
    rows: list[dict[str, object]] = []
    for kind in TYPES:
        row = _row(kind.name, kind.needs, counts)
        row |= {"tier": kind.tier, "low": kind.low, "mid": kind.mid, "high": kind.high}
        row |= {"condition": "no weapon; nobody hurt" if kind.mid else ""}
        if not kind.decided:
            row |= {"decided_by": "", "decided_on": "", "review_by": ""}
        if kind.name == OVERDUE:
            row["review_by"] = OVERDUE_SINCE
        if not kind.later:
            rows.append(row)
            continue
        new = {"name": kind.later, "calls": counts.get(kind.later, 0), "valid_from": NEW_SYSTEM, "valid_to": ""}
        rows += [row | {"valid_to": NEW_SYSTEM - dt.timedelta(days=1)}, row | new]
    rows += [_row(name, needs, counts) for name, needs, _ in OFFICER_TYPES]
    rows.append(_row(*PAPER_TYPE, counts))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _row(name: str, needs: str, counts: Mapping[str, int]) -> dict[str, object]:
    decision = {"decided_by": DECIDED_BY, "decided_on": DECIDED_ON, "review_by": REVIEW_BY}
    return {"name": name, "calls": counts.get(name, 0), "needs": needs, "low": 0, "mid": 0, "high": 0, **decision}
