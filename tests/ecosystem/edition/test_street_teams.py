"""Where a street team may be is shown; who, and at which hour, is not."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

from ecosystem.edition import redact
from ecosystem.records import (
    Contact,
    Contract,
    Invitation,
    Language,
    Location,
    Organization,
    Publish,
    Records,
    Referral,
    Response,
    Route,
    known_or,
)
from ecosystem.schedule import NEVER, PARTS_OF_WEEK, Hours, Schedule
from shelters import REDACTED, TAXONOMY, all_text, around, delivery, named, records_of, service

WEEKDAY_DAY, WEEKDAY_EVENING, WEEKDAY_NIGHT, WEEKEND_DAY, WEEKEND_NIGHT = PARTS_OF_WEEK.values()
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
    assert possible == WEEKDAY_DAY | WEEKDAY_EVENING | WEEKEND_DAY | WEEKEND_NIGHT
    assert (team.location, team.contact) == (REDACTED, REDACTED)


def test_a_day_part_that_is_wholly_staffed_is_known_to_partners() -> None:
    hours = Hours.stated("response", Schedule.daily("17:00", "23:00", days=range(5)))
    (team,) = [d for d in redact(street_records(hours=hours), "partner", taxonomy=TAXONOMY).deliveries if d.id != "d-club"]
    known, possible = known_or(team.hours, Hours()).counted("mobile")
    assert known == WEEKDAY_EVENING
    assert possible == WEEKDAY_EVENING | WEEKDAY_NIGHT | WEEKEND_NIGHT


def test_partners_see_day_parts_whatever_the_level_of_the_roster() -> None:
    records = street_records(publish=Publish(hours="analyst", address="analyst"))
    (team,) = [d for d in redact(records, "partner", taxonomy=TAXONOMY).deliveries if d.id != "d-club"]
    assert known_or(team.hours, Hours()).counted("mobile")[1] == WEEKDAY_DAY | WEEKDAY_EVENING | WEEKEND_DAY | WEEKEND_NIGHT


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


def test_the_order_of_answers_does_not_matter() -> None:
    records = street_records()
    shuffled = Records(**{field.name: getattr(records, field.name)[::-1] for field in dataclasses.fields(records)})
    assert redact(shuffled, "public", taxonomy=TAXONOMY) == redact(records, "public", taxonomy=TAXONOMY)
