"""Which venues a live page shows: filters, order, pages, areas, and the map."""

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from console.live.board import Board, RoomNow, Unknown, VenueNow
from console.live.choice import A_PAGE, Choice, Order, areas_now, by_area
from console.live.town_map import MARGIN, WIDTH, town_map
from domain.estate import Estate
from domain.people import Role, Scope, ScopeKind
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def board(venues: int = 4) -> Board:
    """Venues at the corners of a square of 0.01°; v1 is half full, of v2 nothing is known."""
    hall = {"type": "hall", "zone": "UTC", "hours": {}}
    estate = Estate.model_validate(
        {
            "areas": [
                {"id": "city", "name": "City", "kind": "city"},
                {"id": "east", "name": "East", "part_of": "city"},
                {"id": "west", "name": "West", "part_of": "city"},
            ],
            "departments": [{"id": "culture", "name": "Culture"}],
            "venues": [
                {"id": f"v{n}", "name": f"Venue {n}", "name_zh": f"场所{n}", **hall}
                | {"area": "east" if n % 2 else "west", "latitude": 0.01 * (n // 2)}
                | {"longitude": 0.01 * (n % 2), "department": "culture" if n == 3 else None}
                for n in range(venues)
            ],
            "rooms": [
                {"id": f"r{n}", "venue": f"v{n}", "name": f"Room {n}", "capacity": 10}
                for n in range(venues)
            ],
            "link_groups": [
                {"id": "g", "hub": "v0", "satellites": [{"venue": "v3", "walk_minutes": 7}]}
            ],
        }
    )
    rooms = [
        RoomNow(room=room, unknown=Unknown.SILENT)
        if room.id == "r2"
        else RoomNow(room=room, occupancy=5.0 if room.id == "r1" else 1.0)
        for room in estate.rooms
    ]
    now = [
        VenueNow(venue=v, is_open=n != 0, changes_at=None, rooms=(rooms[n],))
        for n, v in enumerate(estate.venues)
    ]
    return Board(at=NOON, estate=estate, venues=tuple(now), waiting=0)


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(), ["v1", "v3", "v0", "v2"]),
        (Choice(area="east"), ["v1", "v3"]),
        (Choice(area="city", trouble=True), ["v2"]),
        (Choice(department="culture"), ["v3"]),
        (Choice(text=" room 1"), ["v1"]),
        (Choice(text="场所2"), ["v2"]),
        (Choice(text="volcano"), []),
        (Choice(only=frozenset({"v0"})), ["v0"]),
        (Choice(order=Order.SHARE), ["v1", "v0", "v3", "v2"]),
        (Choice(order=Order.TROUBLE), ["v2", "v0", "v1", "v3"]),
    ],
)
def test_a_choice_finds_what_was_asked_for_in_order(choice: Choice, found: list[str]) -> None:
    assert [v.venue.id for v in choice.venues(board())] == found


def test_venues_come_by_area_where_there_is_more_than_one() -> None:
    shown = board()
    groups = [(a and a.id, len(some)) for a, some in by_area(shown, Choice().venues(shown))]
    assert groups == [("east", 2), ("west", 2)]
    ((area, _),) = by_area(shown, Choice(area="east").venues(shown))
    assert area is None


def test_areas_add_up_their_venues() -> None:
    told = {a.area.id: a[1:] for a in areas_now(board())}
    assert told == {"east": (2, 2, 6, 0), "west": (2, 1, 1, 1)}


def test_the_map_is_north_up_and_holds_all_within_its_margin() -> None:
    drawn = town_map(board())
    at = {d.venue.id: (d.x, d.y) for d in drawn.dots}
    assert at["v0"] == (MARGIN, WIDTH - MARGIN)
    assert at["v3"] == (WIDTH - MARGIN, MARGIN)
    (walk,) = drawn.walks
    assert ((walk.x1, walk.y1), (walk.x2, walk.y2)) == (at["v0"], at["v3"])
    assert {d.venue.id: d.level for d in drawn.dots} == {"v0": 0, "v1": 1, "v2": None, "v3": 0}


def test_a_long_list_comes_in_pages_that_no_venue_is_missing_from(nothing: Town) -> None:
    estate = board(2 * A_PAGE + 1).estate
    nothing.ledger.put_estate(estate, [], [], actor="test", at=NOON)
    seen: list[str] = []
    with visitor(nothing) as client:
        for page in (1, 2, 3):
            html = client.get(f"/?page={page}").text
            seen += re.findall(r'id="name-(v\d+)"', html)
            assert ('rel="next"' in html) == (page < 3)
            assert len(html) < 150_000
        assert 'id="area-east"' in client.get("/").text
        assert 'id="area-east"' not in client.get("/?area=east").text
    assert sorted(seen) == sorted(v.id for v in estate.venues)


def test_who_answers_for_some_venues_may_see_these_alone(changing: Town) -> None:
    scope = Scope(ScopeKind.VENUE, "library")
    people.add(changing.ledger.accounts, "li", Role.MANAGER, scope)
    with visitor(changing) as client:
        assert "Only my venues" not in client.get("/").text
        people.log_in(client, changing.ledger.accounts, "li")
        assert "Only my venues" in client.get("/").text
        shown = client.get("/?mine=true").text
    assert re.findall(r'id="name-(\w+)"', shown) == ["library"]


@pytest.mark.parametrize("view", ["list", "map", "wall"])
def test_a_view_of_nothing_says_so(reader: TestClient, nothing: Town, view: str) -> None:
    assert "Nothing matches." in reader.get(f"/?view={view}&q=volcano").text
    with visitor(nothing) as client:
        assert client.get(f"/?view={view}").status_code == 200
