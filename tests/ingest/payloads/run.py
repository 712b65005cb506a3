"""Reads the real messages, and writes what they come to as text."""

import json
from datetime import UTC, datetime
from typing import Any

import jmespath
import pytest

from domain.calendars import from_epoch_us
from domain.readings import CountReading, Mark
from ingest.codecs import CODECS
from ingest.codecs.codec import Context
from ingest.message import Message
from tests.ingest.payloads.case import Case
from tests.real_data import PAYLOADS

RECEIVED = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When every message comes, unless its own time says otherwise."""


def results(case: Case, message: bytes | None = None, received: datetime = RECEIVED) -> list[str]:
    """What a case comes to; `message` in place of the file's where it is no JSON on the wire."""
    payload = bytes_of(case) if message is None else message
    codec = next(c for c in CODECS if c.name == case.codec)
    at_us = int(received.timestamp()) * 1_000_000
    decoded = codec.decode(Message(case.topic, payload, at_us), Context(device=case.device))
    rejected = [f"rejected: {rejection.reason}" for rejection in decoded.rejections]
    return [*map(str_of_reading, decoded.readings), *rejected]


def bytes_of(case: Case) -> bytes:
    """The message as it goes over the wire. Skips the test where the folder is absent."""
    return json.dumps(content_of(case)).encode()


def content_of(case: Case) -> Any:
    """The part of the file that the case names. Skips the test where the folder is absent."""
    path = PAYLOADS / case.file
    if not path.is_file():
        pytest.skip("the real messages are not on this machine")
    content = json.loads(path.read_text())
    return jmespath.search(case.where, content) if case.where else content


def str_of_reading(reading: CountReading) -> str:
    """A reading in one line."""
    marks = Mark(reading.marks)
    numbers = [
        f"{name}={number}"
        for name in ("entered", "left", "present")
        if (number := getattr(reading, name)) is not None
    ]
    numbers += [
        f"{name}={number}" for name in ("period_s", "seq") if (number := getattr(reading, name))
    ]
    at = f"{from_epoch_us(reading.time_us):%Y-%m-%dT%H:%M:%SZ}"
    names = [str(mark.name).lower() for mark in marks & ~Mark.RECEIPT_TIME]
    return " ".join(
        [
            reading.sensor,
            str(reading.kind),
            *numbers,
            "at receipt" if Mark.RECEIPT_TIME in marks else at,
            *names,
        ]
    )
