"""Reads the estate's hours, special days and times of day from what a file or a form has.

What cannot be read raises a `ValueError`, which is what pydantic gathers, caused by an
`InvalidHours` that holds every fault with the key it stands at.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from pydantic_core import PydanticKnownError

from domain.errors import InvalidHours, Problem
from domain.hours import DAY_MINUTES, SpecialDay, WeeklyHours, parse_clock, parse_day
from domain.readings import COUNTED

_SPECIAL_FIELDS = ("day", "hours", "name")


@contextmanager
def _faults_for_pydantic() -> Iterator[None]:
    try:
        yield
    except InvalidHours as error:
        raise ValueError(str(error)) from error


def read_hours(value: Any) -> WeeklyHours:
    """Weekly hours from a mapping of days to texts."""
    if isinstance(value, WeeklyHours):
        return value
    with _faults_for_pydantic():
        if not isinstance(value, Mapping):
            raise InvalidHours(
                "should be a mapping of days", hint='write it as {mon-fri: "09:00-17:00"}'
            )
        # YAML reads {sat,sun: …} as a sat without hours beside a sun with them.
        empty = [
            Problem(str(day), "has no hours", 'write closed; quote several days: "sat,sun"')
            for day, text in value.items()
            if text is None
        ]
        try:
            week = WeeklyHours.parse({str(day): _text(text) for day, text in value.items()})
        except InvalidHours as error:
            raise InvalidHours(error.problem.what, problems=[*empty, *error.problems]) from error
        if empty:
            raise InvalidHours("these opening hours cannot be", problems=empty)
        return week


def read_special(value: Any) -> SpecialDay:
    """A special day from {day: 2026-10-01, hours: "10:00-16:00", name: …}; no hours: closed."""
    if isinstance(value, SpecialDay):
        return value
    with _faults_for_pydantic():
        if not isinstance(value, Mapping):
            raise InvalidHours(
                "should be a mapping", hint="write it as {day: 2026-10-01, hours: closed}"
            )
        if problems := special_problems(value):
            raise InvalidHours("this special day cannot be", problems=problems)
    return SpecialDay(
        _read_date(value.get("day")),
        parse_day(_text(value.get("hours"))),
        _text(value.get("name")).strip(),
    )


def special_problems(fields: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with the fields of a special day, each where its field's name is."""
    problems = [
        Problem(str(name), "there is no such field", "fields: " + ", ".join(_SPECIAL_FIELDS))
        for name in fields
        if name not in _SPECIAL_FIELDS
    ]
    try:
        _read_date(fields.get("day"))
    except InvalidHours as error:
        problems += [Problem("day", p.what, p.hint) for p in error.problems]
    try:
        parse_day(_text(fields.get("hours")))
    except InvalidHours as error:
        problems += [Problem("hours", p.what, p.hint) for p in error.problems]
    return problems


def read_day(value: Any) -> date:
    """A date from "2026-10-01"."""
    with _faults_for_pydantic():
        return _read_date(value)


def read_minute(value: Any) -> int:
    """Minutes after midnight from "09:30", or as they are."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2 * DAY_MINUTES:
        return value
    with _faults_for_pydantic():
        return parse_clock(str(value))


def read_sign(value: Any) -> Any:
    """1 or −1 from text; anything else as it is, for pydantic to refuse."""
    return {"1": 1, "+1": 1, "-1": -1}.get(str(value).strip(), value)


def read_kind(value: Any) -> Any:
    """What a sensor counts by, as it is; pydantic's error for all else, signs of life among it."""
    if value not in COUNTED:
        *names, last = (f"'{kind}'" for kind in COUNTED)
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(names)} or {last}"})
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _read_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if value in (None, ""):
        raise InvalidHours("is missing", hint="write it as 2026-10-01")
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InvalidHours(f"“{value}” is not a date", hint="write it as 2026-10-01") from error
