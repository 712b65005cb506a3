"""FootfallCam's raw events."""

import pytest

from ingest.codecs.footfallcam import CODEC
from tests.ingest.codecs.reading import decoded, lines

TOPIC = "/status/0000c0ffee"
VISITOR_IN = {
    "RoiId": 1,
    "MetricId": 1,
    "PeopleTypeId": 1,
    "PeopleId": 77,
    "EventStartTime": 1_795_413_598,
    "EventEndTime": 1_795_413_600,
    "CombineObjectTypeId": 11,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "change entered=1 seq=77"),
        ({"MetricId": 2}, "change left=1 seq=77"),
        ({"MetricId": "2", "CombineObjectTypeId": "11"}, "change left=1 seq=77"),
        ({"CombineObjectTypeId": 21}, "status"),
        ({"MetricId": 5}, "status"),
    ],
)
def test_one_event_is_one_visitor_in_or_out(changed: dict[str, object], expected: str) -> None:
    assert lines(decoded(CODEC, TOPIC, VISITOR_IN | changed)) == [
        f"0000c0ffee:roi-1 {expected} 2026-11-23T06:00:00Z"
    ]


def test_utc_texts_are_read_without_a_zone() -> None:
    event = {
        "MetricId": 1,
        "CombineObjectTypeId": 11,
        "CameraSerial": "FFC-1",
        "EventEndLocalTime": "2026-11-23 14:00:00",
        "EventEndUTCTime": "2026-11-23 06:00:00",
    }
    assert lines(decoded(CODEC, TOPIC, [event])) == ["FFC-1 change entered=1 2026-11-23T06:00:00Z"]


def test_other_messages_are_rejected() -> None:
    assert lines(decoded(CODEC, TOPIC, {"status": "ok"})) == ["rejected: unexpected content"]
