"""The ledger's accounts: every method one transaction over the functions of its rows."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine

from domain.accounts import ApiToken, Link, Session
from domain.people import Grant, Person
from domain.planning import AuditLine
from store.ledger import audit_rows, login_rows, people_rows
from store.ledger.engine import reading, writing


class SqlAccounts:
    """The `Accounts` of a ledger, on its engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def people(self) -> Sequence[Person]:
        with reading(self._engine) as connection:
            return people_rows.all_of_them(connection)

    def person(self, person_id: str) -> Person:
        with reading(self._engine) as connection:
            return people_rows.one(connection, person_id)

    def grants(self, person_id: str | None = None) -> Sequence[Grant]:
        with reading(self._engine) as connection:
            return people_rows.grants_of(connection, person_id)

    def add_person(self, person: Person, grants: Sequence[Grant], *, actor: str) -> None:
        at = person.created_at
        with writing(self._engine) as connection:
            people_rows.add(connection, person)
            lines = [_line("people.added", person.id, person.name, actor, at)]
            for grant in grants:
                people_rows.grant(connection, grant)
                lines.append(people_rows.line_of("granted", grant, actor, at))
            audit_rows.add(connection, lines)

    def change_person(self, person: Person, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            before = people_rows.one(connection, person.id)
            people_rows.change(connection, person)
            if not person.active:
                login_rows.end_sessions(connection, person.id, None)
                login_rows.end_links(connection, person.id)
            changed = [
                f"{name}: {value or '–'}"
                for name, value in asdict(person).items()
                if value != getattr(before, name)
            ]
            if changed:
                line = _line("people.changed", person.id, "; ".join(changed), actor, at)
                audit_rows.add(connection, [line])

    def grant(self, grant: Grant, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            people_rows.grant(connection, grant)
            audit_rows.add(connection, [people_rows.line_of("granted", grant, actor, at)])

    def revoke(self, grant: Grant, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            people_rows.revoke(connection, grant)
            audit_rows.add(connection, [people_rows.line_of("revoked", grant, actor, at)])

    def password(self, person_id: str) -> str | None:
        with reading(self._engine) as connection:
            return people_rows.password(connection, person_id)

    def set_password(self, person_id: str, password_hash: str, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            people_rows.set_password(connection, person_id, password_hash)
            login_rows.end_sessions(connection, person_id, None)
            login_rows.end_links(connection, person_id)
            audit_rows.add(connection, [_line("people.password", person_id, "", actor, at)])

    def rehash_password(self, person_id: str, before: str, password_hash: str) -> None:
        with writing(self._engine) as connection:
            people_rows.rehash(connection, person_id, before, password_hash)

    def add_link(self, link: Link, *, actor: str) -> None:
        with writing(self._engine) as connection:
            login_rows.add_link(connection, link)
            until = f"{link.kind}, until {link.expires_at:%Y-%m-%d %H:%M} UTC"
            line = _line("people.link", link.person, until, actor, link.created_at)
            audit_rows.add(connection, [line])

    def link(self, digest: str, at: datetime) -> Link | None:
        with reading(self._engine) as connection:
            return login_rows.link(connection, digest, at)

    def use_link(self, digest: str, at: datetime) -> Link | None:
        with writing(self._engine) as connection:
            return login_rows.use_link(connection, digest, at)

    def open_session(self, session: Session, *, how: str) -> None:
        with writing(self._engine) as connection:
            login_rows.open_session(connection, session)
            who = session.person
            audit_rows.add(connection, [_line("login", who, how, who, session.created_at)])

    def session(self, digest: str) -> Session | None:
        with reading(self._engine) as connection:
            return login_rows.session(connection, digest)

    def sessions(self, person_id: str) -> Sequence[Session]:
        with reading(self._engine) as connection:
            return login_rows.sessions_of(connection, person_id)

    def touch_session(self, digest: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            login_rows.touch_session(connection, digest, at)

    def end_sessions(self, person_id: str, digest: str | None, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            if ended := login_rows.end_sessions(connection, person_id, digest):
                line = _line("logout", person_id, f"{ended} of their sessions", actor, at)
                audit_rows.add(connection, [line])

    def forget_sessions(self, created_before: datetime, seen_before: datetime) -> int:
        with writing(self._engine) as connection:
            return login_rows.forget_sessions(connection, created_before, seen_before)

    def add_token(self, token: ApiToken) -> None:
        with writing(self._engine) as connection:
            login_rows.add_token(connection, token)
            audit_rows.add(connection, [_token_line("made", token, token.person, token.created_at)])

    def token(self, digest: str) -> ApiToken | None:
        with reading(self._engine) as connection:
            return login_rows.token(connection, digest)

    def tokens(self, person_id: str) -> Sequence[ApiToken]:
        with reading(self._engine) as connection:
            return login_rows.tokens_of(connection, person_id)

    def revoke_token(self, person_id: str, digest: str, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            token = login_rows.revoke_token(connection, person_id, digest)
            audit_rows.add(connection, [_token_line("revoked", token, actor, at)])


def _line(action: str, subject: str, detail: str, actor: str, at: datetime) -> AuditLine:
    return AuditLine(at=at, actor=actor, action=action, subject=subject, detail=detail)


def _token_line(what: str, token: ApiToken, actor: str, at: datetime) -> AuditLine:
    detail = f"{token.name}: {token.role} in {token.scope}, until {token.expires_at:%Y-%m-%d}"
    return _line(f"token.{what}", token.person, detail, actor, at)
