"""Directories of nine sources, each read with a small city: what is kept, dropped, guessed and told (facts 9 and 11 of the data README)."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.records import Unknown
from ecosystem.schedule import ALWAYS, Schedule
from ecosystem.taxonomy import Taxonomy
from surveys.readers import directories, read_tables
from surveys.response import Problems, Tables
from surveys.stated_hours import read_text

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FOOD = """
files = "efap_*.csv"
method = "public listing"
own_columns = false
ignore = ["ID", "DISTBORO", "boro"]
[columns]
PROGRAM = "organization"
TYPE = "service"
PHONE = "public_phone"
DISTADD = "address"
DISTZIP = "description"
DAYS = "hours"
lat = "latitude"
lon = "longitude"
[constants]
service_type = "11b"
"""
WOMEN = """
method = "public listing"
own_columns = false
[columns]
"Organization Name" = "organization"
Address = "address"
Phone = "public_phone"
Website = "website"
"Languages Spoken" = "languages"
"Service Hours" = "hours"
"Services Provided" = "description"
"""

ReadSet = Callable[..., surveys.Survey]


@pytest.fixture(scope="module")
def town() -> Geography:
    areas = gpd.GeoDataFrame({"area_id": ["a1"], "name": ["Northbank"]}, geometry=[shapely.box(-93.3, 45.0, -93.28, 45.02)], crs="EPSG:4326")
    return Geography.of(areas, main="neighborhoods")


@pytest.fixture(scope="module")
def read_set(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, town: Geography) -> ReadSet:
    """Reads a directory of the shared folder as the answers of a small city: all its CSV files, or those of a pattern."""
    done: dict[tuple[str, str], surveys.Survey] = {}

    def read(name: str, pattern: str = "*.csv", codebook: str = "") -> surveys.Survey:
        if (name, pattern) not in done:
            folder = tmp_path_factory.mktemp(name.replace("/", "_"))
            (folder / "responses").mkdir()
            for path in sorted((shared_data / name).glob(pattern)):
                shutil.copy(path, folder / "responses" / path.name)
            if codebook:
                (folder / "codebook.toml").write_text(codebook, encoding="utf-8")
            values = {
                "name": "Riverbend",
                "time_zone": "America/Chicago",
                "as_of": dt.date(2026, 10, 1),
                "geographies": [
                    {"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}
                ],
                "survey": {"responses": "responses", **({"codebook": "codebook.toml"} if codebook else {})},
            }
            done[name, pattern] = surveys.read(City.of(values, file=folder / "city.toml"), town, Taxonomy.read())
        return done[name, pattern]

    return read


def codes(survey: surveys.Survey) -> Counter[str]:
    return Counter(issue.code for issue in survey.issues)


def lost_without_a_word(survey: surveys.Survey) -> set[str]:
    """Fields of which values were dropped and that no issue names."""
    told = {issue.column.rpartition(".")[2] for issue in survey.issues}
    return {
        name
        for read in survey.files
        for name, (kept, dropped, _) in read.fields.items()
        if dropped and not kept and name.rpartition(".")[2] not in told
    }


# -- every set ---------------------------------------------------------------------------------------------------------------------------------

SETS = [
    ("directories/er_labelled_wa", "*.csv", "", 1312),
    ("directories/hsds_spec/3.0/examples/csv", "*.csv", "", 1),
    ("directories/ilao_legal_aid", "input_*.csv", "", 615),
    ("directories/ilao_legal_aid", "output_*.csv", "", 950),
    ("directories/nyc_food_gap", "efap_geo.csv", FOOD, 505),
    ("directories/ohana_sample", "*.csv", "", 23),
    ("directories/sb_reentry_relational", "*.csv", "", 726),
    ("directories/sf211_icarol", "*.csv", "", 1992),
    ("directories/ss4women_sf", "*.csv", WOMEN, 341),
    ("directories/wellsky_211_brevard", "*.csv", "", 19),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "pattern", "codebook", "rows"), SETS, ids=[f"{name.split('/')[1]}-{pattern}" for name, pattern, _, _ in SETS])
def test_every_set_is_read_and_every_loss_is_told(read_set: ReadSet, name: str, pattern: str, codebook: str, rows: int) -> None:
    survey = read_set(name, pattern, codebook)
    used = [read for read in survey.files if read.used]
    assert sum(read.rows for read in used) == rows
    assert survey.records.organizations
    assert survey.records.deliveries
    assert not [issue for issue in survey.issues if issue.severity == "error" and issue.code not in ("row_malformed",)]
    assert all(count >= 0 for read in used for counts in read.fields.values() for count in counts)
    assert lost_without_a_word(survey) == set()
    assert {source.method for d in survey.records.deliveries for source in d.sources.values()} == {"public listing"}
    if not codebook:
        assert sum(kept for read in used for kept, _, _ in read.fields.values()) > 0


# -- fact 11: iCarol ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_39_coordinates_for_all_addresses_are_never_used(read_set: ReadSet) -> None:
    survey = read_set("directories/sf211_icarol")
    (issue,) = [issue for issue in survey.issues if issue.code == "coordinates_stacked"]
    assert "1,591 addresses have only 39 different coordinates" in issue.message  # 1,618 with those of agencies that are no place of their own
    points = [d for d in survey.records.deliveries if not isinstance(d.location, Unknown) and d.location.longitude is not None]
    assert points == []
    kept, dropped, _ = survey.files[0].fields["resources.Latitude"]
    assert (kept, dropped) == (0, 2820)


@pytest.mark.shared
def test_inactive_rows_are_kept_and_not_at_work(shared_data: Path, read_set: ReadSet) -> None:
    survey = read_set("directories/sf211_icarol")
    with (shared_data / "directories" / "sf211_icarol" / "sf_only.csv").open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    inactive = {row["PublicName"] for row in rows if row["AgencyStatus"] == "Inactive" and row["TaxonomyLevelName"] == "Site"}
    active = {row["PublicName"] for row in rows if row["AgencyStatus"] == "Active"}
    suspended = {d.name for d in survey.records.deliveries if d.life.suspended is True}
    assert len(suspended) > 180
    assert len((inactive - active) & suspended) > 150


@pytest.mark.shared
def test_private_addresses_of_icarol_are_nowhere(shared_data: Path, read_set: ReadSet) -> None:
    with (shared_data / "directories" / "sf211_icarol" / "sf_only.csv").open(encoding="utf-8", errors="replace", newline="") as file:
        private = [row for row in csv.DictReader(file) if row["PhysicalAddressIsPrivate"] == "Yes" and row["TaxonomyLevelName"] != "Agency"]
    survey = read_set("directories/sf211_icarol")
    named = {row["PublicName"].casefold() for row in private if row["PublicName"]}
    assert len(named) > 10
    assert named <= {d.name.casefold() for d in survey.records.deliveries if d.protected and d.location == Unknown("withheld")}


@pytest.mark.shared
def test_sites_have_the_description_and_phone_of_their_agency(read_set: ReadSet) -> None:
    survey = read_set("directories/sf211_icarol")
    (center,) = [d for d in survey.records.deliveries if d.name == "CENTER FOR YOUTH WELLNESS"]
    assert not isinstance(center.contact, Unknown)
    assert center.contact.phone == "415-684-9520"
    assert survey.records.service_of(center).description.startswith("To improve the health of children")
    assert not isinstance(center.hours, Unknown)
    assert center.hours.of_kind("open") == Schedule.daily("08:00", "17:00", days=range(5))


# -- fact 9: Illinois Legal Aid ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def oracle(shared_data: Path) -> dict[str, list[tuple[int, str, str]]]:
    """The converted schedules: location -> (day, opens, closes), one interval per day."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    with (shared_data / "directories" / "ilao_legal_aid" / "output_regular_schedules.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["location_id"], []).append((DAYS.index(row["weekday"]), row["opens_at"], row["closes_at"]))
    return found


