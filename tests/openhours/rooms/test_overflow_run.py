"""Full venues, live: what their doors are told, and when it is taken back."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from domain.clock import ManualClock
from domain.errors import BrokerUnavailable
from domain.planning import Outgoing
from ingest.codecs import native
from openhours.entering.estates import import_estate
from openhours.rooms.overflow_run import overflow_topic
from openhours.running.joining import service
from openhours.running.service import Service
from openhours.settings.model import load
from tests.openhours.linked import NOON, Street, linked_estate, people

DEADLINE_S = 30.0
MINUTE = timedelta(minutes=1)
TOPIC = overflow_topic("hall")


def said(message: Outgoing) -> Any:
    """What a door is told; None where it is over."""
    assert message.retain
    return json.loads(message.payload) if message.payload else None


def test_a_door_is_told_of_all_who_have_places_and_in_both_languages(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.look()
    (message,) = street.doors.said
    assert message.topic == "openhours/v1/venues/hall/overflow"
    told = said(message)
    assert (told["venue"], told["at"]) == ("hall", "2026-11-24T12:01:00Z")
    assert told["until"] == "2026-11-24T12:04:00Z"
    assert told["pointed"] == "library", "30 of the places are there, 21 in the studio"
    library, studio = told["receivers"]
    assert (library["venue"], library["walk_minutes"]) == ("library", 4)
    assert (studio["venue"], studio["walk_minutes"]) == ("studio", 9)
    # Up to four fifths of 50 and of 30, by the upper end of the band.
    assert 25 <= library["places"] <= 30
    assert 18 <= studio["places"] <= 21
    assert library["closes_at"] == "2026-11-24T20:00:00Z"
    assert told["text"] == {
        "en": f"Full at the moment. Library is 4 minutes away, has about {library['places']} "
        "places and is open until 20:00.",
        "zh": f"目前已满。步行 4 分钟的图书馆约有 {library['places']} 个位置，开放至 20:00。",
    }


def test_where_no_place_is_nearby_the_door_says_so(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=45, studio=25)
    street.look()
    told = {m.topic: said(m) for m in street.doors.said}[TOPIC]
    assert (told["pointed"], told["receivers"]) == (None, [])
    assert told["text"]["en"].endswith("There is no place nearby either; please come back later.")


def test_it_is_taken_back_once_when_there_is_room_again(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.look()
    street.clock.move_to(NOON + 11 * MINUTE)
    street.say(hall=12, library=10, studio=3)
    for _ in range(3):
        street.look()
    assert [m.payload == b"" for m in street.doors.said] == [False, True]
    assert street.standing.announced == ()


def test_a_door_is_told_once_a_minute(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    for _ in range(13):
        street.look(timedelta(seconds=10))
    assert [said(m)["at"] for m in street.doors.said] == [
        "2026-11-24T12:00:10Z",
        "2026-11-24T12:01:10Z",
        "2026-11-24T12:02:10Z",
    ]


@pytest.mark.parametrize(("pause", "holds"), [(10, 30), (24 * 60, 45)])
def test_where_looks_lie_further_apart_what_is_said_holds_for_longer_up_to_a_bound(
    street: Street, pause: int, holds: int
) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.look()
    later = street.look(pause * MINUTE)
    assert later.until_s - later.at_s == 60 * holds


def test_what_could_not_be_said_is_not_said_later_but_taken_back(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.look()
    street.doors.away = True
    for _ in range(3):
        with pytest.raises(BrokerUnavailable):
            street.look()
    street.clock.move_to(NOON + 11 * MINUTE)
    street.say(hall=12, library=10, studio=3)
    with pytest.raises(BrokerUnavailable):
        street.look()
    street.doors.away = False
    street.look()
    assert [said(m) and said(m)["at"] for m in street.doors.said] == ["2026-11-24T12:01:00Z", None]


def test_what_may_have_been_said_is_taken_back(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.doors.answer_is_lost = True
    with pytest.raises(BrokerUnavailable):
        street.look()
    street.doors.answer_is_lost = False
    street.clock.move_to(NOON + 11 * MINUTE)
    street.say(hall=12, library=10, studio=3)
    street.look()
    assert [m.payload == b"" for m in street.doors.said] == [False, True]


def test_a_venue_that_is_linked_no_longer_says_nothing_any_longer(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    street.look()
    street.enter(linked_estate(groups=()))
    street.look()
    assert [m.payload == b"" for m in street.doors.said] == [False, True]


def test_a_restart_knows_since_when_and_who_is_on_the_way(street: Street) -> None:
    street.enter(linked_estate())
    street.say(hall=19, library=10, studio=3)
    first = street.look()
    second = street.look()
    assert [a.since_s for a in second.advice] == [a.since_s for a in first.advice]
    assert len(second.state.walking) == len(first.state.walking) + 1


@pytest.mark.parametrize(
    "without", [{"groups": ()}, {"capacity": {"hall": None, "library": None, "studio": None}}]
)
def test_without_links_or_capacities_nothing_happens(
    street: Street, without: dict[str, Any]
) -> None:
    street.enter(linked_estate(**without))
    street.say(hall=19, library=10, studio=3)
    street.look()
    assert (street.doors.said, street.ledger.state("overflow")) == ([], None)


@pytest.mark.parametrize("unknown", ["hall", "library"])
def test_a_venue_without_capacity_neither_sends_nor_receives(street: Street, unknown: str) -> None:
    capacity = {"hall": 20, "library": 50, "studio": 30} | {unknown: None}
    street.enter(linked_estate(capacity=capacity))
    street.say(hall=20, library=0, studio=0)
    street.look()
    places = [[r["venue"] for r in said(m)["receivers"]] for m in street.doors.said]
    assert places == ([] if unknown == "hall" else [["studio"]])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    settings = load(flags=[f"data_dir={tmp_path}"])
    with service(settings, ManualClock(NOON), any_port=True) as started:
        yield started


@contextmanager
def _sign(port: int, name: str) -> Iterator[queue.SimpleQueue[MQTTMessage]]:
    """What a sign at the hall's door receives that connects now for the first time."""
    received: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
    subscribed = threading.Event()
    sign = Client(CallbackAPIVersion.VERSION2, name, clean_session=True)
    sign.on_connect = lambda client, *_: client.subscribe(TOPIC, qos=1)
    sign.on_subscribe = lambda *_: subscribed.set()
    sign.on_message = lambda _client, _userdata, message: received.put(message)
    sign.connect("127.0.0.1", port)
    sign.loop_start()
    assert subscribed.wait(DEADLINE_S)
    try:
        yield received
    finally:
        sign.disconnect()
        sign.loop_stop()


def _counted(running: Service, clock: ManualClock, **present: int) -> None:
    running.send_and_settle(
        Outgoing(key="", topic=native.topic_of(r.sensor), payload=native.encode([r]))
        for r in people(clock.now(), present)
    )


@pytest.mark.server
def test_a_sign_that_comes_late_is_told_and_one_that_comes_after_it_is_over_is_not(
    running: Service,
) -> None:
    clock = running.clock
    assert isinstance(clock, ManualClock)
    import_estate(running.ledger, linked_estate(), actor="test", clock=clock)
    _counted(running, clock, hall=19, library=10, studio=3)
    running.look_at_full_venues()
    with _sign(running.broker.port, "early") as early:
        first = early.get(timeout=DEADLINE_S)
        assert first.retain
        assert json.loads(first.payload)["pointed"] == "library"
        clock.move_to(NOON + 11 * MINUTE)
        _counted(running, clock, hall=12, library=10, studio=3)
        running.look_at_full_venues()
        assert early.get(timeout=DEADLINE_S).payload == b""
    with _sign(running.broker.port, "late") as late:
        running.publisher.publish(Outgoing(key="", topic=TOPIC, payload=b"the next"))
        assert late.get(timeout=DEADLINE_S).payload == b"the next"
