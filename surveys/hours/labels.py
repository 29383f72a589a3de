"""Which kind of hours do words name: open, intake, response, phone or office?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ecosystem.schedule import Kind
from surveys.hours.words import ADMIN, INTAKE, NO_LABEL, OFFICE, ONLINE, OUT, PHONE, PLACES, RESPONSE, STOPS, UNSTAFFED, WALK_IN, words_of


def without(words: list[str], *gone: str) -> list[str]:
    """Return the words that are not among `gone`."""
    return [word for word in words if word not in gone]


def has_run(words: Sequence[str], *run: str) -> bool:
    """Whether the words of `run` follow one another in `words`."""
    size = len(run)
    if run[0] not in words:
        return False
    return any(tuple(words[at : at + size]) == run for at in range(len(words) - size + 1))


# words beside appointments that come in addition to the hours
_ADDED = words_of(
    """
    evening evenings morning mornings afternoon afternoons night nights weekend weekends also other additional available special after outside
    welcome accepted needed? early walk walkins drop
    """
)


def is_also(words: Sequence[str]) -> bool:
    """Whether appointments come in addition to the hours ("or by appointment", "appointments for other times")."""
    if not _ADDED.isdisjoint(words):
        return True
    at = words.index("appointment") if "appointment" in words else 0
    return not {"or", "and", "&"}.isdisjoint(words[max(at - 2, 0) : at])


# a line that people stand in or dance, and machines that answer nobody
_QUEUES = frozenset({"food", "front", "bread", "soup", "lunch", "meal", "serving", "buffet", "picket", "clothes", "assembly"})
_LINE_OF = frozenset({"staff", "dancing", "dance", "dances", "dancers", "worker", "workers", "cook", "cooks"})
_MACHINES = frozenset({"sewing", "vending", "washing", "slot", "copy", "fax", "atm"})
_WORKS = frozenset({"shop", "studio", "repair", "repairs", "session", "sessions", "artist", "artists"})


def _without_homonyms(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without those that name no phone line and no recording: "food line", "line dancing", "machine shop", "recording studio"."""
    if not _AMBIGUOUS.intersection(words):
        return words
    out = []
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        queue = word in ("line", "lines") and (before in _QUEUES or after in _LINE_OF)
        if (before, word) in (("en", "línea"), ("en", "linea")):
            continue  # online
        if word in ("response", "respond", "responds") and after in ("within", "time", "times", "notice"):
            continue  # how soon an answer comes
        if word == "calls" and before in ("respond", "responds", "responding"):
            continue  # they come
        if not queue and not (word in _AMBIGUOUS and (after in _WORKS or before in _MACHINES)):
            out.append(word)
    return tuple(out)


_AMBIGUOUS = frozenset(
    {"line", "lines", "machine", "machines", "recording", "recordings", "línea", "linea", "response", "respond", "responds", "calls"}
)


# without one of these, words say no kind
_TELLING = (
    (WALK_IN | UNSTAFFED | INTAKE | PHONE | RESPONSE | OFFICE)
    | {"voice", "drop", "sign", "check", "call", "crisis"}
    | {run[-1] for run in OUT}
    | words_of("donation donations donor donors volunteer volunteers board committee")
)


@lru_cache(maxsize=4096)
def kind_of(words: tuple[str, ...], default: Kind) -> tuple[Kind, tuple[str, ...], str]:
    """Return the kind that words say, flags, and whether it is an office or an administration."""
    if _TELLING.isdisjoint(words):
        return default, (), ""
    words = _without_homonyms(words)
    have = set(words)
    flags = ("walk_in",) if have & WALK_IN and not has_run(words, "drop", "off") else ()
    if have & UNSTAFFED or has_run(words, "voice", "mail") or has_run(words, "drop", "box"):
        return "office", (*flags, "not_staffed"), ""
    if have & INTAKE or has_run(words, "sign", "up") or has_run(words, "check", "in") or has_run(words, "sign", "in"):
        return "intake", flags, ""
    if have & PHONE or has_run(words, "call", "center") or has_run(words, "call", "centre"):
        return "phone", flags, ""
    if _comes(words, have):
        return "response", flags, ""
    if "crisis" in have and not have - NO_LABEL - {"crisis", "emergency", "daily", "only", "help"}:
        return "phone", flags, ""
    if _is_giving(have) or (not _BOARD.isdisjoint(have) and not have.isdisjoint({"meeting", "meetings"})):
        return "office", (), "administration"
    if have & OFFICE:
        return "office", flags, "administration" if have & ADMIN else "office"
    return default, flags, ""


_GIVERS = words_of("donation donations donor donors volunteer volunteers")
_BOARD = words_of("board committee")
# words that leave it at giving and helping: "volunteer shifts", "furniture donation pick-up", not "volunteer lawyers"
_GIVING = (
    _GIVERS
    | NO_LABEL
    | words_of(
        "drop off dropoff drop-off pick up pickup pick-up accepted accept accepting only hours shift shifts food clothing furniture door dock by"
    )
)


def _is_giving(have: set[str]) -> bool:
    """Whether words name when people bring or help, not when anybody is served: "donation drop-off", "volunteers only"."""
    return not _GIVERS.isdisjoint(have) and have <= _GIVING


_TALKING = frozenset({"telehealth", "video", "zoom", "webinar", "meeting", "meetings", "group", "groups", "counseling", "support"})


def is_website(words: Sequence[str], kind: Kind, default: Kind) -> bool:
    """Whether words beside "24 hours" name what is online at any time, where nobody answers ("apply online")."""
    return kind in (default, "intake") and not ONLINE.isdisjoint(words) and _TALKING.isdisjoint(words)


def _comes(words: tuple[str, ...], have: set[str]) -> bool:
    """Whether words name people who come or are out ("mobile crisis team", "street outreach"), not what stops at a place ("mobile food pantry")."""
    coming = have & RESPONSE
    if coming == {"mobile"} and have & STOPS and not have & {"crisis", "team", "teams", "outreach", "mental", "behavioral"}:
        return False
    return bool(coming) or ("crisis" in have and bool(have & {"team", "teams", "unit", "units"})) or any(has_run(words, *run) for run in OUT)


_JOINED = re.compile(r"\band\b|[&/,+]")
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=4096)
def other_kinds(label: str, kind: Kind, default: Kind) -> tuple[Kind, ...]:
    """Return the further kinds of a label that names several things ("Crisis line and shelter", "Office & Hotline")."""
    kinds: list[Kind] = []
    parts = _JOINED.split(label.lower())
    for part in parts if len(parts) > 1 else ():
        words = tuple(_WORD.findall(part))
        other, flags, _ = kind_of(words, default)
        if "not_staffed" not in flags and other not in (kind, *kinds) and (other != default or not PLACES.isdisjoint(words)):
            kinds.append(other)
    return tuple(kinds)
