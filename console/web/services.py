"""What the pages are given: the stores, the clock, and how the service is doing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.access.entrance import Entrance
from console.messages.channels import Channels
from console.sensors.report import MakeReport
from domain.clock import Clock
from domain.ports import Ledger, TimeSeriesStore


class Source(StrEnum):
    """Where the readings come from; said on each page unless they are live."""

    LIVE = "live"
    DEMO = "demo"
    """A simulated city."""
    REPLAY = "replay"
    """A recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """How the service is doing at one moment."""

    broker_connected: bool
    messages: int = 0
    """Received since the start."""
    rejected: int = 0
    """Of these, could not be read; each is kept with its reason."""
    storing: bool = True
    """The store takes what comes."""
    waiting: int = 0
    """Messages that are not in the store yet."""
    damaged: int = 0
    """Files of the spool that hold what nobody can read."""
    last_message: datetime | None = None
    """When the latest came, on the clock of `Services`."""
    source: Source = Source.LIVE
    clock_speed: float = 1.0
    """How many times as fast as the wall clock the service's clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the console needs; it makes none of it itself."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: Clock
    status: Callable[[], ServiceStatus]
    sensors: MakeReport
    """How the sensors are; raises `StoreUnavailable`."""
    entrance: Entrance = field(default_factory=Entrance)
    """How people come in."""
    channels: Channels = field(default_factory=dict)
    """Ways to reach people."""
