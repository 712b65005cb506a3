from pathlib import Path

import pytest

from domain.errors import InvalidSettings
from openhours.settings.model import help_lines, load
from store.ledger import SqlLedger
from store.timeseries.influx_address import InfluxAddress


def test_the_environment_wins_over_the_file_and_a_flag_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "openhours.toml"
    file.write_text("[console]\nport = 1001\n[broker]\nport = 1002\n[ingest]\nbatch_size = 1003\n")
    monkeypatch.setenv("OPENHOURS_CONSOLE__PORT", "2001")
    monkeypatch.setenv("OPENHOURS_BROKER__PORT", "2002")
    settings = load(file, ["console.port=3001"])
    assert (settings.console.port, settings.broker.port) == (3001, 2002)
    assert settings.ingest.batch_size == 1003


def test_a_venue_type_may_have_a_threshold_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "openhours.toml"
    file.write_text(
        "[planning]\nunderuse_threshold = 0.2\n[planning.underuse_thresholds]\nlibrary = 0.3\n"
    )
    thresholds = load(file, ["planning.underuse_thresholds.pool=0.1"]).planning.thresholds
    assert (thresholds.others, thresholds.by_type) == (0.2, {"library": 0.3, "pool": 0.1})
    with pytest.raises(InvalidSettings, match="underuse_thresholds"):
        load(flags=["planning.underuse_thresholds.pool=1.5"])


def test_all_faults_are_told_at_once_with_their_names(tmp_path: Path) -> None:
    file = tmp_path / "openhours.toml"
    file.write_text('colour = "red"\n[console]\nport = 0\n[broker]\nhots = "x"\nprotocol = "4"\n')
    with pytest.raises(InvalidSettings) as caught:
        load(file)
    assert {p.where for p in caught.value.problems} == {
        "colour",
        "console.port",
        "broker.hots",
        "broker.protocol",
    }


@pytest.mark.parametrize(
    ("variable", "named"),
    [("OPENHOURS_CONSOLE__PROT", "console.prot"), ("OPENHOURS_DATADIR", "OPENHOURS_DATADIR")],
)
def test_a_misspelt_variable_is_told(
    variable: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(InvalidSettings, match=named):
        load()


def test_a_password_cannot_come_by_a_flag_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidSettings, match="password_file"):
        load(None, ["broker.password=hunter2"])
    monkeypatch.setenv("OPENHOURS_BROKER__PASSWORD", "hunter2")
    assert load().broker_password == "hunter2"
    assert "hunter2" not in repr(load())
    secret = tmp_path / "secret"
    secret.write_text("hunter3\n")
    assert load(None, [f"broker.password_file={secret}"]).broker_password == "hunter3"


@pytest.mark.parametrize(
    ("text", "says"),
    [("[console", "is not TOML"), (None, "cannot read it")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "openhours.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InvalidSettings, match=says) as caught:
        load(file)
    assert caught.value.problem.where == str(file)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "openhours.toml"
    file.write_bytes('data_dir = "数据"'.encode("gb18030"))
    with pytest.raises(InvalidSettings, match="is not UTF-8"):
        load(file)


@pytest.mark.parametrize(
    "flags", [["broker.port=1", "broker.port.x=2"], ["broker=1", "broker.a=2"]]
)
def test_a_value_that_is_given_parts_is_told(flags: list[str]) -> None:
    with pytest.raises(InvalidSettings, match=rf"--set {flags[1]}: .* is no section"):
        load(None, flags)


def test_a_section_that_cannot_be_read_in_the_environment_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENHOURS_BROKER", "{bad")
    with pytest.raises(
        InvalidSettings, match=r"in the environment: .*broker.*OPENHOURS_BROKER__PORT=1883"
    ):
        load()


def test_a_broker_has_a_host() -> None:
    with pytest.raises(InvalidSettings, match=r"broker\.host"):
        load(None, ["broker.embedded=false", "broker.host="])


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/ledger", "postgresql://host:port/x"])
def test_an_address_that_is_no_ledger_is_told(url: str) -> None:
    with pytest.raises(InvalidSettings, match=r"store\.ledger: cannot be used.*sqlite:///"):
        load(None, [f"store.ledger={url}"])


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@h/x", "postgresql://h/x?password=hunter2"])
def test_the_password_of_the_ledger_cannot_come_by_a_flag(url: str) -> None:
    with pytest.raises(InvalidSettings, match="OPENHOURS_STORE__LEDGER") as caught:
        load(None, [f"store.ledger={url}"])
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["a?b", "100% #1", "数据"])
def test_the_ledger_is_kept_in_the_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    settings = load(None, [f"data_dir={tmp_path / name}"])
    settings.make_data_dir()
    SqlLedger.open(settings.ledger_url).close()
    assert (tmp_path / name / "ledger.sqlite").is_file()


@pytest.mark.parametrize("place", ["file", "file/below", "/proc", "/proc/openhours"])
def test_a_folder_that_holds_no_files_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    settings = load(None, [f"data_dir={tmp_path / place}"])
    with pytest.raises(InvalidSettings, match="data_dir: nothing can be kept in"):
        settings.make_data_dir()


def test_what_the_embedded_broker_cannot_do_is_told(tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.touch()
    asked = ["protocol=5", "username=ana", f"tls_ca={certificates}"]
    flags = [f"broker.{setting}" for setting in asked]
    with pytest.raises(InvalidSettings) as caught:
        load(None, flags)
    assert [p.where for p in caught.value.problems] == [flag.partition("=")[0] for flag in flags]
    assert load(None, [*flags, "broker.embedded=false"]).broker.protocol == "5"


def test_a_certificate_without_its_key_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(None, [f"broker.tls_certificate={tmp_path / 'none.pem'}"])
    assert {p.where for p in caught.value.problems} == {"broker.tls_certificate", "broker"}


def test_every_setting_has_a_help_line() -> None:
    assert [name for name, _, text in help_lines() if not text.endswith(".")] == []


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("influxdb://host/town", "http://host:8086"),
        ("influxdb://host:9999/town?tls=1", "https://host:9999"),
        ("influxdb://[::1]:8086/town", "http://[::1]:8086"),
    ],
)
def test_readings_can_be_in_an_influxdb(place: str, url: str, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("hunter2\n")
    settings = load(None, [f"store.timeseries={place}", f"store.token_file={token}"])
    assert settings.timeseries == InfluxAddress(url=url, database="town", token="hunter2")
    assert "hunter2" not in repr(settings.timeseries)


@pytest.mark.parametrize(
    "place",
    [
        "influxdb://host",
        "influxdb:///town",
        "influxdb://u:pw@host/town",
        "influxdb://h/a/b",
        "influxdb://host/town?tsl=1",
        "influxdb://host:port/town",
    ],
)
def test_an_address_that_is_no_influxdb_is_told(place: str) -> None:
    with pytest.raises(InvalidSettings, match=r"store\.timeseries: cannot be used.*DATABASE"):
        load(None, [f"store.timeseries={place}"])


def test_a_token_cannot_come_by_a_flag_and_its_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="OPENHOURS_STORE__TOKEN"):
        load(None, ["store.token=hunter2"])
    with pytest.raises(InvalidSettings, match=r"store\.token_file: there is no file"):
        load(None, [f"store.token_file={tmp_path / 'none'}"])


def test_the_password_of_the_ledger_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("b@d/word\n")
    ledger = "store.ledger=postgresql+psycopg://openhours@db/openhours"
    settings = load(flags=[ledger, f"store.ledger_password_file={file}"])
    assert settings.ledger_url == "postgresql+psycopg://openhours:b%40d%2Fword@db/openhours"
