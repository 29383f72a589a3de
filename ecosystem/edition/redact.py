"""What may each edition know? `redact` takes it out of the records, before a graph or a geometry exists.

Every rule keeps one law: redaction may turn *covered* into *not known*, never into a gap. So nothing that could be there vanishes; it becomes
possible instead of certain, at every hour and in a larger area. The rules, for the public and partner editions:

- A **protected** delivery becomes a placeholder: citywide, no place, no hours, no contact, named after its service type. Its phone, if the
  provider publishes it at this level, becomes a line of its own that shows; its hours and area are not claimed, so it adds to possible only.
  What is a line already has no place to protect: it shows as its publish levels say, without its desk.
- A **street team** loses its provider. Public: a placeholder for the named areas it works in, without hours. Partner: named areas, and day
  parts: a part of the day that is wholly staffed is known, one that is partly staffed is possible. That is what partners see whatever the level
  of the hours, which is about the roster itself. Bases and phones are gone.
- **Publish levels**: what is below the edition's level becomes Unknown("redacted"); a delivery below the listing level becomes a placeholder
  of an organization that is not named, in the named areas it claims.
- **Siblings**: a place of the same organization that would give a hidden place away is dropped too, and so is the drawn ground around it.
- **Text**: hidden addresses, phones and coordinates are taken out of every text. Keys and ids made from such text are renamed.
- Sources keep an opaque id, method and date. Comments, whether anybody is paid, amounts and names of contract managers are gone; a manager
  that is named becomes Unknown("redacted"), one that is not keeps its own reason, so that "no named manager" can still be counted. Contracts in
  the public edition name no provider.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecosystem.edition.hidden import Edition, Hidden, Treatment, find_hidden, may_show, phone_of
from ecosystem.edition.spelling import NEAR_M, Scrubber, digits_of
from ecosystem.edition.stand_ins import REDACTED, has_shapes, line, named_ground, placeholder, redacted, street_team, timeless
from ecosystem.records import (
    CITYWIDE,
    AreaPart,
    Capacity,
    Contact,
    Contract,
    CoverageArea,
    Delivery,
    Dispute,
    Invitation,
    Location,
    Organization,
    Publish,
    Records,
    Referral,
    Response,
    Route,
    Service,
    Source,
    Unknown,
    known_or,
    stable_id,
)
from ecosystem.schedule import Schedule
from ecosystem.taxonomy import Taxonomy

_WORDS = {
    "en": {"organization": "Organization not named", "service": "Confidential service", "target": "Another organization"},
    "es": {"organization": "Organización sin nombre", "service": "Servicio confidencial", "target": "Otra organización"},
}
_KEYS = frozenset(
    (
        *("key", "id", "opaque_id", "organization", "service", "origin", "target", "record"),
        *("types", "needs", "likely_needs", "areas", "area_ids", "geography", "wkt"),
    )
)
"""Fields that hold keys, codes and shapes, never words."""


def redact(
    records: Records,
    edition: Edition,
    *,
    taxonomy: Taxonomy,
    protected_services: Iterable[str] = (),
    minimum_count: int = 10,
    buffer_m: float = NEAR_M,
    language: str = "en",
) -> Records:
    """Return what `edition` may know of `records`; the analyst edition knows everything.

    `protected_services` are service types the city hides in addition to the taxonomy's. Caseloads below `minimum_count` people are dropped.
    A place of the same organization within `buffer_m` metres of a hidden one is hidden with it. `language` is that of the neutral names. The
    records are not changed.
    """
    if edition == "analyst":
        return records
    hidden = find_hidden(records, edition, taxonomy, protected_services, buffer_m=buffer_m)
    return _Redaction(records, edition, taxonomy, hidden, minimum_count, _WORDS.get(language, _WORDS["en"]), language).run()


def hidden_dispute(fact: str) -> bool:
    """Return whether a dispute is about something only analysts see."""
    return fact in ("location", "contact", "paid", "amount_usd", "is_paid", "manager")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a delivery goes: the key of its organization and service in the edition."""

    organization: str
    service: str


