"""What the pages are given: the stores, the clock, and how the service is doing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from console.access.entrance import Entrance
from console.estate.desk import EstateDesk
from console.linkage.questions import WhatIf
from console.messages.channels import Channels
from console.public.settings import PublicSettings
from console.reports.report import MakeReport as MakeAreaReport
from console.sensors.report import MakeReport
from console.trials.outcome import Outcome
from domain.clock import Clock
from domain.ports import Ledger, TimeSeriesStore
from policies.demand.ahead import DayAhead


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
    flooding: tuple[str, ...] = ()
    """Topics that say so much that some of it is left out."""
    last_message: datetime | None = None
    """When the latest came, on the clock of `Services`."""
    source: Source = Source.LIVE
    clock_speed: float = 1.0
    """How many times as fast as the wall clock the service's clock runs."""


@dataclass(slots=True)
class Visits:
    """What the pages count of those who come."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By route and status code."""
    watchers: Callable[[], int] = lambda: 0
    """Pages open now that are told what changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the console needs; it makes none of it itself."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: Clock
    status: Callable[[], ServiceStatus]
    sensors: MakeReport
    """How the sensors are; raises `StoreUnavailable`."""
    metrics: Callable[[Visits], bytes] = lambda _: b""
    """All metrics of the service in Prometheus' text format."""
    forecast: Callable[[str, date], DayAhead | None]
    """People expected in a venue, by its id, and its rooms on a business day, quarter-hour by
    quarter-hour; None where nothing is known of it. Raises `NotFound`."""
    what_if: WhatIf
    """What a change of linked venues would bring."""
    estates: EstateDesk
    """Takes the estate in, and gives it out."""
    uplift: Callable[[], Outcome]
    """What came of the roll-out drawn last. Raises `NotFound`, and `InvalidInput` before the end of
    its first week."""
    report: MakeAreaReport
    """What an area's venues did in a period; raises `NotFound` and `StoreUnavailable`."""
    entrance: Entrance = field(default_factory=Entrance)
    """How people come in."""
    public: PublicSettings = field(default_factory=PublicSettings)
    """How much the public pages say."""
    channels: Channels = field(default_factory=dict)
    """Ways to reach people."""
