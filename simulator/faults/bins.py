"""What faults make of quarter-hours, without a message written: for long plays of whole cities.

It gives what an ingest that makes no mistake would know in the end: the rules of docs/counting.md,
for sensors that report at the end of every quarter-hour. Faults that such an ingest heals, such as
repetitions, delays, rollovers and clocks, leave no trace. Nor does it see what nothing tells: a
counter that stands still says that nobody passes, one mounted the other way round is believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.faults.plan import FaultPlan, Stretch
from simulator.streams import Purpose, Streams
from simulator.visits import SLOT_S

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LONGEST_SLOTS = 2
"""A stretch between two totals of so many quarter-hours is still no gap, and so much longer is a
number of people present held: 2.5 reporting intervals, in whole ones."""
HELD_LAST = 0.5
"""Share of the last slot in which it is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarters:
    """Numbers of quarter-hours; arrays (sensors, slots), NaN where a sensor does not say them."""

    entered: Floats
    left: Floats
    present: Floats
    """As the slot begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Quarters):
    """The same through faults, NaN also where nothing is known."""

    healthy: Floats
    """Share of the slot for which the numbers are known that the sensor is there to say."""


def heard(
    true: Quarters,
    plans: Sequence[FaultPlan],
    sensors: Sequence[str],
    start_s: int,
    streams: Streams,
    *,
    totals: Flags,
    by_s: float = np.inf,
) -> Heard:
    """What is known of quarter-hours that sensors with faults have seen.

    Args:
        true: what perfect sensors would say.
        plans: (sensors,) what goes wrong.
        sensors: (sensors,) whose numbers these are.
        start_s: when the first slot begins, seconds since 1970 UTC.
        streams: where chance comes from; the same messages are lost as are of `faults.network`.
        totals: (sensors,) who says totals, by which the next makes good for one that is lost; the
            others say periods.
        by_s: what has come by then.
    """
    slots = true.entered.shape[1]
    begins_s = start_s + SLOT_S * np.arange(slots, dtype=np.int64)
    entered, left, present = true.entered.copy(), true.left.copy(), true.present.copy()
    comes = np.broadcast_to(begins_s + SLOT_S <= by_s, entered.shape).copy()
    there = np.broadcast_to(begins_s <= by_s, entered.shape).copy()
    for row, (plan, sensor, is_total) in enumerate(
        zip(plans, sensors, totals.tolist(), strict=True)
    ):
        if _is_harmless(plan):
            continue
        lost = _lost(plan, slots, streams.of_sensor(Purpose.LOSSES, sensor))
        comes[row] = _arrives_s(begins_s + SLOT_S, plan, lost) <= by_s
        there[row] = _arrives_s(begins_s, plan, lost) <= by_s
        turned = slice(_slot_of(plan.swapped_from_s, start_s, slots), None)
        entered[row, turned] = true.left[row, turned]
        left[row, turned] = true.entered[row, turned]
        for stretch in plan.stuck:
            _stand(present[row], begins_s, stretch)
        if is_total:
            _miscount(entered[row], left[row], comes[row], begins_s + SLOT_S, plan)
    entered, left = (_between_readings(n, comes, totals) for n in (entered, left))
    present, known = _held(present, there)
    crossings = np.where(np.isnan(entered) | np.isnan(left), 0.0, 1.0)
    healthy = np.minimum(
        np.where(np.isnan(true.entered), 1.0, crossings),
        np.where(np.isnan(true.present), 1.0, known),
    )
    return Heard(entered=entered, left=left, present=present, healthy=healthy)


def _is_harmless(plan: FaultPlan) -> bool:
    never = plan.dead_from_s is None and plan.swapped_from_s is None
    events = (plan.outages, plan.reboots_s, plan.glitches, plan.stuck)
    return never and not plan.lost and not any(events)


def _lost(plan: FaultPlan, slots: int, rng: np.random.Generator) -> Flags:
    return np.asarray(rng.random(slots) < plan.lost, np.bool_)


def _arrives_s(ready_s: NDArray[np.int64], plan: FaultPlan, lost: Flags) -> Floats:
    """(slots,) when what is said at each instant arrives, delays left out; NaN for never."""
    at_s = np.where(lost, np.nan, ready_s)
    if plan.dead_from_s is not None:
        at_s[ready_s >= plan.dead_from_s] = np.nan
    for outage in sorted(plan.outages):
        held = (at_s >= outage.begin_s) & (at_s < outage.end_s)
        at_s[held] = outage.end_s if outage.is_kept else np.nan
    return at_s


def _slot_of(at_s: int | None, start_s: int, slots: int) -> int:
    """The slot in which an instant lies; beyond the last for none."""
    return slots if at_s is None else max((at_s - start_s) // SLOT_S, 0)


def _stand(present: Floats, at_s: NDArray[np.int64], stretch: Stretch) -> None:
    """Let readings at instants stand where they stood before a stretch."""
    begin, end = np.searchsorted(at_s, stretch).tolist()
    if begin:
        present[begin:end] = present[begin - 1]


def _miscount(
    entered: Floats, left: Floats, comes: Flags, ends_s: NDArray[np.int64], plan: FaultPlan
) -> None:
    """What becomes of a total that stands, begins anew, or is wrong once."""
    for stretch in plan.stuck:
        begin, end = np.searchsorted(ends_s, stretch).tolist()
        if begin:
            entered[begin:end] = left[begin:end] = 0
    began = np.searchsorted(ends_s, plan.reboots_s, side="right")
    began = began[(began < len(ends_s)) & (np.array(plan.reboots_s) >= ends_s[0] - SLOT_S)]
    entered[began] = left[began] = np.nan
    wild = np.searchsorted(ends_s, [glitch.from_s for glitch in plan.glitches])
    comes[wild[wild < len(ends_s)]] = False


def _between_readings(counts: Floats, comes: Flags, totals: Flags) -> Floats:
    """Counts where readings arrive; of a total, what is known between those that do."""
    known = np.where(comes, counts, np.nan)
    rows = np.flatnonzero(totals & ~comes.all(axis=1))
    arrives = comes[rows]
    slots = counts.shape[1]
    stretch = np.cumsum(arrives, axis=1) - arrives + (slots + 1) * np.arange(len(rows))[:, None]
    cells, size = stretch.ravel(), len(rows) * (slots + 1)
    length = np.bincount(cells, minlength=size)
    people = np.bincount(cells, weights=counts[rows].ravel(), minlength=size)
    ends = np.bincount(cells, weights=arrives.ravel(), minlength=size) > 0
    is_known = ends & (length <= LONGEST_SLOTS)
    mean = np.where(is_known, people / np.maximum(length, 1), np.nan)
    known[rows] = mean[stretch]
    return known


def _held(present: Floats, there: Flags) -> tuple[Floats, Floats]:
    """People present at the last instant of which was heard; the share of which that is known."""
    slots = np.arange(present.shape[1])
    at = np.where(there, slots, -LONGEST_SLOTS - 1)
    ago = slots - np.maximum.accumulate(at, axis=1)
    last = np.take_along_axis(present, np.maximum(slots - ago, 0), axis=1)
    known = np.select([ago < LONGEST_SLOTS, ago == LONGEST_SLOTS], [1.0, HELD_LAST], 0.0)
    return np.where(known > 0, last, np.nan), known
