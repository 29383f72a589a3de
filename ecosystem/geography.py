"""Where are the city's areas, who can be told apart inside them, and which ground do a provider's words mean?

Terms. An *area* is one polygon of a geography (neighborhoods, precincts, ...); the first geography of a city is its *main* one, and
findings speak of its areas. A *unit* is a point that stands for a piece of an area and the residents there: a census block, or one of a
lattice of 256 points per area. A delivery's service area holds a unit or it does not; shares of areas are counted over units,
never multiplied, because only units give a true union.

Coordinates. Layers are stored and exchanged in EPSG:4326, (longitude, latitude). Everything is measured in one projected reference
system in metres, `Geography.crs`; `Units.x` and `Units.y` are in it. A frame without a reference system is an error at the door.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from ecosystem.boundaries import (
    DEGREES,
    apart_issues,
    as_text,
    check_areas,
    listed,
    own_ground,
    parse_crs,
    quoted,
    read_areas,
    read_around,
    shown_path,
    size_issues,
)
from ecosystem.corridors import Streets
from ecosystem.errors import GeographyError, InputError, Issue, NameUnknownError
from ecosystem.gazetteer import Gazetteer, areas_named, read_aliases
from ecosystem.lattice import POINTS_PER_AREA, lattice_error_of, make_lattice
from ecosystem.records import AreaPart, CoverageArea, normalize_name

if TYPE_CHECKING:
    from ecosystem.city import City

T = TypeVar("T")

_POLYGON_TYPES = (3, 6)
_NOTHING: Mapping[Any, Any] = types.MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The points that residents are counted at: by area, then from south to north and west to east.

    All arrays have one length. `area_index` is the row of `Geography.areas`; `x` and `y` are metres in `Geography.crs`; `share` is the
    part of its area's residents that the unit stands for (1 per area in sum); `residents` and each of `groups` are people, not rounded.
    """

    area_index: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    share: NDArray[np.float64]
    residents: NDArray[np.float64]
    groups: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.area_index)


