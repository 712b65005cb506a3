"""Latent demand: how many people would come to each room in each quarter-hour, open or closed.

The expected number is that of `rates` × weather of the city × noise of the venue's week, day and
quarter-hours; given it, arrivals are Poisson. So counts scatter more than Poisson, and the slots of
a day, and days of a week, are correlated.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from domain.calendars import SLOTS_A_DAY
from domain.estate import Estate
from simulator.profile import Profile
from simulator.rates import Floats, Rates
from simulator.scenario import Scenario
from simulator.streams import Purpose, Streams
from simulator.visits import Counts

_WEATHER_DAYS = 30
"""Weather older than this is forgotten, so that any day's can be had without those before it."""


class Demand:
    """Rates and draws of latent arrivals of an estate's rooms, in the order of `Estate.rooms`."""

    def __init__(self, estate: Estate, scenario: Scenario, streams: Streams) -> None:
        """Raises `InvalidInput` when the scenario does not say enough of a venue."""
        self._scenario, self._streams = scenario, streams
        profiles = [scenario.profile(v) for v in estate.venues]
        self._rates = Rates(estate.venues, scenario, profiles)
        self._weather_spread = np.array([p.weather for p in profiles]) * scenario.weather_spread
        self.venue_of_room, self.room_share = _rooms(estate, profiles)

    def by_venue(self, day: date) -> Floats:
        """Expected arrivals on a day of ordinary weather; shape (venues, slots)."""
        return self._rates.on(day)

    def ordinary(self, day: date) -> Floats:
        """The same by room; shape (rooms, slots)."""
        return self._spread_over_rooms(self.by_venue(day))

    def latent(self, day: date) -> Counts:
        """People who would come; shape (rooms, slots). The same however often it is asked."""
        monday = day - timedelta(days=day.weekday())
        shocks = self._weather(day) * self._noise(Purpose.DAY_NOISE, day, self._scenario.day_noise)
        shocks *= self._noise(Purpose.WEEK_NOISE, monday, self._scenario.week_noise)
        rate = self._spread_over_rooms(self.by_venue(day) * shocks[:, None] * self._slot_noise(day))
        return self._streams.of(Purpose.ARRIVALS, day).poisson(rate)

    def _spread_over_rooms(self, by_venue: Floats) -> Floats:
        return np.asarray(by_venue[self.venue_of_room] * self.room_share[:, None], np.float64)

    def _noise(self, purpose: Purpose, day: date, variation: float) -> Floats:
        """Gamma factors of mean 1; shape (venues,)."""
        venues = len(self._weather_spread)
        if not variation:
            return np.ones(venues)
        shape = variation**-2
        draws = self._streams.of(purpose, day).gamma(shape, size=venues)
        return np.asarray(draws / shape, np.float64)

    def _slot_noise(self, day: date) -> Floats:
        """Factors of mean 1 whose logarithms are an AR(1) process of the day; (venues, slots)."""
        variance = np.log1p(self._scenario.slot_noise**2)
        memory = self._scenario.slot_memory
        shape = (len(self._weather_spread), SLOTS_A_DAY)
        shocks = self._streams.of(Purpose.SLOT_NOISE, day).standard_normal(shape)
        shocks[:, 1:] *= np.sqrt(1 - memory**2)
        state = lfilter([1.0], [1.0, -memory], shocks, axis=1)
        return np.asarray(np.exp(np.sqrt(variance) * state - variance / 2), np.float64)

    def _weather(self, day: date) -> Floats:
        """Factors of mean 1 whose logarithms follow one AR(1) process of the city; (venues,)."""
        memory = self._scenario.weather_memory
        month, n = divmod(day.toordinal(), _WEATHER_DAYS)
        drawn = [
            self._streams.of_city(
                Purpose.WEATHER, date.fromordinal(which * _WEATHER_DAYS)
            ).standard_normal(_WEATHER_DAYS)
            for which in (month - 1, month)
        ]
        shocks = np.concatenate(drawn)[n + 1 : n + 1 + _WEATHER_DAYS]
        state = np.dot(shocks[::-1], memory ** np.arange(_WEATHER_DAYS)) * np.sqrt(1 - memory**2)
        spread = self._weather_spread
        return np.asarray(np.exp(spread * state - spread**2 / 2), np.float64)


def _rooms(estate: Estate, profiles: Sequence[Profile]) -> tuple[NDArray[np.int32], Floats]:
    """Venue's index of each room, and the room's share of its venue's people."""
    index = {v.id: i for i, v in enumerate(estate.venues)}
    venue = np.array([index[r.venue] for r in estate.rooms], dtype=np.int32)
    pull = np.array(
        [
            profiles[i].room_shares.get(r.id, 1.0)
            for r, i in zip(estate.rooms, venue.tolist(), strict=True)
        ]
    )
    whole = np.bincount(venue, weights=pull, minlength=len(index))[venue]
    return venue, np.divide(pull, whole, out=np.zeros_like(pull), where=whole > 0)
