"""The console in a real browser: what moves, what is decided, and how it fits."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from domain.planning import Status
from domain.readings import Rejection
from policies.overflow.advice import Advice, Receiver
from policies.overflow.standing import KEY as STANDING
from policies.overflow.standing import Standing
from tests.browser.conftest import DESK, Open, served
from tests.console.people import link
from tests.console.town import NOW, Town

pytestmark = pytest.mark.browser

PHONE = (390, 844)
PAGES = [
    "/",
    "/venues/library",
    "/venues/service",
    "/venues/canteen",
    "/proposals?show=all",
    "/proposals/library:2026-W47",
    "/proposals/canteen:2026-W46",
    "/linkage",
    "/unmet",
    "/proposals/library:2026-W47/edit",
    "/sensors",
    "/estate",
    "/trials",
    "/reports",
    "/reports/yong-an/2026-W47",
    "/login",
    "/me",
    "/people",
    "/audit",
    "/estate/import",
]
OPEN = "library:2026-W47"
LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA for text that is not large."""

CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text()


OUTSIDE_THEIR_CARD = """
() => {
  const right = (element) => element.getBoundingClientRect().right;
  return [...document.querySelectorAll(".card *:not(.scroll *, svg *)")]
    .filter((e) => right(e) > right(e.closest(".card")))
    .map((e) => e.outerHTML);
}
"""


def inside(page: Page, room: str) -> int:
    return int(page.locator(f"#room-{room} .count b").inner_text())


def test_the_board_moves_without_reload_when_a_reading_arrives(
    here: Town, address: str, visit: Open
) -> None:
    page = visit(address)
    expect(page.locator("#freshness")).to_have_class(re.compile("is-live"))
    page.evaluate("window.untouched = true")
    before = inside(page, "reading")
    entered, left = here.last_total("s-reading")
    minute_later = NOW + timedelta(minutes=1)
    here.clock.move_to(minute_later)
    here.say("s-reading", minute_later, entered=entered + 7, left=left)
    expect(page.locator("#room-reading .count b")).to_have_text(str(before + 7))
    assert page.evaluate("window.untouched")


def test_a_full_venue_says_where_to_go_and_stops_without_reload(
    here: Town, address: str, visit: Open
) -> None:
    page = visit(address, size=PHONE)
    card = page.locator("#overflow-library")
    expect(page.locator("#freshness")).to_have_class(re.compile("is-live"))
    expect(card).to_be_hidden()
    courts = Receiver(venue="sports", walk_minutes=4, places=20, open_minutes=440, share=1)
    advice = Advice(venue="library", since_s=0, receivers=(courts,), pointed="sports")
    now_s = NOW.timestamp()
    standing = Standing(at_s=now_s, until_s=now_s, advice=(advice,))
    here.ledger.set_state(STANDING, standing.as_text())
    expect(card).to_contain_text("Riverside Sports Hall is 4 minutes away")
    assert page.evaluate(OUTSIDE_THEIR_CARD) == []
    here.clock.move_to(NOW + timedelta(seconds=1))
    expect(card).to_be_hidden()


def test_a_board_without_connection_says_how_old_it_is_and_comes_back(
    here: Town, visit: Open
) -> None:
    with served(here.app) as address:
        page = visit(address, words="ERR_")
        expect(page.locator("#freshness")).to_have_class(re.compile("is-live"))
    expect(page.locator("#freshness")).to_contain_text("Connection lost")
    del here.__dict__["app"]  # another life of the service, at the same address
    with served(here.app, urlsplit(address).port or 0):
        expect(page.locator("#freshness")).to_have_class(re.compile("is-live"))


def test_the_filter_leaves_what_matches_and_says_when_nothing_does(
    address: str, visit: Open
) -> None:
    page = visit(address)
    page.get_by_label("Filter").fill("court")
    expect(page.locator(".venue:visible")).to_have_count(1)
    expect(page.get_by_text("Riverside Sports Hall")).to_be_visible()
    page.get_by_label("Filter").fill("volcano")
    expect(page.locator(".venue:visible")).to_have_count(0)
    expect(page.get_by_text("Nothing matches.")).to_be_visible()


