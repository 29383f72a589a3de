"""Nothing about the person who answered comes in, whichever tool wrote the file; phones and e-mails in free text are told; contacts stay apart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import Publish
from ecosystem.taxonomy import Taxonomy

PERSON: Mapping[str, str] = {
    "name": "Leona Leakwell",
    "first": "Leona",
    "last": "Leakwell",
    "mail": "leona@leak.example",
    "ip": "203.0.113.99",
    "device": "LEAKDEVICE77",
    "phone": "+16125550123",
    "lat": "45.67891",
    "lon": "-93.87654",
    "token": "leaktoken9",
}


def rows_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def table(head: Mapping[str, str], *, second: Sequence[str] = (), third: Sequence[str] = ()) -> bytes:
    """A file of one answer: the columns of the tool, and ours behind them."""
    rows = [[*head, "Organization", "Service", "Hours"]]
    rows += [[*second, "Open-Ended Response", "Open-Ended Response", "Open-Ended Response"]] if second else []
    rows += [list(third)] if third else []
    return rows_csv([*rows, [*head.values(), "Hub", "Meals", "24/7"]])


P = PERSON
KOBO = {
    "start": "2026-01-01T10:00:00", "end": "2026-01-01T10:10:00", "today": "2026-01-01", "username": P["name"], "deviceid": P["device"],
    "phonenumber": P["phone"], "simserial": P["device"], "subscriberid": P["device"], "audit": "audit.csv",
    "start-geopoint": f"{P['lat']} {P['lon']} 0 5", "_start-geopoint_latitude": P["lat"], "_start-geopoint_longitude": P["lon"],
    "_start-geopoint_altitude": "0", "_start-geopoint_precision": "5", "contact/name": P["name"], "contact/phone": P["phone"],
    "contact/email": P["mail"], "_id": "1", "_uuid": "u", "_submission_time": "2026-01-01T10:11:00", "_submitted_by": P["last"],
    "_geolocation": f"[{P['lat']}, {P['lon']}]", "_index": "1",
}  # fmt: skip
ODK = {
    "SubmissionDate": "2026-01-01T10:11:00Z", "meta-instanceID": "uuid:1", "meta-instanceName": P["name"], "start-geopoint-Latitude": P["lat"],
    "start-geopoint-Longitude": P["lon"], "start-geopoint-Altitude": "0", "start-geopoint-Accuracy": "5", "username": P["name"],
    "phonenumber": P["phone"], "email": P["mail"], "KEY": "uuid:1", "SubmitterID": "7", "SubmitterName": P["name"], "DeviceID": P["device"],
    "Status": "", "ReviewState": "", "Edits": "0", "FormVersion": "1",
}  # fmt: skip
QUALTRICS = {
    "StartDate": "2026-01-01", "EndDate": "2026-01-01", "Status": "0", "IPAddress": P["ip"], "Progress": "100", "Finished": "1",
    "RecordedDate": "2026-01-01", "ResponseId": "R_1", "RecipientLastName": P["last"], "RecipientFirstName": P["first"],
    "RecipientEmail": P["mail"], "ExternalReference": P["token"], "LocationLatitude": P["lat"], "LocationLongitude": P["lon"],
    "DistributionChannel": "email", "UserLanguage": "EN",
}  # fmt: skip
IDS = ("startDate", "endDate", "status", "ipAddress", "progress", "finished", "recordedDate", "_recordId", "recipientLastName", "recipientFirstName")
IDS += ("recipientEmail", "externalDataReference", "locationLatitude", "locationLongitude", "distributionChannel", "userLanguage")
MONKEY = {
    "Respondent ID": "1", "Collector ID": "2", "Date Created": "01/01/2026", "Date Modified": "01/01/2026", "IP Address": P["ip"],
    "Email Address": P["mail"], "First Name": P["first"], "Last Name": P["last"],
}  # fmt: skip
GOOGLE = {"Timestamp": "2026/01/01 9:14:07 AM CST", "Email Address": P["mail"], "Your name": P["name"], "Your phone number": P["phone"]}
MICROSOFT = {
    "ID": "1",
    "Start time": "1/1/26 9:00",
    "Completion time": "1/1/26 9:10",
    "Email": P["mail"],
    "Name": P["name"],
    "Last modified time": "",
}
REDCAP = {
    "record_id": "1", "redcap_survey_identifier": P["mail"], "first_name": P["first"], "last_name": P["last"], "email": P["mail"],
    "date_of_birth": "1980-02-03", "ip_address": P["ip"], "reach___phone": "1", "main_complete": "2",
}  # fmt: skip
LIME = {
    "id": "1", "submitdate": "2026-01-01 09:14:00", "lastpage": "4", "startlanguage": "en", "seed": "9", "token": P["token"],
    "startdate": "2026-01-01 09:00:00", "datestamp": "2026-01-01 09:14:00", "ipaddr": P["ip"], "refurl": f"https://x.example/?t={P['token']}",
    "firstname": P["first"], "lastname": P["last"], "email": P["mail"],
}  # fmt: skip
EXPORTS: Mapping[str, bytes] = {
    "KoboToolbox": table(KOBO),
    "ODK Central": table(ODK),
    "Qualtrics": table(
        QUALTRICS, third=[json.dumps({"ImportId": own}) for own in (*IDS, "QID1_TEXT", "QID2_TEXT", "QID3_TEXT")], second=()
    ),
    "SurveyMonkey": table(MONKEY, second=[""] * len(MONKEY)),
    "Google Forms": table(GOOGLE),
    "Microsoft Forms": table(MICROSOFT),
    "REDCap": table(REDCAP),
    "LimeSurvey": table(LIME),
}  # fmt: skip


@pytest.mark.parametrize("tool", EXPORTS)
def test_nothing_of_the_person_who_answered_comes_in(tool: str, read_answers: Any) -> None:
    survey = read_answers({"export.csv": EXPORTS[tool]})
    (read,) = survey.files
    assert read.format.startswith(tool)
    assert [(delivery.name, delivery.organization) for delivery in survey.records.deliveries] == [("Meals", "hub")]
    everything = repr(survey)
    for what, text in PERSON.items():
        assert text not in everything, what


@pytest.mark.parametrize("tool", EXPORTS)
def test_what_was_dropped_is_named_by_its_column(tool: str, read_answers: Any) -> None:
    survey = read_answers({"export.csv": EXPORTS[tool]})
    assert [issue.column for issue in survey.issues if issue.code == "personal_column_dropped"]


# -- free text ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["description", "barriers", "hours", "site", "refers_to", "area", "service"])
def test_phones_and_e_mails_are_told_wherever_people_write_freely(question: str, read_answers: Any) -> None:
    answers = {"organization": "Hub", "service": "Meals", "mode": "walk-in", question: "Ask Ana, 612-555-0123 or ana@example.org"}
    survey = read_answers({"a.csv": rows_csv([list(answers), list(answers.values())])})
    told = [issue for issue in survey.issues if issue.code == "personal_data_in_text"]
    assert [issue.column for issue in told] == [question]
    assert all("e-mail" in issue.message and "phone number" in issue.message for issue in told)


def test_a_public_phone_and_a_website_are_for_the_public(read_answers: Any) -> None:
    survey = read_answers({"a.csv": b"organization,service,phone,website\nHub,Meals,612-555-0123,https://hub.example/612-555-0123\n"})
    assert not [issue for issue in survey.issues if issue.code == "personal_data_in_text"]


# -- contacts and levels -----------------------------------------------------------------------------------------------------------------------


def test_contacts_stand_apart_from_the_graph(read_answers: Any, tmp_path: Any, geography: Geography, taxonomy: Taxonomy) -> None:
    survey = read_answers({"a.csv": b"organization,service,mode,area,phone,website\nHub,Meals,walk-in,citywide,612-555-0123,https://hub.example\n"})
    assert survey.records.deliveries[0].contact.phone == "612-555-0123"
    areas = {"id": "neighborhoods", "name": "N", "file": "areas.geojson", "id_column": "area_id", "name_column": "name"}
    city = City.of({"name": "Riverbend", "time_zone": "America/Chicago", "as_of": "2026-10-01", "geographies": [areas]}, file=tmp_path / "city.toml")
    graph = Ecosystem.build(survey.records, geography, city, taxonomy).graph
    drawn = repr([*graph.nodes(data=True), *graph.edges(data=True)])
    assert "Meals" in drawn
    assert "612-555-0123" not in drawn
    assert "hub.example" not in drawn


PROTECTED = ("04c", "04e", "06d", "06f", "07c", "11g")
STREET = ("05a", "05e", "05g")


@pytest.mark.parametrize("code", PROTECTED)
def test_protected_kinds_are_not_public_unless_their_provider_says_so(code: str, read_answers: Any) -> None:
    rows = f"organization,service,service type,mode,address\nHub,One,{code},walk-in,12 Mill Street\n"
    (delivery,) = read_answers({"a.csv": rows}).records.deliveries
    assert delivery.publish == Publish(listing="partner", address="analyst", hours="analyst", contact="analyst")
    rows = f"organization,service,service type,mode,publish_listing,publish_hours\nHub,One,{code},walk-in,public,public\n"
    (delivery,) = read_answers({"a.csv": rows}).records.deliveries
    assert delivery.publish == Publish(listing="public", address="analyst", hours="public", contact="analyst")


@pytest.mark.parametrize("code", STREET)
def test_where_street_teams_start_and_when_is_for_analysts(code: str, read_answers: Any) -> None:
    (delivery,) = read_answers({"a.csv": f"organization,service,service type,mode\nHub,One,{code},mobile\n"}).records.deliveries
    assert (delivery.publish.address, delivery.publish.hours) == ("analyst", "analyst")
