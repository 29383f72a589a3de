"""Questions one asks of a city: who can come now, why do we say this, who funds what and what would go dark?

Pure functions on the graph and the coverage; the command line and the pages only print what they give back.
"""

from __future__ import annotations

from ecosystem.query.contracts import ContractBook, ContractLine, Horizon, LostCover, contracts
from ecosystem.query.explain import Evidence, Explanation, explain, find_finding
from ecosystem.query.facts import FIELDS, Fact, area_in_words, facts_by_delivery, facts_of
from ecosystem.query.sending import Sending, who_can_be_sent
from ecosystem.query.who import NextVisit, Visitor, WhoCanCome, minute_of_week, who_can_come

__all__ = [
    "FIELDS",
    "ContractBook",
    "ContractLine",
    "Evidence",
    "Explanation",
    "Fact",
    "Horizon",
    "LostCover",
    "NextVisit",
    "Sending",
    "Visitor",
    "WhoCanCome",
    "area_in_words",
    "contracts",
    "explain",
    "facts_by_delivery",
    "facts_of",
    "find_finding",
    "minute_of_week",
    "who_can_be_sent",
    "who_can_come",
]
