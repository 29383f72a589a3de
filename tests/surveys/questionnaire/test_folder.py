"""What a city gets: every file, the same bytes twice, nothing that runs, and who still has to review which translation."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from ecosystem.city import City
from ecosystem.geography import Geography
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook
from surveys.questionnaire import write_questionnaire
from surveys.questionnaire.city_form import CityForm, neighborhoods_of
from surveys.questionnaire.printable import printable
from surveys.questionnaire.specification import TRANSLATIONS, Length

MakeForm = Callable[[Length], CityForm]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def written(city_in: Callable[[Path], City], geography: Geography, taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("city")
    write_questionnaire(city_in(folder), geography, taxonomy, folder / "questionnaire")
    return contents(folder / "questionnaire")


def test_a_city_gets_every_shape_in_both_languages_and_both_lengths(written: dict[str, bytes]) -> None:
    parts = itertools.product((("spreadsheet", "xlsx"), ("print", "html")), ("short", "full"), ("en", "es"))
    shapes = {f"{shape}_{length}.{language}.{suffix}" for (shape, suffix), length, language in parts}
    others = {"xlsform_short.xlsx", "xlsform_full.xlsx", "neighborhoods.csv", "codebook.toml", "translations.csv", "READ_ME_FIRST.txt"}
    assert set(written) == shapes | others


def test_the_same_city_gets_the_same_bytes(written: dict[str, bytes], city: City, geography: Geography, taxonomy: Taxonomy, tmp_path: Path) -> None:
    write_questionnaire(city, geography, taxonomy, tmp_path / "again")
    assert contents(tmp_path / "again") == written


def test_one_length_alone(city: City, geography: Geography, taxonomy: Taxonomy, tmp_path: Path) -> None:
    names = write_questionnaire(city, geography, taxonomy, tmp_path / "q", ("short",))
    assert "xlsform_short.xlsx" in names
    assert not [name for name in names if "full" in name]


def test_an_unreviewed_translation_is_said_in_the_note_and_on_paper(written: dict[str, bytes]) -> None:
    note = written["READ_ME_FIRST.txt"].decode()
    assert "Español (es): NOT REVIEWED. It must be reviewed by a native speaker of Spanish" in note
    assert "Esta traducción aún no está revisada" in written["print_short.es.html"].decode()
    assert "not reviewed" not in written["print_short.en.html"].decode()


def test_a_reviewer_and_a_third_language_come_from_the_citys_own_table(city: City, geography: Geography, taxonomy: Taxonomy, tmp_path: Path) -> None:
    rows = [
        ("key", "es", "so"),
        ("language.name", "Español", "Soomaali"),
        ("language.reviewed_by", "Centro Latino, 2026-08-01", ""),
        ("question.organization.title", "", "Ururka"),
        ("question.mode.title", "", "Sida loo helo"),
        ("choice.mode.phone", "", "Taleefan"),
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (city.folder / TRANSLATIONS).write_text(text.getvalue(), encoding="utf-8")
    write_questionnaire(city, geography, taxonomy, tmp_path / "q")
    found = contents(tmp_path / "q")
    note = found["READ_ME_FIRST.txt"].decode()
    assert "Español (es): reviewed by Centro Latino, 2026-08-01." in note
    assert "Soomaali (so): NOT REVIEWED. It must be reviewed by a native speaker of Soomaali" in note
    assert re.search(r"\d+ texts are not translated; English stands there", note)
    survey = openpyxl.load_workbook(io.BytesIO(found["xlsform_short.xlsx"]))["survey"]
    header = [cell.value for cell in survey[1]]
    assert "label::Soomaali (so)" in header
    titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(found["spreadsheet_short.so.xlsx"]))["answers"][1]]
    assert "Ururka" in titles
    (book,) = Codebook.read(tmp_path / "q" / "codebook.toml")
    assert book.choice("mode", "taleefan") == "phone"
    assert book.columns["ururka"] == "organization"


def test_the_codebook_reads_every_title_and_takes_numbered_deliveries(written: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "codebook.toml").write_bytes(written["codebook.toml"])
    (book,) = Codebook.read(tmp_path / "codebook.toml")
    assert "delivery" in book.blocks
    assert {book.form.questions[question].id for question in book.columns.values()} == set(book.form.questions)
    assert book.columns == Codebook.own().columns  # in our own languages it says nothing that the tool does not know


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action") or name.startswith("on")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_printed_form_is_one_file_without_scripts_links_or_pictures(language: str, make_form: MakeForm) -> None:
    page = printable(make_form("full"), language)
    tags = _Tags()
    tags.feed(page)
    assert not {"script", "img", "link", "iframe", "form", "input"} & set(tags.tags)
    assert tags.links == []
    assert f'<html lang="{language}">' in page
    assert "@media print" in page
    assert "url(" not in page
    for name in ("Northbank", "Mill Street", "Willard - Hay"):
        assert page.count(f"☐ {name}") == 4  # served, not served, most of the work, where clients lived
    assert page.count('<th scope="row">') == 7


def test_paper_marks_protected_services_and_says_never_to_write_their_address(make_form: MakeForm) -> None:
    page = printable(make_form("full"), "en")
    assert "☐ ■ Shelter for survivors of domestic violence or trafficking" in page
    assert page.index("never write its address") < page.index("Street and number")
    assert "Leave it empty if the place is confidential or the service is marked as protected (■)." in page
    assert "Street and number" not in printable(make_form("short"), "en")


def test_a_name_with_markup_is_text_on_paper(city: City, taxonomy: Taxonomy, geography: Geography) -> None:
    values = city.model_copy(update={"name": "<script>alert(1)</script> & Sons"})
    values._file = city.file
    page = printable(CityForm.of(values, geography, taxonomy, "short"), "en")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page


def test_an_area_that_no_code_leads_back_to_is_left_out_and_told(geography: Geography) -> None:
    class Twins:
        """Two areas of one name, whose ids are names of other areas."""

        main = "neighborhoods"
        area_names = {"a1": "Northbank", "citywide": "Hill", "none": "Hill"}
        find = staticmethod(lambda text: geography.find(text) if text == "northbank" else None)

    found, unnamed = neighborhoods_of(Twins())  # type: ignore[arg-type]
    assert [area.code for area in found] == ["northbank"]
    assert unnamed == ("Hill", "Hill")


def test_drop_downs_hold_the_citys_neighborhoods_and_take_lists(written: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written["spreadsheet_full.es.xlsx"]))
    assert [row[0] for row in book["neighborhoods"].iter_rows(min_row=2, values_only=True)] == [
        "Toda la ciudad",
        "Mill Street",
        "Northbank",
        "Willard - Hay",
    ]
    columns = {cell.value: cell.column_letter for cell in book["answers"][1]}
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in book["answers"].data_validations.dataValidation}
    assert not rules[columns["Zonas que atiende"]].showErrorMessage
    assert rules[columns["Cómo se recibe"]].errorStyle == "warning"
    assert book["answers"][f"{columns['Dirección']}1"].comment is not None
    assert book["lists"].sheet_state == "hidden"


def test_the_command_writes_into_the_city_folder_and_warns_of_the_translation(
    city: City, geography: Geography, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecosystem.cli import app

    monkeypatch.setattr(City, "read", lambda _: city)
    monkeypatch.setattr(Geography, "read", lambda _: geography)
    result = CliRunner().invoke(app, ["questionnaire", str(city.folder), "--short"])
    assert result.exit_code == 0, result.output
    assert "Español (es) is not reviewed" in result.output
    names = {path.name for path in (city.folder / "questionnaire").iterdir()}
    assert "xlsform_short.xlsx" in names
    assert not [name for name in names if "full" in name]
