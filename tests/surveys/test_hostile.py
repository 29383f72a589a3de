"""Text from a questionnaire is data: nothing in it can stop the run, be evaluated, or be changed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from answers import ReadAnswers
from ecosystem.records import normalize_name
from surveys.codebook import Form
from surveys.response import clean

NAMED_TWICE = {"organization", "invitation_key", "also_known_as"}  # one text would make all rows one organization
QUESTIONS = [question.id for question in Form.read().questions.values()]


@pytest.fixture(scope="module")
def hostile(shared_data: Path) -> list[str]:
    strings = json.loads((shared_data.parent / "acceptance" / "hostile_strings.json").read_text(encoding="utf-8"))
    return [text for text in strings if isinstance(text, str)]


def as_csv(header: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return text.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()


@pytest.mark.shared
def test_hostile_text_in_every_field_never_raises(read_answers: ReadAnswers, hostile: list[str]) -> None:
    header = [question for question in QUESTIONS if question not in NAMED_TWICE and question != "service"]
    rows = [[f"Organization {number}", f"Service {number}", *([text] * len(header))] for number, text in enumerate(hostile)]
    survey = read_answers({"a.csv": as_csv(["organization", "service", *header], rows)})
    assert len({r.organization for r in survey.records.responses}) == len(hostile)
    assert all(issue.message for issue in survey.issues)


@pytest.mark.shared
def test_hostile_names_and_words_stay_literal(read_answers: ReadAnswers, hostile: list[str]) -> None:
    """A name is kept as written, less the space around it. Names that differ in signs only are one organization, under one of its spellings."""
    header = ["organization", "service", "description", "site", "barriers", "area", "hours"]
    rows = [[text] * len(header) for text in hostile]
    survey = read_answers({"a.csv": as_csv(header, rows)})
    written = {clean(text) for text in hostile}
    spellings: dict[str, set[str]] = {}
    for text in written:
        spellings.setdefault(normalize_name(text) or text, set()).add(text)
    names = {organization.name for organization in survey.records.organizations}
    assert names <= written
    assert len(names) == len(spellings)
    assert all(names & group for group in spellings.values())
    assert {service.description for service in survey.records.services} <= written
    assert {comment.text for comment in survey.records.comments} == written
    assert all(organization.key.isascii() or organization.key.isprintable() for organization in survey.records.organizations)


@pytest.mark.shared
def test_hostile_headers_never_raise(read_answers: ReadAnswers, hostile: list[str]) -> None:
    survey = read_answers({"a.csv": as_csv(["organization", *hostile], [["Hub", *hostile]])})
    assert [organization.name for organization in survey.records.organizations] == ["Hub"]


@pytest.mark.shared
def test_hostile_text_in_lists_and_decisions_never_raises(read_answers: ReadAnswers, hostile: list[str]) -> None:
    wide = [[text] * 4 for text in hostile]
    survey = read_answers(
        "| organization | service |\n| Hub | Desk |",
        invited=as_csv(["key", "name", "likely_needs", "areas"], wide).decode(),
        contracts=as_csv(["id", "organization", "amount_usd", "ends"], wide).decode(),
    )
    assert len(survey.records.invitations) + len([issue for issue in survey.issues if issue.code == "duplicate_id"]) >= len(hostile)
    assert len(survey.records.contracts) == len({clean(text) for text in hostile})
