"""Which organizations may be one? Candidates with a score, reasons and a tier, for a person to decide on; nothing is merged here.

Two listings are compared only where they share something seldom: a group of letters that few names have, a web domain, a phone number, a
house number with its street. What agrees and what differs of name, domain, phone and address gives a score of 0 to 100 and its reasons. The
tier says how sure that is: `strong` (alike in all that is known, and nobody else comes near), `likely`, `possible`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import rapidfuzz.fuzz

from ecosystem.records import normalize_name

Tier = Literal["strong", "likely", "possible"]

MOST_IN_BLOCK = 24
"""A piece of a name, a domain, a phone or an address that more listings share than this says nothing about who is who."""
RARE_GRAMS = 7
"""How many of its rarest letter groups a name is looked up by."""
STRONG, LIKELY, POSSIBLE = 88.0, 75.0, 60.0
"""Scores from which a pair is in each tier; below the last it is no candidate."""
STRONG_NAME = 80.0
"""How alike the names of a strong pair are at least."""
AGREES, NAME_ALONE = 80.0, 84.0
"""Something beside the name must be alike as much as the first, or the names as the second: names that are half alike are everywhere."""
RENAMED = 2
"""A pair with this many of web address, phone and address in common is possible whatever the names: organizations change theirs."""
INITIALS = 85.0
"""How alike a name and its initials are taken to be."""
RIVAL = 4.0
"""A pair is not strong where a candidate is left that scores better, or less than this worse."""

_GENERIC = frozenset(
    {
        "inc", "incorporated", "llc", "corp", "corporation", "co", "company", "the", "of", "and", "for", "a", "an", "at", "in", "on", "to", "de",
        "la", "el", "los", "las", "y", "org", "organization", "nonprofit", "foundation", "fund", "association", "assoc", "society",
    }
)  # fmt: skip
_SHARED_HOSTS = frozenset(
    {
        "facebook.com", "sites.google.com", "google.com", "instagram.com", "twitter.com", "linktr.ee", "wixsite.com", "wordpress.com",
        "blogspot.com", "weebly.com", "youtube.com", "linkedin.com", "eventbrite.com",
    }
)  # fmt: skip
_DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}
_STREETS = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct",
    "highway": "hwy", "parkway": "pkwy", "square": "sq", "terrace": "ter", "suite": "ste", "saint": "st", "building": "bldg", "room": "rm",
}  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """What is said of who an organization is. `key` tells it from all others; `addresses` may end in a postal code; unknown is empty."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @cached_property
    def words(self) -> str:
        """Its name to compare by, without words that every organization may have."""
        folded = normalize_name(self.name)
        kept = [word for word in folded.split() if word not in _GENERIC]
        return " ".join(kept) or folded

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name and the other names, folded, once each."""
        return tuple(dict.fromkeys(name for name in (self.words, *map(normalize_name, self.aliases)) if name))

    @cached_property
    def spellings(self) -> tuple[tuple[str, str, str, str | None], ...]:
        """Each of its names as it is, without spaces, with its words in order, and as its initials."""
        return tuple((name, name.replace(" ", ""), " ".join(sorted(name.split())), _initials(name)) for name in self.names)

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Domain and path of each of its web addresses."""
        return tuple(dict.fromkeys(site for url in self.urls if (site := web_site(url))))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its phone numbers, as ten digits: short codes (911, 211) are everybody's."""
        return frozenset(number for text in self.phones for number in phone_numbers(text) if len(number) == 10)

    @cached_property
    def streets(self) -> Mapping[str, str]:
        """Its addresses with the usual words shortened, and the house number that each begins with, "" where it begins with none."""
        keys = dict.fromkeys(street for address in self.addresses if (street := street_key(address)))
        return {street: match[0] if (match := re.match(r"\d+", street)) else "" for street in keys}


@dataclass(frozen=True, slots=True)
class Match:
    """Two listings that may be one organization: `one` and `other` are their keys, in order. `reasons` say what agrees and what differs."""

    one: str
    other: str
    score: float
    tier: Tier
    reasons: tuple[str, ...] = ()


def web_site(url: str) -> str:
    """Return domain and path of a web address as they are compared, "" where there is none or it is a host that everybody has pages at.

    >>> web_site("http://www.Example.org/food/"), web_site("example.org"), web_site("none")
    ('example.org/food', 'example.org', '')
    """
    text = re.sub(r"^[a-z]+:/*|^www\d?\.|/+$", "", re.sub(r"^[a-z]+:/*", "", url.strip().casefold()))
    text = text.split("?")[0].split("#")[0].rstrip("/")
    return text if "." in text.split("/")[0] and text not in _SHARED_HOSTS else ""


