"""Which need is behind a call type, and who decided that?

A reviewed table of exact names, one per city, decides (`CallTypes`). Rules (`rules.csv`, patterns over whole words) only propose: a person accepts
or changes each proposal by writing a name under `decided_by`. What nobody decided is UNKNOWN, a category of its own, and above a tenth of all calls
no divertible share is stated.

A type maps to needs by shares ("N03:0.5;N04:0.5"), to `BASE-XP`, `BASE-FIRE`, `BASE-MEDICAL` (police, fire, medical), to `EXCL-OFFICER` or
`EXCL-ADMIN` (no demand), or to `UNKNOWN`. `low`, `mid`, `high` say which share of such calls someone other than police could answer: a range,
since some of what makes a call eligible is known only on scene. The numbers of the rules are planning defaults, for a city to replace. `tier`: A
alternative first, P phone or online, C with conditions, XP police required, XM medical or fire required and police not.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.errors import InputError, Issue, MissingFileError
from ecosystem.outputs import write_file_whole

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.taxonomy import Taxonomy

VERSION = "1.0"
TIERS = ("A", "P", "C", "XP", "XM", "")
BASELINE = ("BASE-XP", "BASE-FIRE", "BASE-MEDICAL")
EXCLUDED = ("EXCL-OFFICER", "EXCL-ADMIN")
UNKNOWN = "UNKNOWN"
MOST_UNKNOWN = 0.1
"""No divertible share is stated when more than this share of calls has no decided type."""

REVIEW_COLUMNS = (
    "name", "description", "calls", "valid_from", "valid_to", "needs", "tier", "low", "mid", "high", "condition", "agreement",
    "decided_by", "decided_on", "review_by", "rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One proposal: the words that a name must have, and what is then proposed. The first rule that fits a name wins."""

    number: int
    pattern: str
    needs: Mapping[str, float]
    tier: str
    low: float
    mid: float
    high: float
    condition: str
    examples: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Return whether the rule's words are in a name."""
        words = words_of(name)
        return any(expression.search(words) and not (no and no.search(words)) for expression, no in _compiled(self.pattern))


@dataclass(frozen=True, slots=True)
class CallType:
    """One row of the reviewed table. `valid_from` and `valid_to` (both inclusive) tell codes apart that changed their meaning.

    It decides only where `decided_by` is filled in. `agreement` is how far call takers agree on the type, 0 to 1, where a study said so.
    """

    name: str
    description: str = ""
    calls: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    needs: tuple[tuple[str, float], ...] = ()
    tier: str = ""
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    condition: str = ""
    agreement: float | None = None
    decided_by: str = ""
    decided_on: dt.date | None = None
    review_by: dt.date | None = None
    rule: str = ""

    @property
    def is_decided(self) -> bool:
        return bool(self.decided_by)


