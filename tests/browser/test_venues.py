"""Live, public and venue pages in a real browser: what moves, and whether everybody can use it."""

import re
from datetime import timedelta
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from domain.decisions import approve
from tests.browser.conftest import DESK, Open
from tests.console.people import link
from tests.console.town import NOW, Town

pytestmark = pytest.mark.browser

PHONE = (390, 844)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
PATHS = [
    "/",
    "/?view=map",
    "/?view=wall",
    "/venues/library",
    "/venues/rooms",
    "/venues/library/limits",
    "/public/library",
    "/public/service",
    "/public/library/notice",
]
SERIOUS = """
async () => (await axe.run({ resultTypes: ["violations"] })).violations
  .filter((v) => ["serious", "critical"].includes(v.impact))
  .map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`)
"""


def with_lang(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def is_live(page: Page) -> None:
    expect(page.locator("#freshness")).to_have_class(re.compile("is-live"))


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("en", DESK, "light"), ("zh", PHONE, "dark"), ("en", PHONE, "light"), ("zh", DESK, "dark")],
    ids=["en-desk", "zh-phone", "en-phone", "zh-desk"],
)
def test_pages_fit_and_nothing_serious_is_found_by_axe(
    address: str, visit: Open, language: str, size: tuple[int, int], scheme: str
) -> None:
    page = visit(address, size=size, scheme=scheme)
    found: list[tuple[str, str]] = []
    for path in PATHS:
        page.goto(address + with_lang(path, language))
        # through the debugger: the pages themselves let no such script in
        page.evaluate(AXE)
        found += [(path, fault) for fault in page.evaluate(SERIOUS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "too wide"))
    assert found == []


def test_the_filter_asks_for_other_venues_and_the_stream_follows(
    here: Town, address: str, visit: Open
) -> None:
    page = visit(address)
    is_live(page)
    page.evaluate("window.untouched = true")
    page.get_by_label("Only sensor trouble").check()
    expect(page.locator(".venue")).to_have_count(2)
    expect(page).to_have_url(re.compile("trouble=true"))
    page.get_by_label("Only sensor trouble").uncheck()
    expect(page.locator(".venue")).to_have_count(6)
    entered, left = here.last_total("s-reading")
    later = NOW + timedelta(minutes=1)
    before = int(page.locator("#room-reading .count b").inner_text())
    here.clock.move_to(later)
    here.say("s-reading", later, entered=entered + 9, left=left)
    expect(page.locator("#room-reading .count b")).to_have_text(str(before + 9))
    assert page.evaluate("window.untouched")


def test_without_script_the_list_is_filtered_by_the_server(address: str, visit: Open) -> None:
    page = visit(f"{address}/?q=球场&order=share")
    expect(page.locator(".venue")).to_have_count(1)
    expect(page.get_by_label("Filter")).to_have_value("球场")


def test_a_wall_screen_has_no_chrome_and_turns_to_what_did_not_fit(
    address: str, visit: Open
) -> None:
    page = visit(f"{address}/?view=wall", size=(800, 500))
    is_live(page)
    expect(page.get_by_role("navigation")).to_have_count(0)
    shown = page.locator(".venue:visible h2").all_inner_texts()
    assert 0 < len(shown) < 6
    expect(page.locator("#turn")).to_contain_text("/ 6")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_any_week_of_the_year_is_drawn_and_told_as_a_table(address: str, visit: Open) -> None:
    page = visit(f"{address}/venues/library")
    expect(page.locator("#weeks svg")).to_be_visible()
    page.locator("#week option").nth(2).wait_for(state="attached")
    page.locator("#week").select_option(index=2)
    expect(page.locator("#weeks")).to_have_attribute("aria-label", re.compile("Week from"))
    page.get_by_text("As a table").last.click()
    expect(page.locator("#heat-table td.none").first).to_be_visible()
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#week")).to_have_value("mean")


def test_a_year_that_does_not_come_says_so_and_leaves_the_usual_week(
    address: str, visit: Open
) -> None:
    page = visit(f"{address}/proposals", words="ERR_")
    page.route("**/weeks", lambda route: route.abort())
    page.goto(f"{address}/venues/library")
    expect(page.locator("#week-note")).to_contain_text("could not be fetched")
    expect(page.locator("#weeks svg")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_public_page_needs_no_script(address: str, visit: Open, language: str) -> None:
    page = visit(f"{address}/proposals")
    page.route("**/*.js", lambda route: route.abort())
    page = visit(f"{address}/public/library?lang={language}", size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".bars .bar").first).to_be_visible()
    assert page.evaluate("document.querySelectorAll('script:not([src])').length") == 0


def test_a_notice_prints_on_one_sheet_of_a4(here: Town, address: str, visit: Open) -> None:
    approve(here.ledger, "library:2026-W47", actor="mei", at=NOW)
    page = visit(f"{address}/public/library/notice")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^]]+)\]", sheet))
    assert [round(float(n)) for n in box.split()] == [0, 0, 595, 842]


def test_limits_are_previewed_before_they_are_saved(here: Town, address: str, visit: Open) -> None:
    page = visit(f"{address}{link(here.ledger.accounts, 'root')}")
    page.get_by_role("button", name="Come in").click()
    page.goto(f"{address}/venues/library/limits")
    page.get_by_label("Latest closing").fill("17:00")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.get_by_role("button", name="What would this cost?").click()
    expect(page.get_by_text("Best within these limits")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Latest closing")).to_have_value("17:00")
    assert here.ledger.estate().venue("library").limits.latest == 17 * 60
