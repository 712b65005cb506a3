"""Of a large estate the board looks at what may have changed, and misses nothing for long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from console.live.looking import FEW, STALE_AFTER
from console.live.making import BoardMaker
from domain.estate_rules import check
from domain.readings import CountKind, CountReading
from domain.schedules import entered
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
VENUES = 2 * FEW


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlLedger, DuckDBStore]]:
    """More venues than are looked at each time; into each of them two people went at 11:00."""
    folder = tmp_path_factory.mktemp("large")
    ledger, timeseries = SqlLedger.open(f"sqlite:///{folder / 'l.sqlite'}"), DuckDBStore(None)
    venue = {"type": "library", "area": "a", "zone": "UTC", "hours": {"mon-sun": "08:00-20:00"}}
    numbers = range(VENUES)
    estate = check(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [{"id": f"v{n}", "name": f"V{n:03}", **venue} for n in numbers],
            "rooms": [{"id": f"r{n}", "name": "R", "venue": f"v{n}"} for n in numbers],
            "sensors": [{"id": f"s{n}", "room": f"r{n}", "kind": "total"} for n in numbers],
        }
    )
    past = NOON - timedelta(days=40)
    versions = [entered(v, (), past, "test") for v in estate.venues]
    ledger.put_estate(estate, versions, [], actor="test", at=past)
    for quarters in range(4 * 8, 0, -1):
        at, people = NOON - timedelta(minutes=15 * quarters), 2 if quarters <= 4 else 0
        timeseries.add([total(n, at, people) for n in numbers])
    yield ledger, timeseries
    timeseries.close()
    ledger.close()


def total(n: int, at: datetime, people: int) -> CountReading:
    return CountReading(f"s{n}", CountKind.TOTAL, round(at.timestamp() * 1e6), people, 0)


def inside(maker: BoardMaker, now: datetime) -> dict[str, float]:
    return {v.venue.id: round(v.inside or 0) for v in maker.board(now).venues}


def test_what_is_newly_said_shows_at_the_next_look(large: tuple[SqlLedger, DuckDBStore]) -> None:
    maker = BoardMaker(*large)
    assert set(inside(maker, NOON).values()) == {2}
    said = [0, VENUES // 2, VENUES - 1]
    large[1].add([total(n, NOON + timedelta(seconds=1), 7) for n in said])
    after = inside(maker, NOON + timedelta(seconds=1))
    assert {v for v, people in after.items() if people == 7} == {f"v{n}" for n in said}


def test_what_comes_late_shows_after_every_venue_had_its_turn(
    large: tuple[SqlLedger, DuckDBStore],
) -> None:
    maker = BoardMaker(*large)
    began = NOON + timedelta(minutes=1)
    before = inside(maker, began)
    large[1].add([total(n, NOON - timedelta(minutes=15), 4) for n in (5, 6, 7)])
    for second in range(1, VENUES // FEW + 1):
        after = inside(maker, began + timedelta(seconds=second))
    assert {v for v in before if after[v] != before[v]} == {"v5", "v6", "v7"}


def test_a_look_and_a_new_board_say_the_same(large: tuple[SqlLedger, DuckDBStore]) -> None:
    maker = BoardMaker(*large)
    maker.board(NOON)
    later = NOON + STALE_AFTER
    assert maker.board(later).venues == BoardMaker(*large).board(later).venues


def test_boards_go_on_by_the_habits_they_have_until_newer_ones_are_learnt(
    large: tuple[SqlLedger, DuckDBStore],
) -> None:
    with ThreadPoolExecutor(1) as ahead:
        maker = BoardMaker(*large, ahead)
        maker.board(NOON)
        later = NOON + timedelta(minutes=15)
        maker.board(later)
        ahead.submit(lambda: None).result()
        assert maker.board(later).venues == BoardMaker(*large).board(later).venues
