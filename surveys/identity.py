"""Which answers are about the same organization?

Certain, and joined without asking, are: the same invitation key; the same name but for case, accents and punctuation; another or former name
that the answer itself states, where it is no other invited organization's; a person's decision in `decisions/organizations.csv`. Names that are
merely alike are left apart (`duplicates.py` asks about them).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import rapidfuzz.fuzz
import rapidfuzz.process

from ecosystem.errors import Issue
from ecosystem.records import (
    OWN_WORD,
    Invitation,
    Source,
    stable_id,
)
from surveys.decisions import Decisions
from surveys.response import REMEMBERED, fold

LONGEST_SLUG = 60
_FORMER = re.compile(
    r"\s*[,(\[-]?\s*\b(?:formerly(?: known as)?|previously(?: known as)?|f/k/a|fka|d/b/a|dba|a/k/a|aka|also known as|antes(?: llamad[oa])?)\b[:\s]*",
    re.IGNORECASE,
)


# -- who is who --------------------------------------------------------------------------------------------------------------------------------


def slug(name: str) -> str:
    """Return a key derived from a name alone.

    >>> slug("Harbor Hill, Inc."), slug("???").startswith("o-")
    ('harbor-hill-inc', True)
    """
    words = "-".join(fold(name).split())
    if not words:
        return stable_id("o", name)
    return words if len(words) <= LONGEST_SLUG else f"{words[:LONGEST_SLUG].rstrip('-')}-{stable_id('o', words)[2:]}"


def safe_key(text: str) -> str:
    """Return a key that a city or a respondent gave, as it is where it may stand in a file name and a page, else derived from it.

    >>> safe_key("HH-07"), safe_key("../HH 07"), safe_key("")
    ('HH-07', 'hh-07', '')
    """
    return text if not text or (re.fullmatch(r"\w[\w-]*", text) and len(text) <= LONGEST_SLUG) else slug(text)


@functools.lru_cache(maxsize=REMEMBERED)
def stated_names(name: str) -> tuple[str, ...]:
    """Return the names that a name itself states, the present one first: what stands before and after "formerly" and the like.

    >>> stated_names("Neighborhood Safety (formerly OVP)"), stated_names("Hub d/b/a The Desk, Inc."), stated_names("Akademia")
    (('Neighborhood Safety', 'OVP'), ('Hub', 'The Desk, Inc.'), ())
    """
    pieces = [piece.strip(" ()[],;-") for piece in _FORMER.split(name)]
    return tuple(pieces) if len(pieces) > 1 and all(map(fold, pieces)) else ()


@dataclass(frozen=True, slots=True)
class Claim:
    """How one answer names its organization: name, invitation key and other names, each "" or empty where not given; and where it stands."""

    name: str
    key: str = ""
    aliases: tuple[str, ...] = ()
    source: Source | None = None


@dataclass
class Directory:
    """Which key each name and invitation key belongs to. `names` are what each organization is called; `aliases` its other names, sorted."""

    names: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    by_name: Mapping[str, str] = field(default_factory=dict)
    by_key: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[Claim], invitations: Sequence[Invitation] = (), decisions: Decisions | None = None) -> Directory:
        """Return who is who among those who answered and those who were invited."""
        return _Merger(tuple(claims), tuple(invitations), decisions or Decisions()).directory()

    def key_of(self, claim: Claim) -> str:
        """Return the organization that a claim belongs to. It must be one of those the directory was made of."""
        if claim.key and (found := self.by_key.get(_fold(claim.key))) is not None:
            return found
        return self.by_name[_fold(claim.name)]

    def find(self, text: str) -> str | None:
        """Return the key of the organization that has this name, alias or key; None where none has."""
        folded = _fold(text)
        return self.by_name.get(folded) or self.by_key.get(folded)

    def candidates(self, text: str, limit: int = 2) -> tuple[str, ...]:
        """Return the names closest to `text`, best first, none that is far off."""
        folded = fold(text)
        if not folded:
            return ()
        found = rapidfuzz.process.extract(folded, list(self.by_name), scorer=rapidfuzz.fuzz.token_sort_ratio, limit=limit, score_cutoff=75)
        return tuple(dict.fromkeys(self.names[self.by_name[name]] for name, _, _ in found))


def _fold(text: str) -> str:
    return fold(text) or text.strip()


class _Merger:
    """Joins names and keys into organizations. Names and keys are nodes of a forest; a tree is one organization."""

    def __init__(self, claims: tuple[Claim, ...], invitations: tuple[Invitation, ...], decisions: Decisions) -> None:
        self.claims, self.invitations, self.decisions = claims, invitations, decisions
        self.parent: dict[tuple[str, str], tuple[str, str]] = {}
        self.invited: dict[tuple[str, str], str] = {}
        self.issues: list[Issue] = []

    def directory(self) -> Directory:
        for invitation in self.invitations:
            node = self._add("key", invitation.key)
            self.invited[self._root(node)] = invitation.key
            self._join(node, self._add("name", invitation.name), None)
        told_apart = self.decisions.told_apart
        for one, other, decision in self.decisions.same:
            if frozenset({_fold(one), _fold(other)}) in told_apart:
                message = f"{one!r} and {other!r} are decided to be one organization and to be two; they were left apart. Take one of the rows out."
                self.issues.append(Issue(decision.file, row=decision.row, code="decision_contradicted", text=one, message=message))
                self.decisions.used.add(decision)
                continue
            known = [self._known(text) for text in (one, other)]
            if self._concerns(one, other):
                self.decisions.used.add(decision)
            self._join(known[0], known[1], None, decided=True)
        ordered = sorted(self.claims, key=lambda claim: (_fold(claim.key), _fold(claim.name), claim.aliases))
        for claim in ordered:
            name = self._add("name", claim.name or claim.key)
            if claim.key and not self._join(self._add("key", claim.key), name, None):
                message = f"the key {claim.key!r} and the name {claim.name!r} belong to two invited organizations; the key was followed."
                self._tell(claim, "key_and_name_differ", message)
        for claim in ordered:
            for alias in claim.aliases:
                if fold(alias) and not self._join(self._claim_node(claim), self._add("name", alias), claim):
                    message = f"the other name {alias!r} is another organization's; they were left apart. Decide in decisions/organizations.csv."
                    self._tell(claim, "organization_ambiguous", message)
        return self._result(ordered)

    def _claim_node(self, claim: Claim) -> tuple[str, str]:
        return ("key", _fold(claim.key)) if claim.key else ("name", _fold(claim.name))

    def _add(self, kind: str, text: str) -> tuple[str, str]:
        node = (kind, _fold(text))
        self.parent.setdefault(node, node)
        return node

    def _known(self, text: str) -> tuple[str, str]:
        key = ("key", _fold(text))
        return key if key in self.parent else self._add("name", text)

    def _concerns(self, *texts: str) -> bool:
        """Whether some answer or invitation bears one of these names."""
        folded = {_fold(text) for text in texts}
        named = {_fold(name) for claim in self.claims for name in (claim.name, claim.key, *claim.aliases)}
        return bool(folded & named) and len(folded & (named | {_fold(t) for i in self.invitations for t in (i.name, i.key)})) == len(folded)

    def _root(self, node: tuple[str, str]) -> tuple[str, str]:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def _join(self, one: tuple[str, str], other: tuple[str, str], claim: Claim | None, *, decided: bool = False) -> bool:
        """Make two nodes one organization; False where that would make two invited ones the same and nobody `decided` that they are."""
        first, second = sorted((self._root(one), self._root(other)))
        if first == second:
            return True
        if first in self.invited and second in self.invited and not decided:
            return False
        if claim is not None and self.decisions.told_apart & {frozenset({mine, other[1]}) for mine in (one[1], _fold(claim.name))}:
            return True
        self.parent[second] = first
        if second in self.invited:
            self.invited[first] = min(self.invited.pop(second), self.invited.get(first, "\uffff"))
        return True

    def _check_different(self, by_name: Mapping[str, str], by_key: Mapping[str, str], names: Mapping[str, str]) -> None:
        """Tell where two that a person told apart are one for certain."""
        for one, other, decision in self.decisions.different:
            keys = [by_name.get(_fold(text)) or by_key.get(_fold(text)) for text in (one, other)]
            if keys[0] is not None and keys[0] == keys[1]:
                message = (
                    f"{one!r} and {other!r} are decided to be two, but answers join them as {names[keys[0]]!r}: by one invitation key, one name, "
                    "another name they state, or another decision. Take that apart first, or take this row out."
                )
                self.issues.append(Issue(decision.file, row=decision.row, code="decision_contradicted", text=one, message=message))
            if None not in keys:
                self.decisions.used.add(decision)

    def _tell(self, claim: Claim, code: str, message: str) -> None:
        source = claim.source or Source("")
        self.issues.append(Issue(source.file, source.sheet, source.row, source.column, code, "warning", source.text, message, claim.name))

    def _result(self, ordered: Sequence[Claim]) -> Directory:
        trees: dict[tuple[str, str], list[Claim]] = {}
        for claim in ordered:
            trees.setdefault(self._root(self._claim_node(claim)), []).append(claim)
        names: dict[str, str] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        keys: dict[tuple[str, str], str] = {}
        invited_names = {invitation.key: invitation.name for invitation in self.invitations}
        for root in sorted({self._root(node) for node in self.parent}):
            claims = trees.get(root, [])
            own = [claim for claim in claims if claim.source is None or claim.source.method in OWN_WORD]
            given = sorted({claim.name for claim in own or claims if claim.name}) or sorted({claim.name for claim in claims if claim.name})
            if root in self.invited:
                key = self.invited[root]
                name = invited_names[key]
            elif claims:
                name = max(given, key=lambda text: (sum(claim.name == text for claim in claims), [-ord(c) for c in text])) if given else claims[0].key
                stated = sorted({claim.key for claim in claims if claim.key})
                key = safe_key(stated[0]) if stated else slug(name)
            else:
                continue
            if key in names:
                key = stable_id("o", key, name)
            keys[root], names[key] = key, name
            others = {text for claim in claims for text in (claim.name, *claim.aliases) if fold(text) and _fold(text) != _fold(name)}
            aliases[key] = tuple(sorted(others))
        by_name = {node[1]: keys[self._root(node)] for node in self.parent if node[0] == "name" and self._root(node) in keys and node[1]}
        by_key = {node[1]: keys[self._root(node)] for node in self.parent if node[0] == "key" and self._root(node) in keys}
        self._check_different(by_name, by_key, names)
        return Directory(names, aliases, tuple(self.issues), by_name, by_key)
