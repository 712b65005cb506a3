"""Devices behind Zigbee2MQTT."""

import pytest

from ingest.codecs.zigbee2mqtt import CODEC
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import zigbee2mqtt as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_the_guides_example_comes_to_what_it_says(case: Case) -> None:
    assert tuple(results(case)) == case.expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"people": 7, "battery": 80, "voltage": 3000}, "present present=7 at receipt"),
        ({"people": 0, "battery": 10}, "present present=0 at receipt low_battery"),
        ({"people": 4, "occupancy": True}, "present present=4 at receipt"),
        ({"occupancy": False, "battery_low": True}, "present present=0 at receipt low_battery"),
        ({"presence": True, "tamper": True}, "present present=1 at receipt fault"),
        (
            {"people": 7, "last_seen": "2026-11-23T06:00:00Z"},
            "present present=7 2026-11-23T06:00:00Z",
        ),
        ({"people": 7, "last_seen": 1_795_413_600_000}, "present present=7 2026-11-23T06:00:00Z"),
        ({"people": None, "battery": 55}, "status at receipt"),
    ],
)
def test_what_a_state_says_of_people(state: dict[str, object], expected: str) -> None:
    assert lines(decoded(CODEC, "zigbee2mqtt/hall door", state)) == [f"hall-door {expected}"]


def test_a_lamp_is_of_no_interest() -> None:
    assert lines(decoded(CODEC, "zigbee2mqtt/lamp", {"state": "ON", "brightness": 254})) == []


@pytest.mark.parametrize(
    "device", ["bridge/state", "bridge/devices", "door/availability", "door/set"]
)
def test_the_bridge_and_commands_are_no_counters(device: str) -> None:
    assert lines(decoded(CODEC, f"zigbee2mqtt/{device}", {"people": 3})) == [
        "rejected: not a counter"
    ]


def test_the_empty_message_of_a_removed_device_is_rejected() -> None:
    assert lines(decoded(CODEC, "zigbee2mqtt/door", b"")) == ["rejected: not JSON"]
