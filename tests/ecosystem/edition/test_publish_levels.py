"""What each edition may know of what a provider answered; money, text and sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ecosystem.edition import Edition, redact
from ecosystem.records import (
    BLANK,
    NOT_ASKED,
    Capacity,
    Comment,
    Contact,
    Contract,
    Dispute,
    Language,
    Life,
    Publish,
    Records,
    Response,
    Route,
    Source,
    Unknown,
    known_or,
)
from ecosystem.schedule import ALWAYS
from shelters import (
    CELL,
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