def phone_numbers(text: str) -> frozenset[str]:
    """Return the phone numbers in a text as digits.

    >>> sorted(phone_numbers("Main: (415) 555-0100 x12 / TTY 1-415-555-0101")), sorted(phone_numbers("211"))
    (['4155550100', '4155550101'], ['211'])
    """
    found = {"".join(match.groups()) for match in re.finditer(r"(?<!\d)(?:\+?1[\s.-]*)?\(?(\d{3})\)?[\s./-]*(\d{3})[\s.-]*(\d{4})(?!\d)", text)}
    if not found and re.fullmatch(r"\D*[2-9]\d\d\D*", text):
        found = {re.sub(r"\D", "", text)}
    return frozenset(found)


def street_key(address: str) -> str:
    """Return an address with its usual words shortened.

    >>> street_key("800 North Chestnut Street, Suite 1C"), street_key("")
    ('800 n chestnut st ste 1c', '')
    """
    return " ".join(_STREETS.get(word, _DIRECTIONS.get(word, word)) for word in normalize_name(address).split())


def candidates(listings: Iterable[Listing], known: Iterable[Listing] | None = None, *, apart: Iterable[frozenset[str]] = ()) -> tuple[Match, ...]:
    """Return the pairs that may be one organization, best first: among `listings`, or of each with the `known` ones where these are given.

    `apart` are pairs of keys that a person told apart.

    >>> pair = candidates([Listing("a", "Harbor Hill Center", urls=("harbor.org",)), Listing("b", "Harbour Hill", urls=("www.harbor.org",))])[0]
    >>> pair.one, pair.other, pair.tier
    ('a', 'b', 'likely')
    """
    new = sorted(listings, key=lambda listing: listing.key)
    old = sorted(known, key=lambda listing: listing.key) if known is not None else []
    told_apart = set(apart)
    found = []
    for one, other in _neighbours(new, old if known is not None else None):
        if frozenset({one.key, other.key}) not in told_apart and (match := compare(one, other)) is not None:
            found.append(match)
    return tuple(sorted(_unrivalled(found, both=known is None), key=lambda match: (-match.score, match.one, match.other)))


def best(matches: Iterable[Match], limit: int = 3) -> Mapping[str, tuple[Match, ...]]:
    """Return, per listing, its first `limit` candidates."""
    by_key: dict[str, list[Match]] = defaultdict(list)
    for match in matches:
        for key in (match.one, match.other):
            if len(by_key[key]) < limit:
                by_key[key].append(match)
    return {key: tuple(found) for key, found in by_key.items()}


# -- who is compared with whom -----------------------------------------------------------------------------------------------------------------


def _neighbours(new: Sequence[Listing], old: Sequence[Listing] | None) -> Iterator[tuple[Listing, Listing]]:
    """Yield the pairs that share something seldom, once each."""
    listings = [*new, *(old or ())]
    blocks: dict[str, list[int]] = defaultdict(list)
    grams = [[_grams(name) for name in listing.names] for listing in listings]
    counts = Counter(gram for names in grams for gram in set().union(*names))
    for at, listing in enumerate(listings):
        for key in {*_exact_keys(listing), *(key for name in grams[at] for key in _rare(name, counts))}:
            blocks[key].append(at)
    found: set[tuple[int, int]] = set()
    for members in blocks.values():
        if 1 < len(members) <= MOST_IN_BLOCK:
            found |= {(one, other) for at, one in enumerate(members) for other in members[at + 1 :]}
    for one, other in sorted(found):
        if old is None or one < len(new) <= other:
            yield listings[one], listings[other]


def _exact_keys(listing: Listing) -> Iterator[str]:
    for name in listing.names:
        yield f"name {''.join(sorted(name.split()))}"
        yield f"begins {name.replace(' ', '')[:8]}"
        if " " not in name:
            yield f"initials {name}"
        elif initials := _initials(name):
            yield f"initials {initials}"
    for site in listing.sites:
        yield f"site {site}"
        yield f"domain {site.split('/')[0]}"
        yield f"domain {site.split('/')[0].rpartition('.')[0]}"
    for number in listing.numbers:
        yield f"phone {number}"
    for street in listing.streets:
        yield f"street {' '.join(street.split()[:3])}"
        yield f"address {street}"


