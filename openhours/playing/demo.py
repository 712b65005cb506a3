"""A simulated neighbourhood: some weeks played fast, then live; stopped and started at will."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from threading import Event
from typing import Self

from domain.calendars import hours_on, instant
from domain.clock import ManualClock
from domain.estate import Estate
from domain.hours import DayHours
from domain.planning import Outgoing
from domain.ports import Ledger
from domain.schedules import in_force
from openhours.playing.player import Player
from openhours.running.service import Service
from simulator.messages import TimedMessage
from simulator.world import World

STATE = "demo"
LIVE_FROM_MINUTE = 9 * 60 + 30
"""The fast part ends on a Monday morning, when most doors are open."""
SAVE_EVERY = timedelta(minutes=5)

Progress = Callable[[date], None]
"""Told each business day that has been played fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How far the demo has come; kept in the ledger, so that a second start continues."""

    day: date
    """The business day to play next, or being played."""
    world: str
    """The world's state before that day."""
    clock: datetime
    live_from: datetime

    @classmethod
    def load(cls, ledger: Ledger) -> Self | None:
        """The point an earlier start came to, if there was one."""
        text = ledger.state(STATE)
        if text is None:
            return None
        kept = json.loads(text)
        return cls(
            day=date.fromisoformat(kept["day"]),
            world=kept["world"],
            clock=datetime.fromisoformat(kept["clock"]),
            live_from=datetime.fromisoformat(kept["live_from"]),
        )

    @classmethod
    def first(cls, estate: Estate, world: str, *, weeks: int, now: datetime) -> Self:
        """The beginning: `weeks` before the Monday of this week."""
        venue = estate.venues[0]
        today = now.astimezone(venue.tz).date()
        monday = today - timedelta(days=today.weekday())
        day = monday - timedelta(weeks=weeks)
        return cls(
            day=day,
            world=world,
            clock=instant(day, venue.day_starts, venue.tz),
            live_from=instant(monday, LIVE_FROM_MINUTE, venue.tz),
        )

    def save(self, ledger: Ledger) -> None:
        """Keep the point."""
        body = {
            "day": self.day.isoformat(),
            "world": self.world,
            "clock": self.clock.isoformat(),
            "live_from": self.live_from.isoformat(),
        }
        ledger.set_state(STATE, json.dumps(body))


@dataclass(slots=True)
class Demo:
    """Plays the world into a running service, whose clock it moves."""

    service: Service
    clock: ManualClock
    world: World
    point: Point

    def play_fast(self, progress: Progress, stopped: Event) -> None:
        """Play whole days as fast as they go, up to the morning on which the live part begins."""
        while not stopped.is_set():
            end = self._day_end(self.point.day)
            if end > self.point.live_from:
                break
            messages = self._messages(batched=True)
            self.clock.move_to(max(end, self.clock.now()))
            self._publish(messages)
            self.service.planning.plan_due(self.clock.now())
            self.service.send_outbox()
            progress(self.point.day)
            self._next_day()

    def play_live(self, player: Player) -> None:
        """Play on, each message at its time, until the player is stopped."""
        while True:
            messages = [m for m in self._messages(batched=False) if m.at > self.point.clock]
            at_once = list(takewhile(lambda m: m.at <= self.point.live_from, messages))
            if at_once:
                self.clock.move_to(self.point.live_from)
                self._publish(at_once)
            for message in messages[len(at_once) :]:
                if not player.reach(message.at):
                    return self._save()
                self.service.publisher.publish(_outgoing(message))
                if message.at - self.point.clock >= SAVE_EVERY:
                    self._save()
            if not player.reach(self._day_end(self.point.day)):
                return self._save()
            self._next_day()

    def _messages(self, *, batched: bool) -> list[TimedMessage]:
        return self.world.play_day(self.point.day, self._hours(), batched=batched).messages

    def _hours(self) -> Mapping[str, DayHours]:
        versions = self.service.ledger.schedules()
        day = self.point.day
        return {
            v.id: hours_on(day, in_force(versions[v.id], day).hours, v.special_days)
            for v in self.service.ledger.estate().venues
        }

    def _publish(self, messages: list[TimedMessage]) -> None:
        self.service.send_and_settle(map(_outgoing, messages))

    def _day_end(self, day: date) -> datetime:
        venue = self.service.ledger.estate().venues[0]
        return instant(day + timedelta(days=1), venue.day_starts, venue.tz)

    def _next_day(self) -> None:
        self.point = replace(
            self.point,
            day=self.point.day + timedelta(days=1),
            world=self.world.state(),
            clock=self.clock.now(),
        )
        self.point.save(self.service.ledger)

    def _save(self) -> None:
        self.point = replace(self.point, clock=self.clock.now())
        self.point.save(self.service.ledger)


def _outgoing(message: TimedMessage) -> Outgoing:
    return Outgoing(key="", topic=message.topic, payload=message.payload)
