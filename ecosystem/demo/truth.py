"""What must a right analysis of Riverbend find? Worked out by brute force from the clean intent, before any mess is put on it.

Gaps, holes and overlaps are counted minute by minute on exact pieces of ground (`ecosystem.demo.world`); nothing here comes from the
coverage cube, the measures of calls or the analyses, and an import contract keeps it so. `Fact`s are complete: every true finding of each
kind, so that a finding that is not among them is false. Some carry the `story` they were planted for; a story whose analysis does not exist
yet waits.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ecosystem.demo.calls import SLOT_S, Calls, make_calls
from ecosystem.demo.calls_truth import calls_by_need, facts_of_calls
from ecosystem.demo.facts import CITY, Fact
from ecosystem.demo.intent import LANGUAGE_CODES, MINUTES, NOT_ASKED, Extent, Intent, Missing, Provision, told
from ecosystem.demo.world import COVERED, EPSILON, NOBODY, NOT_KNOWN, World, build_world
from ecosystem.records import delivery_id

if TYPE_CHECKING:
    from ecosystem.demo.world import Bools, Floats

PART_SHARE = 0.1
"""The least share of an area's residents with nobody that is told as a part of the area."""
SHORTEST_HOLE = 30
"""Minutes a hole must last to be told."""
SAME_AREA, SAME_HOURS, DILUTED = 0.5, 0.5, 0.1
"""When two work on the same ground, at the same hours; when a claim to the whole city is thin."""
CLEAR = 0.03
"""How far a share that decides stays from its threshold, where residents are counted on a lattice of points."""


def truth_of(intent: Intent, calls: Calls | None = None) -> tuple[Fact, ...]:
    """Return every true finding of an intent, in order, the stories among them. `calls` are those of the intent, made anew where not given."""
    world = build_world(intent)
    calls = calls or make_calls(world)
    facts = [*_gaps(world), *_holes(world, calls_by_need(calls)), *_overlaps(world)]
    facts += [*_response_rates(intent), *_unknown_fields(intent), *_questions(world)]
    return tuple(sorted([*_with_stories(intent, facts), *facts_of_calls(world, calls), *_waiting(intent)]))


# -- gaps: need x area x half-hour ---------------------------------------------------------------------------------------------------------


def _gaps(world: World) -> Iterator[Fact]:
    """A gap, an answer that is missing, a part of the area, each with its hours; or one fact for a need that nobody answers anywhere."""
    for need in world.known_needs:
        known = world.share_known(world.known_needs[need], world.known_slots)
        possible = world.share_possible(world.possible_needs[need], world.possible_slots)
        state, areas = world.states(known, possible), world.inhabited
        if (possible[areas] == 0).all():
            yield Fact("gaps", "gap_city", need, CITY, amount=_hours(MINUTES))
            continue
        in_part = (state != NOBODY) & (1 - possible >= PART_SHARE - EPSILON)
        for kind, at in (("gap", state == NOBODY), ("gap_not_known", state == NOT_KNOWN), ("gap_part", in_part)):
            for area in areas:
                if slots := int(at[area].sum()):
                    yield Fact("gaps", kind, need, world.pieces.area_ids[area], amount=_hours(slots * world.intent.slot_minutes))


def _hours(minutes: int) -> str:
    """Return minutes as hours, as short as they go.

    >>> _hours(2880), _hours(30)
    ('48 h', '0.5 h')
    """
    return f"{round(minutes / 60, 4):g} h"


# -- holes: exact minutes ------------------------------------------------------------------------------------------------------------------


