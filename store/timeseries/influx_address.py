"""Where an InfluxDB database is, written as influxdb://HOST:8086/DATABASE."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, urlsplit

SCHEME = "influxdb"
_PORT = 8086


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxAddress:
    """Where a database is, and what opens it."""

    url: str
    """Such as http://127.0.0.1:8086."""
    database: str
    org: str = ""
    token: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, *, org: str = "", token: str = "") -> Self:
        """The database that `text` names; `?tls=1` after it has it reached by HTTPS.

        Raises `ValueError` for what is no such address.
        """
        parts = urlsplit(text)
        more = parse_qs(parts.query, keep_blank_values=True)
        database = parts.path.strip("/")
        if parts.scheme != SCHEME or not parts.hostname or not database or "/" in database:
            raise ValueError("it has no host or no database")
        if parts.username or parts.password:
            raise ValueError("a token does not stand in it")
        if more not in ({}, {"tls": ["0"]}, {"tls": ["1"]}):
            raise ValueError("only tls=1 may follow it")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        web = "https" if more.get("tls") == ["1"] else "http"
        return cls(
            url=f"{web}://{host}:{parts.port or _PORT}", database=database, org=org, token=token
        )


def is_influx(text: str) -> bool:
    """Whether `text` is meant to name an InfluxDB."""
    return text.startswith(f"{SCHEME}:")
