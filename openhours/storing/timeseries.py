"""The time-series store that the settings name, and what of it has grown too old."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from domain.calendars import epoch_us
from domain.ports import TimeSeriesStore
from domain.sensor_bins import BIN_US
from openhours.settings.model import Settings
from store.timeseries import DuckDBStore
from store.timeseries.influx_address import InfluxAddress

_NEVER_US = -(2**62)


class History(TimeSeriesStore, Protocol):
    """A store that can say where its history begins."""

    def first_seen(self) -> Mapping[str, int]:
        """`time_us` of the earliest reading that is still there, of every sensor that has any."""

    def binned(self) -> Mapping[str, tuple[int, int]]:
        """By sensor that has bins, the quarter-hours [first, end) that they lie in."""


def open_timeseries(settings: Settings, place: Path | InfluxAddress | None = None) -> History:
    """The store at `place`, or the one that the settings name.

    Raises `StoreUnavailable` when a file cannot be opened; an InfluxDB is not asked yet.
    """
    place = place or settings.timeseries
    if isinstance(place, Path):
        return DuckDBStore(place, memory_mb=settings.store.memory_mb)
    from store.timeseries.influxdb import InfluxDBStore  # noqa: PLC0415 - 20 MB that few need

    return InfluxDBStore(place, keep_raw_days=settings.store.keep_raw_days)


def set_up(settings: Settings) -> list[str]:
    """Make the store that the settings name; return what was done, in words.

    Raises `StoreUnavailable`.
    """
    place = settings.timeseries
    if isinstance(place, Path):
        is_new = not place.exists()
        DuckDBStore(place, memory_mb=settings.store.memory_mb).close()
        return [f"file {place} made"] if is_new else []
    from store.timeseries.influxdb import InfluxDBStore  # noqa: PLC0415 - as above

    store = InfluxDBStore(place, keep_raw_days=settings.store.keep_raw_days)
    try:
        return store.set_up(keep_bins_days=settings.store.keep_bins_days)
    finally:
        store.close()


def expire(settings: Settings, store: TimeSeriesStore, now: datetime) -> tuple[int, int]:
    """Delete what the settings let go; return how many readings and how many bins went.

    An InfluxDB does so by itself.
    """
    if not isinstance(store, DuckDBStore):
        return 0, 0
    raw_days, bins_days = settings.store.keep_raw_days, settings.store.keep_bins_days
    if raw_days is None and bins_days is None:
        return 0, 0
    readings_us, bins_us = (
        _NEVER_US if days is None else epoch_us(now - timedelta(days=days))
        for days in (raw_days, bins_days)
    )
    return store.expire(readings_us, bins_us // BIN_US)
