"""What holds of other makers' devices for any bytes on any port, and any mutation of an object."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.readings import CountKind
from ingest.codecs import chirpstack
from ingest.codecs.codec import Context
from ingest.codecs.lorawan import browan, elsys, hkt, imbuildings, parametric, terabee
from ingest.codecs.lorawan.device import Device
from ingest.message import Message
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC, chirpstack_uplink

AT_US = 1_795_435_200_000_000
MODULES = (browan, elsys, hkt, imbuildings, parametric, terabee)
DEVICES = [device for module in MODULES for device in module.DEVICES]
HEADS = ["0206", "0204", "0101", "f101", "be0103", "be0104", "0a", "0066", "686b740001", "11", "ff"]
PORTS = [1, 2, 10, 14, 26, 27, 82, 83, 85, 100, 102, 190, 204]
OBJECTS: list[dict[str, Any]] = [
    {"sensor_status": 0, "device_status": 0, "counter_a": 1, "total_counter_a": 2},
    {"count_in": 1, "count_out": 2, "flags": {"TPC_STUCK": 1}},
    {"zone_global": 1, "zone_0": "not set", "flags": {}},
    {"cmd": {"name": "CMD_CNT_GET", "success": True, "value": {"count_in": 1, "count_out": 2}}},
    {"LTR": 1, "RTL": 2, "LTR_SUM": 3, "RTL_SUM": 4},
    {"motion": 1, "light": 2, "occupancy": 2},
    {"status": 1, "battery": 3.6, "time": 4, "count": 5},
    {"counterA": 1, "counterB": 2, "absCountA": 3, "absCountB": 4},
]

payloads = st.builds(
    lambda head, rest: bytes.fromhex(head) + rest,
    st.sampled_from(["", *HEADS]),
    st.binary(max_size=30),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
mutations = st.dictionaries(
    st.sampled_from([name for decoded in OBJECTS for name in decoded]),
    scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(), scalars, max_size=2),
    max_size=4,
)


@given(st.sampled_from(DEVICES), payloads, st.sampled_from(PORTS) | st.integers(1, 223))
@settings(max_examples=600, deadline=None)
def test_any_bytes_on_any_port_are_read_or_refused(device: Device, data: bytes, port: int) -> None:
    message = Message(CHIRPSTACK_TOPIC, chirpstack_uplink(data, fPort=port), AT_US)
    decoded = chirpstack.CODEC.decode(message, Context(device=device.name))
    assert decoded.readings or decoded.rejections
    for reading in decoded.readings:
        numbers = [n for n in (reading.entered, reading.left, reading.present) if n is not None]
        assert all(0 <= number < 2**32 for number in numbers)
        assert bool(numbers) is (reading.kind is not CountKind.STATUS)


@given(st.sampled_from(OBJECTS), mutations)
@settings(max_examples=600, deadline=None)
def test_any_mutation_of_an_object_is_read_or_refused(
    decoded: dict[str, Any], mutated: dict[str, Any]
) -> None:
    message = Message(CHIRPSTACK_TOPIC, chirpstack_uplink(decoded=decoded | mutated), AT_US)
    said = chirpstack.CODEC.decode(message, Context())
    assert said.readings or said.rejections


@pytest.mark.parametrize("decoded", OBJECTS, ids=lambda decoded: next(iter(decoded)))
def test_an_object_is_recognised_by_its_own_device_alone(decoded: dict[str, Any]) -> None:
    devices = [d.name for d in DEVICES if d.of_object is not None and d.of_object(decoded)]
    assert len(devices) == 1
