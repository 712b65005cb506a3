"""Doors, lights and signs are told how full rooms are: when, how exactly, and until when."""

import json
import re
from datetime import timedelta
from typing import Any

import jinja2
import pytest

from console.live.making import BoardMaker
from console.outputs.home_assistant import config_topic
from domain.errors import BrokerUnavailable
from domain.estate import Estate
from domain.planning import Outgoing
from ingest.codecs.codec import Context
from ingest.codecs.homeassistant import read
from ingest.message import Message
from openhours.rooms.occupancy_run import OccupancyRun, occupancy_topic
from openhours.settings.sections import Publication
from tests.openhours.linked import Street, linked_estate

MINUTE = timedelta(minutes=1)
HALL = occupancy_topic("hall")


@pytest.fixture
def street(street: Street) -> Street:
    street.enter(linked_estate())
    return street


def telling(street: Street, **settings: Any) -> OccupancyRun:
    board = BoardMaker(street.ledger, street.timeseries)
    return OccupancyRun(street.ledger, street.doors, board, Publication(**settings))


def told(street: Street, run: OccupancyRun, after: timedelta = MINUTE) -> dict[str, Any]:
    """What is said anew after a while, by topic; None is a message taken back."""
    street.clock.move_to(street.clock.now() + after)
    street.doors.said.clear()
    run.tell_due(street.clock.now())
    assert all(m.retain for m in street.doors.said)
    return {m.topic: json.loads(m.payload) if m.payload else None for m in street.doors.said}


def without(estate: Estate, room: str) -> Estate:
    return estate.model_copy(
        update={
            "rooms": tuple(r for r in estate.rooms if r.id != room),
            "sensors": tuple(s for s in estate.sensors if s.room != room),
        }
    )


def test_a_number_is_rounded_up_and_says_how_long_it_holds(street: Street) -> None:
    street.say(hall=11, library=0)
    said = told(street, telling(street))
    assert said[HALL] == {
        "room": "hall", "venue": "hall", "name": "Hall",
        "at": "2026-11-24T12:01:00Z", "until": "2026-11-24T12:11:00Z",
        "is_open": True, "occupancy": 15, "to": 5, "capacity": 20, "unknown": None,
    }  # fmt: skip
    assert said[occupancy_topic("library")]["occupancy"] == 0


def test_few_are_never_nobody(street: Street) -> None:
    street.say(hall=1)
    assert told(street, telling(street))[HALL]["occupancy"] == 5
    street.say(hall=1)
    assert told(street, telling(street, occupancy_rounded_to=1))[HALL]["occupancy"] == 1


def test_unknown_is_null_and_not_zero(street: Street) -> None:
    street.say(hall=11)
    studio = told(street, telling(street))[occupancy_topic("studio")]
    assert (studio["occupancy"], studio["unknown"]) == (None, "never_heard")


def test_what_has_not_changed_is_said_again_only_as_a_sign_of_life(street: Street) -> None:
    run = telling(street)
    street.say(hall=11)
    assert HALL in told(street, run)
    street.say(hall=12)
    assert HALL not in told(street, run), "15 is still what is said"
    street.say(hall=17)
    assert told(street, run)[HALL]["occupancy"] == 20
    for _ in range(4):
        street.say(hall=17)
        assert HALL not in told(street, run)
    street.say(hall=17)
    assert HALL in told(street, run), "after five looks"


def test_a_change_waits_for_its_time(street: Street) -> None:
    run = telling(street, occupancy_every_s=300)
    street.say(hall=3)
    assert told(street, run)[HALL]["occupancy"] == 5
    street.say(hall=19)
    assert told(street, run) == {}
    assert told(street, run, 4 * MINUTE)[HALL]["occupancy"] == 20


def test_a_room_that_leaves_the_estate_is_taken_back_even_after_a_restart(street: Street) -> None:
    street.say(hall=3)
    config = "homeassistant/device/openhours_studio/config"
    assert told(street, telling(street, home_assistant_prefix="homeassistant"))[config]
    street.enter(without(linked_estate(groups=()), "studio"))
    gone = told(street, telling(street, home_assistant_prefix="homeassistant"))
    assert [t for t, body in gone.items() if body is None] == [
        config,
        occupancy_topic("studio"),
    ]


def test_what_is_switched_off_is_taken_back_once(street: Street) -> None:
    street.say(hall=3)
    assert len(told(street, telling(street))) == 3
    off = telling(street, occupancy_every_s=0)
    assert set(told(street, off).values()) == {None}
    assert told(street, off) == {}


def test_a_word_that_nobody_took_is_said_at_the_next_look(street: Street) -> None:
    run = telling(street)
    street.say(hall=3)
    street.doors.away = True
    with pytest.raises(BrokerUnavailable):
        told(street, run)
    street.doors.away = False
    assert told(street, run, timedelta(seconds=10))[HALL]["occupancy"] == 5


def configs(street: Street) -> list[Outgoing]:
    street.say(hall=11)
    told(street, telling(street, home_assistant_prefix="ha"))
    return [m for m in street.doors.said if m.topic.startswith("ha/")]


def test_home_assistant_reads_the_number_and_knows_when_it_is_unknown(street: Street) -> None:
    by_room = {m.topic.split("/")[2]: json.loads(m.payload) for m in configs(street)}
    assert set(by_room) == {"openhours_hall", "openhours_library", "openhours_studio"}
    states = {m.topic: json.loads(m.payload) for m in street.doors.said if m.topic[:2] != "ha"}

    def shown(room: str, component: str, template: str | None = None) -> str:
        entity = by_room[f"openhours_{room}"]["components"][component]
        text = template or entity["value_template"]
        return str(jinja2.Template(text).render(value_json=states[entity["state_topic"]]))

    known = by_room["openhours_hall"]["components"]["people"]["availability"][0]["value_template"]
    assert (shown("hall", "people"), shown("hall", "occupied")) == ("15", "ON")
    assert (shown("hall", "people", known), shown("studio", "people", known)) == (
        "online",
        "offline",
    )


def test_a_room_of_any_id_has_an_object_id_that_home_assistant_takes() -> None:
    """Letters, digits, hyphen and underscore: its documentation of the discovery topic."""
    names = ["a.b", "a:b", "a_b", "a-b", "A_2e_b"]
    topics = [config_topic("ha", name) for name in names]
    assert len(set(topics)) == len(names)
    assert all(re.fullmatch(r"ha/device/[A-Za-z0-9_-]+/config", t) for t in topics)


def test_the_service_does_not_take_its_own_rooms_for_counters(street: Street) -> None:
    for config in configs(street):
        message = Message(topic=config.topic, payload=config.payload, received_us=0)
        [learned] = read(message, Context())
        assert not learned.value
