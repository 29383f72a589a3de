"""Who is asked in Riverbend: 58 organizations, of whom 45 answer, and the county, which nobody asked.

Each line is (key, name, sector, form or None for silence). `LOCAL` names the neighborhood of those known to work in one only; six are known
in Westfield, and four of these six are silent. All are invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ecosystem.demo.intent import Form, Party

if TYPE_CHECKING:
    import numpy as np

ANSWERED: tuple[tuple[str, str, str, Form], ...] = (
    ("traffic-agents", "Riverbend Traffic Agents", "city", "city"),
    ("animal-care", "Riverbend Animal Care", "city", "city"),
    ("riverbend-311", "Riverbend 311", "city", "city"),
    ("west-bank-crisis", "West Bank Crisis Team", "city", "city"),
    ("neighborhood-responders", "Neighborhood Responders", "city", "city"),
    ("property-standards", "Property Standards", "city", "city"),
    ("community-paramedics", "Fire Department Community Paramedics", "city", "city"),
    ("violence-prevention", "Office of Violence Prevention", "city", "city"),
    ("street-lighting", "Street Lighting Division", "city", "city"),
    ("parks-recreation", "Riverbend Parks and Recreation", "city", "city"),
    ("attorney-diversion", "City Attorney Diversion Desk", "city", "city"),
    ("homeless-outreach", "Riverbend Street Outreach", "city", "city"),
    ("library-navigators", "Library Navigators", "city", "city"),
    ("report-desk", "Civilian Report Desk", "city", "city"),
    ("harbor-hill-advocates", "Harbor Hill Somali Advocates", "community", "partners"),
    ("lantern-street", "Lantern Street Survivor Services", "community", "partners"),
    ("northbank-circle", "Northbank Youth Circle", "community", "partners"),
    ("westfield-table", "Westfield Youth Table", "community", "partners"),
    ("westfield-food-shelf", "Westfield Food Shelf", "community", "partners"),
    ("mediation-center", "Riverbend Mediation Center", "community", "partners"),
    ("circles-of-repair", "Circles of Repair", "community", "partners"),
    ("steady-streets", "Steady Streets", "community", "partners"),
    ("peace-builders", "Peace Builders Collective", "community", "partners"),
    ("long-road-fellowship", "Long Road Fellowship", "community", "partners"),
    ("always-remembered", "Always Remembered", "community", "partners"),
    ("doors-open-housing", "Doors Open Housing Justice", "community", "partners"),
    ("second-start-jobs", "Second Start Jobs", "community", "partners"),
    ("reentry-bridge", "Reentry Bridge", "community", "partners"),
    ("doorway-youth", "Doorway Youth House", "community", "partners"),
    ("new-roots-legal", "New Roots Legal Help", "community", "partners"),
    ("rising-mentors", "Rising Mentors", "community", "partners"),
    ("green-lots", "Green Lots Riverbend", "community", "partners"),
    ("safer-now", "Safer Now", "community", "partners"),
    ("family-bridge", "Family Bridge", "community", "partners"),
    ("harborlight", "Harborlight House", "community", "partners"),
    ("commons-legal", "Commons Legal Aid", "community", "partners"),
    ("night-lights", "Night Lights Faith Patrol", "faith", "partners"),
    ("st-brendan", "St. Brendan Pantry", "faith", "partners"),
    ("block-clubs", "Block Clubs of Riverbend", "resident", "partners"),
    ("downtown-ambassadors", "Downtown Ambassadors", "business", "partners"),
    ("bend-hospital", "Bend Memorial Hospital", "health", "health"),
    ("eastside-alliance", "Eastside Health Alliance", "health", "health"),
    ("stabilization-center", "Millpond Stabilization Center", "health", "health"),
    ("recovery-center", "Lighthouse Trauma Recovery", "health", "health"),
    ("public-schools", "Riverbend Public Schools", "school", "health"),
)

SILENT: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("westfield-council", "Westfield Community Council", "resident", ("N08", "N30", "N33")),
    ("westfield-family", "Westfield Family Center", "community", ("N09", "N30", "N34")),
    ("west-end-ministry", "West End Outreach Ministry", "faith", ("N21", "N27", "N34")),
    ("westfield-gym", "Westfield Boxing and Reading Gym", "community", ("N27", "N28", "N30")),
    ("housing-authority", "Riverbend Housing Authority", "city", ("N34", "N33")),
    ("transit-agency", "Bend Transit", "city", ("N11", "N12")),
    ("state-victim-services", "State Office for Victims", "state", ("N25", "N37")),
    ("valley-clinic", "Valley View Clinic", "health", ("N32", "N35")),
    ("riverside-charter", "Riverside Charter Schools", "school", ("N27", "N28")),
    ("familia-network", "Familia Network", "community", ("N09", "N18", "N36")),
    ("eastside-business", "Eastside Business League", "business", ("N11", "N33")),
    ("elders-circle", "Elders' Circle", "community", ("N12", "N03")),
    ("island-church", "Heron Island Chapel", "faith", ("N34",)),
)

NOT_ASKED_PARTIES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("county-services", "River County Human Services", "county", ("N01", "N02", "N06", "N31", "N34", "N35")),
)

LOCAL: Mapping[str, str] = {
    "westfield-table": "Westfield",
    "westfield-food-shelf": "Westfield",
    "westfield-council": "Westfield",
    "westfield-family": "Westfield",
    "west-end-ministry": "Westfield",
    "westfield-gym": "Westfield",
    "northbank-circle": "Northbank",
    "night-lights": "Stonebridge",
    "island-church": "Heron Island",
}

ALIASES: Mapping[str, str] = {"violence-prevention": "Neighborhood Safety (formerly OVP)", "safer-now": "SaferNow!"}
"""What a respondent wrote for the organization, with no invitation key beside it."""

ROLES = ("director", "program manager", "program manager", "deputy director", "coordinator", "consultant")

RIDE_WORDS = (
    "After the first conversation nobody gives people a ride to the next place.",
    "No ride from the pick-up to a bed, above all on Friday night.",
    "People miss intake because there is no ride on weekends.",
    "We stabilize someone and then have no ride to offer.",
    "Rides. Always rides.",
    "The last tram leaves at 22:10 and there is no ride after that.",
    "We call four places for a ride and then a patrol car takes them.",
    "A ride on Saturday would change most of our cases.",
    "Families ask for a ride before they ask for anything else.",
    "No ride home from the hospital at night.",
    "Our staff give rides in their own cars, which we cannot insure.",
)
"""Eleven of the 45 name rides, each in its own words."""

_OTHER_WORDS = (
    ("barriers", "Waiting lists, and forms in English only."),
    ("barriers", "People do not know that we exist."),
    ("barriers", "Contracts are signed months after the work has begun."),
    ("barriers", "=HYPERLINK(\"https://example.invalid\",\"see our list\")"),
    ("barriers", "Dispatch forgets us after 22:00."),
    ("barriers", "Fear of being asked for papers."),
    ("more_money", "A second crew on weekends."),
    ("more_money", "One more advocate in the evening."),
    ("more_money", "Pay our volunteers for their gas."),
    ("more_money", "@SUM(1,1) of what we have now"),
    ("more_money", "Stay open until midnight."),
    ("more_money", "Two vans."),
)  # fmt: skip


def parties_of(area_of: Callable[[str], str], rng: np.random.Generator) -> tuple[Party, ...]:
    """Return everyone who matters, with what varies by seed: dates, sizes, roles and who names which barrier. `area_of` gives the id of a name."""
    keys = [line[0] for line in ANSWERED]
    wordy = [keys[i] for i in rng.permutation(len(keys))]
    rides = dict(zip(sorted(wordy[: len(RIDE_WORDS)]), RIDE_WORDS, strict=True))
    others = dict(zip(sorted(wordy[len(RIDE_WORDS) : len(RIDE_WORDS) + len(_OTHER_WORDS)]), _OTHER_WORDS, strict=True))
    parties = []
    for key, name, sector, form in ANSWERED:
        comments = (("barriers", rides[key]),) if key in rides else (others[key],) if key in others else ()
        parties.append(
            Party(
                key,
                name,
                sector,
                form,
                areas=(area_of(LOCAL[key]),) if key in LOCAL else (),
                size=int(rng.integers(3, 60)),
                alias=ALIASES.get(key, ""),
                role=str(rng.choice(ROLES)),
                answered_on=dt.date(2026, 8, 10) + dt.timedelta(days=int(rng.integers(0, 40))),
                also_known_as="Peace Bldrs {{7*7}}" if key == "peace-builders" else "",
                comments=comments,
            )
        )
    for silent, asked in ((SILENT, True), (NOT_ASKED_PARTIES, False)):
        for key, name, sector, needs in silent:
            areas = (area_of(LOCAL[key]),) if key in LOCAL else ()
            parties.append(Party(key, name, sector, None, needs, areas, asked, size=int(rng.integers(3, 60))))
    return tuple(sorted(parties, key=lambda party: party.key))
