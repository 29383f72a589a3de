"""Which deliveries, places, addresses and phones must not show in an edition?

A *place to hide* is where a delivery stands that the edition may not place: a protected one (marked so by its provider, or of a type that is
hidden by default), the base of a street team, one whose provider did not publish its address or its listing. What an organization publishes
itself for another delivery is no secret, except a protected or unpublished place that its own siblings would give away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ecosystem.edition.spelling import NEAR_M, Point, Spelling, digits_of, is_near, spell_address, spell_phone
from ecosystem.records import PUBLISH_LEVELS, Contact, Delivery, Location, PublishLevel, Records, Service, known_or, normalize_name
from ecosystem.taxonomy import Taxonomy

Edition = Literal["public", "partner", "analyst"]
EDITIONS: tuple[Edition, ...] = ("public", "partner", "analyst")

CITY_ONLY_NEEDS = ("N22",)
"""Needs of groups so small that their people can be found (those at highest risk): never mapped below the city (design 1, Editions)."""

_YOUNG = {"youth", "teen", "teens", "teenagers", "young", "minors", "students", "children", "adolescents"}
_SAME_PLACE_M = 2.0
_NO_PLACE, _NO_CONTACT = Location(), Contact()


def may_show(level: PublishLevel, edition: Edition) -> bool:
    """Return whether a field group with this publish level belongs in the edition.

    >>> may_show("partner", "public"), may_show("partner", "partner")
    (False, True)
    """
    return PUBLISH_LEVELS.index(level) <= PUBLISH_LEVELS.index(edition)


def is_line(delivery: Delivery) -> bool:
    """Return whether people reach it by phone or online, so that nobody goes to its place."""
    return delivery.mode in ("phone", "virtual")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an edition does with one delivery.

    `protected`: replaced by a placeless citywide one. `street`: a street team. `named`: the provider may be named. `shows_place` and
    `shows_phone`: whether its own publish levels let the edition show them. `strict`: its place stays secret even if a sibling tells it.
    """

    protected: bool = False
    street: bool = False
    named: bool = True
    shows_place: bool = True
    shows_phone: bool = True
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """What must not show of one delivery: its point, its addresses and phones, as far as they are known."""

    delivery: str
    organization: str
    point: Point | None
    addresses: tuple[Spelling, ...]
    phones: tuple[Spelling, ...]
    strict: bool
    buffer_m: float = NEAR_M

    def is_told_by(self, location: Location) -> bool:
        """Return whether a place gives this one away: its address, or a point within the buffer."""
        return is_near(point_of(location), [self.point], within_m=self.buffer_m) or any(address.is_in(location.address) for address in self.addresses)


