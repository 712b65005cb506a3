"""`openhours estate`: the venues, rooms and counters, from files and to files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.clock import SystemClock
from domain.errors import InvalidEstate
from domain.estate import Estate
from domain.estate_diff import Change, ChangeKind, diff
from openhours.context import ledger_of
from openhours.entering.estate_reference import reference
from openhours.entering.estates import import_estate
from store.estate_columns import COLUMNS
from store.estate_files import read_estate, write_estate

ACTOR = "command line"
_STYLES = {ChangeKind.ADDED: "green", ChangeKind.REMOVED: "red", ChangeKind.CHANGED: "yellow"}

app = typer.Typer(
    no_args_is_help=True,
    help="Venues, rooms, counters: check, import, export and compare their files.",
)
Source = Annotated[
    Path, typer.Argument(exists=True, help="A YAML file, or a folder of CSV files.", metavar="PATH")
]


@app.command()
def check(path: Source) -> None:
    """Check an estate as a whole and tell every fault with its file, line and field."""
    Console().print(_summary(_read(path)))


@app.command("import")
def import_(
    ctx: typer.Context,
    path: Source,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Show what an estate would change, ask, and put it in place of the one that is kept.

    Hours that differ from those imported before hold from today; planned hours stay otherwise.
    """
    estate, ledger = _read(path), ledger_of(ctx)
    changes = diff(ledger.estate(), estate)
    _print_changes(changes)
    if changes and (yes or typer.confirm("Import these changes?", abort=True)):
        import_estate(ledger, estate, actor=ACTOR, clock=SystemClock())
        typer.echo("Imported.")


@app.command()
def export(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A .yaml file to write, or a folder for CSV files.")],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
) -> None:
    """Write the estate that is kept. Hours are those of the last import, not the planned ones."""
    if not overwrite and (path.is_file() or any((path / f"{n}.csv").exists() for n in COLUMNS)):
        raise typer.BadParameter(f"{path} is there already; --overwrite replaces it")
    estate = ledger_of(ctx).estate()
    try:
        write_estate(estate, path)
    except OSError as error:
        raise typer.BadParameter(f"cannot write {error.filename}: {error.strerror}") from error
    Console().print(_summary(estate))


@app.command("diff")
def diff_(ctx: typer.Context, path: Source) -> None:
    """Show what importing an estate would change."""
    _print_changes(diff(ledger_of(ctx).estate(), _read(path)))


@app.command()
def fields() -> None:
    """Print every field of an estate, as Markdown."""
    typer.echo(reference())


def _read(path: Path) -> Estate:
    """The estate; or all its problems on standard error, and exit code 1."""
    try:
        return read_estate(path)
    except InvalidEstate as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        for problem in error.problems:
            line = Text(f"{problem.where}: ", style="bold").append(problem.what, style="red")
            console.print(line.append(f" ({problem.hint})" if problem.hint else "", style="dim"))
        console.print(f"{path}: {error.problem.what}; nothing was changed.")
        raise typer.Exit(1) from error


def _summary(estate: Estate) -> Table:
    table = Table("kind", "count")
    for kind in type(estate).model_fields:
        table.add_row(kind.replace("_", " "), str(len(getattr(estate, kind))))
    return table


def _print_changes(changes: list[Change]) -> None:
    if not changes:
        typer.echo("Nothing differs from the estate that is kept.")
    console = Console(highlight=False, soft_wrap=True)
    for change in changes:
        console.print(Text(str(change), style=_STYLES[change.kind]))
