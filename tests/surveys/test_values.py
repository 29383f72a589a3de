"""Numbers, dates, ages, choices and languages as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook
from surveys.response import Problems
from surveys.values import (
    Ages,
    date_order,
    read_age,
    read_ages,
    read_choices,
    read_codes,
    read_date,
    read_degrees,
    read_languages,
    read_money,
    read_number,
    read_yes_no,
)

OWN = Codebook.own()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("1,200", 1200.0),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("about 30", 30.0),
        ("four", 4.0),
        ("veinte", 20.0),
        ("none", 0.0),
        ("10-12", 10.0),
    ],
)
def test_numbers_as_people_write_them(text: str, number: float) -> None:
    assert read_number(text, Problems()) == number


@pytest.mark.parametrize("text", ["varies", "as many as come", "none (we stopped taking names)", "=1+1", "1e9999", "12 or so"])
def test_what_is_no_number_is_refused_never_zero(text: str) -> None:
    tell = Problems()
    assert read_number(text, tell) is None
    assert [problem.code for problem in tell.items] == ["number_refused"]


@pytest.mark.parametrize(
    ("text", "amount"), [("$50,000", 50_000.0), ("50k", 50_000.0), ("~200k", 200_000.0), ("1.2 million", 1_200_000.0), ("75000 USD", 75_000.0)]
)
def test_amounts_of_money(text: str, amount: float) -> None:
    assert read_money(text, Problems()) == amount


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/3/4",
        "3/4/2026",
        "03/04/26",
        "4 March 2026",
        "March 4th, 2026",
        "4 de marzo de 2026",
        "2026-03-04 09:14",
        "3/4/2026 9:14:07",
    ],
)
def test_dates_in_every_style(text: str) -> None:
    assert read_date(text, Problems()) == dt.date(2026, 3, 4)


@pytest.mark.parametrize("text", ["soon", "2026", "March", "31/31/2026", "2026-02-30", "99999-01-01", "when the grant ends", "0001-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    tell = Problems()
    assert read_date(text, tell) is None
    assert [problem.code for problem in tell.items] == ["date_refused"]


def test_a_column_says_by_its_other_dates_which_comes_first() -> None:
    assert read_date("3/4/2026", Problems(), order=date_order(["3/4/2026", "25/4/2026"])) == dt.date(2026, 4, 3)
    assert read_date("25/4/2026", Problems(), order="month first") == dt.date(2026, 4, 25)


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("12-17", Ages(12, 17)), ("12 to 24 years old", Ages(12, 24)), ("18+", Ages(18, None)), ("18 and over", Ages(18, None)),
        ("18 years old and older", Ages(18, None)), ("under 18", Ages(None, 17)), ("<18", Ages(None, 17)), ("up to 24", Ages(None, 24)),
        ("24 and under", Ages(None, 24)), ("over 60", Ages(61, None)), ("60 or older", Ages(60, None)), ("twelve to seventeen", Ages(12, 17)),
        ("de 14 a 24 años", Ages(14, 24)), ("mayores de 18", Ages(18, None)), ("all ages", Ages(None, None)), ("All", Ages(None, None)),
        ("Ages 14-24", Ages(14, 24)), ("24-12", Ages(12, 24)),
    ],
)  # fmt: skip
def test_ages_with_numbers(text: str, ages: Ages) -> None:
    assert read_ages(text, Problems()) == ages


@pytest.mark.parametrize("text", ["youth", "Seniors and their Families", "6th to 12th graders", "12-17, 20-24", "150", "adults", "0.5"])
def test_ages_in_words_are_refused_since_everyone_means_other_years(text: str) -> None:
    tell = Problems()
    assert read_ages(text, tell) is None
    assert [problem.code for problem in tell.items] == ["ages_refused"]


def test_one_age() -> None:
    assert [read_age(text, Problems()) for text in ("18", "18.0", "eighteen", "dieciocho años", "all", "youth", "180")] == [
        18,
        18,
        18,
        18,
        "all",
        None,
        None,
    ]


def test_yes_and_no_in_both_languages() -> None:
    assert [read_yes_no("ride", text, OWN, Problems()) for text in ("Yes", "sí", "X", "1", "✓", "No", "0", "nunca")] == [True] * 5 + [False] * 3
    tell = Problems()
    assert read_yes_no("ride", "case by case", OWN, tell) is None
    assert tell.items[0].code == "choice_unknown"


def test_choices_say_what_they_did_not_understand() -> None:
    tell = Problems()
    assert read_choices("routes", "911; hospital, school", OWN, tell) == (["dispatch_911", "hospital", "school"], [])
    assert read_choices("routes", "911; hospital, friends", OWN, tell) == (["dispatch_911"], ["hospital, friends"])
    assert read_choices("routes", "911, hospital, our friends", OWN, tell) == (["dispatch_911", "hospital"], ["our friends"])
    assert [problem.text for problem in tell.items] == ["hospital, friends", "our friends"]


def test_codes_of_services_by_code_name_label_and_code_with_name() -> None:
    taxonomy = Taxonomy.read()
    name = "Community responders: quality of life, disputes, welfare checks"  # a name with commas is found whole
    tell = Problems()
    text = f"02a; {name}; 05a - Street outreach and violence interrupters; Crisis center; zumba"
    assert read_codes("service_type", text, taxonomy, OWN, tell) == ["02a", "02b", "05a", "04a"]
    assert read_codes("service_type", f"Crisis center, {name}", taxonomy, OWN, tell) == ["04a", "02b"]
    assert read_codes("needs", "N01, n02 , N01", taxonomy, OWN, tell) == ["N01", "N02"]
    assert [problem.text for problem in tell.items] == ["zumba"]


def test_all_of_the_above_names_no_type() -> None:
    tell = Problems()
    assert read_codes("service_type", "All of the above", Taxonomy.read(), OWN, tell) is None
    assert [problem.code for problem in tell.items] == ["choice_all"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("English, Spanish, Chinese", {("en", "staff"), ("es", "staff"), ("zh", "staff")}),
        ("Spanish (staff); Somali (interpreter); Hmong (materials)", {("es", "staff"), ("so", "interpreter"), ("hmn", "materials")}),
        ("all languages", {("*", "interpreter")}),
        ("English; language line available", {("en", "staff"), ("*", "interpreter")}),
        ("over 150 languages", {("*", "interpreter")}),
        ("español y somalí", {("es", "staff"), ("so", "staff")}),
        ("Spanish (sometimes)", {("es", "interpreter")}),
        ("Spanish, Cantonese, Limited Mandarin, English", {("es", "staff"), ("yue", "staff"), ("cmn", "interpreter"), ("en", "staff")}),
    ],
)
def test_languages_with_how_they_are_spoken(text: str, spoken: set[tuple[str, str]]) -> None:
    tell = Problems()
    read = read_languages(text, OWN, tell)
    assert read is not None
    assert {(language.code, language.strength) for language in read} == spoken
    assert not tell.items


def test_a_language_nobody_knows_is_told_and_the_others_kept() -> None:
    tell = Problems()
    read = read_languages("Spanish; Klingon; and more", OWN, tell)
    assert read is not None
    assert [language.code for language in read] == ["es"]
    assert [(problem.code, problem.text) for problem in tell.items] == [("language_unknown", "Klingon"), ("language_unknown", "more")]
    assert read_languages("Klingon", OWN, tell) is None


@pytest.mark.parametrize("text", ["north", "450000.5", "NaN", "inf", "200"])
def test_coordinates_that_cannot_be_degrees_are_refused(text: str) -> None:
    tell = Problems()
    assert read_degrees(text, 180.0, tell) is None
    assert tell.items[0].code == "coordinate_refused"
