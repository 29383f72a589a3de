"""Whatever a provider typed is shown as typed: nothing of it runs, with the policy on or bypassed, and the page asks the network for nothing."""

from __future__ import annotations

import json
import os
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import maps

HOSTILE = (
    "<script>window.__hit=1</script>",
    "<img src=x onerror=window.__hit=1>",
    "<svg onload=window.__hit=1>",
    "</script><script>window.__hit=1</script>",
    "</title><style>*{display:none}</style>",
    "--><script>window.__hit=1</script><!--",
    "<!-- <script>",
    "{{cycler.__init__.__globals__.os.popen(dict(id=1)|join).read()}}",
    "{% print(7*7) %}",
    "{# comment",
    "${window.__hit=1}",
    "`${window.__hit=1}`",
    "<!--slot:payload-->",
    "C:\\20190221\\x",
    "\\u003cscript\\u003ewindow.__hit=1\\u003c/script\\u003e",
    "';window.__hit=1;//",
    "line\u2028separator",
    "\u202eright-to-left",
    "&lt;script&gt;window.__hit=1&lt;/script&gt;",
    "javascript:window.__hit=1",
    "data:text/html,<script>window.__hit=1</script>",
    "tel:1;window.__hit=1",
    'https://example.invalid/"onclick="window.__hit=1',
    "<base href=https://example.invalid/>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid'>",
    "x" * 400,
)

SHARED = Path(os.environ.get("ECOSYSTEM_SHARED", Path(__file__).parents[3] / "shared")) / "acceptance" / "hostile_strings.json"
"""More of the same where the shared folder is at hand."""


@pytest.fixture(scope="module")
def hostile_file(town: types.ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town in which every text is all hostile strings in turn, each led by what it was."""
    strings = [*HOSTILE, *(json.loads(SHARED.read_text("utf-8")) if SHARED.exists() else ())]
    supply = iter(range(10_000))

    def hostile(text: str) -> str:
        return f"{text} {strings[next(supply) % len(strings)]}"

    file = tmp_path_factory.mktemp("hostile") / "map.html"
    file.write_text(maps.draw(*town.make_town(hostile)), "utf-8")
    return file


@pytest.mark.parametrize("is_policy_bypassed", [False, True])
def test_hostile_text_is_shown_and_never_run(hostile_file: Path, open_page: Callable[..., Any], is_policy_bypassed: bool) -> None:
    page = open_page(hostile_file, "v=open&n=N01&t=Mo1100&a=a1", bypass_csp=is_policy_bypassed)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    data = page.evaluate("window.ecosystemMap.data")
    for view in ("open", "holes", "overlap", "assets"):
        page.check(f"#view-{view}", force=True)
    for row, name in enumerate(data["organizations"]["names"]):
        page.evaluate("row => window.ecosystemMap.update({ organization: row })", row)
        assert page.text_content("#place-name") == name
    for row, name in enumerate(data["areas"]["names"]):
        page.evaluate("row => window.ecosystemMap.update({ area: row, organization: null })", row)
        assert page.text_content("#place-name") == name
    page.fill("#search", "script")
    page.wait_for_timeout(50)
    assert page.evaluate("window.__hit") is None
    assert requests == []
    addresses = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))")
    assert addresses
    for address in addresses:
        assert address.startswith(("#", "tel:", "mailto:safety@smallwater.example?", "https://line.example/help"))


def test_hostile_names_stand_in_the_tables_without_scripts(hostile_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(hostile_file, java_script_enabled=False)
    text = page.locator("body").text_content()
    assert "Smallwater <script>window.__hit=1</script>" in text
    assert page.locator("script").count() == 4
    assert page.locator("img, iframe, object, form, base, link").count() == 0


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_no_request_of_any_kind(town_file: Path, browser: Any, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(town_file.as_uri())
    page.wait_for_selector("html.is-ready")
    page.check("#view-assets", force=True)
    page.wait_for_timeout(100)
    assert requests == [town_file.as_uri()]
    context.close()


def test_a_script_put_in_later_is_refused_by_the_policy(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, may_complain=True)
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.__hit = 1";
      document.body.append(script);
    }""")
    assert page.evaluate("window.__hit") is None


def test_a_phone_becomes_a_link_only_when_it_is_one(town_file: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(town_file, "v=open&n=N01&t=Mo1100&a=a1")
    assert page.locator("#who a[href='tel:6125550101']").count() == 1
    assert page.locator("#who a", has_text="not listed").count() == 0
    assert page.locator("#who", has_text="not listed").count() == 1


def test_the_correction_names_the_record(drawn: tuple[Any, Any, Any], town_file: Path, open_page: Callable[..., Any]) -> None:
    eco, _, _ = drawn
    page = open_page(town_file, "v=open&n=N01&t=Mo1100&a=a1")
    address = page.locator("#who a.wrong").first.get_attribute("href")
    assert address.startswith("mailto:safety@smallwater.example?subject=")
    assert any(delivery in address for delivery in eco.deliveries)
