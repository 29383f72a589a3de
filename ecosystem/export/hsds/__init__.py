"""The directory of an edition in the Human Services Data Specification, for 211s and other directories: HSDS 3.1, or 3.0.

    services/<id>.json     one service with its organization, places, hours and areas in it
    services.json          pages that list all services, as an API gives them (`services-2.json` ...), without the shapes of areas
    organizations.json     the same of organizations, also of those without a service
    hsds-tabular.zip       the same as CSV files with their datapackage.json
    losses.csv             what of each field is in it, was left out, was guessed, or may not be shown by this edition

`tables.py` says what organizations and services come to, `deliveries.py` what each delivery does, `areas.py` where it works, `rows.py` how a row
is made, `packages.py` how all is packed, `losses.py` what it cost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecosystem.export.hsds.losses import COLUMNS
from ecosystem.export.hsds.packages import organizations_of, pages, to_zip, trees_of
from ecosystem.export.hsds.rows import VERSIONS, Material
from ecosystem.export.hsds.tables import tables_of

if TYPE_CHECKING:
    from ecosystem.outputs import OutputFolder

__all__ = ["VERSIONS", "Material", "write"]


def write(material: Material, out: OutputFolder, *, version: str = VERSIONS[0]) -> Sequence[Mapping[str, Any]]:
    """Write the files and return the rows of `losses.csv`."""
    import pandas as pd

    say = material.say.text
    tables, losses = tables_of(material, version)
    trees = trees_of(tables)
    for tree in trees:
        out.write_text(f"services/{tree['id']}.json", _json(tree))
    for name, items in (("services", trees), ("organizations", organizations_of(tables))):
        for number, page in pages(items):
            out.write_text(f"{name}.json" if number == 1 else f"{name}-{number}.json", _json(page))
    about = say("hsds.package", {"version": version, "zone": material.city.time_zone})
    out.write_bytes("hsds-tabular.zip", to_zip(tables, version=version, name=material.city.name, about=about))
    rows = [{**row, "why": " ".join(say(f"hsds.why.{key}") for key in row["why"].split(";") if key)} for row in losses.rows()]
    out.write_csv("losses.csv", pd.DataFrame(rows, columns=list(COLUMNS)))
    return rows


def _json(value: object) -> str:
    """JSON with the names in the order of HSDS rather than of the alphabet."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
