"""Whom do organizations send people to, once names are resolved?

What one says of sending and the other of being sent people is one referral per pair; a name that nobody has is kept and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecosystem.errors import Issue
from ecosystem.records import Referral, Source, Unknown
from surveys.identity import Directory
from surveys.response import issue_at


def resolve_referrals(referrals: Iterable[Referral], directory: Directory) -> tuple[list[Referral], list[Issue]]:
    """Return referrals with the keys of those they name, one per pair, and what to ask; a name nobody has is kept and told."""
    issues: list[Issue] = []
    pairs: dict[tuple[str, str, str], list[Referral]] = {}
    for referral in referrals:
        for name in _names_in(referral.target_name, directory):
            found = directory.find(name)
            if found is None:
                close = directory.candidates(name)
                hint = f" Closest: {', '.join(close)}." if close else ""
                message = f"nobody who answered or was asked is called {name!r}.{hint} Decide in decisions/organizations.csv."
                issues.append(issue_at(referral.source or Source(""), "referral_unknown", message, referral.origin, severity="info", text=name))
            mine, other = referral.origin, found or ""
            if found == mine:
                continue
            if referral.claimed_by == "target":
                if found is None:
                    continue
                mine, other = found, referral.origin
            target_name = directory.names.get(other, name)
            pairs.setdefault((mine, other, target_name), []).append(replace(referral, origin=mine, target=other, target_name=target_name))
    return [_one_referral(claims) for claims in pairs.values()], issues


def _names_in(text: str, directory: Directory) -> list[str]:
    """Cut names joined with commas, where the whole is nobody's name and every piece is somebody's."""
    if directory.find(text) is not None or "," not in text:
        return [text]
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    return pieces if all(directory.find(piece) is not None for piece in pieces) else [text]


def _one_referral(claims: Sequence[Referral]) -> Referral:
    """Join what several answers say of one referral: yes where any says yes, no where all who know say no."""

    def join(values: Iterable[bool | Unknown]) -> bool | Unknown:
        known = [value for value in values if not isinstance(value, Unknown)]
        if known:
            return any(known)
        return min((value for value in values if isinstance(value, Unknown)), key=lambda value: value.reason)

    ordered = sorted(claims, key=lambda claim: claim.source.id if claim.source else "")
    sides = {claim.claimed_by for claim in claims}
    return replace(
        ordered[0],
        claimed_by="both" if len(sides) > 1 else ordered[0].claimed_by,
        ride=join([claim.ride for claim in ordered]),
        warm_handoff=join([claim.warm_handoff for claim in ordered]),
        written_criteria=join([claim.written_criteria for claim in ordered]),
    )
