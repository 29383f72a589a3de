"""Answers of several waves: the newest counts, older ones are history with their date, and what an organization told differently is listed."""

from __future__ import annotations

import datetime as dt

import pytest

from answers import ReadAnswers
from ecosystem.records import Delivery, Language, Unknown
from ecosystem.schedule import Schedule
from surveys.corrections import ResponseKey, hold_latest
from surveys.merging import merge_deliveries
from surveys.waves import waves_of

INVITED = "| key | name |\n| hub | Hub |\n| old | Old Tent |\n| never | Never Heard |"
TWO_WAVES = """
| organization | wave | date | respondent_role | service | hours | teams | languages | area |
| Hub | 2025 | 2025-09-01 | director | Desk | Mo-Fr 09:00-12:00 | 2 | Spanish | Northbank; Mill Street |
| Hub | 2025 | 2025-09-01 | director | Line | 24/7 | | | |
| Hub | 2026 | 2026-09-01 | deputy | Desk | 24/7 | | Spanish | Mill Street; Northbank |
| Hub | 2026 | 2026-09-01 | deputy | Talks | | 1 | | |
| Old Tent | 2025 | 2025-08-01 | priest | Tent | 24/7 | | | |
"""


def test_the_newest_wave_counts_and_fills_no_blank_from_an_older_one(read_answers: ReadAnswers) -> None:
    survey = read_answers(TWO_WAVES, invited=INVITED)
    desk = next(d for d in survey.records.deliveries if d.name == "Desk")
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.of_kind("open").hours == 168
    assert isinstance(desk.capacity.teams, Unknown)
    assert desk.capacity.teams.reason == "blank"
    assert sorted(d.name for d in survey.records.deliveries) == ["Desk", "Talks", "Tent"]
    assert survey.records.disputes == ()
    assert desk.sources["hours"].date == dt.date(2026, 9, 1)


def test_who_answered_in_which_wave(read_answers: ReadAnswers) -> None:
    rows = read_answers(TWO_WAVES, invited=INVITED).history["waves.csv"]
    assert [(row["wave"], row["organization"], row["answered"], row["date"], row["role"], row["used"]) for row in rows] == [
        ("2025", "hub", "yes", "2025-09-01", "director", "no"),
        ("2025", "never", "no", "", "", ""),
        ("2025", "old", "yes", "2025-08-01", "priest", "yes"),
        ("2026", "hub", "yes", "2026-09-01", "deputy", "yes"),
        ("2026", "never", "no", "", "", ""),
        ("2026", "old", "no", "", "", ""),
    ]


def test_what_was_told_differently(read_answers: ReadAnswers) -> None:
    rows = read_answers(TWO_WAVES, invited=INVITED).history["changes.csv"]
    told = {(row["service"], row["fact"], row["change"], row["before"], row["after"]) for row in rows}
    assert told == {
        ("Desk", "hours", "changed", "Mo-Fr 09:00-12:00", "24/7"),
        ("Desk", "teams", "not answered any more", "2", "unknown: blank"),
        ("Line", "", "not named any more", "", ""),
        ("Talks", "", "new service", "", ""),
    }
    assert {(row["wave_before"], row["date_before"], row["wave_after"], row["date_after"]) for row in rows} == {
        ("2025", "2025-09-01", "2026", "2026-09-01")
    }


def test_one_wave_has_no_history(read_answers: ReadAnswers) -> None:
    assert read_answers("| organization | wave | service |\n| Hub | 2026 | Desk |", invited=INVITED).history == {}


def test_an_old_answer_is_told_by_its_age(read_answers: ReadAnswers) -> None:
    survey = read_answers(TWO_WAVES, invited=INVITED)  # as of 2026-10-01
    (issue,) = [issue for issue in survey.issues if issue.code == "answer_old"]
    assert (issue.organization, issue.severity, issue.text) == ("old", "info", "2025-08-01")
    assert "426 days" in issue.message