@dataclass(frozen=True, eq=False, repr=False)
class Geography:
    """The areas of a city in one or more geographies, its units, and the names people use for places. Not to be changed once made.

    `layers` holds, per geography id, a frame with the columns area_id, name, geometry (EPSG:4326, valid), sorted by area_id. `areas` is
    the main layer with `residents`; 0 means that nobody lives there. `has_residents` is False where the city gave no population: the
    column then holds hectares, so that every area counts by its ground. `estimated` are the areas whose residents the table did not
    give. `lattice_error` bounds the error of a share of an area by counting units, see `lattice_error_of`. `titles` are the geographies'
    own names; `aliases` are, per geography, other names (normalized) and the areas they mean. `reaching` are the geographies that
    reach around streets and named places, `streets` the lines behind those of streets.
    """

    main: str
    layers: Mapping[str, gpd.GeoDataFrame]
    crs: CRS
    areas: gpd.GeoDataFrame
    units: Units
    issues: tuple[Issue, ...] = ()
    lattice_error: float = 0.0
    has_residents: bool = False
    estimated: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    streets: Mapping[str, Streets] = field(default_factory=dict)
    reaching: frozenset[str] = frozenset()
    _memory: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def read(cls, city: City) -> Geography:
        """Return the geographies that city.toml names, without residents: `ecosystem.population.with_population` attaches them.

        Everything that can be mended is mended and told in `issues`. Raises GeographyError with every problem of every boundary file that
        cannot: no reference system, ids that are missing or given twice, a file that holds no areas.
        """
        layers: dict[str, gpd.GeoDataFrame] = {}
        aliases: dict[str, Mapping[str, tuple[str, ...]]] = {}
        issues: list[Issue] = []
        problems: list[str] = []
        streets: dict[str, Streets] = {}
        for entry in city.geographies:
            shown = shown_path(entry.file, city.folder)
            columns: dict[str, Any] = {
                "id_column": entry.id_column,
                "name_column": entry.name_column,
                "crs": entry.crs,
                "layer": entry.layer,
                "shown": shown,
            }
            try:
                if entry.around_m is None:
                    layers[entry.id], mended = read_areas(entry.file, **columns)
                elif city.main.id in layers:
                    within = layers[city.main.id]
                    layers[entry.id], lines, mended = read_around(entry.file, around_m=entry.around_m, within=within, **columns)
                    names = dict(zip(layers[entry.id]["area_id"], layers[entry.id]["name"], strict=True))
                    if lines:
                        streets[entry.id] = Streets(lines, {key: names[key] for key in lines if key in names}, entry.around_m)
                else:
                    continue
                aliases[entry.id], unused = read_aliases(entry, layers[entry.id], city.folder)
                issues += [*mended, *unused]
            except (GeographyError, InputError) as error:
                problems.append(str(error))
        if problems:
            raise GeographyError("\n".join(problems))
        main = city.main
        return cls._build(
            main.id,
            layers,
            crs=city.crs,
            aliases=aliases,
            titles={entry.id: entry.name for entry in city.geographies},
            issues=issues,
            shown={entry.id: shown_path(entry.file, city.folder) for entry in city.geographies},
            streets=streets,
            reaching=[entry.id for entry in city.geographies if entry.around_m is not None],
        )

    @classmethod
    def of(
        cls,
        areas: gpd.GeoDataFrame,
        *,
        layers: Mapping[str, gpd.GeoDataFrame] = _NOTHING,
        crs: Any = None,
        aliases: Mapping[str, str] = _NOTHING,
        points_per_area: int = POINTS_PER_AREA,
        groups: Mapping[str, str] = _NOTHING,
        main: str = "areas",
    ) -> Geography:
        """Return a geography of frames at hand, for tests and programs.

        `areas` has the columns area_id, name, geometry and, if people are to count, residents; any reference system, but one. `layers` are
        other geographies with the same columns. `groups` maps a group's name to the column of `areas` with its counts. `aliases` maps other
        names to an area id or name of `areas`. `crs` is the projected system to measure in, by default the UTM zone. Raises GeographyError
        as `read` does. The frames are not changed.
        """
        frames: dict[str, gpd.GeoDataFrame] = {}
        issues: list[Issue] = []
        for key, frame in ((main, areas), *layers.items()):
            frames[key], found = check_areas(frame, shown=key, id_column="area_id", name_column="name" if "name" in frame.columns else None)
            issues += found
        other_names = {normalize_name(alias): areas_named(area, frames[main]) for alias, area in aliases.items()}
        unknown = sorted(alias for alias, area in aliases.items() if not areas_named(area, frames[main]))
        if unknown:
            raise GeographyError(f"{main}: the aliases {', '.join(map(repr, unknown))} stand for no area")
        geography = cls._build(main, frames, crs=crs, aliases={main: other_names}, titles={}, issues=issues, points_per_area=points_per_area)
        if "residents" not in areas.columns:
            return geography
        ids = [as_text(value) for value in areas["area_id"]]
        counts = {column: dict(zip(ids, areas[column].astype("float64"), strict=True)) for column in ("residents", *groups.values())}
        return geography.with_residents(counts["residents"], {group: counts[column] for group, column in groups.items()})

    @classmethod
    def _build(
        cls,
        main: str,
        layers: Mapping[str, gpd.GeoDataFrame],
        *,
        crs: Any,
        aliases: Mapping[str, Mapping[str, tuple[str, ...]]],
        titles: Mapping[str, str],
        issues: Iterable[Issue],
        points_per_area: int = POINTS_PER_AREA,
        shown: Mapping[str, str] = _NOTHING,
        streets: Mapping[str, Streets] = _NOTHING,
        reaching: Iterable[str] = (),
    ) -> Geography:
        areas = layers[main]
        metres = _projected_crs(crs, areas)
        file = shown.get(main, main)
        issues = [*issues, *size_issues(areas, metres, file)]
        for key, layer in layers.items():
            issues += apart_issues(layer, areas, shown.get(key, key), titles.get(main, main)) if key != main else []
        ground, found = own_ground(areas, metres, file)
        issues += found
        index, x, y = make_lattice(ground, points_per_area)
        counts = np.bincount(index, minlength=len(areas))
        hectares = shapely.area(ground) / 10_000
        share = 1.0 / counts[index]
        weighted = areas.copy()
        weighted.insert(2, "residents", hectares)
        return cls(
            main=main,
            layers=types.MappingProxyType(dict(layers)),
            crs=metres,
            areas=weighted,
            units=Units(index, x, y, share, hectares[index] * share),
            issues=tuple(issues),
            lattice_error=lattice_error_of(int(counts.min())),
            titles=types.MappingProxyType({key: titles.get(key, key) for key in layers}),
            aliases=types.MappingProxyType(dict(aliases)),
            streets=types.MappingProxyType(dict(streets)),
            reaching=frozenset(reaching),
        )

    def __repr__(self) -> str:
        return f"<Geography {self.main!r}: {len(self.areas)} areas, {len(self.units)} units, {self.crs.name}>"

    @property
    def area_ids(self) -> tuple[str, ...]:
        """Ids of the main areas, in the order of `areas`."""
        return self._remembered("area_ids", lambda: tuple(self.areas["area_id"]))

    @property
    def area_names(self) -> Mapping[str, str]:
        """Names of the main areas by id."""
        return self._remembered("area_names", lambda: types.MappingProxyType(dict(zip(self.areas["area_id"], self.areas["name"], strict=True))))

    def with_residents(
        self, residents: Mapping[str, float], groups: Mapping[str, Mapping[str, float]] = _NOTHING, *, issues: Iterable[Issue] = (), file: str = ""
    ) -> Geography:
        """Return the geography with people: counts by area id, for all residents and for each group.

        An area that is missing or NaN is not known, and unknown is not nobody: it is given the density per hectare that the other areas
        have together, and is named in `estimated` and in an Issue. A group's missing count is estimated by the group's share of the other
        areas' residents. Counts are spread over an area's units by `Units.share`. `file` is where the counts come from, for messages.
        Raises GeographyError for a negative count, or where no area has one.
        """
        hectares = shapely.area(self._ground()) / 10_000
        people = _counts(residents, self.area_ids, "residents")
        known = ~np.isnan(people)
        estimated = tuple(area_id for area_id, is_known in zip(self.area_ids, known, strict=True) if not is_known)
        if not known.any():
            raise GeographyError(f"no area of {self.titles[self.main]!r} has a count of residents. Check the column that names the areas.")
        people = np.where(known, people, hectares * people[known].sum() / hectares[known].sum())
        by_group = {}
        for group, counts in groups.items():
            members = _counts(counts, self.area_ids, group)
            told = ~np.isnan(members) & known
            share = members[told].sum() / people[told].sum() if people[told].sum() else 0.0
            by_group[group] = np.where(np.isnan(members), people * share, members)
        units = self.units
        spread = {group: members[units.area_index] * units.share for group, members in by_group.items()}
        found = list(issues)
        if estimated:
            names = ", ".join(self.area_names[area_id] for area_id in estimated[:5]) + (" ..." if len(estimated) > 5 else "")
            found.append(
                Issue(
                    file or self.titles[self.main],
                    code="residents_unknown",
                    text=names,
                    message=f"areas without a count of residents: {len(estimated)} ({names}); each is counted at the density of the others together.",
                )
            )
        return replace(
            self,
            areas=self.areas.assign(residents=people),
            units=replace(units, residents=people[units.area_index] * units.share, groups=types.MappingProxyType(spread)),
            issues=(*self.issues, *found),
            has_residents=True,
            estimated=estimated,
        )

    def with_units(
        self,
        area_index: NDArray[np.int32],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        weight: NDArray[np.float64],
        group_weights: Mapping[str, NDArray[np.float64]] = _NOTHING,
    ) -> Geography:
        """Return the geography counted at other points, e.g. census blocks: `x`, `y` in metres of `crs`, `weight` their residents.

        Residents per area are as before, spread by the new weights; so is a group, by its own `group_weights` where it has any in the area.
        An area that gets no point, or points without any weight, keeps its lattice. `lattice_error` becomes the mean over areas, weighted
        by residents, of the error at the effective number of points, 1 / sum(share^2): blocks hold unequal numbers of people.
        """
        old = self.units
        n_areas = len(self.areas)
        total = np.bincount(area_index, weights=weight, minlength=n_areas)
        kept, used = np.flatnonzero(total[old.area_index] == 0), np.flatnonzero((weight > 0) & (total[area_index] > 0))
        index = np.concatenate([area_index[used], old.area_index[kept]]).astype(np.int32)
        new_x, new_y = np.concatenate([x[used], old.x[kept]]), np.concatenate([y[used], old.y[kept]])
        share = np.concatenate([weight[used] / total[area_index[used]], old.share[kept]])
        order = np.lexsort((new_x, new_y, index))
        people = self.areas["residents"].to_numpy(dtype="float64")
        groups: dict[str, NDArray[np.float64]] = {}
        for group, members in old.groups.items():
            by_area: NDArray[np.float64] = np.bincount(old.area_index, weights=members, minlength=n_areas).astype(np.float64)
            own = np.zeros(len(index))
            own[: len(used)] = np.asarray(group_weights[group], dtype="float64")[used] if group in group_weights else 0.0
            own_total = np.bincount(index, weights=own, minlength=n_areas)[index]
            groups[group] = (by_area[index] * np.where(own_total > 0, own / np.where(own_total > 0, own_total, 1.0), share))[order]
        index, share = index[order], share[order]
        effective = 1.0 / np.bincount(index, weights=share**2, minlength=n_areas)
        errors = np.array([min(1.0, lattice_error_of(number)) for number in effective])
        return replace(
            self,
            units=Units(index, new_x[order], new_y[order], share, people[index] * share, types.MappingProxyType(groups)),
            lattice_error=float(np.average(errors, weights=people if people.sum() else None)),
        )

    def find(self, text: str, geography: str | None = None) -> AreaPart | None:
        """Return the area that a name, an alias or an id means, see `Gazetteer.find`."""
        return self.gazetteer.find(text, geography)

    def candidates(self, text: str, limit: int = 3) -> tuple[tuple[str, str, float], ...]:
        """Return the closest names as (geography id, name, score), see `Gazetteer.candidates`."""
        return self.gazetteer.candidates(text, limit)

    @property
    def boundaries(self) -> Mapping[str, gpd.GeoDataFrame]:
        """The layers that may be drawn and given on: not those around streets and places, whose middle may be somebody's address."""
        return {key: layer for key, layer in self.layers.items() if key not in self.reaching}

    @property
    def gazetteer(self) -> Gazetteer:
        """The names of all geographies."""
        return self._remembered("gazetteer", lambda: Gazetteer(self.layers, self.aliases))

    def along(self, street: str, corners: tuple[str, str] | None = None) -> AreaPart | None:
        """Return the ground along a street, of all its length or between two corners; None where no street file knows it or them as one.

        The street may be named without its direction and is then all of it; a corner may be named without its kind ("from 5th to Cedar").
        """
        for layer, streets in self.streets.items():
            if corners is None:
                ids = streets.called(street)
                if ids:
                    return AreaPart("areas", layer, tuple(ids))
            else:
                ground = streets.between(street, corners, lambda ids, layer=layer: self._lines(layer, ids))  # type: ignore[misc]
                if ground is not None:
                    return self._drawn(ground)
        return None

    def around(self, part: AreaPart, metres: float) -> AreaPart:
        """Return the ground that is at most `metres` away from named areas; from the line of a street, not from the ground along it."""
        lines = self._lines(part.geography, part.area_ids) if part.geography in self.streets else []
        rows = self._rows(part.geography)
        layer = self.layers[part.geography].geometry
        shapes = lines or list(layer.iloc[[rows[area_id] for area_id in part.area_ids]].to_crs(self.crs))
        return self._drawn(shapely.buffer(shapely.union_all(shapes), metres, quad_segs=16))

    def membership(self, area: CoverageArea) -> NDArray[np.bool_]:
        """Return one bool per unit: inside any of the parts and inside none of the exclusions. `unresolved` names add nothing.

        Raises NameUnknownError for an area id or geography that the city does not have, GeographyError for a polygon that cannot be read.
        """
        inside = np.zeros(len(self.units), dtype=bool)
        for part in area.parts:
            inside |= self._part(part)
        for part in area.exclusions:
            inside &= ~self._part(part)
        return inside

    def locate(self, longitude: float, latitude: float) -> str | None:
        """Return the id of the main area a point (EPSG:4326) lies in, the lowest id where it lies on an edge; None outside."""
        row = int(self.locate_all([longitude], [latitude])[0])
        return None if row < 0 else self.area_ids[row]

    def locate_all(
        self, longitudes: Sequence[float] | NDArray[np.float64], latitudes: Sequence[float] | NDArray[np.float64], geography: str | None = None
    ) -> NDArray[np.int32]:
        """Return per point (EPSG:4326) the row of the area it lies in, -1 outside or where a coordinate is not a number.

        Rows are those of `layers[geography]`, by default of `areas`. A point on a shared edge is in the area of the lowest id, so that every
        point is counted once.
        """
        layer = self.main if geography is None else geography
        tree = self._remembered(("tree", layer), lambda: shapely.STRtree(self.layers[layer].geometry.to_numpy()))
        points = np.column_stack([np.asarray(longitudes, dtype="float64"), np.asarray(latitudes, dtype="float64")])
        usable = np.flatnonzero(np.isfinite(points).all(axis=1))
        rows = np.full(len(points), len(self.layers[layer]), dtype=np.int32)
        which, area = tree.query(shapely.points(points[usable]), predicate="covered_by")
        np.minimum.at(rows, usable[which], area.astype(np.int32))
        rows[rows == len(self.layers[layer])] = -1
        return rows

    def project(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return points of EPSG:4326 as x and y in metres of `crs`."""
        transformer = self._remembered("transformer", lambda: Transformer.from_crs(DEGREES, self.crs, always_xy=True))
        x, y = transformer.transform(np.asarray(longitudes, dtype="float64"), np.asarray(latitudes, dtype="float64"))
        return x, y

    def simplified(self, tolerance_m: float, geography: str | None = None) -> gpd.GeoDataFrame:
        """Return a layer drawn with fewer points (area_id, name, geometry in EPSG:4326), neighbors still sharing their borders.

        `tolerance_m` is about the side of the triangles that may be cut off (Visvalingam-Whyatt on the whole coverage, so that no gap or
        overlap opens). For maps and drawings only; nothing is measured on it. An area that would collapse keeps its shape.
        """
        frame = self.layers[self.main if geography is None else geography]
        ground = self._ground() if geography in (None, self.main) else frame.geometry.to_crs(self.crs).to_numpy()
        drawn = shapely.coverage_simplify(ground, tolerance_m)
        spoiled = shapely.is_empty(drawn) | ~shapely.is_valid(drawn)
        drawn = np.where(spoiled, ground, drawn)
        return gpd.GeoDataFrame(frame[["area_id", "name"]], geometry=list(drawn), crs=self.crs).to_crs(DEGREES)

    def _remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Compute once per geography; what is kept follows from the fields alone."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast("T", self._memory[key])

    def _ground(self) -> NDArray[np.object_]:
        """The main polygons in metres, each without what belongs to an area of a lower id."""
        return self._remembered("ground", lambda: own_ground(self.layers[self.main], self.crs, "")[0])

    def _lines(self, layer: str, area_ids: Iterable[str]) -> list[Any]:
        """Lines of streets in metres of `crs`."""
        lines = self.streets[layer].lines
        found = [lines[area_id] for area_id in area_ids if area_id in lines]
        return list(gpd.GeoSeries(found, crs=DEGREES).to_crs(self.crs)) if found else []

    def _drawn(self, ground: Any) -> AreaPart:
        """Return ground in metres as a drawn polygon."""
        placed = gpd.GeoSeries([ground], crs=self.crs).to_crs(DEGREES).iloc[0]
        return AreaPart("polygon", wkt=shapely.to_wkt(placed, rounding_precision=7))

    def _rows(self, layer: str) -> Mapping[str, int]:
        if layer not in self.layers:
            raise NameUnknownError(f"there is no geography {layer!r}; the city has {', '.join(self.layers)}")
        return self._remembered(("rows", layer), lambda: {area_id: row for row, area_id in enumerate(self.layers[layer]["area_id"])})

    def _part(self, part: AreaPart) -> NDArray[np.bool_]:
        return self._remembered(part, lambda: self._inside(part))

    def _inside(self, part: AreaPart) -> NDArray[np.bool_]:
        units = self.units
        if part.kind == "citywide":
            return np.ones(len(units), dtype=bool)
        if part.kind == "radius":
            x, y = self.project([part.longitude], [part.latitude])
            return np.asarray(np.hypot(units.x - x[0], units.y - y[0]) <= part.radius_m, dtype=bool)
        inside = np.zeros(len(units), dtype=bool)
        if part.kind == "polygon":
            inside[self._units_within([_read_polygon(part.wkt, self.crs)])[1]] = True
            return inside
        layer = part.geography or self.main
        rows = self._rows(layer)
        unknown = [area_id for area_id in part.area_ids if area_id not in rows]
        if unknown:
            raise NameUnknownError(f"{self.titles[layer]} has no area with the id {', '.join(unknown)}")
        wanted = [rows[area_id] for area_id in part.area_ids]
        if layer == self.main:
            return np.isin(units.area_index, wanted)
        area, unit = self._remembered(("within", layer), lambda: self._units_within(self.layers[layer].geometry.to_crs(self.crs).to_numpy()))
        inside[unit[np.isin(area, wanted)]] = True
        return inside

    def _units_within(self, polygons: Sequence[Any] | NDArray[np.object_]) -> NDArray[np.intp]:
        """Return pairs (polygon, unit), shape (2, n), polygons in metres of `crs`. Areas of one layer may overlap; a unit may be in several."""
        tree = self._remembered("unit tree", lambda: shapely.STRtree(np.asarray(shapely.points(self.units.x, self.units.y), dtype=object)))
        return tree.query(np.asarray(polygons, dtype=object), predicate="covers")


def _projected_crs(crs: Any, areas: gpd.GeoDataFrame) -> CRS:
    if crs is None:
        return areas.estimate_utm_crs()
    metres = parse_crs(crs, "city.toml")
    if not metres.is_projected or any(axis.unit_name not in ("metre", "meter", "m") for axis in metres.axis_info):
        raise GeographyError(
            f"city.toml: crs = {quoted(str(crs))} does not measure in metres. Write a projected system such as EPSG:26915, or leave it out."
        )
    return metres


def _read_polygon(wkt: str, metres: CRS) -> Any:
    """Return a polygon given as WKT in EPSG:4326 as a valid one in metres."""
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.ShapelyError as error:
        raise GeographyError(f"a polygon cannot be read: {str(error)[:100]}. Write it as WKT in longitude and latitude.") from error
    if shape is None or shapely.get_type_id(shape) not in _POLYGON_TYPES or shapely.is_empty(shape):
        raise GeographyError("a service area must be a POLYGON or MULTIPOLYGON in longitude and latitude.")
    west, south, east, north = shapely.bounds(shape)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise GeographyError(f"a polygon's coordinates cannot be degrees (x {west:.6g} to {east:.6g}). Write it in longitude and latitude.")
    placed = gpd.GeoSeries([shapely.make_valid(shapely.force_2d(shape), method="structure", keep_collapsed=False)], crs=DEGREES).to_crs(metres)
    return placed.iloc[0]


def _counts(counts: Mapping[str, float], area_ids: Sequence[str], what: str) -> NDArray[np.float64]:
    values = np.array([counts.get(area_id, math.nan) for area_id in area_ids], dtype="float64")
    below = [area_id for area_id, value in zip(area_ids, values, strict=True) if value < 0 or math.isinf(value)]
    if below:
        raise GeographyError(f"the count of {what} is below 0 or no number in {listed(below)}.")
    return values
