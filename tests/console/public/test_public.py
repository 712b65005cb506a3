"""The public page and the notice: what everybody may see, and what nobody is told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from console.access.entrance import Entrance
from console.public.crowd import Busy, Crowd, busy
from console.public.settings import PublicSettings
from domain.decisions import approve
from tests.console.conftest import visitor
from tests.console.town import NOW, Town

WORDS, NUMBERS = PublicSettings(), PublicSettings(numbers=True)


@pytest.fixture
def anybody(standing: Town) -> Iterator[TestClient]:
    with visitor(standing) as client:
        client.headers.pop("accept-language")
        yield client


def text(html: str) -> str:
    body = re.sub(r"<[^>]*>", " ", html.partition("<body>")[2])
    return re.sub(r"\s+", " ", body)


@pytest.mark.parametrize(
    ("people", "most", "settings", "told"),
    [
        (None, 50, WORDS, None),
        (0, 50, WORDS, Busy(Crowd.QUIET)),
        (4.4, 5, WORDS, Busy(Crowd.QUIET)),
        (0, 50, NUMBERS, Busy(Crowd.QUIET, is_few=True)),
        (4, 5, NUMBERS, Busy(Crowd.QUIET, is_few=True)),
        (14, 50, WORDS, Busy(Crowd.QUIET)),
        (15, 50, WORDS, Busy(Crowd.SOME)),
        (30, 50, NUMBERS, Busy(Crowd.BUSY, 30)),
        (45, 50, WORDS, Busy(Crowd.FULL)),
        (30, None, WORDS, None),
        (3, 4, PublicSettings(blur_below=0, numbers=True), Busy(Crowd.BUSY, 3)),
    ],
)
def test_a_crowd_is_a_word_and_a_small_one_is_like_none(
    people: float | None, most: float | None, settings: PublicSettings, told: Busy | None
) -> None:
    assert busy(people, most, settings) == told


def test_the_page_says_open_until_when_and_how_busy_without_a_number(anybody: TestClient) -> None:
    shown = text(anybody.get("/public/library").text)
    assert "Open until 18:00" in shown
    assert "now" in shown
    assert "As of 14:40" in shown
    assert not re.search(r"\d+ (people|person)", shown)


def test_the_page_is_there_in_the_language_of_the_browser_or_of_the_address(
    anybody: TestClient,
) -> None:
    chinese = anybody.get("/public/library", headers={"accept-language": "zh-CN"}).text
    assert "永安图书馆" in chinese
    assert '<html lang="zh-CN"' in chinese
    assert "set-cookie" not in anybody.get("/public/library?lang=zh").headers
    assert "永安图书馆" in anybody.get("/public/library?lang=zh").text


def test_what_is_not_known_is_said_to_be_not_known(anybody: TestClient) -> None:
    assert "How busy it is now is not known." in text(anybody.get("/public/service").text)


def test_an_hour_with_few_people_looks_as_quiet_as_one_with_a_few_less(standing: Town) -> None:
    everyone = replace(standing.services, public=PublicSettings(blur_below=1000))
    with visitor(replace(standing, services=everyone)) as client:
        steps = re.findall(r"bar step-(\d)(?! is-shut)\"", client.get("/public/library").text)
    assert steps
    assert set(steps) == {"1"}


def test_a_page_that_a_browser_has_is_not_sent_again(anybody: TestClient) -> None:
    first = anybody.get("/public/library")
    assert "max-age" in first.headers["cache-control"]
    again = anybody.get("/public/library", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_page_and_all_that_it_asks_for_are_less_than_100_kb(anybody: TestClient) -> None:
    page = anybody.get("/public/library")
    asked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(asked) == 3
    assert len(page.content) + sum(len(anybody.get(a).content) for a in asked) < 100_000


def test_no_page_may_hold_it_in_a_frame_unless_its_origin_is_named(standing: Town) -> None:
    town = "https://town.example"
    named = replace(standing.services, public=PublicSettings(embed_origins=(town,)))
    with visitor(replace(standing, services=named)) as client:
        framed = client.get("/public/library?embed=1").headers
        alone = client.get("/public/library").headers
    assert framed["content-security-policy"].endswith(f"frame-ancestors {town}")
    assert "x-frame-options" not in framed
    for headers in (
        alone,
        TestClient(standing.app, base_url="http://localhost")
        .get("/public/library?embed=1")
        .headers,
    ):
        assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert headers["x-frame-options"] == "DENY"


def test_a_venue_that_is_not_there_has_no_page(anybody: TestClient) -> None:
    assert anybody.get("/public/gone").status_code == 404
    assert anybody.get("/public/gone/notice").status_code == 404


def test_the_notice_tells_the_new_hours_in_both_languages_with_a_code(changing: Town) -> None:
    approve(changing.ledger, "library:2026-W47", actor="manager", at=NOW)
    with visitor(changing) as client:
        page = client.get("/public/library/notice").text
    shown = text(page)
    assert "New opening hours from Mon 14 Dec 2026" in shown
    assert "2026年12月14日周一起实行新的开放时间" in shown
    assert shown.count("10:00–19:00") == 2
    assert "http://127.0.0.1:8800/public/library" in shown
    assert "<path" in page
    assert "style=" not in page


def test_the_code_leads_to_the_address_that_is_set(standing: Town) -> None:
    there = replace(standing.services, entrance=Entrance(url="https://hours.example/"))
    with visitor(replace(standing, services=there)) as client:
        assert "https://hours.example/public/library" in client.get("/public/library/notice").text


def test_a_notice_without_a_change_tells_todays_hours(anybody: TestClient) -> None:
    shown = text(anybody.get("/public/sports/notice").text)
    assert "Opening hours" in shown
    assert "New opening hours" not in shown
    assert shown.count("08:00–22:00") == 2


def test_at_midnight_a_bar_is_that_of_the_hour_of_the_business_day(changing: Town) -> None:
    changing.clock.move_to(datetime(2026, 11, 27, 17, 10, tzinfo=UTC) + timedelta(days=0))
    with visitor(changing) as client:
        assert "Open until 02:00" in text(client.get("/public/night").text)
