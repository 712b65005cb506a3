"""What earlier days tell of a day before it begins: how well doors count, how long people stay."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTHS = (1, 1, 1, 1, 2, 2, 4, 4)
"""Bins inside that make one age, youngest first; who stays longer is of one last age."""
AGES = len(WIDTHS) + 1
GROWS = np.array([1 / width for width in WIDTHS] + [0.0])
"""Share of each age that is of the next a bin later."""
_ONES = np.ones(AGES)
NO_HABIT = 1e6
"""A doubt so great that counts stand for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of some rooms, or of the room of each of some days; arrays (rows, …)."""

    caught_in: Floats
    """(rows,) share of those entering that is counted."""
    caught_out: Floats
    """(rows,) the same of those leaving."""
    level: Floats
    """(rows,) what to multiply people by: below 1 while nothing has shown that any are missed."""
    level_error: Floats
    """(rows,) relative standard error of both shares together, which no count can tell."""
    said_variance: Floats
    """(rows,) mean squared error of the room's occupancy sensor; NaN where nothing tells it."""
    hazard: Floats
    """(rows, ages) rate of leaving, a bin, after so many bins inside."""
    urgency: Floats
    """(rows, bins of a day) by which that rate is multiplied at each time of day."""
    doubt: Floats
    """(rows,) variance of departures around what habit expects, as a multiple of pure chance."""

    def take(self, rows: NDArray[np.intp]) -> Self:
        """The habits of some of the rows, in the order given."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def leaving(self, bin_: int) -> Floats:
        """Share of each age that leaves in a bin of the day; (rows, ages)."""
        at = min(bin_, self.urgency.shape[1] - 1)  # a day of 25 hours has more
        return share_leaving(self.hazard, self.urgency[:, at])


def everyone(cohorts: Floats) -> Floats:
    """Sum over the ages, the last axis."""
    return np.asarray(cohorts @ _ONES)  # many times as fast as a sum over so short an axis


def share_leaving(hazard: Floats, urgency: Floats) -> Floats:
    """Share of each age that leaves in a bin; (rows, ages), from (rows, ages) and (rows,)."""
    return np.asarray(-np.expm1(-hazard * urgency[:, None]))


def aged(cohorts: Floats, came: Floats) -> Floats:
    """Cohorts a bin later, those who came now first; (…, ages), the last of all who are older."""
    grown = cohorts * GROWS
    later: Floats = cohorts - grown
    later[..., 1:] += grown[..., :-1]
    later[..., 0] = came
    return later
