"""The live stream: one board for all who watch, and to each what it has not yet seen."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from fastapi.sse import ServerSentEvent

from console.live.board import Board
from console.live.stream import LiveBoard
from domain.errors import StoreUnavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WITHIN_S = 20.0


class Source:
    """Makes numbered boards; their parts are what the test put there."""

    def __init__(self) -> None:
        self.made = 0
        self.parts: dict[str, str] = {"room-a": "3 people", "room-b": "unknown"}
        self.away = False
        self.refused = Event()

    def make(self) -> Board:
        if self.away:
            self.refused.set()
            raise StoreUnavailable("no answer")
        self.made += 1
        return Board(at=NOON + timedelta(seconds=self.made), venues=(), waiting=0)

    def render(self, board: Board, language: str) -> dict[str, str]:
        del board
        return {name: f"{language}: {text}" for name, text in self.parts.items()}

    def live(self, tick_s: float = 0.02) -> LiveBoard:
        return LiveBoard(self.make, self.render, tick_s)


def within(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a story on a loop of its own, under a deadline.

    In a thread of its own too: a browser test before may have left a loop running in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asyncio.wait_for(run(), WITHIN_S))).result()


async def parts_of(stream: AsyncIterator[ServerSentEvent]) -> dict[str, str]:
    """The parts of the next event."""
    event = await anext(stream)
    assert event.raw_data
    parts: dict[str, str] = json.loads(event.raw_data)["parts"]
    return parts


def test_a_new_watcher_gets_every_part_in_its_language_then_only_changes() -> None:
    async def story() -> None:
        source = Source()
        stream = source.live().watch("zh", since="")
        assert await parts_of(stream) == {"room-a": "zh: 3 people", "room-b": "zh: unknown"}
        assert await parts_of(stream) == {}
        source.parts["room-a"] = "4 people"
        changed = await parts_of(stream)
        while not changed:
            changed = await parts_of(stream)
        assert changed == {"room-a": "zh: 4 people"}

    within(story)


def test_a_page_that_has_just_been_served_gets_only_what_changed_since() -> None:
    async def story() -> None:
        source = Source()
        live = source.live()
        _, revision = await live.board()
        assert await parts_of(live.watch("en", revision)) == {}
        source.parts["room-b"] = "1 person"
        stream = live.watch("en", revision)
        changed = await parts_of(stream)
        while not changed:
            changed = await parts_of(stream)
        assert changed == {"room-b": "en: 1 person"}

    within(story)


def test_a_revision_of_an_earlier_life_of_the_service_brings_everything() -> None:
    async def story() -> None:
        _, revision = await Source().live().board()
        assert len(await parts_of(Source().live().watch("en", revision))) == 2
        assert len(await parts_of(Source().live().watch("en", "nonsense"))) == 2

    within(story)


def test_five_hundred_watchers_cost_one_board_a_tick() -> None:
    async def story() -> None:
        source = Source()
        live = source.live(tick_s=3600)
        streams = [live.watch("en" if n % 2 else "zh", "") for n in range(500)]
        first = await asyncio.gather(*(parts_of(s) for s in streams))
        assert all(len(parts) == 2 for parts in first)
        assert source.made == 1

    within(story)


def test_the_stream_outlives_a_store_that_is_away_for_a_while() -> None:
    async def story() -> None:
        source = Source()
        stream = source.live().watch("en", "")
        await anext(stream)
        source.away = True
        waiting = asyncio.ensure_future(anext(stream))
        assert await asyncio.to_thread(source.refused.wait, WITHIN_S)
        source.away = False
        source.parts["room-a"] = "back"
        seen = (await waiting).raw_data or ""
        while "back" not in seen:
            seen = (await anext(stream)).raw_data or ""

    within(story)


def test_closing_ends_every_stream() -> None:
    async def story() -> None:
        live = Source().live(tick_s=3600)
        stream = live.watch("en", "")
        await anext(stream)
        rest = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
        live.close()
        assert await rest is None

    within(story)
