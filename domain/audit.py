"""Looking something up in the audit log."""

from dataclasses import dataclass
from datetime import datetime

from domain.planning import AuditLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which lines are wanted; what is empty is not asked for."""

    actor: str = ""
    action: str = ""
    """Its beginning: "people." is all that happens to accounts."""
    subject: str = ""
    """Part of it."""
    since: datetime | None = None
    until: datetime | None = None
    """Lines before it."""


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line and its place in the log: a later line has the greater number."""

    number: int
    line: AuditLine
