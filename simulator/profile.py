"""Who would come to a venue, were it always open, and how they behave."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.estate import Minute

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0)]


class Truth(BaseModel):
    """A part of what is true of a city, as files have it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Peak(Truth):
    """A bell of arrivals around a wall-clock time."""

    at: Minute
    """Its middle."""
    spread_minutes: float = Field(gt=0)
    """Standard deviation."""
    visits: Factor
    """Expected arrivals of an ordinary day that belong to it."""


class Season(Truth):
    """A wave over the year: 1 + swing × cos(2π × (day of year − peak day) / 365.25)."""

    swing: Share = 0.0
    """How far demand rises above its mean, as a share of it."""
    peak_day: int = Field(196, ge=1, le=366)
    """Day of the year on which most come; 196 is the middle of July."""


class Change(Truth):
    """What is different from a date on, e.g. new flats next door, or a competing venue."""

    since: date
    """First day of it."""
    level: Factor = 1.0
    """Multiplies all that was."""
    later_minutes: float = 0.0
    """All peaks move so much later."""
    more: tuple[Peak, ...] = ()
    """Peaks that are there besides, on every day."""


class Event(Truth):
    """A single day on which more or fewer come."""

    day: date
    """When."""
    factor: Factor = 1.0
    """Multiplies the day."""
    more: tuple[Peak, ...] = ()
    """Peaks that are there besides."""


class Profile(Truth):
    """Who would come to a venue, were it always open, and how they behave."""

    workday: tuple[Peak, ...]
    """Peaks of Monday to Friday and of make-up working days."""
    free_day: tuple[Peak, ...]
    """Peaks of Saturday, Sunday and public holidays."""
    level: Factor = 1.0
    """Multiplies all peaks."""
    floor: Share = 0.0
    """Share of each peak's visits that come some hours around it instead, under all peaks."""
    later_minutes: float = 0.0
    """All peaks are so much later than they say; negative: earlier."""
    weekday: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    """Monday to Sunday."""
    holiday: Factor = 1.0
    """Public holidays, in place of the weekday's factor."""
    season: Season = Season()
    """The wave over the year."""
    school_term: Factor = 1.0
    """Multiplies the days of the city's school terms."""
    yearly_growth: float = Field(0.0, gt=-1)
    """Trend: after a year, demand is 1 + this times what it was at `Scenario.since`."""
    changes: tuple[Change, ...] = ()
    """Change points, in order; each keeps what those before it have done."""
    events: tuple[Event, ...] = ()
    """Single days."""
    weather: float = 1.0
    """How strongly the city's weather is felt; negative: they come when others stay at home."""
    room_shares: Mapping[str, Factor] = {}
    """Relative pull of each room; 1 where not named."""
    stay_minutes: float = Field(gt=0)
    """Median of the log-normal length of a visit."""
    stay_spread: float = Field(0.5, ge=0)
    """Standard deviation of its logarithm."""
    least_stay: Share = 0.5
    """Nobody starts a visit of which less than this share fits before closing."""
    patience_minutes: float = Field(10.0, ge=0)
    """Mean time, exponential, that people wait for the doors to open."""
    queue_minutes: float = Field(0.0, ge=0)
    """Mean time, exponential, that people wait for a place in a full room."""
    to_neighbour: Share = 0.0
    """Of those who find it closed or full, the share that would walk next door within its group.

    With the walk it falls as exp(−walk / 8 min).
    """
    comes_back: Share = 0.0
    """Of those who came in vain and go to no neighbour, the share that comes at another time."""
    same_day: Share = 0.5
    """Of these, the share that comes one to four hours later; others in the next seven days."""
    learning_weeks: Factor = 0.0
    """Time constant, exponential, with which people learn new hours; 0: everybody knows at once."""
