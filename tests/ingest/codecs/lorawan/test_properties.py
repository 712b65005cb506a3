"""What holds of every LoRaWAN device for any bytes and any object."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.readings import CountKind, CountReading
from ingest.codecs import chirpstack, ttn
from ingest.codecs.codec import Context
from ingest.codecs.lorawan import DEVICES
from ingest.codecs.lorawan.device import Device
from ingest.codecs.lorawan.milesight_channels import COMMON
from ingest.message import Message
from tests.ingest.payloads.uplinks import (
    CHIRPSTACK_TOPIC,
    TTN_TOPIC,
    chirpstack_uplink,
    ttn_uplink,
)

AT_US = 1_795_435_200_000_000
LARGEST = 2**32 - 1

devices = st.sampled_from(DEVICES)
heads = st.sampled_from(
    [bytes(head) for head in COMMON]
    + [bytes.fromhex(head) for head in ("03d2", "04cc", "05cc", "04c9", "0fe3", "06fe", "20ce")]
)
payloads = st.binary(max_size=60) | st.lists(
    st.tuples(heads, st.binary(max_size=13)).map(b"".join), max_size=5
).map(b"".join)
names = st.sampled_from(
    [
        "line_1_total_in",
        "line_1",
        "total_in",
        "period_out",
        "people_count_all",
        "region_1_count",
        "region_1_enable",
        "occupancy",
        "detection_status",
        "history",
        "timestamp",
        "battery",
        "event",
        "events",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
objects = st.dictionaries(
    names,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner)
    ),
    max_size=5,
)


@given(devices, payloads)
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_or_refused(device: Device, data: bytes) -> None:
    message = Message(CHIRPSTACK_TOPIC, chirpstack_uplink(data), AT_US)
    decoded = chirpstack.CODEC.decode(message, Context(device=device.name))
    assert decoded.readings or decoded.rejections
    for reading in decoded.readings:
        assert_possible(reading)


@given(objects, payloads)
@settings(max_examples=300, deadline=None)
def test_any_object_is_read_or_refused(decoded: dict[str, Any], data: bytes) -> None:
    message = Message(TTN_TOPIC, ttn_uplink(data, decoded, model="vs133"), AT_US)
    said = ttn.CODEC.decode(message, Context())
    assert said.readings or said.rejections


@given(
    st.tuples(*[st.integers(0, LARGEST)] * 2),
    st.tuples(*[st.integers(0, 0xFFFF)] * 2),
    st.integers(1, 4),
)
def test_every_count_of_a_line_is_read_as_it_was_written(
    total: tuple[int, int], period: tuple[int, int], line: int
) -> None:
    channel = 3 * line
    data = b"".join(
        (
            bytes((channel, 0xD2)) + total[0].to_bytes(4, "little"),
            bytes((channel + 1, 0xD2)) + total[1].to_bytes(4, "little"),
            bytes((channel + 2, 0xCC)) + b"".join(n.to_bytes(2, "little") for n in period),
        )
    )
    message = Message(CHIRPSTACK_TOPIC, chirpstack_uplink(data), AT_US)
    decoded = chirpstack.CODEC.decode(message, Context(device="vs133"))
    assert [(r.kind, r.entered, r.left) for r in decoded.readings] == [
        (CountKind.TOTAL, *total),
        (CountKind.PERIOD, *period),
    ]


def assert_possible(reading: CountReading) -> None:
    numbers = [reading.entered, reading.left, reading.present]
    said = [number for number in numbers if number is not None]
    assert all(0 <= number <= LARGEST for number in said)
    assert bool(said) is (reading.kind is not CountKind.STATUS)
    assert reading.period_s == 0 or reading.kind is CountKind.PERIOD
