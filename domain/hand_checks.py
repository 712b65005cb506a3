"""Counts by hand, with what the sensors counted meanwhile beside them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from domain.calendars import epoch_us
from domain.estate import Estate, Sensor
from domain.hand_counts import DoorCheck, HandChecks, HandCount
from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountKind
from domain.sensor_bins import BIN_US, SensorBins

KEPT_FOR = timedelta(days=730)
"""Older counts say nothing of how sensors count today."""
_KINDS = list(CountKind)


def hand_checks(
    ledger: Ledger, timeseries: TimeSeriesStore, estate: Estate, now: datetime
) -> HandChecks:
    """What was counted by hand in the last two years. Raises `StoreUnavailable`."""
    since = now - KEPT_FOR
    doors = [c for c in ledger.hand_counts(since) if c.sensor in estate.sensor_by_id]
    checks = (_check(timeseries, count, estate.sensor(count.sensor)) for count in doors)
    return HandChecks(
        doors=tuple(check for found in checks for check in found),
        heads=tuple(h for h in ledger.head_counts(since) if h.at <= now),
    )


def _check(timeseries: TimeSeriesStore, count: HandCount, sensor: Sensor) -> Iterator[DoorCheck]:
    """The comparison, if the sensor is known to have counted for all of the time."""
    first_us, end_us = epoch_us(count.start), epoch_us(count.end)
    slots = first_us // BIN_US, -(-end_us // BIN_US)
    said = timeseries.bins([sensor.id], *slots)
    said = said.take(said.kind == _KINDS.index(sensor.kind))
    start_us = said.slot * BIN_US
    overlap = (np.minimum(start_us + BIN_US, end_us) - np.maximum(start_us, first_us)) / BIN_US
    known = np.minimum(said.entered_known, said.left_known) >= 1
    if overlap[known].sum() < (end_us - first_us) / BIN_US * 0.999:
        return
    entered, left = _crossings(said, overlap, sensor.sign)
    yield DoorCheck(
        room=sensor.room,
        beyond=sensor.beyond,
        at=count.start,
        passed_in=count.entered,
        counted_in=entered,
        passed_out=count.left,
        counted_out=left,
    )


def _crossings(said: SensorBins, overlap: np.ndarray, sign: int) -> tuple[float, float]:
    entered, left = float((said.entered * overlap).sum()), float((said.left * overlap).sum())
    return (entered, left) if sign > 0 else (left, entered)
