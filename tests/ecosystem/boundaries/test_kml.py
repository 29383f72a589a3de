"""KML as map makers write it: names, columns, folders, labels, and what is not trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundary_files import text_file
from ecosystem.boundaries import read_areas
from ecosystem.errors import GeographyError

RING = "-93.3,45 -93.2,45 -93.2,45.1 -93.3,45.1 -93.3,45"
DRAWN = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def kml(tmp_path: Path, body: str, head: str = "") -> Path:
    return text_file(
        tmp_path / "areas.kml", f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
    )


def test_a_kml_is_named_by_its_placemarks_or_by_the_table_that_arcgis_writes(tmp_path: Path) -> None:
    table = "<html><body><table><tr><td>Ash</td></tr><tr><td><table><tr><td>BDNUM</td><td>07</td></tr></table></td></tr></table></body></html>"
    file = kml(tmp_path, f"<Placemark><name>Ash</name><description><![CDATA[{table}]]></description>{DRAWN}</Placemark>")
    areas, issues = read_areas(file, id_column="BDNUM", name_column="Name")
    assert issues == ()
    assert [tuple(row) for row in areas[["area_id", "name"]].to_numpy()] == [("07", "Ash")]


def test_columns_of_a_kml_keep_their_names(tmp_path: Path) -> None:
    data = "".join(f'<Data name="{name}"><value>{name}!</value></Data>' for name in ("ID", "begin", "NAME", "Name"))
    file = kml(tmp_path, f"<Placemark><name>Ash</name><ExtendedData>{data}</ExtendedData>{DRAWN}</Placemark>")
    for column, value in (("ID", "ID!"), ("begin", "begin!"), ("NAME", "NAME!"), ("Name", "Ash"), ("Name_", "Name!")):
        assert list(read_areas(file, id_column=column)[0]["area_id"]) == [value]


def test_labels_beside_the_areas_of_a_kml_are_left_out_and_told(tmp_path: Path) -> None:
    label = "<Placemark><name>Ash</name><Point><coordinates>-93.25,45.05,0</coordinates></Point></Placemark>"
    border = "<Placemark><name>Main</name><LineString><coordinates>-93.25,45.05 -93.2,45</coordinates></LineString></Placemark>"
    areas, issues = read_areas(kml(tmp_path, f"<Placemark><name>Ash</name>{DRAWN}</Placemark>{label}{border}"), name_column="Name")
    assert list(areas["name"]) == ["Ash"]
    assert [(issue.code, issue.message) for issue in issues] == [("not_an_area", "1 points and 1 lines stand beside the areas and are left out.")]


def test_folders_of_a_kml_are_layers_and_a_star_takes_all(tmp_path: Path) -> None:
    folders = "".join(f"<Folder><name>{name}</name><Placemark><name>{name} 1</name>{DRAWN}</Placemark></Folder>" for name in ("North", "South"))
    file = kml(tmp_path, folders)
    with pytest.raises(GeographyError, match=r'has the layers North, South\. Say which one in city\.toml: layer = "North"'):
        read_areas(file, name_column="Name")
    assert list(read_areas(file, name_column="Name", layer="South")[0]["name"]) == ["South 1"]
    assert list(read_areas(file, name_column="Name", layer="*")[0]["name"]) == ["North 1", "South 1"]


def test_a_kml_that_only_points_to_the_web_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    file = kml(tmp_path, "<NetworkLink><Link><href>http://127.0.0.1:9/areas.kml</href></Link></NetworkLink>")
    with pytest.raises(GeographyError, match="only points to a file on the web, and nothing is fetched"):
        read_areas(file, name_column="Name")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd">',
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_kml_with_a_document_type_is_refused(tmp_path: Path, head: str, encoding: str) -> None:
    file = kml(tmp_path, f"<Placemark><name>&x;</name>{DRAWN}</Placemark>", head)
    file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    with pytest.raises(GeographyError, match="declares a document type"):
        read_areas(file, name_column="Name")


@pytest.mark.parametrize(("coordinates", "words"), [("a,b c,d e,f", "coordinates that are no numbers"), ("-93.3,45 -93.2,45", "has any ground")])
def test_a_placemark_that_encloses_nothing_is_told(tmp_path: Path, coordinates: str, words: str) -> None:
    with pytest.raises(GeographyError, match=words):
        read_areas(kml(tmp_path, f"<Placemark><name>Ash</name>{DRAWN.replace(RING, coordinates)}</Placemark>"), name_column="Name")


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GeographyError, match=r"too deep|broken KML"):
        read_areas(kml(tmp_path, f"{'<Folder>' * 5_000}<Placemark>{DRAWN}</Placemark>{'</Folder>' * 5_000}"), name_column="Name")
