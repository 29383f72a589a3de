"""The same organization in a wave, across waves, under a former name and in a directory: asked about, decided once, and never merged by itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import surveys
from answers import ReadAnswers

LISTING = '[[form]]\nfiles = "listing*.csv"\nmethod = "public listing"\n'


def asked(survey: surveys.Survey) -> set[frozenset[str]]:
    return {frozenset({row["name"], row["same_as"]}) for row in survey.to_decide["organizations.csv"]}


def as_decided(survey: surveys.Survey, decision: str) -> Mapping[str, str]:
    """The table of `check`, kept as decisions/organizations.csv with one answer to all."""
    rows = [{**row, "decision": decision} for row in survey.to_decide["organizations.csv"]]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"organizations.csv": text.getvalue()}


IN_A_WAVE = """
| organization | service | public_phone | address |
| Harbor Hill Neighbors | Desk | 612-555-0100 | 12 Mill Street |
| Harbour Hill Neighbours | Line | (612) 555-0100 | 12 Mill St |
| Somali Elders Circle | Tea | 612-555-0199 | 900 Oak Avenue |
"""


def test_two_spellings_in_one_wave_are_asked_about_with_score_reasons_and_tier(read_answers: ReadAnswers) -> None:
    survey = read_answers(IN_A_WAVE)
    (row,) = survey.to_decide["organizations.csv"]
    assert {row["name"], row["same_as"]} == {"Harbor Hill Neighbors", "Harbour Hill Neighbours"}
    assert (row["decision"], row["tier"]) == ("", "strong")
    assert float(row["score"]) > 88
    assert "same phone" in row["why"]
    assert "same address" in row["why"]
    assert {row["name_stands_in"], row["same_as_stands_in"]} == {
        "responses/answers.csv row 2 (questionnaire)",
        "responses/answers.csv row 3 (questionnaire)",
    }
    assert len(survey.records.organizations) == 3  # strong or not: nobody is merged by itself
    (issue,) = [issue for issue in survey.issues if issue.code == "organization_similar"]
    assert issue.severity == "info"


def test_yes_merges_in_every_later_run_and_no_stops_asking(read_answers: ReadAnswers) -> None:
    before = read_answers(IN_A_WAVE)
    for word in ("yes", "Same", "sí"):
        after = read_answers(IN_A_WAVE, decisions=as_decided(before, word))
        assert len(after.records.organizations) == 2
        assert len(after.records.deliveries) == 3
        assert asked(after) == set()
    for word in ("no", "different", "NO"):
        after = read_answers(IN_A_WAVE, decisions=as_decided(before, word))
        assert len(after.records.organizations) == 3
        assert asked(after) == set()
        assert not [issue for issue in after.issues if issue.code in ("organization_similar", "decision_unused", "decision_open")]


def test_a_table_kept_without_an_answer_decides_nothing(read_answers: ReadAnswers) -> None:
    before = read_answers(IN_A_WAVE)
    after = read_answers(IN_A_WAVE, decisions=as_decided(before, ""))
    assert len(after.records.organizations) == 3
    assert asked(after) == asked(before)
    assert "decision_open" in [issue.code for issue in after.issues]
    unclear = read_answers(IN_A_WAVE, decisions=as_decided(before, "perhaps"))
    assert len(unclear.records.organizations) == 3
    assert "decision_incomplete" in [issue.code for issue in unclear.issues]


def test_across_waves_the_key_is_certain_and_a_new_spelling_without_one_is_asked_about(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | invitation_key | wave | service |
        | Mill Street Mission | ms | 2025 | Desk |
        | New Light Center | ms | 2026 | Desk |
        | Westfield Youth Table | | 2025 | Talks |
        | Westfeild Youth Table | | 2026 | Talks |
        """
    )
    assert [o.key for o in survey.records.organizations] == ["ms", "westfeild-youth-table", "westfield-youth-table"]
    assert asked(survey) == {frozenset({"Westfield Youth Table", "Westfeild Youth Table"})}


