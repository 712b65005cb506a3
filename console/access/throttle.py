"""Slows down whoever guesses passwords, by account and by address.

It counts by what was typed, whether or not there is such an account, so that it tells nobody which
there are. It is kept in memory: a restart forgives, and takes longer than the wait it spares.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

FREE_BY_ACCOUNT = 5
FREE_BY_ADDRESS = 20
"""An office behind one address makes more mistakes than one person."""
FIRST_WAIT = timedelta(seconds=15)
"""After the attempts that are free; doubled with each one more…"""
LONGEST_WAIT = timedelta(minutes=15)
"""…up to this: nobody can be kept out of their account for good."""
FORGET_AFTER = timedelta(hours=2)
KEPT = 20_000
"""Names and addresses, at most; those that knocked longest ago are forgotten first."""


@dataclass(slots=True)
class _Knocks:
    count: int
    last: datetime


class Throttle:
    """Counts attempts before they are made, so that many at once are no way around it."""

    def __init__(self) -> None:
        self._knocks: OrderedDict[tuple[str, str], _Knocks] = OrderedDict()
        self._lock = Lock()

    def attempt(self, account: str, address: str, now: datetime) -> timedelta:
        """Count an attempt; or say how long to wait first, and count nothing."""
        with self._lock:
            keys = _keys(account, address)
            wait = max(self._wait(key, free, now) for key, free in keys.items())
            if wait <= timedelta(0):
                for key in keys:
                    self._count(key, now)
            return max(wait, timedelta(0))

    def succeeded(self, account: str, address: str) -> None:
        """Forgive the account; to the address, only this attempt: another's account opens none."""
        with self._lock:
            by_account, by_address = _keys(account, address)
            self._knocks.pop(by_account, None)
            if by_address in self._knocks:
                self._knocks[by_address].count -= 1

    def _wait(self, key: tuple[str, str], free: int, now: datetime) -> timedelta:
        knocks = self._knocks.get(key)
        if knocks is None or knocks.count < free:
            return timedelta(0)
        if now - knocks.last >= FORGET_AFTER:
            del self._knocks[key]
            return timedelta(0)
        doublings = min(knocks.count - free, 16)
        pause = min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)
        return knocks.last + pause - now

    def _count(self, key: tuple[str, str], now: datetime) -> None:
        knocks = self._knocks.setdefault(key, _Knocks(0, now))
        knocks.count, knocks.last = knocks.count + 1, now
        self._knocks.move_to_end(key)
        if len(self._knocks) > KEPT:
            self._knocks.popitem(last=False)


def _keys(account: str, address: str) -> dict[tuple[str, str], int]:
    return {("account", account): FREE_BY_ACCOUNT, ("address", address): FREE_BY_ADDRESS}
