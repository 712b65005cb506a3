"""The two stores that the settings name, opened and closed together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from domain.ports import Ledger
from openhours.settings.model import Settings
from openhours.storing.timeseries import History, open_timeseries
from store.ledger import SqlLedger


@contextmanager
def stores(settings: Settings) -> Iterator[tuple[Ledger, History]]:
    """Both stores, opened and closed. Raises `StoreUnavailable`."""
    settings.make_data_dir()
    with ExitStack() as stack:
        ledger = SqlLedger.open(settings.ledger_url)
        stack.callback(ledger.close)
        timeseries = open_timeseries(settings)
        stack.callback(timeseries.close)
        yield ledger, timeseries
