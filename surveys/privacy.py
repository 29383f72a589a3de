"""What must not come in: names, e-mails, network addresses and coordinates of the people who answered; and who may see what by default.

Columns about the respondent are dropped on reading; nothing of them is kept, not even in an issue. E-mails and phone numbers inside free
text are found and told. A protected or confidential place is never public unless its provider says so, and a confidential one never at all.
"""

from __future__ import annotations

import re
from dataclasses import replace

import phonenumbers

from ecosystem.records import Publish, PublishLevel, normalize_name

_PERSONAL = re.compile(
    r"(?:respondents?|your|contact|first|last|full|submitter|submitted by|user|staff|director|recipient)(?: (?:first|last|full|persons?|s))* ?names?"
    r"|(?:name of|who is) (?:the )?(?:respondent|contact|person).*|su nombre|apellidos?"
    r"|nombre (?:del? |de la persona )?(?:contacto|encuestad[oa]|que responde).*"
    r"|.*\be ?mails?\b.*|.*\bcorreos?\b(?! postal).*|.*\bip\b(?: ?address)?|ipaddress|ip addr|dirección ip|direccion ip"
    r"|contact|contact person|person completing.*|completed by|filled (?:in|out) by|submitted by|submitter ?id|user ?id|user ?name"
    r"|contact (?:phone|telephone|cell|mobile|number)|(?:your|cell|mobile|home|personal) (?:phone|telephone|cell|number)(?: number)?|fax(?: number)?"
    r"|location ?(?:latitude|longitude)|geo ?point|(?:my|your|respondent) (?:location|latitude|longitude)|gps.*"
    r"|_?location_(?:latitude|longitude|altitude|precision)|device ?id|imei|phone ?id|subscriber ?id|sim ?serial"
    r"|date of birth|birth ?date|dob|fecha de nacimiento|ssn|social security.*|recipient.*|external ?(?:data )?reference"
)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MAYBE_PHONE = re.compile(r"\d{3}\)?[\s.-]{1,3}\d{3}[\s.-]{0,3}\d{4}\b|\+\d[\d\s().-]{7,}\d")
_DIRECTIONS = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "calle", "avenida"})
_CONFIDENTIAL = re.compile(
    r"confidential(?:ly)?[- ]*(?:located|location|address|site|place|shelter|emergency)|undisclosed|secret (?:location|address)"
    r"|location (?:is )?(?:confidential|not disclosed)|address (?:is )?(?:confidential|withheld|not disclosed)"
    r"|(?:lugar|dirección|direccion|ubicación|ubicacion|refugio) confidencial",
    re.IGNORECASE,
)
_WITHHELD_ADDRESS = re.compile(
    r"(?:strictly )?(?:confidential|undisclosed|withheld|private|secret|hidden|not (?:public|disclosed)|confidencial|privad[ao]|secret[ao])\W*",
    re.IGNORECASE,
)


def is_personal(header: str) -> bool:
    """Whether a column is about the person who answered, by its header.

    >>> is_personal("Your E-mail"), is_personal("IP Address"), is_personal("Contact person"), is_personal("Service name")
    (True, True, True, False)
    """
    return bool(_PERSONAL.fullmatch(normalize_name(header)) or _PERSONAL.fullmatch(header.strip().casefold()))


def looks_personal(texts: list[str]) -> bool:
    """Whether most answers of a column are e-mail addresses or network addresses.

    >>> looks_personal(["ana@example.org", "li@example.org", ""])
    True
    """
    given = [text.strip() for text in texts if text.strip()]
    hits = sum(1 for text in given if _EMAIL.fullmatch(text) or re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text))
    return bool(given) and hits * 2 > len(given)


def personal_data_in(text: str) -> tuple[str, ...]:
    """Return what a free text holds that may lead to a person: "e-mail", "phone number".

    >>> personal_data_in("Ask for Ana, 612-555-0123 or ana@example.org"), personal_data_in("911 and 988 take calls 24/7 since 2019-2020")
    (('e-mail', 'phone number'), ())
    """
    found = []
    if "@" in text and _EMAIL.search(text):
        found.append("e-mail")
    if _MAYBE_PHONE.search(text) and any(phonenumbers.PhoneNumberMatcher(text, "US")):
        found.append("phone number")
    return tuple(found)


def says_confidential(*texts: str) -> bool:
    """Whether a description says that the place is kept secret.

    >>> says_confidential("Confidentially-located Emergency Shelter Program"), says_confidential("Confidential HIV tests")
    (True, False)
    """
    return any(_CONFIDENTIAL.search(text) for text in texts if text)


def is_withheld_address(text: str) -> bool:
    """Whether what stands for an address says that it is secret.

    >>> is_withheld_address("Confidential"), is_withheld_address("12 Mill Street")
    (True, False)
    """
    return _WITHHELD_ADDRESS.fullmatch(text.strip()) is not None


def address_key(address: str) -> str:
    """Return what an address comes to however it is spelt: its house number and the first word of its street; "" where it has none.

    >>> address_key("1663 Mission St., Suite 225") == address_key("1663 Mission Street #2"), address_key("by the river")
    (True, '')
    """
    words = normalize_name(address).split()
    for at, word in enumerate(words):
        rest = [other for other in words[at + 1 :] if other not in _DIRECTIONS]
        if word[0].isdigit() and rest:
            return f"{word} {rest[0]}"
    return ""


def default_publish(*, is_protected: bool, is_street: bool) -> Publish:
    """Return who may see what where the provider did not say: of protected kinds only analysts see address, hours and contact.

    >>> default_publish(is_protected=True, is_street=False)
    Publish(listing='partner', address='analyst', hours='analyst', contact='analyst')
    """
    if is_protected:
        return Publish(listing="partner", address="analyst", hours="analyst", contact="analyst")
    if is_street:
        return Publish(listing="public", address="analyst", hours="analyst", contact="public")
    return Publish()


def stricter(one: PublishLevel, other: PublishLevel) -> PublishLevel:
    """Return the level that fewer people see.

    >>> stricter("public", "analyst")
    'analyst'
    """
    order: tuple[PublishLevel, ...] = ("public", "partner", "analyst")
    return max(one, other, key=order.index)


def with_consent(publish: Publish, *, may_list: bool | None, may_show_address: bool | None) -> Publish:
    """Return publish levels after the organization's own consent: a no keeps listing from the public, or addresses with the analysts."""
    if may_list is False:
        publish = replace(publish, listing=stricter(publish.listing, "partner"))
    if may_show_address is False:
        publish = replace(publish, address="analyst")
    return publish