def test_a_former_name_that_is_stated_is_certain_and_one_that_is_not_is_asked_about(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | wave | service | public_phone | address |
        | Neighborhood Safety (formerly Office of Violence Prevention) | 2026 | Desk | | |
        | Office of Violence Prevention | 2025 | Desk | | |
        | New Light Center | 2026 | Meals | 612-555-0100 | 12 Mill Street |
        | Mill Street Mission | 2025 | Meals | 612-555-0100 | 12 Mill St |
        """
    )
    assert len(survey.records.organizations) == 3
    assert asked(survey) == {frozenset({"New Light Center", "Mill Street Mission"})}
    (row,) = survey.to_decide["organizations.csv"]
    assert row["tier"] == "possible"


def test_initials_are_asked_about(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service |\n| OVP | Desk |", invited="| key | name |\n| x | Office of Violence Prevention |")
    assert asked(survey) == {frozenset({"OVP", "Office of Violence Prevention"})}
    assert survey.to_decide["organizations.csv"][0]["same_as_stands_in"] == "invited"


def test_an_organization_in_a_directory_is_found_again_among_those_who_answered(read_answers: ReadAnswers) -> None:
    files = {
        "answers.csv": "| organization | service | website |\n| Harbor Hill Neighbors | Desk | harborhill.org |",
        "listing.csv": "| organization | service | website |\n| Harbor Hill Neighbors Inc | Food | www.harborhill.org |\n| Oak Clinic | Care | |",
    }
    survey = read_answers(files, codebook=LISTING)
    assert asked(survey) == {frozenset({"Harbor Hill Neighbors", "Harbor Hill Neighbors Inc"})}
    assert "responses/listing.csv row 2 (public listing)" in survey.to_decide["organizations.csv"][0].values()
    merged = read_answers(files, codebook=LISTING, decisions=as_decided(survey, "yes"))
    assert len(merged.records.organizations) == 2


def test_names_that_are_half_alike_and_share_nothing_else_are_not_asked_about(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        "| organization | service |\n| Northside Youth Center | Desk |\n| Northside Health Center | Care |\n| Eastside Alliance | x |"
    )
    assert asked(survey) == set()


def test_the_line_that_everybody_names_is_no_evidence(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | service | public_phone |\n| Fire Department | a | 911 |\n| Fire Safety Apartments | b | 911 |")
    assert asked(survey) == set()


def test_two_on_the_list_that_a_person_says_are_one_are_asked_once(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        "| organization | service |\n| Harbor Hill | Desk |",
        invited="| key | name |\n| a | Harbor Hill |\n| b | Harbor Hill Advocates |",
        decisions={"organizations.csv": "| name | same_as |\n| Harbor Hill Advocates | Harbor Hill |"},
    )
    assert [invitation.key for invitation in survey.records.invitations] == ["a"]


def test_a_confidential_address_is_compared_with_nothing(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | service | address | confidential | public_phone |
        | Haven | Shelter | 41 Hidden Lane | yes | 612-555-0100 |
        | Mill Street Mission | Meals | 41 Hidden Lane | | 612-555-0100 |
        """
    )
    assert asked(survey) == set()
    assert "address" not in str(survey.to_decide["organizations.csv"])


FOR_A_PARTNER = """
| organization | invitation_key | service | hours |
| Harbor Hill | hh | Desk | 24/7 |
| North Side Team | hh | Walk | 24/7 |
"""


def test_an_organization_that_answers_for_a_partner_is_told_and_a_person_can_put_it_right(read_answers: ReadAnswers) -> None:
    """The form was opened with its own invitation: the key is certain, the name is another's."""
    invited = "| key | name |\n| hh | Harbor Hill |\n| north | North Side Team |"
    told = read_answers(FOR_A_PARTNER, invited=invited)
    assert [(issue.code, issue.row) for issue in told.issues if issue.code == "key_and_name_differ"] == [("key_and_name_differ", 3)]
    assert told.records.answered == {"hh"}
    right = {"answers.csv": "| respondent | question | text | answer |\n| North Side Team | invitation_key | hh | north |"}
    survey = read_answers(FOR_A_PARTNER, invited=invited, decisions=right)
    assert {(d.organization, d.name) for d in survey.records.deliveries} == {("hh", "Desk"), ("north", "Walk")}
    assert not [issue for issue in survey.issues if issue.code in ("key_and_name_differ", "decision_unused")]
