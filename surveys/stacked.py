"""Which coordinates are no place's own, but the center of a postal code?

Where many addresses share one point, somebody looked up the ZIP and not the address. Such points are taken out and told: nothing may be found
out about a neighborhood from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecosystem.errors import Issue
from ecosystem.hsds import (
    Record,
    list_of,
)
from surveys.listing_losses import Ledger

STACKED = 5
"""Addresses that share one coordinate from which it is taken for the center of a postal code."""
STACKED_SHARE = 0.5
"""Where more of a directory's addresses than this stand at such coordinates, none of its coordinates is used."""


@dataclass(frozen=True)
class Stacked:
    """Points (longitude, latitude as written) at which no place is, and the words that say so."""

    points: frozenset[tuple[str, str]] = frozenset()
    message: str = ""


def stacked_points(places: Sequence[tuple[tuple[str, str], str]]) -> Stacked:
    """Return the points at which at least `STACKED` addresses stand, all points where these hold more than `STACKED_SHARE` of the addresses.

    `places` are points as written, each with its address; places without a point do not count.
    """
    points: dict[tuple[str, str], set[str]] = {}
    for point, address in places:
        if all(point):
            points.setdefault(point, set()).add(street_line(address))
    points = {point: at - {""} for point, at in points.items()}
    stacked = {point for point, at in points.items() if len(at) >= STACKED}
    if not stacked:
        return Stacked()
    addresses = set().union(*points.values())
    every = len(set().union(*(points[point] for point in stacked))) > STACKED_SHARE * len(addresses)
    n_taken = sum(1 for point, _ in places if point in stacked)
    written = {address for point, address in places if all(point) and address}
    what = "none of its coordinates is used" if every else f"the {n_taken} points at {len(stacked)} of them are not used"
    message = (
        f"{len(written):,} addresses have only {len(points)} different coordinates, up to {max(map(len, points.values()))} at one: they are "
        f"centers of postal codes, so {what}, and nothing is found out about a neighborhood from them. Get coordinates made from the addresses."
    )
    return Stacked(frozenset(points if every else stacked), message)


def unstack(places: Sequence[tuple[Record, str]], ledger: Ledger) -> None:
    """Take out the coordinates at which many addresses stand: they are the centers of postal codes, and no place is there.

    `places` are locations, each with its address; their coordinates are taken out in place.
    """
    located = [(place, address) for place, address in places if place.text("longitude") and place.text("latitude")]
    found = stacked_points([(_point(place), address) for place, address in located])
    if not found.points:
        return
    taken = [place for place, _ in located if _point(place) in found.points]
    message = found.message
    first = located[0][0]
    ledger.issues.append(Issue(first.file, "", 1, first.columns.get("latitude", "latitude"), "coordinates_stacked", "warning", "", message))
    for name in ("longitude", "latitude"):
        header = first.columns.get(name, name)
        counted = next((entry for entry in ledger.fields if entry.rpartition(".")[2] == header), f"location.{name}")
        ledger.count(counted, dropped=len(taken), kept=-len(taken))
        for place in taken:
            del place[name]


def places_of(tables: Mapping[str, Sequence[Record]]) -> list[tuple[Record, str]]:
    """Return the locations of tables, each with the first line of its address."""
    lines: dict[str, str] = {}
    for address in tables.get("address", ()):
        lines.setdefault(address.text("location_id"), address.text("address_1"))
    return [(location, lines.get(location.text("id"), "")) for location in tables.get("location", ())]


def places_in(services: Iterable[Record]) -> list[tuple[Record, str]]:
    """Return the locations in trees, each with the first line of its address."""
    found = []
    for service in services:
        for place in list_of(service, "service_at_locations"):
            if isinstance(location := place.get("location"), Record):
                lines = [address.text("address_1") for address in list_of(location, "addresses")]
                found.append((location, next(filter(None, lines), "")))
    return found


def _point(place: Record) -> tuple[str, str]:
    return place.text("longitude"), place.text("latitude")


def street_line(address: str) -> str:
    """Return the first part of an address, which tells two places from each other."""
    return " ".join(address.casefold().split(",")[0].split())
