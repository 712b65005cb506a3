"""`openhours what-if`: what a change would bring, before anybody makes it."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from console.linkage.questions import Answer, Supposed, Way
from console.words.tables import language, what_if_table
from console.words.what_if import notes
from domain.clock import SystemClock
from domain.schedules import latest
from openhours.commands.plan import Language
from openhours.context import context_of
from openhours.planning.run import PlanningRun
from openhours.planning.what_if import answer, read
from openhours.receiving.binning import Binning
from openhours.storing.stores import stores


def what_if(
    ctx: typer.Context,
    *,
    close: Annotated[
        list[str] | None, typer.Option(metavar="VENUE", help="Closed all week.")
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=HOURS", help="Staffed hours a week of a group or venue."),
    ] = None,
    hours: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VENUE=HOURS", help="“mon-fri 09:00-17:00; sat 10:00-12:00”, or a YAML file."
        ),
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option(metavar="VENUE.FIELD=VALUE", help="Another limit, or none.")
    ] = None,
    lang: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a change would bring, beside today's hours and the best ones. Nothing is changed.

    What is given holds, and the other hours of the venue, or of its link group, are planned again.
    A hub that closes for a month: --close hub.
    """
    words = language(lang)
    settings, now = context_of(ctx).settings, SystemClock().now()
    with stores(settings) as (ledger, timeseries):
        estate, schedules = ledger.estate(), ledger.schedules()
        party = read(
            Supposed(close=close or (), budget=budget or (), hours=hours or (), limit=limit or ()),
            estate,
        )
        binning = Binning(ledger, timeseries)
        binning.update(now)
        run = PlanningRun(ledger, timeseries, binning, settings.planning.history_weeks)
        current = {v.id: latest(schedules[v.id]).hours for v in party.venues}
        found = answer(party, estate, run.demand(estate, schedules, now), current)
    if as_json:
        typer.echo(json.dumps(_as_json(found)))
    else:
        names = {v.id: v.name_in(words.tag) for v in party.venues}
        ways = (found.today, found.supposed, found.best)
        Console().print(what_if_table(ways, names, words))
        for line in notes(words, names, found.doubtful, over=found.supposed.over_budget):
            typer.echo(line)


def _as_json(found: Answer) -> dict[str, Any]:
    def way(given: Way) -> dict[str, Any]:
        outlook = asdict(given.outlook)
        for name in ("own", "neighbours"):
            outlook[name] = dict(zip(("low", "mean", "high"), outlook[name], strict=True))
        hours = {v: h.as_text() for v, h in given.hours.items()}
        return {"hours": hours, **outlook, "over_budget": given.over_budget}

    ways = {name: way(getattr(found, name)) for name in ("today", "supposed", "best")}
    return {**ways, "doubtful": list(found.doubtful)}
