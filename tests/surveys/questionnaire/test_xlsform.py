"""The XLSForm: survey tools take it, it hides what must not be asked, and it has the same bytes every time."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable

import openpyxl
import pytest

from ecosystem.errors import InputError
from surveys.questionnaire.city_form import CityForm
from surveys.questionnaire.specification import LENGTHS, Length
from surveys.questionnaire.xlsform import check_xlsform, neighborhoods_csv, survey_rows, xlsform

pyxform = pytest.importorskip("pyxform", reason="needs pyxform")
MakeForm = Callable[[Length], CityForm]


def rows_of(form: CityForm) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in survey_rows(form) if not row["type"].startswith("end_")}


@pytest.mark.parametrize("length", LENGTHS)
def test_pyxform_converts_it_without_a_warning(length: Length, make_form: MakeForm) -> None:
    from pyxform.xls2xform import convert

    result = convert(xlsform(make_form(length)), file_type=".xlsx")
    assert result.warnings == []
    assert "jr://file-csv/neighborhoods.csv" in result.xform
    assert result.xform.count("<translation ") == 2


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate needs Java")
def test_odk_validate_accepts_it(length: Length, make_form: MakeForm) -> None:
    from pyxform.xls2xform import convert

    assert convert(xlsform(make_form(length)), validate=True, file_type=".xlsx").xform  # raises where Validate finds an error


def test_services_repeat_and_in_them_deliveries_and_in_them_hours(make_form: MakeForm) -> None:
    kinds = [(row["type"], row["name"]) for row in survey_rows(make_form("full")) if row["type"].endswith("_repeat")]
    assert kinds == [
        *(("begin_repeat", "service"), ("begin_repeat", "delivery"), ("begin_repeat", "slot")),
        *(("end_repeat", "slot"), ("end_repeat", "delivery"), ("end_repeat", "service")),
    ]


@pytest.mark.parametrize(
    ("confidential", "main", "more", "is_asked"),
    [
        ("no", "02a", "", True),
        ("no", "02a", "11a 11b", True),
        ("yes", "02a", "", False),
        ("", "02a", "", False),
        ("no", "04c", "", False),  # a shelter for survivors of domestic violence
        ("no", "02a", "11a 11g", False),  # immigration legal help beside something else
        ("no", "09a", "", False),  # protected by the city alone
    ],
)
def test_the_address_of_a_protected_place_is_never_asked(confidential: str, main: str, more: str, is_asked: bool, make_form: MakeForm) -> None:
    rows = rows_of(make_form("full"))
    conditions = {rows[name]["relevant"] for name in ("address", "longitude", "latitude", "site", "area_radius")}
    assert len(conditions) == 1
    (condition,) = conditions
    match = re.fullmatch(r"\$\{confidential\} = 'no' and not\(regex\(concat\(' ', \$\{\w+\}, ' ', \$\{\w+\}, ' '\), '(.+)'\)\)", condition)
    assert match is not None
    assert (confidential == "no" and not re.fullmatch(match[1], f" {main} {more} ")) is is_asked
    assert "address" not in rows_of(make_form("short"))


def test_who_refuses_the_use_of_the_answers_is_asked_nothing_more(make_form: MakeForm) -> None:
    rows = rows_of(make_form("full"))
    assert all(
        rows[name]["relevant"] == "${consent_use} = 'yes'" for name in ("service", "part_words", "consent_listing", "consent_address", "sector")
    )
    assert [choice for choice in rows if choice.startswith("consent_")] == ["consent_use", "consent_listing", "consent_address"]
    assert {rows[name]["type"] for name in rows if name.startswith("consent_")} == {"select_one yes_no"}


def test_settings_name_language_version_and_instance_and_a_changed_form_is_a_new_version(make_form: MakeForm) -> None:
    form = make_form("full")

    def settings(data: bytes) -> dict[object, object]:
        sheet = openpyxl.load_workbook(io.BytesIO(data))["settings"]
        return dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))

    found = settings(xlsform(form))
    assert found["default_language"] == "English (en)"
    assert found["instance_name"] == "concat(${organization}, ' ', ${date})"
    assert re.fullmatch(r"20261001-[0-9a-f]{8}", str(found["version"]))
    assert settings(xlsform(make_form("short")))["version"] != found["version"]
    assert xlsform(form) == xlsform(form)


def test_the_invitation_key_is_checked_and_the_round_is_filled_in(make_form: MakeForm) -> None:
    rows = rows_of(make_form("short"))
    pattern = re.search(r"'(\^.+\$)'", rows["invitation_key"]["constraint"])
    assert pattern is not None
    assert re.search(pattern[1], "harbor-hill_2")
    assert not re.search(pattern[1], "Harbor Hill")
    assert rows["wave"]["calculation"] == "'2026'"


def test_neighborhoods_are_the_citys_own_and_each_code_reads_back_to_its_area(make_form: MakeForm, geography: object) -> None:
    from ecosystem.geography import Geography

    assert isinstance(geography, Geography)
    form = make_form("short")
    assert neighborhoods_csv(form).decode().splitlines() == [
        "name,label",
        "citywide,The whole city / Toda la ciudad",
        "mill_street,Mill Street",
        "northbank,Northbank",
        "willard_hay,Willard - Hay",
    ]
    for area in form.neighborhoods:
        part = geography.find(area.code)
        assert part is not None
        assert part.area_ids == (area.area_id,)


def test_a_form_that_no_tool_takes_is_an_error_that_says_why() -> None:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (("type", "name", "label"), ("select_one nothing", "a", "A")):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(InputError, match=r"xlsform\.xlsx: no survey tool"):
        check_xlsform(buffer.getvalue(), "xlsform.xlsx")
