"""Human decisions, replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from answers import ReadAnswers
from ecosystem.errors import Issue
from surveys.decisions import Decisions, hours_to_decide


def written(folder: Path, **files: str) -> Decisions:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return Decisions.read(folder)


def test_the_most_exact_decision_holds(tmp_path: Path) -> None:
    rows = "respondent,question,text,hours\n,,whenever,24/7\nHub,,whenever,Mo 09:00-10:00\nhub,Hours of service,Whenever,Tu 09:00-10:00\n"
    decisions = written(tmp_path, hours=rows)
    find = decisions.find
    assert find("hours.csv", " WHENEVER ", respondent=["Hub"], question=["hours", "Hours of service"]) == "Tu 09:00-10:00"
    assert find("hours.csv", "whenever", respondent=["hub"], question=["hours"]) == "Mo 09:00-10:00"
    assert find("hours.csv", "whenever", respondent=["Nub"], question=["hours"]) == "24/7"
    assert find("hours.csv", "never", respondent=["Hub"], question=["hours"]) is None
    assert find("answers.csv", "whenever", respondent=["Hub"], question=["hours"]) is None
    assert decisions.unused() == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "mac_roman"])
def test_decisions_are_found_whatever_program_saved_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "hours.csv").write_bytes("respondent,question,text,hours\n,,según la señal,24/7\n".encode(encoding))
    assert Decisions.read(tmp_path).find("hours.csv", "según la señal", respondent=["Hub"], question=["hours"]) == "24/7"


def test_no_folder_is_no_decisions(tmp_path: Path) -> None:
    decisions = Decisions.read(tmp_path / "none")
    assert decisions.issues == ()
    assert decisions.unused() == ()


def test_what_is_wrong_with_a_decisions_file_is_told(tmp_path: Path) -> None:
    decisions = written(
        tmp_path, hours="respondent,text\nHub,x\n", answers="respondent,question,text,answer\nHub,mode,,phone\n\nHub,mode,x,\n", area_names=""
    )
    assert [(issue.file.split("/")[-1], issue.row, issue.code) for issue in decisions.issues] == [
        ("answers.csv", 2, "decision_incomplete"),
        ("answers.csv", 4, "decision_open"),
        ("hours.csv", 1, "columns_missing"),
    ]


def test_every_kind_of_decision_is_replayed(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | mode | area | hours |
        | Hub | Desk | come by | the flats | whenever |
        | The Hub Inc | Line | phone | Northbank | 24/7 |
        """,
        decisions={
            "answers.csv": "| respondent | question | text | answer |\n| Hub | Your mode | come by | walk-in |\n| Hub | mode | come by | walk-in |",
            "area_names.csv": "| respondent | question | text | area |\n| | | The Flats | Northbank; Mill Street |",
            "hours.csv": "| respondent | question | text | hours |\n| Hub | hours | whenever | Mo-Fr 09:00-17:00 |",
            "organizations.csv": "| name | same_as |\n| The Hub Inc | Hub |",
        },
    )
    assert [organization.aliases for organization in survey.records.organizations] in ([("The Hub Inc",)], [("Hub",)])
    assert len(survey.records.deliveries) == 2
    desk = next(d for d in survey.records.deliveries if d.name == "Desk")
    assert desk.mode == "walk_in"
    assert desk.sources["hours"].text == "whenever"
    assert [(issue.code, issue.row) for issue in survey.issues if issue.file.startswith("decisions")] == [("decision_unused", 2)]


def test_a_decision_that_is_no_hours_is_told(read_answers: ReadAnswers) -> None:
    decided = {"hours.csv": "| respondent | question | text | hours |\n| Hub | hours | whenever | often |"}
    survey = read_answers("| organization | service | hours |\n| Hub | Desk | whenever |", decisions=decided)
    assert "hours_refused" in [issue.code for issue in survey.issues]


def test_hours_that_were_not_read_become_a_table_that_decides_them_once_filled_in(tmp_path: Path) -> None:
    refused = Issue("a.csv", row=2, column="Hours", code="hours_refused", text="evenings", message="at which times?", organization="Hub")
    rows = hours_to_decide([refused, Issue("a.csv", row=3, code="area_unknown", text="Nortside"), refused])
    assert rows == [{"respondent": "Hub", "question": "Hours", "text": "evenings", "hours": "", "ask": "at which times?"}]
    header = ",".join(rows[0])
    still_open = written(tmp_path / "open", hours=f"{header}\nHub,Hours,evenings,,at which times?\n")
    assert [issue.code for issue in still_open.issues] == ["decision_open"]
    assert still_open.find("hours.csv", "evenings", respondent=["Hub"], question=["hours"]) is None
    decided = written(tmp_path / "done", hours=f"{header}\nHub,Hours,evenings,Mo-Fr 17:00-21:00,at which times?\n")
    assert decided.find("hours.csv", "evenings", respondent=["Hub"], question=["hours"]) == "Mo-Fr 17:00-21:00"
