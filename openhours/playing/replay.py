"""Plays readings of a file through a real broker, week by week, on the data's own clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, tee
from operator import attrgetter

from domain.calendars import epoch_us, from_epoch_us
from domain.clock import ManualClock
from domain.planning import Outgoing, Proposal
from domain.readings import CountReading
from ingest.codecs import native
from openhours.entering.counts_csv import weeks
from openhours.planning.run import next_week_end
from openhours.playing.player import Player
from openhours.running.service import Service

LIST_LENGTH = 500
"""Readings in one message where nobody waits for each."""

Progress = Callable[[datetime, int], None]
"""Told the data's time and how many readings were published, at each week's end."""


def starts_at(readings: Sequence[CountReading]) -> datetime:
    """The instant at which the data's clock starts."""
    return from_epoch_us(readings[0].time_us) - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay into a running service, whose clock it moves."""

    service: Service
    clock: ManualClock
    player: Player
    one_by_one: bool
    """Each reading is a message at its own time; else a week goes as fast as it can."""

    def play(self, readings: Sequence[CountReading], progress: Progress) -> list[Proposal]:
        """Publish all readings and plan at each of their weeks' ends; return the proposals.

        At the first of them in a month all rooms are looked at.

        Ends early when the player is stopped. Raises `Unavailable` when the service cannot keep up.
        """
        found: list[Proposal] = []
        published = 0
        ends, cuts = tee(self._week_ends())
        for week, end in zip(weeks(readings, map(epoch_us, cuts)), ends, strict=False):
            published += len(week)
            played = self._one_by_one(week) if self.one_by_one else self._at_once(week, end)
            if not (played and self.player.reach(end)):
                break
            found += self.service.planning.plan_due(self.clock.now())
            self.service.underuse.look_due(self.clock.now())
            self.service.send_outbox()
            progress(end, published)
        self.service.update_bins()  # where nothing was left to plan, planning has not
        return found

    def _week_ends(self) -> Iterator[datetime]:
        venues = self.service.ledger.estate().venues
        end = self.clock.now()
        while True:
            end = next_week_end(venues, end)
            yield end

    def _at_once(self, week: Sequence[CountReading], end: datetime) -> bool:
        if not self.player.reach(end):
            return False
        by_sensor = groupby(sorted(week, key=attrgetter("sensor")), key=attrgetter("sensor"))
        self.service.send_and_settle(
            _message(sensor, rows[at : at + LIST_LENGTH])
            for sensor, rows in ((sensor, list(group)) for sensor, group in by_sensor)
            for at in range(0, len(rows), LIST_LENGTH)
        )
        return True

    def _one_by_one(self, week: Sequence[CountReading]) -> bool:
        for reading in week:
            if not self.player.reach(from_epoch_us(reading.time_us)):
                return False
            self.service.send_and_settle([_message(reading.sensor, [reading])])
        return True


def _message(sensor: str, readings: Sequence[CountReading]) -> Outgoing:
    return Outgoing(key="", topic=native.topic_of(sensor), payload=native.encode(readings))
