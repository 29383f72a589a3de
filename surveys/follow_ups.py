"""What should we ask again, of whom, and what would the answer settle?

The queue of `follow_ups.csv` is made of what is not known: questions left blank or not known to the respondent, texts that were not read,
facts on which two sources differ, answers that are old, and organizations that were asked and did not answer. First come those that would
settle most findings. What a person writes into its columns `status` to `note` and keeps as `decisions/follow_ups.csv` is carried into every
later queue; an `answer` there counts as the organization's own word, given in an interview, and settles the fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecosystem.errors import Issue
from ecosystem.findings import Finding, Findings
from ecosystem.records import NOT_ASKED, OWN_WORD, Delivery, Dispute, Invitation, Records, Service, Source, Unknown
from ecosystem.schedule import Hours
from surveys.asking import Respondent, Setting
from surveys.decisions import FILES, Talk
from surveys.interpret import read_offer
from surveys.response import Block, Row, Table, fold
from surveys.time_zones import FLAG

COLUMNS = (*FILES["follow_ups.csv"], "name", "why", "known", "settles", "person_hours", "ask")
"""The columns of the queue: those a person keeps first, then what the tool says of each question."""
PERSONS = ("status", "asked_on", "answer", "answered_on", "note")
"""The columns that a person writes; they survive every run."""

_SERVICE = {"service_type": "types", "needs": "needs"}
_DELIVERY = {
    **{fact: fact for fact in ("mode", "hours", "area", "languages", "routes")},
    "area_focus": "focus",
    "area_served": "served",
}
_INNER = {
    **dict.fromkeys(("ages", "genders", "groups"), "eligibility"),
    **dict.fromkeys(("teams", "vehicles", "slots", "beds", "caseload"), "capacity"),
    **dict.fromkeys(("started", "ended", "suspended", "paid", "funded"), "life"),
}
_BLANKS = ("service_type", "needs", "mode", "hours", "area", "languages", "ages")
"""The questions that are asked again where they were left blank; of all others, only what was not read or is in dispute."""


# -- answers from a talk -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """A service and its delivery with what was said in talks; `facts` are those that a talk settled."""

    service: Service
    delivery: Delivery
    facts: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()


def settle(service: Service, delivery: Delivery, talks: Iterable[Talk], setting: Setting, names: tuple[str, ...]) -> Settled:
    """Return a delivery with the answers of talks in place of what was said before. What cannot be read is an issue and changes nothing."""
    facts: set[str] = set()
    issues: list[Issue] = []
    for talk in talks:
        question = setting.codebook.form.headers.get(fold(talk.question), talk.question)
        if question not in _SERVICE and question not in _DELIVERY and question not in _INNER:
            message = f"{talk.question!r} is no question that can be answered here. Use one of {', '.join((*_SERVICE, *_DELIVERY, *_INNER))}."
            issues.append(Issue(talk.decision.file, row=talk.decision.row, code="question_unknown", text=talk.question, message=message))
            continue
        offer = read_offer(_block(talk, question, delivery), Respondent(delivery.organization, names, date=talk.answered_on), setting)
        issues += offer.issues
        if offer.service is None or offer.delivery is None:
            continue
        value, source = _value(question, offer.service, offer.delivery)
        if source is None or isinstance(value, Unknown):
            continue
        if question in _SERVICE:
            service = replace(service, **{_SERVICE[question]: value}, sources={**service.sources, question: source})
        else:
            delivery = _with(delivery, question, value, source)
        facts.add(question)
    return Settled(service, delivery, frozenset(facts), tuple(issues))


def _block(talk: Talk, question: str, delivery: Delivery) -> Block:
    """The answer of a talk as a row of a form that asks this question alone."""
    table = Table(talk.decision.file, "", ("answer",), ())
    mode = {"mode": delivery.mode} if question != "mode" and not isinstance(delivery.mode, Unknown) else {}
    return Block(table, Row(talk.decision.row, (talk.answer,)), {question: (0,)}, mode, method="interview")


def _value(question: str, service: Service, delivery: Delivery) -> tuple[Any, Source | None]:
    if question in _SERVICE:
        return getattr(service, _SERVICE[question]), service.sources.get(question)
    holder = getattr(delivery, _INNER[question]) if question in _INNER else delivery
    return getattr(holder, _DELIVERY.get(question, question)), delivery.sources.get(question)


def _with(delivery: Delivery, question: str, value: Any, source: Source) -> Delivery:
    sources = {**delivery.sources, question: source}
    if question in _INNER:
        inner = replace(getattr(delivery, _INNER[question]), **{question: value})
        return replace(delivery, **{_INNER[question]: inner}, sources=sources)
    changes = {_DELIVERY[question]: value}
    if question == "area" and "area_focus" not in delivery.sources:
        changes["focus"] = NOT_ASKED  # what two disputed areas had in common is no focus any more
    return replace(delivery, **changes, sources=sources)


# -- the queue ---------------------------------------------------------------------------------------------------------------------------------


def follow_ups(
    records: Records,
    results: Mapping[str, Findings],
    talks: Sequence[Talk] = (),
    *,
    history: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    issues: Iterable[Issue] = (),
) -> list[dict[str, str]]:
    """Return the queue: one row per open question with the columns COLUMNS, those that settle most first; then what is settled or not open.

    `settles` is how many findings that are not known name the delivery or organization, `person_hours` their weight together: what the
    analysis `knowledge` ranks its questions by. `talks` are the rows of `decisions/follow_ups.csv`; `history` the tables of several waves.
    """
    queue = _Queue(records, results, history or {})
    rows = [*queue.unknown(), *queue.disputed(), *queue.silent(), *queue.old(issues)]
    kept = {_key(talk.row): talk for talk in talks}
    opened: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        opened.setdefault(_key(row), row)
    for key, row in opened.items():
        row |= {column: kept[key].row.get(column, "") if key in kept else "" for column in PERSONS}
    ordered = sorted(opened.values(), key=lambda row: (-int(row["settles"]), -float(row["person_hours"]), _key(row)))
    rest = [talk.row for key, talk in sorted(kept.items()) if key not in opened]
    done = [
        {**dict.fromkeys(COLUMNS, ""), **{c: row.get(c, "") for c in COLUMNS}, "why": "settled" if row.get("answer") else "not open"} for row in rest
    ]
    return [{column: row[column] for column in COLUMNS} for row in (*ordered, *done)]


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(fold(row.get(column, "")) for column in ("organization", "service", "site", "question"))


class _Queue:
    """The rows of the queue, one kind after the other."""

    def __init__(self, records: Records, results: Mapping[str, Findings], history: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
        self.records = records
        self.names = {organization.key: organization.name for organization in records.organizations}
        self.invited: dict[str, Invitation] = {invitation.key: invitation for invitation in records.invitations}
        self.services = {service.key: service for service in records.services}
        self.answered = records.answered
        self.deliveries = {delivery.id: delivery for delivery in records.deliveries}
        self.disputes: dict[str, list[Dispute]] = defaultdict(list)
        for dispute in records.disputes:
            self.disputes[dispute.record].append(dispute)
        self.by_delivery: dict[str, list[Finding]] = defaultdict(list)
        self.by_silent: dict[str, list[Finding]] = defaultdict(list)
        for finding in (finding for findings in results.values() for finding in findings):
            if finding.kind == "gap_not_known":
                for key in finding.deliveries:
                    self.by_delivery[key].append(finding)
            if finding.kind.startswith("gap"):
                for key in finding.silent:
                    self.by_silent[key].append(finding)
        self.past = {
            (row["organization"], row["service"], row["site"], row["fact"]): f"{row['wave_before']}: {row['before']}"
            for row in history.get("changes.csv", ())
            if row["change"] == "not answered any more"
        }

    def row(
        self, organization: str, question: str, why: str, known: str, findings: Sequence[Finding], delivery: Delivery | None = None
    ) -> dict[str, str]:
        invitation = self.invited.get(organization)
        return {
            "organization": organization,
            "service": delivery.name if delivery is not None else "",
            "site": delivery.site if delivery is not None else "",
            "question": question,
            "name": self.names.get(organization) or (invitation.name if invitation is not None else organization),
            "why": why,
            "known": known,
            "settles": str(len(findings)),
            "person_hours": f"{sum(finding.weight for finding in findings):.0f}",
            "ask": f"the contact of invitation {organization}" if invitation is not None else "not on the list of invited: find a contact",
        }

    def unknown(self) -> Iterator[dict[str, str]]:
        """Blank, not known to the respondent, or not read."""
        for delivery in self.records.deliveries:
            if delivery.is_baseline:
                continue
            service = self.services[delivery.service]
            disputed = {dispute.fact for record in (delivery.id, service.key) for dispute in self.disputes[record]}
            for question in (*_SERVICE, *_DELIVERY, *_INNER):
                value, _ = _value(question, service, delivery)
                unresolved = getattr(value, "unresolved", ()) if question == "area" else ()
                if question in disputed:
                    continue
                if isinstance(value, Hours) and any(FLAG in piece.flags and not piece.certain for piece in value.pieces):
                    said = self.settled_by(delivery, question), delivery
                    yield self.row(delivery.organization, question, "another time zone is named", delivery.sources[question].text, *said)
                if not (isinstance(value, Unknown) or unresolved):
                    continue
                reason = "refused" if unresolved else value.reason
                settles = self.settled_by(delivery, question)
                if delivery.organization not in self.answered and not settles:
                    continue  # nobody asked those who are only listed: only what would settle a finding is worth a call
                if reason == "refused" or (reason in ("blank", "dont_know") and question in _BLANKS):
                    why = {"refused": "not read", "blank": "left blank", "dont_know": "the respondent did not know"}[reason]
                    known = "; ".join(unresolved) if unresolved else self.hint(delivery, question, value)
                    yield self.row(delivery.organization, question, why, known, settles, delivery)

    def hint(self, delivery: Delivery, question: str, value: Unknown) -> str:
        """What was said all the same: the text that was not read, a listing, an earlier wave."""
        said = []
        if value.source is not None and value.source.text:
            said.append(value.source.text if value.source.method in OWN_WORD else f"{value.source.method}: {value.source.text}")
        past = self.past.get((delivery.organization, delivery.name, delivery.site, question))
        return " / ".join([*said, past] if past else said)

    def settled_by(self, delivery: Delivery, question: str) -> Sequence[Finding]:
        """The findings that the answer moves: the fields that coverage rests on, of a delivery that a finding in doubt names."""
        return self.by_delivery[delivery.id] if question in ("hours", "area", "mode", "needs", "service_type") else ()

    def disputed(self) -> Iterator[dict[str, str]]:
        """Facts on which two sources differ, with what each says."""
        by_service: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in self.records.deliveries:
            by_service[delivery.service].append(delivery)
        for dispute in self.records.disputes:
            said = " / ".join(f"{' '.join(filter(None, (c.role or c.method, str(c.date or ''))))}: {c.text}" for c in dispute.claims)
            found = [self.deliveries[dispute.record]] if dispute.record in self.deliveries else by_service[dispute.record]
            if not found:
                if dispute.record in self.names:
                    yield self.row(dispute.record, dispute.fact, "two answers differ", said, ())
                continue
            delivery = found[0]
            why = "two answers differ" if all(claim.method in OWN_WORD for claim in dispute.claims) else "a listing says otherwise"
            yield self.row(delivery.organization, dispute.fact, why, said, self.settled_by(delivery, dispute.fact), delivery)

    def silent(self) -> Iterator[dict[str, str]]:
        """Organizations that were asked and did not answer, or answered with nothing but their name."""
        complete = {response.organization for response in self.records.responses if response.is_complete and response.method in OWN_WORD}
        for invitation in self.records.invitations:
            if invitation.asked and invitation.key not in complete:
                why = "named itself and no service" if invitation.key in self.answered else "no answer yet"
                known = f"may serve {', '.join(invitation.likely_needs)}" if invitation.likely_needs else ""
                yield self.row(invitation.key, "", why, known, self.by_silent[invitation.key])

    def old(self, issues: Iterable[Issue]) -> Iterator[dict[str, str]]:
        """Organizations whose newest answer is old."""
        for issue in issues:
            if issue.code == "answer_old":
                yield self.row(issue.organization, "", "the answer is old", f"answered on {issue.text}", ())
