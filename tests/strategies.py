"""Hypothesis strategies for hours and whole estates, all of them as the rules want them."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from domain.calendars import SLOT_MINUTES
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import Block, DayHours, SpecialDay, WeeklyHours
from domain.readings import COUNTED

QUARTERS_A_DAY = 96
ZONES = ("Asia/Shanghai", "Europe/Zurich", "Australia/Lord_Howe", "America/St_Johns", "UTC")

few_at_any_pace = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
"""For tests that draw whole estates, which takes a while, the longer the busier the machine is."""

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,11}", fullmatch=True)
names = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ,;:#'\"\n\t=|-"),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() == text)
some_names = st.just("") | names
positive = st.floats(0.25, 1e4)


def days(
    first: int, last: int, *, step: int = 1, longest: int | None = None
) -> st.SearchStrategy[DayHours]:
    """Hours of a day whose blocks lie in [first, last], minutes, on a grid of `step` minutes."""

    def blocks(edges: list[int]) -> DayHours:
        pairs = zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)
        return tuple(
            Block(start * step, min(end * step, start * step + (longest or end * step)))
            for start, end in pairs
        )

    edges = st.integers(-(-first // step), last // step)
    return st.lists(edges, unique=True, max_size=6).map(blocks)


def weeks(day_starts: int = 4 * 60) -> st.SearchStrategy[WeeklyHours]:
    """Weekly hours of a venue whose business day begins at `day_starts` minutes after midnight."""
    day = days(day_starts, day_starts + 1440, step=SLOT_MINUTES)
    return st.tuples(*[day] * 7).map(WeeklyHours)


@st.composite
def _limits(draw: st.DrawFn) -> dict[str, Any]:
    earliest = draw(st.integers(0, 60)) * SLOT_MINUTES
    shortest = draw(st.integers(1, 16)) * SLOT_MINUTES
    longest = draw(st.integers(shortest // SLOT_MINUTES, QUARTERS_A_DAY)) * SLOT_MINUTES
    window = draw(st.integers(shortest // SLOT_MINUTES, QUARTERS_A_DAY)) * SLOT_MINUTES
    core = days(earliest, earliest + window, step=SLOT_MINUTES, longest=longest)
    return {
        "core": draw(st.just(WeeklyHours()) | st.tuples(*[core] * 7).map(WeeklyHours)),
        "earliest": earliest,
        "latest": earliest + window,
        "max_blocks": draw(st.integers(1, 4)),
        "min_block_minutes": shortest,
        "max_block_minutes": longest,
        "min_gap_minutes": draw(st.integers(1, 96)) * SLOT_MINUTES,
        "staff_hours": draw(st.none() | positive),
        "staff": draw(positive),
        "notice_days": draw(st.integers(0, 366)),
        "max_change_minutes": draw(st.none() | st.integers(1, 40).map(lambda n: n * 15)),
        "break_even_visits": draw(st.just(0.0) | positive),
    }


@st.composite
def _venue(draw: st.DrawFn, name: str, areas: list[str], departments: list[str]) -> dict[str, Any]:
    day_starts = draw(st.integers(0, 95)) * SLOT_MINUTES
    dates = draw(st.lists(st.dates(date(2024, 1, 1), date(2030, 1, 1)), unique=True, max_size=3))
    blocks = days(day_starts, day_starts + 1440)
    country, subdivision = draw(st.sampled_from([("", None), ("CN", None), ("DE", "BY")]))
    latitude, longitude = draw(
        st.just((None, None)) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    )
    return {
        "id": name,
        "name": draw(names),
        "name_zh": draw(some_names),
        "type": draw(ids),
        "area": draw(st.sampled_from(areas)),
        "department": draw(st.sampled_from([None, *departments])),
        "zone": draw(st.sampled_from(ZONES)),
        "country": country,
        "subdivision": subdivision,
        "latitude": latitude,
        "longitude": longitude,
        "hours": draw(weeks(day_starts)),
        "special_days": [SpecialDay(day, draw(blocks), draw(some_names)) for day in dates],
        "day_starts": day_starts,
        "limits": draw(st.just({}) | _limits()),
        "approval": draw(st.sampled_from(["manual", "automatic"])),
        "trials": draw(st.sampled_from(["refused", "allowed"])),
    }


@st.composite
def _sensor(draw: st.DrawFn, name: str, rooms: list[str]) -> dict[str, Any]:
    room, beyond = draw(st.permutations([*rooms, None]).filter(lambda p: p[0] is not None))[:2]
    return {
        "id": name,
        "room": room,
        "beyond": beyond,
        "sign": draw(st.sampled_from([1, -1])),
        "kind": draw(st.sampled_from(COUNTED)),
        "interval_s": draw(st.integers(1, 86_400)),
    }


def _some_ids(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(ids, unique=True, max_size=most)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Estates that pass the rules, of any size from nothing to a few of each kind."""
    areas = draw(_some_ids(4))
    departments = draw(_some_ids(2))
    venues = draw(_some_ids(4)) if areas else []
    rooms = draw(_some_ids(4)) if venues else []
    groups = draw(_some_ids(2)) if len(venues) > 1 else []
    members = {name: draw(st.permutations(venues)) for name in groups}
    walks = st.floats(0, 120)
    return check(
        {
            "areas": [
                {
                    "id": name,
                    "name": draw(names),
                    "kind": draw(st.sampled_from(["street", "district", "city"])),
                    "part_of": draw(st.sampled_from([None, *areas[:index]])),
                }
                for index, name in enumerate(areas)
            ],
            "departments": [{"id": name, "name": draw(names)} for name in departments],
            "venues": [draw(_venue(name, areas, departments)) for name in venues],
            "rooms": [
                {
                    "id": name,
                    "name": draw(names),
                    "name_zh": draw(some_names),
                    "venue": draw(st.sampled_from(venues)),
                    "capacity": draw(st.none() | st.integers(1, 10_000)),
                    "floor_area_m2": draw(st.none() | positive),
                }
                for name in rooms
            ],
            "sensors": [
                draw(_sensor(name, rooms)) for name in (draw(_some_ids(4)) if rooms else [])
            ],
            "link_groups": [
                {
                    "id": name,
                    "hub": members[name][0],
                    "satellites": [
                        {"venue": venue, "walk_minutes": draw(walks)} for venue in members[name][1:]
                    ],
                }
                for name in groups
            ],
            "school_terms": [
                {
                    "id": name,
                    "name": draw(names),
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                }
                for name in draw(_some_ids(2))
                for first, last in [sorted((draw(st.dates()), draw(st.dates())))]
            ],
        }
    )
