"""How many people would come to each venue in each quarter-hour of a date, on average.

Type's bells × weekday or holiday × season × school term × trend, with what change points and events
have made of them. Weather and the noise of single days are not in it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, day_types
from domain.estate import Venue
from simulator.profile import Peak, Profile
from simulator.scenario import Scenario

Floats = NDArray[np.float64]

_SATURDAY = 5
"""From here on, day types are free: Saturday, Sunday, public holiday."""
_DAYS_A_YEAR = 365.25
FLOOR_MINUTES = 200.0
"""Standard deviation of what lies under peaks, as days of recordings have it."""


class Rates:
    """Expected arrivals at venues by date."""

    def __init__(
        self, venues: Sequence[Venue], scenario: Scenario, profiles: Sequence[Profile]
    ) -> None:
        self._scenario = scenario
        places = [(v.country, v.subdivision) for v in venues]
        self._places = list(dict.fromkeys(places))
        self._place = np.array([self._places.index(p) for p in places], dtype=np.intp)
        self._factors = np.array([[*p.weekday, p.holiday] for p in profiles])
        self._swing = np.array([p.season.swing for p in profiles])
        self._peak_day = np.array([p.season.peak_day for p in profiles])
        self._term = np.array([p.school_term for p in profiles])
        self._log_growth = np.log1p([p.yearly_growth for p in profiles])
        shapes = [_shape(v, p, 0) for v, p in zip(venues, profiles, strict=True)]
        changes = []
        for index, (venue, profile) in enumerate(zip(venues, profiles, strict=True)):
            for done, change in enumerate(profile.changes, start=1):
                changes.append((change.since, index, len(shapes)))
                shapes.append(_shape(venue, profile, done))
        self._changes = sorted(changes)
        self._shapes = np.array(shapes)
        """(venues and then changes, 2, slots): working days, then free days."""
        self._events: dict[date, list[tuple[int, float, Floats]]] = defaultdict(list)
        for index, (venue, profile) in enumerate(zip(venues, profiles, strict=True)):
            for event in profile.events:
                more = bells(event.more, venue.day_starts)
                self._events[event.day].append((index, event.factor, more))

    def on(self, day: date) -> Floats:
        """Shape (venues, slots)."""
        venue = np.arange(len(self._factors))
        by_place = [day_types([day], *place)[0] for place in self._places]
        types = np.array(by_place, dtype=np.intp)[self._place]
        shape = venue.copy()
        for since, index, row in self._changes:
            if since <= day:
                shape[index] = row
        factor = self._factors[venue, types] * self._of_the_year(day)
        rate = self._shapes[shape, (types >= _SATURDAY).astype(np.intp)] * factor[:, None]
        for index, times, more in self._events.get(day, ()):
            rate[index] = rate[index] * times + more
        return np.asarray(rate, np.float64)

    def _of_the_year(self, day: date) -> Floats:
        angle = 2 * np.pi * (day.timetuple().tm_yday - self._peak_day) / _DAYS_A_YEAR
        years = (day - self._scenario.since).days / _DAYS_A_YEAR
        in_term = any(first <= day <= last for first, last in self._scenario.school_terms)
        wave = 1 + self._swing * np.cos(angle)
        term = self._term if in_term else np.ones_like(self._term)
        return np.asarray(wave * term * np.exp(self._log_growth * years), np.float64)


def bells(
    peaks: Sequence[Peak], day_starts: int, later_minutes: float = 0.0, floor: float = 0.0
) -> Floats:
    """Expected arrivals of the peaks in each slot of a business day; shape (slots,).

    The share `floor` of each comes in a bell of `FLOOR_MINUTES`. What a bell has outside the
    business day is lost.
    """
    edges = day_starts + SLOT_MINUTES * np.arange(SLOTS_A_DAY + 1)
    below = np.zeros(len(edges))
    for peak in peaks:
        middle = peak.at + later_minutes
        for share, minutes in ((1 - floor, peak.spread_minutes), (floor, FLOOR_MINUTES)):
            bell = NormalDist(middle, minutes)
            below += share * peak.visits * np.array([bell.cdf(edge) for edge in edges.tolist()])
    return np.diff(below)


def _shape(venue: Venue, profile: Profile, done: int) -> Floats:
    """Bells of working and free days after the first `done` changes; (2, slots)."""
    shapes = []
    for peaks in (profile.workday, profile.free_day):
        later = profile.later_minutes + sum(c.later_minutes for c in profile.changes[:done])
        shape = bells(peaks, venue.day_starts, later, profile.floor) * profile.level
        for nth, change in enumerate(profile.changes[:done]):
            since_then = sum(c.later_minutes for c in profile.changes[nth + 1 : done])
            shape = shape * change.level + bells(change.more, venue.day_starts, since_then)
        shapes.append(shape)
    return np.array(shapes)
