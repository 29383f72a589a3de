"""The page for everyone: axe finds nothing, every tab stop has a name, the keyboard does it all, nothing runs off a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DESK, PHONE = (1280, 800), (390, 844)
VIEWS = ("open", "holes", "overlap", "assets")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}

NEXT_STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const labels = at.labels ? [...at.labels].map((label) => label.textContent).join(" ") : "";
  const by = (at.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
  return { name: (at.getAttribute("aria-label") || by || labels || at.textContent || "").trim(), tag: at.tagName, id: at.id,
           isMap: at.classList.contains("folium-map"), isSvg: at instanceof SVGElement };
}"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_axe_finds_nothing_in_any_view(town_file: Path, open_page: Callable[..., Any], size: tuple[int, int], language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(town_file, f"v=open&n=N01&t=Mo1100&a=a1&l={language}", size=size, bypass_csp=True)
    for view in VIEWS:
        page.evaluate("view => window.ecosystemMap.update({ view })", view)
        if view == "assets":
            page.evaluate("() => window.ecosystemMap.update({ organization: 1 })")
        found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


def test_axe_finds_nothing_without_scripts_and_with_nothing_chosen(town_file: Path, open_page: Callable[..., Any]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(town_file, "v=holes&n=N08&t=Sa0130", bypass_csp=True)
    found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
    assert [one["id"] for one in found] == []
    page.evaluate("() => document.documentElement.classList.remove('has-app')")
    found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
    assert [one["id"] for one in found] == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_tab_stop_has_a_name_and_the_map_is_one(town_file: Path, open_page: Callable[..., Any], size: tuple[int, int]) -> None:
    page = open_page(town_file, "v=assets&n=N01&t=Mo1100&a=a1", size=size)
    stops = []
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(NEXT_STOP)
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) > 20
    assert [stop for stop in stops if not stop["name"]] == []
    assert sum(stop["isMap"] for stop in stops) == 1
    assert not any(stop["isSvg"] for stop in stops)
    assert sum(stop["tag"] == "TD" for stop in stops) == 1


def test_arrow_keys_lead_to_every_area(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N01&t=Mo1100")
    page.focus("#map_city")
    page.keyboard.press("ArrowUp")
    chosen = "window.ecosystemMap.state().area"
    seen, todo = set(), [page.evaluate(chosen)]
    while todo:
        area = todo.pop()
        if area in seen:
            continue
        seen.add(area)
        for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"):
            page.evaluate("area => window.ecosystemMap.update({ area })", area)
            page.keyboard.press(key)
            todo.append(page.evaluate(chosen))
    assert seen == set(range(7))
    page.keyboard.press("Escape")
    assert page.evaluate(chosen) is None


def test_the_hour_answers_to_keys_and_says_itself(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N01&t=Sa0130")
    hour = page.locator("#hour")
    assert hour.get_attribute("aria-valuetext") == "Saturday 01:30"
    page.focus("#hour")
    page.keyboard.press("ArrowRight")
    assert hour.get_attribute("aria-valuetext") == "Saturday 02:00"
    page.keyboard.press("PageUp")
    assert hour.get_attribute("aria-valuetext") == "Sunday 02:00"
    page.keyboard.press("PageUp")
    assert hour.get_attribute("aria-valuetext") == "Monday 02:00"
    page.keyboard.press("PageDown")
    assert hour.get_attribute("aria-valuetext") == "Sunday 02:00"
    page.keyboard.press("Home")
    assert hour.get_attribute("aria-valuetext") == "Monday 00:00"


def test_the_week_of_an_area_is_walked_by_arrows_and_leads_to_the_hour(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N01&t=Mo0000&a=a1")
    page.focus("#heat-days td[tabindex='0']")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.inner_text("#time") == "Tuesday 02:00"
    label = page.locator("#heat-days td[aria-selected=true]").get_attribute("aria-label")
    assert label == "Tuesday 02:00: not known"


def test_search_finds_places_and_organizations_by_keyboard(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file)
    page.focus("#search")
    page.keyboard.type("elm")
    page.keyboard.press("Enter")
    assert page.inner_text("#place-name") == "Elm"
    page.fill("#search", "westside")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.inner_text("#place-name") == "Westside Circle"
    assert "Alder and Dogwood" in page.inner_text("#place-hours")
    page.fill("#search", "zzz")
    assert page.locator("#found").is_hidden()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_nothing_runs_off_a_phone_or_a_page_at_four_hundred_percent(town_file: Path, open_page: Callable[..., Any], width: int, height: int) -> None:
    for language in ("en", "es"):
        page = open_page(town_file, f"v=open&n=N01&t=Mo1100&a=a1&l={language}", size=(width, height))
        for view in VIEWS:
            page.evaluate("view => window.ecosystemMap.update({ view })", view)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_finger(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=assets&n=N01&t=Mo1100&a=a1", size=PHONE)
    small = page.evaluate("""() => [...document.querySelectorAll("button, select, input:not([type=radio]), summary, td[role=gridcell].heat, .choice")]
      .filter((one) => one.offsetParent).map((one) => [one.id || one.textContent, one.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 23.9).map(([name, box]) => [name, box.width, box.height])""")
    assert small == []


def test_spanish_replaces_every_word_without_loading_again(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N01&t=Mo1100&a=a1")
    page.evaluate("window.__same = true")
    page.click("#languages button[lang=es]")
    assert page.evaluate("[document.documentElement.lang, window.__same]") == ["es", True]
    assert page.title() == "Smallwater: quién está para ayudar, dónde y cuándo"
    assert page.inner_text("#time").casefold() == "lunes 11:00"
    text = page.inner_text("body")
    for english in ("on duty", "Kind of help", "neighborhoods", "Not known", "Tell us", "Monday", "answered"):
        assert english not in text
    assert not re.search(r"\{[a-z_]+[|}]", text)
    page.wait_for_timeout(400)
    assert "l=es" in page.url


def test_the_address_opens_the_same_page_again(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=overlap&n=N08&t=Fr2300&a=b1&l=es")
    state = page.evaluate("window.ecosystemMap.state()")
    assert (state["view"], state["slot"], state["language"]) == ("overlap", 4 * 48 + 46, "es")
    assert page.inner_text("#place-name") == "Dogwood"
    page = open_page(town_file, "v=none&n=N99&t=Xx9999&a=nowhere&l=fr")
    assert page.evaluate("window.ecosystemMap.state().view") == "open"


def test_the_table_sorts_and_says_how(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N08&t=Tu1300")
    names = "[...document.querySelectorAll('#areas-body .col-name')].map((cell) => cell.textContent)"
    assert page.evaluate(names) == ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Great Park"]
    page.click("#areas-head [data-key=hours] button")
    assert page.locator("#areas-head [data-key=hours]").get_attribute("aria-sort") == "descending"
    assert page.evaluate(names) == ["Birch", "Cedar", "Elm", "Fir", "Dogwood", "Alder", "Great Park"]


def test_motion_is_off_for_who_wants_none(town_file: Path, open_page: Callable[..., Any]) -> None:
    assert open_page(town_file, reduced_motion="reduce").locator("#play").is_hidden()
    page = open_page(town_file, "t=Mo0000")
    page.click("#play")
    page.wait_for_timeout(900)
    page.click("#play")
    assert page.evaluate("window.ecosystemMap.state().slot") >= 1


def test_without_scripts_tables_phones_and_a_drawing_remain(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, size=PHONE, java_script_enabled=False)
    assert page.locator("#drawing svg path[data-area]").count() == 7
    text = page.inner_text("body")
    assert "In danger, call 911. To talk to someone, call or text 988." in text
    assert "612-555-0101" in text
    assert page.locator(".plain tbody tr", has_text="Alder").count() == 1
    assert page.locator("#need").is_hidden()


def test_print_shows_the_drawing_the_sentence_and_the_whole_table(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N08&t=Tu1300&a=a3")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#drawing").is_visible()
    assert page.locator(".map-frame").is_hidden()
    assert page.locator("#areas-body tr").count() == 7
    assert page.locator("#drawing path[data-area='2']").get_attribute("fill") == "url(#pattern-nobody)"
    assert page.locator("#headline").is_visible()
