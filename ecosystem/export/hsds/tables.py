"""Which rows of the tables of HSDS do the records of an edition come to?

Organizations, services and deliveries become `organization`, `service`, `service_at_location` with what belongs to them; ids are made from ours
and stay the same from run to run. HSDS has ages, languages and capacity on the service: where the deliveries of one service differ in these, each
kind of delivery is a service of its own with the same name. Answers that HSDS has no field for are attributes in a taxonomy of ours. A placeholder
says that something is there which may not be told: it is counted and not written. Confidential places have no address and no point in any edition.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ecosystem.edition import CITY_ONLY_NEEDS
from ecosystem.export.hsds.areas import Areas
from ecosystem.export.hsds.deliveries import Deliveries
from ecosystem.export.hsds.rows import Material, Rows
from ecosystem.hsds import OWN_ANSWERS, OWN_NEEDS, OWN_SERVICES, OWN_UNITS, Record
from ecosystem.records import Contact, CoverageArea, Delivery, Language, Life, Organization, Service, Unknown, known_or

if TYPE_CHECKING:
    from ecosystem.export.hsds.losses import Losses
    from ecosystem.records import Records

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def tables_of(material: Material, version: str) -> tuple[dict[str, list[Record]], Losses]:
    """Return the rows by kind of object (see `ecosystem.hsds.OBJECTS`), and what became of every field."""
    return _Tables(material, version).made()


@dataclass(frozen=True, slots=True)
class _Shared:
    """What HSDS says of a service and we of a delivery; deliveries that differ in it are services of their own."""

    ages: tuple[int | None, int | None] | None
    eligibility: str
    languages: tuple[Language, ...] | None
    capacity: tuple[tuple[str, float], ...]
    capacity_of: dt.date | None
    status: str
    url: str
    area: CoverageArea | None
    alone: str
    """The delivery itself where it has a capacity: the same number at two places is not that number of one service."""


class _Tables:
    """The tables while they are made."""

    def __init__(self, material: Material, version: str) -> None:
        self.rows = Rows(material, version)
        self.losses, self.records, self.city = self.rows.losses, material.records, material.city
        self.dates = newest_dates(self.records)
        self.deliveries = Deliveries(self.rows, Areas(material.geography, material.say), self.dates)

    def made(self) -> tuple[dict[str, list[Record]], Losses]:
        by_service: dict[str, list[Delivery]] = defaultdict(list)
        told: set[str] = set()
        hidden: set[str] = set()
        baseline: set[str] = set()
        for delivery in self.records.deliveries:
            if delivery.is_baseline:
                self.losses.count("delivery", "", dropped=1, why="baseline")
                baseline.add(delivery.organization)
            elif delivery.is_placeholder:
                self.losses.count("delivery", "", withheld=1, why="placeholder")
                hidden.add(delivery.organization)
            else:
                self.losses.count("delivery", "", kept=1)
                by_service[delivery.service].append(delivery)
                told.add(delivery.organization)
        services = {service.key: service for service in self.records.services}
        hidden |= baseline
        self.organizations = {one.key: one for one in self.records.organizations if one.key in told or one.key not in hidden}
        self.by_name = {one.name: one for one in self.organizations.values() if one.name}
        offered: dict[str, list[str]] = defaultdict(list)
        for key in sorted(by_service, key=lambda key: (services[key].name, key)):
            offered[services[key].organization].append(services[key].name)
        for organization in self.records.organizations:
            if organization.key in self.organizations:
                self.organization(organization, list(dict.fromkeys(offered[organization.key])))
            elif organization.key in baseline:
                self.losses.count("organization", "", dropped=1, why="baseline")
            else:
                self.losses.count("organization", "", withheld=1, why="nothing_told")
        for service in self.records.services:
            if by_service[service.key]:
                self.service(service, by_service[service.key])
        self.fundings()
        self.left_out()
        return {kind: rows for kind, rows in sorted(self.rows.tables.items()) if rows}, self.losses

    # -- organizations ---------------------------------------------------------------------------------------------------------------------

    def organization(self, organization: Organization, offered: Sequence[str]) -> None:
        count, key = self.losses.count, organization.key
        count("organization", "", kept=1)
        count("organization", "name", kept=1)
        count("organization", "description", guessed=1, why="description")
        about = self.rows.say("hsds.organization.offers", {"names": offered}) if offered else self.rows.say("hsds.organization.answered")
        parent = self.by_name.get(organization.parent)
        made = self.rows.add(
            "organization",
            (key,),
            name=organization.name,
            alternate_name=organization.aliases[0] if organization.aliases else "",
            description=about,
            parent_organization_id=self.rows.id("organization", parent.key) if parent is not None and parent.key != key else "",
        )
        count("organization", "aliases", kept=len(organization.aliases))
        self.rows.add("organization_identifier", (key,), organization_id=made, identifier_type=self.rows.say("hsds.key"), identifier=key)
        if organization.sector != "unknown":
            self.rows.answer("organization", made, "sector", organization.sector, "organization")
        if len(organization.aliases) > 1:
            self.rows.attribute("organization", made, OWN_ANSWERS, "also_known_as", "; ".join(organization.aliases))
        if organization.parent and parent is None:
            self.rows.attribute("organization", made, OWN_ANSWERS, "parent", organization.parent)
        count("organization", "parent", kept=int(bool(organization.parent)))

    # -- services --------------------------------------------------------------------------------------------------------------------------

    def service(self, service: Service, deliveries: Sequence[Delivery]) -> None:
        groups: dict[_Shared, list[Delivery]] = {}
        for delivery in deliveries:
            groups.setdefault(self.shared(delivery), []).append(delivery)
        for shared, group in groups.items():
            key = (service.key,) if len(groups) == 1 else (service.key, min(delivery.id for delivery in group))
            self.one_service(service, shared, group, key)
        if len(groups) > 1:
            self.losses.count("service", "", guessed=len(groups) - 1, why="split")

    def shared(self, delivery: Delivery) -> _Shared:
        contact = known_or(delivery.contact, Contact())
        capacity = tuple((name, value) for name in OWN_UNITS if not isinstance(value := getattr(delivery.capacity, name), Unknown))
        return _Shared(
            known_or(delivery.eligibility.ages, None),
            self.eligibility(delivery),
            known_or(delivery.languages, None),
            capacity,
            delivery.capacity.as_of if capacity else None,
            self.status(delivery.life),
            contact.url,
            known_or(delivery.area, None) if not self.rows.has_3_1 else None,
            delivery.id if capacity and self.rows.has_3_1 else "",
        )

    def one_service(self, service: Service, shared: _Shared, group: Sequence[Delivery], key: tuple[str, ...]) -> None:
        count = self.losses.count
        count("service", "", kept=1)
        count("service", "name", kept=1)
        count("service", "description", kept=int(bool(service.description)))
        ages = shared.ages or (None, None)
        languages = shared.languages or ()
        url = shared.url if not shared.url or _SCHEME.match(shared.url) else f"https://{shared.url}"
        count("service", "https of its website", guessed=int(url != shared.url), why="scheme")
        dates = [self.dates[delivery.id] for delivery in group if delivery.id in self.dates]
        made = self.rows.add(
            "service",
            key,
            organization_id=self.rows.id("organization", service.organization),
            name=service.name,
            description=service.description,
            url=url,
            status=shared.status,
            interpretation_services=self.interpreters(languages),
            eligibility_description=shared.eligibility,
            minimum_age=ages[0],
            maximum_age=ages[1],
            assured_date=max(dates).isoformat() if dates else "",
        )
        self.rows.attribute("service", made, OWN_ANSWERS, "key", service.key)
        if self.losses.known("service", "types", service.types):
            for code in known_or(service.types, ()):
                self.rows.attribute("service", made, OWN_SERVICES, code)
            count("service", "types", kept=len(known_or(service.types, ())))
        if self.losses.known("service", "needs", service.needs):
            needs = known_or(service.needs, ())
            shown = [code for code in needs if self.rows.material.edition == "analyst" or code not in CITY_ONLY_NEEDS]
            for code in shown:
                self.rows.attribute("service", made, OWN_NEEDS, code)
            count("service", "needs", kept=len(shown), withheld=len(needs) - len(shown), why="small_groups" if len(shown) < len(needs) else "")
        for language in languages:
            self.language(made, language)
        self.capacities(made, shared, len(group))
        if not self.rows.has_3_1 and shared.area is not None:
            self.deliveries.add_areas({"service_id": made}, shared.area)
        for delivery in group:
            self.deliveries.add(made, delivery)

    def status(self, life: Life) -> str:
        if life.ended is not None and self.city.as_of > life.ended:
            return "defunct"
        if life.started is not None and self.city.as_of < life.started:
            return "inactive"
        return "temporarily closed" if known_or(life.suspended, False) else "active"

    def eligibility(self, delivery: Delivery) -> str:
        """Who may come, in words; the codes are attributes of the delivery."""
        who, say = delivery.eligibility, self.rows.say
        sentences = []
        if not isinstance(who.ages, Unknown):
            least, most = who.ages
            key = "all" if least is None and most is None else "from" if most is None else "to" if least is None else "between"
            sentences.append(say(f"hsds.ages.{key}", {"least": least, "most": most}))
        genders = sorted(known_or(who.genders, frozenset()))
        groups = known_or(who.groups, ())
        if genders or groups:
            names = [*(say(f"hsds.genders.{code}") for code in genders), *(self.rows.word("hsds.groups", code) for code in groups)]
            sentences.append(say("hsds.for_whom", {"names": names}))
        asked = [say(f"requirement.{name}") for name, value in sorted(who.requirements.items()) if known_or(value, False)]
        if asked:
            text = say("hsds.asked", {"names": asked})
            sentences.append(text[:1].upper() + text[1:])
        return " ".join(sentences)

    def interpreters(self, languages: Sequence[Language]) -> str:
        names = [self.language_name(one.code) for one in languages if one.strength == "interpreter"]
        return self.rows.say("hsds.interpreters", {"names": names}) if names else ""

    def language_name(self, code: str) -> str:
        return self.rows.say("hsds.all_languages") if code == "*" else self.rows.word("language", code)

    def language(self, service: str, language: Language) -> None:
        code = "" if language.code == "*" else language.code
        self.rows.add(
            "language", (service, language.code, language.strength), service_id=service, name=self.language_name(language.code),
            code=code, note=language.strength,
        )  # fmt: skip

    def capacities(self, service: str, shared: _Shared, n_deliveries: int) -> None:
        count = self.losses.count
        for name, value in shared.capacity:
            if not self.rows.has_3_1:
                count("delivery", name, dropped=n_deliveries, why="needs_3_1")
                continue
            unit = self.rows.id("unit", name)
            if not self.rows.seen["unit", name]:
                self.rows.add("unit", (name,), name=self.rows.say(f"column.{name}"), scheme=OWN_ANSWERS, identifier=name)
            number = int(value) if float(value).is_integer() else value
            as_of = shared.capacity_of or self.city.as_of
            self.rows.add(
                "service_capacity", (service, name), service_id=service, unit_id=unit, available=number, maximum=number,
                description=self.rows.say("hsds.capacity"), updated=f"{as_of.isoformat()}T00:00:00.000{self.rows.offset_text}",
            )  # fmt: skip
            count("delivery", name, kept=1)
            count("delivery", f"{name} free now", guessed=1, why="available")

    def fundings(self) -> None:
        """Who funds what: HSDS has the name of the funder alone."""
        for contract in self.records.contracts:
            if contract.organization not in self.organizations:
                self.losses.count("contract", "", withheld=int(not contract.organization), dropped=int(bool(contract.organization)), why="edition")
                continue
            made = self.rows.id("organization", contract.organization)
            if not self.rows.seen["funding", made, contract.funder]:
                self.rows.add("funding", (made, contract.funder), organization_id=made, source=contract.funder)
            self.losses.count("contract", "funder", kept=1)
            for one in fields(contract):
                if one.name not in ("id", "funder", "organization", "sources") and self.losses.known(
                    "contract", one.name, getattr(contract, one.name)
                ):
                    self.losses.count("contract", one.name, dropped=1, why="no_field")

    def left_out(self) -> None:
        """Count the records that HSDS has no place for."""
        for name in ("invitations", "responses", "referrals", "comments", "disputes"):
            self.losses.count(name.removesuffix("s"), "", dropped=len(getattr(self.records, name)), why="no_field")


def newest_dates(records: Records) -> dict[str, dt.date]:
    """Return the newest day on which somebody said something of each delivery, by its id; those that nobody dated are not in it."""
    found = {}
    for delivery in records.deliveries:
        days = [source.date for source in delivery.sources.values() if source.date is not None]
        if days:
            found[delivery.id] = max(days)
    return found
