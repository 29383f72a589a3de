"""From files of answers to records: layouts, duplicates, bad input."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
import xlsxwriter

import surveys
from answers import ReadAnswers
from ecosystem.records import AreaPart, Delivery, Language, Records, Source, Unknown
from ecosystem.schedule import ALWAYS, Schedule

Codes = Callable[[surveys.Survey], list[str]]
OFFICE = Schedule.daily("09:00", "17:00", days=range(5))


def the(survey: surveys.Survey) -> Delivery:
    (delivery,) = survey.records.deliveries
    return delivery


def placeless(value: Any) -> Any:
    """A record without the cells it came from, so that the same answers in other cells compare equal."""
    if isinstance(value, Unknown):
        return Unknown(value.reason)
    if isinstance(value, Source):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *((f.name, placeless(getattr(value, f.name))) for f in fields(value) if f.name not in ("sources", "source")))
    if isinstance(value, dict):
        return {key: placeless(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(placeless(inner) for inner in value)
    return value


def content(records: Records) -> Any:
    return placeless(records)


# -- layouts -----------------------------------------------------------------------------------------------------------------------------------

ROWS = [
    {
        "organization": "Peña House", "invitation_key": "pena", "respondent_role": "director", "date": "2026-09-01", "service": "Crisis team",
        "service_type": "02a", "needs": "N01; N02", "mode": "mobile", "area": "Northbank; Mill Street", "hours": "Mo-Fr 07:30-24:00", "age_min": "18",
        "languages": "Spanish (staff); Somali (interpreter)", "teams": "2", "public_phone": "612-555-0100",
    },
    {
        "organization": "Peña House", "invitation_key": "pena", "respondent_role": "director", "date": "2026-09-01", "service": "Drop-in",
        "service_type": "04e", "needs": "N28", "mode": "walk-in", "area": "citywide", "hours": "24/7", "age_min": "12",
        "languages": "Spanish", "teams": "", "public_phone": "",
    },
    {
        "organization": "Faith Patrol", "invitation_key": "", "respondent_role": "pastor", "date": "2026-09-02", "service": "Night walk",
        "service_type": "05a", "needs": "N21", "mode": "mobile", "area": "Willard - Hay", "hours": "Fr-Sa 22:00-02:00", "age_min": "all",
        "languages": "", "teams": "1", "public_phone": "",
    },
]  # fmt: skip
ONCE = ("organization", "invitation_key", "respondent_role", "date")


def as_delivery_rows() -> bytes:
    lines = [",".join(ROWS[0])] + [",".join(f'"{text}"' for text in row.values()) for row in ROWS]
    return "\n".join(lines).encode()


def as_organization_blocks() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Answers 2026")
    each = [column for column in ROWS[0] if column not in ONCE]
    header = [*ONCE, *(f"service{n}_{column}" for n in (1, 2) for column in each)]
    for position, column in enumerate(header):
        sheet.write_string(0, position, column)
    for number, (first, *others) in enumerate(([ROWS[0], ROWS[1]], [ROWS[2]]), 1):
        cells = [first[column] for column in ONCE] + [row[column] for row in (first, *others) for column in each]
        for position, text in enumerate(cells):
            if text == "2026-09-01":
                sheet.write_datetime(number, position, dt.datetime(2026, 9, 1), book.add_format({"num_format": "m/d/yyyy"}))
            elif text.isdigit():
                sheet.write_number(number, position, int(text))
            else:
                sheet.write_string(number, position, text)
    book.close()
    return buffer.getvalue()


def as_semicolon_cp1252() -> bytes:
    lines = [";".join(f'"{column}"' for column in ROWS[0])] + [";".join(f'"{text}"' for text in row.values()) for row in ROWS]
    return "\r\n".join(lines).encode("cp1252")


def test_three_layouts_of_the_same_answers_give_the_same_records(read_answers: ReadAnswers) -> None:
    rows = read_answers({"a.csv": as_delivery_rows()}).records
    blocks = read_answers({"a.xlsx": as_organization_blocks()}).records
    other = read_answers({"a.csv": as_semicolon_cp1252()}).records
    assert len(rows.deliveries) == 3
    assert {o.name for o in rows.organizations} == {"Peña House", "Faith Patrol"}
    assert content(rows) == content(blocks) == content(other)


def test_a_row_becomes_a_delivery_with_every_fact_and_its_cell(read_answers: ReadAnswers) -> None:
    survey = read_answers({"a.csv": as_delivery_rows()})
    delivery = next(d for d in survey.records.deliveries if d.name == "Crisis team")
    service = survey.records.service_of(delivery)
    assert service.types == ("02a",)
    assert service.needs == ("N01", "N02")
    assert delivery.mode == "mobile"
    assert not isinstance(delivery.hours, Unknown)
    assert delivery.hours.of_kind("response").hours == 82.5
    assert not isinstance(delivery.area, Unknown)
    assert delivery.area.parts == (AreaPart("areas", "neighborhoods", ("a1", "a2")),)
    assert delivery.eligibility.ages == (18, None)
    assert delivery.languages == (Language("es", "staff"), Language("so", "interpreter"))
    assert delivery.capacity.teams == 2.0
    assert delivery.sources["hours"] == Source("responses/a.csv", "", 2, "hours", "Mo-Fr 07:30-24:00", role="director", date=dt.date(2026, 9, 1))
    assert set(delivery.sources) == {"mode", "hours", "area", "ages", "languages", "teams", "contact"}
    assert set(service.sources) == {"service", "service_type", "needs"}


def test_order_of_rows_and_files_does_not_matter(read_answers: ReadAnswers) -> None:
    lines = as_delivery_rows().decode().splitlines()
    header, rows = lines[0], lines[1:]
    second, third = rows[0].replace("director", "board member"), rows[2].replace("pastor", "deacon")
    rows.append(second.replace("07:30-24:00", "08:00-20:00").replace("2026-09-01", "2026-09-08"))
    rows.append(third.replace("Faith Patrol", "Faith  patrol").replace("2026-09-02", "").replace("Willard - Hay", "Northside"))
    expected = content(read_answers({"a.csv": "\n".join([header, *rows])}).records)
    for seed in range(4):
        shuffled = random.Random(seed).sample(rows, len(rows))
        assert content(read_answers({"a.csv": "\n".join([header, *shuffled])}).records) == expected
    halves = {"b.csv": "\n".join([header, *rows[:2]]), "a.csv": "\n".join([header, *rows[2:]])}
    swapped = {"a.csv": "\n".join([header, *rows[:2]]), "b.csv": "\n".join([header, *rows[2:]])}
    assert {o.key for o in read_answers(halves).records.organizations} == {o.key for o in read_answers(swapped).records.organizations}


def test_columns_may_be_called_as_people_call_them_in_english_and_spanish(read_answers: ReadAnswers) -> None:
    english = read_answers(
        """
        | Agency name | Program name | Type of service | How people get it | Neighborhoods served | Hours of operation |
        | Hub | Desk | Mobile crisis team | Drop-in | Northbank | Mo-Fr 09:00-17:00 |
        """
    )
    spanish = read_answers(
        """
        | Nombre de la organización | Programa | Tipo de servicio | Forma de atención | Barrios atendidos | Horario |
        | Hub | Desk | Equipo móvil de crisis | sin cita | Northbank | Mo-Fr 09:00-17:00 |
        """
    )
    assert content(english.records) == content(spanish.records)
    assert the(english).mode == "walk_in"


def test_a_title_above_the_header_is_passed_over(read_answers: ReadAnswers) -> None:
    survey = read_answers("Answers of our partners,,,\n,,,\norganization,service,mode,hours\nHub,Desk,walk-in,24/7\n")
    assert the(survey).hours == the(read_answers("| organization | service | mode | hours |\n| Hub | Desk | walk-in | 24/7 |")).hours
    assert the(survey).sources["hours"].row == 4


# -- unknown -----------------------------------------------------------------------------------------------------------------------------------


def test_every_way_of_not_knowing_keeps_its_reason(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | mode | area | hours | teams |
        | Hub | Desk | prefer not to say | no sé | | several |
        """
    )
    delivery = the(survey)
    facts = {"mode": delivery.mode, "area": delivery.area, "hours": delivery.hours, "teams": delivery.capacity.teams, "beds": delivery.capacity.beds}
    assert {name: fact.reason for name, fact in facts.items() if isinstance(fact, Unknown)} == {
        "mode": "withheld", "area": "dont_know", "hours": "blank", "teams": "refused", "beds": "not_asked",
    }  # fmt: skip
    teams = delivery.capacity.teams
    assert isinstance(teams, Unknown)
    assert teams.source is not None
    assert (teams.source.row, teams.source.column, teams.source.text) == (2, "teams", "several")


