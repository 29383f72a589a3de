"""city.toml: what it may say, and how its problems are told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from ecosystem.city import City, city_toml_template
from ecosystem.errors import CityError, MissingFileError

SMALL = """
name = "Riverbend"
time_zone = "America/Chicago"
as_of = 2026-10-01

[[geographies]]
id = "neighborhoods"
name = "Neighborhoods"
file = "boundaries/areas.geojson"
id_column = "area_id"
name_column = "name"
"""


def write_city(folder: Path, text: str = SMALL, *files: str) -> Path:
    for name in ("boundaries/areas.geojson", *files):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path, text: str, *files: str) -> str:
    with pytest.raises(CityError) as caught:
        City.read(write_city(folder, text, *files))
    return str(caught.value)


def test_a_small_file_reads_with_the_standards_of_the_house(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path))
    assert (city.name, city.time_zone, city.as_of) == ("Riverbend", "America/Chicago", dt.date(2026, 10, 1))
    assert (city.standards.gap_share, city.standards.slot_minutes, city.standards.minimum("N01")) == (0.5, 30, 1)
    assert (city.privacy.shelter_buffer_m, city.privacy.minimum_count) == (100, 10)
    assert city.languages == ("en",)
    assert city.language == "en"
    assert city.main.id == "neighborhoods"
    assert city.population is None


def test_the_folder_and_its_file_read_alike(tmp_path: Path) -> None:
    write_city(tmp_path)
    assert City.read(tmp_path) == City.read(tmp_path / "city.toml") == City.read(str(tmp_path))


def test_paths_are_absolute_and_belong_to_the_folder(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path))
    assert city.folder == tmp_path.resolve()
    assert city.file == tmp_path.resolve() / "city.toml"
    assert city.main.file == tmp_path.resolve() / "boundaries/areas.geojson"
    assert city.survey.responses == tmp_path.resolve() / "responses"
    assert city.decisions == tmp_path.resolve() / "decisions"


def test_usual_survey_files_are_used_when_they_are_there_and_not_missed_when_not(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path))
    assert city.survey.invited is None
    assert city.survey.contracts is None
    city = City.read(write_city(tmp_path, SMALL, "invited.csv", "contracts.csv"))
    assert city.survey.invited == tmp_path.resolve() / "invited.csv"
    assert city.survey.contracts == tmp_path.resolve() / "contracts.csv"


def test_a_survey_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"survey\.invited: there is no file or folder .*asked\.csv"):
        City.read(write_city(tmp_path, SMALL + '[survey]\ninvited = "asked.csv"\n'))


def test_minimum_depth_is_one_where_a_need_is_not_named(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path, SMALL + "[standards]\ngap_share = 0.4\n[standards.minimum_depth]\nN01 = 2\n"))
    assert (city.standards.minimum("N01"), city.standards.minimum("N02"), city.standards.gap_share) == (2, 1, 0.4)


def test_every_problem_is_told_at_once_with_key_and_fix(tmp_path: Path) -> None:
    text = problems_of(
        tmp_path,
        """
