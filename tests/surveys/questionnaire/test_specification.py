"""One specification: every word leads back to its own question, and what a form refers to is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecosystem.errors import InputError
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook, Form
from surveys.privacy import is_personal
from surveys.questionnaire.specification import LENGTHS, Length, Specification, Texts, read_translations
from surveys.response import Row, Table

SPECIFICATION = Specification.read()
QUESTIONS = tuple(Form.read().questions.values())


def question_read(header: str) -> set[str]:
    layout = Codebook.own().layout(Table("t.csv", "", (header,), (Row(2, ("x",)),)))
    return set(layout.questions)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_title_alias_and_id_reads_back_to_its_own_question(question: object) -> None:
    from surveys.codebook import Question

    assert isinstance(question, Question)
    for header in (question.id, question.title["en"], question.title["es"], *question.aliases):
        assert question_read(header) == {question.id}, header
        assert question_read(header.upper()) == {question.id}, header


def test_no_two_questions_share_a_title_even_without_accents_and_punctuation() -> None:
    from ecosystem.records import normalize_name

    owners: dict[str, str] = {}
    for question in QUESTIONS:
        for title in {normalize_name(text) for text in question.title.values()}:
            assert owners.setdefault(title, question.id) == question.id


def test_the_area_a_service_covers_and_where_its_clients_lived_are_told_apart() -> None:
    assert question_read("Areas it serves") == question_read("Area served") == {"area"}
    assert question_read("area_served") == question_read("Where last year's clients lived") == {"area_served"}


@pytest.mark.parametrize("length", LENGTHS)
def test_what_a_condition_or_a_column_refers_to_is_asked_in_the_same_form(length: Length) -> None:
    names = {asked.name for question, asked in SPECIFICATION.asked.items() if SPECIFICATION.is_in(question, length)}
    for question, asked in SPECIFICATION.asked.items():
        if SPECIFICATION.is_in(question, length):
            expressions = (asked.works_out, asked.constraint, SPECIFICATION.conditions.get(asked.when, ""))
            assert {name for text in expressions for name in re.findall(r"\$\{(\w+)\}", text)} <= names, question


def test_every_question_of_the_spreadsheet_is_also_asked_on_a_screen_or_stands_for_days_and_shapes_that_are_asked_otherwise() -> None:
    otherwise = {f"hours_{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    otherwise |= {"slot2_days", "slot2_opens", "slot2_closes", "area_polygon"}
    assert {question.id for question in QUESTIONS} - set(SPECIFICATION.asked) == otherwise


def test_the_short_form_puts_about_twelve_questions_beside_code_consents_and_details() -> None:
    put = [asked for question, asked in SPECIFICATION.asked.items() if SPECIFICATION.is_in(question, "short") and asked.is_put]
    details = {"service_type_more", "area_words", "hours_words", "slot1_days", "slot1_opens", "slot1_closes", "age_min", "age_max"}
    beside = {"invitation_key", "consent_use", "consent_listing", "consent_address"} | details
    main = {asked.question.id for asked in put} - beside
    assert main == {
        *("organization", "respondent_role", "service", "service_type_main", "mode", "confidential"),
        *("area_pick", "hours_given", "ages_given", "languages_staff", "languages_interpreter", "public_phone"),
    }
    assert len(main) == 12


def test_nobody_is_asked_for_a_name_an_address_of_their_own_or_the_status_of_a_person_served() -> None:
    texts = {key: words for key, words in SPECIFICATION.words.items() if key.startswith(("question.", "asked."))}
    assert not [key for key, words in texts.items() if key.endswith(".title") and any(is_personal(text) for text in words.values())]
    about_status = {key.split(".")[1] for key, words in texts.items() if re.search(r"immigration|migratori", " ".join(words.values()))}
    assert about_status == {"requires_immigration_status"}  # a rule of the service, which is a barrier; never a person's status
    assert "Never about any one person" in Form.read().questions["requires_immigration_status"].note["en"]


def test_english_and_spanish_are_complete() -> None:
    texts = Texts.of(SPECIFICATION, Taxonomy.read())
    assert texts.missing("en") == texts.missing("es") == ()


def test_a_table_of_translations_with_a_key_that_no_form_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "translations.csv"
    path.write_text("key,so\nquestion.hours.title,Saacadaha\nquestion.hourz.title,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="hourz"):
        read_translations(path, SPECIFICATION.words)
    path.write_text("word,Somali\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 'key'"):
        read_translations(path, SPECIFICATION.words)
    path.write_bytes("key,so\nform.short,caf\xe9\n".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_translations(path, SPECIFICATION.words)
    assert read_translations(tmp_path / "none.csv", ()) == {}
