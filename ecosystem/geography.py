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
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rapidfuzz import fuzz, process

from ecosystem.boundaries import (
    DEGREES,
    as_text,
    check_areas,
    listed,
    parse_crs,
    quoted,
    read_areas,
    read_csv_table,
    shown_path,
)
from ecosystem.errors import GeographyError, InputError, Issue, NameUnknownError
from ecosystem.lattice import POINTS_PER_AREA, lattice_error_of, make_lattice
from ecosystem.records import AreaPart, CoverageArea, normalize_name

if TYPE_CHECKING:
    from ecosystem.city import City, GeographyFile

T = TypeVar("T")

SLIVER_M2 = 50.0
"""An overlap of two areas below this many square metres is noise of digitizing: counted, not listed."""

_POLYGON_TYPES = (3, 6)
_GENERIC_WORDS = frozenset(("the", "neighborhood", "neighborhoods", "neighbourhood", "neighbourhoods", "area", "barrio"))
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
    own names; `aliases` are, per geography, other names (normalized) and the areas they mean.
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
        for entry in city.geographies:
            try:
                layers[entry.id], mended = read_areas(
                    entry.file,
                    id_column=entry.id_column,
                    name_column=entry.name_column,
                    crs=entry.crs,
                    layer=entry.layer,
                    shown=shown_path(entry.file, city.folder),
                )
                aliases[entry.id], unused = _read_aliases(entry, layers[entry.id], city.folder)
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
        other_names = {normalize_name(alias): _areas_named(area, frames[main]) for alias, area in aliases.items()}
        unknown = sorted(alias for alias, area in aliases.items() if not _areas_named(area, frames[main]))
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
    ) -> Geography:
        areas = layers[main]
        metres = _projected_crs(crs, areas)
        file = shown.get(main, main)
        issues = [*issues, *_size_issues(areas, metres, file)]
        for key, layer in layers.items():
            issues += _apart_issues(layer, areas, shown.get(key, key), titles.get(main, main)) if key != main else []
        ground, found = _own_ground(areas, metres, file)
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
        """Return the area that a name, an alias or an id means; None where no geography knows it or it could mean several areas.

        Case, accents, punctuation, hyphens of any kind, words such as "neighborhood" and the order of words do not matter. A name that
        several geographies have means the first of them, the main one before all. A bare id that several geographies have means none. An
        alias may stand for several areas. `geography` looks in one geography only; raises NameUnknownError where there is none of that id.
        """
        if geography is not None and geography not in self.layers:
            raise NameUnknownError(f"there is no geography {geography!r}; the city has {', '.join(self.layers)}")
        looked_in = self.layers if geography is None else [geography]
        name = normalize_name(text)
        for spell in (_as_is, _without_generic_words, _run_together, _in_any_order):
            key = spell(name)
            for layer in looked_in if key else ():
                meant = self._spellings(layer, spell).get(key)
                if meant is not None:
                    return AreaPart("areas", layer, meant) if meant else None
        with_id = [layer for layer in looked_in if text.strip() in self._rows(layer)]
        return AreaPart("areas", with_id[0], (text.strip(),)) if len(with_id) == 1 else None

    def candidates(self, text: str, limit: int = 3) -> tuple[tuple[str, str, float], ...]:
        """Return the closest names as (geography id, name, score), best first, score 0 to 100.

        They are for a person to choose from, never to be used unseen.
        """

        def known_names() -> list[tuple[str, str, str]]:
            rows = []
            for layer, frame in self.layers.items():
                names = dict(zip(frame["area_id"], frame["name"], strict=True))
                rows += [(normalize_name(name), layer, name) for name in names.values()]
                rows += [(alias, layer, names[area]) for alias, areas in self.aliases.get(layer, {}).items() for area in areas]
            return rows

        rows = self._remembered("candidates", known_names)
        scored = process.extract(normalize_name(text), [row[0] for row in rows], scorer=fuzz.WRatio, limit=None)
        best: dict[tuple[str, str], float] = {}
        for _, score, row in scored:
            key = (rows[row][1], rows[row][2])
            best[key] = max(score, best.get(key, 0.0))
        order = list(self.layers)
        ranked = sorted(best.items(), key=lambda item: (-item[1], order.index(item[0][0]), item[0][1]))
        return tuple((layer, name, float(score)) for (layer, name), score in ranked[:limit] if score > 0)

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
        return self._remembered("ground", lambda: _own_ground(self.layers[self.main], self.crs, "")[0])

    def _rows(self, layer: str) -> Mapping[str, int]:
        if layer not in self.layers:
            raise NameUnknownError(f"there is no geography {layer!r}; the city has {', '.join(self.layers)}")
        return self._remembered(("rows", layer), lambda: {area_id: row for row, area_id in enumerate(self.layers[layer]["area_id"])})

    def _spellings(self, layer: str, spell: Any) -> Mapping[str, tuple[str, ...]]:
        """Names and aliases of one geography in one spelling -> area ids; () where a spelling could mean several areas."""

        def collect() -> dict[str, tuple[str, ...]]:
            spelled: dict[str, tuple[str, ...]] = {}
            frame = self.layers[layer]
            for name, area_id in zip(frame["name"], frame["area_id"], strict=True):
                key = spell(normalize_name(name))
                spelled[key] = (area_id,) if key not in spelled else ()
            for alias, area_ids in self.aliases.get(layer, {}).items():
                spelled.setdefault(spell(alias), area_ids)
            return spelled

        return self._remembered(("spelled", layer, spell.__name__), collect)

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


