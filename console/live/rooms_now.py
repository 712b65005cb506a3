"""How full each room is now: what its readings, its sensors and a quarter of an hour ago tell."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from console.live.board import RoomNow, Trend, Unknown
from console.live.holding import patience_s
from domain.estate import Room, Sensor
from domain.readings import CountKind


class RoomPresent(NamedTuple):
    """People in one room; NaN where unknown."""

    now: float
    low: float
    high: float
    before: float
    """A quarter of an hour ago."""


def room_now(
    room: Room,
    sensors: Sequence[Sensor],
    seen: Mapping[str, int],
    present: RoomPresent,
    now: datetime,
) -> RoomNow:
    """One room, given who is present."""
    heard = _last_heard(sensors, seen)
    current, before = present.now, present.before
    if np.isnan(current):
        return RoomNow(room=room, unknown=_why(sensors, seen, now), last_heard=heard)
    is_empty = round(current) == 0 and not before >= 1
    trend = None if np.isnan(before) or is_empty else _trend(current - before, room.capacity or 0)
    return RoomNow(
        room=room,
        occupancy=current,
        low=present.low,
        high=present.high,
        trend=trend,
        last_heard=heard,
    )


def _why(sensors: Sequence[Sensor], seen: Mapping[str, int], now: datetime) -> Unknown:
    if not sensors:
        return Unknown.NO_SENSOR
    if any(s.id not in seen for s in sensors):
        return Unknown.NEVER_HEARD
    silent = any(now.timestamp() - seen[s.id] / 1e6 > patience_s(s) for s in sensors)
    return Unknown.SILENT if silent else Unknown.GAP


def _last_heard(sensors: Sequence[Sensor], seen: Mapping[str, int]) -> datetime | None:
    """The least recent of the sensors that report steadily, else the most recent of all."""
    steady = [seen[s.id] for s in sensors if s.id in seen and s.kind is not CountKind.CHANGE]
    changes = [seen[s.id] for s in sensors if s.id in seen]
    if not changes:
        return None
    return datetime.fromtimestamp((min(steady) if steady else max(changes)) / 1e6, UTC)


def _trend(change: float, capacity: int) -> Trend:
    if abs(change) < max(2, 0.05 * capacity):
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING
