"""Schedule versions: added, never changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import Conflict
from domain.planning import Origin, ScheduleVersion
from store.ledger.bodies import hours_text, parse_hours
from store.ledger.tables import schedules


def read(connection: Connection, venue: str | None) -> Mapping[str, Sequence[ScheduleVersion]]:
    """Versions by venue, in order of number; `venue`, where given, is always among the keys."""
    query = select(schedules).order_by(schedules.c.venue, schedules.c.number)
    found: dict[str, list[ScheduleVersion]] = defaultdict(list)
    if venue is not None:
        query = query.where(schedules.c.venue == venue)
        found[venue] = []
    for row in connection.execute(query).mappings():
        given = {**row, "hours": parse_hours(row["hours"]), "origin": Origin(row["origin"])}
        found[row["venue"]].append(ScheduleVersion(**given))
    return dict(found)


def add(connection: Connection, versions: Sequence[ScheduleVersion]) -> None:
    """Raises `Conflict` when a number is taken."""
    rows = [{**asdict(v), "hours": hours_text(v.hours)} for v in versions]
    try:
        if rows:
            connection.execute(insert(schedules), rows)
    except IntegrityError as error:
        taken = ", ".join(f"{v.number} of {v.venue}" for v in versions)
        raise Conflict(
            f"schedule version {taken} exists already",
            hint="look at the hours again: somebody changed them meanwhile",
        ) from error


def line_of(version: ScheduleVersion) -> str:
    """A version in a line of the audit log."""
    return f"version {version.number} from {version.effective_from}: {version.hours}"
