"""`openhours holidays`: hours that the coming public holidays should have."""

from datetime import date, timedelta
from typing import Annotated

import typer
import yaml

from domain.clock import SystemClock
from domain.hours import SpecialDay, day_text
from openhours.commands.plan import ACTOR
from openhours.context import context_of
from openhours.planning.holidays import Holidays, coming_holidays, enter_holidays
from openhours.planning.run import PlanningRun
from openhours.receiving.binning import Binning
from openhours.storing.stores import stores


def holidays(
    ctx: typer.Context,
    *,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = 13,
    year: Annotated[
        int | None, typer.Option(min=2000, max=2100, help="A calendar year, instead of weeks.")
    ] = None,
    venue: Annotated[list[str] | None, typer.Option(help="Of this venue only. Repeatable.")] = None,
    enter: Annotated[
        bool, typer.Option("--enter", help="Make them special days, and tell the doors.")
    ] = False,
) -> None:
    """Print special days for public holidays, by venue, as an estate's `special_days` has them.

    They follow each venue's `holidays` limit and begin after its notice period. With --enter they
    become special days of the venues; those that are entered already stay. Without it nothing is
    changed. At venues whose `approval` is automatic the running service enters them by itself.
    """
    settings, clock = context_of(ctx).settings, SystemClock()
    now = clock.now()
    with stores(settings) as (ledger, timeseries):
        estate, schedules, bookings = ledger.estate(), ledger.schedules(), ledger.bookings(now)
        binning = Binning(ledger, timeseries)
        binning.update(now)
        run = PlanningRun(ledger, timeseries, binning, settings.planning.history_weeks)
        found = coming_holidays(
            [estate.venue(v) for v in venue] if venue else estate.venues,
            schedules,
            run.demand(estate, schedules, now).profile,
            bookings,
            now,
            date(year, 12, 31) if year else now.date() + timedelta(weeks=weeks),
            since=date(year, 1, 1) if year else date.min,
        )
        entered = enter_holidays(ledger, found, actor=ACTOR, clock=clock) if enter else 0
    _print(found)
    if enter:
        typer.echo(f"{entered} special days are entered.", err=True)


def _print(found: Holidays) -> None:
    lines = {venue: [*map(_line, days)] for venue, days in found.items()}
    if lines:
        typer.echo(yaml.safe_dump(lines, allow_unicode=True, sort_keys=False).rstrip())
    else:
        typer.echo("No public holiday ahead needs hours of its own.", err=True)


def _line(day: SpecialDay) -> dict[str, str]:
    return {"day": day.day.isoformat(), "hours": day_text(day.blocks), "name": day.name}
