"""The running service: stores, broker, subscriber, outbox and planning joined around one clock."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from prometheus_client import Histogram

from domain.clock import Clock
from domain.errors import Unavailable
from domain.planning import Outgoing
from domain.ports import Ledger
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from ingest.state import IngestState
from openhours.backup import asking, making, scheduled
from openhours.measuring.reports_run import ReportsRun
from openhours.messages.outbox import send_due
from openhours.messages.run import MessagesRun
from openhours.planning.run import PlanningRun
from openhours.receiving import replaying
from openhours.receiving.binning import Binning
from openhours.receiving.sources import sources_of
from openhours.receiving.workers import (
    Receiving,
)
from openhours.rooms.occupancy_run import OccupancyRun
from openhours.rooms.overflow_run import OverflowRun
from openhours.rooms.underuse_run import UnderuseRun
from openhours.running.metrics import plan_seconds
from openhours.settings.model import Settings
from openhours.storing.maintenance import maintain
from openhours.storing.timeseries import History

log = structlog.get_logger(__name__)

LATE_READINGS = timedelta(minutes=30)
"""A week is planned, and a month looked at, no sooner after: last readings may still be on their
way."""
CALM_WITHIN_S = 2.0
SETTLE_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    timeseries: History
    subscriber: Receiving
    publisher: MqttPublisher
    planning: PlanningRun
    underuse: UnderuseRun
    binning: Binning
    overflow: OverflowRun
    occupancy: OccupancyRun
    broker: BrokerSettings
    messages: MessagesRun
    reports: ReportsRun
    plan_seconds: Histogram = field(default_factory=plan_seconds)

    def send_outbox(self) -> int:
        """Send what is due in the outbox; return how many messages went."""
        return send_due(self.ledger, self.publisher, self.clock)

    def plan(self) -> None:
        """Plan what is due, once no readings are on their way that the plan should rest on."""
        if self._has_all_readings:
            began_s = time.monotonic()
            if self.planning.plan_due(self.clock.now(), grace=LATE_READINGS):
                self.plan_seconds.observe(time.monotonic() - began_s)

    def look_at_full_venues(self) -> None:
        """See which venues are full, and tell their doors where to send people."""
        self.overflow.look_due(self.clock.now())

    def tell_occupancy(self) -> None:
        """Tell doors, lights and signs how full each room is."""
        self.occupancy.tell_due(self.clock.now())

    def look_at_rooms(self) -> None:
        """Look at all rooms once a month, likewise."""
        if self._has_all_readings:
            self.underuse.look_due(self.clock.now(), grace=LATE_READINGS)

    def send_reports(self) -> None:
        """Send the reports on periods that are over, likewise."""
        if self._has_all_readings:
            self.reports.send_due(LATE_READINGS)

    @property
    def _has_all_readings(self) -> bool:
        # Under a steady load something waits at almost any moment: look out for another one.
        return self.subscriber.wait_until(
            lambda s: s.subscribed and not s.waiting and not s.spooled, CALM_WITHIN_S
        )

    def update_bins(self) -> None:
        """Bring the quarter-hours up to date with the readings."""
        self.binning.update(self.clock.now())

    def expire(self) -> None:
        """Delete what the settings let go, and have the stores give back the room."""
        maintain(self.settings, self.ledger, self.timeseries, self.clock.now())

    def replay_rejected(self) -> None:
        """Read rejections again where a command has asked for it."""
        replaying.fulfil(self.ledger, self.timeseries, sources_of(self.settings, self.ledger))

    def back_up_when_asked(self) -> None:
        """Make the backup that a command has asked for."""
        asking.fulfil(self.ledger, self._back_up)

    def back_up_when_due(self) -> None:
        """Make the backup that the settings ask for, and drop those that are too old."""
        said, now = self.settings.backup, self.clock.now()
        if said.folder is not None and scheduled.is_due(said, now):
            self._back_up(making.file_in(said.folder, now))
            scheduled.drop_old(said)

    def _back_up(self, file: Path) -> None:
        now = self.clock.now()
        making.make(self.settings, self.timeseries, self.binning.at_rest(now), file, now)

    def send_and_settle(self, messages: Iterable[Outgoing]) -> None:
        """Publish counts and wait until the subscriber has stored or rejected them all.

        Raises `Unavailable` when that takes longer than `SETTLE_WITHIN_S`.
        """
        batch = list(messages)
        due = _settled(self.subscriber.state) + len(batch)
        self.publisher.publish_many(batch)
        if not self.subscriber.wait_until(
            lambda s: _settled(s) >= due and not s.spooled, SETTLE_WITHIN_S
        ):
            raise Unavailable(
                f"{len(batch)} messages were published and not all stored in {SETTLE_WITHIN_S} s",
                hint="see the log for what the store or the broker said",
            )


def _settled(state: IngestState) -> int:
    """Messages that are safe: stored, rejected, or in the spool."""
    return state.received - state.waiting
