"""Messages read by one codec, as tests of codecs want it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.calendars import epoch_us
from domain.readings import CountReading
from ingest.codecs.codec import Codec, Context, Decoded
from ingest.message import Message
from tests.ingest.payloads.run import str_of_reading

NOW_US = epoch_us(datetime(2026, 11, 23, 12, tzinfo=UTC))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def decoded(
    codec: Codec,
    topic: str,
    content: object,
    known: Mapping[str, str] | None = None,
    context: Context | None = None,
) -> Decoded:
    """What `content` says, as bytes or as JSON, received at noon of 2026-11-23."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    told = context or Context(known=dict(known or {}).get)
    return codec.decode(Message(topic, payload, NOW_US), told)


def lines(found: Decoded) -> list[str]:
    """Readings and rejections in one line each."""
    return [*texts(found.readings), *(f"rejected: {each.reason}" for each in found.rejections)]


def texts(readings: object) -> list[str]:
    """Readings in one line each."""
    assert isinstance(readings, list | tuple)
    return [str_of_reading(r) for r in readings if isinstance(r, CountReading)]
