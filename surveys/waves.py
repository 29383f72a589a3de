"""Who answered in which wave, and what changed from one wave to the next?

The newest wave in which an organization answered is what counts for it; older answers are read too, and kept as history with their date. They
fill no blank: what was true a year ago is a hint of what to ask, not an answer. An answer that is old by itself is told, whatever its wave.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecosystem.errors import Issue
from ecosystem.records import OWN_WORD, Delivery, Records, Response, Service, Source, Unknown
from surveys.interpret import Offer
from surveys.merging import merge_deliveries, merge_services

FACTS: Mapping[str, Callable[[Service, Delivery], Any]] = {
    "service_type": lambda service, _: service.types,
    "needs": lambda service, _: service.needs,
    "mode": lambda _, delivery: delivery.mode,
    "hours": lambda _, delivery: delivery.hours,
    "area": lambda _, delivery: delivery.area,
    "area_focus": lambda _, delivery: delivery.focus,
    "ages": lambda _, delivery: delivery.eligibility.ages,
    "genders": lambda _, delivery: delivery.eligibility.genders,
    "groups": lambda _, delivery: delivery.eligibility.groups,
    "languages": lambda _, delivery: delivery.languages,
    "teams": lambda _, delivery: delivery.capacity.teams,
    "vehicles": lambda _, delivery: delivery.capacity.vehicles,
    "slots": lambda _, delivery: delivery.capacity.slots,
    "beds": lambda _, delivery: delivery.capacity.beds,
    "caseload": lambda _, delivery: delivery.capacity.caseload,
    "routes": lambda _, delivery: delivery.routes,
    "started": lambda _, delivery: delivery.life.started,
    "ended": lambda _, delivery: delivery.life.ended,
    "suspended": lambda _, delivery: delivery.life.suspended,
    "paid": lambda _, delivery: delivery.life.paid,
    "funded": lambda _, delivery: delivery.life.funded,
}
"""The facts that are followed from wave to wave, and how to read each. Addresses and contacts are left out on purpose."""

GAP_DAYS = 180
"""Dates of answers that name no wave are two waves where nobody answered for so many days between them."""

WAVES = ("wave", "organization", "name", "answered", "date", "role", "method", "complete", "used")
CHANGES = ("organization", "name", "service", "site", "fact", "change", "wave_before", "date_before", "before", "wave_after", "date_after", "after")


def wave_order(wave: str) -> tuple[tuple[int, str], ...]:
    """Put waves in order with their numbers as numbers.

    >>> sorted(["wave 10", "wave 9", ""], key=wave_order)
    ['', 'wave 9', 'wave 10']
    """
    return tuple((int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", wave) if piece)


def waves_of(dates: Iterable[dt.date | None]) -> Callable[[dt.date | None], str]:
    """Return what gives each date its wave, for answers that name none: the month in which it began; "" for all where there was one.

    An answer without a date is taken for one of the newest wave.

    >>> wave = waves_of([dt.date(2025, 3, 2), dt.date(2025, 4, 1), dt.date(2026, 3, 9), None])
    >>> wave(dt.date(2025, 4, 1)), wave(dt.date(2026, 3, 9)), wave(None)
    ('2025-03', '2026-03', '2026-03')
    """
    known = sorted({date for date in dates if date is not None})
    begins = [date for before, date in zip([None, *known], known, strict=False) if before is None or (date - before).days > GAP_DAYS]
    if len(begins) < 2:
        return lambda _: ""
    return lambda date: f"{begins[-1 if date is None else bisect.bisect_right(begins, date) - 1]:%Y-%m}"


def old_answers(records: Records, as_of: dt.date, old_after_days: int) -> Iterator[Issue]:
    """Yield an issue for each organization whose newest own answer is older than `old_after_days` on the city's date."""
    newest: dict[str, Response] = {}
    for response in records.responses:
        if response.method in OWN_WORD and response.date is not None:
            known = newest.get(response.organization)
            if known is None or known.date is None or known.date < response.date:
                newest[response.organization] = response
    for key, response in sorted(newest.items()):
        assert response.date is not None
        days = (as_of - response.date).days
        if days > old_after_days:
            source = response.source or Source("")
            message = f"its newest answer is of {response.date}, {days} days before {as_of}. It is used; ask whether it still holds."
            place = (source.file, source.sheet, source.row, source.column)
            yield Issue(*place, "answer_old", "info", str(response.date), message, key)


