"""`openhours unmet`: whom no venue serves, and which room could."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from console.rooms.unmet import unmet_report
from console.words.tables import language
from console.words.unmet import unmet_table
from domain.errors import InvalidInput
from openhours.context import ledger_of


def unmet(
    ctx: typer.Context,
    *,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As /api/v1/unmet has it.")] = False,
    geojson: Annotated[
        Path | None, typer.Option(help="Write a layer of a map: people by venue and cause.")
    ] = None,
) -> None:
    """Print when and why people are not served, how many, and which rooms could serve them.

    By the latest planning run.
    """
    ledger, said = ledger_of(ctx), language(lang)
    report = unmet_report(ledger)
    if report.at is None:
        raise InvalidInput("nothing was planned yet", hint="`openhours plan`, or wait for a week")
    if geojson is not None:
        _write(geojson, json.dumps(report.layer, ensure_ascii=False))
    elif as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        Console().print(unmet_table(report, ledger.estate(), said))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"cannot write {file}: {error.strerror}") from error