def test_the_fullest_venue_comes_first_when_asked_for(address: str, visit: Open) -> None:
    page = visit(address)
    page.get_by_label("Order").select_option("share")
    expect(page).to_have_url(re.compile("order=share"))
    shares = page.locator(".venue").evaluate_all(
        "cards => cards.map(c => Math.max(-1, ...[...c.querySelectorAll('.room')]"
        ".map(r => parseFloat(r.dataset.share || '-1'))))"
    )
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[1]


@pytest.mark.parametrize(
    ("language", "first", "second", "holds"),
    [
        ("en", "Approve…", "Approve the new hours", "The new hours hold from Mon 14 Dec 2026."),
        ("zh", "批准……", "批准新时间", "新时间自2026年12月14日周一起生效。"),
    ],
)
def test_a_proposal_is_approved_in_two_clicks(
    here: Town, address: str, visit: Open, language: str, first: str, second: str, holds: str
) -> None:
    page = come_in(here, address, visit)
    page.goto(f"{address}/proposals/{OPEN}?lang={language}")
    page.get_by_text(first, exact=True).click()
    page.get_by_role("button", name=second).click()
    expect(page.get_by_text(holds)).to_be_visible()
    assert here.ledger.proposal(OPEN).status is Status.APPROVED


def test_a_venues_curve_is_drawn_with_its_words(address: str, visit: Open) -> None:
    page = visit(f"{address}/venues/service?lang=zh")
    drawing = page.locator("#curve svg")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("昨天")
    expect(drawing).to_contain_text("未知")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_fits(
    here: Town, address: str, visit: Open, language: str, size: tuple[int, int]
) -> None:
    page = come_in(here, address, visit, size=size)
    wide = []
    for path in PAGES:
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
        wide += page.evaluate(OUTSIDE_THEIR_CARD)
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(
    here: Town, address: str, visit: Open, scheme: str
) -> None:
    page = come_in(here, address, visit, scheme)
    faint = []
    for path in PAGES:
        page.goto(f"{address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = page.evaluate(CONTRASTS)
        assert found
        faint += [(path, text, ratio) for ratio, text in found if ratio < LEAST_CONTRAST]
    assert faint == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sensors_that_wait_and_messages_without_a_codec_fit_however_long_their_names(
    here: Town, address: str, visit: Open, language: str, size: tuple[int, int]
) -> None:
    name = "urn:dev:mac:0024befffe804ff1:people-counting-at-the-side-entrance"
    here.say(name, NOW - timedelta(days=2), entered=31, left=29)
    payload = b'{"a":' + b"[" * 300
    unread = Rejection(f"site/{'x' * 90}", payload, "not JSON", "at byte 305", "send JSON", 0)
    here.ledger.keep_rejections([unread, unread])
    page = visit(f"{address}/sensors?lang={language}", size=size)
    waiting = page.locator("table", has_text=name)
    expect(waiting).to_contain_text(f'- {{id: "{name}", room: ROOM, kind: total}}')
    expect(page.locator("table", has_text="not JSON")).to_contain_text("send JSON")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_reaches_the_content_at_once(address: str, visit: Open) -> None:
    page = visit(address)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_is_needed_less_often_is_reached_by_the_keyboard(
    here: Town, address: str, visit: Open, size: tuple[int, int]
) -> None:
    page = come_in(here, address, visit, size=size)
    more = page.get_by_role("navigation", name="Main").get_by_text("More…")
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Trials")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Estate", exact=True)).to_be_visible()


def test_every_control_has_a_name(here: Town, address: str, visit: Open) -> None:
    page = come_in(here, address, visit)
    for path in PAGES:
        page.goto(f"{address}{path}")
        nameless = page.evaluate(
            "[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select,"
            " textarea')].filter(e => !(e.innerText || e.ariaLabel || e.labels?.[0]?.innerText ||"
            " document.getElementById(e.getAttribute('aria-labelledby'))?.innerText)"
            " && !e.closest('details:not([open])')).map(e => e.outerHTML)"
        )
        assert nameless == []


def come_in(
    here: Town, address: str, visit: Open, scheme: str = "light", size: tuple[int, int] = DESK
) -> Page:
    """A page of somebody who may do everything."""
    page = visit(f"{address}{link(here.ledger.accounts, 'root')}", scheme=scheme, size=size)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("link", name="Root")).to_be_visible()
    return page
