"""What can be wrong with a sensor, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a sensor is, worst first."""

    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    SWAPPED = "swapped"
    """It counts the wrong way round."""
    STUCK = "stuck"
    """It reports, and what it reports does not move."""
    IMPLAUSIBLE = "implausible"
    """It says what cannot be."""
    CLOCK_WRONG = "clock_wrong"
    IMBALANCED = "imbalanced"
    """Many more come than go, or the other way round."""
    LATE = "late"
    LOW_BATTERY = "low_battery"
    FINE = "fine"


FACTS: Mapping[State, Mapping[str, str]] = {
    State.NEVER_HEARD: {},
    State.SILENT: {"since_us": "instant last heard", "hours": "hours of silence that count"},
    State.SWAPPED: {
        "days": "days that say anything",
        "against": "of these, days on which only the turned door makes sense",
        "chance": "of that, were it mounted the right way",
    },
    State.STUCK: {
        "since_us": "instant from which on nothing moves",
        "open_hours": "open hours since",
        "usual": "crossings that are usual in them; people present, where it says that",
    },
    State.IMPLAUSIBLE: {
        "times": "quarter-hours of the last two days",
        "value": "the wildest number",
        "limit": "what it may be",
    },
    State.CLOCK_WRONG: {"minutes": "by which it is behind; 0: its times cannot be"},
    State.IMBALANCED: {
        "days": "whole days",
        "entered": "people in, by all doors of the room",
        "left": "people out",
    },
    State.LATE: {"since_us": "instant last heard", "interval_s": "how often it should report"},
    State.LOW_BATTERY: {},
}
"""What each finding carries; instants are microseconds since 1970 UTC."""

ORDER = {state: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a sensor; its facts are those of `FACTS`."""

    state: State
    facts: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.facts.keys() != FACTS[self.state].keys():
            raise ValueError(f"{self.state} has {sorted(FACTS[self.state])}, not {self.facts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorHealth:
    """How one sensor is at one moment."""

    sensor: str
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    last_heard_us: int | None = None
    """Microseconds since 1970 UTC; None: never."""

    @property
    def state(self) -> State:
        """The worst of the findings."""
        return self.findings[0].state if self.findings else State.FINE
