"""The report says what the results say, in plain words, and text from answers stays text."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ecosystem.city import City
from ecosystem.errors import NameUnknownError
from ecosystem.geography import Geography
from ecosystem.records import Records
from ecosystem.report import write_report
from ecosystem.report.document import Figure, Figures, Heading, Items, Paragraph, Report, Table
from ecosystem.report.headlines import ending_soon, find_headlines, nobody_anywhere, not_known_areas, shared_holes
from ecosystem.report.material import Material
from ecosystem.report.story import compose
from ecosystem.report.strengths import find_strengths, needs_always_covered
from ecosystem.schedule import Hours, Piece, Schedule

HOSTILE_FILE = Path(os.environ.get("ECOSYSTEM_SHARED", "../shared")) / "acceptance" / "hostile_strings.json"
VOID = {"meta", "rect", "path", "circle", "br"}


class Page(HTMLParser):
    """Elements, attributes and text of a page, as a browser would take them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(small_run: Any) -> str:
    return write_report(small_run, "en")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


# ------------------------------------------------------------------------------------------------------------------------------ what it says


def test_weekend_without_a_crisis_team_is_one_finding_over_both_areas(english: Material) -> None:
    (group,) = shared_holes(english)
    assert (group.needs, group.areas, group.people) == (("N01",), ("ash", "birch"), 3000.0)
    first = find_headlines(english)[0].finding
    assert first.title == "48 hours in a row with no one on duty"
    assert first.text == (
        "For: “Mental-health crisis”. When: Saturday 00:00 to Monday 00:00. "
        "In Ash and Birch, no one other than police, fire or ambulance is on duty. Home to about 3,000 people."
    )


def test_one_headline_of_each_kind_comes_before_the_second_of_any(english: Material) -> None:
    titles = [headline.finding.title for headline in find_headlines(english)]
    assert titles == [
        "48 hours in a row with no one on duty",
        "Nobody found anywhere: “Victim of another crime”",
        "1 contract ends by 31 December 2026, and nobody is named to manage it",
        "Not known: who can come in Ash",
        "Nobody found in Birch: “Noise or dispute”",
    ]


def test_each_decision_is_the_next_step_of_its_finding(english: Material) -> None:
    headlines = find_headlines(english)
    steps = {finding.id: english.catalogue.text(finding.next_step, finding.values) for finding in english.results["gaps"]}
    for headline in headlines:
        for finding in headline.finding.findings:
            if finding in steps:
                assert headline.decision.text == steps[finding]
    assert [headline.decision.title for headline in headlines][:3] == [
        "Put someone on duty: Saturday 00:00 to Monday 00:00",
        "Plan a first service for: “Victim of another crime”",
        "Name a manager for the contract that ends by 31 December 2026",
    ]


def test_first_page_holds_five_of_each_at_most(english: Material) -> None:
    first_page = compose(english).first_page
    assert len(first_page.findings.items) == len(first_page.decisions.items) == 5
    assert len(first_page.strengths.items) == 5
    assert first_page.response.sentence == "We heard from 3 of 4 organizations (75%). Not asked: Oak County."


def test_strengths_come_from_the_results(english: Material) -> None:
    assert needs_always_covered(english) == ("N14",)
    titles = [item.title for item in find_strengths(english, most=20)]
    assert titles == [
        "Someone is there day and night, in every neighborhood",
        "3 organizations keep people safe here",
        "Working days: help everywhere for 2 kinds of need",
        "Help in 1 language besides English",
        "1 service is open day and night",
    ]


def test_silent_organization_is_named_where_it_works(english: Material) -> None:
    (group,) = not_known_areas(english)
    assert (group.areas, group.needs) == (("ash",), ("N08",))
    assert english.silent_in(group.areas) == ("mute",)
    assert "Mute House works there and did not answer." in find_headlines(english)[3].finding.text


def test_need_without_any_answer_is_one_group_for_the_city(english: Material) -> None:
    (group,) = nobody_anywhere(english)
    assert group.needs == ("N37",)


def test_only_contracts_that_end_soon_count_as_ending(english: Material) -> None:
    assert [contract.id for contract in ending_soon(english)] == ["c1", "c2"]


def test_areas_are_named_when_few_and_counted_when_many(english: Material) -> None:
    assert english.where(["ash"]) == "Ash"
    assert english.where(["ash", "birch"]) == "Ash and Birch"


def test_chapters_stand_in_their_order(english: Material) -> None:
    assert [chapter.id for chapter in compose(english).chapters] == ["assets", "gaps", "hours", "overlaps", "unknown", "funding", "method", "annex"]


def test_dispute_shows_both_answers(page: Page) -> None:
    assert "“9 to 5” (director). “all day” (one answer)." in page.text


