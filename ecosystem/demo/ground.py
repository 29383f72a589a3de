"""On what ground does Riverbend stand? An invented city: 30 irregular neighborhoods, a park, a river with an island.

The story needs certain places on every ground: *Westfield* far in the west, *Downtown* and *Northbank* on the west bank, *Harbor Hill* on
the east bank, *Stonebridge* in the east, *Heron Island* in the river, and *Kestrel Park*, where nobody lives. Their shapes, all other
neighborhoods and all other names change with the seed. Everything is drawn in metres east and north of an invented origin and stored as
EPSG:4326 (longitude, latitude) with six digits; nothing of it exists.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROJECTED = "EPSG:32615"
"""The plane in which the ground is drawn and in which the truth measures."""
ORIGIN = (520_000.0, 4_860_000.0)
WIDTH_M, HEIGHT_M = 12_400.0, 10_400.0
WEST_CELLS, EAST_CELLS = 15, 15
LONGEST_SEGMENT_M = 240.0

Ring = tuple[tuple[float, float], ...]

NAMES = (
    "Alder Park", "Ashgrove", "Beacon Heights", "Bellwether", "Birchwood", "Brickyard", "Canal Row", "Cedar Flats", "Clayborne",
    "Coopers Mill",
    "Eastgate", "Elm Terrace", "Fairlawn", "Foundry", "Garnet Hill", "Glassworks", "Hawthorn", "Ironside", "Juniper Green", "Kingfisher",
    "Lantern Hill", "Linden Square", "Longmeadow", "Marlow", "Millrace", "North Orchard", "Old Quarry", "Pinecrest", "Quaker Bend", "Rosemont",
    "Saltlick", "Sawyer's Row", "South Orchard", "Sycamore Point", "Tannery", "Thornbury", "Union Yards", "Vesper Hill", "Walnut Ridge",
    "Windmill Green",
)  # fmt: skip


class GroundError(ValueError):
    """A draw of the ground did not hold together; the next draw is tried."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One area of the map: its id, name, outer ring in EPSG:4326 (closed), the bank it lies on, and its precinct. Nobody lives where `is_park`."""

    id: str
    name: str
    ring: Ring
    bank: str
    precinct: str
    is_park: bool = False

    @property
    def shape(self) -> Polygon:
        """The plot in EPSG:4326."""
        return Polygon(self.ring)


@dataclass(frozen=True, slots=True)
class Zone:
    """One area of a second geography: a precinct or a ZIP code, as well-known text in EPSG:4326."""

    id: str
    name: str
    wkt: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The areas of one seed, their five precincts, and three ZIP codes of which two cross the city line and one lies beyond it."""

    plots: tuple[Plot, ...]
    precincts: tuple[Zone, ...]
    zips: tuple[Zone, ...]

    def named(self, name: str) -> Plot:
        """Return the plot with this name; raises KeyError."""
        for plot in self.plots:
            if plot.name == name:
                return plot
        raise KeyError(name)

    @property
    def neighborhoods(self) -> tuple[Plot, ...]:
        """The 30 plots where people live, by id."""
        return tuple(plot for plot in self.plots if not plot.is_park)


@functools.cache
def _to_degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(PROJECTED, "EPSG:4326", always_xy=True)


@functools.cache
def _to_metres() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", PROJECTED, always_xy=True)


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape given in EPSG:4326 in metres of the projected plane."""

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(_to_metres().transform(points[:, 0], points[:, 1]))

    return shapely.transform(shape, project)


