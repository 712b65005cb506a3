"""People expected inside a venue and its rooms on one day to come, and what is usual then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from policies.demand.forecast import interval
from policies.demand.nowcast import SLOTS_AN_HOUR, Crowd, crowd_of, present

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PRIOR_PEOPLE = 4.0
"""A room's part of an hour is told by its own people as far as there are some: so many weigh as
much as its part of the whole week."""


STAYS_MINUTES = (5.0, 600.0)
"""Mean stays that are believed."""
STAY_PRECISION = 1.02
"""A stay within 2 % of its neighbours is as good as these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """People expected inside through one business day; arrays (96,), NaN where nothing is known.

    Nobody is expected while it is closed.
    """

    expected: Floats
    low: Floats
    """10 % quantile of the people inside."""
    high: Floats
    """90 % quantile."""
    crowd: tuple[Crowd | None, ...]
    """How full it usually is, against its own week; None where unknown, or closed."""

    def against(self, people: float | None, slot: int) -> Crowd | None:
        """How it is now against what is usual at this time: quiet, usual or busy; None: unknown.

        Args:
            people: inside now; None where unknown.
            slot: quarter-hour of the business day that contains now.
        """
        if people is None or self.crowd[slot] is None:
            return None
        if people > self.high[slot]:
            return Crowd.BUSY
        return Crowd.QUIET if people < self.low[slot] else Crowd.USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """What a business day of a venue is expected to be like."""

    day: date
    made_at: datetime
    """When the demand behind it was estimated."""
    is_open: Mask
    """(96,) by the hours in force then, special days included."""
    whole: Inside
    """The venue."""
    rooms: Mapping[str, Inside]
    """Its rooms of which it is known how full they usually are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is believed of a venue's coming days."""

    rate: Floats
    """(days, 96) arrivals in a slot, were it open."""
    doubt: Floats
    """(days, 96) relative variance of these."""
    dispersion: float
    """Variance by mean of a slot's arrivals about their rate."""
    stay_minutes: float

    def inside(self, is_open: Mask, day: int, share: Floats, capacity: float | None) -> Inside:
        """People inside on one of the days, or the part of them that is in a room.

        The number inside is negative binomial: as scattered as arrivals are, and as doubtful.

        Args:
            is_open: (days, 96).
            day: row of the day.
            share: (days, 96) part of the people that is meant; 1 for all.
            capacity: people that it holds; None where unknown.
        """
        told = np.isfinite(self.rate) & np.isfinite(share)
        people = present(np.nan_to_num(self.rate), is_open & told, self.stay_minutes) * share
        week = people[:7][(is_open & told)[:7]]
        usual = float(week.mean()) if len(week) else np.nan
        mean = np.where(is_open[day] & told[day], people[day], np.nan)
        low, high = interval(mean, self.dispersion * mean + mean**2 * self.doubt[day])
        known, shut = np.isfinite(mean), ~is_open[day]
        return Inside(
            expected=np.where(shut, 0.0, mean),
            low=np.where(shut | (mean == 0), 0.0, low),
            high=np.where(shut | (mean == 0), 0.0, high),
            crowd=tuple(
                crowd_of(float(mean[slot]), usual, capacity) if known[slot] else None
                for slot in range(SLOTS_A_DAY)
            ),
        )


def stay_of(inside: Floats, rate: Floats, is_open: Mask) -> float:
    """Mean stay in minutes by which as many are inside in a week as usually are; NaN if unknown.

    Little's law would do where nobody had to leave at closing: with stays that closing cuts short
    the number inside is found by halving the range of `STAYS_MINUTES`.

    Args:
        inside: (7, 96) people usually inside.
        rate: (7, 96) arrivals in a slot.
        is_open: (7, 96).
    """
    told = is_open & np.isfinite(inside) & np.isfinite(rate)
    people = float(inside[told].sum())
    if not people > 0 or not rate[told].sum() > 0:
        return np.nan
    low, high = STAYS_MINUTES
    while high > low * STAY_PRECISION:
        stay = float(np.sqrt(low * high))
        too_few = present(np.nan_to_num(rate), told, stay)[told].sum() < people
        low, high = (stay, high) if too_few else (low, stay)
    return float(np.sqrt(low * high))


def room_share(room: Floats, whole: Floats) -> Floats:
    """(7, 24) part of a venue's people that is in a room, by hour; NaN where nothing is known.

    Args:
        room: (7, 96) people usually in the room; NaN where unknown.
        whole: (7, 96) people usually inside the venue.
    """
    told = np.isfinite(room) & np.isfinite(whole)
    its, all_people = (
        np.where(told, a, 0).reshape(7, -1, SLOTS_AN_HOUR).sum(axis=2) for a in (room, whole)
    )
    if not all_people.sum() > 0:
        return np.full(its.shape, np.nan)
    of_week = its.sum() / all_people.sum()
    return np.asarray((its + PRIOR_PEOPLE * of_week) / (all_people + PRIOR_PEOPLE))
