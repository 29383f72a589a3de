"""The cube: who is there, for which need, in which class, at which slot, known and possible; and what if somebody were not?

The core is `depth`: one sparse-dense product, CSC (classes x deliveries) @ (deliveries x slots), per need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy.sparse as sp

from ecosystem.coverage.counting import classes_of, depth, kind_for, open_between
from ecosystem.coverage.presences import Presence, presences_of
from ecosystem.coverage.resident import Resident
from ecosystem.edition import CITY_ONLY_NEEDS
from ecosystem.errors import NameUnknownError
from ecosystem.graph import Ecosystem
from ecosystem.schedule import NEVER, WEEK, Schedule

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosystem.coverage.counting import Depth

Bound = Literal["known", "possible"]
COVERED, NOT_KNOWN, NOBODY, NO_RESIDENTS = 0, 1, 2, 3
STATES = ("covered", "not_known", "nobody", "no_residents")


@dataclass(frozen=True)
class Coverage:
    """The cube of one edition on one date. Immutable: `with_change` and `without` return a new one that shares what did not change.

    `member_known` and `member_possible` are CSC uint8 of shape (classes, deliveries); `slots_known` and `slots_possible` uint8 of shape
    (deliveries, slots); `answers_known` and `answers_possible` bool of shape (needs, deliveries); `class_area` int32 and `class_residents`
    float64 of shape (classes,); `minimum` int of shape (needs,). Where calls are known, `calls_a_year` and the weights `demand` hold an array
    (areas, slots) per need that gets any.
    """

    needs: tuple[str, ...]
    area_ids: tuple[str, ...]
    deliveries: tuple[str, ...]
    organization_of: tuple[str, ...]
    class_area: NDArray[np.int32]
    class_residents: NDArray[np.float64]
    member_known: sp.csc_array
    member_possible: sp.csc_array
    schedules_known: tuple[Schedule, ...]
    schedules_possible: tuple[Schedule, ...]
    slots_known: NDArray[np.uint8]
    slots_possible: NDArray[np.uint8]
    answers_known: NDArray[np.bool_]
    answers_possible: NDArray[np.bool_]
    minimum: NDArray[np.int64]
    gap_share: float = 0.5
    slot_minutes: int = 30
    unit_class: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    demand: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    calls_a_year: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    n_years_of_calls: float = 1.0
    _depths: dict[tuple[str, Bound], Depth] = field(default_factory=dict, repr=False, compare=False)

    # -- building ------------------------------------------------------------------------------------------------------------------------

    @classmethod
    def of(cls, eco: Ecosystem, *, as_of: dt.date, resident: Resident | None = None, weigh_by: str = "") -> Coverage:
        """Return the coverage of a city on a date.

        Only deliveries live on `as_of` that answer a need alone take part; police, fire and EMS (the baseline) never do. With `resident`, known
        keeps the deliveries that certainly take this person and possible those that may. `weigh_by` names a group of the population to weigh
        units by instead of all residents; raises NameUnknownError where the city has no such group. Needs of small and findable groups are
        never told by area outside the analyst edition, so they have no cube there.
        """
        standards, units = eco.city.standards, eco.geography.units
        needs = tuple(need for need in (standards.needs or eco.taxonomy.needs) if not eco.taxonomy.needs[need].is_baseline)
        if eco.edition != "analyst":
            needs = tuple(need for need in needs if need not in CITY_ONLY_NEEDS)
        if weigh_by and weigh_by not in units.groups:
            raise NameUnknownError(f"the population table has no group {weigh_by!r}; it has {', '.join(units.groups) or 'none'}")
        weights = units.groups[weigh_by] if weigh_by else units.residents
        presences, ground = presences_of(eco, as_of, resident)
        return cls.from_presences(
            presences,
            needs=needs,
            area_ids=eco.geography.area_ids,
            class_area=ground.class_area,
            class_residents=_sum_by(ground.unit_class, weights, len(ground.class_area)),
            minimum=[standards.minimum(need) for need in needs],
            gap_share=standards.gap_share,
            slot_minutes=standards.slot_minutes,
            unit_class=ground.unit_class,
        )

    @classmethod
    def from_presences(
        cls,
        presences: Sequence[Presence],
        *,
        needs: Sequence[str],
        area_ids: Sequence[str],
        class_area: NDArray[np.int32],
        class_residents: NDArray[np.float64],
        minimum: Sequence[int] | None = None,
        gap_share: float = 0.5,
        slot_minutes: int = 30,
        unit_class: NDArray[np.int32] | None = None,
    ) -> Coverage:
        """Return the cube of these presences, one column each."""
        n_classes, n_slots = len(class_area), WEEK // slot_minutes

        def stack(columns: list[NDArray[np.bool_]]) -> sp.csc_array:
            dense = np.stack(columns, axis=1) if columns else np.zeros((n_classes, 0), dtype=bool)
            return sp.csc_array(dense.astype(np.uint8))

        def rows(schedules: tuple[Schedule, ...]) -> NDArray[np.uint8]:
            return np.array([schedule.slots(slot_minutes) for schedule in schedules], dtype=np.uint8).reshape(len(schedules), n_slots)

        known, possible = tuple(p.known for p in presences), tuple(p.possible for p in presences)
        return cls(
            needs=tuple(needs),
            area_ids=tuple(area_ids),
            deliveries=tuple(p.id for p in presences),
            organization_of=tuple(p.organization for p in presences),
            class_area=class_area,
            class_residents=class_residents,
            member_known=stack([p.member_known for p in presences]),
            member_possible=stack([p.member_possible for p in presences]),
            schedules_known=known,
            schedules_possible=possible,
            slots_known=rows(known),
            slots_possible=rows(possible),
            answers_known=np.array([[p.answers.get(n, False) for p in presences] for n in needs], dtype=bool).reshape(len(needs), len(presences)),
            answers_possible=np.array([[n in p.answers for p in presences] for n in needs], dtype=bool).reshape(len(needs), len(presences)),
            minimum=np.array(minimum if minimum is not None else [1] * len(needs), dtype=np.int64),
            gap_share=gap_share,
            slot_minutes=slot_minutes,
            unit_class=np.zeros(0, np.int32) if unit_class is None else unit_class,
        )

    @classmethod
    def from_arrays(
        cls,
        membership: sp.sparray | sp.spmatrix,
        slots_known: NDArray[np.uint8],
        answers: NDArray[np.bool_],
        *,
        slots_possible: NDArray[np.uint8] | None = None,
        membership_possible: sp.sparray | sp.spmatrix | None = None,
        answers_possible: NDArray[np.bool_] | None = None,
        class_residents: NDArray[np.float64] | None = None,
        gap_share: float = 0.5,
    ) -> Coverage:
        """Return the cube of plain arrays, for programs that have no records: classes are the areas themselves.

        `membership` is sparse 0/1 (areas, deliveries), `slots_known` 0/1 (deliveries, slots), `answers` bool (needs, deliveries). What is not
        given as possible equals what is known. Needs, areas and deliveries are named by their numbers; schedules are not kept.
        """
        n_areas, n_deliveries = membership.shape
        n_needs, n_slots = answers.shape[0], slots_known.shape[1]
        known = sp.csc_array(membership, dtype=np.uint8)
        return cls(
            needs=tuple(map(str, range(n_needs))),
            area_ids=tuple(map(str, range(n_areas))),
            deliveries=tuple(map(str, range(n_deliveries))),
            organization_of=tuple(map(str, range(n_deliveries))),
            class_area=np.arange(n_areas, dtype=np.int32),
            class_residents=np.ones(n_areas) if class_residents is None else class_residents,
            member_known=known,
            member_possible=known if membership_possible is None else sp.csc_array(membership_possible, dtype=np.uint8),
            schedules_known=(),
            schedules_possible=(),
            slots_known=slots_known,
            slots_possible=slots_known if slots_possible is None else slots_possible,
            answers_known=answers,
            answers_possible=answers if answers_possible is None else answers_possible,
            minimum=np.ones(n_needs, dtype=np.int64),
            gap_share=gap_share,
            slot_minutes=WEEK // n_slots,
        )

    # -- the cube ------------------------------------------------------------------------------------------------------------------------

    @property
    def n_slots(self) -> int:
        """How many slots a week has: 336 of half an hour."""
        return WEEK // self.slot_minutes

    def index(self, need: str) -> int:
        """Return the row of a need; raises NameUnknownError."""
        try:
            return self.needs.index(need)
        except ValueError:
            raise NameUnknownError(f"{need!r} is not a need of this cube; it has {', '.join(self.needs)}") from None

    def known(self, need: str) -> Depth:
        """Return how many deliveries are certainly there, (classes, slots), uint8 or uint16 as the largest possible depth needs."""
        return self._depth(need, "known")

    def possible(self, need: str) -> Depth:
        """Return how many deliveries are certainly or possibly there, (classes, slots)."""
        return self._depth(need, "possible")

    def _depth(self, need: str, bound: Bound) -> Depth:
        if (need, bound) not in self._depths:
            row = self.index(need)
            certain = np.flatnonzero(self.answers_known[row])
            if bound == "known":
                self._depths[need, bound] = depth(self.member_known, self.slots_known, certain)
            else:
                self._depths[need, bound] = self._possible_depth(need, row)
        return self._depths[need, bound]

    def _possible_depth(self, need: str, row: int) -> Depth:
        """Known depth, less what the uncertain deliveries add to it, plus what they add to possible: most columns are multiplied once."""
        possible = np.flatnonzero(self.answers_possible[row])
        differing = possible[self._differs[possible] | ~self.answers_known[row, possible]]
        if not len(differing):
            return self.known(need)
        if 2 * len(differing) > len(possible):
            return depth(self.member_possible, self.slots_possible, possible)
        kind = kind_for(self.member_possible, possible)
        total = self.known(need).astype(kind)
        twice = differing[self.answers_known[row, differing]]
        if len(twice):
            total -= depth(self.member_known, self.slots_known, twice, kind=kind)
        total += depth(self.member_possible, self.slots_possible, differing, kind=kind)
        return total

    @cached_property
    def _differs(self) -> NDArray[np.bool_]:
        """Per delivery: whether its possible place or time goes beyond the known."""
        places = np.diff(self.member_known.indptr) != np.diff(self.member_possible.indptr)
        same_hours = self.slots_known is self.slots_possible
        hours = np.zeros(len(self.deliveries), bool) if same_hours else (self.slots_known != self.slots_possible).any(axis=1)
        differs: NDArray[np.bool_] = places | hours
        return differs

    def organizations(self, need: str, bound: Bound = "known") -> Depth:
        """Return how many different organizations are there, (classes, slots): two programs of one organization are no independent backup."""
        row = self.index(need)
        taking = np.flatnonzero((self.answers_known if bound == "known" else self.answers_possible)[row])
        member, slots = (self.member_known, self.slots_known) if bound == "known" else (self.member_possible, self.slots_possible)
        names = np.array(self.organization_of, dtype=object)[taking]
        total = np.zeros((len(self.class_area), self.n_slots), dtype=np.uint16)
        for name in sorted(set(names)):
            total += depth(member, slots, taking[names == name]) > 0
        return total

    # -- areas ---------------------------------------------------------------------------------------------------------------------------

    @cached_property
    def area_residents(self) -> NDArray[np.float64]:
        """Residents (or the group weighed by) per area."""
        return _sum_by(self.class_area, self.class_residents, len(self.area_ids)).round(6)

    @cached_property
    def _resident_share(self) -> sp.csr_array:
        """(areas, classes): which share of its area's residents each class holds; areas without residents count their classes evenly."""
        whole = self.area_residents[self.class_area]
        n_classes = np.bincount(self.class_area, minlength=len(self.area_ids))[self.class_area]
        share = np.where(whole > 0, self.class_residents / np.where(whole > 0, whole, 1.0), 1.0 / np.maximum(n_classes, 1))
        where = (self.class_area, np.arange(len(self.class_area)))
        return sp.csr_array((share, where), shape=(len(self.area_ids), len(self.class_area)))

    def residents_in(self, classes: NDArray[np.bool_]) -> float:
        """Return the residents of some classes, to 1e-6."""
        return round(float(self.class_residents[classes].sum()), 6)

    def share_of_residents(self, condition: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the share of each area's residents in classes where `condition` (classes, n) holds: (areas, n), rounded to 1e-9."""
        share: NDArray[np.float64] = self._resident_share @ condition.astype(np.float64)
        return share.clip(0, 1).round(9)

    def share_known(self, need: str) -> NDArray[np.float64]:
        """Return the share of residents for whom known depth reaches the minimum, (areas, slots)."""
        return self.share_of_residents(self.known(need) >= self.minimum[self.index(need)])

    def share_possible(self, need: str) -> NDArray[np.float64]:
        """Return the share of residents for whom possible depth reaches the minimum, (areas, slots)."""
        return self.share_of_residents(self.possible(need) >= self.minimum[self.index(need)])

    def state(self, need: str) -> NDArray[np.uint8]:
        """Return the state of each area at each slot, (areas, slots): 0 covered, 1 not known, 2 nobody, 3 no residents."""
        return self._states(self.share_known(need), self.share_possible(need))

    def _states(self, share_known: NDArray[np.float64], share_possible: NDArray[np.float64]) -> NDArray[np.uint8]:
        state = np.full(share_known.shape, NOT_KNOWN, dtype=np.uint8)
        state[1 - share_known < self.gap_share - 1e-9] = COVERED
        state[1 - share_possible >= self.gap_share - 1e-9] = NOBODY
        state[self.area_residents <= 0] = NO_RESIDENTS
        return state

    def area_depth(self, need: str, bound: Bound = "known") -> NDArray[np.uint16]:
        """Return the depth that more than 1 - gap_share of an area's residents have at least, (areas, slots).

        With the default gap_share of one half this is the depth of the majority, and 0 exactly where the state is not covered (minimum 1).
        """
        by_class = self._depth(need, bound)
        result = np.zeros((len(self.area_ids), by_class.shape[1]), dtype=np.uint16)
        for level in range(1, int(by_class.max(initial=0)) + 1):
            reached = 1 - self.share_of_residents(by_class >= level) < self.gap_share - 1e-9
            if not reached.any():
                break
            result[reached] = level
        return result

    def exact_states(self, need: str) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return (edges, states): the state of each area in exact minutes, between the edges at which anybody's hours begin or end.

        `edges` has n + 1 minutes from 0 to 10080, `states` is (areas, n). Needs the schedules, so not for cubes built from arrays.
        """
        row = self.index(need)
        certain, possible = np.flatnonzero(self.answers_known[row]), np.flatnonzero(self.answers_possible[row])
        minutes = {0, WEEK}
        for column in possible:
            minutes.update(
                edge for interval in self.schedules_known[column].intervals + self.schedules_possible[column].intervals for edge in interval
            )
        edges = np.array(sorted(minutes), dtype=np.int64)

        def share(member: sp.csc_array, schedules: tuple[Schedule, ...], columns: NDArray[np.intp]) -> NDArray[np.float64]:
            is_open = open_between([schedules[column] for column in columns], edges)
            return self.share_of_residents(depth(member[:, columns], is_open, np.arange(len(columns))) >= self.minimum[row])

        known = share(self.member_known, self.schedules_known, certain)
        return edges, self._states(known, share(self.member_possible, self.schedules_possible, possible))

    def state_schedules(self, need: str, state: int) -> tuple[Schedule, ...]:
        """Return per area the exact minutes of the week in a state (COVERED, NOT_KNOWN, NOBODY)."""
        edges, states = self.exact_states(need)
        schedules = []
        for row in states == state:
            pairs = [(int(edges[i]), int(edges[i + 1])) for i in np.flatnonzero(row)]
            schedules.append(Schedule.of(*pairs) if pairs else NEVER)
        return tuple(schedules)

    def with_calls(self, calls: Mapping[str, NDArray[np.float64]], *, weeks: float) -> Coverage:
        """Return the coverage with calls counted over `weeks`: per need (areas, slots). Calls of areas without residents weigh nothing.

        A resident weighs by the calls per resident there and then, as a multiple of the need's mean; so residents times weight goes with the calls,
        and its sum over areas and slots stays what it is without calls.
        """
        people = self.area_residents[:, None]
        per_year = 365.25 / 7 / weeks
        demand, a_year = {}, {}
        for need, counted in calls.items():
            lived = np.where(people > 0, counted, 0.0)
            if need in self.needs and lived.sum() > 0:
                scale = people.sum() * self.n_slots / lived.sum()
                demand[need] = np.divide(lived * scale, people, out=np.zeros(counted.shape), where=people > 0)
                a_year[need] = counted * per_year
        return replace(self, demand=demand, calls_a_year=a_year, n_years_of_calls=1 / per_year)

    def demand_weight(self, need: str) -> NDArray[np.float64]:
        """Return how much each area's slot weighs, (areas, slots): calls per resident where calls are known, else 1."""
        if need in self.demand:
            return self.demand[need]
        return np.ones((len(self.area_ids), self.n_slots))

    def table(self) -> pd.DataFrame:
        """Return one row per need, area and slot with `share_known` and `share_possible`: what every other module and analyst may use."""
        import pandas as pd

        n_areas = len(self.area_ids)
        frame = pd.DataFrame(
            {
                "need": pd.Categorical.from_codes(np.repeat(np.arange(len(self.needs)), n_areas * self.n_slots), categories=pd.Index(self.needs)),
                "area_id": pd.Categorical.from_codes(
                    np.tile(np.repeat(np.arange(n_areas), self.n_slots), len(self.needs)), categories=pd.Index(self.area_ids)
                ),
                "slot": np.tile(np.arange(self.n_slots, dtype=np.int16), len(self.needs) * n_areas),
                "share_known": np.concatenate([self.share_known(need).ravel() for need in self.needs]) if self.needs else [],
                "share_possible": np.concatenate([self.share_possible(need).ravel() for need in self.needs]) if self.needs else [],
            }
        )
        return frame

    def of_needs(self, needs: Sequence[str]) -> Coverage:
        """Return the cube of some of its needs only; raises NameUnknownError for one it does not have."""
        rows = [self.index(need) for need in needs]
        return replace(
            self,
            needs=tuple(needs),
            answers_known=self.answers_known[rows],
            answers_possible=self.answers_possible[rows],
            minimum=self.minimum[rows],
            _depths={key: depths for key, depths in self._depths.items() if key[0] in needs},
        )

    @cached_property
    def areas_known(self) -> NDArray[np.bool_]:
        """Whether each delivery certainly serves somewhere in each area, (areas, deliveries)."""
        return _somewhere(self.member_known, self.class_area, len(self.area_ids))

    @cached_property
    def areas_possible(self) -> NDArray[np.bool_]:
        """Whether each delivery certainly or possibly serves somewhere in each area, (areas, deliveries)."""
        return _somewhere(self.member_possible, self.class_area, len(self.area_ids))

    @cached_property
    def keeps_hours(self) -> NDArray[np.bool_]:
        """Whether no minute of each delivery is merely possible, (deliveries,). True throughout for cubes built from arrays."""
        pairs = zip(self.schedules_known, self.schedules_possible, strict=True)
        return np.array([known == possible for known, possible in pairs] if self.schedules_known else [True] * len(self.deliveries), dtype=bool)

    # -- what if -------------------------------------------------------------------------------------------------------------------------

    def presence(self, delivery_id: str) -> Presence:
        """Return the column of one delivery; raises NameUnknownError."""
        column = self._column(delivery_id)
        known = np.zeros(len(self.class_area), dtype=bool)
        possible = known.copy()
        known[classes_of(self.member_known, column)] = True
        possible[classes_of(self.member_possible, column)] = True
        answers = {need: bool(self.answers_known[row, column]) for row, need in enumerate(self.needs) if self.answers_possible[row, column]}
        schedules = (self.schedules_known[column], self.schedules_possible[column]) if self.schedules_known else (NEVER, NEVER)
        return Presence(delivery_id, self.organization_of[column], known, possible, *schedules, answers)

    def with_change(self, delivery_id: str, *, known: Schedule, possible: Schedule | None = None) -> Coverage:
        """Return the coverage if one delivery kept other hours; everything else is shared with this one."""
        column = self._column(delivery_id)
        possible = known if possible is None else possible | known
        slots_known, slots_possible = self.slots_known.copy(), self.slots_possible.copy()
        slots_known[column], slots_possible[column] = known.slots(self.slot_minutes), possible.slots(self.slot_minutes)
        changed = replace(
            self,
            slots_known=slots_known,
            slots_possible=slots_possible,
            schedules_known=_put(self.schedules_known, column, known),
            schedules_possible=_put(self.schedules_possible, column, possible),
            _depths=self._shifted(column, slots_known[column], slots_possible[column]),
        )
        return changed

    def without(self, *delivery_ids: str) -> Coverage:
        """Return the coverage if these deliveries were not there."""
        coverage = self
        for delivery_id in delivery_ids:
            coverage = coverage.with_change(delivery_id, known=NEVER)
        return coverage

    def _shifted(self, column: int, slots_known: NDArray[np.uint8], slots_possible: NDArray[np.uint8]) -> dict[tuple[str, Bound], Depth]:
        """The depths already computed, with one delivery's hours exchanged; arrays of needs it does not answer are shared."""
        depths = dict(self._depths)
        for (need, bound), before in self._depths.items():
            row = self.index(need)
            is_known = bound == "known"
            if not (self.answers_known if is_known else self.answers_possible)[row, column]:
                continue
            if not is_known and before is self._depths.get((need, "known")):
                del depths[need, bound]
                continue
            old = (self.slots_known if is_known else self.slots_possible)[column]
            new = slots_known if is_known else slots_possible
            classes = classes_of(self.member_known if is_known else self.member_possible, column)
            after = before.copy()
            after[classes] += new.astype(after.dtype)
            after[classes] -= old.astype(after.dtype)
            depths[need, bound] = after
        return depths

    def _column(self, delivery_id: str) -> int:
        try:
            return self._columns[delivery_id]
        except KeyError:
            raise NameUnknownError(f"no delivery {delivery_id!r} takes part in this coverage") from None

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {delivery: column for column, delivery in enumerate(self.deliveries)}


def _sum_by(groups: NDArray[np.int32], weights: NDArray[np.float64], n_groups: int) -> NDArray[np.float64]:
    return np.bincount(groups, weights=weights, minlength=n_groups).astype(np.float64)


def _somewhere(member: sp.csc_array, class_area: NDArray[np.int32], n_areas: int) -> NDArray[np.bool_]:
    is_there = np.zeros((n_areas, member.shape[1]), dtype=bool)
    is_there[class_area[member.indices], np.repeat(np.arange(member.shape[1]), np.diff(member.indptr))] = True
    return is_there


def _put(schedules: tuple[Schedule, ...], column: int, schedule: Schedule) -> tuple[Schedule, ...]:
    return (*schedules[:column], schedule, *schedules[column + 1 :]) if schedules else ()
