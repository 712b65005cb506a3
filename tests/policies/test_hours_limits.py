import numpy as np
import pytest

from domain.errors import InvalidInput
from domain.hours import WeeklyHours
from policies.hours.conflicts import conflicts
from policies.hours.kept import Broken, broken_limits
from policies.hours.limits import staff_budget_hours
from policies.hours.venue import lifted_gains, plan_venue
from tests.policies.venues import TIME_OF_DAY, Floats, hours, venue_with

FLAT = np.zeros((7, 96))


def worth_between(first: float, last: float, inside: float = 1.0, outside: float = -1.0) -> Floats:
    """Value of a slot from hour `first` to hour `last` of every day, and elsewhere."""
    return np.tile(np.where((first <= TIME_OF_DAY) & (last > TIME_OF_DAY), inside, outside), (7, 1))


def test_hours_that_are_worth_nothing_more_or_less_stay_as_they_are() -> None:
    today = hours(mon_fri="09:00-12:00, 14:00-18:00", sat="10:00-14:00")
    assert plan_venue(venue_with(today), FLAT, today).hours == today


def test_an_edge_moves_no_further_than_the_largest_change() -> None:
    today = hours(mon="09:00-17:00")
    value = worth_between(12, 21)
    venue = venue_with(today, max_change_minutes=45, staff_hours=40, max_blocks=1)
    assert plan_venue(venue, value, today).hours == hours(mon="09:45-17:45")


def test_under_a_largest_change_one_break_may_begin_where_it_costs_least() -> None:
    today = hours(mon="08:00-20:00")
    value = np.where((TIME_OF_DAY >= 13) & (TIME_OF_DAY < 15), -1.0, 1.0) * np.ones((7, 1))
    venue = venue_with(today, earliest=8 * 60, latest=20 * 60, min_block_minutes=60)
    first = plan_venue(venue, value, today).hours
    assert first in (hours(mon="08:00-13:00, 14:00-20:00"), hours(mon="08:00-14:00, 15:00-20:00"))
    assert plan_venue(venue, value, first).hours == hours(mon="08:00-13:00, 15:00-20:00")


def test_without_a_largest_change_hours_move_any_way_and_closed_days_open() -> None:
    today = hours(mon="09:00-17:00")
    value = worth_between(12, 16)
    plan = plan_venue(venue_with(today, max_change_minutes=None, staff_hours=100), value, today)
    assert plan.hours == hours(mon_sun="12:00-16:00")


def test_a_closed_day_stays_closed_under_a_largest_change() -> None:
    today = hours(mon="09:00-17:00")
    plan = plan_venue(venue_with(today, staff_hours=100), worth_between(8, 22), today)
    assert plan.hours == hours(mon="08:00-18:00")


def test_a_moved_edge_must_earn_its_price_and_a_block_that_comes_or_goes_that_of_two_halves() -> (
    None
):
    today = hours(mon="09:00-17:00")
    venue = venue_with(today, max_change_minutes=None, staff_hours=40, max_blocks=2)
    later = FLAT.copy()
    later[0, TIME_OF_DAY >= 9] = 0.25
    later[0, TIME_OF_DAY >= 17.5] = -1.0
    assert plan_venue(venue, later, today, edge=0.45).hours == hours(mon="09:00-17:30")
    assert plan_venue(venue, later, today, edge=0.55).hours == today
    tuesday = FLAT.copy()
    tuesday[:] = -1.0
    tuesday[0, (TIME_OF_DAY >= 9) & (TIME_OF_DAY < 17)] = 1.0
    tuesday[1, (TIME_OF_DAY >= 9) & (TIME_OF_DAY < 11)] = 0.1
    with_tuesday = hours(mon="09:00-17:00", tue="09:00-11:00")
    assert plan_venue(venue, tuesday, today, edge=0.7).hours == with_tuesday
    assert plan_venue(venue, tuesday, today, edge=0.9).hours == today


def test_a_block_goes_and_a_break_comes_one_after_the_other() -> None:
    """Together on one day they would read as blocks that have moved by hours."""
    today = hours(mon="07:00-08:30, 11:00-20:00")
    value = worth_between(11, 20)
    value[:, (TIME_OF_DAY >= 14) & (TIME_OF_DAY < 17)] = -1.0
    venue = venue_with(
        today, max_change_minutes=60, max_blocks=3, min_block_minutes=60, min_gap_minutes=60
    )
    first = plan_venue(venue, value, today).hours
    assert len(first.days[0]) in (1, 3)
    now = first
    for _ in range(4):
        now = plan_venue(venue, value, now).hours
    assert now == hours(mon="11:00-14:00, 17:00-20:00")


