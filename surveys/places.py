"""Which ground does a delivery serve, by the words of its answer?

`read_places` turns words into a `CoverageArea`: names of areas with aliases, lists, citywide in English and Spanish, a distance around the
place, a drawn polygon, exclusions, "mostly" (not certain), "citywide but focus on" (a focus of its own). A name that no geography of the city
knows stays as it is written, is told with the closest names, and counts as possible anywhere; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import shapely

from ecosystem.gazetteer import ORDINALS, STREET_WORDS, in_full
from ecosystem.records import AreaPart, CoverageArea, normalize_name
from surveys.distances import DISTANCE, center_of, read_distance
from surveys.response import Tell, fold, quoted

CITYWIDE = AreaPart("citywide")

_CITYWIDE = re.compile(
    r"(?:all (?:of )?|entire |whole |across |throughout |anywhere in |everywhere in |in all of )*(?:the )?"
    r"(?:(?:entire |whole |all )*city(?: ?wide)?(?: limits)?|all neighborhoods|every neighborhood|every ward|all wards|all areas"
    r"|all parts of the city|everywhere|anywhere)"
    r"|(?:en )?toda (?:la )?ciudad|(?:en )?tod[ao]s (?:los barrios|las zonas|las colonias|los vecindarios)"
    r"|a nivel (?:de )?(?:la )?ciudad|en todas partes"
)
_ALL_OF = r"(?:all of |across |throughout |the )*(?:whole|entire) "
_WIDER = {
    "region": rf"(?:metro|region|area) ?wide|{_ALL_OF}(?:metro(?: area)?|region)|(?:en )?toda (?:la )?región",
    "county": rf"county ?wide|{_ALL_OF}county|(?:en )?todo (?:el )?condado|a nivel (?:de(?:l)? )?condado",
    "state": rf"state ?wide|{_ALL_OF}state|(?:en )?todo (?:el )?estado|a nivel (?:estatal|de(?:l)? estado)",
    "nation": rf"nation(?:al)? ?(?:wide|ly)|national|{_ALL_OF}(?:country|nation)|(?:en )?todo (?:el )?país|a nivel nacional",
}
"""Words for more than the city, on folded text. The ground is the whole city; that it is more is kept as the geography of the part."""
_FOCUS = re.compile(
    r"^(?P<all>.*?)[,;(]?\s*(?:\b(?:but|with|y|con|pero|and|we)\b\s*)*\b"
    r"(?:(?:a |our |an |un |el )?(?:focus(?:ed|es|ing)?|emphasis|priority|enfoque|énfasis|prioridad)(?: (?:on|in|to|en|a))?"
    r"|(?:concentrat(?:ed|ing|es?)|enfocad[oa]s?|especially|particularly|mainly|mostly|primarily"
    r"|sobre todo|principalmente|especialmente)(?: (?:on|in|en))?)\b[:\s]*(?P<focus>.+?)\)?$",
    re.IGNORECASE | re.DOTALL,
)
_MOSTLY = re.compile(
    r"^(?:mostly|mainly|primarily|largely|generally|usually|chiefly|principally|principalmente|sobre todo|mayormente|en su mayoría|en general)\b"
    r"[\s:,]*(?:in |en |the |la |el )*(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_EXCEPT = re.compile(
    r"^(?P<all>.*?)[,;(]?\s*\b(?:except(?:ing)?(?: for)?|excluding|but not|other than|apart from|not including|minus"
    r"|excepto|menos|salvo|a excepción de|excluyendo|sin incluir|pero no)\b[:\s]*(?P<left>.+?)\)?$",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = r"wards?|precincts?|districts?|zones?|sectors?|beats?|tracts?|distritos?|zonas?|sectores?|precintos?|distrito policial"
_OF_WHAT = r"(?:(?P<of>police|fire|census|school|council|city council|congressional|zoning)\s+)?"
_NUMBERED = re.compile(
    rf"{_OF_WHAT}(?P<kind>{_KINDS})\s*#?\s*(?P<numbers>\d+(?:\.\d+)?[a-z]?(?:\s*(?:,|;|&|and|y|to|-|–|through)\s*#?\d+(?:\.\d+)?[a-z]?)*)",
    re.IGNORECASE,
)
_NTH = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
_NTH_OF_A_KIND = re.compile(rf"(?P<numbers>{_NTH}(?:\s*(?:,|&|and)\s*{_NTH})*)\s+{_OF_WHAT}(?P<kind>{_KINDS})", re.IGNORECASE)
_PREFIX = re.compile(
    r"^(?:the|all of|all|in|the neighborhoods? of|neighborhoods?|zip ?codes?|zips?|códigos? postal(?:es)?|barrios? de|barrios?|la|el|los|las|en)\b"
    r"[\s:]+",
    re.IGNORECASE,
)
_ALONG = re.compile(
    r"^(?:(?:along|up and down|the length of|on|a lo largo de|sobre|por)\s+)?(?:the |la |el )?(?P<street>.+?)(?:\s+(?:corridor|corredor))?$",
    re.IGNORECASE,
)
_SAYS_ALONG = re.compile(r"^(?:along|up and down|the length of|a lo largo de)\b|\b(?:corridor|corredor)$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^(?:(?:along|on|sobre|por)\s+)?(?:the |la |el )?(?P<street>.+?)(?:\s+(?:corridor|corredor))?,?\s+(?:from|between|desde|entre)\s+(?:the )?"
    r"(?P<start>.+?)\s*(?:\b(?:to|and|through|thru|until|hasta|y|a)\b|&|–|-)\s*(?:the )?(?P<end>.+)$",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"^(?:in and around|near|nearby|close to|next to|around|in the vicinity of|cerca de|alrededor de|junto a)\s+(?P<place>.+)$", re.IGNORECASE
)
_AT_A_DISTANCE = re.compile(r"radius|within|around|radio|alrededor|from (?:our|the)|of (?:our|the)", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+(?:neighborhoods?|area|community|residents|only|solamente|barrio)$", re.IGNORECASE)
_WEB = re.compile(r"www\.|://|@|\.(?:org|com|net|gov|edu)\b", re.IGNORECASE)
_LINES = re.compile(r"[;\n]")
_CUTS = (
    re.compile(r"\s*,\s*(?:and\s+|y\s+|&\s*)?"),
    re.compile(r"\s+(?:and|y|e)\s+|\s*&\s*|(?<=\w{3})\s*/\s*(?=\w{3})|\s+\+\s+"),
)
"""Where a list is cut, a coarse cut before a fine one."""
_BESIDE_A_CORNER = frozenset({"street", "avenue", "boulevard", "road"})
_PART_OF = re.compile(r"^(?:parts?|portions?|some|sections?|partes?|algunas partes) (?:of|de)\b\s*(?:the |la |el )?", re.IGNORECASE)
NO_AREA = frozenset({"none", "ninguna", "no area", "ignore"})


class Gazetteer(Protocol):
    """Where names of areas are looked up: `ecosystem.geography.Geography`."""

    def find(self, text: str, geography: str | None = None) -> AreaPart | None: ...
    def candidates(self, text: str, limit: int = 3) -> tuple[tuple[str, str, float], ...]: ...
    def along(self, street: str, corners: tuple[str, str] | None = None) -> AreaPart | None: ...
    def around(self, part: AreaPart, metres: float) -> AreaPart: ...


@dataclass(frozen=True, slots=True)
class Places:
    """What an answer about places says: the area, None where it names none, and the part it focuses on, if it does."""

    area: CoverageArea | None
    focus: CoverageArea | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads words about places of one city. `layers` are the ids of the geographies, `titles` what they are called; `wider_names` are the
    names, folded, of the region, county and state that hold the city, with which of the three each is; `found` is what each text meant before."""

    gazetteer: Gazetteer
    city_names: frozenset[str] = frozenset()
    layers: tuple[str, ...] = ()
    vintages: Mapping[str, str] | None = None
    wider_names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    found: dict[str, AreaPart | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def read(
        self,
        text: str,
        tell: Tell,
        *,
        around: tuple[float, float] | None = None,
        is_confidential: bool = False,
        own_names: Iterable[str] = (),
        decide: Callable[[str], str | None] = lambda _: None,
    ) -> Places:
        """Return the area of an answer in words. `around` is the (longitude, latitude) that a distance is measured from, `own_names` what
        that place and its organization are called; `decide` gives what a person decided that a name means."""
        return _Words(self, tell, around, is_confidential, tuple(own_names), decide).read(text)

    def closest(self, text: str) -> tuple[str, ...]:
        """Return the closest names for a person to choose from; a bare number is close to none."""
        if re.fullmatch(r"[\d\s.-]+", text):
            return ()
        return tuple(name for _, name, _ in self.gazetteer.candidates(text))

    def distance(
        self, text: str, tell: Tell, *, around: tuple[float, float] | None, is_confidential: bool, own_names: Iterable[str] = ()
    ) -> CoverageArea | None:
        """Return a distance as an area around the place ("2 miles") or around the one it names ("2 blocks of Lake Street").

        Unresolved where the place has no point or must have none, or where no geography knows the one that is named.
        """
        metres = read_distance(text)
        if metres is None:
            tell("radius_refused", f"{quoted(text)} is not a distance. Write it as 2 miles, 3 km or 1500 m.")
            return None
        center = center_of(text)
        if center and fold(center) not in {fold(name) for name in own_names}:
            found = self.gazetteer.find(center) or self.gazetteer.along(center)
            if found is not None:
                return CoverageArea((self.gazetteer.around(found, metres),))
            close = _closest(self, center)
            message = f"{quoted(center)}, from which {quoted(text)} is measured, is no place of this city.{close} Decide in decisions/area_names.csv."
            tell("area_unknown", message, text=text)
            return CoverageArea((), unresolved=(text,))
        if is_confidential:
            tell("radius_of_confidential", "a distance around a confidential place would show where it is; name the areas it serves instead.")
        elif around is None:
            message = f"{quoted(text)} needs the longitude and latitude of the place it is measured from; addresses are never looked up."
            tell("radius_without_place", message)
        else:
            return CoverageArea((AreaPart("radius", longitude=around[0], latitude=around[1], radius_m=metres),))
        return CoverageArea((), unresolved=(text,))


def _closest(reader: Reader, text: str) -> str:
    close = reader.closest(text)
    return f" Closest: {', '.join(close)}." if close else ""


def read_polygon(text: str, tell: Tell) -> CoverageArea | None:
    """Return a polygon written as WKT in EPSG:4326. One that is not valid is mended and told."""
    try:
        shape = shapely.from_wkt(text)
    except (shapely.errors.GEOSException, TypeError, ValueError):
        tell("polygon_refused", f"{quoted(text)} is not a polygon as WKT text. Write POLYGON ((-93.3 45.0, -93.2 45.0, -93.2 45.1, -93.3 45.0)).")
        return None
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        tell("polygon_refused", f"a service area must be a polygon, not {shape.geom_type.lower()}.")
        return None
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        tell("polygon_refused", "the polygon is not in degrees of longitude and latitude (EPSG:4326). Write it again in degrees.")
        return None
    if not shape.is_valid:
        mended = shapely.make_valid(shape)
        areas = [part for part in shapely.get_parts(mended) if part.geom_type in ("Polygon", "MultiPolygon")]
        if not areas:
            tell("polygon_refused", f"the polygon encloses nothing ({shapely.is_valid_reason(shape)}).")
            return None
        tell("polygon_repaired", f"the polygon crosses itself ({shapely.is_valid_reason(shape)}) and was mended. Look at it on the map.")
        shape = shapely.union_all(areas)
    return CoverageArea((AreaPart("polygon", wkt=shapely.to_wkt(shape, rounding_precision=7)),))


def join(areas: list[CoverageArea]) -> CoverageArea | None:
    """Return the ground of several statements of one answer together; None of none."""
    if not areas:
        return None
    parts = tuple(dict.fromkeys(part for area in areas for part in area.parts))
    exclusions = tuple(dict.fromkeys(part for area in areas for part in area.exclusions))
    unresolved = tuple(dict.fromkeys(name for area in areas for name in area.unresolved))
    vintage = next((area.vintage for area in areas if area.vintage), "")
    return CoverageArea(_merged(parts), exclusions, all(area.certain for area in areas), unresolved, vintage)


def _merged(parts: tuple[AreaPart, ...]) -> tuple[AreaPart, ...]:
    """Put named areas of one geography into one part, sorted, so that the order of a list says nothing."""
    named: dict[str, set[str]] = {}
    for part in parts:
        if part.kind == "areas":
            named.setdefault(part.geography, set()).update(part.area_ids)
    joined = [AreaPart("areas", geography, tuple(sorted(ids))) for geography, ids in sorted(named.items())]
    return (*joined, *(part for part in parts if part.kind != "areas"))


@dataclass
class _Words:
    """One answer about places while it is read."""

    reader: Reader
    tell: Tell
    around: tuple[float, float] | None
    is_confidential: bool
    own_names: tuple[str, ...]
    decide: Callable[[str], str | None]

    def read(self, text: str) -> Places:
        decided = self.decide(text)
        if decided is not None:
            if fold(decided) in NO_AREA:
                return Places(None)
            text = decided
        text = text.strip().rstrip(".")
        if re.match(r"(?:MULTI)?POLYGON\b", text, re.IGNORECASE):
            return Places(read_polygon(text, self.tell))
        if (whole := self._find(text)) is not None:
            return Places(CoverageArea((whole,), vintage=self._vintage(whole)))
        exclusions: tuple[AreaPart, ...] = ()
        certain = True
        if (match := _EXCEPT.match(text)) and match["all"].strip():
            left = self._list(match["left"])
            exclusions = left.parts
            if left.unresolved:
                certain = False
            text = match["all"].strip()
        focus: CoverageArea | None = None
        if (match := _FOCUS.match(text)) and match["all"].strip(" ,;("):
            focus = self._list(match["focus"])
            text = match["all"].strip(" ,;(")
        elif match := _MOSTLY.match(text):
            certain, text = False, match["rest"]
        area = self._list(text)
        area = replace(area, exclusions=exclusions, certain=certain and area.certain)
        return Places(area, focus)

    def _list(self, text: str) -> CoverageArea:
        """Read a list of names, cut no finer than needed: a name with a comma or an "and" of its own is found whole."""
        found: list[CoverageArea] = []
        for piece in _LINES.split(text):
            self._read_piece(piece.strip(" ,."), _CUTS, found)
        return join(found) or CoverageArea((), unresolved=(text.strip(),) if text.strip() else ())

    def _read_piece(self, text: str, cuts: tuple[re.Pattern[str], ...], found: list[CoverageArea]) -> None:
        if not text:
            return
        if _WEB.search(text):
            cuts = ()  # the words of a web or mail address are no list of places
        area = self._one(text)
        if area is not None:
            found.append(area)
            return
        for at, cut in enumerate(cuts):
            pieces = [piece.strip() for piece in cut.split(text) if piece.strip()]
            if len(pieces) == 2 and any(self._is_unknown_street(piece) for piece in pieces) and not re.search(r"[,;]", text):
                break  # "21st Street and Bryant" is a corner; Bryant alone would be another place
            if len(pieces) > 1:
                for piece in pieces:
                    self._read_piece(piece, cuts[at + 1 :], found)
                return
        self._unresolved(text)
        found.append(CoverageArea((), unresolved=(text,)))

    def _one(self, text: str) -> CoverageArea | None:
        """Return the ground of one name, None where it is none."""
        decided = self._decided(text)
        if decided is not None:
            return decided
        part = self._find(text)
        if part is not None:
            return CoverageArea((part,), vintage=self._vintage(part))
        if (everything := self._whole(text)) is not None:
            return CoverageArea((everything,))
        if match := _NUMBERED.fullmatch(text.strip()) or _NTH_OF_A_KIND.fullmatch(text.strip()):
            return self._numbered(match["of"] or "", match["kind"], match["numbers"])
        if (street := self._street(text)) is not None:
            return street
        if _AT_A_DISTANCE.search(text) or DISTANCE.fullmatch(text.strip()) or center_of(text):
            metres = read_distance(text)
            if metres is not None:
                return self.reader.distance(text, self.tell, around=self.around, is_confidential=self.is_confidential, own_names=self.own_names)
        if match := _MOSTLY.match(text):
            inner = self._list(match["rest"])
            return replace(inner, certain=False)
        if match := _NEAR.match(text):
            near = self._find(match["place"]) or self.reader.gazetteer.along(match["place"])
            if near is not None:
                return CoverageArea((near,), certain=False, vintage=self._vintage(near))
        if match := _PART_OF.match(text):
            part = self._find(text[match.end() :])
            if part is not None:
                return CoverageArea((part,), certain=False, vintage=self._vintage(part))
        return None

    def _decided(self, text: str) -> CoverageArea | None:
        """Return what a person decided that a text means, None where nobody decided or the decision names no area."""
        decided = self.decide(text)
        if decided is not None:
            if fold(decided) in NO_AREA:
                return CoverageArea(())
            parts = [self._find(name) or self._whole(name) or self.reader.gazetteer.along(name) for name in re.split(r"[;\n]", decided)]
            if all(part is not None for part in parts):
                return CoverageArea(_merged(tuple(part for part in parts if part is not None)))
            self.tell("decision_area_unknown", f"the decision {quoted(decided)} for {quoted(text)} names no area of this city.", text=decided)
        return None

    def _find(self, text: str) -> AreaPart | None:
        """Look a name up as written, then without "the", "neighborhood" and the like; the same names come again and again."""
        found = self.reader.found
        if text not in found:
            found[text] = self._look_up(text)
        return found[text]

    def _look_up(self, text: str) -> AreaPart | None:
        gazetteer = self.reader.gazetteer
        if not fold(text):
            return None
        found = gazetteer.find(text)
        if found is not None:
            return found
        plain = re.sub(r"\b(\d{5})-\d{4}$", r"\1", text.strip())  # a ZIP+4 lies in its ZIP
        if plain != text and (found := gazetteer.find(plain)) is not None:
            return found
        while True:
            shorter = _SUFFIX.sub("", _PREFIX.sub("", plain.strip()))
            if shorter == plain or _PART_OF.match(plain):
                return None
            plain = shorter
            if fold(plain) and (found := gazetteer.find(plain)) is not None:
                return found

    def _whole(self, text: str) -> AreaPart | None:
        """Return the whole city where the words mean it or more; the geography of the part says what more: region, county, state, nation."""
        folded = fold(text)
        if _CITYWIDE.fullmatch(folded):
            return CITYWIDE
        for wider, words in _WIDER.items():
            if re.fullmatch(words, folded):
                return AreaPart("citywide", wider)
        without = re.sub(
            r"^(?:all of |across |throughout |the |city of |state of |entire |whole |all |ciudad de |estado de |toda |todo )+", "", folded
        )
        if re.sub(r" (?:city|proper|residents|wide)$", "", without) in self.reader.city_names:
            return CITYWIDE
        known = self.reader.wider_names.get(without) or self.reader.wider_names.get(re.sub(r" (?:residents|wide|statewide|countywide)$", "", without))
        return AreaPart("citywide", known) if known else None

    def _street(self, text: str) -> CoverageArea | None:
        """Read "along Lake Street", "Lake Street corridor", "Lake St from 5th to Cedar". A street alone must be called one ("Lake Street")."""
        gazetteer = self.reader.gazetteer
        if match := _BETWEEN.match(text.strip()):
            part = gazetteer.along(match["street"], (match["start"], match["end"]))
            if part is not None:
                return CoverageArea((part,))
            if gazetteer.along(match["street"]) is not None:
                corners = f"{quoted(match['start'])} and {quoted(match['end'])}"
                message = f"{quoted(match['street'])} is known, but not one corner of it with each of {corners}. Decide in decisions/area_names.csv."
                self.tell("corner_unknown", message, text=text)
                return CoverageArea((), unresolved=(text,))
            return None
        match = _ALONG.match(text.strip())
        if match is None or not (_SAYS_ALONG.search(text.strip()) or STREET_WORDS & set(in_full(normalize_name(match["street"])).split()[1:])):
            return None
        part = self._find(match["street"]) or gazetteer.along(match["street"])
        return None if part is None else CoverageArea((part,), vintage=self._vintage(part))

    def _is_unknown_street(self, text: str) -> bool:
        words = in_full(normalize_name(text)).split()
        return len(words) > 1 and words[-1] in _BESIDE_A_CORNER and self._find(text) is None and self._street(text) is None

    def _numbered(self, of: str, kind: str, numbers: str) -> CoverageArea | None:
        """Read "wards 4 & 5", "precincts 1-3", "4th Precinct", "census tract 1048.01". A number that two geographies have is neither's."""
        singular = re.sub(r"(?<=[a-z])(?:es|s)$", "", kind.lower()) if kind.lower() not in ("precinct",) else kind.lower()
        wanted: list[str] = []
        for piece in re.split(r"\s*(?:,|;|&|\band\b|\by\b)\s*", numbers.lower()):
            ends = re.fullmatch(r"#?(\d+)\s*(?:to|-|–|through)\s*#?(\d+)", piece)
            one = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", ORDINALS.get(piece, piece.lstrip("#")))
            wanted += [str(n) for n in range(int(ends[1]), int(ends[2]) + 1)][:200] if ends else [one]
        called = {layer: fold(f"{layer} {self.reader.titles.get(layer, '')}") for layer in self.reader.layers}
        of_kind = [layer for layer, words in called.items() if singular in words]
        layers = [layer for layer in of_kind if of and of.lower() in called[layer]] or of_kind
        found: list[CoverageArea] = []
        for number in wanted:
            if (decided := self._decided(f"{kind} {number}")) is not None:
                found.append(decided)
                continue
            part = self._numbered_one(of.lower(), singular, number, layers)
            if part is None:
                self._unresolved(f"{kind} {number}")
                found.append(CoverageArea((), unresolved=(f"{singular} {number}",)))
            else:
                found.append(CoverageArea((part,), vintage=self._vintage(part)))
        return join(found)

    def _numbered_one(self, of: str, kind: str, number: str, layers: list[str]) -> AreaPart | None:
        of = of or ("census" if kind == "tract" else "")
        names = [f"{of} {kind} {number}".strip(), f"{kind} {number}", f"{_nth(number)} {kind}", f"{_nth(number)} {of} {kind}"]
        named = (self.reader.gazetteer.find(name) for name in names)
        part = next((found for found in named if found is not None), None)
        if part is not None:
            return part
        by_number = [found for layer in layers if (found := self.reader.gazetteer.find(number, layer)) is not None]
        return by_number[0] if len(by_number) == 1 else None

    def _unresolved(self, text: str) -> None:
        if re.fullmatch(r"\d{5}(?:-\d{4})?", text.strip()):
            message = f"{quoted(text)} looks like a ZIP code, and this city has no such boundaries. Add them to city.toml, or name areas."
            self.tell("area_unknown", message, text=text)
            return
        close = _closest(self.reader, text)
        message = f"{quoted(text)} is no area of this city.{close} Decide in decisions/area_names.csv, or add it to the aliases."
        self.tell("area_unknown", message, text=text)

    def _vintage(self, part: AreaPart) -> str:
        return (self.reader.vintages or {}).get(part.geography, "")


def _nth(number: str) -> str:
    """Write a number as an ordinal.

    >>> [_nth(number) for number in ("1", "2", "3", "11", "23", "4a")]
    ['1st', '2nd', '3rd', '11th', '23rd', '4a']
    """
    if not number.isdigit():
        return number
    ending = "th" if number[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return f"{number}{ending}"
