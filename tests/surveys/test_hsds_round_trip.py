"""HSDS out and in again: what is written fits the official schemas, says what was answered and no more, and reads back as the same answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import referencing.jsonschema
import shapely

import surveys
from ecosystem.city import City
from ecosystem.edition import Edition, find_leaks, redact
from ecosystem.export.hsds import Material, write
from ecosystem.geography import Geography
from ecosystem.messages import Catalogue
from ecosystem.outputs import OutputFolder
from ecosystem.records import Delivery, Records, Unknown
from ecosystem.schedule import NEVER
from ecosystem.taxonomy import Taxonomy
from tests.surveys.conftest import ReadAnswers

ANSWERS = """| organization | also_known_as | sector | service | description | service_type | needs | site | mode | address | longitude | latitude | area | area_except | hours | age_min | age_max | genders | groups | languages | requires_id | beds | teams | public_phone | website | suspended | funded | routes | date | confidential |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| Harbor Hill | HH; Hill | community | Night shelter | =1+1 | 04d | N14 | Mill Street House | residential | 12 Mill Street, Suite 4, Riverbend, MN 55411 | -93.27 | 45.01 | Northbank; Mill Street | | Mo-Th 09:00-17:00; Fr 22:00-06:00 | 18 | | women | families | Spanish (staff); Somali (interpreter) | yes | 12 | | 612-555-0100 x12 | https://harbor.example | no | yes | line_211; walk_in | 2026-08-01 | no |
| Harbor Hill | HH; Hill | community | Night shelter | =1+1 | 04d | N14 | Youth Wing | residential | | | | Northbank; Mill Street | | 24/7 | 12 | 17 | all | youth | Spanish (staff) | | 6 | | +1 612-555-0101 | | | yes | walk_in | 2026-08-01 | no |
| River Crew | | city | Crisis team | | 02a | | | mobile | | | | citywide | Northbank | Sa[1] 10:00-12:00 | | | | | all languages | no | | 2 | 612-555-0102 | | yes | | | 2026-07-02 | no |
| River Crew | | city | Help desk | | 01e | | | walk_in | 9 Elm Street | | | Ward 4 | | Mo-Fr 09:00-17:00 unknown "by appointment" | | | | | | | | | 612-555-0103 | | | | | 2026-07-02 | no |
| Safe Door | | community | Refuge | | 04c | | Door House | residential | 77 Hidden Lane, Riverbend, MN 55411 | -93.2537 | 45.0123 | citywide | | 24/7 | | | women | | English (staff) | | 9 | | 612-555-0199 | | | | | 2026-07-03 | no |
"""  # noqa: E501
VERSIONS = ("3.1", "3.0")
Written = Callable[..., Path]


@pytest.fixture
def answers(read_answers: ReadAnswers) -> surveys.Survey:
    return read_answers(ANSWERS)


@pytest.fixture
def written(tmp_path: Path, geography: Geography, taxonomy: Taxonomy) -> Written:
    """Writes the records of an edition and returns the folder."""
    numbers = itertools.count()

    def export(records: Records, edition: Edition = "public", version: str = "3.1", language: str = "en") -> Path:
        values = {"name": "Riverbend", "time_zone": "America/Chicago", "as_of": dt.date(2026, 10, 1), "languages": [language], "geographies": [AREAS]}
        shown = redact(records, edition, taxonomy=taxonomy)
        folder = tmp_path / f"hsds{next(numbers)}"
        with OutputFolder(folder) as out:
            write(Material(City.of(values), geography, taxonomy, shown, edition, Catalogue.read(language, taxonomy)), out, version=version)
        return folder

    return export


AREAS = {"id": "neighborhoods", "name": "Neighborhoods", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}


def services(folder: Path) -> dict[tuple[str, str], Any]:
    """The services of an export, by their name and that of their first place."""
    trees = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "services").iterdir())]
    return {(tree["name"], tree["service_at_locations"][0]["location"].get("name", "")): tree for tree in trees}


def tables(folder: Path) -> tuple[dict[str, list[dict[str, str]]], dict[str, Any]]:
    """The tables of the zip by resource, and the data package."""
    with zipfile.ZipFile(folder / "hsds-tabular.zip") as archive:
        package = json.loads(archive.read("datapackage.json"))
        texts = {resource["name"]: archive.read(resource["path"]).decode() for resource in package["resources"]}
        assert {resource["path"] for resource in package["resources"]} == set(archive.namelist()) - {"datapackage.json"}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}, package


def losses(folder: Path) -> dict[tuple[str, str], Mapping[str, str]]:
    rows = csv.DictReader(io.StringIO((folder / "losses.csv").read_text(encoding="utf-8-sig")))
    return {(row["object"], row["field"]): row for row in rows}


# -- what it says ------------------------------------------------------------------------------------------------------------------------------


def test_a_service_is_one_tree_with_its_place_hours_and_areas(answers: surveys.Survey, written: Written) -> None:
    shelter = services(written(answers.records))["Night shelter", "Mill Street House"]
    assert (shelter["status"], shelter["minimum_age"], shelter["assured_date"]) == ("active", 18, "2026-08-01")
    assert "maximum_age" not in shelter
    assert shelter["eligibility_description"] == "Ages 18 and up. For women and families. Asks for ID."
    assert [(one["name"], one["code"], one["note"]) for one in shelter["languages"]] == [("Spanish", "es", "staff"), ("Somali", "so", "interpreter")]
    assert (shelter["organization"]["name"], shelter["organization"]["alternate_name"]) == ("Harbor Hill", "HH")
    assert shelter["url"] == "https://harbor.example"
    (capacity,) = shelter["capacities"]
    assert (capacity["maximum"], capacity["unit"]["identifier"], capacity["updated"]) == (12, "beds", "2026-08-01T00:00:00.000-05:00")
    (place,) = shelter["service_at_locations"]
    days = [(row["freq"], row["byday"], row["opens_at"], row["closes_at"], row.get("notes", "")) for row in place["schedules"]]
    assert days == [
        ("WEEKLY", "MO,TU,WE,TH", "09:00-05:00", "17:00-05:00", ""),
        ("WEEKLY", "FR", "22:00-05:00", "06:00-05:00", "closes the next day"),
    ]
    assert {row["timezone"] for row in place["schedules"]} == {-5}
    (phone,) = place["phones"]
    assert (phone["number"], phone["extension"]) == ("612-555-0100", 12)
    (address,) = place["location"]["addresses"]
    found = [address[name] for name in ("address_1", "city", "state_province", "postal_code", "country")]
    assert found == ["12 Mill Street, Suite 4", "Riverbend", "MN", "55411", "US"]
    assert (place["location"]["latitude"], place["location"]["location_type"]) == (45.01, "physical")
    codes = {one["taxonomy_term"]["code"] for one in shelter["attributes"] if one["link_type"] != "answer"}
    assert codes == {"04d", "N14"}


def test_areas_are_geojson_geometries_as_texts_less_what_is_left_out(answers: surveys.Survey, written: Written) -> None:
    found = services(written(answers.records))
    (place,) = found["Night shelter", "Mill Street House"]["service_at_locations"]
    assert [(area["name"], area["extent_type"]) for area in place["service_areas"]] == [("Northbank", "geojson"), ("Mill Street", "geojson")]
    shape = shapely.from_geojson(place["service_areas"][0]["extent"])
    assert shape.equals(shapely.box(-93.30, 45.00, -93.28, 45.02))
    (crew,) = found["Crisis team", ""]["service_at_locations"]
    (area,) = crew["service_areas"]
    assert (area["name"], area["description"]) == ("Citywide", "Not in Northbank.")
    assert shapely.from_geojson(area["extent"]).equals(shapely.box(-93.28, 45.00, -93.24, 45.02))  # the city is three squares in a row


def test_hours_that_are_only_possible_are_never_times_of_opening(answers: surveys.Survey, written: Written) -> None:
    found = services(written(answers.records))
    (desk,) = found["Help desk", ""]["service_at_locations"]
    (row,) = desk["schedules"]
    assert not {"freq", "byday", "opens_at", "closes_at"} & row.keys()
    assert "Monday to Friday 09:00-17:00 (by appointment)" in row["description"]
    (crew,) = found["Crisis team", ""]["service_at_locations"]
    (first,) = crew["schedules"]
    assert (first["freq"], first["byday"], first["opens_at"]) == ("MONTHLY", "1SA", "10:00-05:00")
    assert found["Crisis team", ""]["status"] == "temporarily closed"


def test_where_places_differ_each_is_a_service_and_all_ids_stay(answers: surveys.Survey, written: Written) -> None:
    first, again = written(answers.records), written(answers.records)
    names = sorted(path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file())
    assert all((first / name).read_bytes() == (again / name).read_bytes() for name in names)
    assert names == sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    assert sum(name == "Night shelter" for name, _ in services(first)) == 2
    found, _ = tables(first)
    ids = [row["id"] for rows in found.values() for row in rows]
    assert len(set(ids)) == len(ids)
    assert all(uuid.UUID(one).version == 5 for one in ids)
    keys = {row["value"] for row in found["attribute"]} | {row["identifier"] for row in found["organization_identifier"]}
    shown = {delivery.id for delivery in answers.records.deliveries if delivery.name != "Refuge"}
    assert shown | {organization.key for organization in answers.records.organizations if organization.name != "Safe Door"} <= keys
    assert losses(first)["service", ""]["guessed"] == "1"


# -- what it keeps to itself -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["public", "partner", "analyst"])
def test_a_confidential_place_is_in_no_edition(
    answers: surveys.Survey, written: Written, geography: Geography, taxonomy: Taxonomy, edition: Edition
) -> None:
    folder = written(answers.records, edition)
    found, _ = tables(folder)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.json")) + json.dumps(found)
    assert "Hidden Lane" not in text
    assert "45.0123" not in text
    assert ("Refuge" in text) is (edition == "analyst")
    if edition != "analyst":
        assert find_leaks(folder, answers.records, edition, geography.crs, taxonomy=taxonomy) == []
        withheld = {what: row["withheld"] for (what, field), row in losses(folder).items() if not field and row["withheld"] != "0"}
        assert withheld == {"delivery": "1", "organization": "1"}  # it does nothing else
    else:
        assert losses(folder)["delivery", "place"]["withheld"] == "1"


def test_contacts_show_as_their_providers_said(read_answers: ReadAnswers, written: Written) -> None:
    table = """| organization | service | service_type | mode | public_phone | publish_contact |
    | River Crew | Help desk | 01e | walk_in | 612-555-0103 | partner |"""
    records = read_answers(table).records
    assert "555-0103" not in (written(records) / "services.json").read_text(encoding="utf-8")
    assert "555-0103" in (written(records, "partner") / "services.json").read_text(encoding="utf-8")
    assert losses(written(records))["delivery", "contact"]["withheld"] == "1"


# -- the official schemas ----------------------------------------------------------------------------------------------------------------------


def closed(schema: Any) -> Any:
    """A schema that lets no field in that it does not name."""
    if isinstance(schema, dict):
        more = {"additionalProperties": False} if "properties" in schema else {}
        return {**{name: closed(inner) for name, inner in schema.items()}, **more}
    return [closed(inner) for inner in schema] if isinstance(schema, list) else schema


def official(shared: Path, version: str) -> Mapping[str, jsonschema.Draft202012Validator]:
    """The official core schemas, closed, with formats checked; they point to each other by file name."""
    folder = shared / "directories" / "hsds_spec" / ("3.0" if version == "3.0" else "3.1-dev") / "schema"
    schemas = {path.name: closed(json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json") if path.name != "openapi.json"}
    made = [(name, referencing.Resource(contents=schema, specification=referencing.jsonschema.DRAFT202012)) for name, schema in schemas.items()]
    registry: referencing.Registry[Any] = referencing.Registry().with_resources(made)
    formats = jsonschema.FormatChecker()
    return {
        name.removesuffix(".json"): jsonschema.Draft202012Validator(one, registry=registry, format_checker=formats) for name, one in schemas.items()
    }


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", ["public", "analyst"])
def test_what_is_written_fits_the_official_schemas(
    shared_data: Path, answers: surveys.Survey, written: Written, version: str, edition: Edition
) -> None:
    folder, schemas = written(answers.records, edition, version), official(shared_data, version)
    trees = list(services(folder).values())
    assert len(trees) == (5 if edition == "analyst" else 4)
    for name, kind in (("services", "service"), ("organizations", "organization")):
        page = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert page["total_items"] == page["size"] == len(page["contents"]) > 0
        trees += page["contents"] if kind == "service" else []
        errors = [error.message for one in page["contents"] for error in schemas[kind].iter_errors(one)]
        assert errors == []
    assert [error.message for tree in trees for error in schemas["service"].iter_errors(tree)] == []
    found, _ = tables(folder)
    for kind, rows in found.items():
        for row in rows:
            given = {column: number(kind, column, text) for column, text in row.items() if text}
            wanted = {**schemas[kind].schema, "required": [*schemas[kind].schema.get("tabular_required", ()), "id"]}
            assert [error.message for error in schemas[kind].evolve(schema=wanted).iter_errors(given)] == [], kind
    assert ("service_capacity" in found) is (version == "3.1")
    assert ("service_at_location_id" in found["service_area"][0]) is (version == "3.1")
    if version == "3.0":
        beds = losses(folder)["delivery", "beds"]
        assert (beds["kept"], beds["dropped"]) == ("0", "3" if edition == "analyst" else "2")


def number(kind: str, column: str, text: str) -> Any:
    from ecosystem.hsds import OBJECTS

    return float(text) if column in OBJECTS[kind].numbers else text


@pytest.mark.parametrize("version", VERSIONS)
def test_every_pointer_of_the_tables_leads_somewhere(answers: surveys.Survey, written: Written, version: str) -> None:
    found, package = tables(written(answers.records, "analyst", version))
    n_pointers = 0
    for resource in package["resources"]:
        rows, schema = found[resource["name"]], resource["schema"]
        assert list(rows[0]) == [field["name"] for field in schema["fields"]]
        keys = [row[schema["primaryKey"]] for row in rows]
        assert len(set(keys)) == len(keys)
        for field in schema["fields"]:
            given = [row[field["name"]] for row in rows if row[field["name"]]]
            assert given or not field.get("constraints"), field
            if field.get("constraints", {}).get("required"):
                assert len(given) == len(rows), field
            if field["type"] == "date":
                assert [dt.date.fromisoformat(text).isoformat() for text in given] == given
            if field["type"] in ("time", "datetime"):
                assert all((dt.time if field["type"] == "time" else dt.datetime).fromisoformat(text) for text in given)
        declared = {key["fields"]: key["reference"]["resource"] or resource["name"] for key in schema.get("foreignKeys", ())}
        pointers = {column for column in rows[0] if column.endswith("_id") and column != "link_id"}
        assert declared.keys() == pointers, resource["name"]
        for column, target in declared.items():
            known = {row["id"] for row in found[target]}
            given = [row[column] for row in rows if row[column]]
            assert set(given) <= known, (resource["name"], column)
            n_pointers += len(given)
    assert n_pointers > 50
    for row in found["attribute"]:
        assert row["link_id"] in {one["id"] for one in found[row["link_entity"]]}


# -- there and back ----------------------------------------------------------------------------------------------------------------------------


def said(survey: surveys.Survey) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What is known of every delivery, as far as HSDS and our attributes have a place for it."""
    organizations = {one.key: one for one in survey.records.organizations}
    types = {one.key: one for one in survey.records.services}
    return {
        (organizations[d.organization].name, d.name, d.site): dict(facts(organizations[d.organization], types[d.service], d))
        for d in survey.records.deliveries
    }