def test_a_short_block_moves_no_further_than_the_largest_change() -> None:
    """Each of its slots is near one of its edges, so that the masks alone let it shift further."""
    today = hours(mon="06:30-08:00, 10:00-13:00")
    value = worth_between(10, 13)
    value[:, (TIME_OF_DAY >= 7.75) & (TIME_OF_DAY < 9)] = 1.0
    venue = venue_with(
        today, max_change_minutes=60, max_blocks=2, min_block_minutes=75, min_gap_minutes=60
    )
    now = plan_venue(venue, value, today).hours
    moved = zip(now.days[0], today.days[0], strict=True)
    assert max(abs(a - b) for new, old in moved for a, b in zip(new, old, strict=True)) <= 60
    assert now != today


def test_a_change_must_earn_the_hysteresis() -> None:
    today = hours(mon="09:00-17:00")
    venue = venue_with(today, staff_hours=100)
    value = worth_between(9, 18, inside=0.3)
    assert plan_venue(venue, value, today, hysteresis=0.2).hours == hours(mon="09:00-18:00")
    assert plan_venue(venue, value, today, hysteresis=0.4).hours == today


def test_without_a_set_budget_hours_given_up_can_be_won_back() -> None:
    entered, fewer = hours(mon_fri="09:00-17:00"), hours(mon_fri="10:00-16:00")
    assert staff_budget_hours(venue_with(entered), fewer) == 40


def test_without_a_set_budget_todays_staffed_hours_are_the_budget() -> None:
    today = hours(mon_fri="09:00-17:00")
    venue = venue_with(today, staff=2)
    assert staff_budget_hours(venue, today) == 80
    plan = plan_venue(venue, worth_between(8, 22), today)
    assert plan.hours.minutes == today.minutes
    assert plan.staff_hour_price == pytest.approx(4 / 2), "an hour is four slots worth 1, by two"


def test_a_budget_below_todays_hours_is_kept_where_the_largest_change_allows() -> None:
    today = hours(mon_tue="09:00-17:00")
    value = worth_between(9, 17)
    reachable = plan_venue(venue_with(today, staff_hours=13), value, today)
    assert reachable.hours.minutes == 13 * 60
    out_of_reach = plan_venue(venue_with(today, staff_hours=6, max_blocks=1), value, today)
    assert out_of_reach.hours == hours(mon_tue="10:00-16:00"), "as near to it as a week can come"


def test_core_hours_win_over_the_largest_change_and_the_default_budget() -> None:
    today = hours(mon="09:00-12:00")
    venue = venue_with(today, core=hours(mon="09:00-15:00"), max_change_minutes=15)
    assert plan_venue(venue, FLAT, today).hours == hours(mon="09:00-15:00")


def test_core_hours_stay_open_however_empty() -> None:
    today = hours(mon="08:00-20:00")
    venue = venue_with(today, core=hours(mon="10:00-14:00"), max_change_minutes=None)
    assert plan_venue(venue, FLAT - 1, today).hours == hours(mon="10:00-14:00")


def test_hours_in_force_may_stay_outside_the_limits_and_never_go_further() -> None:
    today = hours(mon="05:00-06:00, 06:30-23:30")
    venue = venue_with(today, earliest=7 * 60, latest=22 * 60, staff_hours=100)
    assert plan_venue(venue, FLAT + 1, today).hours == today
    assert broken_limits(venue, today) == {
        Broken(limit, 0)
        for limit in (
            "earliest",
            "latest",
            "min_block_minutes",
            "max_block_minutes",
            "min_gap_minutes",
        )
    }


def test_a_break_that_is_worth_it_is_made_no_shorter_than_the_gap() -> None:
    today = hours(mon="09:00-17:00")
    value = worth_between(12, 13, inside=-5.0, outside=1.0)
    venue = venue_with(today, max_change_minutes=None, min_gap_minutes=90, staff_hours=8)
    (lunch,) = [
        (a.end, b.start)
        for a, b in [plan_venue(venue, value, today).hours.days[0]]
        if a.end < b.start
    ]
    assert lunch[1] - lunch[0] == 90
    assert lunch[0] <= 12 * 60
    assert lunch[1] >= 13 * 60