def words_of(name: str) -> str:
    """Return a name as words in capitals between single blanks.

    >>> words_of("Robbery-Alarm w/ Niño")
    ' ROBBERY ALARM W NINO '
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name).upper() if not unicodedata.combining(c))
    return f" {' '.join(re.findall(r'[A-Z0-9]+', plain))} "


@functools.cache
def _compiled(pattern: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    """A pattern is alternatives between |, each some words in order.

    A word stands for itself and its plural, WORD* for all that begin so, A/B for either; ... for any words between; ^ and $ for the first and the
    last word; !WORD must not be in the name. A pattern can never match inside a longer word.
    """
    alternatives = []
    for alternative in pattern.split("|"):
        expression, gap, forbidden = "", "", []
        for token in alternative.split():
            if token.startswith("!"):
                forbidden.append(_word(token[1:]))
            elif token == "...":
                gap = r"(?: \w+)*?"
            elif token == "^":
                expression += "^"
            elif token == "$":
                expression += " $"
            else:
                choices = "|".join(_word(choice) for choice in token.split("/"))
                expression += f"{gap} (?:{choices})"
                gap = ""
        expression += "" if expression.endswith("$") else r"(?= )"
        no = re.compile(rf" (?:{'|'.join(forbidden)})(?= )") if forbidden else None
        alternatives.append((re.compile(expression), no))
    return tuple(alternatives)


def _word(word: str) -> str:
    return re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) + r"(?:E?S)?"


@functools.cache
def read_rules() -> tuple[Rule, ...]:
    """Return the packaged rules, in the order they are tried."""
    text = (Path(__file__).parent / "rules.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(
            int(row["number"]), row["pattern"], dict(_needs(row["needs"])), row["tier"], float(row["low"]), float(row["mid"]), float(row["high"]),
            row["condition"], tuple(filter(None, (example.strip() for example in row["examples"].split(";")))),
        )
        for row in csv.DictReader(io.StringIO(text))
    )  # fmt: skip


def propose(*names: str) -> Rule | None:
    """Return the first rule that fits a type's name, else its description, else None.

    >>> propose("Mental Health Problem").needs
    {'N01': 1.0}
    >>> propose("Supplemental report") is None
    True
    """
    return next((rule for name in names if name for rule in read_rules() if rule.fits(name)), None)


def proposal(name: str, description: str = "", calls: int | None = None) -> CallType:
    """Return the row that the rules propose for a type, for a person to decide; UNKNOWN where none fits."""
    rule = propose(description, name)
    row = CallType(name, description, calls, needs=((UNKNOWN, 1.0),))
    if rule is None:
        return row
    return replace(
        row, needs=tuple(rule.needs.items()), tier=rule.tier, low=rule.low, mid=rule.mid, high=rule.high, condition=rule.condition,
        rule=f"{VERSION}/{rule.number}",
    )  # fmt: skip


def _needs(text: str) -> tuple[tuple[str, float], ...]:
    """ "N03:0.5;N04:0.5" as pairs; a code alone has share 1."""
    pairs = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        code, _, share = part.partition(":")
        pairs.append((code.strip().upper(), float(share) if share.strip() else 1.0))
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class CallTypes:
    """The reviewed table of a city: which call type is which need."""

    rows: tuple[CallType, ...] = ()

    @classmethod
    def read(cls, path: Path, *, needs: Iterable[str]) -> CallTypes:
        """Return the table in a file. `needs` are the codes of the city's taxonomy.

        Raises MissingFileError where there is none, and one InputError that lists every problem with its row and the fix.
        """
        if not path.is_file():
            raise MissingFileError(f"{path}: no table of call types is here. Write one to review with: ecosystem calls review CITY")
        codes = {*needs, *BASELINE, *EXCLUDED, UNKNOWN}
        reader = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig", "replace"), newline=""))
        lacking = {"name", "needs", "decided_by"} - set(reader.fieldnames or ())
        if lacking:
            raise InputError(f"{path} row 1: the columns {', '.join(sorted(lacking))} are missing. Write the table anew with: ecosystem calls review")
        rows, problems = [], []
        for number, cells in enumerate(reader, start=2):
            try:
                rows.append(_row({key: (value or "").strip() for key, value in cells.items() if key}, codes))
            except ValueError as error:
                problems.append(f"{path} row {number}: {error}")
        problems += _twice(rows, path)
        if problems:
            raise InputError("\n".join(problems))
        return cls(tuple(rows))

    def write(self, path: Path) -> None:
        """Write the table for a person to edit, whole or not at all."""
        import pandas as pd

        from ecosystem.outputs import to_csv

        def text(value: object) -> object:
            return "" if value is None else value

        cells = [
            [
                row.name, row.description, text(row.calls), text(row.valid_from), text(row.valid_to),
                ";".join(f"{code}:{share:g}" for code, share in row.needs), row.tier, row.low, row.mid, row.high, row.condition, text(row.agreement),
                row.decided_by, text(row.decided_on), text(row.review_by), row.rule,
            ]
            for row in self.rows
        ]  # fmt: skip
        write_file_whole(path, to_csv(pd.DataFrame(cells, columns=list(REVIEW_COLUMNS)).astype(str)))

    def with_proposals(self, found: Mapping[str, int], descriptions: Mapping[str, str]) -> CallTypes:
        """Return the table with a proposal for each type of the export that it lacks, by falling number of calls. What a person wrote stays."""
        there = {row.name for row in self.rows}
        new = [proposal(name, descriptions.get(name, ""), calls) for name, calls in found.items() if name not in there]
        return CallTypes((*self.rows, *sorted(new, key=lambda row: (-(row.calls or 0), row.name))))

    def decided_by(self, who: str, on: dt.date) -> CallTypes:
        """Return the table with every open proposal accepted by somebody, to be reviewed within a year."""
        later = on.replace(year=on.year + 1) if (on.month, on.day) != (2, 29) else dt.date(on.year + 1, 3, 1)
        return CallTypes(tuple(row if row.is_decided else replace(row, decided_by=who, decided_on=on, review_by=later) for row in self.rows))

    def issues(self, file: str, *, as_of: dt.date) -> tuple[Issue, ...]:
        """Return what a person should look at: types that nobody decided, and decisions whose review is overdue."""
        found = []
        for number, row in enumerate(self.rows, start=2):
            where = {"file": file, "row": number, "column": "decided_by", "text": row.name}
            if not row.is_decided:
                found.append(Issue(**where, code="type_undecided", message=f"nobody has decided what {row.name!r} is. Write who did."))  # type: ignore[arg-type]
            elif row.review_by is not None and row.review_by < as_of:
                message = f"the decision about {row.name!r} was to be reviewed by {row.review_by}. Look at it again."
                found.append(Issue(**where, code="type_overdue", message=message))  # type: ignore[arg-type]
        return tuple(found)

    def table(self) -> pd.DataFrame:
        """Return the decided rows as the measures join them: type, need, share, low, mid, high, tier, from_day, to_day.

        One row per type and need. `from_day` and `to_day` (inclusive) are days since 5 January 1970, far away where the row holds for ever.
        """
        import pandas as pd

        from ecosystem.calls.clocks import FIRST_MONDAY

        def day(date: dt.date | None, otherwise: int) -> int:
            return otherwise if date is None else (date - FIRST_MONDAY).days

        rows = [
            (row.name, need, share, row.low, row.mid, row.high, row.tier, day(row.valid_from, -1_000_000), day(row.valid_to, 1_000_000))
            for row in self.rows
            if row.is_decided
            for need, share in row.needs
        ]
        kinds = dict.fromkeys(("type", "need", "tier"), "str") | dict.fromkeys(("share", "low", "mid", "high"), "float64")
        kinds |= dict.fromkeys(("from_day", "to_day"), "int64")
        return pd.DataFrame(rows, columns=["type", "need", "share", "low", "mid", "high", "tier", "from_day", "to_day"]).astype(kinds)


def codes_to_choose(taxonomy: Taxonomy, language: str = "en") -> bytes:
    """Return the codes that the columns needs and tier take, with what they mean, as CSV for whoever decides."""
    import pandas as pd

    from ecosystem.outputs import to_csv

    rows = [("needs", need.code, need.name.get(language, need.name["en"])) for need in taxonomy.needs.values()]
    rows += [("needs", code, meaning) for code, meaning in _OTHER_CODES.items()]
    rows += [("tier", code, meaning) for code, meaning in _TIERS.items()]
    return to_csv(pd.DataFrame(rows, columns=["column", "code", "meaning"]))


_OTHER_CODES = {
    "BASE-XP": "police required",
    "BASE-FIRE": "fire department required",
    "BASE-MEDICAL": "ambulance required",
    "EXCL-OFFICER": "started by an officer: no demand of residents",
    "EXCL-ADMIN": "administrative: no demand of residents",
    UNKNOWN: "cannot be told from the type; more than a tenth of these and no share is stated",
}
_TIERS = {
    "A": "an alternative team first",
    "P": "can be closed by phone or online",
    "C": "with conditions, or together with police",
    "XP": "police required by law or risk",
    "XM": "ambulance or fire required, police not",
}


def _row(cells: Mapping[str, str], codes: set[str]) -> CallType:
    name = cells["name"]
    if not name:
        raise ValueError("the name is empty. Write the type exactly as the export has it, or delete the row.")
    name = name[1:] if re.match(r"'[=+\-@]", name) else name  # a guard against formulas, put there by us
    try:
        needs = _needs(cells["needs"])
        low, mid, high = (float(cells.get(column) or 0) for column in ("low", "mid", "high"))
        agreement = float(cells["agreement"]) if cells.get("agreement") else None
        days = {key: dt.date.fromisoformat(cells[key]) if cells.get(key) else None for key in ("valid_from", "valid_to", "decided_on", "review_by")}
    except ValueError as error:
        raise ValueError(f"{name!r}: {error}. Shares are numbers such as 0.5, days are written 2026-10-01.") from None
    unknown = [code for code, _ in needs if code not in codes]
    if unknown:
        raise ValueError(
            f"{name!r}: {', '.join(unknown)} is no code of a need. Use the codes of needs.csv, {', '.join(BASELINE)}, EXCL-... or UNKNOWN."
        )
    if cells.get("decided_by") and (not needs or abs(sum(share for _, share in needs) - 1) > 1e-9):
        raise ValueError(f"{name!r}: the shares of its needs sum to {sum(share for _, share in needs):g}, not to 1.")
    if not 0 <= low <= mid <= high <= 1:
        raise ValueError(f"{name!r}: low, mid, high are {low:g}, {mid:g}, {high:g}. Write rising shares from 0 to 1.")
    if cells.get("tier", "") not in TIERS:
        raise ValueError(f"{name!r}: the tier is {cells['tier']!r}. Write one of {', '.join(filter(None, TIERS))}.")
    calls = cells.get("calls", "")
    return CallType(
        name, cells.get("description", ""), int(float(calls)) if calls else None, days["valid_from"], days["valid_to"], needs, cells.get("tier", ""),
        low, mid, high, cells.get("condition", ""), agreement, cells["decided_by"], days["decided_on"], days["review_by"], cells.get("rule", ""),
    )  # fmt: skip


def _twice(rows: list[CallType], path: Path) -> list[str]:
    """Two rows of one name must not hold on the same day: a call would be counted twice."""
    first, last = dt.date.min, dt.date.max
    problems = []
    seen: dict[str, list[CallType]] = {}
    for row in rows:
        for other in seen.get(row.name, ()):
            if (row.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (row.valid_to or last):
                problems.append(f"{path}: {row.name!r} stands twice for the same days. Keep one row, or give both valid_from and valid_to.")
        seen.setdefault(row.name, []).append(row)
    return problems


def read_codes(path: Path | None) -> Mapping[str, str]:
    """Return the descriptions of codes from a city's list, the first where a code stands twice; empty without a list.

    The first column is the code, the second what it means.
    """
    if path is None:
        return {}
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig", "replace"), newline="")))
    found: dict[str, str] = {}
    for line in lines[1:]:
        if len(line) > 1 and line[0].strip():
            found.setdefault(line[0].strip(), line[1].strip())
    return found
