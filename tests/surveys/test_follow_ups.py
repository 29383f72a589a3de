"""What to ask again, of whom, and what happens with the answer."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

import surveys
from answers import ReadAnswers
from ecosystem.findings import Finding, Findings
from ecosystem.records import NOT_ASKED, AreaPart, Unknown
from ecosystem.schedule import Schedule
from surveys.follow_ups import COLUMNS, PERSONS, follow_ups

OFFICE = Schedule.daily("09:00", "17:00", days=range(5))
INVITED = "| key | name | likely_needs |\n| hub | Hub | |\n| quiet | Quiet House | N18 |\n| uncle | Uncle Sam | |\n"
ANSWERS = """
| organization | respondent_role | service | mode | hours | area | teams | beds |
| Hub | director | Desk | walk-in | varies | Northbank | several | |
| Hub | director | Line | phone | | Atlantis | 2 | |
| Bridge | director | Walk | mobile | Mo-Fr 09:00-17:00 | Northbank | 1 | |
| Bridge | deputy | Walk | mobile | Mo-Fr 12:00-20:00 | Northbank | 1 | |
| Uncle Sam | | | | | | | |
"""


def queue(survey: surveys.Survey, results: Mapping[str, Findings] | None = None) -> list[dict[str, str]]:
    return follow_ups(survey.records, results or {}, survey.talks, history=survey.history, issues=survey.issues)


def about(rows: Sequence[Mapping[str, str]], *columns: str) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in columns) for row in rows}


def doubts(*deliveries: str, silent: tuple[str, ...] = ()) -> dict[str, Findings]:
    """Findings that are not known: one per delivery named, weighing 10, 20, 30 person-hours ..."""
    items = [
        Finding(f"f-{n}", "gaps", "gap_not_known", "not_known", "m", need="N01", deliveries=(key,), weight=10.0 * n, silent=silent)
        for n, key in enumerate(deliveries, 1)
    ]
    return {"gaps": Findings.of("gaps", (), pd.DataFrame(), items)}


def kept(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The queue as a person keeps it: decisions/follow_ups.csv."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return {"follow_ups.csv": text.getvalue()}


def test_unknown_not_read_disputed_and_silent_are_asked(read_answers: ReadAnswers) -> None:
    rows = queue(read_answers(ANSWERS, invited=INVITED))
    assert about(rows, "organization", "service", "question", "why", "known") == {
        ("hub", "Desk", "hours", "not read", "varies"),
        ("hub", "Desk", "teams", "not read", "several"),
        ("hub", "Line", "hours", "left blank", ""),
        ("hub", "Line", "area", "not read", "Atlantis"),
        ("bridge", "Walk", "hours", "two answers differ", "deputy: Mo-Fr 12:00-20:00 / director: Mo-Fr 09:00-17:00"),
        ("quiet", "", "", "no answer yet", "may serve N18"),
        ("uncle", "", "", "named itself and no service", ""),
    }
    assert {row["organization"]: row["ask"] for row in rows} == {
        "hub": "the contact of invitation hub",
        "quiet": "the contact of invitation quiet",
        "uncle": "the contact of invitation uncle",
        "bridge": "not on the list of invited: find a contact",
    }


def test_a_blank_number_and_what_was_not_asked_or_withheld_are_left_in_peace(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service | service_type | mode | hours | beds |\n| Hub | Desk | 02a | phone | prefer not to say | |")
    assert queue(survey) == []


def test_the_question_that_settles_most_comes_first(read_answers: ReadAnswers) -> None:
    survey = read_answers(ANSWERS, invited=INVITED)
    desk, line = (next(d.id for d in survey.records.deliveries if d.name == name) for name in ("Desk", "Line"))
    rows = queue(survey, doubts(desk, line, line, silent=("quiet",)))
    assert [(row["organization"], row["service"], row["question"], row["settles"], row["person_hours"]) for row in rows[:4]] == [
        ("quiet", "", "", "3", "60"),
        ("hub", "Line", "area", "2", "50"),
        ("hub", "Line", "hours", "2", "50"),
        ("hub", "Desk", "hours", "1", "10"),
    ]
    teams = next(row for row in rows if row["question"] == "teams")
    assert teams["settles"] == "0"  # coverage does not rest on how many teams there are


def test_what_a_person_wrote_survives_every_run(read_answers: ReadAnswers) -> None:
    rows = queue(read_answers(ANSWERS, invited=INVITED))
    noted = [
        {**row, "status": "called", "asked_on": "2026-09-20", "note": "back on Monday"} if row["organization"] == "quiet" else row for row in rows
    ]
    after = queue(read_answers(ANSWERS, invited=INVITED, decisions=kept(noted)))
    (quiet,) = [row for row in after if row["organization"] == "quiet"]
    assert [quiet[column] for column in PERSONS] == ["called", "2026-09-20", "", "", "back on Monday"]
    assert about(after, "organization", "service", "question") == about(rows, "organization", "service", "question")


def test_an_answer_settles_the_fact_as_the_organizations_own_word(read_answers: ReadAnswers) -> None:
    rows = queue(read_answers(ANSWERS, invited=INVITED))
    said = {("Desk", "hours"): "Mo-Fr 09:00-17:00", ("Line", "area"): "Mill Street", ("Walk", "hours"): "Mo-Fr 09:00-17:00"}
    answered = [{**row, "answer": said.get((row["service"], row["question"]), ""), "answered_on": "2026-09-21"} for row in rows]
    survey = read_answers(ANSWERS, invited=INVITED, decisions=kept(answered))
    by_name = {delivery.name: delivery for delivery in survey.records.deliveries}
    desk, line, walk = by_name["Desk"], by_name["Line"], by_name["Walk"]
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.of_kind("open") == OFFICE
    cell = desk.sources["hours"]
    assert (cell.file, cell.column, cell.method, cell.date) == ("decisions/follow_ups.csv", "answer", "interview", dt.date(2026, 9, 21))
    assert not isinstance(line.area, Unknown)
    assert line.area.parts == (AreaPart("areas", "neighborhoods", ("a2",)),)
    assert not isinstance(walk.hours, Unknown)
    assert walk.hours.of_kind("response") == OFFICE  # a team that goes out: the hours are those of its response
    assert survey.records.disputes == ()
    after = queue(survey)
    assert about(after, "service", "question", "why") >= {("Desk", "hours", "settled"), ("Line", "area", "settled"), ("Walk", "hours", "settled")}
    assert ("Desk", "teams", "not read") in about(after, "service", "question", "why")
    assert not [issue for issue in survey.issues if issue.code == "decision_unused"]


def test_the_queue_of_a_settled_run_keeps_every_answer_when_it_is_kept_again(read_answers: ReadAnswers) -> None:
    rows = queue(read_answers(ANSWERS, invited=INVITED))
    once = kept([{**row, "answer": "24/7" if row["question"] == "hours" else ""} for row in rows])
    first = read_answers(ANSWERS, invited=INVITED, decisions=once)
    second = read_answers(ANSWERS, invited=INVITED, decisions=kept(queue(first)))
    assert [d.hours for d in second.records.deliveries] == [d.hours for d in first.records.deliveries]


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [("hours", "whenever", "hours_refused"), ("shoe size", "44", "question_unknown"), ("area", "Atlantis", "area_unknown")],
)
def test_an_answer_that_cannot_be_read_is_told_and_changes_nothing(read_answers: ReadAnswers, question: str, answer: str, code: str) -> None:
    row = {**dict.fromkeys(COLUMNS, ""), "organization": "Bridge", "service": "Walk", "question": question, "answer": answer}
    before, after = read_answers(ANSWERS), read_answers(ANSWERS, decisions=kept([row]))
    (issue,) = [issue for issue in after.issues if issue.file == "decisions/follow_ups.csv"]
    assert (issue.code, issue.row) == (code, 2)
    if question != "area":  # an area that no map knows is an answer all the same: it stays open, and asked
        assert [d.hours for d in after.records.deliveries] == [d.hours for d in before.records.deliveries]


def test_an_answer_about_nobody_is_told(read_answers: ReadAnswers) -> None:
    row = {**dict.fromkeys(COLUMNS, ""), "organization": "Nobody", "service": "Walk", "question": "hours", "answer": "24/7"}
    survey = read_answers(ANSWERS, decisions=kept([row]))
    assert [issue.code for issue in survey.issues if issue.file.startswith("decisions")] == ["decision_unused"]


def test_a_table_with_the_columns_of_a_person_alone_is_enough(read_answers: ReadAnswers) -> None:
    decided = "| organization | service | site | question | answer |\n| Hub | Desk | | Hours | 24/7 |"
    survey = read_answers(ANSWERS, decisions={"follow_ups.csv": decided})
    desk = next(d for d in survey.records.deliveries if d.name == "Desk")
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.of_kind("open").hours == 168


def test_a_talk_that_settles_a_disputed_area_leaves_no_part_in_common_behind(read_answers: ReadAnswers) -> None:
    table = "| organization | respondent_role | service | area |\n| Hub | a | Desk | Northbank; Mill Street |\n| Hub | b | Desk | Mill Street |"
    decided = "| organization | service | site | question | answer |\n| Hub | Desk | | area | Northbank |"
    (desk,) = read_answers(table, decisions={"follow_ups.csv": decided}).records.deliveries
    assert not isinstance(desk.area, Unknown)
    assert desk.area.parts == (AreaPart("areas", "neighborhoods", ("a1",)),)
    assert desk.focus == NOT_ASKED


def test_what_a_listing_or_an_earlier_wave_says_is_a_hint(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        {
            "a.csv": "| organization | wave | service | mode | hours | ages |\n| Hub | 2025 | Desk | walk-in | Mo 9-12 | 12-17 |\n"
            "| Hub | 2026 | Desk | walk-in | | |",
            "listing.csv": "| organization | service | mode | hours |\n| Hub | Desk | walk-in | 24/7 |",
        },
        codebook='[[form]]\nfiles = "listing*"\nmethod = "public listing"\n',
    )
    assert about(queue(survey), "question", "known") == {("hours", "public listing: 24/7 / 2025: Mo 9-12"), ("ages", "2025: 12-17")}


def test_a_listing_that_says_otherwise_and_an_old_answer_are_asked_about(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        {
            "a.csv": "| organization | date | service | mode | hours |\n| Hub | 2025-01-01 | Desk | walk-in | Mo-Fr 09:00-17:00 |",
            "listing.csv": "| organization | service | mode | hours |\n| Hub | Desk | walk-in | 24/7 |",
        },
        codebook='[[form]]\nfiles = "listing*"\nmethod = "public listing"\n',
    )
    assert about(queue(survey), "question", "why", "known") == {
        ("hours", "a listing says otherwise", "questionnaire 2025-01-01: Mo-Fr 09:00-17:00 / public listing: 24/7"),
        ("", "the answer is old", "answered on 2025-01-01"),
    }


def test_those_who_are_only_listed_are_asked_where_it_settles_something(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        {"listing.csv": "| organization | service | service_type | hours |\n| Listed | Desk | 02a | |"},
        codebook='[[form]]\nfiles = "listing*"\nmethod = "public listing"\n',
    )
    assert queue(survey) == []
    (desk,) = survey.records.deliveries
    assert about(queue(survey, doubts(desk.id)), "organization", "question", "settles") == {("listed", "hours", "1")}


def test_nothing_of_a_confidential_place_stands_in_the_queue(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service | address | confidential | hours |\n| Haven | Shelter | 41 Hidden Lane | yes | whenever |")
    assert "Hidden" not in str(queue(survey))
