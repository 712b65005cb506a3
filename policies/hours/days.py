"""The best opening blocks of a day, exactly, for many days at once.

A day is a row of slots; a *boundary* is the instant between two slots, 0 to `slots`. With P the
prefix sums of the value, the best worth of a day whose k-th block starts at s, ends at e, or lies
wholly before t is::

    start_k[s]  = opening[s] − P[s] + max(nothing[s], before_{k−1}[s − gap])
    end_k[e]    = closing[e] + P[e] + max{start_k[s] − unused(e − s) : shortest ≤ e − s ≤ longest,
                                          all may open}
    before_k[t] = max(nothing[t], end_k[t], before_k[t − 1] unless the slot between must open)

where `unused(length)` is what a block costs that is shorter than a shift. The *counted* form
carries the number of unpaid slots before each boundary as one more axis and so finds the best worth
for every number of paid slots: inside a block of a shift or more that number stands still.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Ints = NDArray[np.intp]

_SMALL = np.int16
"""Of boundaries in the tables: small numbers are compared faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRules:
    """What the opening blocks of a day obey; lengths in slots, at least 1."""

    most: int
    """Blocks a day."""
    shortest: int
    longest: int
    gap: int
    """Shut slots between two blocks, at least."""
    shift: int = 1
    """Slots that a block is paid for, at least."""

    @property
    def unused(self) -> int:
        """Slots of the shortest block's shift that it is paid for and not open."""
        return max(0, self.shift - self.shortest)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProblems:
    """Days to plan under one set of block rules, each on its own."""

    value: Reals
    """(days, slots) worth of a slot that is open."""
    opening: Reals
    """(days, slots + 1) added for a block that starts at the boundary."""
    closing: Reals
    """(days, slots + 1) added for a block that ends at the boundary."""
    may: Mask
    """(days, slots) may be open."""
    must: Mask
    """(days, slots) must be open; a part of `may`."""
    pay: Reals
    """(days,) what a slot costs that is paid for and not open."""
    rules: BlockRules


@dataclass(frozen=True, slots=True)
class DayPlans:
    """The solved days; −inf is the worth of what no blocks within the rules can do."""

    worth: Reals
    """(days,) of the best blocks; counted: (days, most that can be paid + 1), of the best with n
    paid slots."""
    _problems: DayProblems
    _hull: slice
    _tables: "_Tables"

    def blocks(self, paid_slots: Ints | None = None) -> Mask:
        """Which slots are open in the best plan of each day; shape (days, slots).

        Args:
            paid_slots: (days,) how many slots each day pays for; for counted plans, and only there.
        """
        at = np.zeros(len(self.worth), np.intp)
        if paid_slots is not None:
            at = np.maximum(self._tables.counts - 1 - paid_slots, 0)
        mask = np.zeros(self._problems.may.shape, dtype=np.bool_)
        mask[:, self._hull] = self._tables.trace(at)
        return mask


def plan_days(problems: DayProblems, *, counted: bool = False) -> DayPlans:
    """The best blocks of every day, or with `counted` the best for every number of paid slots.

    Time O(most · slots · log slots) a day, and `slots` times that when counted. Which of equally
    good plans is found is left to rounding: a caller with a preference puts it into `value`.
    """
    hull = _hull(problems.may)
    tables = _Tables(_cropped(problems, hull), counted=counted)
    if not counted:
        return DayPlans(tables.total[0], problems, hull, tables)
    days, slots = problems.may.shape
    most_paid = slots + problems.rules.most * problems.rules.unused
    worth = np.full((days, most_paid + 1), -np.inf, dtype=problems.value.dtype)
    worth[:, : tables.counts] = tables.total[::-1].T
    return DayPlans(worth, problems, hull, tables)


def _hull(may: Mask) -> slice:
    """From the first to the last slot that any day may open; one slot where there is none."""
    ever = np.flatnonzero(may.any(axis=0))
    return slice(int(ever[0]), int(ever[-1]) + 1) if len(ever) else slice(0, 1)


def _cropped(problems: DayProblems, hull: slice) -> DayProblems:
    boundaries = slice(hull.start, hull.stop + 1)
    return replace(
        problems,
        value=problems.value[:, hull],
        opening=problems.opening[:, boundaries],
        closing=problems.closing[:, boundaries],
        may=problems.may[:, hull],
        must=problems.must[:, hull],
    )


