import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.readings import CountKind, CountReading
from simulator.encoder import encode, topic

QUARTER_PAST_EIGHT_US = int(datetime(2026, 11, 23, 8, 15, tzinfo=UTC).timestamp()) * 1_000_000


def reading(kind: CountKind, **said: int) -> CountReading:
    return CountReading("door", kind, QUARTER_PAST_EIGHT_US, **said)


def test_the_topic_names_the_sensor() -> None:
    assert topic("east-door") == "openhours/v1/east-door/counts"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (
            reading(CountKind.TOTAL, entered=1204, left=1190),
            {"kind": "total", "entered": 1204, "left": 1190},
        ),
        (
            reading(CountKind.PERIOD, entered=0, left=3, period_s=900),
            {"kind": "period", "entered": 0, "left": 3, "period_s": 900},
        ),
        (
            reading(CountKind.CHANGE, entered=1, left=0, seq=7),
            {"kind": "change", "entered": 1, "left": 0, "seq": 7},
        ),
        (reading(CountKind.PRESENT, present=0), {"kind": "present", "present": 0}),
    ],
)
def test_each_kind_says_what_it_counts_and_nothing_else(
    said: CountReading, written: dict[str, int | str]
) -> None:
    assert json.loads(encode([said])) == {"time": "2026-11-23T08:15:00Z", **written}


def test_several_readings_are_a_list_in_their_order() -> None:
    rows = [reading(CountKind.PRESENT, present=n) for n in (5, 3, 4)]
    assert [row["present"] for row in json.loads(encode(rows))] == [5, 3, 4]


@pytest.mark.parametrize("count", [0, 1001])
def test_a_message_holds_one_to_a_thousand_readings(count: int) -> None:
    rows = [reading(CountKind.PRESENT, present=1)] * count
    with pytest.raises(ValueError, match=str(count)):
        encode(rows)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_any_instant_is_written_as_rfc_3339_in_utc(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    time_us = round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
    text = json.loads(encode([CountReading("door", CountKind.PRESENT, time_us, present=1)]))["time"]
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == at
