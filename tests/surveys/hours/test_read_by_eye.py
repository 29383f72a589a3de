"""Forms found by reading outputs by eye: each was once read wrongly or refused without need. Expected weeks are worked out by hand."""

from __future__ import annotations

import pytest

from ecosystem.schedule import Schedule
from ecosystem.schedule_formats import from_osm
from surveys.hours import read_hours


def week(text: str) -> Schedule:
    """The week of an expected value, written as OpenStreetMap text."""
    return from_osm(text).of_kind("open", certain_only=True)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        # a phone number behind a colon is no clause of its own
        ("24/7 Gambling Helpline: 1-888-968-7888; Office Hours: Monday-Friday, 9:30am - 6:00pm", {"phone": "24/7", "office": "Mo-Fr 09:30-18:00"}),
        ("Hotline 24/7: 612-555-0100. Office: M-F 9am-5pm", {"phone": "24/7", "office": "Mo-Fr 09:00-17:00"}),
        # a bracket alone between two semicolons belongs to the hours before it
        ("Mon-Fri, 9am-5pm;(Administration); Mon-Fri, 1:30pm-5pm (Warmline)", {"office": "Mo-Fr 09:00-17:00", "phone": "Mo-Fr 13:30-17:00"}),
        # each bracket belongs to the range before it
        ("Monday-Friday 9:00-17:00 (office), 17:00-21:00 (phone)", {"office": "Mo-Fr 09:00-17:00", "phone": "Mo-Fr 17:00-21:00"}),
        # a label behind its hours stays there
        ("M-F 9am-5pm hotline, T 1pm-4pm walk-in", {"phone": "Mo-Fr 09:00-17:00", "open": "Tu 13:00-16:00"}),
        ("Mon-Fri 9am-5pm office, Sat 10am-2pm clinic", {"office": "Mo-Fr 09:00-17:00", "open": "Sa 10:00-14:00"}),
        ("24-hour hotline and M-F 9am-5pm walk-in center", {"phone": "24/7", "open": "Mo-Fr 09:00-17:00"}),
        ("Mon-Fri 9am-5pm by phone, in person Tue 1pm-4pm", {"phone": "Mo-Fr 09:00-17:00", "open": "Tu 13:00-16:00"}),
        # a label in front holds only for clauses without one of their own
        ("Office: Monday - Friday, 8:00 a.m. - 5:00 p.m.; 24-hour helpline", {"office": "Mo-Fr 08:00-17:00", "phone": "24/7"}),
        ("Phone line 24 hours a day; daily, 1pm-4pm - Day center", {"phone": "24/7", "open": "Mo-Su 13:00-16:00"}),
        # a line break that was lost begins another service
        ("Office, Monday-Friday, 8am-5pmZoo, Monday-Sunday, 10am-5pm", {"office": "Mo-Fr 08:00-17:00", "open": "Mo-Su 10:00-17:00"}),
        # a crisis team comes; a machine after hours is not the service
        ("Crisis team available M-F 8am-12am, Sat-Sun 12pm-12am", {"response": "Mo-Fr 08:00-24:00; Sa,Su 12:00-24:00"}),
        ("M-F 9am-5pm, voicemail after hours", {"open": "Mo-Fr 09:00-17:00"}),
        # closures under a label are that label's
        ("Shelter 24/7; office Mon-Fri 9am-5pm, closed Wed", {"open": "24/7", "office": "Mo,Tu,Th,Fr 09:00-17:00"}),
        ("Check in 5pm-7pm daily", {"intake": "Mo-Su 17:00-19:00"}),
        # plain forms
        ("Mobile crisis team M-F 7:30am-midnight", {"response": "Mo-Fr 07:30-24:00"}),
        ("Wed-Sat 14:00-00:00", {"open": "We-Sa 14:00-24:00"}),
        ("Co-responder unit: Sun-Wed 6a-4p & Wed-Sat 2p-12a", {"response": "Su,Mo,Tu 06:00-16:00; We 06:00-24:00; Th,Fr,Sa 14:00-24:00"}),
        ("Mo-Fr 08:00-16:30; Sa,Su off", {"open": "Mo-Fr 08:00-16:30"}),
        ("M-F 8:30am-5:00pm (closed noon hour)", {"open": "Mo-Fr 08:30-12:00,13:00-17:00"}),
        ("Mon-Fri 00:00-23:59", {"open": "Mo-Fr 00:00-24:00"}),
        ("24h", {"open": "24/7"}),
        ("Mon 10-11:30p. Tue 12p-4p", {"open": "Mo 22:00-23:30; Tu 12:00-16:00"}),
        ("MTTh 9am-5pm", {"open": "Mo,Tu,Th 09:00-17:00"}),
        # a number that is no time makes no 24-hour clock
        ("Ages 14 to 24, M-Th 4-8pm; Fri 10-2", {"open": "Mo-Th 16:00-20:00; Fr 10:00-14:00"}),
        ("Route 18: M-F 10-2", {"open": "Mo-Fr 10:00-14:00"}),
        ("COVID-19 hours: M-F 10-2", {"open": "Mo-Fr 10:00-14:00"}),
        ("M-F 10-2; Sat 14:00-18:00", {"open": "Mo-Fr 10:00-14:00; Sa 14:00-18:00"}),
        # 24 hours that are a delay
        ("M-F 9am-5pm, reply in 24 hrs", {"open": "Mo-Fr 09:00-17:00"}),
        # what a label names
        ("Crisis stabilization: M-F 9am-5pm", {"open": "Mo-Fr 09:00-17:00"}),
        ("Crisis: M-F 9am-5pm", {"phone": "Mo-Fr 09:00-17:00"}),
        ("Text: M-F 9am-5pm; Walk-in: Sat 9am-1pm", {"phone": "Mo-Fr 09:00-17:00", "open": "Sa 09:00-13:00"}),
        ("24/7 by phone, Mon-Fri 9am-5pm in person", {"phone": "24/7", "open": "Mo-Fr 09:00-17:00"}),
        # Spanish
        ("24 horas al día, 7 días a la semana", {"open": "24/7"}),
        ("lun-vie 9am-5pm, sáb 9am-1pm", {"open": "Mo-Fr 09:00-17:00; Sa 09:00-13:00"}),
    ],
)
def test_each_service_gets_its_own_hours(text: str, kinds: dict[str, str]) -> None:
    hours = read_hours(text).hours
    assert {piece.kind for piece in hours.pieces} == set(kinds)
    for piece in hours.pieces:
        assert hours.of_kind(piece.kind, certain_only=True) == week(kinds[piece.kind])


