"""The one place where time comes from, so that a year can run in a minute and no test sleeps."""

from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from domain.errors import Conflict


class Clock(Protocol):
    """Gives the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def move_to(self, instant: datetime) -> None:
        """Move forward to `instant`. Raises `Conflict` when that lies in the past."""
        with self._lock:
            if instant < self._now:
                raise Conflict(f"the clock stands at {self._now} and cannot go back to {instant}")
            self._now = instant.astimezone(UTC)
