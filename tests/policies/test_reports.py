"""Lines of a report, by hand arithmetic on a week of two halls."""

from collections.abc import Mapping
from datetime import date
from math import isnan, nan

import numpy as np
import pytest

from policies.reports import Line, added, lines
from policies.uplift.figures import Measure
from policies.uplift.panel import DayTotals

CLOSED = [0.0, 0.0]
VENUES = ("busy", "quiet")
STAFFED = [[20.0] * 5 + CLOSED, [8.0] * 5 + CLOSED]
"""Two people for ten hours on five days; one for eight."""


def week(totals: Mapping[Measure, list[list[float]]]) -> dict[Measure, DayTotals]:
    day = np.arange(np.datetime64("2026-03-02"), np.datetime64("2026-03-09"))
    return {
        measure: DayTotals(
            venues=VENUES,
            group=VENUES,
            day=day,
            day_type=np.tile(np.arange(7, dtype=np.int8), (2, 1)),
            total=np.array(values),
        )
        for measure, values in totals.items()
    }


def found(**changed: list[list[float]]) -> dict[str, Line]:
    totals = {
        Measure.VISITS: [[100.0] * 5 + CLOSED, [4.0] * 5 + CLOSED],
        Measure.PERSON_HOURS: [[60.0] * 5 + CLOSED, [8.0] * 5 + CLOSED],
        Measure.CAPACITY_HOURS: [[120.0] * 5 + CLOSED, [160.0] * 5 + CLOSED],
        Measure.STAFFED_HOURS: STAFFED,
        Measure.IDLE_HOURS: [[1.0] * 5 + CLOSED, [6.0] * 5 + CLOSED],
        Measure.REFUSED: [[2.0] * 5 + CLOSED, [nan] * 5 + CLOSED],
    }
    named = {Measure(name): values for name, values in changed.items()}
    return lines(week(totals | named), [2.0, 1.0])


def test_a_line_adds_up_its_days() -> None:
    busy = found()["busy"]
    assert (busy.open_hours, busy.staffed_hours, busy.visits, busy.refused) == (50, 100, 500, 10)
    assert busy.utilisation == pytest.approx(0.5)
    assert busy.idle_share == pytest.approx(5 / 50)
    assert busy.idle_hours_a_week == pytest.approx(5)
    assert busy.seen == 1


def test_days_that_are_unknown_add_nothing_and_shares_are_of_what_was_seen() -> None:
    quiet = [4.0] * 5 + CLOSED
    idle = [6.0] * 5 + CLOSED
    busy = found(
        visits=[[100.0, nan, nan, 100, 100, *CLOSED], quiet],
        idle_hours=[[1.0, nan, nan, 1, 1, *CLOSED], idle],
        person_hours=[[60.0, nan, nan, 60, 60, *CLOSED], quiet],
    )["busy"]
    assert busy.visits == 300
    assert busy.seen == pytest.approx(30 / 50)
    assert busy.utilisation == pytest.approx(180 / 360)
    assert busy.idle_share == pytest.approx(3 / 30)
    assert busy.idle_hours_a_week == pytest.approx(5), "a tenth of fifty open hours"


def test_what_no_open_day_tells_is_unknown_be_closed_days_known() -> None:
    quiet = found()["quiet"]
    assert isnan(quiet.refused)
    assert quiet.visits == 20


def test_a_venue_that_never_opened_had_no_visits_and_no_shares() -> None:
    shut = [0.0] * 7
    busy = found(
        **{m: [shut, row[1]] for m, row in {"staffed_hours": STAFFED, "visits": STAFFED}.items()},
        capacity_hours=[shut, shut],
        idle_hours=[shut, shut],
    )["busy"]
    assert busy.visits == 0
    assert isnan(busy.utilisation)
    assert isnan(busy.idle_share)
    assert isnan(busy.seen)


def test_an_area_is_a_ratio_of_sums_and_leaves_out_the_unknown() -> None:
    area = added([*found().values()])
    assert area.visits == 520
    assert area.utilisation == pytest.approx(340 / 1400)
    assert area.idle_share == pytest.approx(35 / 90)
    assert area.idle_hours_a_week == pytest.approx(35)
    assert area.refused == 10
    assert area.refused_of_hours == pytest.approx(50)
    assert isnan(added([found()["quiet"]]).refused)


def test_two_weeks_are_told_a_week() -> None:
    twice = {
        measure: DayTotals(
            venues=VENUES,
            group=VENUES,
            day=np.arange(np.datetime64(date(2026, 3, 2)), np.datetime64(date(2026, 3, 16))),
            day_type=np.tile(np.arange(14, dtype=np.int8) % 7, (2, 1)),
            total=np.tile(np.array([row * 1 for row in STAFFED]), 2),
        )
        for measure in Measure
    }
    assert lines(twice, [2.0, 1.0])["busy"].idle_hours_a_week == pytest.approx(100)
