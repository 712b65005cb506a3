"""One-time links: to set a password, or to be let in."""

from datetime import datetime, timedelta

from console.access.secret import digest, new_secret
from domain.accounts import Accounts, Link, LinkKind
from domain.people import Grant, Person, Role

LASTS = timedelta(hours=48)
ADMINISTRATOR = "admin"
"""The account that the first start makes."""


def make_link(
    accounts: Accounts, person_id: str, kind: LinkKind, *, actor: str, at: datetime
) -> str:
    """The path of a link of somebody's; earlier ones end. Raises `NotFound`."""
    accounts.person(person_id)
    secret = new_secret()
    link = Link(
        digest=digest(secret), person=person_id, kind=kind, created_at=at, expires_at=at + LASTS
    )
    accounts.add_link(link, actor=actor)
    return f"/link?key={secret}"


def first_administrator(accounts: Accounts, *, actor: str, at: datetime) -> Person | None:
    """The first administrator, made where nobody is there yet, as long as nobody can log in.

    None once somebody who is an administrator has a password or came by OpenID Connect.
    """
    people = {p.id: p for p in accounts.people()}
    administrators = [people[g.person] for g in accounts.grants() if g.role is Role.ADMINISTRATOR]
    if any(p.active and (p.subject or accounts.password(p.id)) for p in administrators):
        return None
    waiting = [p for p in administrators if p.active]
    if waiting:
        return waiting[0]
    person = Person(id=ADMINISTRATOR, name="Administrator", created_at=at)
    grant = Grant(person=ADMINISTRATOR, role=Role.ADMINISTRATOR)
    accounts.add_person(person, [grant], actor=actor)
    return person
