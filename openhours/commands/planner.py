"""`openhours planner`: plans and publishes, in a process of its own."""

from threading import Event

import typer

from domain.clock import SystemClock
from openhours.context import context_of
from openhours.running.jobs import planning_jobs
from openhours.running.joining import service_apart


def planner(ctx: typer.Context) -> None:
    """Plan each week and publish what is approved, while others receive and show; until Ctrl-C.

    Start as many as you like, on any hosts: of those on one ledger one works, and when it ends
    another takes its place.
    """
    settings = context_of(ctx).settings
    with service_apart(settings, SystemClock()) as running, planning_jobs(running):
        typer.echo("planning, whenever no other planner does")
        try:
            Event().wait()
        except KeyboardInterrupt:
            typer.echo("stopped")
