"""The list of edge cases of the design, one by one, from the file to the record, for those that no test of a reader or of hours stands for.

Others: soft hyphens, NUL cells, line breaks in quotes, marks and encodings in `readers/test_spreadsheet.py`; labels that come twice, versions of
a form and wrong languages in `readers/test_tools.py`; choices with commas, typed others, long titles, repeats (and those with no rows), second
rows of headers, unfinished and rejected answers in the tests of each tool; an organization spelt in two ways in `test_identity.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.records import Unknown
from ecosystem.schedule import ALWAYS, Schedule
from surveys.follow_ups import follow_ups
from written import as_workbook


def one(read_answers: Any, **answers: str) -> Any:
    """The only delivery of an answer to our own form."""
    given = {"organization": "Hub", "service": "Meals", "mode": "walk-in", **answers}
    header, row = ",".join(given), ",".join(f'"{text}"' for text in given.values())
    survey = read_answers({"a.csv": f"{header}\n{row}\n"})
    (delivery,) = survey.records.deliveries
    return delivery, survey


def open_hours(delivery: Any) -> Schedule:
    assert not isinstance(delivery.hours, Unknown)
    found: Schedule = delivery.hours.of_kind("open")
    return found


def test_a_repeat_that_was_renamed_between_versions_is_one(read_answers: Any) -> None:
    title = "Who keeps people safe"
    head = ["service_name", "mode", "_index", "_parent_table_name", "_parent_index"]
    sheets = {
        title: [["organization", "__version__", "_index"], ["Hub", "v1", "1"], ["Inn", "v2", "2"]],
        "program": [head, ["Meals", "walk_in", "1", title, "1"], ["Bread", "phone", "2", title, "1"]],
        "service": [head, ["Beds", "walk_in", "1", title, "2"]],
        "slot": [
            ["days", "opens", "closes", *head[2:]],
            ["mo", "09:00", "12:00", "1", "program", "1"],
            ["tu", "09:00", "13:00", "2", "service", "1"],
        ],
    }
    survey = read_answers({"a.xlsx": as_workbook(sheets)})
    found = {delivery.name: delivery for delivery in survey.records.deliveries}
    assert sorted(found) == ["Beds", "Bread", "Meals"]
    assert (open_hours(found["Meals"]).hours, open_hours(found["Beds"]).hours) == (3, 4)
    cells = {service.name: service.sources["service"] for service in survey.records.services}
    assert [(cells[name].sheet, cells[name].row) for name in ("Meals", "Bread", "Beds")] == [("program", 2), ("program", 3), ("service", 2)]
    assert "repeat_renamed" in {issue.code for issue in survey.issues}


@pytest.mark.parametrize("cell", ["Kin; house guests;Under 25", "Under 25;Kin; house guests"])
def test_a_choice_that_holds_a_semicolon_is_one_choice(read_answers: Any, cell: str) -> None:
    codebook = '[columns]\n"Who?" = "groups"\n[choices.groups]\n"Kin; house guests" = "families"\n"Under 25" = "youth"\n'
    table = f'Timestamp,organization,service,mode,Who?\n2026/03/02 9:14:07 AM CST,Hub,Meals,walk_in,"{cell}"\n'
    form = ["ID", "Start time", "Completion time", "Email", "Name", "organization", "service", "mode", "Who?"]
    boxes = ["organization", "service", "mode", "Who?", "Who?/Kin; house guests", "Who?/Under 25", "_index"]
    for name, content in {
        "google.csv": table,
        "microsoft.xlsx": as_workbook({"Form1": [form, ["1", "", "", "", "", "Hub", "Meals", "walk_in", f"{cell};"]]}),
        "kobo.xlsx": as_workbook({"Form": [boxes, ["Hub", "Meals", "walk_in", cell, "1", "1", "1"]]}),
    }.items():
        survey = read_answers({name: content}, codebook=codebook)
        (delivery,) = survey.records.deliveries
        assert sorted(delivery.eligibility.groups) == ["families", "youth"], name
        assert "choice_unknown" not in {issue.code for issue in survey.issues}


def test_an_answer_for_a_partner_under_ones_own_key_is_told(read_answers: Any) -> None:
    survey = read_answers(
        {"a.csv": "organization,invitation_key,service,mode\nWillow Clinic,hub,Meals,walk-in\n"},
        invited="key,name\nhub,Harbor Hub\nwillow,Willow Clinic\n",
    )
    assert "key_and_name_differ" in {issue.code for issue in survey.issues}
    assert sum(len([d for d in survey.records.deliveries if d.organization == o.key]) for o in survey.records.organizations) == 1


def test_days_that_are_closed_vary_or_are_online(read_answers: Any) -> None:
    days = {"Monday": "9am-5pm", "Tuesday": "closed", "Wednesday": "varies", "Thursday": "online"}
    delivery, survey = one(read_answers, **days)
    certain = [piece.when.runs() for piece in delivery.hours.pieces if piece.certain]
    assert certain == [((9 * 60, 17 * 60),)]
    assert "varies" in {issue.text for issue in survey.issues if issue.column == "Wednesday"}


def test_sunday_night_ends_on_monday(read_answers: Any) -> None:
    delivery, _ = one(read_answers, hours="Su 22:00-06:00")
    assert open_hours(delivery).runs() == ((6 * 1440 + 22 * 60, 7 * 1440 + 6 * 60),)


def test_2400_is_the_end_of_the_day(read_answers: Any) -> None:
    delivery, _ = one(read_answers, hours="Mo-Fr 07:30-24:00")
    assert open_hours(delivery).hours == 82.5


def test_closed_on_sunday_does_not_cut_saturday_night(read_answers: Any) -> None:
    delivery, _ = one(read_answers, hours="Sat 10p-2a; Closed Sun")
    assert open_hours(delivery).runs() == ((5 * 1440 + 22 * 60, 6 * 1440 + 2 * 60),)


@pytest.mark.parametrize("text", ["Feb 4-April 14, 2008, Mon-Fri 9am-5pm", "closed for season"])
def test_past_dates_and_seasons_are_never_certain(text: str, read_answers: Any) -> None:
    delivery, survey = one(read_answers, hours=text)
    certain = [] if isinstance(delivery.hours, Unknown) else [piece for piece in delivery.hours.pieces if piece.certain]
    assert not certain
    assert [issue for issue in survey.issues if issue.column == "hours"]


def test_another_time_zone_is_possible_both_ways_and_asked(read_answers: Any) -> None:
    delivery, survey = one(read_answers, hours="9am-5pm EST Mon-Fri")  # a city on Central time: 8 to 4 there
    assert delivery.hours.counted("walk_in") == (
        Schedule.daily("09:00", "16:00", days=range(5)), Schedule.daily("08:00", "17:00", days=range(5)),
    )  # fmt: skip
    assert [issue.column for issue in survey.issues if issue.code == "hours_time_zone"] == ["hours"]
    asked = [(row["question"], row["why"], row["known"]) for row in follow_ups(survey.records, {})]
    assert ("hours", "another time zone is named", "9am-5pm EST Mon-Fri") in asked


@pytest.mark.parametrize("text", ["9am-5pm CST Mon-Fri", "24/7 EST"])
def test_the_citys_own_time_zone_and_every_hour_need_no_question(text: str, read_answers: Any) -> None:
    delivery, survey = one(read_answers, hours=text)
    assert delivery.hours.counted("walk_in")[0] == (Schedule.daily("09:00", "17:00", days=range(5)) if "CST" in text else ALWAYS)
    assert "hours_time_zone" not in {issue.code for issue in survey.issues}


def test_office_and_shelter_with_one_text_are_two_schedules(read_answers: Any) -> None:
    delivery, _ = one(read_answers, hours="Mo-Fr 09:00-17:00", office_hours="Mo-Fr 09:00-17:00")
    assert {piece.kind for piece in delivery.hours.pieces} == {"open", "office"}


def test_not_available_in_a_split_column_of_a_repeat_is_no_tick(read_answers: Any) -> None:
    head = ["service_name", "groups", "groups/youth", "groups/families", "_index", "_parent_table_name", "_parent_index"]
    sheets = {
        "Form": [["organization", "_index"], ["Hub", "1"]],
        "service": [head, ["Meals", "youth", "1", "0", "1", "Form", "1"], ["Beds", "n/a", "n/a", "n/a", "2", "Form", "1"]],
    }
    survey = read_answers({"a.xlsx": as_workbook(sheets)})
    groups = {delivery.name: delivery.eligibility.groups for delivery in survey.records.deliveries}
    assert groups["Meals"] == ("youth",)
    assert groups["Beds"] == Unknown("blank", groups["Beds"].source)
