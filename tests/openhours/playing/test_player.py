from datetime import UTC, datetime, timedelta
from threading import Event, Timer

from domain.clock import ManualClock, SystemClock
from openhours.playing.player import Player

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_speed_of_zero_is_there_at_once() -> None:
    clock = ManualClock(START)
    assert Player(clock, 0, SystemClock(), Event()).reach(START + timedelta(weeks=52))
    assert clock.now() == START + timedelta(weeks=52)


def test_the_clock_arrives_at_the_instant_and_not_beyond() -> None:
    clock = ManualClock(START)
    assert Player(clock, 100_000, SystemClock(), Event()).reach(START + timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)


def test_an_instant_that_has_passed_is_reached_already() -> None:
    clock = ManualClock(START)
    assert Player(clock, 1, SystemClock(), Event()).reach(START - timedelta(days=1))
    assert clock.now() == START


def test_a_clock_that_was_moved_ahead_goes_on_from_there() -> None:
    clock = ManualClock(START)
    player = Player(clock, 10_000, SystemClock(), Event())
    clock.move_to(START + timedelta(days=365))
    assert player.reach(START + timedelta(days=365, minutes=5))
    assert clock.now() == START + timedelta(days=365, minutes=5)


def test_a_stop_ends_the_wait_before_the_instant() -> None:
    clock, stopped = ManualClock(START), Event()
    player = Player(clock, 1, SystemClock(), stopped)
    Timer(0.05, stopped.set).start()
    assert not player.reach(START + timedelta(days=365))
    assert clock.now() < START + timedelta(days=1)
