"""`openhours backup` and `restore`: both stores and the settings in one file, and back."""

from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Annotated

import typer

from domain.clock import SystemClock
from domain.errors import Conflict, NotFound, StoreUnavailable
from openhours.backup import asking
from openhours.backup.archive import Reader
from openhours.backup.making import file_in, make
from openhours.backup.restoring import RESTORED_SETTINGS, restore
from openhours.context import context_of, ledger_of
from openhours.receiving.binning import Binning
from openhours.running.alone import alone_in
from openhours.settings.model import Settings
from openhours.storing.stores import stores

TAKEN_WITHIN_S = 120.0
LOOK_EVERY_S = 0.2


def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(help="A file that is made, or a folder for it.")],
) -> None:
    """Write readings, ledger and settings to one file, beside the running service or without it.

    No secrets are in it but what the ledger holds. The file is read again before it appears.
    """
    settings = context_of(ctx).settings
    settings.make_data_dir()
    now = SystemClock().now()
    file = file_in(target, now)
    if not file.parent.is_dir():
        raise NotFound("there is no such folder", where=str(file.parent), hint="make it")
    with ExitStack() as stack:
        try:
            stack.enter_context(alone_in(settings.data_dir))
        except Conflict:
            _ask(ctx, settings, file)
        else:
            ledger, series = stack.enter_context(stores(settings))
            make(settings, series, Binning(ledger, series).at_rest(now), file, now)
    said = Reader(file).manifest
    typer.echo(
        f"{file}: {said.series.readings:,} readings, {said.series.bins:,} quarter-hours, "
        f"{said.ledger.rows:,} rows of the ledger, {file.stat().st_size / 2**20:.1f} MB"
    )


def restore_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.")],
    *,
    check: Annotated[bool, typer.Option(help="Only see whether it is whole.")] = False,
) -> None:
    """Put a backup into the stores that the settings name, which must be empty.

    Other kinds of stores than it was made of will do, and a newer openhours.
    """
    settings = context_of(ctx).settings
    if check:
        reader = Reader(file)
        reader.verify()
        typer.echo(f"{file} is whole, made at {reader.manifest.made_at:%Y-%m-%d %H:%M} UTC")
        return
    settings.make_data_dir()
    with alone_in(settings.data_dir):
        said = restore(settings, file)
    typer.echo(
        f"{said.series.readings:,} readings, {said.series.bins:,} quarter-hours and "
        f"{said.ledger.rows:,} rows of the ledger restored, and compared with the backup.\n"
        f"Its settings, without passwords: {settings.data_dir / RESTORED_SETTINGS}"
    )


def _ask(ctx: typer.Context, settings: Settings, file: Path) -> None:
    """Have the running service make it. Raises `StoreUnavailable` when it does not."""
    ledger = ledger_of(ctx)
    name = asking.ask(ledger, file, SystemClock().now())
    give_up_s = monotonic() + TAKEN_WITHIN_S
    while (answer := asking.answered(ledger, name)) is None:
        Event().wait(LOOK_EVERY_S)
        is_late = monotonic() > give_up_s and not asking.is_taken(ledger)
        if is_late or not _is_running(settings):
            raise StoreUnavailable(
                "the running service has made no backup",
                where=str(settings.data_dir),
                hint="see its log; with the service stopped this command makes it by itself",
            )
    if answer.problem:
        raise StoreUnavailable(f"the running service could make no backup: {answer.problem}")


def _is_running(settings: Settings) -> bool:
    try:
        with alone_in(settings.data_dir):
            return False
    except Conflict:
        return True
