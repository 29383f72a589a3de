"""What is in this boundary file, and can it be placed on the ground?

The door for boundary files (GeoJSON, TopoJSON, Esri JSON, KML, KMZ, shapefile, GeoPackage, each also zipped; a folder with one file per
area) and the tables beside them. A frame leaves here in EPSG:4326 with the columns area_id, name, geometry, sorted, valid, one row per area;
what was mended on the way is an issue, what cannot be mended is one GeographyError that says where, what and what to write.

`files` tells the formats apart (`archive`, `kml`, `esri` read what GDAL does not), `reference` places coordinates, `areas` and `ground`
check the result, `reading` is the way through all of them, `around` makes areas of streets and places, `tables` reads CSV files.
"""

from __future__ import annotations

from ecosystem.boundaries.areas import check_areas
from ecosystem.boundaries.around import read_around
from ecosystem.boundaries.files import open_map
from ecosystem.boundaries.ground import apart_issues, own_ground, size_issues
from ecosystem.boundaries.reading import read_areas, read_shapes
from ecosystem.boundaries.reference import DEGREES, parse_crs
from ecosystem.boundaries.tables import as_text, listed, quoted, read_csv_table, shown_path

__all__ = [
    "DEGREES",
    "apart_issues",
    "as_text",
    "check_areas",
    "listed",
    "open_map",
    "own_ground",
    "parse_crs",
    "quoted",
    "read_areas",
    "read_around",
    "read_csv_table",
    "read_shapes",
    "shown_path",
    "size_issues",
]
