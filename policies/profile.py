"""The demand profile: how many people would come in each quarter-hour, open or closed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandProfile:
    """Arrival rates of some venues over day type × quarter-hour of the business day.

    Arrays are (venues, 8 day types, 96 slots) unless said otherwise; day types as in
    `domain.calendars`: Monday to Sunday, then public holiday; slot 0 begins at the venue's
    `day_starts`.
    """

    venues: tuple[str, ...]
    rate: Floats
    """Expected arrivals in the slot, were the venue open, with room to spare, far from closing.
    NaN, and so are `low` and `high`, where nothing at all speaks of it."""
    low: Floats
    """10 % quantile of the rate's posterior."""
    high: Floats
    """90 % quantile."""
    seen: Floats
    """Exposure the rate rests on, in slots: open, healthy, not full, away from the edges. Where it
    is 0 the rate is inferred from the venue's type and its other hours; it is 0 everywhere where
    the venue's counters have been silent of late."""
    healthy_weeks: Floats
    """(venues,) weeks of healthy observation behind the profile."""
