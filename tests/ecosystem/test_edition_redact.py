"""Each edition knows what it may, and what it may not know is still possible: redaction never makes a gap."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.edition import EDITIONS, Edition, redact
from ecosystem.edition.redact import DAY_PARTS
from ecosystem.graph import answered_needs
from ecosystem.presentation import DAY_PARTS as SHOWN_DAY_PARTS
from ecosystem.records import (
    BLANK,
    CITYWIDE,
    NOT_ASKED,
    AreaPart,
    Capacity,
    Comment,
    Contact,
    Contract,
    CoverageArea,
    Delivery,
    Dispute,
    Eligibility,
    Invitation,
    Language,
    Life,
    Location,
    Organization,
    Publish,
    Records,
    Referral,
    Response,
    Route,
    Service,
    Source,
    Unknown,
    known_or,
)
from ecosystem.schedule import ALWAYS, NEVER, CalendarException, Hours, Piece, Schedule
from ecosystem.taxonomy import Taxonomy

TAXONOMY = Taxonomy.read()
REDACTED = Unknown("redacted")
LONGITUDE, LATITUDE = -93.2650, 44.9778
ADDRESS, PHONE = "1420 N. Maple Street, Riverbend", "612-555-0100"
SHELTER = Location(ADDRESS, LONGITUDE, LATITUDE)
CELL = Source("responses.csv", "", 14, "address", ADDRESS, role="director", date=dt.date(2026, 3, 1))
EVENING = Hours.stated("open", Schedule.daily("18:00", "08:00"))


def named(*areas: str) -> CoverageArea:
    return CoverageArea((AreaPart("areas", "areas", areas),))


def around(longitude: float, latitude: float) -> CoverageArea:
    return CoverageArea((AreaPart("radius", longitude=longitude, latitude=latitude, radius_m=2000.0),))


def delivery(key: str, service: str, **facts: Any) -> Delivery:
    facts = {"organization": "harbor", "name": "Night door", "mode": "walk_in", "hours": EVENING, "area": named("a1"), **facts}
    return Delivery(id=key, service=service, **facts)


def service(key: str, *types: str, organization: str = "harbor", **facts: Any) -> Service:
    return Service(key, organization, facts.pop("name", "Night door"), types=types or BLANK, **facts)


def records_of(*deliveries: Delivery, services: tuple[Service, ...] = (), **rest: Any) -> Records:
    organizations = rest.pop("organizations", (Organization("harbor", "Harbor Hill"), Organization("other", "Other House")))
    return Records.of(organizations, services, deliveries, **rest)


def shelter_records(**facts: Any) -> Records:
    """A shelter of a protected type with everything a provider may answer."""
    shelter = delivery(
        "d-shelter",
        "harbor/maple-house",
        **{
            "name": "Maple House",
            "site": "Maple House",
            "location": SHELTER,
            "contact": Contact(PHONE, "https://harbor.example/maple-house"),
            "area": around(LONGITUDE, LATITUDE),
            "capacity": Capacity(beds=12.0, caseload=9.0),
            "life": Life(paid=False),
            "routes": (Route("walk_in", ALWAYS, "knock at 1420 Maple"),),
            "languages": (Language("so", "staff"),),
            "publish": Publish(contact="analyst"),
            "sources": {"address": CELL},
            **facts,
        },
    )
    return records_of(
        shelter, services=(service("harbor/maple-house", "04c", name="Maple House", needs=("N04",), description="At 1420 Maple St, ring twice"),)
    )


def texts(value: Any) -> Iterator[str]:
    """Every text anywhere in records."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def all_text(records: Records) -> str:
    return "\n".join(texts(records)).casefold()


def only(records: Records) -> Delivery:
    (found,) = records.deliveries
    return found


# --------------------------------------------------------------------------------------------------------------------- protected places


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


# -------------------------------------------------------------------------------------------------------------------------- siblings


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


# ------------------------------------------------------------------------------------------------------------------------ street teams

NIGHTS = Hours.stated("response", Schedule.daily("16:00", "02:00", days=[4, 5]))


