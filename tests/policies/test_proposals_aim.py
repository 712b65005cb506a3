"""Changes that follow one another lead to the best hours, not only each to the next best."""

import numpy as np
import pytest

from domain.planning import Verdict
from policies.caution import Caution
from policies.hours.venue import plan_venue
from policies.proposals import propose
from tests.policies.venues import AT, arrivals, hours, profile_of, venue_with

SURE = Caution(doubt=0.0, hysteresis_visits=0.0, min_gain_visits=0.5)
TWO_PEAKS = arrivals((7.25, 0.8, 30), (18, 1.5, 30))
"""Early swimmers and those after work; nobody at noon."""
LIMITS = {"break_even_visits": 8.0, "max_blocks": 2, "min_block_minutes": 120}


@pytest.mark.parametrize("opens", ["07:00", "07:30", "08:00"])
def test_week_by_week_the_best_hours_are_reached(opens: str) -> None:
    today = hours(mon_sun=f"{opens}-21:30")
    venue = venue_with(today, max_change_minutes=60, **LIMITS)
    free = venue_with(today, max_change_minutes=None, **LIMITS)
    best = plan_venue(free, TWO_PEAKS - 8 / 4, today)
    now = today
    for _ in range(20):
        found = propose(venue, profile_of(TWO_PEAKS), now, run="2026-W09", at=AT, caution=SURE)
        if found.verdict is not Verdict.CHANGE:
            break
        now = found.proposed
    assert best.hours.days[0][0].end < 12 * 60  # the morning is worth a block of its own
    np.testing.assert_allclose(now.minutes, best.hours.minutes, atol=7 * 30)
    assert [b.start for b in now.days[0]] == [b.start for b in best.hours.days[0]]
