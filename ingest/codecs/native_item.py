"""One reading of the native format: the types of its fields, and how they must fit together."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.faults import Fault
from ingest.codecs.said import MAX_COUNT, MAX_PERIOD_S, Said

TOTAL, PERIOD, CHANGE, PRESENT, STATUS = CountKind

Stamp = Annotated[datetime, Meta(tz=True)] | int
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Present = Annotated[int, Meta(ge=-MAX_COUNT, le=MAX_COUNT)]
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
    uptime_s: Count | None = None


def said_of(item: Item, sensor: str, *, alone: bool) -> Said:
    """What a well-typed item says.

    Args:
        item: what was written.
        sensor: the sensor's id, from the topic.
        alone: whether the item is the only one of its message.

    Raises:
        Fault: the fields do not fit together.
    """
    kind = item.kind or (TOTAL if item.present is None else PRESENT)
    _check_counts(item, kind)
    if item.time is None and not alone:
        raise Fault("no time", "a reading in a list needs time", 'give each its own "time"')
    return Said(
        device=sensor,
        kind=kind,
        entered=item.entered,
        left=item.left,
        present=item.present,
        time_us=instant_us(item.time),
        period_s=item.period_s or 0,
        seq=item.seq or 0,
        uptime_s=item.uptime_s,
    )


def _check_counts(item: Item, kind: CountKind) -> None:
    crossings = item.entered is not None or item.left is not None
    if kind is STATUS:
        if crossings or item.present is not None:
            raise Fault(
                "counts do not fit the kind",
                'kind "status" is a sign of life and has no counts',
                'leave them out, or "kind"',
            )
        return
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
