"""Fixtures of rooms that are looked at."""

import pytest

from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.linked import Street


@pytest.fixture
def street(own_ledger: SqlLedger, own_timeseries: DuckDBStore) -> Street:
    """Linked venues, not entered yet, with stores of the test's own."""
    return Street(own_ledger, own_timeseries)
