"""What each analysis finds on the small town, worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from ecosystem.analysis import ANALYSES, REVIEWS, analyze, names
from ecosystem.analysis.base import Results
from ecosystem.city import City, Population
from ecosystem.coverage import Coverage
from ecosystem.errors import CityError, NameUnknownError
from ecosystem.findings import CITY, Finding, Findings
from ecosystem.geography import Geography
from ecosystem.graph import Ecosystem
from ecosystem.messages import LANGUAGES, Catalogue
from ecosystem.records import Capacity, Invitation, Language, Records, Response
from ecosystem.schedule import ALWAYS, Schedule

WEEKDAYS = Schedule.daily("00:00", "24:00", days=range(5))
DAY = Schedule.daily("08:00", "16:00", days=range(5))
NIGHT = Schedule.daily("16:00", "08:00", days=range(5))


def find(eco: Ecosystem) -> Results:
    return analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), eco.city)


def by_area(findings: Findings, kind: str, need: str) -> Mapping[tuple[str, ...], Finding]:
    return {finding.areas: finding for finding in findings.of_kind(kind) if finding.need == need}


# -- gaps ----------------------------------------------------------------------------------------------------------------------------------


def test_gap_counts_its_people_and_hours(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    gaps = find(town(give("owls", "02a", WEEKDAYS, "birch")))["gaps"]
    found = by_area(gaps, "gap", "N01")
    assert found[("birch",)].when == ~WEEKDAYS
    assert (found[("birch",)].numerator, found[("birch",)].people) == (48.0, 2000.0)
    assert found[("birch",)].weight == 2000 * 48
    assert found[("ash",)].when == ALWAYS
    assert ("park",) not in found
    row = gaps.table.query("need == 'N01' and area_id == 'birch'").iloc[0]
    assert (row.gap_hours, row.covered_hours, row.not_known_hours) == (48.0, 120.0, 0.0)
    assert row.share_of_week_known == pytest.approx(120 / 168)


def test_need_nobody_answers_is_one_finding_about_the_city(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    gaps = find(town(give("owls", "02a", WEEKDAYS, "birch")))["gaps"]
    (nobody,) = [finding for finding in gaps.of_kind("gap_city") if finding.need == "N14"]
    assert (nobody.areas, nobody.people) == ((CITY,), 3000.0)
    assert not by_area(gaps, "gap", "N14")


def test_missing_answer_is_not_known_and_names_who_to_ask(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    answer = give("owls", "02a", None, "birch")
    gaps = find(town(answer, silent=[Invitation("crows", "Crows", likely_needs=("N01",))]))["gaps"]
    not_known = by_area(gaps, "gap_not_known", "N01")[("birch",)]
    assert not_known.deliveries == (answer[2].id,)  # type: ignore[index]
    assert (not_known.question, not_known.silent) == ("hours", ("crows",))
    assert (not_known.known, not_known.possible) == (0.0, 1.0)
    assert ("birch",) not in by_area(gaps, "gap", "N01")


def test_finding_keeps_its_id_when_hours_change(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    before = by_area(find(town(give("owls", "02a", WEEKDAYS, "birch")))["gaps"], "gap", "N01")[("birch",)]
    after = by_area(find(town(give("owls", "02a", DAY, "birch")))["gaps"], "gap", "N01")[("birch",)]
    assert before.id == after.id
    assert before.numerator != after.numerator


# -- holes ---------------------------------------------------------------------------------------------------------------------------------


def test_weekend_is_one_hole_shared_by_both_areas(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    # Minneapolis crisis teams in February 2022: Monday to Friday around the clock, one 48-hour hole from Saturday 00:00
    holes = find(town(give("owls", "02a", WEEKDAYS, "ash birch"), give("cats", "02g", ALWAYS, "ash")))["holes"]
    rows = holes.table.query("need == 'N01'")
    assert rows[["area_id", "start", "end", "hours"]].to_numpy().tolist() == [["ash", 7200, 10080, 48.0], ["birch", 7200, 10080, 48.0]]
    (shared,) = [finding for finding in holes.of_kind("hole_city") if finding.need == "N01"]
    assert (shared.values["run"], shared.numerator, shared.denominator, shared.people) == ((7200, 10080), 2.0, 2.0, 3000.0)
    assert shared.message == "hole.city"  # all 48 hours are alike: none is said to help most


def test_hour_that_stands_out_is_told(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    but_noon = ~Schedule.of((720, 765))
    holes = find(town(give("owls", "02a", but_noon, "ash birch")))["holes"]
    (shared,) = [finding for finding in holes.of_kind("hole_city") if finding.need == "N01"]
    assert (shared.message, shared.values["first_hour"], shared.values["first_people"]) == ("hole.city.hour", (720, 780), 2250.0)


def test_hole_past_sunday_midnight_is_one_run(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    daytime = Schedule.daily("07:30", "24:00", days=range(5))
    holes = find(town(give("owls", "02a", daytime, "ash birch"), give("cats", "02g", ALWAYS, "ash")))["holes"]
    rows = holes.table.query("need == 'N01' and area_id == 'ash'")
    assert rows[["start", "end"]].to_numpy().tolist()[-1] == [7200, 10080 + 450]
    assert rows.hours.sum() == 168 - 82.5


def test_short_runs_stay_out_of_the_findings(town: Callable[..., Ecosystem], give: Callable[..., object], settings: City) -> None:
    nearly = ~Schedule.of((600, 615))
    eco = town(give("owls", "02a", nearly, "ash birch"), city=settings.model_copy(update={"analysis": {"holes": {"shortest_minutes": 20}}}))
    holes = find(eco)["holes"]
    assert len(holes.table.query("need == 'N01'")) == 2
    assert not by_area(holes, "hole", "N01")


# -- overlaps ------------------------------------------------------------------------------------------------------------------------------


def verdicts(eco: Ecosystem) -> list[str]:
    return find(eco)["overlaps"].table.verdict.tolist()


def test_relay_is_a_complement(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", NIGHT, "ash"), give("larks", "02a", DAY, "ash"))
    assert verdicts(eco) == ["complement"]


def test_pair_without_which_nobody_is_left_is_a_backup_worth_keeping(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", WEEKDAYS, "ash birch"), give("larks", "02a", DAY, "ash"))
    assert verdicts(eco) == ["redundancy"]
    (finding,) = find(eco)["overlaps"].items
    owls = next(d.id for d in eco.records.deliveries if d.organization == "owls")
    assert (finding.values["keeper"], finding.status, finding.people) == (owls, "strength", 1000.0)


def test_pair_is_not_the_same_where_one_alone_speaks_a_language(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    somali = (Language("so", "staff"),)
    eco = town(
        give("owls", "02a", DAY, "ash", languages=(Language("en", "staff"),)),
        give("larks", "02a", DAY, "ash", languages=somali),
        give("jays", "02a", DAY, "ash", languages=(Language("en", "staff"),)),
    )
    table = find(eco)["overlaps"].table
    larks = next(d.id for d in eco.records.deliveries if d.organization == "larks")
    with_larks = table[(table.delivery_a == larks) | (table.delivery_b == larks)]
    assert with_larks.verdict.tolist() == ["redundancy", "redundancy"]
    only = [*with_larks.only_through_a, *with_larks.only_through_b]
    assert sorted(only) == ["", "", "so", "so"]
    assert table[(table.delivery_a != larks) & (table.delivery_b != larks)].verdict.tolist() == ["shared"]


def test_speakers_who_would_lose_their_cover_are_counted(give: Callable[..., object], settings: City) -> None:
    frame = gpd.GeoDataFrame(
        {"area_id": ["ash", "birch"], "name": ["Ash", "Birch"], "residents": [1000.0, 2000.0], "somali": [120.0, 30.0]},
        geometry=[box(478_000, 4_980_000, 479_000, 4_981_000), box(479_000, 4_980_000, 480_000, 4_981_000)],
        crs="EPSG:26915",
    )
    population = Population(groups={"speakers": "somali"}, languages={"so": "speakers"})
    answers = [
        give("owls", "02a", DAY, "ash"),
        give("larks", "02a", DAY, "ash", languages=(Language("so", "staff"),)),
        give("jays", "02a", DAY, "ash"),
    ]
    records = Records.of(*zip(*answers, strict=True))  # type: ignore[arg-type]
    city = settings.model_copy(update={"population": population})
    eco = Ecosystem.build(records, Geography.of(frame, groups={"speakers": "somali"}, crs="EPSG:26915"), city)
    told = [finding for finding in find(eco)["overlaps"] if finding.message == "overlap.redundancy.speakers"]
    assert [(finding.values["languages"], finding.values["speakers"]) for finding in told] == [(("so",), 120.0)] * 2


def test_claim_to_the_whole_city_overlaps_on_paper(town: Callable[..., Ecosystem], give: Callable[..., object], settings: City) -> None:
    diluted = settings.model_copy(update={"analysis": {"overlaps": {"diluted": 0.4}}})
    eco = town(give("owls", "02a", DAY, "city"), give("larks", "02a", DAY, "ash"), city=diluted)
    assert verdicts(eco) == ["paper"]  # 1,000 of its 3,000 residents are shared: a third
    line = town(give("line", "01c", DAY, "city", mode="phone"), give("larks", "02a", DAY, "ash"), city=diluted)
    assert "paper" not in verdicts(line)


def test_two_programs_of_one_organization_are_no_pair(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    from dataclasses import replace

    organization, service, delivery = give("owls", "02a", DAY, "ash")  # type: ignore[misc]
    eco = town((organization, service, delivery), (organization, service, replace(delivery, id="d-2", site="two")))
    assert verdicts(eco) == []


# -- knowledge -----------------------------------------------------------------------------------------------------------------------------


def test_response_rate_by_sector_and_size(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    silent = [
        Invitation("county", "County", sector="county", asked=False),
        Invitation("big", "Big", sector="community", size=8),
    ]
    eco = town(give("owls", "02a", DAY, "ash"), give("beds", "04a", DAY, "ash", sector="health"), silent=silent)
    knowledge = find(eco)["knowledge"]
    rates = {
        row.name: (row.numerator, row.denominator, row.by_size) for row in knowledge.table.query("measure == 'response_rate'").itertuples(index=False)
    }
    assert rates == {"all": (2, 3, 0.2), "community": (1, 2, pytest.approx(1 / 9)), "health": (1, 1, 1.0)}
    total = next(finding for finding in knowledge.of_kind("response_rate") if finding.group == "all")
    assert (total.silent, total.values["not_asked"]) == (("big",), ("county",))


def test_response_rate_by_size_class(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    silent = [Invitation(f"s{size}", f"S{size}", sector="city", size=size) for size in (9, 10, 49, 300)]
    eco = town(give("owls", "02a", DAY, "ash"), silent=silent)  # the owls answered; their size is 1
    table = find(eco)["knowledge"].table.query("measure == 'response_rate_by_size'")
    rows = {row.name: (row.numerator, row.denominator, row.share, row.by_size) for row in table.itertuples(index=False)}
    assert rows == {"1-9": (1, 2, 0.5, pytest.approx(0.1)), "10-49": (0, 2, 0, 0), "250+": (0, 1, 0, 0)}


def test_a_list_without_sizes_has_no_size_classes(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    assert find(town(give("owls", "02a", DAY, "ash")))["knowledge"].table.query("measure == 'response_rate_by_size'").empty


def test_answers_older_than_the_city_allows(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", DAY, "ash"), give("larks", "02a", DAY, "ash"), give("listed", "02a", DAY, "ash"))
    as_of = eco.city.as_of
    ages = {"owls": (400, "questionnaire"), "larks": (365, "interview"), "listed": (900, "public listing")}
    responses = tuple(Response(key, date=as_of - dt.timedelta(days=days), method=method) for key, (days, method) in ages.items())  # type: ignore[arg-type]
    eco = replace(eco, records=replace(eco.records, responses=(*responses, Response("owls", date=as_of - dt.timedelta(days=900)))))
    knowledge = find(eco)["knowledge"]
    (finding,) = knowledge.of_kind("old_answers")
    assert (finding.values["orgs"], finding.numerator, finding.denominator) == (("owls",), 1, 2)
    assert "listed" not in eco.records.answered


def test_unknown_share_leaves_out_what_was_never_asked(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", None, "ash"), give("larks", "02a", DAY, "ash", capacity=Capacity(teams=2)))
    knowledge = find(eco)["knowledge"]
    table = knowledge.table.query("measure == 'unknown_field' and area_id == 'city'").set_index("name")
    assert table.loc["hours", ["numerator", "denominator", "share"]].tolist() == [1, 2, 0.5]
    assert table.loc["teams", "denominator"] == 1
    assert "languages" not in table.index


def test_question_that_settles_most_comes_first(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    small, large = give("small", "02a", None, "ash"), give("large", "02a", None, "birch")
    questions = find(town(small, large))["knowledge"].of_kind("question")
    assert [finding.deliveries[0] for finding in questions] == [large[2].id, small[2].id]  # type: ignore[index]
    assert questions[0].weight == 2000 * 168
    assert questions[0].question == "hours"


# -- the registry --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> tuple[Ecosystem, Results]:
    town, give = request.getfixturevalue("town"), request.getfixturevalue("give")
    eco = town(give("owls", "02a", WEEKDAYS, "ash birch"), give("larks", "02a", DAY, "ash"), give("jays", "02b", None, None))
    return eco, find(eco)


@pytest.mark.parametrize("name", [*ANALYSES, *REVIEWS])
def test_every_analysis_declares_its_table_and_its_words(results: tuple[Ecosystem, Results], name: str) -> None:
    eco, found = results
    findings = found[name]
    assert isinstance(findings.table, pd.DataFrame)
    assert list(findings.table.columns) == [column.name for column in findings.columns]
    assert len(findings) > 0 or name == "diversion"  # a city without calls: tests/ecosystem/calls
    for language in LANGUAGES:
        catalogue = Catalogue.read(language, eco.taxonomy, eco.names)
        for finding in findings:
            assert finding.analysis == name
            assert finding.sentence(catalogue)
            assert catalogue.text(finding.next_step, finding.values)


@pytest.mark.parametrize("name", [*ANALYSES, *REVIEWS])
def test_every_analysis_has_a_table_when_nobody_answered(town: Callable[..., Ecosystem], name: str) -> None:
    findings = find(town(silent=[Invitation("owls", "Owls")]))[name]
    assert list(findings.table.columns) == [column.name for column in findings.columns]


def test_unknown_analysis_and_unknown_option_are_named(town: Callable[..., Ecosystem], give: Callable[..., object], settings: City) -> None:
    eco = town(give("owls", "02a", DAY, "ash"))
    with pytest.raises(NameUnknownError, match="there is no analysis 'gasp'; there are gaps, holes, overlaps, diversion, knowledge"):
        analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), eco.city, only="gasp")
    with pytest.raises(CityError, match="part_shar"):
        analyze(eco, Coverage.of(eco, as_of=eco.city.as_of), settings.model_copy(update={"analysis": {"gaps": {"part_shar": 0.1}}}))
    assert names() == ("gaps", "holes", "overlaps", "diversion", "knowledge")
