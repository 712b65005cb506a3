"""From true visits to what counters say of them.

A crossing at second s lies in [s, s + 1): what a sensor says at t speaks of the seconds before t.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.estate import Sensor
from domain.readings import CountKind
from simulator.messages import Reports
from simulator.scenario import Counter
from simulator.traffic import Dice, Die, Passages
from simulator.visits import Counts, Seconds


@dataclass(frozen=True, slots=True)
class Frame:
    """One business day of one room."""

    start_s: int
    """Seconds since 1970 UTC."""
    length_s: int
    closes_s: int
    """Last closing, seconds after the start; 0 on a day without opening."""


class Memory(NamedTuple):
    """What a counter has counted in its life, as mounted."""

    entered: int = 0
    left: int = 0
    seq: int = 0
    """Of its last change message."""


@dataclass(frozen=True, slots=True)
class Sights:
    """Crossings that one sensor saw, as mounted and in order, in seconds after the day's start.

    Of a presence sensor: those of the people it saw inside.
    """

    entered_s: Seconds
    left_s: Seconds

    def add_to(self, memory: Memory) -> Memory:
        """The counter's memory after the day."""
        entered, left = len(self.entered_s), len(self.left_s)
        return Memory(memory.entered + entered, memory.left + left, memory.seq + entered + left)


@dataclass(frozen=True, slots=True)
class Device:
    """A sensor, how well it counts, and which people pass its door."""

    sensor: Sensor
    counter: Counter
    door: tuple[float, float]
    """[low, high) of the door dice of those who take its door."""

    def sees(self, passages: Passages) -> Sights:
        """What it sees of its room's visits."""
        dice = passages.dice
        if self.sensor.kind is CountKind.PRESENT:
            seen = dice[Die.SEEN_INSIDE] < self.counter.in_rate
            return Sights(passages.enter_s[seen], np.sort(passages.leave_s[seen]))
        seen_in = self._passed(dice[Die.DOOR_IN]) & (dice[Die.SEEN_IN] < self.counter.in_rate)
        seen_out = self._passed(dice[Die.DOOR_OUT]) & (dice[Die.SEEN_OUT] < self.counter.out_rate)
        inwards, outwards = passages.enter_s[seen_in], np.sort(passages.leave_s[seen_out])
        return Sights(inwards, outwards) if self.sensor.sign > 0 else Sights(outwards, inwards)

    def reports(self, sights: Sights, frame: Frame, memory: Memory, ghosts: int) -> Reports:
        """What it says of a day.

        Args:
            sights: what it saw.
            frame: the day.
            memory: of the evening before.
            ghosts: people that a presence sensor goes on seeing after closing.
        """
        if self.sensor.kind is CountKind.CHANGE:
            return self._changes(sights, frame, memory)
        every_s = self.sensor.interval_s
        at_s = np.append(np.arange(every_s, frame.length_s, every_s), frame.length_s)
        entered, left = _seen_by(at_s, sights.entered_s), _seen_by(at_s, sights.left_s)
        said = Reports(sensor=self.sensor.id, kind=self.sensor.kind, time_s=frame.start_s + at_s)
        match self.sensor.kind:
            case CountKind.TOTAL:
                return replace(said, entered=memory.entered + entered, left=memory.left + left)
            case CountKind.PERIOD:
                return replace(
                    said,
                    entered=np.diff(entered, prepend=0),
                    left=np.diff(left, prepend=0),
                    period_s=np.diff(at_s, prepend=0),
                )
            case CountKind.PRESENT:
                return replace(said, present=entered - left + ghosts * (at_s > frame.closes_s))
            case CountKind.STATUS:
                return said

    def _passed(self, dice: Dice) -> NDArray[np.bool_]:
        low, high = self.door
        return np.asarray((dice >= low) & (dice < high), np.bool_)

    def _changes(self, sights: Sights, frame: Frame, memory: Memory) -> Reports:
        at_s = np.concatenate([sights.entered_s, sights.left_s])
        order = np.argsort(at_s, kind="stable")
        inwards = (np.arange(len(at_s)) < len(sights.entered_s))[order]
        return Reports(
            sensor=self.sensor.id,
            kind=CountKind.CHANGE,
            time_s=frame.start_s + at_s[order],
            entered=inwards.astype(np.int64),
            left=(~inwards).astype(np.int64),
            seq=memory.seq + 1 + np.arange(len(at_s)),
        )


def _seen_by(at_s: Seconds, crossings_s: Seconds) -> Counts:
    """Crossings in the seconds before each of `at_s`."""
    return np.searchsorted(crossings_s, at_s)
