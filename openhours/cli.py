"""The one console script: `openhours`."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import OpenhoursError
from openhours.commands import (
    backup,
    bookings,
    config,
    console,
    counts,
    demo,
    doctor,
    estate,
    holidays,
    ingest,
    messages,
    people,
    plan,
    planner,
    replay,
    retrace,
    rooms,
    run,
    sensors,
    store,
    trace,
    trials,
    unmet,
    uplift,
    what_if,
)
from openhours.context import Context
from openhours.running import logs
from openhours.settings import model as settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Opening hours that follow the people: counts at the door in, explained schedules out.\n\n"
        "Try `openhours demo` for a simulated neighbourhood; then describe your own venues in a "
        "file, `openhours estate check` and `import` it, and start `openhours run`."
    ),
)
app.command("run")(run.run)
app.command("planner")(planner.planner)
app.command("console")(console.console)
app.command("demo")(demo.demo)
app.command("replay")(replay.replay)
app.command("plan")(plan.plan)
app.command("holidays")(holidays.holidays)
app.command("what-if")(what_if.what_if)
app.command("proposals")(plan.proposals)
app.command("explain")(plan.explain)
app.command("approve")(plan.approve)
app.command("reject")(plan.reject)
app.command("rollback")(plan.rollback)
app.command("effects")(plan.effects)
app.command("audit")(plan.audit)
app.command("retrace")(retrace.retrace)
app.command("trace")(trace.trace)
app.command("uplift")(uplift.uplift)
app.add_typer(uplift.app, name="rollout")
app.command("unmet")(unmet.unmet)
app.add_typer(trials.app, name="trials")
app.add_typer(rooms.app, name="rooms")
app.add_typer(estate.app, name="estate")
app.add_typer(counts.app, name="counts")
app.add_typer(bookings.app, name="bookings")
app.add_typer(people.app, name="people")
app.add_typer(ingest.app, name="ingest")
app.add_typer(sensors.app, name="sensors")
app.add_typer(store.app, name="store")
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore_)
app.add_typer(messages.app, name="messages")
app.add_typer(config.app, name="config")

DEFAULT_FILE = Path("openhours.toml")


@app.callback()
def root(
    ctx: typer.Context,
    config_file: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Settings file; default openhours.toml, if there."),
    ] = None,
    flags: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", help="One setting, e.g. console.port=8801. Repeatable."),
    ] = None,
) -> None:
    """Settings come from the file, then OPENHOURS_… variables, then --set; the last wins."""
    file = config_file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    loaded = settings.load(file, flags or ())
    logs.configure(loaded.logging)
    ctx.obj = Context(loaded)


def main() -> None:
    """Run a command; say errors in plain words and leave with 1. SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except OpenhoursError as error:
        typer.echo(f"openhours: {error}", err=True)
        sys.exit(1)