def test_what_is_wrong_with_a_past_answer_is_told_no_more(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | wave | service | hours |\n| Hub | 2025 | Desk | whenever |\n| Hub | 2026 | Desk | 24/7 |")
    assert "hours_refused" not in [issue.code for issue in survey.issues]
    (row,) = survey.history["changes.csv"]
    assert (row["change"], row["before"], row["after"]) == ("answered now", "unknown: refused", "24/7")


def test_waves_may_be_folders_by_the_codebook(read_answers: ReadAnswers) -> None:
    codebook = "".join(f'[[form]]\nfiles = "{wave}/*"\n[form.constants]\nwave = "{wave}"\n' for wave in (2025, 2026))
    files = {
        "2025/a.csv": "| organization | service | hours |\n| Hub | Desk | Mo 09:00-12:00 |",
        "2026/a.csv": "| organization | service | hours |\n| Hub | Desk | 24/7 |",
    }
    survey = read_answers(files, codebook=codebook)
    assert [(r.wave, r.superseded) for r in survey.records.responses] == [("2025", True), ("2026", False)]


def test_answers_that_name_no_wave_are_of_two_where_half_a_year_lies_between(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | date | service | hours |
        | Hub | 2025-03-01 | Desk | Mo-Fr 09:00-12:00 |
        | Nub | 2025-04-20 | Tent | 24/7 |
        | Hub | 2026-03-05 | Desk | Mo-Fr 09:00-17:00 |
        """
    )
    assert [(r.organization, r.wave, r.superseded) for r in survey.records.responses] == [
        ("hub", "2025-03", True),
        ("hub", "2026-03", False),
        ("nub", "2025-03", False),
    ]
    assert survey.records.disputes == ()
    near = read_answers("| organization | date | service |\n| Hub | 2026-01-01 | Desk |\n| Hub | 2026-06-01 | Desk |")
    assert {r.wave for r in near.records.responses} == {""}


@pytest.mark.parametrize("dates", [[], [None], [dt.date(2026, 1, 1)], [dt.date(2026, 1, 1), dt.date(2026, 6, 30)]])
def test_one_wave_needs_no_name(dates: list[dt.date | None]) -> None:
    assert {waves_of(dates)(date) for date in [*dates, None]} == {""}


def test_an_organization_that_changed_its_name_keeps_its_history_by_its_key(read_answers: ReadAnswers) -> None:
    survey = read_answers(
        """
        | organization | invitation_key | wave | service | teams |
        | Mill Street Mission | ms | 2025 | Meals | 2 |
        | New Light Center | ms | 2026 | Meals | 3 |
        """
    )
    (row,) = survey.history["changes.csv"]
    assert (row["organization"], row["fact"], row["before"], row["after"]) == ("ms", "teams", "2", "3")


def test_an_answer_that_may_not_be_used_leaves_no_history_of_what_it_says(read_answers: ReadAnswers) -> None:
    survey = read_answers("| organization | wave | service | teams | consent_use |\n| Hub | 2025 | Desk | 77 | no |\n| Hub | 2026 | Desk | 3 | yes |")
    assert "77" not in str(survey.history["changes.csv"])


# -- what others say of an organization --------------------------------------------------------------------------------------------------------

CODEBOOK = '[[form]]\nfiles = "listing*"\nmethod = "public listing"\n[[form]]\nfiles = "talk*"\nmethod = "interview"\n'
OWN = "| organization | service | service_type | mode | hours | area | languages |\n"
DAY = Schedule.daily("09:00", "17:00", days=range(5))


def test_a_listing_never_overrules_and_the_difference_is_kept_with_both_sources(read_answers: ReadAnswers) -> None:
    files = {
        "a.csv": OWN + "| Hub | Desk | 02a | walk-in | Mo-Fr 09:00-17:00 | Northbank | |",
        "listing.csv": OWN + "| Hub | Desk | 02a | walk-in | 24/7 | Northbank | Somali |",
    }
    survey = read_answers(files, codebook=CODEBOOK)
    (desk,) = survey.records.deliveries
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.counted("walk_in") == (DAY, DAY)
    (dispute,) = survey.records.disputes
    assert (dispute.fact, [(claim.method, claim.text) for claim in dispute.claims]) == (
        "hours",
        [("questionnaire", "Mo-Fr 09:00-17:00"), ("public listing", "24/7")],
    )
    assert isinstance(desk.languages, Unknown)
    assert desk.languages.reason == "blank"
    assert desk.languages.source is not None
    assert (desk.languages.source.text, desk.languages.source.method) == ("Somali", "public listing")
    assert "answered_twice" not in [issue.code for issue in survey.issues]


def test_blanking_an_answer_beside_a_listing_leaves_it_possible_all_week(read_answers: ReadAnswers) -> None:
    files = {
        "a.csv": OWN + "| Hub | Desk | 02a | walk-in | | | |",
        "listing.csv": OWN + "| Hub | Desk | 02a | walk-in | Mo 09:00-10:00 | Northbank | |",
    }
    (desk,) = read_answers(files, codebook=CODEBOOK).records.deliveries
    assert isinstance(desk.hours, Unknown)
    assert isinstance(desk.area, Unknown)


def test_what_was_withheld_gets_no_hint_from_a_listing(read_answers: ReadAnswers) -> None:
    files = {
        "a.csv": OWN + "| Hub | Desk | 02a | walk-in | prefer not to say | | |",
        "listing.csv": OWN + "| Hub | Desk | 02a | walk-in | 24/7 | | |",
    }
    (desk,) = read_answers(files, codebook=CODEBOOK).records.deliveries
    assert isinstance(desk.hours, Unknown)
    assert desk.hours.reason == "withheld"
    assert "24/7" not in repr(desk)


def test_a_service_that_only_a_listing_names_is_possible_where_the_organization_answered(read_answers: ReadAnswers) -> None:
    listing = OWN + "| Hub | Food shelf | 11b | walk-in | 24/7 | Northbank | |\n| Silent Org | Meals | 11b | walk-in | 24/7 | Northbank | |"
    survey = read_answers({"a.csv": OWN + "| Hub | Desk | 02a | walk-in | 24/7 | Northbank | |", "listing.csv": listing}, codebook=CODEBOOK)
    by_name = {delivery.name: delivery for delivery in survey.records.deliveries}
    hours = {name: delivery.hours for name, delivery in by_name.items() if not isinstance(delivery.hours, Unknown)}
    assert {name: found.counted("walk_in")[0].hours for name, found in hours.items()} == {"Desk": 168, "Food shelf": 0, "Meals": 168}
    assert hours["Food shelf"].counted("walk_in")[1].hours == 168


def test_dates_of_a_listing_make_no_waves(read_answers: ReadAnswers) -> None:
    listing = "| organization | date | service |\n| Hub | 2024-01-01 | Desk |\n| Hub | 2026-09-01 | Meals |\n"
    survey = read_answers({"listing.csv": listing, "a.csv": "| organization | date | service |\n| Nub | 2026-09-01 | Tent |"}, codebook=CODEBOOK)
    assert sorted(d.name for d in survey.records.deliveries) == ["Desk", "Meals", "Tent"]
    assert survey.history == {}


def test_an_organization_is_called_and_keyed_as_it_calls_itself_not_as_a_listing_does(read_answers: ReadAnswers) -> None:
    listing = "| organization | service |\n| HARBOR HILL INC | a |\n| HARBOR HILL INC | b |\n| HARBOR HILL INC | c |"
    same = {"organizations.csv": "| name | same_as |\n| HARBOR HILL INC | Harbor Hill |"}
    survey = read_answers({"a.csv": OWN + "| Harbor Hill | Desk | 02a | | | | |", "listing.csv": listing}, codebook=CODEBOOK, decisions=same)
    assert [(o.key, o.name, o.aliases) for o in survey.records.organizations] == [("harbor-hill", "Harbor Hill", ("HARBOR HILL INC",))]


def test_being_listed_is_not_having_answered(read_answers: ReadAnswers) -> None:
    listing = OWN + "| Silent Org | Meals | 11b | walk-in | 24/7 | Northbank | |"
    files = {"a.csv": OWN + "| Hub | Desk | 02a | | | | |", "talk.csv": OWN + "| Talker | Line | 02a | | | | |", "listing.csv": listing}
    survey = read_answers(files, codebook=CODEBOOK)
    assert survey.records.answered == {"hub", "talker"}
    assert {(r.organization, r.method) for r in survey.records.responses} == {
        ("hub", "questionnaire"), ("silent-org", "public listing"), ("talker", "interview"),
    }  # fmt: skip


def test_an_interview_is_the_organizations_own_word(read_answers: ReadAnswers) -> None:
    files = {
        "a.csv": OWN + "| Hub | Desk | 02a | walk-in | Mo-Fr 09:00-17:00 | | |",
        "talk.csv": OWN + "| Hub | Desk | 02a | walk-in | Mo-Fr 12:00-20:00 | Northbank | |",
    }
    survey = read_answers(files, codebook=CODEBOOK)
    (desk,) = survey.records.deliveries
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.counted("walk_in") == (
        Schedule.daily("12:00", "17:00", days=range(5)), Schedule.daily("09:00", "20:00", days=range(5)),
    )  # fmt: skip
    assert not isinstance(desk.area, Unknown)
    assert desk.sources["area"].method == "interview"
    assert [dispute.fact for dispute in survey.records.disputes] == ["hours"]


def test_a_type_that_only_a_listing_knows_makes_needs_possible_not_known(read_answers: ReadAnswers) -> None:
    files = {"a.csv": "| organization | service | hours |\n| Hub | Desk | 24/7 |", "listing.csv": OWN + "| Hub | Desk | 02a | | | | |"}
    (service,) = read_answers(files, codebook=CODEBOOK).records.services
    assert service.types == ("02a",)
    assert isinstance(service.needs, Unknown)
    assert service.needs.reason == "blank"
    assert service.sources["service_type"].method == "public listing"


# -- one respondent corrects an answer ---------------------------------------------------------------------------------------------------------

CORRECTED = """
| organization | respondent_role | date | service | service_type | mode | area | hours | teams | languages |
| Bridge | director | 2026-09-01 | Desk | 02a | walk-in | Northbank | Mo-Fr 09:00-17:00 | 2 | Spanish |
| Bridge | director | 2026-09-01 | Tent | 05a | mobile | Northbank | 24/7 | | |
| Bridge | {role} | {date} | Desk | 02a | walk-in | Northbank | Mo-Fr 12:00-20:00 | | |
"""


def test_the_later_complete_answer_of_one_respondent_holds_and_the_earlier_is_history(read_answers: ReadAnswers) -> None:
    survey = read_answers(CORRECTED.format(role="director", date="2026-09-08"))
    desk = next(delivery for delivery in survey.records.deliveries if delivery.name == "Desk")
    assert not isinstance(desk.hours, Unknown)
    assert desk.hours.counted("walk_in") == (Schedule.daily("12:00", "20:00", days=range(5)), Schedule.daily("12:00", "20:00", days=range(5)))
    assert desk.sources["hours"].text == "Mo-Fr 12:00-20:00"
    # what the later one leaves open stays as it was said, and so does the service that it does not name again
    assert (desk.capacity.teams, desk.languages) == (2, (Language("es", "staff"),))
    assert {delivery.name for delivery in survey.records.deliveries} == {"Desk", "Tent"}
    assert survey.records.disputes == ()
    assert [(r.role, str(r.date), r.superseded) for r in survey.records.responses] == [
        ("director", "2026-09-01", True), ("director", "2026-09-08", False),
    ]  # fmt: skip
    (told,) = [issue for issue in survey.issues if issue.code == "answer_corrected"]
    assert (told.row, told.severity) == (4, "info")
    assert "Mo-Fr 09:00-17:00" in told.message
    (change,) = survey.history["changes.csv"]
    assert (change["fact"], change["date_before"], change["before"]) == ("hours", "2026-09-01", "Mo-Fr 09:00-17:00")
    assert (change["date_after"], change["after"]) == ("2026-09-08", "Mo-Fr 12:00-20:00")


@pytest.mark.parametrize(("role", "date"), [("board member", "2026-09-08"), ("director", "")])
def test_answers_of_different_respondents_or_without_an_order_stay_in_dispute(role: str, date: str, read_answers: ReadAnswers) -> None:
    survey = read_answers(CORRECTED.format(role=role, date=date))
    assert [dispute.fact for dispute in survey.records.disputes] == ["hours"]
    assert "answer_corrected" not in {issue.code for issue in survey.issues}
    assert survey.history == {}


def test_an_answer_that_was_not_finished_overrules_nothing() -> None:
    first, second = (ResponseKey("a.csv", "", "", date, "director") for date in ("2026-09-01", "2026-09-08"))
    one, other = (Delivery("d", "o", "s", "Desk", mode=mode) for mode in ("walk_in", "mobile"))
    claims = [(first, one), (second, other)]
    assert hold_latest(claims, {first: True, second: False}, merge_deliveries) == (claims, ())
    kept, _ = hold_latest(claims, {first: False, second: True}, merge_deliveries)
    assert kept == [(second, other)]
