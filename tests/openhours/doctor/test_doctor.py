"""Each thing is broken in turn, and the doctor names it and says how to mend it."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from benchmarks.mosquitto import free_port
from domain.clock import ManualClock
from domain.errors import Forbidden
from domain.readings import CountKind, CountReading
from openhours.cli import app
from openhours.doctor import Finding, Level, examine, machine, servers
from openhours.doctor import patient as patient_module
from openhours.doctor.patient import Patient
from openhours.doctor.registry import names
from openhours.running.joining import service
from openhours.settings.model import load
from store.ledger import SqlLedger
from store.ledger.migrations import migrate
from store.timeseries import DuckDBStore
from tests.contract.samples import NOON, estate, message, proposal, rejection, version
from tests.fixtures.brokers import StartMosquitto

NOON_US = int(NOON.timestamp()) * 1_000_000
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil gives it
Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of an installation that works."""
    made = tmp_path / "data"
    (made / "backups").mkdir(parents=True)
    (made / "backups" / f"{NOON - timedelta(hours=3):%Y%m%dT%H%M%SZ}.openhours.tar").touch()
    (made / "broker.password").touch(0o600)
    with closing(SqlLedger.open(f"sqlite:///{made / 'ledger.sqlite'}")) as ledger:
        ledger.put_estate(estate(), [version("annex", 1)], [], actor="ana", at=NOON)
        ledger.add_proposals([replace(proposal("annex", "2026-W47"), created_at=NOON)])
    with closing(DuckDBStore(made / "readings.duckdb")) as store:
        heard_us = range(NOON_US - 3_600_000_000, NOON_US, 900_000_000)
        store.add([CountReading("door-1", CountKind.PERIOD, t, 1, period_s=900) for t in heard_us])
    return made


@pytest.fixture
def look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """What the doctor finds that is not fine, by check."""
    monkeypatch.setattr(machine, "clock_state", lambda: 0)

    def examined(*flags: str, now: datetime = NOON) -> dict[str, Finding]:
        settings = load(None, [f"data_dir={folder}", f"backup.folder={folder}/backups", *flags])
        found = examine(Patient(settings, now))
        assert {f.check for f in found} == {*names()}
        assert [f for f in found if f.level is not Level.FINE and not f.mend] == []
        return {f.check: f for f in found if f.level is not Level.FINE}

    return examined


