"""Settings as they are given: in a TOML file, and as flags."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from domain.errors import InvalidSettings

ENV_PREFIX = "OPENHOURS_"
SECRETS = ("password", "token", "oidc_client_secret", "channels")
"""Settings that stand in files or the environment only."""


def read_file(file: Path | None) -> dict[str, Any]:
    """Nested mapping of a TOML file; empty for none. Raises `InvalidSettings`."""
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


def read_flags(flags: Sequence[str]) -> dict[str, Any]:
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
        if last in SECRETS:
            variable = ENV_PREFIX + name.upper().replace(".", "__")
            raise InvalidSettings(
                f"{name} must not stand on a command line", hint=f"use {variable} or {name}_file"
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
