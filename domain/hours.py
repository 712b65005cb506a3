"""Weekly opening hours: blocks of minutes in a business day, and their arithmetic.

A *business day* is named by the date on which it begins and may pass midnight: "18:00-02:00" on
a Friday is the block (1080, 1560) of Friday. Minutes are wall-clock, after that date's midnight.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.errors import InvalidHours, Problem

DAY_MINUTES = 1440
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_BLOCK = re.compile(r"^\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*$")
_CLOSED = {"", "closed", "off"}


class Block(NamedTuple):
    """An unbroken stretch of opening, [start, end) in minutes after the business day's midnight."""

    start: int
    end: int

    def __str__(self) -> str:
        """The text that `parse_day` reads: an end on the next day is written as that day's time.

        Where that would read as an earlier end, it goes on counting: "01:00-26:00".
        """
        unambiguous = self.end - DAY_MINUTES <= self.start
        end = clock_text(self.end) if unambiguous else minute_text(self.end)
        return f"{minute_text(self.start)}-{end}"


DayHours = tuple[Block, ...]


def clock_text(minute: int) -> str:
    """Wall-clock text of a minute of the business day: 1560 → "02:00", 1440 → "24:00"."""
    return minute_text(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES)


def minute_text(minute: int) -> str:
    """The text that `parse_clock` reads: 1560 → "26:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def parse_clock(text: str) -> int:
    """Minutes after midnight of "HH:MM" (00:00 to 48:00). Raises `InvalidHours`."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if not match or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 2 * DAY_MINUTES:
        raise InvalidHours(f"“{text}” is not a time of day", hint="write it as 09:30")
    return int(match[1]) * 60 + int(match[2])


def parse_day(text: str) -> DayHours:
    """Blocks of one day from "09:00-12:00, 14:00-18:00"; "closed" or "" is no block.

    An end at or before its start lies on the next day. Raises `InvalidHours` with all faults.
    """
    if text.strip().lower() in _CLOSED:
        return ()
    blocks: list[Block] = []
    problems: list[Problem] = []
    for part in text.split(","):
        try:
            blocks.append(_parse_block(part))
        except InvalidHours as error:
            problems += error.problems
    if problems:
        raise InvalidHours("these hours cannot be", problems=problems)
    return normal_day(blocks)


def _parse_block(text: str) -> Block:
    match = _BLOCK.match(text)
    if not match:
        raise InvalidHours(
            f"“{text.strip()}” is not a block of hours", hint="write it as 09:00-17:30"
        )
    start = parse_clock(f"{match[1]}:{match[2]}")
    end = parse_clock(f"{match[3]}:{match[4]}")
    return Block(start, end if end > start else end + DAY_MINUTES)


def normal_day(blocks: Iterable[Block]) -> DayHours:
    """Blocks in order, touching ones joined. Raises `InvalidHours` when blocks overlap."""
    joined: list[Block] = []
    for block in sorted(blocks):
        if not 0 <= block.start < block.end <= 2 * DAY_MINUTES:
            raise InvalidHours(f"the block {block.start}…{block.end} does not lie in a day")
        if joined and block.start < joined[-1].end:
            raise InvalidHours(f"{joined[-1]} and {block} overlap", hint="join them into one")
        if joined and block.start == joined[-1].end:
            joined[-1] = Block(joined[-1].start, block.end)
        else:
            joined.append(block)
    return tuple(joined)


def day_text(day: DayHours) -> str:
    """The text that `parse_day` reads."""
    return ", ".join(map(str, day)) if day else "closed"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of an ordinary week: seven days, Monday first, each a tuple of blocks."""

    days: tuple[DayHours, ...] = ((),) * 7

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise InvalidHours(f"a week has 7 days, not {len(self.days)}")
        object.__setattr__(self, "days", tuple(normal_day(Block(*b) for b in d) for d in self.days))
        overlap = [
            Problem(WEEKDAYS[i], "the last block runs into the next day's first block")
            for i in range(7)
            if self.days[i]
            and self.days[(i + 1) % 7]
            and self.days[i][-1].end - DAY_MINUTES > self.days[(i + 1) % 7][0].start
        ]
        if overlap:
            raise InvalidHours("days overlap", problems=overlap)

    @classmethod
    def parse(cls, days: dict[str, str]) -> "WeeklyHours":
        """From {"mon": "09:00-17:00", "sat-sun": "closed"}; days left out are closed.

        Keys are a day, a range or a comma list of these. Raises `InvalidHours` with all faults.
        """
        week: dict[int, DayHours] = {}
        problems: list[Problem] = []
        for key, text in days.items():
            blocks: DayHours = ()
            try:
                blocks = parse_day(text)
            except InvalidHours as error:
                problems += [Problem(key, p.what, p.hint) for p in error.problems]
            try:
                for index in _day_indices(key):
                    if index in week:
                        problems.append(Problem(key, f"{WEEKDAYS[index]} is given twice"))
                    week[index] = blocks
            except InvalidHours as error:
                problems.append(Problem(key, error.problem.what, error.problem.hint))
        if problems:
            raise InvalidHours("these opening hours cannot be", problems=problems)
        return cls(tuple(week.get(i, ()) for i in range(7)))

    def as_text(self) -> dict[str, str]:
        """The form that `parse` reads, runs of equal days joined."""
        text: dict[str, str] = {}
        first = 0
        for i in range(1, 8):
            if i == 7 or self.days[i] != self.days[first]:
                last = i - 1
                key = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
                text[key] = day_text(self.days[first])
                first = i
        return text

    @property
    def minutes(self) -> int:
        """Open minutes in an ordinary week."""
        return sum(b.end - b.start for day in self.days for b in day)

    def __str__(self) -> str:
        return "; ".join(f"{k} {v}" for k, v in self.as_text().items())


def _day_indices(key: str) -> Iterator[int]:
    for part in key.lower().replace("–", "-").split(","):
        first, dash, last = part.partition("-")
        start = _weekday(first, key)
        count = (_weekday(last, key) - start) % 7 + 1 if dash else 1
        yield from ((start + n) % 7 for n in range(count))


def _weekday(name: str, key: str) -> int:
    """Index of a day from its English name or the first three letters or more of it."""
    for index, full in enumerate(_DAY_NAMES):
        if len(name.strip()) >= 3 and full.startswith(name.strip()):
            return index
    raise InvalidHours(f"“{key}” is not a day", hint="use mon, tue… or a range mon-fri")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One date whose hours differ from the week's; no blocks means closed."""

    day: date
    blocks: DayHours = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", normal_day(Block(*b) for b in self.blocks))
