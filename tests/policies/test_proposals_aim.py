"""Changes that follow one another lead to the best hours, not only each to the next best."""

from typing import Any

import pytest

from domain.planning import Verdict
from policies.caution import Caution
from policies.hours.venue import plan_venue
from policies.proposals import propose
from policies.reasons import Code
from tests.policies.venues import AT, arrivals, hours, profile_of, venue_with

SURE = Caution(doubt=0.0, hysteresis_visits=0.0, edge_visits=0.0, min_gain_visits=0.5)
TWO_PEAKS = arrivals((7.25, 0.8, 30), (18, 1.5, 30))
"""Early swimmers and those after work; nobody at noon."""
LIMITS: dict[str, Any] = {"break_even_visits": 8.0, "max_blocks": 2, "min_block_minutes": 120}


@pytest.mark.parametrize("opens", ["08:00", "09:30", "10:30"])
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
    assert len(best.hours.days[0]) == 2  # the morning is worth a block of its own
    assert now == best.hours


def test_hours_that_do_not_pay_open_only_on_the_way_to_some_that_pay_for_it() -> None:
    today = hours(mon_sun="09:30-21:30")
    venue = venue_with(today, max_change_minutes=60, **LIMITS)
    evening = arrivals((18, 1.5, 30))
    for rate, is_told in ((TWO_PEAKS, True), (evening, False)):
        found = propose(venue, profile_of(rate), today, run="2026-W09", at=AT, caution=SURE)
        assert (Code.LEADS_TO_BLOCK in {r.code for r in found.reasons}) is is_told
        assert (found.proposed.days[0][0].start < today.days[0][0].start) is is_told
