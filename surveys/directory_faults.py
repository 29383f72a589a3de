"""What is wrong in a directory that the schema of HSDS does not see?

Rules that never open, times that close before they open, drawn areas that are none and pointers that lead nowhere are told where they are read
(`listings`, `readers/hsds.py`), and ages in the wrong order where they become ages. Here is the rest: ids that stand for two things, capacities
that contradict themselves, and services that nobody has confirmed for long. Nothing is changed by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecosystem.errors import Issue
from ecosystem.hsds import OBJECTS, Record, list_of
from surveys.listing_losses import Ledger

STALE_DAYS = 2 * 365
"""A service that was confirmed so long before the newest of its directory is told."""
_POINTED_AT = frozenset(target for entry in OBJECTS.values() for target in entry.links.values())
"""Kinds of object whose ids others name."""


def tell_faults(tables: Mapping[str, Sequence[Record]], ledger: Ledger) -> None:
    """Tell what is wrong in tables of HSDS, by kind of object."""
    for kind in sorted(_POINTED_AT & tables.keys()):
        _tell_twice(kind, tables[kind], ledger)
    _tell_capacities(tables.get("service_capacity", ()), ledger)
    _tell_stale(tables.get("service", ()), ledger)


def tell_faults_in_trees(services: Sequence[Record], ledger: Ledger) -> None:
    """Tell what is wrong in services of JSON. Only a service may stand there once; what belongs to several stands in each."""
    _tell_twice("service", services, ledger)
    _tell_capacities((item for service in services for item in list_of(service, "capacities")), ledger)
    _tell_stale(services, ledger)


def _tell_twice(kind: str, records: Iterable[Record], ledger: Ledger) -> None:
    """Two rows of one id that say different things: pointers lead to the first."""
    first: dict[str, Record] = {}
    for record in records:
        key = record.text("id")
        if key and key in first and dict(first[key]) != dict(record):
            message = (
                f"another {kind} has the id {key!r} too (row {first[key].row}); what points to it is taken for that of the first. Give it its own."
            )
            ledger.tell(record, "id_twice", message, column=record.columns.get("id", "id"), text=key)
        elif key:
            first.setdefault(key, record)


def _tell_capacities(capacities: Iterable[Record], ledger: Ledger) -> None:
    for capacity in capacities:
        free, most = _number(capacity.text("available")), _number(capacity.text("maximum"))
        if free is not None and most is not None and free > most:
            message = f"{free:g} are free of {most:g} at most, which cannot be; the {most:g} are used. Ask how many there are."
            ledger.tell(capacity, "capacity_contradicts", message, column=capacity.columns.get("available", "available"), text=f"{free:g} > {most:g}")


def _tell_stale(services: Sequence[Record], ledger: Ledger) -> None:
    dated = [(day, service) for service in services for day in _days(service)]
    if not dated:
        return
    newest = max(day for day, _ in dated)
    stale = [(day, service) for day, service in dated if (newest - day).days > STALE_DAYS]
    if stale:
        oldest, service = min(stale, key=lambda entry: entry[0])
        message = (
            f"{len(stale)} of {len(dated)} services were last confirmed more than {STALE_DAYS // 365} years before the newest ({newest}), the first "
            f"on {oldest}. What they say may be over: ask again."
        )
        ledger.issues.append(Issue(service.file, "", service.row, "assured_date", "listing_stale", "warning", oldest.isoformat(), message))


def _days(service: Record) -> Iterator[dt.date]:
    """The day a service was last confirmed, if it says one; before 1990 no directory said it."""
    for name in ("assured_date", "last_modified"):
        try:
            day = dt.date.fromisoformat(service.text(name)[:10])
        except ValueError:
            continue
        if day.year >= 1990:
            yield day
            return


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
