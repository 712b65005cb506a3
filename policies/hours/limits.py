"""A venue's limits as masks and rules of a week to plan."""

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.estate import Limits, Venue
from domain.hours import WeeklyHours
from policies.hours.days import BlockRules, Mask
from policies.hours.kept import broken_limits, staffed_hours
from policies.hours.slots import check_days, slot_starts, touching, within
from policies.hours.weeks import Floats, WeekProblems, paid_slots

_PRECIOUS = 1e6
"""Worth of a slot that must stay open, visits: more than all others together."""


def week_problem(
    venue: Venue,
    value: Floats,
    today: WeeklyHours,
    *,
    booked: Mask | None = None,
    hysteresis: float = 0.0,
    edge: float = 0.0,
    whole: Mask | None = None,
) -> WeekProblems:
    """The problem of planning one venue's ordinary week.

    A slot of unknown value stays as it is. Core hours win over the largest change; what is in
    force may stay whatever the other limits say.

    Args:
        venue: whose limits hold; they are known not to conflict.
        value: (7, 96) worth of an open slot less its cost, visits; NaN where unknown.
        today: hours that the largest change and the default budget are measured from.
        booked: (7, 96) slots that must not be closed, as `policies.hours.bookings` finds them.
        hysteresis: what a changed slot must earn, visits.
        edge: what a moved opening or closing time must earn, visits; half of it is taken off the
            new one, and added to the old one, so that to drop or add a block is no cheaper.
        whole: (7,) days on which no break may be cut into a block.

    Raises:
        InvalidInput: `today` leaves its business days.
    """
    check_days(today, venue.day_starts)
    limits, open_today = venue.limits, within(today, venue.day_starts)
    core, unknown = touching(limits.core, venue.day_starts), np.isnan(value)
    movable = _near_edges(today, limits, venue.day_starts) & ~unknown
    costs = unknown | core if whole is None else unknown | core | whole[:, None]
    movable |= _cheapest_breaks(np.where(costs, np.inf, value), open_today, limits)
    kept = ~movable if booked is None else ~movable | booked
    steps = np.diff(np.pad(open_today, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    return WeekProblems(
        value=np.where(unknown, 0.0, value)[None],
        opening=np.where(steps > 0, edge / 2, -edge / 2)[None],
        closing=np.where(steps < 0, edge / 2, -edge / 2)[None],
        today=open_today[None],
        may=(open_today | core | (window(limits, venue.day_starts) & movable))[None],
        must=(core | (open_today & kept))[None],
        base=_base(venue, today, open_today, core)[None],
        budget=np.array([_budget_slots(venue, today)]),
        pay=np.array([limits.break_even_visits * SLOT_MINUTES / 60]),
        hysteresis=np.array([hysteresis]),
        rules=block_rules(limits),
    )


def _base(venue: Venue, today: WeeklyHours, open_today: Mask, core: Mask) -> Mask:
    """Today's hours, with the core hours added on days on which they are not kept; (7, slots)."""
    found = broken_limits(venue, today)
    broken = [b.day for b in found if b.limit == "core" and b.day is not None]
    base = open_today.copy()
    base[broken] |= core[broken]
    return base


def block_rules(limits: Limits) -> BlockRules:
    """The block limits in slots."""
    return BlockRules(
        most=limits.max_blocks,
        shortest=limits.min_block_minutes // SLOT_MINUTES,
        longest=limits.max_block_minutes // SLOT_MINUTES,
        gap=limits.min_gap_minutes // SLOT_MINUTES,
        shift=max(1, limits.min_shift_minutes // SLOT_MINUTES),
    )


def staff_budget_hours(venue: Venue, today: WeeklyHours) -> float:
    """Staffed hours a week, at most.

    Without a limit it is what the venue's hours took when it was entered, or today's if they take
    more: hours given up can be won back.
    """
    limits = venue.limits
    if limits.staff_hours is not None:
        return limits.staff_hours
    return max(staffed_hours(venue.hours, limits), staffed_hours(today, limits))


def off_grid_minutes(venue: Venue, today: WeeklyHours) -> float:
    """What today's hours are paid for beyond their whole slots: odd minutes count as kept."""
    shift, open_today = block_rules(venue.limits).shift, within(today, venue.day_starts)
    on_grid = float(paid_slots(open_today[None], shift).sum()) * SLOT_MINUTES
    return staffed_hours(today, venue.limits) * 60 / venue.limits.staff - on_grid


def _budget_slots(venue: Venue, today: WeeklyHours) -> int:
    """Slots that the budget pays for, today's minutes off the grid paid for already."""
    minutes = staff_budget_hours(venue, today) * 60 / venue.limits.staff
    return max(0, int((minutes - off_grid_minutes(venue, today)) / SLOT_MINUTES + 1e-6))


def window(limits: Limits, day_starts: int) -> Mask:
    """Slots between earliest and latest; shape (slots,)."""
    starts = slot_starts(day_starts)
    return np.asarray((starts >= limits.earliest) & (starts + SLOT_MINUTES <= limits.latest))


def _near_edges(today: WeeklyHours, limits: Limits, day_starts: int) -> Mask:
    """Slots within the largest change of an opening or closing time of today's; (7, slots)."""
    reach = limits.max_change_minutes
    if reach is None:
        return np.ones((7, SLOTS_A_DAY), dtype=np.bool_)
    starts, near = slot_starts(day_starts), np.zeros((7, SLOTS_A_DAY), dtype=np.bool_)
    for day, blocks in enumerate(today.days):
        for edge in (edge for block in blocks for edge in block):
            near[day] |= (starts >= edge - reach) & (starts + SLOT_MINUTES <= edge + reach)
    return near


def _cheapest_breaks(value: Floats, open_today: Mask, limits: Limits) -> Mask:
    """The stretch between two worthwhile ones in which a break costs least; (7, slots).

    Without this the largest change would forbid for ever what no edge can be moved to. Worthwhile
    is what a block can be cut out of that pays, once the break's edges have moved on. A block's
    rest stays between the break and where its edges may move, so that neither adds to the other.
    """
    reach, rules = limits.max_change_minutes, block_rules(limits)
    found = np.zeros_like(open_today)
    if reach is None or rules.most < 2:
        return found
    length, kept = max(rules.gap, reach // SLOT_MINUTES), reach // SLOT_MINUTES + rules.shortest
    for day, row in enumerate(open_today):
        edges = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            starts = range(first + kept, end - kept - length + 1)
            costs = [value[day, s : s + length].sum() for s in starts]
            if costs and np.isfinite(min(costs)):
                start = starts[int(np.argmin(costs))]
                before, after = value[day, first:start], value[day, start + length : end]
                if min(_best_block(side, rules.shortest) for side in (before, after)) > 0:
                    found[day, start : start + length] = True
    return found


def _best_block(value: Floats, shortest: int) -> float:
    """Most that a stretch of at least `shortest` slots is worth; there are as many."""
    sums = np.concatenate([np.zeros(1), np.cumsum(np.minimum(value, _PRECIOUS))])
    return float(np.max(sums[shortest:] - np.minimum.accumulate(sums[: len(sums) - shortest])))
