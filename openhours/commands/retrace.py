"""`openhours retrace`: a decision made again."""

import json
from typing import Annotated

import typer

from console.words.retraced import sentence
from console.words.tables import language
from domain.clock import SystemClock
from openhours.context import context_of, ledger_of
from openhours.planning.retracing import retraced, retraced_today
from openhours.planning.run import PlanningRun
from openhours.receiving.binning import Binning
from openhours.storing.stores import stores


def retrace(
    ctx: typer.Context,
    proposal: Annotated[str, typer.Argument(help="Its id, such as library:2026-W47.")],
    *,
    today: Annotated[
        bool, typer.Option(help="Also plan that week again from the stores as they are today.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide again what a proposal decided, and say whether it comes out the same, or why not.

    From what was kept of the proposal; with --today also from what the stores say of its week now,
    which must not be in use by another process. Nothing is written.
    """
    stored = ledger_of(ctx).proposal(proposal)
    found = retraced(ledger_of(ctx), stored)
    if today:
        settings = context_of(ctx).settings
        with stores(settings) as (ledger, timeseries):
            binning = Binning(ledger, timeseries)
            binning.update(SystemClock().now())
            planning = settings.planning
            run = PlanningRun(
                ledger, timeseries, binning, planning.history_weeks, jointly=planning.jointly
            )
            found += retraced_today(run, stored)
    if as_json:
        typer.echo(json.dumps([{"code": r.code, **r.facts} for r in found], ensure_ascii=False))
    else:
        typer.echo("\n".join(sentence(language(lang), r) for r in found))
