"""Which days a trial may be judged by, and what is counted on them."""

from datetime import date, timedelta

import numpy as np

from domain.bins import Bins
from domain.estate import Limits, Venue
from policies.trials.days import Days
from tests.policies.test_trials import FIRST, trial
from tests.policies.venues import hours

WEEKS = 2
OPEN = hours(mon_sun="09:00-20:00")
TRIAL = trial()
"""Monday to Friday from eight to nine in the evening."""


def venue(name: str, **more: object) -> Venue:
    given = {"id": name, "name": name, "type": "activity_room", "area": "street", "zone": "UTC"}
    return Venue(**given, hours=OPEN, limits=Limits(), **more)


def days(visits: float = 1.0, *, silent: date | None = None, shut: date | None = None) -> Days:
    """Two venues that are open as drawn, with so many visits in each open quarter-hour."""
    n = 7 * WEEKS * 96
    start = np.datetime64(f"{FIRST}T04:00", "s") + np.arange(n) * np.timedelta64(900, "s")
    opened = np.zeros((2, 7 * WEEKS, 96))
    opened[:, :, 20:64] = 1
    healthy = np.ones_like(opened)
    for k in range(7 * WEEKS):
        day = FIRST + timedelta(days=k)
        opened[0, k, 64:68] = TRIAL.is_on(day) and day != shut
        healthy[0, k, 30:40] = day != silent
    flat = opened.reshape(2, n)
    bins = Bins(
        rooms=("hall", "barn"),
        start=start,
        minutes=15,
        entered=flat * visits,
        left=flat * visits,
        present=np.full_like(flat, np.nan),
        healthy=healthy.reshape(2, n),
        open=flat,
        full=np.zeros_like(flat),
    )
    return Days.of(bins, [venue("hall"), venue("barn")])


def on_and_off() -> tuple[date, date]:
    return TRIAL.pairs()[0]


def test_the_whole_day_is_counted() -> None:
    told, (on, off) = days().told(TRIAL, 0, []), on_and_off()
    assert (told[on], told[off]) == (48, 44)


def test_visits_of_linked_venues_in_the_stretch_are_added() -> None:
    late = trial()
    told, (on, off) = days().told(late, 1, [0]), on_and_off()
    assert np.isnan(told[on])  # the barn itself was never open for it
    assert told[off] == 44
    told = days(2.0).told(late, 0, [1])
    assert (told[on], told[off]) == (96, 88)  # the barn is shut in the stretch


def test_a_silent_day_and_one_that_was_not_as_drawn_are_left_out() -> None:
    on, off = on_and_off()
    for left_out in (days(silent=on), days(shut=on)):
        told = left_out.told(TRIAL, 0, [])
        assert np.isnan(told[on])
        assert told[off] == 44
