"""`openhours holidays`: hours that the coming public holidays should have."""

from datetime import timedelta
from typing import Annotated

import typer
import yaml

from domain.clock import SystemClock
from domain.hours import SpecialDay, day_text
from domain.schedules import latest
from openhours.binning import Binning
from openhours.context import context_of
from openhours.planning_run import PlanningRun
from openhours.stores import stores
from policies.holidays import holiday_hours


def holidays(
    ctx: typer.Context,
    *,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = 13,
) -> None:
    """Print special days for public holidays, by venue, as an estate's `special_days` has them.

    They follow each venue's `holidays` limit and begin after its notice period. Nothing is changed:
    put those that you agree with into the estate, and import it.
    """
    settings, now = context_of(ctx).settings, SystemClock().now()
    with stores(settings) as (ledger, timeseries):
        estate, schedules, bookings = ledger.estate(), ledger.schedules(), ledger.bookings(now)
        binning = Binning(ledger, timeseries)
        binning.update(now)
        run = PlanningRun(ledger, timeseries, binning, settings.planning.history_weeks)
        profile = run.demand(estate, schedules, now).profile
    found = {}
    for venue in estate.venues:
        first = now.astimezone(venue.tz).date() + timedelta(days=venue.limits.notice_days + 1)
        week = latest(schedules[venue.id]).hours
        days = holiday_hours(venue, profile, week, bookings, first, 7 * weeks)
        if lines := list(map(_line, days)):
            found[venue.id] = lines
    if found:
        typer.echo(yaml.safe_dump(found, allow_unicode=True, sort_keys=False).rstrip())
    else:
        typer.echo("No public holiday ahead needs hours of its own.", err=True)


def _line(day: SpecialDay) -> dict[str, str]:
    return {"day": day.day.isoformat(), "hours": day_text(day.blocks), "name": day.name}