def _holes(world: World, calls: Mapping[str, Floats] = MappingProxyType({})) -> Iterator[Fact]:
    """The runs of minutes in which an area has nobody, and the run that weighs most over all areas that have it.

    It weighs the calls about the need that come there and then; residents times minutes where nobody calls about the need.
    """
    residents = [sum(world.pieces.residents[world.pieces.area == area]) for area in range(len(world.pieces.area_ids))]
    for need in world.known_needs:
        nobody = 1 - world.share_possible(world.possible_needs[need], world.possible_minutes) >= world.intent.gap_share - EPSILON
        if nobody[world.inhabited].all():
            continue
        runs = {int(area): _runs(nobody[area]) for area in world.inhabited}
        for area, of_area in runs.items():
            if of_area:
                yield Fact("holes", "hole", need, world.pieces.area_ids[area], amount=" ".join(f"{start}-{end}" for start, end in of_area))
        by_minute = np.repeat(calls[need], SLOT_S // 60, axis=1) / (SLOT_S // 60) if need in calls else np.outer(residents, np.ones(MINUTES))
        weights: dict[tuple[int, int], tuple[float, int]] = {}
        for start, end in sorted({run for of_area in runs.values() for run in of_area}):
            at = np.arange(start, end) % MINUTES
            having = [area for area in runs if nobody[area, at].all()]
            if len(having) >= 2:
                weights[start, end] = round(float(by_minute[having][:, at].sum()), 6), len(having)
        if any(weight for weight, _ in weights.values()):
            start, end = max(weights, key=lambda run: (weights[run][0], -run[0]))
            yield Fact("holes", "hole_city", need, CITY, amount=f"{start}-{end} in {weights[start, end][1]}")


def _runs(at: Bools) -> list[tuple[int, int]]:
    """Return the maximal circular runs of True minutes that are long enough; one past Sunday midnight ends after 10080."""
    if at.all():
        return [(0, MINUTES)]
    starts, lasts = np.flatnonzero(at & ~np.roll(at, 1)).tolist(), np.flatnonzero(at & ~np.roll(at, -1)).tolist()
    if starts and lasts[0] < starts[0]:
        lasts = [*lasts[1:], lasts[0] + MINUTES]
    return [(start, last + 1) for start, last in zip(starts, lasts, strict=True) if last + 1 - start >= SHORTEST_HOLE]


# -- overlaps: pairs -----------------------------------------------------------------------------------------------------------------------


def _overlaps(world: World) -> Iterator[Fact]:
    """Pairs of two organizations on the same ground, each with its verdict."""
    alone = _irreplaceable(world)
    for a, b, needs in _pairs(world):
        shared, of_a, of_b = _residents(world, a, b)
        both = (world.known_minutes[a] & world.known_minutes[b]).sum()
        shorter = min(world.known_minutes[a].sum(), world.known_minutes[b].sum())
        claims = [shared / whole for row, whole in ((a, of_a), (b, of_b)) if _claims_the_city(world.provisions[row])]
        same_ground = shared / min(of_a, of_b) >= SAME_AREA - EPSILON
        if claims and max(claims) < DILUTED:
            verdict = "paper"
        elif same_ground and not both:
            verdict = "complement"
        elif same_ground and both / shorter >= SAME_HOURS:
            verdict = "redundancy" if any((row, need) in alone for row in (a, b) for need in needs) else "shared"
        else:
            continue
        pair = " ".join(sorted((world.ids[a], world.ids[b])))
        yield Fact("overlaps", "overlap", needs[0], deliveries=pair, amount=verdict)


def _pairs(world: World) -> Iterator[tuple[int, int, list[str]]]:
    """Pairs of different organizations that certainly share residents and a need, both with certain hours."""
    certain = [i for i in range(len(world.provisions)) if world.known_minutes[i].any() and world.pieces.known[i].any()]
    for a, b in itertools.combinations(certain, 2):
        needs = [need for need in world.known_needs if world.known_needs[need][a] and world.known_needs[need][b]]
        if needs and world.provisions[a].organization != world.provisions[b].organization and _residents(world, a, b)[0] > 0:
            yield a, b, needs


def _residents(world: World, a: int, b: int) -> tuple[float, float, float]:
    """Residents whom both, the first, and the second certainly serve."""
    of_a, of_b = world.pieces.known[a], world.pieces.known[b]
    people = world.pieces.residents
    return float(people[of_a & of_b].sum()), float(people[of_a].sum()), float(people[of_b].sum())


def _claims_the_city(provision: Provision) -> bool:
    """In person, and the whole city without a word where it works most."""
    in_person = not isinstance(provision.mode, Missing) and provision.mode not in ("phone", "online")
    return in_person and provision.focus is None and isinstance(provision.extent, Extent) and provision.extent.citywide


def _irreplaceable(world: World) -> set[tuple[int, str]]:
    """(provision, need) without which some area loses its cover: for everyone, or for those who speak a language its staff speak."""
    found = set()
    languages = sorted({name for p in world.provisions for name, how in told(p.languages, ()) if how == "staff" and name != "English"})
    everyone = np.ones(len(world.provisions), dtype=bool)
    for language in ("", *languages):
        surely, maybe = world.speakers(LANGUAGE_CODES[language]) if language else (everyone, everyone)
        speaking = [not language or (language, "staff") in told(p.languages, ()) for p in world.provisions]
        for need in world.known_needs:
            sure, may = world.known_needs[need] & surely, world.possible_needs[need] & maybe
            before = _covered(world, sure, may)
            for row in np.flatnonzero(sure & speaking):
                others = everyone.copy()
                others[row] = False
                if (before & ~_covered(world, sure & others, may & others)).any():
                    found.add((int(row), need))
    return found


def _covered(world: World, sure: Bools, may: Bools) -> Bools:
    state = world.states(world.share_known(sure, world.known_slots), world.share_possible(may, world.possible_slots))
    covered: Bools = state[world.inhabited] == COVERED
    return covered


# -- knowledge: who did not say what -------------------------------------------------------------------------------------------------------


def _response_rates(intent: Intent) -> Iterator[Fact]:
    for sector in ("all", *sorted({party.sector for party in intent.asked})):
        asked = [party for party in intent.asked if sector in ("all", party.sector)]
        answered = sum(party.form is not None for party in asked)
        yield Fact("knowledge", "response_rate", area=CITY, group=sector, amount=f"{answered}/{len(asked)}")


def _unknown_fields(intent: Intent) -> Iterator[Fact]:
    """Per field: how many of the deliveries asked about it left it open."""
    facts: dict[str, Sequence[object]] = {
        "type": [p.types for p in intent.provisions],
        "needs": [p.needs for p in intent.provisions],
        "mode": [p.mode for p in intent.provisions],
        "hours": [p.hours for p in intent.provisions],
        "area": [p.extent for p in intent.provisions],
        "languages": [p.languages for p in intent.provisions],
        "ages": [p.ages for p in intent.provisions],
        "teams": [p.teams for p in intent.provisions],
        "vehicles": [p.vehicles for p in intent.provisions],
        "routes": [p.routes for p in intent.provisions],
    }
    ids = [delivery_id(*p.key) for p in intent.provisions]
    for name, values in facts.items():
        asked = [(id_, value) for id_, value in zip(ids, values, strict=True) if value != NOT_ASKED]
        open_ = sorted(id_ for id_, value in asked if isinstance(value, Missing))
        if open_:
            yield Fact("knowledge", "unknown_field", area=CITY, deliveries=" ".join(open_), group=name, amount=f"{len(open_)}/{len(asked)}")


def _questions(world: World) -> Iterator[Fact]:
    """Per delivery and field left open: how many areas and needs that are not known an answer could settle."""
    settles: dict[tuple[int, str], int] = {}
    for need in world.known_needs:
        state = world.states_of(need, world.known_slots, world.possible_slots)
        for area in world.inhabited:
            at = state[area] == NOT_KNOWN
            here = world.pieces.area == area
            for row in np.flatnonzero(world.possible_needs[need]).tolist():
                sure = world.known_needs[need][row] * np.outer(world.pieces.known[row, here], world.known_slots[row, at])
                may = np.outer(world.pieces.possible[row, here], world.possible_slots[row, at])
                if (may & ~sure.astype(bool)).any():
                    provision = world.provisions[row]
                    for name, value in (("hours", provision.hours), ("area", provision.extent), ("mode", provision.mode), ("needs", provision.needs)):
                        if isinstance(value, Missing) and value != NOT_ASKED:
                            settles[row, name] = settles.get((row, name), 0) + 1
    for (asked, name), count in settles.items():
        yield Fact("knowledge", "question", deliveries=world.ids[asked], group=name, amount=str(count))


# -- stories -------------------------------------------------------------------------------------------------------------------------------


def _with_stories(intent: Intent, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Name the story of each fact that was planted for one."""
    advocates, agency = intent.provision("harbor-hill-advocates"), intent.provision("lantern-street")
    duplicate = " ".join(sorted((delivery_id(*advocates.key), delivery_id(*agency.key))))
    table = delivery_id(*intent.provision("westfield-table").key)
    westfield, stonebridge = intent.ground.named("Westfield").id, intent.ground.named("Stonebridge").id
    for fact in facts:
        story = ""
        if fact.analysis == "holes" and fact.need in ("N01", "N02") and fact.area != stonebridge:
            story = "The lost weekend"
        elif fact.kind == "gap_city" and fact.need == "N37":
            story = "The wrong kind of victim"
        elif fact.kind == "overlap" and fact.deliveries == duplicate:
            story = "The duplicate that isn't"
        elif (fact.kind, fact.need, fact.area) == ("gap_not_known", "N30", westfield) or (fact.kind, fact.deliveries) == ("question", table):
            story = "The blank that isn't a gap"
        elif fact.kind == "gap_not_known" and fact.need == "N31":
            story = "The one who disagrees"
        elif fact.kind == "hole" and fact.need == "N10" and fact.area == stonebridge:
            story = "The volunteers"
        yield replace(fact, story=story)


def _waiting(intent: Intent) -> Iterator[Fact]:
    """Stories that were planted for analyses of a later day: scored when the analysis of that name exists."""
    northbank = intent.ground.named("Northbank").id
    beds = delivery_id(*intent.provision("stabilization-center", "Stabilization beds").key)
    named = sum("ride" in text.lower() for party in intent.answered for _, text in party.comments)
    yield Fact("handoff", "wait", "N01", CITY, beds, amount="57 h", story="The 57-hour ride")
    yield Fact("barriers", "theme", area=CITY, group="rides", amount=f"{named}/{len(intent.answered)}", story="The 57-hour ride")
    for grant in intent.grants:
        if grant.manager is None and grant.ends == dt.date(2026, 12, 31):
            yield Fact("contracts", "ends", group=grant.id, amount=grant.ends.isoformat(), story="Two signatures")
    only = delivery_id(*intent.provision("northbank-circle").key)
    yield Fact("contracts", "goes_dark", "N30", northbank, only, amount="2027-01-01", story="Two signatures")
    shelter = delivery_id(*intent.provision("harborlight", "Shelter").key)
    yield Fact("edition", "hidden", "N20", CITY, shelter, story="The confidential shelter")


# -- margins -------------------------------------------------------------------------------------------------------------------------------


def has_clear_margins(intent: Intent) -> bool:
    """Whether no share that decides a verdict and rests on cut ground is near its threshold.

    A lattice of points counts residents with an error of about 1.5 %; where a whole area is served there is no error at all.
    """
    world = build_world(intent)
    cut = [isinstance(p.extent, Extent) and p.extent.is_cut for p in world.provisions]
    for need in world.known_needs:
        nobody = 1 - world.share_possible(world.possible_needs[need], world.possible_slots)[world.inhabited]
        nobody_known = 1 - world.share_known(world.known_needs[need], world.known_slots)[world.inhabited]
        deciding = np.concatenate([abs(nobody - world.intent.gap_share), abs(nobody_known - world.intent.gap_share), abs(nobody - PART_SHARE)])
        if (deciding < CLEAR).any():
            return False
    for a, b, _ in _pairs(world):
        if cut[a] or cut[b]:
            shared, of_a, of_b = _residents(world, a, b)
            claims = [shared / whole for row, whole in ((a, of_a), (b, of_b)) if _claims_the_city(world.provisions[row])]
            if abs(shared / min(of_a, of_b) - SAME_AREA) < CLEAR or any(abs(share - DILUTED) < CLEAR / 2 for share in claims):
                return False
    return True