def _own_ground(areas: gpd.GeoDataFrame, metres: CRS, shown: str) -> tuple[NDArray[np.object_], list[Issue]]:
    """Return the polygons in metres, what two areas share given to the lower id, and the overlaps."""
    polygons = shapely.make_valid(areas.geometry.to_crs(metres).to_numpy(), method="structure", keep_collapsed=False)
    if shapely.coverage_is_valid(polygons):
        return polygons, []
    issues: list[Issue] = []
    lower, higher = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    lower, higher = lower[lower < higher], higher[lower < higher]
    shared = shapely.intersection(polygons[lower], polygons[higher])
    shared_m2 = shapely.area(shared)
    names = list(areas["name"])
    own = polygons.copy()
    for i, j, m2 in sorted(zip(lower.tolist(), higher.tolist(), shared_m2.tolist(), strict=True)):
        if m2 > SLIVER_M2:
            own[j] = shapely.difference(own[j], polygons[i])
            text = f"{names[i]} and {names[j]} overlap on {m2:,.0f} m2; who lives there is counted in {names[i]}, the lower id."
            issues.append(Issue(shown, code="areas_overlap", text=f"{areas['area_id'].iloc[i]}, {areas['area_id'].iloc[j]}", message=text))
    buried = [names[row] for row in np.flatnonzero(shapely.area(own) <= 1e-3 * np.minimum(shapely.area(polygons), 1_000.0))]
    if buried:
        raise GeographyError(
            f"{shown}: {listed(buried)} lies wholly inside other areas. Put it in a geography of its own, or cut it out of the others."
        )
    slivers = (shared_m2 > 0) & (shared_m2 <= SLIVER_M2)
    if slivers.any():
        text = f"pairs of areas that overlap by less than {SLIVER_M2:.0f} m2: {slivers.sum()} ({shared_m2[slivers].sum():.1f} m2 in all)."
        issues.append(Issue(shown, code="slivers", severity="info", message=text))
    return own, issues


def _size_issues(areas: gpd.GeoDataFrame, metres: CRS, shown: str) -> list[Issue]:
    west, south, east, north = areas.geometry.to_crs(metres).total_bounds
    if max(east - west, north - south) <= 500_000:
        return []
    text = f"the areas reach over {max(east - west, north - south) / 1000:,.0f} km. If that is no city, the reference system is wrong: set crs."
    return [Issue(shown, code="areas_too_large", message=text)]


def _apart_issues(layer: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, shown: str, main: str) -> list[Issue]:
    if shapely.box(*layer.total_bounds).intersects(shapely.box(*areas.total_bounds)):
        return []
    return [Issue(shown, code="layer_apart", severity="error", message=f"none of its areas touches the ground of {main!r}. Check its crs.")]


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


def _read_aliases(entry: GeographyFile, areas: gpd.GeoDataFrame, folder: Path) -> tuple[dict[str, tuple[str, ...]], list[Issue]]:
    """Read other names of areas: a CSV with `alias` and `area_id` or `name`. Rows of one alias together mean all their areas."""
    if entry.aliases is None:
        return {}, []
    shown = shown_path(entry.aliases, folder)
    columns, rows = read_csv_table(entry.aliases, shown)
    target = next((column for column in ("area_id", "name") if column in columns), None)
    if "alias" not in columns or target is None:
        raise GeographyError(f"{shown}: needs the columns alias and area_id (or name); it has {', '.join(columns) or 'none'}.")
    aliases: dict[str, tuple[str, ...]] = {}
    issues = []
    for number, row in rows:
        key, meant = normalize_name(row["alias"]), _areas_named(row[target], areas)
        if not key and not row[target]:
            continue
        if not meant or not key:
            text = f"{row[target]!r} is no area of {entry.name}; the alias {row['alias']!r} is not used."
            issues.append(Issue(shown, row=number, column=target, code="alias_unknown", text=row[target], message=text))
            continue
        aliases[key] = tuple(sorted({*aliases.get(key, ()), *meant}))
    return aliases, issues


def _areas_named(text: str, areas: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the area with this id, else the one area with this name, else none."""
    if (areas["area_id"] == text.strip()).any():
        return (text.strip(),)
    named = [area_id for area_id, name in zip(areas["area_id"], areas["name"], strict=True) if normalize_name(name) == normalize_name(text)]
    return (named[0],) if len(named) == 1 else ()


def _counts(counts: Mapping[str, float], area_ids: Sequence[str], what: str) -> NDArray[np.float64]:
    values = np.array([counts.get(area_id, math.nan) for area_id in area_ids], dtype="float64")
    below = [area_id for area_id, value in zip(area_ids, values, strict=True) if value < 0 or math.isinf(value)]
    if below:
        raise GeographyError(f"the count of {what} is below 0 or no number in {listed(below)}.")
    return values


def _as_is(name: str) -> str:
    return name


def _without_generic_words(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _GENERIC_WORDS)


def _run_together(name: str) -> str:
    return _without_generic_words(name).replace(" ", "")


def _in_any_order(name: str) -> str:
    return " ".join(sorted(_without_generic_words(name).split()))
