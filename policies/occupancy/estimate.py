"""The best estimate for bins of rooms over weeks, today included."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from policies.grouping import alike
from policies.occupancy.band import Occupancy
from policies.occupancy.days import Day, Edges, alike_days, days_between, empty_edges, usual_length
from policies.occupancy.estimates import live, night
from policies.occupancy.habits import Habits
from policies.occupancy.learning import learn
from policies.occupancy.rates import LEARNT_DAYS

Floats = NDArray[np.float64]

NIGHTS_ALIKE = 14
"""Days that are looked at together with hindsight: what habit they have is learnt from them."""
FULL_SHARE = 0.97
"""Part of the capacity from which on a room counts as full."""


def occupancy(bins: Bins, venues: Sequence[Venue], *, capacity: Floats | None = None) -> Occupancy:
    """Best estimate of the people present at the end of each bin; (rooms, bins), NaN if unknown.

    What an occupancy sensor said, where there is one; else `night` for business days that have
    ended within the bins, and `live` for today. A door that says nothing while its room is closed
    is taken to be shut: its own bins stay unknown, but the day is no less known for it.

    Args:
        bins: of rooms, or of venues.
        venues: the venue of each row, for its zone and the start of its business day.
        capacity: (rooms,) people that each holds; NaN where nobody knows.
    """
    found = Occupancy.unknown(bins.entered.shape)
    entered, left = where_shut(bins)
    for rows, venue in alike(venues, lambda v: (v.zone, v.day_starts)):
        edges = empty_edges(bins, venue)
        most = None if capacity is None else capacity[rows]
        found.put(np.s_[rows], from_counts(entered[rows], left[rows], edges, most))
    return _with_said(bins, found)


def where_shut(bins: Bins) -> tuple[Floats, Floats]:
    """Counts in and out, nobody where a door says nothing while its room is closed."""
    unknown = np.isnan(bins.entered + bins.left)
    shut = unknown & (bins.open == 0) & (bins.open > 0).any(axis=1, keepdims=True)
    return np.where(shut, 0, bins.entered), np.where(shut, 0, bins.left)


def today(bins: Bins, habits: Habits) -> Occupancy:
    """`live` for bins of one day that began in empty rooms, as `occupancy` has it.

    Args:
        bins: of rooms, from the day's beginning on.
        habits: of the same rooms.
    """
    return _with_said(bins, live(*where_shut(bins), habits))


def habits_before(bins: Bins) -> Habits:
    """Habits of rooms by bins of whole days, as many to a day as fit into 24 hours."""
    a_day = 1440 // bins.minutes
    entered, left = (a.reshape(len(a), -1, a_day) for a in where_shut(bins))
    return learn(entered, left)


def from_counts(
    entered: Floats, left: Floats, empty_at: Edges, capacity: Floats | None = None
) -> Occupancy:
    """`night` for the days that have ended, `live` for the last, if it has not.

    Args:
        entered: (rooms, bins), NaN where unknown.
        left: (rooms, bins), likewise.
        empty_at: when the rooms are empty.
        capacity: (rooms,) people that each holds; NaN where nobody knows.
    """
    found = Occupancy.unknown(entered.shape)
    days = days_between(empty_at, entered.shape[1])
    ended = [day for day in days if day.ends_empty]
    for first in range(0, len(ended), NIGHTS_ALIKE):
        block = ended[first : first + NIGHTS_ALIKE]
        habits = habits_of(entered, left, ended[: first + NIGHTS_ALIKE][-NIGHTS_ALIKE:])
        for some, day in alike_days(block):
            _write(found, entered, left, habits, [block[n] for n in some], day, capacity)
    if days and days[-1].starts_empty and not days[-1].ends_empty:
        habits, now = habits_of(entered, left, ended[-LEARNT_DAYS:]), days[-1].bins
        told = live(entered[:, now], left[:, now], habits)
        found.put(np.s_[:, now], told)
    return found


def habits_of(entered: Floats, left: Floats, days: Sequence[Day]) -> Habits:
    """Habits of rooms by those of the days that are whole and of usual length."""
    length = usual_length(days)
    some = [d for d in days if d.is_whole and d.stop - d.start == length]
    at = np.array([d.start for d in some], dtype=np.intp)[:, None] + np.arange(length)
    return learn(entered[:, at], left[:, at])


def with_full(bins: Bins, present: Floats, capacity: Floats) -> Bins:
    """The bins with the share of time for which each room was full.

    Args:
        bins: of rooms, or of venues.
        present: (rooms, bins) people present at the end of each bin.
        capacity: (rooms,) NaN where unknown.
    """
    at_end = present >= FULL_SHARE * capacity[:, None]
    at_start = np.concatenate([at_end[:, :1], at_end[:, :-1]], axis=1)
    return replace(bins, full=(at_start.astype(np.float64) + at_end) / 2)


def _write(
    found: Occupancy,
    entered: Floats,
    left: Floats,
    habits: Habits,
    days: Sequence[Day],
    like: Day,
    capacity: Floats | None,
) -> None:
    """Write the nights of days of one length into what is found."""
    rooms, length = len(entered), like.stop - like.start
    at = np.array([d.start for d in days])[:, None] + np.arange(length)
    room = np.repeat(np.arange(rooms), len(days))
    told = night(
        entered[:, at].reshape(-1, length),
        left[:, at].reshape(-1, length),
        habits.take(room),
        starts_empty=like.starts_empty,
        ends_empty=like.ends_empty,
        capacity=None if capacity is None else capacity[room],
    )
    found.put(np.s_[:, at], told)


def _with_said(bins: Bins, told: Occupancy) -> Occupancy:
    """An occupancy sensor's word where there is one, and nothing where the doors say nothing."""
    unknown = np.isnan(bins.entered + bins.left)
    said = np.maximum(bins.present, 0)

    def one(values: Floats) -> Floats:
        return np.where(np.isnan(said), np.where(unknown, np.nan, values), said)

    return Occupancy(present=one(told.present), low=one(told.low), high=one(told.high))
