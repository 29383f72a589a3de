"""Is a word that stands in the place of a day a misspelt one?

"Mon-Fir 9-5" is not Monday. A word that is no known thing and stands where only a day may stand is asked about; so is one that is spelt nearly like
a day and stands beside one. A known thing ("Monday - Clinic 9-5") and an activity ("Monday Bingo 1-3pm") are none.
"""

from __future__ import annotations

from surveys.hours.cursor import DAYS, TIMES
from surveys.hours.gathering import Gathering
from surveys.hours.harmless import is_harmless, looks_like_a_day


def ask_before(walk: Gathering, where: int) -> None:
    """Ask about a word before the list of days that begins at `where`: "Turs-Fri 9-5"."""
    at = where - 1
    while at > 0 and walk.kinds[at] in ("dash", "comma", "and", "slash", "to"):
        at -= 1
    if at < 0 or walk.kinds[at] != "word":
        return
    word = str(walk.tokens[at].value)
    if not is_harmless(word) and looks_like_a_day(word):
        walk.stray("notday", walk.tokens[at])


def ask_behind(walk: Gathering, where: int) -> None:
    """Ask about a word behind the list of days that ends before `where`: "Mon-Fir 9-5", "Mon, Turs 9-5"."""
    kind = walk.kinds[where]
    if kind == "comma" and walk.kinds[where + 1] == "and":
        where += 1
        kind = "and"
    joined = kind in ("comma", "and", "slash") or walk.joins(where)
    at = where + 1 if joined else where
    if walk.kinds[at] != "word":
        return
    word, following = str(walk.tokens[at].value), walk.kinds[at + 1]
    if is_harmless(word) or following == "colon":
        return
    timed = following in TIMES or following in DAYS
    spaced = kind == "dash" and walk.tokens[where].start > walk.tokens[where - 1].end  # "Monday - Zeta": a label may follow
    firm = joined and not spaced and (kind != "comma" or timed) and following not in ("word", "open")
    if firm or ((joined or timed) and looks_like_a_day(word)):
        walk.stray("notday", walk.tokens[at])
