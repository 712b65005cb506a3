"""`openhours rooms`: which rooms are under-used, and what managers make of it."""

from typing import Annotated

import typer

from console.rooms.flags import answer as enter
from console.rooms.pages import standing, underused
from console.words import rooms as room_words
from console.words.tables import language
from domain.clock import SystemClock
from openhours.commands.plan import ACTOR
from openhours.context import ledger_of
from policies.underuse.flags import Feedback

app = typer.Typer(no_args_is_help=True, help="Which rooms are under-used, and what is done.")


@app.command("underused")
def show(
    ctx: typer.Context,
    *,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As /api/v1/under-used has it.")] = False,
) -> None:
    """Print the rooms that are used far less than they should be, why, and what might be done.

    `openhours run` looks at all rooms on the first of each month.
    """
    ledger, said = ledger_of(ctx), language(lang)
    if as_json:
        typer.echo(underused(ledger).model_dump_json(indent=2))
        return
    estate = ledger.estate()
    month, flags = standing(ledger, estate)
    names = room_words.room_names(said, estate)
    typer.echo(room_words.title(said, month, flags))
    for flag in flags:
        where = f"{names[flag.room]} · {flag.room} · {flag.month}"
        typer.echo(f"\n{where} · {room_words.phase(said, flag.phase)}")
        typer.echo(f"  {room_words.unused(said, flag)}")
        for reason in flag.reasons:
            typer.echo(f"- {room_words.reason(said, reason, names)}")


@app.command()
def answer(
    ctx: typer.Context,
    room: Annotated[str, typer.Argument(help="Its id.")],
    feedback: Annotated[
        Feedback,
        typer.Argument(
            help="fine: it may be used as little; seasonal: it is empty at this time of the year;"
            " fixed: something was done; wrong: it is used enough, whatever the counts say."
        ),
    ],
    note: Annotated[str, typer.Option(help="Why, for the log.")] = "",
) -> None:
    """Answer what is said of a room; it is then left in peace for a while."""
    enter(ledger_of(ctx), room, feedback, actor=ACTOR, at=SystemClock().now(), note=note)
    typer.echo(f"{room}: “{feedback}” is kept.")
