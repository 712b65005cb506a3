"""What every command shares: the settings, and the ledger opened on first use."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import typer

from domain.ports import Ledger
from openhours.settings.model import Settings
from store.ledger import SqlLedger


@dataclass(frozen=True)
class Context:
    """Typer's `ctx.obj`."""

    settings: Settings

    @cached_property
    def ledger(self) -> Ledger:
        """Raises `InvalidSettings` or `StoreUnavailable`."""
        self.settings.make_data_dir()
        return SqlLedger.open(self.settings.ledger_url)


def context_of(ctx: typer.Context) -> Context:
    """What `openhours.cli.root` made of the flags before the command."""
    return cast("Context", ctx.obj)


def ledger_of(ctx: typer.Context) -> Ledger:
    """The ledger that the settings name; closed with the command."""
    ledger = context_of(ctx).ledger
    ctx.call_on_close(ledger.close)
    return ledger
