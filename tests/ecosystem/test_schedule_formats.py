"""Hours in other people's notations: expected values worked out by hand; emitted OSM text is read again by opening-hours-py."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from ecosystem.schedule import ALWAYS, DAY, KINDS, NEVER, WEEK, CalendarException, Hours, Piece, Schedule
from ecosystem.schedule_formats import HSDS_COLUMNS, flag_value, from_hsds, from_osm, in_words, run_in_words, spans_by_day, to_hsds, to_osm

MONDAY = dt.datetime(2026, 3, 9)  # a week without a change of clocks, two weeks into the evaluation


def evaluated(osm: str, state: State = State.OPEN) -> Schedule:
    """The minutes of a usual week at which opening-hours-py says `state`; the evaluation starts a week early, so that nights wrap."""
    found = []
    for start, end, now, _ in OpeningHours(osm).intervals(MONDAY - dt.timedelta(days=7), MONDAY + dt.timedelta(days=8)):
        first = int((start - MONDAY).total_seconds() // 60)
        last = int((end - MONDAY).total_seconds() // 60)
        if now == state and max(first, 0) < min(last, WEEK):
            found.append((max(first, 0), min(last, WEEK)))
    return Schedule.of(*found) if found else NEVER


def schedules(step: int = 15) -> st.SearchStrategy[Schedule]:
    """Weeks of up to eight spans on a grid of `step` minutes, of any length and wrapping."""
    span = st.tuples(st.integers(0, WEEK // step - 1), st.integers(1, 40 * 60 // step)).map(lambda s: (s[0] * step, (s[0] + s[1]) * step))
    return st.lists(span, max_size=8).map(lambda spans: Schedule.of(*spans))


# ---------------------------------------------------------------- OpenStreetMap text


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (ALWAYS, "24/7"),
        (NEVER, "off"),
        (Schedule.daily("07:30", "24:00", days=range(5)), "Mo-Fr 07:30-24:00"),
        (Schedule.daily("09:00", "12:00", days=[1]) | Schedule.daily("13:00", "17:00", days=[1]), "Tu 09:00-12:00,13:00-17:00"),
        (Schedule.daily("09:00", "17:00", days=[0, 2, 3, 4]), "Mo,We-Fr 09:00-17:00"),
        (Schedule.daily("09:00", "17:00", days=[0]) | Schedule.daily("10:00", "12:00", days=[2]), "Mo 09:00-17:00; We 10:00-12:00"),
        # a night joined with `,`, since `;` would end Friday's shift at midnight
        (Schedule.daily("22:00", "06:00", days=range(5)) | Schedule.daily("18:00", "08:00", days=[5, 6]), "Mo-Fr 22:00-06:00, Sa-Su 18:00-08:00"),
        # a run longer than a day is cut at each midnight
        (Schedule.of((4 * DAY + 18 * 60, WEEK + 8 * 60)), "Mo 00:00-08:00; Fr 18:00-24:00; Sa-Su 00:00-24:00"),
        (Schedule.daily("00:00", "24:00", days=range(5)), "Mo-Fr 00:00-24:00"),
    ],
)
def test_week_to_osm(schedule: Schedule, text: str) -> None:
    assert to_osm(schedule) == text
    assert evaluated(text) == schedule


@given(schedules(step=5))
@settings(max_examples=150, deadline=None)
def test_emitted_osm_is_read_by_another_reader_to_the_same_minutes(schedule: Schedule) -> None:
    text = to_osm(schedule)
    assert evaluated(text) == schedule
    assert "||" not in text


@given(schedules(step=5))
@settings(max_examples=200, deadline=None)
def test_schedule_to_osm_and_back_is_the_identity(schedule: Schedule) -> None:
    assert from_osm(to_osm(schedule)).of_kind("open", certain_only=True) == schedule


pieces = st.builds(
    lambda kind, when, certain, why: Piece(kind, when, certain, "", () if certain else why),
    st.sampled_from(KINDS),
    schedules().filter(bool),
    st.booleans(),
    st.sampled_from(
        [
            ("by_appointment",),
            ("every_other_week",),
            ("nth_weekday", "nth:2,4"),
            ("seasonal", "months:9-5"),
            ("open_end",),
            ("closed_nth", "closed_nth:1,-1"),
        ]
    ),
)


@given(st.lists(pieces, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_certain_minutes_of_hours_survive_osm_and_both_readers(some: list[Piece]) -> None:
    hours = Hours(tuple(some))
    certain = hours.of_kind(*KINDS, certain_only=True)
    text = to_osm(hours)
    assert from_osm(text).of_kind(*KINDS, certain_only=True) == certain
    assert from_osm(text).of_kind(*KINDS) == hours.of_kind(*KINDS)
    # nth weekdays and months are open on their dates for an evaluator of dates; what is certain is open in every week
    assert certain <= evaluated(text)


def test_osm_of_pieces_names_kinds_and_reasons() -> None:
    hours = Hours(
        (
            Piece("open", Schedule.daily("09:00", "17:00", days=[0, 4])),
            Piece("open", Schedule.daily("09:00", "20:30", days=[1]), certain=False, flags=("every_other_week",)),
            Piece("phone", ALWAYS),
        )
    )
    text = to_osm(hours)
    assert text == 'Tu 09:00-20:30 unknown "every other week", Mo,Fr 09:00-17:00, Mo-Su 00:00-24:00 "phone"'
    back = from_osm(text)
    assert back.of_kind("phone") == ALWAYS
    assert back.of_kind("open", certain_only=True).hours == 16
    assert back.of_kind("open").hours == 27.5


def test_nth_weekday_and_months_are_written_as_dates() -> None:
    hours = Hours(
        (
            Piece("open", Schedule.daily("10:00", "12:00", days=[5]), certain=False, flags=("nth_weekday", "nth:2,4")),
            Piece("open", Schedule.daily("06:00", "19:30", days=[2]), certain=False, flags=("seasonal", "months:9-5")),
        )
    )
    text = to_osm(hours)
    assert text == "Sa[2,4] 10:00-12:00, Sep-May We 06:00-19:30"
    # March 2026: the 2nd Saturday is the 14th, in the week evaluated; the Wednesday is in season
    assert evaluated(text) == hours.of_kind("open")


def test_closure_on_an_nth_weekday_is_written_where_it_closes_nothing_else() -> None:
    monday = Piece("open", Schedule.daily("09:00", "17:00", days=[0]))
    tuesday = Piece("open", Schedule.daily("09:00", "17:00", days=[1]), certain=False, flags=("closed_nth", "closed_nth:1,-1"))
    assert to_osm(Hours((monday, tuesday))) == "Tu 09:00-17:00, Mo 09:00-17:00; Tu[1,-1] off"
    assert evaluated(to_osm(Hours((monday, tuesday)))).hours == 16  # 10 March 2026 is a second Tuesday
    with_phone = to_osm(Hours((monday, tuesday, Piece("phone", ALWAYS))))
    assert "off" not in with_phone
    assert "unknown" in with_phone


def test_holidays_and_dates_are_written_last() -> None:
    hours = Hours(
        (Piece("open", Schedule.daily("09:00", "17:00", days=range(5)), flags=("ph_off", "closed_dates:12-24,12-31")),),
        (CalendarException(dt.date(2027, 7, 3), ((540, 720),)), CalendarException(dt.date(2027, 11, 26))),
    )
    text = to_osm(hours)
    assert text == "Mo-Fr 09:00-17:00; Dec 24 off; Dec 31 off; PH off; 2027 Jul 03 09:00-12:00; 2027 Nov 26 off"
    assert from_osm(text).exceptions == hours.exceptions
    assert set(from_osm(text).pieces[0].flags) == {"ph_off", "closed_dates:12-24,12-31"}
    christmas_eve = dt.datetime(2026, 12, 24, 10)  # a Thursday
    assert OpeningHours(text).is_closed(christmas_eve)


@pytest.mark.parametrize(
    ("text", "hours", "possible"),
    [
        ("24/7", 168, 168),
        ("open", 168, 168),
        ("Mo-Fr 09:00-17:00; We off", 32, 32),
        ("Mo-Fr 09:00-17:00; We 09:00-12:00", 35, 35),
        ("Mo-Fr 09:00-17:00, We 17:00-20:00", 43, 43),
        ("Mo-Fr 09:00-17:00; Mo-Fr 12:00-13:00 off", 35, 35),
        ("Su-Tu 10:00-12:00", 6, 6),
        ("Mo 22:00-26:00", 4, 4),
        ("Mo 13:00+", 0, 11),
        ("Mo 09:00-12:00+", 3, 15),
        ("Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00", 15, 40),
        ("Mo-Fr 09:00-17:00; Tu[1,-1] off", 32, 40),
        ("We[2],We[2] 10:00-12:00", 0, 2),
        ("Sa[1-3] 10:00-12:00", 0, 2),
        ('"by appointment"', 0, 168),
        ('Mo-Fr 09:00-17:00 || "by appointment"', 40, 40),
        ("Mo,PH 09:00-12:00", 3, 3),
        ("Mo 09:00-12:00;", 3, 3),
        ("Sep–May: Mo 09:00–12:00", 0, 3),
        ("10:00-12:00", 14, 14),
        ("Fr 22:00-06:00; Sa off", 8, 8),
    ],
)
def test_osm_reads_the_everyday_part(text: str, hours: float, possible: float) -> None:
    read = from_osm(text)
    assert read.of_kind("open", certain_only=True).hours == hours
    assert read.of_kind("open").hours == possible


def test_osm_kind_is_the_comment_or_the_callers() -> None:
    assert from_osm('Mo 09:00-17:00 "intake"', kind="office").of_kind("intake").hours == 8
    assert from_osm("Mo 09:00-17:00", kind="office").of_kind("office").hours == 8
    assert from_osm('Mo 09:00-17:00 "Front desk"').pieces[0].note == "Front desk"
    assert flag_value(from_osm("Mo 09:00-17:00, PH 10:00-12:00").pieces[0].flags, "ph_hours") == "10:00-12:00"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("Mo-Fr", None),
        ("SH Mo-Fr 09:00-17:00", "position 1: 'SH'"),
        ("Mo-Fr 09:00-17:00; week 2-52/2 Tu 10:00-12:00", "position 20: 'week'"),
        ("Mo-Fr sunrise-17:00", "position 7: 'sunrise'"),
        ("Mo 10:00", "position 9"),
        ("Mo 10:61-12:00", "position 4: '10:61'"),
        ("Mo 25:00-26:00", "position 4: '25:00'"),
        ("Jun 15-Sep 15 Mo 10:00-12:00", "position 5: '15'"),
        ("2027 Mo 10:00-12:00", "position 6"),
        ("Mo[6] 10:00-12:00", "position 5"),
        ("Mo[1],Tu 10:00-12:00", "rules of their own"),
        ("Mo 09:00-17:00 || Tu 09:00-12:00", "'||'"),
        ("Dec 25 10:00-12:00", "need a year"),
        ("Mo 09:00-17:00,", "position 15"),
        ("Mo 9-5", "position 4: '9'"),
        ("Mo 09:00-17:00 @", "position 16: '@'"),
    ],
)
def test_osm_beyond_the_everyday_part_is_refused_with_its_place(text: str, part: str | None) -> None:
    if part is None:
        assert from_osm(text).of_kind("open").hours == 120  # whole days, as the specification says
    else:
        with pytest.raises(ValueError, match="opening hours") as caught:
            from_osm(text)
        assert part in str(caught.value)


@given(st.text(alphabet="MoTuFrSaPH 0123456789:-,;+[]\"'|ofJanDecweek/–", max_size=40))
@settings(max_examples=500, deadline=None)
def test_osm_reading_raises_nothing_but_value_errors(text: str) -> None:
    minutes, message = 0, "opening hours"
    try:
        minutes = from_osm(text).of_kind("open").minutes
    except ValueError as error:
        message = str(error)
    assert 0 <= minutes <= WEEK
    assert "opening hours" in message


# ---------------------------------------------------------------- HSDS rows


def test_lunch_is_two_rows_and_a_night_says_so() -> None:
    rows = to_hsds(from_osm("Mo-Fr 09:00-12:00,13:00-17:00, Sa 20:00-02:00"))
    assert [(row["byday"], row["opens_at"], row["closes_at"], row["notes"]) for row in rows] == [
        ("MO,TU,WE,TH,FR", "09:00", "12:00", ""),
        ("MO,TU,WE,TH,FR", "13:00", "17:00", ""),
        ("SA", "20:00", "02:00", "closes the next day"),
    ]
    assert all(tuple(row) == HSDS_COLUMNS and row["freq"] == "WEEKLY" for row in rows)


def test_numbered_weekdays_are_monthly_rows() -> None:
    hours = Hours(
        (Piece("intake", Schedule.daily("16:30", "19:30", days=[1]), certain=False, note="2nd & 4th Tuesday", flags=("nth_weekday", "nth:2,4")),)
    )
    (row,) = to_hsds(hours)
    assert (row["freq"], row["byday"], row["description"]) == ("MONTHLY", "2TU,4TU", "2nd & 4th Tuesday")
    assert from_hsds([row]) == hours


@given(st.lists(pieces, max_size=4, unique_by=lambda piece: (piece.kind, piece.certain, piece.flags)))
@settings(max_examples=150, deadline=None)
def test_hours_to_hsds_and_back_is_the_identity(some: list[Piece]) -> None:
    back = from_hsds(to_hsds(Hours(tuple(some))))
    assert {(p.kind, p.certain, p.when, frozenset(p.flags)) for p in back.pieces} == {(p.kind, p.certain, p.when, frozenset(p.flags)) for p in some}


def test_dated_exceptions_are_rows_of_one_day() -> None:
    exceptions = (
        CalendarException(dt.date(2027, 11, 26), (), "after Thanksgiving"),
        CalendarException(dt.date(2027, 12, 24), ((540, 720), (780, 1440))),
    )
    hours = Hours((Piece("open", Schedule.daily("09:00", "17:00", days=range(5))),), exceptions)
    assert from_hsds(to_hsds(hours)) == hours


@pytest.mark.parametrize(
    ("row", "certain", "possible"),
    [
        ({"byday": "MO,WE", "opens_at": "10:00:00", "closes_at": "18:00:00"}, 16, 16),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00-05:00", "closes_at": "17:00-05:00"}, 8, 8),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "14:00Z", "closes_at": "22:00Z"}, 0, 8),
        ({"freq": "WEEKLY", "interval": "2", "byday": "TU", "opens_at": "09:00", "closes_at": "12:00"}, 0, 3),
        ({"freq": "MONTHLY", "byday": "-1FR", "opens_at": "09:00", "closes_at": "12:00"}, 0, 3),
        ({"freq": "MONTHLY", "bymonthday": "15", "opens_at": "09:00", "closes_at": "12:00"}, 0, 21),
        ({"opens_at": "00:00", "closes_at": "23:59"}, 168, 168),
        ({"opens_at": "", "closes_at": "", "description": "Call"}, 0, 0),
        ({"byday": "MO", "opens_at": "09:00", "closes_at": "12:00", "valid_from": "2005-01-01"}, 3, 3),
        ({"byday": "MO", "opens_at": "09:00", "closes_at": "12:00", "valid_from": "2026-09-01", "valid_to": "2027-05-31"}, 0, 3),
        ({"freq": "WEEKLY", "byday": "TH,FR", "byweekno": "41,42", "count": "3", "opens_at": "10:00:00", "closes_at": "18:00:00"}, 0, 16),
    ],
)
def test_rows_of_other_publishers(row: dict[str, str], certain: float, possible: float) -> None:
    hours = from_hsds([row])
    assert hours.of_kind("open", certain_only=True).hours == certain
    assert hours.of_kind("open").hours == possible


def test_as_of_picks_the_rows_valid_on_that_day() -> None:
    rows = [
        {"byday": "MO", "opens_at": "09:00", "closes_at": "12:00", "valid_from": "2026-09-01", "valid_to": "2027-05-31"},
        {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00", "valid_from": "2027-06-01", "valid_to": "2027-08-31"},
    ]
    assert from_hsds(rows, as_of=dt.date(2027, 3, 1)).of_kind("open", certain_only=True).hours == 3
    assert from_hsds(rows, as_of=dt.date(2027, 7, 1)).of_kind("open", certain_only=True).hours == 8
    assert not from_hsds(rows, as_of=dt.date(2028, 7, 1)).pieces


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({"byday": "MO,XX", "opens_at": "09:00", "closes_at": "12:00"}, "row 1, byday: 'XX'"),
        ({"byday": "MO", "opens_at": "9am", "closes_at": "12:00"}, "row 1, opens_at: '9am'"),
        ({"byday": "MO", "opens_at": "09:00", "closes_at": "12:75"}, "12:75"),
        ({"byday": "MO", "opens_at": "09:00", "closes_at": "12:00", "valid_to": "soon"}, "row 1, valid_to: 'soon'"),
    ],
)
def test_rows_that_cannot_be_read_say_where(row: dict[str, str], part: str) -> None:
    with pytest.raises(ValueError, match="not a") as caught:
        from_hsds([row])
    assert part in str(caught.value)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("schedule", "english", "spanish"),
    [
        (Schedule.daily("09:00", "17:00", days=range(5)), "Monday to Friday 09:00-17:00", "lunes a viernes 09:00-17:00"),
        (Schedule.daily("09:00", "17:00", days=[5, 6]), "Saturday and Sunday 09:00-17:00", "sábado y domingo 09:00-17:00"),
        (ALWAYS, "every day, all day", "todos los días, las 24 horas"),
        (NEVER, "never", "nunca"),
        (Schedule.daily("22:00", "06:00"), "every day 22:00-06:00", "todos los días 22:00-06:00"),
        (Schedule.daily("00:00", "24:00", days=[5, 6]), "Saturday 00:00 to Monday 00:00", "de sábado 00:00 a lunes 00:00"),
        (Schedule.daily("00:00", "24:00", days=[2]), "Wednesday 00:00-24:00", "miércoles 00:00-24:00"),
        (
            Schedule.daily("09:00", "12:00", days=[0, 1, 2, 4]) | Schedule.daily("13:00", "17:00", days=[0, 1, 2, 4]),
            "Monday to Wednesday and Friday 09:00-12:00 and 13:00-17:00",
            "lunes a miércoles y viernes 09:00-12:00 y 13:00-17:00",
        ),
        (
            Schedule.daily("09:00", "17:00", days=[0, 2]) | Schedule.daily("10:00", "11:00", days=[1]),
            "Monday and Wednesday 09:00-17:00; Tuesday 10:00-11:00",
            "lunes y miércoles 09:00-17:00; martes 10:00-11:00",
        ),
    ],
)
def test_weeks_in_words(schedule: Schedule, english: str, spanish: str) -> None:
    assert in_words(schedule) == english
    assert in_words(schedule, "es") == spanish


def test_hours_in_words_say_what_is_only_possible() -> None:
    hours = Hours(
        (
            Piece("office", Schedule.daily("08:00", "17:00", days=range(5)), flags=("ph_off",)),
            Piece("phone", ALWAYS),
            Piece("open", Schedule.daily("10:00", "12:00", days=[5]), certain=False, flags=("nth_weekday", "nth:2,-1")),
            Piece("open", Schedule.daily("10:00", "12:00", days=[2]), certain=False, flags=("seasonal", "months:9-5")),
        )
    )
    assert in_words(hours) == (
        "open: possible: Saturday 10:00-12:00 (2nd and last of the month); open: possible: Wednesday 10:00-12:00 (from September to May); "
        "phone: every day, all day; office: Monday to Friday 08:00-17:00; closed on public holidays"
    )
    assert in_words(hours, "es") == (
        "abierto: posible: sábado 10:00-12:00 (2.º y último del mes); abierto: posible: miércoles 10:00-12:00 (de septiembre a mayo); "
        "teléfono: todos los días, las 24 horas; oficina: lunes a viernes 08:00-17:00; cerrado los días festivos"
    )
    assert in_words(Hours((), (CalendarException(dt.date(2027, 11, 26)),))) == "closed on 2027-11-26"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (7200, 10080, "Saturday 00:00 to Monday 00:00"),
        (0, WEEK, "every day, all day"),
        (9840, 10200, "Sunday 20:00 to Monday 02:00"),
        (0, 360, "Monday 00:00-06:00"),
        (7200, 8640, "Saturday 00:00-24:00"),
        (1380, 1860, "Monday 23:00 to Tuesday 07:00"),
    ],
)
def test_one_run_in_words(start: int, end: int, words: str) -> None:
    assert run_in_words(start, end) == words


def test_words_need_a_language_that_is_there_and_a_run_that_ends() -> None:
    with pytest.raises(ValueError, match="English"):
        in_words(ALWAYS, "de")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="end after it starts"):
        run_in_words(600, 600)


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_spans_by_day_lose_nothing(schedule: Schedule) -> None:
    again = [(day * DAY + start, day * DAY + end) for day, spans in enumerate(spans_by_day(schedule)) for start, end in spans]
    assert (Schedule.of(*again) if again else NEVER) == schedule


def test_rows_for_others_never_close_before_they_open_in_the_morning() -> None:
    rows = to_hsds(from_osm("Tu 12:00-03:00"), for_others=True)
    assert [(row["byday"], row["opens_at"], row["closes_at"], row["notes"]) for row in rows] == [
        ("TU", "12:00", "23:59", ""),
        ("WE", "00:00", "03:00", ""),
    ]
    (night,) = to_hsds(from_osm("Fr 22:00-06:00"), for_others=True)
    assert (night["byday"], night["opens_at"], night["closes_at"], night["notes"]) == ("FR", "22:00", "06:00", "closes the next day")
    assert from_hsds(rows).of_kind("open") == Schedule.daily("12:00", "03:00", days=[1])


def test_rows_for_others_have_possible_hours_in_the_notes_alone_and_read_back() -> None:
    week = Schedule.daily("09:00", "17:00", days=[0, 1])
    hours = Hours((Piece("phone", week, certain=False, flags=("by_appointment",)), Piece("office", week)))
    possible, staff = to_hsds(hours, for_others=True)
    assert {possible[name] + staff[name] for name in ("freq", "byday", "opens_at", "closes_at")} == {""}
    assert possible["notes"] == "kind: phone; possible; flag: by_appointment; would be: WEEKLY MO,TU 09:00-17:00"
    assert from_hsds([possible, staff]) == hours
