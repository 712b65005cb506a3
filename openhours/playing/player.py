"""Moves a manual clock along, as many times faster than the machine's clock as is wished."""

from datetime import datetime, timedelta
from threading import Event

from domain.clock import Clock, ManualClock

STEP_S = 0.2
"""Wall seconds between two moves of the clock."""


class Player:
    """Brings `clock` forward at `speed` times the pace of `wall`; a speed of 0 is at once."""

    def __init__(self, clock: ManualClock, speed: float, wall: Clock, stopped: Event) -> None:
        self._clock, self._speed, self._wall, self._stopped = clock, speed, wall, stopped
        self._wall_start, self._start = wall.now(), clock.now()

    def reach(self, instant: datetime) -> bool:
        """Return True when the clock stands at or after `instant`; False when stopped before."""
        if self._clock.now() > self._due():  # somebody else moved it: go on from there
            self._wall_start, self._start = self._wall.now(), self._clock.now()
        while self._clock.now() < instant:
            if self._stopped.is_set():
                return False
            if self._speed <= 0:
                self._clock.move_to(instant)
                break
            due = self._due()
            self._clock.move_to(max(self._clock.now(), min(due, instant)))
            if due < instant:
                left_s = (instant - due) / timedelta(seconds=self._speed)
                self._stopped.wait(min(left_s, STEP_S))
        return not self._stopped.is_set()

    def _due(self) -> datetime:
        """Where the clock should stand by now."""
        return self._start + (self._wall.now() - self._wall_start) * self._speed
