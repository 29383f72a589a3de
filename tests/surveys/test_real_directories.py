"""Two San Francisco directories as answers (facts 7 and 8 of the data README), and the same answers on Minneapolis' real neighborhoods."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

import surveys
from ecosystem.city import City
from ecosystem.coverage import Coverage
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import Delivery, Unknown
from ecosystem.schedule import ALWAYS, Schedule
from ecosystem.taxonomy import Taxonomy
from surveys.inspect import inspect_file
from surveys.readers import read_tables

pytestmark = pytest.mark.shared

CODEBOOK = Path(__file__).resolve().parents[1] / "data" / "san_francisco_codebook.toml"


def city(folder: Path, boundaries: Path, name_column: str) -> City:
    geography = {"id": "neighborhoods", "name": "Neighborhoods", "file": str(boundaries), "name_column": name_column}
    values = {
        "name": "San Francisco",
        "time_zone": "America/Los_Angeles",
        "as_of": dt.date(2026, 10, 1),
        "geographies": [geography],
        "survey": {"responses": "responses", "codebook": "codebook.toml"},
    }
    return City.of(values, file=folder / "city.toml")


@pytest.fixture(scope="module")
def folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("san_francisco")
    (folder / "responses").mkdir()
    for name in ("linksf.json", "ss4women_directory.csv"):
        shutil.copy(shared_data / "san_francisco_providers" / name, folder / "responses" / name)
    shutil.copy(CODEBOOK, folder / "codebook.toml")
    return folder


@pytest.fixture(scope="module")
def san_francisco(shared_data: Path, folder: Path) -> Geography:
    return Geography.read(city(folder, shared_data / "san_francisco_providers" / "clickthathood_san_francisco.geojson", "name"))


@pytest.fixture(scope="module")
def survey(shared_data: Path, folder: Path, san_francisco: Geography) -> surveys.Survey:
    boundaries = shared_data / "san_francisco_providers" / "clickthathood_san_francisco.geojson"
    return surveys.read(city(folder, boundaries, "name"), san_francisco, Taxonomy.read())


def delivery(survey: surveys.Survey, organization: str, service: str) -> Delivery:
    names = {o.key: o.name for o in survey.records.organizations}
    (found,) = [d for d in survey.records.deliveries if names[d.organization] == organization and d.name == service]
    return found


def week(delivery: Delivery) -> Schedule:
    assert not isinstance(delivery.hours, Unknown)
    return delivery.hours.of_kind("open")


# -- fact 7 ------------------------------------------------------------------------------------------------------------------------------------


def test_both_24_hour_forms_are_168_hours(survey: surveys.Survey) -> None:
    assert week(delivery(survey, "La Casa de las Madres", "Domestic violence emergency shelter")) == ALWAYS  # written 0-1200
    whole = [d for d in survey.records.deliveries if "hours" in d.sources and d.sources["hours"].text.count(": 0-2359") == 7]
    assert len(whole) == 6  # 7 in the file, of which the showers of one shelter are listed under two categories
    assert {week(d) for d in whole} == {ALWAYS}


def test_a_night_that_ends_at_2359_and_begins_again_at_0_is_one_run(survey: surveys.Survey) -> None:
    nights = week(delivery(survey, "Providence Foundation Family Shelters: Providence Family Shelter", "Family Shelter"))
    assert nights.hours == 70.0  # 21:00 to 07:00, seven nights
    assert nights.runs()[-1] == (6 * 1440 + 21 * 60, 7 * 1440 + 7 * 60)
    evenings = week(delivery(survey, "CHANGES: Bayview Hunters Point R.C.", "Showers"))
    assert evenings == Schedule.daily("19:00", "24:00")


def test_days_are_counted_from_sunday(survey: surveys.Survey) -> None:
    pantry = week(delivery(survey, "Arriba Juntos", "Free food pantry"))  # its notes say: sign up Thursday 8:30
    assert pantry == Schedule.daily("08:30", "09:30", days=[3])


def test_three_services_have_unknown_hours_and_no_other(survey: surveys.Survey) -> None:
    blank = {
        d.name
        for d in survey.records.deliveries
        if isinstance(d.hours, Unknown) and d.hours.source is not None and d.hours.source.file.endswith("linksf.json")
    }
    assert blank == {"Women's shelter", "Family shelter", "Community clinic"}


def test_every_facility_lies_in_a_polygon_and_27_of_37_have_none(shared_data: Path, san_francisco: Geography) -> None:
    records = json.loads((shared_data / "san_francisco_providers" / "linksf.json").read_text(encoding="utf-8"))
    (table,) = read_tables(shared_data / "san_francisco_providers" / "linksf.json", "linksf.json").tables
    x, y = table.columns.index("location.longitude"), table.columns.index("location.latitude")
    areas = [san_francisco.locate(float(row.cells[x]), float(row.cells[y])) for row in table.rows]
    assert len(areas) == len(records) == 89
    assert None not in areas
    assert len(san_francisco.area_ids) - len(set(areas)) == 27


def test_nested_services_are_one_row_each(shared_data: Path) -> None:
    (table,) = read_tables(shared_data / "san_francisco_providers" / "linksf.json", "linksf.json", nested="services").tables
    assert len(table.rows) == 130


def test_the_confidentially_located_shelter_has_no_point_and_no_address(survey: surveys.Survey) -> None:
    shelter = delivery(survey, "La Casa de las Madres", "Domestic violence emergency shelter")
    assert shelter.protected
    assert shelter.location == Unknown("withheld")
    mine = [d for d in survey.records.deliveries if d.organization == shelter.organization]
    assert len(mine) == 2  # the other directory lists it too, with the address in another spelling
    told = [issue for issue in survey.issues if issue.organization == shelter.organization]
    assert "1663 Mission" not in repr(mine) + repr(told)
    elsewhere = [d for d in survey.records.deliveries if "1663 Mission" in repr(d)]
    assert {d.organization for d in elsewhere} == {"support-for-families-of-children-with-disabilities"}  # which publishes it itself


# -- fact 8 ------------------------------------------------------------------------------------------------------------------------------------


def test_all_341_providers_are_kept_and_8_malformed_rows_reported(survey: surveys.Survey) -> None:
    (read,) = [entry for entry in survey.files if entry.file.endswith("ss4women_directory.csv")]
    assert (read.rows, read.encoding) == (341, "cp1252")
    reported = [issue for issue in survey.issues if issue.code in ("row_repaired", "row_malformed", "row_short")]
    assert [issue.row for issue in reported] == [7, 8, 56, 86, 88, 266, 311, 339]
    assert all(len(issue.text) > 300 for issue in reported)
    assert {"A Home Within", "San Francisco Food Bank"} <= {o.name for o in survey.records.organizations}
    food_bank = delivery(survey, "San Francisco Food Bank", "Services")
    assert survey.records.service_of(food_bank).description.endswith("home-delivered groceries and disaster relief.")


def test_call_for_information_is_unknown_and_24_7_is_168_hours(survey: surveys.Survey) -> None:
    texts: Counter[str] = Counter()
    for d in survey.records.deliveries:
        source = d.hours.source if isinstance(d.hours, Unknown) else d.sources["hours"]
        if source is None or not source.file.endswith("ss4women_directory.csv"):
            continue
        if source.text == "Call for information":
            assert isinstance(d.hours, Unknown)
            assert d.hours.reason == "refused"
            texts["call"] += 1
        if source.text == "24/7":
            assert not isinstance(d.hours, Unknown)
            assert ALWAYS in (d.hours.of_kind(kind) for kind in ("open", "phone", "intake", "response"))
            texts["always"] += 1
    assert texts == {"call": 9, "always": 12}


def test_soft_hyphens_are_dashes(survey: surveys.Survey) -> None:
    project = delivery(survey, "Teenage Pregnancy and Parenting Project", "Services")  # Monday \xad Friday, 9:00am - 5:00pm
    assert week(project) == Schedule.daily("09:00", "17:00", days=range(5))


def test_contacts_and_e_mails_of_the_directory_are_dropped(survey: surveys.Survey) -> None:
    assert {issue.column for issue in survey.issues if issue.code == "personal_column_dropped"} == {"Contact", "Email", "Fax"}
    assert "Karuna Jaggar" not in repr(survey.records)


# -- issue 2, part I ---------------------------------------------------------------------------------------------------------------------------


def test_the_directories_as_answers_on_minneapolis_real_neighborhoods_run_to_the_end(shared_data: Path, folder: Path) -> None:
    """Every fact is known or has its reason, every text that was refused is an issue with its cell, and the cube is counted."""
    minneapolis = city(folder, shared_data / "minneapolis" / "boundaries" / "Minneapolis_Neighborhoods.geojson", "BDNAME")
    geography, taxonomy = Geography.read(minneapolis), Taxonomy.read()
    survey = surveys.read(minneapolis, geography, taxonomy)
    assert len(geography.area_ids) == 87
    told = {(issue.file, issue.row, issue.text) for issue in survey.issues}
    refused = 0
    for record in survey.records.deliveries:
        for fact in (record.hours, record.area, record.languages, record.eligibility.ages, record.contact, record.mode):
            if isinstance(fact, Unknown) and fact.reason == "refused":
                assert fact.source is not None
                assert (fact.source.file, fact.source.row, fact.source.text) in told
                refused += 1
    assert refused > 100
    outside = [issue for issue in survey.issues if issue.code == "coordinate_outside"]
    assert len(outside) > 80  # the points are San Francisco's
    assert all(issue.message and issue.file and issue.row for issue in outside)
    eco = Ecosystem.build(survey.records, geography, minneapolis, taxonomy)
    coverage = Coverage.of(eco, as_of=minneapolis.as_of)
    assert len(coverage.deliveries) == 22  # the food services, which alone answer a need (N34); each listed category counted once
    assert not coverage.share_known("N34").any()  # nobody said where they work: possible everywhere, known nowhere
    assert coverage.share_possible("N34").max() == pytest.approx(1.0)


def test_both_files_can_be_inspected(shared_data: Path) -> None:
    directory = inspect_file(shared_data / "san_francisco_providers" / "ss4women_directory.csv")
    assert (directory.kind, directory.encoding, directory.tables[0].rows) == ("answers", "cp1252", 341)
    assert {"Email", "Contact"} <= set(directory.personal)
    boundaries = inspect_file(shared_data / "minneapolis" / "boundaries" / "Minneapolis_Neighborhoods.geojson")
    assert (boundaries.kind, boundaries.layers[0].features, boundaries.layers[0].crs) == ("boundaries", 87, "EPSG:4326")


# -- the same organization in both -------------------------------------------------------------------------------------------------------------


def test_organizations_that_stand_in_both_directories_are_asked_about_and_not_merged(survey: surveys.Survey) -> None:
    """Pairs read off the two files by eye: LinkSF on the left, Support Services for Women on the right."""
    rows = {frozenset({row["name"], row["same_as"]}): row for row in survey.to_decide["organizations.csv"]}
    clinic = rows[frozenset({"Women's Community Clinic", "Women's Community Clinic (WCC)"})]
    assert clinic["tier"] in ("strong", "likely")
    center = {
        "Tenderloin Self Help Center - Central City Hospitality House",
        "Central City Hospitality House Tenderloin Self-Help Center",
    }
    assert rows[frozenset(center)]["tier"] == "strong"
    names = [organization.name for organization in survey.records.organizations]
    assert {"Women's Community Clinic", "Women's Community Clinic (WCC)", *center} <= set(names)


def test_being_in_a_directory_is_no_answer_to_a_questionnaire(survey: surveys.Survey) -> None:
    assert {response.method for response in survey.records.responses} == {"public listing"}
    assert survey.records.answered == frozenset()
    assert len(survey.records.deliveries) > 400
