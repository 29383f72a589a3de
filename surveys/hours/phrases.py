"""Which words together name days, or the half of the day of a time?

"Entre semana" and "business days" are days, "5 de la tarde" is 5 pm, and "mar" beside Spanish days is Tuesday, not March. `join_phrases` puts such
words together in a list of tokens; places stay those of the text.
"""

from __future__ import annotations

from surveys.hours.tokens import DAILY, WEEKDAYS, WEEKEND, Clock, Token
from surveys.hours.words import words_of

_KINDS = frozenset({"word", "daypart", "month"})  # of tokens that may be part of a phrase
# one of these words is in every phrase; 3 is March, which may be "mar"
_PARTS = words_of(
    "mañana tarde noche noches semana hábiles habiles laborables las la horas hrs h hs l lu days de morning afternoon evening night"
) | {3}
_DAYS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("todas", "las", "noches"): DAILY,
    ("cada", "noche"): DAILY,
    ("entre", "semana"): WEEKDAYS,
    ("fines", "de", "semana"): WEEKEND,
    ("fin", "de", "semana"): WEEKEND,
    ("días", "hábiles"): WEEKDAYS,
    ("dias", "habiles"): WEEKDAYS,
    ("días", "laborables"): WEEKDAYS,
    ("business", "days"): WEEKDAYS,
    ("working", "days"): WEEKDAYS,
    ("work", "days"): WEEKDAYS,
}
_FIRST = {words[0]: [other for other in _DAYS if other[0] == words[0]] for words in _DAYS}
_HALVES: dict[tuple[str, ...], str] = {
    **dict.fromkeys([(before, "la", "mañana") for before in ("de", "por", "en")], "a"),
    **dict.fromkeys([(before, "la", "tarde") for before in ("de", "por", "en")], "p"),
    **dict.fromkeys([(before, "la", "noche") for before in ("de", "por", "en")], "n"),
    ("in", "the", "morning"): "a",
    ("in", "the", "afternoon"): "p",
    ("in", "the", "evening"): "p",
}
_SPANISH = words_of("lunes lun martes miércoles miercoles mié mie jueves jue viernes vie sábado sabado sábados sabados sáb sab domingo domingos dom")
_LETTERS = {"l": 0, "lu": 0, "v": 4, "vi": 4, "s": 5, "sa": 5, "d": 6, "do": 6, "j": 3, "ju": 3}  # behind "L-"
_TIMES = ("time", "number", "digits")


def join_phrases(tokens: list[Token], text: str) -> list[Token]:
    """Return the tokens with words that belong together as one; `text` is what they were cut from.

    >>> from surveys.hours.tokens import tokenize
    >>> [token.kind for token in join_phrases(tokenize("mar y jue"), "mar y jue")]
    ['day', 'and', 'day']
    """
    if _PARTS.isdisjoint([token.value for token in tokens if token.kind in _KINDS]):
        return tokens
    spanish = any(token.kind in ("day", "days") and text[token.start : token.end].lower() in _SPANISH for token in tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        taken, token = _joined(tokens, at, text, spanish)
        if token is not None:
            out.append(token)
        at += taken
    return out


def _joined(tokens: list[Token], at: int, text: str, spanish: bool) -> tuple[int, Token | None]:
    """Return how many tokens one token stands for, and it; None where they say nothing ("las" in "a las 5")."""
    token = tokens[at]
    word = str(token.value) if not isinstance(token.value, Clock) else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    for words in _FIRST.get(word, ()):
        if tuple(str(other.value) for other in tokens[at : at + len(words)]) == words:
            return len(words), Token("days", _DAYS[words], token.start, tokens[at + len(words) - 1].end)
    if token.kind == "month" and spanish and text[token.start : token.end].lower() == "mar" and not _beside_month(tokens, at):
        return 1, Token("day", 1, token.start, token.end)
    if word == "de" and following is not None and (following.kind in _TIMES or following.value in ("las", "la")) and _before_time(tokens, at + 1):
        return 1, None  # "y de 1 a 4"
    if word in ("las", "la") and following is not None and following.kind in _TIMES:
        return 1, None
    if word == "hrs" and spanish and _in_range(tokens, at - 1):
        return 1, None  # "lunes 9-17 hrs"
    if word in ("h", "hs", "horas") and at and tokens[at - 1].kind in _TIMES and (word != "horas" or _in_range(tokens, at - 1)):
        return 1, None
    if word in ("l", "lu") and at + 2 < len(tokens) and (tokens[at + 1].kind == "dash" or tokens[at + 1].value == "a"):
        last = _LETTERS.get(text[tokens[at + 2].start : tokens[at + 2].end].lower())
        if last is not None and (word == "lu") == (tokens[at + 2].end - tokens[at + 2].start == 2):
            return 3, Token("days", tuple(range(last + 1)), token.start, tokens[at + 2].end)
    if token.kind in _TIMES and isinstance(token.value, Clock) and not token.value.half and 1 <= token.value.hour <= 12:
        half = _HALVES.get(tuple(str(other.value) for other in tokens[at + 1 : at + 4]), "")
        if half == "n":
            half = "p" if 6 <= token.value.hour < 12 else ""
        if half:
            return 4, Token("time", token.value._replace(half=half, bare=False), token.start, tokens[at + 3].end)
    return 1, token


def _beside_month(tokens: list[Token], at: int) -> bool:
    """Whether another month stands beside one, joined by a dash or a word, or a day of the month behind it."""
    joined = [tokens[at + 2]] if at + 2 < len(tokens) and _joins(tokens[at + 1]) else []
    joined += [tokens[at - 2]] if at > 1 and _joins(tokens[at - 1]) else []
    return any(token.kind == "month" for token in joined)


def _before_time(tokens: list[Token], at: int) -> bool:
    """Whether a time stands at a place, or behind "las" there."""
    return tokens[at].kind in _TIMES or (at + 1 < len(tokens) and tokens[at + 1].kind in _TIMES)


def _in_range(tokens: list[Token], at: int) -> bool:
    """Whether a time is the second of a range."""
    return at > 1 and (_joins(tokens[at - 1]) or tokens[at - 1].value in ("las", "la"))


def _joins(token: Token) -> bool:
    return token.kind in ("dash", "to", "and", "until") or token.value in ("a", "al")