def test_who_answered_is_told_by_sector_and_by_size(small_town: Any, run_again: Callable[[Records, Geography, City], Any], english: Material) -> None:
    def table(material: Material, caption: str) -> Table | None:
        blocks = next(chapter for chapter in compose(material).chapters if chapter.id == "unknown").blocks
        return next((block for block in blocks if isinstance(block, Table) and block.caption == caption), None)

    assert table(english, "Who answered, by sector") is not None
    assert table(english, "Who answered, by size") is None  # the list tells no sizes
    sized = [dataclasses.replace(entry, size=20.0 if entry.key == "mute" else entry.size) for entry in small_town.records.invitations]
    run = run_again(dataclasses.replace(small_town.records, invitations=tuple(sized)), small_town.geography, small_town.city)
    found = table(Material.of(run, "en"), "Who answered, by size")
    assert found is not None
    asked = sum(entry.asked and entry.key != "mute" for entry in sized)
    assert [(row[0], row[2]) for row in found.rows] == [("1–9", f"{asked} of {asked}"), ("10–49", "0 of 1")]
    assert f"the share is {round(100 * asked / (asked + 20))}%" in write_report(run, "en")


def test_numbers_of_people_are_rounded(page: Page) -> None:
    assert "about 3,000 people" in page.text


def test_thresholds_and_versions_are_printed(page: Page) -> None:
    for words in ("Share of people with nobody from which a place has a gap", "50%", "30 minutes", "1 October 2026", "Version of the program"):
        assert words in page.text


# ------------------------------------------------------------------------------------------------------------------------------- how it says it


def words_of(report: Report) -> Iterable[str]:
    for part in (report.first_page.strengths, report.first_page.findings, report.first_page.decisions):
        for item in part.items:
            yield from (item.text, item.how)
    for chapter in report.chapters:
        for block in chapter.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Items):
                for item in block.items:
                    yield from (item.text, item.how)
            elif isinstance(block, Table | Figure | Figures):
                yield block.note
            else:
                assert isinstance(block, Heading)


def grade(text: str) -> float:
    """Flesch-Kincaid grade; names of needs and the word organization count as familiar words."""
    words = re.findall(r"[A-Za-z’'-]+", text.replace("organization", "partner").replace("ambulance", "medic"))
    sentences = max(1, len(re.findall(r"[.:;?!](?=\s|$)", text)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower())) - bool(re.search(r"[^aeiouyl]e$", word.lower()))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_report_reads_at_grade_eight(english: Material) -> None:
    texts = [text for text in words_of(compose(english)) if len(text.split()) >= 8]
    assert grade(" ".join(texts)) <= 8
    assert not {text: grade(text) for text in texts if grade(text) > 12}


@pytest.mark.parametrize("language", ["en", "es"])
def test_nobody_reads_of_duplicates_or_of_places_to_cut(small_run: Any, language: str) -> None:
    text = Page(write_report(small_run, language)).text
    assert not re.search(r"duplic|redundan(t|cies|te)\b|\brank|\bscore|high[- ]crime|bad neighbo", text, re.IGNORECASE)


def test_nobody_never_reads_as_do_not_call(page: Page) -> None:
    assert page.text.count("In danger, call 911. To talk to someone, call or text 988.") == 2


def test_spanish_report_has_no_english_sentence(small_run: Any) -> None:
    page = Page(write_report(small_run, "es"))
    assert page.all("html") == [{"lang": "es"}]
    assert "no one other than" not in page.text
    assert "aparte de policía, bomberos o ambulancia" in page.text


def test_language_without_messages_is_refused(small_run: Any) -> None:
    with pytest.raises(NameUnknownError, match="'so'"):
        write_report(small_run, "so")


# ------------------------------------------------------------------------------------------------------------------------------- what the page is


def test_two_writes_are_the_same_bytes(small_run: Any, html: str) -> None:
    assert write_report(small_run, "en") == html


def test_page_can_ask_nothing_of_the_network(page: Page, html: str) -> None:
    assert page.tags().isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form", "input", "video", "audio"})
    assert not any(name in attributes for _, attributes in page.elements for name in ("src", "srcset", "style", "xlink:href"))
    assert all(link["href"].startswith(("#", "mailto:safety@smallville.example?subject=")) for link in page.all("a"))
    assert not re.search(r"@import|url\((?!#)", html)


