"""What does an OpenStreetMap text say, rule by rule?

`osm_rules` lays the rules over one another.
"""

from __future__ import annotations

import re

from ecosystem.schedule import DAY, DAYS, Hours, Kind
from ecosystem.schedule_formats.osm import MONTHS
from ecosystem.schedule_formats.osm_rules import Rule, lay_rules

_TOKEN = re.compile(
    r"""\s*(?:(?P<always>24/7(?![\w:]))|(?P<comment>"[^"]*")|(?P<time>\d{1,2}:\d\d(?!\d))|(?P<year>(?:19|20)\d\d(?![\d:]))|(?P<number>\d+)"""
    r"""|(?P<fallback>\|\|)|(?P<word>[A-Za-z]+)|(?P<mark>[;,\-–+\[\]:])|(?P<other>\S))""",
    re.VERBOSE,
)
_DAY_INDEX = {name: index for index, name in enumerate(DAYS)}
_MONTH_INDEX = {name: index for index, name in enumerate(MONTHS, start=1)}


def from_osm(text: str, *, kind: Kind = "open") -> Hours:
    """Return OpenStreetMap `opening_hours` text as Hours.

    Reads the everyday part: 24/7; days, lists and ranges; several spans; `off`; public holidays (`PH`, kept as flags); months and nth
    weekdays (pieces that are only possible in a usual week); `+`, `unknown` and comments; dates of one year (exceptions). A comment that
    begins with one of our kinds names the kind; the others are notes and the kind is `kind`. A later rule replaces the shifts that *begin*
    on its days, so a Friday night shift is whole whatever Saturday says. Raises ValueError naming the position and the part that is not
    read (school holidays, weeks of the year, sun times, `||` other than a comment).

    >>> from_osm("Mo-Fr 09:00-12:00,13:00-17:00; PH off").of_kind("open").hours
    35.0
    >>> from_osm("week 1-53/2 Mo 10:00-12:00")
    Traceback (most recent call last):
    ...
    ValueError: opening hours 'week 1-53/2 Mo 10:00-12:00', position 1: 'week' is not read here. Write days and times such as 'Mo-Fr 09:00-17:00'.
    """
    rules = _RuleText(text).rules()
    return lay_rules(rules, kind)


