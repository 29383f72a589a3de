"""Names decide, patterns propose: the packaged rules against names of real lists, and the reviewed table at its door."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from ecosystem.calls.recode import BASELINE, EXCLUDED, UNKNOWN, CallType, CallTypes, Rule, proposal, propose, read_codes, read_rules
from ecosystem.errors import InputError, MissingFileError
from ecosystem.taxonomy import Taxonomy

NEEDS = tuple(Taxonomy.read().needs)
HEADER = "name,needs,tier,low,mid,high,decided_by,valid_from,valid_to\n"


def table(tmp_path: Path, rows: str) -> CallTypes:
    path = tmp_path / "types.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return CallTypes.read(path, needs=NEEDS)


@pytest.mark.parametrize("rule", read_rules(), ids=lambda rule: str(rule.number))
def test_examples_land_on_the_needs_of_their_rule(rule: Rule) -> None:
    for example in rule.examples:
        found = propose(example)
        assert found is not None, example
        assert found.needs == rule.needs, f"{example} is taken by rule {found.number}"


@pytest.mark.parametrize("rule", read_rules(), ids=lambda rule: str(rule.number))
def test_no_pattern_matches_inside_a_longer_word(rule: Rule) -> None:
    words = {word.strip("*^$!") for part in rule.pattern.split("|") for token in part.split() for word in token.split("/")} - {"", "..."}
    for word in words:
        assert not Rule(0, word, {}, "", 0, 0, 0, "").fits(f"xx{word}")
        assert not Rule(0, word, {}, "", 0, 0, 0, "").fits(f"{word}ville")


def test_words_that_misled_earlier_drafts() -> None:
    for name in ("Supplemental", "Lieutenant call", "Scrape", "Parsons Ave", "Establish perimeter", "Firefighter memorial"):
        assert propose(name) is None, name


def test_rules_are_sound() -> None:
    codes = {*NEEDS, *BASELINE, *EXCLUDED, UNKNOWN}
    assert [rule.number for rule in read_rules()] == list(range(1, 109))
    for rule in read_rules():
        assert set(rule.needs) <= codes
        assert sum(rule.needs.values()) == pytest.approx(1)
        assert 0 <= rule.low <= rule.mid <= rule.high <= 1


def test_no_injury_is_no_injury() -> None:
    assert propose("Accident - No Injuries").needs == {"N13": 1.0}  # type: ignore[union-attr]
    assert propose("Accident - w/ Injuries").needs == {"BASE-XP": 1.0}  # type: ignore[union-attr]


def test_proposal_decides_nothing() -> None:
    row = proposal("CW", "CHECK THE WELFARE", 1135)
    assert row.needs == (("N03", 1.0),)
    assert not row.is_decided
    assert CallTypes((row,)).table().empty
    assert proposal("ZZZ").needs == ((UNKNOWN, 1.0),)


def test_one_type_is_several_needs_by_shares(tmp_path: Path) -> None:
    rows = table(tmp_path, "Person down,N03:0.5;N04:0.5,A,0.2,0.5,0.8,Board,,\n").table()
    assert rows[["type", "need", "share", "low", "high"]].to_numpy().tolist() == [
        ["Person down", "N03", 0.5, 0.2, 0.8],
        ["Person down", "N04", 0.5, 0.2, 0.8],
    ]


def test_every_problem_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        table(tmp_path, "A,N99,A,0,0,0,Board,,\nB,N03:0.5,A,0,0,0,Board,,\nC,N03,A,0.9,0.5,1,Board,,\nD,N03,Q,0,0,0,Board,,\n,N03,,,,,,,\n")
    told = str(error.value).splitlines()
    assert len(told) == 5
    for line, word in zip(told, ("row 2", "row 3", "row 4", "row 5", "row 6"), strict=True):
        assert word in line


def test_code_that_changed_its_meaning_has_two_rows(tmp_path: Path) -> None:
    old_and_new = "X,N03,A,0,0,0,Board,,2023-12-21\nX,N08,A,0,0,0,Board,2023-12-22,\n"
    rows = table(tmp_path, old_and_new).table()
    assert rows["to_day"].tolist()[0] + 1 == rows["from_day"].tolist()[1]
    with pytest.raises(InputError, match="stands twice"):
        table(tmp_path, old_and_new.replace("2023-12-21", "2023-12-22"))


def test_review_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    decided = CallType("NOISE", needs=(("N14", 1.0),), tier="A", mid=0.1, high=0.2, decided_by="Board", decided_on=dt.date(2026, 1, 1))
    path = tmp_path / "types.csv"
    CallTypes((decided,)).with_proposals({"NOISE": 5, "FIGHT": 2, "-1": 1, "ANIMAL": 7}, {}).write(path)
    again = CallTypes.read(path, needs=NEEDS)
    assert again.rows[0] == decided
    assert [row.name for row in again.rows] == ["NOISE", "ANIMAL", "FIGHT", "-1"]
    assert [row.is_decided for row in again.rows] == [True, False, False, False]


def test_overdue_and_open_decisions_are_issues() -> None:
    open_row, old = CallType("A"), CallType("B", decided_by="Board", review_by=dt.date(2026, 1, 1))
    codes = [issue.code for issue in CallTypes((open_row, old)).issues("types.csv", as_of=dt.date(2026, 10, 1))]
    assert codes == ["type_undecided", "type_overdue"]


def test_missing_table_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="ecosystem calls review"):
        CallTypes.read(tmp_path / "none.csv", needs=NEEDS)


# -- real lists ----------------------------------------------------------------------------------------------------------------------------


def test_code_list_with_codes_twice_adds_no_call(shared_data: Path) -> None:
    codes = read_codes(shared_data / "san_diego_calls" / "pd_cfs_calltypes_datasd.csv")
    with (shared_data / "san_diego_calls" / "pd_calls_for_service_2023_datasd.csv").open(encoding="utf-8") as file:
        calls = [codes.get(row["call_type"], "") for row in csv.DictReader(file)]
    assert len(calls) == 26_595
    assert [calls.count(name) for name in ("MENTAL CASE", "CHECK THE WELFARE", "DISTURBING PEACE")] == [597, 1_135, 2_000]


def test_names_of_minneapolis_are_proposed_as_a_person_would(shared_data: Path) -> None:
    with (shared_data / "call_types" / "minneapolis_911_top25_problem_final.csv").open(encoding="utf-8") as file:
        found = {row["problem_final"]: proposal(row["problem_final"]).needs for row in csv.DictReader(file)}
    assert found["Check the Welfare (P)"] == (("N03", 1.0),)
    assert found["Behavioral Crisis Welfare Ck"] == (("N01", 1.0),)
    assert found["Property Damage Accident (P)"] == (("N13", 1.0),)
    assert found["Sound of Shots Fired (P)"] == (("N26", 1.0),)
    assert found["Receive Information (P)"] == ((UNKNOWN, 1.0),)
