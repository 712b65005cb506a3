"""The estimate of demand: the profile, where it comes from, and what is needed to look ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.estate import SchoolTerm
from domain.planning import Fact
from policies.demand.edges import Edges
from policies.demand.terms import TermFactor
from policies.profile import DemandProfile

Floats = NDArray[np.float64]

Z80 = 1.2816
"""Standard normal quantile at 90 %: an 80 % interval has as much on either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandEstimate:
    """The profile, and what a person should know of where it comes from. Arrays are by venue."""

    profile: DemandProfile
    prior_only: NDArray[np.bool_]
    """(venues, 8, 96) where neither the venue nor any of its type was ever open at that time, on
    any day of the kind (working or free): what is said there is belief, not evidence."""
    takes_after: tuple[str, ...]
    """The type whose venues a venue learns from: its own, unless its shape is far more like
    another's."""
    left_out: tuple[tuple[date, ...], ...]
    """For each venue, the open days that looked like holidays or a silent sensor."""
    stay_minutes: Floats
    """(venues,) mean stay assumed to infer arrivals from people present; NaN where counted."""
    dispersion: Floats
    """(venues,) variance by mean of a slot's visits about its rate; 1 is pure chance."""
    day_variance: Floats
    """(venues,) relative variance of whole days, beyond that."""
    trend: Floats
    """(venues,) change of the log-level a week."""
    wander: Floats
    """(venues,) variance that a week adds to the log-level beyond its trend."""
    changed_weeks: NDArray[np.intp]
    """(venues,) weeks since level or shape changed at once, 0 if they did not: older days count for
    their shape only, or hardly."""
    edges: Mapping[str, Edges]
    """By type, what closing and opening were found to do."""
    outside_slopes: tuple[float, float]
    """Log-rate an hour before and after the usual hours, beyond what the surfaces expect."""
    vacation: Mapping[str, TermFactor]
    """By type, what school vacations do."""
    terms: tuple[SchoolTerm, ...]
    last_day: date
    """The profile is of the days that follow it."""

    def log_sd(self) -> Floats:
        """Standard deviation of the log-rates; (venues, 8, 96), NaN where unknown."""
        return np.asarray(np.log(self.profile.high / self.profile.low) / (2 * Z80))

    def noted(self, venue: str) -> Mapping[str, Fact]:
        """What a proposal for the venue should say of where its demand comes from."""
        if venue not in self.profile.venues:
            return {}
        row = self.profile.venues.index(venue)
        facts: dict[str, Fact] = {"days_left_out": len(self.left_out[row])}
        if np.isfinite(self.stay_minutes[row]):
            facts["assumed_stay_minutes"] = float(self.stay_minutes[row])
        return facts
