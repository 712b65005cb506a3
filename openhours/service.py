"""The running service: stores, broker, subscriber, outbox and planning joined around one clock."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import structlog
from prometheus_client import Histogram

from console.live.making import BoardMaker
from domain.clock import Clock, SystemClock
from domain.errors import InvalidSettings, Problem, Unavailable
from domain.planning import Outgoing
from domain.ports import Ledger, TimeSeriesStore
from ingest.broker import BrokerSettings
from ingest.message import Receipts
from ingest.mqtt.packets import MAX_PACKET_IDS
from ingest.publisher import MqttPublisher
from ingest.spool import adopt
from ingest.state import IngestState
from ingest.subscriber import Batching, Spooling, Subscriber
from ingest.writer import BatchWriter
from openhours import replaying
from openhours.alone import alone_in
from openhours.backup import asking, making, scheduled
from openhours.binning import Binning
from openhours.embedded_broker import EmbeddedBroker
from openhours.gone_sessions import GoneSessions, ended
from openhours.maintenance import maintain
from openhours.messages.run import MessagesRun
from openhours.messages.wiring import messages_run, reports_run
from openhours.metrics import plan_seconds
from openhours.occupancy_run import OccupancyRun
from openhours.outbox import send_due
from openhours.overflow_run import OverflowRun
from openhours.planning_run import PlanningRun, planners
from openhours.reported import Reported
from openhours.reports_run import ReportsRun
from openhours.settings import Settings
from openhours.sources import sources_of
from openhours.stores import stores
from openhours.timeseries import History
from openhours.underuse_run import UnderuseRun
from openhours.workers import Receiver, Receiving, WorkerPool, jobs_of, name_of, sessions_of

log = structlog.get_logger(__name__)

LATE_READINGS = timedelta(minutes=30)
"""A week is planned, and a month looked at, no sooner after: last readings may still be on their
way."""
CALM_WITHIN_S = 2.0
SUBSCRIBED_WITHIN_S = 10.0
SETTLE_WITHIN_S = 120.0
SHARES_FOR_LATER = 16


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


@contextmanager
def service(settings: Settings, clock: Clock, *, any_port: bool = False) -> Iterator[Service]:
    """Start everything but the pages and the jobs; stop it in the reverse order.

    `any_port`: the embedded broker may take any free port. Raises `StoreUnavailable`,
    `BrokerUnavailable`, or `Conflict` where another service has the data folder.
    """
    settings.make_data_dir()
    with ExitStack() as stack:
        stack.enter_context(alone_in(settings.data_dir))
        ledger, timeseries = stack.enter_context(stores(settings))
        port = settings.broker.port
        if settings.broker.embedded:
            embedded = stack.enter_context(
                EmbeddedBroker(
                    settings.data_dir / "broker",
                    port=0 if any_port else port,
                    max_in_flight=_each_may_hold(settings, ledger),
                )
            )
            port = embedded.port
        broker = broker_of(settings, port)
        gone = GoneSessions(ledger, broker.client_id, sessions_of(settings, broker))
        subscriber = receiver(settings, broker, timeseries, ledger, clock)
        subscriber.start()
        stack.callback(subscriber.stop)
        if not subscriber.wait_until(lambda s: s.subscribed, SUBSCRIBED_WITHIN_S):
            log.warning("not subscribed yet", problem=subscriber.state.broker_problem)
        sources = sources_of(settings, ledger)
        write = BatchWriter(timeseries, ledger, sources).write
        rng = np.random.default_rng()
        stack.enter_context(ended(gone, subscriber, sources.filters, write, Receipts(clock), rng))
        publisher = MqttPublisher(broker)
        stack.callback(publisher.close)
        yield _joined(settings, clock, ledger, timeseries, subscriber, publisher, broker)


@contextmanager
def service_apart(settings: Settings, clock: Clock) -> Iterator[Service]:
    """What plans or shows in a process of its own, while others receive into the same stores.

    Raises `StoreUnavailable`, and `InvalidSettings` where processes cannot share what is set.
    """
    problems = [
        Problem(
            "broker.embedded",
            "lives in the process that receives",
            "set it to false, and name a broker",
        )
    ] * settings.broker.embedded
    if isinstance(settings.timeseries, Path):
        hint = "use influxdb://…, or `openhours run`, which does all in one process"
        problems.append(Problem("store.timeseries", "a DuckDB file is open to one process", hint))
    if problems:
        raise InvalidSettings("processes cannot share these", problems=problems)
    with ExitStack() as stack:
        ledger, timeseries = stack.enter_context(stores(settings))
        broker = broker_of(settings, settings.broker.port)
        publisher = MqttPublisher(broker)
        stack.callback(publisher.close)
        yield _joined(
            settings, clock, ledger, timeseries, Reported(ledger, SystemClock()), publisher, broker
        )


def _joined(
    settings: Settings,
    clock: Clock,
    ledger: Ledger,
    timeseries: History,
    subscriber: Receiving,
    publisher: MqttPublisher,
    broker: BrokerSettings,
) -> Service:
    binning, weeks = Binning(ledger, timeseries), settings.planning.history_weeks
    board = BoardMaker(ledger, timeseries)
    return Service(
        settings=settings,
        clock=clock,
        ledger=ledger,
        timeseries=timeseries,
        subscriber=subscriber,
        publisher=publisher,
        planning=PlanningRun(
            ledger,
            timeseries,
            binning,
            weeks,
            planners(settings.planning.workers),
            jointly=settings.planning.jointly,
        ),
        underuse=UnderuseRun(ledger, timeseries, binning, weeks, settings.planning.thresholds),
        binning=binning,
        overflow=OverflowRun(ledger, timeseries, publisher, board),
        occupancy=OccupancyRun(ledger, publisher, board, settings.publication),
        messages=messages_run(settings, ledger, timeseries, clock, lambda: subscriber.state),
        reports=reports_run(settings, ledger, timeseries, clock),
        broker=broker,
    )


def receiver(
    settings: Settings,
    broker: BrokerSettings,
    timeseries: TimeSeriesStore,
    ledger: Ledger,
    clock: Clock,
) -> Receiver:
    """One subscriber in this process, or several in processes of their own."""
    said = settings.ingest
    spool = Spooling(
        folder=settings.spool_folder,
        limit_bytes=said.spool_mb * 2**20,
        after_s=said.spool_after_s,
    )
    batching = Batching(
        size=said.batch_size,
        wait_s=said.batch_wait_s,
        topic_an_hour=said.topic_an_hour,
        spooling=spool,
    )
    if said.workers > 1:
        jobs = jobs_of(settings, broker, batching)
        adopt(spool.folder, [spool.folder / name_of(n) for n in range(said.workers)])
        return WorkerPool(timeseries, ledger, jobs)
    adopt(spool.folder, [spool.folder])
    return Subscriber(
        broker,
        timeseries,
        ledger,
        clock,
        rng=np.random.default_rng(),
        batching=batching,
        sources=sources_of(settings, ledger),
    )


def _each_may_hold(settings: Settings, ledger: Ledger) -> int:
    """Messages of one filter in flight at the embedded broker, which bounds their sum.

    It counts a filter that ends in "#" twice. Some room is left for what is discovered later.
    """
    filters = sources_of(settings, ledger).filters
    shares = sum(2 if f.endswith("#") else 1 for f in filters) + SHARES_FOR_LATER
    return min(settings.broker.max_in_flight, MAX_PACKET_IDS // shares)


def broker_of(settings: Settings, port: int) -> BrokerSettings:
    """How to reach the broker, which listens on `port`."""
    said = settings.broker
    return BrokerSettings(
        host=said.host,
        port=port,
        username=said.username,
        password=settings.broker_password,
        tls=said.tls,
        tls_ca=said.tls_ca,
        tls_certificate=said.tls_certificate,
        tls_key=said.tls_key,
        transport=said.transport,
        path=said.path,
        protocol=said.protocol,
        client_id=said.client_id,
        shared_group=said.shared_group,
        max_in_flight=said.max_in_flight,
    )
