"""`openhours messages`: what people were told, and whether somebody can be reached."""

from typing import Annotated

import typer
from rich.console import Console

from console.messages.compose import hello
from console.words.tables import language, sendings_table
from domain.clock import SystemClock
from domain.errors import ChannelUnavailable, InvalidInput, Refused
from openhours.context import context_of, ledger_of
from openhours.messages.outbox import send_by
from openhours.messages.readers import Readers
from openhours.messages.telling import envelopes

app = typer.Typer(no_args_is_help=True, help="Messages to people: what went, and a test.")


@app.command("list")
def show(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
) -> None:
    """Print the latest messages to people: sent, waiting and why, or given up."""
    Console().print(sendings_table(ledger_of(ctx).messages.sendings(limit), language(lang)))


@app.command()
def test(ctx: typer.Context, person: Annotated[str, typer.Argument(help="Account.")]) -> None:
    """Send somebody a test by each of their channels, now, whatever their quiet hours are."""
    settings, ledger, now = context_of(ctx).settings, ledger_of(ctx), SystemClock().now()
    ledger.accounts.person(person)
    channels = settings.channels
    readers = Readers.of(ledger, ledger.estate(), channels, settings.messages.language)
    reader = readers.by_id.get(person)
    if reader is None or not reader.addresses:
        raise InvalidInput(
            f"{person} cannot be reached",
            hint="give them a mail address and the settings a channel called mail, or choose a"
            " channel on the page /me/messages",
        )
    said, failed = hello(reader.language, settings.url), False
    key = f"{person}:test:{now:%Y-%m-%dT%H:%M:%S}"
    for envelope in envelopes(reader, said, key=key, at=now):
        where = f"{envelope.channel} {envelope.to}".strip()
        try:
            send_by(channels, envelope)
            typer.echo(f"{where}: sent")
        except (ChannelUnavailable, Refused) as error:
            failed = True
            typer.echo(f"{where}: {error}", err=True)
    if failed:
        raise typer.Exit(1)
