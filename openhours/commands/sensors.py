"""`openhours sensors`: credentials of sensors at the broker, each for its own topic alone."""

import os
import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.clock import SystemClock
from domain.errors import InvalidInput, InvalidSettings, NotFound
from domain.planning import AuditLine
from domain.ports import Ledger
from ingest.codecs import native
from openhours.commands.plan import ACTOR
from openhours.context import context_of, ledger_of
from openhours.receiving.mosquitto_users import MosquittoUsers
from openhours.settings.model import Settings

app = typer.Typer(no_args_is_help=True, help="Credentials of sensors at a Mosquitto broker.")

SERVICE_TOPICS = ("read #", "write openhours/#")
_STATE = "provisioned:"

Ids = Annotated[list[str], typer.Argument(help="Ids of sensors.")]
Folder = Annotated[
    Path | None,
    typer.Option(help="Where `passwords` and `access` are; default mosquitto in data_dir."),
]
Reload = Annotated[
    Path | None,
    typer.Option(help="The broker's pid_file: it reads its files anew at once."),
]


@app.command()
def provision(
    ctx: typer.Context,
    ids: Ids,
    *,
    topics: Annotated[
        list[str] | None,
        typer.Option(
            "--topic",
            help="Topic that each may write, with {id}; default that of the native format.",
        ),
    ] = None,
    folder: Folder = None,
    reload: Reload = None,
) -> None:
    """Give sensors a user name and a secret each, which is shown once and kept nowhere.

    A sensor may write its own topic and read nothing. One that has a secret gets a new one.
    """
    settings = _with_users(context_of(ctx).settings)
    users = MosquittoUsers(folder or settings.data_dir / "mosquitto")
    given = topics or [native.topic_of("{id}")]
    if any("{id}" not in topic for topic in given):
        raise InvalidInput("does not name the sensor", where="--topic", hint="write {id} in it")
    _let_in_ourselves(settings, users)
    ledger, now = ledger_of(ctx), SystemClock().now()
    for name in dict.fromkeys(ids):
        secret = users.put(name, [f"write {topic.replace('{id}', name)}" for topic in given])
        _note(ledger, name, "provisioned", now)
        typer.echo(f"{name} {secret}")
    _tell(users, reload)


@app.command()
def revoke(ctx: typer.Context, ids: Ids, *, folder: Folder = None, reload: Reload = None) -> None:
    """Let sensors in no longer. What they have said stays."""
    settings = _with_users(context_of(ctx).settings)
    users = MosquittoUsers(folder or settings.data_dir / "mosquitto")
    unknown = [name for name in ids if name not in users.names()]
    if unknown:
        raise NotFound(
            f"no such user: {', '.join(unknown)}",
            where=str(users.passwords),
            hint="nobody was revoked; name those that the file has",
        )
    ledger, now = ledger_of(ctx), SystemClock().now()
    for name in ids:
        users.drop(name)
        _note(ledger, name, "revoked", now)
        typer.echo(f"{name} is let in no longer")
    _tell(users, reload)


def _with_users(settings: Settings) -> Settings:
    """The same. Raises `InvalidSettings` where the broker knows no users."""
    if settings.broker.embedded:
        raise InvalidSettings(
            "the embedded broker listens on loopback only and knows no users",
            where="broker.embedded",
            hint="use Mosquitto for sensors on a network: docs/security.md",
        )
    return settings


def _let_in_ourselves(settings: Settings, users: MosquittoUsers) -> None:
    """The service's own user, with its first secret, where the files do not have it yet."""
    name = settings.broker.username or "openhours"
    if name not in users.names():
        secret = users.put(name, SERVICE_TOPICS)
        typer.echo(f"{name} {secret}   (the service itself: broker.username, broker.password_file)")


def _note(ledger: Ledger, name: str, what: str, at: datetime) -> None:
    line = AuditLine(at=at, actor=ACTOR, action=f"sensor.{what}", subject=name, detail="")
    before = ledger.state(_STATE + name)
    ledger.change_state(_STATE + name, before, f"{what} {at.isoformat()}", line)


def _tell(users: MosquittoUsers, reload: Path | None) -> None:
    """Have the broker read its files anew, or say how."""
    if reload is None:
        typer.echo(
            f"Mosquitto: allow_anonymous false, password_file {users.passwords.absolute()}, "
            f"acl_file {users.access.absolute()}; it reads them anew on SIGHUP "
            "(systemctl reload mosquitto).",
            err=True,
        )
        return
    try:
        os.kill(int(reload.read_text()), signal.SIGHUP)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"the broker cannot be told: {error}",
            where=str(reload),
            hint="the files are written; have it read them: systemctl reload mosquitto",
        ) from error