def test_policy_allows_the_one_style_sheet_and_nothing_else(page: Page, html: str) -> None:
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_headings_step_by_one(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_ids_are_given_once_and_links_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(ids)
    assert {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes} <= set(ids)


def test_every_figure_has_words_and_a_table(page: Page) -> None:
    assert len(page.all("figure")) == len(page.all("details")) >= 2
    assert all((svg.get("role") == "img" and svg["aria-label"]) or svg.get("aria-hidden") == "true" for svg in page.all("svg"))


def test_tables_have_captions_and_header_cells(page: Page) -> None:
    assert len(page.all("table")) == len(page.all("caption"))
    assert {cell.get("scope") for cell in page.all("th")} == {"col", "row"}


# ---------------------------------------------------------------------------------------------------------------------------------- what it survives


def poison(value: Any, text: str, fields: set[str]) -> Any:
    """Return a record with `text` in each of the named fields."""
    names = {field.name for field in dataclasses.fields(value)} & fields
    return dataclasses.replace(value, **dict.fromkeys(names, text))


def hostile_records(records: Records, text: str) -> Records:
    """Return the records with one string in every field that a provider writes."""
    parts: dict[str, list[Any]] = {
        "organizations": [poison(o, text, {"name"}) for o in records.organizations],
        "services": [poison(s, text, {"name", "description"}) for s in records.services],
        "deliveries": [poison(d, text, {"name", "site"}) for d in records.deliveries],
        "invitations": [poison(i, text, {"name"}) for i in records.invitations],
        "contracts": [poison(c, text, {"funder", "program", "includes"}) for c in records.contracts],
    }
    parts["deliveries"] = [
        dataclasses.replace(d, contact=poison(d.contact, text, {"phone", "url"}))
        if dataclasses.is_dataclass(d.contact) and hasattr(d.contact, "phone")
        else d
        for d in parts["deliveries"]
    ]
    parts["contracts"] = [dataclasses.replace(c, manager=text) if isinstance(c.manager, str) else c for c in parts["contracts"]]
    claims = [dataclasses.replace(d, claims=tuple(poison(s, text, {"text", "role"}) for s in d.claims)) for d in records.disputes]
    return Records.of(**parts, responses=records.responses, referrals=records.referrals, disputes=claims)


def texts_for_fields() -> list[str]:
    if HOSTILE_FILE.is_file():
        strings: list[str] = json.loads(HOSTILE_FILE.read_text(encoding="utf-8"))
        return strings
    return []


@pytest.mark.shared
def test_hostile_text_in_every_field_is_shown_and_never_run(
    small_town: Any, run_again: Callable[[Records, Geography, City], Any], page: Page
) -> None:
    strings = texts_for_fields()
    if not strings:
        pytest.skip(f"{HOSTILE_FILE} is not there; set ECOSYSTEM_SHARED to the folder of shared data")
    usual = page.tags()
    for start in range(0, len(strings), 8):
        text = " ¦ ".join(strings[start : start + 8])
        run = run_again(hostile_records(small_town.records, text), small_town.geography, small_town.city)
        hostile = Page(write_report(run, "en"))
        assert hostile.tags() == usual
        assert not any(name.startswith("on") or name in ("style", "src", "srcdoc") for _, attributes in hostile.elements for name in attributes)
        assert all(link["href"].startswith(("#", "mailto:safety@smallville.example?")) for link in hostile.all("a"))
        shown = re.sub(r"\r\n?", "\n", text)
        assert any(shown in words.replace("\r\n", "\n").replace("\r", "\n") for words in hostile.texts)


def test_city_without_an_invitation_list_or_contracts_still_gets_its_report(
    small_town: Any, run_again: Callable[[Records, Geography, City], Any]
) -> None:
    records = dataclasses.replace(small_town.records, invitations=(), responses=(), contracts=(), disputes=())
    report = compose(Material.of(run_again(records, small_town.geography, small_town.city), "en"))
    assert "No list of those who were asked was given" in report.first_page.response.sentence
    assert "0 of 0" not in " ".join(words_of(report))
    assert "funding" not in [chapter.id for chapter in report.chapters]


def test_city_without_a_population_speaks_of_no_people(small_town: Any, run_again: Callable[[Records, Geography, City], Any]) -> None:
    ground = dataclasses.replace(small_town.geography, has_residents=False)
    report = compose(Material.of(run_again(small_town.records, ground, small_town.city), "en"))
    assert "people" not in report.first_page.findings.items[0].text
    assert "by ground, since no population was given" in Page(write_report(run_again(small_town.records, ground, small_town.city), "en")).text


def test_hours_that_two_answers_dispute_are_told_by_what_both_say(small_town: Any, run_again: Callable[[Records, Geography, City], Any]) -> None:
    records = small_town.records
    day, evening = Schedule.daily("09:00", "17:00"), Schedule.daily("17:00", "20:00")
    disputed = dataclasses.replace(records.deliveries[0], hours=Hours((Piece("response", day), Piece("response", evening, False))), mode="mobile")
    changed = dataclasses.replace(records, deliveries=(disputed, *records.deliveries[1:]))
    text = Page(write_report(run_again(changed, small_town.geography, small_town.city), "en")).text
    assert "Both say: every day 09:00-17:00. Only one says: every day 17:00-20:00." in text


def test_city_without_any_answer_still_gets_its_report(small_town: Any, run_again: Callable[[Records, Geography, City], Any]) -> None:
    for language in ("en", "es"):
        assert "Smallville" in write_report(run_again(Records(), small_town.geography, small_town.city), language)
