"""What must not come in, and who sees what by default."""

from __future__ import annotations

import pytest

from ecosystem.records import Publish
from surveys.privacy import (
    address_key,
    default_publish,
    is_personal,
    is_withheld_address,
    looks_personal,
    personal_data_in,
    says_confidential,
    stricter,
    with_consent,
)


@pytest.mark.parametrize(
    "header",
    [
        "Your name",
        "Respondent Name",
        "First name",
        "Contact",
        "Contact person",
        "E-mail",
        "Email Address",
        "Recipient_Email",
        "RecipientLastName",
        "IPAddress",
        "IP Address",
        "LocationLatitude",
        "location_longitude",
        "_location_latitude",
        "DeviceID",
        "Submitter Name",
        "Username",
        "Date of birth",
        "dob",
        "Su nombre",
        "Correo electrónico",
        "Dirección IP",
        "Cell phone",
        "GPS",
    ],
)
def test_columns_about_the_person_who_answered(header: str) -> None:
    assert is_personal(header)


@pytest.mark.parametrize(
    "header",
    ["Organization name", "Service name", "Phone", "Address", "Latitude", "Site", "Recipe", "Who is it for", "Zip", "Hours", "Shipping", "Program"],
)
def test_columns_about_the_service(header: str) -> None:
    assert not is_personal(header)


def test_a_column_is_personal_by_its_answers_too() -> None:
    assert looks_personal(["10.0.0.1", "192.168.1.20"])
    assert not looks_personal(["write to ana@example.org", "Hub", "Nub"])
    assert not looks_personal([])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call Ana at (612) 555-0123", ("phone number",)),
        ("+1 612 555 0123", ("phone number",)),
        ("ana.ruiz@hub.example.org", ("e-mail",)),
        ("911, 988, 211; 24/7 since 2019-2020; $1,200,000; 55411-1234", ()),
        ("respondent 9876543210", ()),
    ],
)
def test_phones_and_e_mails_inside_free_text(text: str, found: tuple[str, ...]) -> None:
    assert personal_data_in(text) == found


@pytest.mark.parametrize("text", ["Confidentially-located shelter", "our address is confidential", "undisclosed location", "refugio confidencial"])
def test_words_that_say_a_place_is_secret(text: str) -> None:
    assert says_confidential("", text)


@pytest.mark.parametrize("text", ["Confidential HIV tests", "strictly confidential counseling", "secret recipes"])
def test_confidential_care_is_no_confidential_place(text: str) -> None:
    assert not says_confidential(text)


def test_what_stands_for_an_address() -> None:
    assert [is_withheld_address(text) for text in ("CONFIDENTIAL", "undisclosed.", "Confidencial", "12 Secret Lane", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_one_address_in_several_spellings() -> None:
    spellings = ("1663 Mission St., Suite 225", "1663 MISSION STREET #2", "Suite 9, 1663 Mission", "1663 N. Mission Ave")
    assert {address_key(text) for text in spellings} >= {"1663 mission"}
    assert address_key("1663 Mission St.") != address_key("166 Mission St.")
    assert [address_key(text) for text in ("", "Mission Street", "1663")] == ["", "", ""]


def test_who_sees_what_by_default() -> None:
    assert default_publish(is_protected=False, is_street=False) == Publish()
    street = default_publish(is_protected=False, is_street=True)
    assert (street.listing, street.hours, street.address) == ("public", "analyst", "analyst")
    assert stricter("partner", "public") == "partner"


def test_a_no_to_consent_narrows_and_a_yes_never_widens() -> None:
    hidden = default_publish(is_protected=True, is_street=False)
    assert with_consent(hidden, may_list=True, may_show_address=True) == hidden
    assert with_consent(Publish(), may_list=False, may_show_address=None).listing == "partner"
    assert with_consent(hidden, may_list=False, may_show_address=False).listing == "partner"
