"""A protected place shows nowhere, and nothing around it gives it away."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from ecosystem.edition import Edition, redact
from ecosystem.records import (
    BLANK,
    CITYWIDE,
    AreaPart,
    Capacity,
    Contact,
    Contract,
    CoverageArea,
    Delivery,
    Eligibility,
    Invitation,
    Life,
    Location,
    Organization,
    Publish,
    Records,
    Referral,
    Response,
    Route,
    Unknown,
    known_or,
)
from ecosystem.schedule import ALWAYS, NEVER, CalendarException, Hours, Piece
from shelters import (
    CELL,
    EVENING,
    LATITUDE,
    LONGITUDE,
    PHONE,
    REDACTED,
    SHELTER,
    TAXONOMY,
    all_text,
    around,
    delivery,
    named,
    only,
    records_of,
    service,
    shelter_records,
)


def test_the_analyst_edition_knows_everything() -> None:
    records = shelter_records()
    assert redact(records, "analyst", taxonomy=TAXONOMY) is records


@pytest.mark.parametrize("edition", ["public", "partner"])
def test_a_protected_delivery_becomes_placeless_and_citywide(edition: Edition) -> None:
    redacted = redact(shelter_records(), edition, taxonomy=TAXONOMY)
    shelter = only(redacted)
    assert shelter.is_placeholder
    assert shelter.area == CITYWIDE
    assert (shelter.hours, shelter.location, shelter.contact, shelter.mode, shelter.routes) == (REDACTED,) * 5
    assert shelter.site == ""
    assert shelter.name == "Shelter for survivors of domestic violence or trafficking"
    assert shelter.capacity == Capacity()
    assert shelter.life == Life()
    assert redacted.services[0].name == shelter.name
    assert redacted.services[0].types == ("04c",)
    assert redacted.services[0].needs == ("N04",)
    for word in ("maple", "1420", "0100", "93.2", "44.9", "responses.csv", "director"):
        assert word not in all_text(redacted)


@pytest.mark.parametrize("mark", ["marked", "city", "lgbtq youth", "lgbtq to 24"])
def test_who_is_protected(mark: str) -> None:
    marks: dict[str, dict[str, Any]] = {
        "marked": {"protected": True},
        "lgbtq youth": {"eligibility": Eligibility(groups=("LGBTQ+ youth",))},
        "lgbtq to 24": {"eligibility": Eligibility(ages=(14, 24), groups=("lgbtq",))},
    }
    records = records_of(delivery("d1", "s", **marks.get(mark, {})), services=(service("s", "09a"),))
    assert only(redact(records, "public", taxonomy=TAXONOMY, protected_services=["09a"] if mark == "city" else [])).is_placeholder


def test_others_are_not_protected() -> None:
    adults = delivery("d1", "s", eligibility=Eligibility(ages=(18, None), groups=("lgbtq",)))
    records = records_of(adults, services=(service("s", "09a"),))
    assert redact(records, "public", taxonomy=TAXONOMY).deliveries == records.deliveries


def test_a_hotline_of_a_protected_kind_shows_without_its_desk() -> None:
    hotline = delivery(
        "d-line", "line", name="24-hour line", mode="phone", contact=Contact(PHONE), location=SHELTER, hours=Hours.stated("phone", ALWAYS)
    )
    line = only(redact(records_of(hotline, services=(service("line", "04c"),)), "public", taxonomy=TAXONOMY))
    assert not line.is_placeholder
    assert line.contact == Contact(PHONE)
    assert line.hours == Hours.stated("phone", ALWAYS)
    assert line.location == REDACTED


def test_a_published_phone_of_a_protected_place_becomes_a_line_that_adds_to_possible_only() -> None:
    hours = Hours((Piece("open", ALWAYS), Piece("phone", ALWAYS)))
    redacted = redact(shelter_records(publish=Publish(), hours=hours), "public", taxonomy=TAXONOMY)
    (line,) = [d for d in redacted.deliveries if d.mode == "phone"]
    (placeholder,) = [d for d in redacted.deliveries if d.is_placeholder]
    assert line.contact == Contact(PHONE)
    assert line.area == REDACTED
    assert known_or(line.hours, Hours()).counted("phone") == (NEVER, ALWAYS)
    assert placeholder.contact == REDACTED
    assert "maple" not in all_text(redacted)


def test_a_line_that_is_marked_and_published_shows_and_one_that_is_not_published_does_not() -> None:
    """The reader marks every delivery of a protected kind; a hotline that its provider lists with its number is public all the same."""
    hotline = delivery("d-line", "line", mode="phone", contact=Contact(PHONE), hours=Hours.stated("phone", ALWAYS), protected=True)
    for publish, is_shown in ((Publish(), True), (Publish(contact="analyst"), False), (Publish(listing="partner"), False)):
        records = records_of(replace(hotline, publish=publish), services=(service("line", "04c"),))
        redacted = redact(records, "public", taxonomy=TAXONOMY)
        assert any(d.id == "d-line" and d.hours == hotline.hours for d in redacted.deliveries) is is_shown


def test_a_published_phone_of_an_unlisted_place_shows_without_the_name_of_its_organization() -> None:
    redacted = redact(shelter_records(publish=Publish(listing="partner")), "public", taxonomy=TAXONOMY)
    (line,) = [d for d in redacted.deliveries if d.mode == "phone"]
    assert line.contact == Contact(PHONE)
    assert line.organization == "unnamed-1"
    assert "harbor" not in all_text(redacted)


def test_a_published_phone_that_has_its_own_line_is_not_listed_twice() -> None:
    shelter = shelter_records(publish=Publish()).deliveries[0]
    hotline = delivery("d-line", "line", mode="phone", contact=Contact("(612) 555 0100"), hours=Hours.stated("phone", ALWAYS))
    records = records_of(shelter, hotline, services=(service("harbor/maple-house", "04c"), service("line", "04c")))
    redacted = redact(records, "public", taxonomy=TAXONOMY)
    assert sorted(d.mode for d in redacted.deliveries if not isinstance(d.mode, Unknown)) == ["phone"]


def test_ids_of_what_is_hidden_cannot_be_tried_out() -> None:
    """Ids are digests of organization, service and site; the site's name must not be a guess away."""
    from ecosystem.records import delivery_id

    guess = delivery_id("harbor", "Maple House", "Maple House")
    shelter = replace(shelter_records().deliveries[0], id=guess)
    records = replace(shelter_records(), deliveries=(shelter,))
    assert only(redact(records, "public", taxonomy=TAXONOMY)).id != guess
    hidden_site = delivery("d-guess", "s", site="1420 Maple", location=SHELTER, publish=Publish(address="analyst"))
    assert only(redact(records_of(hidden_site, services=(service("s", "09a"),)), "public", taxonomy=TAXONOMY)).id != "d-guess"


