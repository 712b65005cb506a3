"""Irisys registers: what their names tell."""

import pytest

from ingest.codecs.irisys import CODEC
from tests.ingest.codecs.reading import decoded, lines

LIVE = "irisys/V4D-17020025/live_counts"


def registers(*counts: tuple[str, int]) -> dict[str, object]:
    named = [{"name": name, "count": count} for name, count in counts]
    return {"counts": named, "timestamp": "2026-11-23T06:00:00Z"}


def test_in_and_out_are_one_total() -> None:
    assert lines(decoded(CODEC, LIVE, registers(("In", 40), ("Out", 38), ("Occupancy", 2)))) == [
        "V4D-17020025 total entered=40 left=38 2026-11-23T06:00:00Z",
        "V4D-17020025 present present=2 2026-11-23T06:00:00Z",
    ]


def test_each_door_has_a_channel_and_a_bare_line_counts_inwards() -> None:
    found = registers(("Door A In", 4), ("Door A Out", 3), ("Line 2", 9), ("Dwell", 382))
    assert lines(decoded(CODEC, LIVE, found)) == [
        "V4D-17020025:door-a total entered=4 left=3 2026-11-23T06:00:00Z",
        "V4D-17020025:line-2 total entered=9 2026-11-23T06:00:00Z",
    ]


def test_counts_are_changes_with_times_of_their_own() -> None:
    changes = [
        {"name": "In", "count": 1, "timestamp": "2026-11-23T06:00:01Z"},
        {"name": "In", "count": 2, "timestamp": "2026-11-23T06:00:02Z"},
    ]
    assert lines(decoded(CODEC, "irisys/V4D-1/counts", {"counts": changes})) == [
        "V4D-1 change entered=1 2026-11-23T06:00:01Z",
        "V4D-1 change entered=2 2026-11-23T06:00:02Z",
    ]


def test_count_logs_are_totals_of_their_instants() -> None:
    log = {
        "Counts": [{"Name": "Line 1", "RegisterId": 0, "Value": 121}],
        "LogEntryId": 353493,
        "Timestamp": "2026-11-23T06:00:00Z",
    }
    message = {"CountLogs": [log], "FriendlyDeviceSerial": "V4D-9"}
    assert lines(decoded(CODEC, "any", message)) == [
        "V4D-9:line-1 total entered=121 2026-11-23T06:00:00Z"
    ]


@pytest.mark.parametrize(
    ("topic", "message", "expected"),
    [
        (LIVE, registers(("Dwell", 382)), "rejected: no counts"),
        ("irisys/V4D-1/targets", b"\x00\x01", "rejected: no counts"),
        ("irisys/V4D-1/status", {"uptime": 5}, "V4D-1 status at receipt"),
    ],
)
def test_what_counts_nobody(topic: str, message: object, expected: str) -> None:
    assert lines(decoded(CODEC, topic, message)) == [expected]