def facts(organization: Any, service: Any, delivery: Delivery) -> Iterator[tuple[str, Any]]:
    for name in ("sector", "aliases"):
        yield name, getattr(organization, name)
    for name in ("types", "needs", "description"):
        yield name, told(getattr(service, name))
    for name in ("mode", "area", "contact", "location"):
        yield name, told(getattr(delivery, name))
    who, life = delivery.eligibility, delivery.life
    yield from (("ages", told(who.ages)), ("genders", told(who.genders)), ("groups", told(who.groups)), ("suspended", told(life.suspended)))
    yield from (("funded", told(life.funded)), ("asked", {name: value for name, value in who.requirements.items() if told(value) is not None}))
    yield "languages", None if isinstance(delivery.languages, Unknown) else {(one.code, one.strength) for one in delivery.languages}
    yield "routes", None if isinstance(delivery.routes, Unknown) else {one.kind for one in delivery.routes}
    yield "size", (told(delivery.capacity.beds), told(delivery.capacity.teams))
    weeks: dict[tuple[str, bool], Any] = {}
    for piece in () if isinstance(delivery.hours, Unknown) else delivery.hours.pieces:
        weeks[piece.kind, piece.certain] = weeks.get((piece.kind, piece.certain), NEVER) | piece.when
    yield "hours", weeks


