"""Who funds what, until when, who manages it, and what would go dark?

A contract that ends is not a service that ends: from the day after its last day, what it paid for is *at risk* unless another contract runs
for it or may run. A delivery that named its own last day *ends*. For a date, `Horizon` tells both, and the needs and areas whose cover would
be lost if those at risk stopped: minutes of the week that are covered and would not be. Nobody says that they will stop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosystem.coverage import COVERED, NOBODY, Coverage
from ecosystem.graph import answered_needs
from ecosystem.records import Contract, Delivery, Source, Unknown, known_or
from ecosystem.schedule import NEVER, Schedule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ecosystem.graph import Ecosystem

Standing = Literal["running", "ended", "not_started", "end_not_known"]
HORIZON_DAYS = 366
"""How far ahead the calendar of ends looks."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One contract on a date. `manager` is None where nobody is named; `days_left` is None where the end is not known; `deliveries` are the
    ids of what it pays for."""

    contract: Contract
    organization: str
    service: str
    standing: Standing
    days_left: int | None
    manager: str | None
    deliveries: tuple[str, ...]
    cells: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A live delivery whose pay is in doubt: `contracts` that ended, or it says itself that it is not paid."""

    delivery: str
    name: str
    contracts: tuple[str, ...]
    is_unpaid: bool


@dataclass(frozen=True, slots=True)
class LostCover:
    """A need in an area that is covered now at the minutes `when` and would not be. `ends` are deliveries that end by their own word, `stops`
    those at risk that would have to stop. `nobody` are the minutes at which not even somebody possible is left."""

    need: str
    area_id: str
    when: Schedule
    nobody: Schedule
    residents: float
    ends: tuple[str, ...]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Horizon:
    """What changes between two dates, `since` and `on`: contracts that ended, what ended by its own word, what is at risk on `on` and was not
    on the date before, and the cover lost if those stopped."""

    since: dt.date

    on: dt.date
    contracts: tuple[str, ...]
    ended: tuple[str, ...]
    at_risk: tuple[AtRisk, ...]
    lost: tuple[LostCover, ...]


@dataclass(frozen=True, slots=True)
class ContractBook:
    """Every contract, by its end, and what the coming ends would change. `unfunded` are live deliveries that no contract is known for:
    unfunded is normal and no risk."""

    as_of: dt.date
    lines: tuple[ContractLine, ...]
    horizons: tuple[Horizon, ...]
    unfunded: tuple[str, ...]


def contracts(eco: Ecosystem, on: dt.date | None = None) -> ContractBook:
    """Return the contracts of a city as they stand, and what goes dark.

    Horizons are the city's own date where something is at risk already, and then `on`, or without it each day within a year before which a
    contract or a delivery has ended; each tells what is new since the one before.
    """
    as_of = eco.city.as_of
    lines = sorted((_line(eco, contract, on or as_of) for contract in eco.records.contracts), key=_by_end)
    paid_for = {delivery for line in lines for delivery in line.deliveries}
    unfunded = tuple(delivery.id for delivery in _live(eco, as_of) if delivery.id not in paid_for)
    before = _Cover(eco, as_of, ())
    since, gone = as_of, frozenset[str]()
    horizons = []
    for day in _days_ahead(eco, as_of) if on is None else sorted({min(as_of, on), on}):
        horizon, before, gone = _horizon(eco, since, day, before, gone)
        since = day
        if day == on or horizon.contracts or horizon.ended or horizon.at_risk:
            horizons.append(horizon)
    return ContractBook(as_of, tuple(lines), tuple(horizons), unfunded)


def _days_ahead(eco: Ecosystem, as_of: dt.date) -> list[dt.date]:
    ends = [contract.ends for contract in eco.records.contracts] + [delivery.life.ended for delivery in eco.records.deliveries]
    last = as_of + dt.timedelta(days=HORIZON_DAYS)
    return sorted({as_of, *(end + dt.timedelta(days=1) for end in ends if isinstance(end, dt.date) and as_of <= end <= last)})


def _line(eco: Ecosystem, contract: Contract, on: dt.date) -> ContractLine:
    starts, ends = contract.starts, contract.ends
    standing: Standing
    if isinstance(starts, dt.date) and on < starts:
        standing = "not_started"
    elif isinstance(ends, Unknown):
        standing = "end_not_known"
    else:
        standing = "ended" if on > ends else "running"
    service = eco.services.get(contract.service)
    return ContractLine(
        contract=contract,
        organization=eco.names.organizations.get(contract.organization, contract.organization),
        service=service.name if service else "",
        standing=standing,
        days_left=None if isinstance(ends, Unknown) else (ends - on).days,
        manager=known_or(contract.manager, "").strip() or None,
        deliveries=tuple(delivery.id for delivery in eco.records.deliveries if _pays_for(eco, contract, delivery)),
        cells=tuple(dict.fromkeys(contract.sources.values())),
    )


def _by_end(line: ContractLine) -> tuple[bool, int, str]:
    return (line.days_left is None, line.days_left or 0, line.contract.id)


