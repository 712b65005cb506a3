"""Who may do what: roles, the table of what each may do, and grants in parts of the estate."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInput
from domain.estate import Estate

RESERVED = frozenset({"demo", "import", "manager", "openhours", "outbox", "planner", "rule"})
"""Names of parts of the program in the audit log; nobody else may be called so."""


class Permission(StrEnum):
    """What a route asks of whoever comes. Every route names exactly one."""

    OPEN = "open"
    """Nothing: what the door sign says, probes, and the way in."""
    OWN = "own"
    """One's own account."""
    READ = "read"
    """Boards, venues, proposals, rooms and sensors, of the whole estate."""
    DECIDE = "decide"
    """Approve, reject, take back, and answer what is said of a venue."""
    COUNT = "count"
    """Enter what was counted by hand, and bookings."""
    OPERATE = "operate"
    """Sensors: register, mend, read messages again."""
    CONFIGURE = "configure"
    """Change the estate: venues, rooms, limits."""
    AUDIT = "audit"
    """Read who did what."""
    PEOPLE = "people"
    """Accounts and roles."""


class Role(StrEnum):
    """What somebody is to the estate, or to a part of it."""

    RESIDENT = "resident"
    VIEWER = "viewer"
    MANAGER = "manager"
    OPERATIONS = "operations"
    DISTRICT = "district"
    ADMINISTRATOR = "administrator"


P = Permission
MAY: Mapping[Role, frozenset[Permission]] = {
    Role.RESIDENT: frozenset({P.OPEN, P.OWN}),
    Role.VIEWER: frozenset({P.OPEN, P.OWN, P.READ}),
    Role.MANAGER: frozenset({P.OPEN, P.OWN, P.READ, P.DECIDE, P.COUNT}),
    Role.OPERATIONS: frozenset({P.OPEN, P.OWN, P.READ, P.COUNT, P.OPERATE}),
    Role.DISTRICT: frozenset({P.OPEN, P.OWN, P.READ, P.DECIDE, P.COUNT, P.CONFIGURE, P.AUDIT}),
    Role.ADMINISTRATOR: frozenset(P),
}
"""The one table of who may do what."""

WHOLE = frozenset({P.OPERATE, P.CONFIGURE, P.AUDIT, P.PEOPLE})
"""What concerns the service as a whole: a role in a part of the estate does not give it."""
ANYWHERE = frozenset({P.OPEN, P.OWN, P.READ})
"""What a role anywhere gives everywhere: whoever compares venues must see the others."""


class ScopeKind(StrEnum):
    """What a role holds in."""

    EVERYTHING = "everything"
    AREA = "area"
    DEPARTMENT = "department"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the estate that a role holds in."""

    kind: ScopeKind = ScopeKind.EVERYTHING
    id: str = ""
    """Of the area, department or venue; empty for everything."""

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.EVERYTHING) != (not self.id):
            raise InvalidInput(
                f"“{self}” names no part of an estate",
                hint="write everything, area:ID, department:ID or venue:ID",
            )

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """From "everything", "area:ID", "department:ID" or "venue:ID". Raises `InvalidInput`."""
        kind, _, name = text.strip().partition(":")
        if kind not in set(ScopeKind):
            raise InvalidInput(
                f"“{text}” names no part of an estate",
                hint="write everything, area:ID, department:ID or venue:ID",
            )
        return cls(ScopeKind(kind), name)

    def covers(self, venue_id: str, estate: Estate) -> bool:
        """Whether a venue lies in it; an area holds what lies in the areas that are part of it."""
        if self.kind is ScopeKind.EVERYTHING:
            return True
        venue = estate.venue_by_id.get(venue_id)
        if venue is None:
            return False
        match self.kind:
            case ScopeKind.VENUE:
                return venue.id == self.id
            case ScopeKind.DEPARTMENT:
                return venue.department == self.id
            case _:
                return self.id in _areas_around(venue.area, estate)

    def is_in(self, estate: Estate) -> bool:
        """Whether the estate has what it names."""
        named: Mapping[ScopeKind, Iterable[str]] = {
            ScopeKind.EVERYTHING: ("",),
            ScopeKind.AREA: (a.id for a in estate.areas),
            ScopeKind.DEPARTMENT: (d.id for d in estate.departments),
            ScopeKind.VENUE: estate.venue_by_id,
        }
        return self.id in named[self.kind]


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that somebody has in a part of the estate."""

    person: str
    role: Role
    scope: Scope = EVERYTHING

    def __post_init__(self) -> None:
        if self.role is Role.ADMINISTRATOR and self.scope != EVERYTHING:
            raise InvalidInput(
                "an administrator answers for everything",
                hint="grant manager or district in a part of the estate",
            )

    def allows(self, permission: Permission, estate: Estate, venue: str | None = None) -> bool:
        """Whether it lets somebody do this: in `venue`, or somewhere where none is given."""
        if permission not in MAY[self.role]:
            return False
        if permission in ANYWHERE:
            return True
        if permission in WHOLE:
            return self.scope == EVERYTHING
        return venue is None or self.scope.covers(venue, estate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account."""

    id: str
    """What they log in with, and what the audit log calls them."""
    name: str
    email: str = ""
    """By which the first login with OpenID Connect finds the account."""
    subject: str = ""
    """Issuer and subject of OpenID Connect, once they came that way."""
    language: str = ""
    """As in `?lang=`; empty: the browser's."""
    active: bool = True
    created_at: datetime


def check_id(text: str) -> str:
    """The id as it is kept, in small letters. Raises `InvalidInput`."""
    name = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{0,63}", name) or name in RESERVED:
        raise InvalidInput(
            f"“{text}” cannot be the name of an account",
            hint="use small letters, digits and “._@-”, at most 64; names of the program are taken",
        )
    return name


def allowed(
    grants: Iterable[Grant], permission: Permission, estate: Estate, venue: str | None = None
) -> bool:
    """Whether any of the grants lets somebody do this, in `venue` or somewhere."""
    return any(grant.allows(permission, estate, venue) for grant in grants)


def _areas_around(area_id: str, estate: Estate) -> set[str]:
    """The area and those that it is part of."""
    around = {area.id: area.part_of for area in estate.areas}
    found: set[str] = set()
    at: str | None = area_id
    while at is not None and at not in found:
        found.add(at)
        at = around.get(at)
    return found
