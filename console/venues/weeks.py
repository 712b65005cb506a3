"""The last year of a venue by week and hour, as compact JSON for the heat map."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date, timedelta
from threading import Lock

import numpy as np
from pydantic import BaseModel

from console.venues.history import Past, hourly, mean_of
from domain.estate import Venue

WEEKS = 52
KEPT = 200
"""Years in memory, at most."""


class WeeksOut(BaseModel):
    """Mean people inside by week, day and hour."""

    venue: str
    day_starts: int
    """Minute after midnight at which the first hour of a day begins."""
    weeks: list[date]
    """Mondays, the latest first."""
    mean: list[float | None]
    """168 hours from Monday's first on, over all the weeks; null: unknown, which is not zero."""
    cells: list[list[float | None]]
    """The same of each week."""


def weeks_out(past: Past) -> WeeksOut:
    """The weeks of a past; the one that lasts has hours that are unknown."""
    today = past.days[-1]
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=n) for n in range(WEEKS)]
    hours = hourly(past.present)
    row = {day: n for n, day in enumerate(past.days)}
    unknown = np.full(24, np.nan)
    table = np.array(
        [
            [hours[row[d]] if (d := m + timedelta(days=n)) in row else unknown for n in range(7)]
            for m in mondays
        ]
    ).reshape(WEEKS, 7 * 24)
    return WeeksOut(
        venue=past.venue.id,
        day_starts=past.venue.day_starts,
        weeks=mondays,
        mean=_numbers(mean_of(table)),
        cells=[_numbers(week) for week in table],
    )


class Years:
    """Remembers the JSON of venues, each for one hour of its business day."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[Venue, date, int], bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, venue: Venue, day: date, hour: int, make: Callable[[], Past]) -> bytes:
        """The JSON of a venue's year, by the past that `make` makes where there is none yet."""
        key = venue, day, hour
        with self._lock:
            known, body = self._kept.get(venue.id, (None, b""))
        if known != key:
            body = weeks_out(make()).model_dump_json().encode()
            with self._lock:
                self._kept[venue.id] = key, body
                self._kept.move_to_end(venue.id)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return body


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), 1) for v in values]