def street_records(**facts: Any) -> Records:
    team = delivery(
        "d-team",
        "harbor/street",
        **{
            "name": "Harbor walkers",
            "site": "Base",
            "mode": "mobile",
            "hours": NIGHTS,
            "area": named("a1", "a2"),
            "location": Location("7 Elm Road", -93.2, 44.9),
            "contact": Contact("612-555-0177"),
            "languages": (Language("so", "staff"),),
            "routes": (Route("outreach"),),
            **facts,
        },
    )
    club = delivery("d-club", "harbor/club", name="Club", area=named("a1"))
    return records_of(
        team,
        club,
        services=(service("harbor/street", "05a", name="Harbor walkers", needs=("N21",)), service("harbor/club", "09a", name="Club")),
        invitations=(Invitation("harbor", "Harbor Hill", areas=("a1",)),),
        responses=(Response("harbor", role="director"),),
    )


def test_the_public_sees_where_a_street_team_may_be_without_provider_or_hour() -> None:
    redacted = redact(street_records(), "public", taxonomy=TAXONOMY)
    (team,) = [d for d in redacted.deliveries if d.id != "d-club"]
    assert team.is_placeholder
    assert team.organization == "unnamed-1"
    assert team.name == "Street outreach and violence interrupters"
    assert team.area == named("a1", "a2")
    assert (team.hours, team.location, team.contact, team.languages, team.routes, team.mode) == (REDACTED,) * 6
    assert [o.name for o in redacted.organizations] == ["Harbor Hill", "Other House", "Organization not named"]
    assert "walkers" not in all_text(redacted)
    assert "elm" not in all_text(redacted)
    assert redacted.services[1].organization == "unnamed-1"


def test_partners_see_neighborhoods_and_day_parts() -> None:
    """Fridays and Saturdays from 4 p.m. to 2 a.m.: no part is wholly staffed; touched are weekday days and evenings, weekend days, weekend nights."""
    redacted = redact(street_records(), "partner", taxonomy=TAXONOMY)
    (team,) = [d for d in redacted.deliveries if d.id != "d-club"]
    assert not team.is_placeholder
    assert team.organization == "unnamed-1"
    assert team.area == named("a1", "a2")
    known, possible = known_or(team.hours, Hours()).counted("mobile")
    assert known == NEVER
    assert possible == DAY_PARTS[0] | DAY_PARTS[1] | DAY_PARTS[3] | DAY_PARTS[4]
    assert (team.location, team.contact) == (REDACTED, REDACTED)


def test_a_day_part_that_is_wholly_staffed_is_known_to_partners() -> None:
    hours = Hours.stated("response", Schedule.daily("17:00", "23:00", days=range(5)))
    (team,) = [d for d in redact(street_records(hours=hours), "partner", taxonomy=TAXONOMY).deliveries if d.id != "d-club"]
    known, possible = known_or(team.hours, Hours()).counted("mobile")
    assert known == DAY_PARTS[1]
    assert possible == DAY_PARTS[1] | DAY_PARTS[2] | DAY_PARTS[4]


def test_partners_see_day_parts_whatever_the_level_of_the_roster() -> None:
    records = street_records(publish=Publish(hours="analyst", address="analyst"))
    (team,) = [d for d in redact(records, "partner", taxonomy=TAXONOMY).deliveries if d.id != "d-club"]
    assert known_or(team.hours, Hours()).counted("mobile")[1] == DAY_PARTS[0] | DAY_PARTS[1] | DAY_PARTS[3] | DAY_PARTS[4]


def test_the_day_parts_are_those_that_report_and_map_show() -> None:
    assert tuple(part.when for part in SHOWN_DAY_PARTS) == DAY_PARTS