@dataclass
class History:
    """The answers of every wave: who gave them, and the services and deliveries they speak of."""

    answers: dict[str, list[tuple[Response, list[tuple[Service, Delivery]]]]] = field(default_factory=dict)

    def add(self, response: Response, offers: Iterable[Offer]) -> None:
        """Keep one answer."""
        told = [(offer.service, offer.delivery) for offer in offers if offer.service is not None and offer.delivery is not None]
        self.answers.setdefault(response.organization, []).append((response, told))

    def tables(self, records: Records, names: Mapping[str, str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return `waves.csv` (columns WAVES) and `changes.csv` (columns CHANGES), by name.

        Where there was one wave, only what respondents corrected in it is a change, and nothing where they corrected nothing.
        """
        waves = sorted({response.wave for answers in self.answers.values() for response, _ in answers}, key=wave_order)
        corrections = list(self._corrections(names))
        if len(waves) < 2:
            return {"changes.csv": corrections} if corrections else {}
        return {"waves.csv": list(self._who(waves, records, names)), "changes.csv": [*self._changes(names), *corrections]}

    def _corrections(self, names: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """One row per fact that a later complete answer of one respondent tells otherwise in the same wave."""
        for key, answers in sorted(self.answers.items()):
            by_respondent: dict[tuple[str, ...], list[tuple[Response, list[tuple[Service, Delivery]]]]] = defaultdict(list)
            for response, told in answers:
                if response.date is not None and response.source is not None:
                    by_respondent[response.source.file, response.source.sheet, response.wave, response.role].append((response, told))
            for same in by_respondent.values():
                same.sort(key=lambda answer: str(answer[0].date))
                for (earlier, before), (later, after) in itertools.pairwise(same):
                    when = {"wave_before": earlier.wave, "date_before": str(earlier.date), "wave_after": later.wave, "date_after": str(later.date)}
                    differences = _differences(_state(before), _state(after)) if later.is_complete else ()
                    # what the later one does not say again stays as it was
                    for row in (row for row in differences if not row["change"].endswith("any more")):
                        full = {"organization": key, "name": names.get(key, key), **row, **when}
                        yield {column: full[column] for column in CHANGES}

    def _who(self, waves: Sequence[str], records: Records, names: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """One row per wave and answer, and per wave and organization that was asked or had answered and did not."""
        used = {response for response in records.responses if not response.superseded}
        expected = sorted({*self.answers, *(invitation.key for invitation in records.invitations if invitation.asked)})
        for wave in waves:
            for key in expected:
                found = [response for response, _ in self.answers.get(key, []) if response.wave == wave]
                common = {"wave": wave, "organization": key, "name": names.get(key, key)}
                for response in sorted(found, key=lambda r: (str(r.date or ""), r.role)):
                    yield {
                        **common,
                        "answered": "yes",
                        "date": str(response.date or ""),
                        "role": response.role,
                        "method": response.method,
                        "complete": "yes" if response.is_complete else "no",
                        "used": "yes" if response in used else "no",
                    }
                if not found:
                    yield {**common, "answered": "no", **dict.fromkeys(WAVES[4:], "")}

    def _changes(self, names: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """One row per fact that two answers of one organization, one wave after the other, tell differently."""
        for key, answers in sorted(self.answers.items()):
            by_wave: dict[str, list[tuple[Response, list[tuple[Service, Delivery]]]]] = defaultdict(list)
            for response, told in answers:
                by_wave[response.wave].append((response, told))
            waves = sorted(by_wave, key=wave_order)
            states = [_state([pair for _, told in by_wave[wave] for pair in told]) for wave in waves]
            dates = [max((str(response.date or "") for response, _ in by_wave[wave]), default="") for wave in waves]
            for at in range(1, len(waves)):
                when = {"wave_before": waves[at - 1], "date_before": dates[at - 1], "wave_after": waves[at], "date_after": dates[at]}
                for row in _differences(states[at - 1], states[at]):
                    full = {"organization": key, "name": names.get(key, key), **row, **when}
                    yield {column: full[column] for column in CHANGES}


def _state(told: Iterable[tuple[Service, Delivery]]) -> dict[str, tuple[Service, Delivery]]:
    """What one wave says of each delivery, by id."""
    services: dict[str, list[Service]] = defaultdict(list)
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    for service, delivery in told:
        services[service.key].append(service)
        deliveries[delivery.id].append(delivery)
    merged = {key: merge_services(claims)[0] for key, claims in services.items()}
    return {key: (merged[claims[0].service], merge_deliveries(claims)[0]) for key, claims in sorted(deliveries.items())}


def _differences(before: Mapping[str, tuple[Service, Delivery]], after: Mapping[str, tuple[Service, Delivery]]) -> Iterator[dict[str, str]]:
    for key in sorted({*before, *after}):
        service, delivery = after.get(key) or before[key]
        about = {"service": service.name, "site": delivery.site}
        if key not in before or key not in after:
            yield {**about, "fact": "", "change": "new service" if key in after else "not named any more", "before": "", "after": ""}
            continue
        for fact, read in FACTS.items():
            was, now = read(*before[key]), read(*after[key])
            if _plain(was) != _plain(now):
                change = "not answered any more" if _is_open(now) else "answered now" if _is_open(was) else "changed"
                yield {**about, "fact": fact, "change": change, "before": _text(fact, was, *before[key]), "after": _text(fact, now, *after[key])}


def _is_open(value: Any) -> bool:
    return value is None or isinstance(value, Unknown)


def _plain(value: Any) -> Any:
    """A value without the cell it came from and the order it was written in."""
    if isinstance(value, Unknown):
        return None  # why somebody does not know is no change of what is so
    return frozenset(value) if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else value


def _text(fact: str, value: Any, service: Service, delivery: Delivery) -> str:
    """The words as given, else why there are none."""
    if isinstance(value, Unknown):
        return f"unknown: {value.reason}"
    source = delivery.sources.get(fact) or service.sources.get(fact)
    return source.text if source is not None else "" if value is None else str(value)
