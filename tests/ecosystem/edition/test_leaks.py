"""Every way of leaking that we know, planted by hand, is found; clean outputs pass."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from ecosystem.edition import Edition, check_leaks, find_leaks, redact
from ecosystem.edition.leaks import boundary_points
from ecosystem.edition.readings import packed_in
from ecosystem.errors import LeakError
from ecosystem.outputs import to_csv, to_json, to_parquet
from ecosystem.records import Contact, Delivery, Location, Organization, Publish, Records, Service
from ecosystem.taxonomy import Taxonomy

TAXONOMY = Taxonomy.read()
LONGITUDE, LATITUDE = -93.26503, 44.97782
ADDRESS, PHONE = "1420 N. Maple Street, Apt 4, Riverbend MN 55411", "(612) 555-0100"
CRS = "EPSG:26915"
EAST, NORTH = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(LONGITUDE, LATITUDE)

SHELTER = Delivery(
    "d-shelter",
    "harbor",
    "harbor/shelter",
    "Maple House",
    mode="residential",
    location=Location(ADDRESS, LONGITUDE, LATITUDE),
    contact=Contact(PHONE),
    publish=Publish(contact="analyst"),
)
CLINIC = Delivery(
    "d-clinic",
    "other",
    "other/clinic",
    "Clinic",
    mode="walk_in",
    location=Location("99 Oak Avenue", -93.2663, 44.9778),
    contact=Contact("612-555-0199"),
)
RECORDS = Records.of(
    [Organization("harbor", "Harbor Hill"), Organization("other", "Other House")],
    [Service("harbor/shelter", "harbor", "Maple House", ("04c",)), Service("other/clinic", "other", "Clinic", ("11d",))],
    [SHELTER, CLINIC],
)
"""A shelter, and a clinic of another organization exactly 100 m west that publishes its own place."""


def leaks_in(folder: Path, edition: Edition = "public", **options: Any) -> set[tuple[str, str, str]]:
    found = find_leaks(folder, RECORDS, edition, CRS, taxonomy=TAXONOMY, **options)
    return {(leak.file.split(" ")[0], leak.kind, leak.delivery) for leak in found}


def plant(folder: Path, name: str, data: bytes | str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as members_of:
        for name, data in members.items():
            members_of.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def workbook(rows: list[list[Any]], *, strings: bool = True) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": not strings}) as book:
        sheet = book.add_worksheet("inventory")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def geopackage(*points: tuple[float, float], crs: str = "EPSG:4326") -> bytes:
    frame = gpd.GeoDataFrame({"name": ["x"] * len(points)}, geometry=[shapely.Point(*point) for point in points], crs=crs)
    out = io.BytesIO()
    frame.to_file(out, driver="GPKG", layer="deliveries", engine="pyogrio")
    return out.getvalue()


def sqlite_file(tmp: Path, *rows: tuple[Any, ...]) -> bytes:
    path = tmp / "rows.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table deliveries (name, a, b, note)")
        connection.executemany("insert into deliveries values (?, ?, ?, ?)", rows)
    connection.close()
    data = path.read_bytes()
    path.unlink()
    return data


def deflated(value: str | bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = value.encode() if isinstance(value, str) else value
    return base64.b64encode(packer.compress(raw) + packer.flush()).decode()


def script(text: str) -> str:
    return f'<html><script type="application/json" id="data">{text}</script></html>'


def page(head: dict[str, Any], **sections: bytes) -> str:
    from maps.payload.codec import pack

    return script(json.dumps(pack(head, sections)))


def shapes(*rings: list[tuple[float, float]]) -> bytes:
    from maps.payload.codec import pack_shapes

    return pack_shapes([[[ring] for ring in rings]])


FAR = [(-93.30, 44.95), (-93.29, 44.95), (-93.29, 44.96)]
GRAPHML_POINT: nx.Graph[str] = nx.Graph()
GRAPHML_POINT.add_node("d", name="x", longitude=LONGITUDE, sector="community", latitude=LATITUDE)


@dataclass
class Planted:
    """One way of leaking: what is found in `file` must be of `kind`."""

    kind: str
    file: str
    data: bytes | str | Callable[[Path], bytes]
    options: dict[str, Any] = field(default_factory=dict)


WAYS = {
    # addresses
    "address in a popup": Planted("address", "map.html", f"<script>L.popup('{ADDRESS}')</script>"),
    "address in other letters and spacing": Planted("address", "a.txt", "we are at 1420   NORTH maple   ST  today"),
    "address without its street type": Planted("address", "a.txt", "1420 Maple."),
    "address split by tags": Planted("address", "a.html", "<td>1420</td><td><b>Map</b>le Street</td>"),
    "address split by soft hyphens": Planted("address", "a.html", "1420 Ma\u00adple Street"),
    "address with entities": Planted("address", "a.html", "1420&nbsp;N&#46;&#32;M&#x61;ple Street"),
    "address url-encoded": Planted("address", "a.html", f'<a href="https://x.example/?q={urllib.parse.quote(ADDRESS)}">'),
    "address url-encoded twice": Planted("address", "a.html", urllib.parse.quote(urllib.parse.quote(ADDRESS))),
    "address url-encoded with plus": Planted("address", "a.html", "https://x.example/?q=1420+Maple+Street"),
    "address in a file name": Planted("address", "areas/1420-maple-st.html", "x"),
    "address in a comment": Planted("address", "a.html", f"<!-- {ADDRESS} -->"),
    "address in JSON escapes": Planted("address", "findings.json", '{"text": "1420 M\\u0061ple\\u0020Street"}'),
    "address in two cells of a row": Planted("address", "a.csv", "number,street\n1420,Maple Street\n"),
    "address in a style": Planted("address", "a.css", '.x::after { content: "1420 Maple Street" }'),
    "address in UTF-16": Planted("address", "a.txt", ADDRESS.encode("utf-16")),
    "address in shared strings of a workbook": Planted("address", "workbook.xlsx", workbook([["name", "note"], ["x", f"see {ADDRESS}"]])),
    "address in inline strings of a workbook": Planted("address", "workbook.xlsx", workbook([["x", f"see {ADDRESS}"]], strings=False)),
    "address in runs of a document": Planted("address", "report.docx", zipped(word__document_xml="<w:t>1420 </w:t></w:r><w:r><w:t>Maple St</w:t>")),
    "address in a deflated payload": Planted("address", "map.html", script(deflated(json.dumps({"sites": [ADDRESS]})))),
    "address in the head of the payload": Planted("address", "map.html", page({"sites": [ADDRESS]}, shapes=b"")),
    "address in a section of the payload": Planted("address", "map.html", page({}, words=b"1420 Maple Street\0x")),
    "address in base64": Planted("address", "a.html", f"data:text/plain;base64,{base64.b64encode(ADDRESS.encode()).decode()}"),
    "address in a data URL": Planted("address", "a.html", f"data:image/svg+xml,{urllib.parse.quote('<text>' + ADDRESS + '</text>')}"),
    "address in gzip": Planted("address", "a.geojson.gz", gzip.compress(ADDRESS.encode())),
    "address in Parquet": Planted("address", "a.parquet", to_parquet(pd.DataFrame({"name": ["x", ADDRESS]}))),
    "address in Parquet lists": Planted("address", "a.parquet", to_parquet(pd.DataFrame({"names": [["x"], [ADDRESS]]}))),
    "address in GraphML": Planted("address", "e.graphml", "\n".join(nx.generate_graphml(nx.Graph([("x", ADDRESS)])))),
    "address in a GeoPackage": Planted("address", "e.gpkg", lambda tmp: sqlite_file(tmp, ("x", 1, 2, ADDRESS))),
    "address in a picture": Planted("address", "chart.png", b"\x89PNG\r\n\x1a\n" + b"tEXtComment\0" + ADDRESS.encode()),
    # phones
    "phone as written": Planted("phone", "a.html", PHONE),
    "phone as a link": Planted("phone", "a.html", '<a href="tel:+16125550100">call</a>'),
    "phone url-encoded": Planted("phone", "a.html", "https://x.example/?tel=%2B1%20%28612%29%20555%2D0100"),
    "phone with dots": Planted("phone", "a.txt", "612.555.0100"),
    "phone with no-break hyphens": Planted("phone", "a.txt", "612\u2011555\u20110100"),
    "phone without area code": Planted("phone", "a.txt", "ring 555-0100"),
    "phone in letters": Planted("phone", "a.txt", "612-KLL-0100"),
    "phone as a number in a workbook": Planted("phone", "workbook.xlsx", workbook([["phone"], [6125550100]])),
    "phone as a number in Parquet": Planted("phone", "a.parquet", to_parquet(pd.DataFrame({"phone": [16125550100, 3]}))),
    # coordinates
    "coordinates in a popup": Planted("coordinates", "map.html", f"L.marker([{LATITUDE}, {LONGITUDE}])"),
    "coordinates in the other order": Planted("coordinates", "map.html", f"[{LONGITUDE}, {LATITUDE}]"),
    "coordinates rounded to 4 decimals": Planted("coordinates", "map.html", "[44.9778, -93.2650]"),
    "coordinates rounded to 3 decimals": Planted("coordinates", "map.html", "[44.978, -93.265]"),
    "coordinates with compass letters": Planted("coordinates", "a.txt", "44.97782 N, 93.26503 W"),
    "coordinates with decimal commas": Planted("coordinates", "a.txt", "44,97782; -93,26503"),
    "coordinates in attributes": Planted("coordinates", "a.html", f'<li data-lat="{LATITUDE}" data-id="7" data-lon="{LONGITUDE}">'),
    "coordinates 90 m away": Planted("coordinates", "a.json", to_json([LONGITUDE + 0.00114, LATITUDE])),
    "coordinates in GeoJSON": Planted("coordinates", "a.geojson", to_json(shapely.geometry.mapping(shapely.Point(LONGITUDE, LATITUDE)))),
    "coordinates in far keys of an object": Planted(
        "coordinates", "a.json", to_json({"a_lat": LATITUDE, **{f"b{n}": n for n in range(4)}, "c_lon": LONGITUDE})
    ),
    "coordinates in two lists": Planted(
        "coordinates", "a.json", to_json({"lat": [1.0, *[44.0] * 20, LATITUDE], "lon": [2.0, *[-93.0] * 20, LONGITUDE]})
    ),
    "coordinates as whole numbers": Planted("coordinates", "a.json", to_json([round(LONGITUDE * 1e5), round(LATITUDE * 1e5)])),
    "coordinates as running differences": Planted("coordinates", "a.json", to_json([-9330000, 4495000, 3497, 2782, 5, 5])),
    "metres": Planted("coordinates", "a.json", to_json({"x": round(EAST), "y": round(NORTH)})),
    "metres in the other order": Planted("coordinates", "a.html", f"northing {NORTH:.1f} easting {EAST:.1f}"),
    "metres in a GeoPackage": Planted("coordinates", "e.gpkg", geopackage((EAST, NORTH), crs=CRS)),
    "geometry in a GeoPackage": Planted("coordinates", "e.gpkg", geopackage((-93.2, 44.9), (LONGITUDE, LATITUDE))),
    "columns of a GeoPackage": Planted("coordinates", "e.gpkg", lambda tmp: sqlite_file(tmp, ("x", LATITUDE, LONGITUDE, ""))),
    "columns of CSV far apart": Planted(
        "coordinates", "a.csv", to_csv(pd.DataFrame({"lat": [1.0, LATITUDE], **{f"c{n}": ["x", "y"] for n in range(9)}, "lon": [2.0, LONGITUDE]}))
    ),
    "columns of a workbook far apart": Planted("coordinates", "w.xlsx", workbook([[LATITUDE, *range(12), LONGITUDE]])),
    "columns of Parquet": Planted("coordinates", "a.parquet", to_parquet(pd.DataFrame({"y": [1.0, LATITUDE], "x": [2.0, LONGITUDE]}))),
    "geometry in Parquet": Planted("coordinates", "a.parquet", to_parquet(pd.DataFrame({"g": [shapely.to_wkb(shapely.Point(LONGITUDE, LATITUDE))]}))),
    "text in Parquet": Planted("coordinates", "a.parquet", to_parquet(pd.DataFrame({"g": [f"POINT ({LONGITUDE} {LATITUDE})"]}))),
    "coordinates in GraphML": Planted("coordinates", "e.graphml", "\n".join(nx.generate_graphml(GRAPHML_POINT))),
    "coordinates in a comment": Planted("coordinates", "a.html", f"<!-- {LATITUDE} {LONGITUDE} -->"),
    "coordinates in a deflated payload": Planted("coordinates", "map.html", script(deflated(json.dumps({"p": [LONGITUDE, LATITUDE]})))),
    "whole numbers in the head of the payload": Planted("coordinates", "map.html", page({"points": [-9326503, 4497782]}, shapes=b"")),
    "a vertex in the payload": Planted("coordinates", "map.html", page({}, bits=b"\0\1", shapes=shapes(FAR, [*FAR, (LONGITUDE, LATITUDE)]))),
    "a deflated payload in quotation marks": Planted("address", "map.html", script(json.dumps(deflated(ADDRESS)))),
    "an entity-escaped script": Planted("coordinates", "map.html", script(html.escape(json.dumps([LATITUDE, LONGITUDE])))),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_way_of_leaking_is_found(tmp_path: Path, way: str) -> None:
    planted = WAYS[way]
    out = tmp_path / "public"
    plant(out, planted.file, planted.data(tmp_path) if callable(planted.data) else planted.data)
    assert (planted.file, planted.kind, "d-shelter") in leaks_in(out, **planted.options)
    assert leaks_in(out, "analyst") == set()


def test_a_sibling_that_tells_the_place_is_found() -> None:
    """The leak check trusts no redaction: it goes by the answers."""
    sibling = Delivery("d-sib", "harbor", "harbor/shelter", "Clinic", mode="phone", location=Location("1420 maple st", LONGITUDE, LATITUDE))
    records = Records.of(RECORDS.organizations, RECORDS.services, [SHELTER, sibling])
    from ecosystem.edition.hidden import find_hidden

    hidden = find_hidden(records, "public", TAXONOMY)
    assert hidden.open_points == ()
    assert {secret.delivery for secret in hidden.secrets} == {"d-shelter", "d-sib"}


CLEAN = {
    "another organization's own place": f"[{-93.2663}, {44.9778}] 99 Oak Avenue 612-555-0199",
    "a single coordinate": f"{LATITUDE} 1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5 {LONGITUDE}",
    "coordinates 150 m away": f"{LATITUDE} {LONGITUDE + 0.0019}",
    "another house": "1402 Maple Street, 14200 Maple Street, 1420 Oak Street, 1420 people in Maple Grove",
    "another phone": "612-555-0101 1612555010012 0.6125550100 955-0100",
    "short numbers everyone may call": "911 988 211",
    "numbers": " ".join(f"{number / 7:.4f}" for number in range(2000)),
}


@pytest.mark.parametrize("case", CLEAN)
def test_what_is_no_leak_passes(tmp_path: Path, case: str) -> None:
    plant(tmp_path, "a.html", CLEAN[case])
    assert leaks_in(tmp_path) == set()


def test_points_of_the_boundaries_pass_and_only_they(tmp_path: Path) -> None:
    near = [(LONGITUDE + 0.0005, LATITUDE), (-93.2, 44.9), (-93.3, 44.9)]
    layer = gpd.GeoDataFrame({"name": ["Riverside"]}, geometry=[shapely.Polygon(near)], crs="EPSG:4326")
    points = boundary_points([layer])
    plant(tmp_path, "map.html", page({}, shapes=shapes([(round(x, 5), round(y, 5)) for x, y in near])))
    plant(tmp_path, "areas.geojson", to_json(shapely.geometry.mapping(layer.geometry[0])))
    assert leaks_in(tmp_path) != set()
    assert leaks_in(tmp_path, open_points=points) == set()
    plant(tmp_path, "more.json", to_json([LONGITUDE + 0.0006, LATITUDE]))
    assert leaks_in(tmp_path, open_points=points) == {("more.json", "coordinates", "d-shelter")}


def test_a_vertex_that_is_the_shelter_itself_in_the_citys_metres_passes_too(tmp_path: Path) -> None:
    plant(tmp_path, "a.json", to_json([EAST, NORTH]))
    assert leaks_in(tmp_path, open_points=[(LONGITUDE, LATITUDE)]) == set()


def test_a_city_may_hide_a_wider_circle(tmp_path: Path) -> None:
    plant(tmp_path, "a.json", to_json([LONGITUDE + 0.0019, LATITUDE]))  # 150 m east
    assert leaks_in(tmp_path, buffer_m=200.0) == {("a.json", "coordinates", "d-shelter")}


def test_an_address_that_is_only_the_name_of_an_area_is_none(tmp_path: Path) -> None:
    vague = Delivery("d1", "harbor", "harbor/shelter", "x", location=Location("Cedar Riverside"))
    records = Records.of(RECORDS.organizations, RECORDS.services, [vague])
    plant(tmp_path, "a.html", "Cedar-Riverside")
    assert find_leaks(tmp_path, records, "public", CRS, taxonomy=TAXONOMY, open_names=["Cedar-Riverside"]) == []
    assert len(find_leaks(tmp_path, records, "public", CRS, taxonomy=TAXONOMY)) == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"SQLite format 3\0broken", b"PAR1broken", b"\x1f\x8bbroken"])
def test_a_file_nobody_can_decode_is_a_leak(tmp_path: Path, data: bytes) -> None:
    plant(tmp_path, "broken.bin", data)
    assert {kind for _, kind, _ in leaks_in(tmp_path)} == {"cannot be decoded"}


@pytest.mark.parametrize("text", ["not JSON and not packed", base64.b85encode(zlib.compress(b"another way of packing")).decode(), '"!"'])
def test_a_data_block_in_an_unknown_form_is_a_leak(tmp_path: Path, text: str) -> None:
    plant(tmp_path, "map.html", script(text))
    assert {kind for _, kind, _ in leaks_in(tmp_path)} == {"cannot be decoded"}


def test_what_is_packed_in_itself_is_a_leak(tmp_path: Path) -> None:
    data = b"x"
    for _ in range(20):
        data = gzip.compress(data)
    plant(tmp_path, "deep.gz", data)
    assert {kind for _, kind, _ in leaks_in(tmp_path)} == {"cannot be decoded"}


def test_the_error_says_where_and_of_which_delivery_but_never_what(tmp_path: Path) -> None:
    @dataclass
    class Ground:
        boundaries: dict[str, gpd.GeoDataFrame]
        crs: str = CRS

    @dataclass
    class Privacy:
        protected_services: tuple[str, ...] = ()
        shelter_buffer_m: float = 100.0

    @dataclass
    class City:
        privacy: Privacy

    ground = Ground({"areas": gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(-94, 44, -93.9, 44.1)], crs="EPSG:4326")})
    plant(tmp_path, "areas/a01.html", f"{ADDRESS} {PHONE} {LATITUDE} {LONGITUDE}")
    with pytest.raises(LeakError) as caught:
        check_leaks(tmp_path, RECORDS, "public", geography=ground, taxonomy=TAXONOMY, city=City(Privacy()))
    text = str(caught.value)
    assert "areas/a01.html: address of delivery d-shelter" in text
    assert "areas/a01.html: phone of delivery d-shelter" in text
    assert "areas/a01.html: coordinates of delivery d-shelter (degrees)" in text
    for secret in ("maple", "1420", "555", "44.97", "93.26"):
        assert secret not in text.casefold()
    check_leaks(tmp_path, RECORDS, "analyst", geography=ground, taxonomy=TAXONOMY, city=City(Privacy()))


def test_a_phone_the_provider_publishes_is_no_secret(tmp_path: Path) -> None:
    from dataclasses import replace

    records = Records.of(RECORDS.organizations, RECORDS.services, [replace(SHELTER, publish=Publish())])
    plant(tmp_path, "a.html", PHONE)
    assert find_leaks(tmp_path, records, "public", CRS, taxonomy=TAXONOMY) == []


def test_redacted_records_written_out_are_clean(tmp_path: Path) -> None:
    plant(tmp_path, "records.txt", repr(redact(RECORDS, "public", taxonomy=TAXONOMY)))
    assert leaks_in(tmp_path) == set()
    plant(tmp_path, "records.txt", repr(RECORDS))
    assert {kind for _, kind, _ in leaks_in(tmp_path)} == {"address", "phone", "coordinates"}


def test_a_workbook_of_another_tool_is_read_too(tmp_path: Path) -> None:
    pd.DataFrame({"note": [ADDRESS]}).to_excel(tmp_path / "w.xlsx", engine="openpyxl")
    assert ("w.xlsx", "address", "d-shelter") in leaks_in(tmp_path)


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("A" * 39, []),
        ("A" * 40, ["A" * 40]),
        (f"é{'aB3+/_-' * 6}=\ud800", ["aB3+/_-" * 6 + "="]),
        (f"{'x' * 50}===={'y' * 41}", ["x" * 50 + "==", "y" * 41]),
        (f"{'x' * 30}={'y' * 30}", []),
    ],
    ids=["short", "just long enough", "between other letters", "two beside each other", "two short ones"],
)
def test_runs_of_packed_letters_are_found_whole(text: str, packed: list[str]) -> None:
    assert list(packed_in(text)) == packed
