"""What edges add: closing losses and opening pulses; and weekly hours on the grid."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.hours import DAY_MINUTES, Block, WeeklyHours, normal_day
from policies.hours.limits import week_problem
from policies.hours.plan import plan_weeks
from policies.hours.slots import as_hours, touching, within
from policies.hours.weeks import WeekProblems
from tests.policies.venues import hours, venue_with

DAY_STARTS = 240


def one_day(closing: float = 0.0, opening: float = 0.0) -> WeekProblems:
    """A Monday of worth from 09:00 to 12:00 and from 13:00 to 16:00, free to open at will."""
    value = np.full((7, 96), -10.0)
    value[0, 20:48] = 1.0
    value[0, 32:36] = -0.75
    venue = venue_with(WeeklyHours(), max_change_minutes=None, staff_hours=50)
    problem = week_problem(venue, value, WeeklyHours())
    return replace(problem, opening=problem.opening + opening, closing=problem.closing + closing)


def planned(problem: WeekProblems) -> WeeklyHours:
    return as_hours(plan_weeks(problem).open[0], DAY_STARTS, WeeklyHours())


def test_a_break_is_worth_what_it_saves() -> None:
    assert planned(one_day()) == hours(mon="09:00-12:00, 13:00-16:00")


def test_a_loss_at_closing_speaks_against_a_second_closing() -> None:
    assert planned(one_day(closing=-2.0)) == hours(mon="09:00-12:00, 13:00-16:00")
    assert planned(one_day(closing=-4.0)) == hours(mon="09:00-16:00")


def test_a_pulse_at_opening_speaks_for_a_second_opening() -> None:
    assert planned(one_day(closing=-4.0, opening=2.0)) == hours(mon="09:00-12:00, 13:00-16:00")


def test_a_loss_at_closing_time_moves_the_closing_time() -> None:
    problem = one_day()
    problem.closing[0, 0, 48] = -1.5
    assert planned(problem) == hours(mon="09:00-12:00, 13:00-15:45")


@st.composite
def weeks_on_the_grid(draw: st.DrawFn) -> WeeklyHours:
    days = []
    for _ in range(7):
        edges = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        days.append(normal_day(Block(DAY_STARTS + 15 * a, DAY_STARTS + 15 * b) for a, b in pairs))
    return WeeklyHours(tuple(days))


@given(weeks_on_the_grid(), weeks_on_the_grid())
def test_hours_on_the_grid_come_back_from_their_slots(
    week: WeeklyHours, other: WeeklyHours
) -> None:
    slots = within(week, DAY_STARTS)
    assert as_hours(slots, DAY_STARTS, other) == week
    assert (touching(week, DAY_STARTS) == slots).all()
    assert slots.sum() * 15 == week.minutes


@given(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES))
def test_odd_hours_come_back_from_their_slots(start: int, length: int) -> None:
    block = Block(DAY_STARTS + start, min(DAY_STARTS + start + length, DAY_STARTS + DAY_MINUTES))
    week = WeeklyHours(((block,), *[()] * 6))
    inner, outer = within(week, DAY_STARTS), touching(week, DAY_STARTS)
    assert as_hours(inner, DAY_STARTS, week) == week
    assert not (inner & ~outer).any()
    assert inner.sum() * 15 <= week.minutes <= outer.sum() * 15
