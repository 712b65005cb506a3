"""ESPHome's entities, as a Roode counter publishes them."""

import pytest

from ingest.codecs.esphome import CODEC
from tests.ingest.codecs.reading import decoded, lines


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("roode32/number/roode32_people_counter/state", b"5", "roode32 present present=5"),
        ("roode32/number/roode32_people_counter/state", b"-1.00", "roode32 present present=-1"),
        ("lab/roode/number/people_counter/state", b"0", "lab-roode present present=0"),
        ("roode32/sensor/occupancy/state", b"3\0", "roode32 present present=3"),
        ("roode32/text_sensor/roode32_last_direction/state", b"Entry", "roode32 change entered=1"),
        ("roode32/text_sensor/roode32_last_direction/state", b"Exit", "roode32 change left=1"),
        ("roode32/text_sensor/roode32_last_direction/state", b"", "roode32 status"),
        ("roode32/number/roode32_people_counter/state", b"nan", "roode32 status"),
        ("roode32/sensor/roode32_distance_zone_0/state", b"1840", "roode32 status"),
        ("roode32/binary_sensor/roode32_presence/state", b"ON", "roode32 status"),
        ("roode32/status", b"online", "roode32 status"),
    ],
)
def test_what_an_entity_says(topic: str, text: bytes, expected: str) -> None:
    assert lines(decoded(CODEC, topic, text)) == [f"{expected} at receipt"]


@pytest.mark.parametrize(
    ("topic", "text", "reason"),
    [
        ("roode32/number/people_counter/command", b"0", "not a state"),
        ("roode32/debug", b"[I][roode]", "not a state"),
        ("5", b"5", "not a state"),
        ("roode32/number/people_counter/state", b"many", "not a count"),
        ("roode32/number/people_counter/state", b"2.5", "not a count"),
    ],
)
def test_what_is_no_state_is_rejected(topic: str, text: bytes, reason: str) -> None:
    assert lines(decoded(CODEC, topic, text)) == [f"rejected: {reason}"]


def test_a_device_that_is_offline_has_a_fault() -> None:
    assert lines(decoded(CODEC, "roode32/status", b"offline")) == [
        "roode32 status at receipt fault"
    ]
