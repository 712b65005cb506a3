"""Roles and where they hold, in words."""

from console.words.i18n import Language, mark
from domain.estate import Estate
from domain.people import Role, Scope, ScopeKind

ROLES = {
    Role.RESIDENT: mark("Resident"),
    Role.VIEWER: mark("Viewer"),
    Role.MANAGER: mark("Venue manager"),
    Role.OPERATIONS: mark("Operations"),
    Role.DISTRICT: mark("District"),
    Role.ADMINISTRATOR: mark("Administrator"),
}
CAN = {
    Role.RESIDENT: mark("Sees what is public, and may have messages."),
    Role.VIEWER: mark("Reads all pages."),
    Role.MANAGER: mark("Decides on hours and enters counts, where the role holds."),
    Role.OPERATIONS: mark("Looks after the sensors."),
    Role.DISTRICT: mark(
        "Decides like a manager; where that is everywhere, changes the estate and reads the log."
    ),
    Role.ADMINISTRATOR: mark("May do everything, and looks after the accounts."),
}


def role(lang: Language, given: Role) -> str:
    """What a role is called."""
    return lang.text(ROLES[given])


def can(lang: Language, given: Role) -> str:
    """What it lets somebody do."""
    return lang.text(CAN[given])


def scope(lang: Language, given: Scope, estate: Estate) -> str:
    """Where a role holds; what has left the estate is named by its id."""
    if given.kind is ScopeKind.EVERYTHING:
        return lang.text(mark("everywhere"))
    named = {
        ScopeKind.AREA: estate.areas,
        ScopeKind.DEPARTMENT: estate.departments,
        ScopeKind.VENUE: estate.venues,
    }[given.kind]
    return next((item.name_in(lang.code) for item in named if item.id == given.id), given.id)
