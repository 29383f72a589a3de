"""What directories say of their services: the age of each fact, terms of their own taxonomies, and a VisionLink export (invented, none is public)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ecosystem.records import Unknown
from ecosystem.taxonomy import Taxonomy
from surveys.readers import read_tables
from surveys.terms import SCHEMES, services_by_term, version

ORGANIZATIONS = "id,name,description\no1,Harbor Hill,A shelter\n"

HEADER = (
    *("Agency Id", "Agency Name", "Program Id", "Program Name", "Program Description", "Site Id", "Site Name", "Site Address", "Site City"),
    *("Site State", "Site Zip", "Address Confidential", "Program Hours", "Geographic Area Served", "Languages", "Taxonomy Code", "Taxonomy Term"),
    *("Program Phone", "Contact Name", "Contact Email", "Last Verified"),
)
HUB = "7,Harbor Hill"
FOOD = "English,BD-1800.2000,Food Pantries,612-555-0100,Ana Person,ana@example.org,3/2/2026"
LAST = "Puppet Shows,612-555-0199,Bo Person,bo@example.org,1/15/2020"
VISIONLINK = f"""{",".join(HEADER)}
number,*REQUIRED*,number,text,text,number,text,text,text,text,text,Yes/No,text,text,text,text,text,text,text,text,date
{HUB},71,Food shelf,Gives food,701,Mill House,12 Mill Street,Riverbend,MN,55411,No,Mon-Fri 9am-5pm,Northbank,"Somali,
{FOOD.replace("English", 'English"', 1)}
{HUB},71,Food shelf,Gives food,702,North House,3 Oak Avenue,Riverbend,MN,55411,No,Sat 10am-2pm,Northbank,{FOOD}
{HUB},72,Safe house,Shelter,703,,99 Secret Lane,Riverbend,MN,55411,Yes,24/7,Mill Street,English,QQ-0000.0000,{LAST}
"""


@pytest.fixture
def visionlink(read_answers: Any) -> Any:
    return read_answers({"resources.csv": VISIONLINK})


def test_a_visionlink_export_is_read_by_its_mapping(visionlink: Any) -> None:
    assert [file.format for file in visionlink.files] == ["VisionLink"]
    assert [organization.name for organization in visionlink.records.organizations] == ["Harbor Hill"]
    found = {(delivery.name, delivery.site): delivery for delivery in visionlink.records.deliveries}
    assert set(found) == {("Food shelf", "Mill House"), ("Food shelf", "North House"), ("Safe house", "")}
    mill = found["Food shelf", "Mill House"]
    assert mill.hours.of_kind("open").hours == 40
    assert (mill.location.address, mill.contact.phone) == ("12 Mill Street, Riverbend, MN 55411", "612-555-0100")
    assert [language.code for language in mill.languages] == ["en", "so"]
    assert found["Food shelf", "North House"].hours.of_kind("open").hours == 4
    assert mill.sources["hours"].method == "public listing"


def test_the_confidential_address_and_the_contacts_of_visionlink_are_nowhere(visionlink: Any) -> None:
    (house,) = [delivery for delivery in visionlink.records.deliveries if delivery.name == "Safe house"]
    assert isinstance(house.location, Unknown)
    assert house.publish.address == "analyst"
    for text in ("99 Secret Lane", "Ana Person", "Bo Person", "ana@example.org"):
        assert text not in repr(visionlink.records)
    assert "Ana Person" not in repr(visionlink)


def test_terms_that_the_table_knows_are_services_of_ours_and_others_are_told(visionlink: Any) -> None:
    types = {service.name: service.types for service in visionlink.records.services}
    assert types["Food shelf"] == ("11b",)
    assert isinstance(types["Safe house"], Unknown)
    told = [issue.text for issue in visionlink.issues if issue.code == "service_type_unknown"]
    assert {"QQ-0000.0000", "Puppet Shows"} <= set(told)
    (mapped,) = [issue for issue in visionlink.issues if issue.code == "terms_mapped"]
    assert version() in mapped.message
    assert "BD-1800.2000" in mapped.message


def test_a_citys_own_words_for_terms_go_before_the_table(read_answers: Any) -> None:
    book = '[choices.service_type]\n"BD-1800.2000" = "04d"\n"Puppet Shows" = "08b"\n'
    survey = read_answers({"resources.csv": VISIONLINK}, codebook=book)
    types = {service.name: service.types for service in survey.records.services}
    assert types["Food shelf"][0] == "04d"
    assert types["Safe house"] == ("08b",)


def test_every_row_of_the_table_of_terms_names_a_service_of_ours_and_holds_no_words() -> None:
    taxonomy = Taxonomy.read()
    assert set(services_by_term().values()) <= set(taxonomy.services)
    assert all(not any(character.islower() or character == " " for character in code) for code in services_by_term())
    assert SCHEMES == ("airs", "open_eligibility")


@pytest.mark.shared
def test_codes_of_211_are_services_of_ours_whoever_they_are_for(shared_data: Path) -> None:
    tables = read_tables(shared_data / "directories" / "sf211_icarol" / "sf_only.csv", "sf_only.csv")
    (mapped,) = [issue.message for issue in tables.issues if issue.code == "terms_mapped"]
    assert mapped.startswith("23 terms of its taxonomy stand for services of ours in 29 places")  # 20 of its rows have codes; counted by hand
    (table,) = tables.tables
    at = [names[0] for names in table.names].index("service_type")
    # given as "RX-8450.7000-700 * YS-2000.9500": what stands after the star is for whom
    assert sum(row.cells[at].startswith("RX-8450.7000-700; RX-8450.7000-750; ") for row in table.rows) == 1


def test_the_day_a_service_was_assured_is_the_age_of_its_facts(read_answers: Any) -> None:
    services = (
        "id,organization_id,name,status,assured_date,last_modified\ns1,o1,Beds,active,2026-03-02,2026-09-01T10:00:00Z\n"
        "s2,o1,Meals,active,,2025-05-06T10:00:00Z\ns3,o1,Rides,active,,\n"
    )
    tables = {"organizations.csv": ORGANIZATIONS, "services.csv": services}
    survey = read_answers(tables)
    dates = {service.name: service.sources["service"].date for service in survey.records.services}
    assert dates == {"Beds": dt.date(2026, 3, 2), "Meals": dt.date(2025, 5, 6), "Rides": None}
    assert [issue for issue in survey.issues if issue.code == "answered_twice" and issue.severity != "info"] == []


@pytest.mark.shared
def test_real_terms_of_wellsky_are_mapped_by_their_codes(shared_data: Any, read_answers: Any) -> None:
    folder = shared_data / "directories"
    wellsky = read_answers({path.name: path.read_bytes() for path in (folder / "wellsky_211_brevard").glob("*.csv")})
    by_name = {service.name: service.types for service in wellsky.records.services}
    assert by_name["Food Pantries"] == ("11b",)
    assert by_name["Suicide Prevention Hotlines"] == ("01c",)
    assert isinstance(by_name["Hurricane Preparedness Information"], Unknown)
    dated = [delivery.sources["service"].date for delivery in wellsky.records.deliveries if "service" in delivery.sources]
    assert all(dated)


def test_terms_of_ohana_are_mapped_by_their_codes_and_the_others_told_by_name(read_answers: Any) -> None:
    services = "id,location_id,program_id,name,status,taxonomy_ids\n1,1,,Beds,active,101-04\n2,1,,Yoga,active,106-06-06\n"
    locations = "id,organization_id,accessibility,latitude,longitude,name,virtual\n1,o1,,,,Mill House,false\n"
    terms = "taxonomy_id,name,parent_id,parent_name\n101-04,Emergency Shelter,101,Emergency\n106-06-06,Personal Hygiene,106-06,Medical Care\n"
    survey = read_answers({"organizations.csv": ORGANIZATIONS, "services.csv": services, "locations.csv": locations, "taxonomy.csv": terms})
    types = {service.name: service.types for service in survey.records.services}
    assert types["Beds"] == ("04d",)
    assert isinstance(types["Yoga"], Unknown)
    assert [issue.text for issue in survey.issues if issue.code == "service_type_unknown"] == ["Personal Hygiene"]
