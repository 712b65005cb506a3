"""The sections of the settings, each setting with its help line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from openhours.rooms.underuse import THRESHOLD, Thresholds
from openhours.settings.ingest import CsvFolderSettings, SourceSettings

Port = Annotated[int, Field(ge=1, le=65_535)]


class Section(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Broker(Section):
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


class Ingest(Section):
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
    topic_an_hour: int = Field(
        1_000_000,
        ge=0,
        description="Messages of one topic that a worker lets through in an hour, so that a sensor "
        "gone mad harms no other; the rest is counted and left out. 0: all are let through.",
    )
    metrics_port: Port | None = Field(
        None,
        description="Port of loopback on which `openhours ingest` shows its metrics; the pages of "
        "`openhours run` have them at /metrics.",
    )
    sources: tuple[SourceSettings, ...] = Field(
        (), description="Topics beside those that formats bring along; see docs/formats.md."
    )
    csv_folder: CsvFolderSettings | None = Field(
        None, description="A folder whose CSV files are read; see docs/formats.md."
    )


class Store(Section):
    """Where readings and the ledger are kept."""

    timeseries: str = Field(
        "",
        description="DuckDB file of the readings, default readings.duckdb in data_dir; or "
        "influxdb://HOST:8086/DATABASE, with ?tls=1 for TLS.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        description="Token of InfluxDB (of InfluxDB 1: USER:PASSWORD); better in token_file.",
    )
    token_file: Path | None = Field(None, description="File that holds the token.")
    org: str = Field("", description="Organisation, where InfluxDB 2 asks for one.")
    keep_raw_days: int | None = Field(
        None,
        ge=7,
        description="Days that readings are kept whose quarter-hours are; default for ever.",
    )
    keep_bins_days: int | None = Field(
        None, ge=7, description="Days that quarter-hours are kept; default for ever."
    )
    keep_audit_days: int | None = Field(
        None, ge=30, description="Days that lines of the audit log are kept; default for ever."
    )
    keep_rejections_days: int | None = Field(
        90, ge=1, description="Days that messages that could not be read are kept."
    )
    keep_sent_days: int | None = Field(
        90, ge=1, description="Days that messages of the outbox are kept after they were sent."
    )
    memory_mb: int = Field(
        1_024, ge=128, description="Memory that DuckDB may take for blocks and sorting, MB."
    )
    ledger: str = Field(
        "", description="SQLAlchemy URL of the ledger; default ledger.sqlite in data_dir."
    )
    ledger_password_file: Path | None = Field(
        None, description="File that holds the password of the ledger's database."
    )


class Backup(Section):
    """Backups that the running service makes."""

    folder: Path | None = Field(
        None, description="Folder of the backups that the service makes; default: it makes none."
    )
    every_hours: float = Field(24.0, gt=0, description="Hours from one backup to the next.")
    keep: int = Field(14, ge=1, description="Backups that stay there; older ones are deleted.")


class Console(Section):
    """The web pages."""

    host: str = Field(
        "127.0.0.1",
        description="Address to listen on; beyond loopback only behind a proxy with TLS, with url "
        "and trusted_proxies.",
    )
    port: Port = Field(8800, description="Port to listen on.")
    trusted_hosts: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1", "[::1]"),
        description="Host names that requests may carry, beside that of url.",
    )
    url: str = Field(
        "", description="Where people find the pages, as https://hours.example.org; default: here."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Addresses of proxies whose word is taken for where a visitor is and whether "
        "over TLS.",
    )
    open_reading: bool | None = Field(
        None,
        description="Whether everybody who reaches the pages may read them; default: on loopback.",
    )

    @property
    def hosts(self) -> tuple[str, ...]:
        """All host names that requests may carry."""
        return (*self.trusted_hosts, *filter(None, [urlsplit(self.url).hostname]))


class Login(Section):
    """Login by another house, with OpenID Connect; who has no account here stays outside."""

    oidc_issuer: str = Field(
        "", description="Address of the OpenID provider, as https://id.example.org; default none."
    )
    oidc_client_id: str = Field("", description="What the provider calls this console.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="What the console proves itself with to the provider."
    )
    oidc_client_secret_file: Path | None = Field(None, description="File that holds it instead.")
    oidc_label: str = Field("", description="What people call the provider; default: its host.")


class Public(Section):
    """The pages that need no login."""

    blur_below: int = Field(
        5, ge=0, le=1000, description="Fewer people than this are never told apart from nobody."
    )
    numbers: bool = Field(
        default=False, description="Whether numbers of people stand beside the words."
    )
    embed_origins: tuple[Annotated[str, Field(pattern=r"^(\*|https?://[^\s;,'/]+)$")], ...] = Field(
        (),
        description="Origins whose pages may hold a public page in a frame, as in "
        "https://town.example; *: any.",
    )


class Planning(Section):
    """How hours are planned."""

    history_weeks: int = Field(
        104,
        ge=1,
        le=260,
        description="Weeks of readings a plan looks at. What was learned of hours that have been "
        "closed for longer is forgotten.",
    )
    workers: int = Field(
        0, ge=0, le=256, description="Processes beside this one that plan venues; 0: none."
    )
    jointly: bool = Field(
        default=False,
        description="Whether the members of a link group are planned together and share their "
        "staffed hours: one may then take more than its own, and another less.",
    )
    underuse_threshold: float = Field(
        THRESHOLD,
        gt=0,
        le=1,
        description="Utilisation that rooms should have: people present by capacity, on average "
        "while open. A room below four fifths of it is under-used.",
    )
    underuse_thresholds: Mapping[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        {}, description="The same for rooms of some venue types, as in library = 0.25."
    )

    @property
    def thresholds(self) -> Thresholds:
        """Utilisation by venue type."""
        return Thresholds(self.underuse_threshold, self.underuse_thresholds)


class Publication(Section):
    """What doors, lights, signs and Home Assistant are told by broker."""

    occupancy_every_s: int = Field(
        60,
        ge=0,
        le=3_600,
        description="Seconds after which a room's occupancy is told again, at the soonest; 0: it "
        "is not told.",
    )
    occupancy_rounded_to: int = Field(
        5,
        ge=1,
        le=100,
        description="The number of people is rounded up to a multiple of this; 1: as it is.",
    )
    home_assistant_prefix: str = Field(
        "",
        pattern=r"^[^/+#\s]*$",
        description="Discovery prefix of Home Assistant, such as homeassistant, where rooms "
        "should appear there; empty: they do not.",
    )


class Messages(Section):
    """Messages to people; none are sent before there is a channel."""

    channels: SecretStr = Field(
        SecretStr(""), description="Channels, a line each; better in channels_file."
    )
    channels_file: Path | None = Field(
        None, description="File of channels, a line each: NAME = ADDRESS; see docs/messages.md."
    )
    language: Literal["en", "zh"] = Field("en", description="For people who have chosen none.")
    late_after_days: float = Field(
        3, gt=0, description="Days after which the district is told of a proposal that waits."
    )
    very_late_after_days: float = Field(
        7, gt=0, description="Days after which the administrators are told of it."
    )
    disk_free_gb: float = Field(
        2, ge=0, description="Less space in data_dir is trouble; 0: it never is."
    )


class Logging(Section):
    """What is logged, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="From here up.")
    format: Literal["auto", "text", "json"] = Field(
        "auto", description="auto: text on a terminal, JSON elsewhere."
    )
