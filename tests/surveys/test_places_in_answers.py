"""Places from the cell to the record: what a person decides, what stays open, and coordinates that are no place."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

import pytest

import surveys
from answers import ReadAnswers
from ecosystem.records import AreaPart, CoverageArea, Delivery, Location

Codes = Callable[[surveys.Survey], list[str]]

HEADER = "| organization | service | address | longitude | latitude | area | area_radius |"


def answers(*rows: str) -> str:
    return "\n".join([HEADER, "|---|---|---|---|---|---|---|", *rows])


def deliveries(survey: surveys.Survey) -> Mapping[str, Delivery]:
    names = {organization.key: organization.name for organization in survey.records.organizations}
    return {names[delivery.organization]: delivery for delivery in survey.records.deliveries}


def has_point(delivery: Delivery) -> bool:
    return isinstance(delivery.location, Location) and delivery.location.longitude is not None


def as_csv(rows: list[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


# -- names that nobody knows -------------------------------------------------------------------------------------------------------------------


def test_unknown_names_are_a_table_to_fill_in_with_the_closest_names(read_answers: ReadAnswers) -> None:
    survey = read_answers(answers("| Owls | Help | | | | Northbank; Milstreet | |", "| Cats | Help | | | | wards 4 & 9 | |"))
    rows = survey.to_decide["area_names.csv"]
    assert [(row["respondent"], row["question"], row["text"], row["area"]) for row in rows] == [
        ("owls", "area", "Milstreet", ""),
        ("cats", "area", "wards 9", ""),
    ]
    assert rows[0]["closest"].split("; ")[0] == "Mill Street"
    assert all("no area of this city" in row["ask"] for row in rows)


def test_the_table_filled_in_and_kept_among_the_decisions_is_replayed(read_answers: ReadAnswers, codes: Codes) -> None:
    table = answers("| Owls | Help | | | | Northbank; Milstreet | |", "| Cats | Help | | | | wards 4 & 9 | |")
    rows = read_answers(table).to_decide["area_names.csv"]
    decided = [{**row, "area": area} for row, area in zip(rows, ("Mill Street", "ward 5"), strict=True)]
    again = read_answers(table, decisions={"area_names.csv": as_csv(decided)})
    assert "area_unknown" not in codes(again)
    assert "decision_unused" not in codes(again)
    assert again.to_decide["area_names.csv"] == []
    assert deliveries(again)["Owls"].area == CoverageArea((AreaPart("areas", "neighborhoods", ("a1", "a2")),))
    assert deliveries(again)["Cats"].area == CoverageArea((AreaPart("areas", "wards", ("w4", "w5")),))
    still_open = read_answers(table, decisions={"area_names.csv": as_csv(rows)})
    assert codes(still_open).count("decision_open") == 2
    assert deliveries(still_open)["Owls"].area == CoverageArea((AreaPart("areas", "neighborhoods", ("a1",)),), unresolved=("Milstreet",))


@pytest.mark.parametrize("question", ["area", "area_radius"])
def test_a_distance_from_a_place_nobody_knows_can_be_decided(read_answers: ReadAnswers, codes: Codes, question: str) -> None:
    text = "2 blocks of the old mill pond"
    cells = {"area": f"{'within ' + text} | ", "area_radius": f" | {text}"}[question]
    table = answers(f"| Owls | Help | 1 Main St | -93.29 | 45.01 | {cells} |")
    survey = read_answers(table)
    assert deliveries(survey)["Owls"].area == CoverageArea((), unresolved=(f"within {text}" if question == "area" else text,))
    decided = [{**row, "area": "Mill Street"} for row in survey.to_decide["area_names.csv"]]
    again = read_answers(table, decisions={"area_names.csv": as_csv(decided)})
    assert deliveries(again)["Owls"].area == CoverageArea((AreaPart("areas", "neighborhoods", ("a2",)),))


# -- points that are no place ------------------------------------------------------------------------------------------------------------------


def test_many_addresses_at_one_point_are_the_center_of_a_postal_code(read_answers: ReadAnswers, codes: Codes) -> None:
    stacked = [f"| Org {n} | Help | {n} Main St | -93.29 | 45.01 | | 1 mile |" for n in range(1, 6)]
    own = [f"| Own {n} | Help | {n} Oak Ave | -93.2{n} | 45.01 | | 1 mile |" for n in range(1, 7)]
    survey = read_answers(answers(*stacked, *own))
    assert codes(survey).count("coordinates_stacked") == 1
    for name, delivery in deliveries(survey).items():
        assert has_point(delivery) == name.startswith("Own")
        area = delivery.area
        assert isinstance(area, CoverageArea)
        if name.startswith("Own"):
            assert [part.kind for part in area.parts] == ["radius"]
        else:
            assert area == CoverageArea((), unresolved=("1 mile",))
    (issue,) = [issue for issue in survey.issues if issue.code == "coordinates_stacked"]
    assert "the 5 points at 1 of them are not used" in issue.message
    assert (issue.row, issue.column) == (1, "latitude")


def test_where_most_addresses_are_stacked_no_point_of_the_table_is_used(read_answers: ReadAnswers) -> None:
    stacked = [f"| Org {n} | Help | {n} Main St | -93.29 | 45.01 | | |" for n in range(1, 6)]
    survey = read_answers(answers(*stacked, "| Own | Help | 1 Oak Ave | -93.25 | 45.01 | | |"))
    assert not any(has_point(delivery) for delivery in deliveries(survey).values())


def test_many_organizations_in_one_building_keep_their_point(read_answers: ReadAnswers, codes: Codes) -> None:
    survey = read_answers(answers(*[f"| Org {n} | Help | 1 Main St, Suite {n} | -93.29 | 45.01 | | |" for n in range(1, 9)]))
    assert "coordinates_stacked" not in codes(survey)
    assert all(has_point(delivery) for delivery in deliveries(survey).values())


def test_an_address_without_coordinates_is_never_turned_into_a_point(read_answers: ReadAnswers) -> None:
    survey = read_answers(answers("| Owls | Help | 350 S 5th St, Minneapolis, MN 55415 | | | | 2 miles |", "| Cats | Help | Northbank | | | | |"))
    assert not any(has_point(delivery) for delivery in deliveries(survey).values())
    assert deliveries(survey)["Owls"].area == CoverageArea((), unresolved=("2 miles",))
    assert deliveries(survey)["Owls"].location == Location("350 S 5th St, Minneapolis, MN 55415")
