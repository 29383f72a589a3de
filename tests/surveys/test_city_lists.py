"""invited.csv and contracts.csv."""

from __future__ import annotations

import datetime as dt

from answers import ReadAnswers
from ecosystem.records import Unknown

ANSWERS = "| organization | service |\n| Harbor Hill | Desk |"


def test_everyone_on_the_list_is_read_with_needs_and_areas(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        ANSWERS,
        invited="""
        | key | name | sector | likely_needs | areas | asked | size |
        | hh | Harbor Hill | community | N18; Sexual assault | Northbank; Old Mill | yes | 3 |
        | county | Riverbend County | county | | citywide | no | 100 |
        | | No Key House | faith based | zumba | Atlantis | | many |
        """,
    )
    by_key = {invitation.key: invitation for invitation in survey.records.invitations}
    assert set(by_key) == {"hh", "county", "no-key-house"}
    hill = by_key["hh"]
    assert (hill.sector, hill.likely_needs, hill.areas, hill.asked, hill.size) == ("community", ("N18", "N19"), ("a1", "a2"), True, 3.0)
    assert (by_key["county"].areas, by_key["county"].asked) == ((), False)
    assert (by_key["no-key-house"].sector, by_key["no-key-house"].asked, by_key["no-key-house"].size) == ("faith", True, 1.0)
    assert survey.records.organizations[0].key == "hh"
    assert survey.records.organizations[0].sector == "community"
    told = {(issue.code, issue.text) for issue in survey.issues if issue.file == "invited.csv"}
    assert told == {("needs_unknown", "zumba"), ("area_unknown", "Atlantis"), ("number_refused", "many")}


def test_duplicate_keys_and_rows_without_a_name_are_told(read_answers: ReadAnswers) -> None:
    survey = read_answers(ANSWERS, invited="| key | name |\n| a | Alpha |\n| a | Beta |\n| c | |")
    assert [invitation.name for invitation in survey.records.invitations] == ["Alpha"]
    assert {(issue.code, issue.row) for issue in survey.issues if issue.file == "invited.csv"} == {("duplicate_id", 3), ("organization_missing", 4)}


def test_a_list_without_names_is_told_and_the_run_goes_on(read_answers: ReadAnswers) -> None:
    survey = read_answers(ANSWERS, invited="| who | what |\n| a | b |")
    assert survey.records.invitations == ()
    assert len(survey.records.deliveries) == 1
    assert "columns_missing" in [issue.code for issue in survey.issues]


def test_contracts_with_money_dates_and_whom_they_fund(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        ANSWERS,
        contracts="""
        | id | funder | organization | service | program | amount_usd | starts | ends | manager | includes | paid | renewable |
        | c1 | City | Harbor Hill | Desk | OVP | $50,000 | 1/1/2026 | 31 December 2026 | ? | two vans | yes | no |
        | c2 | State | harbour hill | | | lots | 2026-07-01 | 2026-01-01 | | | | |
        | c1 | City | Harbor Hill | Line | | 10k | | | Ana | | case by case | |
        | c1 | City | Harbor Hill | Desk | OVP | $50,000 | 1/1/2026 | 31 December 2026 | ? | two vans | yes | no |
        """,
    )
    contracts = survey.records.contracts
    assert len(contracts) == 3
    first = next(contract for contract in contracts if contract.id == "c1")
    assert (first.organization, first.amount_usd, first.starts, first.ends) == ("harbor-hill", 50_000.0, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (first.is_paid, first.is_renewable, first.includes) == (True, False, "two vans")
    assert isinstance(first.manager, Unknown)
    assert first.manager.reason == "dont_know"
    second = next(contract for contract in contracts if contract.id == "c2")
    assert isinstance(second.amount_usd, Unknown)
    assert second.amount_usd.reason == "refused"
    told = {(issue.code, issue.row) for issue in survey.issues if issue.file == "contracts.csv"}
    assert told == {
        ("organization_unknown", 3),
        ("amount_refused", 3),
        ("ends_before_starts", 3),
        ("duplicate_id", 4),
        ("choice_unknown", 4),
        ("duplicate_row", 5),
    }
