"""What holds of the native codec for every reading and every bytes."""

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.readings import COUNTED, SEQ_SPAN, CountKind, CountReading, ReadingTable
from ingest.codecs import native
from ingest.codecs.clock import EARLIEST_US, MAX_AHEAD_US
from ingest.codecs.said import MAX_COUNT, MAX_PERIOD_S
from ingest.decoder import Decoder
from ingest.message import Messages
from ingest.sources import Sources
from tests.contract.rows import rows_of
from tests.ingest.reading import decode

NOW_US = 1_795_397_400_000_000
TOPIC = native.topic_of("door-1")

sensors = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}", fullmatch=True)
counts = st.integers(0, MAX_COUNT)
crossings = st.tuples(counts, counts) | st.tuples(counts, st.none()) | st.tuples(st.none(), counts)


@st.composite
def readings(draw: st.DrawFn, sensor: str) -> CountReading:
    kind = draw(st.sampled_from(COUNTED))
    present = kind is CountKind.PRESENT
    entered, left = (None, None) if present else draw(crossings)
    return CountReading(
        sensor,
        kind,
        draw(st.integers(EARLIEST_US, NOW_US + MAX_AHEAD_US)),
        entered,
        left,
        draw(st.integers(-MAX_COUNT, MAX_COUNT)) if present else None,
        draw(st.integers(1, MAX_PERIOD_S)) if kind is CountKind.PERIOD else 0,
        draw(st.integers(0, SEQ_SPAN - 1)) if kind is CountKind.CHANGE else 0,
        NOW_US,
    )


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_encoded_is_decoded_alike(data: st.DataObject) -> None:
    sensor = data.draw(sensors)
    said = data.draw(st.lists(readings(sensor), min_size=1, max_size=20))
    decoded = decode(native.topic_of(sensor), native.encode(said), NOW_US)
    assert (list(decoded.readings), decoded.rejections) == (said, ())


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
fields = st.sampled_from(
    ("kind", "time", "entered", "left", "present", "period_s", "seq", "x", "uptime_s")
)
near_numbers = st.sampled_from((0, 1, -1, 2**53, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 1.0))
near_texts = st.sampled_from(
    (*CountKind, "12", "2026-11-23T09:30:00Z", "2026-11-23", "9999-12-31T23:59:59-23:59")
)
items = st.dictionaries(fields, near_numbers | near_texts | junk, max_size=6)
messages = items | st.lists(items | junk, max_size=5) | junk


@given(messages)
@settings(max_examples=500, deadline=None)
def test_of_any_json_every_item_is_a_reading_or_is_named_as_bad(message: Any) -> None:
    payload = json.dumps(message).encode()
    decoded = decode(TOPIC, payload, NOW_US)
    total = len(message) if isinstance(message, list) else 1
    assert len(decoded.rejections) == (len(decoded.readings) < total or total == 0)
    for rejection in decoded.rejections:
        assert rejection.payload == payload
        assert rejection.reason
        assert rejection.detail
        assert rejection.hint


@given(st.text(), st.binary())
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_or_kept_and_no_topic_is_a_trap(topic: str, payload: bytes) -> None:
    decode(topic, payload, NOW_US)  # other formats may pass over what says nothing of people
    decoded = decode(TOPIC, payload, NOW_US)
    assert decoded.readings or decoded.rejections


@given(st.lists(messages, max_size=6))
@settings(max_examples=500, deadline=None)
def test_messages_in_bulk_say_what_each_says_by_itself(given_messages: list[Any]) -> None:
    payloads = [json.dumps(message).encode() for message in given_messages]
    size = len(payloads)
    bulk = Messages(
        [TOPIC.encode()] * size,
        payloads,
        list(range(1, size + 1)),
        [0x32] * size,
        list(range(NOW_US, NOW_US + size)),
    )
    batch = Decoder(Sources()).decode(bulk)
    apart = [Sources().decode(bulk.at(n)) for n in range(size)]
    readings = [reading for decoded in apart for reading in decoded.readings]
    np.testing.assert_equal(rows_of(batch.table), rows_of(ReadingTable.of_readings(readings)))
    for name in ("received_us", "marks", "uptime_s", "delivery"):
        alike = ReadingTable.of_readings(readings)
        np.testing.assert_array_equal(getattr(batch.table, name), getattr(alike, name))
    assert sorted(r.payload for r in batch.rejections) == sorted(
        r.payload for decoded in apart for r in decoded.rejections
    )