class _RuleText:
    """The tokens of an opening_hours text and the position reached in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []  # what it is, as written, where
        for match in _TOKEN.finditer(text.rstrip()):
            what = match.lastgroup or "other"
            self.tokens.append((what, match[what], match.start(what)))
        self.at = 0

    def rules(self) -> list[Rule]:
        """Return the rules in the order written."""
        if not self.tokens:
            raise ValueError("opening hours text is empty. Write for example 'Mo-Fr 09:00-17:00'.")
        rules = [self._rule(adds=False)]
        while self.at < len(self.tokens):
            kind, value, _ = self.tokens[self.at]
            if value not in (";", ",") and kind != "fallback":
                raise self._unread()
            self.at += 1
            if self.at == len(self.tokens):
                if value == ";":
                    break
                self.at -= 1
                raise self._unread()
            rule = self._rule(adds=value == ",")
            rule.fallback = kind == "fallback"
            rules.append(rule)
        return rules

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        where = self.at + ahead
        return self.tokens[where][:2] if where < len(self.tokens) else ("", "")

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _unread(self, hint: str = "Write days and times such as 'Mo-Fr 09:00-17:00'.") -> ValueError:
        if self.at < len(self.tokens):
            _, value, start = self.tokens[self.at]
            return ValueError(f"opening hours {self.text!r}, position {start + 1}: {value!r} is not read here. {hint}")
        return ValueError(f"opening hours {self.text!r}, position {len(self.text) + 1}: the text ends too early. {hint}")

    def _rule(self, *, adds: bool) -> Rule:
        rule = Rule(self.tokens[self.at][2], adds)
        begun = self.at
        if self._peek()[0] == "always":
            self._take()
            rule.days, rule.spans = list(range(7)), [(0, DAY)]
        else:
            self._dates(rule)
            self._days(rule)
            self._times(rule)
        kind, value = self._peek()
        if kind == "word" and value.lower() in ("off", "closed", "unknown", "open"):
            self._take()
            rule.state = "off" if value.lower() in ("off", "closed") else "unknown" if value.lower() == "unknown" else "open"
        if self._peek()[0] == "comment":
            rule.comment = self._take()[1:-1]
        if self.at == begun:
            raise self._unread()
        only_comment = self.at - begun == 1 and bool(rule.comment)
        if only_comment:
            rule.state = "unknown"
        if not rule.days and not rule.holidays and rule.date is None:
            rule.days = list(range(7))
        return rule

    def _dates(self, rule: Rule) -> None:
        year = int(self._take()) if self._peek()[0] == "year" else None
        if self._peek()[1] not in _MONTH_INDEX:
            if year is not None:
                raise self._unread("After a year write a month and a day, such as '2027 Dec 25 off'.")
            return
        parts: list[str] = []
        while self._peek()[1] in _MONTH_INDEX:
            month = _MONTH_INDEX[self._take()]
            if self._peek()[0] == "number":
                day = int(self._take())
                if not 1 <= day <= _month_days(month) or self._peek()[1] in ("-", "–") or parts:
                    self.at -= 1
                    raise self._unread("Ranges of dates are not read; write months ('Sep-May') or one date ('Dec 25 off').")
                rule.date = (year, month, day)
                return
            last = month
            if self._peek()[1] in ("-", "–"):
                self._take()
                if self._peek()[1] not in _MONTH_INDEX:
                    raise self._unread("Write a range of months as 'Sep-May'.")
                last = _MONTH_INDEX[self._take()]
            parts.append(f"{month}-{last}" if last != month else f"{month}")
            if self._peek()[1] == "," and self._peek(1)[1] in _MONTH_INDEX:
                self._take()
        if year is not None:
            self.at -= 1
            raise self._unread("A year needs a date, such as '2027 Dec 25 off'.")
        rule.months = ",".join(parts)
        if self._peek()[1] == ":":
            self._take()

    def _days(self, rule: Rule) -> None:
        plain: list[int] = []
        while True:
            kind, value = self._peek()
            if value == "PH":
                self._take()
                rule.holidays = True
            elif value in _DAY_INDEX:
                first = last = _DAY_INDEX[self._take()]
                if self._peek()[1] in ("-", "–") and self._peek(1)[1] in _DAY_INDEX:
                    self._take()
                    last = _DAY_INDEX[self._take()]
                if self._peek()[1] == "[":
                    nth = self._nth()
                    if rule.nth not in ((), nth) or plain or last != first:
                        raise self._unread("Write nth weekdays of different kinds as rules of their own.")
                    rule.nth = nth
                else:
                    plain.append(first)
                    if rule.nth:
                        raise self._unread("Write nth weekdays and every-week days as rules of their own.")
                rule.days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
            elif kind == "word" and value.lower() not in ("off", "closed", "unknown", "open"):
                raise self._unread()
            else:
                return
            following = self._peek(1)[1]
            if self._peek()[1] == "," and (following in _DAY_INDEX or following == "PH"):
                self._take()
                continue
            return

    def _nth(self) -> tuple[int, ...]:
        self._take()
        found: list[int] = []
        while True:
            sign = -1 if self._peek()[1] in ("-", "–") else 1
            if sign < 0:
                self._take()
            if self._peek()[0] != "number":
                raise self._unread("Write the week of the month as 'We[1]' or 'We[-1]'.")
            first = last = int(self._take())
            if sign > 0 and self._peek()[1] in ("-", "–") and self._peek(1)[0] == "number":
                self._take()
                last = int(self._take())
            found += [sign * number for number in range(first, last + 1)]
            mark = self._peek()[1]
            if mark not in (",", "]") or not all(1 <= abs(number) <= 5 for number in found):
                raise self._unread("Write the week of the month as 'We[1]' or 'We[-1]'.")
            self._take()
            if mark == "]":
                return tuple(found)

    def _times(self, rule: Rule) -> None:
        while self._peek()[0] == "time":
            start = self._minute(DAY)
            if self._peek()[1] == "+":
                self._take()
                rule.open_ends.append((start, DAY if start < DAY else 2 * DAY))
            else:
                if self._peek()[1] not in ("-", "–") or self._peek(1)[0] != "time":
                    raise self._unread("A time needs an end: write '09:00-17:00'.")
                self._take()
                end = self._minute(2 * DAY)
                if end <= start:
                    end += DAY
                if end - start > DAY:
                    self.at -= 1
                    raise self._unread("A span cannot be longer than a day.")
                rule.spans.append((start, end))
                if self._peek()[1] == "+":
                    self._take()
                    rule.open_ends.append((end, DAY if end < DAY else 2 * DAY))
            if self._peek()[1] == "," and self._peek(1)[0] == "time":
                self._take()
            else:
                return

    def _minute(self, most: int) -> int:
        hours, minutes = (int(part) for part in self._peek()[1].split(":"))
        if minutes > 59 or hours * 60 + minutes > most:
            raise self._unread("Write times between 00:00 and 24:00.")
        self._take()
        return hours * 60 + minutes


def _month_days(month: int) -> int:
    return 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
