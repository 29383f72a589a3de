"""Stage 1: which words, days, clock times and signs does a text about hours have?

`tokenize` cuts a text into tokens that keep their place in the text as it was written, so that a message can point at them. Nothing is
decided here beyond what a piece of text can be: "9" is a number that may become a time, "May" may be a month. Spelling is forgiven where one
reading is possible ("Wendsdays", "900am", "4:00m", a soft hyphen for a dash); a day that could be two days ("Sonday") is a `badday`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from surveys.hours.words import MONTHS, ZONE_NAMES, ZONES


class Clock(NamedTuple):
    """A time as written: hour 0-24, minute, and half of the day: "a", "p", "" (not said), "?" (said, but garbled)."""

    hour: int
    minute: int
    half: str = ""
    military: bool = False  # four digits or an hour that only a 24-hour clock has
    bare: bool = False  # a number alone: "9"


@dataclass(slots=True)
class Token:
    """One token: its kind, its value (by kind: int, Clock, days, or the word in lower case) and its place in the text."""

    kind: str
    value: Hashable
    start: int
    end: int


CLOCKS = frozenset({"time", "number", "digits"})  # kinds of tokens whose value is a Clock

# one character for one, so that places stay true: odd dashes, spaces and quotes of word processors, NUL cells
_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212~", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\u200b\ufeff\x00\t\x0b\x0c", " "),
        **dict.fromkeys("\u2018\u2019\u02bc`", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        "\r": "\n",
        "\u2022": ";",
        "\u00b7": ";",
        "|": ";",
        "\uff1a": ":",
    }
)

DAY_WORDS: dict[str, int] = {}
for _index, _names in enumerate(
    (
        "monday mondays mon mons mo m mondy lunes lun",
        "tuesday tuesdays tues tue tu t tuesdy tusday tueday tuseday teusday martes",
        "wednesday wednesdays wed weds wedn wednes w wendsday wendsdays wensday wedsday wednsday wenesday "
        "wendesday wednesdy miercoles miércoles mié mie",
        "thursday thursdays thurs thur thu th thr r thrs thurday thurdays thrusday thursdy jueves jue",
        "friday fridays fri fr f viernes vie",
        "saturday saturdays sat sats sa saterday satuday saturdy saurday saturda satruday sabado sábado sabados sábados sáb sab",
        "sunday sundays sun suns su domingo domingos dom",
    )
):
    DAY_WORDS.update(dict.fromkeys(_names.split(), _index))
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOT_DAYS = frozenset({"today", "holiday", "holidays", "everyday", "midday", "birthday", "weekday", "weekdays", "noonday", "sundry", "saturated"})

WEEKDAYS, WEEKEND, DAILY = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
DAY_SETS = {
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
    "wkdays": WEEKDAYS,
    "wkends": WEEKEND,
    "daily": DAILY,
    "nightly": DAILY,
    "everyday": DAILY,
    "everynight": DAILY,
}
_ORDINALS = {
    "first": 1,
    "lst": 1,
    **dict.fromkeys(("primer", "primero", "primera", "primeros", "1er", "1ro"), 1),
    **dict.fromkeys(("segundo", "segunda", "2do"), 2),
    **dict.fromkeys(("tercer", "tercero", "tercera", "3er", "3ro"), 3),
    **dict.fromkeys(("cuarto", "cuarta", "4to"), 4),
    **dict.fromkeys(("último", "ultimo", "última", "ultima"), -1),
    "second": 2,
    "third": 3,
    "fourth": 4,
    "forth": 4,
    "fifth": 5,
    "last": -1,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
}

# words with a part to play; every other word is a plain "word"
_ROLES: dict[str, str] = {}
for _role, _words in {
    "and": "and plus y",
    "to": "to thru through till til",
    "until": "until til' hasta",
    "closed": "closed close closes closure cerrado cerrados shut",
    "except": "except exception exceptions excluding excluded excepting exc except. excepto salvo menos",
    "holiday": "holiday holidays feriados festivos",
    "appointment": "appointment appointments cita citas appt appts appoint appointmnt apt. appointment-only reservation reservations",
    "varies": "vary varies varied varys varying variable fluctuate flexible changes change",
    "lunch": "lunch lunchtime",
    "every": "every each evry ea",
    "alternate": "alternate alternating biweekly bi-weekly fortnightly",
    "season": "summer winter spring fall autumn seasonal seasonally verano invierno otoño primavera",
    "school": "school academic",
    "daypart": "morning mornings afternoon afternoons evening evenings night nights overnight overnights",
    "at": "at @",
    "after": "after",
    "from": "from starting begins beginning starts start begin",
    "between": "between",
    "by": "by",
    "noonword": "noon midday mediodia mediodía",
    "midnight": "midnight midnite medianoche",
    "sun": "dusk dawn sunset sunrise sundown sunup nightfall daybreak",
    "leave": "leave",
    "danger": "no not unless if when while during before other without minus",
}.items():
    _ROLES.update(dict.fromkeys(_words.split(), _role))

_ONE_WORD = frozenset({"appointment", "varies", "lunch", "every", "alternate", "until", "school"})  # written in many ways, kept in one
# what each word is, however it is spelt in capitals; where a word plays several parts, the last one said here holds
_KNOWN: dict[str, tuple[str, Hashable]] = {
    **{zone: ("zone", zone) for zone in ZONES | ZONE_NAMES if len(zone) > 3},
    "we": ("maybe_we", 2),
    **{name: ("day", day) for name, day in DAY_WORDS.items() if len(name) > 1},
    **{name: ("month", month) for name, month in MONTHS.items() if name not in ("may", "mayo")},
    **{word: ("ordinal", number) for word, number in _ORDINALS.items()},
    **{word: ("days", days) for word, days in DAY_SETS.items()},
    **{word: (role, role if role in _ONE_WORD else word) for word, role in _ROLES.items()},
    **{word: ("time", Clock(12, 0, "p")) for word, role in _ROLES.items() if role == "noonword"},
    **{word: ("time", Clock(12, 0, "a")) for word, role in _ROLES.items() if role == "midnight"},
}

# In these forms "(?:...|)" says what may be missing, and what differs comes last: the machine that searches passes over such forms at one look.
# "5 P M" is an hour, but the M of "5p M-F", "5 P M-F" and "5p M W F" is Monday
_HALF = r"""(?:[AaPp](?:(?:\.?[Mm]|\.?\sm|(?<=[AP])\.?\sM(?!\s?-\s?[A-Za-z]|\s[A-Z]{1,2}\b))(?:
      \.(?:(?=\s*(?:[-,;:/)&]|to\b|a\b|and\b|y\b|until\b|$))|(?<=\.[Mm]\.))     # a full stop after "pm" ends a sentence, one after "p.m" does not
    | (?![A-Za-z]) | (?=[A-Z][a-z]) | (?<=m)(?=[A-Z]) | (?=MON|TUE|WED|THU|FRI|SAT|SUN)   # words stick to it: "6PMSaturday"
    ) | (?!(?<=\sa)\s\d)(?=[\s\-/&,;)]|\.(?:\s|$)|$)))"""  # but "9 a 5" is Spanish for nine to five
_M = r"[Mm](?![A-Za-z]|\s?[-,/&]\s?[A-Za-z]|\s[A-Z]{1,2}\b)"  # "4:00m", but not "4:00M-F"
_UPPER, _LOWER = "A-ZÁÉÍÓÚÑ", "a-záéíóúüñ"
_FORMS = rf"""
      (?P<word>[{_UPPER}{_LOWER}](?:[{_LOWER}]+(?:'[a-z]+|)|(?<=[MTW])[MTW]{{1,2}}ThF?(?![A-Za-z])
               |(?<=[{_UPPER}])[{_UPPER}]*(?:'S|)(?![{_LOWER}])|(?<=[{_LOWER}])(?:'[a-z]+|)))
    | (?P<sign>[-,;\n:/)&.!?@"'\[\]*])
    | (?P<named>12(?::00|)\s?(?:[Nn](?:oon|)|NOON|[Mm]id(?:night|nite)|MIDNIGHT)(?![a-z]))
    | (?P<time>(?P<hour>\d{{1,2}}+)(?:(?:[ ]?:[ ]?|\.)(?P<minute>\d\d)(?![\d]|:\d)(?:\s?(?P<half1>{_HALF})|(?P<half0>{_M})|)|\s?(?P<half2>{_HALF})))
    | (?P<always>24\s?(?:hours?\s?|hrs?\.?\s?|horas\s?)?[/xX\-]\s?7(?!\d|:\d)(?:\s?[/x\-]\s?36[56]|\s?[Dd][ií]as\b)?)
    | (?P<allday>24\s*-?\s*(?:[Hh](?:ou)?rs?(?![a-z])\.?|HOURS?\b|HRS?\b|[Hh]oras?\b|[Hh]\b)
               (?:\s*(?:(?:a|per|each|every|/|al)\s*(?:day|d[ií]a)\b|/\s*d\b))?)
    | (?P<daily>7\s*[Dd][ií]as\b(?:\s*(?:a[ ]la|por|de[ ]la)\s*semana\b)?
                | 7\s*(?:[Dd]ays?\b|DAYS?)(?:\s*(?:a|per|each|/|A|PER)?\s*(?:[Ww](?:ee)?k\b|WEEK))?
                |36[56]\s*[Dd]ays\b(?:\s*(?:a|per|each|of[ ]the|/)?\s*[Yy](?:ea)?r\b)?)
    | (?P<ordinal>\d++(?:st|nd|rd|th|ST|ND|RD|TH|er|do|ro)(?![a-z]))
    | (?P<date>(?!(?<=\d-)\d{{1,2}}/\d{{1,2}}-\d)\d{{1,2}}+/\d{{1,2}}(?:/\d{{2,4}}|)(?![\d:/])|(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?
               |\d{{1,2}}+-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*(?:-\d\d(?:\d\d)?)?)
    | (?P<phone>\+?(?:1[-. ]|)(?:\(\d{{3}}\)\s?|\d{{3}}[-. ])\d{{3}}[-. ]\d{{4}}(?!\d))
    | (?P<badtime>\d{{1,2}}+(?::(?:\d(?!\d)|\d\d:\d\d|\d{{3,}})|-?:[-:]\d))
    | (?P<digits>\d{{3,4}}(?!\d)(?:\s?(?P<half3>{_HALF})|))
    | (?P<number>\d{{1,2}}(?!\d))
    | (?P<junk>\d+)
    | (?P<foreign>[^\W\d_]+)
    | (?P<other>\S)
    | (?P<space>[^\S\n]+)
    """
_TOKEN = re.compile(_FORMS, re.VERBOSE)
_cut = re.compile(r"[ ]*(?:" + re.sub(r"\?P<\w+>", "?:", _FORMS) + ")", re.VERBOSE).findall  # the tokens as written, each with the space before it
_SIGNS = {":": "colon", "/": "slash", "(": "open", ")": "close", "[": "open", "]": "close", "&": "and", "+": "and", ".": "stop", "!": "stop"}
_SIGNS |= {"?": "doubt", "@": "at", "~": "dash", "|": "semi", "*": "", '"': "", "'": "", "`": "", "\x00": "", "\ufeff": ""}
_SIGNS |= {",": "comma", "-": "dash", ";": "semi", "\n": "semi"}
_LETTERS = re.compile(r"M|TU|TH|T|W|R|F|SA|SU|S")

_ENTITY = re.compile(r"&(?:[a-z]{2,6}|#\d{2,5}|#x[0-9a-f]{2,4});")


def same_length(text: str) -> str:
    """Return a text with plain dashes, spaces and quotes, character for character; "&ndash;" of a web page is a dash and six spaces."""
    if "&" in text and ";" in text:
        text = _ENTITY.sub(lambda entity: unescape(entity[0]).ljust(len(entity[0])), text)
    return text if text.isascii() else text.translate(_SAME_LENGTH)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text` in order; spaces are left out.

    >>> [token.kind for token in tokenize("Mon-Fri 9am\\u00ad5:30, closed noon")]
    ['day', 'dash', 'day', 'time', 'dash', 'time', 'comma', 'closed', 'time']
    """
    tokens: list[Token] = []
    at = 0
    for kind, value, space, length in map(_classify, _cut(same_length(text))):
        start = at + space
        at += length
        if kind == "stop" and tokens and tokens[-1].end == start and tokens[-1].kind in ("day", "month") and start - tokens[-1].start <= 5:
            continue  # "Mon. - Fri."
        if kind:
            tokens.append(Token(kind, value, start, at))
    return tokens


@lru_cache(maxsize=16384)
def _classify(piece: str) -> tuple[str, Hashable, int, int]:
    """Return the kind and the value of a token from its text alone, the length of the space before it, and of both; "" is a sign without meaning."""
    written = piece.lstrip() if piece[-1] != "\n" else "\n"
    return (*_kind(written), len(piece) - len(written), len(piece))


def _kind(written: str) -> tuple[str, Hashable]:
    if written.isalpha():
        return _word(written)
    match = _TOKEN.match(written)
    if match is None:
        return "", written
    kind = match.lastgroup or "other"
    if kind == "time":
        hour, minute, half0, half1, half2 = match.group("hour", "minute", "half0", "half1", "half2")
        half = "?" if half0 else (half1 or half2 or "")[:1].lower()
        return _time(int(hour), int(minute or 0), half)
    if kind in ("sign", "other"):
        return _SIGNS.get(written, "other"), written
    if kind == "number":
        hour = int(written)
        return ("junk", written) if hour > 24 else ("number", Clock(hour, 0, "", hour > 12 or hour == 0, True))
    if kind == "digits":
        digits, half = written[:4].rstrip(" aApP"), (match["half3"] or "")[:1].lower()
        kind, value = _time(int(digits[:-2]), int(digits[-2:]), half)
        return (kind, value) if half or kind == "badtime" else ("digits", value)
    if kind == "named":
        return "time", Clock(12, 0, "a" if "mid" in written.lower() else "p")
    if kind == "ordinal":
        number = int(written[:-2])
        return ("ordinal", number) if 1 <= number <= 5 else ("word", written.lower())
    if kind == "daily":
        return "days", DAILY
    if kind in ("word", "foreign"):
        return _word(written)
    return kind, written.lower()


def _time(hour: int, minute: int, half: str) -> tuple[str, Hashable]:
    """Return a time, or a `badtime` where the clock has no such time."""
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half in ("a", "p") and not 1 <= hour <= 12):
        return "badtime", (hour, minute, half)
    return "time", Clock(hour, minute, half, hour > 12 or hour == 0)


def _word(written: str) -> tuple[str, Hashable]:
    """Return the kind and value of a word."""
    word = written.lower()
    known = _KNOWN.get(word)
    if known is not None:
        return known
    if len(word) > 40:
        return "word", word
    if len(word) == 1:
        if written == "S":
            return "badday", written
        return ("day", DAY_WORDS[word]) if written.isupper() and word in DAY_WORDS else ("word", word)
    if word in MONTHS and written not in ("may", "Mayo"):  # "Mayo Clinic"
        return "month", MONTHS[word]
    upper = written.isupper()
    if upper and word in ZONES:
        return "zone", word
    if (upper and len(word) <= 8) or written[:2] in ("MT", "TW", "MW", "TT"):
        days = _letters(written.upper())
        if days is not None:
            return ("days", days) if days else ("badday", written)
    return _near_day(word)


def _letters(written: str) -> tuple[int, ...] | None:
    """Return the days of letters such as "MWF" or "MTWTF"; None when they are no days, () when they could be several."""
    if _LETTERS.sub("", written) or not set(written) & set("MTWF"):
        return None
    if written in ("MF", "MTH", "MSA", "MSU"):  # a list, or a range without its dash?
        return ()
    days: list[int] = []
    for letter in _LETTERS.findall(written):
        if letter == "T":
            days.append(3 if 1 in days or 2 in days else 1)
        elif letter == "S":
            days.append(6 if 5 in days or (not days and written.startswith("SM")) else 5)
        else:
            days.append({"M": 0, "TU": 1, "W": 2, "TH": 3, "R": 3, "F": 4, "SA": 5, "SU": 6}[letter])
    ordered = days[1:] if days[0] == 6 else days
    if ordered != sorted(set(ordered)) or ("S" in written and len(days) < 3):
        return None  # "FM", "FS": letters, but no days
    return tuple(sorted(days))


def _near_day(word: str) -> tuple[str, Hashable]:
    """Return the one day that is a letter away from `word`; `badday` when there are two."""
    plain = word[:-1] if word.endswith("s") else word
    if not 5 <= len(plain) <= 10 or ("d" in plain) + ("a" in plain) + ("y" in plain) < 2 or word in _NOT_DAYS or plain in _NOT_DAYS:
        return "word", word
    near = {index for index, name in enumerate(_FULL_DAYS) if _one_away(plain, name)}
    if not near:
        return "word", word
    return ("day", near.pop()) if len(near) == 1 else ("badday", word)


def _one_away(word: str, name: str) -> bool:
    """Whether one letter changed, added, left out, or swapped with its neighbour turns `word` into `name`."""
    if abs(len(word) - len(name)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    rest, want = word[at:], name[at:]
    return rest[1:] == want[1:] or rest == want[1:] or rest[1:] == want or (rest[:2] == want[1::-1] and len(rest) > 1 and rest[2:] == want[2:])