def test_an_organization_of_street_teams_only_is_named_nowhere() -> None:
    team = street_records().deliveries[1]
    records = records_of(
        team,
        delivery("d-other", "o", organization="other"),
        organizations=(Organization("harbor", "Harbor Hill", sector="community"), Organization("other", "Other House", parent="Harbor Hill")),
        services=(service("harbor/street", "05a"), service("o", "09a", organization="other")),
        invitations=(Invitation("harbor", "Harbor Hill", "community", ("N21",), ("a1",)), Invitation("other", "Other House")),
        responses=(Response("harbor"), Response("other")),
        contracts=(Contract("walkers-2026", "City", "harbor", "harbor/street", "Harbor walkers"),),
        referrals=(Referral("other", "harbor", "harbour hill"),),
    )
    for edition in ("public", "partner"):
        redacted = redact(records, edition, taxonomy=TAXONOMY)
        assert "harbo" not in all_text(redacted)
        assert "walkers" not in all_text(redacted)
        assert redacted.answered == {"unnamed-1", "other"} == {i.key for i in redacted.invitations}
        assert redacted.invitations[1].sector == "community"
        assert redacted.referrals[0].target == "unnamed-1"


def test_a_base_that_shows_for_another_service_of_the_organization_stays_on_the_map() -> None:
    club = delivery("d-club", "harbor/club", location=Location("7 Elm Road", -93.2, 44.9))
    records = replace(street_records(), deliveries=(street_records().deliveries[1], club))
    assert club in redact(records, "public", taxonomy=TAXONOMY).deliveries


def test_a_drawn_area_or_a_word_nobody_could_place_of_a_street_team_is_anywhere() -> None:
    for area in (around(-93.2, 44.9), replace(named("a1"), unresolved=("near the base",))):
        (team,) = [d for d in redact(street_records(area=area), "public", taxonomy=TAXONOMY).deliveries if d.id != "d-club"]
        assert team.area == REDACTED


# ----------------------------------------------------------------------------------------------------------------------- publish levels


def test_what_is_below_the_level_is_redacted_group_by_group() -> None:
    answered = delivery(
        "d1",
        "s",
        location=SHELTER,
        contact=Contact(PHONE),
        routes=(Route("walk_in", ALWAYS, "by appointment"),),
        languages=(Language("so", "staff", ALWAYS),),
        publish=Publish(address="partner", hours="analyst", contact="partner"),
    )
    records = records_of(answered, services=(service("s", "09a"),))
    public, partner = (only(redact(records, edition, taxonomy=TAXONOMY)) for edition in ("public", "partner"))
    assert (public.location, public.contact, public.hours) == (REDACTED, REDACTED, REDACTED)
    assert (partner.location, partner.contact, partner.hours) == (SHELTER, Contact(PHONE), REDACTED)
    assert public.routes == (Route("walk_in", REDACTED, "by appointment"),)
    assert public.languages == REDACTED
    assert public.area == named("a1")
    assert not public.is_placeholder


def test_an_answer_that_was_never_given_keeps_its_own_reason() -> None:
    silent = delivery("d1", "s", hours=Unknown("dont_know"), location=Unknown("withheld"), publish=Publish("public", "analyst", "analyst", "analyst"))
    public = only(redact(records_of(silent, services=(service("s", "09a"),)), "public", taxonomy=TAXONOMY))
    assert (public.hours, public.location, public.contact) == (Unknown("dont_know"), Unknown("withheld"), NOT_ASKED)


def test_an_unlisted_delivery_still_counts_as_possible_without_a_name() -> None:
    unlisted = delivery("d1", "harbor/quiet", name="Quiet room", publish=Publish(listing="partner"), area=named("a2"), contact=Contact(PHONE))
    records = records_of(unlisted, services=(service("harbor/quiet", "09a", name="Quiet room"),))
    public = redact(records, "public", taxonomy=TAXONOMY)
    assert only(public).is_placeholder
    assert only(public).area == named("a2")
    assert only(public).organization == "unnamed-1"
    assert "quiet" not in all_text(public)
    assert "harbor" not in all_text(public)
    assert redact(records, "partner", taxonomy=TAXONOMY).deliveries == (unlisted,)


def test_an_unpublished_address_may_not_come_out_through_a_radius() -> None:
    hidden = delivery("d1", "s", location=SHELTER, area=around(LONGITUDE, LATITUDE), publish=Publish(address="analyst"))
    assert only(redact(records_of(hidden, services=(service("s", "09a"),)), "partner", taxonomy=TAXONOMY)).area == REDACTED


