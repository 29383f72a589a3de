"""What do words, days and times in brackets change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from surveys.hours.clauses import Clause
from surveys.hours.cursor import DAYS, TIMES
from surveys.hours.gathering import Gathering
from surveys.hours.named_days import day_groups
from surveys.hours.tokens import Clock, Token
from surveys.hours.words import AGED, FILLERS, NUMBERED


class Read(Protocol):
    """How the tokens of a bracket are read: as those of a whole text."""

    def __call__(self, tokens: Sequence[Token], *, closed: str = "") -> list[Clause]: ...


def read_brackets(walk: Gathering, read: Read) -> None:
    """Read what stands in brackets: weeks, a closure, a season, another statement, words, or plain days and times."""
    begun, depth, where = walk.at, 1, walk.at
    while where < walk.count and depth:
        depth += {"open": 1, "close": -1}.get(walk.kinds[where], 0)
        where += 1
    inner = walk.tokens[begun : where - 1 if depth == 0 else where]
    kinds = {token.kind for token in inner}
    clause = walk.clause
    if not inner or (clause.days and not clause.times and _weeks(walk, inner, kinds)):
        walk.at = where
    elif kinds == {"doubt"}:
        walk.at = where
        walk.stray("not_understood", Token("doubt", "", walk.tokens[max(begun - 2, 0)].start, inner[-1].end))  # "Mon 9-5 (?)"
    elif inner[0].kind in ("closed", "except"):
        walk.at = where
        _bracketed_closure(walk, read, inner)
    elif kinds & {"season", "school", "month"} and not kinds & (DAYS | TIMES | {"allday", "always", "date", "badtime", "closed"}):
        walk.at = where
        _bracketed_season(walk, read, inner)
    elif inner[0].kind == "ordinal" and inner[0].value == -1 and kinds & TIMES and not kinds & DAYS and walk.sentence_ends(where):
        walk.at = where
        walk.close()
        _take_in(walk, read(inner))
    elif inner[0].kind in ("season", "school") and kinds & TIMES and kinds & DAYS:
        walk.at = where
        walk.close()
        _take_in(walk, read(inner))  # "(summer hours: Mon-Thu 9-5, Fri 9-1)"
    elif inner[0].value in ("including", "incl") and (clause.always or (clause.times and clause.times[0][0].all_day)):
        walk.at = where
    elif kinds <= {"word", "holiday", "and"} and "holiday" in kinds and inner[0].value in ("including", "includes", "incl", "even"):
        walk.at = where  # "(including holidays)"
    elif _counted(inner):
        walk.at = where
        named = tuple(str(token.value) for token in inner if token.kind in ("word", "at", "by"))
        if clause.empty and walk.done:
            walk.done[-1].brackets += named
            walk.done[-1].end = inner[-1].end
        else:
            clause.brackets += named
            walk.extend(inner[-1])
    elif kinds & (DAYS | TIMES | {"daypart", "allday", "always"}) and [token.value for token in inner if token.kind == "word"][:2] == ["on", "call"]:
        walk.at = where
        walk.break_off()
        _take_in(walk, read(inner))  # "(on-call nights and weekends)"
    elif kinds & {"always", "allday"} and kinds & {"word"} and not kinds & (DAYS | {"closed", "except"}) and walk.sentence_ends(where):
        walk.at = where
        walk.close()
        _take_in(walk, read(inner))
    elif not kinds & (DAYS | TIMES | {"allday", "always", "month", "date", "badtime", "season", "holiday", "daypart", "closed", "school"}) and (
        "ordinal" not in kinds or "word" in kinds
    ):
        walk.at = where
        words = [
            "first" if token.kind == "ordinal" else str(token.value)
            for token in inner
            if token.kind not in ("comma", "dash", "colon", "stop", "semi", "phone", "open", "close")
        ]
        alone = begun > 1 and walk.kinds[begun - 2] == "semi" and walk.sentence_ends(where)  # "9-5; (Office); ..."
        if clause.empty and not clause.label and walk.done and (walk.done[-1].segment == walk.segment or alone):
            walk.done[-1].brackets += tuple(words)
        elif clause.empty:
            clause.label += words
        else:
            clause.brackets += tuple(words)
            clause.sealed = clause.sealed or bool(clause.days and clause.times)  # "9-5 (office), 5-9 (phone)"
    elif kinds <= (
        DAYS | TIMES | {"ordinal", "dash", "to", "comma", "and", "slash", "allday", "always", "every", "from", "month", "until", "daypart"}
    ) or all(token.kind != "word" or str(token.value) in FILLERS for token in inner):
        walk.tokens = [*walk.tokens[:begun], *inner, *walk.tokens[where:]]
        walk.kinds = [*walk.kinds[:begun], *(token.kind for token in inner), *walk.kinds[where:]]
        walk.count = len(walk.tokens)
    else:
        walk.at = where
        walk.stray("bracket", Token("bracket", "", inner[0].start, inner[-1].end))


def _counted(inner: Sequence[Token]) -> bool:
    """Whether the numbers of a bracket are ages, or the one of a room and the like: "(ages 10 and up)", "(Rm 205)"."""
    numbers = [at for at, token in enumerate(inner) if token.kind in ("number", "digits", "junk")]
    if not numbers or not {token.kind for token in inner} <= _IN_COUNTS:
        return False
    first = str(inner[numbers[0] - 1].value) if numbers[0] else ""
    return first in AGED or (len(numbers) == 1 and first in NUMBERED)


_IN_COUNTS = {"word", "number", "digits", "junk", "dash", "to", "and", "at", "by", "comma"}


def _take_in(walk: Gathering, clauses: list[Clause]) -> None:
    """Take clauses of a bracket for clauses of this sentence."""
    for clause in clauses:
        clause.segment = walk.segment
    walk.done += clauses


def _bracketed_season(walk: Gathering, read: Read, inner: Sequence[Token]) -> None:
    """Read "(school year)", "(June-August)": it ends the clause before it."""
    clause = walk.clause
    for sub in read(inner):
        clause.months += sub.months
        clause.season = clause.season or sub.season
        clause.strays += sub.strays
        clause.brackets += tuple(word for word in sub.all_words if word != sub.season)
    if not clause.months and not clause.season:
        clause.brackets += tuple(str(token.value) for token in inner)
    clause.season_heads = clause.season_heads or clause.empty  # "(Sept-May) Mon-Thu 9-5; Fri 9-3"
    clause.sealed = True


def _weeks(walk: Gathering, inner: Sequence[Token], kinds: set[str]) -> bool:
    """Read "(1,3)" or "(2ND & 4TH ONLY)" after days."""
    if not kinds <= {"number", "ordinal", "comma", "and", "word"} or any(token.kind == "word" and token.value != "only" for token in inner):
        return False
    weeks: list[int] = []
    for token in inner:
        if token.kind == "number" and isinstance(token.value, Clock):
            weeks.append(token.value.hour)
        elif token.kind == "ordinal" and isinstance(token.value, int):
            weeks.append(token.value)
    if not weeks or not all(week == -1 or 1 <= week <= 5 for week in weeks):
        return False
    group = walk.clause.days[-1]
    if group[-1].nth:
        return False
    group[-1] = group[-1]._replace(nth=tuple(weeks))
    following = walk.kinds[walk.at + len(inner) + 1]
    if following in ("comma", "and", "slash") and walk.days_begin(walk.at + len(inner) + 2):
        begun = walk.at
        walk.at = begun + len(inner) + 2
        groups = day_groups(walk)
        if following == "slash":
            walk.clause.days += groups
        else:
            group += groups[0]
            walk.clause.days += groups[1:]
        # the caller moves past the bracket: keep the place reached instead
        walk.tokens = [*walk.tokens[: begun + len(inner) + 1], *walk.tokens[walk.at :]]
        walk.kinds = [*walk.kinds[: begun + len(inner) + 1], *walk.kinds[walk.at :]]
        walk.count = len(walk.tokens)
        walk.at = begun
    return True


def _bracketed_closure(walk: Gathering, read: Read, inner: Sequence[Token]) -> None:
    closures = read(inner, closed=inner[0].kind)
    owner = walk.clause
    if owner.empty and walk.done and not owner.label:
        owner = walk.done[-1]
    for closure in closures:
        closure.segment = owner.segment
        if closure.end == 0:
            closure.start, closure.end = (inner[0].start, inner[-1].end)
    if any("lunch" in closure.words or "lunch" in closure.label for closure in closures):
        for closure in closures:
            closure.words.append("lunch")
    owner.exceptions += tuple(closures)
