"""Keeps the quarter-hours of sensors up to date with their readings, late ones included."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import NamedTuple

import numpy as np
import structlog

from domain.calendars import epoch_us
from domain.ports import Ledger, TimeSeriesStore
from domain.sensor_bins import BIN_S, BIN_US, SensorBins, Stale
from policies.binning import DEFAULT_INTERVAL_S, Reach, bin_readings, reach
from policies.grid import Grid

log = structlog.get_logger(__name__)

INTERVALS = "bins:intervals"
"""Where the ledger keeps by which reporting intervals the bins were made."""
SENSORS_AT_ONCE, SLOTS_AT_ONCE = 200, 7 * 96
"""So many sensors and quarter-hours are read and made at once, to bound memory."""
_NOTHING_MORE = Stale(sensors=(), first_us=(), last_us=(), token=0)


class _Part(NamedTuple):
    """Quarter-hours [first, end) of some sensors, in which each has a span of its own."""

    first: int
    end: int
    spans: Mapping[str, tuple[int, int]]
    margin_us: int


@dataclass(frozen=True, slots=True)
class Binning:
    """Makes the bins that are stale. Killed in the middle and run again, it does the same."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    _one_at_a_time: Lock = field(default_factory=Lock)

    def update(self, now: datetime) -> int:
        """Make all stale bins before the quarter-hour that `now` lies in; return how many.

        Raises `StoreUnavailable`.
        """
        with self._one_at_a_time:
            intervals = {s.id: float(s.interval_s) for s in self.ledger.estate().sensors}
            self._heed(intervals)
            stale = self.timeseries.stale()
            until_slot = epoch_us(now) // BIN_US
            reaches = {
                name: reach(first_us, last_us, intervals.get(name, DEFAULT_INTERVAL_S))
                for name, first_us, last_us in zip(
                    stale.sensors, stale.first_us, stale.last_us, strict=True
                )
            }
            made = sum(self._make(part, intervals) for part in _parts(reaches, until_slot))
            self.timeseries.put_bins(SensorBins.empty(), {}, stale, until_slot)
        if made:
            log.debug("bins made", bins=made, sensors=len(reaches))
        return made

    def _heed(self, intervals: Mapping[str, float]) -> None:
        """Have the bins made anew of sensors whose reporting interval is another by now."""
        before = json.loads(self.ledger.state(INTERVALS) or "{}")
        names = before.keys() | intervals.keys()
        changed = [
            name
            for name in names
            if before.get(name, DEFAULT_INTERVAL_S) != intervals.get(name, DEFAULT_INTERVAL_S)
        ]
        if changed:
            self.timeseries.make_stale(sorted(changed))
        if before != intervals:
            self.ledger.set_state(INTERVALS, json.dumps(intervals))

    def _make(self, part: _Part, intervals: Mapping[str, float]) -> int:
        table = self.timeseries.read(
            part.spans,
            part.first * BIN_US - part.margin_us,
            part.end * BIN_US + part.margin_us,
            previous=True,
        )
        grid = Grid(part.first * BIN_S, part.end - part.first)
        bins = bin_readings(table, intervals, grid)
        spans = np.array([part.spans[name] for name in bins.sensors], dtype=np.int64)
        first, end = spans.reshape(-1, 2)[bins.sensor].T
        bins = bins.take((bins.slot >= first) & (bins.slot < end))
        self.timeseries.put_bins(bins, part.spans, _NOTHING_MORE, part.end)
        return len(bins)


def _parts(reaches: Mapping[str, Reach], until_slot: int) -> Iterator[_Part]:
    """What is to be made before `until_slot`, sensors with like spans together."""
    ordered = sorted(
        (name for name, its in reaches.items() if its.first_slot < until_slot),
        key=lambda name: (reaches[name].first_slot // 96, reaches[name].end_slot // 96),
    )
    for at in range(0, len(ordered), SENSORS_AT_ONCE):
        names = ordered[at : at + SENSORS_AT_ONCE]
        margin_us = max(reaches[n].first_slot * BIN_US - reaches[n].read_from_us for n in names)
        first = min(reaches[name].first_slot for name in names)
        last = min(max(reaches[name].end_slot for name in names), until_slot)
        for start in range(first, last, SLOTS_AT_ONCE):
            end = min(start + SLOTS_AT_ONCE, last)
            spans = {
                name: (max(reaches[name].first_slot, start), min(reaches[name].end_slot, end))
                for name in names
            }
            spans = {name: span for name, span in spans.items() if span[0] < span[1]}
            if spans:
                yield _Part(start, end, spans, margin_us)
