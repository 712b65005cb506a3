"""People and their roles."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from domain.errors import Conflict, NotFound
from domain.people import Grant, Person, Role, Scope, ScopeKind
from domain.planning import AuditLine
from store.ledger.account_tables import grants, people
from store.ledger.dialect import hold

_PERSON = [people.c[field.name] for field in fields(Person)]


def all_of_them(connection: Connection) -> Sequence[Person]:
    """By id."""
    rows = connection.execute(select(*_PERSON).order_by(people.c.id)).mappings()
    return [Person(**row) for row in rows]


def one(connection: Connection, person_id: str) -> Person:
    """Raises `NotFound`."""
    row = connection.execute(select(*_PERSON).where(people.c.id == person_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is nobody called “{person_id}”")
    return Person(**row)


def add(connection: Connection, person: Person) -> None:
    """Raises `Conflict` where the id or the e-mail address is taken."""
    hold(connection, people)
    if connection.scalar(select(exists().where(people.c.id == person.id))):
        raise Conflict(f"there is somebody called “{person.id}” already")
    _check_alone(connection, person)
    connection.execute(insert(people).values(**asdict(person)))


def change(connection: Connection, person: Person) -> None:
    """Raises `NotFound`, or `Conflict` as the port says."""
    _hold_both(connection)
    one(connection, person.id)
    _check_alone(connection, person)
    connection.execute(update(people).where(people.c.id == person.id).values(**asdict(person)))
    if not person.active:
        _check_administered(connection)


def password(connection: Connection, person_id: str) -> str | None:
    """The hash, None where there is none."""
    return connection.scalar(select(people.c.password).where(people.c.id == person_id))


def set_password(connection: Connection, person_id: str, password_hash: str) -> None:
    """Raises `NotFound`."""
    one(connection, person_id)
    connection.execute(
        update(people).where(people.c.id == person_id).values(password=password_hash)
    )


def rehash(connection: Connection, person_id: str, before: str, password_hash: str) -> None:
    """In the place of `before`, unless that has changed."""
    same = (people.c.id == person_id) & (people.c.password == before)
    connection.execute(update(people).where(same).values(password=password_hash))


def grants_of(connection: Connection, person_id: str | None) -> Sequence[Grant]:
    """Everybody's, or one person's, in the order in which they were given."""
    query = select(grants).order_by(grants.c.id)
    if person_id is not None:
        query = query.where(grants.c.person == person_id)
    return [
        Grant(
            person=row["person"],
            role=Role(row["role"]),
            scope=Scope(ScopeKind(row["scope_kind"]), row["scope_id"]),
        )
        for row in connection.execute(query).mappings()
    ]


def grant(connection: Connection, given: Grant) -> None:
    """Raises `NotFound`, or `Conflict` where they have it already."""
    hold(connection, grants)
    one(connection, given.person)
    if given in grants_of(connection, given.person):
        raise Conflict(f"{given.person} is {given.role} in {given.scope} already")
    connection.execute(
        insert(grants).values(
            person=given.person,
            role=given.role,
            scope_kind=given.scope.kind,
            scope_id=given.scope.id,
        )
    )


def revoke(connection: Connection, taken: Grant) -> None:
    """Raises `NotFound`, or `Conflict` for the last administrator's."""
    _hold_both(connection)
    done = connection.execute(
        delete(grants).where(
            grants.c.person == taken.person,
            grants.c.role == taken.role,
            grants.c.scope_kind == taken.scope.kind,
            grants.c.scope_id == taken.scope.id,
        )
    )
    if not done.rowcount:
        raise NotFound(f"{taken.person} is not {taken.role} in {taken.scope}")
    _check_administered(connection)


def _check_administered(connection: Connection) -> None:
    """Raises `Conflict` where somebody has an account and no administrator is left."""
    some = select(grants.c.id).join(people).where(people.c.active)
    if connection.scalar(some.where(grants.c.role == Role.ADMINISTRATOR).limit(1)) is None:
        raise Conflict(
            "nobody would be left who is an administrator", hint="make somebody else one first"
        )


def line_of(action: str, given: Grant, actor: str, at: datetime) -> AuditLine:
    """A role given or taken, in the audit log."""
    return AuditLine(
        at=at,
        actor=actor,
        action=f"people.{action}",
        subject=given.person,
        detail=f"{given.role} in {given.scope}",
    )


def _hold_both(connection: Connection) -> None:
    """Of two who take away two administrators in two ways, one must wait and be refused."""
    hold(connection, people)
    hold(connection, grants)


def _check_alone(connection: Connection, person: Person) -> None:
    """Nobody else has the address or the subject: each lets in one person."""
    for column, value in ((people.c.email, person.email), (people.c.subject, person.subject)):
        taken = exists().where(column == value, people.c.id != person.id)
        if value and connection.scalar(select(taken)):
            raise Conflict(f"“{value}” belongs to somebody else")
