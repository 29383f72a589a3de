"""May this person come, and at which minutes are they understood?"""

from __future__ import annotations

from dataclasses import dataclass

from ecosystem.records import Delivery, Unknown, known_or
from ecosystem.schedule import ALWAYS, NEVER, Schedule


@dataclass(frozen=True, slots=True)
class Resident:
    """The person one asks for; every field left out fits everyone. `language` is a BCP 47 code, `age` in years."""

    age: int | None = None
    gender: str = ""
    language: str = ""
    group: str = ""


def fits(delivery: Delivery, resident: Resident) -> bool | None:
    """Return whether this person may come: True, False, or None where the answers do not say.

    A language counts from staff or an interpreter line on; printed materials alone do not (strengths 1, 0.5 and 0.25; at least 0.5 counts).
    Groups nobody mentioned are not known, since a service for `youth` may still take an adult.
    """
    verdicts: list[bool | None] = []
    who = delivery.eligibility
    if resident.age is not None:
        if isinstance(who.ages, Unknown):
            verdicts.append(None)
        else:
            least, most = who.ages
            verdicts.append((least is None or resident.age >= least) and (most is None or resident.age <= most))
    if resident.gender:
        verdicts.append(None if isinstance(who.genders, Unknown) else not who.genders or resident.gender in who.genders)
    if resident.language:
        verdicts.append(_speaks(delivery, resident.language))
    if resident.group:
        verdicts.append(None if isinstance(who.groups, Unknown) else not who.groups or resident.group in who.groups)
    if False in verdicts:
        return False
    return None if None in verdicts else True


def language_hours(delivery: Delivery, language: str) -> Schedule:
    """Return the minutes of the week when a language (BCP 47) is spoken: ALWAYS unless the answer names the hours."""
    spoken = [entry for entry in known_or(delivery.languages, ()) if entry.code in (language, "*") and entry.strength != "materials"]
    if not spoken or any(entry.when is None for entry in spoken):
        return ALWAYS
    hours = NEVER
    for entry in spoken:
        hours = hours | (entry.when or NEVER)
    return hours


def _speaks(delivery: Delivery, language: str) -> bool | None:
    if isinstance(delivery.languages, Unknown):
        return None
    return any(spoken.code in (language, "*") and spoken.strength != "materials" for spoken in delivery.languages)
