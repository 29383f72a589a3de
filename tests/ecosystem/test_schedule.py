"""The minutes of the week: fixtures from public sources worked out by hand, and the algebra against a set of minutes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.schedule import ALWAYS, DAY, NEVER, WEEK, Hours, Mode, Piece, Schedule, clock, find_holes, minute_of_day, union

# ---------------------------------------------------------------- fixtures from public sources


def test_minneapolis_crisis_teams_at_their_start() -> None:
    """Monday to Friday 07:30-24:00: 16.5 h on five days, and nobody for the other 85.5 h."""
    teams = Schedule.daily("07:30", "24:00", days=range(5))
    assert teams.hours == 82.5
    holes = find_holes([teams])
    assert holes.hours == 85.5
    # four nights of 7.5 h, and Friday midnight to Monday 07:30, which wraps: 48 + 7.5 = 55.5 h
    assert [end - start for start, end in holes.runs()] == [450] * 4 + [3330]


def test_minneapolis_crisis_teams_on_weekdays_leave_one_hole() -> None:
    """Monday to Friday around the clock: 120 h, and one hole of 48 h from Saturday 00:00 to Monday 00:00."""
    teams = Schedule.daily("00:00", "24:00", days=range(5))
    assert teams.hours == 120
    assert find_holes([teams]).runs() == ((7200, 10080),)
    assert find_holes([teams]).hours == 48


def test_durham_is_half_of_the_week() -> None:
    """12 h a day on seven days are 84 h of 168."""
    responders = Schedule.daily("09:00", "21:00")
    assert responders.hours == 84
    assert responders.minutes * 2 == WEEK


def test_denver_star_grew_from_40_to_112_hours() -> None:
    first = Schedule.daily("10:00", "18:00", days=range(5))
    later = Schedule.daily("06:00", "22:00")
    assert (first.hours, later.hours) == (40, 112)
    assert first <= later
    assert (later - first).hours == 72


def test_phoenix_has_164_hours() -> None:
    """All of the week but four hours."""
    assert (ALWAYS - Schedule.daily("02:00", "06:00", days=[2])).hours == 164


def test_two_shifts_that_meet_leave_no_hole() -> None:
    day, night = Schedule.daily("06:00", "22:00"), Schedule.daily("22:00", "06:00")
    assert find_holes([day, night]) == NEVER
    assert not day & night


# ---------------------------------------------------------------- midnight and the end of the week


def test_overnight_shift_covers_both_days() -> None:
    friday_night = Schedule.daily("22:00", "06:00", days=[4])
    assert friday_night.on_day(4) == ((1320, 1440),)
    assert friday_night.on_day(5) == ((0, 360),)
    assert friday_night.runs() == ((7080, 7560),)


def test_sunday_night_wraps_to_monday() -> None:
    sunday_night = Schedule.daily("20:00", "02:00", days=[6])
    assert sunday_night.intervals == ((0, 120), (9840, 10080))
    assert sunday_night.runs() == ((9840, 10200),)
    assert 0 in sunday_night
    assert 10_079 in sunday_night
    assert 10_080 in sunday_night  # the next Monday 00:00 is the same minute of the week
    assert 120 not in sunday_night


def test_runs_join_over_sunday_midnight_only_where_they_touch() -> None:
    assert Schedule.of((0, 60), (WEEK - 60, WEEK)).runs() == ((WEEK - 60, WEEK + 60),)
    assert Schedule.of((1, 60), (WEEK - 60, WEEK)).runs() == ((1, 60), (WEEK - 60, WEEK))
    assert ALWAYS.runs() == ((0, WEEK),)
    assert NEVER.runs() == ()


def test_touching_and_overlapping_intervals_become_one() -> None:
    assert Schedule.of((60, 120), (120, 180), (170, 200)).intervals == ((60, 200),)
    assert Schedule.of((-60, 60)).intervals == ((0, 60), (WEEK - 60, WEEK))
    assert Schedule.of((5000, 5000 + WEEK)) == ALWAYS
    assert Schedule.of((5000, 5000 + WEEK - 1)).minutes == WEEK - 1


def test_intervals_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Schedule.of((60, 60))
    with pytest.raises(ValueError, match="not sorted"):
        Schedule(((60, 120), (120, 180)))
    with pytest.raises(ValueError, match="not sorted"):
        Schedule(((0, WEEK + 1),))


def test_weekly_takes_days_by_name() -> None:
    assert Schedule.weekly({"Mo": [("09:00", "12:00"), ("13:00", "17:00")], "Sa": [("22:00", "02:00")]}).intervals == (
        (540, 720),
        (780, 1020),
        (5 * DAY + 1320, 6 * DAY + 120),
    )


@pytest.mark.parametrize("text", ["9", "25:00", "24:01", "09:60", "9:5", "-1:00", "", "9am"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        minute_of_day(text)


@given(st.integers(0, DAY))
def test_clock_and_minute_of_day_are_inverse(minute: int) -> None:
    assert minute_of_day(clock(minute)) == minute


# ---------------------------------------------------------------- slots


def test_a_slot_is_open_when_wholly_open() -> None:
    slots = Schedule.of((15, 75), (WEEK - 30, WEEK)).slots(30)
    assert slots.shape == (336,)
    assert [index for index, is_open in enumerate(slots) if is_open] == [1, 335]
    assert Schedule.of((15, 75)).slots(15).sum() == 4
    with pytest.raises(ValueError, match="no whole number"):
        ALWAYS.slots(37)


# ---------------------------------------------------------------- the algebra, against a plain set of minutes

GRID = 20  # minutes; a coarse week keeps the brute force small, and an interval may begin anywhere and wrap
spans = st.lists(st.tuples(st.integers(0, WEEK // GRID - 1), st.integers(1, WEEK // GRID)), max_size=5)


def both(pairs: list[tuple[int, int]]) -> tuple[Schedule, frozenset[int]]:
    """The same minutes as a Schedule and as a set, the set filled minute by minute."""
    schedule = Schedule.of(*((start * GRID, (start + length) * GRID) for start, length in pairs))
    minutes = frozenset(minute % WEEK for start, length in pairs for minute in range(start * GRID, (start + length) * GRID))
    return schedule, minutes


def minutes_of(schedule: Schedule) -> frozenset[int]:
    return frozenset(minute for start, end in schedule for minute in range(start, end))


@given(spans, spans)
@settings(max_examples=120, deadline=None)
def test_set_algebra(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    a, minutes_a = both(first)
    b, minutes_b = both(second)
    assert minutes_of(a) == minutes_a
    assert a.minutes == len(minutes_a)
    assert minutes_of(a | b) == minutes_a | minutes_b
    assert minutes_of(a & b) == minutes_a & minutes_b
    assert minutes_of(a - b) == minutes_a - minutes_b
    assert minutes_of(~a) == frozenset(range(WEEK)) - minutes_a
    assert (a <= b) == (minutes_a <= minutes_b)
    assert bool(a) == bool(minutes_a)
    assert minutes_of(union([a, b])) == minutes_a | minutes_b
    assert minutes_of(find_holes([a], within=b)) == minutes_b - minutes_a


@given(spans)
@settings(max_examples=100, deadline=None)
def test_runs_days_and_slots_hold_the_same_minutes(pairs: list[tuple[int, int]]) -> None:
    schedule, minutes = both(pairs)
    assert frozenset(minute % WEEK for start, end in schedule.runs() for minute in range(start, end)) == minutes
    assert frozenset(day * DAY + minute for day in range(7) for start, end in schedule.on_day(day) for minute in range(start, end)) == minutes
    assert schedule.slots(15).sum() == sum(all(minute in minutes for minute in range(slot, slot + 15)) for slot in range(0, WEEK, 15))
    # two runs never touch, not even over Sunday midnight
    assert all((end % WEEK) not in minutes for _, end in schedule.runs() if len(minutes) < WEEK)


@given(spans, spans, spans)
@settings(max_examples=60, deadline=None)
def test_laws(first: list[tuple[int, int]], second: list[tuple[int, int]], third: list[tuple[int, int]]) -> None:
    a, b, c = (both(pairs)[0] for pairs in (first, second, third))
    assert ~~a == a
    assert a | b == b | a
    assert (a | b) & c == (a & c) | (b & c)
    assert ~(a | b) == ~a & ~b
    assert a | ~a == ALWAYS
    assert a - a == NEVER


# ---------------------------------------------------------------- what counts

NINE_TO_FIVE = Schedule.daily("09:00", "17:00", days=range(5))


@pytest.mark.parametrize(
    ("pieces", "mode", "certain_hours", "possible_hours"),
    [
        ((Piece("open", NINE_TO_FIVE),), "walk_in", 40, 40),
        ((Piece("open", NINE_TO_FIVE), Piece("intake", Schedule.daily("09:00", "12:00", days=[0]))), "walk_in", 3, 3),
        ((Piece("open", NINE_TO_FIVE), Piece("phone", ALWAYS)), "phone", 168, 168),
        ((Piece("open", NINE_TO_FIVE),), "mobile", 0, 40),
        ((Piece("response", ALWAYS), Piece("office", NINE_TO_FIVE)), "mobile", 168, 168),
        ((Piece("office", NINE_TO_FIVE),), "walk_in", 0, 0),
        ((Piece("open", NINE_TO_FIVE),), "appointment", 0, 40),
        ((Piece("open", NINE_TO_FIVE), Piece("open", ALWAYS, certain=False)), "walk_in", 40, 168),
        ((Piece("phone", ALWAYS),), None, 0, 168),
    ],
)
def test_which_hours_count(pieces: tuple[Piece, ...], mode: Mode | None, certain_hours: float, possible_hours: float) -> None:
    certain, possible = Hours(pieces).counted(mode)
    assert (certain.hours, possible.hours) == (certain_hours, possible_hours)
