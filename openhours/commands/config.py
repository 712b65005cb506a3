"""`openhours config`: what is set, and whether it can work."""

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url

from openhours.context import context_of
from openhours.settings.model import Settings, help_lines

app = typer.Typer(no_args_is_help=True, help="What is set, and whether it can work.")


@app.command()
def check(ctx: typer.Context) -> None:
    """Check file, environment and flags; say what is wrong, where, and what to do.

    The folder of everything that is kept is made, for only so is it known that it can be.
    """
    settings = context_of(ctx).settings
    settings.make_data_dir()
    typer.echo(f"The settings can work. Everything is kept in {settings.data_dir.absolute()}.")


@app.command()
def show(ctx: typer.Context) -> None:
    """Every setting with its value now, its default and its help line."""
    table = Table("setting", "now", "default", "what it does")
    for name, default, text in help_lines():
        table.add_row(name, _value(context_of(ctx).settings, name), default, text)
    Console().print(table)


def _value(settings: Settings, name: str) -> str:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    if name == "store.ledger" and value:
        url = make_url(str(value)).difference_update_query(["password"])
        return url.render_as_string(hide_password=True)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
