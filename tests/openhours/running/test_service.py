import json
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from console.rooms.flags import kept
from console.web.services import Source
from domain.clock import ManualClock
from domain.decisions import approve
from domain.errors import Unavailable
from domain.estate import Estate
from domain.planning import Outgoing, Verdict
from domain.readings import CountKind, CountReading
from ingest.codecs import native
from ingest.state import IngestState
from openhours.entering.estates import import_estate
from openhours.running.joining import service
from openhours.running.service import Service
from openhours.running.serving import status_of
from openhours.settings.model import load
from tests.openhours.hall import hall_estate

pytestmark = pytest.mark.server

WEEKS = 6
MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
NOW = MONDAY + timedelta(weeks=WEEKS, hours=1)
TOPIC = "openhours/v1/venues/hall/schedule"
DEADLINE_S = 30.0


def _estate() -> Estate:
    """A hall of which changes take two weeks."""
    return hall_estate(limits={"break_even_visits": "4", "notice_days": "14"}, approval="manual")


def _counts() -> Iterator[Outgoing]:
    """Every day's quarter-hours as one message: visits between 12 and 18 only."""
    for day in range(7 * WEEKS):
        readings = []
        for quarter in range(96):
            start = MONDAY + timedelta(days=day, minutes=15 * quarter)
            visits = 5 if 12 <= start.hour < 18 else 0
            end_us = int((start + timedelta(minutes=15)).timestamp()) * 1_000_000
            readings.append(
                CountReading("door", CountKind.PERIOD, end_us, visits, visits, period_s=900)
            )
        yield Outgoing(key="", topic=native.topic_of("door"), payload=native.encode(readings))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    settings = load(flags=[f"data_dir={tmp_path}"])
    with service(settings, ManualClock(NOW), any_port=True) as started:
        yield started


@contextmanager
def _door(port: int) -> Iterator[queue.SimpleQueue[MQTTMessage]]:
    """What a door display receives that connects now for the first time."""
    received: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
    display = Client(CallbackAPIVersion.VERSION2, "display", clean_session=True)
    connected = threading.Event()
    display.on_connect = lambda *_: connected.set()
    display.on_message = lambda _client, _userdata, message: received.put(message)
    display.connect("127.0.0.1", port)
    display.loop_start()
    assert connected.wait(DEADLINE_S)
    display.subscribe(TOPIC, qos=1)
    try:
        yield received
    finally:
        display.disconnect()
        display.loop_stop()


def test_a_display_that_comes_late_is_told_the_hours_that_counts_led_to(running: Service) -> None:
    import_estate(running.ledger, _estate(), actor="test", clock=running.clock)
    running.send_and_settle(_counts())
    (proposal,) = running.planning.plan_due(NOW)
    assert proposal.verdict is Verdict.CHANGE
    approve(running.ledger, proposal.id, actor="manager", at=NOW)
    assert running.send_outbox() > 0

    with _door(running.broker.port) as received:
        message = received.get(timeout=DEADLINE_S)
    assert message.retain
    said = json.loads(message.payload)
    now, then = said["schedules"]
    assert set(now["hours"].values()) == {"08:00-20:00"}
    assert then["effective_from"] == "2026-11-02"  # a Monday, two weeks after 19 October
    assert then["version"] == said["version"] == 2
    assert then["hours"] == proposal.proposed.as_text() != now["hours"]


class Spooling:
    """A receiver whose store is away: whatever comes is safe, and not stored."""

    received = 0

    @property
    def state(self) -> IngestState:
        return IngestState(received=self.received, spooled=self.received, store_problem="away")

    @property
    def states(self) -> list[IngestState]:
        return [self.state]

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        self.received = int(timeout_s)
        return satisfied(self.state)


def test_counts_that_wait_in_the_spool_are_not_taken_for_stored(running: Service) -> None:
    message = Outgoing(key="", topic=native.topic_of("door"), payload=b'{"entered": 1}')
    with pytest.raises(Unavailable, match="1 messages were published and not all stored"):
        replace(running, subscriber=Spooling()).send_and_settle([message])


def test_rooms_are_looked_at_once_their_readings_are_stored(running: Service) -> None:
    import_estate(running.ledger, _estate(), actor="test", clock=running.clock)
    running.send_and_settle(_counts())
    replace(running, subscriber=Spooling()).look_at_rooms()
    assert kept(running.ledger)[1].month == ""
    running.look_at_rooms()
    assert kept(running.ledger)[1].month == f"{NOW:%Y-%m}"


def test_a_store_that_takes_nothing_and_a_damaged_spool_are_in_the_status(
    running: Service,
) -> None:
    folder = running.settings.spool_folder / "worker-1"
    folder.mkdir(parents=True)
    (folder / "000000000001.damaged").write_bytes(b"?")
    away = Spooling()
    away.received = 7
    status = status_of(replace(running, subscriber=away), Source.LIVE)
    assert (status.storing, status.waiting, status.damaged) == (False, 7, 1)
    well = status_of(running, Source.LIVE)
    assert (well.storing, well.waiting) == (True, 0)


def test_a_console_port_that_is_taken_is_said_in_one_line_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "openhours", "--set", f"data_dir={tmp_path}"),
                *("--set", f"console.port={port}", "run"),
            ],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"cannot listen on 127.0.0.1:{port}" in line
    assert "--set console.port=" in line
    assert not ended.stdout