def test_empty_required_answers_and_unmapped_columns_are_counted(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | hours | Shoe size |
        | Hub | Desk | | 44 |
        | Hub | Line | 24/7 | 45 |
        | Nub | Tent | | |
        """
    )
    told = {issue.code: issue for issue in survey.issues if issue.column in ("hours", "Shoe size")}
    assert told["required_empty"].message.startswith("2 of 3 answers (first in row 2) leave 'Hours' empty")
    assert "its 2 answers are not used" in told["column_unmapped"].message
    assert {issue.column for issue in survey.issues if issue.code == "question_not_asked"} == {"service_type", "mode", "area"}


def test_an_answer_with_nothing_but_a_name_counts_as_an_answer(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers("| organization | service | hours |\n| Ghost Org | | |\n| Hub | Desk | 24/7 |")
    assert [o.key for o in survey.records.organizations] == ["ghost-org", "hub"]
    assert [(r.organization, r.is_complete) for r in survey.records.responses] == [("ghost-org", False), ("hub", True)]
    assert the(survey).organization == "hub"
    assert "nothing_but_a_name" in codes(survey)


def test_a_row_without_a_name_costs_that_row_only(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service |\n| | Lost |\n| Hub | Desk |")
    (issue,) = [issue for issue in survey.issues if issue.severity == "error"]
    assert (issue.code, issue.file, issue.row, issue.text) == ("organization_missing", "responses/answers.csv", 2, "Lost")
    assert the(survey).name == "Desk"


# -- twice -------------------------------------------------------------------------------------------------------------------------------------

TWICE = """
| organization | respondent_role | date | service | service_type | mode | area | hours | teams | languages |
| Bridge | director | 2026-09-01 | Desk | 02a | walk-in | Northbank; Mill Street | Mo-Fr 09:00-17:00 | 2 | Spanish |
| Bridge | board member | 2026-09-08 | Desk | 02a | walk-in | Mill Street; Willard - Hay | Mo-Fr 12:00-20:00 | 3 | |
"""


def test_two_answers_that_differ_are_both_kept_and_neither_wins(read_answers: ReadAnswers) -> None:
    survey = read_answers(TWICE)
    delivery = the(survey)
    assert {dispute.fact for dispute in survey.records.disputes} == {"hours", "area", "teams"}
    hours = next(dispute for dispute in survey.records.disputes if dispute.fact == "hours")
    assert [claim.text for claim in hours.claims] == ["Mo-Fr 09:00-17:00", "Mo-Fr 12:00-20:00"]
    assert not isinstance(delivery.hours, Unknown)
    certain, possible = delivery.hours.counted("walk_in")
    assert certain == Schedule.daily("12:00", "17:00", days=range(5))
    assert possible == Schedule.daily("09:00", "20:00", days=range(5))
    assert delivery.capacity.teams == Unknown("disputed")
    assert delivery.languages == (Language("es", "staff"),)
    assert [(r.role, r.superseded) for r in survey.records.responses] == [("director", True), ("board member", False)]
    (told,) = [issue for issue in survey.issues if issue.code == "answered_twice"]
    assert "area, hours, teams" in told.message


def test_a_disputed_area_is_known_where_both_say_so_and_possible_where_either_does(read_answers: ReadAnswers) -> None:
    delivery = the(read_answers(TWICE))
    assert not isinstance(delivery.area, Unknown)
    assert not isinstance(delivery.focus, Unknown)
    assert delivery.area.parts == (AreaPart("areas", "neighborhoods", ("a1", "a2", "a3")),)
    assert delivery.focus.parts == (AreaPart("areas", "neighborhoods", ("a2",)),)


def test_a_decision_settles_a_dispute(read_answers: ReadAnswers) -> None:
    decided = "| respondent | question | text | answer |\n| Bridge | hours | Mo-Fr 12:00-20:00 | Mo-Fr 09:00-17:00 |"
    survey = read_answers(TWICE, decisions={"answers.csv": decided})
    assert {dispute.fact for dispute in survey.records.disputes} == {"area", "teams"}
    hours = the(survey).hours
    assert not isinstance(hours, Unknown)
    assert hours.of_kind("open") == OFFICE


def test_an_answer_of_an_earlier_wave_is_history(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | wave | service | hours |
        | Hub | 2025 | Desk | Mo-Fr 09:00-12:00 |
        | Hub | 2026 | Desk | 24/7 |
        | Old | 2025 | Tent | 24/7 |
        """
    )
    hours = next(d.hours for d in survey.records.deliveries if d.organization == "hub")
    assert not isinstance(hours, Unknown)
    assert hours.of_kind("open") == ALWAYS
    answers = [(r.organization, r.wave, r.superseded) for r in survey.records.responses]
    assert answers == [("hub", "2025", True), ("hub", "2026", False), ("old", "2025", False)]
    assert not survey.records.disputes


