"""The estate: areas, departments, venues, rooms, sensors and link groups, as frozen models.

The estate as a whole, with its cross references, is checked by `domain.estate_rules`.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from domain.errors import NotFound
from domain.estate_text import read_day, read_hours, read_kind, read_minute, read_sign, read_special
from domain.hours import SpecialDay, WeeklyHours, day_text, minute_text
from domain.readings import CountKind

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$")]
"""Letters, digits and “_.:-”, at most 120, beginning with a letter or digit."""

Hours = Annotated[
    WeeklyHours,
    PlainValidator(read_hours),
    PlainSerializer(WeeklyHours.as_text),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
Special = Annotated[
    SpecialDay,
    PlainValidator(read_special),
    PlainSerializer(
        lambda s: {"day": s.day.isoformat(), "hours": day_text(s.blocks), "name": s.name}
    ),
    WithJsonSchema({"type": "object"}),
]
Minute = Annotated[
    int,
    PlainValidator(read_minute),
    PlainSerializer(minute_text),
    WithJsonSchema({"type": "string"}),
]
"""A wall-clock time, as minutes after the business day's midnight; "26:00" is 2 in the morning."""

Day = Annotated[
    date,
    PlainValidator(read_day),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date"}),
]


class _Item(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Named(_Item):
    """What has an id and a name, the name in Chinese beside it where there is one."""

    id: Id
    """Unique among its kind; stays for good."""
    name: str = Field(min_length=1)
    """What people call it."""
    name_zh: str = ""
    """The same in Chinese."""

    def name_in(self, language: str) -> str:
        """The name in "zh…" where there is one, else the name."""
        return self.name_zh if language.startswith("zh") and self.name_zh else self.name


class Area(Named):
    """A street in a district in a city."""

    kind: Literal["street", "district", "city"] = "district"
    """How large an area it is."""
    part_of: Id | None = None
    """The area around it."""


class Department(Named):
    """Who answers for venues."""


class Limits(_Item):
    """What a plan may never break."""

    core: Hours = WeeklyHours()
    """Always open then."""
    earliest: Minute = 6 * 60
    """Never open before."""
    latest: Minute = 23 * 60
    """Never open after; "26:00" is 2 in the morning of the next day."""
    max_blocks: int = Field(2, ge=1, le=4)
    """Blocks a day, at most."""
    min_block_minutes: int = Field(120, ge=15, le=1440, multiple_of=15)
    """Length of a block, at least."""
    max_block_minutes: int = Field(960, ge=15, le=1440, multiple_of=15)
    """Length of a block, at most."""
    min_gap_minutes: int = Field(60, ge=15, le=1440, multiple_of=15)
    """Between two blocks of one day, at least."""
    staff_hours: float | None = Field(None, gt=0)
    """Paid hours times `staff`, a week, at most; None: as many as the venue's `hours` take."""
    staff: float = Field(1, gt=0)
    """People on duty while open."""
    min_shift_minutes: int = Field(0, ge=0, le=1440, multiple_of=15)
    """Shortest shift: a block that is shorter is paid for as long as this."""
    holidays: Literal["keep", "plan", "close"] = "keep"
    """What a proposal does with public holidays: leave their hours, plan them by themselves, close.
    """
    notice_days: int = Field(14, ge=0, le=366)
    """Between the decision and its first effect, at least."""
    max_change_minutes: int | None = Field(60, ge=15, multiple_of=15)
    """How far the changes of one week may move an opening or closing time; None: any way.

    A block of up to twice that may go; a break as long, or of the least length, may come.
    """
    break_even_visits: float = Field(2.0, ge=0)
    """Visits that make one open hour worth its cost; with fewer, it is better closed."""


class Venue(Named):
    """A place with opening hours: one door sign, one zone, one staff budget."""

    type: Id
    """activity_room, canteen, library, sports_hall, service_centre, or a type of your own."""
    area: Id
    """Where it is."""
    department: Id | None = None
    """Who answers for it."""
    zone: str = "Asia/Shanghai"
    """IANA zone of its clocks."""
    country: str = ""
    """ISO 3166 code whose public holidays hold here; empty: none."""
    subdivision: str | None = Field(None, min_length=1)
    """State or province whose public holidays hold here too, e.g. BY in DE."""
    latitude: float | None = Field(None, ge=-90, le=90)
    """Degrees north, WGS 84."""
    longitude: float | None = Field(None, ge=-180, le=180)
    """Degrees east, WGS 84."""
    hours: Hours
    """Hours in force when the venue was entered; later ones are schedule versions."""
    special_days: tuple[Special, ...] = ()
    """Dates whose hours differ from the week's."""
    day_starts: Minute = 4 * 60
    """When a business day begins: the building is empty, last night's visitors are gone."""
    limits: Limits = Limits()
    """What a plan may never break."""
    approval: Literal["manual", "automatic"] = "manual"
    """Whether a manager decides on each proposal, or changes within the limits hold by rule."""
    trials: Literal["refused", "allowed"] = "refused"
    """Whether half hours or hours beside today's may be tried, on days drawn by lot."""

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Room(Named):
    """A space whose occupancy is shown and, in a venue, adds up to the venue's."""

    venue: Id
    """The venue it belongs to."""
    capacity: int | None = Field(None, gt=0)
    """People it holds; None: not known."""
    floor_area_m2: float | None = Field(None, gt=0)
    """Floor area in square metres."""


class Sensor(_Item):
    """A people counter at the door between two spaces."""

    id: Id
    """Unique; the `{sensor}` of its MQTT topic."""
    room: Id
    """The space that "entered" leads into."""
    beyond: Id | None = None
    """The space on the other side; None: outside the venue."""
    sign: Annotated[Literal[1, -1], BeforeValidator(read_sign)] = 1
    """−1 where it is mounted the wrong way round."""
    kind: Annotated[CountKind, BeforeValidator(read_kind)] = CountKind.TOTAL
    """What its numbers mean: since it started, of a period, since the last message, or now."""
    interval_s: int = Field(900, ge=1, le=86_400)
    """How often it reports when all is well."""


class Walk(_Item):
    """A satellite and how far it is from its hub."""

    venue: Id
    """The satellite."""
    walk_minutes: float = Field(ge=0, le=120)
    """On foot from the hub."""


class LinkGroup(_Item):
    """One hub and the satellites within a walk of it."""

    id: Id
    """Unique among link groups."""
    hub: Id
    """The venue in the middle."""
    satellites: tuple[Walk, ...] = Field(min_length=1)
    """The venues that can stand in for it, and it for them."""


class SchoolTerm(Named):
    """Weeks in which schools teach; what lies in none of them is vacation."""

    first: Day
    """First day of it, as 2026-09-01."""
    last: Day
    """Last day of it."""

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: date, info: ValidationInfo) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise ValueError(f"{last} is before the first day, {info.data['first']}")
        return last