def with_sibling(**facts: Any) -> Records:
    shelter = shelter_records().deliveries[0]
    sibling = delivery("d-sibling", "clinic", **{"name": "Clinic", "mode": "walk_in", **facts})
    return records_of(shelter, sibling, services=(service("harbor/maple-house", "04c", name="Maple House"), service("clinic", "11d", name="Clinic")))


def sibling_of(records: Records) -> Delivery:
    (sibling,) = [d for d in redact(records, "public", taxonomy=TAXONOMY).deliveries if d.service == "clinic"]
    return sibling


@pytest.mark.parametrize(
    "location",
    [
        Location("1420 north maple st."),
        Location("", LONGITUDE, LATITUDE),
        Location("Back door", LONGITUDE + 0.001, LATITUDE),  # 79 m east
        Location("1420-B Maple Str, Unit 2", -93.0, 45.0),
    ],
)
def test_a_sibling_does_not_give_the_place_away(location: Location) -> None:
    sibling = sibling_of(with_sibling(location=location, site="North wing"))
    assert sibling.location == REDACTED
    assert sibling.site == ""
    assert sibling.hours == EVENING
    assert sibling.area == named("a1")


def test_a_sibling_elsewhere_keeps_its_place() -> None:
    place = Location("99 Oak Avenue", LONGITUDE + 0.002, LATITUDE)  # 157 m east
    assert sibling_of(with_sibling(location=place, site="Oak")) == delivery("d-sibling", "clinic", name="Clinic", location=place, site="Oak")


