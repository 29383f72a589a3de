"""What do all answers of one organization say together?

Answers of the newest wave are merged into services and deliveries, what they contradict each other in is a dispute, listings stand beside
what the organization itself says, and answers of earlier waves are kept for their history alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from ecosystem.errors import Issue
from ecosystem.records import (
    Comment,
    Contract,
    Delivery,
    Dispute,
    Invitation,
    Location,
    Organization,
    Records,
    Referral,
    Response,
    Sector,
    Service,
    Source,
    Unknown,
    delivery_id,
)
from surveys.asking import Respondent, Setting, decide_answers
from surveys.corrections import ResponseKey, hold_latest
from surveys.entries import Entry
from surveys.follow_ups import settle
from surveys.identity import Directory
from surveys.interpret import Offer, read_comments, read_consent, read_offer
from surveys.merging import as_possible, beside_listed_service, beside_listing, merge_deliveries, merge_services
from surveys.privacy import address_key
from surveys.referrals import resolve_referrals
from surveys.response import Problem, fold, issue_at, quoted
from surveys.waves import History, wave_order

NEAR_DEGREES = 0.0015
"""Places of one organization nearer than this (100 metres and more, anywhere in the United States) are taken for one place."""

_ALONE = ResponseKey("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Joined:
    """All answers as records, what was unclear on the way, and what each wave said."""

    records: Records
    issues: tuple[Issue, ...]
    history: History


def join(
    entries: Iterable[Entry], directory: Directory, invitations: Sequence[Invitation], contracts: Sequence[Contract], setting: Setting
) -> Joined:
    """Return all answers as records: one organization each, its answers merged, referrals resolved."""
    joiner = _Joiner(directory, invitations, setting)
    records = joiner.records(entries, contracts)
    return Joined(records, tuple(joiner.issues), joiner.history)


class _Joiner:
    """The records of one city while its answers are joined."""

    def __init__(self, directory: Directory, invitations: Sequence[Invitation], setting: Setting) -> None:
        self.directory, self.setting = directory, setting
        self.invitations = tuple(invitation for invitation in invitations if directory.by_key.get(fold(invitation.key)) == invitation.key)
        self.issues: list[Issue] = []
        self.services: list[Service] = []
        self.deliveries: list[Delivery] = []
        self.disputes: list[Dispute] = []
        self.responses: list[Response] = []
        self.referrals: list[Referral] = []
        self.comments: dict[tuple[str, str, str], Comment] = {}
        self.without_consent: set[str] = set()
        self.history = History()

    def records(self, entries: Iterable[Entry], contracts: Sequence[Contract]) -> Records:
        by_organization: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda entry: entry.age):
            by_organization.setdefault(self.directory.key_of(entry.claim), []).append(entry)
        organizations = [self.organization(key, mine) for key, mine in sorted(by_organization.items())]
        for key, mine in sorted(by_organization.items()):
            self.answers(key, mine)
        referrals, issues = resolve_referrals(self.referrals, self.directory)
        self.issues += issues
        return Records.of(
            organizations,
            self.services,
            self.deliveries,
            self.invitations,
            self.responses,
            contracts,
            referrals,
            self.comments.values(),
            self.disputes,
        )

    def organization(self, key: str, entries: Sequence[Entry]) -> Organization:
        invited = next((invitation for invitation in self.invitations if invitation.key == key), None)
        sectors: dict[str, Source] = {}
        parent = ""
        sources: dict[str, Source] = {}
        for entry in entries:
            codebook = entry.setting.codebook
            if entry.claim.source is not None:
                sources["organization"] = entry.claim.source
            answer = entry.block.answer("sector")
            if answer and codebook.why_unknown(answer.text) is None:
                code = codebook.choice("sector", answer.text)
                if code is None:
                    message = f"{answer.text!r} is no kind of organization we know. Use a word of the list."
                    self.issues.append(answer.issue(Problem("choice_unknown", message), key))
                else:
                    sectors[code] = sources["sector"] = answer.source(entry.role, entry.date)
            given = entry.block.answer("parent")
            if given and codebook.why_unknown(given.text) is None:
                parent = given.text
                sources["parent"] = given.source(entry.role, entry.date)
        sector: Sector = invited.sector if invited is not None else "unknown"
        if len(sectors) > 1:
            self.disputes.append(Dispute(key, "sector", tuple(sectors[code] for code in sorted(sectors))))
        elif sectors and sector == "unknown":
            sector = cast(Sector, next(iter(sectors)))
        return Organization(key, self.directory.names[key], self.directory.aliases[key], sector, parent, sources)

    # -- the answers of one organization ---------------------------------------------------------------------------------------------------

    def answers(self, key: str, entries: Sequence[Entry]) -> None:
        own = [entry for entry in entries if entry.is_own_word]
        listed = [entry for entry in entries if not entry.is_own_word]
        newest = {is_own: max((entry.wave for entry in told), key=wave_order) for is_own, told in ((True, own), (False, listed)) if told}
        latest = newest[bool(own)]
        groups: dict[ResponseKey, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.response, []).append(entry)
        offers: list[tuple[ResponseKey, Offer]] = []
        complete: dict[ResponseKey, bool] = {}
        for response, rows in groups.items():
            is_finished = all(entry.block.row.is_finished for entry in rows)
            if rows[0].wave != newest[rows[0].is_own_word]:
                past = [offer for entry in rows for offer in self.past_offers(key, entry)]
                complete[response] = is_finished and any(offer.delivery is not None for offer in past)
                if rows[0].is_own_word:
                    self.history.add(self.response(key, rows, complete[response], superseded=True), _told_apart(past))
                continue
            found = [offer for entry in rows for offer in self.offers(key, entry)]
            offers += [(response, offer) for offer in _with_own_sites(found)]
            complete[response] = is_finished and any(offer.delivery is not None for offer in found)
            if rows[0].is_own_word:
                self.history.add(self.response(key, rows, complete[response], superseded=False), _told_apart(found))
        self.respond(key, groups, complete, newest)
        is_own = {response: rows[0].is_own_word for response, rows in groups.items()}
        told = self.hide_siblings(key, _with_own_modes(offers))
        disputes = self.merge(key, told, is_own, complete)
        self.tell_twice(key, groups, latest, disputes)

    def offers(self, key: str, entry: Entry) -> list[Offer]:
        """Read the deliveries and comments of one row."""
        setting = entry.setting
        names = (self.directory.names[key], key, *self.directory.aliases[key], entry.claim.key)
        block = decide_answers(entry.block, names, setting.decisions)
        may_use, using = read_consent(block, "consent_use", setting)
        self.issues += [replace(issue, organization=key) for issue in using]
        if may_use is False:
            if key not in self.without_consent:
                message = "it did not agree that its answers are used: only that it answered is kept. Take the rest out of the file too."
                answer = block.answer("consent_use")
                assert answer is not None  # a consent that was not asked is None, not a no
                self.issues.append(issue_at(answer.source(), "consent_withheld", message, key))
            self.without_consent.add(key)
            return []
        may_list, listing = read_consent(block, "consent_listing", setting)
        may_show, showing = read_consent(block, "consent_address", setting)
        self.issues += [replace(issue, organization=key) for issue in (*listing, *showing)]
        respondent = Respondent(key, tuple(name for name in names if name), entry.role, entry.date, may_list, may_show)
        comments, issues = read_comments(block, respondent, setting)
        self.issues += issues
        for comment in comments:
            self.comments.setdefault((comment.organization, comment.question, comment.text), comment)
        found = [read_offer(delivery, respondent, setting) for delivery in entry.deliveries]
        for offer in found:
            self.issues += offer.issues
            self.referrals += offer.referrals
        return found

    def past_offers(self, key: str, entry: Entry) -> list[Offer]:
        """Read the deliveries of an answer of an earlier wave, for its history alone: what is wrong with it is nobody's work any more."""
        names = (self.directory.names[key], key, *self.directory.aliases[key], entry.claim.key)
        block = decide_answers(entry.block, names, entry.setting.decisions)
        if read_consent(block, "consent_use", entry.setting)[0] is False:
            return []
        respondent = Respondent(key, tuple(name for name in names if name), entry.role, entry.date)
        return [read_offer(delivery, respondent, entry.setting) for delivery in entry.deliveries]

    def response(self, key: str, rows: Sequence[Entry], is_complete: bool, *, superseded: bool) -> Response:
        first = rows[0]
        source = min((entry.claim.source for entry in rows if entry.claim.source is not None), key=lambda s: s.row)
        return Response(key, first.role, first.date, first.wave, is_complete, superseded, source, first.block.method)

    def respond(
        self, key: str, groups: Mapping[ResponseKey, Sequence[Entry]], complete: Mapping[ResponseKey, bool], waves: Mapping[bool, str]
    ) -> None:
        newest = max(
            (
                str(rows[0].date or "")
                for response, rows in groups.items()
                if complete[response] and rows[0].is_own_word and rows[0].wave == waves[True]
            ),
            default="",
        )
        for response, rows in groups.items():
            first = rows[0]
            latest = waves[first.is_own_word]
            is_older = first.wave != latest or bool(first.is_own_word and first.date and str(first.date) < newest)
            made = self.response(key, rows, complete[response], superseded=is_older)
            self.responses.append(made)
            source = made.source or Source("")
            has_spoken = key not in self.without_consent and first.is_own_word
            if has_spoken and not complete[response] and first.wave == latest and all(entry.block.row.is_finished for entry in rows):
                message = "the answer names the organization and no service; it counts as an answer, and everything else is unknown. Ask again."
                self.issues.append(issue_at(source, "nothing_but_a_name", message, key))

    def hide_siblings(self, key: str, offers: Sequence[tuple[ResponseKey, Offer]]) -> list[tuple[ResponseKey, Service, Delivery]]:
        """Drop the address of a confidential place where another delivery of the same organization names it too."""
        secret = {offer.secret_address for _, offer in offers if offer.is_confidential and offer.secret_address}
        points = [offer.secret_point for _, offer in offers if offer.is_confidential and offer.secret_point is not None]
        kept: list[tuple[ResponseKey, Service, Delivery]] = []
        for response, offer in offers:
            service, delivery = offer.service, offer.delivery
            if service is None or delivery is None:
                continue
            location = delivery.location
            if not isinstance(location, Unknown) and ((secret and address_key(location.address) in secret) or _is_near(location, points)):
                source = replace(delivery.sources["address"], text="") if "address" in delivery.sources else Source("")
                message = "this place is the confidential place of the same organization, so its address was not kept. Take it out of the file too."
                self.issues.append(issue_at(source, "confidential_address_dropped", message, key))
                sources = {fact: cell for fact, cell in delivery.sources.items() if fact != "address"}
                delivery = replace(delivery, location=Unknown("withheld"), sources=sources)
            kept.append((response, service, delivery))
        return kept

    def merge(
        self,
        key: str,
        offers: Sequence[tuple[ResponseKey, Service, Delivery]],
        is_own: Mapping[ResponseKey, bool],
        complete: Mapping[ResponseKey, bool],
    ) -> list[Dispute]:
        """Merge what several answers say of one service and one delivery, and hold listings beside it; return what answers dispute."""
        own = [offer for offer in offers if is_own[offer[0]]]
        listed = [offer for offer in offers if not is_own[offer[0]]]
        services, deliveries, disputes = self.merge_answers(key, own, complete)
        if not listed:
            pass
        elif not own:
            services, deliveries, disputes = self.merge_answers(key, listed, complete)
        else:
            others, beside, _ = self.merge_answers(key, listed, complete)
            for service in others.values():
                mine_of_it = services.get(service.key)
                services[service.key] = service if mine_of_it is None else beside_listed_service(mine_of_it, service)
            for delivery in beside.values():
                mine = _same_delivery(delivery, deliveries, beside)
                if mine is None:
                    deliveries[delivery.id] = as_possible(delivery)
                else:
                    deliveries[mine.id], differing = beside_listing(mine, delivery)
                    self.disputes += differing
        settled = self.settle(key, services, deliveries)
        disputes = [dispute for dispute in disputes if (dispute.record, dispute.fact) not in settled]
        self.disputes = [dispute for dispute in self.disputes if (dispute.record, dispute.fact) not in settled]
        self.services += services.values()
        self.deliveries += deliveries.values()
        self.disputes += disputes
        return disputes

    def settle(self, key: str, services: dict[str, Service], deliveries: dict[str, Delivery]) -> set[tuple[str, str]]:
        """Put what was said in talks (`decisions/follow_ups.csv`) in its place; return (record, fact) of all it settles."""
        names = (self.directory.names[key], key, *self.directory.aliases[key])
        settled: set[tuple[str, str]] = set()
        for delivery in tuple(deliveries.values()):
            talks = self.setting.decisions.talks_about(names, delivery.name, delivery.site)
            if not talks:
                continue
            done = settle(services[delivery.service], delivery, talks, self.setting, names)
            services[delivery.service], deliveries[delivery.id] = done.service, done.delivery
            self.issues += done.issues
            settled |= {(record, fact) for fact in done.facts for record in (delivery.id, delivery.service)}
        return settled

    def merge_answers(
        self, key: str, offers: Sequence[tuple[ResponseKey, Service, Delivery]], complete: Mapping[ResponseKey, bool]
    ) -> tuple[dict[str, Service], dict[str, Delivery], list[Dispute]]:
        """Return services by key and deliveries by id, each merged from all that is said of it, and what is in dispute."""
        services: dict[str, list[tuple[ResponseKey, Service]]] = {}
        deliveries: dict[str, list[tuple[ResponseKey, Delivery]]] = {}
        for response, service, delivery in offers:
            services.setdefault(service.key, []).append((response, service))
            deliveries.setdefault(delivery.id, []).append((response, delivery))
        found: list[Dispute] = []
        one_service: dict[str, Service] = {}
        one_delivery: dict[str, Delivery] = {}
        for said in services.values():
            claims, corrected = hold_latest(said, complete, merge_services)
            merged, disputes = merge_services([service for _, service in claims])
            self.tell_corrected(key, merged.name, corrected)
            one_service[merged.key] = merged
            found += disputes
        for claimed in deliveries.values():
            self.tell_duplicates(key, claimed)
            held, corrected = hold_latest(claimed, complete, merge_deliveries)
            delivery, in_dispute = merge_deliveries([entry for _, entry in held])
            self.tell_corrected(key, delivery.name, corrected)
            one_delivery[delivery.id] = delivery
            found += in_dispute
        return one_service, one_delivery, found

    def tell_corrected(self, key: str, service: str, corrected: Sequence[Dispute]) -> None:
        """Tell what a later answer of the same respondent says otherwise than an earlier one, at the cell that holds."""
        for correction in corrected:
            if correction.claims:
                before, now = correction.claims[0], correction.claims[-1]
                message = (
                    f"{service}: the later of two answers of one respondent holds ({now.date}); on {before.date} {correction.fact!r} was "
                    f"{quoted(before.text)}. The earlier one is kept in changes.csv. If it holds, write it in decisions/answers.csv."
                )
                self.issues.append(issue_at(now, "answer_corrected", message, key, severity="info"))

    def tell_duplicates(self, key: str, claimed: Sequence[tuple[ResponseKey, Delivery]]) -> None:
        """Tell where one answer holds one delivery twice."""
        if len(claimed) < 2:
            return
        by_response: dict[ResponseKey, list[Delivery]] = {}
        for response, delivery in claimed:
            by_response.setdefault(response, []).append(delivery)
        for twins in by_response.values():
            if len(twins) < 2:
                continue
            last = max(twins, key=lambda delivery: _row_of(delivery))
            source = last.sources.get("service") or next(iter(last.sources.values()), Source(""))
            rows = ", ".join(str(row) for row in sorted({_row_of(delivery) for delivery in twins}))
            if not merge_deliveries(twins)[1]:
                message = f"the same service stands in rows {rows} and nothing in them differs; it is counted once."
                self.issues.append(issue_at(source, "duplicate_row", message, key, severity="info"))
            else:
                message = f"one service at one site stands in rows {rows} with different answers; both are kept as disputed. Name the site of each."
                self.issues.append(issue_at(source, "duplicate_delivery", message, key))

    def tell_twice(self, key: str, groups: Mapping[ResponseKey, Sequence[Entry]], latest: str, disputes: Sequence[Dispute]) -> None:
        """Tell that an organization answered more than once, and what the answers differ in."""
        current = [rows[0] for rows in groups.values() if rows[0].wave == latest and rows[0].is_own_word]
        if len(current) < 2:
            return
        who = "; ".join(", ".join(filter(None, (entry.role, str(entry.date or ""), entry.block.table.file))) for entry in current)
        facts = ", ".join(sorted({dispute.fact for dispute in disputes}))
        message = f"{len(current)} answers came from one organization ({who}). " + (
            f"They differ in {facts}: both are kept. Ask which holds, and write it in decisions/answers.csv."
            if facts
            else "Nothing in them is in dispute."
        )
        source = current[-1].claim.source or Source("")
        self.issues.append(issue_at(source, "answered_twice", message, key, severity="warning" if facts else "info"))