def test_the_same_row_twice_is_counted_once_and_told(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers("| organization | service | hours |\n| Hub | Desk | 24/7 |\n| Hub | Desk | 24/7 |")
    the(survey)
    assert "duplicate_row" in codes(survey)
    assert len(survey.records.responses) == 1


def test_one_service_in_two_rows_with_different_answers_is_disputed_and_told(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers("| organization | service | hours |\n| Hub | Desk | 24/7 |\n| Hub | Desk | Mo 09:00-17:00 |")
    the(survey)
    assert "duplicate_delivery" in codes(survey)
    assert [dispute.fact for dispute in survey.records.disputes] == ["hours"]


def test_one_service_at_two_addresses_is_two_deliveries(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service | address |\n| Hub | Meals | 1 Oak St |\n| Hub | Meals | 2 Elm St |")
    assert sorted(d.site for d in survey.records.deliveries) == ["1 Oak St", "2 Elm St"]
    assert len(survey.records.services) == 1


# -- confidential places -----------------------------------------------------------------------------------------------------------------------

SECRET = "41 Hidden Lane"


@pytest.mark.parametrize(
    "confidential", ["| yes | |", "| sí | |", "| | Confidentially-located shelter |", "| maybe | |"], ids=["yes", "si", "by its words", "unclear"]
)
def test_nothing_of_a_confidential_place_is_kept(read_answers: ReadAnswers, confidential: str) -> None:
    survey = read_answers(
        f"""
        | organization | service | service_type | mode | address | longitude | latitude | area_radius | hours | confidential | description |
        | Haven | Shelter | 04c | residential | {SECRET} | -93.2912345 | 45.0112345 | 2 miles | 24/7 {confidential}
        | Haven | Legal help | 06g | walk-in | {SECRET.upper()}. | | | | Mo-Fr 09:00-17:00 | no | |
        """
    )
    shelter = next(d for d in survey.records.deliveries if d.name == "Shelter")
    assert shelter.location == Unknown("withheld")
    assert shelter.protected
    assert shelter.publish.address == "analyst"
    everything = repr(survey.records).casefold() + repr(survey.issues).casefold()
    assert "hidden lane" not in everything
    assert "93.29" not in everything
    assert "45.01" not in everything


def test_protected_kinds_are_not_public_unless_they_say_so(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | service_type | address | publish_contact | publish_hours |
        | Haven | Shelter | 04c | 1 Oak St | public | |
        | Haven | Talks | 08a | 2 Elm St | | nobody |
        | Haven | Circles | 09b | 3 Ash St | | maybe |
        """,
        protected=("09b",),
    )
    publish = {d.name: d.publish for d in survey.records.deliveries}
    assert {d.name for d in survey.records.deliveries if d.protected} == {"Shelter", "Circles"}
    assert (publish["Shelter"].address, publish["Shelter"].hours, publish["Shelter"].contact) == ("analyst", "analyst", "public")
    assert (publish["Talks"].address, publish["Talks"].hours) == ("public", "analyst")
    assert publish["Circles"].hours == "analyst"


def test_consent_withheld_narrows_what_is_public(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service | consent_listing | consent_address |\n| Hub | Desk | no | no |\n| Nub | Tent | yes | |")
    publish = {d.name: d.publish for d in survey.records.deliveries}
    assert (publish["Desk"].listing, publish["Desk"].address) == ("partner", "analyst")
    assert (publish["Tent"].listing, publish["Tent"].address) == ("public", "public")


def test_who_answered_is_dropped_at_the_door(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | Organization | Your name | Your email | IP Address | LocationLatitude | Q7 | Service | Your role | Barriers in the community |
        | Hub | Ana Ruiz | ana@hub.example | 10.0.0.7 | 45.123 | li@hub.example | Desk | director | Call Ana at 612-555-0133 |
        """
    )
    everything = repr(survey)
    for personal in ("Ana Ruiz", "ana@hub", "10.0.0.7", "45.123", "li@hub"):
        assert personal not in everything
    assert {issue.column for issue in survey.issues if issue.code == "personal_column_dropped"} == {
        "Your name", "Your email", "IP Address", "LocationLatitude", "Q7",
    }  # fmt: skip
    assert [issue.column for issue in survey.issues if issue.code == "personal_data_in_text"] == ["Barriers in the community"]
    assert survey.records.comments[0].question == "barriers"


# -- referrals ---------------------------------------------------------------------------------------------------------------------------------


def test_referrals_find_their_target_by_name_or_alias_and_say_who_claims_them(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | also_known_as | service | refers_to | referred_by | ride |
        | Hub | | Desk | Bridge Center; The Bridge; Nowhere House | | yes |
        | Bridge Center, Inc. | Bridge Center; The Bridge | Tent | | Hub; Law Office | |
        | Law Office | | Help | | | |
        """
    )
    found = {(r.origin, r.target, r.target_name): (r.claimed_by, r.ride) for r in survey.records.referrals}
    assert found[("hub", "bridge-center-inc", "Bridge Center, Inc.")] == ("both", True)
    assert found[("law-office", "bridge-center-inc", "Bridge Center, Inc.")][0] == "target"
    assert ("hub", "", "Nowhere House") in found
    assert len(found) == 3
    assert [issue.text for issue in survey.issues if issue.code == "referral_unknown"] == ["Nowhere House"]


# -- broken files ------------------------------------------------------------------------------------------------------------------------------


def test_a_broken_file_never_costs_the_run(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers(
        {
            "good.csv": "organization,service\nHub,Desk\n",
            "empty.csv": b"",
            "blank.csv": b"\xef\xbb\xbf\n\n",
            "page.csv": b"<!DOCTYPE html><html><body>Sign in</body></html>",
            "broken.xlsx": b"PK\x03\x04not a workbook",
            "old.xls": b"\xd0\xcf\x11\xe0garbage",
            "broken.json": b'[{"organization": "X"',
            "noise.csv": bytes(range(256)) * 8,
            "foreign.csv": "a,b\n1,2\n",
            "notes.docx": b"PK",
            "~$good.xlsx": b"lock",
            ".DS_Store": b"x",
            "inner/more.csv": "organization,service\nNub,Tent\n",
        }
    )
    assert {d.name for d in survey.records.deliveries} == {"Desk", "Tent"}
    by_file = {issue.file.removeprefix("responses/"): issue.code for issue in survey.issues if issue.code not in ("question_not_asked", "encoding")}
    assert by_file == {
        "empty.csv": "file_empty", "blank.csv": "file_empty", "page.csv": "html_not_table", "broken.xlsx": "file_unreadable",
        "old.xls": "file_unreadable", "broken.json": "file_unreadable", "noise.csv": "file_unreadable", "foreign.csv": "no_organization_column",
        "notes.docx": "file_skipped",
    }  # fmt: skip
    assert [entry.file for entry in survey.files if entry.used] == ["responses/good.csv", "responses/inner/more.csv"]


def test_no_answers_at_all_is_told_and_gives_empty_records(read_answers: ReadAnswers) -> None:
    survey = read_answers({}, invited="| key | name |\n| hub | Hub |")
    assert survey.records.deliveries == ()
    assert [invitation.key for invitation in survey.records.invitations] == ["hub"]
    assert [issue.code for issue in survey.issues] == ["no_answers"]


def test_dates_in_three_styles_are_one_date_and_open_ones_are_told_once(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | started | ended |
        | A | Desk | 2026-03-04 | 31/12/2026 |
        | B | Desk | 3/4/2026 | 01/02/2027 |
        | C | Desk | 4 March 2026 | soon |
        """
    )
    life = {d.organization: d.life for d in survey.records.deliveries}
    assert {life[key].started for key in "abc"} == {dt.date(2026, 3, 4)}
    assert (life["a"].ended, life["b"].ended, life["c"].ended) == (dt.date(2026, 12, 31), dt.date(2027, 2, 1), None)
    told = {(issue.column, issue.code, issue.row) for issue in survey.issues if issue.code.startswith("date")}
    assert told == {("started", "date_ambiguous", 3), ("ended", "date_ambiguous", 3), ("ended", "date_refused", 4)}


def test_ages_swapped_are_put_right_and_told(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers("| organization | service | age_min | age_max |\n| Hub | Desk | 24 | 12 |")
    assert the(survey).eligibility.ages == (12, 24)
    assert "ages_swapped" in codes(survey)


def test_a_formula_as_an_answer_is_text(read_answers: ReadAnswers) -> None:
    survey = read_answers({"a.csv": 'organization,service,description\n=1+1,"=HYPERLINK(""https://x.invalid"",""x"")",@SUM(1)\n'})
    assert survey.records.organizations[0].name == "=1+1"
    assert the(survey).name == '=HYPERLINK("https://x.invalid","x")'


def test_a_decision_that_fits_nothing_any_more_is_told(read_answers: ReadAnswers) -> None:
    decided = "| respondent | question | text | hours |\n| Hub | hours | whenever | Mo-Fr 09:00-17:00 |\n| Hub | hours | gone | 24/7 |"
    survey = read_answers("| organization | service | hours |\n| Hub | Desk | whenever |", decisions={"hours.csv": decided})
    hours = the(survey).hours
    assert not isinstance(hours, Unknown)
    assert hours.of_kind("open") == OFFICE
    assert [(issue.row, issue.text) for issue in survey.issues if issue.code == "decision_unused"] == [(3, "gone")]


def test_records_do_not_depend_on_the_run(read_answers: ReadAnswers) -> None:
    assert read_answers(TWICE).records == replace(read_answers(TWICE).records)


def test_answers_that_may_not_be_used_leave_only_that_somebody_answered(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | consent_use | service     | service_type | mode   | area | hours | barriers         |
        | Owls         | no          | Crisis crew | 02a          | mobile | citywide | 24/7 | Nobody has a van |
        | Larks        | yes         | Crisis crew | 02a          | mobile | citywide | 24/7 |               |
        """
    )
    assert {response.organization for response in survey.records.responses} == {"larks", "owls"}
    assert {delivery.organization for delivery in survey.records.deliveries} == {"larks"}
    assert survey.records.comments == ()
    assert [issue.code for issue in survey.issues if issue.organization == "owls"] == ["consent_withheld"]
