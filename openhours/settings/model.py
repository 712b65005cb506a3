"""Every setting, with its help line: from a TOML file, the environment and flags.

The last of these wins. The environment has `OPENHOURS_` before and `__` between, as in
`OPENHOURS_CONSOLE__PORT=8801`. Secrets come from the environment or from files, never from flags.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import URL, make_url

from console.access.entrance import Entrance, Oidc
from console.messages.channels import Channels, parse_channels
from domain.errors import InvalidSettings, Problem
from openhours.settings.checks import INFLUX_HINT, impossible
from openhours.settings.entrance import is_loopback
from openhours.settings.given import ENV_PREFIX, SECRETS, read_file, read_flags
from openhours.settings.sections import (
    Backup,
    Broker,
    Console,
    Ingest,
    Logging,
    Login,
    Messages,
    Planning,
    Public,
    Publication,
    Section,
    Store,
)
from store.timeseries.influx_address import InfluxAddress, is_influx


class Settings(BaseSettings):
    """All settings of one process group."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    data_dir: Path = Field(Path("data"), description="Folder of everything that is kept.")
    broker: Broker = Field(Broker(), description="The MQTT broker.")
    ingest: Ingest = Field(Ingest(), description="How messages are gathered into commits.")
    store: Store = Field(Store(), description="Where readings and the ledger are kept.")
    backup: Backup = Field(Backup(), description="Backups that the running service makes.")
    console: Console = Field(Console(), description="The web pages.")
    login: Login = Field(Login(), description="Login by another house, with OpenID Connect.")
    public: Public = Field(Public(), description="The pages that need no login.")
    planning: Planning = Field(Planning(), description="How hours are planned.")
    publication: Publication = Field(
        Publication(), description="What doors, lights, signs and Home Assistant are told."
    )
    messages: Messages = Field(Messages(), description="Messages to people.")
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
        """For what is only played: its own folder, embedded stores and broker, no messages."""
        return self.model_copy(
            update={
                "data_dir": self.data_dir / folder,
                "broker": Broker(),
                "store": Store(),
                "backup": Backup(),
                "messages": Messages(),
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
        if problems := impossible(changed):
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
    def timeseries(self) -> Path | InfluxAddress:
        """Where the readings are. Raises `InvalidSettings` when the token cannot be read."""
        return self.timeseries_at(self.store.timeseries or str(self.data_dir / "readings.duckdb"))

    def timeseries_at(self, place: str) -> Path | InfluxAddress:
        """A file or address, as `store.timeseries` names it. Raises `InvalidSettings`."""
        if not is_influx(place):
            return Path(place)
        token = _secret(self.store.token, self.store.token_file, "store.token_file")
        try:
            return InfluxAddress.parse(place, org=self.store.org, token=token)
        except ValueError as error:
            raise InvalidSettings(
                f"cannot be used: {error}", where=place, hint=INFLUX_HINT
            ) from error

    @property
    def ledger_url(self) -> str:
        """Where the ledger is. Raises `InvalidSettings` when its password cannot be read."""
        if not self.store.ledger:
            beside = URL.create("sqlite", database=str(self.data_dir / "ledger.sqlite"))
            return beside.render_as_string()
        file = self.store.ledger_password_file
        if file is None:
            return self.store.ledger
        password = _secret(SecretStr(""), file, "store.ledger_password_file")
        url = make_url(self.store.ledger).set(password=password)
        return url.render_as_string(hide_password=False)

    @property
    def entrance(self) -> Entrance:
        """How people come in. Raises `InvalidSettings` when the secret cannot be read."""
        console, login, oidc = self.console, self.login, None
        if login.oidc_issuer:
            given, file = login.oidc_client_secret, login.oidc_client_secret_file
            oidc = Oidc(
                issuer=login.oidc_issuer.rstrip("/"),
                client_id=login.oidc_client_id,
                client_secret=_secret(given, file, "login.oidc_client_secret_file"),
                label=login.oidc_label,
            )
        reading = console.open_reading
        return Entrance(
            open_reading=is_loopback(console.host) if reading is None else reading,
            url=console.url.rstrip("/"),
            oidc=oidc,
        )

    @property
    def channels(self) -> Channels:
        """Ways to people. Raises `InvalidSettings` for such as cannot be."""
        said, where = self.messages, "messages.channels_file"
        return parse_channels(_secret(said.channels, said.channels_file, where))

    @property
    def here(self) -> str:
        """Where the pages are, on this machine."""
        console = self.console
        host = f"[{console.host}]" if ":" in console.host else console.host
        return f"http://{host}:{console.port}"

    @property
    def url(self) -> str:
        """Where people find the pages."""
        return self.console.url.rstrip("/") or self.here

    @property
    def spool_folder(self) -> Path:
        return self.data_dir / "spool"

    @property
    def broker_password(self) -> str:
        """The password itself. Raises `InvalidSettings` when its file cannot be read."""
        return _secret(self.broker.password, self.broker.password_file, "broker.password_file")


def _secret(given: SecretStr, file: Path | None, where: str) -> str:
    if file is None:
        return given.get_secret_value()
    try:
        return file.read_text().strip()
    except OSError as error:
        raise InvalidSettings(
            f"cannot read {file}: {error.strerror}",
            where=where,
            hint="give the service's user the right to read it",
        ) from error


def load(file: Path | None = None, flags: Sequence[str] = ()) -> Settings:
    """Settings from `file`, the environment and "section.name=value" flags.

    Raises `InvalidSettings` with every fault: unknown names, wrong types, what cannot work.
    """
    try:
        settings = Settings(file=read_file(file), flags=read_flags(flags))  # type: ignore[call-arg]
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
    problems = impossible(settings) + _unknown_in_environment()
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
            is_secret = name.rpartition(".")[2] in SECRETS
            given = "" if is_secret else f"given: {fault['input']!r}"
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


def help_lines() -> list[tuple[str, str, str]]:
    """(name, default, help) of every setting, in order."""
    lines = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            for inner, info in section.model_fields.items():
                lines.append((f"{name}.{inner}", _shown(info.default), info.description or ""))
        else:
            lines.append((name, _shown(field.default), field.description or ""))
    return lines


def _shown(default: object) -> str:
    if default is None or (isinstance(default, SecretStr) and not default.get_secret_value()):
        return ""
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
