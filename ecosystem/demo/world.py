"""Who in Riverbend is there at which minute, on which piece of ground, for what: certainly, or possibly?

A `World` is an intent turned into plain arrays, one value per minute of the week and exact piece of ground, by the rules that the project
states in words. It shares no code with the coverage cube, so that the two can disagree.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.demo.exact import Pieces, cut_ground
from ecosystem.demo.intent import LANGUAGE_CODES, MINUTES, NOT_ASKED, Intent, Missing, Provision, minutes_of, told
from ecosystem.records import delivery_id
from ecosystem.taxonomy import Taxonomy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    States = NDArray[np.int8]

COVERED, NOT_KNOWN, NOBODY = 0, 1, 2
EPSILON = 1e-9


@dataclass(frozen=True)
class World:
    """Rows are the provisions that are live and say what kind of service they are.

    `known_minutes` and `possible_minutes` are bool (provisions, 10080); `known_needs` and `possible_needs` per need bool (provisions,);
    `pieces` says where, with the same rows. `share` is (areas, pieces): the share of its area's residents in a piece, 0 where nobody lives.
    """

    intent: Intent
    provisions: tuple[Provision, ...]
    pieces: Pieces
    known_minutes: Bools
    possible_minutes: Bools
    known_needs: Mapping[str, Bools]
    possible_needs: Mapping[str, Bools]
    share: Floats

    @property
    def inhabited(self) -> NDArray[np.intp]:
        """Rows of the areas where somebody lives."""
        return np.flatnonzero(self.share.sum(axis=1) > 0)

    @functools.cached_property
    def ids(self) -> tuple[str, ...]:
        """Delivery ids of the rows."""
        return tuple(delivery_id(*provision.key) for provision in self.provisions)

    @functools.cached_property
    def known_slots(self) -> Bools:
        """Per provision and half-hour: certainly there for every minute of it."""
        return self._whole_slots(self.known_minutes)

    @functools.cached_property
    def possible_slots(self) -> Bools:
        """Per provision and half-hour: certainly or possibly there for every minute of it."""
        return self._whole_slots(self.possible_minutes)

    def _whole_slots(self, minutes: Bools) -> Bools:
        whole: Bools = np.logical_and.reduce(minutes.reshape(len(self.provisions), -1, self.intent.slot_minutes), axis=2)
        return whole

    def share_known(self, who: Bools, when: Bools) -> Floats:
        """Return the share of each area's residents with at least one of `who` certainly there, (areas, times)."""
        return self._share_with(self.pieces.known, who, when)

    def share_possible(self, who: Bools, when: Bools) -> Floats:
        """Return the share of each area's residents with at least one of `who` certainly or possibly there, (areas, times)."""
        return self._share_with(self.pieces.possible, who, when)

    def _share_with(self, where: Bools, who: Bools, when: Bools) -> Floats:
        shares = np.zeros((len(self.pieces.area_ids), when.shape[1]))
        met: dict[bytes, Bools] = {}
        for piece, area in enumerate(self.pieces.area):
            there = who & where[:, piece]
            if self.share[area, piece] > 0 and there.any():
                if (key := there.tobytes()) not in met:
                    met[key] = np.logical_or.reduce(when[there], axis=0)
                shares[area] += self.share[area, piece] * met[key]
        return shares

    def states(self, known: Floats, possible: Floats) -> States:
        """Return the state of each area at each time, from the shares of its residents with somebody known and somebody possible.

        *Nobody* where those with nobody are at least `gap_share` of its residents, *covered* where those without anybody known are fewer than
        that, *not known* otherwise.
        """
        state = np.full(known.shape, NOT_KNOWN, dtype=np.int8)
        state[1 - known < self.intent.gap_share - EPSILON] = COVERED
        state[1 - possible >= self.intent.gap_share - EPSILON] = NOBODY
        return state

    def states_of(self, need: str, known_when: Bools, possible_when: Bools) -> States:
        """Return the state of each area for a need, at the times that `known_when` and `possible_when` give per provision."""
        return self.states(self.share_known(self.known_needs[need], known_when), self.share_possible(self.possible_needs[need], possible_when))

    def speakers(self, language: str) -> tuple[Bools, Bools]:
        """Return who certainly and who possibly works in a language (an interpreter will do, printed matter will not)."""
        known, possible = [], []
        for provision in self.provisions:
            spoken = any(LANGUAGE_CODES[name] in (language, "*") and how != "materials" for name, how in told(provision.languages, ()))
            known.append(spoken)
            possible.append(spoken or isinstance(provision.languages, Missing))
        return np.array(known, dtype=bool), np.array(possible, dtype=bool)


def build_world(intent: Intent) -> World:
    """Return the arrays of an intent on its date."""
    rows = [i for i, p in enumerate(intent.provisions) if p.is_live(intent.as_of) and not isinstance(p.types, Missing)]
    provisions = tuple(intent.provisions[i] for i in rows)
    whole = cut_ground(intent)
    pieces = Pieces(whole.area_ids, whole.area, whole.share, whole.residents, whole.known[rows], whole.possible[rows])
    minutes = [_minutes(provision) for provision in provisions]
    answers = [_answers(provision) for provision in provisions]
    needs = [code for code, need in Taxonomy.read().needs.items() if not need.is_baseline]
    share = np.zeros((len(whole.area_ids), len(whole.area)))
    share[whole.area, np.arange(len(whole.area))] = np.where(whole.residents > 0, whole.share, 0.0)
    return World(
        intent,
        provisions,
        pieces,
        known_minutes=np.array([known for known, _ in minutes], dtype=bool).reshape(len(rows), MINUTES),
        possible_minutes=np.array([possible for _, possible in minutes], dtype=bool).reshape(len(rows), MINUTES),
        known_needs={need: np.array([answer.get(need, False) for answer in answers], dtype=bool) for need in needs},
        possible_needs={need: np.array([need in answer for answer in answers], dtype=bool) for need in needs},
        share=share,
    )


def _minutes(provision: Provision) -> tuple[Bools, Bools]:
    """Return the minutes of the week when a provision is certainly there, and when certainly or possibly."""
    never, always = np.zeros(MINUTES, dtype=bool), np.ones(MINUTES, dtype=bool)
    if isinstance(provision.hours, Missing):
        return never, always
    shifts = provision.intake if provision.intake is not None else provision.hours
    known = possible = np.frombuffer(bytes(minutes_of(shifts)), dtype=np.uint8).astype(bool)
    if provision.second_hours is not None:
        other = np.frombuffer(bytes(minutes_of(provision.second_hours)), dtype=np.uint8).astype(bool)
        known, possible = known & other, known | other
    if isinstance(provision.mode, Missing) or provision.mode == "by appointment":
        known = never
    return known, possible


def _answers(provision: Provision) -> dict[str, bool]:
    """Return the needs a provision answers alone, each with whether that is certain.

    A need it states counts where the crosswalk says that its kind of service answers it alone; to tick more boxes does not make it so.
    """
    taxonomy, types, stated = Taxonomy.read(), told(provision.types, ()), provision.needs
    alone = {need for code in types for need, weight in taxonomy.needs_of(code).items() if weight == 1}
    if isinstance(stated, Missing):
        return dict.fromkeys(alone, stated == NOT_ASKED)
    return {need: True for need in stated if need in alone}
