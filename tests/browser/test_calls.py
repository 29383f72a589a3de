"""Calls beside who is on duty: the page says of an hour how many there are, and never more than its edition may show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOAL = "Of 100 calls, 18 could go to someone other than police; today 5 do; the goal is 20."
GOAL_ES = "De 100 llamadas, 18 podrían ir a alguien que no sea la policía; hoy van 5; la meta es 20."


@pytest.mark.parametrize(
    ("address", "place", "city"),
    [
        (
            "n=N08&t=Sa1330&a=a3",
            "Saturday 13:00–14:00: about 60 calls a year about this that others could answer. For all or nearly all of them no one is on duty.",
            "The whole city, Saturday 13:00–14:00: about 60 calls",
        ),
        (
            "n=N08&t=Tu1300&a=a1",
            "Tuesday 13:00–14:00: about 20 calls a year about this that others could answer. Few calls is not little need.",
            "The whole city, Tuesday 13:00–14:00: about 20 calls",
        ),
        (
            "n=N08&t=Su0300&a=a1",
            "Sunday 03:00–04:00: too few calls about this to show.",
            "The whole city, Sunday 03:00–04:00: too few calls about this to show.",
        ),
        ("n=N08&t=Su0300&a=b2", "The whole week: no calls about this that others could answer.", ""),
        (
            "n=N01&t=Su1000&a=b1",
            "Sunday 10:00–11:00: about 30 calls a year about this that others could answer. "
            "For all or nearly all of them it is not known if someone is on duty.",
            "The whole city, Sunday 10:00–11:00: about 30 calls",
        ),
    ],
)
def test_an_hour_says_its_calls_and_for_how_many_nobody_is_there(
    calls_file: Path, open_page: Callable[..., Any], address: str, place: str, city: str
) -> None:
    page = open_page(calls_file, address)
    assert page.inner_text("#place-calls").startswith(place)
    assert city in page.inner_text("#city-notes")


def test_bars_stand_where_calls_come(calls_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(calls_file, "n=N08&t=Sa1330&a=a1")
    with_bar = "[...document.querySelectorAll('#heat-days .has-calls')].map((cell) => Number(cell.dataset.hour))"
    assert page.evaluate(with_bar) == [24 * day + 13 for day in range(5)]
    assert (
        page.locator("#heat-days td[data-hour='13']")
        .get_attribute("aria-label")
        .endswith("about 20 calls a year about this that others could answer.")
    )
    page.evaluate("() => window.ecosystemMap.update({ area: 4 })")
    assert page.evaluate(with_bar) == [24 * day + 13 for day in range(6)]
    assert "in the whole city" in page.inner_text("#bars-note")
    page.evaluate("() => window.ecosystemMap.update({ need: 1 })")
    assert page.evaluate(with_bar) == []
    assert page.inner_text("#hours-of-calls").endswith("The calls counted have none about this that others could answer.")


def test_the_goal_is_said_in_the_language_of_the_page_and_without_scripts(calls_file: Path, town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(calls_file, "l=es")
    assert page.inner_text(".goal-card .headline") == GOAL_ES
    assert "Answered" not in page.inner_text(".goal-card")
    page.click("#languages button[lang=en]")
    assert page.inner_text(".goal-card .headline") == GOAL
    plain = open_page(calls_file, java_script_enabled=False)
    assert GOAL in plain.inner_text(".goal-card")
    assert plain.locator(".goal-card tr", has_text="nobody is known to be on duty").locator("td").inner_text() == "9.2"
    assert open_page(town_file).locator(".goal-card").count() == 0


@pytest.mark.parametrize(("size", "language"), [((1280, 800), "en"), ((390, 844), "es")])
def test_axe_finds_nothing_and_nothing_runs_off(calls_file: Path, open_page: Callable[..., Any], size: tuple[int, int], language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(calls_file, f"n=N08&t=Sa1330&a=a3&l={language}", size=size, bypass_csp=True)
    page.evaluate("document.querySelector('#hours-of-calls details').open = true")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
