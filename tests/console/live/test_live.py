"""The live stream: one board for all who watch, and to each what it has not yet seen."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from console.live.board import Board
from console.live.stream import LiveBoard, Part
from domain.errors import StoreUnavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WITHIN_S = 20.0


class Source:
    """Makes numbered boards; their parts are what the test put there."""

    def __init__(self) -> None:
        self.made = 0
        self.parts: dict[str, str] = {"room-a": "3 people", "room-b": "unknown"}
        self.elsewhere: dict[str, str] = {"room-c": "9 people"}
        self.drawn: list[str] = []
        self.away = self.broken = False
        self.refused = Event()

    def make(self) -> Board:
        if self.away:
            self.refused.set()
            raise StoreUnavailable("no answer")
        self.made += 1 // (not self.broken)
        return Board(at=NOON + timedelta(seconds=self.made), venues=(), waiting=0)

    def shown(self, board: Board) -> dict[str, Part]:
        del board
        here = {name: Part("", name, (), text) for name, text in self.parts.items()}
        there = {name: Part("c", name, (), text) for name, text in self.elsewhere.items()}
        return here | there

    def render(self, part: Part, language: str) -> str:
        self.drawn.append(f"{language}: {part.macro}")
        return f"{language}: {part.says}"

    def live(self, tick_s: float = 0.02) -> LiveBoard:
        return LiveBoard(self.make, self.shown, self.render, tick_s)


def within(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a story on a loop of its own, under a deadline.

    In a thread of its own too: a browser test before may have left a loop running in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asyncio.wait_for(run(), WITHIN_S))).result()


async def parts_of(stream: AsyncIterator[bytes]) -> dict[str, str]:
    """The parts of the next event."""
    lines = dict(
        line.split(": ", 1) for line in (await anext(stream)).decode().splitlines() if line
    )
    assert lines["event"] == "board"
    parts: dict[str, str] = json.loads(lines["data"])["parts"]
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


def test_a_watcher_gets_the_parts_of_the_places_that_it_shows_and_no_others_are_drawn() -> None:
    async def story() -> None:
        source = Source()
        assert set(await parts_of(source.live().watch("en", "", frozenset({"c", "gone"})))) == {
            "room-a",
            "room-b",
            "room-c",
        }
        source.drawn.clear()
        await parts_of(source.live().watch("zh", ""))
        assert source.drawn == ["zh: room-a", "zh: room-b"]

    within(story)


def test_what_many_see_is_drawn_once() -> None:
    async def story() -> None:
        source = Source()
        live = source.live(tick_s=3600)
        await asyncio.gather(*(parts_of(live.watch("en", "")) for _ in range(20)))
        assert source.drawn == ["en: room-a", "en: room-b"]

    within(story)


def test_who_comes_after_the_last_watcher_has_left_gets_a_stream() -> None:
    async def story() -> None:
        live = Source().live()
        first = live.watch("en", "")
        await anext(first)
        await first.aclose()
        ticks = [t for t in asyncio.all_tasks() if "_tick" in repr(t.get_coro())]
        await asyncio.gather(*ticks)
        second = live.watch("en", "")
        assert await parts_of(second)
        assert await parts_of(second) == {}

    within(story)


def test_a_fault_of_the_program_ends_the_stream() -> None:
    async def story() -> None:
        source = Source()
        stream = source.live().watch("en", "")
        await anext(stream)
        source.broken = True
        with pytest.raises(ZeroDivisionError):
            [_ async for _ in stream]

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
        seen = await waiting
        while b"back" not in seen:
            seen = await anext(stream)

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