def in_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 2) metres east and north of the origin as (longitude, latitude), rounded to six digits."""
    longitude, latitude = _to_degrees().transform(points[:, 0] + ORIGIN[0], points[:, 1] + ORIGIN[1])
    return np.column_stack([longitude, latitude]).round(6)


def draw_ground(seed: int) -> Ground:
    """Return the ground of a seed. The same seed gives the same ground, digit by digit."""
    for attempt in range(60):
        try:
            return _draw(np.random.default_rng([seed, attempt]))
        except GroundError:
            continue
    raise GroundError(f"no ground could be drawn for seed {seed}")


def _draw(rng: np.random.Generator) -> Ground:
    centre, bulge_y = _river(rng)
    outline = _outline(rng)
    west, east = _banks(outline, centre, bulge_y)
    cells = [*_cells(west, WEST_CELLS, rng), *_cells(east, EAST_CELLS, rng)]
    banks = ["west"] * WEST_CELLS + ["east"] * EAST_CELLS
    rough = _roughen(cells, rng)
    rough.append(_island(centre, bulge_y, rng))
    banks.append("island")
    rings = [_ring_in_degrees(polygon) for polygon in rough]
    _check(rings)
    names, park = _name(rough, banks, bulge_y, rng)
    precinct_of = _precincts(rough, banks)
    order = sorted(range(len(rings)), key=lambda i: (-round(rough[i].centroid.y), rough[i].centroid.x))
    plots = tuple(Plot(f"rb{number:02d}", names[i], rings[i], banks[i], precinct_of[i], is_park=i == park) for number, i in enumerate(order, start=1))
    precincts = tuple(
        Zone(f"p{number}", f"Precinct {number}", shapely.to_wkt(_together(plots, f"p{number}"), rounding_precision=6)) for number in range(1, 6)
    )
    return Ground(plots, precincts, _zips(plots))


def _river(rng: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    """Return the river's centre line (n, 2) from south to north and the height of its island."""
    y = np.arange(-600.0, HEIGHT_M + 601.0, 100.0)
    phase, second = rng.uniform(0, 2 * math.pi, 2)
    x = 0.47 * WIDTH_M + 420 * np.sin(2 * math.pi * y / 9_500 + phase) + 110 * np.sin(2 * math.pi * y / 3_100 + second)
    return np.column_stack([x, y]), float(rng.uniform(0.44, 0.56) * HEIGHT_M)


def _half_width(y: NDArray[np.float64], bulge_y: float) -> NDArray[np.float64]:
    return 130.0 + 460.0 * np.exp(-(((y - bulge_y) / 950.0) ** 2))


def _outline(rng: np.random.Generator) -> Polygon:
    angle = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    wave = sum(rng.uniform(0.005, 0.03) * np.sin(k * angle + rng.uniform(0, 2 * math.pi)) for k in (2, 3, 5))
    radius = (np.abs(np.cos(angle)) ** 3.2 + np.abs(np.sin(angle)) ** 3.2) ** (-1 / 3.2) * (0.97 + wave)
    x, y = WIDTH_M / 2 * (1 + radius * np.cos(angle)), HEIGHT_M / 2 * (1 + radius * np.sin(angle))
    return Polygon(np.column_stack([x, y]))


def _banks(outline: Polygon, centre: NDArray[np.float64], bulge_y: float) -> tuple[Polygon, Polygon]:
    half = _half_width(centre[:, 1], bulge_y)
    left, right = centre.copy(), centre.copy()
    left[:, 0] -= half
    right[:, 0] += half
    far = 4 * WIDTH_M
    west = outline.intersection(Polygon([*left, (-far, left[-1, 1]), (-far, left[0, 1])]))
    east = outline.intersection(Polygon([*right, (far, right[-1, 1]), (far, right[0, 1])]))
    if not (isinstance(west, Polygon) and isinstance(east, Polygon)):
        raise GroundError("the river cuts the city into more than two banks")
    return west, east


def _cells(region: Polygon, count: int, rng: np.random.Generator) -> list[Polygon]:
    """Return `count` cells that fill the region: a Voronoi diagram of random points, evened out a little."""
    west, south, east, north = region.bounds
    points: list[tuple[float, float]] = []
    while len(points) < count:
        x, y = float(rng.uniform(west, east)), float(rng.uniform(south, north))
        if region.contains(Point(x, y)) and all(math.hypot(x - a, y - b) > 900 for a, b in points):
            points.append((x, y))
    cells: list[Polygon] = []
    for _ in range(4):
        diagram = shapely.voronoi_polygons(MultiPoint(points), extend_to=region.buffer(2_000))
        pieces = [piece.intersection(region) for piece in diagram.geoms]
        cells = [piece for piece in pieces if isinstance(piece, Polygon)]
        if len(cells) != count:
            raise GroundError("a cell fell into pieces")
        cells.sort(key=lambda cell: (cell.centroid.x, cell.centroid.y))
        points = [(cell.centroid.x, cell.centroid.y) for cell in cells]
    areas = [cell.area for cell in cells]
    if min(areas) < 0.35 * region.area / count:
        raise GroundError("a cell is too small")
    return cells