def test_hours_past_midnight_belong_to_the_day_that_began_them() -> None:
    today = hours(fri="18:00-01:00", sat="18:00-24:00")
    venue = venue_with(today, latest=26 * 60, staff_hours=100)
    plan = plan_venue(venue, worth_between(18, 26), today)
    assert plan.hours == hours(fri="18:00-02:00", sat="18:00-01:00")


def test_hours_across_the_start_of_the_business_day_are_refused_by_name() -> None:
    today = hours(sat="02:00-06:00")
    with pytest.raises(InvalidInput) as refused:
        plan_venue(venue_with(today), FLAT, today)
    assert [p.where for p in refused.value.problems] == ["sat"]


def test_an_odd_minute_stays_until_its_edge_moves() -> None:
    today = hours(mon="09:10-17:20", tue="09:10-17:20")
    value = worth_between(9.25, 18)
    value[1] = 0
    plan = plan_venue(venue_with(today, max_change_minutes=30, staff_hours=17), value, today)
    assert plan.hours == hours(mon="09:10-17:45", tue="09:10-17:20")


def test_what_is_unknown_is_neither_opened_nor_closed() -> None:
    today = hours(mon="09:00-17:00")
    value = worth_between(12, 24)
    value[0, TIME_OF_DAY == 9] = np.nan
    value[0, TIME_OF_DAY == 17] = np.nan
    plan = plan_venue(venue_with(today, staff_hours=20, max_blocks=1), value, today)
    assert plan.hours == today


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        (
            {"min_block_minutes": 240, "max_block_minutes": 120},
            {"min_block_minutes", "max_block_minutes"},
        ),
        ({"core": hours(tue="05:00-07:00")}, {"core", "earliest"}),
        (
            {"core": hours(tue="08:00-20:00"), "max_block_minutes": 480},
            {"core", "max_block_minutes"},
        ),
        ({"core": hours(mon_fri="08:00-18:00"), "staff_hours": 40}, {"core", "staff_hours"}),
        (
            {"core": hours(mon="09:00-10:00"), "staff_hours": 1.5},
            {"core", "min_block_minutes", "staff_hours"},
        ),
        (
            {"core": hours(mon="09:00-11:00"), "staff_hours": 3, "min_shift_minutes": 240},
            {"core", "min_shift_minutes", "staff_hours"},
        ),
        (
            {"core": hours(mon="08:00-10:00, 12:00-14:00, 18:00-20:00"), "max_block_minutes": 300},
            {"core", "max_blocks", "max_block_minutes"},
        ),
        (
            {"core": hours(mon="09:00-10:00, 10:30-11:30"), "max_block_minutes": 120},
            {"core", "max_block_minutes", "min_gap_minutes"},
        ),
    ],
)
def test_limits_that_conflict_are_named(limits: dict[str, object], named: set[str]) -> None:
    today = hours(mon_fri="09:00-17:00")
    venue = venue_with(today, **limits)
    with pytest.raises(InvalidInput) as refused:
        plan_venue(venue, FLAT, today)
    assert named == {name for c in conflicts(venue) for name in c.limits}
    for problem, conflict in zip(refused.value.problems, conflicts(venue), strict=True):
        assert problem.where == conflict.where
        assert problem.hint


def test_sound_limits_do_not_conflict() -> None:
    core = hours(mon_fri="09:00-11:00, 14:00-16:00")
    assert conflicts(venue_with(WeeklyHours(), core=core, staff_hours=20)) == ()


def test_lifting_the_limit_that_binds_is_worth_what_it_holds_back() -> None:
    today = hours(mon="09:00-17:00")
    value = worth_between(9, 19)
    gains = lifted_gains(venue_with(today, staff_hours=50), value, today)
    assert gains["max_change_minutes"] > gains["staff_hours"]
    assert gains["staff_hours"] == pytest.approx(0, abs=1e-4)
    gains = lifted_gains(venue_with(today, latest=17 * 60, staff_hours=50), value, today)
    assert gains["latest"] == pytest.approx(4, abs=1e-4), "one hour more: the largest change"
    gains = lifted_gains(venue_with(today), value, today)
    assert gains["staff_hours"] == pytest.approx(4, abs=1e-4)
