"""One city is the same in every format and reference system."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from boundary_files import FORMATS, lies_on, town, write
from ecosystem.boundaries import read_areas
from ecosystem.city import City
from ecosystem.geography import Geography
from squares import UTM, frame_of, square


@pytest.mark.parametrize("name", ["areas.geojson", "areas.shp", "areas.zip", "areas.gpkg"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:26915", "EPSG:26851"])
def test_every_format_and_reference_system_gives_the_same_areas(tmp_path: Path, name: str, crs: str) -> None:
    shapes = {"b": square(1), "a": square(0)}
    written = frame_of(shapes, ["Birch", "Ash"]).to_crs("EPSG:4326" if name.endswith("geojson") else crs)
    areas, issues = read_areas(write(written, tmp_path / name), id_column="area_id", name_column="name")
    assert list(areas["area_id"]) == ["a", "b"]
    assert list(areas["name"]) == ["Ash", "Birch"]
    assert list(areas.columns) == ["area_id", "name", "geometry"]
    assert areas.crs == "EPSG:4326"
    assert issues == ()
    assert lies_on(areas, "a", "b")


def test_a_reference_system_of_ones_own_is_read_from_the_prj(tmp_path: Path) -> None:
    own = "+proj=lcc +lat_0=44.79 +lon_0=-93.38 +lat_1=44.88 +lat_2=45.13 +x_0=152400 +y_0=30480 +a=6378418.941 +rf=298.257 +units=us-ft +no_defs"
    write(frame_of({"a": square(0)}).to_crs(own), tmp_path / "areas.shp")
    areas, issues = read_areas(tmp_path / "areas.shp", id_column="area_id")
    assert issues == ()
    assert lies_on(areas, "a")


@pytest.mark.parametrize("name", FORMATS)
def test_one_city_is_the_same_in_every_format(tmp_path: Path, name: str) -> None:
    expected = town()
    areas, issues = read_areas(FORMATS[name](expected, tmp_path), id_column="area_id", name_column="name")
    assert issues == ()
    assert list(areas["area_id"]) == ["01", "02", "10"]
    assert list(areas["name"]) == ["Ash & Lake", "Birch", "Peñuelas"]
    assert areas.crs == "EPSG:4326"
    ground = areas.geometry.to_crs(UTM)
    assert ground.area.to_numpy() == pytest.approx([910_000, 2_000_000, 1_000_000], rel=1e-6)
    assert shapely.hausdorff_distance(ground.to_numpy(), expected.geometry.to_numpy()).max() < 0.01


@pytest.mark.shared
@pytest.mark.parametrize("name", FORMATS)
def test_minneapolis_is_the_same_geography_in_every_format(tmp_path: Path, shared_data: Path, name: str) -> None:
    source = gpd.read_file(shared_data / "minneapolis" / "boundaries" / "Minneapolis_Neighborhoods.geojson")
    columns = {"area_id": source["BDNUM"].astype(str), "name": source["BDNAME"]}
    frame = gpd.GeoDataFrame(columns, geometry=source.geometry, crs=source.crs).to_crs(UTM)
    file = FORMATS[name](frame, tmp_path)
    entry = {"id": "areas", "name": "Areas", "file": file.name, "id_column": "area_id", "name_column": "name"}
    values = {"name": "Minneapolis", "time_zone": "America/Chicago", "as_of": "2026-01-01", "crs": UTM, "geographies": [entry]}
    geography = Geography.read(City.of(values, file=tmp_path / "city.toml", must_exist=True))
    expected = frame.set_index("area_id")
    assert [issue for issue in geography.issues if issue.severity != "info"] == []
    assert dict(geography.area_names) == expected["name"].to_dict()
    hectares = dict(zip(geography.area_ids, geography.areas["residents"], strict=True))
    assert hectares == pytest.approx((expected.area / 10_000).to_dict(), rel=1e-6)
    assert sum(hectares.values()) == pytest.approx(expected.area.sum() / 10_000, rel=1e-6)


@pytest.mark.parametrize("name", FORMATS)
def test_reading_one_file_twice_gives_the_same_areas(tmp_path: Path, name: str) -> None:
    file = FORMATS[name](town(), tmp_path)
    first, second = (read_areas(file, name_column="name")[0] for _ in range(2))
    assert first.equals(second)
