"""Damaged messages of every format: no codec raises, and nothing impossible comes out."""

import pytest

from benchmarks.fuzz import Outcome, examples, fuzz, impossible
from domain.readings import CountKind, CountReading
from ingest.codecs import CODECS
from ingest.codecs.codec import Context
from ingest.message import Message
from tests.real_data import PAYLOADS

MESSAGES = 20_000


def test_there_are_examples_of_every_format_and_undamaged_they_are_read() -> None:
    found = examples()
    if not PAYLOADS.is_dir():
        pytest.skip("the real messages are not on this machine")
    assert {codec.name for codec, *_ in found} >= {codec.name for codec in CODECS}
    read = {
        codec.name
        for codec, topic, payload in found
        if not codec.decode(Message(topic, payload, 1_795_397_700_000_000), Context()).rejections
    }
    assert read >= {codec.name for codec in CODECS} - {"ttn-v3"}


def test_damaged_messages_are_read_or_rejected_and_never_raise() -> None:
    outcome: Outcome = fuzz(MESSAGES, seed=20)
    assert outcome.messages == MESSAGES
    assert outcome.readings > 0
    assert (outcome.exceptions, outcome.impossible) == (0, 0), outcome.samples


def test_what_cannot_be_is_noticed() -> None:
    sound = CountReading("door", CountKind.TOTAL, 1_795_397_700_000_000, entered=1)
    sound = sound._replace(received_us=1_795_397_700_000_000)
    assert list(impossible(sound)) == []
    wrong = {
        "crossings": sound._replace(entered=-1),
        "kind": sound._replace(present=1),
        "time": sound._replace(time_us=0),
        "period": sound._replace(period_s=60),
        "seq": sound._replace(seq=1_000_000),
        "sensor": sound._replace(sensor="a b"),
    }
    assert {name: list(impossible(reading)) for name, reading in wrong.items()} == {
        name: [name] for name in wrong
    }


def test_a_field_that_stands_twice_first_with_a_bad_value_is_rejected() -> None:
    native = next(codec for codec in CODECS if codec.name == "native")
    payload = b'{"entered": 1204, "left": "many", "left": 7}'
    found = native.decode(Message("openhours/v1/door/counts", payload, 1), Context())
    assert [rejection.reason for rejection in found.rejections] == ["a field twice"]


def test_times_of_one_message_that_lie_centuries_apart_are_those_of_receipt() -> None:
    native = next(codec for codec in CODECS if codec.name == "native")
    payload = b'[{"time": 9007199254740993, "entered": 1}, {"time": -1, "present": 17}]'
    at_us = 1_795_397_700_000_000
    found = native.decode(Message("openhours/v1/door/counts", payload, at_us), Context())
    assert all(at_us <= reading.time_us < at_us + 10 for reading in found.readings)
    assert len(found.readings) == 2
