"""A first mapping of somebody else's form: what it finds in invented and in real exports, and that it is used as it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecosystem.records import Unknown
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook
from surveys.draft import Draft, codebook_toml, draft
from surveys.readers import READ_SUFFIXES, read_tables

DraftOf = Callable[[Path], Draft]

FOREIGN = """Submitted,Name of your agency,Tell us about the program you run,Contact e-mail,When are you open?,Speak with clients,\
Which neighborhoods do you serve?,Kind of help,More,Link,Shoe size
2026-01-02,Hub,Crisis line,ana@example.org,Mon-Fri 9am-5pm,"English, Spanish",Northbank,food pantry,lorem,https://hub.example,44
2026-01-03,Inn,Night beds,li@example.org,24/7,English,Mill Street,food pantry,ipsum,www.inn.example,39
2026-01-04,Owl,Patrol,bo@example.org,Fri-Sat 10pm-2am,"Somali, English",citywide,shelter,dolor,https://owl.example,41
"""


@pytest.fixture
def draft_of() -> DraftOf:
    taxonomy = Taxonomy.read()
    return lambda path: draft(read_tables(path, path.name), taxonomy)


def guesses(made: Draft) -> dict[str, tuple[str, str]]:
    return {guess.column: (guess.question, guess.sureness) for guess in made.guesses}


def test_headers_and_answers_point_to_questions_with_how_sure_and_why(tmp_path: Path, draft_of: DraftOf) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    made = draft_of(path)
    found = guesses(made)
    assert found["Name of your agency"] == ("organization", "likely")
    assert found["Tell us about the program you run"] == ("service", "likely")
    assert found["When are you open?"] == ("hours", "sure")
    assert found["Speak with clients"] == ("languages", "sure")
    assert found["Which neighborhoods do you serve?"] == ("area", "likely")
    assert found["Kind of help"] == ("service_type", "likely")
    assert found["Link"] == ("website", "perhaps")
    assert all(guess.why for guess in made.guesses)
    assert made.known == {"Submitted": "date"}
    assert made.personal == ["Contact e-mail"]
    assert made.left == ["More", "Shoe size"]
    assert list(made.choices["service_type"]) == ["food pantry"]


def test_the_draft_is_read_back_and_used(tmp_path: Path, draft_of: DraftOf, read_answers: Any) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    text = codebook_toml([draft_of(path)])
    assert "example.org" not in text
    survey = read_answers({"theirs.csv": FOREIGN}, codebook=text)
    by_name = {delivery.name: delivery for delivery in survey.records.deliveries}
    assert sorted(by_name) == ["Crisis line", "Night beds", "Patrol"]
    assert by_name["Night beds"].hours.of_kind("open").hours == 168
    assert [language.code for language in by_name["Patrol"].languages] == ["en", "so"]
    # a guess that is little more than that is not used until a person takes the mark away
    assert isinstance(by_name["Patrol"].contact, Unknown)
    corrected = text.replace('# "Link" = "website"', '"Link" = "website"')
    corrected = corrected.replace('# "food pantry" = "11a"', '"food pantry" = "11b"').replace('# "food pantry" = "?"', '"food pantry" = "11b"')
    survey = read_answers({"theirs.csv": FOREIGN}, codebook=corrected)
    by_name = {delivery.name: delivery for delivery in survey.records.deliveries}
    assert by_name["Patrol"].contact.url == "https://owl.example"


def test_a_column_of_answers_that_do_not_look_so_is_only_perhaps(tmp_path: Path, draft_of: DraftOf) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Agency name,Hours of volunteers,Is the place confidential please\nHub,many,Springfield\nInn,few,Shelbyville\n", encoding="utf-8")
    found = guesses(draft_of(path))
    assert found["Hours of volunteers"] == ("hours", "perhaps")
    assert found["Is the place confidential please"] == ("confidential", "perhaps")


def test_a_list_of_programs_without_organizations_is_read_by_their_names(tmp_path: Path, draft_of: DraftOf, read_answers: Any) -> None:
    text = "PROGRAM,DAYS\nNorth pantry,Mon-Fri 9am-5pm\nSouth pantry,Sat 10am-2pm\n"
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    made = draft_of(tmp_path / "x.csv")
    assert guesses(made)["PROGRAM"] == ("organization", "likely")
    survey = read_answers({"x.csv": text}, codebook=codebook_toml([made]))
    assert [organization.name for organization in survey.records.organizations] == ["North pantry", "South pantry"]


def test_hostile_headers_stay_text_in_the_draft(tmp_path: Path, draft_of: DraftOf) -> None:
    path = tmp_path / 'a"b\\c[1].csv'
    path.write_text(
        '"name of agency ""]\n[choices]","hours\u2028 = ""x""","# open","agency name\\"\nHub,24/7,24/7,x\nInn,24/7,24/7,y\n', encoding="utf-8"
    )
    books = Codebook.of(tomllib.loads(codebook_toml([draft_of(path)])))
    assert books[0].is_for(path.name)
    assert set(books[0].columns.values()) <= set(Codebook.own().form.questions)


# -- real exports ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["surveys", "directories"])
def test_every_real_file_gets_a_draft_that_can_be_read_back(shared_data: Path, draft_of: DraftOf, folder: str) -> None:
    drafts = []
    for path in sorted((shared_data / folder).rglob("*")):
        if path.is_file() and path.suffix.lower() in READ_SUFFIXES and "schema" not in path.parts:
            made = draft_of(path)
            assert not set(made.known) & {guess.column for guess in made.guesses if guess.sureness != "perhaps"} or made.known
            drafts.append(made)
    books = Codebook.of(tomllib.loads(codebook_toml(drafts)))
    assert len(books) == len(drafts)


@pytest.mark.shared
def test_a_real_directory_is_understood_but_for_its_fees(shared_data: Path, draft_of: DraftOf) -> None:
    made = draft_of(shared_data / "directories" / "ss4women_sf" / "directory.csv")
    assert set(made.known.values()) >= {"organization", "address", "public_phone", "website", "languages", "hours", "description"}
    assert made.personal == ["Fax", "Email", "Contact"]


@pytest.mark.shared
def test_a_real_questionnaire_of_providers_gets_its_main_columns(shared_data: Path, draft_of: DraftOf) -> None:
    made = draft_of(shared_data / "surveys" / "surveymonkey_provider_questionnaire_redacted.csv")
    used = {guess.question for guess in made.used} | set(made.known.values())
    assert {"organization", "hours_mon", "area", "languages", "groups"} <= used
    assert "genders" not in used  # "sex trafficking" asks for no gender
    assert "confidential" not in used  # every part of the contact information begins "(if your location is undisclosed ...)"


@pytest.mark.shared
def test_a_list_of_services_that_people_tick_is_a_question_of_types(shared_data: Path, draft_of: DraftOf) -> None:
    made = draft_of(shared_data / "surveys" / "synthetic_google_forms_download.csv")
    assert guesses(made)["Which services do you run? (check all)"] == ("service_type", "likely")
