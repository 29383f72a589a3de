"""What does HSDS say of one delivery: its place, hours, areas, phone, and the answers it has no field for?

A confidential place has no address and no point in any edition: HSDS has no way to mark it. Hours that are only possible, and those of the staff,
are told in words and never as times that a program takes for open.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecosystem.export.hsds.areas import Areas
from ecosystem.export.hsds.rows import Rows
from ecosystem.hsds import OWN_ANSWERS, OWN_UNITS
from ecosystem.records import Contact, CoverageArea, Delivery, Location, Unknown, known_or, normalize_name
from ecosystem.schedule import Hours, Piece
from ecosystem.schedule_formats import in_words, to_hsds

NOWHERE = Location()
_ADDRESS = re.compile(r"(?P<address_1>.+?),\s*(?P<city>[^,\d]+?),\s*(?P<state_province>[A-Z]{2})\.?\s+(?P<postal_code>\d{5}(?:-\d{4})?)")
_EXTENSION = re.compile(r"(.+?)[\s,;]*(?:x|ext\.?|extension)\s*(\d{1,6})", re.IGNORECASE)


@dataclass
class Deliveries:
    """Writes deliveries into the tables. `dates` is the newest day on which somebody said something of each, by its id."""

    rows: Rows
    areas: Areas
    dates: Mapping[str, dt.date]

    def add(self, service: str, delivery: Delivery) -> None:
        """Add a delivery of the HSDS service with the id `service`."""
        rows, losses = self.rows, self.rows.losses
        location, place = self._location(delivery)
        made = rows.add("service_at_location", (delivery.id,), service_id=service, location_id=location)
        link = {"service_at_location_id": made}
        rows.attribute("service_at_location", made, OWN_ANSWERS, "key", delivery.id)
        if losses.known("delivery", "mode", delivery.mode):
            self._answer(made, "mode", known_or(delivery.mode, ""))
        if losses.known("delivery", "hours", delivery.hours):
            self._schedules(link, known_or(delivery.hours, Hours()))
        if losses.known("delivery", "area", delivery.area):
            area = known_or(delivery.area, CoverageArea(()))
            if rows.has_3_1:
                self.add_areas(link, area, place)
            self._area_answers(made, area, place)
        for name, fact in (("area_focus", delivery.focus), ("area_served", delivery.served)):
            if losses.known("delivery", name, fact):
                ground = known_or(fact, CoverageArea(()))
                if self.areas.is_named(ground) and not ground.exclusions and ground.certain:
                    self._answer(made, name, "; ".join(self.areas.names(ground)))
                else:
                    losses.count("delivery", name, dropped=1, why="no_words")
        self._who(made, delivery)
        self._size(made, delivery)
        self._ways_in(made, delivery)
        self._life(made, delivery)
        if losses.known("delivery", "contact", delivery.contact):
            contact = known_or(delivery.contact, Contact())
            if contact.phone:
                match = _EXTENSION.fullmatch(contact.phone)
                number, extension = (match[1], int(match[2])) if match else (contact.phone, None)
                rows.add("phone", (made, contact.phone), **link, number=number, extension=extension, type="voice")
            losses.count("delivery", "phone", kept=int(bool(contact.phone)))
            losses.count("delivery", "website", kept=int(bool(contact.url)))
        losses.count("delivery", "date", kept=int(delivery.id in self.dates))

    def add_areas(self, link: Mapping[str, str], area: CoverageArea, place: Location = NOWHERE) -> None:
        """Add the service areas of a delivery, or in HSDS 3.0 of a service."""
        for row in self.areas.rows(area, place):
            self.rows.add("service_area", (*link.values(), row.get("uri", ""), row.get("name", "")), **link, **row)
            is_drawn = bool(row.get("extent"))
            self.rows.losses.count("delivery", "area", kept=1)
            self.rows.losses.count("delivery", "shape of area", kept=int(is_drawn), dropped=int(not is_drawn), why="" if is_drawn else "no_shape")

    def _answer(self, made: str, question: str, text: str) -> None:
        self.rows.answer("service_at_location", made, question, text, "delivery")

    # -- places ----------------------------------------------------------------------------------------------------------------------------

    def _location(self, delivery: Delivery) -> tuple[str, Location]:
        """Add the place of a delivery, one for all that stand there, and return its id and what of it is shown."""
        rows, losses = self.rows, self.rows.losses
        place = known_or(delivery.location, NOWHERE)
        if losses.known("delivery", "place", delivery.location) and delivery.protected:
            losses.count("delivery", "place", withheld=1, why="confidential")
            place = NOWHERE
        mode = known_or(delivery.mode, None)
        is_virtual, is_mobile = mode in ("phone", "virtual"), mode == "mobile"
        has_own = bool(delivery.site or place.address or place.longitude is not None)
        facts = (normalize_name(delivery.site), normalize_name(place.address), place.longitude, place.latitude, is_virtual, is_mobile)
        key = (delivery.organization, *map(str, facts)) if has_own else (delivery.id,)
        address = _ADDRESS.fullmatch(place.address)
        if not rows.seen["location", *key]:
            about = [rows.say("hsds.place.mobile")] if is_mobile else []
            about += [rows.say("hsds.place.address", {"text": place.address})] if place.address and not address else []
            made = rows.add(
                "location",
                key,
                organization_id=rows.id("organization", delivery.organization),
                location_type="virtual" if is_virtual else "physical",
                name=delivery.site,
                description=" ".join(about),
                latitude=place.latitude,
                longitude=place.longitude,
            )
            if address:
                rows.add("address", key, location_id=made, **address.groupdict(), country="US", address_type="physical")
            elif place.address:
                rows.attribute("location", made, OWN_ANSWERS, "address", place.address)
        losses.count("delivery", "kind of place", guessed=int(not has_own and not is_virtual), why="physical")
        losses.count("delivery", "site", kept=int(bool(delivery.site)))
        losses.count("delivery", "address", kept=int(bool(place.address)), why="address_whole" if not address else "")
        losses.count("delivery", "country", guessed=int(bool(address)), why="country")
        losses.count("delivery", "point", kept=int(place.longitude is not None))
        return rows.id("location", *key), place

    def _area_answers(self, made: str, area: CoverageArea, place: Location) -> None:
        """What service areas cannot say, as the answers that say it: what is left out, "mostly", a distance from the place."""
        if area.exclusions:
            left_out = CoverageArea(area.exclusions)
            if self.areas.is_named(left_out):
                self._answer(made, "area_except", "; ".join(self.areas.names(left_out)))
            else:
                self.rows.losses.count("delivery", "area_except", dropped=1, why="no_words")
        if not area.certain and area.parts and self.areas.is_named(area):
            names = self.areas.names(CoverageArea(area.parts, unresolved=area.unresolved))
            self.rows.attribute("service_at_location", made, OWN_ANSWERS, "area", f"mostly {'; '.join(names)}")
        for part in area.parts:
            if part.kind == "radius" and (part.longitude, part.latitude) == (place.longitude, place.latitude):
                self.rows.attribute("service_at_location", made, OWN_ANSWERS, "area_radius", f"{part.radius_m:g} m")

    # -- hours -----------------------------------------------------------------------------------------------------------------------------

    def _schedules(self, link: Mapping[str, str], hours: Hours) -> None:
        for piece in hours.pieces:
            for row in to_hsds(Hours((replace(piece, note=""),)), for_others=True):
                self._schedule(link, {**row, "description": self._about_hours(piece, is_open=bool(row["freq"]))})
            is_told = piece.certain and piece.kind != "office"
            name = "hours" if is_told else "hours that are only possible, or of the staff"
            self.rows.losses.count("delivery", name, kept=1, why="" if is_told else "in_words")
        for exception in hours.exceptions:
            for row in to_hsds(Hours((), (exception,)), for_others=True):
                self._schedule(link, row)
            self.rows.losses.count("delivery", "single days", kept=1)

    def _about_hours(self, piece: Piece, *, is_open: bool) -> str:
        if is_open:
            return "" if piece.kind == "open" else self.rows.word("kind", piece.kind)
        plain = replace(piece, note="", flags=tuple(flag for flag in piece.flags if not flag.startswith("ph_")))
        text = in_words(Hours((plain,)), "es" if self.rows.material.say.language == "es" else "en")
        return self.rows.say("hsds.hours.staff" if piece.kind == "office" else "hsds.hours.possible", {"text": text})

    def _schedule(self, link: Mapping[str, str], row: Mapping[str, str]) -> None:
        values: dict[str, Any] = dict(row)
        for name in ("opens_at", "closes_at"):
            if values[name]:
                hours = self.rows.offset.total_seconds() / 3600
                values |= {name: values[name] + self.rows.offset_text, "timezone": int(hours) if hours.is_integer() else hours}
        self.rows.add("schedule", (*link.values(), *row.values()), **link, **values)

    # -- for whom, how much, since when ----------------------------------------------------------------------------------------------------

    def _who(self, made: str, delivery: Delivery) -> None:
        who, losses = delivery.eligibility, self.rows.losses
        if losses.known("delivery", "ages", who.ages):
            if known_or(who.ages, None) == (None, None):
                self.rows.attribute("service_at_location", made, OWN_ANSWERS, "ages", "all")
            losses.count("delivery", "ages", kept=1)
        if losses.known("delivery", "genders", who.genders):
            self._answer(made, "genders", "; ".join(sorted(known_or(who.genders, frozenset()))) or "all")
        if losses.known("delivery", "groups", who.groups):
            self._answer(made, "groups", "; ".join(known_or(who.groups, ())) or "everyone")
        for name, value in sorted(who.requirements.items()):
            if losses.known("delivery", f"requires_{name}", value):
                self._answer(made, f"requires_{name}", "yes" if known_or(value, False) else "no")
        if losses.known("delivery", "languages", delivery.languages):
            spoken = known_or(delivery.languages, ())
            losses.count("delivery", "languages", kept=len(spoken))
            losses.count("delivery", "hours of languages", dropped=sum(one.when is not None for one in spoken), why="no_field")

    def _size(self, made: str, delivery: Delivery) -> None:
        losses, capacity = self.rows.losses, delivery.capacity
        if losses.known("delivery", "caseload", capacity.caseload):
            self._answer(made, "caseload", f"{known_or(capacity.caseload, 0.0):g}")
        for name in OWN_UNITS:
            losses.known("delivery", name, getattr(capacity, name))

    def _ways_in(self, made: str, delivery: Delivery) -> None:
        losses = self.rows.losses
        if losses.known("delivery", "routes", delivery.routes):
            routes = known_or(delivery.routes, ())
            self._answer(made, "routes", "; ".join(route.kind for route in routes))
            more = sum(bool(route.rule) + (not isinstance(route.when, Unknown)) for route in routes)
            losses.count("delivery", "hours and rules of routes", dropped=more, why="no_field")

    def _life(self, made: str, delivery: Delivery) -> None:
        losses, life = self.rows.losses, delivery.life
        for name in ("started", "ended"):
            if (day := getattr(life, name)) is not None:
                self._answer(made, name, day.isoformat())
        for name in ("suspended", "funded"):
            if losses.known("delivery", name, value := getattr(life, name)):
                self._answer(made, name, "yes" if value else "no")
        losses.count("delivery", "paid", dropped=int(losses.known("delivery", "paid", life.paid)), why="never")
