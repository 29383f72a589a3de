"""What does one answered form say: its organization, its services and deliveries, whom it refers to, its own words?

Each fact is read once, from one cell. What cannot be read is Unknown("refused") with its cell and an issue that says what to do; what was
not answered is Unknown with its reason. `sources` of a record names the cell of every fact, by the question it answers: `hours`, `area`,
`area_focus`, `area_served`, `mode`, `ages`, `genders`, `groups`, `requires_...`, `languages`, `teams` ... `caseload`, `started`, `ended`,
`suspended`, `paid`, `funded`, `routes`, `address`, `contact`, `service`, `service_type`, `needs`, `description`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, cast

from ecosystem.errors import Issue
from ecosystem.records import (
    NOT_ASKED,
    REQUIREMENTS,
    Capacity,
    Comment,
    Contact,
    Delivery,
    Eligibility,
    Gender,
    Language,
    Life,
    Publish,
    PublishLevel,
    Referral,
    Route,
    RouteKind,
    Service,
    Unknown,
    delivery_id,
    known_or,
    stable_id,
)
from ecosystem.schedule import Hours, Mode
from surveys.asking import Respondent, Setting, decide_answers, most_telling
from surveys.privacy import address_key, default_publish, personal_data_in, with_consent
from surveys.response import Answer, Block, Problem, Problems, Tell, fold, quoted, split_list
from surveys.timetable import read_timetable
from surveys.values import (
    Ages,
    ordered,
    read_age,
    read_ages,
    read_choices,
    read_codes,
    read_date,
    read_languages,
    read_number,
    read_yes_no,
)
from surveys.whereabouts import Whereabouts
from surveys.worked_out import HELPERS

T = TypeVar("T")

PRIMARY_TYPES = 3
"""More service types than this are told: only the first three count as what a service does."""

_SAYS_NOTHING_OF_A_SERVICE = frozenset(
    {"publish_listing", "publish_address", "publish_hours", "publish_contact", "refers_to", "ride", "warm_handoff", "written_criteria"}
)
_FREE = frozenset({"text", "hours", "area", "names"})
_FOR_THE_PUBLIC = frozenset({"public_phone", "website", *(helper for helpers in HELPERS.values() for helper in helpers)})
"""Questions that ask for a public number or address, and those whose answers are looked through where they come together."""
_WEB = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#][^\s<>\"']*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the answers about one delivery say. `service` and `delivery` are None where they say nothing of a service.

    `referrals` still have the name as given as their target; `is_confidential` marks a place that must never get a location;
    `secret_address` and `secret_point` are what it would have been, to find it again in other rows of the same organization.
    """

    service: Service | None
    delivery: Delivery | None
    referrals: tuple[Referral, ...] = ()
    issues: tuple[Issue, ...] = ()
    is_confidential: bool = False
    secret_address: str = ""
    secret_point: tuple[float, float] | None = None


def read_offer(block: Block, respondent: Respondent, setting: Setting) -> Offer:
    """Return what the answers about one delivery say. Never raises for what is in them."""
    return _Reader(decide_answers(block, respondent.names, setting.decisions), respondent, setting).offer()


def read_comments(block: Block, respondent: Respondent, setting: Setting) -> tuple[tuple[Comment, ...], tuple[Issue, ...]]:
    """Return the answers in the organization's own words, and what personal data stands in them."""
    comments: list[Comment] = []
    issues: list[Issue] = []
    for question in sorted(question for question in {*block.columns, *block.constants} if setting.codebook.form.kind(question) == "comment"):
        answer = block.answer(question)
        if not answer or setting.codebook.why_unknown(answer.text) is not None:
            continue
        comments.append(Comment(respondent.key, question, answer.text, answer.source(respondent.role, respondent.date)))
        issues += _personal_data(answer, respondent)
    return tuple(comments), tuple(issues)


def read_consent(block: Block, question: str, setting: Setting) -> tuple[bool | None, tuple[Issue, ...]]:
    """Return a consent: None where it was not said; anything that is neither yes nor no counts as no, and is told."""
    answer = block.answer(question)
    if answer is None or setting.codebook.why_unknown(answer.text) == "blank":
        return None, ()
    problems = Problems()
    consent = read_yes_no(question, answer.text, setting.codebook, problems)
    return bool(consent), tuple(answer.issue(problem) for problem in problems.items)