def told(value: Any) -> Any:
    return None if isinstance(value, Unknown) else value


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("packing", ["trees", "page", "zip"])
def test_our_answers_come_back_as_they_were(
    answers: surveys.Survey, written: Written, read_answers: ReadAnswers, packing: str, language: str
) -> None:
    folder = written(answers.records, "analyst", "3.1", language)
    paths = {"trees": (folder / "services").iterdir(), "page": [folder / "services.json"], "zip": [folder / "hsds-tabular.zip"]}[packing]
    back = said(read_answers({path.name: path.read_bytes() for path in paths}))
    before = said(answers)
    before["Safe Door", "Refuge", "Door House"]["location"] = None  # never written
    assert back.keys() == before.keys()
    for key, known in before.items():
        assert back[key] == known, key


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("packing", ["service_full.json", "organization_full.json", "service_at_location_full.json", "tabular.json"])
def test_the_official_examples_come_back_as_they_were(
    shared_data: Path, read_answers: ReadAnswers, written: Written, version: str, packing: str
) -> None:
    """All official examples tell of one service."""
    folder = shared_data / "directories" / "hsds_spec" / ("3.0" if version == "3.0" else "3.1-dev") / "examples"
    example = json.loads((folder / "service_full.json").read_text(encoding="utf-8"))
    survey = read_answers({packing: (folder / packing).read_bytes()})
    (service,) = services(written(survey.records, "public", version)).values()
    for name in ("name", "description", "url", "status", "minimum_age", "maximum_age", "assured_date"):
        assert service[name] == (example[name].strip() if isinstance(example[name], str) else example[name]), name
    for name in ("name", "alternate_name"):
        assert service["organization"][name] == example["organization"][name]
    assert [(one["name"], one["code"]) for one in service["languages"]] == [(one["name"], one["code"]) for one in example["languages"]]
    (place,), (given,) = service["service_at_locations"], example["service_at_locations"]
    assert place["location"]["name"] == given["location"]["name"]
    assert [phone["number"].strip('"') for phone in place["phones"]] == [phone["number"].strip('"') for phone in given["phones"]]
    assert "schedules" not in place  # the official schedule never opens
    areas = place.get("service_areas", service.get("service_areas"))
    (name,) = {area["name"] for area in example["service_areas"]}
    assert [area["name"] for area in areas] == [name.removesuffix(".")]  # no map has this name, so it is written without a shape
    assert "extent" not in areas[0]
