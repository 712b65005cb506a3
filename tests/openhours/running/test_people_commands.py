"""`openhours people`, and the link that a start prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.access.links import first_administrator
from console.access.secret import digest
from domain.clock import SystemClock
from domain.errors import Conflict, InvalidInput, NotFound
from domain.estate_rules import check
from domain.people import Grant, Role, Scope, ScopeKind
from openhours.commands import people as commands
from openhours.context import Context
from openhours.settings.model import load
from tests.console.town import DOCUMENT
from tests.contract.samples import NOON


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made = Context(load(None, [f"data_dir={tmp_path / 'data'}"]))
    made.ledger.put_estate(check(DOCUMENT), [], [], actor="test", at=NOON)
    first_administrator(made.ledger.accounts, actor="test", at=NOON)
    return made


def run(context: Context, *words: str) -> Result:
    fresh = Context(context.settings)  # a command closes its ledger
    return CliRunner().invoke(commands.app, list(words), obj=fresh, catch_exceptions=False)


def test_somebody_is_added_in_a_part_of_the_estate_and_gets_a_link(context: Context) -> None:
    words = ("Lin", "manager", "--in", "area:yong-an", "--email", "Lin@example.org")
    printed = run(context, "add", *words).stdout
    found = re.search(r"http://127\.0\.0\.1:8800/link\?key=(\S+)", printed)
    assert found
    accounts = context.ledger.accounts
    link = accounts.link(digest(found[1]), SystemClock().now())
    assert link is not None
    assert link.person == "lin"
    area = Scope(ScopeKind.AREA, "yong-an")
    assert accounts.grants("lin") == [Grant(person="lin", role=Role.MANAGER, scope=area)]
    assert accounts.person("lin").email == "lin@example.org"
    listed = run(context, "list").stdout
    assert "lin" in listed
    assert "never" in listed
    assert {line.actor for line in context.ledger.audit(3)} == {"command line"}


def test_roles_are_given_and_taken(context: Context) -> None:
    run(context, "add", "lin", "viewer")
    run(context, "grant", "lin", "operations")
    run(context, "revoke", "lin", "viewer")
    assert [g.role for g in context.ledger.accounts.grants("lin")] == [Role.OPERATIONS]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "lin", "manager", "--in", "venue:nowhere"), InvalidInput),
        (("add", "planner", "viewer"), InvalidInput),
        (("add", "admin", "viewer"), Conflict),
        (("grant", "nobody", "viewer"), NotFound),
        (("revoke", "admin", "administrator"), Conflict),
        (("reset", "nobody"), NotFound),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(
    context: Context, words: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(context, *words)


def test_the_first_start_makes_one_administrator_until_somebody_can_log_in(
    context: Context,
) -> None:
    accounts = context.ledger.accounts
    again = first_administrator(accounts, actor="test", at=NOON)
    assert again is not None
    assert [p.id for p in accounts.people()] == ["admin"]
    accounts.set_password("admin", "hash", actor="admin", at=NOON)
    assert first_administrator(accounts, actor="test", at=NOON) is None