class _Redaction:
    """One redaction at work: the records it reads and the names it has given away."""

    def __init__(
        self, records: Records, edition: Edition, taxonomy: Taxonomy, hidden: Hidden, minimum_count: int, words: Mapping[str, str], language: str
    ) -> None:
        self.records, self.edition, self.taxonomy, self.hidden = records, edition, taxonomy, hidden
        self.minimum_count, self.words, self.language = minimum_count, words, language
        self.scrub = Scrubber(hidden.spellings, hidden.points, within_m=hidden.buffer_m)
        self.services: dict[str, Service] = {service.key: service for service in records.services}
        self.of_organization: dict[str, list[Delivery]] = defaultdict(list)
        self.of_service: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in records.deliveries:
            self.of_organization[delivery.organization].append(delivery)
            self.of_service[delivery.service].append(delivery)
        self.unnamed = self._name_organizations()
        self.organizations = self._rename_organizations()
        self.new_services: dict[str, Service] = {}
        self.service_keys: dict[tuple[str, str], str] = {}
        self.neutral: set[str] = set()
        self._name_services()

    # -- names -------------------------------------------------------------------------------------------------------------------------------

    def _treatment(self, delivery: Delivery) -> Treatment:
        return self.hidden.treatments[delivery.id]

    def _name_organizations(self) -> dict[str, str]:
        """Return, for each organization with a delivery that may not name it, the key of the nameless one that stands for it.

        Numbers are given in the order of a digest, so that neither key nor number can be worked back to a name.
        """
        keys = {d.organization for d in self.records.deliveries if not self._treatment(d).named}
        ordered = sorted(keys, key=lambda key: stable_id("o", key))
        return {key: f"unnamed-{number}" for number, key in enumerate(ordered, start=1)}

    def _rename_organizations(self) -> dict[str, str]:
        """Return the key each organization has in this edition: its own, the nameless one where it has nothing to be named for, or a
        number where the key itself is made from a hidden address."""
        known = {o.key for o in self.records.organizations} | {i.key for i in self.records.invitations} | set(self.of_organization)
        renamed: dict[str, str] = {}
        telling = 0
        for key in sorted(known, key=lambda key: stable_id("o", key)):
            deliveries = self.of_organization[key]
            if deliveries and key in self.unnamed and not any(self._treatment(delivery).named for delivery in deliveries):
                renamed[key] = self.unnamed[key]
            elif self.scrub(key) != key:
                telling += 1
                renamed[key] = f"organization-{telling}"
            else:
                renamed[key] = key
        return renamed

    def _name_services(self) -> None:
        """Split each service by what its deliveries may show, and give those parts keys and names."""
        counts: dict[str, int] = defaultdict(int)
        for service in sorted(self.records.services, key=lambda service: stable_id("v", service.key)):
            deliveries = self.of_service[service.key]
            treatments = [self._treatment(delivery) for delivery in deliveries]
            parts = {_part(treatment) for treatment in treatments} or {"shown"}
            is_neutral = any(treatment.protected for treatment in treatments)
            if is_neutral:
                self.neutral.add(service.key)
            if not deliveries and self.organizations.get(service.organization, "").startswith("unnamed-"):
                parts = {"unnamed"}
            for part in sorted(parts):
                owner = next((d.organization for d in deliveries if _part(self._treatment(d)) == part), service.organization)
                organization = self._organization_of(owner, named=part != "unnamed")
                if part == "shown" and not is_neutral and self.scrub(service.key) == service.key:
                    key, new = service.key, replace(service, organization=organization)
                else:
                    counts[organization] += 1
                    key = f"{organization}/{counts[organization]}"
                    new = replace(service, key=key, organization=organization)
                    if part != "shown" or is_neutral:
                        new = replace(new, name=self._neutral_name(service), description="")
                self.service_keys[service.key, part] = key
                self.new_services[key] = new

    def _organization_of(self, key: str, *, named: bool) -> str:
        return self.organizations.get(key, key) if named else self.unnamed[key]

    def _neutral_name(self, service: Service | None) -> str:
        types = known_or(service.types, ()) if service else ()
        kind = self.taxonomy.services.get(types[0]) if types else None
        return kind.name.get(self.language, kind.name["en"]) if kind else self.words["service"]

    # -- records -----------------------------------------------------------------------------------------------------------------------------

    def run(self) -> Records:
        deliveries = self._deliveries()
        records = Records.of(
            self._all_organizations(),
            self.new_services.values(),
            deliveries,
            (self._invitation(invitation) for invitation in self.records.invitations),
            (self._response(response) for response in self.records.responses),
            self._contracts(),
            self._referrals(),
            (),
            self._disputes({delivery.id for delivery in deliveries}),
        )
        return _with_clean_text(records, self.scrub)

    def _all_organizations(self) -> list[Organization]:
        organizations = []
        shown = {organization.name for organization in self.records.organizations if not self._is_unnamed(organization.key)}
        for organization in self.records.organizations:
            key = self.organizations[organization.key]
            if self._is_unnamed(organization.key):
                continue
            parent = organization.parent if organization.parent in shown or not self._names_hidden(organization.parent) else ""
            organizations.append(replace(organization, key=key, parent=parent))
        sectors = {organization.key: organization.sector for organization in self.records.organizations}
        for key, new in self.unnamed.items():
            organizations.append(Organization(new, self.words["organization"], sector=sectors.get(key, "unknown")))
        return organizations

    def _is_unnamed(self, key: str) -> bool:
        return self.organizations.get(key, key).startswith("unnamed-")

    def _names_hidden(self, name: str) -> bool:
        return any(name in (o.name, *o.aliases) for o in self.records.organizations if self._is_unnamed(o.key))

    def _deliveries(self) -> list[Delivery]:
        deliveries: list[Delivery] = []
        counts: dict[str, int] = defaultdict(int)
        ordinary = [d for d in self.records.deliveries if self._treatment(d).shows_phone and not self._treatment(d).protected]
        lines = {digits for delivery in ordinary for digits in digits_of(phone_of(delivery))}
        for delivery in self.records.deliveries:
            treatment = self._treatment(delivery)
            if delivery.is_baseline or delivery.is_placeholder:
                deliveries.append(replace(delivery, service=self.service_keys.get((delivery.service, "shown"), delivery.service)))
                continue
            part = _part(treatment)
            service = self.service_keys.get((delivery.service, part), delivery.service)
            organization = self._organization_of(delivery.organization, named=treatment.named)
            moved = replace(delivery, organization=organization, service=service)
            if part == "shown":
                deliveries.append(replace(self._shown(delivery, treatment, counts), organization=organization, service=service))
                continue
            counts[service] += 1
            new_id = stable_id("d", organization, service, f"not shown {counts[service]}")
            name = self._neutral_name(self.services.get(delivery.service))
            if treatment.protected:
                deliveries.append(placeholder(moved, new_id, name, CITYWIDE, is_named=treatment.named))
                if treatment.shows_phone and (contact := self._public_line(delivery)) and not digits_of(contact.phone) <= lines:
                    lines |= digits_of(contact.phone)
                    deliveries.append(line(moved, stable_id("d", new_id, "line"), name, contact, self.edition))
            elif treatment.street and self.edition == "partner" and may_show(delivery.publish.listing, self.edition):
                deliveries.append(street_team(moved, new_id, name))
            else:
                deliveries.append(placeholder(moved, new_id, name, named_ground(moved), is_named=treatment.named))
        return deliveries

    def _public_line(self, delivery: Delivery) -> Contact | None:
        phone = phone_of(delivery)
        return Contact(phone=phone) if digits_of(phone) else None

    def _shown(self, delivery: Delivery, treatment: Treatment, counts: dict[str, int]) -> Delivery:
        """Return a delivery that shows, less what its publish levels and its siblings forbid."""
        location = known_or(delivery.location, Location())
        tells = self.hidden.is_told_by(delivery.organization, location)
        changes: dict[str, Any] = {}
        service = self.services.get(delivery.service)
        if service and delivery.name == service.name and service.key in self.neutral:
            changes["name"] = self._neutral_name(service)
        if not treatment.shows_place or tells:
            changes |= {"location": redacted(delivery.location), "site": ""}
            if delivery.site:
                # an id is a digest of the site's name, and names of sites can be tried out
                counts[delivery.service] += 1
                service_key = self.service_keys.get((delivery.service, "shown"), delivery.service)
                changes["id"] = stable_id("d", delivery.organization, service_key, f"place not shown {counts[delivery.service]}")
        if (not treatment.shows_place or self._draws_hidden_ground(delivery)) and _is_drawn(delivery):
            changes |= {"area": REDACTED, "focus": redacted(delivery.focus)}
        if self._draws(delivery.served):
            changes["served"] = REDACTED
        if not may_show(delivery.publish.hours, self.edition):
            changes |= {"hours": redacted(delivery.hours), "routes": _without_hours(delivery.routes), "languages": timeless(delivery)}
        if not treatment.shows_phone:
            changes["contact"] = redacted(delivery.contact)
        changes["life"] = replace(delivery.life, paid=redacted(delivery.life.paid))
        changes["capacity"] = self._capacity(delivery.capacity)
        return replace(delivery, **changes)

    def _draws(self, area: CoverageArea | Unknown) -> bool:
        if isinstance(area, Unknown):
            return False
        return any(part.kind in ("radius", "polygon") for part in (*area.parts, *area.exclusions))

    def _draws_hidden_ground(self, delivery: Delivery) -> bool:
        """Return whether a radius or a polygon of the delivery stands on a hidden place of its organization."""
        for area in (delivery.area, delivery.focus, delivery.served):
            for part in () if isinstance(area, Unknown) else (*area.parts, *area.exclusions):
                points = _corners(part)
                if any(self.hidden.is_told_by(delivery.organization, Location("", *point)) for point in points):
                    return True
        return False

    def _capacity(self, capacity: Capacity) -> Capacity:
        caseload = capacity.caseload
        few = not isinstance(caseload, Unknown) and 0 < caseload < self.minimum_count
        return replace(capacity, caseload=REDACTED) if few else capacity

    def _invitation(self, invitation: Invitation) -> Invitation:
        key = self.organizations[invitation.key]
        if self._is_unnamed(invitation.key):
            return replace(invitation, key=key, name=self.words["organization"], areas=())
        has_protected = any(self._treatment(delivery).protected for delivery in self.of_organization[invitation.key])
        return replace(invitation, key=key, areas=() if has_protected else invitation.areas)

    def _response(self, response: Response) -> Response:
        return replace(response, organization=self.organizations.get(response.organization, response.organization), role="")

    def _contracts(self) -> Iterable[Contract]:
        ordered = sorted(self.records.contracts, key=lambda contract: stable_id("c", contract.id))
        for number, contract in enumerate(ordered, start=1):
            parts = {_part(self._treatment(delivery)) for delivery in self.of_service[contract.service]}
            named = not self._is_unnamed(contract.organization) and "unnamed" not in parts
            changes: dict[str, Any] = {
                "amount_usd": redacted(contract.amount_usd),
                "is_paid": redacted(contract.is_paid),
                "manager": redacted(contract.manager),
            }
            if self.edition == "public":
                changes |= {"organization": "", "service": "", "program": "", "includes": ""}
            else:
                part = "unnamed" if not named and (contract.service, "unnamed") in self.service_keys else min(parts, default="shown")
                changes["organization"] = self._organization_of(contract.organization, named=named) if contract.organization else ""
                changes["service"] = self.service_keys.get((contract.service, part), "" if part != "shown" else contract.service)
                if not named or "protected" in parts:
                    changes |= {"program": "", "includes": ""}
            if self.edition == "public" or not named or self.scrub(contract.id) != contract.id:
                changes["id"] = f"contract-{number}"
            yield replace(contract, **changes)

    def _referrals(self) -> Iterable[Referral]:
        names = {organization.key: organization.name for organization in self.records.organizations}
        for referral in self.records.referrals:
            target = self.organizations.get(referral.target, referral.target)
            if not referral.target:
                name = self.words["target"]
            elif self._is_unnamed(referral.target):
                name = self.words["organization"]
            else:
                name = names.get(referral.target, self.words["target"])
            yield replace(referral, origin=self.organizations.get(referral.origin, referral.origin), target=target, target_name=name)

    def _disputes(self, shown: set[str]) -> Iterable[Dispute]:
        """Keep that a fact is disputed, not what was said: only of records that keep their id, and of facts the edition shows."""
        kept = shown | {key for key, new in self.organizations.items() if key == new} | set(self.new_services)
        levels = {delivery.id: delivery.publish for delivery in self.records.deliveries}
        for dispute in self.records.disputes:
            publish = levels.get(dispute.record, Publish())
            is_hidden = dispute.fact in ("hours", "schedule") and not may_show(publish.hours, self.edition)
            if dispute.record in kept and not is_hidden and not hidden_dispute(dispute.fact):
                yield dispute


