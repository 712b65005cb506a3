"""Deletes what the DuckDB file need not keep any longer."""

from duckdb import DuckDBPyConnection

_READINGS = """
    DELETE FROM readings USING sensors
    WHERE readings.time_us < $before AND readings.sensor = sensors.id
        AND readings.time_us < sensors.last_us AND sensors.stale_first_us >= $before
"""
_BINS = "DELETE FROM bins WHERE slot < $before"


def expire(
    cursor: DuckDBPyConnection, readings_before_us: int, bins_before_slot: int
) -> tuple[int, int]:
    """Delete readings that have their bins, and bins; return how many of each.

    What is stale and when sensors spoke last has been written down.
    """
    ((readings,),) = cursor.execute(_READINGS, {"before": readings_before_us}).fetchall()
    ((bins,),) = cursor.execute(_BINS, {"before": bins_before_slot}).fetchall()
    return int(readings), int(bins)
