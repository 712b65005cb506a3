"""The best opening blocks of a day, exactly, for many days at once.

A day is a row of slots; a *boundary* is the instant between two slots, 0 to `slots`. With P the
prefix sums of the value, the best worth of a day whose k-th block starts at s, ends at e, or lies
wholly before t is::

    start_k[s]  = opening[s] − P[s] + max(nothing[s], before_{k−1}[s − gap])
    end_k[e]    = closing[e] + P[e] + max{start_k[s] : shortest ≤ e − s ≤ longest, all may open}
    before_k[t] = max(nothing[t], max{end_k[e] : e ≤ t, none from e to t must open})

The *counted* form carries the number of shut slots before each boundary as one more axis and so
finds the best worth for every number of open slots: inside a block that number stands still.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRules:
    """What the opening blocks of a day obey; lengths in slots, at least 1."""

    most: int
    """Blocks a day."""
    shortest: int
    longest: int
    gap: int
    """Shut slots between two blocks, at least."""


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
    rules: BlockRules


@dataclass(frozen=True, slots=True)
class DayPlans:
    """The solved days; −inf is the worth of what no blocks within the rules can do."""

    worth: Reals
    """(days,) of the best blocks; counted: (days, slots + 1), of the best with n open slots."""
    _problems: DayProblems
    _hull: slice
    _tables: "_Tables"

    def blocks(self, open_slots: Ints | None = None) -> Mask:
        """Which slots are open in the best plan of each day; shape (days, slots).

        Args:
            open_slots: (days,) how many slots each day opens; for counted plans, and only there.
        """
        width = self._hull.stop - self._hull.start
        shut = (
            np.zeros(len(self.worth), np.intp)
            if open_slots is None
            else np.maximum(width - open_slots, 0)
        )
        mask = np.zeros(self._problems.may.shape, dtype=np.bool_)
        mask[:, self._hull] = self._tables.trace(shut)
        return mask


def plan_days(problems: DayProblems, *, counted: bool = False) -> DayPlans:
    """The best blocks of every day, or with `counted` the best for every number of open slots.

    Time O(most · slots · log slots) a day, and `slots` times that when counted. Which of equally
    good plans is found is left to rounding: a caller with a preference puts it into `value`.
    """
    hull = _hull(problems.may)
    tables = _Tables(_cropped(problems, hull), counted=counted)
    if not counted:
        return DayPlans(tables.total[0], problems, hull, tables)
    days, slots = problems.may.shape
    worth = np.full((days, slots + 1), -np.inf, dtype=problems.value.dtype)
    worth[:, : len(tables.total)] = tables.total[::-1].T
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
    """`start_k`, `end_k` and the totals: arrays (boundaries, shut slots or 1, days)."""

    def __init__(self, problems: DayProblems, *, counted: bool) -> None:
        self._rules, self._counted = problems.rules, counted
        self._dtype = problems.value.dtype
        self._forbidden, self._musts = _sums(~problems.may), _sums(problems.must)
        prefix = _sums(problems.value)
        opened = problems.opening.T[:, None, :] - prefix
        closed = problems.closing.T[:, None, :] + prefix
        self._nothing = self._closed_so_far()
        self._starts: list[Reals] = []
        self._ends: list[Reals] = []
        before = self._nothing
        for block in range(self._rules.most):
            start = self._after_gap(before) if block else self._nothing.copy()
            start += opened
            end = self._ended(start)
            end += closed
            before = self._shut_after(end)
            self._starts.append(start)
            self._ends.append(end)
        self.total = before[-1]

    def _late(self, table: Reals, steps: int) -> Reals:
        """The view of `table` that lies `steps` shut slots after `_early`'s."""
        return table[steps:, steps:] if self._counted else table[steps:]

    def _early(self, table: Reals, steps: int) -> Reals:
        return table[:-steps, :-steps] if self._counted else table[:-steps]

    def _gate(self, blocked: Ints, steps: int) -> Reals:
        """0 where none of the `steps` slots before a boundary is blocked, −inf elsewhere."""
        gate = np.zeros(blocked[steps:].shape, dtype=self._dtype)
        gate[blocked[steps:] != blocked[:-steps]] = -np.inf
        return gate

    def _closed_so_far(self) -> Reals:
        """Worth of a day with no block before the boundary: 0 until a slot must open."""
        boundaries, _, days = self._musts.shape
        table = np.full(
            (boundaries, boundaries if self._counted else 1, days), -np.inf, dtype=self._dtype
        )
        at = np.arange(boundaries)
        table[at, at if self._counted else 0] = np.where(self._musts[:, 0] == 0, 0.0, -np.inf)
        return table

    def _after_gap(self, before: Reals) -> Reals:
        """Best worth before a block that starts at the boundary, the gap included."""
        gap, table = self._rules.gap, self._nothing.copy()
        late = self._late(table, gap)
        np.maximum(late, self._early(before, gap) + self._gate(self._musts, gap), out=late)
        return table

    def _ended(self, start: Reals) -> Reals:
        """Best `start` for a block that ends at the boundary: a sliding maximum by doubling."""
        shortest, choices = self._rules.shortest, self._rules.longest - self._rules.shortest + 1
        best, reach = start.copy(), 1
        while reach < min(choices, len(best)):
            step = min(reach, choices - reach)
            further = best[:-step] + self._gate(self._forbidden, step)
            np.maximum(best[step:], further, out=best[step:])
            reach += step
        end = np.full_like(start, -np.inf)
        end[shortest:] = best[:-shortest] + self._gate(self._forbidden, shortest)
        return end

    def _shut_after(self, end: Reals) -> Reals:
        """Best worth of all that ended at or before the boundary, shut from then on."""
        before, stay = np.maximum(self._nothing, end), self._gate(self._musts, 1)
        shift = 1 if self._counted else 0
        for t in range(1, len(before)):
            row = before[t, shift:]
            np.maximum(row, before[t - 1, : len(row)] + stay[t - 1], out=row)
        return before

    def trace(self, shut: Ints) -> Mask:
        """Which slots the best plan opens; shape (days, slots).

        Args:
            shut: (days,) closed slots it has in all; of no effect unless counted.
        """
        slots, days = len(self._nothing) - 1, np.arange(len(shut))
        boundary = np.arange(slots + 1)[:, None]
        mask = np.zeros((slots, len(shut)), dtype=np.bool_)
        until = latest_end = np.full(len(shut), slots, dtype=np.intp)
        going = np.ones(len(shut), dtype=np.bool_)
        for start_k, end_k in zip(self._starts[::-1], self._ends[::-1], strict=True):
            shut_before = shut - (until - boundary)
            usable = (boundary <= latest_end) & (shut_before >= 0 if self._counted else True)
            usable &= self._musts[:, 0] == self._musts[until, 0, days]
            end, worth = _best(self._where_shut(end_k, shut_before), usable)
            going &= worth > self._where_shut(self._nothing, shut)[until, days]
            shut = np.where(going, shut_before[end, days], shut)

            length = end - boundary
            usable = (length >= self._rules.shortest) & (length <= self._rules.longest)
            usable &= self._forbidden[:, 0] == self._forbidden[end, 0, days]
            start, _ = _best(self._where_shut(start_k, shut), usable)
            mask |= going & (boundary[:-1] >= start) & (boundary[:-1] < end)
            until, latest_end = start, start - self._rules.gap
        return mask.T

    def _where_shut(self, table: Reals, shut: Ints) -> Reals:
        """The table's numbers for so many shut slots, (days,) or (boundaries, days)."""
        if not self._counted:
            return table[:, 0]
        boundary, days = np.ogrid[: len(table), : table.shape[2]]
        return np.asarray(table[boundary, np.clip(shut, 0, len(table) - 1), days])


def _sums(slots: NDArray[Any]) -> NDArray[Any]:
    """Sum of the slots before each boundary: (days, slots) → (slots + 1, 1, days)."""
    kind = np.int32 if slots.dtype == np.bool_ else slots.dtype
    sums = np.zeros((slots.shape[1] + 1, 1, len(slots)), dtype=kind)
    np.cumsum(slots.T, axis=0, out=sums[1:, 0])
    return sums


def _best(table: Reals, usable: Mask) -> tuple[Ints, Reals]:
    """Where each day's greatest usable worth stands, and that worth."""
    allowed = np.where(usable, table, -np.inf)
    at = np.argmax(allowed, axis=0)
    return at, allowed[at, np.arange(len(at))]
