"""The sensors page and its JSON: what is wrong, what waits for a room, what could not be read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from console.sensors.report import FindingOut, shown_bytes
from console.words import sensors as sensor_words
from console.words.i18n import LANGUAGES, Language
from domain.readings import CountKind, CountReading, Mark, Rejection
from ingest.codecs.codec import Context
from ingest.codecs.homeassistant import CODEC as HOME_ASSISTANT
from ingest.message import Message
from policies.findings import FACTS, State
from tests.console.conftest import visitor
from tests.console.town import NOW, Town, us

BOTH = [pytest.param(language, id=code) for code, language in LANGUAGES.items()]
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONFIG = b"""{"unique_id": "porch_people", "name": "People count", "state_topic": "porch/state",
 "unit_of_measurement": "people", "device": {"name": "Porch"}}"""


@pytest.fixture
def client(changing: Town) -> Iterator[TestClient]:
    with visitor(changing) as client:
        yield client


def hear(town: Town, sensor: str, kind: CountKind = CountKind.TOTAL, **said: int) -> None:
    """Four readings of a sensor, a minute apart, the last of them now."""
    town.timeseries.add(
        [
            CountReading(sensor, kind, us(NOW - timedelta(minutes=n)), 10 - n, 7 - n, **said)
            for n in range(4)
        ]
    )


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("state", FACTS)
def test_every_finding_has_a_sentence_that_says_its_facts(state: State, language: Language) -> None:
    facts = {name: 31.0 + n for n, name in enumerate(FACTS[state])}
    if "since_us" in facts:
        facts["since_us"] = us(datetime(2026, 11, 22, 20, 15, tzinfo=UTC))
    said = sensor_words.finding(language, FindingOut(state=state, facts=facts), SHANGHAI)
    assert said.endswith((".", "。"))
    assert not re.search(r"[{}]", said)
    assert "04:15" in said or "since_us" not in facts
    assert all(
        f"{facts[n]:.0f}" in said for n in facts if n not in {"since_us", "interval_s", "chance"}
    )


@pytest.mark.parametrize("language", BOTH)
def test_every_state_and_kind_has_a_name_of_its_own(language: Language) -> None:
    assert len({sensor_words.state(language, s) for s in State}) == len(State)
    assert len({sensor_words.kind(language, k) for k in CountKind}) == len(CountKind)


def test_the_worst_sensors_come_first(reader: TestClient) -> None:
    sensors = reader.get("/api/v1/sensors").json()["sensors"]
    assert [s["sensor"] for s in sensors[:2]] == ["s-dance", "s-counter"]
    assert [s["state"] for s in sensors[:2]] == ["never_heard", "silent"]
    assert {s["state"] for s in sensors[2:]} == {"fine"}
    assert (sensors[1]["room"], sensors[1]["venue"]) == ("counter", "service")


def test_the_page_says_what_is_wrong_in_both_languages(reader: TestClient) -> None:
    english, chinese = (reader.get("/sensors", params={"lang": c}).text for c in ("en", "zh"))
    assert "No message since 25 Nov 2026, 10:15. 4.4 h of silence are too many" in english
    assert "自2026年11月25日 10:15起没有消息" in chinese
    assert english.index("s-dance") < english.index("s-counter") < english.index("s-reading")


def test_a_low_battery_is_seen_on_the_next_minutes_report(
    changing: Town, client: TestClient
) -> None:
    hear(changing, "s-reading")
    assert '"low_battery"' not in client.get("/api/v1/sensors").text
    changing.clock.move_to(NOW + timedelta(minutes=1))
    low = us(NOW + timedelta(minutes=1))
    changing.timeseries.add(
        [CountReading("s-reading", CountKind.TOTAL, low, 11, 8, marks=Mark.LOW_BATTERY)]
    )
    assert '"low_battery"' in client.get("/api/v1/sensors").text


def test_a_sensor_that_nobody_registered_waits_with_a_line_for_the_estate(
    changing: Town, client: TestClient
) -> None:
    hear(changing, "s-new")
    [waiting] = client.get("/api/v1/sensors").json()["waiting"]
    assert waiting["sensor"] == "s-new"
    assert (waiting["entered"], waiting["left"], waiting["present"]) == (10, 7, None)
    assert waiting["register_line"] == '- {id: "s-new", room: ROOM, kind: total, interval_s: 60}'
    assert datetime.fromisoformat(waiting["last_heard"]) == NOW
    assert "10 in, 7 out" in client.get("/sensors?lang=en").text


def test_a_sensor_that_home_assistant_describes_waits_before_it_was_heard(
    changing: Town, client: TestClient
) -> None:
    message = Message("homeassistant/sensor/porch/people/config", CONFIG, us(NOW))
    [(key, value)] = HOME_ASSISTANT.decode(message, Context()).learned
    changing.ledger.set_state(key, value)
    [waiting] = client.get("/api/v1/sensors").json()["waiting"]
    assert (waiting["sensor"], waiting["device"]) == ("porch_people", "Porch")
    assert waiting["kind"] == "present"
    assert waiting["last_heard"] is None


def test_unreadable_messages_are_shown_by_cause_with_bytes_that_do_no_harm(
    changing: Town, client: TestClient
) -> None:
    broken = Rejection(
        topic="openhours/in/x",
        payload=b"<script>alert(1)</script>\x1b[2J",
        reason="not JSON",
        detail="at byte 0",
        hint="send JSON",
        received_us=us(NOW),
    )
    binary = replace(broken, payload=b"\xff\x00\x01", reason="too short")
    changing.ledger.keep_rejections([broken, broken, binary])
    said = {r["reason"]: r for r in client.get("/api/v1/rejections").json()}
    assert (said["not JSON"]["count"], said["too short"]["count"]) == (2, 1)
    assert said["not JSON"]["sample"] == r"<script>alert(1)</script>\x1b[2J"
    assert said["too short"]["sample"] == "ff 00 01"
    page = client.get("/sensors").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "send JSON" in page


def test_a_long_payload_is_cut_and_says_so() -> None:
    assert shown_bytes("门".encode() * 300) == "门" * 200 + "…"
    assert shown_bytes(b"a" * 200) == "a" * 200
    assert shown_bytes(b"\xff" * 201) == " ".join(["ff"] * 200) + "…"


def test_nothing_registered_or_heard_yet(nothing: Town) -> None:
    with visitor(nothing) as client:
        assert client.get("/api/v1/sensors").json()["sensors"] == []
        assert "No sensor has a room yet." in client.get("/sensors?lang=en").text