def test_police_fire_and_ambulance_are_never_redacted() -> None:
    police = delivery("d1", "s", is_baseline=True, location=SHELTER)
    assert only(redact(records_of(police, services=(service("s", "03d"),)), "public", taxonomy=TAXONOMY)) == police


# ----------------------------------------------------------------------------------------------------------------- money, text, sources


def contract_records() -> Records:
    return records_of(
        delivery("d1", "s", life=Life(paid=False, funded=True), capacity=Capacity(caseload=9.0, teams=2.0)),
        delivery("d2", "s", capacity=Capacity(caseload=10.0)),
        services=(service("s", "09a"),),
        contracts=(
            Contract("c1", "City", "harbor", "s", "Youth program", 200_000.0, dt.date(2026, 1, 1), dt.date(2026, 12, 31), "Ada", "vans", False, True),
            Contract("c2", "City", "harbor", manager=BLANK, ends=dt.date(2026, 12, 31)),
        ),
        comments=(Comment("harbor", "barriers", "the city pays late"),),
        disputes=(Dispute("d1", "hours", (CELL,)), Dispute("d1", "contact", (CELL,))),
        responses=(Response("harbor", "director", dt.date(2026, 3, 1), "2026", source=CELL),),
    )


def test_partners_see_dates_and_whether_a_manager_is_named() -> None:
    first, second = redact(contract_records(), "partner", taxonomy=TAXONOMY).contracts
    assert (first.amount_usd, first.is_paid, first.manager) == (REDACTED, REDACTED, REDACTED)
    assert (first.organization, first.service, first.ends, first.program) == ("harbor", "s", dt.date(2026, 12, 31), "Youth program")
    assert second.manager == BLANK


def test_the_public_can_count_contracts_but_not_tell_whose() -> None:
    redacted = redact(contract_records(), "public", taxonomy=TAXONOMY)
    assert [c.organization + c.service + c.program + c.includes for c in redacted.contracts] == ["", ""]
    assert {c.id for c in redacted.contracts} == {"contract-1", "contract-2"}
    assert [c.ends for c in redacted.contracts] == [dt.date(2026, 12, 31)] * 2
    assert sorted(known_or(c.manager, "") or repr(c.manager.reason) for c in redacted.contracts if isinstance(c.manager, Unknown)) == [
        "'blank'",
        "'redacted'",
    ]


@pytest.mark.parametrize("edition", ["public", "partner"])
def test_no_raw_text_no_unpaid_status_no_small_caseload(edition: Edition) -> None:
    redacted = redact(contract_records(), edition, taxonomy=TAXONOMY)
    first, second = redacted.deliveries
    assert first.life == Life(paid=REDACTED, funded=True)
    assert first.capacity == Capacity(caseload=REDACTED, teams=2.0)
    assert second.capacity == Capacity(caseload=10.0)
    assert redacted.comments == ()
    assert redacted.responses[0].role == ""
    opaque = Source("", method="questionnaire", date=dt.date(2026, 3, 1), opaque_id=CELL.id)
    assert redacted.responses[0].source == opaque
    assert opaque.id == CELL.id
    assert redacted.disputes == (Dispute("d1", "hours", (opaque,)),)


def test_an_unknown_fact_carries_no_raw_text_either() -> None:
    records = records_of(delivery("d1", "s", hours=Unknown("refused", CELL)), services=(service("s", "09a"),))
    hours = only(redact(records, "public", taxonomy=TAXONOMY)).hours
    assert isinstance(hours, Unknown)
    assert hours.source == Source("", date=CELL.date, opaque_id=CELL.id)


def test_what_a_service_does_and_for_what_carries_no_raw_text_where_it_was_not_read() -> None:
    unread = replace(service("s", "09a"), types=Unknown("refused", CELL), needs=Unknown("refused", CELL))
    redacted = redact(records_of(delivery("d1", "s"), services=(unread,)), "public", taxonomy=TAXONOMY)
    (found,) = redacted.services
    for value in (found.types, found.needs):
        assert isinstance(value, Unknown)
        assert value.source == Source("", date=CELL.date, opaque_id=CELL.id)


