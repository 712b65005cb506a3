"""Faults that befall a city's sensors week by week, on arrays."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from domain.calendars import instant
from domain.readings import CountKind
from simulator.city.making import City
from simulator.counts import SensorCounts
from simulator.faults.bins import Quarters, heard
from simulator.faults.plan import Stretch
from simulator.faults.rates import drawn_for_all
from simulator.streams import Streams

SPAN = timedelta(days=3 * 365)
"""Faults are drawn for so long; afterwards nothing new goes wrong."""


class Befalling:
    """What goes wrong with a city's sensors, by the rates that its family says."""

    def __init__(self, city: City, seed: int) -> None:
        self._sensors = city.estate.sensors
        self._names = [sensor.id for sensor in self._sensors]
        self._totals = np.array([s.kind is CountKind.TOTAL for s in self._sensors], dtype=np.bool_)
        self._seed = seed
        venue = city.estate.venues[0]
        edges = (city.first_day, city.first_day + SPAN)
        span = Stretch(*(int(instant(d, venue.day_starts, venue.tz).timestamp()) for d in edges))
        self._plans = drawn_for_all(city.faults, self._names, span, Streams(seed))

    def __call__(self, counts: SensorCounts, start_s: int) -> SensorCounts:
        """A week's counts as they are known in the end.

        Single messages are lost by a stream of that week.
        """
        said = Quarters(entered=counts.entered, left=counts.left, present=counts.present)
        known = heard(
            said,
            self._plans,
            self._names,
            start_s,
            Streams(self._seed + start_s),
            totals=self._totals,
        )
        return replace(
            counts,
            entered=known.entered,
            left=known.left,
            present=known.present,
            heard=counts.heard * known.healthy,
        )
