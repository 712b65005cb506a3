"""The native wire format, written from its description and not from the decoder.

Topic `openhours/v1/{sensor}/counts`; payload a JSON object, or a list of 1 to 1,000 of them, with
`time` (RFC 3339, UTC), `kind`, and what the kind has to say: `entered`, `left`, `present`,
`period_s`, `seq`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from domain.readings import CountReading

LONGEST_LIST = 1_000
"""Readings in one message, at most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder().encode


class _Wire(msgspec.Struct, omit_defaults=True):
    time: datetime
    kind: str
    entered: int | None = None
    left: int | None = None
    present: int | None = None
    period_s: int = 0
    seq: int = 0


def topic(sensor: str) -> str:
    """The topic on which the sensor publishes."""
    return f"openhours/v1/{sensor}/counts"


def encode(readings: Sequence[CountReading]) -> bytes:
    """The payload of some readings of one sensor: an object for one, a list for several.

    Raises `ValueError` for none, or for more than `LONGEST_LIST`.
    """
    if not 1 <= len(readings) <= LONGEST_LIST:
        raise ValueError(f"{len(readings)} readings do not fit one message")
    wires = [
        _Wire(
            _EPOCH + timedelta(microseconds=r.time_us),
            r.kind.value,
            r.entered,
            r.left,
            r.present,
            r.period_s,
            r.seq,
        )
        for r in readings
    ]
    return _encode(wires[0] if len(wires) == 1 else wires)
