"""Backups of real stores, made while counts come in, and restored elsewhere."""

import os
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.clock import ManualClock, SystemClock
from domain.errors import Conflict, InvalidInput, StoreUnavailable
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from openhours.backup.scheduled import backups_in
from openhours.cli import app
from openhours.running.jobs import jobs, receiving_jobs
from openhours.running.joining import service
from openhours.running.service import Service
from openhours.settings.model import Settings, load
from openhours.storing import timeseries
from store.ledger import SqlLedger
from tests.contract.rows import rows_of
from tests.contract.samples import NOON, estate, proposal, version

pytestmark = pytest.mark.server

START_US = 1_795_397_400_000_000
DOORS = ("door-1", "door-2", "stranger")
PASSWORD = "hunter2-of-the-broker"

Place = Callable[[str], Sequence[str]]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Flags of the stores of a kind, new and empty."""
    numbers = count()

    def new(kind: str) -> Sequence[str]:
        number = next(numbers)
        flags = [f"data_dir={tmp_path / f'data-{number}'}"]
        if kind == "servers":
            influx, new_database = map(request.getfixturevalue, ("influx", "postgres"))
            database = f"{tmp_path.name}-{number}"
            flags += [f"store.timeseries=influxdb://{influx.host}:{influx.port}/{database}"]
            flags += [f"store.ledger={new_database()}"]
        return flags

    return new


def openhours(flags: Sequence[str], *words: str | Path) -> Result:
    settings = [word for flag in flags for word in ("--set", flag)]
    return CliRunner().invoke(app, [*settings, *map(str, words)], catch_exceptions=False)


def fill(settings: Settings) -> None:
    """Something of every kind in the ledger."""
    settings.make_data_dir()
    with closing(SqlLedger.open(settings.ledger_url)) as ledger:
        ledger.put_estate(estate(), [version("annex", 1)], [], actor="ana", at=NOON)
        ledger.add_proposals([proposal("annex", "2026-W47")])
        ledger.keep_inputs({"print": ("annex-47", b"\x00\xff" * 40)}, NOON)
        ledger.set_state("note", "“zitiert”, 引号")


@contextmanager
def counting(running: Service) -> Iterator[Callable[[], int]]:
    """Counts go on and on until the block ends; called, says how many have been acknowledged."""
    ending, sent = threading.Event(), 0

    def publish() -> None:
        nonlocal sent
        with closing(MqttPublisher(running.broker)) as publisher:
            for first in count(0, 50):
                if ending.is_set():
                    return
                publisher.publish_many(_messages(first, 50))
                sent += 50

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield lambda: sent
    finally:
        ending.set()
        thread.join()


def _messages(first: int, number: int) -> list[Outgoing]:
    return [
        Outgoing(
            key="",
            topic=native.topic_of(DOORS[n % len(DOORS)]),
            payload=native.encode(
                [CountReading("", CountKind.TOTAL, START_US + n * 1_000_000, n, n // 2)]
            ),
        )
        for n in range(first, first + number)
    ]


def readings(flags: Sequence[str]) -> set[str]:
    """All that is stored, each reading as text, for *unknown* is not equal to itself."""
    with closing(timeseries.open_timeseries(load(None, flags))) as store:
        return {repr(row) for row in rows_of(store.read(DOORS, 0, 2 * START_US))}


@pytest.mark.parametrize(
    ("source", "target"),
    [("files", "files"), ("files", "servers"), ("servers", "files")],
)
def test_a_backup_made_under_load_is_restored_elsewhere_with_all_that_was_stored_before(
    place: Place, tmp_path: Path, source: str, target: str
) -> None:
    old, new = place(source), place(target)
    settings = load(None, old)
    fill(settings)
    timeseries.set_up(settings)
    file = tmp_path / "backup.tar"
    with service(settings, SystemClock(), any_port=True) as running:
        with jobs(running), counting(running) as sent:
            assert running.subscriber.wait_until(lambda s: s.stored >= 500, 30)
            before = running.timeseries.count()
            result = openhours(old, "backup", file)
            assert "readings" in result.stdout
            after_backup = sent()
            assert running.subscriber.wait_until(lambda s: s.received > after_backup, 30)
        audit = running.ledger.audit()
        rest = running.ledger.proposals(), running.ledger.inputs("print")
    everything = readings(old)

    assert "restored, and compared" in openhours(new, "restore", file).stdout
    restored = readings(new)
    assert before <= len(restored) < len(everything)
    assert restored <= everything
    with closing(SqlLedger.open(load(None, new).ledger_url)) as ledger:
        assert ledger.estate() == estate()
        assert set(ledger.audit()) <= set(audit)
        assert (ledger.proposals(), ledger.inputs("print")) == rest
        assert ledger.state("note") == "“zitiert”, 引号"
        assert not ledger.state("backup:wish")
        ledger.put_estate(estate(), [version("annex", 2)], [], actor="bo", at=NOON)


def test_bins_of_a_restored_store_are_those_that_its_readings_make(
    place: Place, tmp_path: Path
) -> None:
    old, new, file = place("files"), place("files"), tmp_path / "backup.tar"
    fill(load(None, old))
    now = datetime.fromtimestamp(START_US / 1e6, UTC) + timedelta(hours=20)
    with service(load(None, old), ManualClock(now), any_port=True) as running:
        running.send_and_settle(_messages(0, 5_000))
        running.update_bins()
        running.send_and_settle(_messages(20 * 3600, 50))  # of a quarter-hour that is not over
    openhours(old, "backup", file)
    openhours(new, "restore", file)
    made = []
    for flags in (old, new):
        clock = ManualClock(now + timedelta(hours=1))
        with service(load(None, flags), clock, any_port=True) as running:
            running.update_bins()
            made.append(bins(running))
            running.timeseries.make_stale(DOORS)
            running.update_bins()
            made.append(bins(running))
    assert len(made[0][1]) > 10
    assert made[1:] == made[:1] * 3


def bins(running: Service) -> tuple[object, list[int], str]:
    first = START_US // 900_000_000 - 1
    found = running.timeseries.bins(DOORS, first, first + 100)
    return found.sensors, found.slot.tolist(), str(found.entered.tolist())


def test_no_secret_of_the_settings_is_in_a_backup_and_only_its_owner_reads_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENHOURS_BROKER__PASSWORD", PASSWORD)
    flags = [*place("files"), "broker.embedded=false", "broker.username=ana", "backup.keep=3"]
    fill(load(None, flags))
    assert openhours(flags, "backup", tmp_path).exit_code == 0
    (file,) = backups_in(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD.encode() not in file.read_bytes()
    monkeypatch.delenv("OPENHOURS_BROKER__PASSWORD")
    new = place("files")
    openhours(new, "restore", file)
    restored = load(load(None, new).data_dir / "restored-openhours.toml")
    assert (restored.broker.username, restored.backup.keep) == ("ana", 3)
    assert restored.broker.password.get_secret_value() == ""


@pytest.mark.parametrize("place_of_fault", [0.1, 0.5, 0.9])
def test_a_damaged_backup_is_told_before_anything_is_restored(
    place: Place, tmp_path: Path, place_of_fault: float
) -> None:
    old, new, file = place("files"), place("files"), tmp_path / "backup.tar"
    fill(load(None, old))
    openhours(old, "backup", file)
    assert "is whole" in openhours(old, "restore", "--check", file).stdout
    content = bytearray(file.read_bytes())
    with tarfile.open(file) as tar:
        members = [m for m in tar.getmembers() if m.size]
    member = members[int(len(members) * place_of_fault)]
    content[member.offset_data + member.size // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"backup\.tar"):
        openhours(new, "restore", file)
    assert not (load(None, new).data_dir / "ledger.sqlite").exists()


def test_half_a_backup_is_told_and_a_disk_that_is_full_leaves_none(
    place: Place, tmp_path: Path
) -> None:
    flags, file = place("files"), tmp_path / "backup.tar"
    fill(load(None, flags))
    openhours(flags, "backup", file)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(InvalidInput, match="no whole backup"):
        openhours(flags, "restore", "--check", file)
    (tmp_path / ".again.tar.part").symlink_to("/dev/full")
    with pytest.raises(StoreUnavailable, match="cannot be written: No space left"):
        openhours(flags, "backup", tmp_path / "again.tar")
    assert not (tmp_path / "again.tar").exists()


def test_nothing_is_restored_over_what_is_there_or_under_a_running_service(
    place: Place, tmp_path: Path
) -> None:
    flags, file = place("files"), tmp_path / "backup.tar"
    settings = load(None, flags)
    fill(settings)
    openhours(flags, "backup", file)
    with pytest.raises(Conflict, match="ledger is not empty"):
        openhours(flags, "restore", file)
    with service(settings, SystemClock(), any_port=True), pytest.raises(Conflict, match="runs in"):
        openhours(flags, "restore", file)


def test_the_service_makes_backups_by_its_settings_and_drops_old_ones(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "kept-by-hand.openhours.tar").touch()
    flags = [*place("files"), f"backup.folder={folder}", "backup.keep=2", "backup.every_hours=6"]
    settings, clock = load(None, flags), ManualClock(NOON)
    with service(settings, clock, any_port=True) as running:
        for hours in range(0, 25, 3):
            clock.move_to(NOON + timedelta(hours=hours))
            running.back_up_when_due()
    made = [file.name for file in backups_in(folder)]
    assert made == ["20261124T060000Z.openhours.tar", "20261124T120000Z.openhours.tar"]
    assert (folder / "kept-by-hand.openhours.tar").exists()


def test_a_backup_that_the_service_cannot_make_is_told_where_it_was_asked_for(
    place: Place, tmp_path: Path
) -> None:
    flags = place("files")
    (tmp_path / ".b.tar.part").mkdir()
    with (
        service(load(None, flags), SystemClock(), any_port=True) as running,
        receiving_jobs(running),
        pytest.raises(StoreUnavailable, match="cannot be written"),
    ):
        openhours(flags, "backup", tmp_path / "b.tar")
