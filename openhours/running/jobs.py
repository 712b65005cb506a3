"""What processes do by schedule: all of it in one, or receiving and planning apart."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from domain.clock import SystemClock
from domain.errors import Unavailable
from openhours.receiving import reported
from openhours.running import alive
from openhours.running.service import CALM_WITHIN_S, Service
from openhours.settings.ingest import folder_of
from store.ledger.lead import Lead

log = structlog.get_logger(__name__)

OUTBOX_EVERY_S = 1
MESSAGES_EVERY_S = 5
PLAN_EVERY_S = 10
LOOK_EVERY_S = 10
LOOK_AT_ROOMS_EVERY_S = REPORTS_EVERY_S = 60
REPLAY_EVERY_S = ANSWER_EVERY_S = 2
BACK_UP_LOOK_EVERY_S = 60
BIN_EVERY_S = 30
EXPIRE_EVERY_S = 86_400
LOOK_INTO_FOLDER_EVERY_S = 5
REPORT_EVERY_S = 5

Jobs = dict[Callable[[], object], float]
"""Jobs, and every how many seconds."""


@contextmanager
def jobs(running: Service) -> Iterator[None]:
    """All that is to be done, until the block ends; what one of many does, while this one leads."""
    with _leading(running) as led, _scheduled(running, _receiving(running) | led):
        yield


@contextmanager
def receiving_jobs(running: Service) -> Iterator[None]:
    """Do what belongs to taking counts in, and tell those who plan and show how it goes."""
    name, clock, receiver = running.broker.client_id, SystemClock(), running.subscriber

    def report() -> None:
        is_calm = receiver.wait_until(lambda s: not s.waiting, CALM_WITHIN_S)
        state = replace(receiver.state, waiting=0) if is_calm else receiver.state
        reported.say(running.ledger, name, state, clock.now())

    with _scheduled(running, _receiving(running) | {report: REPORT_EVERY_S}):
        yield
    _patient(
        functools.partial(reported.say_goodbye, running.ledger, name, receiver.state, clock.now())
    )


@contextmanager
def planning_jobs(running: Service) -> Iterator[None]:
    """Plan, publish, and keep what is derived, while this process leads."""
    with _leading(running) as led, _scheduled(running, led):
        yield


@contextmanager
def signs_of_life(running: Service) -> Iterator[None]:
    """Nothing else."""
    with _scheduled(running, {}):
        yield


def _receiving(running: Service) -> Jobs:
    every_s: Jobs = {running.replay_rejected: REPLAY_EVERY_S}
    said = running.settings.ingest.csv_folder
    if said is not None:
        folder = folder_of(said, running.timeseries.add, running.clock)
        every_s[folder.poll] = LOOK_INTO_FOLDER_EVERY_S
    if _has_a_file(running):
        every_s |= _deriving(running)
    return every_s


def _deriving(running: Service) -> Jobs:
    """Of whoever has the file of the readings; of the leader, where they are in a server."""
    return {
        running.update_bins: BIN_EVERY_S,
        running.expire: EXPIRE_EVERY_S,
        running.back_up_when_asked: ANSWER_EVERY_S,
        running.back_up_when_due: BACK_UP_LOOK_EVERY_S,
    }


def _has_a_file(running: Service) -> bool:
    return isinstance(running.settings.timeseries, Path)


@contextmanager
def _leading(running: Service) -> Iterator[Jobs]:
    """The jobs of the leader, each done only while this process is that."""
    every_s: Jobs = {
        running.send_outbox: OUTBOX_EVERY_S,
        running.plan: PLAN_EVERY_S,
        running.look_at_full_venues: LOOK_EVERY_S,
        running.tell_occupancy: LOOK_EVERY_S,
        running.messages.look_and_tell: MESSAGES_EVERY_S,
        running.messages.send: MESSAGES_EVERY_S,
        running.look_at_rooms: LOOK_AT_ROOMS_EVERY_S,
        running.send_reports: REPORTS_EVERY_S,
    }
    if not _has_a_file(running):
        every_s |= _deriving(running)
    with closing(Lead(running.settings.ledger_url)) as lead:
        yield {_led(job, lead): seconds for job, seconds in every_s.items()}


def _led(job: Callable[[], object], lead: Lead) -> Callable[[], object]:
    @functools.wraps(job)
    def done_by_the_leader() -> None:
        if lead.is_held():
            job()

    return done_by_the_leader


def _patient(job: Callable[[], object]) -> None:
    """Do a job; where a part is away it is for the next time."""
    try:
        job()
    except Unavailable as error:
        log.warning("a job is put off", job=getattr(job, "__name__", ""), reason=str(error))


@contextmanager
def _scheduled(running: Service, every_s: Mapping[Callable[[], object], float]) -> Iterator[None]:
    show_life = functools.partial(alive.say_alive, running.settings.data_dir)
    show_life()
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
    )
    for job, seconds in [*every_s.items(), (show_life, alive.EVERY_S)]:
        scheduler.add_job(_patient, "interval", (job,), seconds=seconds)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
