"""One business day that has been played: the truth, what sensors noticed, and what they say."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domain.estate import Estate
from simulator.counts import SensorCounts, counted
from simulator.instruments import Instruments
from simulator.messages import Reports, TimedMessage, messages
from simulator.rates import Floats
from simulator.sensors import Frame, Memory, reports, sights_of
from simulator.sightings import Sightings
from simulator.timetable import Frames
from simulator.truth import Truth
from simulator.visits import Flags


@dataclass(frozen=True)
class Day:
    """One business day that has been played; what sensors say is worked out when asked for."""

    day: date
    estate: Estate
    instruments: Instruments
    truth: Truth
    frames: Frames
    """Of the rooms."""
    sightings: Sightings
    heard: Flags
    """(sensors,) whose reports arrive."""
    ghosts: Floats
    """(sensors,) people that are seen after closing."""
    memory: NDArray[np.int64]
    """(entered, left, seq; sensors) of the evening before."""
    batched: bool

    @cached_property
    def counts(self) -> SensorCounts:
        """What each sensor counted in each quarter-hour."""
        return counted(self.instruments, self.sightings, self.frames, self.heard, self.ghosts)

    @cached_property
    def reports(self) -> tuple[Reports, ...]:
        """Of the sensors that were heard."""
        sights = sights_of(self.sightings, self.estate.sensors)
        closes_s = self.frames.closes_s
        said = []
        for index, sensor in enumerate(self.estate.sensors):
            if self.heard[index]:
                room = self.instruments.room[index]
                frame = Frame(
                    int(self.frames.start_s[room]),
                    int(self.frames.length_s[room]),
                    int(closes_s[room]),
                )
                memory = Memory(*self.memory[:, index].tolist())
                ghosts = int(self.ghosts[index])
                said.append(reports(sensor, sights[index], frame, memory, ghosts))
        return tuple(said)

    @cached_property
    def messages(self) -> list[TimedMessage]:
        """What the sensors publish, in order of time."""
        return messages(self.reports, batched=self.batched)
