"""The running service: stores, broker, subscriber, outbox and planning joined around one clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from console.live.board import BoardMaker
from domain.clock import Clock
from domain.errors import Unavailable
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
from openhours.binning import Binning
from openhours.embedded_broker import EmbeddedBroker
from openhours.gone_sessions import GoneSessions, ended
from openhours.ingest_settings import folder_of
from openhours.messages.run import MessagesRun
from openhours.messages.wiring import messages_run
from openhours.outbox import send_due
from openhours.overflow_run import OverflowRun
from openhours.planning_run import PlanningRun, planners
from openhours.settings import Settings
from openhours.sources import sources_of
from openhours.stores import stores
from openhours.timeseries import expire
from openhours.underuse_run import UnderuseRun
from openhours.workers import Receiver, WorkerPool, jobs_of, name_of, sessions_of

log = structlog.get_logger(__name__)

OUTBOX_EVERY_S = 1
MESSAGES_EVERY_S = 5
PLAN_EVERY_S = 10
LOOK_EVERY_S = 10
LOOK_AT_ROOMS_EVERY_S = 60
REPLAY_EVERY_S = 2
BIN_EVERY_S = 30
EXPIRE_EVERY_S = 86_400
LOOK_INTO_FOLDER_EVERY_S = 5
LATE_READINGS = timedelta(minutes=30)
"""A week is planned, and a month looked at, no sooner after: last readings may still be on their
way."""
SUBSCRIBED_WITHIN_S = 10.0
SETTLE_WITHIN_S = 120.0
SHARES_FOR_LATER = 16


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    timeseries: TimeSeriesStore
    subscriber: Receiver
    publisher: MqttPublisher
    planning: PlanningRun
    underuse: UnderuseRun
    binning: Binning
    overflow: OverflowRun
    broker: BrokerSettings
    messages: MessagesRun

    def send_outbox(self) -> int:
        """Send what is due in the outbox; return how many messages went."""
        return send_due(self.ledger, self.publisher, self.clock)

    def plan(self) -> None:
        """Plan what is due, once no readings are on their way that the plan should rest on."""
        if self._has_all_readings:
            self.planning.plan_due(self.clock.now(), grace=LATE_READINGS)

    def look_at_full_venues(self) -> None:
        """See which venues are full, and tell their doors where to send people."""
        self.overflow.look_due(self.clock.now())

    def look_at_rooms(self) -> None:
        """Look at all rooms once a month, likewise."""
        if self._has_all_readings:
            self.underuse.look_due(self.clock.now(), grace=LATE_READINGS)

    @property
    def _has_all_readings(self) -> bool:
        state = self.subscriber.state
        return state.subscribed and not state.waiting and not state.spooled

    def update_bins(self) -> None:
        """Bring the quarter-hours up to date with the readings."""
        self.binning.update(self.clock.now())

    def expire(self) -> None:
        """Delete what the settings let go."""
        expire(self.settings, self.timeseries, self.clock.now())

    def replay_rejected(self) -> None:
        """Read rejections again where a command has asked for it."""
        replaying.fulfil(self.ledger, self.timeseries, sources_of(self.settings, self.ledger))

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
        messages = messages_run(settings, ledger, timeseries, clock, lambda: subscriber.state)
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
        binning, weeks = Binning(ledger, timeseries), settings.planning.history_weeks
        yield Service(
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
            overflow=OverflowRun(ledger, timeseries, publisher, BoardMaker(ledger, timeseries)),
            broker=broker,
            messages=messages,
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
    batching = Batching(size=said.batch_size, wait_s=said.batch_wait_s, spooling=spool)
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


@contextmanager
def jobs(running: Service) -> Iterator[None]:
    """Send the outbox, plan, and look at full venues, by schedule, until the block ends."""
    own: dict[Callable[[], object], float] = {
        running.send_outbox: OUTBOX_EVERY_S,
        running.plan: PLAN_EVERY_S,
        running.look_at_full_venues: LOOK_EVERY_S,
        running.look_at_rooms: LOOK_AT_ROOMS_EVERY_S,
        running.messages.look_and_tell: MESSAGES_EVERY_S,
        running.messages.send: MESSAGES_EVERY_S,
    }
    with _scheduled(own | _housekeeping(running, plans=True)):
        yield


@contextmanager
def housekeeping(running: Service) -> Iterator[None]:
    """Keep what is derived from the readings up to date, by schedule, until the block ends."""
    with _scheduled(_housekeeping(running, plans=False)):
        yield


def _housekeeping(running: Service, *, plans: bool) -> dict[Callable[[], object], float]:
    """Jobs and their seconds. In a database server, whoever plans makes the bins, for all."""
    every_s: dict[Callable[[], object], float] = {
        running.replay_rejected: REPLAY_EVERY_S,
        running.expire: EXPIRE_EVERY_S,
    }
    if plans or isinstance(running.settings.timeseries, Path):
        every_s[running.update_bins] = BIN_EVERY_S
    said = running.settings.ingest.csv_folder
    if said is not None:
        folder = folder_of(said, running.timeseries.add, running.clock)
        every_s[folder.poll] = LOOK_INTO_FOLDER_EVERY_S
    return every_s


def _patient(job: Callable[[], object]) -> None:
    """Do a job; where a part is away it is for the next time."""
    try:
        job()
    except Unavailable as error:
        log.warning("a job is put off", job=getattr(job, "__name__", ""), reason=str(error))


@contextmanager
def _scheduled(every_s: Mapping[Callable[[], object], float]) -> Iterator[None]:
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
    )
    for job, seconds in every_s.items():
        scheduler.add_job(_patient, "interval", (job,), seconds=seconds)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
