"""What a trial is worth: what its days teach, against what they cost.

Its days are seen twice: whole days are compared for proof (`evidence`), and the visits within the
stretch go into the demand profile, by which hours are planned. Of the two the profile learns by far
the faster, for a stretch is a small part of a day; so this is about the profile.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from policies.caution import VenueDemand
from policies.changes import WIDER
from policies.demand.edges import usual_closing
from policies.demand.observed import usual_stay_minutes
from policies.profile import Floats
from policies.trials.trial import Edge

HORIZON_WEEKS = 26
"""For as long a decision holds before demand is another, and no longer an edge rests."""
DISPERSION = 2.0
"""Variance by mean of the visits of a stretch: people come in groups, and days differ."""
FORTNIGHT = 2
"""Weeks in which each day has the stretch once."""
LEAST_WORTH = 25.0
"""Visits over the horizon, one a week: a trial of less is not worth its trouble."""

_NORMAL = NormalDist()
_80_PERCENT = 2 * _NORMAL.inv_cdf(0.9)
"""Standard deviations between the 10 % and the 90 % quantile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of a stretch, a week, were it open on all its days."""

    visits: float
    """Expected."""
    net: float
    """Expected, less those that make it worth its cost: m."""
    spread: float
    """Standard deviation of what is believed of either: s."""
    seen: float = 1.0
    """Part of the visits that come while the stretch is the last before the door shuts."""

    def learns(self, weeks: float) -> float:
        """Knowledge gradient: net visits a week that the decision after it is better by.

        s̃ [φ(z) + z Φ(z)], z = −|m| / s̃, s̃ = s² / √(s² + σ²/n), with σ² the variance of a week's
        visits and n the weeks' worth of days on which it is open and seen. Source: Frazier, Powell
        & Dayanik 2008.

        Args:
            weeks: of trial; the stretch is open in every other one.
        """
        if not (self.spread > 0 and weeks > 0):
            return 0.0
        learnt = self.spread**2 / math.hypot(self.spread, self.noise(weeks))
        z = -abs(self.net) / learnt
        return learnt * (_NORMAL.pdf(z) + z * _NORMAL.cdf(z))

    def noise(self, weeks: float) -> float:
        """Standard deviation of what such a trial measures of the net visits a week: σ/√n."""
        return math.sqrt(DISPERSION * max(self.visits, 1.0) / (self.seen * weeks / 2))

    def worth(self, weeks: int) -> float:
        """Visits over the horizon that a trial is expected to win, its cost taken off.

        Of the best length: what soon shows that it does not pay costs little.

        Args:
            weeks: of trial, at most.
        """
        lengths = range(FORTNIGHT, weeks + 1, FORTNIGHT)
        return max((self._of(length) for length in lengths), default=0.0)

    def _of(self, weeks: int) -> float:
        return self.learns(weeks) * HORIZON_WEEKS - max(-self.net, 0) * weeks / 2


def seen_share(venue: Venue, edge: Edge, minutes: int) -> float:
    """Part of a stretch's visits that come on a day of its trial, by the usual edge of opening.

    Few begin a visit that they cannot finish: half an hour more before closing shows hardly anyone.
    """
    if edge == "opens_earlier":
        return 1.0
    (stay,) = usual_stay_minutes([venue])
    return float(usual_closing(stay).factor[1 : minutes // SLOT_MINUTES + 1].mean())


def believed(slots: Floats, demand: VenueDemand, break_even: float, seen: float = 1.0) -> Belief:
    """What the demand profile has of a stretch; NaN where that is unknown.

    All slots are taken to err together, and by as much more than their posteriors say as is known
    from changes of hours (`policies.changes.WIDER`).

    Args:
        slots: (7, 96) share of each slot that the stretch opens.
        demand: of its venue.
        break_even: arrivals an hour.
        seen: as `seen_share` has it.
    """
    opens = slots > 0
    weight, rate = slots[opens], demand.rate[opens]
    width = demand.high[opens] - demand.low[opens]
    return Belief(
        visits=float(np.sum(weight * rate)),
        net=float(np.sum(weight * (rate - break_even * SLOT_MINUTES / 60))),
        spread=float(WIDER * np.sum(weight * width) / _80_PERCENT),
        seen=seen,
    )
