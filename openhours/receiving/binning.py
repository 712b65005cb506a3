"""Keeps the quarter-hours of sensors up to date with their readings, late ones included."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
            return self._update(now)

    @contextmanager
    def at_rest(self, now: datetime) -> Iterator[None]:
        """The bins up to date, and made by nobody until the block ends.

        Raises `StoreUnavailable`.
        """
        with self._one_at_a_time:
            self._update(now)
            yield

    def _update(self, now: datetime) -> int:
        intervals = {s.id: float(s.interval_s) for s in self.ledger.estate().sensors}
        before = json.loads(self.ledger.state(INTERVALS) or "{}")
        longest = _longest(before, intervals)
        if before != intervals:
            self.timeseries.make_stale(_changed(before, intervals))
        stale = self.timeseries.stale()
        until_slot = epoch_us(now) // BIN_US
        until_us = until_slot * BIN_US
        reaches = {
            name: reach(first_us, max(first_us, min(last_us, until_us)), longest[name])
            for name, first_us, last_us in zip(
                stale.sensors, stale.first_us, stale.last_us, strict=True
            )
        }
        parts = _parts(reaches, until_slot)
        made = sum(self._make(part, intervals, until_slot) for part in parts)
        self.timeseries.put_bins(SensorBins.empty(), {}, stale, until_slot)
        if before != intervals:
            self.ledger.set_state(INTERVALS, json.dumps(intervals))
        if made:
            log.debug("bins made", bins=made, sensors=len(reaches))
        return made

    def _make(self, part: _Part, intervals: Mapping[str, float], until_slot: int) -> int:
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
        # Of what is not over only what is held into it: nothing may come that makes it stale.
        settled = (bins.slot < until_slot) | (bins.heard == 0)
        bins = bins.take((bins.slot >= first) & (bins.slot < end) & settled)
        self.timeseries.put_bins(bins, part.spans, _NOTHING_MORE, part.end)
        return len(bins)


def _changed(before: Mapping[str, float], intervals: Mapping[str, float]) -> list[str]:
    """Sensors whose reporting interval is another by now."""
    return sorted(
        name
        for name in before.keys() | intervals.keys()
        if before.get(name, DEFAULT_INTERVAL_S) != intervals.get(name, DEFAULT_INTERVAL_S)
    )


def _longest(before: Mapping[str, float], intervals: Mapping[str, float]) -> Mapping[str, float]:
    """The longer of both intervals of every sensor, so that bins made by either are reached."""
    found = defaultdict(lambda: DEFAULT_INTERVAL_S)
    for name in before.keys() | intervals.keys():
        both = (its.get(name, DEFAULT_INTERVAL_S) for its in (before, intervals))
        found[name] = max(both)
    return found


def _parts(reaches: Mapping[str, Reach], until_slot: int) -> Iterator[_Part]:
    """What is to be made, sensors with like spans together; none that begins at `until_slot`."""
    ordered = sorted(
        (name for name, its in reaches.items() if its.first_slot < until_slot),
        key=lambda name: (reaches[name].first_slot // 96, reaches[name].end_slot // 96),
    )
    for at in range(0, len(ordered), SENSORS_AT_ONCE):
        names = ordered[at : at + SENSORS_AT_ONCE]
        margin_us = max(reaches[n].first_slot * BIN_US - reaches[n].read_from_us for n in names)
        first = min(reaches[name].first_slot for name in names)
        last = max(reaches[name].end_slot for name in names)
        for start in range(first, last, SLOTS_AT_ONCE):
            end = min(start + SLOTS_AT_ONCE, last)
            spans = {
                name: (max(reaches[name].first_slot, start), min(reaches[name].end_slot, end))
                for name in names
            }
            spans = {name: span for name, span in spans.items() if span[0] < span[1]}
            if spans:
                yield _Part(start, end, spans, margin_us)
