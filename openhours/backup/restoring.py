"""Puts a backup into stores that hold nothing yet, and compares what they hold then with it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from domain.errors import Conflict, StoreUnavailable
from domain.sensor_bins import BIN_US, SensorBins
from openhours.backup.archive import BINS, LEDGER, READINGS, SETTINGS, Manifest, Reader, SeriesPart
from openhours.backup.making import copy, lines_of
from openhours.backup.series import NOTHING_STALE, SeriesWriter, bins_of, readings_of
from openhours.settings.model import Settings
from openhours.storing import timeseries
from openhours.storing.timeseries import History
from store.ledger.dump import Rows, digests, dumped, load
from store.ledger.migrations import migrate

RESTORED_SETTINGS = "restored-openhours.toml"


def restore(settings: Settings, file: Path) -> Manifest:
    """Put the backup into the stores that the settings name, whichever kinds these are.

    The settings that it holds are left in `data_dir` as a file that nobody reads by itself.
    Raises `InvalidInput` for a damaged file, before anything is changed; `Conflict` where the
    stores are not empty; `StoreUnavailable` where one fails, or holds something else in the end.
    """
    backup = Reader(file)
    backup.verify()
    manifest = backup.manifest
    timeseries.set_up(settings)
    with closing(timeseries.open_timeseries(settings)) as series:
        if series.first_seen() or series.binned():
            raise Conflict(
                "the store of the readings is not empty",
                where=str(settings.timeseries),
                hint="restore into a data_dir or database of its own",
            )
        load(settings.ledger_url, manifest.ledger.revision, _tables(backup))
        with dumped(settings.ledger_url) as tables:
            _compare("ledger", digests(tables), dict(manifest.ledger.digests))
        _series(backup, series)
        _compare("readings and quarter-hours", content_of(series), manifest.series)
    migrate(settings.ledger_url)
    for _, content in backup.members(SETTINGS):
        (settings.data_dir / RESTORED_SETTINGS).write_bytes(content)
    return manifest


def content_of(series: History, settled_us: int | None = None) -> SeriesPart:
    """What the readings and bins of a store are told by."""
    seen = SeriesWriter(lambda *_: None)
    copy(series, seen)
    return seen.part(settled_us)


def _tables(backup: Reader) -> Iterator[Rows]:
    for table, columns in backup.manifest.ledger.columns.items():
        contents = (content for _, content in backup.members(f"{LEDGER}/{table}/"))
        yield Rows(table, columns, lines_of(contents))


def _series(backup: Reader, series: History) -> None:
    for _, content in backup.members(READINGS):
        series.add(readings_of(content))
    for _, content in backup.members(BINS):
        bins = bins_of(content)
        edges = int(bins.slot.min()), int(bins.slot.max()) + 1
        series.put_bins(bins, dict.fromkeys(bins.sensors, edges), NOTHING_STALE, edges[1])
    told = series.stale()
    settled_us = backup.manifest.series.settled_us
    if settled_us is None:
        settled_us = int(np.max(told.last_us, initial=0)) + BIN_US
    series.put_bins(SensorBins.empty(), {}, told, settled_us // BIN_US)


def _compare(what: str, found: object, wanted: object) -> None:
    if isinstance(wanted, SeriesPart) and isinstance(found, SeriesPart):
        is_same = (found.readings_digest, found.bins_digest) == (
            wanted.readings_digest,
            wanted.bins_digest,
        )
    else:
        is_same = found == wanted
    if not is_same:
        raise StoreUnavailable(
            f"what was restored is not what the backup holds: {what}",
            hint="empty the stores and restore again; do not use these",
        )
