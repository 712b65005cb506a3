"""What sensors counted in quarter-hours, straight as arrays; no messages."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from simulator.instruments import Instruments
from simulator.rates import Floats
from simulator.sightings import Crossings, Sightings
from simulator.timetable import Frames
from simulator.visits import SLOT_S, Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorCounts:
    """Counts of an estate's sensors in consecutive quarter-hours; arrays (sensors, slots).

    As mounted, before the sensor's sign. Here is where faults are applied, each to the rows and
    slots that it befalls, before sensors are summed into rooms (`simulator.bins`).
    """

    entered: Floats
    """Crossings inwards; NaN for a presence sensor."""
    left: Floats
    """Crossings outwards; NaN for a presence sensor."""
    present: Floats
    """Mean people that a presence sensor saw; NaN for others."""
    heard: Floats
    """Share of the slot, 0 to 1, for which what it says arrived."""

    @classmethod
    def joined(cls, parts: Sequence["SensorCounts"]) -> Self:
        """Consecutive days as one stretch."""
        return cls(
            **{
                f.name: np.concatenate([getattr(p, f.name) for p in parts], axis=1)
                for f in fields(cls)
            }
        )


def counted(
    instruments: Instruments, sightings: Sightings, frames: Frames, heard: Flags, ghosts: Floats
) -> SensorCounts:
    """What each sensor counted on a day whose rooms have these `frames`.

    Raises `ValueError` when the rooms' days are not all of one length.
    """
    sensors, slots = len(instruments), frames.slots
    entered, left = (_by_slot(c, sensors) for c in (sightings.entered, sightings.left))
    turned = instruments.turned[:, None]
    present = _mean_present(sightings, sensors)
    present += ghosts[:, None] * _share_after(frames.closes_s[instruments.room])
    present[~instruments.watches] = np.nan
    whole = np.broadcast_to(heard[:, None], (sensors, SLOTS_A_DAY)).astype(np.float64)
    entered, left = np.where(turned, left, entered), np.where(turned, entered, left)
    entered[instruments.watches] = left[instruments.watches] = np.nan
    return SensorCounts(
        entered=_cut(entered, slots),
        left=_cut(left, slots),
        present=_cut(present, slots),
        heard=_cut(whole, slots),
    )


def _by_slot(
    crossings: Crossings, sensors: int, weights: NDArray[np.int32] | None = None
) -> Floats:
    """Crossings, or the sum of their weights, in each slot; (sensors, 96)."""
    cell = crossings.sensor * SLOTS_A_DAY + crossings.at_s // SLOT_S
    found = np.bincount(cell, weights, minlength=sensors * SLOTS_A_DAY)
    return np.asarray(found.reshape(sensors, SLOTS_A_DAY), np.float64)


def _mean_present(sightings: Sightings, sensors: int) -> Floats:
    """Mean of the people seen inside over each slot: the integral of steps up and down."""
    came, went = sightings.came, sightings.went
    up, down = _by_slot(came, sensors), _by_slot(went, sensors)
    up_s = _by_slot(came, sensors, SLOT_S - came.at_s % SLOT_S)
    down_s = _by_slot(went, sensors, SLOT_S - went.at_s % SLOT_S)
    before = np.cumsum(up - down, axis=1) - up + down
    return np.asarray(before + (up_s - down_s) / SLOT_S, np.float64)


def _share_after(closes_s: NDArray[np.int64]) -> Floats:
    """Share of each slot that lies after closing; (sensors, 96)."""
    ends_s = SLOT_S * np.arange(1, SLOTS_A_DAY + 1)
    return np.asarray(np.clip((ends_s - closes_s[:, None]) / SLOT_S, 0, 1), np.float64)


def _cut(counts: Floats, slots: int) -> Floats:
    """Cut or filled to the slots that a day with a clock change has; the last ones are empty."""
    if slots <= SLOTS_A_DAY:
        return counts[:, :slots]
    return np.pad(counts, ((0, 0), (0, slots - SLOTS_A_DAY)), mode="edge")
