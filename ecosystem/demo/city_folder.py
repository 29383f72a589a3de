"""What does the folder of a city look like, when its answers have come in?

`write_city` writes Riverbend exactly as a real city would have it: city.toml, boundaries with residents, who was asked, contracts, the
answers in the files they came in, the exports of the dispatch center, and the decisions people took about them; and beside them
`truth.csv`, what is right to find. The same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import shapely

from ecosystem.demo import cad, questionnaires
from ecosystem.demo.calls import CRISIS_DESKS, DESKS, ONLINE_DESKS, PHONE_DESKS, START, WEEKS, Calls, make_calls
from ecosystem.demo.cast import ANSWERED
from ecosystem.demo.facts import write_truth
from ecosystem.demo.ground import Plot, Zone
from ecosystem.demo.intent import Intent
from ecosystem.demo.questionnaires import Row
from ecosystem.demo.story import plant
from ecosystem.demo.truth import truth_of
from ecosystem.demo.world import build_world

TRUTH_FILE = "truth.csv"

_CITY_TOML = """\
# Riverbend is invented. Nothing and nobody in this folder exists.
name = "Riverbend"
time_zone = "America/Chicago"
as_of = {as_of}
languages = ["en", "es"]

[[geographies]]
id = "neighborhoods"
name = "Neighborhoods"
file = "boundaries/areas.geojson"
id_column = "area_id"
name_column = "name"
aliases = "boundaries/aliases.csv"

[[geographies]]
id = "precincts"
name = "Precincts"
file = "boundaries/precincts.geojson"
id_column = "precinct_id"
name_column = "name"

[[geographies]]
id = "zips"
name = "ZIP codes"
file = "boundaries/zips.geojson"
id_column = "zip"
name_column = "name"

[population]
file = "boundaries/population.csv"
id_column = "area_id"
residents_column = "residents"
groups = {{ somali_speakers = "somali", limited_english = "lep", youth = "youth" }}
languages = {{ so = "somali_speakers" }}

[survey]
responses = "responses"
invited = "invited.csv"
contracts = "contracts.csv"
wave = "2026"

[standards]
gap_share = {gap_share}
slot_minutes = {slot_minutes}

[goal]
text = "20 % of calls answered by someone other than police"
target_share = 0.20
baseline_share = 0.09
baseline_year = 2024
target_year = 2034

[calls]
files = ["calls/exports"]
types = "{types}"
beats = "{beats}"
clock = "local"
complete_from = {complete_from}      # older rows are shots fired only
officer_started = ["OFFICER"]
duplicates = ["DUP"]
suppressed_types = {suppressed}

[calls.answered]
alternative = {alternative}
phone = {phone}
online = {online}
fire_medical = ["FIRE", "EMS"]
nobody = ["CAN"]

[emergency.en]
words = "In danger, call 911. To talk to someone, call or text 988."

[emergency.es]
words = "Si está en peligro, llame al 911. Para hablar con alguien, llame o envíe un mensaje de texto al 988."

[contact]
name = "Office of Violence Prevention"
corrections = "safety@riverbend.example"

[[baseline]]
name = "Riverbend Police Department"
service = "03d"
phone = "911"

[[baseline]]
name = "Riverbend Fire and Ambulance"
service = "03d"
phone = "911"

