"""One digest a month for each manager: rooms with news, why, and what might be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from domain.planning import Interval, Reason
from policies.underuse.assess import RECENT_WEEKS, Assessment, assess
from policies.underuse.causes import check_reasons, flag_reasons
from policies.underuse.flags import Phase, Standing, Standings, look
from policies.underuse.known import Rooms
from policies.underuse.weeks import RoomWeeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """News of one room."""

    room: str
    venue: str
    phase: Phase
    """Under-used, or to be checked."""
    utilisation: Interval
    """As far as the counts can be trusted; NaN where they cannot."""
    unused_hours: float
    """Capacity-hours a week, of the last weeks, that nobody used by the counts."""
    reasons: tuple[Reason, ...]
    """How much, why, and what might be done; `policies.underuse.reasons` has the codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one manager is told in one month."""

    department: str
    """Who answers for the rooms; "" where nobody is named."""
    month: str
    """E.g. "2026-11"."""
    items: tuple[Item, ...]
    """Most unused first."""

    @property
    def id(self) -> str:
        """`{department}:{month}`, so that a repeated run writes nothing new."""
        return f"{self.department}:{self.month}"


def monthly(
    standings: Standings, weeks: RoomWeeks, rooms: Rooms, on: date
) -> tuple[Standings, tuple[Digest, ...]]:
    """The digests of a month, and the standings to keep for the next one.

    Of a month that has been looked at before there is none, and the standings stay as they are:
    store both in one transaction, and a run that is repeated changes nothing.

    Args:
        standings: as the run before left them, with the answers since (`flags.answered`).
        weeks: what the rooms did, whole weeks before `on`.
        rooms: what else is known of them, in the same order.
        on: the day of the look.
    """
    month = f"{on:%Y-%m}"
    if standings.month >= month:
        return standings, ()
    told = assess(weeks, rooms.threshold, rooms.types, rooms.faulty, standings)
    after, news = look(standings, weeks.rooms, told.not_low, told.suspect, on)
    by_department: dict[str, list[Item]] = {}
    for department, item in _items(news, weeks, rooms, told):
        by_department.setdefault(department, []).append(item)
    digests = tuple(
        Digest(
            department=department,
            month=month,
            items=tuple(sorted(items, key=lambda i: -i.unused_hours)),
        )
        for department, items in sorted(by_department.items())
    )
    return replace(after, month=month), digests


def _items(
    news: list[Standing], weeks: RoomWeeks, rooms: Rooms, told: Assessment
) -> Iterator[tuple[str, Item]]:
    row_of: Mapping[str, int] = {room: row for row, room in enumerate(weeks.rooms)}
    recent = slice(-RECENT_WEEKS, None)
    for new in news:
        row = row_of[new.room]
        venue = rooms.venues[row]
        unused = np.nan_to_num((weeks.offered - weeks.used)[row, recent])
        is_low = new.phase is Phase.UNDERUSED
        item = Item(
            room=new.room,
            venue=venue.id,
            phase=new.phase,
            utilisation=Interval(
                *(float(x[row]) for x in (told.levels.low, told.levels.mean, told.levels.high))
            ),
            unused_hours=float(unused.mean()),
            reasons=flag_reasons(row, rooms, weeks, told)
            if is_low
            else check_reasons(row, rooms, weeks, told.doubted),
        )
        yield venue.department or "", item
