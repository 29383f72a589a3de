"""The same answers to our own form, in the export of every survey tool, give the same graph, without a codebook, and no respondent is in it.

A city takes the XLSForm to KoboToolbox or ODK; into other tools it types the questions of the printed form, once for each service and place.
Each function here writes what one tool makes of the answers, with the columns that tool adds about the person who answered.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

import surveys
from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.records import CITYWIDE
from ecosystem.taxonomy import Taxonomy
from surveys.questionnaire.city_form import CityForm
from surveys.questionnaire.folder import codebook_toml
from surveys.questionnaire.specification import LENGTHS, Asked, Length, Section, Specification
from surveys.questionnaire.xlsform import survey_rows
from surveys.worked_out import HELPERS, LISTS
from written import as_csv, as_workbook, as_zip

MakeForm = Callable[[Length], CityForm]
Screen = Mapping[str, str]
Rows = list[list[str]]

# -- what one organization answered, by the names and codes of the form ----------------------------------------------------------------------------

ROOT: Screen = {
    "organization": "Harbor Hub", "invitation_key": "harbor-hub", "respondent_role": "director", "wave": "2026", "consent_use": "yes",
    "consent_listing": "yes", "consent_address": "no", "also_known_as": "The Hub", "sector": "community", "barriers": "No ride, after dark",
}  # fmt: skip
CRISIS: Screen = {"service_name": "Crisis team", "service_type_main": "02a", "service_type_more": "05a 07a", "needs": "N01 N02"}
SHELTER: Screen = {"service_name": "Safe house", "service_type_main": "04c", "needs": "dont_know"}
MOBILE: Screen = {
    "mode": "mobile", "area_pick": "northbank mill_street", "area_focus_pick": "northbank", "hours_given": "weekly", "ages_given": "range",
    "age_min": "12", "age_max": "17", "genders": "all", "groups": "youth families", "languages_staff": "en es",
    "languages_interpreter": "so all_languages", "requires_id": "no", "requires_fee": "withheld", "teams": "2", "vehicles": "0",
    "started": "2024-02-01", "suspended": "no", "public_phone": "612-555-0100", "routes": "dispatch_911 line_988", "refers_to": "Willow Clinic",
    "ride": "yes", "publish_hours": "partner",
}  # fmt: skip
OFFICE: Screen = {
    "mode": "walk_in", "confidential": "no", "site": "Mill office", "address": "12 Mill Street", "longitude": "-93.27", "latitude": "45.01",
    "area_pick": "citywide", "hours_given": "appointment", "ages_given": "all", "languages_staff": "hmn",
}  # fmt: skip
HOUSE: Screen = {
    "mode": "residential", "confidential": "yes", "area_words": "Old Mill", "hours_given": "words", "hours_words": "2nd Saturday 10am-noon",
    "ages_given": "dont_know", "beds": "14", "public_phone": "612-555-0199",
}  # fmt: skip
SHIFTS = (("mo tu we th fr", "15:00", "23:00"), ("fr sa", "22:00", "04:00"))
SERVICES: Sequence[tuple[Screen, Sequence[tuple[Screen, Sequence[tuple[str, str, str]]]]]] = (
    (CRISIS, ((MOBILE, SHIFTS), (OFFICE, ()))),
    (SHELTER, ((HOUSE, ()),)),
)

# the same as three rows of a spreadsheet, written by hand
ONCE: Screen = {
    "organization": "Harbor Hub", "invitation_key": "harbor-hub", "respondent_role": "director", "date": "2026-09-01", "consent_use": "yes",
    "consent_listing": "yes", "consent_address": "no", "also_known_as": "The Hub", "sector": "community", "barriers": "No ride, after dark",
}  # fmt: skip
PAPER: Sequence[Screen] = (
    {
        "service": "Crisis team", "service_type": "02a; 05a; 07a", "needs": "N01; N02", "mode": "mobile", "area": "Northbank; Mill Street",
        "area_focus": "Northbank", "hours_mon": "15:00-23:00", "hours_tue": "15:00-23:00", "hours_wed": "15:00-23:00", "hours_thu": "15:00-23:00",
        "hours_fri": "15:00-23:00, 22:00-04:00", "hours_sat": "22:00-04:00", "age_min": "12", "age_max": "17", "genders": "all",
        "groups": "youth; families", "languages": "English; Spanish; Somali (interpreter); all languages", "requires_id": "no",
        "requires_fee": "prefer not to say", "teams": "2", "vehicles": "0", "started": "2024-02-01", "suspended": "no",
        "public_phone": "612-555-0100", "routes": "911 dispatch; 988", "refers_to": "Willow Clinic", "ride": "yes", "publish_hours": "partner",
    },
    {
        "service": "Crisis team", "service_type": "02a; 05a; 07a", "needs": "N01; N02", "mode": "walk-in", "confidential": "no",
        "site": "Mill office", "address": "12 Mill Street", "longitude": "-93.27", "latitude": "45.01", "area": "citywide",
        "hours": "by appointment", "age_min": "all", "languages": "Hmong",
    },
    {
        "service": "Safe house", "service_type": "04c", "needs": "don't know", "mode": "residential", "confidential": "yes", "area": "Old Mill",
        "hours": "2nd Saturday 10am-noon", "age_min": "don't know", "beds": "14", "public_phone": "612-555-0199",
    },
)  # fmt: skip
LEAKS = ("203.0.113.99", "leak@example.org", "Leona", "Leakwell", "LEAKDEVICE", "45.6789", "-93.8765", "leaktoken")
"""What the tools add about the person who answered; none of it may come in."""


def paper(form: CityForm) -> bytes:
    asked = [question.id for question in form.specification.in_spreadsheet(form.length)]
    return as_quoted([asked, *([{**ONCE, **row}.get(question, "") for question in asked] for row in PAPER)])


# -- the questions as a tool without repeated groups has them --------------------------------------------------------------------------------------

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Flat:
    """The printed form in one language: what is asked once, before and after, and what is asked again for each service and place."""

    def __init__(self, form: CityForm, language: str) -> None:
        self.form, self.language = form, language
        first, *rest = form.sections()
        self.before = [asked for asked in form.asked(first) if asked.is_put]
        self.each = [asked for section in self._inside(rest[0]) for asked in form.asked(section) if asked.is_put]
        self.after = [asked for section in rest[1:] for asked in form.asked(section) if asked.is_put]
        self.blocks = [
            {**service, **place, **self._week(shifts)} for service, places in SERVICES for place, shifts in places
        ]  # fmt: skip

    def _inside(self, section: Section) -> Iterator[Section]:
        yield section
        for inner in self.form.sections(section.id):
            if inner.id != "slot":
                yield from self._inside(inner)

    def _week(self, shifts: Sequence[tuple[str, str, str]]) -> dict[str, str]:
        """The table of the week that stands on paper where a screen asks for shifts."""
        found: dict[str, list[str]] = {}
        for days, opens, closes in shifts:
            for day in days.split():
                found.setdefault(f"hours_{next(name for name in WEEK if name.startswith(day))}", []).append(f"{opens}-{closes}")
        return {day: ", ".join(spans) for day, spans in found.items()}

    def title(self, asked: Asked | str) -> str:
        if isinstance(asked, str):
            return self.form.word(f"question.{asked}.title", self.language)
        return self.form.title(asked, self.language)

    def choices(self, asked: Asked) -> dict[str, str]:
        """The choices of a question: code -> words."""
        if asked.type == "select_multiple_from_file":
            whole = {"citywide": self.form.word("choice.whole_city.citywide", self.language)} if asked.name == "area_pick" else {}
            return whole | {area.code: area.name for area in self.form.neighborhoods}
        return {choice.code.partition("-")[0]: self.form.word(choice.key, self.language) for choice in self.form.choices(asked)}

    def asked_again(self) -> list[Asked | str]:
        """The questions about one service and place; names of days stand for the table of the week."""
        found: list[Asked | str] = []
        for asked in self.each:
            found.append(asked)
            if asked.name == "hours_words":
                found += [f"hours_{day}" for day in WEEK]
        return found

    def answer(self, asked: Asked | str, answers: Screen) -> str | list[str]:
        """What was answered: one text, or a list of the words of choices."""
        if isinstance(asked, str):
            return answers.get(asked, "")
        given = answers.get(asked.name, "")
        if not asked.type.startswith("select"):
            return given
        words = [self.choices(asked)[code] for code in given.split()]
        return words if asked.type.startswith("select_multiple") else "".join(words)

    def all(self) -> Iterator[tuple[int, Asked | str, str | list[str]]]:
        """Every question in order with its answer: (0, or the number of the service and place; question; answer)."""
        yield from ((0, asked, self.answer(asked, ROOT)) for asked in self.before)
        for nth, answers in enumerate(self.blocks, 1):
            yield from ((nth, asked, self.answer(asked, answers)) for asked in self.asked_again())
        yield from ((0, asked, self.answer(asked, ROOT)) for asked in self.after)


def is_boxes(asked: Asked | str) -> bool:
    return isinstance(asked, Asked) and asked.type.startswith("select_multiple")


def name_of(asked: Asked | str) -> str:
    return asked if isinstance(asked, str) else asked.question.id


def as_quoted(rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> bytes:
    return as_csv(rows, encoding=encoding, quoting=csv.QUOTE_ALL)


# -- the exports -----------------------------------------------------------------------------------------------------------------------------------


def qualtrics(flat: Flat, *, legacy: bool, split: bool) -> bytes:
    """Loop & Merge numbers the questions of each pass: "2_Q14"; a newer export has a third row of ids that never change."""
    meta = [
        ("StartDate", "Start Date", "startDate", "2026-09-01 09:00:00"), ("IPAddress", "IP Address", "ipAddress", "203.0.113.99"),
        ("Finished", "Finished", "finished", "1"), ("RecordedDate", "Recorded Date", "recordedDate", "2026-09-01 09:30:00"),
        ("ResponseId", "Response ID", "_recordId", "R_1"), ("RecipientLastName", "Recipient Last Name", "recipientLastName", "Leakwell"),
        ("RecipientFirstName", "Recipient First Name", "recipientFirstName", "Leona"),
        ("RecipientEmail", "Recipient Email", "recipientEmail", "leak@example.org"),
        ("ExternalReference", "External Data Reference", "externalDataReference", "leaktoken"),
        ("LocationLatitude", "Location Latitude", "locationLatitude", "45.6789"),
        ("LocationLongitude", "Location Longitude", "locationLongitude", "-93.8765"),
    ]  # fmt: skip
    if legacy:
        old = (
            "ResponseID",
            "ResponseSet",
            "Name",
            "ExternalDataReference",
            "EmailAddress",
            "IPAddress",
            "Status",
            "StartDate",
            "EndDate",
            "Finished",
        )
        texts = ("R_1", "Default Response Set", "Leakwell, Leona", "leaktoken", "leak@example.org", "203.0.113.99", "0")
        cells = (*texts, "2026-09-01 09:00:00", "2026-09-01 09:30:00", "1")
        meta = [(f"V{n}", name, "", cell) for n, (name, cell) in enumerate(zip(old, cells, strict=True), 1)]
    columns = list(meta)
    numbers: dict[str, int] = {}
    for nth, asked, answer in flat.all():
        number = numbers.setdefault(name_of(asked), len(numbers) + 1)
        code, own, title = f"{nth}_Q{number}" if nth else f"Q{number}", f"{nth}_QID{number}" if nth else f"QID{number}", flat.title(asked)
        if is_boxes(asked) and split:
            assert isinstance(asked, Asked)
            for at, words in enumerate(flat.choices(asked).values(), 1):
                columns.append((f"{code}_{at}", f"{title} - {words}", f"{own}_{at}", words if words in answer else ""))
        else:
            columns.append((code, title, own, ",".join(answer) if isinstance(answer, list) else answer))
    rows = [[code for code, *_ in columns], [text for _, text, *_ in columns]]
    if not legacy:
        rows.append([json.dumps({"ImportId": own}, separators=(",", ":")) for _, _, own, _ in columns])
    rows.append([cell for *_, cell in columns])
    return as_quoted([[*row, ""] for row in rows] if legacy else rows, "utf-8-sig")


def survey_monkey(flat: Flat) -> bytes:
    """A question once, blank headers after it; a ticked box repeats its own words."""
    head = (
        "Respondent ID",
        "Collector ID",
        "Date Created",
        "Date Modified",
        "IP Address",
        "Email Address",
        "First Name",
        "Last Name",
        "Custom Data 1",
    )
    own = ("1001", "9", "09/01/2026 09:00:00 AM", "09/01/2026 09:30:00 AM", "203.0.113.99", "leak@example.org", "Leona", "Leakwell", "")
    first, second, row = [*head], [""] * len(head), [*own]
    for _, asked, answer in flat.all():
        title = flat.title(asked)
        if is_boxes(asked):
            assert isinstance(asked, Asked)
            words = list(flat.choices(asked).values())
            first += [title, *[""] * (len(words) - 1)]
            second += words
            row += [word if word in answer else "" for word in words]
        else:
            assert isinstance(answer, str)
            is_choice = isinstance(asked, Asked) and asked.type == "select_one"
            first.append(title)
            second.append("Response" if is_choice else "Open-Ended Response")
            row.append(answer)
    return as_quoted([first, second, row])


def google(flat: Flat, *, joined_with: str, time: str) -> bytes:
    """A section asked again has its titles again."""
    head, row = ["Timestamp", "Email Address"], [time, "leak@example.org"]
    for _, asked, answer in flat.all():
        head.append(flat.title(asked))
        row.append(joined_with.join(answer) if isinstance(answer, list) else answer)
    return as_quoted([head, row])


def microsoft(flat: Flat) -> bytes:
    """A title asked again ends in its number; choices end with ";"."""
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"]
    row = ["1", "2026-09-01 09:00:00", "2026-09-01 09:30:00", "leak@example.org", "Leona Leakwell", ""]
    seen: dict[str, int] = {}
    for _, asked, answer in flat.all():
        title = flat.title(asked)
        seen[title] = seen.get(title, 0) + 1
        head.append(f"{title}{seen[title] if seen[title] > 1 else ''}\u00a0")
        row.append("".join(f"{words};" for words in answer) if isinstance(answer, list) else answer)
    return as_workbook({"Sheet1": [head, row]})


def lime_survey(flat: Flat, *, heading: str) -> bytes:
    """Codes are letters and digits alone, and a group asked again has its number before them; neighborhoods have their ids as codes."""
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl"]
    texts = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Access code", "Date started", "Date last action"]
    texts += ["IP address", "Referrer URL"]
    row = ["1", "2026-09-01 09:30:00", "9", "en", "77", "leaktoken", "2026-09-01 09:00:00", "2026-09-01 09:30:00", "203.0.113.99", ""]
    ids = {area.code: area.area_id for area in flat.form.neighborhoods}
    codes, titles = list(head), list(texts)
    for nth, asked, answer in flat.all():
        code = (f"service{nth}" if nth else "") + name_of(asked).replace("_", "")
        title = (f"Service {nth}: " if nth else "") + flat.title(asked)
        if is_boxes(asked):
            assert isinstance(asked, Asked)
            for choice, words in flat.choices(asked).items():
                codes.append(f"{code}[{ids.get(choice, choice).replace('_', '')}]")
                titles.append(f"{title} [{words}]")
                row.append("Y" if words in answer else "")
        else:
            assert isinstance(answer, str)
            short = {words: choice for choice, words in flat.choices(asked).items()} if isinstance(asked, Asked) and asked.choices else {}
            codes.append(code)
            titles.append(title)
            row.append(short.get(answer, answer).replace("_", "") if heading == "code" and short else answer)
    return as_quoted([codes if heading == "code" else titles, row], "utf-8-sig")


def redcap(flat: Flat) -> Mapping[str, bytes]:
    """The instrument about a service and place comes again; a box is a column of 0 and 1 for each code, and the dictionary has the words."""
    once = [*flat.before, *flat.after]
    again = flat.asked_again()
    dictionary = [
        [
            *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels"),
            *("Field Note", "Text Validation Type OR Show Slider Number", "Identifier?"),
        ]
    ]

    def field(name: str, form: str, kind: str, label: str, choices: str = "", identifier: str = "") -> None:
        dictionary.append([name, form, "", kind, label, choices, "", "", identifier])

    field("record_id", "organization", "text", "Record ID")
    field("who_answers", "organization", "text", "Your name", identifier="y")
    for form, questions in (("organization", once), ("service", again)):
        for asked in questions:
            is_choice = isinstance(asked, Asked) and asked.type.startswith("select")
            kind = "checkbox" if is_boxes(asked) else "radio" if is_choice else "text"
            choices = flat.choices(asked) if is_choice and isinstance(asked, Asked) else {}
            field(name_of(asked), form, kind, flat.title(asked), " | ".join(f"{code}, {words}" for code, words in choices.items()))
    head = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_survey_identifier", "organization_timestamp", "who_answers"]

    def cells(questions: Sequence[Asked | str], answers: Screen | None) -> list[str]:
        found: list[str] = []
        for asked in questions:
            given = (answers or {}).get(asked if isinstance(asked, str) else asked.name, "")
            if is_boxes(asked):
                assert isinstance(asked, Asked)
                found += ["" if answers is None else str(int(code in given.split())) for code in flat.choices(asked)]
            else:
                found.append(given)
        return found

    def names(questions: Sequence[Asked | str]) -> list[str]:
        found: list[str] = []
        for asked in questions:
            is_list = is_boxes(asked) and isinstance(asked, Asked)
            found += [f"{name_of(asked)}___{code.casefold()}" for code in flat.choices(asked)] if is_list else [name_of(asked)]
        return found

    rows = [[*head, *names(once), "organization_complete", *names(again), "service_complete"]]
    rows.append(["1", "", "", "leak@example.org", "2026-09-01 09:30:00", "Leona Leakwell", *cells(once, ROOT), "2", *cells(again, None), ""])
    for nth, answers in enumerate(flat.blocks, 1):
        rows.append(["1", "service", str(nth), "", "", "", *cells(once, None), "", *cells(again, answers), "2"])
    return {"project_data.csv": as_quoted(rows), "project_dictionary.csv": as_quoted(dictionary)}


# -- the two tools that read the XLSForm -----------------------------------------------------------------------------------------------------------


def levels(form: CityForm) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """The questions of the XLSForm by repeated group ("" for the form itself): (path within it, row of the sheet `survey`)."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {"": []}
    path: list[tuple[str, bool]] = []
    for row in survey_rows(form):
        if row["type"].startswith("begin_"):
            path.append((row["name"], row["type"] == "begin_repeat"))
            if path[-1][1]:
                found[row["name"]] = []
        elif row["type"].startswith("end_"):
            path.pop()
        else:
            repeats = [name for name, is_repeat in path if is_repeat]
            after = [name for name, _ in path]
            after = after[after.index(repeats[-1]) + 1 :] if repeats else after
            found[repeats[-1] if repeats else ""].append(("/".join([*after, row["name"]]), row))
    return found


