"""Several processes that receive, in one shared subscription, and write through one.

A DuckDB file has one writer. So the processes connect, receive and decode, and call the stores of
this process through `multiprocessing.managers`, whose proxies carry calls, answers and exceptions
over a socket of this machine that lets in who knows a key. A worker acknowledges when the call has
come back.
"""

import os
import secrets
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import structlog

from domain.clock import SystemClock
from domain.errors import StoreUnavailable
from domain.ports import Ledger, TimeSeriesStore
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.state import IngestState
from ingest.subscriber import Batching, Subscriber
from openhours.receiving.sources import sources_of
from openhours.running import logs
from openhours.settings.model import Settings
from openhours.storing.stores import stores

log = structlog.get_logger(__name__)

GROUP = "openhours"
REPORT_EVERY_S = 0.2
RESTART_AFTER_S = 1.0
END_WITHIN_S = 15.0
NOBODY = IngestState()
"""What is known of a worker before its first word, and of a dead one."""
_EXPOSED = {
    "timeseries": ("add", "read", "last_seen"),
    "ledger": ("keep_rejections", "state", "set_state", "states"),
    "office": ("report",),
}


class Receiving(Protocol):
    """How the taking in of counts goes, here or in other processes."""

    @property
    def state(self) -> IngestState:
        """How it is going now."""

    @property
    def states(self) -> Sequence[IngestState]:
        """The same of each worker."""

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        """Whether the state came to satisfy."""


