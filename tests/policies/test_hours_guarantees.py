"""What a plan may never break, checked in minutes by rules written a second time."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.estate import Limits, Venue
from domain.hours import Block, DayHours, WeeklyHours, normal_day
from policies.hours.conflicts import conflicts
from policies.hours.venue import plan_venue
from tests.policies.venues import TIME_OF_DAY, venue_with

Floats = NDArray[np.float64]
VENUES, SHARES = 1000, 10


def random_day(rng: np.random.Generator) -> DayHours:
    """None to two blocks, some on odd minutes, some past midnight."""
    if rng.random() < 0.1:
        return ()
    step = 5 if rng.random() < 0.25 else 15
    start = int(rng.integers(5 * 60 // step, 13 * 60 // step)) * step
    blocks = [Block(start, start + int(rng.integers(60 // step, 600 // step)) * step)]
    if rng.random() < 0.4:
        start = blocks[0].end + int(rng.integers(15 // step, 240 // step)) * step
        blocks.append(Block(start, start + int(rng.integers(30 // step, 300 // step)) * step))
    return tuple(b for b in blocks if b.end <= 28 * 60)


def random_core(rng: np.random.Generator, today: WeeklyHours) -> WeeklyHours:
    """On some days a part of today's hours; now and then what today's do not cover."""
    days: list[DayHours] = []
    for day in today.days:
        if not day or rng.random() < 0.5:
            days.append(())
            continue
        block = day[int(rng.integers(len(day)))]
        length = int(rng.integers(1, max(2, (block.end - block.start) // 15))) * 15
        shift = 30 if rng.random() < 0.1 else 0
        days.append((Block(block.start + shift, min(block.start + length, block.end) + shift),))
    return WeeklyHours(tuple(days))


def random_venue(rng: np.random.Generator) -> Venue:
    today = WeeklyHours(tuple(random_day(rng) for _ in range(7)))
    shortest = int(rng.integers(2, 13)) * 15
    core = random_core(rng, today) if rng.random() < 0.6 else WeeklyHours()
    staff = float(rng.choice([1, 1.5, 3]))
    budget = None if rng.random() < 0.5 else max(core.minutes, today.minutes, 60) / 60 * staff
    return venue_with(
        today,
        core=core,
        earliest=int(rng.integers(5, 9)) * 60,
        latest=int(rng.integers(19, 27)) * 60,
        max_blocks=int(rng.integers(1, 4)),
        min_block_minutes=shortest,
        max_block_minutes=shortest + int(rng.integers(8, 50)) * 15,
        min_gap_minutes=int(rng.integers(1, 9)) * 15,
        staff=staff,
        staff_hours=budget * float(rng.uniform(1, 1.3)) if budget else None,
        max_change_minutes=[15, 60, 60, 120, None][rng.integers(5)],
    )


def random_value(rng: np.random.Generator) -> Floats:
    """Two noisy peaks a day, less a cost; unknown here and there."""
    peaks = [
        rng.gamma(2, 1, (7, 1)) * np.exp(-0.5 * ((TIME_OF_DAY - hour) / rng.uniform(1, 4)) ** 2)
        for hour in rng.uniform(7, 24, 2)
    ]
    value = sum(peaks) * rng.uniform(0.6, 1.4, (7, 96)) - rng.uniform(0, 1.5)
    value[rng.random((7, 96)) < 0.01] = np.nan
    return np.asarray(value)


def open_set(day: DayHours) -> set[int]:
    return {minute for block in day for minute in range(block.start, block.end)}


def broken_guarantees(venue: Venue, planned: WeeklyHours) -> list[str]:
    limits, found = venue.limits, []
    for day, blocks in enumerate(planned.days):
        today, core = venue.hours.days[day], limits.core.days[day]
        found += [f"day {day}: {what}" for what in _broken_on_a_day(limits, today, core, blocks)]
    budget = limits.staff_hours or venue.hours.minutes / 60 * limits.staff
    core_is_new = any(
        open_set(core) - open_set(today)
        for core, today in zip(limits.core.days, venue.hours.days, strict=True)
    )
    if planned.minutes / 60 * limits.staff > budget + 1e-6 and not core_is_new:
        found.append("over the staff budget")
    return found


def _broken_on_a_day(limits: Limits, today: DayHours, core: DayHours, plan: DayHours) -> list[str]:
    found = []
    was, must, now = open_set(today), open_set(core), open_set(plan)
    if not must <= now:
        found.append("closed in core hours")
    if any(not limits.earliest <= m < limits.latest for m in now - was - _slots_of(must)):
        found.append("opens outside earliest and latest")
    reach = limits.max_change_minutes
    if reach is not None:
        near = {m for b in today for edge in b for m in range(edge - reach, edge + reach)}
        changed = (was ^ now) - near - _slots_of(must)
        if not changed <= _breaks(today, now, reach, max(reach, limits.min_gap_minutes)):
            found.append("changes by more than the largest change")
    if plan in (today, _joined(today, core)):
        return found
    if len(plan) > limits.max_blocks:
        found.append("too many blocks")
    if any(b.end - b.start < limits.min_block_minutes for b in plan):
        found.append("a block is too short")
    if any(b.end - b.start > limits.max_block_minutes for b in plan):
        found.append("a block is too long")
    if any(b.start - a.end < limits.min_gap_minutes for a, b in itertools.pairwise(plan)):
        found.append("a gap is too short")
    return found


def _breaks(today: DayHours, now: set[int], reach: int, longest: int) -> set[int]:
    """Minutes of at most one new break a block, no longer than allowed, away from its edges."""
    found: set[int] = set()
    for block in today:
        closed = sorted(set(range(block.start + reach, block.end - reach)) - now)
        if closed and len(closed) <= longest and closed[-1] - closed[0] + 1 == len(closed):
            found |= set(closed)
    return found


def _slots_of(minutes: set[int]) -> set[int]:
    """The minutes of all quarter-hours that the minutes touch."""
    return {m // 15 * 15 + i for m in minutes for i in range(15)}


def _joined(today: DayHours, core: DayHours) -> DayHours:
    """Today's hours with the core hours' quarters added."""
    minutes = open_set(today) | _slots_of(open_set(core))
    starts = sorted(m for m in minutes if m - 1 not in minutes)
    ends = sorted(m + 1 for m in minutes if m + 1 not in minutes)
    return normal_day(Block(s, e) for s, e in zip(starts, ends, strict=True))


@pytest.mark.parametrize("share", range(SHARES))
def test_no_plan_breaks_a_guarantee(share: int) -> None:
    rng = np.random.default_rng(1000 + share)
    planned = changed = 0
    while planned < VENUES // SHARES:
        venue = random_venue(rng)
        if conflicts(venue):
            continue
        plan = plan_venue(venue, random_value(rng), venue.hours, hysteresis=0.01)
        assert broken_guarantees(venue, plan.hours) == [], f"{venue.limits}\n{plan.hours}"
        assert plan.certificate == 0
        planned += 1
        changed += plan.hours != venue.hours
    assert changed > planned / 2
