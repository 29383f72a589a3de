"""How is a row of HSDS made of ours: with an id that stays, in the right table, with our own terms where HSDS has no field?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ecosystem.export.hsds.losses import Losses
from ecosystem.hsds import OWN_ANSWERS, OWN_NEEDS, OWN_SERVICES, OWN_URI, Record

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.edition import Edition
    from ecosystem.geography import Geography
    from ecosystem.messages import Catalogue
    from ecosystem.records import Records
    from ecosystem.taxonomy import Taxonomy

VERSIONS = ("3.1", "3.0")
SPACE = uuid.UUID("6f1d3b0e-5c0a-5f5e-9a59-0a5f3a1c7d42")
"""All ids are uuid5 in the space of the city's name in this one."""


@dataclass(frozen=True)
class Material:
    """What is written: the records of one edition, and what they need to be said. `say` has the words of the city's first language."""

    city: City
    geography: Geography
    taxonomy: Taxonomy
    records: Records
    edition: Edition
    say: Catalogue


@dataclass
class Rows:
    """The tables of one export while they are made, and what it cost."""

    material: Material
    version: str
    tables: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    losses: Losses = field(default_factory=Losses)
    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        city = self.material.city
        self.space = uuid.uuid5(SPACE, city.name)
        noon = dt.datetime.combine(city.as_of, dt.time(12), ZoneInfo(city.time_zone))
        self.offset = noon.utcoffset() or dt.timedelta()

    @property
    def offset_text(self) -> str:
        """How far local time is from UTC on the day the data are of: "-05:00"."""
        minutes = int(self.offset.total_seconds() // 60)
        return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    @property
    def has_3_1(self) -> bool:
        """Whether what HSDS 3.1 brought may be written: capacity, and areas of a service at a place."""
        return self.version != "3.0"

    def say(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """Return a message in the city's first language."""
        return self.material.say.text(key, values or {})

    def id(self, kind: str, *parts: str) -> str:
        """Return the id of an object: the same for the same kind and parts, today and tomorrow."""
        return str(uuid.uuid5(self.space, "\x1f".join((kind, *parts))))

    def add(self, kind: str, key: Sequence[str], **values: Any) -> str:
        """Add a row with what it says, and return its id. Equal keys of one kind are numbered."""
        number = self.seen[kind, *key]
        self.seen[kind, *key] += 1
        made = self.id(kind, *key, *([str(number)] if number else []))
        self.tables[kind].append(Record({"id": made, **{name: value for name, value in values.items() if value not in ("", None)}}))
        return made

    def word(self, prefix: str, code: str) -> str:
        """Return a code in words, as it is where there are none."""
        return self.say(f"{prefix}.{code}") if f"{prefix}.{code}" in self.material.say else code

    def answer(self, kind: str, link: str, question: str, text: str, what: str) -> None:
        """Add an answer that HSDS has no field for as an attribute, and count it as a kept field of `what`."""
        self.attribute(kind, link, OWN_ANSWERS, question, text)
        self.losses.count(what, question, kept=1)

    def attribute(self, kind: str, link: str, taxonomy: str, code: str, value: str = "") -> None:
        """Add an attribute, and its term and taxonomy where they are not there yet."""
        term = self.id("taxonomy_term", taxonomy, code)
        if not self.seen["taxonomy_term", taxonomy, code]:
            self.term(taxonomy, code)
        link_type = {OWN_SERVICES: "service_type", OWN_NEEDS: "need"}.get(taxonomy, "answer")
        self.add("attribute", (link, term), link_id=link, link_entity=kind, link_type=link_type, taxonomy_term_id=term, value=value)

    def term(self, taxonomy: str, code: str) -> None:
        """Add a term of ours, and its taxonomy where it is not there yet."""
        short, language = taxonomy.rpartition(" ")[2], self.material.say.language
        if not self.seen["taxonomy", taxonomy]:
            about = self.say(f"hsds.taxonomy.{short}")
            self.add("taxonomy", (taxonomy,), name=taxonomy, description=about, uri=OWN_URI + short, version=self.material.taxonomy.version)
        known: Mapping[str, Any] = {OWN_SERVICES: self.material.taxonomy.services, OWN_NEEDS: self.material.taxonomy.needs}.get(taxonomy, {})
        if code in known:
            name = known[code].name.get(language, known[code].name["en"])
            about = self.say(f"hsds.term.{short}", {"text": known[code].label.get(language, known[code].label["en"])})
        else:
            keys = ("hsds.key",) if code == "key" else (f"hsds.question.{code}", f"column.{code}")
            name = next((self.say(key) for key in keys if key in self.material.say), code)
            about = self.say("hsds.term.answers")
        self.add(
            "taxonomy_term",
            (taxonomy, code),
            code=code,
            name=name,
            description=about,
            taxonomy=taxonomy,
            taxonomy_id=self.id("taxonomy", taxonomy),
            language=language,
            term_uri=f"{OWN_URI}{short}:{code}",
        )
