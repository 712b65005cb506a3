"""`openhours run`: the service, on the machine's clock."""

import typer

from console.web.services import Source
from domain.clock import SystemClock
from openhours.context import context_of
from openhours.running.door import first_link
from openhours.running.jobs import jobs
from openhours.running.joining import service
from openhours.running.serving import address, listen, serve


def run(ctx: typer.Context) -> None:
    """Take readings, show the rooms, plan each week, publish what is approved; until Ctrl-C."""
    settings = context_of(ctx).settings
    with listen(settings) as listener, service(settings, SystemClock()) as running, jobs(running):
        broker = running.broker
        typer.echo(f"counts   mqtt://{broker.host}:{broker.port}  openhours/v1/SENSOR/counts")
        typer.echo(f"console  {address(running.settings)}")
        for line in first_link(running):
            typer.echo(line)
        if not running.ledger.estate().venues:
            typer.echo("no venues yet: describe them in a file and `openhours estate import` it")
        serve(running, listener, Source.LIVE)
