"""A venue's limits as a form: read, compared with what holds, and entered into the estate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from domain.errors import Conflict, InvalidHours, InvalidInput, Problem
from domain.estate import Limits, Venue
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.ports import Ledger

NO_CORE = "mon-sun closed"
FIELDS = (
    "core",
    "earliest",
    "latest",
    "max_blocks",
    "min_block_minutes",
    "max_block_minutes",
    "min_gap_minutes",
    "staff_hours",
    "staff",
    "min_shift_minutes",
    "notice_days",
    "max_change_minutes",
    "break_even_visits",
)
"""What may be changed here, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The limits that a form asks for."""

    limits: Limits
    changed: Mapping[str, str]
    """Texts of the fields that differ from what holds."""


def texts(limits: Limits) -> dict[str, str]:
    """Each field as the form shows it; "" where there is no limit."""
    said = limits.model_dump(mode="json")
    shown = {name: "" if said[name] is None else _text(said[name]) for name in FIELDS}
    shown["core"] = "; ".join(f"{days} {hours}" for days, hours in limits.core.as_text().items())
    if shown["core"] == NO_CORE:
        shown["core"] = ""
    return shown


def edited(venue: Venue, form: Mapping[str, str]) -> Edited:
    """The limits of a form.

    Raises `InvalidInput` that names every field that cannot be.
    """
    before = texts(venue.limits)
    given = {name: str(form.get(name, before[name])).strip() for name in FIELDS}
    changed = {name: text for name, text in given.items() if text != before[name]}
    values: dict[str, Any] = {
        name: (_core(text) if name == "core" else text or None) for name, text in changed.items()
    }
    kept = venue.limits.model_dump(mode="json", exclude_defaults=True)
    try:
        limits = Limits.model_validate({**kept, **values})
    except ValidationError as error:
        problems = [
            Problem(str(fault["loc"][0]), fault["msg"].removeprefix("Value error, "))
            for fault in error.errors(include_url=False)
        ]
        raise InvalidInput("these limits cannot be", problems=problems) from error
    supposed = {n: text or (NO_CORE if n == "core" else "none") for n, text in changed.items()}
    return Edited(limits, supposed)


def enter(
    ledger: Ledger, venue_id: str, new: Limits, before: Mapping[str, str], *, actor: str,
    at: datetime,
) -> None:  # fmt: skip
    """Enter new limits into the estate, with a line in the audit log.

    Args:
        ledger: where the estate is kept.
        venue_id: whose limits they are.
        new: the limits.
        before: texts of the limits that were changed.
        actor: who changes them.
        at: when.

    Raises:
        Conflict: somebody else has changed the limits since.
        InvalidEstate: the estate does not hold together with them.
        NotFound: there is no such venue.
    """
    estate = ledger.estate()
    if texts(estate.venue(venue_id).limits) != dict(before):
        raise Conflict(
            f"the limits of {venue_id} have been changed meanwhile", hint="open the page anew"
        )
    document = estate.model_dump(mode="json")
    for venue in document["venues"]:
        if venue["id"] == venue_id:
            venue["limits"] = new.model_dump(mode="json")
    ledger.put_estate(check(document), [], [], actor=actor, at=at)


def _core(text: str) -> Mapping[str, str]:
    """From "mon-fri 09:00-17:00; sat 10:00-12:00"; empty: none."""
    parts: Sequence[str] = [p.strip() for p in text.split(";") if p.strip()]
    try:
        days = dict(part.split(None, 1) for part in parts)
        return WeeklyHours.parse(days).as_text()
    except (ValueError, InvalidHours) as error:
        raise InvalidInput(
            "these limits cannot be",
            problems=[Problem("core", str(error), "write mon-fri 09:00-17:00; sat 10:00-12:00")],
        ) from error


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
