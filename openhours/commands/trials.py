"""`openhours trials`: hours that are tried on days drawn by lot, and what people make of them."""

from typing import Annotated

import typer

from console.trials.decisions import trials_out
from console.trials.kept import approve_trial, end_trial, reject_trial
from console.words.tables import language
from domain.clock import SystemClock
from openhours.commands.plan import ACTOR
from openhours.context import ledger_of

app = typer.Typer(no_args_is_help=True, help="Hours that are tried on days drawn by lot.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    venue: Annotated[str | None, typer.Option(help="Of this venue only.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As /api/v1/trials has it.")] = False,
) -> None:
    """Print all trials, the latest first: what is tried, what it has shown, what becomes of it."""
    said = language(lang)
    for trial in trials_out(ledger_of(ctx), venue):
        typer.echo(trial.model_dump_json() if as_json else f"{trial.id}  {trial.text[said.code]}")


@app.command()
def approve(ctx: typer.Context, trial: str, note: str = "") -> None:
    """Let a trial begin after the notice period; the service announces its days."""
    at = SystemClock().now()
    agreed = approve_trial(ledger_of(ctx), trial, actor=ACTOR, at=at, note=note)
    typer.echo(f"{trial} begins on {agreed.first}.")


@app.command()
def decline(ctx: typer.Context, trial: str, note: str = "") -> None:
    """Decline a trial: nothing opens, and the same is not proposed again for half a year."""
    reject_trial(ledger_of(ctx), trial, actor=ACTOR, at=SystemClock().now(), note=note)
    typer.echo(f"{trial} is declined; the hours stay.")


@app.command()
def end(ctx: typer.Context, trial: str, note: str = "") -> None:
    """End a trial that runs; days within the notice period stay open."""
    at = SystemClock().now()
    ended = end_trial(ledger_of(ctx), trial, actor=ACTOR, at=at, note=note)
    typer.echo(f"{trial} is closed again from {ended.ended} on.")
