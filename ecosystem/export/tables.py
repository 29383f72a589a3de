"""Findings and coverage as plain tables: `findings.csv`, `findings.json`, `coverage.csv`, `coverage.parquet`.

Analysts also get `issues.csv` and, of several waves, `waves.csv` (who answered when) and `changes.csv` (what was told differently).
`coverage.parquet` has one row per need, area and slot. `coverage.csv` says the same in stretches of the week with equal shares, so that a
spreadsheet can open it: 87 areas x 36 needs x 336 slots are more rows than a sheet has.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ecosystem.coverage import STATES
from ecosystem.export.rows import Run, all_findings, issues, next_step, people, table_of
from ecosystem.schedule import DAY, DAYS, Schedule, clock

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.findings import Finding
    from ecosystem.messages import Catalogue
    from ecosystem.outputs import OutputFolder

_NONE: Mapping[str, str] = MappingProxyType({})
_LINE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False)


def write(run: Run, out: OutputFolder) -> None:
    """Write the tables."""
    table = run.findings_table
    out.write_csv("findings.csv", table)
    out.write_text("findings.json", findings_json(run, dict(zip(table["id"], table["finding"], strict=True))))
    out.write_csv("coverage.csv", coverage_stretches(run))
    out.write_parquet("coverage.parquet", run.coverage.table())
    out.write_csv("sent.csv", run.sent_table)
    if run.edition == "analyst":
        out.write_csv("issues.csv", issues(run.issues))
        for name, rows in run.history.items():
            if rows:
                out.write_csv(name, table_of(rows, tuple(rows[0])))


def findings_json(run: Run, sentences: Mapping[str, str] = _NONE) -> str:
    """Return every finding with its values, and its sentence and next step in each language of the city, as JSON: one finding a line.

    `sentences` are those of the first language by id, where they are at hand.
    """
    catalogues = [run.catalogue_in(language) for language in run.city.languages]
    about = {"as_of": run.city.as_of.isoformat(), "city": run.city.name, "edition": run.edition}
    lines = [_compact(_finding(run, finding, catalogues, sentences)) for finding in all_findings(run)]
    listed = ",\n".join(lines)
    return f'{_compact(about)[:-1]}, "findings": [\n{listed}\n]}}\n'


def _compact(value: object) -> str:
    return _LINE.encode(value)


def _finding(run: Run, finding: Finding, catalogues: list[Catalogue], sentences: Mapping[str, str]) -> dict[str, Any]:
    shown = people(run, finding.people)
    is_small = finding.people is not None and shown is None
    counts = {name for name, spec in catalogues[0].placeholders(finding.message) if spec == "people"} | {"people"}
    values = {name: people(run, value) if name in counts and isinstance(value, int | float) else value for name, value in finding.values.items()}
    return {
        "id": finding.id,
        "analysis": finding.analysis,
        "kind": finding.kind,
        "status": finding.status,
        "message": finding.message,
        "values": {name: _plain(value) for name, value in values.items()},
        "sentence": {
            catalogue.language: sentences[finding.id] if number == 0 and finding.id in sentences else finding.sentence(catalogue)
            for number, catalogue in enumerate(catalogues)
        },
        "next_step": {catalogue.language: next_step(finding, catalogue) for catalogue in catalogues},
        "question": finding.question,
        "need": finding.need,
        "areas": finding.areas,
        "deliveries": finding.deliveries,
        "group": finding.group,
        "when": None if finding.when is None else finding.when.intervals,
        "people": shown,
        "known": _number(finding.known),
        "possible": _number(finding.possible),
        "numerator": None if is_small else _number(finding.numerator),
        "denominator": None if is_small else _number(finding.denominator),
        "weight": None if is_small else _number(finding.weight),
        "evidence": finding.evidence,
        "silent": finding.silent,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Schedule):
        return value.intervals
    if isinstance(value, dt.date):
        return value.isoformat()
    return _number(value) if isinstance(value, float) else value


def _number(value: float | None) -> float | None:
    """A number JSON can hold: None where it is not one."""
    return value if value is not None and abs(value) < float("inf") else None


def coverage_stretches(run: Run) -> pd.DataFrame:
    """Return coverage as stretches: one row per need, area and run of slots whose shares and state are equal, never longer than a day."""
    import numpy as np
    import pandas as pd

    coverage, minutes = run.coverage, run.coverage.slot_minutes
    per_day = DAY // minutes
    parts = []
    starts_of_day = np.arange(coverage.n_slots) % per_day == 0
    for need in coverage.needs:
        known, possible, state = coverage.share_known(need), coverage.share_possible(need), coverage.state(need)
        new = np.tile(starts_of_day, (len(coverage.area_ids), 1))
        for values in (known, possible, state):
            new[:, 1:] |= values[:, 1:] != values[:, :-1]
        area, slot = np.nonzero(new)
        ends = np.append(np.where(area[1:] == area[:-1], slot[1:], coverage.n_slots), coverage.n_slots)[: len(slot)]
        parts.append(
            pd.DataFrame(
                {"need": need, "area": area, "slot": slot, "ends": ends, "known": known[new], "possible": possible[new], "state": state[new]}
            )
        )
    columns = ["need", "area", "slot", "ends", "known", "possible", "state"]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    clocks = [clock(slot * minutes % DAY) for slot in range(coverage.n_slots)]
    ends_of = ["", *(clock(slot * minutes) for slot in range(1, coverage.n_slots + 1))]

    def chosen(texts: list[str], index: Any) -> Any:
        kinds = list(dict.fromkeys(texts))
        place = {text: number for number, text in enumerate(kinds)}
        return pd.Categorical.from_codes(np.array([place[text] for text in texts], dtype="int32")[index], categories=pd.Index(kinds))

    need_names = {need: run.catalogue.text("export.need", {"need": need}) for need in coverage.needs}
    area, slot = found["area"].to_numpy(dtype="int64"), found["slot"].to_numpy(dtype="int64")
    needs = found["need"].astype("category")
    return pd.DataFrame(
        {
            "need": needs,
            "need_name": needs.map(need_names).astype("category"),
            "area_id": chosen(list(coverage.area_ids), area),
            "area": chosen([run.eco.names.areas.get(key, key) for key in coverage.area_ids], area),
            "day": chosen([DAYS[number * minutes // DAY] for number in range(coverage.n_slots)], slot),
            "starts": chosen(clocks, slot),
            "ends": chosen(ends_of, found["ends"].to_numpy(dtype="int64")),
            "share_known": found["known"].to_numpy(dtype="float64"),
            "share_possible": found["possible"].to_numpy(dtype="float64"),
            "state": chosen(list(STATES), found["state"].to_numpy(dtype="int64")),
        }
    )
