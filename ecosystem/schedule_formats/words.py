"""How are hours said in a sentence for people, in English or Spanish?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecosystem.schedule import ALWAYS, DAY, KINDS, WEEK, Hours, Kind, Piece, Schedule, clock
from ecosystem.schedule_formats.days import day_ranges, days_alike, end_clock, spans_by_day
from ecosystem.schedule_formats.flags import REASONS, Language, flag_value

DAY_NAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTH_NAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
}
KIND_WORDS: dict[Language, dict[Kind, str]] = {
    "en": {"open": "open", "intake": "intake", "response": "response", "phone": "phone", "office": "office"},
    "es": {"open": "abierto", "intake": "admisión", "response": "respuesta", "phone": "teléfono", "office": "oficina"},
}
_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "to": "to",
        "and": "and",
        "daily": "every day",
        "always": "every day, all day",
        "never": "never",
        "possible": "possible",
        "ph_off": "closed on public holidays",
        "ph_hours": "on public holidays",
        "closed_on": "closed on",
        "months": "from {first} to {last}",
        "month": "in {first}",
        "nth": "{which} of the month",
        "closed_nth": "not on the {which} of the month",
    },
    "es": {
        "to": "a",
        "and": "y",
        "daily": "todos los días",
        "always": "todos los días, las 24 horas",
        "never": "nunca",
        "possible": "posible",
        "ph_off": "cerrado los días festivos",
        "ph_hours": "los días festivos",
        "closed_on": "cerrado el",
        "months": "de {first} a {last}",
        "month": "en {first}",
        "nth": "{which} del mes",
        "closed_nth": "excepto {which} del mes",
    },
}
_ORDINALS: dict[Language, dict[int, str]] = {
    "en": {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last", -2: "second to last"},
    "es": {1: "1.º", 2: "2.º", 3: "3.º", 4: "4.º", 5: "5.º", -1: "último", -2: "penúltimo"},
}


def in_words(schedule: Schedule | Hours, language: Language = "en") -> str:
    """Return hours as a sentence for people. Runs of a day or more are told by their ends.

    For `Hours`, each kind is named unless everything is `open`, and what is only possible says so and why.

    >>> in_words(Schedule.daily("09:00", "17:00", days=range(5)))
    'Monday to Friday 09:00-17:00'
    >>> in_words(Schedule.daily("00:00", "24:00", days=[5, 6]), "es")
    'de sábado 00:00 a lunes 00:00'
    >>> in_words(ALWAYS)
    'every day, all day'
    """
    _check_language(language)
    if isinstance(schedule, Schedule):
        return _week_in_words(schedule, language)
    parts: list[str] = []
    several = any(piece.kind != "open" for piece in schedule.pieces)
    for kind in KINDS:
        certain = schedule.of_kind(kind, certain_only=True)
        label = f"{KIND_WORDS[language][kind]}: " if several else ""
        if certain:
            parts.append(label + _week_in_words(certain, language))
        for piece in schedule.pieces:
            if piece.kind == kind and not piece.certain and piece.when:
                words = _week_in_words(piece.when, language)
                why = ", ".join(_doubts_in_words(piece, language))
                parts.append(f"{label}{_PHRASES[language]['possible']}: {words}" + (f" ({why})" if why else ""))
    parts += _holidays_in_words(schedule, language)
    return "; ".join(parts) or _PHRASES[language]["never"]


def run_in_words(start: int, end: int, language: Language = "en") -> str:
    """Return one circular run, in minutes after Monday 00:00 (the end may lie past the week), as words.

    >>> run_in_words(7200, 10080)
    'Saturday 00:00 to Monday 00:00'
    >>> run_in_words(9840, 10200, "es")
    'de domingo 20:00 a lunes 02:00'
    >>> run_in_words(480, 1440)
    'Monday 08:00-24:00'
    """
    _check_language(language)
    if end <= start:
        raise ValueError(f"a run must end after it starts, not ({start}, {end}); add {WEEK} to an end past Sunday")
    phrases, names = _PHRASES[language], DAY_NAMES[language]
    if end - start >= WEEK:
        return phrases["always"]
    first = names[start // DAY % 7]
    if (end - 1) // DAY == start // DAY:
        return f"{first} {clock(start % DAY)}-{clock(end)}"
    words = f"{first} {clock(start % DAY)} {phrases['to']} {names[end // DAY % 7]} {clock(end % DAY)}"
    return f"de {words}" if language == "es" else words


def _check_language(language: str) -> None:
    if language not in DAY_NAMES:
        raise ValueError(f"hours are told in English ('en') or Spanish ('es'), not in {language!r}")


def _week_in_words(schedule: Schedule, language: Language) -> str:
    phrases = _PHRASES[language]
    if schedule == ALWAYS:
        return phrases["always"]
    if not schedule:
        return phrases["never"]
    long_runs = [run for run in schedule.runs() if run[1] - run[0] > DAY]
    short = schedule - Schedule.of(*long_runs) if long_runs else schedule
    parts = []
    for days, spans in days_alike(spans_by_day(short)):
        times = f" {phrases['and']} ".join(f"{clock(start)}-{end_clock(end)}" for start, end in spans)
        parts.append((days[0], f"{_days_in_words(days, language)} {times}"))
    parts += [(start // DAY, run_in_words(start, end, language)) for start, end in long_runs]
    return "; ".join(words for _, words in sorted(parts, key=lambda part: part[0]))


def _days_in_words(days: Sequence[int], language: Language) -> str:
    phrases, names = _PHRASES[language], DAY_NAMES[language]
    if len(days) == 7:
        return phrases["daily"]
    words: list[str] = []
    for first, last in day_ranges(days):
        if last - first >= 2:
            words.append(f"{names[first]} {phrases['to']} {names[last]}")
        else:
            words += [names[day] for day in range(first, last + 1)]
    return f" {phrases['and']} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _doubts_in_words(piece: Piece, language: Language) -> list[str]:
    phrases = _PHRASES[language]
    words: list[str] = []
    for flag in piece.flags:
        name, _, value = flag.partition(":")
        if name in ("nth", "closed_nth") and value:
            which = f" {phrases['and']} ".join(_ORDINALS[language].get(int(number), number) for number in value.split(","))
            words.append(phrases[name].format(which=which))
        elif name == "months":
            for part in value.split(","):
                ends = [MONTH_NAMES[language][int(month) - 1] for month in part.split("-")]
                words.append(phrases["months" if len(ends) > 1 else "month"].format(first=ends[0], last=ends[-1]))
        elif name in REASONS[language] and not (
            (name == "nth_weekday" and flag_value(piece.flags, "nth"))
            or (name == "closed_nth" and flag_value(piece.flags, "closed_nth"))
            or (name == "seasonal" and flag_value(piece.flags, "months"))
        ):
            words.append(REASONS[language][name])
    return words


def _holidays_in_words(hours: Hours, language: Language) -> list[str]:
    phrases = _PHRASES[language]
    words: list[str] = []
    for flag in sorted({flag for piece in hours.pieces for flag in piece.flags}):
        name, _, value = flag.partition(":")
        if name == "ph_off":
            words.append(phrases["ph_off"])
        elif name == "ph_hours":
            words.append(f"{phrases['ph_hours']} {value}")
        elif name == "closed_dates":
            words += [f"{phrases['closed_on']} {int(date[3:])} {MONTH_NAMES[language][int(date[:2]) - 1]}" for date in value.split(",")]
    for exception in hours.exceptions:
        times = f" {phrases['and']} ".join(f"{clock(start)}-{end_clock(end)}" for start, end in exception.spans)
        words.append(f"{exception.on.isoformat()} {times}" if times else f"{phrases['closed_on']} {exception.on.isoformat()}")
    return words
