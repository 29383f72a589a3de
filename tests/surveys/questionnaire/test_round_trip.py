"""The same answers on a screen (as KoboToolbox exports them) and in the spreadsheet come to the same records."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import openpyxl
import pytest

import surveys
from answers import ReadAnswers
from ecosystem.records import CITYWIDE, Unknown
from surveys.questionnaire.city_form import CityForm
from surveys.questionnaire.specification import Length
from surveys.questionnaire.template import spreadsheet
from surveys.questionnaire.xlsform import survey_rows, xlsform

MakeForm = Callable[[Length], CityForm]
FactsOf = Callable[[surveys.Survey], dict[str, object]]
Answers = dict[str, str]

HUB = {"organization": "Harbor Hub", "invitation_key": "harbor-hub", "respondent_role": "director", "date": "2026-09-01", "wave": "2026"}
CONSENTS = {"consent_use": "yes", "consent_listing": "yes", "consent_address": "no"}

# what the respondent of Harbor Hub taps on the screen, and what the form works out from it
KOBO_ROOT: Answers = HUB | CONSENTS | {"sector": "community", "also_known_as": "The Hub", "barriers": "No ride home", "more_money": ""}
KOBO_SERVICES: Sequence[Answers] = (
    {
        "service_name": "Crisis team",
        "service_type_main": "02a",
        "service_type_more": "07a 05a",
        "service_type": "02a;07a;05a",
        "needs": "N01 N02",
    },
    {"service_name": "Safe house", "service_type_main": "04c", "service_type_more": "", "service_type": "04c", "needs": "dont_know"},
)
KOBO_DELIVERIES: Sequence[tuple[int, Answers]] = (
    (
        1,
        {
            "mode": "mobile", "area_pick": "northbank mill_street", "area": "northbank;mill_street", "area_focus_pick": "northbank",
            "area_focus": "northbank", "hours_given": "weekly", "hours": "", "ages_given": "range", "age_min": "12", "age_max": "17", "ages": "",
            "genders": "all", "groups": "youth families", "languages_staff": "en es", "languages_interpreter": "so-interpreter all_languages",
            "languages": "en;es;so-interpreter;all_languages", "requires_id": "no", "requires_fee": "withheld", "teams": "2", "vehicles": "0",
            "started": "2024-02-01", "suspended": "no", "public_phone": "612-555-0100", "routes": "dispatch_911 line_988",
            "refers_to": "Willow Clinic", "ride": "yes", "publish_hours": "partner",
        },
    ),
    (
        1,
        {
            "mode": "walk_in", "confidential": "no", "site": "Mill office", "address": "12 Mill Street", "longitude": "-93.27", "latitude": "45.01",
            "area_pick": "citywide", "area": "citywide", "hours_given": "appointment", "hours": "by appointment", "ages_given": "all", "ages": "all",
            "languages_staff": "hmn", "languages": "hmn",
        },
    ),
    (
        2,
        {
            "mode": "residential", "confidential": "yes", "area_pick": "", "area_words": "Old Mill", "area": "Old Mill", "hours_given": "always",
            "hours": "24/7", "ages_given": "dont_know", "ages": "dont_know", "beds": "14", "public_phone": "612-555-0199",
        },
    ),
)  # fmt: skip
KOBO_SLOTS: Sequence[tuple[int, Answers]] = (
    (1, {"days": "mo tu we th fr", "opens": "15:00:00.000-05:00", "closes": "23:00:00.000-05:00"}),
    (1, {"days": "fr sa", "opens": "22:00:00.000-05:00", "closes": "04:00:00.000-05:00"}),
)

# the same answers as somebody fills in the spreadsheet, in English and in Spanish
ROWS: Mapping[str, Sequence[Answers]] = {
    "en": (
        {
            "service": "Crisis team", "service_type": "02a; 07a; 05a", "needs": "N01; N02", "mode": "mobile", "area": "Northbank; Mill Street",
            "area_focus": "Northbank", "slot1_days": "Mo-Fr", "slot1_opens": "15:00", "slot1_closes": "23:00", "slot2_days": "Fr, Sa",
            "slot2_opens": "10 pm", "slot2_closes": "4 am", "age_min": "12", "age_max": "17", "genders": "all", "groups": "youth; families",
            "languages": "English; Spanish; Somali (interpreter); all languages", "requires_id": "no", "requires_fee": "prefer not to say",
            "teams": "2", "vehicles": "0", "started": "2024-02-01", "suspended": "no", "public_phone": "612-555-0100",
            "routes": "911 dispatch; 988", "refers_to": "Willow Clinic", "ride": "yes", "publish_hours": "partner",
        },
        {
            "service": "Crisis team", "service_type": "02a; 07a; 05a", "needs": "N01; N02", "mode": "walk-in", "confidential": "no",
            "site": "Mill office", "address": "12 Mill Street", "longitude": "-93.27", "latitude": "45.01", "area": "The whole city",
            "hours": "by appointment", "age_min": "all", "languages": "Hmong",
        },
        {
            "service": "Safe house", "service_type": "04c", "needs": "don't know", "mode": "residential", "confidential": "yes", "area": "Old Mill",
            "hours": "24/7", "age_min": "don't know", "beds": "14", "public_phone": "612-555-0199",
        },
    ),
    "es": (
        {
            "service": "Crisis team", "service_type": "02a; 07a; 05a", "needs": "N01; N02", "mode": "móvil", "area": "Northbank; Mill Street",
            "area_focus": "Northbank", "slot1_days": "lu-vi", "slot1_opens": "15:00", "slot1_closes": "23:00", "slot2_days": "vi, sá",
            "slot2_opens": "22:00", "slot2_closes": "04:00", "age_min": "12", "age_max": "17", "genders": "todos", "groups": "jóvenes; familias",
            "languages": "inglés; español; somalí (intérprete); todos los idiomas", "requires_id": "no", "requires_fee": "prefiero no decir",
            "teams": "2", "vehicles": "0", "started": "2024-02-01", "suspended": "no", "public_phone": "612-555-0100",
            "routes": "despacho del 911; 988", "refers_to": "Willow Clinic", "ride": "sí", "publish_hours": "socios",
        },
        {
            "service": "Crisis team", "service_type": "02a; 07a; 05a", "needs": "N01; N02", "mode": "sin cita", "confidential": "no",
            "site": "Mill office", "address": "12 Mill Street", "longitude": "-93.27", "latitude": "45.01", "area": "Toda la ciudad",
            "hours": "by appointment", "age_min": "todas", "languages": "hmong",
        },
        {
            "service": "Safe house", "service_type": "04c", "needs": "no sé", "mode": "residencial", "confidential": "sí", "area": "Old Mill",
            "hours": "24/7", "age_min": "no sé", "beds": "14", "public_phone": "612-555-0199",
        },
    ),
}  # fmt: skip
ONCE: Mapping[str, Answers] = {
    "en": HUB | CONSENTS | {"sector": "community", "also_known_as": "The Hub", "barriers": "No ride home"},
    "es": HUB | {"consent_use": "sí", "consent_listing": "sí", "consent_address": "no", "sector": "comunitaria"}
    | {"also_known_as": "The Hub", "barriers": "No ride home"},
}  # fmt: skip


def filled(form: CityForm, language: str) -> bytes:
    """The spreadsheet as the tool writes it, with the answers under its titles."""
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(form, language)))
    sheet = book["answers"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(ROWS[language], 2):
        for question, text in (ONCE[language] | row).items():
            sheet.cell(number, at[form.word(f"question.{question}.title", language)], text)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def kobo_export(form: CityForm, *, with_boxes: bool) -> bytes:
    """What KoboToolbox makes of the answers: a sheet for the form and each repeat, groups before names, ticked boxes beside lists or not."""
    title = "Who keeps people safe in Riverbend"
    levels: dict[str, list[tuple[str, str]]] = {"": []}
    path: list[str] = []
    repeats: list[str] = [""]
    for row in survey_rows(form):
        kind, name = row["type"], row["name"]
        if kind.startswith("begin_"):
            path.append(name)
            if kind == "begin_repeat":
                repeats.append(name)
                levels[name] = []
        elif kind.startswith("end_"):
            path.pop()
            if kind == "end_repeat":
                repeats.pop()
        else:
            levels[repeats[-1]].append(("/".join([*path, name]), kind))
    lists: dict[str, list[str]] = {}
    for line in openpyxl.load_workbook(io.BytesIO(xlsform(form)))["choices"].iter_rows(min_row=2, values_only=True):
        lists.setdefault(str(line[0]), []).append(str(line[1]))
    book = openpyxl.Workbook()
    book.remove(book.active)
    rows: Mapping[str, Sequence[tuple[int, Answers]]] = {
        "": [(0, KOBO_ROOT)], "service": [(1, answers) for answers in KOBO_SERVICES], "delivery": KOBO_DELIVERIES, "slot": KOBO_SLOTS,
    }  # fmt: skip
    parents = {"service": title, "delivery": "service", "slot": "delivery"}
    for level, columns in levels.items():
        sheet = book.create_sheet(level or title[:28] + "...")
        header: list[str] = []
        for path_name, kind in columns:
            header.append(path_name)
            if with_boxes and kind.startswith("select_multiple "):
                header += [f"{path_name}/{code}" for code in lists[kind.split()[1]]]
        extra = ["_index", "_parent_table_name", "_parent_index"] if level else ["_id", "_uuid", "_submission_time", "_index"]
        sheet.append([*header, *extra])
        for index, (parent, answers) in enumerate(rows[level], 1):
            assert set(answers) <= {path_name.rpartition("/")[2] for path_name, _ in columns}
            cells: list[str] = []
            for name in header:
                question, _, code = name.rpartition("/")
                is_box = question in header and name not in [path_name for path_name, _ in columns]
                given = answers.get((question if is_box else name).rpartition("/")[2], "")
                cells.append(("1" if code in given.split() else "0") if is_box and given else "" if is_box else given)
            sheet.append([*cells, index, parents[level], parent] if level else [*cells, 1, "uuid-1", "2026-09-02T10:00:00", index])
    return saved(book)


def test_what_the_spreadsheet_says_is_what_was_meant(make_form: MakeForm, read_answers: ReadAnswers) -> None:
    survey = read_answers({"a.xlsx": filled(make_form("full"), "en")})
    (organization,) = survey.records.organizations
    assert (organization.key, organization.sector, organization.aliases) == ("harbor-hub", "community", ("The Hub",))
    by_mode = {delivery.mode: delivery for delivery in survey.records.deliveries}
    mobile, walk_in, shelter = by_mode["mobile"], by_mode["walk_in"], by_mode["residential"]
    assert not isinstance(mobile.hours, Unknown)
    assert mobile.hours.of_kind("response").hours == 5 * 8 + 6 + 6 - 1  # Friday 22:00 to 23:00 stands in both shifts
    assert not isinstance(mobile.area, Unknown)
    assert sorted(area for part in mobile.area.parts for area in part.area_ids) == ["a1", "a2"]
    assert walk_in.area == CITYWIDE
    assert mobile.eligibility.ages == (12, 17)
    assert isinstance(shelter.location, Unknown)
    assert shelter.publish.address == walk_in.publish.address == "analyst"


def test_english_and_spanish_spreadsheets_give_the_same_records(make_form: MakeForm, read_answers: ReadAnswers, facts_of: FactsOf) -> None:
    form = make_form("full")
    english, spanish = (facts_of(read_answers({"a.xlsx": filled(form, language)})) for language in ("en", "es"))
    assert english == spanish


@pytest.mark.parametrize("with_boxes", [True, False])
def test_an_export_of_the_xlsform_gives_the_same_records_as_the_spreadsheet(
    with_boxes: bool, make_form: MakeForm, read_answers: ReadAnswers, facts_of: FactsOf
) -> None:
    form = make_form("full")
    screen = read_answers({"a.xlsx": kobo_export(form, with_boxes=with_boxes)})
    paper = read_answers({"a.xlsx": filled(form, "en")})
    assert facts_of(screen) == facts_of(paper)
    # nothing that was answered was left out
    assert not [issue for issue in screen.issues if issue.code in ("column_unmapped", "choice_unknown") and issue.severity == "warning"]


def test_a_short_form_back_from_the_screen_is_read_too(make_form: MakeForm, read_answers: ReadAnswers) -> None:
    short = make_form("short")
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(short, "es")))
    titles = [cell.value for cell in book["answers"][1]]
    answers = {"Organización": "Hub", "Servicio": "Desk", "Tipo de servicio": "02a", "Cómo se recibe": "teléfono", "Lunes": "9am-5pm"}
    for title, text in answers.items():
        book["answers"].cell(2, titles.index(title) + 1, text)
    (delivery,) = read_answers({"a.xlsx": saved(book)}).records.deliveries
    assert delivery.mode == "phone"
    assert not isinstance(delivery.hours, Unknown)
    assert delivery.hours.of_kind("phone").hours == 8
