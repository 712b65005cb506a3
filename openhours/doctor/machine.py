"""Checks of files, disk and clock."""

import ctypes
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import available_timezones

from openhours.doctor.patient import Patient
from openhours.doctor.registry import Said, check, fault, warning

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs"}
)
"""File systems on which locks and syncs of a database cannot be trusted."""
FULL_BYTES, NEARLY_FULL_BYTES, NEARLY_FULL = 100 * 2**20, 2**30, 0.05
ZONES_OLD_YEARS = 2
UNSYNCHRONISED = 5
"""What adjtimex(2) returns of a clock that nothing keeps right (TIME_ERROR)."""
_TIMEX_BYTES = 256


@check("data folder")
def data_folder(patient: Patient) -> Iterator[Said]:
    """It is there, this user may write in it, and it is on a disk of this machine."""
    folder = patient.settings.data_dir
    if not folder.is_dir():
        yield warning(f"{folder.absolute()} is not there yet", "the first start makes it")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield fault(
            f"this user may not write in {folder.absolute()}",
            "run as the service's user, or give it the folder: chown -R openhours …",
        )
    kind = file_system_of(folder)
    if kind in NETWORK:
        yield fault(
            f"{folder.absolute()} is on a network disk ({kind}), where files may break",
            "set data_dir to a disk of this machine; back up to the network instead",
        )


@check("disk")
def disk(patient: Patient) -> Iterator[Said]:
    """There is room."""
    folder = patient.settings.data_dir
    if not folder.is_dir():
        return
    room = shutil.disk_usage(folder)
    left = f"{room.free / 2**20:,.0f} MB of {room.total / 2**20:,.0f} are free"
    mend = "free space, or set store.keep_raw_days; while it is full counts wait at the broker"
    if room.free < FULL_BYTES:
        yield fault(f"the disk of {folder.absolute()} is full: {left}", mend)
    elif room.free < min(NEARLY_FULL_BYTES, NEARLY_FULL * room.total):
        yield warning(f"the disk of {folder.absolute()} is nearly full: {left}", mend)


@check("permissions")
def permissions(patient: Patient) -> Iterator[Said]:
    """Nobody but the owner reads secrets, and this user reads what it needs."""
    settings = patient.settings
    secret = [
        settings.broker.password_file,
        settings.broker.tls_key,
        settings.store.token_file,
    ]
    for file in filter(None, secret):
        if not file.exists():
            continue
        if not os.access(file, os.R_OK):
            yield fault(f"this user may not read {file}", f"chown openhours {file}")
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:
            yield fault(f"others may read or write the secret in {file}", f"chmod 600 {file}")
    for kept in (settings.data_dir / "ledger.sqlite", settings.timeseries):
        if isinstance(kept, Path) and kept.exists():
            if not os.access(kept, os.R_OK | os.W_OK):
                yield fault(f"this user may not write {kept}", f"chown openhours {kept}")
            if kept.stat().st_mode & stat.S_IWOTH:
                yield fault(f"everybody may write {kept}", f"chmod o-w {kept}")


@check("clock")
def clock(patient: Patient) -> Iterator[Said]:
    """Something keeps the machine's clock right."""
    del patient
    if clock_state() == UNSYNCHRONISED:
        yield warning(
            "nothing keeps this machine's clock right",
            "start chrony or systemd-timesyncd: plans and counts are told by the clock",
        )


@check("time zones")
def time_zones(patient: Patient) -> Iterator[Said]:
    """The rules of time zones are recent, and those of all venues are known."""
    year = int(zone_rules().partition(".")[0])
    if patient.now.year - year >= ZONES_OLD_YEARS:
        yield warning(
            f"the rules of time zones are of {year}", "pip install --upgrade tzdata, and restart"
        )
    if patient.ledger is None:
        return
    known = available_timezones()
    for venue in patient.ledger.estate().venues:
        if venue.zone not in known:
            yield fault(
                f"{venue.id} is in the zone {venue.zone}, which is unknown here",
                "pip install --upgrade tzdata, or mend the estate",
            )


@check("readings' clock")
def ahead_of_time(patient: Patient) -> Iterator[Said]:
    """No reading was received later than now: the clock has not gone back."""
    with patient.series() as series:
        last_us = max(series.last_seen().values(), default=0) if series else 0
    ahead_s = last_us / 1e6 - patient.now.timestamp()
    if ahead_s > 86_400:
        when = datetime.fromtimestamp(last_us / 1e6, patient.now.tzinfo)
        yield warning(
            f"there are readings of {when:%Y-%m-%d %H:%M} UTC, which is to come",
            "set this machine's clock; see `openhours ingest sensors` for clocks that are wrong",
        )


def file_system_of(folder: Path) -> str:
    """The kind of file system that a folder is on; empty where nobody says."""
    try:
        lines = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    path = folder.resolve()
    mounts = [line.split()[1:3] for line in lines]
    above = [(len(at), kind) for at, kind in mounts if path.is_relative_to(at)]
    return max(above, default=(0, ""))[1]


def clock_state() -> int:
    """What adjtimex(2) says of the clock; 0 where it cannot be asked."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    except (AttributeError, OSError):
        return 0


def zone_rules() -> str:
    """The version of the rules of time zones, as in 2026.1."""
    return version("tzdata")
