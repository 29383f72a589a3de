"""What does this city call itself, where are its files, and which standards does it hold itself to?

One file, `city.toml`, answers. `City.read` checks it at the door: every problem of the file in one error that names the file, the key
and the fix. Analyses own their options; the city keeps their tables raw and hands them out checked by `City.options`.

`settings` is the whole file, `tables` each of its tables, `values` what a key may say, `problems` what is wrong and the fix, `template` the
first file of a new city, `writing` a value as it stands in one.
"""

from __future__ import annotations

from ecosystem.city.settings import City
from ecosystem.city.tables import (
    Answered,
    Baseline,
    Calls,
    CityContact,
    Emergency,
    GeographyFile,
    Goal,
    Population,
    Privacy,
    Standards,
    Survey,
    WiderPlaces,
)
from ecosystem.city.template import city_toml_template

__all__ = [
    "Answered",
    "Baseline",
    "Calls",
    "City",
    "CityContact",
    "Emergency",
    "GeographyFile",
    "Goal",
    "Population",
    "Privacy",
    "Standards",
    "Survey",
    "WiderPlaces",
    "city_toml_template",
]
