"""From what counters noticed to what they say of it.

A crossing at second s lies in [s, s + 1): what a sensor says at t speaks of the seconds before t.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from domain.estate import Sensor
from domain.readings import CountKind
from simulator.messages import Reports
from simulator.sightings import Crossings, Sightings
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


def sights_of(sightings: Sightings, sensors: tuple[Sensor, ...]) -> list[Sights]:
    """What each sensor saw, in their order."""
    ways = [_by_sensor(c, len(sensors)) for c in (sightings.entered, sightings.left)]
    inside = [_by_sensor(c, len(sensors)) for c in (sightings.came, sightings.went)]
    found = []
    for index, sensor in enumerate(sensors):
        watches = sensor.kind is CountKind.PRESENT
        inwards, outwards = inside if watches else ways
        seen = (inwards[index], outwards[index])
        found.append(Sights(*(seen if watches or sensor.sign > 0 else seen[::-1])))
    return found


def _by_sensor(crossings: Crossings, sensors: int) -> list[Seconds]:
    """Seconds of each sensor's crossings, ascending."""
    axis = np.sort(crossings.sensor * np.int64(2**32) + crossings.at_s)
    edges = np.searchsorted(axis, np.arange(1, sensors) * 2**32)
    return np.split(axis % 2**32, edges)


def reports(sensor: Sensor, sights: Sights, frame: Frame, memory: Memory, ghosts: int) -> Reports:
    """What a sensor says of a day.

    Args:
        sensor: which.
        sights: what it saw.
        frame: the day.
        memory: of the evening before.
        ghosts: people that a presence sensor goes on seeing after closing.
    """
    if sensor.kind is CountKind.CHANGE:
        return _changes(sensor, sights, frame, memory)
    every_s = sensor.interval_s
    at_s = np.append(np.arange(every_s, frame.length_s, every_s), frame.length_s)
    entered, left = _seen_by(at_s, sights.entered_s), _seen_by(at_s, sights.left_s)
    said = Reports(sensor=sensor.id, kind=sensor.kind, time_s=frame.start_s + at_s)
    match sensor.kind:
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


def _changes(sensor: Sensor, sights: Sights, frame: Frame, memory: Memory) -> Reports:
    at_s = np.concatenate([sights.entered_s, sights.left_s])
    order = np.argsort(at_s, kind="stable")
    inwards = (np.arange(len(at_s)) < len(sights.entered_s))[order]
    return Reports(
        sensor=sensor.id,
        kind=CountKind.CHANGE,
        time_s=frame.start_s + at_s[order],
        entered=inwards.astype(np.int64),
        left=(~inwards).astype(np.int64),
        seq=memory.seq + 1 + np.arange(len(at_s)),
    )


def _seen_by(at_s: Counts, crossings_s: Seconds) -> Counts:
    """Crossings in the seconds before each of `at_s`."""
    return np.searchsorted(crossings_s, at_s)