@dataclass(frozen=True)
class Hidden:
    """What one edition hides: the treatment of each delivery by id, the secrets, and the points that organizations publish themselves."""

    treatments: dict[str, Treatment]
    secrets: tuple[Secret, ...] = ()
    open_points: tuple[Point, ...] = ()
    buffer_m: float = NEAR_M

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The hidden points, each once."""
        return tuple(sorted({secret.point for secret in self.secrets if secret.point is not None}))

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """The hidden addresses and phones, each once."""
        found = {(spelling.kind, spelling.key): spelling for secret in self.secrets for spelling in (*secret.addresses, *secret.phones)}
        return tuple(found[key] for key in sorted(found))

    def is_told_by(self, organization: str, location: Location) -> bool:
        """Return whether a place of an organization gives away a secret place of the same organization."""
        return any(secret.organization == organization and secret.strict and secret.is_told_by(location) for secret in self.secrets)


def find_hidden(
    records: Records, edition: Edition, taxonomy: Taxonomy, protected_services: Iterable[str] = (), *, buffer_m: float = NEAR_M
) -> Hidden:
    """Return what `edition` hides of `records`, which are as they were answered. The analyst edition hides nothing.

    A place of the same organization within `buffer_m` of a hidden one gives it away.
    """
    if edition == "analyst":
        return Hidden({delivery.id: Treatment() for delivery in records.deliveries})
    hidden_types = {code for code, kind in taxonomy.services.items() if kind.is_protected} | set(protected_services)
    services = {service.key: service for service in records.services}
    treatments = {
        delivery.id: _treatment(delivery, services.get(delivery.service), edition, taxonomy, hidden_types) for delivery in records.deliveries
    }
    places, phones = [], []
    for delivery in records.deliveries:
        treatment = treatments[delivery.id]
        if treatment.shows_place:
            places.append((delivery.organization, known_or(delivery.location, _NO_PLACE)))
        if treatment.shows_phone:
            phones.append((delivery.organization, is_line(delivery) or treatment.protected, digits_of(phone_of(delivery))))
    secrets = []
    for delivery in records.deliveries:
        treatment, own = treatments[delivery.id], delivery.organization
        location = known_or(delivery.location, _NO_PLACE)
        open_places = [place for organization, place in places if organization != own or not treatment.strict]
        open_phones = {d for organization, line, digits in phones if line or organization != own or not treatment.protected for d in digits}
        point = None if treatment.shows_place else point_of(location)
        if is_near(point, [point_of(place) for place in open_places], within_m=_SAME_PLACE_M):
            point = None
        addresses = () if treatment.shows_place else spell_address(location.address)
        secret = Secret(
            delivery.id,
            own,
            point,
            tuple(address for address in addresses if not any(address.is_in(place.address) for place in open_places)),
            () if treatment.shows_phone else tuple(phone for phone in spell_phone(phone_of(delivery)) if phone.key not in open_phones),
            treatment.strict,
            buffer_m,
        )
        if secret.point or secret.addresses or secret.phones:
            secrets.append(secret)
    hidden = Hidden(treatments, tuple(secrets), buffer_m=buffer_m)
    shown = {point_of(place) for organization, place in places if not hidden.is_told_by(organization, place)}
    return Hidden(treatments, hidden.secrets, tuple(sorted(point for point in shown if point is not None)), buffer_m)


def _treatment(delivery: Delivery, service: Service | None, edition: Edition, taxonomy: Taxonomy, hidden_types: set[str]) -> Treatment:
    if delivery.is_baseline or delivery.is_placeholder:
        return Treatment()
    types = known_or(service.types, ()) if service else ()
    of_hidden_type = delivery.protected or bool(hidden_types & set(types)) or _is_for_lgbtq_youth(delivery)
    street = any(code in taxonomy.services and taxonomy.services[code].is_street for code in types)
    is_listed, shows_contact = may_show(delivery.publish.listing, edition), may_show(delivery.publish.contact, edition)
    # a line has no place: one that its provider publishes is no secret, whatever its kind
    protected = of_hidden_type and not (is_line(delivery) and (not delivery.protected or (is_listed and shows_contact)))
    named = is_listed and not street
    shows_address = may_show(delivery.publish.address, edition)
    return Treatment(
        protected=protected,
        street=street,
        named=named,
        shows_place=named and not of_hidden_type and shows_address,
        shows_phone=(named or (protected and not street)) and shows_contact,
        strict=of_hidden_type or not shows_address,
    )


def _is_for_lgbtq_youth(delivery: Delivery) -> bool:
    words = {word for group in known_or(delivery.eligibility.groups, ()) for word in normalize_name(group).split()}
    most = known_or(delivery.eligibility.ages, (None, None))[1]
    return any(word.startswith("lgbt") for word in words) and (bool(words & _YOUNG) or (most is not None and most <= 24))


def point_of(location: Location) -> Point | None:
    """Return the point of a place, if it is known."""
    return None if location.longitude is None or location.latitude is None else (location.longitude, location.latitude)


def phone_of(delivery: Delivery) -> str:
    """Return the phone of a delivery as written, empty where none is known."""
    return known_or(delivery.contact, _NO_CONTACT).phone