def _grams(name: str) -> set[str]:
    squeezed = name.replace(" ", "")
    return {squeezed[at : at + 4] for at in range(max(1, len(squeezed) - 3))}


def _rare(grams: set[str], counts: Mapping[str, int]) -> list[str]:
    """Return the letter groups of a name that fewest names have, of those that more than one has."""
    shared = sorted((gram for gram in grams if 1 < counts[gram] <= MOST_IN_BLOCK), key=lambda gram: (counts[gram], gram))
    return [f"gram {gram}" for gram in shared[:RARE_GRAMS]]


# -- how much two listings agree ---------------------------------------------------------------------------------------------------------------


def compare(one: Listing, other: Listing) -> Match | None:
    """Return what two listings have in common, None where it is too little to ask anybody."""
    site = max((_sites_alike(mine, theirs) for mine in one.sites for theirs in other.sites), default=None)
    phone = (100.0 if one.numbers & other.numbers else 0.0) if one.numbers and other.numbers else None
    street = max((_streets_alike(mine, theirs) for mine in one.streets.items() for theirs in other.streets.items()), default=None)
    is_backed = any(likeness is not None and likeness >= AGREES for likeness in (site, phone, street))
    least = 0.0 if is_backed else NAME_ALONE
    name = max((_names_alike(mine, theirs, least) for mine in one.spellings for theirs in other.spellings), default=None)
    if not is_backed and not name:
        return None
    evidence = [(name, 0.6, "name"), (site, 0.2, "web address"), (phone, 0.2, "phone"), (street, 0.2, "address")]
    known = [(likeness, weight, what) for likeness, weight, what in evidence if likeness is not None]
    score = sum(likeness * weight for likeness, weight, _ in known) / sum(weight for _, weight, _ in known)
    if sum(likeness == 100 for likeness, _, what in known if what != "name") >= RENAMED:
        score = max(score, POSSIBLE)
    if score < POSSIBLE:
        return None
    reasons = tuple(f"{what} {likeness:.0f} % alike" if likeness < 100 else f"same {what}" for likeness, _, what in known)
    return Match(one.key, other.key, round(score, 1), _tier(score, name), reasons)


def _names_alike(one: tuple[str, str, str, str | None], other: tuple[str, str, str, str | None], least: float) -> float:
    """How alike two names, as `Listing.spellings` has them, are: letters in order with spaces left out, or words in any order; or one is the
    initials of the other. 0 where they are less than `least` alike."""
    name, squeezed, in_order, initials = one
    if initials == other[0] or name == other[3]:
        return INITIALS
    alike = rapidfuzz.fuzz.ratio(squeezed, other[1], score_cutoff=least)
    return max(alike, rapidfuzz.fuzz.ratio(in_order, other[2], score_cutoff=max(least, alike)))


def _initials(name: str) -> str | None:
    """The first letters of a name of three to six words; None of any other."""
    words = name.split()
    return "".join(word[0] for word in words) if 3 <= len(words) <= 6 else None


def _sites_alike(one: str, other: str) -> float:
    return 100.0 if one == other else rapidfuzz.fuzz.ratio(one, other)


def _streets_alike(one: tuple[str, str], other: tuple[str, str]) -> float:
    """How alike two addresses with their house numbers are: 0 where both have a number and these differ."""
    if one[1] and other[1] and one[1] != other[1]:
        return 0.0
    return rapidfuzz.fuzz.token_set_ratio(one[0], other[0])


def _unrivalled(matches: Sequence[Match], *, both: bool) -> Iterator[Match]:
    """Yield the matches; one that has a rival is no longer strong: a listing that may be two others is a question, not an answer."""
    scores: dict[str, list[float]] = defaultdict(list)
    for match in matches:
        for key in (match.one, match.other) if both else (match.one,):
            scores[key].append(match.score)
    second = {key: sorted(found)[-2] for key, found in scores.items() if len(found) > 1}
    for match in matches:
        has_rival = any(second.get(key, 0.0) > match.score - RIVAL for key in (match.one, match.other))
        yield replace(match, tier="likely") if match.tier == "strong" and has_rival else match


def _tier(score: float, name: float | None) -> Tier:
    """The tier of a pair by its score; strong only where the names themselves are alike."""
    if score >= STRONG and name is not None and name >= STRONG_NAME:
        return "strong"
    return "likely" if score >= LIKELY else "possible"
