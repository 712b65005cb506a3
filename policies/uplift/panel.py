"""Day totals of venues, and their sums by group and week with what such days usually see.

Days of a venue are compared with its own days of that type before the roll-out: what is unknown,
and which weekdays, then leaves the comparison unharmed. These usual days are from before any group
could have started, so neither the roll-out nor its lots touch them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import DAY_TYPES, HOLIDAY
from domain.errors import InvalidInput
from policies.uplift.rollout import Rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST_DAYS = 2
"""Days of a type that a venue must have known before the roll-out for those after it to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotals:
    """What venues saw on the days before and during a roll-out."""

    venues: tuple[str, ...]
    group: tuple[str, ...]
    """(venues,) linked group of each, as in `Rollout.groups`."""
    day: NDArray[np.datetime64]
    """(days,) business days that follow each other, datetime64[D]."""
    day_type: NDArray[np.int8]
    """(venues, days) as in `domain.calendars`."""
    total: Floats
    """(venues, days) of visits, person-hours or any other that adds up; NaN where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Sums by unit and period. A period is a week's ordinary days, or its holidays."""

    week: Ints
    """(periods,) 0 is the week in which the first wave starts."""
    total: Floats
    """(units, periods) over the known days."""
    usual: Floats
    """(units, periods) what the same days usually saw before; 0 where none is known."""
    days: Ints
    """(units, periods) known days of venues."""

    def of(self, unit_of_row: Sequence[int] | Ints, units: int) -> "Cells":
        """Rows added up by the unit of each; a row whose unit is negative is left out."""
        rows = np.asarray(unit_of_row)
        of_unit = (np.arange(units)[:, None] == rows).astype(np.float64)
        return Cells(
            week=self.week,
            total=of_unit @ self.total,
            usual=of_unit @ self.usual,
            days=(of_unit @ self.days).astype(np.intp),
        )

    def during(self, periods: NDArray[np.bool_]) -> "Cells":
        """Some of the periods."""
        return Cells(
            week=self.week[periods],
            total=self.total[:, periods],
            usual=self.usual[:, periods],
            days=self.days[:, periods],
        )


def weekly(totals: DayTotals, rollout: Rollout) -> Cells:
    """Sums of each venue by week, ordinary days and holidays apart; (venues, periods).

    Holidays are periods of their own, so that what they do to everybody is told from the effect.

    Raises `InvalidInput` where there is no day before the first wave, or a venue's group has no
    place in the roll-out.
    """
    if strangers := sorted({*totals.group} - {*rollout.groups}):
        raise InvalidInput(f"not in the roll-out: {', '.join(strangers)}")
    week = (totals.day - np.datetime64(rollout.waves[0], "D")).astype(np.intp) // 7
    if not (week < 0).any():
        raise InvalidInput("there is no day before the first wave", hint="take earlier days too")
    usual = usual_before(totals, week < 0)
    known = ~np.isnan(totals.total) & ~np.isnan(usual)

    is_holiday = totals.day_type == HOLIDAY
    periods = 2 * (int(week.max()) - int(week.min()) + 1)
    cell = 2 * (week - week.min()) + is_holiday + periods * np.arange(len(usual))[:, None]

    def summed(values: Floats) -> Floats:
        sums = np.bincount(cell[known], values[known], minlength=periods * len(usual))
        return np.asarray(sums, np.float64).reshape(len(usual), periods)

    days = summed(np.ones(usual.shape))
    there = days.any(axis=0)
    return Cells(
        week=(np.arange(periods) // 2 + week.min())[there],
        total=summed(totals.total)[:, there],
        usual=summed(usual)[:, there],
        days=days[:, there].astype(np.intp),
    )


def usual_before(totals: DayTotals, before: NDArray[np.bool_]) -> Floats:
    """What each day's venue saw on days of its type before the roll-out; (venues, days).

    NaN where fewer than `LEAST_DAYS` such days are known.
    """
    usual = np.full(totals.total.shape, np.nan)
    for day_type in range(DAY_TYPES):
        of_type = totals.day_type == day_type
        learnt = of_type & before & ~np.isnan(totals.total)
        days = learnt.sum(axis=1)
        mean = np.sum(totals.total, axis=1, where=learnt) / np.maximum(days, 1)
        mean[days < LEAST_DAYS] = np.nan
        usual = np.where(of_type, mean[:, None], usual)
    return usual
