"""`openhours counts`: what people counted by hand, which counters are measured by."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.clock import SystemClock
from domain.hand_counts import HandCount, HeadCount, check_hand_count, check_head_count
from openhours.commands.plan import ACTOR
from openhours.context import ledger_of

app = typer.Typer(
    no_args_is_help=True, help="People counted by hand, which counters are measured by."
)
FORMATS = ["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M%z"]
Note = Annotated[str, typer.Option(help="Anything worth knowing, but no names.")]
By = Annotated[str, typer.Option(help="Id of who counted, not a name.")]
Instant = typer.Option(formats=FORMATS, help="With its offset, as in 2026-11-24T10:00+08:00.")
Number = typer.Option(min=0, help="People.")


@app.command("add-door")
def add_door(  # noqa: PLR0913 - a flag each
    ctx: typer.Context,
    sensor: Annotated[str, typer.Argument(help="Of the door.")],
    *,
    start: Annotated[datetime, Instant],
    end: Annotated[datetime, Instant],
    entered: Annotated[int, Number],
    left: Annotated[int, Number],
    by: By = ACTOR,
    note: Note = "",
) -> None:
    """Keep how many passed a sensor's door, into its room and out of it, while somebody counted.

    Half an hour twice a year, when it is busy, tells how many the sensor misses.
    """
    ledger, now = ledger_of(ctx), SystemClock().now()
    count = HandCount(
        sensor=sensor, start=start, end=end, entered=entered, left=left, actor=by, note=note
    )
    check_hand_count(count, ledger.estate(), now)
    ledger.add_hand_count(count, now)
    typer.echo(f"{sensor}: {entered} in and {left} out are kept.")


@app.command("add-heads")
def add_heads(
    ctx: typer.Context,
    room: Annotated[str, typer.Argument(help="Where somebody looked.")],
    *,
    at: Annotated[datetime, Instant],
    present: Annotated[int, Number],
    by: By = ACTOR,
    note: Note = "",
) -> None:
    """Keep how many people were in a room at an instant; the day's occupancy goes through it."""
    ledger, now = ledger_of(ctx), SystemClock().now()
    count = HeadCount(room=room, at=at, present=present, actor=by, note=note)
    check_head_count(count, ledger.estate(), now)
    ledger.add_head_count(count, now)
    typer.echo(f"{room}: {present} present are kept.")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """Print all that was counted by hand, in order of time."""
    ledger = ledger_of(ctx)
    rows = [
        (c.start, c.sensor, f"{c.entered} in, {c.left} out in {_minutes(c)} min", c.actor, c.note)
        for c in ledger.hand_counts()
    ] + [(c.at, c.room, f"{c.present} present", c.actor, c.note) for c in ledger.head_counts()]
    table = Table("at (UTC)", "where", "counted", "by", "note")
    for at, *others in sorted(rows, key=lambda row: row[:2]):
        table.add_row(f"{at.astimezone(UTC):%Y-%m-%d %H:%M}", *others)
    Console().print(table)


def _minutes(count: HandCount) -> int:
    return round((count.end - count.start).total_seconds() / 60)
