"""The live stream: one board a tick for all who watch, and to each of them what changed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi.sse import ServerSentEvent

from console.live.board import Board
from console.words.i18n import LANGUAGES
from domain.errors import Unavailable

log = structlog.get_logger(__name__)

TICK_S = 1.0
LEAST_REST = 3.0
"""Rest after each board, in times of what making it took, so that pages never fill a processor."""

Parts = Mapping[str, str]
"""HTML of the parts of a page by their id."""


@dataclass(frozen=True, slots=True)
class _Part:
    html: str
    revision: int
    """When it last changed."""


class LiveBoard:
    """Makes the board while somebody watches, and tells each watcher what changed since it looked.

    Args:
        make: the board now.
        render: the parts of a page that show a board, in one language. Both are called on a
            thread, one call at a time.
        tick_s: seconds of the wall clock between two boards.
    """

    def __init__(
        self,
        make: Callable[[], Board],
        render: Callable[[Board, str], Parts],
        tick_s: float = TICK_S,
    ) -> None:
        self._make, self._render, self._tick_s = make, render, tick_s
        self._lock = asyncio.Lock()
        self._boot = time.time_ns()
        self._revision = 0
        self._due_s = 0.0
        self._board: Board | None = None
        self._parts: dict[str, dict[str, _Part]] = {code: {} for code in LANGUAGES}
        self._said: dict[tuple[str, int], str] = {}
        self._closing = asyncio.Event()
        self.watchers = 0
        """Pages that are told what changes, now."""

    async def board(self) -> tuple[Board, str]:
        """The board of this tick, with the name of its revision. Raises `Unavailable`."""
        async with self._lock:
            if self._board is None or time.monotonic() >= self._due_s:
                await self._tick()
            assert self._board is not None  # noqa: S101 - `_tick` has set it or raised
            return self._board, self._name(self._revision)

    async def watch(self, language: str, since: str) -> AsyncIterator[ServerSentEvent]:
        """Events for one watcher: at each tick the parts that changed after revision `since`.

        A revision of another life of the service, or none, brings every part.
        """
        self.watchers += 1
        try:
            async for event in self._watched(language, since):
                yield event
        finally:
            self.watchers -= 1

    async def _watched(self, language: str, since: str) -> AsyncIterator[ServerSentEvent]:
        boot, _, number = since.partition("-")
        seen = int(number) if boot == str(self._boot) and number.isdigit() else -1
        while not self._closing.is_set():
            try:
                await self.board()
            except Unavailable as error:
                log.warning("no live board", reason=str(error))
            else:
                data = self._changes(language, seen)
                seen = self._revision
                yield ServerSentEvent(event="board", raw_data=data, id=self._name(seen))
            await self._rest()

    def close(self) -> None:
        """End all streams, so that the service can stop. Call it from the loop that they run on."""
        self._closing.set()

    async def _rest(self) -> None:
        wait_s = max(self._due_s - time.monotonic(), 0.05)
        try:
            await asyncio.wait_for(self._closing.wait(), wait_s)
        except TimeoutError:
            return

    async def _tick(self) -> None:
        began_s = time.monotonic()
        try:
            board, parts = await asyncio.to_thread(self._make_and_render)
        finally:
            took_s = time.monotonic() - began_s
            self._due_s = began_s + max(self._tick_s, took_s * (1 + LEAST_REST))
        self._revision += 1
        self._board = board
        self._said.clear()
        for code, fresh in parts.items():
            known = self._parts[code]
            self._parts[code] = {
                name: known[name]
                if name in known and known[name].html == html
                else _Part(html, self._revision)
                for name, html in fresh.items()
            }

    def _make_and_render(self) -> tuple[Board, dict[str, Parts]]:
        board = self._make()
        return board, {code: self._render(board, code) for code in LANGUAGES}

    def _changes(self, language: str, seen: int) -> str:
        key = language, seen
        if key not in self._said:
            parts = self._parts[language].items()
            changed = {name: part.html for name, part in parts if part.revision > seen}
            at = self._board.at if self._board else None
            self._said[key] = _json(at, changed)
        return self._said[key]

    def _name(self, revision: int) -> str:
        return f"{self._boot}-{revision}"


def _json(at: datetime | None, parts: Parts) -> str:
    return json.dumps({"at": at.isoformat() if at else None, "parts": parts}, ensure_ascii=False)
