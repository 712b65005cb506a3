"""Checks of what the service has to do: counts, messages, plans, backups."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from domain.calendars import epoch_us
from domain.errors import Forbidden
from ingest.spool import damaged
from openhours.backup.scheduled import backups_in, made_at
from openhours.doctor.patient import Patient
from openhours.doctor.registry import Said, check, fault, warning
from policies.findings import State

MANY_SILENT = 0.2
RECENTLY = timedelta(days=1)
MANY_REJECTED = 100
PLAN_EVERY = timedelta(days=9)
"""A plan comes with the end of each week, and half an hour later."""
BACKUPS_LATE = 2.0
"""In times of what the settings say."""
FOR_EVER = timedelta(days=36_500)


@check("sensors")
def sensors(patient: Patient) -> Iterator[Said]:
    """They speak, and have rooms."""
    try:
        report = patient.sensors
    except Forbidden:
        yield warning(
            "how the sensors are, the running service tells only to those who log in",
            "look at its page /sensors, or at the metric openhours_sensors",
        )
        return
    if report is None:
        return
    states = Counter(sensor.state for sensor in report.sensors)
    quiet = states[State.SILENT] + states[State.NEVER_HEARD]
    if quiet:
        names = [s.sensor for s in report.sensors if s.state in {State.SILENT, State.NEVER_HEARD}]
        text = f"{quiet} of {len(report.sensors)} sensors are silent: {_some(names)}"
        mend = "`openhours ingest sensors` says since when; look at their power and network"
        yield (fault if quiet > MANY_SILENT * len(report.sensors) else warning)(text, mend)
    if report.waiting:
        names = [sensor.sensor for sensor in report.waiting]
        yield warning(
            f"{len(names)} sensors wait for a room: {_some(names)}",
            "`openhours ingest sensors` shows the line that registers each",
        )


@check("rejected messages")
def rejected(patient: Patient) -> Iterator[Said]:
    """What comes can be read."""
    if patient.ledger is None:
        return
    since_us = epoch_us(patient.now - RECENTLY)
    for group in patient.ledger.rejections():
        if group.last_us >= since_us and group.count >= MANY_REJECTED:
            yield warning(
                f"{group.count:,} messages could not be read: {group.reason} "
                f"(such as one on {group.sample.topic})",
                f"{group.sample.hint or '`openhours ingest rejections`'}; then "
                "`openhours ingest replay-rejected`",
            )


@check("floods")
def floods(patient: Patient) -> Iterator[Said]:
    """No topic says so much that some of it is left out."""
    for topic in (patient.health or {}).get("flooding", ()):
        yield warning(
            f"{topic} says more than ingest.topic_an_hour; the rest is left out",
            "mend or switch off the sensor, or revoke it: `openhours sensors revoke`",
        )


@check("spool")
def spool(patient: Patient) -> Iterator[Said]:
    """What was put aside can be read."""
    for file in damaged(patient.settings.spool_folder):
        yield fault(
            f"{file} holds messages that nobody can read",
            "look at the disk (smartctl); move the file away once you have seen it",
        )


@check("outbox")
def outbox(patient: Patient) -> Iterator[Said]:
    """What was decided reaches doors and signs."""
    if patient.ledger is None:
        return
    tried = [row for row in patient.ledger.queued(patient.now + FOR_EVER, limit=1) if row.attempts]
    for row in tried:
        yield fault(
            f"{patient.ledger.waiting():,} messages to doors and signs wait; the oldest, for "
            f"{row.message.topic}, was tried {row.attempts} times",
            "see `broker` here; they go by themselves once it takes them",
        )


@check("plan")
def plan(patient: Patient) -> Iterator[Said]:
    """Each week ends with proposals."""
    if patient.ledger is None or not patient.ledger.estate().venues:
        return
    newest = max((p.created_at for p in patient.ledger.proposals(limit=1)), default=None)
    first = min((line.at for line in patient.ledger.audit()), default=patient.now)
    last = newest or first
    if patient.now - last > PLAN_EVERY:
        yield fault(
            f"no proposal since {last:%Y-%m-%d}",
            "start the service; where it runs, see its log for “a job is put off”",
        )


@check("backups")
def backups(patient: Patient) -> Iterator[Said]:
    """There is a recent one."""
    said = patient.settings.backup
    if said.folder is None:
        yield warning(
            "the service makes no backups",
            "set backup.folder, or run `openhours backup` by a timer of yours",
        )
        return
    if not said.folder.is_dir():
        yield fault(f"there is no folder {said.folder}", "make it, for the service's user")
        return
    last = max(filter(None, map(made_at, backups_in(said.folder))), default=None)
    late = timedelta(hours=BACKUPS_LATE * said.every_hours)
    if last is None:
        yield warning(f"there is no backup in {said.folder} yet", "the service makes one soon")
    elif patient.now - last > late:
        yield fault(
            f"the newest backup is of {last:%Y-%m-%d %H:%M} UTC",
            "see the service's log for “a job is put off”, and the room in that folder",
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
