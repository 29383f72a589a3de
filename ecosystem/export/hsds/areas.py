"""Which service areas of HSDS say where a delivery works?

One row per named area, with its shape as a GeoJSON geometry where it is a boundary everyone may have. What no shape can say exactly has none:
streets and surroundings, distances from a place that is not shown, names nobody could place, more than the city. What is left out of an area is
taken out of its rows, so that a reader who knows nothing of exceptions is told no more than is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
import shapely.geometry

from ecosystem.hsds import OWN_URI
from ecosystem.records import AreaPart, CoverageArea, Location

if TYPE_CHECKING:
    from ecosystem.geography import Geography
    from ecosystem.messages import Catalogue

_DECIMALS = 6
"""Of a degree: about 0.1 m."""
_CIRCLE = 16
"""Segments per quarter of a drawn circle."""


@dataclass
class Areas:
    """Makes rows of service areas of one city, each shape once."""

    geography: Geography
    say: Catalogue
    _shapes: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, area: CoverageArea, location: Location) -> Iterator[dict[str, str]]:
        """Yield the rows of an area without ids: name, description, extent, extent_type, uri. `location` is the place as the edition shows it."""
        without = self.names(CoverageArea(area.exclusions))
        about = [self.say.text("hsds.area.except", {"names": without})] if without else []
        about += [] if area.certain else [self.say.text("hsds.area.roughly")]
        description = " ".join(about)
        for part in area.parts:
            for row in self._part(part, area, location):
                yield {**row, "description": " ".join(filter(None, (row.get("description", ""), description)))}
        for name in area.unresolved:
            yield {"name": name, "description": self.say.text("hsds.area.unresolved")}

    def names(self, area: CoverageArea) -> list[str]:
        """Return the names of an area, in the words of the city's maps; drawn shapes and distances have none."""
        found = []
        for part in area.parts:
            if part.kind == "citywide":
                found.append(self._whole(part))
            elif part.kind == "areas":
                names = self._names_of(part.geography)
                found += [names.get(area_id, area_id) for area_id in part.area_ids]
        return [*found, *area.unresolved]

    def is_named(self, area: CoverageArea) -> bool:
        """Whether names say all of an area."""
        return all(part.kind in ("areas", "citywide") for part in (*area.parts, *area.exclusions))

    def _part(self, part: AreaPart, area: CoverageArea, location: Location) -> Iterator[dict[str, str]]:
        if part.kind == "areas":
            names = self._names_of(part.geography)
            whole = [other for other in area.exclusions if other.kind == "areas" and other.geography == part.geography]
            gone = {area_id for other in whole for area_id in other.area_ids}
            is_exact = len(whole) == len(area.exclusions)
            for area_id in part.area_ids:
                if area_id not in gone:
                    shape = self._shape_of(part.geography, area_id) if is_exact else ""
                    yield _row(names.get(area_id, area_id), shape, f"{OWN_URI}area:{part.geography}:{area_id}")
        elif part.kind == "citywide":
            yield _row(self._whole(part), self._city(area), f"{OWN_URI}area:citywide")
        elif part.kind == "polygon":
            yield _row("", "" if area.exclusions else _geojson(shapely.from_wkt(part.wkt)), "", self.say.text("hsds.area.drawn"))
        elif (part.longitude, part.latitude) == (location.longitude, location.latitude):
            about = self.say.text("hsds.area.distance", {"n": part.radius_m})
            yield _row("", "" if area.exclusions else self._circle(part), f"{OWN_URI}area:radius", about)
        else:
            yield _row("", "", f"{OWN_URI}area:radius", self.say.text("hsds.area.distance", {"n": part.radius_m}))

    def _whole(self, part: AreaPart) -> str:
        return self.say.text(f"hsds.area.{part.geography or 'city'}")

    def _city(self, area: CoverageArea) -> str:
        """The city's ground less areas of its main geography; none where something else is left out."""
        main = self.geography.main
        if any(part.kind != "areas" or part.geography != main for part in area.exclusions):
            return ""
        gone = frozenset(area_id for part in area.exclusions for area_id in part.area_ids)
        key = ("", ";".join(sorted(gone)))
        if key not in self._shapes:
            layer = self.geography.boundaries[main]
            kept = [shape for area_id, shape in zip(layer["area_id"], layer.geometry, strict=True) if area_id not in gone]
            self._shapes[key] = _geojson(shapely.union_all(kept)) if kept else ""
        return self._shapes[key]

    def _shape_of(self, geography: str, area_id: str) -> str:
        if (geography, area_id) not in self._shapes:
            layer = self.geography.boundaries.get(geography)
            found = [] if layer is None else list(layer.geometry[layer["area_id"] == area_id])
            self._shapes[geography, area_id] = _geojson(found[0]) if found else ""
        return self._shapes[geography, area_id]

    def _circle(self, part: AreaPart) -> str:
        """A circle in metres of the city's CRS, as degrees."""
        from pyproj import Transformer

        x, y = self.geography.project([part.longitude], [part.latitude])
        circle = shapely.Point(float(x[0]), float(y[0])).buffer(part.radius_m, quad_segs=_CIRCLE)
        back = Transformer.from_crs(self.geography.crs, "EPSG:4326", always_xy=True)
        return _geojson(shapely.transform(circle, lambda points: _columns(back.transform(points[:, 0], points[:, 1]))))

    def _names_of(self, geography: str) -> Mapping[str, str]:
        layer = self.geography.layers.get(geography)
        return {} if layer is None else dict(zip(map(str, layer["area_id"]), map(str, layer["name"]), strict=True))


def _columns(values: Any) -> Any:
    import numpy as np

    return np.column_stack(values)


def _row(name: str, extent: str, uri: str, description: str = "") -> dict[str, str]:
    row = {"name": name, "extent": extent, "extent_type": "geojson" if extent else "", "uri": uri, "description": description}
    return {column: value for column, value in row.items() if value}


def _geojson(shape: Any) -> str:
    """A polygon as a GeoJSON geometry, six decimals where that leaves it valid; "" for what is none."""
    if shape is None or shapely.is_empty(shape) or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return ""
    rounded = shapely.transform(shape, lambda points: points.round(_DECIMALS))
    drawn = rounded if shapely.is_valid(rounded) else shape
    return json.dumps(shapely.geometry.mapping(shapely.force_2d(drawn)), separators=(",", ":"))
