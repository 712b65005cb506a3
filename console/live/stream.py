"""The live stream: one board a tick for all who watch, and to each of them what changed."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from console.live.board import Board
from domain.errors import Unavailable

log = structlog.get_logger(__name__)

TICK_S = 0.4
LEAST_REST = 1.0
"""Rest after each board, in times of what making it took, so that pages never fill a processor."""
WORD_S = 1.0
"""A watcher hears something that often, even where nothing has changed."""
WHOLE = ""
"""The place of what every watcher of a board sees."""


class Part(NamedTuple):
    """A part of a page that moves."""

    place: str
    """The venue, or other piece of the page, that it belongs to."""
    macro: str
    """Of the templates, that draws it."""
    given: tuple[Any, ...]
    """What the macro is given."""
    says: Any
    """The part looks another way only where this is another value."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A board and its parts; `revision` and `since` count ticks."""

    board: Board
    revision: int
    parts: Mapping[str, Part]
    since: Mapping[str, int]
    """When each part last changed."""
    places: Mapping[str, list[str]]
    """Names of the parts of each place."""
    said: dict[tuple[str, int, Collection[str]], bytes] = field(default_factory=dict)


class LiveBoard:
    """Makes the board while somebody watches, and tells each watcher what changed since it looked.

    Args:
        make: the board now.
        parts: the parts of the page by their id.
        render: HTML of a part in a language. All three are called on threads, `make` and `parts`
            one call at a time.
        tick_s: seconds of the wall clock between two boards.
    """

    def __init__(
        self,
        make: Callable[[], Board],
        parts: Callable[[Board], Mapping[str, Part]],
        render: Callable[[Part, str], str],
        tick_s: float = TICK_S,
    ) -> None:
        self._make, self._parts, self._render, self._tick_s = make, parts, render, tick_s
        self._making, self._saying = asyncio.Lock(), asyncio.Lock()
        self._boot = time.time_ns()
        self._due_s = 0.0
        self._shown: _Shown | None = None
        self._html: dict[tuple[str, str], tuple[int, str]] = {}
        self.watchers = 0
        """Pages that are told what changes, now."""
        self._ticking: asyncio.Task[None] | None = None
        self._ticked, self._closing = asyncio.Event(), False

    async def board(self) -> tuple[Board, str]:
        """The board of this tick, with the name of its revision. Raises `Unavailable`."""
        shown = await self._now()
        return shown.board, self._name(shown.revision)

    async def watch(
        self, language: str, since: str, places: Collection[str] = frozenset()
    ) -> AsyncGenerator[bytes]:
        """Server-sent events for one watcher: what changed after revision `since`.

        A revision of another life of the service, or none, brings every part.

        Args:
            language: of the parts.
            since: name of the revision that the watcher has.
            places: what it shows beside `WHOLE`; hashable.
        """
        boot, _, number = since.partition("-")
        seen = int(number) if boot == str(self._boot) and number.isdigit() else -1
        spoke_s = 0.0
        self.watchers += 1
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())
        try:
            while not self._closing:
                ticked, shown = self._ticked, self._shown
                if shown and shown.revision != seen:
                    said = await self._changes(shown, language, seen, places)
                    if said or time.monotonic() - spoke_s >= WORD_S:
                        seen, spoke_s = shown.revision, time.monotonic()
                        yield said or self._event(shown, {})
                await ticked.wait()
                if self._ticking.done():
                    self._ticking.result()  # what ended it ends the stream
        finally:
            self.watchers -= 1

    def close(self) -> None:
        """End all streams, so that the service can stop. Call it from the loop that they run on."""
        self._closing = True
        self._wake()

    async def _tick(self) -> None:
        """Make boards while somebody watches."""
        try:
            while self.watchers and not self._closing:
                try:
                    await self._now()
                except Unavailable as error:
                    log.warning("no live board", reason=str(error))
                self._wake()
                await asyncio.sleep(max(self._due_s - time.monotonic(), 0.01))
        finally:
            self._wake()

    def _wake(self) -> None:
        """Have all watchers look."""
        ticked, self._ticked = self._ticked, asyncio.Event()
        ticked.set()

    async def _now(self) -> _Shown:
        async with self._making:
            if self._shown is None or time.monotonic() >= self._due_s:
                began_s = time.monotonic()
                try:
                    self._shown = await asyncio.to_thread(self._next, self._shown)
                finally:
                    took_s = time.monotonic() - began_s
                    self._due_s = began_s + max(self._tick_s, took_s * (1 + LEAST_REST))
            return self._shown

    def _next(self, last: _Shown | None) -> _Shown:
        board = self._make()
        parts, revision = self._parts(board), last.revision + 1 if last else 0
        since: dict[str, int] = {}
        places: dict[str, list[str]] = {}
        for name, part in parts.items():
            places.setdefault(part.place, []).append(name)
            before = last.parts.get(name) if last else None
            same = last is not None and before is not None and before.says == part.says
            since[name] = last.since[name] if last and same else revision
        return _Shown(board, revision, parts, since, places)

    async def _changes(
        self, shown: _Shown, language: str, seen: int, places: Collection[str]
    ) -> bytes:
        """The event with what changed; nothing where nothing did."""
        key = language, seen, places
        if key not in shown.said:
            async with self._saying:
                if key not in shown.said:
                    shown.said[key] = await asyncio.to_thread(self._say, shown, *key)
        return shown.said[key]

    def _say(self, shown: _Shown, language: str, seen: int, places: Collection[str]) -> bytes:
        names = (name for place in (WHOLE, *places) for name in shown.places.get(place, ()))
        changed = {n: self._drawn(shown, n, language) for n in names if shown.since[n] > seen}
        return self._event(shown, changed) if changed else b""

    def _drawn(self, shown: _Shown, name: str, language: str) -> str:
        revision, html = self._html.get((language, name), (-1, ""))
        if revision != shown.since[name]:
            html = self._render(shown.parts[name], language)
            self._html[language, name] = shown.since[name], html
        return html

    def _event(self, shown: _Shown, parts: Mapping[str, str]) -> bytes:
        data = _json(shown.board.at, parts)
        return f"id: {self._name(shown.revision)}\nevent: board\ndata: {data}\n\n".encode()

    def _name(self, revision: int) -> str:
        return f"{self._boot}-{revision}"


def _json(at: datetime, parts: Mapping[str, str]) -> str:
    return json.dumps({"at": at.isoformat(), "parts": parts}, ensure_ascii=False)
