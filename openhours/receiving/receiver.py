"""What receives, as the settings have it: one subscriber or several workers, and their broker."""

import numpy as np

from domain.clock import Clock
from domain.ports import Ledger, TimeSeriesStore
from ingest.broker import BrokerSettings
from ingest.mqtt.packets import MAX_PACKET_IDS
from ingest.spool import adopt
from ingest.subscriber import Batching, Spooling, Subscriber
from openhours.receiving.sources import sources_of
from openhours.receiving.workers import (
    Receiver,
    WorkerPool,
    jobs_of,
    name_of,
)
from openhours.settings.model import Settings

SHARES_FOR_LATER = 16


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


def each_may_hold(settings: Settings, ledger: Ledger) -> int:
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
