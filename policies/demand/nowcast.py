"""How full a venue usually is by the hour, and is likely to be today, in a word for everybody."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SLOTS_AN_HOUR = 60 // SLOT_MINUTES
FULL_SHARE, BUSY_SHARE = 0.9, 0.6
"""Parts of the capacity from which on a venue is full, and is busy."""
QUIET_SHARE, BUSY_TIMES = 0.5, 1.4
"""Times its mean over the open hours of its week, below which a venue is quiet, and above busy."""


class Crowd(StrEnum):
    """How full it is."""

    QUIET = "quiet"
    USUAL = "usual"
    BUSY = "busy"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class HourAhead:
    """One hour of a business day at a venue."""

    hour: int
    """Hours after `day_starts`."""
    present: float
    """People expected to be inside, in the mean of the hour."""
    crowd: Crowd


def present(rate: Floats, is_open: Mask, stay_minutes: float) -> Floats:
    """People inside in each slot, from who came and has not left; (…, 96).

    Stays are exponential, so the number inside is M/G/∞'s mean: arrivals convolved with the part of
    them that stays on; everybody leaves at closing.

    Args:
        rate: (…, 96) arrivals in a slot, were the venue open.
        is_open: alike.
        stay_minutes: mean stay.
    """
    stays_on = np.exp(-SLOT_MINUTES / stay_minutes)
    # of those who come during a slot, at an even pace, this part of a slot's time is spent inside
    within = stay_minutes / SLOT_MINUTES * (1 - stays_on)
    inside = np.zeros(np.broadcast_shapes(rate.shape, is_open.shape))
    at_start = np.zeros(inside.shape[:-1])
    for slot in range(SLOTS_A_DAY):
        arrivals = np.where(is_open[..., slot], rate[..., slot], 0)
        at_start = np.where(is_open[..., slot], at_start, 0)
        inside[..., slot] = at_start * within + arrivals * stay_minutes / SLOT_MINUTES * (
            1 - within
        )
        at_start = at_start * stays_on + arrivals * within
    return inside


def level_of_today(
    counted: float, expected: float, dispersion: float, day_variance: float
) -> float:
    """How many times its usual self a venue is today, by who came so far: the posterior mean.

    The day's factor is gamma of mean 1 and the variance of days; visits are Poisson given it, with
    both numbers divided by the dispersion.

    Args:
        counted: arrivals so far.
        expected: arrivals that the profile expects in the same slots.
        dispersion: variance by mean of a slot's visits.
        day_variance: relative variance of whole days.
    """
    shape = 1 / max(day_variance, 1e-6)
    return (shape + counted / dispersion) / (shape + expected / dispersion)


def nowcast(
    rate: Floats,
    is_open: Mask,
    day_type: int,
    *,
    stay_minutes: float,
    capacity: float | None = None,
    level: float = 1.0,
) -> tuple[HourAhead, ...]:
    """The open hours of a day: people expected inside, and the word for it.

    A venue whose capacity is known is full or busy by it, another is never said to be full; it is
    quiet or busy against its own week. Hours of which nothing is known are left out.

    Args:
        rate: (8, 96) arrivals of the venue, as in `DemandProfile`.
        is_open: (8, 96) hours of each day type.
        day_type: of the day.
        stay_minutes: mean stay.
        capacity: people that the venue holds.
        level: of the day, as `level_of_today` has it; 1 says what is usual.
    """
    known = is_open & np.isfinite(rate)
    inside = present(np.nan_to_num(rate), known, stay_minutes)
    if not known.any():
        return ()
    mean = float(inside[known].mean())
    hours = []
    for hour in range(SLOTS_A_DAY // SLOTS_AN_HOUR):
        slots = slice(hour * SLOTS_AN_HOUR, (hour + 1) * SLOTS_AN_HOUR)
        told = known[day_type, slots]
        if told.any():
            people = level * float(inside[day_type, slots][told].mean())
            hours.append(HourAhead(hour, people, crowd_of(people, mean, capacity)))
    return tuple(hours)


def crowd_of(people: float, mean: float, capacity: float | None) -> Crowd:
    """The word for so many people, given the mean over the open hours of the week."""
    if capacity and people >= FULL_SHARE * capacity:
        return Crowd.FULL
    if people >= BUSY_SHARE * capacity if capacity else people > BUSY_TIMES * mean:
        return Crowd.BUSY
    return Crowd.QUIET if people < QUIET_SHARE * mean else Crowd.USUAL
