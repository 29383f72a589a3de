"""The tables of needs and services say what the field says, and a city can change them without breaking them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.errors import MissingFileError, TaxonomyError
from ecosystem.taxonomy import LABEL_LENGTH, LANGUAGES, VERSION, Taxonomy, fold

TAXONOMY = Taxonomy.read()


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_there_are_37_needs_13_groups_and_85_service_types() -> None:
    assert list(TAXONOMY.needs) == [f"N{number:02d}" for number in range(1, 38)]
    assert list(TAXONOMY.groups) == [f"{number:02d}" for number in range(1, 14)]
    sizes = {"01": 8, "02": 10, "03": 4, "04": 7, "05": 7, "06": 9, "07": 6, "08": 6, "09": 5, "10": 5, "11": 7, "12": 5, "13": 6}
    assert {group: sum(s.group == group for s in TAXONOMY.services.values()) for group in TAXONOMY.groups} == sizes
    assert all(code[:2] == service.group for code, service in TAXONOMY.services.items())


@pytest.mark.parametrize(
    ("need", "alone", "supports"),
    [
        ("N01", {"02a", "01b", "01c"}, {"03a", "04a", "02c", "04f", "07d"}),
        ("N05", {"02d"}, {"02e", "07b", "07c"}),
        ("N08", {"02b", "09c"}, {"12e", "02h", "01d"}),
        ("N18", {"03d", "06a", "06g", "04c", "01f"}, {"03b", "06d", "11a"}),
        ("N21", {"05a", "05g"}, {"05b", "05f"}),
        ("N28", {"04e", "04g", "08b"}, {"08a"}),
        ("N34", {"11a", "11b", "11c"}, {"01e", "07e"}),
        ("N37", {"06i"}, {"06c", "06e", "06g"}),
    ],
)
def test_crosswalk_says_who_answers_and_who_supports(need: str, alone: set[str], supports: set[str]) -> None:
    assert set(TAXONOMY.answers_alone(need)) == alone
    assert {service for service in TAXONOMY.services if TAXONOMY.weight(need, service) == 0.5} == supports


def test_weights_and_their_inverse_agree() -> None:
    assert TAXONOMY.weight("N01", "03a") == 0.5
    assert TAXONOMY.weight("N08", "02b") == 1.0
    assert TAXONOMY.weight("N08", "05a") == 0.0
    assert TAXONOMY.weight("N99", "02b") == TAXONOMY.weight("N08", "99z") == 0.0
    assert TAXONOMY.needs_of("09c") == {"N07": 0.5, "N08": 1.0, "N30": 0.5}
    assert TAXONOMY.needs_of("99z") == {}
    assert TAXONOMY.answers_alone("N99") == ()
    assert all(TAXONOMY.needs_of(row.service)[row.need] == row.weight for row in TAXONOMY.answers)
    assert len(TAXONOMY.answers) == 151


def test_every_need_has_an_answer_and_every_row_refers_to_codes_that_exist() -> None:
    assert all(TAXONOMY.answers_alone(need) for need in TAXONOMY.needs)
    assert all(row.need in TAXONOMY.needs and row.service in TAXONOMY.services and row.weight in (1, 0.5) for row in TAXONOMY.answers)


def test_only_violence_in_progress_has_no_answer_but_police() -> None:
    assert [need.code for need in TAXONOMY.needs.values() if need.is_baseline] == ["N26"]
    assert TAXONOMY.answers_alone("N26") == ("03d",)
    assert [service.code for service in TAXONOMY.services.values() if service.is_baseline] == ["03d"]


def test_split_tiers_and_conditions_are_kept_as_words() -> None:
    assert (TAXONOMY.needs["N02"].tier, TAXONOMY.needs["N02"].cases) == ("A / C", "no means in hand / means in hand")
    assert TAXONOMY.needs["N05"].tier == "XM + A after"
    assert (TAXONOMY.needs["N18"].tier, TAXONOMY.needs["N18"].cases) == ("XP / A / A", "active / after / ongoing")
    assert TAXONOMY.condition("N28", "08b") == "eve"
    assert TAXONOMY.condition("N26", "05e") == "after"
    assert TAXONOMY.condition("N18", "03d") == "active"
    assert TAXONOMY.condition("N08", "02b") == TAXONOMY.condition("N99", "02b") == ""


def test_flags_name_protected_street_and_support_services() -> None:
    services = TAXONOMY.services.values()
    assert {s.code for s in services if s.is_protected} == {"04c", "04e", "06d", "06f", "07c", "11g"}
    assert {s.code for s in services if s.is_street} == {"05a", "05b", "05e", "05f", "05g"}
    assert {s.code for s in services if s.is_support} == {"13a", "13b", "13c", "13d", "13e", "13f"}
    assert not any(TAXONOMY.services[row.service].is_support for row in TAXONOMY.answers if row.weight == 1)


def test_continuum_follows_the_groups() -> None:
    letters = {
        "01": "R",
        "02": "R",
        "03": "R",
        "04": "RS",
        "05": "I",
        "06": "S",
        "07": "PIS",
        "08": "PI",
        "09": "IS",
        "10": "E",
        "11": "P",
        "12": "P",
        "13": "",
    }
    assert {service.group: service.continuum for service in TAXONOMY.services.values()} == letters


@pytest.mark.parametrize("term", [*TAXONOMY.needs.values(), *TAXONOMY.services.values()], ids=lambda term: term.code)
def test_every_term_has_plain_words_in_both_languages(term: object) -> None:
    from ecosystem.taxonomy import Need, ServiceType

    assert isinstance(term, Need | ServiceType)
    assert set(term.name) == set(term.label) == set(LANGUAGES)
    assert all(term.name.values())
    assert all(0 < len(label) <= LABEL_LENGTH for label in term.label.values())
    words = set(fold(" ".join((*term.name.values(), *term.label.values()))).split())
    assert not words & {"gvi", "hvip", "sim", "cit", "act", "moud", "cpted", "homeless", "addict", "addicts", "felon", "offender", "inmate"}


def test_groups_have_names_in_both_languages() -> None:
    assert all(set(name) == set(LANGUAGES) and all(name.values()) for name in TAXONOMY.groups.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_found_by_each_of_its_forms(language: str) -> None:
    for find, terms in ((TAXONOMY.find_need, TAXONOMY.needs), (TAXONOMY.find_service, TAXONOMY.services)):
        for code, term in terms.items():
            name, label = term.name[language], term.label[language]
            forms = (code, code.lower(), code.upper(), name, label.upper(), f"{code}: {name}", f"{code} {label}", f"{code} - {name}", f" {name} .")
            assert {find(form) for form in forms} == {code}


@pytest.mark.parametrize(
    "text", ["", "  ", "N", "N99", "noise", "noises or disputes", "N08: Overdose", "N08 something else", "11a.m.", "{need}", "Crisis"]
)
def test_nothing_is_found_by_likeness(text: str) -> None:
    assert TAXONOMY.find_need(text) is None
    assert TAXONOMY.find_service(text) is None


def test_accents_may_be_left_out() -> None:
    assert TAXONOMY.find_need("VIOLENCIA DOMESTICA") == "N18"
    assert TAXONOMY.find_service("mentoria") == "08a"


def test_reading_twice_gives_the_same_tables_and_they_cannot_be_changed() -> None:
    assert Taxonomy.read() is Taxonomy.read()
    assert TAXONOMY.version == VERSION
    with pytest.raises(TypeError):
        TAXONOMY.needs["N99"] = TAXONOMY.needs["N01"]  # type: ignore[index]
    with pytest.raises(TypeError):
        TAXONOMY.needs_of("02a")["N01"] = 0.0  # type: ignore[index]


def test_folder_without_tables_is_the_packaged_taxonomy(tmp_path: Path) -> None:
    assert Taxonomy.read(tmp_path) is Taxonomy.read()


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"elsewhere: there is no such folder"):
        Taxonomy.read(tmp_path / "elsewhere")


def test_city_extends_and_replaces_rows(tmp_path: Path) -> None:
    write(tmp_path, "needs.csv", "code,name_en,name_es,tier", "N40,Person lost in the snow,Persona perdida en la nieve,A", "N21,,,C")
    write(tmp_path, "groups.csv", "code,name_en,name_es", "14,Winter,Invierno")
    write(
        tmp_path,
        "services.csv",
        "\ufeffcode,group,name_en,label_en,continuum,is_protected",
        "14a,14,Night patrol with blankets,Blanket patrol,R,",
        "04f,,,,,yes",
    )
    write(tmp_path, "crosswalk.csv", "need,service,weight", "N40,14a,1", "N08,12e,1", "N08,01d,0")
    city = Taxonomy.read(tmp_path)

    assert list(city.needs)[-1] == "N40"
    assert city.needs["N40"].label == {"en": "Person lost in the snow", "es": "Persona perdida en la nieve"}
    assert city.needs["N21"].tier == "C"
    assert city.needs["N21"].name == TAXONOMY.needs["N21"].name
    assert city.services["14a"].name == {"en": "Night patrol with blankets", "es": "Night patrol with blankets"}
    assert city.services["14a"].label["es"] == "Blanket patrol"
    assert city.services["04f"].is_protected
    assert city.services["04f"].continuum == "RS"
    assert city.groups["14"]["es"] == "Invierno"
    assert city.answers_alone("N40") == ("14a",)
    assert city.answers_alone("N08") == ("02b", "09c", "12e")
    assert city.weight("N08", "01d") == 0
    assert city.find_service("blanket patrol") == "14a"
    assert TAXONOMY.find_service("blanket patrol") is None
    assert city.version.startswith(f"{VERSION}+city-")
    assert city.version == Taxonomy.read(tmp_path).version


def test_police_only_follows_the_citys_crosswalk(tmp_path: Path) -> None:
    write(tmp_path, "crosswalk.csv", "need,service,weight", "N26,05e,1")
    assert not Taxonomy.read(tmp_path).needs["N26"].is_baseline


def test_group_that_a_spreadsheet_wrote_as_a_number_is_understood(tmp_path: Path) -> None:
    write(tmp_path, "services.csv", "code,group,name_en", "02z,2,Tool library")
    assert Taxonomy.read(tmp_path).services["02z"].group == "02"


def test_every_problem_is_told_at_once_with_file_row_and_fix(tmp_path: Path) -> None:
    write(
        tmp_path,
        "services.csv",
        "code,group,name_en,label_en,continuum,is_protected",
        "14a,14,Blankets,A label that is much too long for a picker,R,maybe",
        "",
        "14b,02,Mentoring,,Q,no",
        "14c,02,,,R,",
    )
    write(tmp_path, "needs.csv", "code,name_en,tier", "N40,Snow,")
    write(tmp_path, "crosswalk.csv", "need,service,weight", "N99,02a,1", "N08,02q,1", "N08,02a,2", "N08,13a,1")
    with pytest.raises(TaxonomyError) as error:
        Taxonomy.read(tmp_path)
    told = str(error.value)
    assert f"{tmp_path / 'services.csv'} row 2: 14a is in the group '14', which no groups.csv has. Use one of 01, 02, " in told
    assert "services.csv row 2: the label 'A label that is much too long for a picker' has 42 characters. Fill in label_en with at most 30." in told
    assert "services.csv row 2: is_protected is 'maybe'. Write yes or no." in told
    assert "services.csv row 4: the continuum of 14b is 'Q'. Write the letters P, I, R, S, E" in told
    assert "services.csv row 4: 14b and 08a are both called 'Mentoring'. Give one of them other words." in told
    assert "services.csv row 5: 14c has no name in English. Fill in name_en." in told
    assert "needs.csv row 2: nothing answers N40 alone. Add a row to crosswalk.csv: N40, a service type, 1." in told
    assert "needs.csv row 2: N40 has no tier." in told
    assert "crosswalk.csv row 2: there is no need 'N99'. Use a code of needs.csv, or add the need there." in told
    assert "crosswalk.csv row 3: there is no service type '02q'." in told
    assert "crosswalk.csv row 4: the weight is '2'. Write 1 (answers alone), 0.5 (part or after) or 0 (not at all)." in told
    assert "crosswalk.csv row 5: 13a helps organizations and cannot answer N08 alone. Write the weight 0.5." in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"code,is_protectd\n04f,yes\n", "services.csv row 1: the columns are code, is_protectd. Use each at most once: code, group, "),
        (b"code,code\n04f,04f\n", "row 1: the columns are code, code."),
        (b"group\n02\n", "row 1: the columns are group."),
        (b"", "row 1: the columns are missing."),
        (b"code,name_en\n04f,Rest, quietly\n", "row 2: it has 3 cells for 2 columns. Put text with a comma in quotation marks."),
        (b"code,name_en\n04f,Rest\n04f,Peace\n", "row 3: 04f stands in row 2 already. Keep one of the two rows."),
        (b"code,name_en\n,Rest\n", "row 2: code must not be empty. Write the code, or delete the row."),
        ("code,name_es\n04f,Descanso de día\n".encode("latin-1"), "it is not text in UTF-8. Save it as 'CSV UTF-8'."),
        (b'code,name_en\n04f,"Rest\n', "it cannot be read as a table"),
    ],
)
def test_file_that_is_no_such_table_is_refused_with_the_reason(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "services.csv").write_bytes(content)
    with pytest.raises(TaxonomyError) as error:
        Taxonomy.read(tmp_path)
    assert told in str(error.value)