def _pays_for(eco: Ecosystem, contract: Contract, delivery: Delivery) -> bool:
    if contract.service in eco.services:
        return delivery.service == contract.service
    return delivery.organization == contract.organization


def _live(eco: Ecosystem, on: dt.date) -> list[Delivery]:
    return [delivery for delivery in eco.records.deliveries if not delivery.is_baseline and delivery.life.is_live(on)]


def _has_ended(contract: Contract, on: dt.date) -> bool:
    return isinstance(contract.ends, dt.date) and contract.ends < on


def _may_run(contract: Contract, on: dt.date) -> bool:
    """Whether a contract pays on a day, or may: an unknown end is no end."""
    return not _has_ended(contract, on) and not (isinstance(contract.starts, dt.date) and on < contract.starts)


def is_unpaid(delivery: Delivery) -> bool:
    """Return whether it said that it works unpaid although it is funded: live, but at risk. Not knowing is no risk, and volunteers are normal."""
    return delivery.life.paid is False and delivery.life.funded is not False


def _at_risk(eco: Ecosystem, on: dt.date) -> tuple[AtRisk, ...]:
    found = []
    for delivery in _live(eco, on):
        paying = [contract for contract in eco.records.contracts if _pays_for(eco, contract, delivery)]
        own = [contract for contract in paying if contract.service in eco.services] or paying
        ended = tuple(contract.id for contract in own if _has_ended(contract, on))
        unpaid = is_unpaid(delivery)
        if unpaid or (ended and not any(_may_run(contract, on) for contract in paying)):
            found.append(AtRisk(delivery.id, eco.names.deliveries[delivery.id], ended, unpaid))
    return tuple(sorted(found, key=lambda entry: (entry.name, entry.delivery)))


class _Cover:
    """The minutes each area is covered on a day without some deliveries, need by need as asked for."""

    def __init__(self, eco: Ecosystem, on: dt.date, without: Iterable[str]) -> None:
        coverage = Coverage.of(eco, as_of=on)
        self.coverage = coverage.without(*(delivery for delivery in without if delivery in coverage.deliveries))
        self._covered: dict[str, tuple[Schedule, ...]] = {}

    def covered(self, need: str) -> tuple[Schedule, ...]:
        if need not in self._covered:
            self._covered[need] = self.coverage.state_schedules(need, COVERED)
        return self._covered[need]


def _horizon(eco: Ecosystem, since: dt.date, on: dt.date, before: _Cover, gone: frozenset[str]) -> tuple[Horizon, _Cover, frozenset[str]]:
    """What changes after `before`, the cover of `since` without `gone`; with the cover of `on` and all that is gone then."""
    at_risk = _at_risk(eco, on)
    ended = {delivery.id for delivery in _live(eco, eco.city.as_of) if not delivery.life.is_live(on)}
    gone_now = frozenset(ended.union(entry.delivery for entry in at_risk))
    after = _Cover(eco, on, gone_now - ended)
    lost = _lost(eco, before, after, gone_now - gone, ended)
    horizon = Horizon(
        since=since,
        on=on,
        contracts=tuple(
            contract.id for contract in eco.records.contracts if _has_ended(contract, on) and (on == since or not _has_ended(contract, since))
        ),
        ended=tuple(sorted(ended - gone)),
        at_risk=tuple(entry for entry in at_risk if entry.delivery not in gone),
        lost=tuple(sorted(lost, key=lambda entry: (-entry.residents * entry.when.hours, entry.need, entry.area_id))),
    )
    return horizon, after, gone_now


def _lost(eco: Ecosystem, before: _Cover, after: _Cover, gone: frozenset[str], ended: set[str]) -> Iterable[LostCover]:
    """Needs and areas covered before and not after, with those of `gone` that were there for them."""
    services = {delivery: eco.services[eco.deliveries[delivery].service] for delivery in gone}
    answers = {delivery: answered_needs(service, eco.taxonomy) for delivery, service in services.items()}
    for need in after.coverage.needs:
        concerned = sorted(delivery for delivery in gone & set(before.coverage.deliveries) if need in answers[delivery])
        if not concerned:
            continue
        was, remains = before.covered(need), after.covered(need)
        nobody = after.coverage.state_schedules(need, NOBODY)
        for row, area_id in enumerate(after.coverage.area_ids):
            when = was[row] - remains[row]
            if when == NEVER:
                continue
            in_area = before.coverage.class_area == row
            there = [delivery for delivery in concerned if _is_there(before.coverage, delivery, in_area, when)]
            yield LostCover(
                need=need,
                area_id=area_id,
                when=when,
                nobody=when & nobody[row],
                residents=float(after.coverage.area_residents[row]),
                ends=tuple(delivery for delivery in there if delivery in ended),
                stops=tuple(delivery for delivery in there if delivery not in ended),
            )


def _is_there(coverage: Coverage, delivery: str, in_area: NDArray[np.bool_], when: Schedule) -> bool:
    presence = coverage.presence(delivery)
    return bool((presence.member_known & in_area).any()) and bool(presence.known & when)
