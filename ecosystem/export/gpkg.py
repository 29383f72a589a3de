"""The areas with their summary, and the places that this edition may show, for a GIS: `ecosystem.gpkg`.

Layers, all in EPSG:4326: `areas` (residents, number of deliveries, and per need the hours of the week with a gap or not known, from the table of
the analysis "gaps"), `deliveries` (one point for each delivery whose place the edition shows), and one layer per further geography.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.errors import OutputError
from ecosystem.export.rows import Run, inventory, people, storable

if TYPE_CHECKING:
    import geopandas as gpd

    from ecosystem.outputs import OutputFolder


def write(run: Run, out: OutputFolder) -> None:
    """Write the GeoPackage."""
    import pyogrio

    layers = {"areas": area_layer(run), "deliveries": delivery_layer(run)}
    for name, layer in sorted(run.geography.boundaries.items()):
        if name != run.geography.main:
            layers[name if name not in layers else f"{name}_areas"] = layer
    with tempfile.TemporaryDirectory() as folder, _fixed_date(run):
        path = Path(folder) / "ecosystem.gpkg"
        for name, layer in layers.items():
            kind = "Point" if name == "deliveries" else "MultiPolygon"
            try:
                pyogrio.write_dataframe(
                    layer, path, layer=name, driver="GPKG", append=path.exists(), geometry_type=kind, promote_to_multi=kind != "Point"
                )
            except pyogrio.errors.DataSourceError as error:
                raise OutputError(f"ecosystem.gpkg cannot be written ({error}). Is the disk for temporary files full?") from error
        out.write_bytes("ecosystem.gpkg", path.read_bytes())


@contextlib.contextmanager
def _fixed_date(run: Run) -> Iterator[None]:
    """Let the file carry the city's date instead of the clock's, so that the same run gives the same bytes."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{run.city.as_of.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def area_layer(run: Run) -> gpd.GeoDataFrame:
    """Return the areas of the main geography with one column per fact."""
    areas = run.geography.areas[["area_id", "name", "residents", "geometry"]].copy()
    areas["area_id"], areas["name"] = areas["area_id"].map(_text), areas["name"].map(_text)
    areas["residents"] = [people(run, float(count)) for count in areas["residents"]]
    areas["residents"] = areas["residents"].astype("float64")
    covers: dict[str, int] = {}
    for _, target, key in run.eco.graph.edges(keys=True):
        if key == "covers":
            covers[target] = covers.get(target, 0) + 1
    areas["deliveries"] = [covers.get(f"area:{area_id}", 0) for area_id in run.geography.areas["area_id"]]
    if "gaps" in run.results:
        table = run.results["gaps"].table
        for column in ("gap_hours", "not_known_hours"):
            by_need = table.pivot(index="area_id", columns="need", values=column)
            for need in by_need.columns:
                areas[f"{column}_{need}"] = areas["area_id"].map(by_need[need]).astype("float64")
    return areas


def delivery_layer(run: Run) -> gpd.GeoDataFrame:
    """Return one point per delivery whose place the edition shows, with what the inventory says of it."""
    import geopandas as gpd

    rows = inventory(run)
    placed = rows[rows["longitude"].notna() & rows["latitude"].notna()].reset_index(drop=True)
    points = gpd.points_from_xy(placed["longitude"], placed["latitude"], crs="EPSG:4326")
    facts = placed.drop(columns=["longitude", "latitude"])
    texts = {str(name): facts[name].map(_text).astype("object") for name in facts.columns if not facts[name].eq("").all()}
    return gpd.GeoDataFrame(texts, geometry=points, crs="EPSG:4326")


def _text(value: Any) -> str:
    return storable(str(value))
