"""`openhours ingest`: take counts in, and look at what came."""

import json
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Annotated

import typer
from prometheus_client import start_http_server
from rich.console import Console
from rich.table import Table

from console.sensors.rereading import ask
from console.words.tables import language, rejections_table, sensors_table, waiting_table
from domain.calendars import epoch_us, from_epoch_us
from domain.clock import SystemClock
from domain.errors import InvalidInput, StoreUnavailable
from domain.ports import Ledger
from domain.readings import CountReading, Mark
from ingest.codecs import CODECS
from ingest.codecs.lorawan import DEVICES
from ingest.message import Message
from ingest.second_reading import Reread, read_again
from openhours.commands.estate import ACTOR
from openhours.context import context_of, ledger_of
from openhours.receiving import replaying
from openhours.receiving.sensors_report import sensors_report
from openhours.receiving.sources import sources_of
from openhours.running.jobs import receiving_jobs
from openhours.running.joining import service
from openhours.running.metrics import registry
from openhours.running.serving import report_of_the_service
from openhours.settings.ingest import GENERIC, SourceSettings, source_of
from openhours.storing.stores import stores

app = typer.Typer(help="Take counts in, and look at what came.")

ANSWER_WITHIN_S = 120.0
LOOK_EVERY_S = 0.5


@app.callback(invoke_without_command=True)
def ingest(
    ctx: typer.Context,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes; default ingest.workers.")
    ] = None,
) -> None:
    """Take counts in, without pages and plans, until Ctrl-C.

    Any number of hosts may do so at once where they share a broker and a database server.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings = context_of(ctx).settings.with_workers(workers)
    with service(settings, SystemClock()) as running, receiving_jobs(running):
        broker = running.broker
        typer.echo(
            f"counts   mqtt://{broker.host}:{broker.port}, {settings.ingest.workers} workers"
        )
        if settings.ingest.metrics_port is not None:
            start_http_server(settings.ingest.metrics_port, "127.0.0.1", registry(running))
        try:
            Event().wait()
        except KeyboardInterrupt:
            typer.echo("stopped; the broker keeps what comes")


@app.command()
def rejections(
    ctx: typer.Context, lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en"
) -> None:
    """Print the messages that could not be read: why, how many, a sample and what to do."""
    Console().print(rejections_table(ledger_of(ctx).rejections(), language(lang)))


@app.command()
def sensors(
    ctx: typer.Context,
    *,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As /api/v1/sensors has it.")] = False,
) -> None:
    """Print how every sensor is, worst first, and which wait for a room."""
    settings, said = context_of(ctx).settings, language(lang)
    try:
        with stores(settings) as (ledger, timeseries):
            report = sensors_report(ledger, timeseries, SystemClock().now())
    except StoreUnavailable as error:
        report = report_of_the_service(settings, error)
        typer.echo("the running service holds the store; this is what it says", err=True)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
        return
    Console().print(sensors_table(report, ledger_of(ctx).estate(), said))
    if report.waiting:
        Console().print(waiting_table(report, said))


@app.command("replay-rejected")
def replay_rejected(
    ctx: typer.Context,
    reason: Annotated[str | None, typer.Option(help="Only those with this reason.")] = None,
) -> None:
    """Read the rejected messages again, after the settings or the devices have been mended."""
    settings = context_of(ctx).settings
    try:
        with stores(settings) as (ledger, timeseries):
            found = read_again(ledger, timeseries, sources_of(settings, ledger), reason)
    except StoreUnavailable as error:
        found = _asked_of_the_service(ledger_of(ctx), reason, error)
    typer.echo(
        f"{found.mended} messages could be read now, with {found.stored} new readings; "
        f"{found.still} still cannot"
    )


def _asked_of_the_service(
    ledger: Ledger, reason: str | None, unavailable: StoreUnavailable
) -> Reread:
    """The answer of the process that holds the stores. Raises `unavailable` where none does."""
    name = ask(ledger, reason, SystemClock().now(), actor=ACTOR)
    deadline_s = monotonic() + ANSWER_WITHIN_S
    while monotonic() < deadline_s:
        if found := replaying.answered(ledger, name):
            return found
        Event().wait(LOOK_EVERY_S)
    raise unavailable


@app.command()
def formats() -> None:
    """Print the formats that are understood, and the topics they come by of themselves."""
    table = Table("Format", "Name in settings", "Topics")
    for codec in CODECS:
        table.add_row(codec.title, codec.name, "\n".join(codec.filters) or "yours")
    table.add_row("Any JSON or CSV, by a mapping", GENERIC, "yours")
    devices = Table("LoRaWAN device", "Name in settings")
    for device in DEVICES:
        devices.add_row(device.title, device.name)
    Console().print(table, devices)


@app.command()
def decode(
    ctx: typer.Context,
    topic: Annotated[str, typer.Argument(help="Topic the message is published on.")],
    file: Annotated[Path, typer.Argument(help="File with the message's bytes; - for input.")],
    form: Annotated[
        str, typer.Option("--format", help="Read it by this format, whatever the topic says.")
    ] = "",
    device: Annotated[str, typer.Option(help="Model, where bytes do not say.")] = "",
) -> None:
    """Show what a message would come to; nothing is stored."""
    settings, ledger = context_of(ctx).settings, ledger_of(ctx)
    payload = typer.get_binary_stream("stdin").read() if str(file) == "-" else _bytes_of(file)
    message = Message(topic, payload, epoch_us(SystemClock().now()))
    if form or device:
        said = SourceSettings(topic=topic, format=form or "auto", device=device)
        source = source_of(said, "--format")
        decoded = source.codec.decode(message, source.context)
    else:
        decoded = sources_of(settings, ledger).decode(message)
    for reading in decoded.readings:
        typer.echo(json.dumps(_shown(reading), ensure_ascii=False))
    for rejection in decoded.rejections:
        typer.echo(f"rejected: {rejection.reason}: {rejection.detail} ({rejection.hint})", err=True)
    if decoded.rejections:
        raise typer.Exit(1)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}", where=str(file)) from error


def _shown(reading: CountReading) -> dict[str, object]:
    """A reading as JSON: what it says, its time, and its marks by name."""
    said = reading._asdict()
    shown = {name: said[name] for name in ("sensor", "kind")}
    counts = ("entered", "left", "present", "uptime_s")
    shown |= {name: said[name] for name in counts if said[name] is not None}
    shown |= {name: said[name] for name in ("period_s", "seq") if said[name]}
    shown["time"] = from_epoch_us(reading.time_us).isoformat()
    shown["marks"] = [str(mark.name).lower() for mark in Mark(reading.marks)]
    return shown
