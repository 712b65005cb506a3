"""Pages, feeds and JSON of a town: what they show, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from console.web.headers import HEADERS
from console.web.services import ServiceStatus
from domain.errors import StoreUnavailable
from tests.console.conftest import visitor
from tests.console.town import NOW, Town

PAGES = [
    "/linkage",
    "/unmet",
    "/",
    "/venues/library",
    "/venues/service",
    "/venues/rooms",
    "/proposals/library:2026-W47/edit",
    "/proposals",
    "/proposals?show=all",
    "/proposals/library:2026-W47",
    "/proposals/sports:2026-W47",
    "/proposals/rooms:2026-W47",
    "/proposals/canteen:2026-W46",
    "/sensors",
    "/estate",
    "/trials",
    "/reports",
    "/reports/yong-an/2026-W47",
    "/login",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("code", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_every_page_is_there_in_both_languages(
    reader: TestClient, path: str, code: str, tag: str
) -> None:
    answer = reader.get(path, params={"lang": code})
    assert answer.status_code == 200
    assert f'<html lang="{tag}">' in answer.text
    assert re.search(r"[一-鿿]{4}", answer.text) or code == "en"


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/static/base.css", "/api/v1/rooms"])
def test_every_answer_forbids_what_the_pages_do_not_need(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert {k: answer.headers[k] for k in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_script_or_style_in_its_text(reader: TestClient, path: str) -> None:
    text = reader.get(path).text
    assert not re.search(r"\s(style|on\w+)=", text)
    assert re.findall(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", text) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_another_host(reader: TestClient, path: str) -> None:
    text = reader.get(path).text
    assert not re.search(r"(?:https?:)?//[a-z]", text)


def test_a_language_asked_for_is_remembered(standing: Town) -> None:
    with visitor(standing) as client:
        client.get("/?lang=zh")
        assert '<html lang="zh-CN">' in client.get("/proposals").text


def test_the_switch_keeps_the_page_and_what_was_asked_of_it(reader: TestClient) -> None:
    text = reader.get("/proposals?show=all&lang=en").text
    assert 'href="?show=all&amp;lang=zh"' in text


def test_the_board_says_what_is_unknown_and_why(reader: TestClient) -> None:
    text = reader.get("/?lang=en").text
    assert "no message since 10:15" in text
    assert "no message yet" in text
    assert "no sensor" in text


def test_the_board_says_until_when_a_venue_is_open(reader: TestClient) -> None:
    text = reader.get("/?lang=en").text
    assert "Open until 18:00" in text
    assert "Closed, opens 16:30" in text


def test_nothing_entered_yet_is_said_and_what_to_do(nothing: Town) -> None:
    with visitor(nothing) as client:
        assert "openhours estate import" in client.get("/").text
        assert "Nothing waits for a decision" in client.get("/proposals").text


def test_a_venue_without_any_reading_has_a_page(reader: TestClient) -> None:
    text = reader.get("/venues/rooms").text
    assert "Nothing has been counted here yet" in text


@pytest.mark.parametrize("path", ["/nowhere", "/venues/atlantis", "/proposals/no:2026-W01"])
def test_what_is_not_there_gets_a_page_that_says_so(reader: TestClient, path: str) -> None:
    english, chinese = (reader.get(path, params={"lang": c}) for c in ("en", "zh"))
    assert english.status_code == chinese.status_code == 404
    assert "There is nothing here" in english.text
    assert "这里没有内容" in chinese.text


def test_a_store_that_is_away_gets_a_page_that_calms(
    changing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreUnavailable("the ledger does not answer")

    with visitor(changing) as client:
        monkeypatch.setattr(changing.ledger, "estate", away)
        answer = client.get("/")
        assert answer.status_code == 503
        assert "Nothing is lost" in answer.text
        said = client.get("/api/v1/rooms").json()
        assert (said["status"], said["detail"]) == (503, "the ledger does not answer")


def test_a_fault_of_the_program_gets_a_page_with_all_headers(
    changing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visitor(changing) as client:
        monkeypatch.setattr(changing.ledger, "proposals", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.get("/proposals")
    quiet = TestClient(changing.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = quiet.get("/proposals")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert answer.headers.items() >= HEADERS.items()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "openhours.local"])
def test_another_host_name_is_refused(reader: TestClient, host: str) -> None:
    assert reader.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8800", "localhost:9", "[::1]:8800"])
def test_the_names_of_this_machine_are_let_in(reader: TestClient, host: str) -> None:
    assert reader.get("/health", headers={"host": host}).status_code == 200


def test_the_probe_says_how_the_service_is(reader: TestClient) -> None:
    said = reader.get("/health").json()
    assert said["status"] == "ok"
    assert said["messages"] == 48_211
    assert datetime.fromisoformat(said["clock"]) == NOW


@pytest.mark.parametrize(
    ("wrong", "shown"),
    [
        ({"storing": False, "waiting": 1_200}, "messages that wait for it: 1,200"),
        ({"damaged": 2}, "damaged spool files, not stored: 2"),
    ],
)
def test_what_cannot_be_stored_is_said_by_the_probe_and_on_the_board(
    changing: Town, wrong: dict[str, Any], shown: str
) -> None:
    services = replace(
        changing.services, status=lambda: ServiceStatus(broker_connected=True, **wrong)
    )
    with visitor(replace(changing, services=services)) as client:
        assert client.get("/health").json()["status"] == "degraded"
        assert shown in client.get("/?lang=en").text


def test_the_probe_fails_when_a_store_is_away(
    changing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> int:
        raise StoreUnavailable("the file is gone")

    with visitor(changing) as client:
        monkeypatch.setattr(changing.timeseries, "count", away)
        answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


def test_rooms_as_json_have_null_where_the_number_is_unknown(reader: TestClient) -> None:
    rooms = {r["room"]: r for r in reader.get("/api/v1/rooms").json()["rooms"]}
    assert rooms["counter"]["occupancy"] is None
    assert rooms["counter"]["unknown"] == "silent"
    assert rooms["reading"]["occupancy"] > 0
    assert rooms["reading"]["unknown"] is None


def test_the_schedule_as_json_has_what_is_in_force_and_what_comes(reader: TestClient) -> None:
    said = reader.get("/api/v1/venues/canteen/schedule").json()
    now, coming = said["schedules"]
    assert now["hours"]["mon-fri"] == "10:30-14:00, 16:30-19:30"
    assert coming["hours"]["mon-fri"] == "10:30-14:00, 17:00-19:30"
    assert coming["effective_from"] == "2026-12-07"


def test_proposals_as_json_can_be_chosen_by_state(reader: TestClient) -> None:
    found = reader.get("/api/v1/proposals", params={"status": "open"}).json()
    assert [p["id"] for p in found] == ["library:2026-W47"]
    assert reader.get("/api/v1/proposals", params={"status": "eaten"}).status_code == 400


def test_the_feed_is_a_calendar_of_its_venue(reader: TestClient) -> None:
    answer = reader.get("/venues/canteen/schedule.ics?lang=zh")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["X-WR-CALNAME"] == "邻里食堂开放时间"
    events: list[Any] = calendar.walk("VEVENT")
    starts = {e["DTSTART"].dt.astimezone(UTC).hour for e in events}
    assert starts == {2, 8, 9}, "10:30 and 16:30, then 17:00, in Shanghai"


def test_the_log_of_a_venue_names_who_decided(reader: TestClient) -> None:
    text = reader.get("/venues/canteen?lang=en").text
    assert "19 Nov 2026, 14:40, by manager" in text
    assert "Approved proposal" in text
