"""`openhours people`: who has an account, with which roles; beside a running service or without."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from console.access.links import make_link
from domain.accounts import LinkKind
from domain.clock import SystemClock
from domain.errors import InvalidInput
from domain.people import Grant, Person, Role, Scope, check_id
from openhours.commands.plan import ACTOR
from openhours.context import context_of, ledger_of
from openhours.running.serving import address

app = typer.Typer(no_args_is_help=True, help="Who may log in, and what they may do.")

Account = Annotated[str, typer.Argument(help="What they log in with.")]
GivenRole = Annotated[Role, typer.Argument(help="What they are.")]
Where = Annotated[
    str,
    typer.Option("--in", help="Where: everything, area:ID, department:ID or venue:ID."),
]


@app.command("list")
def show(ctx: typer.Context) -> None:
    """Print everybody with an account and their roles."""
    accounts = ledger_of(ctx).accounts
    table = Table("account", "name", "e-mail", "roles", "state")
    for person in accounts.people():
        roles = ", ".join(f"{g.role} in {g.scope}" for g in accounts.grants(person.id))
        enters = person.subject or accounts.password(person.id)
        state = "closed" if not person.active else "" if enters else "never logged in"
        table.add_row(person.id, person.name, person.email, roles, state)
    Console().print(table)


@app.command()
def add(
    ctx: typer.Context,
    account: Account,
    role: GivenRole,
    *,
    where: Where = "everything",
    name: Annotated[str, typer.Option(help="What people call them; default the account.")] = "",
    email: Annotated[
        str, typer.Option(help="By which their first login with OpenID Connect finds the account.")
    ] = "",
) -> None:
    """Add somebody with a role, and print the link with which they set their password."""
    now, person_id = SystemClock().now(), check_id(account)
    person = Person(
        id=person_id, name=name or person_id, email=email.strip().lower(), created_at=now
    )
    grant = _grant(ctx, person_id, role, where)
    ledger_of(ctx).accounts.add_person(person, [grant], actor=ACTOR)
    reset(ctx, person_id)


@app.command()
def grant(
    ctx: typer.Context, account: Account, role: GivenRole, *, where: Where = "everything"
) -> None:
    """Give somebody a role."""
    given = _grant(ctx, account, role, where)
    ledger_of(ctx).accounts.grant(given, actor=ACTOR, at=SystemClock().now())
    typer.echo(f"{account} is {role} in {given.scope} now.")


@app.command()
def revoke(
    ctx: typer.Context, account: Account, role: GivenRole, *, where: Where = "everything"
) -> None:
    """Take a role back."""
    taken = Grant(person=account, role=role, scope=Scope.parse(where))
    ledger_of(ctx).accounts.revoke(taken, actor=ACTOR, at=SystemClock().now())
    typer.echo(f"{account} is {role} in {taken.scope} no longer.")


@app.command()
def reset(ctx: typer.Context, account: Account) -> None:
    """Print a link with which somebody sets a new password; the old one holds until then."""
    accounts, now = ledger_of(ctx).accounts, SystemClock().now()
    path = make_link(accounts, account, LinkKind.PASSWORD, actor=ACTOR, at=now)
    typer.echo(f"{address(context_of(ctx).settings)}{path}")
    typer.echo("It works once, within two days. Give it to nobody else.", err=True)


def _grant(ctx: typer.Context, account: str, role: Role, where: str) -> Grant:
    """Raises `InvalidInput` for a part that the estate does not have."""
    given = Grant(person=account, role=role, scope=Scope.parse(where))
    if not given.scope.is_in(ledger_of(ctx).estate()):
        hint = "`openhours estate export` shows what there is"
        raise InvalidInput(f"the estate has no {given.scope}", where="--in", hint=hint)
    return given
