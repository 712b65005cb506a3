"""The native format by the thousand: many faultless messages at once, straight into columns.

It knows the rules of `native_item`, and only whether they hold; a message for which they do not,
or which is unusual, is named, and the caller reads it by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zlib import crc32

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from domain.readings import SEQ_SPAN, CountKind, Mark, ReadingTable
from ingest.codecs.clock import EARLIEST_US, MAX_AHEAD_US
from ingest.codecs.native_faults import MAX_READINGS
from ingest.codecs.said import MAX_COUNT, MAX_PERIOD_S

_NUMBER = {str(kind): number for number, kind in enumerate(CountKind)}
_TOTAL, _PERIOD, _CHANGE, _PRESENT, _STATUS = range(len(CountKind))
_HUGE = 2**60
"""Beyond it no number is a time or a count."""

Floats = NDArray[np.float64]


class _Item(Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    kind: str | None = None
    time: Annotated[datetime, Meta(tz=True)] | int | None = None
    entered: int | None = None
    left: int | None = None
    present: int | None = None
    period_s: int | None = None
    seq: int | None = None
    uptime_s: int | None = None


_decode = msgspec.json.Decoder(_Item | list[_Item]).decode
_fields_of = msgspec.structs.astuple
_Column = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """Some messages of the native format; sequences and arrays are (messages,)."""

    sensors: Sequence[str]
    """Who sent each."""
    payloads: Sequence[bytes]
    received_us: NDArray[np.int64]
    packet_ids: NDArray[np.int64]
    """0 where there is none."""


def read_columns(messages: Envelopes) -> tuple[ReadingTable, NDArray[np.intp]]:
    """The readings of faultless messages, and the places of all other messages."""
    items: list[_Item] = []
    sizes = [0] * len(messages.payloads)
    for place, payload in enumerate(messages.payloads):
        try:
            said = _decode(payload)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, list):
            sizes[place] = len(said)
            items += said
        else:
            sizes[place] = 1
            items.append(said)
    size = np.array(sizes, dtype=np.intp)
    message = np.repeat(np.arange(len(size)), size)
    rows, is_good = _rows(items, messages, message, is_alone=size[message] == 1)
    is_bad = (size == 0) | (size > MAX_READINGS)
    is_bad[message[~is_good]] = True
    return (rows.take(~is_bad[message]) if is_bad.any() else rows), np.flatnonzero(is_bad)


def _rows(
    items: list[_Item],
    messages: Envelopes,
    message: NDArray[np.intp],
    is_alone: NDArray[np.bool_],
) -> tuple[ReadingTable, NDArray[np.bool_]]:
    """The items as readings, and whether each is as good as it looks.

    `message` and `is_alone` are (items,): the message of each, and whether it is all of it.
    """
    columns: list[_Column] = list(zip(*map(_fields_of, items), strict=True)) or [()] * 8
    kinds, times = columns[:2]
    entered, left, present, period_s, seq, uptime_s = map(_numbers, columns[2:])
    kind = _kinds(kinds, ~np.isnan(present))
    time_us, is_timed = _instants(times)
    received_us = messages.received_us[message]
    is_good = (kind >= 0) & _fits(kind, entered, left, present, period_s, seq, uptime_s)
    is_good &= np.where(is_timed, _is_sane(time_us, received_us), is_alone & (kind != _STATUS))
    untimed = np.flatnonzero(~is_timed & is_good)
    packet_id = messages.packet_ids[message]
    names = tuple(dict.fromkeys(messages.sensors))
    index = {name: number for number, name in enumerate(names)}
    number = np.array([index[name] for name in messages.sensors], dtype=np.int32)
    return ReadingTable(
        sensors=names,
        sensor=number[message],
        kind=kind.astype(np.int8),
        time_us=np.where(is_timed, time_us, received_us),
        entered=entered,
        left=left,
        present=present,
        period_s=_whole(period_s, is_good),
        seq=np.where(is_timed, _whole(seq, is_good), packet_id) % SEQ_SPAN,
        received_us=received_us,
        marks=np.where(is_timed, 0, int(Mark.RECEIPT_TIME)).astype(np.int16),
        uptime_s=uptime_s,
        delivery=_deliveries(messages, message, untimed),
    ), is_good


def _numbers(column: _Column) -> Floats:
    if column.count(None) == len(column):
        return np.full(len(column), np.nan)
    try:
        return np.array(column, dtype=np.float64)
    except OverflowError:  # of a whole number beyond all doubles
        within = [n if n is None or -_HUGE < n < _HUGE else _HUGE for n in column]
        return np.array(within, dtype=np.float64)


def _whole(numbers: Floats, is_good: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.where(is_good & ~np.isnan(numbers), numbers, 0).astype(np.int64)


def _kinds(kinds: _Column, has_present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of each kind; −1 for one that there is not."""
    usual = np.where(has_present, _PRESENT, _TOTAL)
    if kinds.count(None) == len(kinds):
        return usual
    said = np.array([-2 if k is None else _NUMBER.get(k, -1) for k in kinds], dtype=np.int64)
    return np.where(said == -2, usual, said)