class Receiver(Receiving, Protocol):
    """What takes counts in: one subscriber, or several workers."""

    def start(self) -> None:
        """Receive, in the background."""

    def stop(self) -> None:
        """Make safe what was received, and stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerJob:
    """What a worker is told."""

    broker: BrokerSettings
    batching: Batching
    settings: Settings


class _Office:
    """Where workers report."""

    def __init__(self, workers: int) -> None:
        self.states = [NOBODY] * workers
        self._changed = threading.Condition()

    def report(self, worker: int, state: IngestState) -> None:
        with self._changed:
            self.states[worker] = state
            self._changed.notify_all()

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: satisfied(together(self.states)), timeout_s)


class WorkerPool:
    """A `Receiver` of several processes; one that dies is started again."""

    def __init__(self, timeseries: TimeSeriesStore, ledger: Ledger, jobs: list[WorkerJob]) -> None:
        self._jobs, self._office = jobs, _Office(len(jobs))
        self._address = f"\0openhours-{os.getpid()}-{secrets.token_hex(8)}"
        self._key = secrets.token_bytes(32)
        shared = {"timeseries": timeseries, "ledger": ledger, "office": self._office}
        manager = _manager(self._address, self._key, shared)
        self._server = manager.get_server()
        self._serving = threading.Thread(
            target=self._server.serve_forever, name="workers-server", daemon=True
        )
        self._stopping = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="workers-watch", daemon=True)
        self._processes: list[BaseProcess] = []

    @property
    def state(self) -> IngestState:
        return together(self.states)

    @property
    def states(self) -> Sequence[IngestState]:
        """How each worker is doing, by its last word."""
        return self._office.states

    @property
    def is_manned(self) -> bool:
        """Whether every worker has reported."""
        return all(state is not NOBODY for state in self.states)

    @property
    def process_ids(self) -> Sequence[int]:
        """Of the workers as they are now."""
        return [process.pid or 0 for process in self._processes]

    def start(self) -> None:
        self._serving.start()
        self._processes = [self._hired(n) for n in range(len(self._jobs))]
        self._watching.start()

    def stop(self) -> None:
        self._stopping.set()
        self._watching.join(END_WITHIN_S)
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(END_WITHIN_S)
            process.kill()

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        return self._office.wait_until(satisfied, timeout_s)

    def _hired(self, worker: int) -> BaseProcess:
        process = get_context("spawn").Process(
            target=work,
            args=(worker, self._jobs[worker], self._address, self._key),
            name=f"openhours-worker-{worker}",
            daemon=True,
        )
        process.start()
        return process

    def _watch(self) -> None:
        while not self._stopping.wait(RESTART_AFTER_S):
            for worker, process in enumerate(self._processes):
                if not process.is_alive():
                    log.error("a worker died and is started again", worker=worker)
                    self._office.report(worker, NOBODY)
                    try:
                        self._processes[worker] = self._hired(worker)
                    except OSError:  # such as no memory for now
                        log.exception("a worker cannot be started", worker=worker)


def work(worker: int, job: WorkerJob, address: str, key: bytes) -> None:
    """Receive until told to stop, or until the process that leads is gone.

    Into a database server a worker writes by itself.
    """
    stopping = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who leads says
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    logs.configure(job.settings.logging)
    manager: Any = _manager(address, key, dict.fromkeys(_EXPOSED))
    try:
        manager.connect()
        timeseries, ledger, office = manager.timeseries(), manager.ledger(), manager.office()
    except (EOFError, OSError):
        _say_that_the_leader_is_gone()
        return
    with ExitStack() as stack:
        if not isinstance(job.settings.timeseries, Path):
            ledger, timeseries = stack.enter_context(stores(job.settings))
        _receive(worker, job, timeseries, ledger, office, stopping)


def _receive(
    worker: int,
    job: WorkerJob,
    timeseries: TimeSeriesStore,
    ledger: Ledger,
    office: _Office,
    stopping: threading.Event,
) -> None:
    rng = np.random.default_rng()

    def made() -> Subscriber:
        sources = sources_of(job.settings, ledger)
        clock, batching = SystemClock(), job.batching
        return Subscriber(
            job.broker, timeseries, ledger, clock, rng=rng, batching=batching, sources=sources
        )

    try:
        for wait_s in Backoff().delays(rng):
            try:
                subscriber = made()
                break
            except StoreUnavailable as error:  # what is in its spool, or the ledger
                log.warning("a worker cannot begin", worker=worker, problem=str(error))
                office.report(worker, IngestState(store_problem=str(error)))
            if stopping.wait(wait_s):
                return
        subscriber.start()
        office.report(worker, subscriber.state)
        while not stopping.wait(REPORT_EVERY_S):
            office.report(worker, subscriber.state)
        subscriber.stop()
        office.report(worker, subscriber.state)
    except (EOFError, OSError):
        _say_that_the_leader_is_gone()


def _say_that_the_leader_is_gone() -> None:
    log.error("the process that leads is gone")


def _manager(address: str, key: bytes, shared: dict[str, Any]) -> BaseManager:
    class Manager(BaseManager):
        """A class of its own, for what is registered is registered with the class."""

    for name, exposed in _EXPOSED.items():
        Manager.register(name, callable=lambda part=shared[name]: part, exposed=exposed)
    return Manager(address, authkey=key)


def together(states: Sequence[IngestState]) -> IngestState:
    """The state of all workers as that of one."""
    last = [s.last_message_at for s in states if s.last_message_at]
    numbers = {
        f.name: sum(getattr(s, f.name) for s in states)
        for f in fields(IngestState)
        if f.type in (int, "int")
    }
    return IngestState(
        **numbers,
        connected=all(s.connected for s in states),
        subscribed=all(s.subscribed for s in states),
        broker_problem=next(filter(None, (s.broker_problem for s in states)), ""),
        store_problem=next(filter(None, (s.store_problem for s in states)), ""),
        lag_s=max(s.lag_s for s in states),
        flooding=tuple(dict.fromkeys(t for s in states for t in s.flooding)),
        last_message_at=max(last, default=None),
    )


def name_of(worker: int) -> str:
    """Of the folder in which a worker has its spool."""
    return f"worker-{worker}"


def sessions_of(settings: Settings, broker: BrokerSettings) -> list[BrokerSettings]:
    """How each worker reaches the broker: in a session of its own, where there are several."""
    if settings.ingest.workers == 1:
        return [broker]
    group = broker.shared_group or GROUP
    names = [f"{broker.client_id}-{n}" for n in range(settings.ingest.workers)]
    return [replace(broker, client_id=name, shared_group=group) for name in names]


def jobs_of(settings: Settings, broker: BrokerSettings, batching: Batching) -> list[WorkerJob]:
    """A job for each worker: a session and a folder of its own, and the same work."""
    return [
        WorkerJob(
            broker=session,
            batching=replace(
                batching,
                spooling=batching.spooling
                and replace(batching.spooling, folder=batching.spooling.folder / name_of(n)),
            ),
            settings=settings,
        )
        for n, session in enumerate(sessions_of(settings, broker))
    ]
