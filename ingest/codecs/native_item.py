"""One reading of the native format: the types of its fields, and how they must fit together."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from domain.calendars import epoch_us
from domain.readings import SEQ_SPAN, CountKind, CountReading
from ingest.codecs.faults import Fault

MAX_NUMBER = 2**53
"""The largest whole number that every JSON reader keeps exactly."""
MAX_PERIOD_S = 366 * 86_400
EARLIEST_US = 978_307_200 * 10**6
"""2001-01-01 UTC: a clock that stands before it was never set."""
MAX_AHEAD_US = 86_400 * 10**6
TOTAL, PERIOD, CHANGE, PRESENT, STATUS = CountKind

Stamp = Annotated[datetime, Meta(tz=True)] | int
Count = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]
Present = Annotated[int, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Period = Annotated[int, Meta(ge=1, le=MAX_PERIOD_S)]


class Item(
    Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, forbid_unknown_fields=True
):
    """One reading as it is written."""

    kind: CountKind | None = None
    time: Stamp | None = None
    entered: Count | None = None
    left: Count | None = None
    present: Present | None = None
    period_s: Period | None = None
    seq: Count | None = None


def reading_of(item: Item, sensor: str, received_us: int, *, alone: bool) -> CountReading:
    """The reading that a well-typed item is.

    Args:
        item: what was written.
        sensor: the sensor's id, from the topic.
        received_us: instant of receipt, microseconds; the time of an item that gives none.
        alone: whether the item is the only one of its message.

    Raises:
        Fault: the fields do not fit together, or the time cannot be.
    """
    kind = item.kind or (TOTAL if item.present is None else PRESENT)
    _check_counts(item, kind)
    if item.time is None:
        _check_untimed(kind, alone=alone)
        time_us = received_us
    else:
        time_us = _instant_us(item.time)
        _check_time(time_us, received_us)
    return CountReading(
        sensor,
        kind,
        time_us,
        item.entered,
        item.left,
        item.present,
        item.period_s or 0,
        (item.seq or 0) % SEQ_SPAN,
        received_us,
    )


def _check_counts(item: Item, kind: CountKind) -> None:
    crossings = item.entered is not None or item.left is not None
    if not crossings and item.present is None:
        raise Fault("no counts", "entered, left and present are all missing", "give one of them")
    if kind is PRESENT:
        if crossings:
            raise Fault(
                "counts do not fit the kind",
                'kind "present" goes with present alone',
                "send entered and left as a reading of their own",
            )
    elif item.present is not None:
        raise Fault(
            "counts do not fit the kind",
            f'kind "{kind}" goes with entered and left, not with present',
            'send present as a reading of its own, of kind "present"',
        )
    if (item.period_s is not None) is not (kind is PERIOD):
        raise Fault(
            "period_s does not fit the kind",
            f'kind "{kind}" {"needs" if item.period_s is None else "has no"} period_s',
            'write "kind": "period" and "period_s", the seconds counted up to "time"',
        )
    if item.seq is not None and kind is not CHANGE:
        raise Fault(
            "seq does not fit the kind", f'kind "{kind}" has no seq', 'write "kind": "change"'
        )


def _check_untimed(kind: CountKind, *, alone: bool) -> None:
    if kind in (PERIOD, CHANGE):
        raise Fault(
            "no time",
            f'kind "{kind}" needs time: a message that comes twice would count twice',
            'give "time", and with several changes in one instant "seq"',
        )
    if not alone:
        raise Fault("no time", "a reading in a list needs time", 'give each its own "time"')


def _check_time(time_us: int, received_us: int) -> None:
    if time_us < EARLIEST_US:
        raise Fault("time out of range", "time is before 2001", "set the device's clock, as by NTP")
    if time_us > received_us + MAX_AHEAD_US:
        raise Fault(
            "time out of range",
            "time is more than a day after the message came",
            "check the device's clock, and the unit of a number",
        )


def _instant_us(time: datetime | int) -> int:
    """Microseconds since 1970; the size of a number tells seconds, ms, µs and ns apart."""
    if isinstance(time, datetime):
        return epoch_us(time)
    if time < 10**11:
        return time * 10**6
    if time < 10**14:
        return time * 10**3
    return time if time < 10**17 else time // 10**3
