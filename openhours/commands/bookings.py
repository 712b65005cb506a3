"""`openhours bookings`: what has been promised, and so stays open."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.clock import SystemClock
from openhours.commands.plan import ACTOR
from openhours.context import ledger_of
from openhours.entering.bookings_csv import read_bookings

app = typer.Typer(
    no_args_is_help=True, help="Bookings: what has been promised, and so is planned to stay open."
)


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, help="CSV: venue, room, start, end, title.")],
) -> None:
    """Put a file's bookings in the place of all that were kept.

    Venue or room may be left out; times without offset are by the venue's clock.
    """
    ledger = ledger_of(ctx)
    found = read_bookings(file, ledger.estate())
    ledger.put_bookings(found, actor=ACTOR, at=SystemClock().now())
    typer.echo(f"Bookings kept: {len(found)}.")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """Print the bookings that have not ended, in order of time."""
    ledger = ledger_of(ctx)
    venues = ledger.estate().venue_by_id
    table = Table("venue", "room", "from", "to", "title")
    for booking in ledger.bookings(SystemClock().now()):
        zone = venues[booking.venue].tz if booking.venue in venues else None
        times = (f"{t.astimezone(zone):%Y-%m-%d %H:%M}" for t in (booking.start, booking.end))
        table.add_row(booking.venue, booking.room or "", *times, escape(booking.title))
    Console().print(table)
