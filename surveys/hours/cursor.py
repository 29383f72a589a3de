"""What stands at a place in the tokens of a text, and what may begin there?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from surveys.hours.tokens import Token
from surveys.hours.words import COUNTED

DASHES = frozenset({"dash", "to", "until"})
TIMES = frozenset({"time", "number", "digits", "sun"})
LIMITS = frozenset(
    {"partir", "desde", "starting", "starts", "start", "beginning", "begins", "begin", "until", "through", "thru", "ends", "ending", "since"}
)
SIGNS = frozenset({"comma", "dash", "open", "close", "semi", "stop", "colon", "slash"})
DAYS = frozenset({"day", "days", "badday"})
ENDS = frozenset({"end", "semi", "stop", "open", "close"})  # behind a range of times: it stands alone
_BEFORE_RANGE = frozenset({"day", "days", "comma", "semi", "colon", "close"})
_BEHIND_RANGE = ENDS | {"comma", "day", "days", "and", "slash"}


class Cursor:
    """The tokens of a text and the place reached in them; looking ahead changes nothing."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = self.whole = tokens
        self.kinds = [token.kind for token in tokens]
        self.wordy = "word" in self.kinds  # there are words without a part to play
        self.kinds += ["end"] * 4  # so that looking ahead needs no check
        self.count = len(tokens)
        self.at = 0

    def next_word(self, ahead: int = 0) -> str:
        """Return the value of the next token, or of one further on, as a word; "" where it is a time or the end."""
        where = self.at + ahead
        return str(self.tokens[where].value) if where < self.count and self.kinds[where] not in TIMES else ""

    def word_at(self, where: int) -> str:
        """Return the word of a token, "" where it is a sign or a time."""
        if not 0 <= where < self.count or self.kinds[where] in SIGNS:
            return ""
        value = self.tokens[where].value
        return value if isinstance(value, str) else ""

    def value_at(self, where: int) -> Hashable:
        """Return the value of a token, "" past the end."""
        return self.tokens[where].value if where < self.count else ""

    def joins(self, where: int) -> bool:
        """Whether a token can stand between two days or two times: "-", "to", "until", Spanish "a"."""
        kind = self.kinds[where]
        return kind in DASHES or (kind == "word" and self.tokens[where].value in ("a", "al"))

    def days_begin(self, where: int) -> bool:
        """Whether a list of days begins at a token."""
        kind = self.kinds[where]
        if kind in DAYS:
            return True
        if kind == "maybe_we":
            return str(self.tokens[where].value) != "" and self.kinds[where + 1] in (
                "dash",
                "comma",
                "and",
                "slash",
                "day",
                "days",
                "time",
                "number",
                "colon",
            )
        if kind in ("every", "alternate"):
            where += 1
            while where < self.count and (self.kinds[where] in ("alternate",) or self.tokens[where].value in ("other", "week", "single")):
                where += 1
            return self.kinds[where] in DAYS or (self.kinds[where] == "ordinal" and self.days_begin(where))
        if kind == "ordinal":
            while self.kinds[where] in ("ordinal", "comma", "and", "slash"):
                where += 1
            return self.kinds[where] in ("day", "days")
        return False

    def counted_at(self, where: int) -> bool:
        """Whether "18-24 years" stands at a token."""
        numbers = self.kinds[where] == "number" and self.kinds[where + 1] in DASHES and self.kinds[where + 2] == "number"
        return numbers and self.value_at(where + 3) in COUNTED

    def range_at(self, where: int) -> bool:
        """Whether "time - time" stands at a token; "and" joins only after "between"."""
        if self.kinds[where] not in TIMES or self.counted_at(where):
            return False
        join = where + 1
        while self.kinds[join] == "dash" and self.kinds[join + 1] == "dash":
            join += 1
        if self.joins(join):
            return self.kinds[join + 1] in TIMES
        return self.kinds[join] == "and" and self.kinds[join + 1] in TIMES and where > 0 and self.kinds[where - 1] == "between"

    def simple_range_at(self, where: int) -> bool:
        """Whether "time - time" stands at a token with days and signs around it, so that its numbers are times."""
        kinds = self.kinds
        return (
            kinds[where + 1] == "dash"
            and kinds[where + 2] in TIMES
            and kinds[where + 3] in _BEHIND_RANGE
            and where > 0
            and kinds[where - 1] in _BEFORE_RANGE
        )

    def sentence_ends(self, where: int) -> bool:
        """Whether a sign that ends a statement stands at a place, or nothing."""
        return where >= self.count or self.kinds[where] in ("semi", "stop", "comma")
