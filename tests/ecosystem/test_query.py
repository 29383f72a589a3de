"""Who can come, why do we say this, what goes dark: asked of the town of three areas, answers worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from ecosystem.analysis import analyze
from ecosystem.coverage import Coverage, Resident
from ecosystem.errors import NameUnknownError
from ecosystem.graph import Ecosystem
from ecosystem.messages import Catalogue
from ecosystem.query import contracts, explain, facts_by_delivery, facts_of, find_finding, minute_of_week, who_can_be_sent, who_can_come
from ecosystem.records import (
    AreaPart,
    Contact,
    Contract,
    CoverageArea,
    Delivery,
    Eligibility,
    Invitation,
    Language,
    Life,
    Organization,
    Route,
    Service,
    Source,
    Unknown,
    delivery_id,
)
from ecosystem.schedule import ALWAYS, Hours, Schedule

Answer = tuple[Organization, Service, Delivery]
Give = Callable[..., Answer]
Town = Callable[..., Ecosystem]

WEEKDAYS = Schedule.daily("08:00", "20:00", days=range(5))
ASH = AreaPart("areas", "areas", ("ash",))
SATURDAY_0130 = 5 * 1440 + 90
TUESDAY_1400 = 1440 + 14 * 60


def id_of(organization: str) -> str:
    return delivery_id(organization, "crew", "")


def with_contracts(eco: Ecosystem, *agreements: Contract) -> Ecosystem:
    records = replace(eco.records, contracts=agreements)
    return Ecosystem.build(records, eco.geography, eco.city)


# ------------------------------------------------------------------------------------------------------------------------- day and time


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("Sat 01:30", SATURDAY_0130),
        ("  saturday   1:30 AM ", SATURDAY_0130),
        ("Sa. 01.30", SATURDAY_0130),
        ("Saturday, 1:30 a.m.", SATURDAY_0130),
        ("sábado 01:30", SATURDAY_0130),
        ("sab a la 1:30 a. m.", SATURDAY_0130),
        ("Sábado 1h30", SATURDAY_0130),
        ("Mon 00:00", 0),
        ("Monday midnight", 0),
        ("lunes medianoche", 0),
        ("Sunday 24:00", 0),
        ("tues at 2pm", TUESDAY_1400),
        ("martes a las 2 de la tarde", TUESDAY_1400),
        ("martes 14h", TUESDAY_1400),
        ("Tue 14", TUESDAY_1400),
        ("miércoles mediodía", 2 * 1440 + 720),
        ("Wed 12:30 am", 2 * 1440 + 30),
        ("Wed 12 pm", 2 * 1440 + 720),
    ],
)
def test_day_and_time_in_many_spellings(text: str, minute: int) -> None:
    assert minute_of_week(text) == minute


@pytest.mark.parametrize("text", ["", "Sat", "01:30", "Sat 25:00", "Sat 13 pm", "Sat 10:75", "Someday 01:30", "Sat night", "Sat 24:01", "Sat 0 am"])
def test_other_words_are_refused_with_how_to_write_them(text: str) -> None:
    with pytest.raises(ValueError, match="Sat 01:30"):
        minute_of_week(text)


def test_a_bare_hour_could_be_morning_or_evening() -> None:
    with pytest.raises(ValueError, match="morning or evening"):
        minute_of_week("Sat 9")


# ------------------------------------------------------------------------------------------------------------------------- who can come


def test_a_crew_on_duty_is_known_until_its_shift_ends(give: Give, town: Town) -> None:
    contact = Contact("612-555-0100")
    crew = give(
        "owls", "02a", WEEKDAYS, "ash birch", contact=contact, routes=(Route("dispatch_911"), Route("hotline", Schedule.daily("20:00", "24:00")))
    )
    answer = who_can_come(town(crew), need="N01", place=ASH, minute=TUESDAY_1400)
    assert answer.state == "covered"
    assert [(visitor.delivery, visitor.share, visitor.phone, visitor.routes) for visitor in answer.known] == [
        (id_of("owls"), 1.0, "612-555-0100", ("dispatch_911",))
    ]
    assert answer.known[0].until == 1440 + 20 * 60
    assert answer.possible == answer.other == ()


def test_nobody_at_night_says_who_is_next(give: Give, town: Town) -> None:
    answer = who_can_come(town(give("owls", "02a", WEEKDAYS, "ash")), need="N01", place=ASH, minute=SATURDAY_0130)
    assert answer.state == "nobody"
    assert answer.known == answer.possible == ()
    assert answer.next_known is not None
    assert (answer.next_known.start, answer.next_known.minutes_away) == (8 * 60, (2 * 1440 - 90) + 8 * 60)


@pytest.mark.parametrize(
    ("facts", "doubts"),
    [
        ({"hours": None}, ("hours",)),
        ({"mode": None}, ("mode",)),
        ({"areas": None}, ("area",)),
        ({"needs": None, "asked": True}, ("needs",)),
    ],
)
def test_what_is_not_known_is_possible_and_says_why(give: Give, town: Town, facts: dict[str, object], doubts: tuple[str, ...]) -> None:
    hours: object = facts.get("hours", ALWAYS)
    crew = give("owls", "02a", hours, facts.get("areas", "ash"), mode=facts.get("mode", "mobile"))
    if facts.get("asked"):
        crew = (crew[0], replace(crew[1], needs=Unknown("blank")), crew[2])
    answer = who_can_come(town(crew), need="N01", place=ASH, minute=SATURDAY_0130)
    assert answer.state == "not_known"
    assert answer.known == ()
    assert [visitor.doubts for visitor in answer.possible] == [doubts]


def test_a_crew_for_half_of_the_people_covers_the_place_only_from_half_on(give: Give, town: Town) -> None:
    """Ash and Birch together have 3,000 residents; Birch alone is two thirds, Ash one third."""
    both = AreaPart("areas", "areas", ("ash", "birch"))
    birch = who_can_come(town(give("owls", "02a", ALWAYS, "birch")), need="N01", place=both, minute=0)
    ash = who_can_come(town(give("owls", "02a", ALWAYS, "ash")), need="N01", place=both, minute=0)
    assert (birch.state, birch.known[0].share) == ("covered", pytest.approx(2 / 3, abs=1e-6))
    assert (ash.state, ash.known[0].share) == ("nobody", pytest.approx(1 / 3, abs=1e-6))


def test_state_agrees_with_the_cube_at_every_slot(give: Give, town: Town) -> None:
    eco = town(
        give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", None, "birch"), give("jays", "02a", Schedule.daily("22:00", "02:00"), "city")
    )
    coverage = Coverage.of(eco, as_of=eco.city.as_of)
    states = ("covered", "not_known", "nobody", "no_residents")
    for row, area in enumerate(coverage.area_ids):
        for slot in range(0, 336, 7):
            answer = who_can_come(eco, need="N01", place=AreaPart("areas", "areas", (area,)), minute=30 * slot)
            assert answer.state == states[coverage.state("N01")[row, slot]], (area, slot)


def test_table_for_call_takers_says_what_who_says_at_every_minute(give: Give, town: Town) -> None:
    eco = town(
        give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", None, "birch"), give("jays", "02a", Schedule.daily("22:15", "02:00"), "city")
    )
    coverage = Coverage.of(eco, as_of=eco.city.as_of)
    rows = [row for row in who_can_be_sent(coverage) if row.need == "N01"]
    for area in coverage.area_ids:
        of_area = [row for row in rows if area in row.areas]
        assert sum(row.end - row.start for row in of_area) == 10_080
        for minute in range(7, 10_080, 105):
            answer = who_can_come(eco, need="N01", place=AreaPart("areas", "areas", (area,)), minute=minute)
            (row,) = [row for row in of_area if row.start <= minute < row.end]
            assert (set(row.known), set(row.possible)) == ({v.delivery for v in answer.known}, {v.delivery for v in answer.possible})
            assert row.state == answer.state
    assert [(row.start, row.end, row.known) for row in rows if "ash" in row.areas][:4] == [
        (0, 120, (id_of("jays"),)),
        (120, 480, ()),
        (480, 1200, (id_of("owls"),)),
        (1200, 1335, ()),
    ]


def test_who_is_there_but_not_for_this_person_is_told_apart(give: Give, town: Town) -> None:
    english = give("owls", "02a", ALWAYS, "ash", languages=(Language("en", "staff"),))
    somali = give("larks", "02a", WEEKDAYS, "ash", languages=(Language("so", "staff"), Language("en", "staff")))
    answer = who_can_come(town(english, somali), need="N01", place=ASH, minute=SATURDAY_0130, resident=Resident(language="so"))
    assert answer.state == "nobody"
    assert [visitor.organization for visitor in answer.other] == ["owls"]
    assert answer.next_known is not None
    assert answer.next_known.delivery == id_of("larks")


def test_age_that_was_not_told_makes_possible(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", ALWAYS, "ash"), give("larks", "02a", ALWAYS, "ash", eligibility=Eligibility(ages=(12, 17))))
    young = who_can_come(eco, need="N01", place=ASH, minute=0, resident=Resident(age=16))
    old = who_can_come(eco, need="N01", place=ASH, minute=0, resident=Resident(age=40))
    assert [visitor.organization for visitor in young.known] == ["larks"]
    assert [(visitor.organization, visitor.doubts) for visitor in young.possible] == [("owls", ("person",))]
    assert [visitor.organization for visitor in old.other] == ["larks"]


def test_police_are_the_baseline_and_cover_nothing(give: Give, town: Town) -> None:
    police = give("police", "03d", ALWAYS, "city", is_baseline=True, contact=Contact("911"))
    answer = who_can_come(town(police), need="N01", place=ASH, minute=0)
    assert answer.state == "nobody"
    assert answer.known == ()
    assert [visitor.phone for visitor in answer.baseline] == ["911"]


def test_nobody_lives_in_the_park_and_the_silent_are_named(give: Give, town: Town) -> None:
    silent = [Invitation("hush", "Hush", likely_needs=("N01",), areas=("ash",)), Invitation("far", "Far", areas=("birch",))]
    eco = town(give("owls", "02a", ALWAYS, "ash"), silent=silent)
    assert who_can_come(eco, need="N01", place=AreaPart("areas", "areas", ("park",)), minute=0).state == "no_residents"
    assert who_can_come(eco, need="N01", place=ASH, minute=0).silent == ("hush",)


def test_a_need_the_city_does_not_look_at_is_refused(give: Give, town: Town) -> None:
    with pytest.raises(NameUnknownError, match="N37"):
        who_can_come(town(give("owls", "02a", ALWAYS, "ash")), need="N37", place=ASH, minute=0)


# -------------------------------------------------------------------------------------------------------------------------------- facts


def test_facts_are_told_with_their_cells_and_what_was_not_asked_is_left_out(give: Give, town: Town) -> None:
    cell = Source("spring.csv", row=14, column="Hours", text="M-F 8-8")
    blank = Source("spring.csv", row=14, column="Area", text="")
    crew = give("owls", "02a", WEEKDAYS, None, sources={"hours": cell})
    crew = (crew[0], crew[1], replace(crew[2], area=Unknown("blank", blank)))
    facts = {fact.field: fact for fact in facts_of(town(crew), id_of("owls"))}
    assert list(facts) == ["service_type", "mode", "hours", "area"]
    assert (facts["hours"].text, facts["hours"].cells) == ('Mo-Fr 08:00-20:00 "response"', (cell,))
    assert (facts["area"].text, facts["area"].unknown, facts["area"].cells) == ("", "blank", (blank,))


def test_facts_in_words_name_the_codes(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash", languages=(Language("so", "staff"), Language("*", "interpreter"))))
    facts = {fact.field: fact.text for fact in facts_of(eco, id_of("owls"), Catalogue.read("en", eco.taxonomy, eco.names))}
    assert facts["service_type"].startswith("02a ")
    assert facts["languages"] == "Somali (staff); any language, by interpreter line (interpreter)"
    assert facts["area"] == "Ash"
    assert facts["mode"] == "comes to you"


def test_areas_are_told_with_exceptions_and_never_with_a_point(give: Give, town: Town) -> None:
    circle = AreaPart("radius", longitude=-93.2, latitude=44.9, radius_m=3219.0)
    crew = give("owls", "02a", WEEKDAYS, "ash")
    area = CoverageArea((AreaPart("citywide"), circle), exclusions=(ASH,), certain=False, unresolved=("Old Mill",))
    eco = town((crew[0], crew[1], replace(crew[2], area=area)))
    text = {fact.field: fact.text for fact in facts_of(eco, id_of("owls"))}["area"]
    assert text == "citywide; within 3,219 m of a point except Ash and places not found: Old Mill (roughly)"


def test_facts_by_delivery_are_what_two_runs_are_compared_by(give: Give, town: Town) -> None:
    facts = facts_by_delivery(town(give("owls", "02a", WEEKDAYS, "ash"), give("police", "03d", ALWAYS, "city", is_baseline=True)))
    assert list(facts) == [id_of("owls")]
    entry = facts[id_of("owls")]
    assert (entry["organization"], entry["areas"]) == ("owls", ["ash"])
    assert "N01" in entry["needs"]  # type: ignore[operator]
    assert entry["facts"] == {"service_type": "02a", "mode": "mobile", "hours": 'Mo-Fr 08:00-20:00 "response"', "area": "Ash"}


# ------------------------------------------------------------------------------------------------------------------------------ explain


def test_a_finding_is_walked_back_to_deliveries_cells_and_the_silent(give: Give, town: Town) -> None:
    cell = Source("spring.csv", row=14, column="Hours", text="M-F 8-8")
    crew = give("owls", "02a", WEEKDAYS, "ash", sources={"hours": cell})
    eco = town(crew, silent=[Invitation("hush", "Hush", sector="county"), Invitation("far", "Far", asked=False)])
    coverage = Coverage.of(eco, as_of=eco.city.as_of)
    words = Catalogue.read("en", eco.taxonomy, eco.names)
    finding = next(item for item in analyze(eco, coverage, eco.city)["gaps"] if item.kind == "gap" and item.areas == ("ash",) and item.need == "N01")
    explanation = explain(eco, finding, words)
    assert [entry.delivery for entry in explanation.evidence] == [id_of("owls")]
    assert cell in explanation.cells
    assert [(silent.key, silent.why) for silent in explanation.silent] == [("far", "not_asked"), ("hush", "no_answer")]
    assert "Ash" in explanation.sentence
    assert explanation.next_step
    assert explanation.question is None


def test_an_unknown_names_the_question_that_settles_it(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", None, "ash"))
    results = analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), eco.city)
    words = Catalogue.read("en", eco.taxonomy, eco.names)
    finding = next(item for item in results["gaps"] if item.kind == "gap_not_known" and item.areas == ("ash",) and item.need == "N01")
    question = explain(eco, finding, words).question
    assert question is not None
    assert (question.field, question.deliveries) == ("hours", (id_of("owls"),))
    unknown = next(item for item in results["knowledge"] if item.kind == "unknown_field" and item.group == "hours")
    assert [[fact.field for fact in entry.facts] for entry in explain(eco, unknown, words).evidence] == [["hours"]]


def test_every_finding_can_be_explained_and_a_response_rate_counts_its_questionnaires(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", None, "birch"), silent=[Invitation("hush", "Hush")])
    words = Catalogue.read("en", eco.taxonomy, eco.names)
    results = analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), eco.city)
    explained = {finding.id: explain(eco, finding, words) for finding in results.findings}
    assert all(explanation.sentence for explanation in explained.values())
    rate = next(item for item in results["knowledge"] if item.kind == "response_rate" and item.group == "all")
    assert [response.organization for response in explained[rate.id].responses] == ["larks", "owls"]


def test_a_finding_is_found_by_how_its_id_begins(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"))
    findings = analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), eco.city).findings
    wanted = findings[0]
    assert find_finding(findings, wanted.id) is wanted
    assert find_finding(findings, wanted.id[:10]) is wanted
    assert find_finding(findings, wanted.id[2:].upper()) is wanted
    with pytest.raises(NameUnknownError, match="Give more of it"):
        find_finding(findings, "f-")
    with pytest.raises(NameUnknownError, match=rf"Did you mean .*{wanted.id}"):
        find_finding(findings, wanted.id[:-1] + ("0" if wanted.id[-1] != "0" else "1"))
    with pytest.raises(NameUnknownError, match="no finding"):
        find_finding(findings, "")


# ---------------------------------------------------------------------------------------------------------------------------- contracts

NEW_YEAR = dt.date(2027, 1, 1)


def agreement(organization: str, ends: dt.date | Unknown, **facts: object) -> Contract:
    return Contract("c-" + organization, "State", organization, ends=ends, **facts)  # type: ignore[arg-type]


def test_a_contract_puts_its_work_at_risk_from_the_day_after_its_last_day(give: Give, town: Town) -> None:
    eco = with_contracts(town(give("owls", "02a", WEEKDAYS, "ash")), agreement("owls", dt.date(2026, 12, 31)))
    last = contracts(eco, dt.date(2026, 12, 31))
    after = contracts(eco, NEW_YEAR)
    assert [line.standing for line in last.lines] == ["running"]
    assert last.horizons[0].at_risk == last.horizons[0].lost == ()
    assert [line.standing for line in after.lines] == ["ended"]
    assert [(entry.delivery, entry.contracts) for entry in after.horizons[0].at_risk] == [(id_of("owls"), ("c-owls",))]
    lost = {entry.need: entry for entry in after.horizons[0].lost}
    assert (lost["N01"].area_id, lost["N01"].when, lost["N01"].nobody, lost["N01"].residents) == ("ash", WEEKDAYS, WEEKDAYS, 1000.0)
    assert (lost["N01"].stops, lost["N01"].ends) == ((id_of("owls"),), ())


def test_another_who_is_there_keeps_the_cover(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", Schedule.daily("08:00", "12:00", days=range(5)), "ash"))
    lost = contracts(with_contracts(eco, agreement("owls", dt.date(2026, 12, 31))), NEW_YEAR).horizons[0].lost
    assert {entry.when for entry in lost if entry.need == "N01"} == {Schedule.daily("12:00", "20:00", days=range(5))}


def test_what_may_still_come_is_not_known_rather_than_nobody(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", None, "ash"))
    lost = contracts(with_contracts(eco, agreement("owls", dt.date(2026, 12, 31))), NEW_YEAR).horizons[0].lost
    assert [not entry.nobody for entry in lost if entry.need == "N01"] == [True]


def test_a_second_contract_or_an_unknown_end_is_no_risk(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"))
    ended = agreement("owls", dt.date(2026, 12, 31))
    for other in (dt.date(2028, 6, 30), Unknown("blank")):
        book = contracts(with_contracts(eco, ended, replace(ended, id="c-2", ends=other)), NEW_YEAR)
        assert book.horizons[0].at_risk == ()
    not_yet = replace(ended, id="c-2", starts=dt.date(2027, 2, 1), ends=dt.date(2028, 1, 1))
    assert len(contracts(with_contracts(eco, ended, not_yet), NEW_YEAR).horizons[0].at_risk) == 1


def test_the_calendar_has_one_day_per_end_each_against_the_one_before(give: Give, town: Town) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash"), give("larks", "02a", WEEKDAYS, "birch"), give("jays", "02a", WEEKDAYS, "birch"))
    book = contracts(
        with_contracts(
            eco,
            agreement("owls", dt.date(2026, 12, 31), manager="Ana"),
            agreement("larks", dt.date(2027, 3, 31), manager=" "),
            agreement("jays", Unknown("blank")),
        )
    )
    assert [(horizon.since, horizon.on) for horizon in book.horizons] == [
        (dt.date(2026, 10, 1), NEW_YEAR),
        (NEW_YEAR, dt.date(2027, 4, 1)),
    ]
    assert [[entry.delivery for entry in horizon.at_risk] for horizon in book.horizons] == [[id_of("owls")], [id_of("larks")]]
    assert [{entry.area_id for entry in horizon.lost} for horizon in book.horizons] == [{"ash"}, set()]
    assert [(line.contract.id, line.manager, line.days_left) for line in book.lines] == [
        ("c-owls", "Ana", 91),
        ("c-larks", None, 181),
        ("c-jays", None, None),
    ]


def test_unpaid_is_at_risk_today_volunteers_are_not_and_an_own_last_day_ends(give: Give, town: Town) -> None:
    eco = town(
        give("owls", "02a", WEEKDAYS, "ash", life=Life(paid=False, funded=True)),
        give("faith", "02a", WEEKDAYS, "birch", life=Life(paid=False, funded=False)),
        give("summer", "02a", WEEKDAYS, "birch", life=Life(ended=dt.date(2026, 11, 30))),
    )
    book = contracts(eco)
    assert [(horizon.on, [entry.delivery for entry in horizon.at_risk], horizon.ended) for horizon in book.horizons] == [
        (dt.date(2026, 10, 1), [id_of("owls")], ()),
        (dt.date(2026, 12, 1), [], (id_of("summer"),)),
    ]
    assert [[entry.delivery for entry in horizon.at_risk] for horizon in contracts(eco, NEW_YEAR).horizons] == [[id_of("owls")], []]
    assert set(book.unfunded) == {id_of("owls"), id_of("faith"), id_of("summer")}


def test_a_contract_for_one_service_leaves_the_others_alone(give: Give, town: Town) -> None:
    crew = give("owls", "02a", WEEKDAYS, "ash")
    other = Service("owls/line", "owls", "line", types=("01c",))
    line = replace(crew[2], id=delivery_id("owls", "line", ""), service="owls/line", name="line", mode="phone", hours=Hours.stated("phone", ALWAYS))
    eco = town(crew, (crew[0], other, line))
    book = contracts(with_contracts(eco, agreement("owls", dt.date(2026, 12, 31), service="owls/crew")), NEW_YEAR)
    assert [entry.delivery for entry in book.horizons[0].at_risk] == [id_of("owls")]
