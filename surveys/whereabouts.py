"""Where does one delivery stand and which areas does it serve, by its answers, and is the place a secret?

Of a confidential place neither an address nor a point is kept, in no record, source or issue. A point that cannot be right is told and not used;
an area may be given in words, as a distance and as a polygon, and what it leaves out beside it.
"""

from __future__ import annotations

from dataclasses import replace

from ecosystem.records import CoverageArea, Location, Unknown, known_or
from surveys import places
from surveys.asking import Questions, most_telling
from surveys.privacy import is_withheld_address, says_confidential
from surveys.response import Problem, Problems, Tell
from surveys.values import read_degrees


class Whereabouts(Questions):
    """The answers about one delivery, of which those about its place and its areas are read here."""

    def is_confidential(self, *texts: str) -> bool:
        """Whether the place is secret: as stated, else by what stands for an address or by the description."""
        stated = self.yes_no("confidential")
        if not isinstance(stated, Unknown):
            return stated
        answer = self.block.answer("address")
        by_address = bool(answer) and is_withheld_address(answer.text) if answer is not None else False
        if not by_address and not says_confidential(*texts):
            return isinstance(stated, Unknown) and stated.reason == "refused"
        where = self.block.answer("confidential") or self.block.answer("description") or self.block.answer("service")
        if where is not None and not by_address:
            message = "the words say that the place is confidential, so no address and no point of it are kept. Answer 'confidential' to settle it."
            self.tell(where, Problem("confidential_by_words", message, "info"))
        return True

    def point(self, is_confidential: bool) -> tuple[float, float] | None:
        """Return (longitude, latitude) of the place, None where it has none, where it must have none, or where it cannot be right."""
        if is_confidential:
            return None
        longitude = self.read("longitude", lambda text, tell: read_degrees(text, 180.0, tell))
        latitude = self.read("latitude", lambda text, tell: read_degrees(text, 90.0, tell))
        if isinstance(longitude, Unknown) or isinstance(latitude, Unknown):
            return None
        if (self.block.text("longitude"), self.block.text("latitude")) in self.setting.stacked:
            return None
        answer = self.block.answer("latitude")
        assert answer is not None
        written = f"{longitude:g}, {latitude:g}"
        if longitude == 0 and latitude == 0:
            self.tell(answer, Problem("coordinate_refused", "0, 0 is a blank coordinate, not a place. Leave both empty."))
            return None
        if not self.setting.is_inside(longitude, latitude):
            if abs(longitude) <= 90 and self.setting.is_inside(latitude, longitude):
                message = "longitude and latitude are swapped; the point is not used. Swap the two columns."
                self.tell(answer, Problem("coordinate_swapped", message, text=written))
                return None
            self.tell(answer, Problem("coordinate_outside", "the point lies outside every area of the city. Check both numbers.", text=written))
        return longitude, latitude

    def secret_point(self) -> tuple[float, float] | None:
        """The point that was given for a confidential place; it is compared and then forgotten."""
        longitude, latitude = (read_degrees(self.block.text(name), 180.0, Problems()) for name in ("longitude", "latitude"))
        return None if longitude is None or latitude is None else (longitude, latitude)

    def location(self, point: tuple[float, float] | None, is_confidential: bool) -> Location | Unknown:
        """Return the place. Of a confidential one nothing is kept, neither here nor in a source or an issue."""
        if is_confidential:
            for question in ("address", "longitude", "latitude"):
                answer = self.block.answer(question)
                if answer and not is_withheld_address(answer.text):
                    message = "an address or point was given for a confidential place and was not kept. Take it out of the file too."
                    place = answer._replace(text="")
                    self.issues.append(place.issue(Problem("confidential_address_dropped", message), self.respondent.key))
                    break
            for fact in ("address", "longitude", "latitude"):
                self.sources.pop(fact, None)
            return Unknown("withheld")
        address = self.read("address", lambda text, _: text)
        if point is not None:
            source = self.sources.pop("longitude")
            self.sources.pop("latitude", None)
            self.sources.setdefault("address", source)
            return Location(known_or(address, ""), point[0], point[1])
        if isinstance(address, Unknown):
            return address
        return Location(address)

    def places(self, question: str) -> CoverageArea | Unknown:
        return self.read(question, lambda text, tell: self.setting.places.read(text, tell, decide=self.decided_area(question)).area)

    def area(self, point: tuple[float, float] | None, is_confidential: bool) -> tuple[CoverageArea | Unknown, CoverageArea | Unknown]:
        """Return (area it claims, part it focuses on)."""
        focus_in_words: list[CoverageArea] = []
        own_names = (*self.respondent.names, self.block.text("site"))

        def in_words(text: str, tell: Tell) -> CoverageArea | None:
            decide = self.decided_area("area")
            found = self.setting.places.read(text, tell, around=point, is_confidential=is_confidential, own_names=own_names, decide=decide)
            if found.focus is not None:
                focus_in_words.append(found.focus)
            return found.area

        def at_distance(text: str, tell: Tell) -> CoverageArea | None:
            decided = self.decided_area("area_radius")(text)
            if decided is not None:
                return self.setting.places.read(decided, tell, around=point, is_confidential=is_confidential, own_names=own_names).area
            return self.setting.places.distance(text, tell, around=point, is_confidential=is_confidential, own_names=own_names)

        stated = [
            self.read("area", in_words),
            self.read("area_radius", at_distance, fact="area"),
            self.read("area_polygon", places.read_polygon, fact="area"),
        ]
        area: CoverageArea | Unknown
        joined = places.join([claim for claim in stated if not isinstance(claim, Unknown)])
        if joined is None:
            area = most_telling([claim for claim in stated if isinstance(claim, Unknown)])
        elif not joined.parts and not joined.unresolved:
            area = Unknown("refused", self.sources.get("area"))
        else:
            area = joined
        if not isinstance(area, Unknown):
            left_out = self.places("area_except")
            self.sources.pop("area_except", None)
            if not isinstance(left_out, Unknown):
                exclusions = (*area.exclusions, *(part for part in left_out.parts if part not in area.exclusions))
                area = replace(area, exclusions=exclusions, certain=area.certain and not left_out.unresolved)
        focus = self.places("area_focus")
        if isinstance(focus, Unknown) and focus_in_words:
            focus = focus_in_words[0]
            self.sources["area_focus"] = self.sources["area"]
        return area, focus
