"""`openhours doctor`: what is wrong, and how to mend it."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.clock import SystemClock
from openhours.context import context_of
from openhours.doctor import Finding, Level, examine
from openhours.doctor.patient import Patient

_STYLES = {Level.FAULT: "bold red", Level.WARNING: "yellow", Level.FINE: "green"}


def doctor(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Look for what is wrong and say how to mend it, beside the running service or without it.

    Leaves with 1 where there is a fault; warnings are none. Changes nothing.
    """
    found = examine(Patient(context_of(ctx).settings, SystemClock().now()))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        _show(found)
    sys.exit(int(any(finding.level is Level.FAULT for finding in found)))


def _show(found: list[Finding]) -> None:
    table = Table("", "what", "how to mend it")
    for finding in found:
        style = _STYLES[finding.level]
        table.add_row(f"[{style}]{finding.check}[/]", finding.what, finding.mend)
    Console().print(table)
    numbers = {level: sum(f.level is level for f in found) for level in Level}
    typer.echo(f"{numbers[Level.FAULT]} faults, {numbers[Level.WARNING]} warnings")
