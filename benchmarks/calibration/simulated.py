"""A city of all types of venue, played under its own hours: what really happened there."""

from datetime import timedelta

import numpy as np

from benchmarks.calibration.statistics import Place
from domain.calendars import hours_on
from simulator.city.making import make
from simulator.city.reading import load
from simulator.visits import Counts
from simulator.world import World

FAMILY = "dear-hours"
"""All types alike, long hours, nothing special going on."""


def venues(days: int, seed: int, slots: int) -> tuple[list[Place], list[Place]]:
    """People entering, and people present, at each venue.

    Args:
        days: how many are played.
        seed: of the world.
        slots: a day, a divisor of 96.
    """
    city = make(load(FAMILY), seed)
    estate = city.estate
    world = World(estate, city.scenario, seed)
    entered, present = [], []
    for day in (city.first_day + timedelta(days=n) for n in range(days)):
        hours = {v.id: hours_on(day, v.hours, v.special_days) for v in estate.venues}
        truth = world.play_day(day, hours).truth
        entered.append(truth.entered)
        present.append(truth.occupancy)
    rooms = {v.id: [r.venue == v.id for r in estate.rooms] for v in estate.venues}
    ordinal = city.first_day.toordinal() + np.arange(days, dtype=np.int64)

    def places(counts: list[Counts], *, is_mean: bool) -> list[Place]:
        stacked = np.stack(counts).astype(np.float64)
        parts = stacked.reshape(days, len(estate.rooms), slots, -1)
        coarse = parts.mean(axis=3) if is_mean else parts.sum(axis=3)
        return [
            Place(name=name, day=ordinal, counts=coarse[:, its].sum(axis=1))
            for name, its in rooms.items()
        ]

    return places(entered, is_mean=False), places(present, is_mean=True)
