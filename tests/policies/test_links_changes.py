"""Walks, joint hours with limits, what changes would bring, and twins, in figures done by hand."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domain.errors import InvalidInput
from domain.estate import Limits, LinkGroup, Walk
from domain.hours import WeeklyHours
from policies.links.change import Change, WhatIf, what_if
from policies.links.group import LinkedVenues, group_problem
from policies.links.plan import plan_group
from policies.links.twins import find_twins
from policies.links.walks import walk_minutes, walking_shares, walks_between
from tests.policies.linked import DAY, NEAR, member, people
from tests.policies.venues import TIME_OF_DAY, Floats, hours


def pair(
    *rates: Floats,
    weight: Floats = NEAR,
    room: tuple[float, float] = (np.inf, np.inf),
    **limits: Any,
) -> LinkedVenues:
    """A hub and a satellite, both open 09:00-17:00 on working days."""
    rate = np.stack(rates)
    return LinkedVenues(
        venues=(member("hub", **limits), member("side", **limits)),
        today=(DAY, DAY),
        rate=rate,
        low=0.8 * rate,
        high=1.1 * rate,
        weight=weight,
        people_an_hour=np.array(room),
    )


def test_walks_are_the_estates_from_the_hub_and_else_by_coordinates_or_via_the_hub() -> None:
    group = LinkGroup(
        id="g",
        hub="a",
        satellites=tuple(Walk(venue=v, walk_minutes=m) for v, m in (("b", 6), ("c", 7), ("d", 9))),
    )
    at = {"b": (0.0, 0.0), "c": (0.0, 0.01), "d": (None, None)}
    venues = [member("a")] + [
        member(v).model_copy(update={"latitude": n, "longitude": e}) for v, (n, e) in at.items()
    ]
    minutes = walk_minutes(group, venues)
    assert minutes[0].tolist() == [0, 6, 7, 9]
    hundredth_of_a_degree_m = 2 * math.pi * 6371e3 / 36_000
    assert minutes[1, 2] == pytest.approx(hundredth_of_a_degree_m * 1.3 / 75, rel=1e-3)
    assert minutes[1, 3] == 15
    assert minutes[2, 3] == 16
    assert (minutes == minutes.T).all()


def test_walks_between_any_venues_are_those_of_their_group_and_else_by_coordinates() -> None:
    group = LinkGroup(id="g", hub="a", satellites=(Walk(venue="b", walk_minutes=6),))
    at = {"a": (0.0, 0.0), "c": (0.0, 0.01), "b": (0.0, 0.0), "d": (None, None)}
    venues = [
        member(v).model_copy(update={"latitude": n, "longitude": e}) for v, (n, e) in at.items()
    ]
    minutes = walks_between(venues, [group])
    hundredth_of_a_degree_m = 2 * math.pi * 6371e3 / 36_000
    apart = pytest.approx(hundredth_of_a_degree_m * 1.3 / 75, rel=1e-3)
    assert minutes[0, 1:3].tolist() == [apart, 6]
    assert minutes[1, 2] == apart
    assert np.isnan(minutes[3, :3]).all()
    assert np.diag(minutes).tolist() == [0, 0, 0, 0]
    np.testing.assert_array_equal(minutes, minutes.T)


def test_nobody_makes_a_walk_of_unknown_length() -> None:
    assert walking_shares(np.array([[0.0, np.nan]])).tolist() == [[1, 0]]


@given(arrays(float, (3, 3), elements=st.floats(0, 60)))
def test_fewer_people_walk_further_and_none_beyond_a_quarter_of_an_hour(minutes: Floats) -> None:
    shares = walking_shares(minutes)
    assert ((shares > 0) == (minutes <= 15)).all()
    assert shares[minutes <= 15] == pytest.approx(np.exp(-minutes[minutes <= 15] / 8))


def test_of_two_empty_venues_one_stays_open_for_both() -> None:
    linked = pair(
        people(9, 17, 0.1), people(9, 17, 0.1), break_even_visits=2, max_change_minutes=None
    )
    plan = plan_group(group_problem(linked))
    assert (plan.open.any(axis=0) == plan.open.sum(axis=0)).all(), "both are open somewhere"
    assert plan.open.sum() == 5 * 8 * 4
    assert plan.worth == pytest.approx(160 * (0.1 + 0.05 - 0.5))


def test_a_booked_member_stays_open_for_its_booking() -> None:
    linked = pair(people(9, 17, 0.1), people(9, 17, 0.1), max_change_minutes=None)
    booked = np.zeros(linked.rate.shape, np.bool_)
    booked[0, 1] = booked[1, 1] = (TIME_OF_DAY >= 10) & (TIME_OF_DAY < 12)
    plan = plan_group(group_problem(replace(linked, booked=booked)))
    assert (plan.open >= booked).all()
    assert plan.open.sum() == 160 + 8, "both on Tuesday from ten to twelve, one at other times"


def test_nobody_who_cannot_walk_to_the_other_loses_the_last_open_door() -> None:
    linked = pair(people(9, 17, 0.1), people(9, 17, 0.1), weight=np.eye(2), max_change_minutes=None)
    plan = plan_group(group_problem(linked))
    assert plan.open.sum(axis=(1, 2)).tolist() == [160, 160]


def test_staff_goes_to_the_member_that_serves_more_with_it() -> None:
    linked = pair(
        people(8, 22, 5.0), people(9, 17, 0.0), max_change_minutes=None, break_even_visits=0
    )
    plan = plan_group(group_problem(linked))
    hub, side = plan.open.sum(axis=(1, 2))
    assert hub == 5 * 14 * 4
    assert side <= 320 - hub


def test_a_full_member_does_not_stand_in_for_another() -> None:
    busy = people(9, 17, 4.0)
    spare, full = (
        plan_group(group_problem(pair(busy, busy * 0.2, room=room, max_change_minutes=None)))
        for room in ((np.inf, np.inf), (16.0, np.inf))
    )
    assert spare.open.sum(axis=(1, 2)).tolist() == [160, 0], "0.4 more is less than its cost, 0.5"
    assert full.open.sum(axis=(1, 2)).tolist() == [160, 160], "0.8 more is not"


def answer(change: Change, **limits: Any) -> WhatIf:
    return what_if(pair(people(9, 17, 3.0), people(9, 17, 2.0), **limits), change)


def test_todays_hours_are_counted_with_their_interval() -> None:
    found = answer(Change())
    assert found.today == found.then
    assert (found.today.own.low, found.today.own.mean, found.today.own.high) == pytest.approx(
        (640, 800, 880)
    )
    assert found.today.neighbours.mean == 0
    assert found.today.staffed_hours == 80
    assert found.today.covered == pytest.approx(1)


def test_a_closed_member_sends_half_its_people_to_the_other() -> None:
    found = answer(Change(closed=frozenset({"hub"})))
    assert found.then.own.mean == pytest.approx(160 * 2)
    assert found.then.neighbours.mean == pytest.approx(160 * 1.5)
    assert found.then.staffed_hours == 40
    assert found.hours == (WeeklyHours(), DAY)


def test_hours_that_are_supposed_hold_and_the_others_follow() -> None:
    morning = hours(mon_fri="09:00-13:00")
    found = answer(Change(hours={"side": morning}))
    assert found.hours == (DAY, morning)
    assert found.then.neighbours.mean == pytest.approx(80 * 1.0)


def test_a_smaller_budget_takes_the_hours_that_serve_fewest() -> None:
    found = answer(Change(budget_hours=60), max_change_minutes=None)
    assert found.then.staffed_hours == 60
    assert found.hours[0] == DAY
    assert found.then.own.mean + found.then.neighbours.mean == pytest.approx(
        160 * 3 + 80 * 2 + 80 * 1
    )


def test_limits_that_are_supposed_are_checked() -> None:
    impossible = Limits(core=DAY, staff_hours=10)
    with pytest.raises(InvalidInput):
        answer(Change(limits={"hub": impossible}))
    longer = Limits(core=hours(sat="10:00-14:00"), max_change_minutes=None)
    found = answer(Change(limits={"hub": longer}, budget_hours=84))
    assert found.hours[0].days[5] == hours(sat="10:00-14:00").days[5]


def test_twins_are_two_that_fit_into_one_by_their_fullest_slot() -> None:
    present = np.zeros((4, 1, 4))
    present[0, 0] = [10, 2, 0, 5]
    present[1, 0] = [2, 9, 3, 1]
    present[2, 0] = [9, 9, 9, 9]
    present[3, 0, 1] = np.nan
    is_open = np.ones(present.shape, np.bool_)
    near, room = np.zeros((4, 4)), np.array([15.0, 12.0, 10.0, 30.0])
    (found,) = find_twins(["room"] * 4, near, room, present, is_open)
    assert (found.kept, found.spared) == (0, 1)
    assert found.fullest == pytest.approx(12 / 15)
    assert found.hours == 24
    apart = near + 16.0
    assert find_twins(["room"] * 4, apart, room, present, is_open) == []
    assert find_twins(["room", "hall", "room", "room"], near, room, present, is_open) == []
    is_open[3, 0, 1] = False
    assert [(t.kept, t.spared) for t in find_twins(["room"] * 4, near, room, present, is_open)] == [
        (3, 1),
        (3, 2),
        (3, 0),
        (0, 1),
    ]
