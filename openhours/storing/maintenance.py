"""What keeps the stores small: old rows deleted by the settings, files tidied."""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from domain.ports import Expiry, Ledger, TimeSeriesStore
from openhours.settings.model import Settings
from openhours.storing.timeseries import expire
from store.timeseries import DuckDBStore

log = structlog.get_logger(__name__)


class Gone(NamedTuple):
    """How much was deleted."""

    readings: int
    bins: int
    ledger_rows: int


def maintain(settings: Settings, ledger: Ledger, series: TimeSeriesStore, now: datetime) -> Gone:
    """Delete what the settings let go, and tidy the files. Raises `StoreUnavailable`."""
    said = settings.store
    rows = ledger.expire(
        Expiry(
            audit=_before(said.keep_audit_days, now),
            rejections=_before(said.keep_rejections_days, now),
            sent=_before(said.keep_sent_days, now),
        ),
        now,
    )
    gone = Gone(*expire(settings, series, now), rows)
    ledger.tidy()
    if isinstance(series, DuckDBStore):
        series.tidy()
    if any(gone):
        log.info("old rows deleted", **gone._asdict())
    return gone


def _before(days: int | None, now: datetime) -> datetime | None:
    return None if days is None else now - timedelta(days=days)