[privacy]
shelter_buffer_m = 100
minimum_count = 10
"""


def write_city(folder: str | Path, seed: int = 0) -> Path:
    """Write the city folder of a seed, all but its truth, and return it. Files of an earlier seed are replaced, everything else stays."""
    folder = Path(folder)
    intent, calls = _planted(seed)
    for name in ("boundaries", "responses", "decisions", "calls/exports"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, content in files_of(intent, calls).items():
        (folder / name).write_bytes(content)
    return folder


def describe_city(folder: str | Path) -> str:
    """Return in half a sentence what the folder of a demo city holds, with its calls once they are counted."""

    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((Path(folder) / name).read_text(encoding="utf-8"), newline="")))

    residents = [int(row["residents"]) for row in rows("boundaries/population.csv")]
    asked = sum(row["asked"] == "yes" for row in rows("invited.csv"))
    told = [f"{sum(count > 0 for count in residents)} neighborhoods", f"{sum(residents):,} residents"]
    told.append(f"{asked} organizations asked, {len(ANSWERED)} answered")
    counted = Path(folder) / "out" / "calls" / "funnel.parquet"
    if counted.is_file():
        import pandas as pd

        told.append(f"{pd.read_parquet(counted)['in_window'].iloc[0]:,.0f} calls of residents in {WEEKS} weeks")
    return ", ".join(told)


def write_truth_of(folder: str | Path, seed: int = 0) -> Path:
    """Write what is true in the city of a seed into its folder, and return that file."""
    path = Path(folder) / TRUTH_FILE
    write_truth(truth_of(*_planted(seed)), path)
    return path


@functools.lru_cache(maxsize=1)
def _planted(seed: int) -> tuple[Intent, Calls]:
    intent = plant(seed)
    return intent, make_calls(build_world(intent))


def files_of(intent: Intent, calls: Calls | None = None) -> dict[str, bytes]:
    """Return the files of a city folder by their path in it. `calls` are those of the intent, made anew where not given."""
    calls = calls or make_calls(build_world(intent))
    return {
        "city.toml": _city_toml(intent),
        "boundaries/areas.geojson": _geojson("area_id", intent.ground.plots),
        "boundaries/precincts.geojson": _geojson("precinct_id", intent.ground.precincts),
        "boundaries/zips.geojson": _geojson("zip", intent.ground.zips),
        "boundaries/aliases.csv": _csv(_aliases(intent)),
        "boundaries/population.csv": _csv(_population(intent)),
        "invited.csv": _csv(_invited(intent)),
        "contracts.csv": _csv(_contracts(intent)),
        "responses/city_departments.csv": _csv(_flat(questionnaires.answers_of(intent, "city")), questionnaires.CITY_COLUMNS, bom=True),
        "responses/community_partners.xlsx": _workbook(questionnaires.answers_of(intent, "partners")),
        "responses/hospitals_and_schools.csv": _older_form(_flat(questionnaires.answers_of(intent, "health"))),
        "decisions/area_names.csv": _csv(_area_decisions(intent)),
        "decisions/organizations.csv": _csv([{"name": party.alias, "same_as": party.name} for party in intent.parties if party.alias]),
        **cad.call_files(intent, calls)[0],
    }


def _city_toml(intent: Intent) -> bytes:
    def listed(names: Iterable[str]) -> str:
        return json.dumps(list(names))

    others = [name for name, _ in DESKS.values() if name not in (*CRISIS_DESKS, *PHONE_DESKS, *ONLINE_DESKS)]
    text = _CITY_TOML.format(
        as_of=intent.as_of,
        gap_share=intent.gap_share,
        slot_minutes=intent.slot_minutes,
        types=cad.TYPES_FILE,
        beats=cad.BEATS_FILE,
        complete_from=START.date(),
        suppressed=listed([cad.SUPPRESSED]),
        alternative=listed(["CRISIS*", *others]),
        phone=listed(PHONE_DESKS),
        online=listed(ONLINE_DESKS),
    )
    return text.encode()


def _geojson(id_column: str, shapes: Sequence[Plot] | Sequence[Zone]) -> bytes:
    """Return shapes as GeoJSON, one feature a line, degrees with six digits."""
    features = []
    for shape in shapes:
        geometry = shape.shape if isinstance(shape, Plot) else shapely.from_wkt(shape.wkt)
        properties = {id_column: shape.id, "name": shape.name}
        feature = {"type": "Feature", "properties": properties, "geometry": _rounded(json.loads(shapely.to_geojson(geometry)))}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value


def _csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str] = (), *, bom: bool = False) -> bytes:
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(rows[0]), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _flat(sheets: Iterable[Sequence[Row]]) -> list[Row]:
    return [row for sheet in sheets for row in sheet]


def _older_form(rows: Sequence[Row]) -> bytes:
    """Return the older form as a Windows program saved it: semicolons, cp1252, sentences as headers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(questionnaires.HEALTH_COLUMNS.values())
    writer.writerows([row[column] for column in questionnaires.HEALTH_COLUMNS] for row in rows)
    return text.getvalue().encode("cp1252")


def _workbook(sheets: Sequence[Sequence[Row]]) -> bytes:
    """Return the partners' workbook: one row per organization, its services in repeated blocks `service1_...`, `service2_...`. Every cell is text."""
    import xlsxwriter

    blocks = max(len(sheet) for sheet in sheets)
    columns = list(questionnaires.ORGANIZATION_COLUMNS)
    for number in range(1, blocks + 1):
        columns += [f"service{number}_{column}" for column in questionnaires.SERVICE_COLUMNS]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": dt.datetime(2026, 10, 1)})
    page = book.add_worksheet("Partners 2026")
    for number, column in enumerate(columns):
        page.write_string(0, number, column)
    for line, sheet in enumerate(sheets, start=1):
        cells = {column: sheet[0][column] for column in questionnaires.ORGANIZATION_COLUMNS}
        for number, row in enumerate(sheet, start=1):
            cells |= {f"service{number}_{column}": row[column] for column in questionnaires.SERVICE_COLUMNS}
        for place, column in enumerate(columns):
            if cells.get(column):
                page.write_string(line, place, cells[column])
    book.close()
    return buffer.getvalue()


def _aliases(intent: Intent) -> list[dict[str, object]]:
    return [{"alias": alias, "area_id": intent.ground.named(name).id} for alias, name in questionnaires.AREA_ALIASES.items()]


def _population(intent: Intent) -> list[dict[str, object]]:
    return [
        {"area_id": area, "residents": people.residents, "somali": people.somali_speakers, "lep": people.limited_english, "youth": people.youth}
        for area, people in intent.people.items()
    ]


def _invited(intent: Intent) -> list[dict[str, object]]:
    names = {plot.id: plot.name for plot in intent.ground.plots}
    return [
        {
            "key": party.key,
            "name": party.name,
            "sector": party.sector,
            "likely_needs": "; ".join(party.likely_needs),
            "areas": "; ".join(names[area] for area in party.areas),
            "asked": "yes" if party.asked else "no",
            "size": party.size,
        }
        for party in intent.parties
    ]


def _contracts(intent: Intent) -> list[dict[str, object]]:
    return [
        {
            "id": grant.id,
            "funder": grant.funder,
            "organization": intent.party(grant.organization).name,
            "service": grant.service,
            "program": grant.program,
            "amount_usd": f"${grant.amount_usd:,}",
            "starts": grant.starts.isoformat(),
            "ends": grant.ends.isoformat(),
            "manager": grant.manager or "",
            "includes": grant.includes,
            "paid": "" if grant.paid is None else "yes" if grant.paid else "no",
            "renewable": "" if grant.renewable is None else "yes" if grant.renewable else "no",
        }
        for grant in intent.grants
    ]


def _area_decisions(intent: Intent) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for key in questionnaires.AREA_DECISIONS:
        name, written = questionnaires.PLACES_AS_WRITTEN[key]
        rows.append({"respondent": intent.party(key).name, "question": "area", "text": written, "area": name})
    return rows
