"""Tables beside the areas."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.boundaries import read_csv_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_tables_are_read_in_every_usual_dress(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    lines = [["alias", "name"], ["Barrio", " Peñuelas "], [], ["Far"]]
    (tmp_path / "aliases.csv").write_bytes(newline.join(delimiter.join(line) for line in lines).encode(encoding))
    columns, rows = read_csv_table(tmp_path / "aliases.csv", "aliases.csv")
    assert columns == ["alias", "name"]
    assert rows == [(2, {"alias": "Barrio", "name": "Peñuelas"}), (4, {"alias": "Far", "name": ""})]
