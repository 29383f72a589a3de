"""Which of several answers that one respondent gave in one wave holds?

The later complete one, fact by fact. What it leaves open stays as it was said before: unknown is not a change of mind, and a service that it
does not name again is still there. An answer that was not finished overrules nothing. Answers of different respondents, or of one day, where
nobody knows which came later, are left side by side, and what they differ in is a dispute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from ecosystem.records import Dispute

T = TypeVar("T")


class ResponseKey(NamedTuple):
    """What makes rows one questionnaire sent back."""

    file: str
    sheet: str
    wave: str
    date: str
    role: str

    @property
    def respondent(self) -> tuple[str, str, str, str]:
        """Whose answer it is, as far as can be told: one role of the organization, in one export, in one wave."""
        return (self.file, self.sheet, self.wave, self.role)


class Merge(Protocol[T]):
    """Merges what several answers say of one thing, oldest first; returns it, and the facts in which they differ."""

    def __call__(self, claims: Sequence[T], *, later_wins: bool = False) -> tuple[T, tuple[Dispute, ...]]: ...


def hold_latest(
    claims: Sequence[tuple[ResponseKey, T]], complete: Mapping[ResponseKey, bool], merge: Merge[T]
) -> tuple[list[tuple[ResponseKey, T]], tuple[Dispute, ...]]:
    """Return what several answers say of one thing, oldest first, with the answers of one respondent put into the latest; and what it corrects.

    A correction has what was said in the order of its dates, the last of which holds.
    """
    if len({response for response, _ in claims}) < 2:
        return list(claims), ()
    by_respondent: dict[tuple[str, ...], dict[ResponseKey, list[T]]] = {}
    for response, claim in claims:
        by_respondent.setdefault(response.respondent, {}).setdefault(response, []).append(claim)
    held: dict[ResponseKey, T] = {}
    gone: set[ResponseKey] = set()
    corrected: list[Dispute] = []
    for told in by_respondent.values():
        at_once = {response: merge(said) for response, said in told.items()}
        is_ordered = all(response.date for response in told) and len({response.date for response in told}) == len(told)
        newest = max((response for response in told if complete[response]), key=lambda response: response.date, default=None)
        if newest is None or not is_ordered or any(differing for _, differing in at_once.values()):
            continue
        earlier = sorted((response for response in told if response.date < newest.date), key=lambda response: (complete[response], response.date))
        if not earlier:
            continue
        held[newest], differing = merge([at_once[response][0] for response in (*earlier, newest)], later_wins=True)
        gone.update(earlier)
        corrected += differing
    kept: list[tuple[ResponseKey, T]] = []
    for response, claim in claims:
        if response in held:
            if all(response != other for other, _ in kept):
                kept.append((response, held[response]))
        elif response not in gone:
            kept.append((response, claim))
    return kept, tuple(corrected)
