"""A bounded queue between two threads, emptied in batches."""

import threading
from collections import deque
from collections.abc import Sized
from typing import Generic, TypeVar

T = TypeVar("T", bound=Sized)

PAUSES_A_WAIT = 10


class Inbox(Generic[T]):
    """Items of some length from one thread that another takes in batches.

    Full, it makes the giver wait; `capacity` is what the lengths may add up to before.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._length = 0
        self._wanted = 1
        self._closed = False
        lock = threading.Lock()
        self._enough, self._room = threading.Condition(lock), threading.Condition(lock)

    def put(self, item: T) -> bool:
        """Add an item, waiting for room. False, and not added, once the inbox is closed."""
        with self._enough:
            while self._length >= self._capacity and not self._closed:
                self._room.wait()
            if self._closed:
                return False
            was_empty = not self._items
            self._items.append(item)
            self._length += len(item)
            if was_empty or self._length >= self._wanted:
                self._enough.notify()
            return True

    def take(self, length: int, wait_s: float, first_within_s: float | None = None) -> list[T]:
        """Items in order, whose lengths add up to `length` or a little more.

        Waits for the first item for `first_within_s`, or as long as it takes, then up to `wait_s`
        for others. A pause of a tenth of `wait_s` ends the wait: who gives may be waiting for what
        it gave to be dealt with. Empty when none came in time, or once the inbox is closed.
        """
        with self._enough:
            self._wanted = 1
            if not self._items and not self._closed:
                self._enough.wait_for(lambda: self._items or self._closed, first_within_s)
            if not self._items:
                return []
            self._wanted = min(length, self._capacity)
            for _ in range(PAUSES_A_WAIT):
                before = self._length
                if before >= self._wanted or self._closed:
                    break
                self._enough.wait(wait_s / PAUSES_A_WAIT)
                if self._length == before:
                    break
            batch: list[T] = []
            taken = 0
            while self._items and taken < length:
                batch.append(self._items.popleft())
                taken += len(batch[-1])
            self._length -= taken
            self._room.notify()
            return batch

    def close(self) -> None:
        """Take no more; what is inside can still be taken."""
        with self._enough:
            self._closed = True
            self._enough.notify_all()
            self._room.notify_all()

    @property
    def is_done(self) -> bool:
        """Closed, and emptied."""
        with self._enough:
            return self._closed and not self._items

    def first(self) -> T | None:
        """The item that has been inside the longest."""
        with self._enough:
            return self._items[0] if self._items else None