def _personal_data(answer: Answer, respondent: Respondent) -> list[Issue]:
    found = personal_data_in(answer.text)
    if not found:
        return []
    message = f"the text holds: {', '.join(found)}. Take it out unless everyone may have it."
    return [answer.issue(Problem("personal_data_in_text", message), respondent.key)]


class _Reader(Whereabouts):
    """The answers about one delivery while they become a delivery."""

    # -- the whole -------------------------------------------------------------------------------------------------------------------------

    def offer(self) -> Offer:
        asked = (question for question in self.block.columns if question not in _SAYS_NOTHING_OF_A_SERVICE)
        referrals = self.referrals()
        if all(isinstance(self.known(question), Unknown) for question in asked):
            return Offer(None, None, referrals, tuple(self.issues))
        types = self.types()
        needs = self.choose("needs", self._codes("needs"))
        name = self.text("service") or self.name_of(types)
        description = self.text("description")
        self.flag_personal()
        service = Service(
            key=stable_id("v", self.respondent.key, fold(name) or name),
            organization=self.respondent.key,
            name=name,
            types=types,
            needs=needs,
            description=description,
            sources={fact: source for fact, source in self.sources.items() if fact in ("service", "service_type", "needs", "description")},
        )
        self.sources = {}
        site, mode = self.text("site"), self.mode()
        is_confidential = self.is_confidential(name, site, description)
        codes = known_or(types, ())
        kinds = [self.setting.taxonomy.services[code] for code in codes]
        is_protected = is_confidential or any(kind.is_protected or kind.code in self.setting.protected_services for kind in kinds)
        is_street = any(kind.is_street for kind in kinds)
        point = self.point(is_confidential)
        address = self.block.text("address") if is_confidential else ""
        location = self.location(point, is_confidential)
        area, focus = self.area(point, is_confidential)
        delivery = Delivery(
            id=delivery_id(self.respondent.key, name, site),
            organization=self.respondent.key,
            service=service.key,
            name=name,
            site=site,
            mode=mode,
            hours=self.hours(mode),
            area=area,
            focus=focus,
            served=self.places("area_served"),
            eligibility=self.eligibility(),
            languages=self.languages(),
            capacity=self.capacity(),
            life=self.life(),
            routes=self.routes(),
            location=location,
            contact=self.contact(),
            publish=self.publish(is_protected=is_protected, is_street=is_street, is_confidential=is_confidential),
            protected=is_protected,
            sources=dict(self.sources),  # last: all of the above put theirs there
        )
        secret_point = self.secret_point() if is_confidential else None
        return Offer(service, delivery, referrals, tuple(self.issues), is_confidential, address_key(address), secret_point)

    def _codes(self, question: str) -> Callable[[str, Tell], tuple[str, ...] | None]:
        def read(text: str, tell: Tell) -> tuple[str, ...] | None:
            codes = read_codes("service_type" if question == "service_type" else "needs", text, self.setting.taxonomy, self.codebook, tell)
            return None if codes is None else tuple(codes)

        return read

    def types(self) -> tuple[str, ...] | Unknown:
        types = self.choose("service_type", self._codes("service_type"))
        if not isinstance(types, Unknown) and len(types) > PRIMARY_TYPES:
            answer = self.block.answer("service_type")
            assert answer is not None
            message = f"{len(types)} types of service are named; only the first {PRIMARY_TYPES} count as what it does. Put the main ones first."
            self.tell(answer, Problem("many_types", message, "info"))
        return types

    def name_of(self, types: tuple[str, ...] | Unknown) -> str:
        """A name for a service that was given none: its main type, else the organization's."""
        if not isinstance(types, Unknown) and types[0] in self.setting.taxonomy.services:
            return self.setting.taxonomy.services[types[0]].name["en"]
        return self.respondent.names[0]

    def mode(self) -> Mode | Unknown:
        def read(text: str, tell: Tell) -> Mode | None:
            codes, _ = read_choices("mode", text, self.codebook, tell)
            if len(codes) > 1:
                tell("several_modes", "several ways of working stand in one row; the first is counted. Write one row for each.", severity="info")
            return cast(Mode, codes[0]) if codes else None

        return self.choose("mode", read)

    def hours(self, mode: Mode | Unknown) -> Hours | Unknown:
        def decide(answer: Answer) -> str | None:
            return self.setting.decisions.find("hours.csv", answer.text, respondent=self.respondent.names, question=(answer.question, answer.column))

        table = read_timetable(self.block, self.codebook, mode=known_or(mode, None), decide=decide, time_zone=self.setting.time_zone)
        self.issues += [replace(issue, organization=self.respondent.key) for issue in table.issues]
        if table.source is not None:
            self.sources["hours"] = replace(table.source, role=self.respondent.role, date=self.respondent.date)
        return table.hours

    # -- for whom, how much, since when ----------------------------------------------------------------------------------------------------

    def eligibility(self) -> Eligibility:
        return Eligibility(
            ages=self.ages(),
            genders=self.genders(),
            groups=self.groups(),
            requirements={name: self.yes_no(f"requires_{name}") for name in REQUIREMENTS if f"requires_{name}" in self.asked},
        )

    def ages(self) -> tuple[int | None, int | None] | Unknown:
        ages = self.choose("ages", read_ages)
        if not isinstance(ages, Unknown):
            return ages.least, ages.most
        bounds: list[Ages | Unknown] = [self.choose("age_min", _youngest, fact="ages"), self.choose("age_max", _oldest, fact="ages")]
        known = [bound for bound in bounds if not isinstance(bound, Unknown)]
        refused = [bound for bound in bounds if isinstance(bound, Unknown) and bound.reason == "refused"]
        if refused or not known:
            self.sources.pop("ages", None)
            return most_telling([ages, *(bound for bound in bounds if isinstance(bound, Unknown))])
        least = next((bound.least for bound in known if bound.least is not None), None)
        most = next((bound.most for bound in reversed(known) if bound.most is not None), None)
        answer = self.block.answer("age_min")
        problems = Problems()
        settled = ordered(Ages(least, most), f"{self.block.text('age_min')}, {self.block.text('age_max')}", problems)
        for problem in problems.items:
            assert answer is not None
            self.tell(answer, problem)
        return settled.least, settled.most

    def genders(self) -> frozenset[Gender] | Unknown:
        def read(text: str, tell: Tell) -> frozenset[Gender] | None:
            codes, unknown = read_choices("genders", text, self.codebook, tell)
            if unknown:
                return None  # a word nobody understands may let more people in: not known rather than narrower
            return frozenset() if "all" in codes or len(codes) == 3 else frozenset(cast(list[Gender], codes))

        return self.choose("genders", read)

    def groups(self) -> tuple[str, ...] | Unknown:
        def read(text: str, tell: Tell) -> tuple[str, ...] | None:
            codes, unknown = read_choices("groups", text, self.codebook, tell)
            if unknown:
                return None
            return () if "everyone" in codes else tuple(codes)

        return self.choose("groups", read)

    def languages(self) -> tuple[Language, ...] | Unknown:
        return self.choose("languages", lambda text, tell: read_languages(text, self.codebook, tell))

    def capacity(self) -> Capacity:
        numbers = {name: self.choose(name, read_number) for name in ("teams", "vehicles", "slots", "beds", "caseload")}
        counted = any(not isinstance(number, Unknown) for number in numbers.values())
        return Capacity(**numbers, as_of=self.respondent.date if counted else None)

    def life(self) -> Life:
        return Life(
            started=self.date("started"),
            ended=self.date("ended"),
            suspended=self.yes_no("suspended"),
            paid=self.yes_no("paid"),
            funded=self.yes_no("funded"),
        )

    def date(self, question: str) -> dt.date | None:
        answer = self.block.answer(question)
        order = self.setting.orders.get(answer.column, "month first") if answer is not None else "month first"
        return known_or(self.read(question, lambda text, tell: read_date(text, tell, order=order)), None)

    def routes(self) -> tuple[Route, ...] | Unknown:
        def read(text: str, tell: Tell) -> tuple[Route, ...] | None:
            codes, _ = read_choices("routes", text, self.codebook, tell)
            return tuple(Route(cast(RouteKind, code)) for code in sorted(codes)) or None

        return self.choose("routes", read)

    # -- contact, referrals ----------------------------------------------------------------------------------------------------------------

    def contact(self) -> Contact | Unknown:
        phone, url = self.read("public_phone", _phone), self.read("website", _url)
        sources = [self.sources.pop(question) for question in ("public_phone", "website") if question in self.sources]
        if isinstance(phone, Unknown) and isinstance(url, Unknown):
            return most_telling([phone, url])
        self.sources["contact"] = sources[0]
        return Contact(known_or(phone, ""), known_or(url, ""))

    def publish(self, *, is_protected: bool, is_street: bool, is_confidential: bool) -> Publish:
        """Who may see what: as stated, else by the kind of service; what cannot be read or was withheld is for analysts only."""
        usual = default_publish(is_protected=is_protected, is_street=is_street)
        levels = Publish(
            self.level("publish_listing", usual.listing),
            self.level("publish_address", usual.address),
            self.level("publish_hours", usual.hours),
            self.level("publish_contact", usual.contact),
        )
        levels = with_consent(levels, may_list=self.respondent.may_list, may_show_address=self.respondent.may_show_address)
        return replace(levels, address="analyst") if is_confidential else levels

    def level(self, question: str, usual: PublishLevel) -> PublishLevel:
        def read(text: str, tell: Tell) -> PublishLevel | None:
            code = self.codebook.choice(question, text)
            if code is None:
                tell("choice_unknown", f"{quoted(text)} is none of public, partner, analyst; only analysts will see it.")
            return cast(PublishLevel, code) if code is not None else None

        stated: PublishLevel | Unknown = self.choose(question, read)
        self.sources.pop(question, None)
        if isinstance(stated, Unknown):
            return "analyst" if stated.reason in ("refused", "withheld") else usual
        return stated

    def flag_personal(self) -> None:
        """Tell e-mails and phone numbers inside free text, wherever people may write freely and no public number is asked for."""
        for question in self.block.columns:
            if self.codebook.form.kind(question) not in _FREE or question in _FOR_THE_PUBLIC or not self.block.text(question):
                continue
            if answer := self.block.answer(question):
                self.issues += _personal_data(answer, self.respondent)

    def referrals(self) -> tuple[Referral, ...]:
        """Return whom this delivery sends people to and who sends people to it, by the names as given."""
        return (*self.named("refers_to", "origin"), *self.named("referred_by", "target"))

    def named(self, question: str, claimed_by: Literal["origin", "target"]) -> tuple[Referral, ...]:
        answer = self.known(question)
        if isinstance(answer, Unknown) or fold(answer.text) in ("none", "ninguna", "ninguno", "no one", "nobody", "nadie"):
            return ()
        sends = claimed_by == "origin"
        ride, warm, written = (self.yes_no(name) if sends else NOT_ASKED for name in ("ride", "warm_handoff", "written_criteria"))
        source = self.source(answer)
        names = split_list(answer.text) if re.search(r"[;\n]", answer.text) else [answer.text]
        return tuple(Referral(self.respondent.key, "", name, claimed_by, ride, warm, written, source) for name in names)


def _youngest(text: str, tell: Tell) -> Ages | None:
    """Read the youngest age; a range written into its column is taken for both."""
    age = read_age(text, Problems())
    if age == "all":
        return Ages(None, None)
    return read_ages(text, tell) if age is None else Ages(age, None)


def _oldest(text: str, tell: Tell) -> Ages | None:
    """Read the oldest age; a range written into its column is taken for both."""
    age = read_age(text, Problems())
    if age == "all":
        return Ages(None, None)
    return read_ages(text, tell) if age is None else Ages(None, age)


def _phone(text: str, tell: Tell) -> str | None:
    if len(re.findall(r"\d", text)) < 3:
        tell("phone_refused", f"{quoted(text)} is not a phone number.")
        return None
    return text


def _url(text: str, tell: Tell) -> str | None:
    addresses = [piece for piece in re.split(r"[\s,;]+", text) if _WEB.fullmatch(piece)]
    if not addresses:
        tell("url_refused", f"{quoted(text)} is not a web address. Write it as https://example.org.")
        return None
    if addresses[0] != text:
        tell("url_cut", f"only {quoted(addresses[0])} was taken of {quoted(text)}. Write one address.", severity="info")
    return addresses[0]
