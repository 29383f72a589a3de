"""Who may be one organization, measured on labelled copies of a real directory (fact 12 of the data README), and at the size of a large city."""

from __future__ import annotations

import csv
import io
import itertools
from collections import defaultdict
from pathlib import Path

import pytest

from ecosystem.records import normalize_name
from surveys.identity import Claim, Directory
from surveys.matching import Listing, Match, best, candidates
from surveys.readers.spreadsheet import decode

NAME, URL, ADDRESS_1, ADDRESS_2, POSTCODE, IS_COPY = 0, 2, 3, 4, 7, 13


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[list[str]]:
    text, _ = decode((shared_data / "directories" / "er_labelled_wa" / "training_set_103122.csv").read_bytes())
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def listing(key: str, rows: list[list[str]]) -> Listing:
    urls = tuple(dict.fromkeys(row[URL] for row in rows if row[URL]))
    addresses = (" ".join(filter(None, (row[ADDRESS_1], row[ADDRESS_2], row[POSTCODE][:5]))) for row in rows if row[ADDRESS_1])
    return Listing(key, rows[0][NAME], urls=urls, addresses=tuple(dict.fromkeys(addresses)))


@pytest.fixture(scope="module")
def partners(rows: list[list[str]]) -> dict[str, str]:
    """The organization that each mangled copy was made of: in the file it follows its original."""
    assert all(before[IS_COPY] == "0" for before, row in itertools.pairwise(rows) if row[IS_COPY] == "1")
    return {f"row {at}": normalize_name(rows[at - 1][NAME]) for at, row in enumerate(rows) if row[IS_COPY] == "1"}


@pytest.fixture(scope="module")
def found(rows: list[list[str]]) -> tuple[Match, ...]:
    originals: dict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        if row[IS_COPY] == "0":
            originals[normalize_name(row[NAME])].append(row)
    copies = [listing(f"row {at}", [row]) for at, row in enumerate(rows) if row[IS_COPY] == "1"]
    return candidates(copies, [listing(name, same) for name, same in originals.items()])


def test_the_set_is_626_copies_of_704_records(rows: list[list[str]], partners: dict[str, str]) -> None:
    assert (len(rows), len(partners)) == (1330, 626)


def test_the_true_partner_is_among_the_first_three_for_99_of_100(found: tuple[Match, ...], partners: dict[str, str]) -> None:
    first_three = best(found)
    hits = sum(any(partner in (match.one, match.other) for match in first_three.get(copy, ())) for copy, partner in partners.items())
    assert hits >= 0.99 * len(partners)  # 622 of 626; name similarity alone finds 609


def test_at_most_one_in_a_hundred_of_the_top_tier_is_false(found: tuple[Match, ...], partners: dict[str, str]) -> None:
    strong = [match for match in found if match.tier == "strong"]
    false = [match for match in strong if partners[match.one] != match.other]
    assert len(strong) > 580
    assert len(false) <= 0.01 * len(strong)  # none


def test_every_candidate_says_why(found: tuple[Match, ...]) -> None:
    assert all(match.reasons and 60 <= match.score <= 100 for match in found)


def test_nothing_is_merged_without_a_decision(rows: list[list[str]]) -> None:
    """Who is who keeps every name that is not the same name apart, however alike."""
    directory = Directory.of([Claim(row[NAME]) for row in rows if normalize_name(row[NAME])])
    assert len(directory.names) == len({normalize_name(row[NAME]) for row in rows if normalize_name(row[NAME])})


# -- one pair ----------------------------------------------------------------------------------------------------------------------------------


def test_a_listing_that_may_be_two_others_is_a_question() -> None:
    new = Listing("new", "Harbor Hill Clinc", addresses=("12 Mill Street 55411",))
    known = [Listing(key, name, addresses=("12 Mill St 55411",)) for key, name in (("a", "Harbor Hill Clinic"), ("b", "Harbor Hill Clinics"))]
    assert [match.tier for match in candidates([new], known[:1])] == ["strong"]
    assert {match.tier for match in candidates([new], known)} == {"likely"}


def test_a_shared_office_building_is_no_evidence_alone() -> None:
    pair = [Listing("a", "Somali Elders Circle", addresses=("12 Mill Street",)), Listing("b", "Tax Help Northbank", addresses=("12 Mill St",))]
    assert candidates(pair) == ()


def test_another_phone_and_another_house_number_speak_against_a_like_name() -> None:
    one = Listing("a", "Hope Church", phones=("612-555-0100",), addresses=("12 Mill Street",))
    same = candidates([one, Listing("b", "Hope Church", phones=("(612) 555-0100",), addresses=("12 Mill St",))])
    other = candidates([one, Listing("b", "Hope Church", phones=("612-555-0199",), addresses=("900 Mill Street",))])
    assert (same[0].tier, same[0].reasons) == ("strong", ("same name", "same phone", "same address"))
    assert not other or other[0].tier == "possible"


def test_a_former_name_counts() -> None:
    pair = candidates([Listing("a", "New Light Center", aliases=("Mill Street Mission",)), Listing("b", "Mill Street Mission")])
    assert pair[0].score == 100


def test_pairs_that_a_person_told_apart_are_not_asked_about_again() -> None:
    pair = [Listing("a", "Harbor Hill"), Listing("b", "Harbor Hil")]
    assert len(candidates(pair)) == 1
    assert candidates(pair, apart=[frozenset({"a", "b"})]) == ()


def test_order_does_not_matter() -> None:
    listings = [Listing(key, name) for key, name in (("a", "Harbor Hill"), ("b", "Harbor Hil"), ("c", "Harbour Hill"), ("d", "Mill Street"))]
    assert candidates(listings) == candidates(listings[::-1])


def test_5000_organizations_are_looked_through_without_comparing_all() -> None:
    words = ["".join(chr(97 + (at * step) % 26) for step in (3, 7, 11, 17, 5)) for at in range(26)]
    listings = [
        Listing(
            f"o{at:04d}",
            f"{words[at % 26]} {words[at // 26 % 26]} {words[at // 676]} center {at % 97}",
            urls=(f"https://site{at // 2}.example.org",) if at % 3 else (),
            phones=(f"612-555-{at // 3:04d}",) if at % 2 else (),
        )
        for at in range(5000)
    ]
    matches = candidates(listings)
    assert len(matches) < 100_000  # all pairs would be 12,497,500