class _Tables:
    """`start_k`, `before_k` and the totals: arrays (boundaries, unpaid slots or 1, days).

    Unpaid slots are counted from as far below 0 as shifts can bring them. What no day of a stack
    is forbidden, or must do, costs no time.
    """

    def __init__(self, problems: DayProblems, *, counted: bool) -> None:
        self._rules, self._counted = problems.rules, counted
        self._dtype = problems.value.dtype
        self._pay = problems.pay.astype(self._dtype)
        self._below = self._rules.most * self._rules.unused if counted else 0
        self.counts = problems.may.shape[1] + 1 + self._below if counted else 1
        self._forbidden = None if problems.may.all() else _sums(~problems.may)
        self._musts = _sums(problems.must) if problems.must.any() else None
        prefix = _sums(problems.value)
        opened = problems.opening.T[:, None, :] - prefix
        closed = np.add(prefix, problems.closing.T[:, None, :], out=prefix)
        self._nothing = self._closed_so_far(problems.may.shape)
        self._starts: list[Reals] = []
        self._befores: list[Reals] = []
        before = self._nothing
        for block in range(self._rules.most):
            start = (self._after_gap(before) if block else self._nothing) + opened
            before = self._ended(start)
            before += closed
            self._shut_after(before)
            self._starts.append(start)
            self._befores.append(before)
        self.total = before[-1]

    def _late(self, table: Reals, steps: int) -> Reals:
        """The view of `table` that lies `steps` shut slots after `_early`'s."""
        return table[steps:, steps:] if self._counted else table[steps:]

    def _early(self, table: Reals, steps: int) -> Reals:
        return table[:-steps, :-steps] if self._counted else table[:-steps]

    def _unless(self, blocked: Ints | None, steps: int, table: Reals) -> Reals:
        """−inf where any of the `steps` slots before a boundary is blocked, else the table."""
        return table if blocked is None else table + self._gate(blocked, steps)

    def _gate(self, blocked: Ints, steps: int) -> Reals:
        """0 where none of the `steps` slots before a boundary is blocked, −inf elsewhere."""
        never, free = self._dtype.type(-np.inf), self._dtype.type(0.0)
        return np.where(blocked[steps:] != blocked[:-steps], never, free)

    def _closed_so_far(self, shape: tuple[int, ...]) -> Reals:
        """Worth of a day with no block before the boundary: 0 until a slot must open."""
        days, boundaries = shape[0], shape[1] + 1
        table = np.full((boundaries, self.counts, days), -np.inf, dtype=self._dtype)
        at = np.arange(boundaries)
        free = 0.0 if self._musts is None else np.where(self._musts[:, 0] == 0, 0.0, -np.inf)
        table[at, at + self._below if self._counted else 0] = free
        return table

    def _after_gap(self, before: Reals) -> Reals:
        """Best worth before a block that starts at the boundary, the gap included."""
        gap, table = self._rules.gap, self._nothing.copy()
        late, early = self._late(table, gap), self._early(before, gap)
        np.maximum(late, self._unless(self._musts, gap, early), out=late)
        return table

    def _ended(self, start: Reals) -> Reals:
        """Best `start` for a block that ends at the boundary, less what its shift costs."""
        rules = self._rules
        whole_shift = max(rules.shortest, rules.shift)
        end = self._within(start, whole_shift, rules.longest)
        short = range(rules.shortest, min(whole_shift - 1, rules.longest) + 1)
        if short and not self._counted:
            at = np.arange(len(start))[:, None, None] * self._pay
            found = self._within(start - at, short[0], short[-1])
            np.maximum(end, found + at - rules.shift * self._pay, out=end)
        elif short:
            for length in short:
                lacking = rules.shift - length
                some = self._unless(self._forbidden, length, start[:-length, lacking:])
                late = end[length:, :-lacking]
                np.maximum(late, some - lacking * self._pay, out=late)
        return end

    def _within(self, start: Reals, fewest: int, most: int) -> Reals:
        """Greatest `start` from `most` to `fewest` slots before each boundary: by doubling."""
        end = np.full_like(start, -np.inf)
        choices = most - fewest + 1
        if choices < 1 or fewest >= len(start):
            return end
        best, reach = start.copy(), 1
        while reach < min(choices, len(best)):
            step = min(reach, choices - reach)
            further = self._unless(self._forbidden, step, best[:-step])
            np.maximum(best[step:], further, out=best[step:])
            reach += step
        end[fewest:] = self._unless(self._forbidden, fewest, best[:-fewest])
        return end

    def _shut_after(self, end: Reals) -> None:
        """Make of `end` the best worth of all that ended so far, shut from then on."""
        np.maximum(end, self._nothing, out=end)
        shift = 1 if self._counted else 0
        stay = None if self._musts is None else self._gate(self._musts, 1)
        for t in range(1, len(end)):
            row, last = end[t, shift:], end[t - 1, : self.counts - shift]
            np.maximum(row, last if stay is None else last + stay[t - 1], out=row)

    def trace(self, at: Ints) -> Mask:
        """Which slots the best plan opens; shape (days, slots).

        Args:
            at: (days,) where on the axis of unpaid slots the plan ends; 0 unless counted.
        """
        rules, days = self._rules, np.arange(len(at))
        slots = len(self._nothing) - 1
        boundary = np.arange(slots + 1, dtype=_SMALL)[:, None]
        mask = np.zeros((slots, len(at)), dtype=np.bool_)
        going = np.ones(len(at), dtype=np.bool_)
        until = np.full(len(at), slots, dtype=np.intp)
        idle = self._at(self._nothing, at)[until, days]
        for start_k, before_k in zip(self._starts[::-1], self._befores[::-1], strict=True):
            worth = self._at(before_k, at)[until, days]
            going &= worth > idle
            ago = until.astype(_SMALL) - boundary
            same = (self._at(before_k, at - ago) == worth) & (ago >= 0)
            end = np.argmax(same & self._free_of(self._musts, until), axis=0)
            at = np.where(going & self._counted, at - (until - end), at)
            start, at = self._started(start_k, end, at)
            first, last = np.where(going, start, slots).astype(_SMALL), end.astype(_SMALL)
            mask |= (boundary[:-1] >= first) & (boundary[:-1] < last)

            until = np.maximum(start - rules.gap, 0)
            going &= start >= rules.gap
            if self._musts is not None:
                going &= self._musts[until, 0, days] == self._musts[start, 0, days]
            idle = self._at(self._nothing, at)[start, days]
            at = np.where(going & self._counted, at - rules.gap, at)
        return mask.T

    def _started(self, start_k: Reals, end: Ints, at: Ints) -> tuple[Ints, Ints]:
        """Where the best blocks that end at `end` start, and where the axis stands there."""
        rules, days = self._rules, np.arange(len(at))
        length = end.astype(_SMALL) - np.arange(len(start_k), dtype=_SMALL)[:, None]
        usable = (length >= rules.shortest) & (length <= rules.longest)
        usable &= self._free_of(self._forbidden, end)
        if not rules.unused:
            return np.argmax(np.where(usable, self._at(start_k, at), -np.inf), axis=0), at
        lacking = np.maximum(rules.shift - length, 0)
        worth = self._at(start_k, at + lacking) - lacking * self._pay
        start = np.argmax(np.where(usable, worth, -np.inf), axis=0)
        return start, at + self._counted * lacking[start, days]

    def _free_of(self, blocked: Ints | None, until: Ints) -> Mask | bool:
        """Boundaries from which no slot is blocked up to `until`; (boundaries, days)."""
        if blocked is None:
            return True
        return np.asarray(blocked[:, 0] == blocked[until, 0, np.arange(len(until))])

    def _at(self, table: Reals, at: Ints) -> Reals:
        """The table's numbers there on the axis, (days,) or (boundaries, days); −inf off it."""
        if not self._counted:
            return table[:, 0]
        boundary, days = np.ogrid[: len(table), : table.shape[2]]
        found = table[boundary, np.clip(at, 0, self.counts - 1), days]
        return np.asarray(np.where((at >= 0) & (at < self.counts), found, -np.inf))


def _sums(slots: NDArray[Any]) -> NDArray[Any]:
    """Sum of the slots before each boundary: (days, slots) → (slots + 1, 1, days)."""
    kind = _SMALL if slots.dtype == np.bool_ else slots.dtype
    sums = np.zeros((slots.shape[1] + 1, 1, len(slots)), dtype=kind)
    for row, before, after in zip(np.ascontiguousarray(slots.T), sums, sums[1:], strict=False):
        np.add(before, row, out=after)
    return sums