def _part(treatment: Treatment) -> str:
    """Return which part of its service a delivery belongs to in the edition."""
    return "unnamed" if not treatment.named else "protected" if treatment.protected else "shown"


def _is_drawn(delivery: Delivery) -> bool:
    return any(has_shapes((*ground.parts, *ground.exclusions)) for ground in (delivery.area, delivery.focus) if not isinstance(ground, Unknown))


def _corners(part: AreaPart) -> list[tuple[float, float]]:
    if part.kind == "radius":
        return [(part.longitude, part.latitude)]
    if part.kind != "polygon":
        return []
    import shapely

    shape = shapely.from_wkt(part.wkt, on_invalid="ignore")
    if shape is None or shapely.is_empty(shape):
        return []
    return [*(map(tuple, shapely.get_coordinates(shape))), (shape.centroid.x, shape.centroid.y)]


def _without_hours(routes: tuple[Route, ...] | Unknown) -> tuple[Route, ...] | Unknown:
    return routes if isinstance(routes, Unknown) else tuple(replace(route, when=redacted(route.when)) for route in routes)


def _with_clean_text(records: Records, scrub: Callable[[str], str]) -> Records:
    """Return the records with opaque sources and without hidden addresses, phones and coordinates in any text."""
    cleaned: Records = _clean(records, scrub)
    return cleaned


def _clean(value: Any, scrub: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Source):
        return Source("", method=value.method, date=value.date, opaque_id=value.id)
    if isinstance(value, Contact):
        return Contact(*("" if scrub(text) != text else text for text in (value.phone, value.url)))
    if isinstance(value, Location):
        return REDACTED if scrub(value.address) != value.address else value
    if isinstance(value, tuple):
        return tuple(_clean(item, scrub) for item in value)
    if isinstance(value, Mapping):
        return {key: _clean(item, scrub) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in dataclasses.fields(value):
            before = getattr(value, field.name)
            if (field.name in _KEYS and not isinstance(before, Unknown)) or before is None or isinstance(before, int | float | Schedule | frozenset):
                continue
            after = _clean(before, scrub)
            if after is not before:
                changes[field.name] = after
        return replace(value, **changes) if changes else value
    return value
