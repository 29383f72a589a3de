"""What does this city ask? One form of one length with the city's neighborhoods, services, protected kinds and words, before it is drawn.

`CityForm` is what every shape of the questionnaire is made from: the XLSForm, the spreadsheet, the printed form, the codebook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosystem.records import normalize_name
from ecosystem.taxonomy import Taxonomy
from surveys.questionnaire.specification import TRANSLATIONS, Asked, Length, Section, Specification, Texts, read_translations

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.geography import Geography

CITYWIDE = "citywide"
"""What stands for the whole city in the list of neighborhoods."""

_CODE = re.compile(r"[\w.-]+")
_NO_AREA = frozenset({CITYWIDE, "none", "dont_know", "withheld", "ignore"})


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """An area to choose: the code an answer carries, which reads back to the area, and the name people see."""

    code: str
    name: str
    area_id: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: its code and the key of its words. `is_protected` marks a service whose address is never asked."""

    code: str
    key: str
    is_protected: bool = False


@dataclass(frozen=True)
class CityForm:
    """A form of one length for one city. `unnamed` are areas that no code leads back to, so that nobody can choose them."""

    specification: Specification
    texts: Texts
    length: Length
    city: str
    wave: str
    as_of: str
    contact: str
    default_language: str
    neighborhoods: tuple[Neighborhood, ...]
    unnamed: tuple[str, ...]
    services: tuple[Choice, ...]
    needs: tuple[Choice, ...]

    @classmethod
    def of(cls, city: City, geography: Geography, taxonomy: Taxonomy, length: Length) -> CityForm:
        """Return the form of a city. Raises InputError where the city's own table of translations cannot be used."""
        specification = Specification.read()
        plain = Texts.of(specification, taxonomy)
        texts = Texts.of(specification, taxonomy, read_translations(city.folder / TRANSLATIONS, plain.by_key))
        neighborhoods, unnamed = neighborhoods_of(geography)
        protected = {code for code, service in taxonomy.services.items() if service.is_protected} | {*city.privacy.protected_services}
        asked = [service for service in taxonomy.services.values() if not service.is_baseline]
        return cls(
            specification,
            texts,
            length,
            city.name,
            city.survey.wave,
            city.as_of.strftime("%Y%m%d"),
            ", ".join(filter(None, (city.contact.name, city.contact.corrections))),
            city.language if city.language in texts.languages else texts.languages[0],
            neighborhoods,
            unnamed,
            tuple(Choice(service.code, f"service.{service.code}", service.code in protected) for service in asked),
            tuple(Choice(need.code, f"need.{need.code}") for need in taxonomy.needs.values()),
        )

    # -- words -----------------------------------------------------------------------------------------------------------------------------

    def word(self, key: str, language: str) -> str:
        """Return a text with the name of the city in it."""
        return self.texts.text(key, language).replace("{city}", self.city)

    def title(self, asked: Asked, language: str) -> str:
        """Return what a question is called on a screen and on paper."""
        return self.word(f"asked.{asked.question.id}.title", language) or self.word(f"question.{asked.question.id}.title", language)

    def note(self, asked: Asked, language: str) -> str:
        """Return what is said beside a question on a screen and on paper."""
        return self.word(f"asked.{asked.question.id}.note", language) or self.word(f"question.{asked.question.id}.note", language)

    # -- what is asked ---------------------------------------------------------------------------------------------------------------------

    def sections(self, inside: str = "") -> tuple[Section, ...]:
        """Return the sections within a section that this form has, in order."""
        return self.specification.inside(inside, self.length)

    def asked(self, section: Section) -> tuple[Asked, ...]:
        """Return what a section asks, in order. What is worked out from nothing, such as a round the city does not name, is left out."""
        return tuple(asked for asked in self.specification.asked_in(section, self.length) if self.wave or asked.question.id != "wave")

    def choices(self, asked: Asked) -> tuple[Choice, ...]:
        """Return the choices of a question, with "I don't know" and "prefer not to say" at the end unless a choice must be sure."""
        unknown = () if asked.is_sure else self._listed("unknown")
        return (*self._known(asked.choices), *unknown)

    def choice_list(self, asked: Asked) -> str:
        """Return the name of the list of choices of a question; lists with "I don't know" have a name of their own."""
        return asked.choices if asked.is_sure else f"{asked.choices}_or_unknown"

    def xpath(self, expression: str) -> str:
        """Return an expression of the specification with this city's protected services and round in it."""
        protected = "|".join(re.escape(service.code) for service in self.services if service.is_protected)
        materials = ", ' ', ${languages_materials}" if self.specification.is_in("languages_materials", self.length) else ""
        wave = self.wave.replace("'", "’")
        return expression.replace("{protected}", protected).replace("{wave}", wave).replace("{materials}", materials)

    def when(self, condition: str) -> str:
        """Return a named condition as XPath, "" for always."""
        return self.xpath(self.specification.conditions[condition]) if condition else ""

    def version(self, content: Iterable[str]) -> str:
        """Return a version: the city's date and a digest of what is in the form, so that a changed form is a new version."""
        return f"{self.as_of}-{hashlib.blake2b(chr(31).join(content).encode(), digest_size=4).hexdigest()}"

    def _known(self, name: str) -> tuple[Choice, ...]:
        if name == "service_type":
            return self.services
        if name == "needs":
            return self.needs
        if name.startswith("languages_"):
            return self._languages(name.removeprefix("languages_"))
        return tuple(choice for choice in self._listed(name) if (name, choice.code) != ("sector", "unknown"))

    def _listed(self, name: str) -> tuple[Choice, ...]:
        specification = self.specification
        codes: Mapping[str, tuple[str, ...]] = specification.screen_choices.get(name) or specification.form.choices[name]
        return tuple(Choice(code, f"choice.{name}.{code}") for code in codes)

    def _languages(self, strength: str) -> tuple[Choice, ...]:
        """Languages, the most spoken ones first; the code says how, since it is all that an answer carries: so, so-interpreter, so-materials."""
        first = self.specification.first_languages
        codes = (*first, *sorted(code for code in self.specification.form.languages if code not in first))
        suffix = "" if strength == "staff" else f"-{strength}"
        found = tuple(Choice(f"{code}{suffix}", f"choice.languages.{code}") for code in codes)
        return (*self._listed("any_language"), *found) if strength == "interpreter" else found


def neighborhoods_of(geography: Geography) -> tuple[tuple[Neighborhood, ...], tuple[str, ...]]:
    """Return the areas of the main geography in the order of their names, and the names of those that no code leads back to.

    A code is the name in small letters, else the id; one that could mean another area is not used.
    """
    found: list[Neighborhood] = []
    unnamed: list[str] = []
    for area_id, name in sorted(geography.area_names.items(), key=lambda entry: (normalize_name(entry[1]), entry[0])):
        for code in ("_".join(normalize_name(name).split()), area_id):
            part = geography.find(code) if _CODE.fullmatch(code) and code not in _NO_AREA else None
            if part is not None and part.geography == geography.main and part.area_ids == (area_id,):
                found.append(Neighborhood(code, name, area_id))
                break
        else:
            unnamed.append(name)
    return tuple(found), tuple(unnamed)
