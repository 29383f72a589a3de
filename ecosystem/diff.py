"""What opened, closed and changed between two runs, and which answers made the difference?

Two output folders of one edition are compared by `findings.json` and `manifest.json` alone. Ids of findings come from what they are about,
so the same finding is found again whatever its numbers say. *Opened* is in the second run only, *closed* in the first only; a finding that
closed while another about the same need and place opened *became* that one. *Why* are the deliveries a finding rests on, or could rest on
(same need, same area), whose facts appeared, disappeared or changed, and the organizations that were silent and have answered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ecosystem.errors import InputError, MissingFileError

CITY = "city"
"""The area id of findings about the whole city."""

COMPARED = ("status", "known", "possible", "people", "numerator", "denominator", "when", "deliveries", "silent")
"""What of a finding may change while it stays the same finding."""

_LINKED_KINDS = {"gap": "gaps", "gap_not_known": "gaps", "gap_part": "gaps", "gap_city": "gaps", "hole": "holes", "hole_city": "holes"}

Movement = Literal["grew", "shrank", "changed"]
FactMovement = Literal["appeared", "disappeared", "changed"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What one run left behind: findings by id, facts by delivery id, and the manifest."""

    folder: Path
    findings: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Mapping[str, Any]]
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactChange:
    """One field of one delivery that differs. `field` is "" where the whole delivery appeared or disappeared."""

    delivery: str
    name: str
    movement: FactMovement
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One finding that opened, closed or changed. `before` and `after` hold what differs; `counterpart` is the finding that this one became, or
    came from. `causes` are changed facts; `answered` are keys of organizations that were silent about it and are no longer."""

    id: str
    kind: str
    need: str
    areas: tuple[str, ...]
    sentence: str
    movement: Literal["opened", "closed"] | Movement
    before: Mapping[str, Any] = field(default_factory=dict, hash=False)
    after: Mapping[str, Any] = field(default_factory=dict, hash=False)
    counterpart: str = ""
    causes: tuple[FactChange, ...] = ()
    answered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input, version or option of the run that differs: `before` or `after` is "" where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two runs. `same` counts the findings that did not change; `facts` are all facts that differ, used or not."""

    opened: tuple[FindingChange, ...]
    closed: tuple[FindingChange, ...]
    changed: tuple[FindingChange, ...]
    same: int
    facts: tuple[FactChange, ...]
    inputs: tuple[InputChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two runs found the same, from the same facts."""
        return not (self.opened or self.closed or self.changed or self.facts)


def read_outputs(folder: Path) -> Outputs:
    """Return what a run left in an output folder (`out/public`). Raises MissingFileError or InputError for a folder that is none."""
    findings = _read_json(folder / "findings.json")
    manifest = _read_json(folder / "manifest.json")
    listed = findings.get("findings", []) if isinstance(findings, Mapping) else findings
    if not isinstance(listed, list) or not isinstance(manifest, Mapping):
        raise InputError(f"{folder}: findings.json or manifest.json is not as 'ecosystem build' writes it. Build the city again.")
    try:
        by_id = {str(entry["id"]): entry for entry in listed}
    except (TypeError, KeyError):
        raise InputError(f"{folder / 'findings.json'}: a finding has no id. Build the city again.") from None
    facts = manifest.get("facts", {})
    return Outputs(folder, by_id, facts if isinstance(facts, Mapping) else {}, manifest)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFileError(
            f"{path}: there is no such file. Give two folders that 'ecosystem build' wrote, such as riverbend/out/public."
        ) from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: cannot be read ({error}). Build the city again.") from None


def diff(before: Outputs, after: Outputs, language: str = "en") -> Difference:
    """Return what differs between two runs; sentences in `language` where they were written in it.

    Raises InputError where the two are of different editions or cities, which say different things about the same facts.
    """
    for what in ("edition", "city"):
        names = [_text(outputs.manifest.get(what)) for outputs in (before, after)]
        if all(names) and names[0] != names[1]:
            raise InputError(
                f"{before.folder} is of the {what} {names[0]!r} and {after.folder} of {names[1]!r}. Compare two runs of the same {what}."
            )
    facts = tuple(_fact_changes(before.facts, after.facts))
    opened_ids, closed_ids = set(after.findings) - set(before.findings), set(before.findings) - set(after.findings)
    counterparts = _counterparts(before, after, opened_ids, closed_ids)

    def change(finding_id: str, movement: Literal["opened", "closed"] | Movement, differing: Iterable[str] = ()) -> FindingChange:
        was, now = before.findings.get(finding_id, {}), after.findings.get(finding_id, {})
        entry = now or was
        return FindingChange(
            id=finding_id,
            kind=_text(entry.get("kind")),
            need=_text(entry.get("need")),
            areas=tuple(entry.get("areas", ())),
            sentence=_sentence(entry, language),
            movement=movement,
            before={name: was.get(name) for name in differing},
            after={name: now.get(name) for name in differing},
            counterpart=counterparts.get(finding_id, ""),
            causes=_causes(was, now, facts, before, after),
            answered=_answered(was, now, before, after),
        )

    changed = []
    for finding_id in sorted(set(before.findings) & set(after.findings)):
        was, now = before.findings[finding_id], after.findings[finding_id]
        counted_in = ("denominator",) if now.get("kind") == "question" else ()  # how many other findings there are changes no question
        differing = [name for name in COMPARED if name not in counted_in and not _same(was.get(name), now.get(name))]
        if differing:
            changed.append(change(finding_id, _movement(was, now), differing))
    return Difference(
        opened=tuple(sorted((change(entry, "opened") for entry in opened_ids), key=_order(after))),
        closed=tuple(sorted((change(entry, "closed") for entry in closed_ids), key=_order(before))),
        changed=tuple(sorted(changed, key=_order(after))),
        same=len(set(before.findings) & set(after.findings)) - len(changed),
        facts=facts,
        inputs=tuple(_input_changes(before.manifest, after.manifest)),
    )


def _order(outputs: Outputs) -> Any:
    """Heaviest first, as the run itself orders its findings."""
    return lambda change: (-_number(outputs.findings[change.id].get("weight")), change.id)


def _fact_changes(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterable[FactChange]:
    for delivery in sorted(set(before) | set(after)):
        was, now = before.get(delivery), after.get(delivery)
        name = _text((now or was or {}).get("name")) or delivery
        if was is None or now is None:
            yield FactChange(delivery, name, "appeared" if was is None else "disappeared")
            continue
        facts_before, facts_after = was.get("facts", {}), now.get("facts", {})
        for field_name in [*facts_before, *(new for new in facts_after if new not in facts_before)]:
            texts = _text(facts_before.get(field_name)), _text(facts_after.get(field_name))
            if texts[0] != texts[1]:
                yield FactChange(delivery, name, "changed", field_name, *texts)


def _causes(was: Mapping[str, Any], now: Mapping[str, Any], facts: tuple[FactChange, ...], before: Outputs, after: Outputs) -> tuple[FactChange, ...]:
    """The changed facts of deliveries the finding names, and of those that answer its need in one of its areas."""
    named = {entry for finding in (was, now) for part in ("deliveries", "evidence") for entry in finding.get(part) or ()}
    need = _text((now or was).get("need"))
    areas = set((now or was).get("areas") or ())

    def concerns(delivery: str) -> bool:
        if delivery in named:
            return True
        for outputs in (before, after):
            entry = outputs.facts.get(delivery, {})
            if need and need in entry.get("needs", ()) and (CITY in areas or areas & set(entry.get("areas", ()))):
                return True
        return False

    verdicts = {delivery: concerns(delivery) for delivery in {change.delivery for change in facts}}
    return tuple(change for change in facts if verdicts[change.delivery])


def _answered(was: Mapping[str, Any], now: Mapping[str, Any], before: Outputs, after: Outputs) -> tuple[str, ...]:
    """Who could change the finding and had not told, and has since: silent before, and with a delivery now."""
    told = {_text(entry.get("organization")) for entry in after.facts.values()} - {
        _text(entry.get("organization")) for entry in before.facts.values()
    }
    still = set(now.get("silent") or ())
    return tuple(sorted(key for key in was.get("silent") or () if key not in still and (now or key in told)))


def _counterparts(before: Outputs, after: Outputs, opened: set[str], closed: set[str]) -> dict[str, str]:
    """Findings that closed and opened about one need and place: each is the other's counterpart."""

    def about(finding: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]] | None:
        family = _LINKED_KINDS.get(_text(finding.get("kind")))
        return (family, _text(finding.get("need")), tuple(finding.get("areas") or ())) if family else None

    came = {about(after.findings[entry]): entry for entry in sorted(opened, reverse=True)}
    pairs = {entry: came[key] for entry in sorted(closed) if (key := about(before.findings[entry])) is not None and key in came}
    back: dict[str, str] = {}
    for gone, new in pairs.items():
        back.setdefault(new, gone)
    return {**pairs, **back}


def _movement(was: Mapping[str, Any], now: Mapping[str, Any]) -> Movement:
    weights = _number(was.get("weight")), _number(now.get("weight"))
    if _same(*weights):
        return "changed"
    return "grew" if weights[1] > weights[0] else "shrank"


def _input_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[InputChange]:
    """What of the manifest differs, path by path, outside what follows from the rest: facts, counts and outputs."""
    was, now = dict(_leaves(before)), dict(_leaves(after))
    for path in sorted(set(was) | set(now)):
        if path.split("/")[0] not in ("facts", "outputs", "counts") and was.get(path) != now.get(path):
            yield InputChange(path, was.get(path, ""), now.get(path, ""))


def _leaves(value: object, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}/{key}" if path else str(key))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _sentence(entry: Mapping[str, Any], language: str) -> str:
    sentence = entry.get("sentence", entry.get("text", ""))
    if isinstance(sentence, Mapping):
        sentence = sentence.get(language) or next(iter(sentence.values()), "")
    return _text(sentence)


def _same(before: object, after: object) -> bool:
    if isinstance(before, float | int) and isinstance(after, float | int):
        return math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-9)
    return before == after


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | int) else 0.0


def _text(value: object) -> str:
    return "" if value is None else str(value)
