"""`openhours trace`: from a decision to the readings it rests on."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openhours.context import context_of
from openhours.planning.tracing import Trace
from openhours.planning.tracing import trace as trace_of
from openhours.storing.stores import stores


def trace(
    ctx: typer.Context,
    proposal: Annotated[str, typer.Argument(help="Its id, such as library:2026-W47.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Follow a proposal to its inputs, its week's quarter-hours and readings, and their receipt.

    From the stores, which must not be in use by another process; a restored backup will do.
    """
    with stores(context_of(ctx).settings) as (ledger, series):
        found = trace_of(ledger, series, proposal)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        _show(found)


def _show(found: Trace) -> None:
    kept = "kept: `openhours retrace`" if found.inputs_are_kept else "not kept any longer"
    typer.echo(
        f"{found.proposal}, made {found.made_at:%Y-%m-%d %H:%M} UTC by {found.policy}\n"
        f"decided: {found.decided or 'not yet'}\n"
        f"inputs {found.inputs} ({kept})\n"
        f"week {_time(found.week_from)} to {_time(found.week_to)} UTC"
    )
    table = Table("sensor", "room", "quarter-hours", "readings", "received from", "to")
    for s in found.sensors:
        numbers = f"{s.bins:,}", f"{s.readings:,}"
        table.add_row(s.sensor, s.room, *numbers, _time(s.received_from), _time(s.received_to))
    Console().print(table)
    typer.echo("Each receipt lies in one line “batch stored” of the log (logging.level = debug).")


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S.%f}"
