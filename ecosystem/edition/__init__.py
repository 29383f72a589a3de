"""What may each edition show, and how is that made sure of?

`redact` takes out of the records what an edition may not know, before anything is computed; `suppress_counts` hides small numbers of people;
`check_leaks` reads every finished file of an edition, decoded, and stops the build where something hidden is found all the same.
"""

from ecosystem.edition.hidden import CITY_ONLY_NEEDS, EDITIONS, Edition
from ecosystem.edition.leaks import Leak, check_leaks, find_leaks
from ecosystem.edition.redact import redact
from ecosystem.edition.suppression import suppress_count, suppress_counts

__all__ = ["CITY_ONLY_NEEDS", "EDITIONS", "Edition", "Leak", "check_leaks", "find_leaks", "redact", "suppress_count", "suppress_counts"]
