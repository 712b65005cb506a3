"""The estate: areas, departments, venues, rooms, sensors and link groups, as frozen models.

The estate as a whole, with its cross references, is checked by `domain.estate_rules`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema

from domain.errors import InvalidHours, NotFound
from domain.hours import SpecialDay, WeeklyHours, day_text, parse_clock, parse_day
from domain.readings import CountKind

Id = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$",
        description="letters, digits, “_.:-”, at most 120",
    ),
]


def _read_hours(value: Any) -> WeeklyHours:
    if isinstance(value, WeeklyHours):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(  # noqa: TRY004 - pydantic gathers ValueError only
            'write hours as a mapping of days, e.g. {mon-fri: "09:00-17:00"}'
        )
    try:
        return WeeklyHours.parse({str(k): str(v) for k, v in value.items()})
    except InvalidHours as error:
        raise ValueError("; ".join(map(str, error.problems))) from error


def _read_special(value: Any) -> SpecialDay:
    if isinstance(value, SpecialDay):
        return value
    if not isinstance(value, Mapping) or "day" not in value:
        raise ValueError("write a special day as {day: 2026-10-01, hours: closed, name: …}")
    try:
        day = value["day"]
        return SpecialDay(
            day if isinstance(day, date) else date.fromisoformat(str(day)),
            parse_day(str(value.get("hours", "closed"))),
            str(value.get("name", "")),
        )
    except InvalidHours as error:
        raise ValueError(str(error)) from error


def _read_minute(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2880:
        return value
    try:
        return parse_clock(str(value))
    except InvalidHours as error:
        raise ValueError(str(error)) from error


Hours = Annotated[
    WeeklyHours,
    PlainValidator(_read_hours),
    PlainSerializer(WeeklyHours.as_text),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
Special = Annotated[
    SpecialDay,
    PlainValidator(_read_special),
    PlainSerializer(
        lambda s: {"day": s.day.isoformat(), "hours": day_text(s.blocks), "name": s.name}
    ),
    WithJsonSchema({"type": "object"}),
]
Minute = Annotated[
    int,
    PlainValidator(_read_minute),
    PlainSerializer(lambda m: f"{m // 60:02d}:{m % 60:02d}"),
    WithJsonSchema({"type": "string"}),
]
"""A wall-clock time, as minutes after the business day's midnight; "26:00" is 2 in the morning."""


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Named(_Item):
    """What has an id and a name, the name in Chinese beside it where there is one."""

    id: Id
    name: str = Field(min_length=1)
    name_zh: str = ""

    def name_in(self, language: str) -> str:
        """The name in "zh…" where there is one, else the name."""
        return self.name_zh if language.startswith("zh") and self.name_zh else self.name


class Area(Named):
    """A street in a district in a city."""

    kind: Literal["street", "district", "city"] = "district"
    part_of: Id | None = None


class Department(Named):
    """Who answers for venues."""


class Limits(_Item):
    """What a plan may never break."""

    core: Hours = WeeklyHours()
    """Always open then."""
    earliest: Minute = 6 * 60
    latest: Minute = 23 * 60
    max_blocks: int = Field(2, ge=1, le=4)
    """Blocks a day, at most."""
    min_block_minutes: int = Field(120, ge=15, le=1440, multiple_of=15)
    max_block_minutes: int = Field(960, ge=15, le=1440, multiple_of=15)
    min_gap_minutes: int = Field(60, ge=15, le=1440, multiple_of=15)
    """Between two blocks of one day, at least."""
    staff_hours: float | None = Field(None, gt=0)
    """Open hours times `staff`, a week, at most; None: as many as today's hours take."""
    staff: float = Field(1, gt=0)
    """People on duty while open."""
    notice_days: int = Field(14, ge=0, le=366)
    """Between the decision and its first effect, at least."""
    max_change_minutes: int | None = Field(60, ge=15, multiple_of=15)
    """How far the changes of one week may move an opening or closing time; None: any way."""
    break_even_visits: float = Field(2.0, ge=0)
    """Visits that make one open hour worth its cost; with fewer, it is better closed."""


class Venue(Named):
    """A place with opening hours: one door sign, one zone, one staff budget."""

    type: Id
    """activity_room, canteen, day_care, library, sports_hall, service_centre, or a type of your own."""
    area: Id
    department: Id | None = None
    zone: str = "Asia/Shanghai"
    """IANA zone."""
    country: str = ""
    """ISO 3166 code whose public holidays hold here; empty: none."""
    subdivision: str | None = None
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    hours: Hours
    """Hours in force when the venue was entered; later ones are schedule versions."""
    special_days: tuple[Special, ...] = ()
    day_starts: Minute = 4 * 60
    """When a business day begins: the building is empty, last night's visitors are gone."""
    limits: Limits = Limits()
    approval: Literal["manual", "automatic"] = "manual"

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Room(Named):
    """A space whose occupancy is shown and, in a venue, adds up to the venue's."""

    venue: Id
    capacity: int | None = Field(None, gt=0)
    floor_area_m2: float | None = Field(None, gt=0)


class Sensor(_Item):
    """A people counter at the door between two spaces."""

    id: Id
    room: Id
    """The space that "entered" leads into."""
    beyond: Id | None = None
    """The space on the other side; None: outside the venue."""
    sign: Literal[1, -1] = 1
    """−1 where it is mounted the wrong way round."""
    kind: CountKind = CountKind.TOTAL
    interval_s: int = Field(900, ge=1, le=86_400)
    """How often it reports when all is well."""


class Walk(_Item):
    """A satellite and how far it is from its hub."""

    venue: Id
    walk_minutes: float = Field(ge=0, le=120)


class LinkGroup(_Item):
    """One hub and the satellites within a walk of it."""

    id: Id
    hub: Id
    satellites: tuple[Walk, ...] = Field(min_length=1)


class Estate(_Item):
    """Everything there is, in one frozen value. Build it through `domain.estate_rules.check`."""

    areas: tuple[Area, ...] = ()
    departments: tuple[Department, ...] = ()
    venues: tuple[Venue, ...] = ()
    rooms: tuple[Room, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    link_groups: tuple[LinkGroup, ...] = ()

    @cached_property
    def venue_by_id(self) -> dict[str, Venue]:
        return {v.id: v for v in self.venues}

    @cached_property
    def room_by_id(self) -> dict[str, Room]:
        return {r.id: r for r in self.rooms}

    @cached_property
    def sensor_by_id(self) -> dict[str, Sensor]:
        return {s.id: s for s in self.sensors}

    @cached_property
    def rooms_by_venue(self) -> dict[str, tuple[Room, ...]]:
        """The rooms of each venue; every venue has an entry."""
        found: dict[str, list[Room]] = {v.id: [] for v in self.venues}
        for room in self.rooms:
            found[room.venue].append(room)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def sensors_by_room(self) -> dict[str, tuple[Sensor, ...]]:
        """The sensors at a room's doors, on either side; every room has an entry."""
        found: dict[str, list[Sensor]] = {r.id: [] for r in self.rooms}
        for sensor in self.sensors:
            found[sensor.room].append(sensor)
            if sensor.beyond:
                found[sensor.beyond].append(sensor)
        return {k: tuple(v) for k, v in found.items()}

    def venue(self, venue_id: str) -> Venue:
        """Raises `NotFound`."""
        if venue_id not in self.venue_by_id:
            raise NotFound(f"there is no venue “{venue_id}”")
        return self.venue_by_id[venue_id]
