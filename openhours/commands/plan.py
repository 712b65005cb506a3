"""`openhours plan`, `proposals`, `approve`, `reject`, `rollback`: decisions without the pages."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from console.proposals.effects import effects as measured
from console.words.effects import told
from console.words.i18n import Language as Lang
from console.words.tables import audit_table, explained, language, proposals_table
from domain import decisions
from domain.clock import SystemClock
from domain.planning import Status
from openhours.context import context_of, ledger_of
from openhours.offline.files import Files, plan_files
from openhours.offline.results import WeekResult, result
from openhours.planning.run import PlanningRun, planners
from openhours.receiving.binning import Binning
from openhours.storing.stores import stores

ACTOR = "command line"
Language = Annotated[str, typer.Option("--lang", help="en or zh.")]


def plan(  # noqa: PLR0913 - flags
    ctx: typer.Context,
    *,
    lang: Language = "en",
    bins: Annotated[
        Path | None, typer.Option(help="Plan on files: bins of rooms, Parquet or CSV.")
    ] = None,
    estate: Annotated[Path | None, typer.Option(help="The estate, with --bins.")] = None,
    schedules: Annotated[
        Path | None, typer.Option(help="Hours in force over time, with --bins.")
    ] = None,
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="The morning to plan on; with --bins.")
    ] = "",
    state: Annotated[
        Path | None, typer.Option(help="Folder of what runs remember; with --bins.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; with --bins.")] = False,
    schema: Annotated[bool, typer.Option(help="Print the JSON's schema and end.")] = False,
) -> None:
    """Plan every venue whose last ended week has no proposal yet, and print what came out.

    `openhours run` does this by itself; this is for when it does not run. With --bins, --estate and
    --as-of it plans on files, without broker or stores: see docs/offline.md.
    """
    if schema:
        typer.echo(json.dumps(WeekResult.model_json_schema(), indent=2))
    elif bins is not None:
        files = Files(bins, estate, schedules, as_of, state)
        _plan_on_files(ctx, files, language(lang), as_json=as_json)
    else:
        settings = context_of(ctx).settings
        with stores(settings) as (ledger, timeseries):
            binning = Binning(ledger, timeseries)
            planning = settings.planning
            pool = planners(planning.workers)
            run = PlanningRun(
                ledger, timeseries, binning, planning.history_weeks, pool, planning.jointly
            )
            found = run.plan_due(SystemClock().now())
            Console().print(proposals_table(found, language(lang)))


def _plan_on_files(ctx: typer.Context, files: Files, lang: Lang, *, as_json: bool) -> None:
    planned, look = plan_files(files, context_of(ctx).settings.planning)
    if as_json:
        typer.echo(result(planned, look).model_dump_json())
    else:
        Console().print(proposals_table(planned.proposals, lang))


def proposals(
    ctx: typer.Context,
    *,
    venue: Annotated[str | None, typer.Option(help="Of this venue only.")] = None,
    status: Annotated[Status | None, typer.Option(help="With this status only.")] = None,
    lang: Language = "en",
) -> None:
    """Print the latest proposals, newest first."""
    ledger = ledger_of(ctx)
    found = ledger.proposals(venue=venue, status=status, limit=50)
    Console().print(proposals_table(found, language(lang)))


def explain(ctx: typer.Context, proposal: str, lang: Language = "en") -> None:
    """Say what a proposal would change, and why."""
    ledger = ledger_of(ctx)
    typer.echo(explained(ledger.proposal(proposal), ledger.estate(), language(lang)))


def audit(ctx: typer.Context, limit: int = 50, lang: Language = "en") -> None:
    """Print who changed what, newest first."""
    Console().print(audit_table(ledger_of(ctx).audit(limit), language(lang)))


def approve(ctx: typer.Context, proposal: str, note: str = "") -> None:
    """Approve a proposal, and those of linked venues: its hours take effect after the notice."""
    ledger = ledger_of(ctx)
    version = decisions.approve(ledger, proposal, actor=ACTOR, at=SystemClock().now(), note=note)
    typer.echo(f"{version.venue} has new hours from {version.effective_from}: {version.hours}")
    for venue in ledger.proposal(proposal).linked:
        typer.echo(
            f"{venue}, which is linked with it, too: {ledger.schedules(venue)[venue][-1].hours}"
        )


def reject(ctx: typer.Context, proposal: str, note: str = "") -> None:
    """Reject a proposal, and those of linked venues: the hours stay as they are."""
    decisions.reject(ledger_of(ctx), proposal, actor=ACTOR, at=SystemClock().now(), note=note)
    typer.echo(f"{proposal} is rejected; the hours stay.")


def rollback(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="A decision, as library:2026-W47, or a venue.")],
) -> None:
    """Take a decision back, at all venues that it was about; or a venue's latest hours.

    Of a decision that other hours have followed, these must be taken back first.
    """
    ledger, at = ledger_of(ctx), SystemClock().now()
    if ":" in what:
        versions = decisions.undo(ledger, what, actor=ACTOR, at=at)
    else:
        versions = [decisions.roll_back(ledger, what, actor=ACTOR, at=at)]
    for version in versions:
        typer.echo(f"{version.venue} goes back to {version.hours} from {version.effective_from}")


def effects(
    ctx: typer.Context,
    *,
    venue: Annotated[str | None, typer.Option(help="Of this venue only.")] = None,
    lang: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one a line.")] = False,
) -> None:
    """Say what came of decisions, measured 4, 8 and 12 weeks after they took effect."""
    for proposal, effect in measured(ledger_of(ctx), venue).items():
        said = effect.model_dump_json() if as_json else told(language(lang), effect)
        typer.echo(said if as_json else f"{proposal}  {said}")
