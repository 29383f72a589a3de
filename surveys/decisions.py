"""What did a person decide about an answer, so that every later run decides the same?

Decisions stand in CSV files of the city's `decisions` folder, keyed by respondent, question and text, never by row, since rows move when
answers are exported again:

- `answers.csv` (respondent, question, text, answer): what the answer means;
- `hours.csv` (respondent, question, text, hours): the hours as OpenStreetMap text;
- `area_names.csv` (respondent, question, text, area): which area a name means; several with semicolons, `none` for no area;
- `organizations.csv` (name, same_as, decision): whether two names are one organization, by `yes` or `no`; without the column `decision` every
  row says yes. (`different_from` in place of `same_as` says no.)

- `follow_ups.csv` (organization, service, site, question, status, asked_on, answer, answered_on, note): what was asked again and what the
  organization said; the table that `ecosystem check` writes, with these columns filled in. Rows without an answer decide nothing.

An empty respondent or question stands for all. A decision that fits no answer any more is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ecosystem.errors import Issue
from surveys.readers.spreadsheet import decode
from surveys.response import Problems, clean, fold, text_key
from surveys.values import read_date

FILES: Mapping[str, tuple[str, ...]] = {
    "answers.csv": ("respondent", "question", "text", "answer"),
    "hours.csv": ("respondent", "question", "text", "hours"),
    "area_names.csv": ("respondent", "question", "text", "area"),
    "organizations.csv": ("name", "same_as"),
    "follow_ups.csv": ("organization", "service", "site", "question", "status", "asked_on", "answer", "answered_on", "note"),
}

_YES_NO = {**dict.fromkeys(("yes", "y", "same", "si", "true", "1"), True), **dict.fromkeys(("no", "n", "different", "not same", "false", "0"), False)}

_NEEDED = {"follow_ups.csv": ("organization", "service", "site", "question", "answer")}
"""The columns a file cannot do without, where these are not all."""

HOURS_CODES = frozenset({"hours_refused", "hours_spreadsheet_date"})
"""The issues that say an hours text was not read."""
AREA_CODES = frozenset({"area_unknown", "corner_unknown", "decision_area_unknown"})
"""The issues that say a text names no area of the city."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of a decisions file: for which respondent, question and text, and what was decided."""

    file: str
    row: int
    respondent: str
    question: str
    text: str
    decided: str


@dataclass(frozen=True)
class Talk:
    """One row of `follow_ups.csv`, as it stands (`row`): a question that was asked again, and the answer where there is one."""

    organization: str
    service: str
    site: str
    question: str
    answer: str
    answered_on: dt.date | None
    decision: Decision
    row: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass
class Decisions:
    """All decisions of a city. Asking for one marks it as used; `unused` tells the rest."""

    by_text: Mapping[str, Mapping[str, tuple[Decision, ...]]] = field(default_factory=dict)
    same: tuple[tuple[str, str, Decision], ...] = ()
    different: tuple[tuple[str, str, Decision], ...] = ()
    talks: tuple[Talk, ...] = ()
    issues: tuple[Issue, ...] = ()
    used: set[Decision] = field(default_factory=set)

    @classmethod
    def read(cls, folder: Path) -> Decisions:
        """Return the decisions of a folder, none where it does not exist. A row or file that cannot be used is told."""
        issues: list[Issue] = []
        by_text: dict[str, dict[str, list[Decision]]] = {}
        same: list[tuple[str, str, Decision]] = []
        different: list[tuple[str, str, Decision]] = []
        talks: list[Talk] = []
        for file, columns in FILES.items():
            name = f"{folder.name}/{file}"
            for number, row in _rows(folder / file, name, _NEEDED.get(file, columns), issues):
                if file == "follow_ups.csv":
                    talks.append(_talk(name, number, row, issues))
                    continue
                if file == "organizations.csv":
                    one, other, unlike = row["name"], row["same_as"], row.get("different_from", "")
                    if one and unlike:
                        different.append((one, unlike, Decision(name, number, "", "", one, unlike)))
                    if one and other:
                        decision = Decision(name, number, "", "", one, other)
                        answer = _YES_NO.get(fold(row.get("decision", "yes")))
                        if answer is not None:
                            (same if answer else different).append((one, other, decision))
                        elif row["decision"]:
                            message = f"{row['decision']!r} is neither yes nor no, so nothing is decided about {one!r} and {other!r}."
                            issues.append(Issue(name, row=number, code="decision_incomplete", text=row["decision"], message=message))
                        else:
                            message = f"nothing is decided here yet: is {one!r} the same organization as {other!r}? Write yes or no under 'decision'."
                            issues.append(Issue(name, row=number, code="decision_open", severity="info", text=one, message=message))
                    continue
                decision = Decision(name, number, row["respondent"], row["question"], row["text"], row[columns[-1]])
                if decision.text and not decision.decided:
                    message = f"nothing is decided here yet: '{columns[-1]}' is empty."
                    issues.append(Issue(name, row=number, code="decision_open", severity="info", text=decision.text, message=message))
                    continue
                if not decision.text:
                    message = f"a decision needs the text it is about; this row says only {decision.decided!r}."
                    issues.append(Issue(name, row=number, code="decision_incomplete", text=decision.text, message=message))
                    continue
                by_text.setdefault(file, {}).setdefault(text_key(decision.text), []).append(decision)
        settled = {file: {text: tuple(found) for text, found in texts.items()} for file, texts in by_text.items()}
        return cls(settled, tuple(same), tuple(different), tuple(talks), tuple(issues))

    @functools.cached_property
    def told_apart(self) -> frozenset[frozenset[str]]:
        """The pairs of names, folded, that a person decided to be two organizations."""
        return frozenset(frozenset({fold(one), fold(other)}) for one, other, _ in self.different)

    def find(self, file: str, text: str, *, respondent: Iterable[str], question: Iterable[str]) -> str | None:
        """Return what was decided about `text` as an answer to `question` by `respondent`, each given by any of its names; the most exact wins."""
        by_text = self.by_text.get(file)
        found = by_text.get(text_key(text)) if by_text else None
        if not found:
            return None
        people, questions = {*map(fold, respondent), ""}, {*map(fold, question), ""}
        fitting = [d for d in found if fold(d.respondent) in people and fold(d.question) in questions]
        if not fitting:
            return None
        best = max(fitting, key=lambda d: (bool(d.respondent), bool(d.question), -d.row))
        self.used.update(fitting)
        return best.decided

    def talks_about(self, names: Iterable[str], service: str, site: str) -> tuple[Talk, ...]:
        """Return the answered talks about one delivery of an organization given by any of its names, as they stand in the file."""
        if not self.talks:
            return ()
        folded = {*map(fold, names)} - {""}
        found = [talk for talk in self.talks if talk.answer and talk.question and fold(talk.organization) in folded]
        found = [talk for talk in found if (fold(talk.service), fold(talk.site)) == (fold(service), fold(site))]
        self.used.update(talk.decision for talk in found)
        return tuple(found)

    def unused(self) -> tuple[Issue, ...]:
        """Return an issue for each decision that fitted no answer of this run."""
        left = [d for texts in self.by_text.values() for found in texts.values() for d in found if d not in self.used]
        left += [d for _, _, d in (*self.same, *self.different) if d not in self.used]
        left += [talk.decision for talk in self.talks if talk.answer and talk.decision not in self.used]
        message = "no answer of this run fits this decision any more. Look whether the text changed; if it is not needed, take the row out."
        ordered = sorted(left, key=lambda decision: (decision.file, decision.row))
        return tuple(Issue(d.file, row=d.row, code="decision_unused", severity="info", text=d.text, message=message) for d in ordered)


