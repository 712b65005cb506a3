"""`openhours console`: the pages, in a process of their own."""

from contextlib import suppress

import typer

from console.web.services import Source
from domain.clock import SystemClock
from domain.errors import Conflict
from openhours.context import context_of
from openhours.running.door import first_link
from openhours.running.jobs import signs_of_life
from openhours.running.joining import service_apart
from openhours.running.serving import address, listen, serve


def console(ctx: typer.Context) -> None:
    """Show the pages, while others receive and plan; until Ctrl-C. Start as many as you like."""
    settings = context_of(ctx).settings
    with (
        listen(settings) as listener,
        service_apart(settings, SystemClock()) as running,
        signs_of_life(running),
    ):
        typer.echo(f"console  {address(settings)}")
        with suppress(Conflict):  # another console has made the first administrator just now
            for line in first_link(running):
                typer.echo(line)
        serve(running, listener, Source.LIVE)
