"""How people get in, and the port that keeps it: passwords, sessions, one-time links, API tokens.

Of everything that lets somebody in, only a digest is kept: whoever reads the ledger cannot use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.people import EVERYTHING, Grant, Person, Role, Scope


class LinkKind(StrEnum):
    """What a one-time link is for."""

    PASSWORD = "password"  # noqa: S105
    """Set a password, and be logged in."""
    ENTER = "enter"
    """Be logged in, without a password: the demo's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that lets somebody in once."""

    digest: str
    person: str
    kind: LinkKind
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that somebody is logged in with."""

    digest: str
    person: str
    created_at: datetime
    seen_at: datetime
    """The latest request, to within some minutes."""
    client: str = ""
    """What the browser calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What lets a program act for somebody: within the role and scope that it has, and theirs."""

    digest: str
    person: str
    name: str
    """What it is for."""
    role: Role
    scope: Scope = EVERYTHING
    created_at: datetime
    expires_at: datetime


class Accounts(Protocol):
    """People, what they may do, and how they get in.

    Each writing method is one transaction and adds its audit line itself, where one is due.
    """

    def people(self) -> Sequence[Person]:
        """Everybody with an account, by id."""

    def person(self, person_id: str) -> Person:
        """Raises `NotFound`."""

    def grants(self, person_id: str | None = None) -> Sequence[Grant]:
        """Everybody's, or one person's, in the order in which they were given."""

    def add_person(self, person: Person, grants: Sequence[Grant], *, actor: str) -> None:
        """Raises `Conflict` where the id or the e-mail address is taken."""

    def change_person(self, person: Person, *, actor: str, at: datetime) -> None:
        """Put it in the place of the one with the same id; no longer active: sessions end.

        Raises `NotFound`, or `Conflict` where the e-mail address is taken, or where nobody would
        be left who is an administrator.
        """

    def grant(self, grant: Grant, *, actor: str, at: datetime) -> None:
        """Give a role. Raises `NotFound`, or `Conflict` where they have it already."""

    def revoke(self, grant: Grant, *, actor: str, at: datetime) -> None:
        """Take a role back. Raises `NotFound`, or `Conflict` for the last administrator's."""

    def password(self, person_id: str) -> str | None:
        """The hash of somebody's password; None for strangers and those who have none."""

    def set_password(self, person_id: str, password_hash: str, *, actor: str, at: datetime) -> None:
        """Set it, and end all sessions and unused links of theirs. Raises `NotFound`."""

    def rehash_password(self, person_id: str, before: str, password_hash: str) -> None:
        """Keep the same password under stronger parameters, unless it changed. No audit line."""

    def add_link(self, link: Link, *, actor: str) -> None:
        """Keep a link; others of the same person, unused, end."""

    def link(self, digest: str, at: datetime) -> Link | None:
        """The link while it can be used; looking at it does not use it."""

    def use_link(self, digest: str, at: datetime) -> Link | None:
        """Use it up: of several who try, one gets it, the others None."""

    def open_session(self, session: Session, *, how: str) -> None:
        """Somebody has logged in; `how`, for the audit log."""

    def session(self, digest: str) -> Session | None:
        """As it was opened and last touched; whoever asks sees to its age."""

    def sessions(self, person_id: str) -> Sequence[Session]:
        """Somebody's, the latest seen first."""

    def touch_session(self, digest: str, at: datetime) -> None:
        """Note that it was used. No audit line."""

    def end_sessions(self, person_id: str, digest: str | None, *, actor: str, at: datetime) -> None:
        """End one session of somebody's, or all of them."""

    def forget_sessions(self, created_before: datetime, seen_before: datetime) -> int:
        """Delete those that are too old either way; return how many. No audit line."""

    def add_token(self, token: ApiToken) -> None:
        """Keep a token; the line says that its owner did it."""

    def token(self, digest: str) -> ApiToken | None:
        """The token, expired or not."""

    def tokens(self, person_id: str) -> Sequence[ApiToken]:
        """Somebody's, the newest first."""

    def revoke_token(self, person_id: str, digest: str, *, actor: str, at: datetime) -> None:
        """Raises `NotFound` where they have no such token."""
