"""Which part of each area does each provision of Riverbend serve, exactly?

Areas are cut along the edges of every shape that crosses them, so that a *piece* lies wholly inside or wholly outside of what anybody
serves. Shares come from polygon areas in metres, never from sampled points. Residents are spread evenly over their area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from ecosystem.demo.ground import in_metres, plot_in_metres
from ecosystem.demo.intent import Extent, Intent, Missing

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pieces:
    """The ground in pieces: `area` is the index of each piece's area in `area_ids`, `share` its share of that area, `residents` who live there.

    `known` and `possible` are bool of shape (provisions, pieces): where a provision certainly serves, and where it may.
    """

    area_ids: tuple[str, ...]
    area: NDArray[np.int64]
    share: NDArray[np.float64]
    residents: NDArray[np.float64]
    known: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def shape_in_metres(extent: Extent) -> BaseGeometry:
    """Return the shape of an extent that cuts through areas, in metres of the projected plane."""
    if extent.circle is not None:
        longitude, latitude, radius_m = extent.circle
        return in_metres(Point(longitude, latitude)).buffer(radius_m, quad_segs=64)
    return in_metres(shapely.from_wkt(extent.wkt))


def cut_ground(intent: Intent) -> Pieces:
    """Return the ground of an intent in pieces, with who serves each."""
    cuts = {
        extent: shape_in_metres(extent)
        for provision in intent.provisions
        for extent in (provision.extent, provision.focus)
        if isinstance(extent, Extent) and extent.is_cut
    }
    area_ids = tuple(plot.id for plot in intent.ground.plots)
    area, share, inside = [], [], []
    for index, plot in enumerate(intent.ground.plots):
        ground = plot_in_metres(plot)
        pieces: list[tuple[BaseGeometry, frozenset[Extent]]] = [(ground, frozenset())]
        for extent, shape in cuts.items():
            pieces = [half for piece, within in pieces for half in _halves(piece, within, extent, shape)]
        for piece, within in pieces:
            area.append(index)
            share.append(piece.area / ground.area)
            inside.append(within)
    people = np.array([intent.people[area_ids[index]].residents for index in area], dtype=float)

    def where(extent: Extent | Missing, unknown: bool) -> NDArray[np.bool_]:
        if isinstance(extent, Missing):
            return np.full(len(area), unknown)
        return np.array([_serves(extent, area_ids[i], within) for i, within in zip(area, inside, strict=True)])

    known, possible = [], []
    for provision in intent.provisions:
        may = where(provision.extent, unknown=True)
        does = where(provision.focus if provision.focus is not None else provision.extent, unknown=False)
        known.append(does)
        possible.append(may | does)
    return Pieces(area_ids, np.array(area), np.array(share), people * np.array(share), _rows(known, len(area)), _rows(possible, len(area)))


def _halves(piece: BaseGeometry, within: frozenset[Extent], extent: Extent, shape: BaseGeometry) -> list[tuple[BaseGeometry, frozenset[Extent]]]:
    if not shape.intersects(piece):
        return [(piece, within)]
    inside, outside = piece.intersection(shape), piece.difference(shape)
    halves = [(inside, within | {extent}), (outside, within)]
    return [(half, extents) for half, extents in halves if half.area > 1e-6 * piece.area]


def _serves(extent: Extent, area_id: str, within: frozenset[Extent]) -> bool:
    if area_id in extent.but:
        return False
    return extent.citywide or area_id in extent.areas or extent in within


def _rows(rows: Sequence[NDArray[np.bool_]], width: int) -> NDArray[np.bool_]:
    return np.array(rows, dtype=bool).reshape(len(rows), width)