def _roughen(cells: Sequence[Polygon], rng: np.random.Generator) -> list[Polygon]:
    """Return the cells with crooked borders; a border between two cells stays one border."""
    net = shapely.union_all([cell.boundary for cell in cells], grid_size=1.0)
    merged = shapely.line_merge(net)
    arcs = sorted((line for line in getattr(merged, "geoms", [merged])), key=lambda line: line.coords[0] + line.coords[-1])
    crooked = [LineString(_crooked([(float(x), float(y)) for x, y in arc.coords], rng)) for arc in arcs]
    faces = list(shapely.get_parts(shapely.polygonize(crooked)))
    ordered: list[Polygon] = []
    for cell in cells:
        inside = [face for face in faces if face.contains(cell.centroid)]
        if len(inside) != 1:
            raise GroundError("a border crosses another")
        ordered.append(inside[0])
    if len(faces) != len(cells) or len({id(face) for face in ordered}) != len(cells):
        raise GroundError("a border crosses another")
    return ordered


def _crooked(points: list[tuple[float, float]], rng: np.random.Generator) -> list[tuple[float, float]]:
    line = [points[0]]
    for start, end in itertools.pairwise(points):
        line += _bend(start, end, rng)
    return line


def _bend(start: tuple[float, float], end: tuple[float, float], rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return the points after `start` up to `end`, each long stretch broken at a midpoint moved sideways."""
    east, north = end[0] - start[0], end[1] - start[1]
    length = math.hypot(east, north)
    if length <= LONGEST_SEGMENT_M:
        return [end]
    aside = float(rng.uniform(-0.13, 0.13))
    middle = ((start[0] + end[0]) / 2 - aside * north, (start[1] + end[1]) / 2 + aside * east)
    return [*_bend(start, middle, rng), *_bend(middle, end, rng)]


def _island(centre: NDArray[np.float64], bulge_y: float, rng: np.random.Generator) -> Polygon:
    """Return an island along the river's centre line, with water on both sides."""
    angle = np.linspace(0, 2 * math.pi, 28, endpoint=False)
    wobble = 1 + rng.uniform(-0.06, 0.06, len(angle))
    y = bulge_y + 820 * wobble * np.sin(angle)
    x = np.interp(y, centre[:, 1], centre[:, 0]) + 300 * wobble * np.cos(angle)
    return Polygon(np.column_stack([x, y]))


def _ring_in_degrees(polygon: Polygon) -> Ring:
    points = in_degrees(np.asarray(polygon.exterior.coords)[:-1])
    first = int(np.lexsort((points[:, 1], points[:, 0]))[0])
    turned = np.roll(points, -first, axis=0)
    if not shapely.LinearRing(turned).is_ccw:
        turned = np.roll(turned[::-1], 1, axis=0)
    return tuple((float(x), float(y)) for x, y in [*turned, turned[0]])


def _check(rings: Sequence[Ring]) -> None:
    shapes = [Polygon(ring) for ring in rings]
    if not all(shape.is_valid for shape in shapes) or not shapely.coverage_is_valid(shapes):
        raise GroundError("the areas do not fit together")


def _name(shapes: Sequence[Polygon], banks: Sequence[str], bulge_y: float, rng: np.random.Generator) -> tuple[list[str], int]:
    """Return the name of each shape and which one is the park."""
    centres = [shape.centroid for shape in shapes]
    shore = [i for i, bank in enumerate(banks) if bank != "island" and shapes[i].distance(shapes[-1]) < 4_000]
    taken: dict[int, str] = {len(shapes) - 1: "Heron Island"}

    def choose(name: str, among: Sequence[int], cost: Sequence[float]) -> int:
        free = [(value, i) for value, i in zip(cost, among, strict=True) if i not in taken]
        if not free:
            raise GroundError(f"no place for {name}")
        taken[min(free)[1]] = name
        return min(free)[1]

    west = [i for i, bank in enumerate(banks) if bank == "west"]
    east = [i for i, bank in enumerate(banks) if bank == "east"]
    choose("Downtown", west, [shapes[i].distance(shapes[-1]) + 0.1 * abs(centres[i].y - bulge_y) for i in west])
    choose("Harbor Hill", east, [shapes[i].distance(shapes[-1]) + 0.1 * abs(centres[i].y - bulge_y + 800) for i in east])
    choose("Westfield", west, [centres[i].x for i in west])
    riverside_west = [i for i in west if i in shore]
    choose("Northbank", riverside_west, [-centres[i].y for i in riverside_west])
    choose("Stonebridge", east, [-centres[i].x + 0.2 * abs(centres[i].y - bulge_y) for i in east])
    park = choose("Kestrel Park", east, [shapes[i].area for i in east])
    pool = [str(name) for name in rng.permutation(np.array(NAMES))]
    return [taken.get(i) or pool.pop() for i in range(len(shapes))], park


def _precincts(shapes: Sequence[Polygon], banks: Sequence[str]) -> list[str]:
    """Return the precinct of each shape: two on the west bank (the island with the southern one), three on the east bank, north to south."""
    precinct = ["p2"] * len(shapes)
    for bank, ids in (("west", ("p1", "p2")), ("east", ("p3", "p4", "p5"))):
        members = sorted((i for i, b in enumerate(banks) if b == bank), key=lambda i: -shapes[i].centroid.y)
        for position, i in enumerate(members):
            precinct[i] = ids[position * len(ids) // len(members)]
    return precinct


def _together(plots: Sequence[Plot], precinct: str) -> BaseGeometry:
    return shapely.normalize(shapely.union_all([plot.shape for plot in plots if plot.precinct == precinct]))


def shares_of_plots(shape_in_metres: BaseGeometry, plots: Sequence[Plot]) -> dict[str, float]:
    """Return which share of each plot's ground lies in a shape of the projected plane; plots it leaves out are left out."""
    shapely.prepare(shape_in_metres)
    shares = {}
    for plot in plots:
        ground = plot_in_metres(plot)
        if shape_in_metres.intersects(ground):
            share = 1.0 if shape_in_metres.contains(ground) else float(ground.intersection(shape_in_metres).area / ground.area)
            if share > 1e-6:
                shares[plot.id] = share
    return shares


def plot_in_metres(plot: Plot) -> BaseGeometry:
    """Return the shape of a plot in metres of the projected plane."""
    return _in_metres(plot.ring)


@functools.lru_cache(maxsize=64)
def _in_metres(ring: Ring) -> BaseGeometry:
    return in_metres(Polygon(ring))


def has_clear_shares(shares: Sequence[float]) -> bool:
    """Whether no plot is cut near nothing, near the half or near nine tenths, where a lattice of points could tell otherwise.

    >>> has_clear_shares([0.25, 1.0, 0.8]), has_clear_shares([0.49]), has_clear_shares([0.01])
    (True, False, False)
    """
    return all(0.06 <= share <= 0.44 or 0.56 <= share <= 0.86 or share > 1 - 1e-6 for share in shares)


def _zips(plots: Sequence[Plot]) -> tuple[Zone, ...]:
    """Return ZIP codes 55210 and 55211, which cross the eastern city line, and 55299 beyond it."""
    beyond, middle = WIDTH_M + 3_000.0, HEIGHT_M * 0.47
    for step in range(60):
        west = WIDTH_M - 2_500 - 41.0 * step
        if has_clear_shares(list(shares_of_plots(in_metres(_box(west, -2_000, beyond, HEIGHT_M + 2_000)), plots).values())):
            boxes = {
                "55210": _box(west, middle, beyond, HEIGHT_M + 2_000),
                "55211": _box(west, -2_000, beyond, middle),
                "55299": _box(beyond, 0, beyond + 3_000, HEIGHT_M),
            }
            return tuple(Zone(code, code, shapely.to_wkt(box, rounding_precision=6)) for code, box in boxes.items())
    raise GroundError("no ZIP line keeps clear of the half")


def _box(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a box in metres as a polygon in degrees, with points along its sides so that it keeps straight."""
    box = shapely.segmentize(shapely.box(west, south, east, north), 2_000.0)
    return Polygon(in_degrees(np.asarray(box.exterior.coords)))