def filled(form: CityForm, *, date: str) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """The rows of each level with the path of each, and what the form works out by itself."""
    rows: dict[str, list[tuple[str, dict[str, str]]]] = {"": [("", {**ROOT, "date": date})], "service": [], "delivery": [], "slot": []}
    for number, (service, places) in enumerate(SERVICES, 1):
        key = f"/service[{number}]"
        types = ";".join([service["service_type_main"], *service.get("service_type_more", "").split()])
        rows["service"].append((key, {**service, "service_type": types}))
        for nth, (place, shifts) in enumerate(places, 1):
            area = ";".join([*place.get("area_pick", "").split(), *([place["area_words"]] if "area_words" in place else [])])
            interpreter = " ".join(
                code if code == "all_languages" else f"{code}-interpreter" for code in place.get("languages_interpreter", "").split()
            )
            worked_out = {
                "area": area, "area_focus": place.get("area_focus_pick", ""), "ages": "" if place["ages_given"] == "range" else place["ages_given"],
                "hours": {"weekly": "", "appointment": "by appointment"}.get(place["hours_given"], place.get("hours_words", "")),
                "languages_interpreter": interpreter, "languages": ";".join([*place.get("languages_staff", "").split(), *interpreter.split()]),
            }  # fmt: skip
            rows["delivery"].append((f"{key}/delivery[{nth}]", {**place, **worked_out}))
            for at, (days, opens, closes) in enumerate(shifts, 1):
                rows["slot"].append((f"{key}/delivery[{nth}]/slot[{at}]", {"days": days, "opens": opens, "closes": closes}))
    return rows


