"""Exports of Qualtrics: three rows of headers (or two), choices in one column or many, loops, typed others, unfinished answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from surveys.codebook import Form
from surveys.readers import read_tables

META = {
    "StartDate": ("Anfangsdatum", "startDate"), "EndDate": ("Enddatum", "endDate"), "Status": ("Antworttyp", "status"),
    "IPAddress": ("IP-Adresse", "ipAddress"), "Progress": ("Fortschritt", "progress"), "Finished": ("Beendet", "finished"),
    "RecordedDate": ("Erfassungsdatum", "recordedDate"), "ResponseId": ("Antwort-ID", "_recordId"),
    "RecipientEmail": ("E-Mail des Empfängers", "recipientEmail"), "LocationLatitude": ("Breitengrad", "locationLatitude"),
}  # fmt: skip
OWN = ["2026-10-01 09:00:00", "2026-10-01 09:30:00", "0", "192.0.2.7", "100", "1", "2026-10-01 09:30:00", "R_1", "ana@example.org", "45.01"]


def loops(kit: Any, *, split: bool, coded: bool) -> bytes:
    """The questions about a service as a loop of two; choices in one column each, or joined with commas."""
    form = Form.read()
    codes, texts, ids = list(META), [text for text, _ in META.values()], [own for _, own in META.values()]
    number = 0

    def add(code: str, text: str, own: str) -> None:
        codes.append(code)
        texts.append(text)
        ids.append(own)

    def title(question: str) -> str:
        asked = form.question(question)
        assert asked is not None
        return str(asked.title["en"])

    for question in kit.once:
        number += 1
        add(question if coded else f"Q{number}", title(question), f"QID{number}_TEXT")
    for nth in (1, 2):
        base = number
        for question in (*kit.each, *kit.shifts):
            base += 1
            code = f"{nth}_{question if coded else f'Q{base}'}"
            if split and question in kit.lists:
                for at, choice in enumerate(kit.choices(question), 1):
                    add(f"{code}_{at}", f"{title(question)} - {choice}", f"{nth}_QID{base}_{at}")
            else:
                add(code, title(question), f"{nth}_QID{base}")
    rows = [codes, texts, [json.dumps({"ImportId": own}, separators=(",", ":")) for own in ids]]
    for filled in kit.answers:
        row = [*OWN, *filled.once.values()]
        for nth in (0, 1):
            answers = filled.services[nth] if nth < len(filled.services) else {}
            for question in kit.each:
                value = answers.get(question, "")
                if question in kit.lists and split:
                    row += [choice if choice in value else "" for choice in kit.choices(question)]
                else:
                    row.append(",".join(value) if isinstance(value, list) else value)
            row += kit.shift_texts(filled.shifts[nth] if nth < len(filled.shifts) else ())
        rows.append(row)
    return bytes(kit.csv(rows, encoding="utf-8-sig"))


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("coded", [True, False])
def test_same_answers_as_the_spreadsheet(kit: Any, split: bool, coded: bool) -> None:
    survey = kit.same({"qualtrics.csv": loops(kit, split=split, coded=coded)})
    assert "192.0.2.7" not in repr(survey)
    assert "ana@example.org" not in repr(survey)


def three(heads: list[tuple[str, str, str]], *answers: list[str]) -> list[list[str]]:
    return [[h[0] for h in heads], [h[1] for h in heads], [json.dumps({"ImportId": h[2]}) for h in heads], *answers]


def test_an_unfinished_answer_is_listed_and_not_complete(kit: Any) -> None:
    heads = [("Finished", "Beendet", "finished"), ("Q1", "Organization", "QID1_TEXT"), ("Q2", "Service", "QID2_TEXT")]
    rows = three(heads, ["1", "Hub", "Meals"], ["False", "Inn", "Beds"])
    survey = kit.read_answers({"q.csv": kit.csv(rows)})
    assert [(i.row, i.severity) for i in survey.issues if i.code == "unfinished_answer"] == [(5, "warning")]
    assert {r.organization: r.is_complete for r in survey.records.responses} == {"hub": True, "inn": False}
    assert len(survey.records.deliveries) == 2


def test_previews_of_the_form_are_no_answers(kit: Any) -> None:
    heads = [("Status", "Status", "status"), ("Q1", "Organization", "QID1_TEXT")]
    tables = kit.tables(kit.csv(three(heads, ["1", "Test"], ["0", "Hub"], ["Survey Preview", "Test"])))
    assert kit.column(tables, "Q1") == ["Hub"]
    assert [i.row for i in tables.issues if i.code == "answer_is_test"] == [4, 6]


def test_a_typed_other_takes_the_place_of_other(kit: Any) -> None:
    one = [("Q5", "What? - Selected Choice", "QID5"), ("Q5_8_TEXT", "What? - Other (please specify) - Text", "QID5_8_TEXT")]
    tables = kit.tables(kit.csv(three(one, ["Waste, food and clothing,Other (please specify)", "Rides"], ["Shelter", ""])))
    assert kit.column(tables, "Q5") == ["Waste, food and clothing,Rides", "Shelter"]
    many = [("Q5_1", "What? - Shelter", "QID5_1"), ("Q5_8", "What? - Other", "QID5_8"), ("Q5_8_TEXT", "What? - Other - Text", "QID5_8_TEXT")]
    tables = kit.tables(kit.csv(three(many, ["Shelter", "Other", "Rides"], ["", "Other", ""], ["Shelter", "", ""])))
    assert kit.column(tables, "Q5") == ["Shelter; Rides", "Other", "Shelter"]
    assert tables.tables[0].names[0] == ("Q5", "What?", "QID5")


def test_a_table_of_numbers_is_no_list_of_choices(kit: Any) -> None:
    heads = [("Q7_1", "How many? - Teams", "QID7_1"), ("Q7_2", "How many? - Vans", "QID7_2")]
    tables = kit.tables(kit.csv(three(heads, ["1", "1"], ["1", "1"])))
    assert tables.tables[0].columns == ("Q7_1", "Q7_2")


def test_a_codebook_may_name_a_column_by_its_import_id(kit: Any) -> None:
    heads = [("Q1", "Wer?", "QID1_TEXT"), ("Q2", "Was?", "QID2_TEXT")]
    codebook = '[columns]\n"QID1_TEXT" = "organization"\n"Q2" = "service"\n'
    survey = kit.read_answers({"q.csv": kit.csv(three(heads, ["Hub", "Meals"]))}, codebook=codebook)
    assert [d.name for d in survey.records.deliveries] == ["Meals"]
    assert survey.records.deliveries[0].organization == "hub"


def test_two_rows_of_headers_and_an_empty_last_column(kit: Any) -> None:
    rows = [
        ["V1", "V5", "V6", "V8", "V10", "Q1", "Q2", ""],
        ["ResponseID", "EmailAddress", "IPAddress", "StartDate", "Finished", "Organization", "Service", ""],
        ["R_1", "ana@example.org", "192.0.2.1", "2026-01-02 10:00:00", "1", "Hub", "Meals", ""],
    ]
    content = kit.csv(rows, encoding="utf-8-sig")
    tables = kit.tables(content)
    assert tables.format == "Qualtrics, csv (comma)"
    assert tables.tables[0].columns == ("Q1", "Q2", "V8")
    survey = kit.read_answers({"q.csv": content})
    assert [(d.name, d.organization) for d in survey.records.deliveries] == [("Meals", "hub")]
    assert [str(r.date) for r in survey.records.responses] == ["2026-01-02"]


@pytest.mark.parametrize("ids", [True, False])
def test_a_german_second_row_is_no_answer_and_german_words_for_tests_and_unfinished_are_known(kit: Any, ids: bool) -> None:
    heads = [(code, german, own) for code, (german, own) in META.items()]
    heads += [("organization", "Wie heißt Ihre Organisation?", "QID1_TEXT"), ("name", "Welches Angebot?", "QID2_TEXT")]
    hub, test, inn = ([*OWN, name, "Essen"] for name in ("Hub", "Test", "Inn"))
    test[2], inn[5] = "Umfragevorschau", "Falsch"
    rows = three(heads, hub, test, inn)
    tables = kit.tables(kit.csv(rows if ids else [*rows[:2], *rows[3:]]))
    assert tables.format == "Qualtrics, csv (comma)"
    assert kit.column(tables, "organization") == ["Hub", "Inn"]
    assert kit.column(tables, "name") == ["Essen", "Essen"]
    assert [row.is_finished for row in tables.tables[0].rows] == [True, False]
    first = 4 if ids else 3
    assert [(i.code, i.row) for i in tables.issues if i.severity == "warning"] == [("answer_is_test", first + 1), ("unfinished_answer", first + 2)]
    assert "ana@example.org" not in repr(tables)


def test_one_row_of_codes_is_read_as_codes(kit: Any) -> None:
    tables = kit.tables(kit.csv([[*META, "organization"], [*OWN, "Hub"]]))
    assert kit.column(tables, "organization") == ["Hub"]
    assert "192.0.2.7" not in repr(tables)


def test_real_export_of_a_german_account(shared_data: Path, kit: Any) -> None:
    tables = read_tables(shared_data / "surveys" / "qualtrics_sample_german_ui.csv", "q.csv")
    (table,) = tables.tables
    assert [row.cells for row in table.rows] == [("2", "Hello World!", "", "2017-07-18 08:28:48")]
    assert table.columns == ("Q1", "Q2", "Q2 - Topics", "RecordedDate")
    assert "130.92.34.66" not in repr(tables)
    assert kit.codes(tables).count("personal_column_dropped") == 7  # network address, three of the recipient, reference, two coordinates
