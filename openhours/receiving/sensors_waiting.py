"""Sensors that were heard, or described by Home Assistant, and have no room yet."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from console.sensors.report import WaitingOut
from domain.calendars import epoch_us, from_epoch_us
from domain.estate import Estate
from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountKind, ReadingTable
from ingest.codecs.homeassistant import KEY_PREFIX, Discovered, counters_in
from policies.health_reports import heard_us

LOOK_BACK_US = 6 * 3_600_000_000
"""Long enough to tell what a sensor says and how often."""
RHYTHM_READINGS = 3
"""From so many on, a sensor's interval is told."""

_KINDS = list(CountKind)
_STATUS = _KINDS.index(CountKind.STATUS)


def sensors_waiting(
    ledger: Ledger,
    timeseries: TimeSeriesStore,
    estate: Estate,
    seen: Mapping[str, int],
    now: datetime,
) -> Iterator[WaitingOut]:
    """Those heard by name, then those that are only described. Raises `StoreUnavailable`.

    Args:
        ledger: knows what was described.
        timeseries: knows what was said.
        estate: whose sensors do not wait.
        seen: as of `TimeSeriesStore.last_seen`.
        now: an aware instant.
    """
    told = {
        counter.sensor: counter
        for value in ledger.states(KEY_PREFIX).values()
        for counter in counters_in(value)
        if counter.sensor not in estate.sensor_by_id
    }
    unknown = sorted(seen.keys() - estate.sensor_by_id.keys())
    now_us = epoch_us(now)
    table = timeseries.read(unknown, now_us - LOOK_BACK_US, now_us + 1, previous=True)
    for name in unknown:
        yield _heard(name, table.of(name), told.get(name))
    for name in sorted(told.keys() - set(unknown)):
        yield _described(told[name])


def _heard(name: str, said: ReadingTable, told: Discovered | None) -> WaitingOut:
    counts = said.take(said.kind != _STATUS)
    kind = _KINDS[counts.kind[-1]] if len(counts) else None
    own = counts.take(counts.kind == counts.kind[-1:]) if len(counts) else counts
    interval_s = None
    if len(own) >= RHYTHM_READINGS:
        interval_s = min(max(round(float(np.median(np.diff(own.time_us))) / 1e6), 1), 86_400)
    last_us = heard_us(said)
    return WaitingOut(
        sensor=name,
        kind=kind,
        device=told.device if told else "",
        last_heard=None if last_us is None else from_epoch_us(last_us),
        entered=_last(own.entered),
        left=_last(own.left),
        present=_last(own.present),
        interval_s=interval_s,
        register_line=register_line(name, kind, interval_s),
    )


def _described(told: Discovered) -> WaitingOut:
    return WaitingOut(
        sensor=told.sensor,
        kind=told.kind,
        device=told.device,
        last_heard=None,
        entered=None,
        left=None,
        present=None,
        register_line=register_line(told.sensor, told.kind, None),
    )


def register_line(sensor: str, kind: CountKind | None, interval_s: int | None) -> str:
    """A sensor's line among the `sensors` of an estate file; ROOM is to be filled in."""
    parts = [f"id: {json.dumps(sensor, ensure_ascii=False)}", "room: ROOM"]
    if kind is not None:
        parts.append(f"kind: {kind}")
    if interval_s is not None:
        parts.append(f"interval_s: {interval_s}")
    return f"- {{{', '.join(parts)}}}"


def _last(values: NDArray[np.float64]) -> float | None:
    return None if not len(values) or np.isnan(values[-1]) else float(values[-1])
