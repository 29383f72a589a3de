"""HSDS in every packaging and version: the official examples (fact 13 of the data README), the sample of 1.1, and tables made by hand."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import referencing.jsonschema

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.hsds import Record, broken_links, link, table_of
from ecosystem.records import Unknown
from ecosystem.schedule import Schedule
from ecosystem.taxonomy import Taxonomy
from surveys.listing_hours import clock_time, hours_of
from surveys.listing_losses import Ledger
from surveys.readers import hsds, read_tables
from surveys.response import Row, Table, Tables

VERSIONS = ("3.0", "3.1-dev")
WITH_ORGANIZATIONS = (
    "service_full",
    "service_list",
    "service_at_location_full",
    "service_at_location_list",
    "organization_full",
    "organization_list",
    "tabular",
)


def write(folder: Path, tables: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def survey_of(folder: Path, geography: Geography, taxonomy: Taxonomy) -> surveys.Survey:
    values = {
        "name": "Riverbend",
        "time_zone": "America/Chicago",
        "as_of": dt.date(2026, 10, 1),
        "geographies": [{"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}],
        "survey": {"responses": str(folder)},
    }
    return surveys.read(City.of(values, file=folder.parent / "city.toml"), geography, taxonomy)


def codes(tables: Tables) -> list[str]:
    return [issue.code for issue in tables.issues]


def cell(tables: Tables, question: str, at: int = 0) -> str:
    (table,) = tables.tables
    (position,) = [i for i, names in enumerate(table.names) if names[0] == question]
    return table.rows[at].cells[position]


ORGANIZATIONS = "id,name,description,website\no1,Harbor Hill,A shelter,https://harbor.example\n"
SERVICES = "id,organization_id,name,status,minimum_age\ns1,o1,Night shelter,active,18\n"
LOCATIONS = "id,organization_id,location_type,name,latitude,longitude\nl1,o1,physical,Mill Street House,45.01,-93.29\n"
AT = "id,service_id,location_id\na1,s1,l1\n"
SCHEDULES = """id,service_at_location_id,freq,byday,opens_at,closes_at
h1,a1,WEEKLY,"MO,TU",09:00,17:00
h2,a1,WEEKLY,FR,22:00,06:00
"""
ADDRESSES = """id,location_id,address_1,city,state_province,postal_code,country,address_type
x1,l1,12 Mill Street,Riverbend,MN,55411,US,physical
"""
SMALL = {
    "organizations.csv": ORGANIZATIONS,
    "services.csv": SERVICES,
    "locations.csv": LOCATIONS,
    "service_at_location.csv": AT,
    "schedules.csv": SCHEDULES,
    "addresses.csv": ADDRESSES,
    "phones.csv": "id,location_id,service_id,organization_id,number,type\np1,,s1,,612-555-0100,voice\n",
    "languages.csv": "id,service_id,location_id,name,code,note\ng1,s1,,Somali,so,by interpreter\n",
    "service_areas.csv": "id,service_id,name,extent,extent_type\nr1,s1,Northbank,,\n",
    "contacts.csv": "id,service_id,name,email\nc1,s1,Ana Person,ana@example.org\n",
}


# -- tables ------------------------------------------------------------------------------------------------------------------------------------


def test_a_folder_of_tables_becomes_records_with_schedules(tmp_path: Path, geography: Geography, taxonomy: Taxonomy) -> None:
    survey = survey_of(write(tmp_path / "responses", SMALL), geography, taxonomy)
    (delivery,) = survey.records.deliveries
    assert (survey.records.organizations[0].name, delivery.name, delivery.site) == ("Harbor Hill", "Night shelter", "Mill Street House")
    assert not isinstance(delivery.hours, Unknown)
    night = Schedule.daily("22:00", "06:00", days=[4])
    assert delivery.hours.of_kind("open") == Schedule.daily("09:00", "17:00", days=[0, 1]) | night
    assert not isinstance(delivery.location, Unknown)
    assert (delivery.location.address, delivery.location.longitude) == ("12 Mill Street, Riverbend, MN 55411", -93.29)
    assert not isinstance(delivery.area, Unknown)
    assert delivery.area.parts[0].area_ids == ("a1",)
    assert delivery.eligibility.ages == (18, None)
    assert not isinstance(delivery.languages, Unknown)
    assert [(language.code, language.strength) for language in delivery.languages] == [("so", "interpreter")]
    assert delivery.sources["hours"].method == "public listing"
    assert delivery.sources["hours"].file.endswith("schedules.csv")
    assert "Ana Person" not in repr(survey)


def test_a_zip_and_a_workbook_folder_read_as_the_folder_does(tmp_path: Path) -> None:
    folder = write(tmp_path / "tables", SMALL)
    with zipfile.ZipFile(tmp_path / "hsds.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
        archive.writestr("datapackage.json", '{"profile": "tabular-data-package", "resources": []}')
    zipped, plain = read_tables(tmp_path / "hsds.zip", "x"), read_tables(folder, "x")
    assert [row.cells for row in zipped.tables[0].rows] == [row.cells for row in plain.tables[0].rows]
    assert zipped.method == plain.method == "public listing"
    assert zipped.fields == plain.fields


def test_every_field_is_counted_as_kept_or_dropped_and_every_loss_is_told(tmp_path: Path) -> None:
    tables = read_tables(write(tmp_path / "tables", {**SMALL, "cost_options.csv": "id,service_id,amount,currency\nk1,s1,35,usd\n"}), "x")
    assert tables.fields["organization.name"] == (1, 0, 0)
    assert tables.fields["organization.description"] == (0, 1, 0)
    assert tables.fields["cost_option.amount"] == (0, 1, 0)
    assert tables.fields["contact.email"] == (0, 1, 0)
    told = {issue.column for issue in tables.issues if issue.code in ("field_dropped", "personal_column_dropped")}
    assert told == {name for name, (kept, dropped, _) in tables.fields.items() if dropped and not kept}


def test_a_pointer_that_leads_nowhere_is_told_and_costs_no_row(tmp_path: Path) -> None:
    tables = read_tables(write(tmp_path / "tables", {**SMALL, "services.csv": SERVICES.replace(",o1,", ",o9,")}), "x")
    (issue,) = [issue for issue in tables.issues if issue.code == "link_broken"]
    assert (issue.file, issue.row, issue.column, issue.text) == ("x/services.csv", 2, "organization_id", "o9")
    assert cell(tables, "organization") == "Harbor Hill"  # whose place it is
    alone = {name: text for name, text in SMALL.items() if name not in ("locations.csv", "service_at_location.csv")}
    tables = read_tables(write(tmp_path / "alone", {**alone, "services.csv": SERVICES.replace(",o1,", ",o9,")}), "x")
    assert "Organization o9" in [row.cells[0] for row in tables.tables[0].rows]


def test_without_organizations_it_says_what_is_missing(tmp_path: Path) -> None:
    tables = read_tables(write(tmp_path / "tables", {"services.csv": "id,organization_id,name\ns1,,Night shelter\n"}), "x")
    assert {"no_organization_column", "listing_orphan"} <= set(codes(tables))
    assert tables.tables == ()


def test_a_table_of_our_own_form_called_services_is_none_of_hsds(tmp_path: Path) -> None:
    path = write(tmp_path, {"services.csv": "organization,service,hours\nHarbor Hill,Night shelter,24/7\n"}) / "services.csv"
    assert read_tables(path, "services.csv").method is None


def test_sentinels_are_blanks_and_counted(tmp_path: Path) -> None:
    tables = read_tables(write(tmp_path / "tables", {**SMALL, "services.csv": SERVICES.replace(",18", ",None")}), "x")
    assert tables.fields["service.minimum_age"] == (0, 1, 0)


def test_stacked_coordinates_are_taken_out(tmp_path: Path) -> None:
    places = "".join(f"l{n},o1,physical,House {n},45.01,-93.29\n" for n in range(2, 9))
    addresses = "".join(f"x{n},l{n},{n} Oak Street,Riverbend,MN,55411,US,physical\n" for n in range(2, 9))
    more = {"locations.csv": LOCATIONS + places, "addresses.csv": ADDRESSES + addresses}
    tables = read_tables(write(tmp_path / "tables", {**SMALL, **more}), "x")
    (issue,) = [issue for issue in tables.issues if issue.code == "coordinates_stacked"]
    assert "8 addresses have only 1 different coordinates" in issue.message
    assert not {"latitude", "longitude"} & {names[0] for names in tables.tables[0].names}
    assert tables.fields["location.latitude"] == (0, 8, 0)


def test_what_the_schema_does_not_see_is_told(tmp_path: Path) -> None:
    services = SERVICES.replace("minimum_age", "minimum_age,assured_date").replace(",18", ",18,2026-05-01")
    more = {
        "services.csv": services + "s2,o1,Meals,active,,2023-04-30\ns2,o1,Clothes,active,,2026-05-01\n",
        "service_capacity.csv": "id,service_id,unit_id,available,maximum\nc1,s1,u1,12,10\nc2,s1,u1,3,10\n",
        "units.csv": "id,name,scheme\nu1,beds,\n",
    }
    tables = read_tables(write(tmp_path / "tables", {**SMALL, **more}), "x")
    told = {issue.code: issue for issue in tables.issues if issue.severity == "warning"}
    assert told.keys() == {"id_twice", "capacity_contradicts", "listing_stale"}
    assert (told["id_twice"].file, told["id_twice"].row, told["id_twice"].text) == ("x/services.csv", 4, "s2")
    assert (told["capacity_contradicts"].row, told["capacity_contradicts"].text) == (2, "12 > 10")
    assert told["listing_stale"].message.startswith("1 of 3 services were last confirmed more than 2 years before the newest (2026-05-01)")
    assert cell(tables, "slots") == "10"


# -- hours -------------------------------------------------------------------------------------------------------------------------------------


def hours(*rows: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    ledger = Ledger()
    found = hours_of([Record(row, file="schedules.csv", row=number) for number, row in enumerate(rows, 2)], ledger)
    return {question: text for question, (text, _, _) in found.items()}, [issue.code for issue in ledger.issues]


def test_plain_weeks_come_day_by_day() -> None:
    morning = {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "12:00"}
    assert hours(morning, {**morning, "opens_at": "13:00", "closes_at": "23:59"}) == ({"hours_mon": "09:00-12:00, 13:00-24:00"}, [])


def test_weekdays_of_1x_in_any_writing() -> None:
    rows = [{"weekday": day, "opens_at": "9am", "closes_at": "5:00 PM"} for day in ("Monday", "2", "Wed, Thu")]
    assert hours(*rows)[0] == dict.fromkeys(("hours_mon", "hours_tue", "hours_wed", "hours_thu"), "09:00-17:00")
    assert hours({"weekday": "Sunday"}) == ({"hours_sun": "closed"}, [])
    assert hours({"weekday": "someday", "opens_at": "9:00", "closes_at": "10:00"}) == ({}, ["schedule_refused"])


def test_numbered_weekdays_stay_only_possible() -> None:
    first_saturday = {"freq": "MONTHLY", "byday": "1SA", "opens_at": "09:00", "closes_at": "12:00"}
    assert hours(first_saturday)[0]["hours"].startswith("Sa[1] 09:00-12:00")


def test_until_is_the_end_of_that_day() -> None:
    last = {"freq": "MONTHLY", "byday": "1SA", "opens_at": "09:00", "closes_at": "12:00", "dtstart": "2020-11-07", "until": "2020-11-07"}
    assert hours(last)[1] == []  # 7 November 2020 is the first Saturday
    assert hours({**last, "until": "2020-11-06"})[1] == ["schedule_never_opens"]


@pytest.mark.parametrize("rule", [{"freq": "DAILY"}, {"freq": "WEEKLY", "byday": "XX"}, {"freq": "WEEKLY", "dtstart": "soon"}])
def test_a_rule_that_cannot_be_read_costs_itself(rule: dict[str, str]) -> None:
    assert hours({**rule, "bymonthday": "1", "opens_at": "09:00", "closes_at": "12:00"}) == ({}, ["schedule_refused"])


def test_a_schedule_of_words_is_read_as_words() -> None:
    assert hours({"description": "Monday to Friday 9am-5pm"})[0] == {"hours": "Monday to Friday 9am-5pm"}


def test_times_as_people_write_them() -> None:
    assert [clock_time(text) for text in ("9am", "3pm", "14:00", "08:30:00+01:00", "25:00", "late")] == ["09:00", "15:00", "14:00", "08:30", "", ""]


@pytest.mark.parametrize(
    ("opens", "closes", "text"),
    [
        ("1:00", "5:00", "1:00-5:00"),
        ("1", "5", "1-5"),
        ("9:00", "5:00", "09:00-05:00"),
        ("01:00", "05:00", "01:00-05:00"),
        ("9:00", "17:00", "09:00-17:00"),
    ],
)
def test_times_without_am_and_pm_are_left_to_the_reader_of_words(opens: str, closes: str, text: str) -> None:
    assert hours({"weekday": "Monday", "opens_at": opens, "closes_at": closes}) == ({"hours_mon": text}, [])


def test_times_of_a_source_with_a_24_hour_clock_are_of_that() -> None:
    rows = [{"weekday": "Monday", "opens_at": "6:00", "closes_at": "9:00"}, {"weekday": "Tuesday", "opens_at": "6:00", "closes_at": "18:00"}]
    assert hours(*rows) == ({"hours_mon": "06:00-09:00", "hours_tue": "06:00-18:00"}, [])
    rule = {"freq": "WEEKLY", "byday": "MO", "valid_from": "2026-01-01", "opens_at": "1:00", "closes_at": "5:00"}
    assert hours(rule) == ({}, ["schedule_refused"])


@pytest.mark.parametrize(
    ("weekday", "days"), [("Monday-Wednesday", "mon tue wed"), ("weekends", "sat sun"), ("lunes a miércoles", "mon tue wed"), ("6 and 7", "sat sun")]
)
def test_a_range_of_weekdays_is_no_single_day(weekday: str, days: str) -> None:
    found, _ = hours({"weekday": weekday, "opens_at": "09:00", "closes_at": "12:00"})
    assert found == dict.fromkeys([f"hours_{day}" for day in days.split()], "09:00-12:00")


def test_a_schedule_that_names_no_day_or_no_time_is_told() -> None:
    times = {"opens_at": "09:00", "closes_at": "12:00"}
    assert hours(times) == hours({**times, "freq": "WEEKLY"}) == ({}, ["schedule_refused"])
    assert hours({**times, "freq": "WEEKLY", "dtstart": "2026-01-06"}) == ({"hours_tue": "09:00-12:00"}, [])  # 6 January 2026 is a Tuesday
    assert hours({"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00"}) == ({}, ["schedule_refused"])


def test_words_beside_the_times_of_a_day_come_with_them_where_they_limit_them() -> None:
    monday = {"weekday": "Monday", "opens_at": "09:00", "closes_at": "17:00"}
    assert hours({**monday, "description": "By appointment only"})[0] == {"hours_mon": "09:00-17:00 (By appointment only)"}
    assert hours({**monday, "description": "Our main office"})[0] == {"hours_mon": "09:00-17:00"}
    assert hours({"weekday": "Monday", "description": "by appointment"})[0] == {"hours_mon": "by appointment"}
    assert hours(monday, {"text": "Monday 9am-5pm"})[0] == {"hours_mon": "09:00-17:00", "hours": "Monday 9am-5pm"}
    assert hours({"freq": "MONTHLY", "byday": "1MO", "opens_at": "09:00", "closes_at": "17:00"}, {"text": "by appointment"})[1] == [
        "schedule_refused"
    ]


# -- the official examples (fact 13) -----------------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(("version", "n_broken"), [("3.0", 4), ("3.1-dev", 7)])
def test_the_official_tables_have_broken_pointers_and_never_open(shared_data: Path, version: str, n_broken: int) -> None:
    tables = read_tables(shared_data / "directories" / "hsds_spec" / version / "examples" / "csv", "csv")
    broken = [(Path(issue.file).name, issue.column) for issue in tables.issues if issue.code == "link_broken"]
    assert len(broken) == n_broken
    assert {
        ("locations.csv", "organization_id"),
        ("contacts.csv", "organization_id"),
        ("contacts.csv", "service_at_location_id"),
        ("taxonomy_terms.csv", "taxonomy_id"),
    } <= set(broken)
    assert codes(tables).count("schedule_never_opens") == 1
    assert codes(tables).count("extent_refused") == 1  # its drawn area is the word "extent"
    assert (cell(tables, "service"), cell(tables, "age_min")) == ("Community Counselling", "12")
    assert version.startswith(tables.format.removeprefix("folder of HSDS ")[:3])


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", WITH_ORGANIZATIONS)
def test_every_official_json_with_an_organization_is_read(shared_data: Path, version: str, name: str) -> None:
    path = shared_data / "directories" / "hsds_spec" / version / "examples" / f"{name}.json"
    tables = read_tables(path, path.name)
    assert tables.method == "public listing"
    assert "Example Organization Inc." in tables.tables[0].rows[0].cells
    assert "Ann Persona" not in repr(tables)
    assert all(kept >= 0 for kept, _, _ in tables.fields.values())
    if (version, name) == ("3.1-dev", "service_full"):
        assert "capacity_contradicts" in codes(tables)  # 12 are free of 10 at most


@pytest.mark.shared
def test_a_page_of_an_api_says_that_there_are_more(shared_data: Path) -> None:
    tables = read_tables(shared_data / "directories" / "hsds_spec" / "3.0" / "examples" / "service_list.json", "page.json")
    assert [issue.message for issue in tables.issues if issue.code == "page_of_many"] == ["this is page 1 of 10. Put all pages into the folder."]


def validators(folder: Path) -> Mapping[str, jsonschema.Draft202012Validator]:
    """The official core schemas, which point to each other by file name."""
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json") if path.name != "openapi.json"}
    made = [(name, referencing.Resource(contents=schema, specification=referencing.jsonschema.DRAFT202012)) for name, schema in schemas.items()]
    registry: referencing.Registry[Any] = referencing.Registry().with_resources(made)
    return {name.removesuffix(".json"): jsonschema.Draft202012Validator(schema, registry=registry) for name, schema in schemas.items()}


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
def test_trees_made_of_the_official_tables_fit_the_official_schema(shared_data: Path, version: str) -> None:
    folder = shared_data / "directories" / "hsds_spec" / version
    parts = [read_tables(path, path.name, format="spreadsheet") for path in sorted((folder / "examples" / "csv").glob("*.csv"))]
    records: dict[str, list[Record]] = {}
    for part in parts:
        for table in part.tables:
            kind = table_of(Path(table.file).stem)
            fields = [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]
            records.setdefault(kind, []).extend(Record({name: text for name, text in row.items() if text}) for row in fields)
    (service,) = link(records).services
    assert service["service_at_locations"][0]["location"]["addresses"]
    assert service["organization"]["name"] == "Example Organization Inc."
    errors = list(validators(folder / "schema")["service"].iter_errors(service))
    assert errors == []


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
def test_the_small_tables_fit_the_official_schema(shared_data: Path, tmp_path: Path, version: str) -> None:
    records: dict[str, list[Record]] = {}
    for path in sorted(write(tmp_path / "tables", SMALL).iterdir()):
        (table,) = read_tables(path, path.name, format="spreadsheet").tables
        records[table_of(path.stem)] = [
            Record({column: text for column, text in zip(table.columns, row.cells, strict=True) if text}) for row in table.rows
        ]
    (service,) = link(records).services
    assert broken_links(records) == ()
    assert list(validators(shared_data / "directories" / "hsds_spec" / version / "schema")["service"].iter_errors(service)) == []


@pytest.mark.shared
def test_the_sample_of_1_1_is_read_with_its_older_names(shared_data: Path, tmp_path: Path, geography: Geography, taxonomy: Taxonomy) -> None:
    tables = read_tables(shared_data / "hsds_sample" / "all_resources", "sample")
    assert tables.format == "folder of HSDS 1.x or 2.x, tables"
    assert len(tables.tables[0].rows) == 13  # 13 services, each at one location
    assert (cell(tables, "organization"), cell(tables, "service")) == ("Sanctuary Example City", "Never Homeless Helpline")
    assert cell(tables, "hours").startswith("Mo-We 09:00-17:00")
    assert cell(tables, "languages") == "English; Spanish"


def test_a_table_of_another_kind_is_named_and_left_out() -> None:
    tables = hsds.read(Tables("notes.csv", "csv", tables=(Table("notes.csv", "", ("note",), (Row(2, ("x",)),)),)))
    assert tables.tables == ()
    assert "sheet_skipped" in codes(tables)