@pytest.fixture
def ledger(folder: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger(f"sqlite:///{folder / 'ledger.sqlite'}")
    yield opened
    opened.close()


def only(found: dict[str, Finding], check: str, level: Level = Level.FAULT) -> str:
    """What is said by the one check that found something, but for that nothing runs."""
    assert [name for name in found if name != "service"] == [check], found
    assert found[check].level is level
    return f"{found[check].what} ({found[check].mend})"


def test_of_an_installation_that_works_it_says_only_that_nothing_runs(look: Look) -> None:
    found = look()
    assert [*found] == ["service"]
    assert found["service"].level is Level.WARNING


def test_a_folder_that_is_not_there_or_on_a_network_disk(
    look: Look, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "file_system_of", lambda _: "nfs4")
    assert "network disk (nfs4)" in only(look(), "data folder")
    monkeypatch.undo()
    nowhere = [f"data_dir={folder}-x", "backup.folder="]
    settings = load(None, [nowhere[0], f"backup.folder={folder}/backups"])
    found = {f.check: f for f in examine(Patient(settings, NOON))}
    assert found["data folder"].level is Level.WARNING
    assert not Path(f"{folder}-x").exists()


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount() -> None:
    assert machine.file_system_of(Path("/proc/self")) == "proc"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(look: Look, folder: Path) -> None:
    folder.chmod(0o500)
    assert "may not write" in look()["data folder"].what
    folder.chmod(0o700)


@pytest.mark.parametrize(("free_mb", "level"), [(50, Level.FAULT), (500, Level.WARNING)])
def test_a_disk_that_is_full_or_nearly(
    look: Look, monkeypatch: pytest.MonkeyPatch, free_mb: int, level: Level
) -> None:
    usage = Usage(total=2**36, used=2**36 - free_mb * 2**20, free=free_mb * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert f"{free_mb} MB" in only(look(), "disk", level)


@pytest.mark.parametrize(
    ("file", "mode", "said"),
    [
        ("broker.password", 0o644, "others may read or write the secret"),
        ("ledger.sqlite", 0o666, "everybody may write"),
        ("readings.duckdb", 0o602, "everybody may write"),
    ],
)
def test_files_that_others_may_read_or_write(
    look: Look, folder: Path, file: str, mode: int, said: str
) -> None:
    (folder / file).chmod(mode)
    secret = f"broker.password_file={folder / 'broker.password'}"
    found = only(look(secret), "permissions")
    assert said in found
    assert f"{folder / file}" in found


def test_a_clock_that_nothing_keeps_right_and_old_rules_of_zones(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "clock_state", lambda: machine.UNSYNCHRONISED)
    monkeypatch.setattr(machine, "zone_rules", lambda: "2023.3")
    found = look()
    assert "timesyncd" in found["clock"].mend
    assert "2023" in found["time zones"].what


def test_a_clock_that_has_gone_back(look: Look) -> None:
    found = look(now=NOON - timedelta(days=3))
    assert "2026-11-23" in found["readings' clock"].what


def test_a_broker_that_does_not_answer(look: Look) -> None:
    port = free_port()
    found = look("broker.embedded=false", f"broker.port={port}")
    assert f"no broker answers at 127.0.0.1:{port}" in only(found, "broker")


@pytest.mark.server
def test_a_broker_that_does_not_let_us_in(
    look: Look, start_mosquitto: StartMosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = tmp_path / "users"
    subprocess.run(["mosquitto_passwd", "-b", "-c", users, "ana", "right"], check=True)
    users.chmod(0o644)
    broker = start_mosquitto(more=f"allow_anonymous false\npassword_file {users}\n")
    flags = ["broker.embedded=false", f"broker.port={broker.port}", "broker.username=ana"]
    monkeypatch.setenv("OPENHOURS_BROKER__PASSWORD", "wrong")
    assert "does not let us in: Not authorized" in only(look(*flags), "broker")
    monkeypatch.setenv("OPENHOURS_BROKER__PASSWORD", "right")
    assert "broker" not in look(*flags)


@pytest.mark.server
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_certificates_that_end_soon(
    look: Look, start_mosquitto: StartMosquitto, tmp_path: Path
) -> None:
    for name, days in (("server", 10), ("ours", 400)):
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
            f"-days {days} -subj /CN={name} -addext subjectAltName=IP:127.0.0.1 "
            f"-keyout {name}.key -out {name}.pem"
        )
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    server, ours = tmp_path / "server.pem", tmp_path / "ours.pem"
    broker = start_mosquitto(more=f"certfile {server}\nkeyfile {tmp_path}/server.key\n")
    flags = ["broker.embedded=false", f"broker.port={broker.port}", f"broker.tls_ca={server}"]
    now = datetime.now(UTC)
    theirs = look(*flags, now=now)["certificates"]
    assert theirs.level is Level.WARNING
    assert f"the broker's certificate at 127.0.0.1:{broker.port} ends on" in theirs.what
    later = look(*flags, now=now + timedelta(days=11))["certificates"]
    assert later.level is Level.FAULT
    printed = subprocess.run(
        ["openssl", "x509", "-in", ours, "-noout", "-enddate"],
        capture_output=True,
        text=True,
        check=True,
    )
    ends = datetime.strptime(f"{printed.stdout.strip()}+0000", "notAfter=%b %d %H:%M:%S %Y GMT%z")
    assert servers.expiry_of(ours.read_text()) == ends


def test_a_ledger_that_is_older_newer_or_none(look: Look, folder: Path) -> None:
    file = folder / "ledger.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "revision 9999, which this openhours does not know" in look()["ledger"].what
    file.unlink()
    migrate(f"sqlite:///{file}", "0002")
    assert look()["ledger"].level is Level.WARNING
    file.write_bytes(b"no database at all " * 400)
    assert "not a database" in look()["ledger"].what


def test_readings_that_cannot_be_opened(look: Look, folder: Path) -> None:
    (folder / "readings.duckdb").write_bytes(b"?" * 20_000)
    assert "not a valid DuckDB" in look()["readings"].what


def test_readings_that_another_program_holds(look: Look, folder: Path) -> None:
    holder = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        ["python", "-c", holder, folder / "readings.duckdb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = look()["readings"]
        process.communicate(b"\n")
    assert "Could not set lock" in found.what
    assert "another process holds it" in found.mend


def test_sensors_that_are_silent_or_wait_for_a_room(look: Look, folder: Path) -> None:
    now = NOON + timedelta(days=2)
    with closing(DuckDBStore(folder / "readings.duckdb")) as store:
        store.add([CountReading("stranger", CountKind.TOTAL, NOON_US, 1)])
    examined = look(now=now)
    assert examined["sensors"].level is Level.WARNING  # of two findings the last
    settings = load(None, [f"data_dir={folder}"])
    said = [f for f in examine(Patient(settings, now)) if f.check == "sensors"]
    assert [(f.level, f.what) for f in said] == [
        (Level.FAULT, "1 of 1 sensors are silent: door-1"),
        (Level.WARNING, "1 sensors wait for a room: stranger"),
    ]


def test_a_flood_of_what_cannot_be_read(look: Look, ledger: SqlLedger) -> None:
    ledger.keep_rejections([rejection("old", NOON_US - 2 * 86_400_000_000)] * 200)
    ledger.keep_rejections([rejection("few", NOON_US)] * 99)
    assert "rejected messages" not in look()
    ledger.keep_rejections([rejection("not JSON", NOON_US)] * 100)
    assert "100 messages could not be read: not JSON" in only(
        look(), "rejected messages", Level.WARNING
    )


def test_a_damaged_spool(look: Look, folder: Path) -> None:
    (folder / "spool").mkdir()
    (folder / "spool" / "000000000001.damaged").touch()
    assert "000000000001.damaged" in only(look(), "spool")


def test_an_outbox_that_is_stuck(look: Look, ledger: SqlLedger) -> None:
    ledger.add_schedule(version("annex", 2), [message("a", "doors/a"), message("b", "doors/b")])
    assert "outbox" not in look()  # nobody has tried yet
    (first, _) = ledger.queued(NOON)
    for _ in range(3):
        ledger.postpone(first.id, NOON + timedelta(hours=1), "away")
    found = only(look(), "outbox")
    assert "2 messages" in found
    assert "doors/a, was tried 3 times" in found


def test_a_plan_that_is_too_old(look: Look) -> None:
    found = look(now=NOON + timedelta(days=10))
    assert "no proposal since 2026-11-23" in found["plan"].what
    assert "plan" not in look(now=NOON + timedelta(days=8))


def test_backups_that_are_too_old_missing_or_never_made(look: Look, folder: Path) -> None:
    assert (
        "newest backup is of 2026-11-23 09:00" in look(now=NOON + timedelta(days=2))["backups"].what
    )
    shutil.rmtree(folder / "backups")
    assert "no folder" in only(look(), "backups")
    settings = load(None, [f"data_dir={folder}"])
    found = {f.check: f for f in examine(Patient(settings, NOON))}
    assert "makes no backups" in found["backups"].what


def test_settings_that_cannot_be_are_said_instead_of_anything_else() -> None:
    ended = subprocess.run(
        ["python", "-m", "openhours", "--set", "console.prot=1", "doctor"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "console.prot: there is no such setting" in ended.stderr


def test_a_check_that_fails_is_a_finding_and_holds_up_no_other(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Usage:
        raise RuntimeError("oh")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    assert "RuntimeError: oh" in only(look(), "disk")


@pytest.mark.server
def test_beside_a_running_service_it_leaves_the_readings_to_it(folder: Path) -> None:
    settings = load(None, [f"data_dir={folder}", f"console.port={free_port()}"])
    with service(settings, ManualClock(NOON), any_port=True):
        found = {f.check: f for f in examine(Patient(settings, NOON)) if f.level is not Level.FINE}
    assert "no pages answer" in found["service"].what
    assert "shows no sensors" in found["sensors"].what
    assert "readings" not in found


@pytest.mark.parametrize(
    ("said", "check", "what"),
    [
        ({"storing": False, "waiting": 1200}, "service", "1,200 messages wait"),
        ({"stores_answer": False}, "readings", "cannot read"),
        ({"flooding": ["openhours/v1/x/counts"]}, "floods", "openhours/v1/x/counts says more"),
    ],
)
def test_what_the_running_service_says_of_itself_is_named(
    folder: Path, said: dict[str, object], check: str, what: str
) -> None:
    well = {"storing": True, "waiting": 0, "stores_answer": True, "flooding": []}
    patient = Patient(load(None, [f"data_dir={folder}"]), NOON)
    vars(patient).update(is_running=True, health=well | said, sensors=None)
    found = {f.check: f for f in examine(patient) if f.level is not Level.FINE}
    assert what in found[check].what
    assert found[check].mend


def test_sensors_that_only_those_see_who_log_in_are_not_called_fine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Forbidden("log in")

    monkeypatch.setattr(patient_module, "report_of_the_service", refuse)
    patient = Patient(load(None, [f"data_dir={folder}"]), NOON)
    vars(patient).update(is_running=True, health=None)
    found = {f.check: f for f in examine(patient)}
    assert found["sensors"].level is Level.WARNING
    assert "only to those who log in" in found["sensors"].what


def test_database_servers_that_are_away_are_named_without_their_passwords(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    found = look(f"store.timeseries=influxdb://127.0.0.1:{port}/counts")
    assert f"127.0.0.1:{port}" in only(found, "readings")
    pytest.importorskip("psycopg")
    url = f"postgresql+psycopg://ana:s3cret@127.0.0.1:{port}/ledger"
    monkeypatch.setenv("OPENHOURS_STORE__LEDGER", url)
    said = only(look(), "ledger")
    assert f"127.0.0.1:{port}" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_says_it_as_text_or_json_and_leaves_with_one_for_a_fault(
    folder: Path, form: str
) -> None:
    words: Sequence[str] = ["--json"] if form == "json" else []
    flags = ["--set", f"data_dir={folder}"]
    result = CliRunner().invoke(app, [*flags, "doctor", *words], env={"COLUMNS": "200"})
    assert result.exit_code == 1  # the sensors are silent, by the machine's clock
    if form == "json":
        said = {f["check"]: f for f in json.loads(result.stdout)}
        assert said["sensors"]["level"] == "fault"
    else:
        assert "1 of 1 sensors are silent" in result.stdout
        assert "ingest sensors" in result.stdout


def test_looking_changes_nothing(look: Look, folder: Path) -> None:
    with duckdb.connect(str(folder / "readings.duckdb")) as store:
        before = store.execute("FROM readings").fetchall()
    listed = sorted(folder.rglob("*"))
    look()
    assert sorted(folder.rglob("*")) == listed
    with duckdb.connect(str(folder / "readings.duckdb")) as store:
        assert store.execute("FROM readings").fetchall() == before