def _instants(times: _Column) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since 1970 UTC, and whether there was a time; the rules of `instant_us`."""
    size = len(times)
    if times.count(None) == size:
        return np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    number = np.array(times)
    if number.dtype == np.int64:
        return _by_size(number), np.ones(size, dtype=np.bool_)
    is_number = np.array([t.__class__ is int for t in times], dtype=np.bool_)
    said = [
        0
        if t is None
        else (t if -_HUGE < t < _HUGE else 0)
        if t.__class__ is int
        else round(t.timestamp() * 1e6)
        for t in times
    ]
    instant = np.array(said, dtype=np.int64)
    is_timed = np.array([t is not None for t in times], dtype=np.bool_)
    return np.where(is_number, _by_size(instant), instant), is_timed


def _by_size(number: NDArray[np.int64]) -> NDArray[np.int64]:
    size = np.abs(number)
    units = [number * 10**6, number * 10**3, number]
    by_size = np.select([size < 10**11, size < 10**14, size < 10**17], units, number // 10**3)
    return np.asarray(by_size, dtype=np.int64)


def _is_sane(time_us: NDArray[np.int64], received_us: NDArray[np.int64]) -> NDArray[np.bool_]:
    is_sane = np.asarray(time_us >= EARLIEST_US)
    return np.asarray(is_sane & (time_us <= received_us + MAX_AHEAD_US))


def _fits(
    kind: NDArray[np.int64],
    entered: Floats,
    left: Floats,
    present: Floats,
    period_s: Floats,
    seq: Floats,
    uptime_s: Floats,
) -> NDArray[np.bool_]:
    """Whether the numbers are possible and go with the kind."""
    crossings, presence = ~np.isnan(entered) | ~np.isnan(left), ~np.isnan(present)
    wanted_crossings, wanted_presence = kind <= _CHANGE, kind == _PRESENT
    fits = (crossings == wanted_crossings) & (presence == wanted_presence)
    fits &= ~np.isnan(period_s) == (kind == _PERIOD)
    fits &= np.isnan(seq) | (kind == _CHANGE)
    fits &= ~((period_s < 1) | (period_s > MAX_PERIOD_S) | (np.abs(present) >= MAX_COUNT))
    for number in (entered, left, seq, uptime_s):
        fits &= ~((number < 0) | (number >= MAX_COUNT))  # as a double the next one is the same
    return np.asarray(fits)


def _deliveries(
    messages: Envelopes, message: NDArray[np.intp], untimed: NDArray[np.intp]
) -> NDArray[np.int64]:
    """What tells the messages of readings without a time apart; 0 for all others."""
    delivery = np.zeros(len(message), dtype=np.int64)
    places = message[untimed]
    sums = np.array([crc32(messages.payloads[p]) for p in places], dtype=np.int64)
    packet_ids = messages.packet_ids[places]
    delivery[untimed] = np.where(packet_ids > 0, sums << 16 | packet_ids, 0)
    return delivery
