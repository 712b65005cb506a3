"""A bounded queue between two threads, emptied in batches."""

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

PAUSES_A_WAIT = 10


class Inbox(Generic[T]):
    """Items from one thread that another takes in batches. Full, it makes the giver wait."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._wanted = 1
        self._closed = False
        lock = threading.Lock()
        self._enough, self._room = threading.Condition(lock), threading.Condition(lock)

    def put(self, item: T) -> bool:
        """Add an item, waiting for room. False, and not added, once the inbox is closed."""
        with self._enough:
            while len(self._items) >= self._capacity and not self._closed:
                self._room.wait()
            if self._closed:
                return False
            self._items.append(item)
            # Waking the other thread for every item would halve the rate of both.
            if len(self._items) in (1, self._wanted):
                self._enough.notify()
            return True

    def take(self, size: int, wait_s: float) -> list[T]:
        """Up to `size` items in order; empty only once the inbox is closed and emptied.

        Waits for the first item as long as it takes, then up to `wait_s` for others. A pause of a
        tenth of `wait_s` ends the wait: who gives may be waiting for what it gave to be dealt with.
        """
        with self._enough:
            self._wanted = 1
            while not self._items and not self._closed:
                self._enough.wait()
            self._wanted = min(size, self._capacity)
            for _ in range(PAUSES_A_WAIT):
                before = len(self._items)
                if before >= self._wanted or self._closed:
                    break
                self._enough.wait(wait_s / PAUSES_A_WAIT)
                if len(self._items) == before:
                    break
            batch = [self._items.popleft() for _ in range(min(size, len(self._items)))]
            self._room.notify()
            return batch

    def close(self) -> None:
        """Take no more; what is inside can still be taken."""
        with self._enough:
            self._closed = True
            self._enough.notify_all()
            self._room.notify_all()

    def first(self) -> T | None:
        """The item that has been inside the longest."""
        with self._enough:
            return self._items[0] if self._items else None
