"""Linked venues: coverage by hand arithmetic, places on the map, the pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.linkage.coverage import coverage
from console.linkage.drawing import HEIGHT, WIDTH, places
from console.linkage.losses import losses
from console.rooms.unmet import CandidateOut, UnmetOut
from domain.estate import Estate
from domain.hours import WeeklyHours
from domain.schedules import entered
from policies.unmet.losses import Cause
from tests.console.conftest import visitor
from tests.console.town import NOW, Town, empty_town
from tests.openhours.linked_halls import linked_estate

ESTATE = linked_estate("manual", "manual")
GROUP = ESTATE.link_groups[0]
MORNING, EVENING = (WeeklyHours.parse({"mon-fri": text}) for text in ("08:00-12:00", "10:00-18:00"))


def apart(walk_minutes: float) -> Estate:
    walks = [w.model_copy(update={"walk_minutes": walk_minutes}) for w in GROUP.satellites]
    group = GROUP.model_copy(update={"satellites": tuple(walks)})
    return ESTATE.model_copy(update={"link_groups": (group,)})


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Town]:
    town = empty_town(tmp_path)
    versions = [entered(v, (), NOW, "import") for v in ESTATE.venues]
    town.ledger.put_estate(ESTATE, versions, [], actor="import", at=NOW)
    yield town
    town.close()


@pytest.fixture
def client(linked: Town) -> Iterator[TestClient]:
    with visitor(linked) as browser:
        yield browser


def test_a_neighbour_within_a_walk_covers_all_that_either_is_open() -> None:
    found = coverage(ESTATE, GROUP, {"hub": MORNING, "side": EVENING})
    assert found.share == pytest.approx((1, 1))
    assert [h.open for h in found.hours[0]] == [1, 1, 2, 2, 1, 1, 1, 1, 1, 1]
    assert [h.hour for h in found.hours[6]] == list(range(8, 18))
    assert {h.without for h in found.hours[0]} == {0}


def test_a_neighbour_too_far_away_covers_nothing() -> None:
    estate = apart(16)
    found = coverage(estate, estate.link_groups[0], {"hub": MORNING, "side": EVENING})
    assert found.share == pytest.approx((4 / 10, 8 / 10))
    assert [h.without for h in found.hours[0]] == [1, 1, 0, 0, *[1] * 6]


def test_hours_past_midnight_are_the_next_days() -> None:
    late = WeeklyHours.parse({"sun": "22:00-01:00"})
    found = coverage(ESTATE, GROUP, {"hub": late, "side": late})
    assert [(h.weekday, h.hour) for day in found.hours for h in day if h.open] == [
        (0, 0),
        (6, 22),
        (6, 23),
    ]


@pytest.mark.parametrize("known", [True, False])
def test_the_map_holds_all_and_the_nearer_is_drawn_nearer(known: bool) -> None:  # noqa: FBT001
    walks = [GROUP.satellites[0], *(GROUP.satellites[0].model_copy(update={"walk_minutes": 15}),)]
    group = GROUP.model_copy(update={"satellites": tuple(walks)})
    hub, side = ESTATE.venues
    at = [(31.2, 121.4), (31.201, 121.4), (31.2, 121.404)]
    venues = [
        v.model_copy(update={"latitude": lat, "longitude": lon} if known else {})
        for v, (lat, lon) in zip((hub, side, side), at, strict=True)
    ]
    drawn = places(group, venues)
    assert all(0 < p.x < WIDTH and 0 < p.y < HEIGHT for p in drawn)
    far = [((p.x - drawn[0].x) ** 2 + (p.y - drawn[0].y) ** 2) ** 0.5 for p in drawn[1:]]
    assert far[0] < far[1]
    if known:
        assert drawn[1].y < drawn[0].y  # north is up
        assert drawn[2].x > drawn[0].x


def test_the_groups_are_listed_with_their_walks(client: TestClient) -> None:
    page = client.get("/linkage").text
    assert re.search(r'href="/linkage/g">Hub</a>', page)
    assert "5 min" in page


def test_what_if_is_answered_beside_today_and_the_best(client: TestClient) -> None:
    page = client.get("/linkage/g", params={"close": "hub"}).text
    assert "What that would bring" in page
    assert "Too little is known of Hub" in page


def test_what_cannot_be_supposed_is_refused_and_kept_in_the_form(client: TestClient) -> None:
    answer = client.get("/linkage/g", params={"budget": "many"})
    assert answer.status_code == 422
    assert "“many” is no number of hours" in answer.text
    assert 'value="many"' in answer.text


def test_a_group_that_is_not_there_gets_a_page_that_says_so(client: TestClient) -> None:
    assert client.get("/linkage/nowhere").status_code == 404


def test_before_the_first_plan_nothing_is_claimed(client: TestClient) -> None:
    assert "Nothing was planned yet" in client.get("/unmet").text


def test_stretches_of_one_venue_and_cause_are_added_up() -> None:
    def stretch(start: str, people: float, cause: Cause, places: float) -> UnmetOut:
        room = CandidateOut(
            room="r",
            venue="b",
            walk_minutes=5,
            places=9,
            needed=9,
            open_share=1,
            people=places,
        )
        return UnmetOut(
            venue="a",
            type="library",
            day="mon",
            start=start,
            end="23:00",
            cause=cause,
            people=people,
            low=people / 2,
            high=people * 2,
            candidates=(room,),
        )

    evening, noon = stretch("18:00", 6, Cause.CLOSED, 3), stretch("12:00", 10, Cause.CLOSED, 2)
    found = losses([evening, noon, stretch("15:00", 1, Cause.FULL, 1)])
    assert [(loss.cause, loss.people) for loss in found] == [
        (Cause.CLOSED, (8, 16, 32)),
        (Cause.FULL, (0.5, 1, 2)),
    ]
    assert found[0].stretches == (noon, evening)
    assert [c.people for c in found[0].candidates] == [3]