def kobo(form: CityForm, *, language: str = "", boxes: bool = True) -> bytes:
    """One sheet for the form and one for each repeated group; a language in place of names and codes gives titles and words."""
    title = "Who keeps people safe in Riverbend: full form"
    flat = Flat(form, language or "en")
    by_name = {asked.name: asked for asked in form.specification.asked.values()}
    sheets: dict[str, Rows] = {}
    rows = filled(form, date="2026-09-01")
    indexes = {key: number for level in rows.values() for number, (key, _) in enumerate(level, 1)}
    for level, questions in levels(form).items():
        head: list[str] = []
        of: list[tuple[str, str]] = []
        for path, row in questions:
            name, kind = row["name"], row["type"]
            shown = flat.title(by_name[name]) if language and by_name[name].is_put else path
            head.append(shown)
            of.append((name, ""))
            if kind.startswith("select_multiple ") and boxes:
                for code, words in xlsform_choices(form, by_name[name], language).items():
                    head.append(f"{shown}/{words if language else code}")
                    of.append((name, code))
        extra = ["_index", "_parent_table_name", "_parent_index"]
        table = [[*head, *(extra if level else ("deviceid", "username", "_id", "_submission_time", "_submitted_by", "_index"))]]
        for number, (key, answers) in enumerate(rows[level], 1):
            cells = []
            for name, code in of:
                given = answers.get(name, "")
                choices = xlsform_choices(form, by_name[name], language) if language and by_name[name].type.startswith("select") else {}
                if code:
                    cells.append(("1" if code in given.split() else "0") if given else "")
                else:
                    cells.append(" ".join(choices.get(one, one) for one in given.split()) if choices else time_as_kobo(given, name))
            above = key.rpartition("/")[0]
            parents = {"service": title, "delivery": "service", "slot": "delivery"}
            last = (
                [str(number), parents[level], str(indexes[above])] if level else ["LEAKDEVICE", "Leona", "1", "2026-09-01T09:30:00", "Leakwell", "1"]
            )
            table.append([*cells, *last])
        sheets[level or title[:28] + "..."] = table
    return as_workbook(sheets)


