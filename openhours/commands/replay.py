"""`openhours replay`: a file of counts through a real broker, on the data's own clock."""

import hashlib
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import Progress

from console.web.services import Source
from console.words.tables import explained, language, proposals_table
from domain.clock import ManualClock, SystemClock
from domain.errors import InvalidInput
from domain.estate import Estate
from openhours.context import context_of
from openhours.entering.counts_csv import ColumnMap, CsvCounts, read_counts
from openhours.entering.estates import import_estate
from openhours.playing.player import Player
from openhours.playing.replay import Replay, starts_at
from openhours.running.door import demo_link
from openhours.running.joining import service
from openhours.running.serving import listen, serve
from store.estate_files import read_estate

FAULTS_SHOWN = 5


class Stamp(StrEnum):
    """What the time of a period is."""

    START = "start"
    END = "end"


def replay(  # noqa: PLR0913 - the flags of a command
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV of counts, plain or .gz.")],
    *,
    estate: Annotated[Path, typer.Option(help="Estate whose sensors the counts are of.")],
    columns: Annotated[
        list[str],
        typer.Option(
            "--map",
            help="FIELD=COLUMN or FIELD:=VALUE; fields: time, sensor, kind, entered, left, "
            "present, period_s. Repeatable.",
        ),
    ],
    zone: Annotated[
        str, typer.Option(help="Zone of times without offset; default the first venue's.")
    ] = "",
    stamp: Annotated[
        Stamp, typer.Option(help="Whether a period's time is its start or its end.")
    ] = Stamp.END,
    speed: Annotated[
        float, typer.Option(min=0, help="Times as fast as the data's clock; 0: as fast as it goes.")
    ] = 0.0,
    serve_after: Annotated[
        bool, typer.Option("--serve", help="Keep the console up afterwards, until Ctrl-C.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="Language of the table: en or zh.")] = "en",
) -> None:
    """Play a file of counts through the broker and plan at each of its weeks' ends.

    What comes of it is kept in a folder of data_dir, another one for another file, estate, map,
    zone or stamp; the clock is the data's own.
    """
    venues = read_estate(estate)
    if not venues.venues:
        raise InvalidInput(
            "has no venues", where=str(estate), hint="describe those that the counts are of"
        )
    columns_map, tz = ColumnMap.parse(columns), _zone(zone, venues)
    counts = read_counts(file, columns_map, tz, stamp_is_start=stamp is Stamp.START)
    _say(file, counts, venues)
    clock, wall = ManualClock(starts_at(counts.readings)), SystemClock()
    settings = context_of(ctx).settings.apart(
        f"replay/{file.name.partition('.')[0]}-{_digest(file, venues, columns_map, tz, stamp)}"
    )
    with service(settings, clock, any_port=True) as running:
        import_estate(running.ledger, venues, actor="replay", clock=clock)
        player = Player(clock, speed, wall, Event())
        begun = wall.now()
        with Progress(transient=True) as bar:
            task = bar.add_task("replaying", total=len(counts.readings))
            found = Replay(running, clock, player, one_by_one=speed > 0).play(
                counts.readings,
                lambda at, done: bar.update(task, completed=done, description=f"{at:%Y-%m-%d}"),
            )
        took_s = (wall.now() - begun).total_seconds()
        last = [p for v in venues.venues for p in running.ledger.proposals(venue=v.id, limit=1)]
        for proposal in last:
            typer.echo(explained(proposal, venues, language(lang)) + "\n")
        Console().print(proposals_table(last, language(lang)))
        state = running.subscriber.state
        typer.echo(
            f"{len(counts.readings):,} readings published: {state.stored:,} stored, "
            f"{state.duplicates:,} known already, {state.rejected:,} messages rejected; "
            f"{len(found)} proposals made, the last of each venue are shown; {took_s:.1f} s"
        )
        typer.echo(f"kept in {settings.data_dir.absolute()}")
        if serve_after:
            typer.echo(f"console  {demo_link(running)}   Ctrl-C ends it")
            with listen(settings) as listener:
                serve(running, listener, Source.REPLAY, clock_speed=0)


def _digest(file: Path, estate: Estate, columns: ColumnMap, zone: ZoneInfo, stamp: Stamp) -> str:
    """Eight characters that tell one replay from another, so that none is poured over another."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    mapped = sorted(columns.columns.items()), sorted(columns.constants.items())
    digest.update(f"{estate.model_dump_json()} {mapped} {zone} {stamp}".encode())
    return digest.hexdigest()[:8]


def _zone(name: str, estate: Estate) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else estate.venues[0].tz
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput(
            f"“{name}” is no time zone", where="--zone", hint="e.g. Asia/Shanghai"
        ) from error


def _say(file: Path, counts: CsvCounts, estate: Estate) -> None:
    typer.echo(
        f"{file.name}: {len(counts.readings):,} readings, {counts.blank:,} lines without a count, "
        f"{len(counts.faults)} that cannot be read"
    )
    for fault in counts.faults[:FAULTS_SHOWN]:
        typer.echo(f"  {fault}", err=True)
    unknown = {r.sensor for r in counts.readings} - estate.sensor_by_id.keys()
    if unknown:
        typer.echo(f"  not in the estate, kept for later: {', '.join(sorted(unknown))}", err=True)
    if not counts.readings:
        raise InvalidInput("there is nothing to replay", where=str(file), hint="check --map")
