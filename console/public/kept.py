"""Pages kept ready, so that any number of visitors cost no more than one."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from domain.errors import Unavailable

FRESH_S = 15.0
"""A page is handed out for so long before it is made anew."""
STALE_S = 600.0
"""An older one is handed out for so long while the stores are away; it says of when it is."""
KEPT = 5_000
"""Pages, at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page and what browsers know it by."""

    body: bytes
    tag: str
    made_s: float
    """Monotonic seconds."""


class KeptPages:
    """Pages by key, each made at most once in `FRESH_S`."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Kept]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[str]]) -> Kept:
        """The page of a key; `make` makes it. Raises what `make` raises."""
        kept = self._pages.get(key)
        if kept and time.monotonic() - kept.made_s < FRESH_S:
            return kept
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._made(key, make))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        try:
            return await asyncio.shield(task)
        except Unavailable:
            if kept and time.monotonic() - kept.made_s < STALE_S:
                return kept
            raise

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[str]]) -> Kept:
        body = (await make()).encode()
        tag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
        kept = self._pages[key] = Kept(body, tag, time.monotonic())
        self._pages.move_to_end(key)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        return kept
