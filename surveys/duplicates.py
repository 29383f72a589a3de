"""Which organizations may be one, so that a person should look? In one wave, across waves, under a former name, or in a directory.

Everyone who answered or stands in a directory is compared with everyone else and with those who were invited, by `matching.py`. What a person
decided in `decisions/organizations.csv` is not asked again. Nothing is merged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ecosystem.errors import Issue
from ecosystem.records import Contact, Location, Records, Source
from surveys.decisions import FILES, Decisions
from surveys.identity import Directory
from surveys.matching import Listing, Match, best, candidates

TOLD = frozenset({"strong", "likely"})
"""The tiers that become an issue; the table for a person has all."""


def listings(records: Records, directory: Directory) -> tuple[Listing, ...]:
    """Return what is known of who each organization is, by key: names, and the places, phones and web addresses of its deliveries.

    A confidential place has no location in the records, so it is compared with nothing.
    """
    urls: dict[str, dict[str, None]] = {}
    phones: dict[str, dict[str, None]] = {}
    addresses: dict[str, dict[str, None]] = {}
    for delivery in records.deliveries:
        if isinstance(delivery.contact, Contact):
            urls.setdefault(delivery.organization, {})[delivery.contact.url] = None
            phones.setdefault(delivery.organization, {})[delivery.contact.phone] = None
        if isinstance(delivery.location, Location):
            addresses.setdefault(delivery.organization, {})[delivery.location.address] = None

    def known(values: Mapping[str, None]) -> tuple[str, ...]:
        return tuple(sorted(value for value in values if value))

    return tuple(
        Listing(key, name, directory.aliases[key], *(known(found.get(key, {})) for found in (urls, phones, addresses)))
        for key, name in sorted(directory.names.items())
    )


def find_duplicates(records: Records, directory: Directory, decisions: Decisions) -> tuple[Match, ...]:
    """Return the pairs of organizations that may be one and that nobody decided on, best first, at most three of each organization.

    At least one of a pair answered or stands in a directory: two that were invited with like names are the list's own affair.
    """
    apart = [frozenset({one, other}) for one, other in _decided(directory, decisions)]
    spoke = {organization.key for organization in records.organizations}
    matches = [match for match in candidates(listings(records, directory), apart=apart) if match.one in spoke or match.other in spoke]
    kept = {match for found in best(matches).values() for match in found}
    return tuple(match for match in matches if match in kept)


def _decided(directory: Directory, decisions: Decisions) -> Iterable[tuple[str, str]]:
    for one, other, _ in decisions.different:
        keys = directory.find(one), directory.find(other)
        if keys[0] is not None and keys[1] is not None:
            yield keys[0], keys[1]


def duplicate_issues(matches: Iterable[Match], records: Records, names: Mapping[str, str]) -> tuple[Issue, ...]:
    """Return an issue, at the answer of one of the two, for each pair that is more than possible."""
    sources = {organization.key: organization.sources.get("organization", Source("")) for organization in records.organizations}
    issues = []
    for match in matches:
        if match.tier in TOLD:
            mine, theirs = (match.one, match.other) if match.one in sources else (match.other, match.one)
            source = sources[mine]
            message = (
                f"{names[mine]!r} and {names[theirs]!r} may be one organization ({match.tier}: {', '.join(match.reasons)}). "
                "Decide in decisions/organizations.csv: name, same_as, and yes or no under decision."
            )
            place = (source.file, source.sheet, source.row, source.column)
            issues.append(Issue(*place, "organization_similar", "info", names[mine], message, mine))
    return tuple(issues)


def organizations_to_decide(matches: Sequence[Match], records: Records, directory: Directory) -> list[dict[str, str]]:
    """Return one row per pair with the columns of `decisions/organizations.csv`, and what speaks for it; best first.

    `decision` is empty: a person writes yes or no and keeps the row in `decisions/organizations.csv`. Rows left empty stay open questions.
    """
    sources = {organization.key: organization.sources.get("organization") for organization in records.organizations}

    def named(key: str) -> str:
        return directory.names[key] if directory.find(directory.names[key]) == key else key

    def stands(key: str) -> str:
        source = sources.get(key)
        if source is None:
            return "invited"
        row = f" row {source.row}" if source.row else ""
        return f"{source.file}{f' sheet {source.sheet}' if source.sheet else ''}{row} ({source.method})"

    return [
        {
            **dict(zip(FILES["organizations.csv"], (named(match.one), named(match.other)), strict=True)),
            "decision": "",
            "score": f"{match.score:.0f}",
            "tier": match.tier,
            "why": "; ".join(match.reasons),
            "name_stands_in": stands(match.one),
            "same_as_stands_in": stands(match.other),
        }
        for match in matches
    ]
