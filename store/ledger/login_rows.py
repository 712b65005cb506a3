"""One-time links, sessions and API tokens, each by the digest of its secret."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from domain.accounts import ApiToken, Link, LinkKind, Session
from domain.errors import NotFound
from domain.people import Role, Scope, ScopeKind
from store.ledger.account_tables import links, sessions, tokens


def add_link(connection: Connection, link: Link) -> None:
    """Add one in the place of all others of the person."""
    end_links(connection, link.person)
    connection.execute(insert(links).values(**asdict(link)))


def end_links(connection: Connection, person_id: str) -> None:
    """No link of the person can be used any more."""
    connection.execute(delete(links).where(links.c.person == person_id))


def link(connection: Connection, digest: str, at: datetime) -> Link | None:
    """The link while it can be used."""
    query = select(links).where(links.c.digest == digest, links.c.expires_at > at)
    row = connection.execute(query).mappings().first()
    return Link(**{**row, "kind": LinkKind(row["kind"])}) if row else None


def use_link(connection: Connection, digest: str, at: datetime) -> Link | None:
    """The link for the one who deletes it."""
    found = link(connection, digest, at)
    done = connection.execute(delete(links).where(links.c.digest == digest))
    return found if done.rowcount else None


def open_session(connection: Connection, session: Session) -> None:
    """Add one."""
    connection.execute(insert(sessions).values(**asdict(session)))


def session(connection: Connection, digest: str) -> Session | None:
    """One, whatever its age."""
    query = select(sessions).where(sessions.c.digest == digest)
    row = connection.execute(query).mappings().first()
    return Session(**row) if row else None


def sessions_of(connection: Connection, person_id: str) -> Sequence[Session]:
    """The latest seen first."""
    query = select(sessions).where(sessions.c.person == person_id)
    rows = connection.execute(query.order_by(sessions.c.seen_at.desc(), sessions.c.digest))
    return [Session(**row) for row in rows.mappings()]


def touch_session(connection: Connection, digest: str, at: datetime) -> None:
    """Note that it was used."""
    connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))


def end_sessions(connection: Connection, person_id: str, digest: str | None) -> int:
    """Delete one or all of a person's; return how many."""
    gone = delete(sessions).where(sessions.c.person == person_id)
    if digest is not None:
        gone = gone.where(sessions.c.digest == digest)
    return connection.execute(gone).rowcount


def forget_sessions(connection: Connection, created_before: datetime, seen_before: datetime) -> int:
    """Delete those that are too old; return how many."""
    old = (sessions.c.created_at < created_before) | (sessions.c.seen_at < seen_before)
    return connection.execute(delete(sessions).where(old)).rowcount


def add_token(connection: Connection, token: ApiToken) -> None:
    """Add one."""
    row = {name: value for name, value in asdict(token).items() if name != "scope"}
    connection.execute(
        insert(tokens).values(**row, scope_kind=token.scope.kind, scope_id=token.scope.id)
    )


def token(connection: Connection, digest: str) -> ApiToken | None:
    """One, expired or not."""
    row = connection.execute(select(tokens).where(tokens.c.digest == digest)).mappings().first()
    return _token(row) if row else None


def tokens_of(connection: Connection, person_id: str) -> Sequence[ApiToken]:
    """The newest first."""
    query = select(tokens).where(tokens.c.person == person_id)
    rows = connection.execute(query.order_by(tokens.c.created_at.desc(), tokens.c.digest))
    return [_token(row) for row in rows.mappings()]


def revoke_token(connection: Connection, person_id: str, digest: str) -> ApiToken:
    """Delete it. Raises `NotFound`."""
    found = token(connection, digest)
    if found is None or found.person != person_id:
        raise NotFound(f"{person_id} has no such token")
    connection.execute(delete(tokens).where(tokens.c.digest == digest))
    return found


def _token(row: RowMapping) -> ApiToken:
    return ApiToken(
        digest=row["digest"],
        person=row["person"],
        name=row["name"],
        role=Role(row["role"]),
        scope=Scope(ScopeKind(row["scope_kind"]), row["scope_id"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