def test_the_words_for_what_is_not_named_are_in_the_language_of_the_city() -> None:
    assert only(redact(shelter_records(), "public", taxonomy=TAXONOMY, language="es")).name.startswith("Refugio para")


def test_the_order_of_answers_does_not_matter() -> None:
    records = street_records()
    shuffled = Records(**{field.name: getattr(records, field.name)[::-1] for field in dataclasses.fields(records)})
    assert redact(shuffled, "public", taxonomy=TAXONOMY) == redact(records, "public", taxonomy=TAXONOMY)


# ------------------------------------------------------------------------------------------------------------------------------- laws

AREAS = ("a1", "a2", "a3")
RADIUS_COVERS = frozenset(("a1", "a2"))


def ground(area: CoverageArea) -> frozenset[str]:
    """The areas of a tiny city that a service area covers; every drawn shape covers a1 and a2."""

    def of_part(part: AreaPart) -> frozenset[str]:
        return frozenset(AREAS) if part.kind == "citywide" else frozenset(part.area_ids) if part.kind == "areas" else RADIUS_COVERS

    found: frozenset[str] = frozenset().union(*map(of_part, area.parts))
    return found - frozenset().union(*map(of_part, area.exclusions))


def presence(found: Delivery) -> tuple[frozenset[str], frozenset[str], Schedule, Schedule]:
    """(areas known, areas possible, minutes known, minutes possible) by the rules of design 1, worked out apart from graph and coverage."""
    everywhere, nowhere = frozenset(AREAS), frozenset[str]()
    area, focus = found.area, found.focus
    possible = everywhere if isinstance(area, Unknown) or area.unresolved else ground(area)
    known = nowhere if isinstance(area, Unknown) or not area.certain else ground(area)
    if not isinstance(focus, Unknown):
        known = ground(focus) if focus.certain else nowhere
        possible = everywhere if focus.unresolved else possible
    mode = None if isinstance(found.mode, Unknown) else found.mode
    hours = (NEVER, ALWAYS) if isinstance(found.hours, Unknown) else found.hours.counted(mode)
    if found.is_placeholder:
        known, hours = nowhere, (NEVER, hours[1])
    return known, possible | known, hours[0], hours[1]


def depths(records: Records) -> dict[tuple[str, str, int], tuple[int, int, int, int]]:
    """(known, possible) deliveries and organizations per need, area and sampled minute."""
    services = {s.key: s for s in records.services}
    found: dict[tuple[str, str, int], tuple[set[str], set[str], set[str], set[str]]] = {}
    for d in records.deliveries:
        if not d.life.is_live(dt.date(2026, 10, 1)):
            continue
        known, possible, certain, maybe = presence(d)
        for need, answer in answered_needs(services[d.service], TAXONOMY).items():
            if answer.weight < 1:
                continue
            for area in possible:
                for minute in range(0, 10_080, 240):
                    if minute not in maybe:
                        continue
                    cell = found.setdefault((need, area, minute), (set(), set(), set(), set()))
                    cell[1].add(d.id)
                    cell[3].add(d.organization)
                    if area in known and minute in certain and answer.certain:
                        cell[0].add(d.id)
                        cell[2].add(d.organization)
    return {key: (len(a), len(b), len(c), len(e)) for key, (a, b, c, e) in found.items()}