def _with_own_sites(offers: Sequence[Offer]) -> list[Offer]:
    """Tell apart deliveries of one service that name no site but stand at different addresses: the address is the site."""
    addresses: dict[str, set[str]] = {}
    for offer in offers:
        if offer.delivery is not None and not offer.delivery.site and not isinstance(offer.delivery.location, Unknown):
            addresses.setdefault(offer.delivery.id, set()).add(fold(offer.delivery.location.address))
    found = []
    for offer in offers:
        delivery = offer.delivery
        if delivery is not None and not delivery.site and len(addresses.get(delivery.id, ())) > 1 and not isinstance(delivery.location, Unknown):
            site = delivery.location.address
            delivery = replace(delivery, site=site, id=delivery_id(delivery.organization, delivery.name, site))
            offer = replace(offer, delivery=delivery)
        found.append(offer)
    return found


def _with_own_modes(offers: Sequence[tuple[ResponseKey, Offer]]) -> list[tuple[ResponseKey, Offer]]:
    """Tell apart deliveries of one service that name no site but of which one answer says that they are given in several ways.

    The short form asks for no site: a team that goes out and an office of one service are two deliveries by how people get them.
    """
    modes: dict[tuple[ResponseKey, str], set[str]] = {}
    for response, offer in offers:
        if (delivery := offer.delivery) is not None and not delivery.site and not isinstance(delivery.mode, Unknown):
            modes.setdefault((response, delivery.id), set()).add(delivery.mode)
    several = {delivery for (_, delivery), found in modes.items() if len(found) > 1}
    told_apart = []
    for response, offer in offers:
        delivery = offer.delivery
        if delivery is not None and delivery.id in several and not delivery.site and not isinstance(delivery.mode, Unknown):
            offer = replace(offer, delivery=replace(delivery, id=delivery_id(delivery.organization, delivery.name, delivery.mode)))
        told_apart.append((response, offer))
    return told_apart


def _told_apart(offers: Sequence[Offer]) -> list[Offer]:
    """The offers of one answer, each delivery with an id of its own."""
    return [offer for _, offer in _with_own_modes([(_ALONE, offer) for offer in _with_own_sites(offers)])]


def _is_near(location: Location, points: Sequence[tuple[float, float]]) -> bool:
    """Whether a place lies at one of these points, to about 100 metres."""
    if location.longitude is None or location.latitude is None:
        return False
    return any(abs(location.longitude - x) < NEAR_DEGREES and abs(location.latitude - y) < NEAR_DEGREES for x, y in points)


def _row_of(delivery: Delivery) -> int:
    return max((source.row for source in delivery.sources.values()), default=0)


def _same_delivery(listed: Delivery, own: Mapping[str, Delivery], others: Mapping[str, Delivery]) -> Delivery | None:
    """The delivery of an answer that a listing speaks of: of one service at one site, or where both know but one of that service."""
    if listed.id in own:
        return own[listed.id]
    mine = [delivery for delivery in own.values() if delivery.service == listed.service]
    theirs = [delivery for delivery in others.values() if delivery.service == listed.service]
    return mine[0] if len(mine) == len(theirs) == 1 else None