class Estate(_Item):
    """Everything there is, in one frozen value. Build it through `domain.estate_rules.check`."""

    areas: tuple[Area, ...] = ()
    """Streets, districts, cities."""
    departments: tuple[Department, ...] = ()
    """Who answers for venues."""
    venues: tuple[Venue, ...] = ()
    """Places with opening hours."""
    rooms: tuple[Room, ...] = ()
    """Spaces whose occupancy is known."""
    sensors: tuple[Sensor, ...] = ()
    """People counters at doors."""
    link_groups: tuple[LinkGroup, ...] = ()
    """Venues that stand in for one another."""
    school_terms: tuple[SchoolTerm, ...] = ()
    """When schools teach; none: there is no telling terms from vacations."""

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

    def area(self, area_id: str) -> Area:
        """Raises `NotFound`."""
        found = next((a for a in self.areas if a.id == area_id), None)
        if found is None:
            raise NotFound(f"there is no area “{area_id}”")
        return found

    def room(self, room_id: str) -> Room:
        """Raises `NotFound`."""
        if room_id not in self.room_by_id:
            raise NotFound(f"there is no room “{room_id}”")
        return self.room_by_id[room_id]

    def sensor(self, sensor_id: str) -> Sensor:
        """Raises `NotFound`."""
        if sensor_id not in self.sensor_by_id:
            raise NotFound(f"there is no sensor “{sensor_id}”")
        return self.sensor_by_id[sensor_id]
