"""`openhours ingest`: what came in and could not be used."""

from typing import Annotated

import typer
from rich.console import Console

from console.tables import language, rejections_table
from openhours.context import ledger_of

app = typer.Typer(no_args_is_help=True, help="What came in and could not be used.")


@app.command()
def rejections(
    ctx: typer.Context, lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en"
) -> None:
    """Print the messages that could not be read: why, how many, a sample and what to do."""
    Console().print(rejections_table(ledger_of(ctx).rejections(), language(lang)))
