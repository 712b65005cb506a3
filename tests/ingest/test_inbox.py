import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ingest.inbox import Inbox

DEADLINE_S = 10.0
LONG_S = 1000.0
"""A wait that no test sits through."""


Item = list[int]
"""Counts by its length."""


@pytest.fixture
def background() -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """Runs a call in another thread."""
    with ThreadPoolExecutor(2) as pool:
        yield pool.submit


def test_items_come_out_in_order_and_no_more_than_asked_for() -> None:
    inbox = Inbox[Item](10)
    for n in range(5):
        assert inbox.put([n])
    assert inbox.take(3, LONG_S) == [[0], [1], [2]]
    assert inbox.take(3, 0.01) == [[3], [4]]


def test_a_full_batch_is_taken_without_waiting_for_more(
    background: Callable[[Callable[[], object]], Future[object]],
) -> None:
    inbox = Inbox[Item](10)
    taken = background(lambda: inbox.take(3, LONG_S))
    for n in range(3):
        inbox.put([n])
    assert taken.result(DEADLINE_S) == [[0], [1], [2]]


def test_a_batch_as_large_as_the_inbox_is_full(
    background: Callable[[Callable[[], object]], Future[object]],
) -> None:
    inbox = Inbox[Item](2)
    taken = background(lambda: inbox.take(100, LONG_S))
    inbox.put([0])
    inbox.put([1])
    assert taken.result(DEADLINE_S) == [[0], [1]]


def test_a_full_inbox_makes_the_giver_wait_until_there_is_room(
    background: Callable[[Callable[[], object]], Future[object]],
) -> None:
    inbox = Inbox[Item](1)
    inbox.put([0])
    giving = background(lambda: inbox.put([1]))
    with pytest.raises(TimeoutError):
        giving.result(0.05)
    assert inbox.take(1, LONG_S) == [[0]]
    assert giving.result(DEADLINE_S) is True
    assert inbox.take(1, LONG_S) == [[1]]


def test_a_closed_inbox_gives_what_it_has_and_then_nothing() -> None:
    inbox = Inbox[Item](10)
    inbox.put([0])
    inbox.close()
    assert inbox.put([1]) is False
    assert inbox.take(5, LONG_S) == [[0]]
    assert inbox.take(5, LONG_S) == []


def test_closing_wakes_who_waits_on_either_side(
    background: Callable[[Callable[[], object]], Future[object]],
) -> None:
    full, empty = Inbox[Item](1), Inbox[Item](1)
    full.put([0])
    giving = background(lambda: full.put([1]))
    taking = background(lambda: empty.take(1, LONG_S))
    full.close()
    empty.close()
    assert giving.result(DEADLINE_S) is False
    assert taking.result(DEADLINE_S) == []


def test_every_item_passes_once_between_two_busy_threads() -> None:
    inbox = Inbox[Item](7)

    def give() -> None:
        for n in range(5000):
            inbox.put([n])
        inbox.close()

    giver = threading.Thread(target=give)
    giver.start()
    seen: list[Item] = []
    while batch := inbox.take(5, 0.01):
        seen += batch
    giver.join(DEADLINE_S)
    assert seen == [[n] for n in range(5000)]


def test_lengths_count_and_not_items() -> None:
    inbox = Inbox[Item](10)
    for item in ([0, 1, 2], [3], [4, 5]):
        inbox.put(item)
    assert inbox.take(4, LONG_S) == [[0, 1, 2], [3]]
    assert inbox.take(1, 0.01) == [[4, 5]]


def test_nothing_comes_back_when_none_came_in_time_though_more_may_come() -> None:
    inbox = Inbox[Item](10)
    assert inbox.take(1, LONG_S, first_within_s=0.01) == []
    assert not inbox.is_done
    inbox.close()
    assert inbox.is_done
