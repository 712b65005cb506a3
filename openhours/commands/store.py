"""`openhours store`: where readings and the ledger are kept: make, look at, move, look after."""

import hashlib
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from domain.calendars import epoch_us, from_epoch_us
from domain.clock import SystemClock
from domain.errors import Conflict, InvalidInput, NotFound, StoreUnavailable
from openhours.context import context_of
from openhours.running.alone import alone_in
from openhours.settings.model import Settings
from openhours.storing import maintenance, timeseries
from openhours.storing.copy import StoreCopy
from openhours.storing.stores import stores
from store.ledger.migrations import migrate, revision_of, revisions, take_back
from store.timeseries.influx_address import InfluxAddress

app = typer.Typer(
    no_args_is_help=True,
    help="Where readings and the ledger are kept: make it, look at it, move it, look after it.",
)

Place = Annotated[
    str, typer.Argument(help="A DuckDB file, or influxdb://HOST:8086/DATABASE as in the settings.")
]


@app.command()
def setup(ctx: typer.Context) -> None:
    """Make the store that the settings name and delete what they let go; repeat it as you like.

    InfluxDB 1: the database and its retention policies. InfluxDB 2: its buckets.
    """
    settings = context_of(ctx).settings
    settings.make_data_dir()
    for done in timeseries.set_up(settings):
        typer.echo(done)
    with closing(timeseries.open_timeseries(settings)) as store:
        readings, bins = timeseries.expire(settings, store, SystemClock().now())
    if readings or bins:
        typer.echo(f"{readings:,} readings and {bins:,} quarter-hours were too old and are deleted")
    typer.echo(f"Readings are kept in {_shown(settings.timeseries)}.")


@app.command()
def info(ctx: typer.Context) -> None:
    """Say what is stored, since when, and how much of it waits for its quarter-hours."""
    settings = context_of(ctx).settings
    with closing(timeseries.open_timeseries(settings)) as store:
        first_us, last_us, stale = store.first_seen(), store.last_seen(), store.stale()
        table = Table(show_header=False)
        table.add_row("kept in", _shown(settings.timeseries))
        table.add_row("readings", f"{store.count():,}")
        table.add_row("sensors", f"{len(last_us):,}")
        if first_us:
            table.add_row("from", f"{from_epoch_us(min(first_us.values())):%Y-%m-%d %H:%M} UTC")
            table.add_row("to", f"{from_epoch_us(max(last_us.values())):%Y-%m-%d %H:%M} UTC")
        table.add_row("sensors with quarter-hours", f"{len(store.binned()):,}")
        table.add_row("sensors whose quarter-hours are due", f"{len(stale.sensors):,}")
        for what, days in (
            ("readings", settings.store.keep_raw_days),
            ("quarter-hours", settings.store.keep_bins_days),
        ):
            table.add_row(f"{what} are kept", "for ever" if days is None else f"{days} days")
        Console().print(table)


@app.command()
def copy(ctx: typer.Context, source: Place, target: Place) -> None:
    """Copy the history of one store into another; killed and started again, it goes on.

    Copying what is there already changes nothing. The target has been set up.
    """
    settings = context_of(ctx).settings
    settings.make_data_dir()
    places = settings.timeseries_at(source), settings.timeseries_at(target)
    if places[0] == places[1]:
        raise InvalidInput("is the same store", where=target, hint="name another target")
    if isinstance(places[0], Path) and not places[0].is_file():
        raise InvalidInput("there is no such file", where=source, hint="name a store that is there")
    with ExitStack() as stack:
        old, new = (
            stack.enter_context(closing(timeseries.open_timeseries(settings, place)))
            for place in places
        )
        progress = _progress_file(settings, source, target)
        copying = StoreCopy(old, new, progress, from_us=_from_us(settings))
        with Bar(transient=True) as bar:
            task = bar.add_task("readings", total=old.count())
            for come in copying.run():
                what = f"{come.readings:,} readings, {come.bins:,} quarter-hours"
                bar.update(task, completed=come.readings, description=what)
        there, here = old.count(), new.count()
    typer.echo(f"{there:,} readings in {source}, {here:,} in {target}")
    if here < there and settings.store.keep_raw_days is None:
        raise InvalidInput(
            f"{there - here:,} readings are missing",
            where=target,
            hint="run it again for what came meanwhile",
        )


@app.command()
def maintain(ctx: typer.Context) -> None:
    """Delete what the settings let go, and give back its room; the running service does so itself.

    With the service stopped.
    """
    settings = context_of(ctx).settings
    settings.make_data_dir()
    with alone_in(settings.data_dir), stores(settings) as (ledger, series):
        gone = maintenance.maintain(settings, ledger, series, SystemClock().now())
    typer.echo(
        f"{gone.readings:,} readings, {gone.bins:,} quarter-hours and {gone.ledger_rows:,} rows of "
        "the ledger were too old and are deleted; the files are tidy"
    )


@app.command()
def check(ctx: typer.Context) -> None:
    """Say whether the ledger's tables are those of this openhours; leave with 1 if not."""
    found, known = revision_of(context_of(ctx).settings.ledger_url), revisions()
    typer.echo(f"The ledger's tables are of revision {found}, this openhours has {known[-1]}.")
    if found not in known:
        raise StoreUnavailable(
            "no revision that this openhours knows" if found else "the ledger has no tables yet",
            hint="use the openhours that made it" if found else "`openhours store upgrade`",
        )
    if found != known[-1]:
        raise Conflict("the tables are older", hint="`openhours store upgrade`, or any start")


@app.command()
def upgrade(ctx: typer.Context) -> None:
    """Bring the ledger's tables up to date, as every start does by itself."""
    settings = context_of(ctx).settings
    settings.make_data_dir()
    migrate(settings.ledger_url)
    typer.echo(f"The ledger's tables are of revision {revisions()[-1]}.")


@app.command()
def downgrade(
    ctx: typer.Context,
    revision: Annotated[str, typer.Argument(help="Revision of the openhours to go back to.")],
    *,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
) -> None:
    """Take the ledger's tables back to an earlier revision, for an earlier openhours.

    What only newer tables hold is lost: make a backup before. With the service stopped.
    """
    settings = context_of(ctx).settings
    if revision not in revisions():
        known = ", ".join(revisions())
        raise NotFound("there is no such revision", where=revision, hint=f"there are {known}")
    if not yes:
        typer.confirm("What only newer tables hold is lost. Go on?", abort=True)
    settings.make_data_dir()
    with alone_in(settings.data_dir):
        take_back(settings.ledger_url, revision)
    typer.echo(f"The ledger's tables are of revision {revision}. Any start of this one upgrades.")


def _progress_file(settings: Settings, source: str, target: str) -> Path:
    name = hashlib.sha256(f"{source} {target}".encode()).hexdigest()[:8]
    return settings.data_dir / f"copy-{name}.json"


def _from_us(settings: Settings) -> int:
    """Readings before this instant would not be kept."""
    days = settings.store.keep_raw_days
    return -(2**62) if days is None else epoch_us(SystemClock().now() - timedelta(days=days))


def _shown(place: Path | InfluxAddress) -> str:
    if isinstance(place, Path):
        return str(place.absolute())
    return f"{place.url}, database {place.database}"
