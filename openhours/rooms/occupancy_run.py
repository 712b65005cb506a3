"""Rooms, live: tells doors, lights and signs how full each is, and Home Assistant that it is there.

As with full venues, what is said now is of no use later: it is sent at once and not by the outbox.
A number is sent again when it changes, no sooner than the settings say, and now and then as a sign
of life.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from console.live.board import Board
from console.live.making import BoardMaker
from console.outputs.home_assistant import config_topic, room_config
from console.outputs.occupancy import occupancy_out
from domain.planning import Outgoing
from domain.ports import Ledger, Publisher
from openhours.settings.sections import Publication

KEY = "published:rooms"
"""Where the ledger keeps the topics that may hold a message of ours."""
RENEWED_AFTER_LOOKS = 5
"""What has not changed is said again after so many looks, so that signs know that it holds."""
HOLDS_FOR_LOOKS = 2 * RENEWED_AFTER_LOOKS
"""After so many without a word, what was said last holds no more."""


class _Message(NamedTuple):
    payload: bytes
    lasting: object
    """What it says but for its time."""
    renewed_after: timedelta = timedelta.max


class _Sent(NamedTuple):
    lasting: object
    at: datetime


class OccupancyRun:
    """Call `tell_due` with the clock's time as often as you like."""

    def __init__(
        self, ledger: Ledger, publisher: Publisher, board: BoardMaker, settings: Publication
    ) -> None:
        self._ledger, self._publisher, self._board = ledger, publisher, board
        self._settings = settings
        self._looked: datetime | None = None
        self._sent: dict[str, _Sent] = {}

    def tell_due(self, now: datetime) -> None:
        """Look at all rooms where that is due, and publish what changed.

        Raises `BrokerUnavailable` when somebody could not be told, and `StoreUnavailable`.
        """
        announced = set(json.loads(self._ledger.state(KEY) or "[]"))
        every = timedelta(seconds=self._settings.occupancy_every_s)
        if not every and not announced:
            return
        step = max(now - self._looked, every) if self._looked else every
        if self._looked and now - self._looked < every:
            return
        messages = dict(self._messages(self._board.board(now), step)) if every else {}
        # Kept before anything is sent: a word that may be out must be taken back some day.
        self._keep(announced, announced | messages.keys())
        for topic in sorted(announced - messages.keys()):
            self._publish(topic, b"", now)
            self._sent.pop(topic, None)
        self._keep(announced | messages.keys(), set(messages))
        for topic, message in messages.items():
            if self._is_due(topic, message, now):
                self._publish(topic, message.payload, now)
                self._sent[topic] = _Sent(message.lasting, now)
        self._looked = now

    def _messages(self, board: Board, step: timedelta) -> Iterator[tuple[str, _Message]]:
        prefix, until = self._settings.home_assistant_prefix, board.at + HOLDS_FOR_LOOKS * step
        for venue in board.venues:
            for room in venue.rooms:
                topic = occupancy_topic(room.room.id)
                said = occupancy_out(
                    venue, room, board.at, until, self._settings.occupancy_rounded_to
                )
                yield (
                    topic,
                    _Message(
                        said.model_dump_json().encode(), said.lasting, RENEWED_AFTER_LOOKS * step
                    ),
                )
                if prefix:
                    expire_s = HOLDS_FOR_LOOKS * self._settings.occupancy_every_s
                    config = _json(room_config(venue.venue, room.room, topic, expire_s))
                    yield config_topic(prefix, room.room.id), _Message(config, config)

    def _is_due(self, topic: str, message: _Message, now: datetime) -> bool:
        sent = self._sent.get(topic)
        if sent is None or sent.lasting != message.lasting:
            return True
        return now - sent.at >= message.renewed_after

    def _publish(self, topic: str, payload: bytes, now: datetime) -> None:
        key = f"{topic}:{now.timestamp():.0f}"
        self._publisher.publish(Outgoing(key=key, topic=topic, payload=payload, retain=True))

    def _keep(self, before: set[str], topics: set[str]) -> None:
        if topics != before:
            self._ledger.set_state(KEY, json.dumps(sorted(topics)))


def occupancy_topic(room: str) -> str:
    """Where a room's occupancy is told."""
    return f"openhours/v1/rooms/{room}/occupancy"


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