@pytest.mark.parametrize(
    ("text", "possible", "flag"),
    [
        ("Primer y tercer sábado del mes 10am-12pm", "Sa 10:00-12:00", "nth:1,3"),
        ("Segundo martes de cada mes, 6pm-8pm", "Tu 18:00-20:00", "nth:2"),
        ("Último viernes del mes 5pm-7pm", "Fr 17:00-19:00", "nth:-1"),
        ("Verano: lunes a viernes 9am-3pm", "Mo-Fr 09:00-15:00", "seasonal"),
    ],
)
def test_spanish_conditions_are_only_possible(text: str, possible: str, flag: str) -> None:
    reading = read_hours(text)
    assert not reading.hours.of_kind("open", certain_only=True)
    assert reading.possible == week(possible)
    assert flag in reading.flags


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "not_understood")
            for text in (
                "Mon-Fri 9-5 maybe Sat 10-2",
                "Typically open Mon-Fri 9-5",
                "Mon-Fri 9am-5pm??",
                "24/7?",
                "Mon-Fri 24 hours?",
                "Mon-Fri ~9am-5pm",
                "Sat-Sun 8am-8pm, otherwise 24 hours",
                "Formerly Mon-Fri 9-5",
                "Coming soon: Mon-Fri 9-5",
                "Mon-Fri 9-5 TBD",
                "Sat 10am-2pm quarterly",
                "Mon-Fri 9-5 weather permitting",
                "Fridays in Lent 5-7pm",
                "Select Saturdays 9-12",
                "Sat 9am-12pm, see calendar for dates",
                "Sat 9am-12pm after Labor Day",
                "Quizás sábado 9am-1pm",
                "Cada dos semanas, martes 6pm-8pm",
            )
        ),
        ("Mon-Fri 9-5 (paused)", "closed_now"),
        ("Mon-Fri 9am-5pm, Fri open at 10am", "contradiction"),
        ("M-F 8am-5pm, opens at 10am Wed", "contradiction"),
        ("M-F 9am-5pm, by appt only Tues", "contradiction"),
        ("Mon-Fri 9am-5pm; 1st Wed 12pm-5pm", "contradiction"),
        ("Monday 9am-5pm through Friday 9am-3pm", "chain"),
        ("Nightly 9-6", "overnight"),
        ("Every night 9-6", "overnight"),
        ("Mon-Fir 9am-5pm", "notday"),
        ("Lunes a Vierns 9am-5pm", "notday"),
        ("Mon-Fri l0-2", "badtime"),
        ("24 hrs, 5 days/wk", "days_missing"),
        ("Mon-Fri 9-12am", "ampm_ambiguous"),
        ("Mon-Fri 8:30-4:30 a.m.", "ampm_ambiguous"),
    ],
)
def test_what_may_not_be_overlooked_is_asked_about(text: str, code: str) -> None:
    reading = read_hours(text)
    assert reading.status == "refused"
    assert reading.messages[0].code == code


def test_holidays_of_one_service_are_not_those_of_another() -> None:
    hours = read_hours("Hotline 24/7; office Mon-Fri 9am-5pm, closed holidays").hours
    assert {piece.kind: "ph_off" in piece.flags for piece in hours.pieces} == {"phone": False, "office": True}


def test_dropping_off_is_not_dropping_in() -> None:
    assert "walk_in" not in read_hours("Daily 10am-5pm (Donation Drop off)").flags
    assert "walk_in" in read_hours("Daily 10am-5pm (Drop-in)").flags
