"""One small set of answers to our own form, and ways to write files as survey tools do. Each tool's test gives the answers its shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import surveys
from ecosystem.records import Source, Unknown
from surveys.readers import read_tables
from surveys.response import Tables
from written import as_csv, as_workbook, as_zip

LISTS = ("service_type", "needs", "area", "groups", "languages", "routes")
"""Questions that a tool asks with boxes to tick."""


@dataclass(frozen=True)
class Filled:
    """What one organization answered: texts about itself, and per service texts, lists of choices, and shifts (days, opens, closes)."""

    once: Mapping[str, str]
    services: tuple[Mapping[str, Any], ...] = ()
    shifts: tuple[tuple[tuple[tuple[str, ...], str, str], ...], ...] = field(default=())


ONCE = ("organization", "invitation_key", "respondent_role", "date", "sector", "consent_listing", "barriers")
EACH = (
    "service",
    "service_type",
    "needs",
    "mode",
    "area",
    "hours",
    "age_min",
    "groups",
    "languages",
    "requires_id",
    "teams",
    "routes",
    "public_phone",
)
SHIFTS = tuple(f"slot{n}_{part}" for n in (1, 2) for part in ("days", "opens", "closes"))

ANSWERS = (
    Filled(
        dict(zip(ONCE, ("Peña House", "pena", "director", "2026-09-01", "community", "yes", "No rides, after 6 pm.\nNone at all"), strict=True)),
        (
            {
                "service": "Crisis team", "service_type": ["02a"], "needs": ["N01", "N02"], "mode": "mobile", "area": ["Northbank", "Mill Street"],
                "hours": "Mo-Fr 07:30-12:00, 13:00-24:00", "age_min": "18", "groups": ["everyone"], "languages": ["es", "so"], "requires_id": "no",
                "teams": "2", "routes": ["dispatch_911", "hotline", "outreach"], "public_phone": "612-555-0100",
            },
            {
                "service": "Drop-in", "service_type": ["04e"], "needs": ["N28"], "mode": "walk_in", "area": ["citywide"], "hours": "",
                "age_min": "12", "groups": ["youth", "families", "unhoused"], "languages": ["en"], "requires_id": "yes", "teams": "",
                "routes": ["walk_in"], "public_phone": "",
            },
        ),
        ((), ((("mo", "tu"), "09:00", "12:00"), (("sa",), "10:00", "14:30"))),
    ),
    Filled(
        dict(zip(ONCE, ("Faith Patrol", "", "pastor", "2026-09-02", "faith", "no", ""), strict=True)),
        (
            {
                "service": "Night walk", "service_type": ["05a"], "needs": ["N21"], "mode": "mobile", "area": ["Willard - Hay"],
                "hours": "Fr-Sa 22:00-02:00", "age_min": "", "groups": ["youth"], "languages": [], "requires_id": "", "teams": "1",
                "routes": [], "public_phone": "",
            },
        ),
        ((),),
    ),
    Filled(dict(zip(ONCE, ("Only a Name", "", "", "2026-09-03", "", "", ""), strict=True))),
)  # fmt: skip


def text_of(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def shift_texts(shifts: Sequence[tuple[tuple[str, ...], str, str]]) -> list[str]:
    cells = [cell for days, opens, closes in shifts for cell in ("; ".join(days), opens, closes)]
    return cells + [""] * (len(SHIFTS) - len(cells))


def plain_rows() -> list[list[str]]:
    """The answers as our own spreadsheet: one row per service, and one for an organization without any."""
    rows = [[*ONCE, *EACH, *SHIFTS]]
    for filled in ANSWERS:
        own = list(filled.once.values())
        for service, shifts in zip(filled.services, filled.shifts, strict=True):
            rows.append([*own, *(text_of(service[question]) for question in EACH), *shift_texts(shifts)])
        if not filled.services:
            rows.append([*own, *([""] * (len(EACH) + len(SHIFTS)))])
    return rows


def placeless(value: Any) -> Any:
    """A record without the cells it came from."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, Source):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *((f.name, placeless(getattr(value, f.name))) for f in fields(value) if f.name not in ("sources", "source")))
    if isinstance(value, Mapping):
        return {key: placeless(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(placeless(inner) for inner in value)
    return value


@dataclass(frozen=True)
class Kit:
    """What a test of a tool's export needs."""

    read_answers: Callable[..., surveys.Survey]
    folder: Path
    answers: tuple[Filled, ...] = ANSWERS
    once: tuple[str, ...] = ONCE
    each: tuple[str, ...] = EACH
    shifts: tuple[str, ...] = SHIFTS
    lists: tuple[str, ...] = LISTS
    csv = staticmethod(as_csv)
    xlsx = staticmethod(as_workbook)
    zip = staticmethod(as_zip)
    text = staticmethod(text_of)
    shift_texts = staticmethod(shift_texts)

    def tables(self, content: bytes, name: str = "export.csv", **options: str) -> Tables:
        """Read one file."""
        path = self.folder / name
        path.write_bytes(content)
        return read_tables(path, name, **options)

    def same(self, files: Mapping[str, bytes], **options: Any) -> surveys.Survey:
        """Read files of a tool, and hold that they say the same as the plain spreadsheet."""
        plain = self.read_answers({"answers.csv": as_csv(plain_rows())})
        survey = self.read_answers(files, **options)
        assert len(plain.records.deliveries) == 3
        for one, other in zip(survey.records.deliveries, plain.records.deliveries, strict=True):
            differing = [f.name for f in fields(one) if f.name != "sources" and placeless(getattr(one, f.name)) != placeless(getattr(other, f.name))]
            assert not differing, (one.name, {name: (getattr(one, name), getattr(other, name)) for name in differing})
        assert placeless(survey.records) == placeless(plain.records)
        return survey

    def choices(self, question: str) -> list[str]:
        """All choices that anybody ticked, in order."""
        found: dict[str, None] = {}
        for filled in self.answers:
            for service in filled.services:
                found |= dict.fromkeys(service[question])
        return list(found)

    @staticmethod
    def codes(found: Tables | surveys.Survey) -> list[str]:
        """The codes of what was told, less what a short form does not ask."""
        return [issue.code for issue in found.issues if issue.code not in ("question_not_asked", "required_empty")]

    @staticmethod
    def column(tables: Tables, header: str, table: int = 0) -> list[str]:
        """The cells of one column."""
        found = tables.tables[table]
        return [row.cells[found.columns.index(header)] for row in found.rows]


@pytest.fixture
def kit(read_answers: Callable[..., surveys.Survey], tmp_path: Path) -> Kit:
    (tmp_path / "files").mkdir()
    return Kit(read_answers, tmp_path / "files")
