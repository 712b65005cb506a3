"""What must hold within one venue beyond the types of its fields."""

import functools
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import holidays

from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from domain.estate_faults import Fault, Path, did_you_mean
from domain.hours import DAY_MINUTES, Block, WeeklyHours, minute_text, parse_day

_ON_THE_GRID = "plans are made of quarter-hours: use :00, :15, :30 or :45"


class Rule(NamedTuple):
    """One rule: the fields it reads, which must be sound before it can speak, and its faults."""

    fields: tuple[str, ...]
    faults: Callable[[Venue], Iterable[Fault]]


def rule_faults(venue: Venue, unsound: Iterable[str]) -> Iterator[Fault]:
    """Faults of the rules that read none of the `unsound` fields; paths begin at the venue.

    A field within another is written with a dot: "limits.core".
    """
    prefixes = tuple(unsound)
    for rule in _RULES:
        if not any(f"{field}.".startswith(f"{p}.") for field in rule.fields for p in prefixes):
            yield from rule.faults(venue)


def _zone(venue: Venue) -> Iterator[Fault]:
    if venue.zone not in _zones():
        hint = did_you_mean(venue.zone, _zones()) or "write it as Asia/Shanghai"
        yield Fault(("zone",), f"there is no time zone “{venue.zone}”", hint)


def _country(venue: Venue) -> Iterator[Fault]:
    known = _countries()
    if venue.country and venue.country not in known:
        hint = did_you_mean(venue.country, known) or "an ISO 3166 code such as CN"
        yield Fault(
            ("country",), f"no public holidays are known of the country “{venue.country}”", hint
        )
    elif venue.subdivision and venue.subdivision not in known.get(venue.country, ()):
        hint = did_you_mean(venue.subdivision, known.get(venue.country, ()))
        of = f"“{venue.country}”" if venue.country else "no country"
        yield Fault(("subdivision",), f"“{venue.subdivision}” is not a subdivision of {of}", hint)


def _coordinates(venue: Venue) -> Iterator[Fault]:
    if (venue.latitude is None) != (venue.longitude is None):
        missing = "latitude" if venue.latitude is None else "longitude"
        yield Fault((missing,), "is missing", "give both latitude and longitude, or neither")


def _times(venue: Venue) -> Iterator[Fault]:
    if venue.day_starts >= DAY_MINUTES:
        yield Fault(("day_starts",), "a business day begins before 24:00", "write it as 04:00")
    times: tuple[tuple[Path, int], ...] = (
        (("day_starts",), venue.day_starts),
        (("limits", "earliest"), venue.limits.earliest),
        (("limits", "latest"), venue.limits.latest),
    )
    for path, minute in times:
        if minute % SLOT_MINUTES:
            yield Fault(path, f"{minute_text(minute)} is not a quarter-hour", _ON_THE_GRID)


def _hours(venue: Venue) -> Iterator[Fault]:
    for key, block in _blocks(venue.hours):
        yield from _off_the_grid(("hours", key), block)
        yield from _outside_the_day(("hours", key), block, venue.day_starts)


def _special_days(venue: Venue) -> Iterator[Fault]:
    seen = set()
    for index, special in enumerate(venue.special_days):
        if special.day in seen:
            yield Fault(("special_days", index, "day"), f"{special.day} is given twice")
        seen.add(special.day)
        for block in special.blocks:
            yield from _outside_the_day(("special_days", index, "hours"), block, venue.day_starts)


def _window(venue: Venue) -> Iterator[Fault]:
    limits = venue.limits
    opens, closes = minute_text(limits.earliest), minute_text(limits.latest)
    if limits.latest <= limits.earliest:
        hint = "a time after midnight goes on counting: 26:00"
        yield Fault(("limits", "latest"), f"{closes} is not after earliest, {opens}", hint)
    elif limits.latest - limits.earliest < limits.min_block_minutes:
        what = f"no block of {limits.min_block_minutes} minutes fits between {opens} and {closes}"
        yield Fault(("limits", "min_block_minutes"), what, "shorten it, or widen the window")


def _lengths(venue: Venue) -> Iterator[Fault]:
    limits = venue.limits
    if limits.min_block_minutes > limits.max_block_minutes:
        what = (
            f"{limits.min_block_minutes} is more than max_block_minutes, {limits.max_block_minutes}"
        )
        yield Fault(("limits", "min_block_minutes"), what)


def _core(venue: Venue) -> Iterator[Fault]:
    limits = venue.limits
    for key, block in _blocks(limits.core):
        path = ("limits", "core", key)
        yield from _off_the_grid(path, block)
        inside = limits.earliest <= block.start and block.end <= limits.latest
        if not inside and limits.earliest < limits.latest:
            window = f"{minute_text(limits.earliest)}-{minute_text(limits.latest)}"
            hint = "move core hours, or earliest and latest"
            yield Fault(path, f"{block} does not lie between earliest and latest, {window}", hint)
        if block.end - block.start > limits.max_block_minutes:
            what = f"{block} is longer than max_block_minutes, {limits.max_block_minutes}"
            yield Fault(path, what)


_RULES = (
    Rule(("zone",), _zone),
    Rule(("country", "subdivision"), _country),
    Rule(("latitude", "longitude"), _coordinates),
    Rule(("day_starts", "limits.earliest", "limits.latest"), _times),
    Rule(("hours", "day_starts"), _hours),
    Rule(("special_days", "day_starts"), _special_days),
    Rule(("limits.earliest", "limits.latest", "limits.min_block_minutes"), _window),
    Rule(("limits.min_block_minutes", "limits.max_block_minutes"), _lengths),
    Rule(
        ("limits.core", "limits.earliest", "limits.latest", "limits.max_block_minutes"),
        _core,
    ),
)


def _blocks(week: WeeklyHours) -> Iterator[tuple[str, Block]]:
    """The blocks of a week, each once for a run of equal days, with the run: "mon-fri"."""
    for key, text in week.as_text().items():
        for block in parse_day(text):
            yield key, block


def _off_the_grid(path: Path, block: Block) -> Iterator[Fault]:
    if block.start % SLOT_MINUTES or block.end % SLOT_MINUTES:
        yield Fault(path, f"{block} does not begin and end on a quarter-hour", _ON_THE_GRID)


def _outside_the_day(path: Path, block: Block, day_starts: int) -> Iterator[Fault]:
    if day_starts < DAY_MINUTES and not (
        day_starts <= block.start and block.end <= day_starts + DAY_MINUTES
    ):
        begins = minute_text(day_starts)
        yield Fault(
            path,
            f"{block} does not lie within the business day, {begins} to {begins} of the next day",
            "set day_starts to a time when the building is empty",
        )


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@functools.cache
def _countries() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)
