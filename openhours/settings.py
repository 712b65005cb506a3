"""Every setting, with its help line: from a TOML file, the environment and flags.

The last of these wins. The environment has `OPENHOURS_` before and `__` between, as in
`OPENHOURS_CONSOLE__PORT=8801`. Secrets come from the environment or from files, never from flags.
"""

import ipaddress
import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from domain.errors import InvalidSettings, Problem

ENV_PREFIX = "OPENHOURS_"
Port = Annotated[int, Field(ge=1, le=65_535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Broker(_Section):
    """The MQTT broker."""

    embedded: bool = Field(
        default=True, description="Run a broker of our own (nats-server) on loopback."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Host of the broker.")
    port: Port = Field(1883, description="Port of the broker.")
    username: str = Field("", description="User name, where the broker asks for one.")
    password: SecretStr = Field(SecretStr(""), description="Password; better in password_file.")
    password_file: Path | None = Field(None, description="File that holds the password.")
    tls: bool = Field(
        default=False, description="Use TLS; also where one of the next three is given."
    )
    tls_ca: Path | None = Field(
        None, description="Certificates to trust; none: those of the system."
    )
    tls_certificate: Path | None = Field(None, description="Our certificate, for mutual TLS.")
    tls_key: Path | None = Field(None, description="Key of our certificate.")
    transport: Literal["tcp", "websockets"] = Field("tcp", description="What MQTT travels on.")
    path: str = Field("/mqtt", pattern="^/", description="Path of the WebSocket.")
    protocol: Literal["3.1.1", "5"] = Field("3.1.1", description="MQTT version.")
    client_id: str = Field("openhours", min_length=1, description="Name of our session there.")
    shared_group: str = Field(
        "",
        pattern=r"^[^/+#\s]*$",
        description="Group among whose members the broker divides the messages; several workers "
        "make one called openhours. Hosts that share the work name the same one.",
    )
    max_in_flight: int = Field(
        20_000, ge=1, le=65_535, description="Messages received and not yet acknowledged, at most."
    )


class Ingest(_Section):
    """How messages are received and gathered into commits."""

    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Processes that receive, in one shared subscription. More than one needs a "
        "broker that has such, which the embedded one is not.",
    )
    batch_size: int = Field(
        5_000, ge=1, description="Messages in one commit; a long list is several."
    )
    batch_wait_s: float = Field(0.2, gt=0, description="A message waits for others this long.")
    spool_mb: int = Field(
        1_024,
        ge=0,
        description="What a worker may keep on disk while the store is away for long; 0: nothing, "
        "it waits at the broker.",
    )
    spool_after_s: float = Field(
        5.0, ge=0, description="How long the store must have been away before."
    )


class Store(_Section):
    """Where readings and the ledger are kept."""

    timeseries: Path | None = Field(
        None, description="DuckDB file of the readings; default readings.duckdb in data_dir."
    )
    ledger: str = Field(
        "", description="SQLAlchemy URL of the ledger; default ledger.sqlite in data_dir."
    )


class Console(_Section):
    """The web pages."""

    host: str = Field("127.0.0.1", description="Address to listen on; loopback only for now.")
    port: Port = Field(8800, description="Port to listen on.")
    trusted_hosts: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1", "[::1]"), description="Host names that requests may carry."
    )
    manager_key_file: Path | None = Field(
        None,
        description="File with the key of the manager's link; default manager.key in data_dir.",
    )


class Planning(_Section):
    """How hours are planned."""

    history_weeks: int = Field(
        104,
        ge=1,
        le=260,
        description="Weeks of readings a plan looks at. What was learned of hours that have been "
        "closed for longer is forgotten.",
    )


class Logging(_Section):
    """What is logged, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="From here up.")
    format: Literal["auto", "text", "json"] = Field(
        "auto", description="auto: text on a terminal, JSON elsewhere."
    )


class Settings(BaseSettings):
    """All settings of one process group."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    data_dir: Path = Field(Path("data"), description="Folder of everything that is kept.")
    broker: Broker = Field(Broker(), description="The MQTT broker.")
    ingest: Ingest = Field(Ingest(), description="How messages are gathered into commits.")
    store: Store = Field(Store(), description="Where readings and the ledger are kept.")
    console: Console = Field(Console(), description="The web pages.")
    planning: Planning = Field(Planning(), description="How hours are planned.")
    logging: Logging = Field(Logging(), description="What is logged, to standard error.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags and file arrive merged as `init`; the environment stands between them."""
        del settings_cls, dotenv_settings, file_secret_settings
        flags = cast("Mapping[str, Any]", init_settings()).get("flags", {})
        file = cast("Mapping[str, Any]", init_settings()).get("file", {})
        return (lambda: dict(flags), env_settings, lambda: dict(file))  # type: ignore[return-value]

    def apart(self, folder: str) -> "Settings":
        """For what is only played: a folder of its own, embedded stores and broker, same pages."""
        console = self.console.model_copy(update={"manager_key_file": None})
        return self.model_copy(
            update={
                "data_dir": self.data_dir / folder,
                "broker": Broker(),
                "store": Store(),
                "console": console,
            }
        )

    def with_workers(self, workers: int | None) -> "Settings":
        """The same with another number of workers, where one is given.

        Raises `InvalidSettings` where the broker cannot serve so many.
        """
        if workers is None:
            return self
        changed = self.model_copy(
            update={"ingest": self.ingest.model_copy(update={"workers": workers})}
        )
        if problems := _impossible(changed):
            raise InvalidSettings("these settings cannot work", problems=problems)
        return changed

    def make_data_dir(self) -> None:
        """Make the folder, unless it is there. Raises `InvalidSettings` when it holds no files."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.data_dir):
                pass
        except OSError as error:
            raise InvalidSettings(
                f"nothing can be kept in {self.data_dir.absolute()}: {error.strerror}",
                where="data_dir",
                hint="name a folder that this user may make or write in",
            ) from error

    @property
    def timeseries_path(self) -> Path:
        return self.store.timeseries or self.data_dir / "readings.duckdb"

    @property
    def ledger_url(self) -> str:
        beside = URL.create("sqlite", database=str(self.data_dir / "ledger.sqlite"))
        return self.store.ledger or beside.render_as_string()

    @property
    def manager_key_path(self) -> Path:
        return self.console.manager_key_file or self.data_dir / "manager.key"

    @property
    def broker_password(self) -> str:
        """The password itself. Raises `InvalidSettings` when its file cannot be read."""
        if self.broker.password_file is None:
            return self.broker.password.get_secret_value()
        try:
            return self.broker.password_file.read_text().strip()
        except OSError as error:
            raise InvalidSettings(
                f"cannot read {self.broker.password_file}: {error.strerror}",
                where="broker.password_file",
                hint="give the service's user the right to read it",
            ) from error


def load(file: Path | None = None, flags: Sequence[str] = ()) -> Settings:
    """Settings from `file`, the environment and "section.name=value" flags.

    Raises `InvalidSettings` with every fault: unknown names, wrong types, what cannot work.
    """
    try:
        settings = Settings(file=_read_file(file), flags=_read_flags(flags))  # type: ignore[call-arg]
    except ValidationError as error:
        raise InvalidSettings(
            "these settings cannot be", where=str(file or ""), problems=_in_words(error)
        ) from error
    except SettingsError as error:
        raise InvalidSettings(
            f"cannot be read: {error}",
            where=f"{ENV_PREFIX}… in the environment",
            hint=f"set one thing by one variable, as in {ENV_PREFIX}BROKER__PORT=1883",
        ) from error
    problems = _impossible(settings) + _unknown_in_environment()
    if problems:
        raise InvalidSettings("these settings cannot work", problems=problems)
    return settings


def _in_words(error: ValidationError) -> list[Problem]:
    problems = []
    for fault in error.errors(include_url=False):
        name = ".".join(map(str, fault["loc"]))
        if fault["type"] == "extra_forbidden":
            problems.append(
                Problem(name, "there is no such setting", "`openhours config show` lists them all")
            )
        else:
            given = "" if "password" in name else f"given: {fault['input']!r}"
            problems.append(Problem(name, fault["msg"].lower(), given))
    return problems


def _unknown_in_environment() -> list[Problem]:
    known = {ENV_PREFIX + name.upper().replace(".", "__") for name, _, _ in help_lines()}
    known |= {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    return [
        Problem(name, "there is no such setting", "`openhours config show` lists them all")
        for name in sorted(os.environ)
        if name.startswith(ENV_PREFIX) and name not in known
    ]


def _impossible(settings: Settings) -> list[Problem]:
    problems = []
    if not _is_loopback(settings.console.host):
        problems.append(
            Problem(
                "console.host",
                f"{settings.console.host} is not loopback",
                "use 127.0.0.1; put a proxy with a login in front for others",
            )
        )
    if settings.broker.embedded:
        problems += _beyond_the_embedded_broker(settings)
    if settings.store.ledger:
        problems += _unusable_ledger(settings.store.ledger)
    for name in ("tls_ca", "tls_certificate", "tls_key", "password_file"):
        path = getattr(settings.broker, name)
        if path is not None and not path.is_file():
            problems.append(Problem(f"broker.{name}", f"there is no file {path}", "give its path"))
    if bool(settings.broker.tls_certificate) != bool(settings.broker.tls_key):
        problems.append(Problem("broker", "a certificate needs its key", "give both or none"))
    return problems


def _beyond_the_embedded_broker(settings: Settings) -> list[Problem]:
    broker, problems = settings.broker, []
    if not _is_loopback(broker.host):
        problems.append(
            Problem("broker.host", "the embedded broker listens on loopback", "set 127.0.0.1")
        )
    asked = {
        "protocol": ("speaks MQTT 3.1.1 only", broker.protocol != "3.1.1"),
        "username": ("knows no users", bool(broker.username)),
        "tls": ("has no TLS", broker.tls),
        "tls_ca": ("has no TLS", broker.tls_ca is not None),
        "tls_certificate": ("has no TLS", broker.tls_certificate is not None),
        "transport": ("has no WebSockets", broker.transport != "tcp"),
        "shared_group": ("has no shared subscriptions", bool(broker.shared_group)),
    }
    hint = "leave it out, or set broker.embedded=false to use another broker"
    problems += [
        Problem(f"broker.{name}", f"the embedded broker {what}", hint)
        for name, (what, is_asked) in asked.items()
        if is_asked
    ]
    if settings.ingest.workers > 1:
        problems.append(
            Problem(
                "ingest.workers",
                "the embedded broker has no shared subscriptions, so one worker receives",
                "set it to 1, or broker.embedded=false to use another broker",
            )
        )
    return problems


def _unusable_ledger(url: str) -> list[Problem]:
    try:
        make_url(url).get_dialect().import_dbapi()
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        hint = "write it as sqlite:////folder/ledger.sqlite, or postgresql+psycopg://…"
        return [Problem("store.ledger", f"cannot be used: {error}", hint)]
    return []


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSettings(
            f"cannot read it: {error.strerror}", where=str(file), hint="check --config"
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidSettings("is not UTF-8", where=str(file), hint="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"is not TOML: {error}", where=str(file)) from error


def _read_flags(flags: Sequence[str]) -> dict[str, Any]:
    """Nested mapping of "console.port=8801" words. Raises `InvalidSettings`."""
    found: dict[str, Any] = {}
    for flag in flags:
        name, equals, value = flag.partition("=")
        if not equals or not name:
            raise InvalidSettings(f"“{flag}” sets nothing", hint="write --set console.port=8801")
        *sections, last = name.split(".")
        if name == "store.ledger" and _holds_password(value):
            raise InvalidSettings(
                f"the password in {name} must not stand on a command line",
                hint="use OPENHOURS_STORE__LEDGER, or set store.ledger in the settings file",
            )
        if last == "password":
            raise InvalidSettings(
                f"{name} must not stand on a command line",
                hint="use OPENHOURS_BROKER__PASSWORD or broker.password_file",
            )
        inner = found
        for section in sections:
            inner = inner.setdefault(section, {})
            if not isinstance(inner, dict):
                raise InvalidSettings(
                    f"“{section}” is given a value and is no section",
                    where=f"--set {flag}",
                    hint="`openhours config show` lists all settings",
                )
        inner[last] = value
    return found


def _holds_password(url: str) -> bool:
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # said later, as a problem of the setting
        return False
    return parts.password is not None or "password" in parts.query


def help_lines() -> list[tuple[str, str, str]]:
    """(name, default, help) of every setting, in order."""
    lines = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, _Section):
            for inner, info in section.model_fields.items():
                lines.append((f"{name}.{inner}", _shown(info.default), info.description or ""))
        else:
            lines.append((name, _shown(field.default), field.description or ""))
    return lines


def _shown(default: object) -> str:
    if default is None or (isinstance(default, SecretStr) and not default.get_secret_value()):
        return ""
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
