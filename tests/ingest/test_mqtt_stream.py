"""Packets cut out of bytes, however the network cuts the bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.message import Messages
from ingest.mqtt import packets
from ingest.mqtt import stream as stream_module
from ingest.mqtt.stream import Control, ProtocolError, Stream, connack, refused

SUBACK = b"\x90\x05\x00\x01\x01\x80\x00"
PUBLISHED = st.tuples(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 65_535))


def published(topic: bytes, payload: bytes, packet_id: int, *, v5: bool, flags: int = 0) -> bytes:
    """A PUBLISH as section 3.3 has it; at QoS 1 where there is a packet id."""
    qos = 0x02 if packet_id else 0
    body = struct.pack(">H", len(topic)) + topic
    body += struct.pack(">H", packet_id) if packet_id else b""
    body += b"\x00" if v5 else b""
    return bytes([0x30 | qos | flags]) + length(len(body + payload)) + body + payload


def length(number: int) -> bytes:
    """Section 2.2.3: seven bits a byte, the lowest first."""
    return bytes([number % 128 | 0x80, number // 128]) if number > 127 else bytes([number])


@given(st.lists(PUBLISHED, max_size=8), st.booleans(), st.data())
def test_messages_come_out_as_they_went_in_wherever_the_bytes_are_cut(
    said: list[tuple[bytes, bytes, int]],
    v5: bool,  # noqa: FBT001 - drawn
    data: st.DataObject,
) -> None:
    wire = b"".join(published(*each, v5=v5) for each in said) + SUBACK
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    stream = Stream(v5=v5)
    parts = [stream.feed(wire[a:b]) for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    whole = Messages.joined([messages for messages, _ in parts])
    found = zip(whole.topics, whole.payloads, whole.packet_ids, strict=True)
    assert list(found) == said
    assert [c for _, controls in parts for c in controls] == [Control(0x90, SUBACK[2:])]


def test_properties_of_mqtt_5_are_passed_over() -> None:
    content_type = b"\x03\x00\x04json"
    body = b"\x00\x01t\x00\x09" + bytes([len(content_type)]) + content_type + b"{}"
    messages, _ = Stream(v5=True).feed(b"\x32" + length(len(body)) + body)
    assert (messages.topics, messages.payloads, messages.packet_ids) == ([b"t"], [b"{}"], [9])


def test_repetition_and_retention_are_told_by_the_first_byte() -> None:
    wire = published(b"t", b"", 1, v5=False, flags=0x08) + published(
        b"t", b"", 2, v5=False, flags=1
    )
    messages, _ = Stream(v5=False).feed(wire)
    messages.received_us = [10, 11]
    said = [messages.at(n) for n in range(2)]
    assert [(m.repeated, m.retained) for m in said] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    "wire",
    [
        b"\x30\xff\xff\xff\xff\x01",
        b"\x32\x05\x00\x09abc",
        b"\x32\x02\x00\x00",
    ],
    ids=["a length without end", "a topic beyond its packet", "no id"],
)
def test_what_is_no_mqtt_is_said_to_be_so(wire: bytes) -> None:
    with pytest.raises(ProtocolError):
        Stream(v5=False).feed(wire)


def test_properties_without_end_are_no_mqtt() -> None:
    with pytest.raises(ProtocolError):
        Stream(v5=True).feed(b"\x30\x04\x00\x01t\x80")


@pytest.mark.parametrize("cut", [30, 60, 125, 1_000])
def test_of_a_message_beyond_reason_the_end_is_left_out_and_the_next_one_is_whole(
    monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr(stream_module, "LARGEST_PACKET", 100)
    wire = published(b"t", b"x" * 200, 7, v5=False) + published(b"t", b"{}", 8, v5=False)
    stream = Stream(v5=False)
    parts = [stream.feed(wire[:cut])[0], stream.feed(wire[cut:])[0]]
    whole = Messages.joined(parts)
    assert whole.packet_ids == [7, 8]
    assert whole.payloads == [b"x" * 95, b"{}"], "topic and packet id take five bytes"


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_packets_or_no_mqtt(wire: bytes, v5: bool) -> None:  # noqa: FBT001 - drawn
    try:
        messages, _ = Stream(v5=v5).feed(wire)
    except ProtocolError:
        return
    assert len(messages.topics) == len(messages.payloads) == len(messages.packet_ids)


def test_a_kept_session_and_a_refusal_are_read_from_a_connack() -> None:
    assert connack(b"\x01\x00") == (True, 0)
    assert connack(b"\x00\x05") == (False, 5)


def test_refused_filters_are_read_from_a_suback_of_either_version() -> None:
    assert refused(b"\x00\x01\x01\x80", v5=False) == [False, True]
    assert refused(b"\x00\x01\x00\x01\x87", v5=True) == [False, True]


def test_acknowledgements_are_written_in_order() -> None:
    assert packets.pubacks([1, 65_535]) == b"\x40\x02\x00\x01\x40\x02\xff\xff"
