"""Words that the whole city shares: seconds of a day, people, what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY

Seconds = NDArray[np.int64]
"""Instants, in seconds since 1970 UTC."""
Moments = NDArray[np.int32]
"""Seconds after the business day began, or lengths in seconds."""
Counts = NDArray[np.int64]
Indices = NDArray[np.int32]
Flags = NDArray[np.bool_]
Dice = NDArray[np.float32]
"""Uniform numbers; shape (`Die`, people)."""

DAY_S = 86_400
SLOT_S = SLOT_MINUTES * 60
NEVER = np.int32(2 * DAY_S)
LINGER_S = 300
"""After closing, the last are out within this."""


class Outcome(IntEnum):
    """What became of a person who would have come."""

    SERVED = 0
    REFUSED_CLOSED = 1
    """The doors were closed, whether they came to see or knew it."""
    DECLINED = 2
    """Too little time was left before closing."""
    BALKED = 3
    """The room was full, for longer than they would wait."""
    UNAWARE = 4
    """The doors were open, but they still believed them closed."""
    WENT_TO_NEIGHBOUR = 5
    """To another venue of the link group, where they are counted again."""
    CAME_BACK = 6
    """At another time, when they are counted again."""


class Die(IntEnum):
    """What each row of the dice decides. They lie with the person, not with what they do."""

    DOOR_IN = 0
    DOOR_OUT = 1
    SEEN_IN = 2
    SEEN_OUT = 3
    SEEN_INSIDE = 4
    AWARE = 5
    NEIGHBOUR = 6
    ROOM = 7
    BACK = 8
    WHEN = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Some people who would come on one day; arrays (people,) in any order."""

    room: Indices
    wish_s: Moments
    """When they would come."""
    stay_s: Moments
    needed_s: Moments
    """They do not start a visit with less than this left before closing."""
    patience_s: Moments
    """How long they wait for the doors to open."""
    queue_s: Moments
    """How long they wait for a place in a full room."""
    linger_s: Moments
    """How long after closing they are out."""
    dice: Dice

    def __len__(self) -> int:
        return len(self.room)

    def take(self, who: NDArray[np.integer] | Flags) -> Self:
        """Some of them."""
        return type(self)(**{f.name: getattr(self, f.name)[..., who] for f in fields(self)})

    def as_json(self) -> dict[str, Any]:
        """All of them in words of JSON."""
        return {f.name: getattr(self, f.name).tolist() for f in fields(self)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Those of `as_json`."""
        numbers = {k: np.array(v, dtype=np.int32) for k, v in body.items() if k != "dice"}
        return cls(**numbers, dice=np.array(body["dice"], dtype=np.float32))

    @classmethod
    def joined(cls, parts: Sequence["People"]) -> "People":
        """All of them, part after part."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            **{
                f.name: np.concatenate([getattr(p, f.name) for p in parts], axis=-1)
                for f in fields(cls)
            }
        )


@dataclass(frozen=True, slots=True)
class Openings:
    """Opening blocks of every room; arrays (rooms, blocks), absent blocks at `NEVER`."""

    start_s: Moments
    end_s: Moments

    def share(self, slots: int = SLOTS_A_DAY) -> NDArray[np.float64]:
        """Share of each slot of the day for which a room is open; (rooms, slots)."""
        begins_s = SLOT_S * np.arange(slots)
        overlap_s = np.minimum(self.end_s[..., None], begins_s + SLOT_S) - np.maximum(
            self.start_s[..., None], begins_s
        )
        return np.asarray(np.maximum(overlap_s, 0).sum(axis=1) / SLOT_S, np.float64)

    def next(self, room: Indices, at_s: Moments) -> tuple[Moments, Moments]:
        """Start and end of the first block not yet over at each moment; `NEVER` where none is."""
        start_s, end_s = np.full_like(at_s, NEVER), np.full_like(at_s, NEVER)
        for block in reversed(range(self.end_s.shape[1])):
            its_end_s = self.end_s[:, block][room]
            coming = at_s < its_end_s
            start_s = np.where(coming, self.start_s[:, block][room], start_s)
            end_s = np.where(coming, its_end_s, end_s)
        return start_s, end_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What became of some people; arrays (people,), in their order."""

    outcome: NDArray[np.int8]
    enter_s: Moments
    """Meaningless unless served, as is `leave_s`."""
    leave_s: Moments
    end_s: Moments
    """When the block ends in which they enter."""
    queued: Flags
    """Whether they waited for a place, in vain or not."""
    at_closed_door: Flags
    """Whether they came to a door that they believed open."""

    @classmethod
    def joined(cls, first: "Visits", second: "Visits") -> "Visits":
        """Those of the first people, then those of the second."""
        return cls(
            **{
                f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])
                for f in fields(cls)
            }
        )
