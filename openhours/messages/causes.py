"""What is wrong now, as causes of alerts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.live.board import Board
from console.sensors.report import SensorReport
from domain.messages import Kind
from domain.ports import Ledger
from ingest.state import IngestState
from policies.findings import State
from policies.messages.alerts import Book, Cause
from policies.overflow.advice import OFF_SHARE, ON_SHARE

OF_THE_SERVICE = frozenset({Kind.STORE, Kind.BROKER, Kind.OUTBOX, Kind.DISK})
OF_VENUES = frozenset({Kind.SENSOR, Kind.FULL})
FAILED_SO_OFTEN = 8
"""Attempts with waits that double: some eight minutes."""
TOLD_OF_SENSORS = frozenset(
    {
        State.SILENT,
        State.SWAPPED,
        State.STUCK,
        State.IMPLAUSIBLE,
        State.CLOCK_WRONG,
        State.LOW_BATTERY,
    }
)
"""What somebody must go and see to. A sensor that was never heard is on its way; one that is late
comes by itself or falls silent; what is out of balance is found on the sensors' page."""
GB = 1e9


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the service's own resources."""

    folder: Path
    disk_free_gb: float


def service_causes(state: IngestState, ledger: Ledger, limits: Limits) -> Iterator[Cause]:
    """Trouble of the service itself. Raises `StoreUnavailable` where the ledger is away."""
    if state.store_problem:
        yield Cause(id="store", kind=Kind.STORE)
    if not state.connected:
        yield Cause(id="broker", kind=Kind.BROKER)
    if failing := ledger.messages.failing(FAILED_SO_OFTEN):
        yield Cause(id="outbox", kind=Kind.OUTBOX, facts={"n": failing})
    free = shutil.disk_usage(limits.folder).free / GB
    if free < limits.disk_free_gb:
        yield Cause(id="disk", kind=Kind.DISK, facts={"free": round(free, 1)})


def venue_causes(report: SensorReport, board: Board, book: Book) -> Iterator[Cause]:
    """Sensors that need somebody, and rooms that are full.

    A room is full from `ON_SHARE` of its capacity on, until it is down to `OFF_SHARE`.
    """
    for sensor in report.sensors:
        if sensor.state in TOLD_OF_SENSORS:
            yield Cause(
                id=f"sensor:{sensor.sensor}:{sensor.state}",
                kind=Kind.SENSOR,
                venue=sensor.venue,
                subject=sensor.sensor,
                facts={"state": sensor.state, **sensor.findings[0].facts},
            )
    for room in board.rooms:
        name = f"full:{room.room.id}"
        least = OFF_SHARE if name in book else ON_SHARE
        if room.share is not None and room.share >= least:
            yield Cause(
                id=name,
                kind=Kind.FULL,
                venue=room.room.venue,
                subject=room.room.id,
                facts={
                    "people": round(room.occupancy or 0),
                    "capacity": room.room.capacity or 0,
                },
            )