def minute(text: str) -> int:
    hour, _, rest = text.partition(":")
    return int(hour) * 60 + int(rest)


@pytest.mark.shared
def test_hours_in_words_agree_with_the_converted_schedules(shared_data: Path, oracle: dict[str, list[tuple[int, str, str]]]) -> None:
    """The conversion keeps one interval of a day; what is read from the words holds it in every location without a fault."""
    with (shared_data / "directories" / "ilao_legal_aid" / "input_locations.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["Location_id"]: row["Hours of operation"] for row in csv.DictReader(file) if row["Hours of operation"]}
    assert (len(texts), len(oracle), {len({day for day, _, _ in days}) for days in oracle.values()}) == (356, 356, {7})
    agree = refused = faulty = 0
    for location, text in texts.items():
        spans = [(day * 1440 + minute(opens), day * 1440 + minute(closes)) for day, opens, closes in oracle[location] if opens]
        if any(end <= start for start, end in spans):
            faulty += 1
            continue
        hours = read_text(text, "open", Problems())
        if hours is None:
            refused += 1
            continue
        stated = Schedule.of(*spans)
        assert stated - hours.of_kind("open") == Schedule.of()
        agree += 1
    assert agree >= 330
    assert refused <= 5  # their second interval closes before it opens, which the conversion does not show
    assert agree + refused + faulty == 356


@pytest.mark.shared
def test_29_rows_that_close_before_they_open_are_flagged_and_no_18_hour_shift_is_made(
    read_set: ReadSet, oracle: dict[str, list[tuple[int, str, str]]]
) -> None:
    faults = [row for rows in oracle.values() for row in rows if row[1] and minute(row[2]) <= minute(row[1])]
    assert len(faults) == 29
    survey = read_set("directories/ilao_legal_aid", "output_*.csv")
    flagged = {(i.row, i.text) for i in survey.issues if i.code == "closes_before_opens"}
    assert len({row for row, _ in flagged}) == 29
    for d in survey.records.deliveries:
        if not isinstance(d.hours, Unknown):
            sure = Schedule.of(*(run for piece in d.hours.pieces if piece.certain for run in piece.when.runs()))
            assert sure == ALWAYS or all(end - start < 18 * 60 for start, end in sure.runs())


@pytest.mark.shared
def test_services_of_organizations_that_no_file_names_are_kept_under_their_id(read_set: ReadSet) -> None:
    survey = read_set("directories/ilao_legal_aid", "output_*.csv")
    assert codes(survey)["link_broken"] > 700
    names = [organization.name for organization in survey.records.organizations]
    assert len(names) > 300
    assert sum(name.startswith("Organization ") for name in names) > 270


# -- the others --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_ohana_services_stand_at_their_location_and_its_faulty_day_is_told(read_set: ReadSet) -> None:
    survey = read_set("directories/ohana_sample")
    assert (len(survey.records.organizations), len(survey.records.deliveries)) == (8, 23)
    assert codes(survey)["closes_before_opens"] == 1  # Monday, 9am to 03:00
    (passport,) = [d for d in survey.records.deliveries if d.name == "Passport Photos"]
    assert not isinstance(passport.hours, Unknown)
    week = Schedule.daily("08:00", "12:00", days=[0]) | Schedule.daily("14:00", "16:00", days=[0]) | Schedule.daily("10:00", "15:00", days=[2])
    assert passport.hours.of_kind("open") == week  # written 14:00 to 4:00 PM and 10:00 to 3pm
    assert "Susan Houston" not in repr(survey.records)


@pytest.mark.shared
def test_wellsky_cells_with_objects_are_read_as_data(read_set: ReadSet) -> None:
    survey = read_set("directories/wellsky_211_brevard")
    (pantry,) = [d for d in survey.records.deliveries if d.name == "Food Pantries"]
    assert not isinstance(pantry.hours, Unknown)
    assert pantry.hours.of_kind("open") == Schedule.daily("17:30", "18:30", days=[3])
    assert not isinstance(pantry.area, Unknown)
    assert pantry.area.unresolved == ("Brevard",)
    assert survey.files[0].fields["services.SERVICE_AREAS"] == (18, 0, 18)
    assert "Carol Wilson" not in repr(survey)


@pytest.mark.shared
def test_tables_of_pairs_join_places_services_and_schedules(read_set: ReadSet) -> None:
    survey = read_set("directories/sb_reentry_relational")
    assert len(survey.records.organizations) == 391  # of 392 rows, two have one name
    assert codes(survey)["listing_orphan"] == 23  # places that no pair gives an organization
    assert codes(survey)["closes_before_opens"] > 20  # Wed 12:00 to 2:00 and the like


@pytest.mark.shared
def test_the_table_without_a_header_keeps_all_but_its_notes(read_set: ReadSet) -> None:
    survey = read_set("directories/er_labelled_wa")
    assert "*required* text" not in repr(survey.records)
    assert {"depressive and bipolar support alliance whatcom county"} <= {o.name for o in survey.records.organizations}


@pytest.mark.shared
def test_food_pantries_with_terse_hours(read_set: ReadSet) -> None:
    survey = read_set("directories/nyc_food_gap", "efap_geo.csv", FOOD)
    known = [d for d in survey.records.deliveries if not isinstance(d.hours, Unknown)]
    assert len(known) > 0.8 * len(survey.records.deliveries)


# -- mappings ----------------------------------------------------------------------------------------------------------------------------------


def test_every_format_is_told_by_columns_of_its_own() -> None:
    signs = [table.columns or table.begins for form in directories.formats() for table in form.table]
    assert len({str(sign) for sign in signs}) == len(signs)
    assert [form.title for form in directories.formats()][1:3] == ["iCarol", "Illinois Legal Aid Online"]


def icarol(tmp_path: Path, *rows: str) -> Tables:
    place = "PhysicalAddress1,PhysicalAddressIsPrivate,HoursOfOperation,Notes"
    header = f"ResourceAgencyNum,PublicName,TaxonomyLevelName,ParentAgency,ParentAgencyNum,{place}"
    path = tmp_path / "export.csv"
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    return read_tables(path, "export.csv")


def test_an_agency_with_sites_is_no_place_of_its_own_and_its_hours_are_told(tmp_path: Path) -> None:
    agency, site = "1,Harbor Hill,Agency,Harbor Hill,0,1 Oak Street,No,Mon 9-5,x", "2,North House,Site,Harbor Hill,1,2 Oak Street,No,Tue 9am-5pm,"
    tables = icarol(tmp_path, agency, site)
    assert [row.number for row in tables.tables[0].rows] == [3]
    assert tables.fields["resources.HoursOfOperation"] == (1, 1, 0)
    told = [issue.column for issue in tables.issues if issue.code == "field_dropped"]
    assert {"HoursOfOperation", "Notes"} <= set(told)
    alone = icarol(tmp_path, agency)
    assert [row.number for row in alone.tables[0].rows] == [2]


def test_a_private_address_is_a_confidential_place(tmp_path: Path) -> None:
    (table,) = icarol(tmp_path, "1,Safe House,Agency,Safe House,0,1 Oak Street,Yes,24/7,").tables
    cells = {names[0]: text for names, text in zip(table.names, table.rows[0].cells, strict=True)}
    assert cells["confidential"] == "yes"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[{'county': 'Brevard', 'city': None}]", ["Brevard"]),
        ('[{"county": "Brevard"}, {"county": "Polk"}]', ["Brevard", "Polk"]),
        ("[{'county': __import__('os')}]", []),
        ("not data", []),
        ("", []),
    ],
)
def test_objects_in_a_cell_are_data_and_never_run(text: str, found: list[str]) -> None:
    assert directories.read_cell("areas | literal:county", {"areas": text}) == found
