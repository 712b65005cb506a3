"""`openhours rollout draw` and `openhours uplift`: new hours in waves by lot, and what they did."""

import json
import secrets
from dataclasses import asdict
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Annotated, Any

import typer
from rich.console import Console

from console.trials.outcome import Outcome
from console.words.i18n import LANGUAGES, Language
from console.words.tables import language
from console.words.uplift import (
    REFUSED,
    TOO_EARLY,
    figures_table,
    sentence,
    since,
    waves_table,
)
from domain.calendars import next_monday
from domain.clock import SystemClock
from openhours.commands.plan import ACTOR
from openhours.context import context_of, ledger_of
from openhours.measuring.rollouts import draw
from openhours.measuring.uplift import outcome
from openhours.receiving.binning import Binning
from openhours.storing.stores import stores
from policies.uplift.claim import WEEKS_TO_LEARN

app = typer.Typer(no_args_is_help=True, help="New hours in waves, in an order drawn by lot.")
Lang = Annotated[str, typer.Option("--lang", help="en or zh.")]


@app.callback()
def _group() -> None:
    """Keep `draw` a command of its own."""


@app.command("draw")
def draw_(
    ctx: typer.Context,
    groups: Annotated[
        list[str] | None,
        typer.Argument(help="Link groups, or venues that are in none; all where none is named."),
    ] = None,
    *,
    waves: Annotated[int, typer.Option(min=2, help="How many.")] = 4,
    first: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Its Monday; default: the next in eight weeks."),
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Weeks between waves.")] = 4,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**62, help="Of the lots; default: by chance.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Draw by lot which groups get their new hours when, and note it for good.

    Then approve new hours wave by wave, so that they take effect on the days that are printed, and
    leave the last wave as it is: `openhours uplift` compares with it.
    """
    now, ledger = SystemClock().now(), ledger_of(ctx)
    begin = first.date() if first else next_monday(now.date() + timedelta(weeks=8))
    drawn = draw(
        ledger.estate(),
        tuple(groups or ()),
        [begin + timedelta(weeks=every * n) for n in range(waves)],
        secrets.randbelow(2**31) if seed is None else seed,
        actor=ACTOR,
        at=now,
    )
    ledger.add_rollout(drawn)
    Console().print(waves_table(drawn, language(lang)))


def uplift(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Lang = "en",
) -> None:
    """Say what the roll-out drawn last did to visits, or why that cannot be said.

    From stored quarter-hours, which must not be in use by another process.
    """
    now = SystemClock().now()
    with stores(context_of(ctx).settings) as (ledger, timeseries):
        Binning(ledger, timeseries).update(now)
        found = outcome(ledger, timeseries, now)
    if as_json:
        typer.echo(json.dumps(_plain(_result(found)), ensure_ascii=False))
    else:
        _print(found, language(lang))


def _print(found: Outcome, lang: Language) -> None:
    claim = found.claim
    if claim.effect is None:
        typer.echo(lang.text(REFUSED))
    for reason in claim.reasons:
        typer.echo(f"- {sentence(lang, reason)}")
    if claim.since:
        typer.echo(f"- {since(lang, claim.since, WEEKS_TO_LEARN)}")
    for venue, day in found.too_early.items():
        typer.echo(f"- {lang.text(TOO_EARLY, venue=venue, day=lang.day(day))}")
    if found.figures:
        Console().print(figures_table(found.figures, lang))


def _result(found: Outcome) -> dict[str, Any]:
    claim = found.claim
    effects = {
        name: asdict(effect) if (effect := getattr(claim, name)) else None
        for name in ("effect", "changed", "neighbours", "aa")
    }
    reasons = [
        {
            "code": r.code,
            "facts": dict(r.facts),
            "text": {code: sentence(lang, r) for code, lang in LANGUAGES.items()},
        }
        for r in claim.reasons
    ]
    figures = [asdict(f) | {"share": f.share} for f in found.figures]
    return effects | {
        "since": claim.since,
        "reasons": reasons,
        "figures": figures,
        "too_early": found.too_early,
        "rollout": asdict(found.rollout),
    }


def _plain(value: Any) -> Any:
    """For JSON: days as text, what is unknown as null."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else value
