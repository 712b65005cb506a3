"""Instants as readings carry them: microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def epoch_us(instant: datetime) -> int:
    """Microseconds from 1970 UTC to the aware `instant`, exactly."""
    return (instant - EPOCH) // MICROSECOND


def instant(time_us: int) -> datetime:
    """The aware instant so many microseconds after 1970 UTC."""
    return EPOCH + time_us * MICROSECOND
