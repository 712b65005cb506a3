"""Unmet demand as a table: which venue, which weekday, from when to when, why, how many people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from domain.planning import Interval
from policies.profile import DemandProfile
from policies.runs import runs
from policies.unmet.losses import Cause

Floats = NDArray[np.float64]

FAINT = 0.25
"""People in a quarter-hour below which nobody is missed: one an hour."""
LEAST_PEOPLE = 1.0
"""A week, that make a stretch worth a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """People who come to a venue's door, or would, at a time of the week, and are not served."""

    venue: str
    type: str
    day: int
    """Business day, 0 is Monday."""
    start: int
    """Minutes after its midnight."""
    end: int
    cause: Cause
    """What most of them fail by."""
    people: Interval
    """A week. All quarter-hours of the stretch are taken to err together."""
    peak_per_hour: float
    """In its busiest quarter-hour."""


def unmet_table(
    profile: DemandProfile, venues: Sequence[Venue], lost: Mapping[Cause, Floats]
) -> list[Unmet]:
    """Every stretch of the week in which people are missed for one cause, most people first.

    What is not known is not in it, be it the demand or whether the venue is full.

    Args:
        profile: of the venues; holidays are left out.
        venues: in the profile's order.
        lost: as `lost_shares` has it.
    """
    by_cause = np.stack([lost[cause] for cause in Cause])
    share = by_cause.sum(axis=0)
    low, mean, high = (x[:, :7] * share for x in (profile.low, profile.rate, profile.high))
    worst = np.where(mean >= FAINT, by_cause.argmax(axis=0), -1)
    found = []
    for row, venue in enumerate(venues):
        for day, start, end, cause in _stretches(worst[row]):
            part = np.s_[row, day, start:end]
            people = Interval(*(float(x[part].sum()) for x in (low, mean, high)))
            if people.mean >= LEAST_PEOPLE:
                found.append(
                    Unmet(
                        venue=venue.id,
                        type=venue.type,
                        day=day,
                        start=venue.day_starts + SLOT_MINUTES * start,
                        end=venue.day_starts + SLOT_MINUTES * end,
                        cause=cause,
                        people=people,
                        peak_per_hour=float(mean[part].max()) * 60 / SLOT_MINUTES,
                    )
                )
    return sorted(found, key=lambda u: (-u.people.mean, u.venue, u.day, u.start))


def _stretches(worst: NDArray[np.intp]) -> Iterator[tuple[int, int, int, Cause]]:
    """Day, slots and cause of every stretch; (7, 96) the cause's number, −1 for none."""
    for day, of_day in enumerate(worst):
        for number, cause in enumerate(Cause):
            for start, end in runs(of_day == number):
                yield day, start, end, cause
