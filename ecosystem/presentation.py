"""How does a number look, and which color says what, wherever a person reads it?

Report and map share these: the classes a map or a chart may show, with a color, a pattern and words of each; the breaks between
classes, which are the same for every need, so that two maps can be compared; the parts of the day; how people, hours, shares and dates
are written in English and in Spanish. Nothing here computes a finding.

Color is never the only sign: *nobody* is hatched, *not known* is dotted. Any two colors of one map differ by a CIEDE2000 distance of at
least 10 with usual vision and with protanopia, deuteranopia and tritanopia (a test measures it).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecosystem.schedule import DAY, PARTS_OF_WEEK, Schedule, clock
from ecosystem.schedule_formats import DAY_NAMES, MONTH_NAMES

Pattern = Literal["", "hatch", "dots"]
Text = Mapping[str, str]
"""The same words per language code: `{"en": "nobody", "es": "nadie"}`."""

LANGUAGES: tuple[str, ...] = ("en", "es")

# ---------------------------------------------------------------------------------------------------------------- colors of the page

INK = "#1c2430"
"""Text."""
MUTED = "#55606e"
"""Second text; 6 : 1 on white."""
PAPER = "#ffffff"
GROUND = "#f5f6f4"
"""Behind the panels, and the land around a city."""
LINE = "#d5dadf"
ACCENT = "#14507f"
"""Links, controls, headings of a page; 8 : 1 on white."""
HIGHLIGHT = "#f2b705"
"""The outline of what is chosen."""


@dataclass(frozen=True, slots=True)
class MapClass:
    """One class of a map or chart: its key, fill, the color of text on that fill, its pattern and its words."""

    key: str
    color: str
    ink: str
    pattern: Pattern
    label: Text


NOBODY = MapClass("nobody", "#37293f", "#ffffff", "hatch", {"en": "Nobody on duty", "es": "Nadie de turno"})
NOT_KNOWN = MapClass("not_known", "#fdf3d9", INK, "dots", {"en": "Not known", "es": "No se sabe"})
NO_RESIDENTS = MapClass("no_residents", "#d3d6d9", INK, "", {"en": "No residents", "es": "Sin residentes"})
PATTERN_INK: Mapping[str, str] = {"nobody": "#b7a3c4", "not_known": "#8a6d1d"}
"""The color of the hatch lines and of the dots, per class key."""

_ONE, _TWO, _THREE, _FIVE = "#a5d3ee", "#4a96cf", "#1b5fa0", "#10356e"

OPEN_CLASSES: tuple[MapClass, ...] = (
    NOBODY,
    NOT_KNOWN,
    MapClass("one", _ONE, INK, "", {"en": "1 can come", "es": "1 puede venir"}),
    MapClass("two", _TWO, INK, "", {"en": "2 can come", "es": "2 pueden venir"}),
    MapClass("three", _THREE, PAPER, "", {"en": "3 or more", "es": "3 o más"}),
    NO_RESIDENTS,
)
"""Open at this hour: how many can come."""

HOLE_CLASSES: tuple[MapClass, ...] = (
    MapClass("always", _THREE, PAPER, "", {"en": "0 hours: always someone", "es": "0 horas: siempre hay alguien"}),
    MapClass("up_to_56", "#f9d49a", INK, "", {"en": "1–56 hours", "es": "1–56 horas"}),
    MapClass("up_to_112", "#e8924a", INK, "", {"en": "57–112 hours", "es": "57–112 horas"}),
    MapClass("up_to_167", "#b04a2f", PAPER, "", {"en": "113–167 hours", "es": "113–167 horas"}),
    MapClass("nobody", NOBODY.color, NOBODY.ink, "hatch", {"en": "168 hours: never anyone", "es": "168 horas: nunca hay nadie"}),
    NOT_KNOWN,
    NO_RESIDENTS,
)
"""Hours of the week with no one on duty. The breaks are whole thirds of the week, the same for every need."""

HOLE_BREAKS_H: tuple[float, ...] = (0.0, 56.0, 112.0, 168.0)

OVERLAP_CLASSES: tuple[MapClass, ...] = (
    NOBODY,
    NOT_KNOWN,
    MapClass("one", _ONE, INK, "", {"en": "1 organization: no backup", "es": "1 organización: sin respaldo"}),
    MapClass("two", _TWO, INK, "", {"en": "2 organizations", "es": "2 organizaciones"}),
    MapClass("three", _THREE, PAPER, "", {"en": "3–4 organizations", "es": "3–4 organizaciones"}),
    MapClass("five", _FIVE, PAPER, "", {"en": "5 or more", "es": "5 o más"}),
    NO_RESIDENTS,
)
"""Overlap: how many different organizations at one hour, since two programs of one organization are no independent backup."""

ASSET_CLASSES: tuple[MapClass, ...] = (
    MapClass("nobody", NOBODY.color, NOBODY.ink, "hatch", {"en": "None found", "es": "No se encontró ninguna"}),
    NOT_KNOWN,
    MapClass("one", _ONE, INK, "", {"en": "1 organization", "es": "1 organización"}),
    *OVERLAP_CLASSES[3:],
)
"""Assets: how many different organizations serve an area, at whatever hour."""

PART_LOOKS: Mapping[str, MapClass] = {
    "diverted": MapClass("diverted", _THREE, PAPER, "", {}),
    "not_sent": MapClass("not_sent", _ONE, INK, "", {}),
    "capacity": MapClass("capacity", "#e8924a", INK, "", {}),
    "capacity_or_not_sent": MapClass("capacity_or_not_sent", NOT_KNOWN.color, INK, "dots", {}),
    "coverage": MapClass("coverage", NOBODY.color, PAPER, "hatch", {}),
}
"""The parts of the way to the goal for calls, from what is diverted today upwards; the pattern is a second sign beside the color."""


def hole_class(nobody_hours: float, not_known_hours: float = 0.0, *, has_residents: bool = True) -> str:
    """Return the key of the class of an area by its hours of the week with no one on duty.

    An area with no such hours but with hours that are not known is *not known*: nobody may say that someone is always there.

    >>> hole_class(0), hole_class(48), hole_class(112.5), hole_class(168), hole_class(0, 12)
    ('always', 'up_to_56', 'up_to_167', 'nobody', 'not_known')
    """
    if not has_residents:
        return "no_residents"
    if nobody_hours <= 0:
        return "not_known" if not_known_hours > 0 else "always"
    if nobody_hours >= HOLE_BREAKS_H[3]:
        return "nobody"
    return "up_to_56" if nobody_hours <= HOLE_BREAKS_H[1] else "up_to_112" if nobody_hours <= HOLE_BREAKS_H[2] else "up_to_167"


# ------------------------------------------------------------------------------------------------------------------- parts of the day


@dataclass(frozen=True, slots=True)
class DayPart:
    """A named part of the week; the five parts together are the whole week, each minute once."""

    key: str
    label: Text
    hours: Text

    @property
    def when(self) -> Schedule:
        """The minutes of the week that the part holds."""
        return PARTS_OF_WEEK[self.key]


DAY_PARTS: tuple[DayPart, ...] = (
    DayPart(
        "weekday_day",
        {"en": "Weekday daytime", "es": "Entre semana, de día"},
        {"en": "Monday to Friday, 8 a.m. to 5 p.m.", "es": "lunes a viernes, 8 a. m. a 5 p. m."},
    ),
    DayPart(
        "weekday_evening",
        {"en": "Weekday evening", "es": "Entre semana, de tarde"},
        {"en": "Monday to Friday, 5 p.m. to 10 p.m.", "es": "lunes a viernes, 5 p. m. a 10 p. m."},
    ),
    DayPart(
        "weekday_night",
        {"en": "Weeknight", "es": "Entre semana, de noche"},
        {"en": "Sunday to Thursday nights, 10 p.m. to 8 a.m.", "es": "noches de domingo a jueves, 10 p. m. a 8 a. m."},
    ),
    DayPart(
        "weekend_day",
        {"en": "Weekend daytime", "es": "Fin de semana, de día"},
        {"en": "Saturday and Sunday, 8 a.m. to 10 p.m.", "es": "sábado y domingo, 8 a. m. a 10 p. m."},
    ),
    DayPart(
        "weekend_night",
        {"en": "Weekend night", "es": "Fin de semana, de noche"},
        {"en": "Friday and Saturday nights, 10 p.m. to 8 a.m.", "es": "noches de viernes y sábado, 10 p. m. a 8 a. m."},
    ),
)


def time_of_week(minute: int, language: str = "en") -> str:
    """Return a minute after Monday 00:00 in words; the week wraps.

    >>> time_of_week(5 * 1440 + 90), time_of_week(5 * 1440 + 90, "es")
    ('Saturday 01:30', 'sábado 01:30')
    """
    minute %= 7 * DAY
    return f"{DAY_NAMES[language][minute // DAY]} {clock(minute % DAY)}"


# ------------------------------------------------------------------------------------------------------------------------ how numbers look


def round_people(people: float) -> int:
    """Return a count of people to two digits, halves up: no finer than the evidence.

    >>> round_people(3412), round_people(12_600), round_people(45.2), round_people(7)
    (3400, 13000, 45, 7)
    """
    if people < 100:
        return math.floor(people + 0.5)
    step = 10.0 ** (math.floor(math.log10(people)) - 1)
    return int(math.floor(people / step + 0.5) * step)


def about(people: float, language: str = "en", *, minimum: int = 10) -> str:
    """Return a count of people as a person may read it: two digits, and never a count below `minimum`.

    >>> about(3412), about(3412, "es"), about(4), about(0)
    ('about 3,400', 'cerca de 3,400', 'fewer than 10', '0')
    """
    if people <= 0:
        return "0"
    if people < minimum:
        return f"fewer than {minimum}" if language == "en" else f"menos de {minimum}"
    return f"about {number(round_people(people))}" if language == "en" else f"cerca de {number(round_people(people))}"


def number(value: float, digits: int = 0) -> str:
    """Return a number with thousands separated, as English and United States Spanish both write it; no zeros at its end.

    >>> number(214000), number(82.5, 1), number(48.0, 1)
    ('214,000', '82.5', '48')
    """
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def hours_text(hours: float, language: str = "en") -> str:
    """Return a number of hours in words.

    >>> hours_text(48), hours_text(1), hours_text(82.5, "es")
    ('48 hours', '1 hour', '82.5 horas')
    """
    unit = ("hour", "hours") if language == "en" else ("hora", "horas")
    return f"{number(hours, 1)} {unit[0] if hours == 1 else unit[1]}"


def share_text(share: float, language: str = "en") -> str:
    """Return a share as whole percents; what is not quite nothing or not quite all never reads as that.

    >>> share_text(0.67), share_text(0.004), share_text(0.998), share_text(1, "es")
    ('67%', 'less than 1%', 'more than 99%', '100 %')
    """
    percent = "%" if language == "en" else " %"
    if 0 < share < 0.01:
        return f"less than 1{percent}" if language == "en" else f"menos de 1{percent}"
    if 0.99 < share < 1:
        return f"more than 99{percent}" if language == "en" else f"más de 99{percent}"
    return f"{math.floor(share * 100 + 0.5)}{percent}"


def percent_text(share: float, language: str = "en") -> str:
    """Return a share as percents with one decimal, for shares that lie close together; it never breaks before its sign.

    >>> percent_text(0.0912), percent_text(0.2)
    ('9.1%', '20%')
    """
    return f"{number(100 * share, 1)}{'%' if language == 'en' else chr(160) + '%'}"


def money_text(usd: float) -> str:
    """Return whole dollars: `$500,000`."""
    return f"${number(math.floor(usd + 0.5))}"


def date_text(date: dt.date, language: str = "en") -> str:
    """Return a date in words.

    >>> date_text(dt.date(2026, 10, 1)), date_text(dt.date(2026, 10, 1), "es")
    ('October 1, 2026', '1 de octubre de 2026')
    """
    month = MONTH_NAMES[language][date.month - 1]
    return f"{month} {date.day}, {date.year}" if language == "en" else f"{date.day} de {month} de {date.year}"