LEVELS = st.sampled_from(["public", "partner", "analyst"])
PARTS = st.one_of(
    st.lists(st.sampled_from(AREAS), min_size=1, max_size=2, unique=True).map(lambda ids: AreaPart("areas", "areas", tuple(ids))),
    st.just(AreaPart("citywide")),
    st.just(AreaPart("radius", longitude=LONGITUDE, latitude=LATITUDE, radius_m=900.0)),
)
GROUNDS = st.builds(
    CoverageArea,
    parts=st.lists(PARTS, min_size=1, max_size=2).map(tuple),
    exclusions=st.lists(PARTS, max_size=1).map(tuple),
    certain=st.booleans(),
    unresolved=st.sampled_from([(), ("by 1420 Maple",)]),
)
SCHEDULES = st.sampled_from(
    [ALWAYS, Schedule.daily("08:00", "17:00", days=range(5)), Schedule.daily("16:00", "02:00"), Schedule.daily("22:00", "08:00")]
)
PIECES = st.builds(Piece, st.sampled_from(["open", "intake", "response", "phone", "office"]), SCHEDULES, st.booleans())
UNKNOWNS = st.sampled_from([BLANK, NOT_ASKED, Unknown("dont_know")])
MODES = st.sampled_from(["walk_in", "appointment", "mobile", "phone", "virtual", "residential", "institution"])
DELIVERIES = st.builds(
    Delivery,
    id=st.just(""),
    organization=st.sampled_from(["harbor", "other"]),
    service=st.sampled_from(["shelter", "street", "club", "quiet"]),
    name=st.sampled_from(["Night door", "1420 Maple"]),
    site=st.sampled_from(["", "Maple House"]),
    mode=st.one_of(MODES, UNKNOWNS),
    hours=st.one_of(st.builds(Hours, st.lists(PIECES, max_size=3).map(tuple)), UNKNOWNS),
    area=st.one_of(GROUNDS, UNKNOWNS),
    focus=st.one_of(GROUNDS, UNKNOWNS),
    location=st.one_of(st.sampled_from([SHELTER, Location("99 Oak Ave", -93.2, 44.9)]), UNKNOWNS),
    contact=st.one_of(st.sampled_from([Contact(PHONE), Contact("612-555-0199")]), UNKNOWNS),
    publish=st.builds(Publish, LEVELS, LEVELS, LEVELS, LEVELS),
    protected=st.booleans(),
)


@given(st.lists(DELIVERIES, min_size=1, max_size=4), st.sampled_from(EDITIONS))
def test_redaction_never_makes_a_gap_and_never_makes_coverage(drawn: list[Delivery], edition: Edition) -> None:
    deliveries = [replace(d, id=f"d{number}", service=f"{d.organization}/{d.service}") for number, d in enumerate(drawn)]
    kinds = {"shelter": "04c", "street": "05a", "club": "09a", "quiet": "06a"}
    services = [service(f"{key}/{name}", code, organization=key) for key in ("harbor", "other") for name, code in kinds.items()]
    records = records_of(*deliveries, services=tuple(services))
    before, after = depths(records), depths(redact(records, edition, taxonomy=TAXONOMY))
    for cell, (known, possible, known_organizations, possible_organizations) in before.items():
        now = after.get(cell, (0, 0, 0, 0))
        assert now[1] >= possible
        assert now[3] >= possible_organizations
        assert now[0] <= known
        assert now[2] <= known_organizations
    assert all(now[0] == 0 for cell, now in after.items() if cell not in before)


@given(st.lists(DELIVERIES, min_size=1, max_size=4), st.sampled_from(["public", "partner"]))
def test_redacting_twice_changes_nothing_that_shows(drawn: list[Delivery], edition: Edition) -> None:
    """What is left of a first redaction holds no secret a second one would find."""
    deliveries = [replace(d, id=f"d{number}", service=f"{d.organization}/{d.service}") for number, d in enumerate(drawn)]
    kinds = {"shelter": "04c", "street": "05a", "club": "09a", "quiet": "06a"}
    services = [service(f"{key}/{name}", code, organization=key) for key in ("harbor", "other") for name, code in kinds.items()]
    redacted = redact(records_of(*deliveries, services=tuple(services)), edition, taxonomy=TAXONOMY)
    shown = {(d.location, d.contact) for d in redacted.deliveries if not isinstance(d.location, Unknown)}
    hidden = [d for d in deliveries if d.protected or (d.service.endswith("/shelter") and d.mode not in ("phone", "virtual"))]
    for d in hidden:
        others = {x.organization for x in deliveries if x.location == d.location} - {d.organization}
        if not others:
            assert all(location != d.location for location, _ in shown)