nam = "Riverbend"
time_zone = "America/Chigaco"
as_of = "soon"
[[geographies]]
id = "a"
name = "A"
file = "nowhere.geojson"
id_colum = "x"
[[geographies]]
id = "a"
name = "B"
file = "boundaries/areas.geojson"
id_column = "area_id"
crs = "feet"
[standards]
gap_share = 0
slot_minutes = 20
needs = ["N999"]
[contact]
corrections = "nobody"
[[baseline]]
name = "Police"
service = "99z"
""",
    )
    expected = [
        'name: is missing. For example: name = "Riverbend"',
        "nam: is no key of this table. Did you mean 'name'?",
        'time_zone: "America/Chigaco" does not do: no time zone has this name. For example: time_zone = "America/Chicago"',
        'as_of: "soon" is no date. Write year-month-day without quotes, for example: as_of = 2026-10-01',
        "geographies.1.id_colum: is no key of this table. Did you mean 'id_column'?",
        "geographies.1: neither id_column nor name_column is given.",
        "geographies.1.file: there is no file or folder",
        "geographies.2.crs:",
        "geographies: two have the id 'a'. Give each geography an id of its own.",
        "standards.gap_share: 0 does not do: input should be greater than 0. For example: gap_share = 0.5",
        "standards.slot_minutes: 20 does not do: input should be 15, 30 or 60.",
        "standards.needs: 'N999' is no code of a need. The codes are in the taxonomy's needs.csv.",
        'contact.corrections: "nobody" does not do: this is no e-mail address.',
        "baseline.1.service: '99z' is no code of a service.",
    ]
    for line in expected:
        assert f"  - {line}" in text
    assert text.startswith(f"{tmp_path.resolve() / 'city.toml'} has {len(expected)} problems:")


def test_missing_files_alone_are_a_missing_file_error(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(MissingFileError, match=r"geographies\.1\.file: there is no file or folder .*areas\.geojson\. Put it there"):
        City.read(tmp_path)


def test_a_folder_without_city_toml_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="ecosystem init"):
        City.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'name = "A"\nname = "B"\n', "is not TOML"),
        (b"name = Riverbend\n", "is not TOML"),
        ('name = "Peñuelas"\n'.encode("latin-1"), "is not UTF-8 at byte 10"),
    ],
)
def test_a_file_that_is_not_toml_is_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "city.toml").write_bytes(content)
    with pytest.raises(CityError, match=words):
        City.read(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    write_city(tmp_path)
    (tmp_path / "city.toml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert City.read(tmp_path).name == "Riverbend"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("[population]\n", "population: neither file nor blocks is given"),
        ('[population]\nfile = "p.csv"\nresidents_column = "n"\n', "population: give one of id_column and name_column"),
        ('[population]\nfile = "p.csv"\nid_column = "i"\nname_column = "n"\nresidents_column = "n"\n', "give one of id_column and name_column"),
        ('[population]\nfile = "p.csv"\nid_column = "i"\n', "population.residents_column: is missing"),
        ('[population]\nblocks = "p.csv"\n', "population.blocks_residents_column: is missing"),
        ("[privacy]\nshelter_buffer_m = 20\n", "privacy.shelter_buffer_m: 20 does not do: input should be greater than or equal to 100"),
        ("[emergency]\nen = 5\n", r"emergency.en: must be a table, not 5. Write it as \[emergency.en\]"),
        ("[standards.minimum_depth]\nN01 = 0\n", "standards.minimum_depth.N01: 0 does not do"),
        ("[goal]\ntarget_share = 20\n", "goal.target_share: 20 does not do: input should be less than or equal to 1"),
        ('[survey]\nfolder = "x"\n', "survey.folder: is no key of this table. It knows responses, invited"),
    ],
)
def test_a_table_that_contradicts_itself_says_so(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(CityError, match=words):
        City.read(write_city(tmp_path, SMALL + table, "p.csv"))


def test_no_geography_is_an_error(tmp_path: Path) -> None:
    text = problems_of(tmp_path, 'name = "A"\ntime_zone = "UTC"\nas_of = 2026-01-01\ngeographies = []\n')
    assert "geographies: is empty. Add a table [[geographies]]" in text


def test_emergency_words_fall_back_to_the_house_and_then_to_the_first_language(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path, 'languages = ["so", "en", "es"]\n' + SMALL + '[emergency.so]\nwords = "Wac 911."\n'))
    assert city.emergency_words("so") == "Wac 911."
    assert city.emergency_words("en") == "In danger, call 911. To talk to someone, call or text 988."
    assert "911" in city.emergency_words("es")
    assert city.emergency_words("hmn") == "Wac 911."


class OverlapOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    shared_share: float = 0.25
    same_hours: int = 10


def test_options_of_an_analysis_are_checked_by_its_own_model(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path, SMALL + "[analysis.overlaps]\nshared_share = 0.5\n"))
    assert city.options("overlaps", OverlapOptions) == OverlapOptions(shared_share=0.5)
    assert city.options("gaps", OverlapOptions) == OverlapOptions()


def test_options_that_do_not_fit_name_file_and_key(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path, SMALL + '[analysis.overlaps]\nshared_shar = 0.5\nsame_hours = "many"\n'))
    with pytest.raises(CityError) as caught:
        city.options("overlaps", OverlapOptions)
    assert "analysis.overlaps.shared_shar: is no key of this table. Did you mean 'shared_share'?" in str(caught.value)
    assert 'analysis.overlaps.same_hours: "many" does not do' in str(caught.value)
    assert "city.toml" in str(caught.value)


def test_a_city_cannot_be_changed(tmp_path: Path) -> None:
    city = City.read(write_city(tmp_path))
    with pytest.raises(ValidationError):
        city.name = "Elsewhere"  # type: ignore[misc]


def test_a_city_of_values_needs_no_files_and_leaves_them_alone() -> None:
    values: dict[str, Any] = {
        "name": "A",
        "time_zone": "UTC",
        "as_of": "2026-01-01",
        "geographies": [{"id": "a", "name": "A", "file": "a.gpkg", "name_column": "n"}],
    }
    before = repr(values)
    assert City.of(values, file="/city/city.toml").main.file == Path("/city/a.gpkg").resolve()
    assert repr(values) == before


@pytest.mark.parametrize("name", ["Riverbend", 'The "Bend"\\', "{curly} 100 %", "San José\nnew line"])
def test_the_template_is_a_city_as_soon_as_its_files_exist(tmp_path: Path, name: str) -> None:
    text = city_toml_template(name, as_of=dt.date(2026, 10, 1), contact_name="Office", corrections="safety@riverbend.example")
    write_city(tmp_path, text)
    (tmp_path / "responses").mkdir()
    city = City.read(tmp_path)
    assert city.name == name.strip()
    assert city.languages == ("en", "es")
    assert city.contact.corrections == "safety@riverbend.example"
    assert city.baseline[0].service == "03d"
    assert city.survey.wave == "2026"


def test_every_line_of_the_template_that_is_switched_off_can_be_switched_on(tmp_path: Path) -> None:
    text = city_toml_template("Riverbend", as_of=dt.date(2026, 10, 1))
    switched_on = []
    for line in text.splitlines():
        inner = line.removeprefix("# ")
        is_setting = line.startswith("# ") and ("=" in inner.split("#")[0] or inner.startswith("["))
        switched_on.append(inner if is_setting and not inner.startswith(("crs", "taxonomy")) else line)
    files = (
        "boundaries/precincts.geojson",
        "boundaries/streets.geojson",
        "boundaries/aliases.csv",
        "boundaries/population.csv",
        "boundaries/blocks.geojson",
        "calls/codes.csv",
        "calls/beats.csv",
    )
    write_city(tmp_path, "\n".join(switched_on), *files, "invited.csv", "contracts.csv", "codebook.toml")
    (tmp_path / "responses").mkdir()
    city = City.read(tmp_path)
    assert city.population is not None
    assert city.population.groups == {"limited_english": "lep", "somali": "so"}
    assert [geography.id for geography in city.geographies] == ["neighborhoods", "precincts", "streets"]
    assert city.wider_places.county == ("Hennepin County",)
    assert city.standards.minimum("N01") == 2
    assert city.goal is not None
    assert city.calls is not None
    assert city.calls.answered is not None


def test_language_of_a_group_that_is_not_there_is_told(tmp_path: Path) -> None:
    table = '[population]\nfile = "p.csv"\nid_column = "id"\nresidents_column = "n"\nlanguages = { so = "somali" }\n'
    with pytest.raises(CityError, match=r"population\.languages\.so: 'somali' is no group of population\.groups"):
        City.read(write_city(tmp_path, SMALL + table, "p.csv"))
