"""Latent demand: how many people would come to each room in each quarter-hour, open or closed.

The expected number is type's bells × weekday or holiday × weather of the city × noise of the
venue's day; given it, arrivals are Poisson. With the gamma noise of the day, the count of a slot is
negative binomial and the slots of a day are correlated.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, day_types
from domain.estate import Estate
from simulator.scenario import Peak, Profile, Scenario
from simulator.streams import Purpose, Streams

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_SATURDAY = 5
"""From here on, day types are free: Saturday, Sunday, public holiday."""
_WEATHER_DAYS = 30
"""Weather older than this is forgotten, so that any day's can be had without those before it."""


class Demand:
    """Rates and draws of latent arrivals of an estate's rooms, in the order of `Estate.rooms`."""

    def __init__(self, estate: Estate, scenario: Scenario, streams: Streams) -> None:
        """Raises `InvalidInput` when the scenario does not say enough of a venue."""
        self._venues, self._scenario, self._streams = estate.venues, scenario, streams
        self._profiles = [scenario.profile(v) for v in estate.venues]
        # (venues, 2, slots): working days, then free days
        self._bells = np.array(
            [
                [bells(peaks, v.day_starts) * p.level for peaks in (p.workday, p.free_day)]
                for v, p in zip(estate.venues, self._profiles, strict=True)
            ]
        )
        self._factors = np.array([[*p.weekday, p.holiday] for p in self._profiles])
        self._weather_spread = np.array([p.weather for p in self._profiles])
        self._weather_spread *= scenario.weather_spread
        self._venue_of_room, self._room_share = _rooms(estate, self._profiles)

    def ordinary(self, day: date) -> Floats:
        """Expected arrivals on a day of ordinary weather; shape (rooms, slots)."""
        return self._spread_over_rooms(self._by_venue(day))

    def latent(self, day: date) -> Counts:
        """People who would come; shape (rooms, slots). The same however often it is asked."""
        shocks = self._weather(day) * self._day_noise(day)
        rate = self._spread_over_rooms(self._by_venue(day) * shocks[:, None])
        return self._streams.of(Purpose.ARRIVALS, day).poisson(rate)

    def _by_venue(self, day: date) -> Floats:
        types = np.array([day_types([day], v.country, v.subdivision)[0] for v in self._venues])
        venue = np.arange(len(types))
        is_free = (types >= _SATURDAY).astype(np.intp)
        return np.asarray(
            self._bells[venue, is_free] * self._factors[venue, types][:, None], np.float64
        )

    def _spread_over_rooms(self, by_venue: Floats) -> Floats:
        return np.asarray(by_venue[self._venue_of_room] * self._room_share[:, None], np.float64)

    def _day_noise(self, day: date) -> Floats:
        """Gamma factors of mean 1; shape (venues,)."""
        if not self._scenario.day_noise:
            return np.ones(len(self._venues))
        shape = self._scenario.day_noise**-2
        draws = self._streams.of(Purpose.DAY_NOISE, day).gamma(shape, size=len(self._venues))
        return np.asarray(draws / shape, np.float64)

    def _weather(self, day: date) -> Floats:
        """Factors of mean 1 whose logarithms follow one AR(1) process of the city; (venues,)."""
        memory = self._scenario.weather_memory
        shocks = [
            self._streams.of(Purpose.WEATHER, day - timedelta(days=n)).standard_normal()
            for n in range(_WEATHER_DAYS)
        ]
        state = np.dot(shocks, memory ** np.arange(_WEATHER_DAYS)) * np.sqrt(1 - memory**2)
        spread = self._weather_spread
        return np.asarray(np.exp(spread * state - spread**2 / 2), np.float64)


def bells(peaks: Sequence[Peak], day_starts: int) -> Floats:
    """Expected arrivals of the peaks in each slot of a business day; shape (slots,).

    What a bell has outside the business day is lost.
    """
    edges = day_starts + SLOT_MINUTES * np.arange(SLOTS_A_DAY + 1)
    below = np.zeros(len(edges))
    for peak in peaks:
        bell = NormalDist(peak.at, peak.spread_minutes)
        below += peak.visits * np.array([bell.cdf(edge) for edge in edges.tolist()])
    return np.diff(below)


def _rooms(estate: Estate, profiles: Sequence[Profile]) -> tuple[NDArray[np.intp], Floats]:
    """Venue's index of each room, and the room's share of its venue's people."""
    index = {v.id: i for i, v in enumerate(estate.venues)}
    venue = np.array([index[r.venue] for r in estate.rooms], dtype=np.intp)
    pull = np.array(
        [
            profiles[i].room_shares.get(r.id, 1.0)
            for r, i in zip(estate.rooms, venue.tolist(), strict=True)
        ]
    )
    whole = np.bincount(venue, weights=pull, minlength=len(index))[venue]
    return venue, np.divide(pull, whole, out=np.zeros_like(pull), where=whole > 0)
