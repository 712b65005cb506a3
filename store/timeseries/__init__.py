"""Time-series stores behind `domain.ports.TimeSeriesStore`."""

from store.timeseries.duckdb import DuckDBStore

__all__ = ["DuckDBStore"]
