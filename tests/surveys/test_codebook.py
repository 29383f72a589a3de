"""Columns to questions, words to choices, and other people's forms."""

from __future__ import annotations

import pytest

from answers import ReadAnswers
from ecosystem.errors import InputError
from ecosystem.records import Unknown
from ecosystem.schedule import ALWAYS
from surveys.codebook import Codebook, Form, choice_key
from surveys.response import Row, Table

OWN = Codebook.own()


def table(*columns: str, rows: tuple[tuple[str, ...], ...] = ()) -> Table:
    return Table("a.csv", "", columns, tuple(Row(number, row) for number, row in enumerate(rows, 2)))


def test_every_question_has_both_languages_and_no_header_means_two() -> None:
    form = Form.read()
    seen: dict[str, str] = {}
    for question in form.questions.values():
        assert question.title.keys() == question.note.keys() == {"en", "es"}
        assert all(question.title.values())
        assert all(question.note.values())
        if question.choice_list:
            assert question.choice_list in form.choices
        for header in (*question.title.values(), *question.aliases):
            key = choice_key(header)
            assert seen.setdefault(key, question.id) == question.id, f"{header!r} stands for {seen[key]} and {question.id}"


def test_no_word_of_a_list_means_two_choices() -> None:
    form = Form.read()
    for name, choices in {**form.choices, "languages": form.languages}.items():
        seen: dict[str, str] = {}
        for code, words in choices.items():
            assert len(words) >= 2, f"{name}.{code} needs an English and a Spanish word"
            for word in (code, *words):
                assert seen.setdefault(choice_key(word), code) == code, f"{name}: {word!r} means {seen[choice_key(word)]} and {code}"


def test_headers_match_without_case_accents_and_punctuation() -> None:
    layout = OWN.layout(table("ORGANIZACIÓN", "Hours Mon.", "service-type", "Slot 3: days"))
    assert set(layout.organization) == {"organization"}
    assert set(layout.deliveries[0]) == {"hours_mon", "service_type", "slot3_days"}


def test_an_id_as_a_header_is_that_question_even_where_a_title_reads_alike() -> None:
    layout = OWN.layout(table("organization", "area_served", "Area served", "service1_area_served"))
    assert layout.defaults == {"area_served": (1,), "area": (2,)}
    assert layout.deliveries[0] == {"area_served": (3,)}


def test_repeated_blocks_are_deliveries_and_share_what_is_asked_once() -> None:
    columns = ("organization", "languages", "service1_service", "Service 1 hours", "service2", "service2_slot1_days")
    layout = OWN.layout(table(*columns, rows=(("Hub", "es", "A", "24/7", "", ""),)))
    assert len(layout.deliveries) == 2
    organization, deliveries = layout.blocks(layout.table.rows[0])
    assert organization.text("organization") == "Hub"
    assert [block.text("service") for block in deliveries] == ["A"]
    assert deliveries[0].text("languages") == "es"


def test_two_columns_of_one_question_are_told() -> None:
    (issue,) = OWN.layout(table("organization", "Hours", "Hours of service")).issues()
    assert (issue.code, issue.column) == ("column_twice", "Hours of service")


FOREIGN = """
method = "public listing"
own_columns = false
ignore = ["Fax"]
whole_day = ["0-1200"]
[columns]
"Who" = "organization"
"What" = "service_type"
"Open" = "hours_mon"
"Where" = "area"
[constants]
mode = "walk-in"
[choices.service_type]
"soup" = "11b"
[choices.area]
"the flats" = "Northbank"
"""


def test_a_codebook_reads_a_foreign_form(read_answers: ReadAnswers) -> None:
    survey = read_answers("| Who | What | Where | Open | Fax | Hours |\n| Hub | Soup | The Flats | 0-1200 | 1 | 24/7 |", codebook=FOREIGN)
    (delivery,) = survey.records.deliveries
    assert survey.records.services[0].types == ("11b",)
    assert delivery.mode == "walk_in"
    assert not isinstance(delivery.area, Unknown)
    assert delivery.area.parts[0].area_ids == ("a1",)
    assert not isinstance(delivery.hours, Unknown)
    assert delivery.hours.of_kind("open").hours == 24
    assert {source.method for source in delivery.sources.values()} == {"public listing"}
    assert [issue.column for issue in survey.issues if issue.code == "column_unmapped"] == ["Hours"]


def test_several_forms_are_told_apart_by_file_name(read_answers: ReadAnswers) -> None:
    codebook = """
[[form]]
files = "soup*.csv"
[form.columns]
Who = "organization"
[form.constants]
service = "Soup"
[[form]]
files = "b/*.csv"
[form.columns]
Name = "organization"
"""
    responses = {"soup1.csv": "Who,Hours\nHub,24/7\n", "b/x.csv": "Name,Service\nNub,Tent\n", "own.csv": "organization,service\nOwn,Desk\n"}
    survey = read_answers(responses, codebook=codebook)
    assert {(d.organization, d.name) for d in survey.records.deliveries} == {("hub", "Soup"), ("nub", "Tent"), ("own", "Desk")}
    hub = next(d for d in survey.records.deliveries if d.organization == "hub")
    assert not isinstance(hub.hours, Unknown)
    assert hub.hours.of_kind("open") == ALWAYS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colums = {}", "Did you mean 'columns'"),
        ('[columns]\nWho = "organisation"', "Did you mean 'organization'"),
        ('[constants]\nhourz = "24/7"', "no question is called 'hourz'"),
        ('method = "gossip"', "method"),
        ("[columns", "is not TOML"),
        ('files = "*"\n[[form]]\nfiles = "*"', "not both"),
    ],
)
def test_a_codebook_that_contradicts_itself_stops_the_work_and_says_why(read_answers: ReadAnswers, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_answers("| organization |\n| Hub |", codebook=text)
    assert "codebook.toml" in str(caught.value)
