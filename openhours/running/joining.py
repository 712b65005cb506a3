"""Joins the parts of a service: all in one process, or those that plan and show apart."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import structlog

from console.live.making import BoardMaker
from domain.clock import Clock, SystemClock
from domain.errors import InvalidSettings, Problem
from domain.ports import Ledger
from ingest.broker import BrokerSettings
from ingest.message import Receipts
from ingest.publisher import MqttPublisher
from ingest.writer import BatchWriter
from openhours.messages.wiring import messages_run, reports_run
from openhours.planning.run import PlanningRun, planners
from openhours.receiving.binning import Binning
from openhours.receiving.embedded_broker import EmbeddedBroker
from openhours.receiving.gone_sessions import GoneSessions, ended
from openhours.receiving.receiver import broker_of, each_may_hold, receiver
from openhours.receiving.reported import Reported
from openhours.receiving.sources import sources_of
from openhours.receiving.workers import (
    Receiving,
    sessions_of,
)
from openhours.rooms.occupancy_run import OccupancyRun
from openhours.rooms.overflow_run import OverflowRun
from openhours.rooms.underuse_run import UnderuseRun
from openhours.running.alone import alone_in
from openhours.running.service import Service
from openhours.settings.model import Settings
from openhours.storing.stores import stores
from openhours.storing.timeseries import History

log = structlog.get_logger(__name__)

SUBSCRIBED_WITHIN_S = 10.0


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
                    max_in_flight=each_may_hold(settings, ledger),
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