def time_as_kobo(text: str, name: str) -> str:
    return f"{text}:00.000-05:00" if text and name in ("opens", "closes") else text


def xlsform_choices(form: CityForm, asked: Asked, language: str) -> dict[str, str]:
    if asked.type == "select_multiple_from_file":
        return Flat(form, language or "en").choices(asked)
    return {choice.code: form.word(choice.key, language or "en") for choice in form.choices(asked)}


def odk(form: CityForm) -> bytes:
    """A ZIP: the form's own file, and one for each repeated group, whose rows name their parent's KEY."""
    files: dict[str, bytes] = {}
    rows = filled(form, date="2026-09-01")
    for level, questions in levels(form).items():
        head = [path.replace("/", "-") for path, _ in questions]
        if level:
            head += ["PARENT_KEY", "KEY"]
        else:
            head = ["SubmissionDate", *head, "meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "DeviceID", "Edits", "FormVersion"]
        table = [head]
        for key, answers in rows[level]:
            cells = [time_as_kobo(answers.get(row["name"], ""), row["name"]) for _, row in questions]
            own = f"uuid:1{key}"
            if level:
                table.append([*cells, own.rpartition("/")[0], own])
            else:
                table.append(["2026-09-01T09:30:00.000Z", *cells, own, own, "7", "Leona Leakwell", "LEAKDEVICE", "0", "1"])
        files[f"safety{f'-{level}' if level else ''}.csv"] = as_quoted(table)
    return as_zip(files)


EXPORTS: Mapping[str, Callable[[CityForm], Mapping[str, bytes]]] = {
    "Kobo, names": lambda form: {"a.xlsx": kobo(form)},
    "Kobo, names without boxes": lambda form: {"a.xlsx": kobo(form, boxes=False)},
    "Kobo, English labels": lambda form: {"a.xlsx": kobo(form, language="en")},
    "Kobo, Spanish labels": lambda form: {"a.xlsx": kobo(form, language="es")},
    "ODK Central": lambda form: {"a.zip": odk(form)},
    "Qualtrics, three headers": lambda form: {"a.csv": qualtrics(Flat(form, "en"), legacy=False, split=True)},
    "Qualtrics, choices in one column": lambda form: {"a.csv": qualtrics(Flat(form, "en"), legacy=False, split=False)},
    "Qualtrics, two headers": lambda form: {"a.csv": qualtrics(Flat(form, "en"), legacy=True, split=True)},
    "Qualtrics, Spanish": lambda form: {"a.csv": qualtrics(Flat(form, "es"), legacy=False, split=True)},
    "SurveyMonkey": lambda form: {"a.csv": survey_monkey(Flat(form, "en"))},
    "SurveyMonkey, Spanish": lambda form: {"a.csv": survey_monkey(Flat(form, "es"))},
    "Google, download": lambda form: {"a.csv": google(Flat(form, "en"), joined_with=";", time="2026/09/01 9:30:07 AM CST")},
    "Google, sheet": lambda form: {"a.csv": google(Flat(form, "en"), joined_with=", ", time="9/1/2026 9:30:07")},
    "Google, Spanish": lambda form: {"a.csv": google(Flat(form, "es"), joined_with=", ", time="9/1/2026 9:30:07")},
    "Microsoft": lambda form: {"a.xlsx": microsoft(Flat(form, "en"))},
    "Microsoft, Spanish": lambda form: {"a.xlsx": microsoft(Flat(form, "es"))},
    "LimeSurvey, codes": lambda form: {"a.csv": lime_survey(Flat(form, "en"), heading="code")},
    "LimeSurvey, texts": lambda form: {"a.csv": lime_survey(Flat(form, "en"), heading="text")},
    "LimeSurvey, Spanish": lambda form: {"a.csv": lime_survey(Flat(form, "es"), heading="text")},
    "REDCap": lambda form: redcap(Flat(form, "en")),
    "REDCap, Spanish": lambda form: redcap(Flat(form, "es")),
}  # fmt: skip


def graph(survey: surveys.Survey, city: City, geography: Geography, taxonomy: Taxonomy) -> tuple[Any, Any]:
    """Nodes and edges of the graph with all they carry, less the cells they came from."""
    drawn = Ecosystem.build(survey.records, geography, city, taxonomy).graph
    nodes = {node: {name: value for name, value in data.items() if name != "sources"} for node, data in drawn.nodes(data=True)}
    told = drawn.edges(keys=True, data=True)
    edges = {(one, other, key): {name: value for name, value in data.items() if name != "sources"} for one, other, key, data in told}
    return nodes, edges


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("tool", EXPORTS)
def test_the_same_answers_give_the_same_graph_whatever_the_tool(
    tool: str, length: Length, make_form: MakeForm, read_answers: Any, facts_of: Any, city: City, geography: Geography, taxonomy: Taxonomy
) -> None:
    form = make_form(length)
    expected = read_answers({"a.csv": paper(form)}, wave="2026", protected=("09a",))
    survey = read_answers(EXPORTS[tool](form), wave="2026", protected=("09a",))
    assert len(expected.records.deliveries) == 3
    given, meant = facts_of(survey), facts_of(expected)
    for name in meant:
        assert given[name] == meant[name], name
    assert graph(survey, city, geography, taxonomy) == graph(expected, city, geography, taxonomy)
    told = [issue for issue in survey.issues if issue.code in ("column_unmapped", "column_twice") or issue.code.endswith(("_unknown", "_refused"))]
    assert [issue.text for issue in told if issue.code != "referral_unknown"] == []
    for leak in LEAKS:
        assert leak not in repr(survey), leak


def test_what_is_worked_out_here_is_what_the_xlsform_works_out() -> None:
    specification = Specification.read()
    by_name = {asked.name: asked.question.id for asked in specification.asked.values()}
    for question, asked in specification.asked.items():
        if asked.type == "calculate" and question != "wave":
            used = {by_name[name] for name in re.findall(r"\$\{(\w+)\}", asked.works_out)}
            used |= {"languages_materials"} if question == "languages" else set()
            assert used == set(HELPERS[question]), question
    lists = {helper for helpers in HELPERS.values() for helper in helpers if specification.asked[helper].type.startswith("select_multiple")}
    assert lists == LISTS


def test_what_a_city_translated_itself_is_read_back_without_naming_the_codebook(
    read_answers: Any, make_form: MakeForm, city: City, taxonomy: Taxonomy
) -> None:
    (city.folder / "translations.csv").write_text(
        "key,so\nquestion.organization.title,Urur\nquestion.service.title,Adeeg\nquestion.mode.title,Sidee\n"
        "choice.mode.mobile,Guuraya\nquestion.hours_given.title,Goorma\nchoice.hours_given.always,Mar walba\nquestion.area_pick.title,Xaafado\n"
        "choice.whole_city.citywide,Magaalada oo dhan\n",
        encoding="utf-8",
    )
    book = codebook_toml(make_form("full"))
    answers = "Timestamp,Urur,Adeeg,Sidee,Goorma,Xaafado\n9/1/2026 9:30:07,Hub,Team,Guuraya,Mar walba,Magaalada oo dhan\n"
    (delivery,) = read_answers({"a.csv": answers}, own_questionnaire=book).records.deliveries
    assert (delivery.name, delivery.mode, delivery.area) == ("Team", "mobile", CITYWIDE)
    assert delivery.hours.of_kind("response").hours == 168
