"""Why do we say this? A finding walked back to the answers it rests on.

An `Explanation` holds the sentence, the deliveries behind it with every fact and its cells, the disputes about them, the organizations that
did not answer and could change it, and the question that would settle what is not known.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosystem.errors import NameUnknownError
from ecosystem.query.facts import FIELDS, Fact, facts_of
from ecosystem.records import OWN_WORD, Dispute, Response, Sector, Source

if TYPE_CHECKING:
    from ecosystem.findings import Finding
    from ecosystem.graph import Ecosystem
    from ecosystem.messages import Catalogue

Silence = Literal["no_answer", "not_asked", "kind_unknown"]

_SETTLED_BY = {"type": "service_type", "eligibility": "ages", "capacity": "teams", "life": "ended"}
"""Names of questions that stand for a group of fields: the field that is asked first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One delivery a finding rests on, its facts, and what two people answered differently about it."""

    delivery: str
    organization: str
    name: str
    facts: tuple[Fact, ...]
    disputes: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """An organization that could change a finding: it did not answer, was never asked, or answered without saying what kind of service it
    gives."""

    key: str
    name: str
    sector: Sector
    why: Silence


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and whom: the field that is not known, and the deliveries that did not say."""

    field: str
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding with everything behind it. `responses` are the questionnaires counted by a response rate, and empty for other findings."""

    finding: Finding
    sentence: str
    next_step: str
    evidence: tuple[Evidence, ...]
    silent: tuple[Silent, ...]
    question: Question | None
    responses: tuple[Response, ...] = ()

    @property
    def cells(self) -> tuple[Source, ...]:
        """Every cell behind the finding, each once, in the order of files, sheets and rows."""
        cells = {cell for entry in self.evidence for fact in entry.facts for cell in fact.cells}
        cells |= {response.source for response in self.responses if response.source is not None}
        return tuple(sorted(cells, key=lambda cell: (cell.file, cell.sheet, cell.row, cell.column, cell.id)))


def find_finding(findings: Sequence[Finding], text: str) -> Finding:
    """Return the finding whose id is `text` or alone begins with it, with or without its `f-`.

    Raises NameUnknownError that names the candidates, or the nearest ids where there are none.
    """
    wanted = text.strip().casefold()
    exact = [finding for finding in findings if finding.id == wanted]
    if exact:
        return exact[0]
    starts = (wanted, f"f-{wanted}")
    meant = [finding for finding in findings if wanted and finding.id.startswith(starts)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise NameUnknownError(f"{text!r} begins {len(meant)} ids: {_listed(finding.id for finding in meant)}. Give more of it.")
    ids = {finding.id: finding for finding in findings}
    close = difflib.get_close_matches(wanted if wanted.startswith("f-") else f"f-{wanted}", ids, n=3, cutoff=0.75)
    near = f" Did you mean {_listed(close)}?" if close else ""
    raise NameUnknownError(
        f"there is no finding {text!r} in this edition.{near} Ids stand in findings.csv and in 'ecosystem analyze'; "
        "a finding that is gone since an earlier run is told by 'ecosystem diff'."
    )


def _listed(ids: Iterable[str], most: int = 5) -> str:
    shown = list(ids)
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def explain(eco: Ecosystem, finding: Finding, words: Catalogue) -> Explanation:
    """Return a finding walked back to the answers, in the words of a catalogue that has the names of this edition."""
    ids = dict.fromkeys([*finding.deliveries, *(entry for entry in finding.evidence if entry in eco.deliveries)])
    only: tuple[str, ...] = ()
    if finding.kind == "unknown_field":
        only = tuple(field for field in FIELDS if field == _SETTLED_BY.get(finding.question, finding.question))
    return Explanation(
        finding=finding,
        sentence=finding.sentence(words),
        next_step=_optional(words, finding.next_step, finding),
        evidence=tuple(_evidence(eco, delivery_id, words, only) for delivery_id in ids if delivery_id in eco.deliveries),
        silent=tuple(_silent(eco, key) for key in finding.silent),
        question=_question(eco, finding),
        responses=_responses(eco, finding),
    )


def _optional(words: Catalogue, key: str, finding: Finding) -> str:
    return words.text(key, finding.values) if key and key in words else ""


def _evidence(eco: Ecosystem, delivery_id: str, words: Catalogue, only: tuple[str, ...]) -> Evidence:
    delivery = eco.deliveries[delivery_id]
    facts = facts_of(eco, delivery_id, words, only=only)
    disputes = tuple(dispute for dispute in eco.records.disputes if dispute.record in (delivery_id, delivery.service))
    return Evidence(delivery_id, delivery.organization, eco.names.deliveries[delivery_id], facts, disputes)


def _silent(eco: Ecosystem, key: str) -> Silent:
    invitation = next((entry for entry in eco.records.invitations if entry.key == key), None)
    why: Silence = "kind_unknown" if key in eco.records.answered else "no_answer" if invitation is None or invitation.asked else "not_asked"
    sector: Sector = invitation.sector if invitation is not None else "unknown"
    return Silent(key, eco.names.organizations.get(key, key), sector, why)


def _question(eco: Ecosystem, finding: Finding) -> Question | None:
    if not finding.question:
        return None
    field = _SETTLED_BY.get(finding.question, finding.question)
    asked = [entry for entry in finding.deliveries if entry in eco.deliveries]
    unknown = [entry for entry in asked if any(fact.unknown for fact in facts_of(eco, entry, only=(field,)))]
    return Question(finding.question, tuple(unknown or asked))


def _responses(eco: Ecosystem, finding: Finding) -> tuple[Response, ...]:
    """The questionnaires a response rate counts: of all who were asked, or of one sector."""
    if finding.kind != "response_rate":
        return ()
    sectors = {entry.key: entry.sector for entry in eco.records.invitations if entry.asked}
    counted = {key for key, sector in sectors.items() if finding.group in ("all", sector)}
    return tuple(response for response in eco.records.responses if response.organization in counted and response.method in OWN_WORD)
