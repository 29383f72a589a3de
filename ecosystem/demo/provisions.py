"""What does each organization of Riverbend do, where, when and for whom?

One function per questionnaire. Lines that carry the named story say so; the others fill the city with what a city has, and some of their
hours and areas change with the seed. What a provider did not tell stands as `Missing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ecosystem.demo.ground import Ground
from ecosystem.demo.intent import BLANK, CITYWIDE, NOT_ASKED, Extent, Missing, Provision, Strength, week

VARIES = Missing("unreadable", "varies")
WITHHELD = Missing("withheld", "prefer not to say")
DONT_KNOW = Missing("don't know", "don't know")
ENGLISH_SPANISH: tuple[tuple[str, Strength], ...] = (("English", "staff"), ("Spanish", "staff"))


@dataclass(frozen=True, slots=True)
class Scene:
    """The ground of a seed as the story needs it: ids of areas by role, and shapes that cut through areas.

    `advocates` are the areas of the Somali advocates, Harbor Hill first and last the one that no other survivor service serves. `then` and
    `now` are where most shootings were and are.
    """

    ground: Ground
    rng: np.random.Generator
    advocates: tuple[str, ...]
    downtown: tuple[str, ...]
    then: tuple[str, ...]
    now: tuple[str, ...]
    lots: Extent
    fellowship: Extent
    corridor: Extent
    zips: Extent

    def id(self, name: str) -> str:
        """Return the id of an area by name."""
        return self.ground.named(name).id

    def areas(self, ids: Iterable[str]) -> Extent:
        """Return the ground of whole areas, said by their names."""
        names = {plot.id: plot.name for plot in self.ground.plots}
        chosen = sorted(set(ids), key=lambda area: names[area])
        return Extent("; ".join(names[area] for area in chosen), areas=frozenset(chosen))

    def named(self, *names: str) -> Extent:
        """Return the ground of areas given by name."""
        return self.areas(self.id(name) for name in names)

    def precincts(self, *numbers: int) -> Extent:
        """Return the ground of precincts, said by their names."""
        ids = {f"p{number}" for number in numbers}
        return Extent("; ".join(f"Precinct {number}" for number in numbers), areas=frozenset(p.id for p in self.ground.plots if p.precinct in ids))

    def all_but(self, *names: str) -> Extent:
        """Return the whole city without some areas."""
        return Extent("citywide", citywide=True, but=frozenset(self.id(name) for name in names), but_said="; ".join(names))

    def some(self, least: int, most: int) -> Extent:
        """Return a random handful of neighborhoods."""
        ids = [plot.id for plot in self.ground.neighborhoods]
        count = int(self.rng.integers(least, most + 1))
        return self.areas(ids[i] for i in self.rng.permutation(len(ids))[:count])

    def one_of(self, *texts: str) -> str:
        """Return one of several hours."""
        return texts[int(self.rng.integers(len(texts)))]


def provisions_of(scene: Scene) -> tuple[Provision, ...]:
    """Return everything the 45 told us of, in the order of the questionnaires."""
    return (*_city(scene), *_partners(scene), *_health(scene))


def _city(scene: Scene) -> list[Provision]:
    """City departments: they were asked for needs, routes, crews and vehicles."""
    office = scene.one_of("Mo-Fr 08:00-16:30", "Mo-Fr 08:00-17:00", "Mo-Fr 07:30-16:00")
    everyone, dispatch = (None, None), ("911 dispatch", "311")
    return [
        Provision("traffic-agents", "Traffic agents", ("02f",), ("N13",), "mobile", week("daily 06:00-22:00"), CITYWIDE, languages=ENGLISH_SPANISH,
            teams=8, vehicles=8, routes=dispatch, phone="555-0101", funded=True),
        Provision("animal-care", "Animal care officers", ("02g",), ("N14",), "mobile", week("daily 07:00-23:00"), CITYWIDE,
            teams=4, vehicles=4, routes=dispatch, phone="555-0102", funded=True),
        # ticks one box too many: a report form answers no nuisance (N16)
        Provision("riverbend-311", "Online and phone reports", ("01h",), ("N13", "N15", "N16", "N17"), "online", week("24/7"), CITYWIDE,
            languages=ENGLISH_SPANISH, ages=everyone, routes=("online", "311"), phone="311", funded=True),
        # an interpreter line that claims every language: it answers no survivor, so the Somali advocates stay alone
        Provision("riverbend-311", "311 city line", ("01d",), ("N16",), "phone", week("Mo-Fr 07:00-19:00, Sa 08:00-16:30"), CITYWIDE,
            languages=(("all languages", "interpreter"),), ages=everyone, routes=("311",), phone="311", funded=True),
        # the lost weekend, four vans for six crews, the 57-hour ride
        Provision("west-bank-crisis", "Mobile crisis team", ("02a",), ("N01", "N02", "N03", "N07"), "mobile", week("Mo-Fr 00:00-24:00"),
            scene.precincts(1, 2), languages=ENGLISH_SPANISH, ages=everyone, teams=3, vehicles=2, routes=dispatch,
            refers_to=("Millpond Stabilization Center",), ride=False, phone="555-0104", funded=True),
        Provision("neighborhood-responders", "Community responders", ("02b",), ("N03", "N04", "N07", "N08", "N09", "N10", "N11", "N12"), "mobile",
            week(scene.one_of("Mo-Fr 07:00-19:00", "Mo-Fr 08:00-20:00")), CITYWIDE, languages=ENGLISH_SPANISH, teams=4, vehicles=4,
            routes=dispatch, phone="555-0105", funded=True),
        Provision("neighborhood-responders", "Weekend responders pilot", ("02b",), ("N03", "N07", "N08", "N10", "N11"), "mobile",
            week("Sa-Su 10:00-18:00"), CITYWIDE, teams=2, vehicles=2, started=dt.date(2027, 3, 1)),
        Provision("property-standards", "Property inspections", ("02h",), ("N16",), "mobile", week(office), CITYWIDE, routes=("311",),
            teams=6, vehicles=6, phone="555-0106", funded=True),
        Provision("community-paramedics", "Community paramedics", ("02d",), ("N05", "N12"), "mobile", week("24/7"), CITYWIDE, ages=everyone,
            teams=3, vehicles=3, routes=("911 dispatch", "fire/EMS"), phone="555-0107", funded=True),
        # claims the whole city and works in two precincts: known there, possible elsewhere
        Provision("violence-prevention", "Group violence intervention", ("05b",), ("N22",), "mobile", week("Mo-Fr 10:00-18:00"), CITYWIDE,
            focus=scene.precincts(2, 4), ages=(18, None), teams=2, vehicles=1, routes=("police", "outreach"), funded=True),
        Provision("violence-prevention", "Shooting response", ("05e",), ("N23",), "mobile", week("daily 16:00-02:00"), CITYWIDE,
            teams=2, vehicles=2, routes=("police", "hospital"), funded=True),
        Provision("violence-prevention", "Contracts and technical help", ("13a",), BLANK, "by appointment", week(office), CITYWIDE,
            phone="555-0108", funded=True),
        Provision("street-lighting", "Street light repair", ("12a",), ("N33",), "mobile", week("Mo-Fr 07:00-15:30"), CITYWIDE, routes=("311",),
            teams=3, vehicles=5, phone="555-0109", funded=True),
        Provision("parks-recreation", "Evening gyms", ("08b",), ("N28",), "walk-in", week("Mo-Sa 17:00-22:00"), scene.precincts(1, 3),
            site="North gyms", ages=(10, 19), routes=("walk-in",), phone="555-0110", funded=True),
        Provision("parks-recreation", "Evening gyms", ("08b",), ("N28",), "walk-in", week(scene.one_of("Mo-Fr 17:00-21:00", "Mo-Fr 16:00-21:00")),
            scene.precincts(2, 5), site="South gyms", ages=(10, 19), routes=("walk-in",), phone="555-0110", funded=True),
        Provision("parks-recreation", "Summer Night Lights", ("08b",), ("N28",), "walk-in", week("Fr-Sa 19:00-01:00"), CITYWIDE, site="Pool field",
            ages=(10, 24), ended=dt.date(2026, 8, 31), funded=True),
        Provision("attorney-diversion", "Pre-arrest diversion", ("09a",), ("N29",), "walk-in", week("Mo-Fr 09:00-16:00"), CITYWIDE, ages=(18, None),
            routes=("police",), phone="555-0111", funded=True),
        Provision("homeless-outreach", "Street outreach", ("02j",), ("N06",), "mobile", week("Mo-Fr 08:00-16:00"), CITYWIDE, teams=3, vehicles=2,
            languages=DONT_KNOW, routes=dispatch, phone="555-0112", funded=True),
        Provision("library-navigators", "Library navigators", ("01e", "11f"), ("N34",), "walk-in", week("Mo-Fr 08:00-17:00"), CITYWIDE,
            ages=everyone, routes=("walk-in",), phone="555-0113", funded=True),
        Provision("report-desk", "Reports taken by civilians", ("02i",), ("N15",), "phone", week("Mo-Fr 08:00-18:00, Sa 09:00-13:00"), CITYWIDE,
            languages=ENGLISH_SPANISH, routes=("311",), phone="555-0114", funded=True),
    ]  # fmt: skip


def _partners(scene: Scene) -> list[Provision]:
    """Community partners: the same questions, repeated blocks of services in one row per organization."""
    evening = scene.one_of("Tu-Sa 14:00-22:00", "Mo-Sa 14:00-22:00")
    everyone, adults = (None, None), (18, None)
    return [
        # the "duplicate" that isn't
        Provision("harbor-hill-advocates", "Somali survivor advocates", ("06a",), ("N18",), "mobile", week("Mo-Fr 09:00-17:00"),
            scene.areas(scene.advocates), languages=(("Somali", "staff"), ("English", "staff")), ages=adults, teams=2, vehicles=1,
            routes=("outreach", "hotline"), phone="555-0130", funded=True),
        Provision("lantern-street", "Survivor advocates", ("06a",), ("N18", "N36"), "mobile", week("Mo-Fr 08:00-18:00"),
            scene.areas([*scene.advocates[:-1], *scene.downtown]), languages=ENGLISH_SPANISH, ages=adults, teams=3, vehicles=2,
            routes=("police", "hotline"), refers_to=("Harborlight House",), phone="555-0131", funded=True),
        # two signatures: Northbank's only youth mediation
        Provision("northbank-circle", "Youth mediation", ("09b",), ("N30",), "walk-in", week("Mo-Fr 14:00-20:00"), scene.named("Northbank"),
            ages=(12, 24), routes=("school", "walk-in"), phone="555-0132", funded=True),
        # the blank that isn't a gap
        Provision("westfield-table", "Youth mediation", ("09b",), ("N30",), "walk-in", VARIES, scene.named("Westfield"), ages=(11, 21),
            routes=("school",), phone="555-0133"),
        Provision("westfield-food-shelf", "Food shelf", ("11b",), ("N34",), "walk-in", week("Tu-Th 10:00-15:00"), scene.named("Westfield"),
            routes=("walk-in",), phone="555-0134", funded=False),
        Provision("mediation-center", "Neighbor mediation", ("09c",), ("N08",), "by appointment", week("Mo-Sa 10:00-20:00"), CITYWIDE,
            ages=everyone, routes=("walk-in", "online"), phone="555-0135", funded=True, site="By appointment"),
        Provision("mediation-center", "Neighbor mediation", ("09c",), ("N08",), "mobile", week("Mo-Sa 10:00-20:00"), CITYWIDE,
            languages=ENGLISH_SPANISH, ages=everyone, teams=4, vehicles=4, routes=("311", "police"), phone="555-0135", funded=True,
            site="On the block"),
        Provision("circles-of-repair", "Restorative circles", ("09b",), ("N30",), "walk-in", week("Mo-Fr 10:00-18:00"),
            scene.all_but("Westfield", "Northbank"), ages=everyone, routes=("court", "school"), phone="555-0136", funded=True),
        # yesterday's map: where shootings were three years ago, until 22:00
        Provision("steady-streets", "Street outreach", ("05a",), ("N21",), "mobile", week(evening), scene.areas(scene.then), ages=(14, 30),
            teams=3, vehicles=2, routes=("outreach",), funded=True, paid=False),
        Provision("peace-builders", "Retaliation mediation", ("05g",), ("N21",), "mobile", week("daily 12:00-22:00"), scene.corridor,
            teams=1, vehicles=1, routes=("outreach", "hospital"), funded=True),
        Provision("long-road-fellowship", "Fellowship", ("05c",), ("N22",), "mobile", week("Mo-Fr 09:00-19:00"), scene.fellowship, ages=(16, 28),
            teams=2, routes=("outreach", "court"), funded=True, place=(scene.fellowship.circle or (0, 0, 0))[:2]),
        Provision("always-remembered", "Families of homicide victims", ("06b",), ("N25",), BLANK, week("Mo-Fr 09:00-17:00"), CITYWIDE,
            languages=ENGLISH_SPANISH, routes=("hospital", "police"), phone="555-0138", funded=True),
        Provision("doors-open-housing", "Eviction help", ("11a",), ("N34",), "walk-in", week("Mo-Th 09:00-17:00"), scene.some(18, 22),
            ages=adults, routes=("walk-in", "211"), phone="555-0139", funded=True),
        Provision("second-start-jobs", "Job training", ("11c", "10d"), ("N34",), "walk-in", week("Mo-Fr 09:00-16:00"), BLANK, ages=adults,
            routes=("court", "walk-in"), phone="555-0140", funded=True),
        # the one who disagrees: two people of one organization, two answers
        Provision("reentry-bridge", "Coming-home guides", ("10b",), ("N31",), "mobile", week("Mo-Fr 09:00-17:00"), CITYWIDE, ages=adults,
            second_hours=week("Mo-Fr 12:00-20:00, Sa 10:00-14:00"), teams=2, vehicles=1, routes=("court", "outreach"), phone="555-0141", funded=True),
        Provision("doorway-youth", "Drop-in", ("04e",), ("N28",), "walk-in", WITHHELD, scene.some(5, 8), ages=(13, 21), routes=("walk-in",),
            phone="555-0142", funded=True),
        Provision("new-roots-legal", "Hate incident line", ("06a",), ("N36",), "phone", week("Mo-Fr 09:00-17:00"), CITYWIDE,
            languages=ENGLISH_SPANISH, ages=everyone, routes=("hotline",), phone="555-0153", funded=True),
        Provision("new-roots-legal", "Immigration legal help", ("11g",), BLANK, "by appointment", week("Mo-Fr 09:00-17:00"), CITYWIDE,
            languages=(("Spanish", "staff"), ("Somali", "interpreter")), routes=("walk-in",), phone="555-0143", funded=True),
        # two signatures: the other grant that ends; and ages in words
        Provision("rising-mentors", "Mentoring", ("08a",), ("N27", "N28"), "in an institution", week("Mo-Fr 14:00-18:00"), scene.some(6, 9),
            ages=Missing("unreadable", "middle schoolers"), routes=("school",), phone="555-0144", funded=True),
        Provision("green-lots", "Vacant lot care", ("12b",), ("N33",), "mobile", week("Tu-Sa 08:00-16:00"), scene.lots, teams=2, vehicles=1,
            routes=("311",), place=(scene.lots.circle or (0, 0, 0))[:2], phone="555-0145", funded=True),
        Provision("safer-now", "Harm reduction van", ("07c",), ("N04", "N05"), "mobile", week(scene.one_of("Mo-Fr 12:00-20:00", "Tu-Sa 12:00-20:00")),
            scene.some(6, 10), ages=adults, teams=1, vehicles=1, routes=("outreach",), phone="555-0146", funded=True),
        # asked for needs, gave none: possible only
        Provision("family-bridge", "Youth mobile response", ("02c",), BLANK, "mobile", week(scene.one_of("Mo-Fr 12:00-21:00", "daily 12:00-21:00")),
            scene.precincts(3, 4, 5), ages=(8, 18), teams=1, vehicles=1, routes=("school", "hotline"), phone="555-0147", funded=True),
        # the confidential shelter, and its hotline, which everyone may call
        Provision("harborlight", "Shelter", ("04c",), ("N18", "N20"), "residential", week("24/7"), CITYWIDE, languages=ENGLISH_SPANISH, ages=adults,
            beds=24, routes=("hotline",), confidential=True, address="418 Quince Court", place=_inside(scene, "Downtown"), funded=True),
        Provision("harborlight", "Harborlight hotline", ("01f",), ("N18", "N19"), "phone", week("24/7"), CITYWIDE, languages=ENGLISH_SPANISH,
            ages=everyone, routes=("hotline",), phone="555-0148", funded=True),
        Provision("commons-legal", "Protection orders", ("06g",), ("N18",), "by appointment", week("Tu-Th 09:00-16:00"), CITYWIDE,
            languages=(("English", "staff"),), ages=adults, routes=("court", "walk-in"), phone="555-0149", funded=True),
        # the volunteers
        Provision("night-lights", "Night walk", ("02b",), ("N03", "N07", "N08", "N10"), "mobile", week("Fr-Su 21:00-03:00"),
            scene.named("Stonebridge"), teams=1, vehicles=0, routes=("outreach",), phone="555-0150", funded=False),
        # a relay with the city's street outreach, which goes home at four
        Provision("st-brendan", "Evening soup walk", ("02j",), ("N06",), "mobile", week("Mo-Fr 18:00-22:00"), scene.precincts(2, 4), teams=1,
            vehicles=0, routes=("outreach",), phone="555-0151", funded=False),
        Provision("st-brendan", "Pantry", ("11b",), ("N34",), "walk-in", week(scene.one_of("Mo-Fr 10:00-14:00", "We-Su 10:00-14:00")), scene.zips,
            routes=("walk-in",), phone="555-0151", funded=False),
        # an answer without a kind of service: it never counts, and it is named
        Provision("block-clubs", "Porch watch <script>window.__hit=1</script>", BLANK, BLANK, "mobile", week("daily 18:00-23:00"),
            CITYWIDE, description="{% for x in range(3) %}We look out for each other{% endfor %}", funded=False),
        Provision("downtown-ambassadors", "Street ambassadors", ("12c",), ("N11", "N33"), "mobile", week("daily 08:00-20:00"),
            scene.named("Downtown"), teams=Missing("unreadable", "=SUM(B2:B9)"), routes=("walk-in",),
            description="<b>Yellow jackets</b> & maps", phone="555-0152", funded=True),
    ]  # fmt: skip


def _health(scene: Scene) -> list[Provision]:
    """Hospitals, clinics and schools: an older form without the question of needs, so that needs follow from the kind of service."""
    partly = [
        # a relay with the city's shooting response: no common hour
        Provision("bend-hospital", "Violence recovery team", ("05d",), NOT_ASKED, "in an institution", week("daily 06:00-16:00"), CITYWIDE,
            ages=(14, None), phone="555-0170", funded=True),
        Provision("bend-hospital", "Forensic nurses", ("06h",), NOT_ASKED, "walk-in", week("24/7"), CITYWIDE, languages=ENGLISH_SPANISH,
            ages=(None, None), phone="555-0171", funded=True),
        # some cover in the thirtieth neighborhood
        Provision("bend-hospital", "Weekend crisis pair", ("02a",), NOT_ASKED, "mobile", week("Fr-Sa 22:00-06:00"), scene.named("Stonebridge"),
            ages=(None, None), teams=1, vehicles=1, phone="555-0172", funded=True),
        # the lost weekend, four vans for six crews, the 57-hour ride
        Provision("eastside-alliance", "Eastside mobile crisis team", ("02a",), NOT_ASKED, "mobile", week("Mo-Fr 00:00-24:00"),
            scene.precincts(3, 4, 5), languages=ENGLISH_SPANISH, ages=(None, None), teams=3, vehicles=2,
            refers_to=("Millpond Stabilization Center",), ride=False, phone="555-0173", funded=True),
        Provision("eastside-alliance", "Intensive case management", ("07e",), NOT_ASKED, "mobile", week("Mo-Fr 08:00-17:00"), CITYWIDE,
            ages=(18, None), teams=4, phone="555-0174", funded=True),
        # the 57-hour ride: the door opens again on Monday at 08:00
        Provision("stabilization-center", "Stabilization beds", ("04a",), NOT_ASKED, "residential", week("24/7"), CITYWIDE,
            intake=week("Mo-Fr 08:00-20:00"), ages=(18, None), beds=12, phone="555-0175", funded=True),
        Provision("stabilization-center", "Sobering beds", ("04b",), NOT_ASKED, "residential", week("24/7"), CITYWIDE,
            intake=week("Mo-Fr 08:00-20:00"), ages=(18, None), beds=8, phone="555-0175", funded=True),
        Provision("recovery-center", "Trauma recovery", ("06e",), NOT_ASKED, "walk-in", week(scene.one_of("Mo-Fr 08:30-17:30", "Mo-Fr 09:00-18:00")),
            scene.some(20, 25), languages=ENGLISH_SPANISH, ages=(None, None), phone="555-0176", funded=True),
        Provision("public-schools", "Safe passage", ("05f",), NOT_ASKED, "in an institution", week("Mo-Fr 07:00-16:00"), CITYWIDE, ages=(11, 18),
            phone="555-0177", funded=True),
        # closes before it opens: 5 in the afternoon was meant, and nobody may guess so
        Provision("public-schools", "Attendance support", ("08e",), NOT_ASKED, "in an institution", Missing("unreadable", "09:00-05:00"), CITYWIDE,
            ages=(5, 18), phone="555-0178", funded=True),
        Provision("public-schools", "Night school walk-home", ("05f",), NOT_ASKED, "mobile", week("Mo-Th 19:00-22:00"), CITYWIDE, ages=(11, 18),
            suspended=True, phone="555-0177", funded=True),
    ]  # fmt: skip
    return [replace(provision, routes=NOT_ASKED) for provision in partly]


def _inside(scene: Scene, name: str) -> tuple[float, float]:
    point = scene.ground.named(name).shape.representative_point()
    return round(point.x, 6), round(point.y, 6)