def test_a_radius_around_the_place_is_dropped() -> None:
    sibling = sibling_of(with_sibling(area=around(LONGITUDE, LATITUDE), focus=named("a1")))
    assert (sibling.area, sibling.focus) == (REDACTED, REDACTED)
    ring = "POLYGON((-93.275 44.97,-93.255 44.97,-93.255 44.9856,-93.275 44.9856,-93.275 44.97))"  # its middle is the shelter
    assert sibling_of(with_sibling(area=CoverageArea((AreaPart("polygon", wkt=ring),)))).area == REDACTED


def test_the_phone_and_the_address_are_taken_out_of_text() -> None:
    sibling = sibling_of(
        with_sibling(
            name="Clinic behind 1420 Maple St (44.97781, -93.26502)",
            contact=Contact("+1 (612) 555.0100", "https://harbor.example/1420-maple"),
            routes=(Route("outreach", ALWAYS, "ask at 1420 MAPLE STREET or ring 6125550100"),),
            hours=Hours((Piece("open", ALWAYS, note="ring 612 555 0100"),), (CalendarException(dt.date(2026, 12, 25), label="see 1420 maple"),)),
        )
    )
    assert sibling.contact == Contact()
    assert sibling.name == "Clinic behind … (…)"
    assert known_or(sibling.routes, ())[0].rule == "ask at … or ring …"
    assert "0100" not in all_text(records_of(sibling))
    assert "maple" not in all_text(records_of(sibling))


def test_keys_made_from_the_address_are_renamed_everywhere() -> None:
    shelter = replace(shelter_records().deliveries[0], organization="1420-maple-street-project")
    youth = delivery("d-youth", "1420-maple-street-project/club", organization="1420-maple-street-project", location=BLANK)
    records = records_of(
        shelter,
        youth,
        organizations=(Organization("1420-maple-street-project", "The 1420 Maple Street Project"),),
        services=(
            service("harbor/maple-house", "04c", organization="1420-maple-street-project"),
            service("1420-maple-street-project/club", "09a", organization="1420-maple-street-project", name="Club"),
        ),
        invitations=(Invitation("1420-maple-street-project", "1420 Maple Street Project"),),
        responses=(Response("1420-maple-street-project", source=CELL),),
        contracts=(Contract("1420 maple st", "City", "1420-maple-street-project", "1420-maple-street-project/club"),),
        referrals=(Referral("1420-maple-street-project", "1420-maple-street-project", "1420 Maple"),),
    )
    for edition in ("public", "partner"):
        redacted = redact(records, edition, taxonomy=TAXONOMY)
        assert "maple" not in all_text(redacted)
        assert redacted.answered == {redacted.invitations[0].key} == {redacted.organizations[0].key}
        assert {d.service for d in redacted.deliveries} == {s.key for s in redacted.services}


def test_what_another_organization_publishes_itself_stays() -> None:
    """The same building, told by somebody else, is no secret; so are a shared crisis line and the text that names them."""
    clinic = delivery("d-clinic", "clinic", organization="other", name="At 1420 Maple", location=SHELTER, contact=Contact(PHONE))
    shelter = shelter_records().deliveries[0]
    records = records_of(shelter, clinic, services=(service("harbor/maple-house", "04c"), service("clinic", "11d", organization="other")))
    assert clinic in redact(records, "public", taxonomy=TAXONOMY).deliveries