def hours_to_decide(issues: Iterable[Issue]) -> list[dict[str, str]]:
    """Return one row per hours text that was not read, with the columns of `hours.csv` and the question to ask, in the order met.

    `hours` is empty: a person fills it in and keeps the table as `decisions/hours.csv`; rows left empty stay open questions.

    >>> hours_to_decide([Issue("a.csv", row=2, column="Hours", code="hours_refused", text="9-5", message="which days?", organization="Owls")])
    [{'respondent': 'Owls', 'question': 'Hours', 'text': '9-5', 'hours': '', 'ask': 'which days?'}]
    """
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for issue in issues:
        if issue.code in HOURS_CODES and issue.text:
            key = (issue.organization, issue.column, issue.text)
            values = (*key, "", issue.message)
            rows.setdefault(key, dict(zip((*FILES["hours.csv"], "ask"), values, strict=True)))
    return list(rows.values())


def names_to_decide(issues: Iterable[Issue], closest: Callable[[str], Iterable[str]]) -> list[dict[str, str]]:
    """Return one row per text of a place that no geography knows, with the columns of `area_names.csv` and the `closest` names to choose from.

    `area` is empty: a person writes what the text means (several names with semicolons, citywide, none) and keeps the table as
    `decisions/area_names.csv`; rows left empty stay open questions.

    >>> unknown = Issue("a.csv", row=2, column="Area", code="area_unknown", text="Nortside", message="no area", organization="owls")
    >>> names_to_decide([unknown], lambda text: ["Northside", "Southside"])[0]
    {'respondent': 'owls', 'question': 'Area', 'text': 'Nortside', 'area': '', 'closest': 'Northside; Southside', 'ask': 'no area'}
    """
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for issue in issues:
        if issue.code in AREA_CODES and issue.text:
            key = (issue.organization, issue.column, issue.text)
            values = (*key, "", "; ".join(closest(issue.text)), issue.message)
            rows.setdefault(key, dict(zip((*FILES["area_names.csv"], "closest", "ask"), values, strict=True)))
    return list(rows.values())


def _talk(name: str, number: int, row: Mapping[str, str], issues: list[Issue]) -> Talk:
    problems = Problems()
    written = row.get("answered_on", "")
    date = read_date(written, problems) if written else None
    for problem in problems.items:
        issues.append(Issue(name, row=number, column="answered_on", code=problem.code, text=written, message=problem.message))
    decision = Decision(name, number, row["organization"], row["question"], row["answer"], row["answer"])
    return Talk(row["organization"], row["service"], row["site"], row["question"], row["answer"], date, decision, row)


def _rows(path: Path, name: str, columns: tuple[str, ...], issues: list[Issue]) -> list[tuple[int, dict[str, str]]]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        issues.append(Issue(name, code="file_unreadable", severity="error", message=f"the file cannot be opened ({error.strerror})."))
        return []
    text, _ = decode(raw)
    records = list(csv.reader(io.StringIO(text.replace("\x00", ""), newline="")))
    header = [fold(cell).replace(" ", "_") for cell in records[0]] if records else []
    missing = [column for column in columns if column not in header]
    if missing and records:
        message = f"the columns {', '.join(missing)} are missing. The file needs {', '.join(columns)}."
        issues.append(Issue(name, row=1, code="columns_missing", severity="error", message=message))
        return []
    return [
        (number, dict(zip(header, [clean(cell) for cell in cells] + [""] * len(header), strict=False)))
        for number, cells in enumerate(records[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
