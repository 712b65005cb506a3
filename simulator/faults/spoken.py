"""What a sensor says of what it saw, number by number, with the truth beside it."""

from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from domain.readings import CountKind
from simulator.faults.plan import FaultPlan, Stretch
from simulator.messages import Reports
from simulator.visits import Counts, Seconds
from simulator.wires.wire import Statement

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """All that one sensor says; arrays (readings,) in order of time."""

    true: Reports
    """What a perfect counter that starts at zero would say at the same instants."""
    written_s: Seconds
    """The instants by the device's clock."""
    entered: Counts | None
    left: Counts | None
    present: Counts | None
    seq: Counts | None
    life: Counts
    """How often the counter has begun anew; totals of different lives cannot be compared."""
    sound: Flags
    """The numbers are what they should be. Where not, they are stuck or a glitch."""
    booted: Flags
    uptime_s: Counts | None
    risen: tuple[Counts, Counts] | None = None
    """Of totals: who entered and left since the reading before, as the device counts them."""

    @staticmethod
    def of(reports: Reports, plan: FaultPlan) -> "Spoken":
        """What is said in place of `reports` by a counter with these faults."""
        true = reports
        if plan.dead_from_s is not None:
            true = reports.where(reports.time_s < plan.dead_from_s)
        time_s = true.time_s
        reboots_s = np.array(plan.reboots_s, dtype=np.int64)
        life = np.searchsorted(reboots_s, time_s, side="left")
        born_s = np.concatenate([time_s[:1], reboots_s])[life] if len(life) else time_s
        said = Spoken(
            true=true,
            written_s=_written(time_s, plan),
            entered=true.entered,
            left=true.left,
            present=true.present,
            seq=true.seq,
            life=life,
            sound=np.ones(len(time_s), dtype=np.bool_),
            booted=(np.diff(life, prepend=0) > 0) & plan.says_boot,
            uptime_s=time_s - born_s if plan.says_boot else None,
        )
        if plan.swapped_from_s is not None:
            said = _swapped(said, plan.swapped_from_s)
        for stretch in plan.stuck:
            said = _standing(said, stretch)
        return _counted(said, life, plan) if len(time_s) else said

    def statements(self) -> list[Statement]:
        """The rows."""
        columns = (self.entered, self.left, self.present, self.true.period_s, self.seq)
        count = len(self.written_s)
        risen = self.risen and zip(*(column.tolist() for column in self.risen), strict=True)
        rows = zip(
            self.true.time_s.tolist(),
            self.written_s.tolist(),
            *([None] * count if c is None else c.tolist() for c in columns[:3]),
            *([0] * count if c is None else c.tolist() for c in columns[3:]),
            self.booted.tolist(),
            [None] * count if self.uptime_s is None else self.uptime_s.tolist(),
            risen or repeat((0, 0), count),
            strict=True,
        )
        return [Statement(self.true.kind, *row) for row in rows]


def _written(time_s: Seconds, plan: FaultPlan) -> Seconds:
    written = time_s.copy()
    for clock in plan.clocks:
        wrong = (time_s >= clock.begin_s) & (time_s < clock.end_s)
        written[wrong] = clock.shows_s + (time_s[wrong] - clock.begin_s) * clock.runs
    return written


def _swapped(said: Spoken, from_s: int) -> Spoken:
    """From the reading after an instant on, those who enter are counted as leaving, and back."""
    first = int(np.searchsorted(said.true.time_s, from_s, side="right"))
    if said.entered is None or said.left is None or first == len(said.sound):
        return said
    is_total = said.true.kind is CountKind.TOTAL

    def of(own: Counts, other: Counts) -> Counts:
        before = own[first - 1] - other[first - 1] if is_total and first else 0
        return np.concatenate([own[:first], other[first:] + before])

    return replace(
        said,
        entered=of(said.entered, said.left),
        left=of(said.left, said.entered),
        sound=said.sound & (np.arange(len(said.sound)) < first),
    )


def _standing(said: Spoken, stuck: Stretch) -> Spoken:
    """The numbers stand still; a total goes on from there, which is a life of its own."""
    begin, end = np.searchsorted(said.true.time_s, stuck).tolist()
    kind = said.true.kind
    if begin in (0, end) or kind not in (CountKind.TOTAL, CountKind.PRESENT):
        return said
    rows = np.arange(len(said.sound))
    stands = (rows >= begin) & (rows < end)

    def of(numbers: Counts | None) -> Counts | None:
        if numbers is None:
            return None
        missed = (rows >= end) * (numbers[end - 1] - numbers[begin - 1])
        going_on = numbers - missed if kind is CountKind.TOTAL else numbers
        return np.where(stands, numbers[begin - 1], going_on)

    return replace(
        said,
        entered=of(said.entered),
        left=of(said.left),
        present=of(said.present),
        sound=said.sound & ~stands,
        life=said.life + (rows >= end),
    )


def _counted(said: Spoken, reboots: Counts, plan: FaultPlan) -> Spoken:
    """Totals with starts, reboots, rollover and glitches; sequence numbers with reboots.

    `reboots`: (readings,) how many there have been.
    """

    def since_reboot(numbers: Counts) -> Counts:
        # Between two readings people pass at an even rate.
        at_reboot = np.interp(plan.reboots_s, said.true.time_s, numbers).astype(np.int64)
        before = np.concatenate([np.zeros(1, np.int64), at_reboot])
        return np.asarray(numbers - before[reboots])

    if said.true.kind is CountKind.CHANGE and said.seq is not None:
        return replace(said, seq=since_reboot(said.seq))
    if said.true.kind is not CountKind.TOTAL:
        return said
    wild = {
        row: glitch.total
        for glitch in plan.glitches
        if (row := int(np.searchsorted(said.true.time_s, glitch.from_s))) < len(said.sound)
    }
    sound = said.sound.copy()
    sound[list(wild)] = False

    def of(numbers: Counts | None) -> Counts | None:
        if numbers is None:
            return None
        total: Counts = since_reboot(numbers) + plan.starts_at * (reboots == 0)
        total = total % plan.rollover if plan.rollover else total
        total[list(wild)] = list(wild.values())
        return total

    def risen(numbers: Counts | None) -> Counts:
        # A glitch is of the total alone.
        steps = np.zeros_like(reboots) if numbers is None else np.diff(numbers, prepend=numbers[:1])
        began = np.diff(reboots, prepend=0) > 0
        return steps if numbers is None else np.where(began, since_reboot(numbers), steps)

    return replace(
        said,
        entered=of(said.entered),
        left=of(said.left),
        risen=(risen(said.entered), risen(said.left)),
        sound=sound,
    )
